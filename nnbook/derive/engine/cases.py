"""Proof by cases: each indicator is 1 or 0, and each case says what else may be used."""

from itertools import combinations

from sympy import Add, Dummy, Indexed

from ..limits import SIGNS, SPLITS
from .canonical import Bound, IsPositive, IsZero, canonical, solve_linear
from .facts import LOCAL, Facts, Rule, Sign
from .positivity import nonnegative, positive
from .zero import is_zero


def zero_by_cases(p, facts: Facts, splits: int = SPLITS) -> bool:
    """Whether a canonical expression is zero, in each case of its indicators if need be."""
    if is_zero(p, facts):
        return True
    indicator = _next_indicator(p)
    if indicator is None or splits == 0:
        return False
    return all(_contradictory(case, new) or zero_by_cases(canonical(p, case), case, splits - 1)
               for case, new in _cases(indicator, facts))


def _next_indicator(p):
    """An indicator without bound symbols, and with none inside if there is one."""
    free = [i for i in p.atoms(IsPositive, IsZero) if not i.atoms(Bound, Dummy)]
    return min(free, key=lambda i: (i.args[0].has(IsPositive, IsZero), str(i)), default=None)


def _cases(indicator, facts):
    """(facts, signs that are new in them) of the cases that an indicator is 1, and that it is 0."""
    a = indicator.args[0]
    if isinstance(indicator, IsPositive):
        return [(facts.supposing(positive=[_sign(a)], nonzero=[_sign(a)]), [(a, True)]),
                (facts.supposing(nonnegative=[_sign(-a)]), [(-a, False)])]
    other = (facts.supposing(nonzero=[_sign(a)]), [])
    for side in (a, -a):   # what is at least 0, and not 0, is positive
        if nonnegative(side, facts):
            other = (facts.supposing(positive=[_sign(side)], nonzero=[_sign(a)]), [(side, True)])
    if solved := solve_linear(a):
        equal = facts.supposing(rules=[Rule(*solved, (), (), LOCAL)])
        _read_signs_again(equal)
        return [(equal, []), other]
    return [(facts.supposing(nonnegative=[_sign(a), _sign(-a)]), [(a, False), (-a, False)]), other]


def _read_signs_again(facts):
    """What is known of signs, under a new equation: if a = b, then b ≥ c says a ≥ c."""
    for name in ("positive", "nonnegative", "nonzero"):
        for sign in list(getattr(facts, name)):
            if sign.wildcards:
                continue
            form = canonical(sign.expression, facts)
            if form != sign.expression and not form.is_Rational:
                facts.enter(name, sign._replace(expression=form))
    least = {s.expression for s in facts.nonnegative if not s.wildcards}
    for a in sorted(least, key=str):   # a ≥ c and c ≥ a say a = c
        if -a in least and (solved := solve_linear(a)) and not any(
                rule.pattern == solved[0] for rule in facts.rules):
            facts.enter("rules", Rule(*solved, (), (), LOCAL))
    facts.memo.clear()


def _sign(a) -> Sign:
    return Sign(a, (), (), LOCAL)


def _contradictory(facts, new) -> bool:
    """Whether signs supposed add up to less than they must, as x > y, y > z, z ≥ x do.

    Or whether something is zero that is not. Of sums with a new sign only those can contradict it
    whose terms cancel.
    """
    if any(not s.wildcards and canonical(s.expression, facts) == 0 for s in facts.nonzero):
        return True
    signs = [(s.expression, True) for s in facts.positive if not s.wildcards] \
        + [(s.expression, False) for s in facts.nonnegative if not s.wildcards]
    signs = [s for s in dict.fromkeys(signs) if s not in new]
    if not new:   # an equation: each sign says something else now
        return any(_too_little([(canonical(a, facts), strict)], facts) for a, strict in signs)
    for own in new:
        others = _connected(signs, own)[:SIGNS]
        for count in range(min(len(others), SPLITS - 1) + 1):
            for some in combinations(others, count):
                if _too_little([own, *some], facts):
                    return True
    return False


def _too_little(signs, facts) -> bool:
    """Whether a sum of what is positive, or at least zero, is certainly less."""
    facts.budget.check_time()
    less = -Add(*(a for a, _ in signs))
    if len(signs) > 1 and len(Add.make_args(less)) == sum(len(Add.make_args(a)) for a, _ in signs):
        return False   # nothing cancels, so nothing more is known than of each
    some = any(strict for _, strict in signs)
    return positive(less, facts) or (some and nonnegative(less, facts))


def _connected(signs, own):
    """The signs that share a name with one, or with one that does, the nearest first."""
    found, names = [], _names(own[0])
    while more := [s for s in signs if s not in found and _names(s[0]) & names]:
        found += more
        names = names.union(*(_names(a) for a, _ in more))
    return found


def _names(e) -> set:
    return {s for s in e.free_symbols if s.is_Symbol} | e.atoms(Indexed)
