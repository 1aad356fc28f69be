"""The errata of the notes: each .yml holds entries, and the .py of its name what they compute."""
