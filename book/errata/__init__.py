"""The errata of the five sets of lecture notes, as data whose every entry is checked when shown."""

from . import notes_000, notes_001, notes_002, notes_003, notes_004
from .entry import KINDS, LETTERS, CheckFailed, Claim, Erratum, Formula, Reading, formula
from .page import blocks
from .page import checked as _checked
from .page import counts as _counts

__all__ = [
    "ENTRIES",
    "KINDS",
    "LETTERS",
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

ENTRIES = (
    *notes_000.ENTRIES,
    *notes_001.ENTRIES,
    *notes_002.ENTRIES,
    *notes_003.ENTRIES,
    *notes_004.ENTRIES,
)


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
