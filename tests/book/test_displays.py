"""Every display of the book: it reads back, and the ledger has what it comes to."""

import functools
import json
import sys
from pathlib import Path

import pytest
from sympy import Expr

from nnbook.derive.engine.verdict import Verdict
from nnbook.derive.page.display import Display
from nnbook.derive.page.results import defines, names, results, shapes
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


def test_every_condition_of_the_book_is_kept():
    """Word for word, from the first *given*, *where* or *away* to the end, and every *positive*."""
    for row in json.loads(LEDGER.read_text(encoding="utf-8"))["equations"]:
        if row["status"] == "sampled":
            continue
        left = conditions(row["scope"])
        for word in ("given", "where", "away from", "positive", "integer", "nonzero"):
            assert row["scope"].count(word) == left.count(word), row["id"]
