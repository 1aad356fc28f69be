"""Means at a point: the variable is summed over nodes, and no rule of means is used but linearity.

A normal variable gets the nodes of Gauss and Hermite, exact for polynomials; more of them are taken
until two results agree, and else there is no value. A variable of which two moments are known gets
three values with random chances, of that mean and variance, skewed at random: what depends on the
third moment shows. Only entries that are read are summed over.
"""

import math
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise, product

import mpmath
from sympy import (
    Abs,
    Add,
    Derivative,
    Heaviside,
    IndexedBase,
    KroneckerDelta,
    Max,
    Min,
    Mul,
    Piecewise,
    Sum,
    exp,
    floor,
    sign,
)

from ..words.language import Partial
from ..words.random import Expectation, OverGaussian, depends
from .values import (
    Undefined,
    evaluate,
    inexact,
    limits_at,
    names_in,
    power,
    product_of,
    rule_for,
    sum_of,
    whole,
)

_COUNTS = (3, 5, 8, 12, 18, 26, 36)
_COMBINATIONS = 200    # of values of all entries
_KINKED = (Abs, Max, Min, Piecewise, sign, Heaviside, floor, KroneckerDelta)
_AGREE, _SLOPES_AGREE = 32, 12   # digits, the latter where slopes are finite differences


class Entries(dict):
    """The values of entries of a random tensor; those that are read are noted."""

    def __init__(self, values):
        super().__init__(values)
        self.seen: list = []

    def __getitem__(self, indices):
        if indices not in self:
            raise Undefined("no such entry of a random tensor")
        self.seen.append(indices)
        return super().__getitem__(indices)


@rule_for(Expectation)
def _expectation(e, point, bound):
    """E of the body; Undefined where a variance is negative."""
    known = bound.setdefault("means", {})   # of one evaluation, in which nothing else changes
    key = _key(e, bound)
    if key is None or key not in known:
        for within in limits_at(e.limits, point, bound):
            if evaluate(e.law[1], point, within) < 0:
                raise Undefined("a negative variance")
        made = _mean([e], [(e.body, bound)], point)
        if key is None:
            return made
        known[key] = made
    return known[key]


def _key(e, bound):
    """What a mean depends on beside the point; None if that is an entry of a random tensor."""
    if any(isinstance(s, IndexedBase) and depends(e, s) for s in bound if s != e.variable):
        return None
    return e, frozenset((s, bound[s]) for s in names_in(e) if s in bound), \
        frozenset(bound.get("moved", {}).items())


def _mean(means, factors, point):
    """E of a product of (expression, bound symbols), multiplied out as far as these are sums.

    ``means`` are those over whose variables it is taken, together: no law names another's variable.
    """
    outside, inside = [], []
    for part, bound in factors:
        for a in Mul.make_args(part):
            _sort(a, bound, means, outside, inside, point)
    for place, (part, bound) in enumerate(inside):
        others = inside[:place] + inside[place + 1:]
        if isinstance(part, Add):
            terms = [(a, bound) for a in part.args]
        elif isinstance(part, Sum) and _has_plain_limits(part, means):
            terms = [(part.function, within) for within in limits_at(part.limits, point, bound)]
        elif isinstance(part, Expectation) and not others and not any(
                _names(x, means) for x in part.args[2:]):
            return product_of([*outside, _mean([*means, part], [(part.body, bound)], point)])
        else:
            continue
        return product_of([*outside, sum_of([_mean(means, [t, *others], point) for t in terms])])
    return product_of([*outside, *(_over_nodes(means, group, places, point)
                                   for group, places in _groups(means, inside, point))])


def _sort(a, bound, means, outside, inside, point):
    """Puts a factor where it belongs: a power of a sum as often as it says, exp(x + y) as two."""
    base, exponent = a.as_base_exp()
    whole = exponent.is_Integer and 1 < exponent <= 4
    if not _names(a, means):
        outside.append(evaluate(a, point, bound))
    elif isinstance(a, exp) and isinstance(a.args[0], Add):
        for x in a.args[0].args:
            _sort(exp(x), bound, means, outside, inside, point)
    elif isinstance(a, exp) and isinstance(a.args[0], Sum) and _has_plain_limits(a.args[0], means):
        total = a.args[0]
        inside += [(exp(total.function), within)
                   for within in limits_at(total.limits, point, bound)]
    elif isinstance(base, Add | Sum) and whole:
        count = len(base.args) if isinstance(base, Add) else \
            sum(1 for _ in limits_at(base.limits, point, bound))
        if count ** int(exponent) > _COMBINATIONS:
            raise Undefined("too many terms of a power")
        inside += [(base, bound)] * int(exponent)
    else:
        inside.append((a, bound))


def _names(a, means) -> bool:
    return any(depends(a, e.variable) for e in means)


def _has_plain_limits(total, means) -> bool:
    return not any(_names(x, means) for _, *ends in total.limits for x in ends)


def _groups(means, factors, point) -> list:
    """(factors, entries that they read): those in different groups read none in common."""
    groups: list = []
    for factor in factors:
        own, read = [factor], set(_places(means, factor, point))
        for group in [g for g in groups if g[1] & read]:
            groups.remove(group)
            own, read = group[0] + own, read | group[1]
        groups.append((own, read))
    return [(own, sorted(read)) for own, read in groups]


