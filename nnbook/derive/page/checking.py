"""Formulas of anybody's, typed or pasted: are they right? And what is their derivative?"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from textwrap import fill

from sympy import Expr, Symbol

from ..engine.claims import scope_in
from ..engine.verdict import Verdict, short, told_apart, verdict_on
from ..words.language import Partial, as_written
from ..words.latex import ReadError, read_statement
from ..words.printing import latex_of
from .remarks import advice, no_definition, plural, read_as, unknown_functions
from .working import evaluated, in_order, worked_out

_SHOWN = 12   # values of a counterexample


@dataclass(frozen=True)
class Check:
    """What is known of an equation, or of a chain of them.

    ``status`` is ``"proved"``, ``"refuted"`` or ``"undecided"``, of a chain the worst of its links,
    whose verdicts are in ``verdicts``. ``latex`` holds the sides as they were understood, ``sizes``
    the names that were taken for sizes. Where it is refuted, ``counterexample`` has numbers by
    name, with the values ``left`` and ``right`` of the sides of the first link that fails; of
    functions without a definition no values are told. ``notes`` say what was guessed of the text.
    True if proved.
    """

    status: str
    words: str
    latex: tuple[str, ...]
    verdicts: tuple[Verdict, ...] = field(repr=False)
    counterexample: dict = field(default_factory=dict)
    left: float | None = None
    right: float | None = None
    link: int = 0
    sizes: tuple[str, ...] = ()
    sides: tuple[Expr, ...] = field(default=(), repr=False)
    given: tuple[str, ...] = ()
    conditions: tuple = field(default=(), repr=False)
    definitions: dict = field(default_factory=dict, repr=False)
    notes: tuple[str, ...] = ()

    def __bool__(self):
        return self.status == "proved"

    def __repr__(self):
        return "\n".join([self.words, *(fill(note, 76) for note in self.notes)])

    def _repr_markdown_(self):
        mark = {"proved": "✓", "refuted": "✗"}.get(self.status, "?")
        notes = "".join(f"\n\n{note}" for note in self.notes)
        return f"$$\n{' = '.join(self.latex)}\n$$\n\n**{mark}** {self.words}{notes}"


@dataclass(frozen=True)
class Worked:
    """A derivative with its steps: ``lines`` of (expression, reason, status), each checked."""

    question: Expr
    lines: tuple
    sizes: tuple[str, ...] = ()
    scope: str = ""

    @property
    def result(self) -> Expr:
        """The expression of the last line."""
        return self.lines[-1][0]

    @property
    def status(self) -> str:
        """``proved`` if each line was proved from the one above it."""
        found = [status for *_, status in self.lines]
        return next((s for s in ("refuted", "undecided") if s in found), "proved")

    def latex(self) -> str:
        """The chain, aligned at its signs."""
        marks = {"proved": r"\checkmark", "refuted": r"\times"}
        rows = [rf"&\overset{{{marks.get(status, '?')}}}{{=}} {latex_of(in_order(line))}"
                rf" && \text{{{reason}}}" for line, reason, status in self.lines]
        return ("\\begin{aligned}\n" + latex_of(self.question) + " " + " \\\\\n".join(rows)
                + "\n\\end{aligned}")

    def __repr__(self):
        rows = [f"  = {line}   ({reason}) [{status}]" for line, reason, status in self.lines]
        return "\n".join([str(evaluated(self.question)), *rows])

    def _repr_markdown_(self):
        return f"$$\n{self.latex()}\n$$"


def check(left: str, right: str | None = None, *, when=(), sizes=()) -> Check:
    r"""Whether an equation of a paper holds: proved, refuted with numbers, or undecided.

    Parameters
    ----------
    left, right
        The sides, in LaTeX or in the plain language of typed answers (see
        :func:`nnbook.derive.read_latex`); or the whole equation, or a chain of them, as one text.
    when
        Conditions and definitions, a text each, or one text with semicolons between them:
        ``\sum_k y_k = 1``, ``x > 0``. A name by itself, with letters as its indices, is defined:
        ``L = -\sum_k y_k \log p_k``, ``f(x) = x^2``; with ``:=`` always.
    sizes
        Names of positive integers, where the text does not show that they are: ``"n, K"``.

    Returns
    -------
    Check
        Everything is a real number unless it counts. Equality is claimed wherever both sides have
        a value, for all sizes.

    Raises
    ------
    ReadError
        If a text cannot be read; the error names the place.

    >>> check(r"\sum_{i=1}^n (x_i - \bar{x})", "0", when=r"\bar{x} = \frac{1}{n} \sum_{i=1}^n x_i")
    Proved for all sizes n ≥ 1.
    >>> check("(a + b)^2 = a^2 + b^2")
    Refuted: at a = 2.4, b = -1.6, the left side is 0.64 and the right side is
    8.32.
    """
    with as_written():
        found = read_statement(_texts(left, right), texts_of(when), names(sizes), equations=True)
    if len(found.sides) < 2:
        raise ReadError(left, len(left), "", "expected an equation: a sign = and a right side")
    no_definition(found, left, right)
    verdicts, failed = [], 0
    for place, (one, other) in enumerate(zip(found.sides, found.sides[1:], strict=False)):
        rest = [*found.sides[:place], *found.sides[place + 2:]]
        verdicts.append(_verdict(one, other, found.given, rest, left))
    status = next((s for s in ("refuted", "undecided") if any(v.status == s for v in verdicts)),
                  "proved")
    failed = next(place for place, v in enumerate(verdicts) if v.status == status)
    verdict = verdicts[failed]
    if status == "undecided":
        hints = [verdict.hint, *advice(found.sides, found.given)]
        verdict = verdicts[failed] = replace(verdict, hint="\n".join(filter(None, hints)))
    functions = unknown_functions(found.sides[failed:failed + 2], found.given)
    if status == "refuted" and functions:
        verdict = verdicts[failed] = _for_some(functions, verdict, left)
    chain = f"Link {failed + 1} of {len(verdicts)}: " if verdicts[1:] and status != "proved" else ""
    return Check(
        status, fill(chain + _words(verdict, verdicts, functions), 76),
        tuple(map(read_as, found.sides)),
        tuple(verdicts), _numbers(verdict), verdict.left, verdict.right, failed,
        tuple(found.sizes), tuple(found.sides), tuple(map(read_as, found.given)),
        tuple(found.given), found.definitions,
        tuple(found.notes))


def derive(expression: str, by: str, *, when=(), sizes=()) -> Worked:
    r"""The derivative of a formula with respect to a symbol or an entry, with its checked steps.

    The arguments are those of :func:`check`; ``by`` is such as ``x`` or ``w_{jk}``.

    >>> derive(r"\frac{1}{2} \sum_{i=1}^n x_i^2", "x_j")
    d(Sum(x[i]**2, (i, 1, n))/2)/d(x[j])
      = d(Sum(x[i]**2, (i, 1, n)))/d(x[j])/2   (constant factors) [proved]
      = Sum(d(x[i]**2)/d(x[j]), (i, 1, n))/2   (under the sum) [proved]
      = x[j]   (power rule, the delta picks one term) [proved]
    """
    with as_written():
        found = read_statement([expression], texts_of(when), names(sizes), by)
    if len(found.sides) != 1:
        raise ReadError(expression, -1, "", ""
                        "expected an expression to differentiate, not an equation")
    if not (found.by.is_Symbol or found.by.is_Indexed):
        raise ReadError(by, 0, by[:40],
                        "expected a symbol or an entry to differentiate with respect to")
    question = Partial(found.sides[0], found.by)
    try:
        lines = worked_out(*question.args)
    except (TypeError, ValueError, RecursionError) as error:
        raise ReadError(expression, -1, "", str(error)) from error
    above, checked = question, []
    for line, reason in lines:
        verdict = _verdict(above, line, found.given, [], expression)
        checked.append((line, reason, verdict.status))
        above = line
    return Worked(question, tuple(checked), tuple(found.sizes),
                  scope_in([question, above], found.given))


def _for_some(functions, verdict, text) -> Verdict:
    """A refutation without the numbers, which are those of a function that nobody sees."""
    for name in functions:
        if "mathrm" in read_as(Symbol(name)):   # a word, which has a meaning that nobody told
            raise ReadError(text, max(text.find(name), 0), name, f"{name} has no definition; give "
                            f"one under Definitions, {name}(x) = …")
    return replace(verdict, counterexample={}, left=None, right=None)


def _verdict(one, other, given, rest, text) -> Verdict:
    """The verdict of the engine; what it cannot take on is an error of the text."""
    try:
        return verdict_on(one, other, given, rest)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError) as error:
        raise ReadError(text, -1, "", str(error)) from error


def _texts(left, right) -> list[str]:
    return [left] if right is None or (isinstance(right, str) and not right.strip()) \
        else [left, right]


def texts_of(when) -> list[str]:
    """Conditions, of which one text may hold several."""
    texts = [when] if isinstance(when, str) else list(when or ())
    if not all(isinstance(text, str) for text in texts):
        raise TypeError(f"expected conditions as text, got {texts!r}")
    return [part for text in texts for part in re.split(r"(?<!\\);|\n", text) if part.strip()]


def names(sizes) -> list[str]:
    """Names of sizes: ``"n, K"``, or several."""
    texts = [sizes] if isinstance(sizes, str) else list(sizes) if isinstance(sizes, Iterable) \
        else [sizes]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError(f"expected names of sizes as text, got {texts!r}")
    found = [name for text in texts for name in re.split(r"[\s,]+", text) if name]
    for name in found:
        if not re.fullmatch(r"\\?[A-Za-z]+(_\{?\w+\}?)?", name):
            raise ReadError(name, 0, name[:20], "expected the name of a size, such as n")
    return [name.lstrip("\\").replace("{", "").replace("}", "") for name in found]


def _words(verdict: Verdict, verdicts, functions=()) -> str:
    """The verdict in a sentence."""
    if verdict.status == "refuted" and functions:
        return (f"Refuted for some {', '.join(functions)}: it does not hold for every function; "
                f"a definition, {functions[0]}(x) = …, asks it of one.")
    if verdict.status == "proved":
        scopes = list(dict.fromkeys(plural(v.scope) for v in verdicts))
        return f"Proved {scopes[0]}".rstrip() + "." if len(scopes) == 1 \
            else f"Proved, all {len(verdicts)} links; the last {plural(verdicts[-1].scope)}."
    text = " ".join(repr(replace(verdict, hint="")).split())
    if verdict.status == "refuted" and len(verdict.counterexample) > _SHOWN:
        text = (f"refuted at {len(verdict.counterexample)} values, of which the first are "
                + ", ".join(f"{n} = {v}" for n, v in list(_numbers(verdict).items())[:_SHOWN])
                + "; there the left side is {} and the right side is {}".format(
                    *told_apart(verdict.left, verdict.right)))
    text = text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
    return " ".join([text, *verdict.hint.split()])


def _numbers(verdict: Verdict) -> dict:
    """A counterexample as text."""
    return {str(s): short(v) for s, v in (verdict.counterexample or {}).items()}
