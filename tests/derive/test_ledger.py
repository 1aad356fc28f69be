"""The ledger: collected from notebooks, refused where it may not be, shown as tables."""

import json
import sys

import pytest

from nnbook.derive import chapter_summary, definition, ledger_page, reals
from nnbook.derive.page.display import Display, displayed
from nnbook.derive.page.ledger import STATUSES, collect, write
from nnbook.derive.page.tables import Markdown

TITLE = {"cell_type": "markdown", "source": ["intro\n", "# A title\n", "\n", "## A section"]}


def row(name, status="proved", **more):
    return {"id": name, "status": status, "scope": "for all sizes $n$", "slugs": [], "notes": [],
            "code": "", "difference": None, "points": 0, "lines": 1, "latex": "x",
            "results": [["a", "= |b|"]], **more}


def shown(*metadata):
    return {"cell_type": "code", "source": [],
            "outputs": [{"output_type": "display_data", "metadata": m} for m in metadata]}


@pytest.fixture
def book(tmp_path):
    def make(**pages):
        for name, cells in pages.items():
            path = tmp_path / "book" / f"{name.replace('__', '/')}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
        return tmp_path / "book"

    return make


def test_collects_in_reading_order(book):
    root = book(part__b=[TITLE, shown({"nnbook": row("eq-b")})],
                a=[TITLE, shown({}, {"nnbook": row("eq-a")}), shown({"nnbook": row("eq-c")})])
    assert [r["id"] for r in collect(root)["equations"]] == ["eq-a", "eq-c", "eq-b"]
    (root.parent / "_toc.yml").write_text("root: book/part/b\nchapters:\n  - file: book/a\n",
                                          encoding="utf-8")
    ledger = collect(root)
    assert [r["id"] for r in ledger["equations"]] == ["eq-b", "eq-a", "eq-c"]
    assert [r["place"] for r in ledger["equations"]] == ["part/b#eq-b", "a#eq-a", "a#eq-c"]
    assert ledger["titles"] == {"part/b": "A title", "a": "A title"}


def test_duplicates_are_refused_with_both_places(book):
    root = book(a=[shown({"nnbook": row("eq-x")})], b=[shown({"nnbook": row("eq-x")})])
    with pytest.raises(ValueError, match=r"b: eq-x is displayed twice; the first place is a#eq-x"):
        collect(root)


@pytest.mark.parametrize("status", ["refuted", "undecided", "", "Proved", "checked"])
def test_other_statuses_are_refused(book, status):
    root = book(a=[shown({"nnbook": row("eq-x", status)})])
    with pytest.raises(ValueError, match="a: eq-x is"):
        write(root)
    assert not (root / "ledger.json").exists()


def test_words_of_a_chapter(book):
    root = book(part__b=[shown({"nnbook_words": {"overfitting": "when-to-stop"}})])
    assert collect(root)["words"] == {"overfitting": "part/b#when-to-stop"}


def test_copies_of_the_editor_are_no_pages(book):
    root = book(**{".ipynb_checkpoints__a": [shown({"nnbook": row("eq-x", "refuted")})]})
    assert collect(root)["equations"] == []


def test_page_has_totals_and_every_row(book, tmp_path):
    rows = [row("eq-" + s, s, code="nnbook.MeanSquaredError.value" if s == "matched" else "",
                difference=1e-12 if s == "matched" else None, points=20)
            for s in STATUSES]
    root = book(part__b=[TITLE, shown(*({"nnbook": r} for r in rows))])
    write(root)
    text = ledger_page(root / "ledger.json").text
    assert "| **all** | **5** | 1 of them compared with the code |" in text
    counted = "5 equations: 1 proved, 1 argued, 1 matched, 1 sampled, 1 definition"
    assert f"**[A title](part/b.ipynb)**: {counted}" in text
    for r in rows:
        assert f"{{eq}}`{r['id']}`" in text
    assert "`MeanSquaredError.value`, 20 points, difference below 1e-12" in text
    assert r"{eq}`eq-proved` $a = \|b\|$ | proved" in text   # the bar ends no cell


def test_no_row_that_is_not_proved_says_proved(book):
    rows = [row("eq-a", "matched", code="f", difference=1e-12), row("eq-b", "definition")]
    root = book(a=[shown(*({"nnbook": r} for r in rows))])
    write(root)
    text = ledger_page(root / "ledger.json").text
    lines = [line for line in text.splitlines() if "eq-a" in line or "eq-b" in line]
    assert lines
    assert not any("proved" in line or "all sizes" in line for line in lines)


def test_a_bar_does_not_end_a_cell(book):
    root = book(a=[shown({"nnbook": row("eq-a", scope=r"given $\left| x \right| < 1$")})])
    write(root)
    line = next(x for x in ledger_page(root / "ledger.json").text.splitlines() if "eq-a" in x)
    assert r"\left\| x \right\| < 1" in line


def test_empty_ledger(book):
    root = book(a=[TITLE])
    write(root)
    assert "| **all** | **0** |" in ledger_page(root / "ledger.json").text


def test_summary_of_a_chapter(monkeypatch):
    made = {}
    for module in (Display.__module__, Markdown.__module__):
        monkeypatch.setattr(sys.modules[module], "displayed", made)
    u = reals("u")
    definition("eq-one", ("h", u))._repr_mimebundle_()
    definition("eq-two", ("g", u))._repr_mimebundle_()
    found = chapter_summary(words={"tanh": "the-tangent"})
    assert found.text.startswith("2 equations: 2 definitions.\n\n| equation |")
    assert "{eq}`eq-two`" in found.text
    del made["eq-two"]
    assert chapter_summary().text.startswith("1 equation: 1 definition.\n")
    _, metadata = found._repr_mimebundle_()
    assert metadata == {"nnbook_words": {"tanh": "the-tangent"}}
    assert displayed is not made


def test_places_in_words_are_read(book):
    root = book(part__b=[TITLE])
    (root / "places.yml").write_text("# taught in words\n\na-slug: part/b#a-section\n")
    assert collect(root)["words"] == {"a-slug": "part/b#a-section"}


@pytest.mark.parametrize(("text", "message"), [
    ("a-slug: part/b", "expected 'slug: page#anchor'"),
    ("a-slug: part/c#x", "leads to part/c, which is no page"),
    ("a-slug: part/b#x\na-slug: part/b#y", "a-slug stands twice"),
])
def test_a_place_that_is_none_is_an_error(book, text, message):
    root = book(part__b=[TITLE])
    (root / "places.yml").write_text(text)
    with pytest.raises(ValueError, match=message):
        collect(root)
