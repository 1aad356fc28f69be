r"""Formulas for where nothing sets mathematics: their LaTeX as text that one can read.

    \sum_{k=1}^{K} t_{k} = 1      ∑_{k=1}^K t_k = 1
    \hat{y}, \tau, n_{1}          ŷ, τ, n₁
"""

import re
import unicodedata

from .answer_words import GREEK, MARKS

SIGNS = {"sum": "∑", "prod": "∏", "sqrt": "√", "cdot": "·", "times": "×", "ge": "≥", "geq": "≥",
         "le": "≤", "leq": "≤", "neq": "≠", "infty": "∞", "partial": "∂", "pi": "π", "ell": "ℓ",
         "lVert": "‖", "rVert": "‖", "lfloor": "⌊", "rfloor": "⌋", "prime": "′",
         **{letter.capitalize(): sign.upper() for letter, sign in GREEK.items()}, **GREEK}
SILENT = {"left", "right", "text", "operatorname", "mathrm", "displaystyle"}
ABOVE = {name: mark for mark, name in MARKS.items()}
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
PART = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)


def in_words(text: str) -> str:
    r"""A sentence of Markdown, with what stands between dollars as readable text.

    >>> in_words(r"for all positive $\tau$, where $1 - r > 0$")
    'for all positive τ, where 1 - r > 0'
    """
    return re.sub(r"\$([^$]*)\$", lambda m: readable(m[1]), text)


def readable(latex: str) -> str:
    r"""The text of a formula's LaTeX.

    >>> readable(r"\frac{\hat{y} - n_{1}}{\sqrt{2}}")
    '(ŷ - n₁)/√2'
    """
    parts = PART.findall(latex)
    parts.reverse()   # the next one is the last
    return re.sub(r"\s+", " ", _run(parts)).replace("( ", "(").replace(" )", ")").strip()


def _run(parts: list[str]) -> str:
    """What comes up to the brace that closes."""
    text = ""
    while parts:
        part = parts.pop()
        if part == "}":
            break
        text += _piece(part, parts)
    return text


def _piece(part: str, parts: list[str]) -> str:
    """One sign, one command with its arguments, or what a pair of braces holds."""
    if part == "{":
        return _run(parts)
    if part in ("_", "^"):
        return _script(part, _argument(parts))
    name = part[1:] if part.startswith("\\") else ""
    if not name:
        return " " if part.isspace() else part
    if name == "frac":
        return f"{_held(_argument(parts))}/{_held(_argument(parts))}"
    if name == "sqrt":
        return f"√{_held(_argument(parts))}"
    if name in ABOVE:
        return unicodedata.normalize("NFC", _argument(parts) + ABOVE[name])
    if name in SILENT or not name.isalpha():   # \, and \! are spaces
        return "" if name in SILENT else " "
    return SIGNS.get(name, name)


def _argument(parts: list[str]) -> str:
    while parts and parts[-1].isspace():
        parts.pop()
    return _piece(parts.pop(), parts).strip() if parts else ""


def _script(sign: str, text: str) -> str:
    """An index or an exponent: digits have small signs of their own."""
    if text.isascii() and text.isdigit():
        return text.translate(LOWERED if sign == "_" else RAISED)
    return f"{sign}{text}" if len(text) == 1 else \
        f"{sign}({text})" if sign == "^" else f"{sign}{{{text}}}"


def _held(text: str) -> str:
    """In brackets, unless it is a single name or number."""
    return text if re.fullmatch(r"√?\w+", text) else f"({text})"
