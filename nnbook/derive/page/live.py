"""Exercises in the page: what the browser asks and gets, as JSON.

The text comes from a reader or from a link. It is read by the grammar of :mod:`.answers` and never
evaluated; LaTeX that goes back is what the engine prints of the formula that was read.
"""

from sympy import Expr, Sum, expand, factor, together

from nnbook.exercises import exercise

from ..engine.calculus import derivative
from ..engine.verdict import prove, short
from ..limits import GaveUp
from ..words.language import Partial
from ..words.printing import latex_of
from .answers import AnswerError, read_answer

NEGATIVE = r"\left( -"   # begins a bracket that had better be turned round
LONGER = 1.5   # another form is worth showing up to so many times the answer's own LaTeX


def preview(slug: str, text: str) -> dict:
    """What a text says as a formula, or where it can't be read.

    >>> preview("losses.belief", "2^(-l)")
    {'status': 'read', 'latex': '2^{-l}'}
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
        return {"status": "question", "message": grade.message}
    status = "undecided" if grade.verdict.status == "undecided" else "wrong"
    result = {"status": "right" if grade else status, "message": _with_symbols(grade),
              "latex": latex_of(grade.answer)}
    if grade and (form := another_form(grade.answer, asked.expected, asked.given)):
        result["form"] = form
    return result


def _with_symbols(grade) -> str:
    """What is said, with the symbols of the point at which it shows as formulas."""
    message = grade.message
    for symbol, value in (grade.verdict.counterexample or {}).items():
        words = f"{symbol} = {short(value)}"
        message = message.replace(words, f"${latex_of(symbol)}$ = {short(value)}", 1)
    return message


def another_form(answer: Expr, expected: Expr, given=()) -> str:
    """The same otherwise written, as LaTeX; nothing if the engine finds nothing short.

    >>> from nnbook.derive import reals
    >>> x = reals("x")
    >>> another_form(x * (1 + x), x + x**2)
    'x + x^{2}'
    """
    own = latex_of(answer)
    for form in _forms(answer, expected):
        shown = latex_of(form)
        plain = len(shown) <= LONGER * len(own) and shown.count(NEGATIVE) <= own.count(NEGATIVE)
        if shown != own and plain and prove(form, answer, given):
            return shown
    return ""


def _forms(answer, expected):
    ways = [] if expected.has(Partial) else [lambda: expected]
    if not answer.has(Sum) and not answer.is_number:
        ways += [lambda way=way: way(answer) for way in (factor, together, expand)]
    if isinstance(expected, Partial):
        ways.append(lambda: derivative(*expected.args))
    for way in ways:
        try:
            yield way()
        except (GaveUp, ValueError, TypeError, NotImplementedError):
            continue


def _unread(error: AnswerError) -> dict:
    text = str(error)
    found = {"status": "unread", "message": text[:1].upper() + text[1:] + "."}
    return found | ({"span": list(error.span)} if error.span else {})
