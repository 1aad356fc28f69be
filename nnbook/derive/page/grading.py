"""Grading a reader's expression: the same engine that proves the book's formulas.

A wrong answer gets a counterexample in numbers, and a hint where a common slip explains it: a
sign, a constant factor, an index that should be free.
"""

import re
from dataclasses import dataclass

from sympy import Derivative, Expr, Float, Indexed, IndexedBase, Rational, Symbol
from sympy.core.function import UndefinedFunction

from ..engine.claims import scope_in
from ..engine.verdict import Verdict, prove, short
from ..words.language import Partial, symbolic
from ..words.printing import latex_of
from ..words.statement import conditions_of, unfolded
from .diagnosis import diagnosis
from .readable import in_words
from .witness import at_play


@dataclass(frozen=True)
class Grade:
    """A graded answer: ``correct``, the verdict behind it, and a hint.

    ``marked`` is what is said, in Markdown with formulas between dollars; ``message`` is the same
    as plain text.
    """

    correct: bool
    marked: str
    verdict: Verdict | None = None
    answer: object = None

    def __bool__(self):
        return self.correct

    def __repr__(self):
        return self.message

    @property
    def message(self) -> str:
        return in_words(self.marked)

    def _repr_markdown_(self):
        mark = "✓" if self.correct else "…" if self.verdict is None else "✗"
        shown = f" Your answer: ${latex_of(self.answer)}$." if self.answer is not None else ""
        return f"**{mark}**{shown} {self.marked}"


def grade(answer, expected, given=(), hints=None) -> Grade:
    """Grades an answer against the expected expression.

    Parameters
    ----------
    answer
        What the reader wrote, a SymPy expression.
    expected
        The right expression, in any form.
    given
        Conditions that may be used.
    hints
        Wrong expressions that a reader may well give, with what to say to each:
        ``{wrong: "You forgot …"}`` as pairs or a mapping.

    >>> from nnbook.derive import reals
    >>> x = reals("x")
    >>> grade(2 * x, (x + x))
    Right: proved for all real x.
    >>> print(grade(-2 * x, 2 * x).message.splitlines()[0])
    Not yet. It is right but for the sign.
    """
    answer = symbolic(answer)
    if not isinstance(answer, Expr):
        raise TypeError(f"expected one expression of the symbols above, got {answer!r}")
    expected = symbolic(expected)
    answer = _with_symbols_of(expected, answer, given)
    if answer.has(Partial, Derivative):
        return Grade(False, "That is the question: work the derivative out.", None, answer)
    verdict = prove(answer, expected, given)
    if verdict.status == "proved":
        scope = scope_in((answer, expected), given, True, _math)
        scope = NO_VALUE.sub("(elsewhere there is no value)", scope)
        why = f"proved {scope}" if scope else "it is the same number"
        return Grade(True, f"Right: {why}.", verdict, answer)
    if verdict.status == "undecided":
        return Grade(False, f"Neither proved nor refuted: your expression agrees with the right "
                            f"one at {verdict.points} random points. Try to simplify it.",
                     verdict, answer)
    fractions = {f: Rational(str(f)).limit_denominator(1000) for f in answer.atoms(Float)}
    fractions = {f: r for f, r in fractions.items() if abs(f - r) < 1e-14 * (1 + abs(r))}
    if fractions and prove(answer.xreplace(fractions), expected, given):
        meant = ", ".join(f"{float(f):g} is meant as {r}" for f, r in fractions.items())
        return Grade(True, f"Right, if {meant}; with Rational(1, 3) it is exact.", verdict, answer)
    why = _listed(answer, given, hints or ()) or diagnosis(answer, expected, verdict, given)
    if not verdict.counterexample:   # two numbers: to show the right one would answer the question
        return Grade(False, f"Not yet. {why or _number(answer, verdict)}".strip(), verdict, answer)
    why = why or "Here is a point at which it differs."
    shown = at_play(answer, expected, given, verdict.counterexample)
    where = ", ".join(f"{_math(s)} = {short(v)}" for s, v in shown.items())
    yours, right = _apart(verdict.left, verdict.right)
    return Grade(False, f"Not yet. {why}\n{f'At {where}, your' if where else 'Your'} expression is "
                        f"{yours} and the right one is {right}.", verdict, answer)


# A reader has typed one expression, and knows of no sides.
NO_VALUE = re.compile(r"\(elsewhere (?:a|the left|the right) side is not defined\)")


def _math(thing) -> str:
    """A symbol, a function or a condition as a formula within a sentence."""
    if isinstance(thing, UndefinedFunction):
        thing = Symbol(thing.__name__)
    if getattr(thing, "is_Integer", False):
        return str(thing)
    return f"${latex_of(thing)}$"


def _number(answer, verdict: Verdict) -> str:
    """What is said to a wrong number for which there is no hint."""
    left, right = float(verdict.left), float(verdict.right)
    if abs(left - right) <= 0.01 * abs(right):
        return "It is near. Is it rounded? Type the number exactly: 1/3, or log(2), or 2^(1/5)."
    return "It is too large." if left > right else "It is too small."


def _with_symbols_of(expected, answer, given) -> Expr:
    """A reader's own symbols and tensors are taken for those of the exercise of the same name."""
    ours = {}
    for e in (expected, *conditions_of(given)):
        for thing in unfolded(e).atoms(Symbol, IndexedBase) | e.atoms(Symbol, IndexedBase):
            ours.setdefault((isinstance(thing, IndexedBase), str(thing)), thing)
    symbols = {s: ours[False, s.name] for s in answer.free_symbols
               if isinstance(s, Symbol) and (False, s.name) in ours}
    entries = {e: ours[True, str(e.base)][tuple(i.xreplace(symbols) for i in e.indices)]
               for e in answer.atoms(Indexed) if (True, str(e.base)) in ours}
    return answer.xreplace(entries).xreplace(symbols)


def _apart(left, right) -> tuple[str, str]:
    """Two numbers in as many digits as it takes to tell them apart, from four on."""
    for digits in range(4, 17):
        texts = f"{float(left):.{digits}g}", f"{float(right):.{digits}g}"
        if texts[0] != texts[1]:
            break
    return texts


def _listed(answer, given, hints) -> str:
    """What is said to a wrong answer that was foreseen."""
    for wrong, text in (hints.items() if hasattr(hints, "items") else hints):
        if prove(answer, wrong, given):
            return text
    return ""
