"""A page of the book in its sections, and the running text of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

import bookcheck

# Sections that are not the main path, as are those that begin with "Deeper: ".
ASIDE = ("The formulas to remember", "Exercises", "Summary", "Further reading")


@dataclass
class Section:
    """What stands below a ``##`` heading: the title is empty for the opening of a page."""

    title: str
    cells: list = field(default_factory=list)  # (number of the cell, cell)

    @property
    def is_main(self) -> bool:
        return self.title not in ASIDE and not self.title.startswith("Deeper: ")

    @property
    def is_wide(self) -> bool:
        """Whether the text speaks of the whole page."""
        return self.title in ("", *ASIDE)


def sections(notebook) -> list[Section]:
    """The sections of a page; a cell with several headings is cut at them."""
    found = [Section("")]
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "code":
            found[-1].cells.append((number, cell))
            continue
        for part in re.split(r"^(?=## )", cell.source, flags=re.MULTILINE):
            if title := re.match(r"## (.+)", part):
                found.append(Section(title[1].strip()))
            if part.strip():
                found[-1].cells.append((number, {"cell_type": "markdown", "source": part}))
    return found


def markdown(section) -> list[tuple[int, str]]:
    return [(n, cell["source"]) for n, cell in section.cells if cell["cell_type"] == "markdown"]


def code(section) -> list[tuple[int, dict]]:
    return [(n, cell) for n, cell in section.cells if cell["cell_type"] == "code"]


@dataclass
class Prose:
    """A piece of Markdown: its running text, and the formulas in it."""

    source: str

    @cached_property
    def tokens(self):
        flat = []
        for token in bookcheck.markdown_parser().parse(self.source):
            flat += [token, *(token.children or ())]
        return flat

    @property
    def formulas(self) -> list[str]:
        return [t.content for t in self.tokens if t.type == "math_inline"]

    @property
    def text(self) -> str:
        """Without code, formulas and what roles and links hold."""
        kept = [t.content for t in self.tokens if t.type in ("text", "softbreak", "hardbreak")]
        return " ".join(kept)
