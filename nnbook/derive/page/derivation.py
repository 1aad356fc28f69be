"""Makes the displays of the book: derivations, equations, definitions, samples, theorems."""

import math

from sympy import evaluate

from ..engine.claims import chain_domain
from ..engine.verdict import verdict_on
from ..words.language import Named, Partial, Quantity, symbolic
from .display import CheckError, Display, Line


class Derivation(Display):
    """A chain of steps, each checked against the line above; made by :func:`derivation`.

    Inside ``with derivation(…) as d`` expressions keep the order in which they are written.
    A wrong or undecided step raises :class:`CheckError` at the end of the block, unless
    ``strict=False``.
    """

    strict = True

    @property
    def status(self) -> str:
        """As of any display; a chain that was not checked to its end is ``undecided``."""
        unchecked = not self.lines or any(line.verdict is None for line in self.lines)
        return "undecided" if unchecked else super().status

    def __enter__(self):
        self._mode = evaluate(False)
        self._mode.__enter__()
        return self

    def __exit__(self, kind, value, traceback):
        self._mode.__exit__(kind, value, traceback)
        if kind is not None:
            return
        if len(self.lines) < 1:
            raise ValueError(f"{self.id}: a derivation needs a start and at least one step")
        self.check_names()
        lines = [self.lines[0].left, *(line.right for line in self.lines)]
        for place, line in enumerate(self.lines):
            others = [*lines[:place], *lines[place + 2:]]
            line.verdict = verdict_on(*lines[place:place + 2], self.given, others)
        if self.strict and self.trouble():
            raise CheckError(f"{self.id} does not hold.\n{self.trouble()}")
        if self.trouble():
            return
        if narrower := chain_domain(lines, self.given):
            place, words = narrower
            raise CheckError(f"{self.id}: line {place} has a value only where {words}, which "
                             "neither the line that the chain begins with nor a condition says; "
                             "add it to given, or declare it of the symbols")

    def start(self, left):
        """The expression with which the chain begins."""
        self._left = symbolic(left)
        return self

    def step(self, right, reason=""):
        """The next line: equal to the one above, for the reason given."""
        if not hasattr(self, "_left"):
            raise ValueError(f"{self.id}: start(expression) comes before the first step")
        left = self._left if not self.lines else None
        self.lines.append(Line(symbolic(right), left, reason))
        return self


def derivation(id, *, given=(), slugs=(), notes=(), strict=True) -> Derivation:
    """A derivation, to be written in a ``with`` block.

    >>> from sympy import exp
    >>> from nnbook.derive import partial, reals
    >>> u = reals("u")
    >>> with derivation("eq-example") as d:
    ...     _ = d.start(partial(exp(2 * u), u))
    ...     _ = d.step(2 * exp(2 * u), "chain rule")
    >>> d.status
    'proved'
    """
    made = Derivation(id, slugs, notes, given)
    made.strict = strict
    return made


def equation(id, left, right, *, given=(), slugs=(), notes=(), strict=True) -> Display:
    """A single proved equation ``left = right``."""
    made = Display(id, slugs, notes, given, [Line(symbolic(right), symbolic(left))])
    made.check_names()
    made.lines[0].verdict = verdict_on(left, right, given)
    if strict and made.trouble():
        raise CheckError(f"{id} does not hold.\n{made.trouble()}")
    return made


def definition(id, *things, slugs=(), notes=(), given=()) -> Display:
    """A definition, printed: of named quantities, of ``(left, right)`` pairs, or LaTeX as a string.

    A definition says what a symbol means, so there is nothing to prove; ``.matches`` ties it to
    code.
    """
    lines = []
    for thing in things:
        if isinstance(thing, Quantity):
            thing = thing[thing.indices]
        if isinstance(thing, Named):
            lines.append(Line(thing.args[1].expr, thing))
        elif isinstance(thing, tuple):
            left, right = thing
            if isinstance(left, Partial):
                raise TypeError(f"{id}: what a derivative is cannot be defined, it is derived: "
                                "use equation or derivation")
            lines.append(Line(right if isinstance(right, str) else symbolic(right),
                              left if isinstance(left, str) else symbolic(left)))
        elif isinstance(thing, str):
            lines.append(Line(thing, None, relation=""))
        else:
            raise TypeError(f"{id}: expected a named quantity, a pair (left, right) or LaTeX as a "
                            f"string, got {thing!r}")
    return Display(id, slugs, notes, given, lines)


def sampled(id, left, right, estimate, standard_error, *, samples, slugs=(), notes=()) -> Display:
    """An equation that a random experiment bears out, with its error bar; never called proved.

    ``left`` is an expression or LaTeX, ``right`` a number. The estimate of ``left`` must lie within
    four standard errors of it, or :class:`CheckError` is raised. ``samples`` says how many draws
    were made.

    >>> sampled("eq-coin", "P(r = 1)", 0.5, 0.4987, 0.005, samples=10_000).sampled
    '0.499 ± 0.005 in 10,000 samples'
    """
    if not isinstance(samples, int) or samples < 2:
        raise ValueError(f"{id}: expected the number of samples, at least 2, got {samples!r}")
    if not 0 < standard_error < math.inf:
        raise ValueError(f"{id}: the standard error must be positive, got {standard_error}")
    right = symbolic(right)
    if not right.is_number:
        raise TypeError(f"{id}: expected a number on the right, got {right}")
    digits = max(0, -math.floor(math.log10(standard_error)))
    text = f"{estimate:.{digits}f} ± {standard_error:.{digits}f} in {samples:,} samples"
    if not abs(estimate - float(right)) <= 4 * standard_error:
        raise CheckError(f"{id}: the sample gives {text}, which is more than four standard "
                         f"errors from {float(right):.{digits + 2}g}")
    made = Display(id, slugs, notes, (), [Line(right, left)])
    made.sampled = text
    return made


def argued(id, *equations, by, given=(), slugs=(), notes=()) -> Display:
    """A theorem whose proof stands in words in the text; never called proved.

    Each of ``equations`` is a pair (left, right) of expressions or LaTeX, or LaTeX as a string;
    ``by`` names the argument.

    >>> argued("eq-limit", (r"\\lim_{n \\to \\infty} (1 + 1/n)^n", "e"), by="a limit").status
    'argued'
    """
    if not isinstance(by, str) or not by.strip():
        raise ValueError(f"{id}: expected the argument in a few words, got {by!r}")
    made = definition(id, *equations, slugs=slugs, notes=notes, given=given)
    made.argued = by
    return made
