"""The chapters as they are stored. That their outputs are true is nbval's job in the same run."""

import bookcheck
import notebooks
import pytest

PATHS = {notebooks.name(path): path for path in notebooks.all_notebooks()}
MARKDOWN = {notebooks.name(path): path for path in (notebooks.ROOT / "book").rglob("*.md")}
BOOK = {name: notebooks.read(path) for name, path in PATHS.items()}
LEDGER = bookcheck.read_ledger()


@pytest.mark.parametrize("check", bookcheck.CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", BOOK)
def test_notebook(name, check):
    assert check(BOOK[name]) == []


@pytest.mark.parametrize("name", BOOK)
def test_canonical_form(name):
    assert notebooks.problem(PATHS[name]) is None


@pytest.mark.parametrize("name", BOOK)
def test_equations_are_in_the_ledger(name):
    assert bookcheck.equations_recorded(BOOK[name], LEDGER) == []


@pytest.mark.parametrize("name", MARKDOWN)
def test_no_typed_equations_in_markdown_pages(name):
    assert bookcheck.typed_equations(MARKDOWN[name].read_text(encoding="utf-8")) == []


def test_ledger_rows():
    assert bookcheck.ledger_rows(LEDGER) == []


def test_ledger_places():
    assert bookcheck.ledger_places(LEDGER, BOOK) == []


def test_table_of_contents():
    assert bookcheck.table_of_contents() == []
