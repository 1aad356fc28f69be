"""The errata of the five sets of lecture notes, and the slips that teach, as checked data.

The entries stand in the files of the folder ``entries``, the slips in those of ``slips``;
README.txt says how to add one.
"""

from .entry import KINDS, NOTES, CheckFailed, Claim, Erratum, Formula, Reading, formula
from .loading import BadEntry, load
from .page import checked as _checked
from .page import counts as _counts
from .page import table as _table

__all__ = [
    "ENTRIES",
    "KINDS",
    "NOTES",
    "BadEntry",
    "CheckFailed",
    "Claim",
    "Erratum",
    "Formula",
    "Reading",
    "by_kind",
    "checked",
    "formula",
    "table",
]

ENTRIES = load("entries", Erratum)


def table():
    """The table of all entries, each checked, by set and line."""
    return _table(sorted(ENTRIES, key=lambda e: (e.letter, e.first_line, e.id)))


def by_kind():
    """The table of counts by kind and notes."""
    return _counts(ENTRIES)


def checked():
    """The table of counts by the way of checking, and by source."""
    return _checked(ENTRIES)
