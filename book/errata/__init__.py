"""The errata of the five sets of lecture notes: data whose every entry is checked when shown.

The entries stand in the files of the folder ``entries``; README.txt says how to add one.
"""

from .entry import KINDS, NOTES, CheckFailed, Claim, Erratum, Formula, Reading, formula
from .loading import BadEntry, load
from .page import blocks
from .page import checked as _checked
from .page import counts as _counts

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
    "of",
    "show",
]

ENTRIES = load("entries", Erratum)


def of(letter: str, section: str) -> list[Erratum]:
    """The entries of a section of the notes, by line."""
    found = [e for e in ENTRIES if e.letter == letter and e.section == section]
    return sorted(found, key=lambda e: e.first_line)


def show(letter: str, *sections: str):
    """The entries of sections, checked and shown; LookupError where a section has none."""
    found = {section: of(letter, section) for section in sections}
    if empty := [section for section, entries in found.items() if not entries]:
        raise LookupError(f"no entry of {letter} §{', '.join(empty)}")
    return blocks(e for entries in found.values() for e in entries)


def by_kind():
    """The table of counts by kind and notes."""
    return _counts(ENTRIES)


def checked():
    """The table of counts by the way of checking, and by source."""
    return _checked(ENTRIES)
