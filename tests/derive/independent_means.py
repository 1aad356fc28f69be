"""Means for the second evaluator: the trapezoidal rule over the whole line, or two values.

For analytic functions the rule converges faster than any power of its step, and shares nothing with
nodes of quadrature nor with moments. A variable of which two moments are known takes two values.
"""

import itertools

import mpmath
import sympy as sp

_STEP, _REACH = mpmath.mpf("0.25"), 64     # of nodes to each side: to about 16 deviations


def mean(e, world, env):
    """The value of an ``Expectation``, whose classes are known by their names."""
    from . import independent
    value, args = independent.value, e.args
    body, variable, expected, variance = args[:4]
    index = args[4] if len(args) > 4 else None
    for j in range(1, int(value(args[5], world, env)) + 1) if index is not None else [None]:
        if value(variance, world, env if j is None else {**env, index: j}) < 0:
            raise independent.Skip
    law = type(e).__name__

    def at(place):
        here = env if index is None else {**env, index: place}
        return value(expected, world, here), mpmath.sqrt(value(variance, world, here))

    def of(part, env):
        """Linear in what is summed; the rest over all values of the entries that it reads."""
        if isinstance(part, sp.Add):
            return mpmath.fsum(of(a, env) for a in part.args)
        if isinstance(part, sp.Sum):
            return mpmath.fsum(of(part.function, inner)
                               for inner in independent._limits(part, world, env))
        if isinstance(part, sp.Mul):
            free = [a for a in part.args if not _names(a, variable)]
            if free and len(free) < len(part.args):
                rest = part.func(*(a for a in part.args if a not in free))
                return mpmath.fprod(value(a, world, env) for a in free) * of(rest, env)
        return _over(part, variable, at, law, world, env, value)
    return of(body, env)


def _names(part, variable):
    if isinstance(variable, sp.IndexedBase):
        return any(x.base == variable for x in sp.preorder_traversal(part)
                   if isinstance(x, sp.Indexed))
    return variable in set(sp.preorder_traversal(part))


def _over(part, variable, at, law, world, env, value):
    """The mean of a part that is taken as it is."""
    if not _names(part, variable):
        return value(part, world, env)
    if isinstance(variable, sp.IndexedBase):
        seen: list = []
        value(part, world, {**env, variable: _Reader({}, at, seen)})
        places = list(dict.fromkeys(seen))
    else:
        places = [None]
    if len(places) > (1 if law == "OverGaussian" else 9):
        from . import independent
        raise independent.Skip
    laws = [_nodes(*at(place), law) for place in places]
    total = mpmath.mpf(0)
    for chosen in itertools.product(*laws):
        weight = mpmath.fprod(w for _, w in chosen)
        values = [x for x, _ in chosen]
        inner = values[0] if places == [None] else \
            _Reader(dict(zip(places, values, strict=True)), at, [])
        total += weight * value(part, world, {**env, variable: inner})
    return total


def _nodes(centre, deviation, law):
    if deviation == 0:
        return [(centre, mpmath.mpf(1))]
    if law == "OverMoments":   # 2 to one side with 1/5, 1/2 to the other with 4/5
        return [(centre + 2 * deviation, mpmath.mpf(1) / 5),
                (centre - deviation / 2, mpmath.mpf(4) / 5)]
    return [(centre + deviation * _STEP * j,
             _STEP * mpmath.exp(-(_STEP * j) ** 2 / 2) / mpmath.sqrt(2 * mpmath.pi))
            for j in range(-_REACH, _REACH + 1)]


class _Reader:
    """Entries of a random tensor by place; those not given are at their mean, and noted."""

    def __init__(self, values, at, seen):
        self.values, self.at, self.seen = values, at, seen

    def read(self, place):
        """The entry at a place."""
        self.seen.append(place)
        return self.values[place] if place in self.values else self.at(place)[0]
