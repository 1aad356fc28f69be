"""Deciding whether a canonical expression is zero, by rational arithmetic over its atoms.

Canonical forms of equal expressions may still differ by fractions: x/(x + y) + y/(x + y) is 1.
Here every atom becomes a generator of a field of fractions, roots become generators with a
relation, and the numerator decides. Sums over the same range are added under one sign first.
"""

from itertools import permutations, product

from sympy import Add, Mul, S, Sum, rem, together

from ..limits import ORDERS_UNDER_ONE_SUM, REVERSED_INDICES
from .canonical import Bound, canonical, times
from .facts import Facts
from .positivity import opened
from .rational import Generators, expanded
from .trigonometry import with_common_angles


def is_zero(p, facts: Facts) -> bool:
    """Whether a canonical expression is zero wherever it is defined; False if unsure."""
    if p == 0:
        return True
    if p.has(S.NaN, S.ComplexInfinity, S.Infinity, S.NegativeInfinity):
        return False
    generators = Generators(p)
    numerator, _ = generators.numerator_and_denominator(p)
    for w, root, base in generators.relations:
        if numerator == 0:
            return True
        top, bottom = together(base).as_numer_denom()
        numerator = expanded(rem(numerator, bottom * w ** root - top, w))
    if numerator == 0:
        return True
    whole = with_common_angles(generators.to_expression(numerator, facts), facts)
    if whole == 0:
        return True
    return any(_merged_zero(q, facts) for q in dict.fromkeys((whole, p)))


def _merged_zero(p, facts):
    """Tries to bring all sums over one range under one sign, and decides by the summand."""
    terms = Add.make_args(p)
    shapes = dict.fromkeys(_shape(s) for t in terms for s in Mul.make_args(t) if isinstance(s, Sum))
    return any(_zero_under_one_sum(terms, shape, order, backward, facts)
               for shape in shapes for backward in _directions(shape)
               for order in _orders(len(shape)))


def _shape(s):
    return tuple(last for _, _, last in s.limits)


def _orders(count):
    return permutations(range(count)) if count <= ORDERS_UNDER_ONE_SUM else [tuple(range(count))]


def _directions(shape):
    """All indices forward; and, if no range depends on an index, some of them backward."""
    count = len(shape)
    ranges_stand = not any(last.atoms(Bound) for last in shape)
    return list(product((False, True), repeat=count)) \
        if ranges_stand and count <= REVERSED_INDICES else [(False,) * count]


def _zero_under_one_sum(terms, shape, order, backward, facts):
    """Whether the terms with a sum of this shape cancel by summand, and the others as well.

    In all sums but the first, the indices are taken in the given order, and those marked backward
    run from last to first: Σₖ f(k) = Σₖ f(n + 1 - k).
    """
    common, body, rest = None, [], []
    for term in terms:
        factors = list(Mul.make_args(term))
        s = next((f for f in factors if isinstance(f, Sum) and _shape(f) == shape), None)
        if s is not None:
            own = common is None
            if own:
                _, common, _ = opened(s, facts)
            factors.remove(s)
            summand = _summand_at(s, common, range(len(shape)) if own else order)
            if summand is not None and not own and any(backward):
                summand = summand.xreplace({k: last + 1 - k for (k, last), turned
                                            in zip(common, backward, strict=True) if turned})
            if summand is None:
                return False
            body.append(times(facts, Mul(*factors), canonical(summand, facts)))
        elif len(shape) == 1 and shape[0] in factors and facts.at_least_zero(shape[0]):
            factors.remove(shape[0])   # n times a constant is a sum as well
            body.append(Mul(*factors))
        else:
            rest.append(term)
    return len(body) > 1 and is_zero(Add(*body), facts) and is_zero(Add(*rest), facts)


def _summand_at(s, limits, order):
    """The summand at the indices of ``limits`` in an order; None if the ranges do not agree."""
    chosen = [limits[j] for j in order]
    names = {limit[0]: k for limit, (k, _) in zip(s.limits, chosen, strict=True)}
    if any(limit[2].xreplace(names) != last
           for limit, (_, last) in zip(s.limits, chosen, strict=True)):
        return None
    return s.function.xreplace(names)
