"""Errata of Lam, "Neural Network Notes" (002, set C), by chapter."""

from . import notes_002_1, notes_002_2, notes_002_3, notes_002_4, notes_002_5

ENTRIES = (
    *notes_002_1.ENTRIES,
    *notes_002_2.ENTRIES,
    *notes_002_3.ENTRIES,
    *notes_002_4.ENTRIES,
    *notes_002_5.ENTRIES,
)
