"""The value of an expression at a point, by its definition.

This part knows nothing of the canonical form: sums are added term by term, and derivatives taken by
finite differences, so that numbers judge the proofs independently.
"""

from functools import cache

import mpmath
from sympy import (
    Abs,
    Add,
    And,
    Derivative,
    Eq,
    Function,
    Ge,
    Gt,
    Heaviside,
    Idx,
    Indexed,
    KroneckerDelta,
    Le,
    Lt,
    Max,
    Min,
    Mul,
    Ne,
    Not,
    Or,
    Piecewise,
    Pow,
    Product,
    Rational,
    Sum,
    Symbol,
    exp,
    log,
    sign,
)
from sympy.core.function import AppliedUndef

from ..words.language import Named, Partial
from ..words.statement import unfolded

DIGITS = 40
_STEP = mpmath.mpf(10) ** -12   # of finite differences, at 40 digits


class Undefined(Exception):
    """The expression has no real value at this point."""


def evaluate(e, point, bound=None):
    """The value of an expression at a point, as an integer or an mpmath number.

    ``bound`` maps bound symbols to numbers. Raises :class:`Undefined`.
    """
    bound = bound or {}
    rule = _rule_of(type(e))
    if rule is not None:
        return rule(e, point, bound)
    if isinstance(e, Function) and hasattr(mpmath, e.func.__name__):
        return getattr(mpmath, e.func.__name__)(*(evaluate(a, point, bound) for a in e.args))
    if e.is_number:
        return mpmath.mpf(e.evalf(DIGITS))
    raise TypeError(f"cannot evaluate {type(e).__name__}: {e}")


@cache
def _rule_of(kind: type):
    return next((rule for known, rule in _RULES if issubclass(kind, known)), None)


def _symbol(e, point, bound):
    return bound[e] if e in bound else point.symbol(e)


def _indexed(e, point, bound):
    indices = tuple(int(evaluate(i, point, bound)) for i in e.indices)
    return point.entry(e.base, indices) + bound.get("moved", {}).get((e.base, indices), 0)


def _add(e, point, bound):
    total = 0
    for a in e.args:
        total += evaluate(a, point, bound)
    return total


def _mul(e, point, bound):
    result = 1
    for a in e.args:
        result *= evaluate(a, point, bound)
    return result


def _pow(e, point, bound):
    base, exponent = evaluate(e.base, point, bound), evaluate(e.exp, point, bound)
    if base == 0 and exponent <= 0:
        raise Undefined("a power of 0")
    if base < 0 and exponent != int(exponent):
        raise Undefined("a root of a negative number")
    if isinstance(base, int) and isinstance(exponent, int) and exponent < 0:
        base = mpmath.mpf(base)
    if abs(exponent) > 200:
        raise Undefined("too large a power")
    return base ** (int(exponent) if exponent == int(exponent) else exponent)


def _exp(e, point, bound):
    x = evaluate(e.args[0], point, bound)
    if abs(x) > 300:
        raise Undefined("too large an exponential")
    return mpmath.exp(x)


def _log(e, point, bound):
    x = evaluate(e.args[0], point, bound)
    if x <= 0:
        raise Undefined("the logarithm of a number that is not positive")
    return mpmath.log(x)


def _range(limit, point, bound):
    _, first, last = limit
    return range(int(evaluate(first, point, bound)), int(evaluate(last, point, bound)) + 1)


def _repeat(e, point, bound, start, combine):
    def run(limits, bound):
        if not limits:
            return evaluate(e.function, point, bound)
        total = start
        for j in _range(limits[-1], point, bound):
            total = combine(total, run(limits[:-1], {**bound, limits[-1][0]: j}))
        return total
    return run(e.limits, bound)


def _sum(e, point, bound):
    return _repeat(e, point, bound, 0, lambda a, b: a + b)


def _product(e, point, bound):
    return _repeat(e, point, bound, 1, lambda a, b: a * b)


def _piecewise(e, point, bound):
    for value, condition in e.args:
        if truth(condition, point, bound):
            return evaluate(value, point, bound)
    raise Undefined("no case holds")


_HOLDS = {Eq: (0,), Ne: (1, -1), Gt: (1,), Ge: (1, 0), Lt: (-1,), Le: (-1, 0)}   # by order


