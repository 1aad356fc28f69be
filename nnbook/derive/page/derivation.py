"""Displays of the book: definitions, equations, derivations, checked and printed from one object.

Each display shows as a numbered, labelled equation, in the book and in JupyterLab alike, with a
line that says what was checked; and carries its row of the ledger in the output's metadata.
"""

import math
import re
from dataclasses import dataclass, field
from textwrap import fill

from sympy import Expr, Indexed, evaluate

from ..engine.claims import chain_domain, scope_in
from ..engine.verdict import Verdict, verdict_on
from ..words.language import Index, Named, Partial, Quantity, symbolic
from ..words.printing import latex_of
from ..words.statement import double_quantities
from .matching import Match, matches
from .results import defines, names, results, shapes

displayed: dict[str, dict] = {}   # rows of the ledger made so far, by id, in order


class CheckError(Exception):
    """A line of a display was refuted or could not be decided."""


@dataclass
class Line:
    """One printed line: ``left = right``, the reason for it, and the verdict on it."""

    right: object
    left: object = None
    reason: str = ""
    verdict: Verdict | None = None
    relation: str = "="

    def sign(self) -> str:
        """The relation, with a mark over it that says what became of the check."""
        if self.verdict is None:
            return self.relation
        return rf"\overset{{{_MARKS[self.verdict.status]}}}{{{self.relation}}}"


@dataclass
class Display:
    """A labelled equation of the book and what was checked of it."""

    id: str
    slugs: tuple = ()
    notes: tuple = ()
    given: tuple = ()
    lines: list = field(default_factory=list)
    match: Match | None = None
    sampled: str = ""

    def __post_init__(self):
        if not re.fullmatch(r"eq-[a-z0-9-]+", self.id):
            raise ValueError(f"expected an id such as 'eq-mse-gradient', got {self.id!r}")
        self.slugs = (self.slugs,) if isinstance(self.slugs, str) else tuple(self.slugs)
        self.notes = (self.notes,) if isinstance(self.notes, str) else tuple(self.notes)
        if not isinstance(self.given, tuple | list):
            self.given = (self.given,)

    # What is known

    @property
    def status(self) -> str:
        """``proved``, ``refuted``, ``undecided``, ``matched``, ``sampled`` or ``definition``."""
        verdicts = [line.verdict.status for line in self.lines if line.verdict is not None]
        for status in ("refuted", "undecided"):
            if status in verdicts:
                return status
        if verdicts:
            return "proved"
        if self.match is not None:
            return "matched"
        return "sampled" if self.sampled else "definition"

    @property
    def result(self) -> Expr:
        """The expression of the last line."""
        return self.lines[-1].right

    def matches(self, function, over=None, *, code=None, **options):
        """Ties the last expression to code; see :func:`nnbook.derive.matches`.

        ``over`` defaults to the indices on the left: those of the quantity, or of the variable
        derived by. Raises :class:`CheckError` if the code computes something else.
        """
        over = self._free_indices() if over is None else over
        match = matches(self.result, function, over=over, given=self.given, code=code, **options)
        if not match:
            raise CheckError(f"{self.id}: the printed expression {match!r}")
        self.match = match
        return self

    def _free_indices(self) -> tuple:
        lefts = [line.left for line in self.lines if line.left is not None]
        left = lefts[-1] if lefts else self.lines[0].right
        if isinstance(left, Partial):
            left = left.args[1] if isinstance(left.args[1], Indexed) else left.args[0]
        return tuple(i for i in getattr(left, "indices", ()) if isinstance(i, Index))

    def check_names(self):
        """Raises CheckError if two quantities of one name, with as many indices, would be shown."""
        parts = [x for line in self.lines for x in (line.left, line.right) if isinstance(x, Expr)]
        if double := double_quantities(parts):
            raise CheckError(f"{self.id}: two quantities are named {', '.join(double)}; rename one")

    # How it prints

    def latex(self) -> str:
        """The body of the equation, as LaTeX."""
        if len(self.lines) == 1:
            line = self.lines[0]
            left = "" if line.left is None else f"{_shown(line.left)} {line.sign()} "
            return left + _shown(line.right)
        rows = []
        for line in self.lines:
            left = "" if line.left is None else _shown(line.left)
            reason = rf" && \text{{{line.reason}}}" if line.reason else ""
            rows.append(f"{left} &{line.sign()} {_shown(line.right)}{reason}")
        return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"

    def caption(self) -> str:
        """What was checked, in one line of Markdown."""
        status, parts = self.status, []
        if status in ("proved", "refuted", "undecided"):
            parts.append(f"{_WORDS[status]}{scope_of(self)}")
        if self.match:
            parts.append(f"equals `{_short(self.match.code)}` at {self.match.points} random points "
                         f"(relative difference below {self.match.bound:g})")
        if self.sampled:
            parts.append(f"sampled: {self.sampled}")
        text = "; ".join(parts) or "definition"
        return text[0].upper() + text[1:]

    def row(self) -> dict:
        """The row of the ledger."""
        return {"id": self.id, "status": self.status, "scope": scope_of(self).strip(),
                "slugs": list(self.slugs), "notes": list(self.notes),
                "code": self.match.code if self.match else "",
                "difference": self.match.bound if self.match else None,
                "points": self.match.points if self.match else 0,
                "lines": len(self.lines), "latex": self.latex(),
                "results": results(self.lines), "shapes": shapes(self.lines),
                "defines": defines(self.lines), "names": names(self.lines)}

    def _repr_mimebundle_(self, include=None, exclude=None):
        row = displayed[self.id] = self.row()
        text = f"$$\n{self.latex()}\n$$ ({self.id})\n\n<small>{self.caption()}</small>"
        if trouble := self.trouble():
            text += f"\n\n{trouble}"
        return {"text/markdown": text, "text/plain": repr(self)}, {"nnbook": row}

    def __repr__(self):
        rows = []
        for line in self.lines:
            left = "" if line.left is None else f"{line.left} "
            mark = f"   [{line.verdict.status}]" if line.verdict is not None else ""
            reason = f"   ({line.reason})" if line.reason else ""
            rows.append(f"{left}{line.relation} {line.right}{reason}{mark}")
        return "\n".join(rows)

    def trouble(self) -> str:
        """Which line is wrong and where it shows, or nothing."""
        return "\n".join(fill(f"Line {number} is {' '.join(repr(line.verdict).split())}.", _WIDTH)
                         for number, line in enumerate(self.lines, start=1)
                         if line.verdict is not None and not line.verdict)


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


# Words

_WIDTH = 76   # characters of code that fit the column of the site
_MARKS = {"proved": r"\checkmark", "refuted": r"\times", "undecided": "?"}
_WORDS = {"proved": "Proved", "refuted": "Refuted", "undecided": "Not decided"}


def _shown(thing) -> str:
    return thing if isinstance(thing, str) else latex_of(thing)


def scope_of(display: Display) -> str:
    """For what the display is claimed, in Markdown: sizes, ranges, symbols, conditions."""
    if display.sampled:
        return f" {display.sampled}"
    expressions = [x for line in display.lines for x in (line.left, line.right)
                   if isinstance(x, Expr)]
    if not expressions:
        return ""
    scope = scope_in(expressions, display.given, display.status == "proved",
                     lambda thing: f"${latex_of(thing)}$")
    if not scope and display.status == "proved":
        scope = "by calculation"   # numbers alone
    return f" {scope}" if scope else ""


def _short(code: str) -> str:
    return ".".join(code.split(".")[-2:]) if code.split(".")[-1].islower() else code.split(".")[-1]
