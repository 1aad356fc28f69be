"""Studies of many seeds, a file each; their stored results are what chapters draw."""