def _over_nodes(means, factors, places, point):
    """The mean of a product that is taken as it is."""
    normal = any(isinstance(means[j], OverGaussian) for j, _ in places)
    if normal and any(_names(x, means) for a, _ in factors for x in a.atoms(*_KINKED)):
        raise Undefined("a mean of what has kinks")   # nodes may agree, and miss the kink
    digits = _SLOPES_AGREE if any(a.has(Partial, Derivative) for a, _ in factors) else _AGREE
    before = None
    for count in _COUNTS:
        made = _sum_over(means, factors, places, count, point)
        if not normal or (before is not None and abs(inexact(made) - inexact(before))
                          < mpmath.mpf(10) ** -digits * (1 + abs(inexact(made)))):
            return made
        before = made
    raise Undefined("a mean that nodes do not find")


def _at(means, factors, values, point):
    """The product at values of all variables, or of their entries."""
    own = {}
    for j, e in enumerate(means):
        mine = {place: x for (number, place), x in values.items() if number == j}
        own[e.variable] = Entries(mine) if e.limits else mine.get((), 0)
    return product_of([evaluate(a, point, {**bound, **own}) for a, bound in factors])


def _places(means, factor, point) -> list:
    """(number of the mean, entry) that a factor reads, whatever their values are."""
    a, bound = factor
    found: list = [(j, ()) for j, e in enumerate(means)
                   if not e.limits and depends(a, e.variable)]
    for share in (0, 1):   # at the mean and one off, in case cases read others
        own = {}
        for e in means:
            if not e.limits:
                own[e.variable] = sum_of([evaluate(e.law[0], point, bound), share])
                continue
            size = whole(evaluate(e.limits[0][2], point, bound))
            own[e.variable] = Entries({(j,): sum_of([_law_at(e, (j,), point, bound)[0], share])
                                       for j in range(1, size + 1)})
        evaluate(a, point, {**bound, **own})
        found += [(j, place) for j, e in enumerate(means) if e.limits
                  for place in own[e.variable].seen]
    return list(dict.fromkeys(found))


def _law_at(e, place, point, bound):
    """(mean, variance) at an entry."""
    within = {**bound, **{k: j for (k, *_), j in zip(e.limits, place, strict=True)}}
    return [evaluate(x, point, within) for x in e.law]


def _sum_over(means, factors, places, count, point):
    """Σ over all combinations of nodes, weighted."""
    if count ** len(places) > _COMBINATIONS:
        raise Undefined("too many entries of a random tensor")
    bound = factors[0][1]
    laws = [_nodes_at(means[j], place, count, point, bound) for j, place in places]
    total = []
    for combination in product(*laws):
        values = {place: x for place, (x, _) in zip(places, combination, strict=True)}
        total.append(product_of([_at(means, factors, values, point),
                                 *(weight for _, weight in combination)]))
    return sum_of(total)


def _nodes_at(e, place, count, point, bound) -> list:
    """[(value, chance)] of an entry."""
    mean, variance = _law_at(e, place, point, bound)
    if variance == 0:
        return [(mean, 1)]
    root = power(variance, Fraction(1, 2))
    return [(sum_of([mean, product_of([root, x])]), weight)
            for x, weight in (hermite(count, mpmath.mp.dps) if isinstance(e, OverGaussian)
                              else _skewed(point, str(e.variable), place))]


def _skewed(point, name, place) -> list:
    """Three values with mean 0 and variance 1, of random chances; drawn once at a point."""
    key = ("law", name, place)
    if key not in point.functions:
        low, high = (Fraction(point.rng.randint(1, 30), 10) for _ in range(2))
        # chances p of -low and q of high with p low = q high and p low² + q high² = 1; 0 else
        p, q = 1 / (low * (low + high)), 1 / (high * (low + high))
        share = max(p + q, 1)
        root = 1
        if share > 1:   # farther out, so that something is left for 0
            root = 2 if share <= 4 else 8
            low, high = low * root, high * root
            p, q = 1 / (low * (low + high)), 1 / (high * (low + high))
        point.functions[key] = [(-low, p), (high, q), (0, 1 - p - q)] if p + q <= 1 \
            else [(-1, Fraction(1, 2)), (1, Fraction(1, 2))]
    return point.functions[key]


@lru_cache(maxsize=256)
def hermite(count: int, digits: int) -> tuple:
    """((node, weight), …) for the standard normal density, by Newton's method.

    The nodes are the zeros of He; the weights (n - 1)! / (n He'(x)²) · n, summing to 1.
    """
    start = _zeros(count)
    with mpmath.workdps(digits + 10):
        found = []
        for x in start:
            x = mpmath.mpf(x)
            for _ in range(digits.bit_length() + 2):
                value, before = _he(count, x)
                x -= value / (count * before)
            _, before = _he(count, x)
            found.append((x, mpmath.factorial(count) / (count * before) ** 2))
        return tuple(found)


def _zeros(count) -> list:
    """The zeros of He in floats: where it changes its sign, and halving between."""
    def he(x):
        before, here = 0.0, 1.0
        for j in range(count):
            before, here = here, (x * here - math.sqrt(j) * before) / math.sqrt(j + 1)
        return here
    reach = 2 * math.sqrt(count) + 1
    grid = [-reach + 0.03 * j for j in range(int(2 * reach / 0.03) + 2)]
    found = []
    for low, high in pairwise(grid):
        if (he(low) < 0) != (he(high) < 0):
            below = he(low) < 0
            for _ in range(45):
                middle = (low + high) / 2
                low, high = (middle, high) if (he(middle) < 0) == below else (low, middle)
            found.append(low)
    return found


def _he(count, x):
    """He at x, of the degree and of the one before."""
    before, here = mpmath.mpf(0), mpmath.mpf(1)
    for j in range(count):
        before, here = here, x * here - j * before
    return here, before
