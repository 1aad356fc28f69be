"""Formulas within a line of text: what they claim, and whether anything has checked it.

A formula in a line is typed, so that it reads as text in every viewer. If it relates two sides, a
cell of the page has proved it (`nnbook.derive.inline`), a display of the book prints it, or it only
says which value is looked at.
"""

from __future__ import annotations

import re
import sys
from functools import cache

import bookcheck
import notebooks
import sympy
from sections import Prose, markdown, sections
from sympy.parsing.sympy_parser import auto_number, rationalize

sys.path.insert(0, str(notebooks.ROOT / "book" / "_ext"))
import texlines

EXACT = (auto_number, rationalize)
RELATIONS = {"=", "<", ">", r"\le", r"\ge", r"\leq", r"\geq", r"\neq", r"\approx", r"\propto"}
SYMBOL = re.compile(
    r"(?:[A-Za-z]|\\(?:mathrm|mathcal|text)\{[A-Za-z]+\}|\\[A-Za-z]+(?: [A-Za-z]| ?\\[A-Za-z]+)?)"
    r"'*(?:[_^](?:\w|\\[A-Za-z]+|\{[^{}]*\}))*"
)
VALUE = re.compile(
    r"[-+]?(?:\d[\d.,]*|\\infty|\\pi)(?:%)?(?:\^\{?-?\d+\}?)?"
    r"(?:(?:/|,|\\cdot|\\times|\\dots|\\ldots)*\d[\d.,]*(?:\^\{?-?\d+\}?)?)*"
    r"(?:,?\\dots,?(?:[A-Za-z]|\d+|\{[A-Za-z]\}))?"
)


DROPPED = re.compile(
    r"\\(?:left|right|displaystyle|bigl|bigr|big|quad)(?![A-Za-z])|\\[,;:! ]|(?<!\\)~"
)
SAME = {
    r"\overset{\checkmark}{=}": "=",
    r"\tfrac": r"\frac",
    r"\dfrac": r"\frac",
    r"\leq": r"\le",
    r"\geq": r"\ge",
    r"\lVert": r"\|",
    r"\rVert": r"\|",
}


def normal(latex: str) -> str:
    """A formula without what changes nothing of it: spaces, sizes of brackets, needless braces."""
    text = latex
    for name, other in SAME.items():
        text = re.sub(re.escape(name) + r"(?![A-Za-z])", lambda m, other=other: other, text)
    text = DROPPED.sub(" ", text)
    text = re.sub(r"\\frac\s*(\w)\s*(\w)", r"\\frac{\1}{\2}", text)
    # Spaces count only where they part a command from a letter.
    tokens = re.findall(r"\\[A-Za-z]+|\\.|[^\s]", text)
    pairs = zip(tokens, [*tokens[1:], ""], strict=False)
    parts = (a + " " * (a[0] == "\\" and a[-1:].isalpha() and b[:1].isalnum()) for a, b in pairs)
    text, previous = "".join(parts), None
    while previous != text:
        previous = text
        text = re.sub(r"(?<=[_^])\{(\w|\\[A-Za-z]+)\}", r"\1", text)
        text = re.sub(r"(\\(?:bar|hat|tilde|dot|mathbf))\{(\w)\}", r"\1 \2", text)
    return slashed(text)


def slashed(text: str) -> str:
    """Fractions written with a slash, ``\\frac{\\partial L}{\\partial w}`` as in a line of text."""
    while match := re.search(r"\\frac\{", text):
        above, end = group(text, match.end() - 1)
        if end >= len(text) or text[end] != "{":
            break
        below, end = group(text, end)
        above = f"({above})" if len(texlines.terms(spaced(above))) > 1 else above
        simple = re.fullmatch(rf"(?:\\partial ?)?{SYMBOL.pattern}|\d+", below)
        below = below if simple else f"({below})"
        text = f"{text[: match.start()]}{above}/{below}{text[end:]}"
    return text


def spaced(text: str) -> str:
    return re.sub(r"(?<=.)([+-])", r" \1 ", text)


