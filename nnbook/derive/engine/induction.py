"""Induction on a size that a sum or a product runs up to."""


from sympy import (
    Dummy,
    Ge,
    Gt,
    Indexed,
    Le,
    Lt,
    Product,
    Sum,
    Symbol,
    sympify,
)

from ..words.statement import (
    bound_symbols,
    put_in,
)
from .canonical import canonical, times
from .facts import Facts, assumed_in, facts_of
from .given import read_conditions
from .rational import quotient
from .zero import is_zero


def by_induction(statement, t, first, budget) -> Facts | None:
    """Induction on a size: true at the first, and at t + 1 the difference is that at t times r."""
    difference, facts = statement.lhs - statement.rhs, facts_of(statement, budget)
    read_conditions(facts)
    if not is_zero(canonical(put_in(difference, {t: first}), facts), facts):
        return None
    now, then = (canonical(put_in(difference, {t: t + step}), facts) for step in (0, 1))
    proved = any(is_zero(then - times(facts, ratio, now), facts)
                 for ratio in _ratios(then, now, facts))
    return facts if proved else None


def _ratios(then, now, facts):
    """1, and by what the coefficient of each sum grows, where that is defined for all values."""
    yield sympify(1)
    for s in sorted(now.atoms(Sum), key=str):
        a, b = then.coeff(s), now.coeff(s)
        if a != 0 and b != 0:
            ratio = quotient(a, b, facts)
            if ratio is not None and ratio != 1:
                yield ratio


def sizes_to_induce_on(statement) -> list[tuple]:
    """(size, its first value) for sizes in bounds that take every integer from the first on.

    A size that is declared even, or otherwise more than an integer above or from 0, is not followed
    by t + 1; a free index up to t, or a condition on all entries up to t, says other things at
    t + 1. A condition t ≥ 3 moves the first value.
    """
    assumed = assumed_in(statement)
    difference = statement.lhs - statement.rhs
    bounds = set().union(*(x.free_symbols for s in difference.atoms(Sum, Product)
                           for _, *ends in s.limits for x in ends), set())
    spoken = set()
    for c in statement.given:
        if not (c.free_symbols & bounds and _lower_end(c)):
            spoken |= c.free_symbols
        spoken |= {x for entry in c.atoms(Indexed) for size in entry.base.shape or ()
                   for x in size.free_symbols}
    for r in assumed.ranges:
        spoken |= r.last.free_symbols | r.first.free_symbols
    found = []
    for t in sorted(bounds - spoken - bound_symbols(difference), key=str):
        ends = [end for c in statement.given if c.has(t) for _, end in [_lower_end(c)]]
        declared = next((least for least, kind in _STEPPED if t.assumptions0 == kind), None)
        if declared is not None:
            ends.append(declared)
        if ends and t.assumptions0 in (_INTEGER, *(kind for _, kind in _STEPPED)):
            found.append((t, max(ends)))
    return found


def _lower_end(c) -> tuple | None:
    """(t, number) for a condition t ≥ number, or t > number, of an integer symbol."""
    if isinstance(c, Lt | Le):
        c = c.reversed
    if isinstance(c, Gt | Ge) and isinstance(c.lhs, Symbol) and c.rhs.is_Integer:
        return c.lhs, c.rhs + (1 if isinstance(c, Gt) else 0)
    return None


_INTEGER = Dummy(integer=True).assumptions0
_STEPPED = [(sympify(1), Dummy(integer=True, positive=True).assumptions0),
            (sympify(0), Dummy(integer=True, nonnegative=True).assumptions0)]
