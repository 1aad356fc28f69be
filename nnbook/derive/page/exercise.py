"""Exercises that a formula answers: typed as text, read by a grammar, graded by the engine."""

from dataclasses import dataclass, field

from sympy import Expr, IndexedBase
from sympy.core.function import UndefinedFunction

from ..engine.verdict import prove
from ..words.language import Index, Quantity
from ..words.printing import latex_of
from .answer_words import AnswerError
from .answers import read_answer
from .grading import Grade, grade
from .tables import Markdown


@dataclass(frozen=True)
class Exercise:
    """What a reader is asked for; ``exercise.check(text)`` grades an answer.

    ``expected`` is what is asked for in any form, the question itself too: ``partial(L, w[r])``.
    Every equal expression is right, except that it may not hold a derivative to be worked out.
    ``names`` says what a reader may type. ``wrong`` maps answers that a reader may well give, as
    text or expressions, to what is then said. Each is tried when the exercise is made: ValueError
    if fewer than three are listed, or if one of them is right.

    >>> from nnbook.derive import partial, reals
    >>> x = reals("x")
    >>> square = Exercise(partial(x**2, x), names={"x": x}, wrong={
    ...     "x": "The exponent comes down as a factor.",
    ...     "2*x^2": "The exponent falls by one.",
    ...     "2": "The base stays.",
    ... })
    >>> square.check("x + x")
    Right: proved for all real x.
    >>> print(square.check("x").message.splitlines()[0])
    Not yet. The exponent comes down as a factor.
    >>> square.check("y")
    The exercise has no 'y'; its names are x.
    """

    expected: Expr
    given: tuple = ()
    wrong: dict = field(default_factory=dict)
    names: dict = field(default_factory=dict)

    def __post_init__(self):
        if len(self.wrong) < 3:
            raise ValueError(f"expected at least three wrong answers, got {len(self.wrong)}")
        read = {self._read(answer): hint for answer, hint in self.wrong.items()}
        for answer in read:
            verdict = prove(answer, self.expected, self.given)
            if verdict.status != "refuted":
                raise ValueError(f"{answer} is listed as a wrong answer, but it is {verdict!r}")
        object.__setattr__(self, "wrong", read)

    def _read(self, answer):
        return read_answer(answer, self.names) if isinstance(answer, str) else answer

    def check(self, answer="") -> "Grade | Markdown":
        """Grades an answer, typed as text or as an expression; without one, says what to type."""
        if answer is ... or (isinstance(answer, str) and not answer.strip()):
            return self.help()
        try:
            answer = self._read(answer)
        except AnswerError as error:
            text = str(error)
            return Grade(False, text[:1].upper() + text[1:] + ".")
        return grade(answer, self.expected, self.given, self.wrong)

    def help(self) -> Markdown:
        """The names that an answer may use."""
        indices = [v for v in self.names.values() if isinstance(v, Index)]
        shown = [f"`{_typed(n, v, indices)}` for ${_printed(v, indices)}$"
                 if _typed(n, v, indices) != _printed(v, indices) else f"`{n}`"
                 for n, v in self.names.items()]
        over = [f"`sum(…, {indices[0]})`", "`delta(…, …)`"] if indices else []
        return Markdown("Type your answer between the quotation marks, and run the cell. "
                        f"It may use {', '.join([*shown, *over, 'numbers'])}, and functions such "
                        "as `exp`, `log`, `sqrt`, `max`.")


def _own_indices(value, indices) -> list:
    """Indices that fit a tensor or a quantity, each at most once."""
    if isinstance(value, Quantity):
        return list(value.indices)
    found, left = [], list(indices)
    for size in value.shape or ():
        fit = next((i for i in left if i.size == size), size)
        left = [i for i in left if i is not fit]
        found.append(fit)
    return found


def _typed(name: str, value, indices) -> str:
    if isinstance(value, IndexedBase | Quantity):
        return f"{name}[{', '.join(map(str, _own_indices(value, indices)))}]"
    return f"{name}(…)" if isinstance(value, UndefinedFunction | type) else name


def _printed(value, indices) -> str:
    if isinstance(value, IndexedBase | Quantity):
        return latex_of(value[tuple(_own_indices(value, indices))])
    if isinstance(value, UndefinedFunction | type):
        return latex_of(value(*indices[:1])).partition("(")[0].replace(r"\left", "").strip()
    return latex_of(value)