def group(text: str, start: int) -> tuple[str, int]:
    """What stands in the braces that open at a place, and the place after them."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return text[start + 1 : place], place + 1
    return text[start + 1 :], len(text)


def claims(latex: str) -> list[tuple[str, str, str]]:
    """The neighbours (left, relation, right) of a formula; none where it relates nothing."""
    tokens = [(p, t) for p, t in texlines.top_level(latex) if t in RELATIONS]
    if r"\overset{\checkmark}{=}" in latex:
        return claims(latex.replace(r"\overset{\checkmark}{=}", "="))
    starts = [0, *(place + len(token) for place, token in tokens)]
    ends = [*(place for place, _ in tokens), len(latex)]
    parts = [latex[a:b] for a, b in zip(starts, ends, strict=True)]
    return [(a, token, b) for a, (_, token), b in zip(parts, tokens, parts[1:], strict=False)]


def is_free(left: str, relation: str, right: str) -> bool:
    """A value, range or choice of a symbol, which claims nothing; or arithmetic that is right."""
    left, right = normal(left), normal(right)
    one = SYMBOL.fullmatch(left) and VALUE.fullmatch(right)
    other = VALUE.fullmatch(left) and SYMBOL.fullmatch(right) and relation != "="
    choice = re.fullmatch(r"[a-z]'?", left) and re.fullmatch(r"[a-z]'?", right)
    return bool(one or other or choice) or adds_up(left, relation, right)


def adds_up(left: str, relation: str, right: str) -> bool:
    """Whether both sides are numbers, and the relation holds between them."""
    sides = []
    for text in (left, right):
        text = re.sub(r"\\(?:cdot|times) ?", "*", text).replace("^", "**")
        text = text.replace("{", "(").replace("}", ")")
        if not re.fullmatch(r"[\d.+*/() -]{1,60}", text) or text.count("**") > 1:
            return False
        try:
            sides.append(sympy.parse_expr(text, transformations=EXACT))
        except (SyntaxError, TypeError):
            return False
    a, b = sides
    holds = {"=": a == b, "<": a < b, ">": a > b, r"\le": a <= b, r"\ge": a >= b}
    return holds.get(normal(relation), False)


@cache
def claims_of(latex: str) -> frozenset[tuple[str, str, str]]:
    """What the lines of a display claim."""
    found, left = set(), ""
    for line in texlines.chain(latex):
        left = line.left.strip() or left
        found |= {triple(*claim) for claim in claims(f"{left} {''.join(line.right)}")}
    return frozenset(found)


def known_claims(notebook, ledger: dict) -> set[tuple[str, str, str]]:
    """What cells of the page recorded, and what displays of the book print."""
    latex = [row["latex"] for row in recorded(notebook, "nnbook_inline")]
    found = {triple(*claim) for text in latex for claim in claims(text)}
    return found.union(*(claims_of(row["latex"]) for row in ledger["equations"]))


def triple(left, relation, right) -> tuple[str, str, str]:
    return normal(left), normal(relation), normal(right)


def recorded(notebook, key: str) -> list:
    """What cells of a page left in the metadata of their outputs."""
    outputs = (o for _, cell in bookcheck.code_cells(notebook) for o in cell.get("outputs", ()))
    found = [o.get("metadata", {}).get(key) for o in outputs]
    return [row for rows in found if rows for row in (rows if isinstance(rows, list) else [rows])]


def typed_claims(notebook, ledger: dict) -> list[tuple[int, str, bool]]:
    """The formulas of the text that relate two sides: (cell, LaTeX, whether it is checked)."""
    known, found = known_claims(notebook, ledger), []
    for section in sections(notebook):
        for number, source in markdown(section):
            for latex in Prose(source).formulas:
                if own := claims(latex):
                    checked = all(is_free(*c) or triple(*c) in known for c in own)
                    found.append((number, latex, checked))
    return found


def unchecked(source: str, known: set[tuple[str, str, str]]) -> list[str]:
    """The formulas of a text that claim what is not `known`."""
    return [
        latex
        for latex in Prose(source).formulas
        if not all(is_free(*claim) or triple(*claim) in known for claim in claims(latex))
    ]


def inline_checked(notebook, ledger: dict) -> list[str]:
    """Nothing typed claims what nothing checks."""
    return [
        f"cell {number}: nothing checks the typed formula ${latex}$"
        for number, latex, checked in typed_claims(notebook, ledger)
        if not checked
    ]
