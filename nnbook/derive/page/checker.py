"""The page *Checker* asks here: questions come as text, answers go back as JSON.

A question is ``{"left": …, "right": …, "when": …, "sizes": …, "by": …}``, all of them text; what is
missing counts as empty. An answer that has an ``error`` says in which field, where, and why.
Formulas in answers are LaTeX made by the printer, never the text that came.
"""

from sympy import Symbol

from ..engine.claims import scope_in
from ..engine.verdict import TOO_LONG, short, told_apart
from ..words.language import Named, as_written
from ..words.latex import NothingToCheck, ReadError, read_statement
from . import checking
from .remarks import plural, read_as, unknown_functions
from .working import in_order

FIELDS = ("left", "right", "when", "sizes", "by")
_SHOWN = 12   # values of a counterexample


def preview(question: dict) -> dict:
    r"""How a question is understood: sides, sizes, conditions, definitions.

    >>> preview({"left": r"\frac1n \sum_i x_i = \mu"})["sides"]
    ['\\frac{1}{n} \\sum_{i=1}^{n} x_{i}', '\\mu']
    >>> preview({"left": r"a + \foo"})["error"]["at"]
    4
    """
    return _answered(question, _preview)


def check(question: dict) -> dict:
    """The verdict on an equation, beside how it is understood."""
    return _answered(question, _check)


def derive(question: dict) -> dict:
    """The derivative with respect to ``by`` with its steps, beside how the expression is read."""
    return _answered(question, _derive)


def _answered(question, made) -> dict:
    asked = {name: str(question.get(name) or "").strip() for name in FIELDS}
    try:
        return made(asked)
    except ReadError as error:
        return {"error": {"field": _field(error, asked), "text": error.text, "at": error.at,
                          "piece": error.piece, "expected": error.expected,
                          "message": str(error),
                          "defines": isinstance(error, NothingToCheck)}}
    except (TypeError, ValueError, RecursionError) as error:
        return {"error": {"field": "", "text": "", "at": -1, "piece": "", "expected": str(error),
                          "message": str(error)}}


def _field(error, asked) -> str:
    """The field in which an error stands; a condition is one of several in its field."""
    return next((name for name in FIELDS if error.text and error.text in asked[name]), "")


def _preview(asked) -> dict:
    sides = [text for text in (asked["left"], asked["right"]) if text]
    with as_written():
        found = read_statement(sides or [""], checking.texts_of(asked["when"]),
                               checking.names(asked["sizes"]), asked["by"] or None)
    return {
        "sides": [read_as(side) for side in found.sides],
        "by": read_as(found.by) if found.by is not None else "",
        "sizes": found.sizes,
        "given": [read_as(condition) for condition in found.given],
        "definitions": [_definition(name, law) for name, law in found.definitions.items()],
        "scope": plural(scope_in(found.sides, found.given, False, _math)),
        "notes": found.notes,
    }


def _definition(name, law) -> str:
    return f"{read_as(Named(Symbol(name), law, *law.variables))} = {read_as(law.expr)}"


def _check(asked) -> dict:
    found = checking.check(asked["left"], asked["right"], when=asked["when"],
                           sizes=asked["sizes"])
    verdict = found.verdicts[found.link]
    pair = found.sides[found.link:found.link + 2]
    scope = plural(scope_in(pair, found.conditions, found.status == "proved", _math))
    refuted = found.left is not None
    left, right = told_apart(found.left, found.right) if refuted else ("", "")
    return {
        "status": found.status, "sides": list(found.latex), "scope": scope,
        "link": found.link + 1 if len(found.verdicts) > 1 else 0, "words": found.words,
        "values": [[read_as(s), short(v)]
                   for s, v in list((verdict.counterexample or {}).items())[:_SHOWN]],
        "more": max(0, len(verdict.counterexample or {}) - _SHOWN),
        "left": left, "right": right, "notes": list(found.notes),
        "functions": [] if refuted else unknown_functions(pair, found.conditions),
        "pair": [read_as(side) for side in pair],
        "points": verdict.points, "reason": verdict.reason, "hint": verdict.hint,
        "too_long": verdict.reason == TOO_LONG,
    }


def _derive(asked) -> dict:
    if asked["right"]:
        raise ReadError(asked["right"], 0, asked["right"][:20],
                        "expected an expression to differentiate, in the first field alone")
    if not asked["by"]:
        raise ReadError("", 0, "", "say with respect to what: a symbol or an entry")
    found = checking.derive(asked["left"], asked["by"], when=asked["when"], sizes=asked["sizes"])
    return {"status": found.status, "question": read_as(found.question),
            "lines": [{"latex": read_as(in_order(line)), "reason": reason, "status": status}
                      for line, reason, status in found.lines]}


def _math(thing) -> str:
    return rf"\({read_as(thing)}\)"
