"""A display of the book: an equation that was checked, and printed from the same object.

It shows as a numbered, labelled equation, in the book and in JupyterLab alike, with a
line that says what was checked; and carries its row of the ledger in the output's metadata.
"""

import re
from dataclasses import dataclass, field
from itertools import takewhile
from textwrap import fill

from sympy import Expr, Indexed

from ..engine.claims import scope_in
from ..engine.verdict import Verdict
from ..words.language import Index, Partial
from ..words.printing import latex_of
from ..words.quantities import double_quantities
from .matching import Match, matches
from .results import defines, names, plain, results, shapes, told

displayed: dict[str, dict] = {}   # rows of the ledger made so far, by id, in order
in_text: list[str] = []   # formulas that the text says within a line, as LaTeX


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
    argued: str = ""

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
        """One of the ledger, or ``refuted`` or ``undecided``."""
        verdicts = [line.verdict.status for line in self.lines if line.verdict is not None]
        for status in ("refuted", "undecided"):
            if status in verdicts:
                return status
        if verdicts:
            return "proved"
        if self.match is not None:
            return "matched"
        return "sampled" if self.sampled else "argued" if self.argued else "definition"

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

    def caption(self, scope: str | None = None) -> str:
        """What was checked, in one line of Markdown, and what the names stand for.

        ``scope`` is that of the display, if it is known. A name is told unless the text has it, or
        a display before this one.
        """
        status, parts = self.status, []
        if status in _WORDS:
            scope = scope_of(self) if scope is None else scope
            parts.append(f"{_WORDS[status]} {scope}".rstrip())
        if self.match:
            parts.append(f"equals `{_short(self.match.code)}`"
                         + ("" if status == "proved" else f" at {self.match.points} random points"))
        if self.sampled:
            parts.append(f"sampled: {self.sampled}")
        if self.argued:
            parts.append(f"argued in the text: {self.argued}")
        if new := self._new_names():
            parts.append("with " + ", ".join(f"${text}$" for text in new))
        return " · ".join(parts)

    def _new_names(self) -> list[str]:
        """What the names of the formulas stand for, if no reader of the page can know it yet."""
        known = told(displayed[id_] for id_ in takewhile(lambda id_: id_ != self.id, displayed))
        here = [*map(" ".join, results(self.lines)), *re.findall(r"\$([^$]+)\$", self.latex())]
        said = {plain(text) for text in [*known.values(), *here, *in_text]}
        return [text for text in names(self.lines).values() if plain(text) not in said]

    def row(self) -> dict:
        """The row of the ledger."""
        return {"id": self.id, "status": self.status, "scope": scope_of(self),
                "slugs": list(self.slugs), "notes": list(self.notes),
                "code": self.match.code if self.match else "",
                "difference": self.match.bound if self.match else None,
                "points": self.match.points if self.match else 0,
                "lines": len(self.lines), "latex": self.latex(),
                "results": results(self.lines), "shapes": shapes(self.lines),
                "defines": defines(self.lines), "names": names(self.lines)}

    def _repr_mimebundle_(self, include=None, exclude=None):
        row = displayed[self.id] = self.row()
        text = f"$$\n{self.latex()}\n$$ ({self.id})"
        if caption := self.caption(row["scope"]):
            text += f"\n\n<small>{caption}</small>"
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


# Words

_WIDTH = 76   # characters of code that fit the column of the site
_MARKS = {"proved": r"\checkmark", "refuted": r"\times", "undecided": "?"}
_WORDS = {"proved": "✓", "refuted": "✗ refuted", "undecided": "? not decided"}


def _shown(thing) -> str:
    return thing if isinstance(thing, str) else latex_of(thing)


def scope_of(display: Display) -> str:
    """For what the display is claimed, in Markdown: sizes, ranges, symbols, conditions."""
    if display.sampled:
        return display.sampled
    expressions = [x for line in display.lines for x in (line.left, line.right)
                   if isinstance(x, Expr)]
    if not expressions:
        return ""
    scope = scope_in(expressions, display.given, display.status == "proved",
                     lambda thing: f"${latex_of(thing)}$")
    if not scope and display.status == "proved":
        scope = "by calculation"   # numbers alone
    return scope


def _short(code: str) -> str:
    return ".".join(code.split(".")[-2:]) if code.split(".")[-1].islower() else code.split(".")[-1]
