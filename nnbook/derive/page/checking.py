"""Formulas of anybody's, typed or pasted: are they right? And what is their derivative?"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from textwrap import fill

from sympy import E, Expr, Indexed, IndexedBase, Mul, Symbol, evaluate, log
from sympy.core.function import AppliedUndef

from ..engine.claims import scope_in
from ..engine.verdict import Verdict, short, told_apart, verdict_on
from ..words.language import Partial, as_written
from ..words.latex import NothingToCheck, ReadError, read_statement
from ..words.latex.tokens import LETTERS
from ..words.printing import latex_of
from ..words.statement import unfolded
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
        hints = [verdict.hint, *_advice(found.sides, found.given)]
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
    r"""The derivative of a formula with respect to a symbol or an entry, with its steps, each checked.

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
        raise ReadError(by, 0, by[:40], "expected a symbol or an entry to differentiate with respect to")
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


# What is said of a question beside its verdict


def read_as(thing) -> str:
    """LaTeX in which a name of several letters is upright, so that it differs from a product.

    >>> from sympy import Symbol
    >>> read_as(Symbol("ab") * Symbol("x")), read_as(Symbol("x_max"))
    ('\\\\mathrm{ab} x', 'x_{max}')
    """
    return _WORDS_IN_LATEX.sub(
        lambda found: rf"\mathrm{{{found['name']}}}" if found["name"] else found[0],
        latex_of(thing))


# Commands, words in their braces and indices are left as they are.
_WORDS_IN_LATEX = re.compile(r"\\(?:text|operatorname|mathrm|begin|end)\{[^{}]*\}|\\[A-Za-z]+"
                             r"|_\{[^{}]*\}|(?P<name>[A-Za-z]{2,})")


def no_definition(found, text, right=None):
    """Refuses ``\\bar x = …`` where nothing else says what the name is: it is a definition."""
    left, *others = found.sides
    if left == E and any(side.free_symbols for side in others):   # an error e, and no number
        raise NothingToCheck(text, -1, "", "e is the number 2.718… unless it is defined: put this "
                             "under Definitions to give the letter another meaning.")
    for one, rest in ((left, others), (found.sides[-1], found.sides[:-1])):
        name = _name_of(one)
        if name is None or name in _names_of(*found.given):
            continue
        met = [other for other in rest for other in _met(other, name)]
        if all(_is_shifted(one, other) for other in met):
            shown = _first(text, right, one is left)
            more = "put it under Definitions, and check the rest of the chain." if rest[1:] else \
                "there is nothing to check. Put it under Definitions to check another formula " \
                "with it."
            raise NothingToCheck(text, -1, "", f"This defines {shown}; {more}")


def _first(left, right, first) -> str:
    """The first or last side as it was typed."""
    text = left if first or not right else right
    return text.split("=")[0 if first else -1].strip(" :.")


def _name_of(side):
    """The symbol, tensor or unknown function of a side that is nothing else; None of others."""
    if side.is_Symbol and not side.is_integer:
        return side
    if isinstance(side, Indexed):
        return side.base
    if isinstance(side, AppliedUndef) and all(a.is_Symbol for a in side.args) \
            and len(set(side.args)) == len(side.args):
        return side.func
    return None


def _names_of(*things) -> set:
    return {name for thing in things for name in (
        *thing.free_symbols, *(e.base for e in thing.atoms(Indexed)),
        *(e.func for e in thing.atoms(AppliedUndef)))}


def _met(side, name) -> list:
    """Where a name stands in the other side, with all its definitions put in."""
    side = unfolded(side)
    if isinstance(name, IndexedBase):
        return [e for e in side.atoms(Indexed) if e.base == name]
    if isinstance(name, Symbol):
        return [name] if name in side.free_symbols else []
    return [e for e in side.atoms(AppliedUndef) if e.func.__name__.rstrip("'") == name.__name__]


def _is_shifted(one, other) -> bool:
    """Whether two entries are those of a recurrence: their indices differ by whole numbers."""
    if not isinstance(one, Indexed) or not isinstance(other, Indexed) or one == other:
        return False
    with evaluate(True):
        return all((a - b).expand().is_Integer
                   for a, b in zip(one.indices, other.indices, strict=True))


def unknown_functions(sides, given) -> list[str]:
    """The functions that have no definition."""
    return sorted({f.func.__name__.split("'")[0] for side in (*sides, *given)
                   for f in unfolded(side).atoms(AppliedUndef)})


def _for_some(functions, verdict, text) -> Verdict:
    """A refutation without the numbers, which are those of a function that nobody sees."""
    for name in functions:
        if len(name) > 1 and name.lower() not in LETTERS:
            raise ReadError(text, max(text.find(name), 0), name, f"{name} has no definition; give "
                            f"one under Definitions, {name}(x) = …")
    return replace(verdict, counterexample={}, left=None, right=None)


def _advice(sides, given) -> list[str]:
    """What could be asked instead, where nothing was decided."""
    known = {x for c in given for x in c.args if hasattr(c, "args")}
    taken = {a for side in sides for found in unfolded(side).atoms(log)
             for factor in Mul.make_args(found.args[0]) for a in (factor, *factor.args[:1])
             if (a.is_Symbol or isinstance(a, Indexed)) and not a.is_positive}
    wanted = sorted(f"{read_as(a)} > 0" for a in taken if not any(
        a == x or isinstance(x, Indexed) and getattr(a, "base", 0) == x.base for x in known))
    return [f"There are logarithms: try the conditions {', '.join(wanted)}."] if wanted else []


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


def plural(scope: str) -> str:
    """A scope with its integers in the plural.

    >>> plural("for all positive integer i, j, all integer t")
    'for all positive integers i, j, all integers t'
    """
    return re.sub(r"(\ball (?:\w+ )?integer)(?= )", r"\1s", scope)


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
