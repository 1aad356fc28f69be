"""The five sets of notes are acknowledged once; elsewhere none is cited and nobody is named.

Who is meant is read from the bibliography: the authors of works that were not published.
"""

import re
from pathlib import Path

import notebooks
import pytest

ROOT = notebooks.ROOT
ACKNOWLEDGED = "book/errata-list.ipynb"
BIBLIOGRAPHY = (ROOT / "book" / "references.bib").read_text(encoding="utf-8")


def private(bibliography: str = BIBLIOGRAPHY) -> tuple[list[str], list[str]]:
    """The keys of lecture notes, and the names of their authors, in the orders people write."""
    keys, names = [], []
    for entry in re.split(r"(?m)^@", bibliography):
        if not re.search(r"note\s*=\s*\{Lecture notes", entry):
            continue
        keys.append(re.match(r"\w+\{([^,]+),", entry)[1])
        for author in re.findall(r"author\s*=\s*\{([^}]+)\}", entry):
            last, _, first = (word.strip() for word in author.partition(","))
            names += [f"{first} {last}", f"{last} {first}", f"{last}, {first}", f"{last}’s", last]
    published = " ".join(
        author
        for entry in re.split(r"(?m)^@", bibliography)
        if "Lecture notes" not in entry
        for author in re.findall(r"author\s*=\s*\{([^}]+)\}", entry)
    )
    known = set(re.findall(r"\w+", published))  # a surname may be that of an author of the field
    return keys, [name for name in names if name not in known and name.rstrip("’s") not in known]


def told(text: str) -> list[str]:
    """What a text tells of the authors of the notes."""
    keys, names = private()
    words = [name for name in names if re.search(rf"\b{re.escape(name)}\b", text)]
    return words + [key for key in keys if re.search(rf"\b{re.escape(key)}\b", text)]


def pages() -> list[str]:
    """All that a reader of the book or of its data may read, but for the bibliography."""
    found = [p for kind in ("ipynb", "yml", "md", "py") for p in (ROOT / "book").rglob(f"*.{kind}")]
    names = sorted(p.relative_to(ROOT).as_posix() for p in found)
    return [name for name in names if ".ipynb_checkpoints" not in name and name != ACKNOWLEDGED]


@pytest.mark.parametrize("page", pages())
def test_nobody_is_named(page):
    found = told(Path(ROOT / page).read_text(encoding="utf-8"))
    assert not found


def test_the_five_sets_are_acknowledged():
    keys, _ = private()
    text = (ROOT / ACKNOWLEDGED).read_text(encoding="utf-8")
    assert len(keys) == 5
    assert all(f"`{key}`" in text for key in keys)


def test_planted_names_and_citations():
    keys, names = private()
    assert names
    for name in (*names, *(f"{{cite:t}}`{key}`" for key in keys)):
        assert told(f"As {name} says, a neuron has a bias."), name
    assert not told("As {cite:t}`goodfellow2016deep` says, a neuron has a bias. Set C has none.")
    text = (
        "@unpublished{x, author = {Doe, Jo}, note = {Lecture notes}}\n@book{y, author = {Roe, A}}"
    )
    assert private(text) == (["x"], ["Jo Doe", "Doe Jo", "Doe, Jo", "Doe’s", "Doe"])
