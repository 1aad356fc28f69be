"""``prove``: the verdict on an equation, one of three."""

import random
from dataclasses import dataclass
from textwrap import fill

from sympy import Eq, Indexed, Sum, sympify

from .canonical import canonical, read_conditions
from .evaluate import counterexample
from .facts import Facts, unfolded
from .zero import is_zero

_QUICK, _THOROUGH = 12, 60   # points tried before a proof is sought, and when none is found
_SEED = 20


@dataclass(frozen=True)
class Verdict:
    """What is known of an equation.

    ``status`` is ``"proved"``, ``"refuted"`` or ``"undecided"``. A refuted equation has a
    ``counterexample``, a mapping of symbols, sizes and entries to numbers, at which the sides
    have the values ``left`` and ``right``. ``scope`` says for what the equation is claimed.
    """

    status: str
    scope: str = ""
    counterexample: dict | None = None
    left: float | None = None
    right: float | None = None
    points: int = 0

    def __bool__(self):
        return self.status == "proved"

    def __repr__(self):
        if self.status == "proved":
            text = f"proved {self.scope}".rstrip()
        elif self.status == "refuted":
            where = ", ".join(f"{s} = {_short(v)}" for s, v in self.counterexample.items())
            text = (f"refuted: at {where or 'every point'}, the left side is {_short(self.left)} "
                    f"and the right side is {_short(self.right)}")
        else:
            text = f"undecided: no proof found, and the sides agree at {self.points} random points"
        return fill(text, width=84, subsequent_indent="  ")


def _short(value) -> str:
    return f"{float(value):.6g}"


def prove(lhs, rhs, given=()) -> Verdict:
    """Decides whether ``lhs`` equals ``rhs``, for all values of every symbol and every size.

    Parameters
    ----------
    lhs, rhs
        SymPy expressions over symbols, tensor entries (``IndexedBase``), sums over symbolic
        ranges, ``KroneckerDelta``, ``Piecewise``, ``Max``, ``Abs``, ``sign``, ``exp``, ``log``
        and powers.
    given
        Conditions taken for granted: ``Eq(Sum(y[k], (k, 1, K)), 1)``, ``p > 0``, ``j <= K``.
        A condition with a free index holds for every value of the index.

    Returns
    -------
    Verdict
        ``proved``: the canonical forms agree, and so do the values at random points;
        ``refuted``: with a point at which the sides differ; ``undecided``: neither.
        Equality is claimed wherever both sides are defined. Symbols are real unless they say
        otherwise; the bounds of sums are at least 1; a free index of a tensor lies in the range
        of that axis.

    >>> from sympy.abc import x
    >>> from sympy import exp
    >>> prove(exp(x) / (1 + exp(x)), 1 / (1 + exp(-x)))
    proved for all real x
    >>> prove(x ** 2, x)
    refuted: at x = -2, the left side is 4 and the right side is -2
    """
    lhs, rhs = sympify(lhs), sympify(rhs)
    facts = Facts([lhs, rhs], given)
    rng = random.Random(_SEED)
    found, points = counterexample(lhs, rhs, facts, _QUICK, rng)
    scope = describe(facts)
    if found is None and points and _symbolic(lhs, rhs, facts):
        return Verdict("proved", scope, points=points)
    if found is None:
        found, more = counterexample(lhs, rhs, facts, _THOROUGH, rng)
        points += more
    if found is None:
        return Verdict("undecided", scope, points=points)
    point, left, right = found
    return Verdict("refuted", scope, point.describe(), float(left), float(right), points)


def _symbolic(lhs, rhs, facts) -> bool:
    read_conditions(facts)
    difference = canonical(lhs, facts) - canonical(rhs, facts)
    return is_zero(difference, facts) or _by_induction(unfolded(lhs - rhs), facts)


def _by_induction(difference, facts) -> bool:
    """Induction on a size that bounds a sum: true at 1, and the step from t to t + 1 adds 0."""
    if any(c.has(Indexed, Sum) for c in facts.given):
        return False   # a condition on all entries up to t says nothing of entry t + 1
    bounds = {limit[2] for s in difference.atoms(Sum) for limit in s.limits}
    for t in sorted((b for b in bounds if b.is_Symbol), key=str):
        if any(t in x.free_symbols for pairs in facts.ranges.values()
               for pair in pairs for x in pair if x is not None and x != t):
            continue
        if any(t in c.free_symbols for c in facts.given):
            continue
        own = Facts([difference], facts.given)
        read_conditions(own)
        step = canonical(difference.xreplace({t: t + 1}), own) - canonical(difference, own)
        if is_zero(canonical(difference.xreplace({t: sympify(1)}), own), own) \
                and is_zero(step, own):
            return True
    return False


def describe(facts: Facts) -> str:
    """The scope of a statement in words: sizes, ranges, conditions."""
    sizes, indices, symbols = facts.symbols()
    parts = []
    if sizes:
        parts.append(f"all sizes {', '.join(map(str, sizes))}")
    if indices:
        parts.append(f"all {', '.join(map(str, indices))} in range")
    if symbols:
        parts.append("all " + ", ".join(_kind(s) for s in symbols))
    text = "for " + " and ".join(parts) if parts else ""
    if facts.given:
        text += (" " if text else "") + "given " + ", ".join(_relation(c) for c in facts.given)
    return text


def _kind(s):
    kind = ("integer " if s.is_integer else "real ") if not s.is_positive else \
        ("positive integer " if s.is_integer else "positive ")
    return kind + str(s)


def _relation(condition):
    return f"{condition.lhs} {'=' if isinstance(condition, Eq) else condition.rel_op} " \
           f"{condition.rhs}"
