"""The value of a formula at a point, by its definition: fractions, or mpmath at 50 digits and more.

Slopes are exact too: a formula is evaluated at dual numbers a + bε with ε² = 0. A point at which it
has a kink has no slope. Means over a normal variable are sums over Gauss-Hermite nodes.
"""

from fractions import Fraction
from functools import lru_cache
from math import isqrt

import mpmath

DIGITS = 50
NODES = (24, 40)  # a mean is trusted if sums over so many nodes agree


class NoValue(Exception):
    """The formula is not defined at this point."""


class Unsure(Exception):
    """The digits do not suffice to say."""


class Dual:
    """a + bε; ``level`` tells the ε of a slope within a slope from that of the outer one."""

    __slots__ = ("level", "slope", "value")

    def __init__(self, value, slope, level):
        self.value, self.slope, self.level = value, slope, level


def _real(x):
    return mpmath.mpf(x.numerator) / x.denominator if isinstance(x, Fraction) else x


def _level(*numbers):
    return max((x.level for x in numbers if isinstance(x, Dual)), default=0)


def _parts(x, level):
    return (x.value, x.slope) if isinstance(x, Dual) and x.level == level else (x, Fraction(0))


def plus(a, b):
    if level := _level(a, b):
        (x, dx), (y, dy) = _parts(a, level), _parts(b, level)
        return Dual(plus(x, y), plus(dx, dy), level)
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a + b
    return _modest(_real(a) + _real(b))


def times(a, b):
    if level := _level(a, b):
        (x, dx), (y, dy) = _parts(a, level), _parts(b, level)
        return Dual(times(x, y), plus(times(dx, y), times(x, dy)), level)
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a * b
    if a == 0 or b == 0:
        return Fraction(0)
    return _modest(_real(a) * _real(b))


def _modest(x):
    """The number, unless its rounding may count: 50 digits are trusted to show 18."""
    if abs(x) > 1e15:
        raise Unsure
    return x


def inverse(a):
    if level := _level(a):
        x, dx = _parts(a, level)
        y = inverse(x)
        return Dual(y, times(Fraction(-1), times(dx, times(y, y))), level)
    if a == 0:
        raise NoValue
    _not_tiny(a)
    return 1 / a


def _not_tiny(a):
    if not isinstance(a, Fraction) and abs(a) < 1e-15:
        raise Unsure


def compared(a, b) -> int:
    """1, 0 or -1 as a is above, equal to or below b; at a tie of what moves there is a kink."""
    difference = plus(a, times(Fraction(-1), b))
    moves = False
    while isinstance(difference, Dual):
        moves = moves or not _is_zero(difference.slope)
        difference = difference.value
    if difference == 0 and moves:
        raise NoValue
    if (
        not isinstance(difference, Fraction)
        and difference != 0
        and abs(difference) < mpmath.mpf(10) ** (12 - mpmath.mp.dps)
    ):
        raise Unsure
    return (difference > 0) - (difference < 0)


def _is_zero(x):
    return _is_zero(x.value) and _is_zero(x.slope) if isinstance(x, Dual) else x == 0


def base(x):
    """The number without its slopes."""
    while isinstance(x, Dual):
        x = x.value
    return x


def raised(a, b):
    """a to the power b; nothing where that is no real number, nor 0 to the power 0 or less."""
    level = _level(a, b)
    e = b if not isinstance(b, Dual) else None
    if e is not None and level:
        x, dx = _parts(a, level)
        value = raised(x, e)
        if e == 1:
            return Dual(value, dx, level)
        return Dual(value, times(times(e, raised(x, _less_one(e))), dx), level)
    if level:
        if base(a) <= 0:
            raise NoValue
        return apply("exp", times(b, apply("log", a)))
    whole = b == int(b)
    if (a == 0 and b <= 0) or (a < 0 and not whole):
        raise NoValue
    if abs(b) > 200:
        raise Unsure
    _not_tiny(a)
    if isinstance(a, Fraction) and whole:
        return a ** int(b)
    if isinstance(a, Fraction) and b == Fraction(1, 2):
        top, bottom = isqrt(a.numerator), isqrt(a.denominator)
        if top * top == a.numerator and bottom * bottom == a.denominator:
            return Fraction(top, bottom)
    if isinstance(b, Fraction) and b.denominator == 2:
        return mpmath.sqrt(_real(a)) ** b.numerator
    return mpmath.power(_real(a), int(b) if whole else _real(b))


def _less_one(e):
    return e - 1 if isinstance(e, Fraction) else plus(e, Fraction(-1))


def _logistic(x):
    return inverse(plus(Fraction(1), apply("exp", times(Fraction(-1), x))))


def apply(name, a):
    """The value of a function of one number."""
    if name in _MADE:
        return _MADE[name](a)
    if level := _level(a):
        x, dx = _parts(a, level)
        return Dual(apply(name, x), times(_SLOPES[name](x), dx), level)
    if name == "log":
        if a <= 0:
            raise NoValue
        _not_tiny(a)
        return Fraction(0) if a == 1 else mpmath.log(_real(a))
    if a == 0:
        return Fraction(int(name in ("exp", "cos")))
    if abs(a) > 300:
        raise Unsure
    return getattr(mpmath, name)(_real(a))


def _signed(a):
    return times(Fraction(compared(a, Fraction(0))), a)


