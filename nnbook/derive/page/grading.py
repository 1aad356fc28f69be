"""Grading a reader's expression: the same engine that proves the book's formulas.

A wrong answer gets a counterexample in numbers, and a hint where a common slip explains it: a
sign, a constant factor, an index that should be free, a side condition forgotten.
"""

from dataclasses import dataclass, field

from sympy import Expr, Float, Integer, Rational, Symbol

from ..engine.verdict import Verdict, prove, short
from ..words.language import Index, symbolic
from ..words.printing import latex_of
from ..words.statement import bound_symbols, conditions_of, unfolded


@dataclass(frozen=True)
class Grade:
    """A graded answer: ``correct``, the verdict behind it, and a hint."""

    correct: bool
    message: str
    verdict: Verdict | None = None
    answer: object = None

    def __bool__(self):
        return self.correct

    def __repr__(self):
        return self.message

    def _repr_markdown_(self):
        mark = "✓" if self.correct else "…" if self.verdict is None else "✗"
        shown = f" Your answer: ${latex_of(self.answer)}$." if self.answer is not None else ""
        return f"**{mark}**{shown} {self.message}"


def grade(answer, expected, given=(), hints=None) -> Grade:
    """Grades an answer against the expected expression.

    Parameters
    ----------
    answer
        What the reader wrote, a SymPy expression; ``None`` or ``...`` is "not answered yet".
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
    if answer is None or answer is ...:
        return Grade(False, "Write your expression in place of the dots, and run the cell again.")
    answer = symbolic(answer)
    if not isinstance(answer, Expr):
        raise TypeError(f"expected one expression of the symbols above, got {answer!r}")
    expected = symbolic(expected)
    answer = _with_symbols_of(expected, answer, given)
    verdict = prove(answer, expected, given)
    if verdict.status == "proved":
        why = f"proved {verdict.scope}" if verdict.scope else "it is the same number"
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
    hint = "\n".join(h for h in (_hint(answer, expected, given, hints or ()), verdict.hint) if h)
    where = ", ".join(f"{s} = {short(v)}" for s, v in verdict.counterexample.items())
    yours, right = _apart(verdict.left, verdict.right)
    return Grade(False, f"Not yet. {hint}\nAt {where}, your expression is {yours} "
                        f"and the right one is {right}.", verdict, answer)


def _with_symbols_of(expected, answer, given) -> Expr:
    """A reader's own symbols are taken for those of the exercise that bear the same name."""
    ours = {s.name: s for e in (expected, *conditions_of(given))
            for s in unfolded(e).free_symbols if isinstance(s, Symbol)}
    return answer.xreplace({s: ours[s.name] for s in answer.free_symbols
                            if isinstance(s, Symbol) and type(s) is Symbol
                            and s.name in ours and s != ours[s.name]})


def _apart(left, right) -> tuple[str, str]:
    """Two numbers in as many digits as it takes to tell them apart, from four on."""
    for digits in range(4, 17):
        texts = f"{float(left):.{digits}g}", f"{float(right):.{digits}g}"
        if texts[0] != texts[1]:
            break
    return texts


@dataclass(frozen=True)
class Exercise:
    """What a reader is asked for, kept in a folded cell; ``exercise.grade(answer)`` grades.

    ``wrong`` maps answers that a reader may well give to what is then said. Each is tried when the
    exercise is made: ValueError if fewer than three are listed, or if one of them is right.

    >>> from nnbook.derive import reals
    >>> x = reals("x")
    >>> square = Exercise(2 * x, wrong={
    ...     x: "The exponent comes down as a factor.",
    ...     2 * x**2: "The exponent falls by one.",
    ...     2: "The base stays.",
    ... })
    >>> square.grade(...)
    Write your expression in place of the dots, and run the cell again.
    >>> print(square.grade(x).message.splitlines()[0])
    Not yet. The exponent comes down as a factor.
    """

    expected: Expr
    given: tuple = ()
    wrong: dict = field(default_factory=dict)

    def __post_init__(self):
        if len(self.wrong) < 3:
            raise ValueError(f"expected at least three wrong answers, got {len(self.wrong)}")
        for answer in self.wrong:
            verdict = prove(answer, self.expected, self.given)
            if verdict.status != "refuted":
                raise ValueError(f"{answer} is listed as a wrong answer, but it is {verdict!r}")

    def grade(self, answer) -> Grade:
        """Grades an answer; see :func:`grade`."""
        return grade(answer, self.expected, self.given, self.wrong)


def _hint(answer, expected, given, hints) -> str:
    for wrong, text in (hints.items() if hasattr(hints, "items") else hints):
        if prove(answer, wrong, given):
            return text
    free = {name: {s for s in unfolded(e).free_symbols if isinstance(s, Index)
                   and s not in _bound(e)} for name, e in (("a", answer), ("e", expected))}
    if missing := free["e"] - free["a"]:
        return f"The result should depend on {_names(missing)}; yours does not."
    if extra := free["a"] - free["e"]:
        return f"The result should not depend on {_names(extra)}; sum over it, or use its delta."
    factors = [(Integer(-1), "the sign"), (Integer(2), "a factor of 2"),
               (Rational(1, 2), "a factor of 2")]
    symbols = unfolded(answer).free_symbols | unfolded(expected).free_symbols
    for s in sorted((s for s in symbols if s.is_Symbol and s.is_positive), key=str):
        factors += [(s, f"a factor of {s}"), (1 / s, f"a factor of {s}")]
    for factor, words in factors:
        if prove(answer, factor * expected, given):
            return f"It is right but for {words}."
    return "Here is a point at which it differs."


def _names(symbols) -> str:
    return " and ".join(sorted(map(str, symbols)))


def _bound(expression) -> set:
    return bound_symbols(unfolded(expression))
