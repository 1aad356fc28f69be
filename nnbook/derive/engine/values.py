"""The value of an expression at a point, by its definition.

This part knows nothing of the canonical form, nor of what a proof assumes: sums are added term by
term, and derivatives taken by finite differences, so that numbers judge the proofs independently.
Rational arithmetic is exact (``int`` and ``Fraction``); what is irrational is an mpmath number.
"""

import math
from fractions import Fraction
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
    binomial,
    exp,
    factorial,
    floor,
    log,
    sign,
)
from sympy.core.function import AppliedUndef

from ..words.language import Named, Partial
from ..words.statement import unfolded

DIGITS = 40
_STEP = Fraction(1, 10 ** 12)   # of finite differences, at 40 digits
_LARGEST = 300           # argument of an exponential
_MOST_BITS = 20_000      # of a power
_MOST_TERMS = 20_000     # of a sum
_EXACT = (int, Fraction)


class Undefined(Exception):
    """The expression has no real value at this point, or none that can be worked out."""


class LostDigits(Exception):
    """So much cancelled that the digits left are not to be trusted; more of them are needed."""


def evaluate(e, point, bound=None):
    """The value of an expression at a point, as an integer, a fraction or an mpmath number.

    ``bound`` maps bound symbols to numbers. Raises :class:`Undefined` and :class:`LostDigits`.
    """
    bound = bound or {}
    point.step()
    rule = _rule_of(type(e))
    if rule is not None:
        return rule(e, point, bound)
    if isinstance(e, Function) and hasattr(mpmath, e.func.__name__):
        return _of_mpmath(e, [inexact(evaluate(a, point, bound)) for a in e.args])
    if e.is_number:
        return mpmath.mpf(e.evalf(mpmath.mp.dps))
    raise TypeError(f"cannot evaluate {type(e).__name__}: {e}")


def _of_mpmath(e, arguments):
    if any(abs(x) > _LARGEST for x in arguments):
        raise Undefined("too large an argument")
    try:
        result = getattr(mpmath, e.func.__name__)(*arguments)
    except (ValueError, ZeroDivisionError, OverflowError) as error:
        raise Undefined(str(error)) from error
    if isinstance(result, mpmath.mpc) or not mpmath.isfinite(result):
        raise Undefined("not a real number")
    return result


@cache
def _rule_of(kind: type):
    return next((rule for known, rule in _RULES if issubclass(kind, known)), None)


def inexact(x):
    """The number as one of mpmath, at the present precision."""
    return mpmath.mpf(x.numerator) / x.denominator if isinstance(x, Fraction) else mpmath.mpf(x)


def whole(x) -> int:
    """The number as an integer; Undefined if it is none."""
    if isinstance(x, int):
        return x
    if x != math.floor(x):
        raise Undefined("an index or a bound that is not an integer")
    return int(x)


def _tidy(x):
    """Fractions that are integers, as integers."""
    return x.numerator if isinstance(x, Fraction) and x.denominator == 1 else x


def _symbol(e, point, bound):
    return bound[e] if e in bound else point.symbol(e)


def _indexed(e, point, bound):
    indices = tuple(whole(evaluate(i, point, bound)) for i in e.indices)
    return _sum_of([point.entry(e.base, indices),
                    bound.get("moved", {}).get((e.base, indices), 0)])


def _sum_of(values):
    """The sum of numbers; LostDigits where what is left of large ones is not to be trusted."""
    exact = sum(x for x in values if isinstance(x, _EXACT))
    others = [x for x in values if not isinstance(x, _EXACT)]
    if not others:
        return _tidy(exact)
    if exact != 0:
        others.append(inexact(exact))
    total = mpmath.fsum(others)
    error = max(map(abs, others)) * mpmath.mpf(10) ** -mpmath.mp.dps
    if error > mpmath.mpf(10) ** -28 * max(1, abs(total)):
        raise LostDigits
    return total


def _product_of(values):
    result, others = 1, []
    for x in values:
        if isinstance(x, _EXACT):
            result *= x
        else:
            others.append(x)
    if not others or result == 0:
        return _tidy(result)
    return mpmath.fprod(others) * inexact(result)


def _add(e, point, bound):
    return _sum_of([evaluate(a, point, bound) for a in e.args])


def _mul(e, point, bound):
    return _product_of([evaluate(a, point, bound) for a in e.args])


def _pow(e, point, bound):
    return power(evaluate(e.base, point, bound), evaluate(e.exp, point, bound))


def power(base, exponent):
    """base ** exponent of real numbers; Undefined where that is no real number, or 0 ** 0."""
    integral = exponent == math.floor(exponent)
    if base == 0 and exponent <= 0:
        raise Undefined("a power of 0")
    if base < 0 and not integral:
        raise Undefined("a root of a negative number")
    if isinstance(base, _EXACT) and integral:
        exponent = int(exponent)
        bits = max(Fraction(base).numerator.bit_length(), Fraction(base).denominator.bit_length())
        if abs(exponent) * bits > _MOST_BITS:
            raise Undefined("too large a power")
        return _tidy(Fraction(base) ** exponent)
    if isinstance(base, _EXACT) and isinstance(exponent, Fraction) and exponent.denominator == 2:
        root = Fraction(math.isqrt(Fraction(base).numerator), math.isqrt(Fraction(base).denominator))
        if root * root == base:
            return power(_tidy(root), exponent.numerator)
    if abs(exponent) > 200:
        raise Undefined("too large a power")
    return inexact(base) ** (int(exponent) if integral else inexact(exponent))


