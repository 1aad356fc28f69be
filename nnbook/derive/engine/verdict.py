"""``prove``: the verdict on an equation, one of three."""

import random
from dataclasses import dataclass, field
from textwrap import fill

from sympy import Indexed, Product, Sum, Symbol, evaluate, false, sympify

from ..words.statement import Statement, bound_symbols, put_in, read
from .canonical import canonical, times
from .cases import zero_by_cases
from .facts import Facts, GaveUp, free_symbols
from .given import read_conditions, read_domain
from .points import counterexample
from .rational import quotient
from .scope import condition as describe_condition
from .scope import describe
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
    hint: str = field(default="", compare=False)

    def __bool__(self):
        return self.status == "proved"

    def __repr__(self):
        if self.status == "proved":
            text = f"proved {self.scope}".rstrip()
        elif self.status == "refuted":
            where = ", ".join(f"{s} = {_short(v)}" for s, v in self.counterexample.items())
            text = (f"refuted: at {where or 'every point'}, the left side is {_short(self.left)} "
                    f"and the right side is {_short(self.right)}")
        elif self.points:
            text = f"undecided: no proof found, and the sides agree at {self.points} random points"
        else:
            text = ("undecided: no point was found at which both sides are defined and the "
                    "conditions hold")
        text = fill(text, width=76, subsequent_indent="  ")   # as wide as the column of the site
        return text + (f"\n{self.hint}" if self.hint else "")


def _short(value) -> str:
    return f"{float(value):.6g}"


def prove(lhs, rhs, given=()) -> Verdict:
    """Decides whether ``lhs`` equals ``rhs``, for all values of every symbol and every size.

    Parameters
    ----------
    lhs, rhs
        SymPy expressions over symbols, tensor entries (``IndexedBase``), sums over symbolic
        ranges, ``KroneckerDelta``, ``Piecewise``, ``Max``, ``Abs``, ``sign``, ``exp``, ``log``,
        powers, and unknown functions. A float stands for its shortest decimal: 0.1 is 1/10.
    given
        Conditions taken for granted: ``Eq(Sum(y[k], (k, 1, K)), 1)``, ``p > 0``, ``j <= K``.
        A condition with a tensor entry at an index that ``lhs`` and ``rhs`` do not mention holds
        for every value of the index; all others hold of the values that they name.

    Returns
    -------
    Verdict
        ``proved``: the canonical forms agree, and so do the values at random points;
        ``refuted``: with a point at which the sides differ; ``undecided``: neither.
        Equality is claimed wherever both sides are defined, and for derivatives away from the
        kinks of ``Abs``, ``Max`` and ``Piecewise``. Symbols are real unless they say otherwise;
        the bounds of sums are at least 1; a sum whose last index is below its first is empty; a
        free index of a tensor lies in the range of that axis.

    Raises
    ------
    TypeError, ValueError
        If a side is not a real expression of this kind.

    >>> from sympy.abc import x
    >>> from sympy import exp
    >>> prove(exp(x) / (1 + exp(x)), 1 / (1 + exp(-x)))
    proved for all real x
    >>> prove(x ** 2, x)
    refuted: at x = 2.4, the left side is 5.76 and the right side is 2.4
    """
    with evaluate(True):   # also inside `as_written`
        return _decide(read(lhs, rhs, given))


def _decide(statement: Statement) -> Verdict:
    facts = _facts(statement)
    scope, hint = describe(facts), _hint(facts)
    if false in statement.given:
        return Verdict("undecided", scope, hint="The conditions given contradict each other.")
    rng = random.Random(_SEED)
    found, points = counterexample(statement.lhs, statement.rhs, facts, _QUICK, rng)
    if found is None and points and proved_by_form(statement):
        return Verdict("proved", scope, points=points, hint=_same_names(facts))
    if found is None:
        found, more = counterexample(statement.lhs, statement.rhs, facts, _THOROUGH, rng)
        points += more
    if found is None:
        return Verdict("undecided", scope, points=points, hint=hint)
    point, left, right = found
    where = {s.xreplace(statement.names): value for s, value in point.describe().items()}
    return Verdict("refuted", scope, where, float(left), float(right), points, hint)


def _facts(statement: Statement) -> Facts:
    return Facts([statement.lhs, statement.rhs], statement.given, everywhere=(),
                 ranges=statement.ranges)


# The proof


def proved_by_form(statement: Statement) -> bool:
    """Whether the canonical forms of the sides agree, without a look at any number."""
    try:
        facts = _facts(statement)
        read_conditions(facts)
        read_domain(facts, statement.lhs, statement.rhs)
        return zero_by_cases(canonical(statement.lhs - statement.rhs, facts), facts) \
            or any(_by_induction(statement, t) for t in _sizes_to_induce_on(statement))
    except (GaveUp, RecursionError):
        return False


def _by_induction(statement, t) -> bool:
    """Induction on a size: true at 1, and at t + 1 the difference is a multiple of that at t."""
    difference, facts = statement.lhs - statement.rhs, _facts(statement)
    read_conditions(facts)
    if not is_zero(canonical(put_in(difference, {t: sympify(1)}), facts), facts):
        return False
    now, then = (canonical(put_in(difference, {t: t + step}), facts) for step in (0, 1))
    return any(is_zero(then - times(facts, ratio, now), facts)
               for ratio in _ratios(then, now, facts))


def _ratios(then, now, facts):
    """1, and by what the coefficient of each sum grows, where that is defined for all values."""
    yield sympify(1)
    for s in sorted(now.atoms(Sum), key=str):
        a, b = then.coeff(s), now.coeff(s)
        if a != 0 and b != 0:
            ratio = quotient(a, b, facts)
            if ratio is not None and ratio != 1:
                yield ratio


def _sizes_to_induce_on(statement) -> list:
    """Sizes in the bounds of sums of which no range and no condition speaks.

    A free index up to t, or a condition on all entries up to t, says other things at t + 1.
    """
    facts = _facts(statement)
    difference = statement.lhs - statement.rhs
    bounds = set().union(*(first.free_symbols | last.free_symbols
                           for s in difference.atoms(Sum, Product)
                           for _, first, last in s.limits), set())
    spoken = set().union(*(c.free_symbols for c in statement.given), set())
    for c in statement.given:
        spoken |= {x for entry in c.atoms(Indexed) for size in entry.base.shape or ()
                   for x in size.free_symbols}
    for s in free_symbols(facts.statement):
        spoken |= {x for pair in facts.ranges.get(s, ()) for bound in pair if bound is not None
                   for x in bound.free_symbols}
    return sorted((t for t in bounds & facts.sizes - spoken - bound_symbols(difference)
                   if isinstance(t, Symbol)), key=str)


def _hint(facts) -> str:
    """What may be the reason if no proof is found."""
    hints = [_same_names(facts)]
    for condition in facts.given:
        entries = condition.atoms(Indexed)
        named = {i for entry in entries for i in entry.indices} & facts.particular
        if named - facts.sizes:
            hints.append(f"{describe_condition(condition, facts)} is taken to hold at this "
                         f"{', '.join(sorted(map(str, named)))} alone, which the equation "
                         "mentions; to state it for all, use another index.")
    return "\n".join(h for h in hints if h)


def _same_names(facts) -> str:
    """A warning of different symbols that look the same."""
    names = [str(s) for s in free_symbols(facts.statement)]
    double = sorted({name for name in names if names.count(name) > 1})
    return f"There are different symbols with the name {', '.join(double)}." if double else ""
