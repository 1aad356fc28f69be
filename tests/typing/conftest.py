"""The wrong uses are read by a type checker and never run."""

collect_ignore = ["misuse.py"]
