"""How a displayed equation is laid out in HTML: pieces that MathJax sets one by one.

Standard library only: the site is built with it, and Python in the reader's browser has it too.
"""

from __future__ import annotations

import re
from html import escape

from texlines import chain, terms

GROUP = r"\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"  # braces, with two levels within
FRACTION = re.compile(r"\\frac" + GROUP + GROUP)
SHORT = 5  # characters of a left side that leave room beside it on a phone


def formula(latex: str) -> str:
    """A piece of a display, for MathJax."""
    latex = latex.strip().replace(r"\checkmark", r"\class{nn-check}{\checkmark}")
    return inline(rf"\displaystyle {latex}")


def inline(latex: str) -> str:
    return rf'<span class="math notranslate nohighlight">\({escape(latex)}\)</span>'


def reason(latex: str) -> str:
    r"""The words of ``\text{…}``, with the formulas in them."""
    words = re.sub(r"^\\text\{(.*)\}$", r"\1", latex.strip(), flags=re.DOTALL)
    parts = words.split("$")
    return "".join(
        escape(part).replace("~", "\N{NO-BREAK SPACE}") if number % 2 == 0 else inline(part)
        for number, part in enumerate(parts)
    )


def pieces(parts) -> str:
    """Terms of a sum. A sign with nothing before it would be set as that of a negative number."""
    first, *rest = [part.strip() for part in parts if part.strip()] or [""]
    return " ".join(map(formula, filter(None, [first, *("{} " + part for part in rest)])))


def width(latex: str) -> int:
    """About how many characters wide a formula is set; of a fraction its longer part counts."""
    while fraction := FRACTION.search(latex):
        latex = latex.replace(fraction[0], max(fraction.groups(), key=len), 1)
    return len(re.sub(r"\\(?:left|right|partial)?|[{}_^ \n]|(?<=\\)[A-Za-z]+", "", latex))


def display_html(latex: str) -> str:
    """The lines of a display: left sides, and beside them right sides with their reasons."""
    rows = chain(latex)
    html = []
    for row in rows:
        sides = [pieces(terms(row.left)), pieces(row.right)]
        if len(rows) == 1:
            html.append(f'<div class="nn-one">{" ".join(filter(None, sides))}</div>')
            continue
        words = f'<div class="nn-reason">{reason(row.reason)}</div>' if row.reason else ""
        html.append(f'<div class="nn-left">{sides[0]}</div>')
        html.append(f'<div class="nn-step"><div class="nn-right">{sides[1]}</div>{words}</div>')
    several = " nn-chain" if len(rows) > 1 else ""
    if max(width(row.left) for row in rows) > SHORT:
        several += " nn-stacks"
    return f'<div class="nn-rows{several}">{"".join(html)}</div>'
