"""Values that hang on a comparison: cases, signs, maxima, deltas; and slopes, with their kinks."""

from fractions import Fraction

import mpmath
from sympy import (
    Abs,
    And,
    Derivative,
    Eq,
    Ge,
    Gt,
    Heaviside,
    Indexed,
    KroneckerDelta,
    Le,
    Lt,
    Max,
    Min,
    Ne,
    Not,
    Or,
    Piecewise,
    sign,
)

from ..words.language import Partial
from ..words.statement import unfolded
from .values import (
    EXACT,
    LostDigits,
    Undefined,
    evaluate,
    inexact,
    product_of,
    rule_for,
    sum_of,
    whole,
)

_STEP = Fraction(1, 10 ** 12)   # of finite differences, at 40 digits


def _piecewise(e, point, bound):
    """The value of the first case that holds; the others are not looked at."""
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
    """∂f/∂x of the definition of f."""
    return _slope(unfolded(e.args[0]), e.args[1], point, bound)


def _slope(function, variable, point, bound):
    """The derivative by finite differences; undefined at kinks, where a comparison turns."""
    if isinstance(variable, Indexed):
        key = (variable.base, tuple(whole(evaluate(i, point, bound)) for i in variable.indices))
        point.entry(*key)

        def moved(step):
            return {**bound, "moved": {**bound.get("moved", {}),
                                       key: sum_of([bound.get("moved", {}).get(key, 0), step])}}
    else:
        start = evaluate(variable, point, bound)

        def moved(step):
            return {**bound, variable: sum_of([start, step])}
    values, turns = [], []
    for step in (-_STEP, 0, _STEP):
        outer, point.comparisons = point.comparisons, []
        try:
            values.append(evaluate(function, point, moved(step)))
            turns.append(point.comparisons)
        finally:
            point.comparisons = outer
    left, middle, right = values
    if not turns[0] == turns[1] == turns[2]:
        raise Undefined("a kink")
    before, after = _quotient(left, middle), _quotient(middle, right)
    if abs(before - after) > 1e-6 * (1 + abs(before)):
        raise Undefined("a kink")
    return product_of([Fraction(1, 2), sum_of([before, after])])


def _quotient(left, right):
    """(right - left) / step."""
    return product_of([1 / _STEP, sum_of([right, -left])])


def _order(x, y, point):
    """1, 0 or -1 as x is above, equal to or below y; noted, so that derivatives see kinks."""
    order = compared(x, y)
    point.comparisons.append(order)
    return order


def compared(x, y) -> int:
    """1, 0 or -1 as x is above, equal to or below y; LostDigits where rounding could decide."""
    if not isinstance(x, EXACT) or not isinstance(y, EXACT):
        x, y = inexact(x), inexact(y)
        if x != y and abs(x - y) < mpmath.mpf(10) ** (15 - mpmath.mp.dps) * (1 + abs(x)):
            raise LostDigits
    return (x > y) - (x < y)


def _derivative(e, point, bound):
    """Repeated slopes."""
    function = e.args[0]
    for variable, times in e.args[1:]:
        for _ in range(int(times)):
            function = Partial(function, variable)
    return evaluate(function, point, bound)


def _extreme(wanted):
    """Max for wanted = 1, Min for -1; ties are noted as kinks."""
    def extreme(e, point, bound):
        best, *others = [evaluate(a, point, bound) for a in e.args]
        for x in others:
            if _order(x, best, point) == wanted:
                best = x
        return best
    return extreme


def _abs(e, point, bound):
    """|x| as x times its sign."""
    x = evaluate(e.args[0], point, bound)
    return product_of([x, _order(x, 0, point)])


def _sign(e, point, bound):
    """-1, 0 or 1."""
    return _order(evaluate(e.args[0], point, bound), 0, point)


def _heaviside(e, point, bound):
    """0 below, 1 above, and at 0 what the author says."""
    order = _order(evaluate(e.args[0], point, bound), 0, point)
    return 1 if order > 0 else 0 if order < 0 else evaluate(e.args[1], point, bound)


def _delta(e, point, bound):
    """1 where two numbers are equal."""
    return int(compared(*(evaluate(a, point, bound) for a in e.args)) == 0)


for _kind, _rule in [
    (Piecewise, _piecewise), (KroneckerDelta, _delta), (Max, _extreme(1)), (Min, _extreme(-1)),
    (Abs, _abs), (sign, _sign), (Heaviside, _heaviside), (Partial, _partial),
    (Derivative, _derivative),
]:
    rule_for(_kind)(_rule)
