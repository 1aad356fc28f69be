"""Proof by cases: each indicator is 1 or 0, and each case says what else may be used."""

from itertools import combinations

from sympy import Add, Dummy

from .canonical import Bound, IsPositive, IsZero, canonical, solve_linear
from .facts import Facts
from .positivity import nonnegative, positive
from .zero import is_zero

_MOST_SPLITS = 5   # one inside another


def zero_by_cases(p, facts: Facts, splits: int = _MOST_SPLITS) -> bool:
    """Whether a canonical expression is zero, in each case of its indicators if need be."""
    if is_zero(p, facts):
        return True
    indicator = _next_indicator(p)
    if indicator is None or splits == 0:
        return False
    return all(_contradictory(case) or zero_by_cases(canonical(p, case), case, splits - 1)
               for case in _cases(indicator, facts))


def _next_indicator(p):
    """An indicator without bound symbols, and with none inside if there is one."""
    free = [i for i in p.atoms(IsPositive, IsZero) if not i.atoms(Bound, Dummy)]
    return min(free, key=lambda i: (i.args[0].has(IsPositive, IsZero), str(i)), default=None)


def _cases(indicator, facts):
    a = indicator.args[0]
    if isinstance(indicator, IsPositive):
        return [facts.supposing(positive=[(a, ())], nonzero=[(a, ())]),
                facts.supposing(nonnegatives=[(-a, ())])]
    solved = solve_linear(a)
    equal = facts.supposing(rules=[(*solved, ())]) if solved else \
        facts.supposing(nonnegatives=[(a, ()), (-a, ())])
    return [equal, facts.supposing(nonzero=[(a, ())])]


def _contradictory(facts) -> bool:
    """Whether signs supposed add up to less than they must, as x > y, y > z, z ≥ x do.

    Or whether something is zero that is not.
    """
    if any(not w and canonical(a, facts) == 0 for a, w in facts.nonzero):
        return True
    signs = [(a, True) for a, w in facts.positive if not w] \
        + [(a, False) for a, w in facts.nonnegatives if not w]
    for count in range(1, min(len(signs), _MOST_SPLITS) + 1):
        for some in combinations(signs, count):
            less = -Add(*(a for a, _ in some))
            strict = any(s for _, s in some)
            if positive(less, facts) or (strict and nonnegative(less, facts)):
                return True
    return False
