"""Induction on a size, or on an index: true at the first value, and at t + 1 if it is at t.

The difference of the sides is freed of its denominators, so that its numerator E(t) is to be 0 for
all t from the first on. It is if E(first) = 0 and E(t + 1) = r(t) E(t), where the ratio r is read
off the terms; what is left of E(t + 1) - r E(t) may need an induction of its own.

A recurrence given, such as h[t] = w h[t - 1] + x[t] for all t, is no rule, for it fits its own
result. Here it is used once, for the value at t + 1.
"""

from sympy import (
    Add,
    Eq,
    Indexed,
    Mul,
    Pow,
    Product,
    S,
    Sum,
    binomial,
    factorial,
    log,
)

from ..limits import INDUCTIONS_WITHIN, RATIOS
from ..words.statement import put_in
from .canonical import canonical, times
from .domains import not_zero
from .facts import Facts, Rule, facts_of
from .given import read_conditions
from .powers import power
from .rational import Generators, quotient
from .rules import oriented
from .steps import Stepped
from .zero import is_zero


def by_induction(statement, stepped: Stepped, budget) -> Facts | None:
    """The facts by which the sides agree at the first value, and at the next if at one."""
    facts = facts_of(statement, budget)
    for _ in range(3):   # as the ranges stand, and then cut at t, and where others end
        if _holds(statement, stepped, facts):
            return facts
        facts = facts.finer({*facts.ends, stepped.symbol})
    return None


def _holds(statement, stepped, facts) -> bool:
    t, difference = stepped.symbol, statement.lhs - statement.rhs
    read_conditions(facts)
    start = _with_recurrences(statement, stepped, False, facts.supposing())
    if not _is_zero(put_in(difference, {t: stepped.first}), start):
        return False
    now = canonical(difference, facts)   # by what holds at t + 1 as well, so not by the next lines
    numerator = _numerator(now, facts)
    step = facts.supposing()
    for last in stepped.lasts or (None,):
        step.bound(t, stepped.first, None if last is None else last - 1)
    step = _with_recurrences(statement, stepped, True, step)
    if not _goes_on(numerator, t) \
            or not _is_zero(put_in(numerator, {t: stepped.first}), start):
        return _step(now, t, step)
    return _step(numerator, t, step) \
        or (not stepped.lasts and _step_within(numerator, stepped, start, step))


def _is_zero(e, facts) -> bool:
    return is_zero(canonical(e, facts), facts)


def _step(now, t, facts) -> bool:
    """Whether the value at t + 1 is a multiple of that at t."""
    then, now = (canonical(put_in(now, {t: s}), facts) for s in (t + 1, t))
    return any(is_zero(then - times(facts, ratio, now), facts)
               for ratio in _ratios(then, now, t, facts))


def _step_within(now, stepped, start, facts, deep=INDUCTIONS_WITHIN) -> bool:
    """Whether the value at t + 1 is one of that at t, by an induction of what is left."""
    t = stepped.symbol
    then, now = (canonical(put_in(now, {t: s}), facts) for s in (t + 1, t))
    for ratio in _ratios(then, now, t, facts):
        left = _numerator(then - times(facts, ratio, now), facts)
        if left == 0:
            return True
        if not _goes_on(left, t) or not left.has(Sum, Product) \
                or not _is_zero(put_in(left, {t: stepped.first}), start):
            continue
        if _step(left, t, facts) or (deep > 1 and _step_within(left, stepped, start, facts,
                                                               deep - 1)):
            return True
    return False


def _numerator(p, facts):
    """What is 0 if and only if p is, wherever p is defined."""
    generators = Generators(p)
    return generators.to_expression(generators.numerator_and_denominator(p)[0], facts)


def _goes_on(e, t) -> bool:
    """Whether an expression certainly has values at all t if it has one at the first.

    Else a gap at which it has none would break the chain.
    """
    for part in e.atoms(Pow, log):
        base = part.args[0]
        if base.has(t) and not (isinstance(part, Pow) and part.exp.is_Integer and part.exp > 0):
            return False
    return True


def _ratios(then, now, t, facts):
    """1, and by what the coefficient of an atom grows, where that is defined for all t."""
    yield S.One
    found = set()
    atoms = {_next_to(f) for term in Add.make_args(now) for f in Mul.make_args(term)}
    atoms = {a for a in atoms if a.has(Sum, Product, factorial, binomial)
             or (isinstance(a, Indexed) and a.has(t))}
    for atom in sorted(atoms, key=str)[:RATIOS]:
        a, b = then.coeff(atom), now.coeff(atom)
        if a == 0 or b == 0:
            continue
        ratio = quotient(a, b, facts)
        if ratio is None and not_zero(b, facts):
            ratio = times(facts, a, power(b, S.NegativeOne, facts))
        if ratio is not None and ratio != 1 and ratio not in found:
            found.add(ratio)
            yield ratio


def _next_to(factor):
    """The base of a factor."""
    return factor.as_base_exp()[0] if factor.as_base_exp()[1].is_Integer else factor


def _with_recurrences(statement, stepped, after, facts) -> Facts:
    """The facts with equations given for all values of an index, as rules for one value of it."""
    made = []
    at = stepped.put(after)[stepped.symbol]
    for condition in facts.assumed.conditions:
        if not isinstance(condition.relation, Eq) or len(condition.quantified) != 1:
            continue
        (index,) = condition.quantified
        if stepped.allows(condition, index, after, facts):
            left, right = (canonical(put_in(x, {index: at}), facts)
                           for x in condition.relation.args)
            if ends := oriented(left, right):
                made.append(Rule(*ends, (), (), condition))
    return facts.supposing(rules=made)
