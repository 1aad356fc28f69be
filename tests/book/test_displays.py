"""Every display of the book: it reads back, and the ledger has what it comes to."""

import functools
import json
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
from sympy import Expr

from nnbook.derive.engine.verdict import Verdict
from nnbook.derive.page.display import Display
from nnbook.derive.page.results import defines, names, plain, results, shapes
from nnbook.derive.page.sheet import conditions
from tests.derive.test_printing import same
from tests.slices import calls, needed, run, statements

BOOK = Path(__file__).parents[2] / "book"
LEDGER = BOOK / "ledger.json"


@functools.cache
def displays(path: Path) -> list[Display]:
    """The displays of a notebook, made by those of its statements that they need."""
    makers = ("definition", "derivation", "equation", "inline", "inline_definition")
    wanted = needed(statements(path), lambda statement: calls(statement, *makers))
    made = []
    keep = Display.__post_init__

    def record(self):
        keep(self)
        made.append(self)

    with pytest.MonkeyPatch.context() as patch:   # what is printed is of interest, not its proof
        patch.setattr(Display, "__post_init__", record)
        patch.setattr(Display, "matches", lambda self, *args, **options: self)
        for room in "derivation", "inline":
            patch.setattr(sys.modules[f"nnbook.derive.page.{room}"], "verdict_on",
                          lambda *args, **options: Verdict("proved"))
        patch.setattr(sys.modules["nnbook.derive.page.derivation"], "chain_domain",
                      lambda *args: None)
        patch.setattr(sys.modules["nnbook.derive.page.inline"], "scope_of", lambda shown: "")
        run(wanted, path)
    return made


@pytest.mark.parametrize("path", sorted(BOOK.rglob("*.ipynb")),
                         ids=lambda path: path.relative_to(BOOK).as_posix())
def test_displays_of_the_book_read_back(path):
    for display in displays(path):
        for line in display.lines:
            for side in (line.left, line.right):
                if isinstance(side, Expr):
                    same(side)


@pytest.mark.parametrize("path", sorted(BOOK.rglob("*.ipynb")),
                         ids=lambda path: path.relative_to(BOOK).as_posix())
def test_ledger_has_what_the_displays_come_to(path):
    """The formula sheet prints these, and nbval does not look at them."""
    rows = {row["id"]: row for row in json.loads(LEDGER.read_text("utf-8"))["equations"]}
    for display in displays(path):
        if display.id in rows:   # the others are examples that a page makes and does not show
            for part in (results, shapes, names, defines):
                assert rows[display.id][part.__name__] == part(display.lines)


def untold(notebook) -> list[str]:
    """Names in the displays of a page whose meaning stands neither at them nor above them."""
    found, above = [], ""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            metadata = output.get("metadata", {})
            row = metadata.get("nnbook", {"results": [], "names": {}})
            above += plain("".join(output.get("data", {}).get("text/markdown", "")))
            above += "".join(plain(" ".join(formula)) for formula in row["results"])
            above += "".join(plain(row["latex"]) for row in metadata.get("nnbook_inline", []))
            found += [f"{row['id']}: {text}" for text in row["names"].values()
                      if plain(text) not in above]
    return found


@pytest.mark.parametrize("path", sorted(BOOK.rglob("*.ipynb")),
                         ids=lambda path: path.relative_to(BOOK).as_posix())
def test_every_name_is_told(path):
    """A proved formula with a name that is not explained says nothing that a reader could check."""
    assert untold(nbformat.read(path, as_version=4)) == []


def test_a_name_that_is_not_told_is_found():
    notebook = nbformat.read(BOOK / "training" / "many-machines.ipynb", as_version=4)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "eq-machines-best" in (text := output.get("data", {}).get("text/markdown", "")):
                assert " · with $M_{*} = " in text
                output.data["text/markdown"] = text.partition(" · with")[0]
    assert [text.partition(" =")[0] for text in untold(notebook)] == ["eq-machines-best: M_{*}"]


def test_every_condition_of_the_book_is_kept():
    """Word for word, from the first *given*, *where* or *away* to the end, and every *positive*."""
    for row in json.loads(LEDGER.read_text(encoding="utf-8"))["equations"]:
        if row["status"] == "sampled":
            continue
        left = conditions(row["scope"])
        for word in ("given", "where", "away from", "positive", "integer", "nonzero"):
            assert row["scope"].count(word) == left.count(word), row["id"]


def parts_missing(sheet: dict, notebook) -> list[str]:
    """Parts of the formula sheet that its page does not print, or prints without their heading."""
    sources = [cell.source for cell in notebook.cells]
    return [part for part in sheet if f"## {part}" not in sources
            or not any(f'formula_sheet("{part}")' in source for source in sources)]


def test_every_part_of_the_formula_sheet_is_on_its_page():
    sheet = tomllib.loads((BOOK / "formula-sheet.toml").read_text(encoding="utf-8"))
    notebook = nbformat.read(BOOK / "formula-sheet.ipynb", as_version=4)
    assert parts_missing(sheet, notebook) == []
    notebook.cells = [c for c in notebook.cells if '"Transformers"' not in c.source]
    assert parts_missing(sheet, notebook) == ["Transformers"]
