"""Canonical products: of one factor each, cut like sums, with constants as powers.

A product whose last index is below its first is 1. Where a factor is certainly positive, its
product is exp Σ log. By finer facts every other factor has a product of its own, and its range is
cut where others end: nothing is divided, so factors may be 0.
"""

from sympy import Mul, Product, Sum, exp

from ..limits import SUM_WRITTEN_OUT
from .canonical import Bound, canonical, rule_for, times
from .domains import certainly_defined, not_zero
from .positivity import positive
from .powers import log_of, power, primitive
from .ranges import anchored, cut, is_free
from .sums import depth_of, with_own_indices


@rule_for(Product)
def _product(e, facts):
    """Π f as exp Σ log f, where f is positive; otherwise a product with bound symbols by depth."""
    (k, first, last), *outer = e.limits
    count = canonical(last - first + 1, facts)
    if not outer and count.is_Integer and count <= SUM_WRITTEN_OUT:
        return times(facts, *(canonical(e.function.xreplace({k: first + j}), facts)
                              for j in range(int(count))))
    body, limits = with_own_indices(e, facts)
    if positive(body, facts):
        return canonical(exp(Sum(log_of(body, facts), *limits)), facts)
    if facts.cuts is None:
        return _named(body, limits)
    for limit in limits:   # innermost first
        body = _over(body, *limit, facts)
    return body


def _named(body, limits):
    """A product as an atom, with bound symbols by depth."""
    depth = depth_of(body)
    names = {k: Bound(depth + j) for j, (k, _, _) in enumerate(limits, start=1)}
    return Product(body.xreplace(names), *((names[k], first.xreplace(names), last.xreplace(names))
                                           for k, first, last in limits))


def _over(body, k, first, last, facts):
    """Π body over k from first to last, a factor at a time."""
    count = last - first + 1
    if body.is_Add:
        content, body = primitive(body, facts)
        body = Mul(content, body, evaluate=False) if content != 1 else body
    result = []
    for factor in Mul.make_args(body):
        base, exponent = factor.as_base_exp()
        if k not in factor.free_symbols and _repeats(factor, count, facts):
            result.append(power(factor, count, facts))
        elif positive(factor, facts):
            result.append(canonical(exp(Sum(log_of(factor, facts), (k, first, last))), facts))
        elif exponent.is_Integer:
            result.append(power(_of_one(base, k, first, last, facts), exponent, facts))
        else:
            result.append(_of_one(factor, k, first, last, facts))
    return times(facts, *result)


def _repeats(factor, count, facts) -> bool:
    """Whether a product of so many equal factors is a power; that of none is 1, and 0⁰ is not."""
    return facts.at_least_zero(count - 1) or (
        facts.at_least_zero(count) and certainly_defined(factor, facts) and not_zero(factor, facts))


def _of_one(base, k, first, last, facts):
    """The product of one factor, as a product over the parts of its range."""
    base, j, first, last = anchored(base, k, first, last, facts)
    if base.is_Mul or base.is_Pow:   # what is counted anew may be a product
        return _named(base, [(j, first, last)])
    ends = [end for end in (first - 1, last) if is_free(end, facts)]
    facts.ends |= {*ends}
    result = []
    for start, end in cut(first - 1, last, facts, _ends_without_number(first - 1, last)):
        length = end - start
        if length.is_Integer and length <= SUM_WRITTEN_OUT:
            result += [canonical(base.xreplace({j: start + n}), facts)
                       for n in range(1, int(length) + 1)]
        else:
            result.append(_named(base, [(j, start + 1, end)]))
    return times(facts, *result)


def _ends_without_number(start, end):
    """Where to cut so that the ends of what is left are symbols, as far as that shortens it."""
    points = []
    for x, sign in ((start, -1), (end, 1)):
        number, symbol = x.as_coeff_Add()
        if number * sign > 0 and symbol.is_Symbol:
            points.append(symbol)
    return points
