"""Exercises in the page: what the browser asks and gets, as JSON.

The text comes from a reader or from a link. It is read by the grammar of :mod:`.answers` and never
evaluated; LaTeX that goes back is what the engine prints of the formula that was read.
"""

import re

from sympy import Add, Expr, Mul, Sum, expand, expand_mul, factor, together

from nnbook.exercises import exercise

from ..engine.calculus import derivative
from ..engine.verdict import prove
from ..limits import GaveUp
from ..words.language import Partial
from ..words.printing import latex_of
from .answers import AnswerError, read_answer
from .working import in_order

NEGATIVE = r"\left( -"   # begins a bracket that had better be turned round
SET = {r"\left", r"\right", r"\frac", r"\cdot"}   # how LaTeX is laid out


def preview(slug: str, text: str) -> dict:
    """What a text says as a formula, or where it can't be read.

    >>> preview("losses.belief", "2^(-l)")
    {'status': 'read', 'latex': '2^{-l_{k}}'}
    >>> preview("losses.belief", "2^(-k)")["span"]
    [4, 5]
    >>> preview("losses.belief", "  ")["status"]
    'empty'
    """
    asked = exercise(slug)
    if not text.strip():
        return {"status": "empty", "message": asked.help().text}
    try:
        return {"status": "read", "latex": latex_of(read_answer(text, asked.names))}
    except AnswerError as error:
        return _unread(error)


def check(slug: str, text: str) -> dict:
    """The verdict on an answer, in the words of the notebook.

    ``status`` is right, wrong, undecided, question (it holds the derivative that is asked for),
    unread (with ``span``) or empty. A right answer comes with another form of the same, if the
    engine finds one.

    >>> check("losses.belief", "2^l")["message"].splitlines()[0]
    'Not yet. Longer words are for rarer classes.'
    >>> check("losses.belief", "1 / 2^l")["status"]
    'right'
    """
    found = preview(slug, text)
    if found["status"] != "read":
        return found
    asked = exercise(slug)
    grade = asked.check(text)
    if grade.verdict is None:
        return {"status": "question", "message": grade.marked}
    status = "undecided" if grade.verdict.status == "undecided" else "wrong"
    result = {"status": "right" if grade else status, "message": grade.marked,
              "latex": latex_of(grade.answer)}
    if grade and (form := another_form(grade.answer, asked.expected, asked.given)):
        result["form"] = form
    return result


def another_form(answer: Expr, expected: Expr, given=()) -> str:
    """The same otherwise written, as LaTeX; nothing if the engine finds nothing short and new.

    >>> from nnbook.derive import reals
    >>> x = reals("x")
    >>> another_form(x**2 + 2 * x + 1, (x + 1) ** 2)
    '\\\\left( 1 + x \\\\right)^{2}'
    >>> another_form(x * (1 + x), x + x**2)
    ''
    """
    own = latex_of(answer)
    for form in _forms(answer, expected):
        shown = latex_of(form)
        short = len(_signs(shown)) <= len(_signs(own)) \
            and shown.count(NEGATIVE) <= own.count(NEGATIVE)
        new = _names_in(shown) != _names_in(own) \
            and _multiplied_out(form) != _multiplied_out(answer)
        if short and new and prove(form, answer, given):
            return shown
    return ""


def _signs(latex: str) -> list[str]:
    """Names, numbers and signs: how much there is to read."""
    return [s for s in re.findall(r"\\?[A-Za-z]+|\d+|[-+]", latex) if s not in SET]


def _names_in(latex: str) -> list[str]:
    """Names, numbers and brackets in no order: (a - b)² and (b - a)² have the same."""
    return sorted([*(s for s in _signs(latex) if s not in "+-1"), *re.findall(r"\(", latex)])


def _multiplied_out(expression: Expr) -> Expr:
    """The same of two forms that differ by no more than a factor taken out of a sum."""
    evaluated = expression.replace(lambda e: isinstance(e, Add | Mul), lambda e: e.func(*e.args))
    return expand_mul(evaluated)


def _forms(answer, expected):
    ways = [] if expected.has(Partial) else [lambda: expected]
    if not answer.has(Sum) and not answer.is_number:
        ways += [lambda way=way: way(answer) for way in (factor, together, expand)]
    if isinstance(expected, Partial):
        ways.append(lambda: derivative(*expected.args))
    for way in ways:
        try:
            yield in_order(way())
        except (GaveUp, ValueError, TypeError, NotImplementedError):
            continue


def _unread(error: AnswerError) -> dict:
    text = str(error)
    found = {"status": "unread", "message": text[:1].upper() + text[1:] + "."}
    return found | ({"span": list(error.span)} if error.span else {})