def _exp(e, point, bound):
    x = evaluate(e.args[0], point, bound)
    if x == 0:
        return 1
    if abs(x) > _LARGEST:
        raise Undefined("too large an exponential")
    return mpmath.exp(inexact(x))


def _log(e, point, bound):
    x = evaluate(e.args[0], point, bound)
    if x <= 0:
        raise Undefined("the logarithm of a number that is not positive")
    return 0 if x == 1 else mpmath.log(inexact(x))


def _floor(e, point, bound):
    return math.floor(evaluate(e.args[0], point, bound))


def _factorial(e, point, bound):
    x = evaluate(e.args[0], point, bound)
    if not isinstance(x, int):
        return _of_mpmath(e, [inexact(x)])
    if not 0 <= x <= _LARGEST:
        raise Undefined("the factorial of a negative or a large number")
    return math.factorial(x)


def _binomial(e, point, bound):
    n, k = (evaluate(a, point, bound) for a in e.args)
    if isinstance(n, int) and isinstance(k, int) and 0 <= n <= _LARGEST and k >= 0:
        return math.comb(n, k)
    return _of_mpmath(e, [inexact(n), inexact(k)])


def _range(limit, point, bound):
    first, last = (whole(evaluate(x, point, bound)) for x in limit[1:])
    if last - first > _MOST_TERMS:
        raise Undefined("too long a sum")
    return range(first, last + 1)


def _repeat(e, point, bound, combine):
    def run(limits, bound):
        if not limits:
            return evaluate(e.function, point, bound)
        return combine([run(limits[:-1], {**bound, limits[-1][0]: j})
                        for j in _range(limits[-1], point, bound)])
    return run(e.limits, bound)


def _sum(e, point, bound):
    return _repeat(e, point, bound, _sum_of)


def _product(e, point, bound):
    return _repeat(e, point, bound, _product_of)


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
        key = (variable.base, tuple(whole(evaluate(i, point, bound)) for i in variable.indices))
        point.entry(*key)

        def moved(step):
            return {**bound, "moved": {**bound.get("moved", {}),
                                       key: _sum_of([bound.get("moved", {}).get(key, 0), step])}}
    else:
        start = _symbol(variable, point, bound)

        def moved(step):
            return {**bound, variable: _sum_of([start, step])}
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
    return _product_of([Fraction(1, 2), _sum_of([before, after])])


def _quotient(left, right):
    return _product_of([1 / _STEP, _sum_of([right, -left])])


def _order(x, y, point):
    """1, 0 or -1 as x is above, equal to or below y; noted, so that derivatives see kinks."""
    order = compared(x, y)
    point.comparisons.append(order)
    return order


def compared(x, y) -> int:
    """1, 0 or -1 as x is above, equal to or below y; LostDigits where rounding could decide."""
    if not isinstance(x, _EXACT) or not isinstance(y, _EXACT):
        x, y = inexact(x), inexact(y)
        if x != y and abs(x - y) < mpmath.mpf(10) ** (15 - mpmath.mp.dps) * (1 + abs(x)):
            raise LostDigits
    return (x > y) - (x < y)


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
    return _product_of([x, _order(x, 0, point)])


def _sign(e, point, bound):
    return _order(evaluate(e.args[0], point, bound), 0, point)


def _heaviside(e, point, bound):
    order = _order(evaluate(e.args[0], point, bound), 0, point)
    return 1 if order > 0 else 0 if order < 0 else evaluate(e.args[1], point, bound)


def _unknown(e, point, bound):
    if e.is_nonnegative or e.is_nonpositive or e.is_integer:
        raise Undefined("unknown functions with assumptions")
    return point.function(e.func.__name__,
                          tuple(inexact(evaluate(a, point, bound)) for a in e.args))


def _delta(e, point, bound):
    return int(compared(*(evaluate(a, point, bound) for a in e.args)) == 0)


def _rational_value(e, point, bound):
    return int(e) if e.is_Integer else Fraction(int(e.p), int(e.q))


_RULES = [
    (Symbol, _symbol), (Rational, _rational_value), (Indexed, _indexed), (Add, _add), (Mul, _mul),
    (exp, _exp), (Pow, _pow), (Sum, _sum), (log, _log), (Product, _product),
    (KroneckerDelta, _delta), (Piecewise, _piecewise), (Max, _extreme(1)), (Min, _extreme(-1)),
    (Abs, _abs), (sign, _sign), (Heaviside, _heaviside), (floor, _floor),
    (factorial, _factorial), (binomial, _binomial),
    (Named, lambda e, p, b: evaluate(unfolded(e), p, b)), (Partial, _partial),
    (Derivative, _derivative), (Idx, _symbol),
    (AppliedUndef, _unknown),
]
