"""Formulas and numbers within the text: checked in a folded cell, typed in the paragraph.

A display prints itself; a formula in a line of text is typed, so that it reads as text in every
viewer. What may be typed is recorded here, and ``make check`` compares: an equation in the text
that no cell of its chapter proved, and no display prints, is an error, and so is a decimal number
that no run gave.
"""

from itertools import pairwise
from numbers import Real

from ..engine.verdict import verdict_on
from ..words.language import symbolic
from ..words.printing import latex_of
from .derivation import definition
from .display import CheckError, Display, Line, in_text, scope_of
from .tables import Markdown


def inline(*equations, given=()) -> Markdown:
    """Proves equations that the text may then say within a line.

    Each is a pair (left, right), or a longer chain whose neighbours are equal.

    Raises
    ------
    CheckError
        If one is refuted or cannot be decided.

    >>> from nnbook.derive import reals
    >>> x = reals("x")
    >>> inline((x + x, 2 * x))
    - $2 x = 2 x$ ✓ for all real $x$
    """
    rows = []
    for chain in equations:
        sides = [symbolic(side) for side in chain]
        if len(sides) < 2:
            raise ValueError(f"expected a pair (left, right) or a longer chain, got {chain!r}")
        lines = [Line(b, a, verdict=verdict_on(a, b, given)) for a, b in pairwise(sides)]
        shown = Display("eq-inline", given=given, lines=lines)
        if trouble := shown.trouble():
            raise CheckError(f"{' = '.join(map(str, sides))} does not hold.\n{trouble}")
        rows.append({"latex": " = ".join(map(latex_of, sides)), "status": "proved",
                     "scope": scope_of(shown)})
    return _recorded(rows)


def inline_definition(*things) -> Markdown:
    """Names and definitions that the text may say within a line; as of :func:`definition`."""
    return _recorded([{"latex": Display("eq-inline", lines=[line]).latex(), "status": "definition",
                       "scope": ""} for line in definition("eq-inline", *things).lines])


def numbers(**values) -> Markdown:
    """Numbers of a run that the text repeats, rounded as it likes.

    Raises TypeError for what is no real number.

    >>> numbers(ratio=2.667)
    ratio = 2.667
    """
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, Real):
            raise TypeError(f"{name}: expected a number, got {value!r}")
    rounded = {name: float(f"{float(value):.4g}") for name, value in values.items()}
    text = ", ".join(f"{name} = {value:g}" for name, value in rounded.items())
    return Markdown(text, nnbook_numbers=rounded)


def _recorded(rows) -> Markdown:
    in_text.extend(row["latex"] for row in rows)
    marks = {"proved": " ✓", "definition": ""}
    lines = [f"- ${r['latex']}${marks[r['status']]} {r['scope']}".rstrip() for r in rows]
    return Markdown("\n".join(lines), nnbook_inline=rows)
