"""Errata of the notes 002."""

ENTRIES = ()
