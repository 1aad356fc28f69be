"""Means for the oracle: moments of an interpolated polynomial, or the trapezoidal rule."""

from fractions import Fraction
from functools import cache
from math import ceil, lcm, prod

from . import exact
from .exact import Jet, Unclear, Undefined, add, mul, power, real, sign_of, sub

_DEGREE = {1: 9, 2: 6}   # of the polynomial tried, by the number of entries that are read
_MOST = 3                # entries


def mean(evaluator, e):
    """The value of a mean; its classes are known by their names."""
    body, variable, expected, variance = e.args[:4]
    normal = type(e).__name__ == "OverGaussian"
    if len(e.args) == 4:
        law = [_law(evaluator, expected, variance)]

        def at(values):
            outer, evaluator.env = evaluator.env, {**evaluator.env, variable: values[0]}
            try:
                return evaluator.value(body)
            finally:
                evaluator.env = outer
        return _integrated(at, law, normal)
    index, last = e.args[4:]
    size, law = evaluator.whole(last), []
    if size > 4:
        raise Unclear("many entries")
    for j in range(1, size + 1):
        outer, evaluator.env = evaluator.env, {**evaluator.env, index: Fraction(j)}
        try:
            law.append(_law(evaluator, expected, variance))
        finally:
            evaluator.env = outer
    if size > _MOST:
        raise Unclear("many entries")

    def at_all(values):
        outer = evaluator.random.get(variable)
        evaluator.random[variable] = {(j,): x for j, x in enumerate(values, start=1)}
        try:
            return evaluator.value(body)
        finally:
            evaluator.random[variable] = outer
            if outer is None:
                del evaluator.random[variable]
    return _integrated(at_all, law, normal)


def _law(evaluator, expected, variance):
    spread = evaluator.value(variance)
    if sign_of(real(spread)) < 0:
        raise Undefined
    return evaluator.value(expected), spread


def _integrated(f, law, normal, fixed=()):
    """The mean over the first variable of the mean over the others."""
    if not law:
        return f(list(fixed))
    centre, spread = law[0]

    def inner(deviation):
        return _integrated(f, law[1:], normal, (*fixed, add(centre, deviation)))
    degree = _DEGREE.get(len(law) + len(fixed), 4)
    nodes = tuple(Fraction(j - degree // 2) for j in range(degree + 1))
    values = [inner(x) for x in nodes]
    probes = [Fraction(degree), Fraction(-17, 3)]
    if all(_is_zero(sub(_combined(_weights(nodes, x), values), inner(x))) for x in probes):
        return _moments(nodes, values, spread, normal)
    if not normal or len(law) + len(fixed) > 1 or isinstance(spread, Jet):
        raise Unclear("not a polynomial")
    return _trapezoids(inner, spread)


def _is_zero(x):
    if isinstance(x, Jet):
        return all(isinstance(c, Fraction) and c == 0 for c in x.parts.values())
    return isinstance(x, Fraction) and x == 0


@cache
def _weights(nodes, x):
    """Those of Lagrange at x: whole numbers, and what they are divided by."""
    found = [prod(((x - b) / (a - b) for b in nodes if b != a), start=Fraction(1)) for a in nodes]
    return _over_one(found)


@cache
def _inverse(nodes):
    """For each power the weights that make its coefficient of the values at the nodes."""
    columns = []
    for a in nodes:   # the coefficients of the polynomial that is 1 here and 0 at the other nodes
        c = [Fraction(1)]
        for b in nodes:
            if b != a:
                c = [(low - b * high) / (a - b) for low, high in zip([0, *c], [*c, 0], strict=True)]
        columns.append(c)
    return [_over_one(row) for row in zip(*columns, strict=True)]


def _over_one(fractions):
    """Fractions as whole numbers over one denominator."""
    below = lcm(*(f.denominator for f in fractions))
    return tuple(f.numerator * (below // f.denominator) for f in fractions), below


def _combined(weights, values):
    """Σ of the values by weights; of fractions in whole numbers, which is much faster."""
    weights, below = weights
    if all(isinstance(v, Fraction) for v in values):
        tops, under = _over_one(values)
        return Fraction(sum(w * v for w, v in zip(weights, tops, strict=True)), below * under)
    total = Fraction(0)
    for w, value in zip(weights, values, strict=True):
        total = add(total, mul(Fraction(w, below), value))
    return total


def _moments(nodes, values, spread, normal):
    """Σ of the coefficients times the central moments."""
    coefficients = [_combined(weights, values) for weights in _inverse(nodes)]
    total, even = Fraction(0), Fraction(1)
    third, fourth = (None, None) if normal else _beyond_two(spread)
    for j, c in enumerate(coefficients):
        if normal:
            moment = Fraction(0) if j % 2 else even
            if j % 2 == 0:
                even = mul(even, mul(Fraction(j + 1), spread))
        elif j > 4:
            if not _is_zero(c):
                raise Unclear("a fifth moment")
            continue
        else:
            moment = (Fraction(1), Fraction(0), spread, third, fourth)[j]
        total = add(total, mul(c, moment))
    return total


def _beyond_two(spread):
    """A third and a fourth moment that some distribution of this variance has."""
    if sign_of(real(spread)) == 0:
        return Fraction(0), Fraction(0)
    third = mul(Fraction(2, 3), spread)
    return third, add(mul(Fraction(2), mul(spread, spread)), mul(Fraction(4, 9), spread))


def _trapezoids(f, spread):
    """h/√(2π) Σ f(√v h j) exp(-(h j)²/2), with a step that leaves no error at this precision."""
    mp = exact.mpmath
    digits = mp.mp.dps + 12
    if digits > 160:
        raise Unclear("precision")
    step = mp.sqrt(2 * mp.pi ** 2 / (mp.log(10) * digits))
    reach = ceil((mp.sqrt(2 * mp.log(10) * digits) + 6) / step)
    root = power(spread, Fraction(1, 2))
    if sign_of(real(spread)) == 0:
        return f(Fraction(0))
    parts = []
    for j in range(-reach, reach + 1):
        x = step * j
        value = f(mul(root, x))
        if isinstance(value, Jet):
            raise Unclear("a slope of a mean")
        parts.append(exact.mpf(value) * mp.exp(-x * x / 2))
    return mp.fsum(parts) * step / mp.sqrt(2 * mp.pi)