_MADE = {
    "abs": _signed,
    "sign": lambda a: Fraction(compared(a, Fraction(0))),
    "step": lambda a: Fraction(int(compared(a, Fraction(0)) > 0)),
    "relu": lambda a: times(Fraction(int(compared(a, Fraction(0)) > 0)), a),
    "sqrt": lambda a: raised(a, Fraction(1, 2)),
    "sigmoid": _logistic,
    "softplus": lambda a: apply("log", plus(Fraction(1), apply("exp", a))),
}
_SLOPES = {
    "exp": lambda x: apply("exp", x),
    "log": inverse,
    "sin": lambda x: apply("cos", x),
    "cos": lambda x: times(Fraction(-1), apply("sin", x)),
    "tanh": lambda x: plus(Fraction(1), times(Fraction(-1), raised(apply("tanh", x), Fraction(2)))),
}


@lru_cache
def nodes(count):
    """(z, weight) of a mean over a standard normal variable: the roots of a Hermite polynomial."""
    with mpmath.workdps(3 * DIGITS + 10):
        coefficients = [[mpmath.mpf(1)], [mpmath.mpf(0), mpmath.mpf(1)]]
        for n in range(1, count):  # He_{n+1} = z He_n - n He_{n-1}
            last = [mpmath.mpf(0), *coefficients[n]]
            for j, c in enumerate(coefficients[n - 1]):
                last[j] -= n * c
            coefficients.append(last)
        roots = [
            mpmath.re(r)
            for r in mpmath.polyroots(coefficients[count][::-1], maxsteps=400, extraprec=800)
        ]
        below = coefficients[count - 1]
        return [
            (z, mpmath.factorial(count) / (count * mpmath.polyval(below[::-1], z)) ** 2)
            for z in roots
        ]


def value(e, point, env=None):
    """The value of a formula; ``env`` has what indices and moved variables stand for."""
    return _VALUES[e[0]](e, point, env or {})


def whole(x) -> int:
    x = base(x)
    if x != int(x):
        raise NoValue
    return int(x)


def _letter(e, point, env):
    return env[e[1]] if e[1] in env else point.letter(e[1])


def _entry(e, point, env):
    indices = tuple(whole(value(i, point, env)) for i in e[2:])
    key = (e[1], *indices)
    return env[key] if key in env else point.entry(e[1], indices)


def _folded(combine, start):
    def fold(e, point, env):
        result = start
        for a in e[1:]:
            result = combine(result, value(a, point, env))
        return result

    return fold


def _over(combine, start):
    def over(e, point, env):
        _, k, first, last, body = e
        result = start
        first, last = whole(value(first, point, env)), whole(value(last, point, env))
        for j in range(first, last + 1):
            result = combine(result, value(body, point, {**env, k: Fraction(j)}))
        return result

    return over


def _best(wanted):
    def best(e, point, env):
        found, *others = [value(a, point, env) for a in e[1:]]
        for x in others:
            if compared(x, found) == wanted:
                found = x
        return found

    return best


HOLDS = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (1, 0), "=": (0,), "!=": (1, -1)}


def holds(sign, a, b) -> bool:
    return compared(a, b) in HOLDS[sign]


def _case(e, point, env):
    _, sign, a, b, then, otherwise = e
    true = holds(sign, value(a, point, env), value(b, point, env))
    return value(then if true else otherwise, point, env)


def _slope(e, point, env):
    _, f, variable = e
    level = 1 + _level(*env.values())
    if variable[0] == "s":
        key = variable[1]
    else:
        key = (variable[1], *(whole(value(i, point, env)) for i in variable[2:]))
    moved = Dual(value(variable, point, env), Fraction(1), level)
    result = value(f, point, {**env, key: moved})
    return _parts(result, level)[1]


def _mean(e, point, env):
    _, z, body = e
    found = []
    for count in NODES:
        total = Fraction(0)
        for x, weight in point.law(z, count, env):
            total = plus(total, times(weight, value(body, point, {**env, z: x})))
        found.append(total)
    one, other = (_real(base(x)) for x in found)
    if abs(one - other) > mpmath.mpf(10) ** -20 * (1 + abs(other)):
        raise Unsure
    return found[1]


_VALUES = {
    "n": lambda e, point, env: e[1],
    "s": _letter,
    "x": _entry,
    "+": _folded(plus, Fraction(0)),
    "*": _folded(times, Fraction(1)),
    "/": lambda e, point, env: times(value(e[1], point, env), inverse(value(e[2], point, env))),
    "^": lambda e, point, env: raised(value(e[1], point, env), value(e[2], point, env)),
    "f": lambda e, point, env: apply(e[1], value(e[2], point, env)),
    "max": _best(1),
    "min": _best(-1),
    "delta": lambda e, point, env: Fraction(
        int(compared(value(e[1], point, env), value(e[2], point, env)) == 0)
    ),
    "if": _case,
    "sum": _over(plus, Fraction(0)),
    "prod": _over(times, Fraction(1)),
    "d": _slope,
    "E": _mean,
}


def differ(left, right, point) -> tuple | None:
    """The values of two formulas at a point where they differ, at 50 digits and again at 150.

    Raises NoValue where one is not defined, and Unsure.
    """
    for digits in (DIGITS, 3 * DIGITS):
        with mpmath.workdps(digits):
            sides = [base(value(e, point)) for e in (left, right)]
            if all(isinstance(x, Fraction) for x in sides):
                return None if sides[0] == sides[1] else tuple(sides)
            a, b = map(_real, sides)
            if abs(a - b) <= mpmath.mpf(10) ** -18 * (1 + abs(a) + abs(b)):
                return None
    return a, b
