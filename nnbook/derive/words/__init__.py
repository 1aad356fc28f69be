"""The words of a statement: how it is written, read and printed."""
