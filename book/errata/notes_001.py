"""Errata of the notes 001."""

ENTRIES = ()
