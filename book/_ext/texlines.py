"""Cuts a displayed formula into the pieces between which a page may break it.

    chain(r"\begin{aligned} a &= b + c && \text{why} \\end{aligned}")
    → rows of (left, relation and right side in terms, reason)

No character is lost: the pieces put together are the formula (``whole``), which a test holds for
every equation of the book.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

DELIMITER = r"\s*(?:\\[A-Za-z]+|\\.|.)"
TOKEN = re.compile(
    rf"\\left(?![A-Za-z]){DELIMITER}|\\right(?![A-Za-z]){DELIMITER}"
    r"|\\(?:begin|end)\{[^}]*\}|\\[A-Za-z]+|\\.|.",
    re.DOTALL,
)
OPENS = re.compile(r"\\left(?![A-Za-z])|\\begin|[{(\[]$")
CLOSES = re.compile(r"\\right(?![A-Za-z])|\\end|[})\]]$")
ALIGNED = re.compile(r"^\\begin\{aligned\}(.*)\\end\{aligned\}$", re.DOTALL)
RELATION = re.compile(
    r"\\overset\{\\(?:checkmark|times)\}\{=\}|=|\\(?:ge|le|approx|in|to|propto)(?![A-Za-z])|[<>]"
)


@dataclass(frozen=True)
class Row:
    """One line: ``left`` side, ``right`` side with its relation, in terms, and the ``reason``."""

    left: str
    right: tuple[str, ...]
    reason: str = ""


def top_level(latex: str) -> list[tuple[int, str]]:
    """The tokens that stand in no bracket, with their places; none if the brackets do not match."""
    found, depth = [], 0
    for match in TOKEN.finditer(latex):
        closes = CLOSES.match(match[0])
        depth -= bool(closes)
        if depth < 0:
            return []
        if depth == 0 and not closes and not OPENS.match(match[0]):
            found.append((match.start(), match[0]))
        depth += bool(OPENS.match(match[0]))
    return found if depth == 0 else []


def split(latex: str, separator: str) -> list[str]:
    """The parts of a formula between the separators that stand in no bracket."""
    places = [place for place, token in top_level(latex) if token == separator]
    ends = [*places, len(latex)]
    starts = [0, *(place + len(separator) for place in places)]
    return [latex[a:b] for a, b in zip(starts, ends, strict=True)]


def terms(latex: str) -> tuple[str, ...]:
    """A sum in its terms, each with its sign; a sign that begins a formula cuts nothing."""
    places = [
        place
        for place, token in top_level(latex)
        if token in "+-" and latex[:place].strip() and latex[place - 1 : place + 2] == f" {token} "
    ]
    edges = [0, *places, len(latex)]
    return tuple(latex[a:b] for a, b in pairwise(edges))


def sides(latex: str) -> tuple[str, str]:
    """What stands before the first relation, and the rest; ("", all) without a relation."""
    for place, token in top_level(latex):
        if RELATION.match(latex, place) and (token == r"\overset" or RELATION.fullmatch(token)):
            return latex[:place], latex[place:]
    return "", latex


def chain(latex: str) -> list[Row]:
    """The lines of a display."""
    aligned = ALIGNED.match(latex.strip())
    if not aligned:
        left, right = sides(latex)
        return [Row(left, terms(right))]
    rows = []
    for line in split(aligned[1], r"\\"):
        left, *rest = split(line, "&")
        right, *reason = rest or [""]
        rows.append(Row(left, terms(right), "".join(reason)))
    return rows


def whole(rows: list[Row]) -> str:
    """The formula that the rows were cut from, but for separators and spaces."""
    return "".join(f"{row.left}{''.join(row.right)}{row.reason}" for row in rows)
