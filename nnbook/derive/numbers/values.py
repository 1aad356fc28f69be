"""The value of an expression at a point, by its definition.

This part knows nothing of the canonical form, nor of what a proof assumes: sums are added term by
term, and derivatives taken by finite differences, so that numbers judge the proofs independently.
Rational arithmetic is exact (``int`` and ``Fraction``); what is irrational is an mpmath number.
"""

import math
from fractions import Fraction
from functools import lru_cache

import mpmath
from sympy import (
    Add,
    Function,
    Idx,
    Indexed,
    Mul,
    Pow,
    Product,
    Rational,
    Sum,
    Symbol,
    binomial,
    cos,
    exp,
    factorial,
    floor,
    log,
    sin,
)
from sympy.core.function import AppliedUndef

from ..limits import ARGUMENT, POWER_BITS, SUM_TERMS
from ..registry import Table
from ..words.language import Named
from ..words.statement import slope_indices, unfolded

DIGITS = 40
EXACT = (int, Fraction)


# of functions ``rule(e, point, bound)``
values = Table("numbers.values", "numbers.branches", "numbers.expectations")
rule_for = values.rule


class Undefined(Exception):
    """The expression has no real value at this point, or none that can be worked out."""


class TooLong(Undefined):
    """A sum has more terms than are added up."""


class LostDigits(Exception):
    """So much cancelled that the digits left are not to be trusted; more of them are needed."""


def evaluate(e, point, bound=None):
    """The value of an expression at a point, as an integer, a fraction or an mpmath number.

    ``bound`` maps bound symbols to numbers. Raises :class:`Undefined` and :class:`LostDigits`.
    """
    bound = bound or {}
    point.step()
    rule = values.of(type(e))
    if rule is not None:
        return rule(e, point, bound)
    if isinstance(e, Function) and hasattr(mpmath, e.func.__name__):
        return _of_mpmath(e, [inexact(evaluate(a, point, bound)) for a in e.args])
    if e.is_number:
        return mpmath.mpf(e.evalf(mpmath.mp.dps))
    raise TypeError(f"cannot evaluate {type(e).__name__}: {e}")


def _of_mpmath(e, arguments):
    """The function of that name in mpmath, if its value is real."""
    if any(abs(x) > ARGUMENT for x in arguments):
        raise Undefined("too large an argument")
    try:
        result = getattr(mpmath, e.func.__name__)(*arguments)
    except (ValueError, ZeroDivisionError, OverflowError) as error:
        raise Undefined(str(error)) from error
    if isinstance(result, mpmath.mpc) or not mpmath.isfinite(result):
        raise Undefined("not a real number")
    return result


def inexact(x):
    """The number as one of mpmath, at the present precision."""
    return mpmath.mpf(x.numerator) / x.denominator if type(x) is Fraction else mpmath.mpf(x)


def whole(x) -> int:
    """The number as an integer; Undefined if it is none."""
    if isinstance(x, int):
        return x
    if x != math.floor(x):
        raise Undefined("an index or a bound that is not an integer")
    return int(x)


def _tidy(x):
    """Fractions that are integers, as integers."""
    return x.numerator if type(x) is Fraction and x.denominator == 1 else x


def _symbol(e, point, bound):
    """The number that a symbol is bound to, or its value at the point."""
    return bound[e] if e in bound else point.symbol(e)


def _indexed(e, point, bound):
    """An entry at its indices, and what a finite difference adds to it."""
    indices = tuple(whole(evaluate(i, point, bound)) for i in e.indices)
    if e.base in bound:   # of a random tensor, within its mean
        value = bound[e.base][indices]
    else:
        value = point.entry(e.base, indices)
    moved = bound.get("moved", {}).get((e.base, indices), 0)
    return sum_of([value, moved]) if moved else _tidy(value)


def _sorted(values) -> tuple[list, list]:
    """The exact numbers, and the others.

    Asked of every sum and product at every point: of mpmath's class, since `isinstance` is slow for
    fractions, whose class is an abstract one.
    """
    exact, others = [], []
    for x in values:
        (others if isinstance(x, mpmath.mpf) else exact).append(x)
    return exact, others


@lru_cache(maxsize=64)
def _last_digit(digits: int):
    """The relative error of a number of so many digits, over the one that a total may have."""
    return mpmath.mpf(10) ** -digits / mpmath.mpf(10) ** -28


def sum_of(values):
    """The sum of numbers; LostDigits where what is left of large ones is not to be trusted."""
    exact, others = _sorted(values)
    rational = sum(exact)
    if not others:
        return _tidy(rational)
    if rational:
        others.append(inexact(rational))
    if len(others) == 1:
        return +others[0]   # at the present precision
    total = mpmath.fsum(others)
    if max(map(abs, others)) * _last_digit(mpmath.mp.dps) > max(1, abs(total)):
        raise LostDigits
    return total


def product_of(values):
    """The product of numbers, exact as far as they are; 0 times anything is 0."""
    exact, others = _sorted(values)
    rational = math.prod(exact)
    if not others or rational == 0:
        return _tidy(rational)
    product = mpmath.fprod(others) if len(others) > 1 else +others[0]
    return product if rational == 1 else product * inexact(rational)


def _add(e, point, bound):
    """The sum of the terms."""
    return sum_of([evaluate(a, point, bound) for a in e.args])


def _mul(e, point, bound):
    """The product of the factors."""
    return product_of([evaluate(a, point, bound) for a in e.args])


def _pow(e, point, bound):
    """A power of real numbers."""
    return power(evaluate(e.base, point, bound), evaluate(e.exp, point, bound))