def truth(condition, point, bound=None):
    """Whether a condition holds at a point."""
    if condition in (True, False):
        return condition == True  # noqa: E712  (a SymPy truth value)
    if isinstance(condition, And):
        return all(truth(c, point, bound) for c in condition.args)
    if isinstance(condition, Or):
        return any(truth(c, point, bound) for c in condition.args)
    if isinstance(condition, Not):
        return not truth(condition.args[0], point, bound)
    sides = [evaluate(a, point, bound) for a in condition.args]
    return _order(*sides, point) in _HOLDS[condition.func]


def _partial(e, point, bound):
    return _slope(unfolded(e.args[0]), e.args[1], point, bound)


def _slope(function, variable, point, bound):
    """The derivative by finite differences; undefined at kinks, where a comparison turns."""
    if isinstance(variable, Indexed):
        key = (variable.base, tuple(int(evaluate(i, point, bound)) for i in variable.indices))
        point.entry(*key)

        def moved(step):
            return {**bound, "moved": {**bound.get("moved", {}),
                                       key: bound.get("moved", {}).get(key, 0) + step}}
    else:
        start = _symbol(variable, point, bound)

        def moved(step):
            return {**bound, variable: start + step}
    values, turns = [], []
    for step in (-_STEP, mpmath.mpf(0), _STEP):
        outer, point.comparisons = point.comparisons, []
        try:
            values.append(evaluate(function, point, moved(step)))
            turns.append(point.comparisons)
        finally:
            point.comparisons = outer
    left, middle, right = values
    if not turns[0] == turns[1] == turns[2]:
        raise Undefined("a kink")
    slopes = (middle - left) / _STEP, (right - middle) / _STEP
    if abs(slopes[0] - slopes[1]) > mpmath.mpf(10) ** -6 * (1 + abs(slopes[0])):
        raise Undefined("a kink")
    return (right - left) / (2 * _STEP)


def _order(x, y, point):
    """1, 0 or -1 as x is above, equal to or below y; noted, so that derivatives see kinks."""
    order = (x > y) - (x < y)
    point.comparisons.append(order)
    return order


def _derivative(e, point, bound):
    function = e.args[0]
    for variable, times in e.args[1:]:
        for _ in range(int(times)):
            function = Partial(function, variable)
    return evaluate(function, point, bound)


def _extreme(wanted):
    def extreme(e, point, bound):
        best, *others = [evaluate(a, point, bound) for a in e.args]
        for x in others:
            if _order(x, best, point) == wanted:
                best = x
        return best
    return extreme


def _abs(e, point, bound):
    x = evaluate(e.args[0], point, bound)
    return x * _order(x, 0, point)


def _sign(e, point, bound):
    return _order(evaluate(e.args[0], point, bound), 0, point)


def _heaviside(e, point, bound):
    order = _order(evaluate(e.args[0], point, bound), 0, point)
    return 1 if order > 0 else 0 if order < 0 else evaluate(e.args[1], point, bound)


def _unknown(e, point, bound):
    if e.is_nonnegative or e.is_nonpositive or e.is_integer:
        raise Undefined("unknown functions with assumptions")
    return point.function(e.func.__name__, tuple(evaluate(a, point, bound) for a in e.args))


def _delta(e, point, bound):
    return int(evaluate(e.args[0], point, bound) == evaluate(e.args[1], point, bound))


def _rational_value(e, point, bound):
    return int(e) if e.is_Integer else mpmath.mpf(e.p) / e.q


_RULES = [
    (Symbol, _symbol), (Rational, _rational_value), (Indexed, _indexed), (Add, _add), (Mul, _mul),
    (exp, _exp), (Pow, _pow), (Sum, _sum), (log, _log), (Product, _product),
    (KroneckerDelta, _delta), (Piecewise, _piecewise), (Max, _extreme(1)), (Min, _extreme(-1)),
    (Abs, _abs), (sign, _sign), (Heaviside, _heaviside),
    (Named, lambda e, p, b: evaluate(unfolded(e), p, b)), (Partial, _partial),
    (Derivative, _derivative), (Idx, _symbol),
    (AppliedUndef, _unknown),
]
