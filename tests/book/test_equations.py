"""Displays on the site: cut without loss, wrapped at signs, with one quiet line and no bar."""

import json
import re
import sys

import notebooks
import pytest

sys.path.insert(0, str(notebooks.ROOT / "book" / "_ext"))
import displays
import texlines

ROWS = json.loads((notebooks.ROOT / "book" / "ledger.json").read_text("utf-8"))["equations"]


def bare(latex: str) -> str:
    """A formula without spaces and without what separates the cells of a chain."""
    found = texlines.ALIGNED.match(latex.strip())
    if found:
        lines = texlines.split(found[1], r"\\")
        latex = "".join("".join(texlines.split(line, "&")) for line in lines)
    return re.sub(r"\s", "", latex)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_no_sign_is_lost(row):
    rows = texlines.chain(row["latex"])
    assert re.sub(r"\s", "", texlines.whole(rows)) == bare(row["latex"])
    assert len(rows) == 1 or all(line.right for line in rows)


def test_a_sum_is_cut_before_its_signs():
    assert texlines.terms(r"= a - \left( b + c \right) + d_{i + 1}") == (
        "= a ",
        r"- \left( b + c \right) ",
        "+ d_{i + 1}",
    )
    assert texlines.terms("-a + b") == ("-a ", "+ b")
    assert texlines.terms(r"\begin{cases} a - b \\ c + d \end{cases}") == (
        r"\begin{cases} a - b \\ c + d \end{cases}",
    )


def test_what_does_not_close_is_left_whole():
    assert texlines.terms("(0 + 1 + 2") == ("(0 + 1 + 2",)


def test_sides_and_reasons():
    (row,) = texlines.chain(r"f(x) \overset{\checkmark}{=} x^{a = b}")
    assert (row.left.strip(), row.right) == ("f(x)", (r"\overset{\checkmark}{=} x^{a = b}",))
    first, second = texlines.chain(
        "\\begin{aligned}\na &= \\begin{cases} 1 & x \\\\ 0 & y \\end{cases} && \\text{why} \\\\\n"
        " &= c\n\\end{aligned}"
    )
    assert first.reason.strip() == r"\text{why}"
    assert (second.left.strip(), second.reason) == ("", "")


@pytest.mark.parametrize(
    ("left", "stacks"),
    [
        (r"\frac{\partial L}{\partial w_{r}}", False),
        (r"\frac{1}{2} \sum_{j=1}^{d} \theta_{j} \left( \sum_{i=1}^{d} q_{ik} \right)", True),
        (r"\frac{\sum_{i=1}^{n} x_{i}}{n} - \frac{1}{n}", True),
    ],
)
def test_a_wide_left_side_stands_above_on_a_phone(left, stacks):
    display = f"\\begin{{aligned}}\n{left} &= a \\\\\n &= b\n\\end{{aligned}}"
    assert ("nn-stacks" in displays.display_html(display)) == stacks
