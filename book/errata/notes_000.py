"""Errata of the notes 000."""

ENTRIES = ()