def power(base, exponent):
    """base ** exponent of real numbers; Undefined where that is no real number, or 0 ** 0."""
    integral = exponent == math.floor(exponent)
    if base == 0 and exponent <= 0:
        raise Undefined("a power of 0")
    if base < 0 and not integral:
        raise Undefined("a root of a negative number")
    if isinstance(base, EXACT) and integral:
        exponent = int(exponent)
        bits = max(Fraction(base).numerator.bit_length(), Fraction(base).denominator.bit_length())
        if abs(exponent) * bits > POWER_BITS:
            raise Undefined("too large a power")
        return _tidy(Fraction(base) ** exponent)
    if isinstance(base, EXACT) and isinstance(exponent, Fraction) and exponent.denominator == 2:
        top, bottom = Fraction(base).numerator, Fraction(base).denominator
        root = Fraction(math.isqrt(top), math.isqrt(bottom))
        if root * root == base:
            return power(_tidy(root), exponent.numerator)
    if abs(exponent) > 200:
        raise Undefined("too large a power")
    return inexact(base) ** (int(exponent) if integral else inexact(exponent))


def _exp(e, point, bound):
    """e to a number of moderate size."""
    x = evaluate(e.args[0], point, bound)
    if x == 0:
        return 1
    if abs(x) > ARGUMENT:
        raise Undefined("too large an exponential")
    return mpmath.exp(inexact(x))


def _log(e, point, bound):
    """The logarithm of a positive number."""
    x = evaluate(e.args[0], point, bound)
    if x <= 0:
        raise Undefined("the logarithm of a number that is not positive")
    return 0 if x == 1 else mpmath.log(inexact(x))


def _sine(e, point, bound):
    """The sine of an angle, exact at 0."""
    x = evaluate(e.args[0], point, bound)
    return 0 if x == 0 else _of_mpmath(e, [inexact(x)])


def _cosine(e, point, bound):
    """The cosine of an angle, exact at 0."""
    x = evaluate(e.args[0], point, bound)
    return 1 if x == 0 else _of_mpmath(e, [inexact(x)])


def _floor(e, point, bound):
    """The largest integer that is not above."""
    return math.floor(evaluate(e.args[0], point, bound))


def _factorial(e, point, bound):
    """n! of a whole number; by mpmath between them."""
    x = evaluate(e.args[0], point, bound)
    if not isinstance(x, int):
        return _of_mpmath(e, [inexact(x)])
    if not 0 <= x <= ARGUMENT:
        raise Undefined("the factorial of a negative or a large number")
    return math.factorial(x)


def _binomial(e, point, bound):
    """n over k of whole numbers; by mpmath elsewhere."""
    n, k = (evaluate(a, point, bound) for a in e.args)
    if isinstance(n, int) and isinstance(k, int) and 0 <= n <= ARGUMENT and k >= 0:
        return math.comb(n, k)
    return _of_mpmath(e, [inexact(n), inexact(k)])


def _range(limit, point, bound):
    """The integers from the first to the last value of a bound index."""
    first, last = (whole(evaluate(x, point, bound)) for x in limit[1:])
    if last - first > SUM_TERMS:
        raise TooLong("too long a sum")
    return range(first, last + 1)


def limits_at(limits, point, bound):
    """``bound`` with all values of the indices of limits, the last of which is the outermost."""
    if not limits:
        yield bound
        return
    for j in _range(limits[-1], point, bound):
        yield from limits_at(limits[:-1], point, {**bound, limits[-1][0]: j})


def _repeat(e, point, bound, combine):
    """All summands or factors, innermost limits first, put together by ``combine``."""
    def run(limits, bound):
        if not limits:
            return evaluate(e.function, point, bound)
        return combine([run(limits[:-1], {**bound, limits[-1][0]: j})
                        for j in _range(limits[-1], point, bound)])
    return run(e.limits, bound)


def _sum(e, point, bound):
    """A sum, term by term; one that comes again with the same numbers is added up once."""
    if point.sums is None:
        return _repeat(e, point, bound, sum_of)
    moved = frozenset(bound["moved"].items()) if "moved" in bound else None
    key = (e, moved, *((s, bound[s]) for s in names_in(e) if s in bound))
    if key not in point.sums:
        compared = len(point.comparisons)
        value = _repeat(e, point, bound, sum_of)
        if len(point.comparisons) > compared:   # these are counted every time
            return value
        point.sums[key] = value
    return point.sums[key]


@lru_cache(maxsize=1000)
def names_in(e) -> tuple:
    """The symbols that an expression depends on, those in the indices of ``slope_indices`` too."""
    return tuple(e.free_symbols.union(*(i.free_symbols for i in slope_indices(e))))


def _product(e, point, bound):
    """A product, factor by factor."""
    return _repeat(e, point, bound, product_of)


def _unknown(e, point, bound):
    """The value of the random function that stands for an unknown one."""
    if e.is_nonnegative or e.is_nonpositive or e.is_integer:
        raise Undefined("unknown functions with assumptions")
    return point.function(e.func.__name__,
                          tuple(inexact(evaluate(a, point, bound)) for a in e.args))


def _rational_value(e, point, bound):
    """An integer or a fraction."""
    return int(e) if e.is_Integer else Fraction(int(e.p), int(e.q))


for _kind, _rule in [
    (Symbol, _symbol), (Idx, _symbol), (Rational, _rational_value), (Indexed, _indexed),
    (Add, _add), (Mul, _mul), (Pow, _pow), (exp, _exp), (log, _log), (Sum, _sum), (sin, _sine),
    (cos, _cosine),
    (Product, _product), (floor, _floor), (factorial, _factorial), (binomial, _binomial),
    (Named, lambda e, point, bound: evaluate(unfolded(e), point, bound)), (AppliedUndef, _unknown),
]:
    rule_for(_kind)(_rule)
