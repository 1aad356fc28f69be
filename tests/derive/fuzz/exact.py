"""Numbers of the oracle: fractions where everything is rational, mpmath otherwise, and jets.

A jet is a number plus infinitesimals, each of square zero: evaluating at x + ε gives the partial
derivative as the coefficient of ε, exactly.
"""

from fractions import Fraction
from math import floor as whole_part

import mpmath
from sympy import integer_nthroot

_MOST_BITS = 60_000
_LARGEST_EXP = 700


class Undefined(Exception):
    """A side is not defined at the point: no claim is made there."""


class Unclear(Exception):
    """The reading does not settle it, or it is too large: the point counts neither way."""


class MorePrecision(Exception):
    """A sign could not be told from zero at this precision."""


class Mode:
    """Whether a number too small for this precision counts as zero, or asks for more digits."""

    tiny_is_zero = False


def mpf(x):
    if isinstance(x, Fraction):
        return mpmath.mpf(x.numerator) / x.denominator
    return mpmath.mpf(x)


class Jet:
    """``parts`` maps a set of infinitesimals to its coefficient; the empty set to the number."""

    __slots__ = ("parts",)

    def __init__(self, parts):
        self.parts = parts

    @property
    def real(self):
        return self.parts.get(_ONE, Fraction(0))


_ONE = frozenset()


def at_epsilon(x, tag):
    """x + ε."""
    return add(x, Jet({frozenset([tag]): Fraction(1)}))


def coefficient(x, tag):
    """The coefficient of ε in x, itself perhaps a jet in other infinitesimals."""
    if not isinstance(x, Jet):
        return Fraction(0)
    return plain({tags - {tag}: c for tags, c in x.parts.items() if tag in tags})


def plain(parts):
    parts = {tags: c for tags, c in parts.items() if not tags or c != 0}
    if all(not tags for tags in parts):
        return parts.get(_ONE, Fraction(0))
    return Jet(parts)


def real(x):
    return x.real if isinstance(x, Jet) else x


def _add(a, b):
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a + b
    if a == 0 or b == 0:
        return b if a == 0 else a
    a, b = mpf(a), mpf(b)
    total, digits = a + b, mpmath.mp.dps
    noise = max(abs(a), abs(b)) * mpmath.mpf(10) ** -digits
    if abs(total) < noise * mpmath.mpf(10) ** (0.3 * digits):   # they cancel: few digits are left
        if not Mode.tiny_is_zero:
            raise MorePrecision
        if noise > 1e-40:
            raise Unclear("precision")
    return total


def _mul(a, b):
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a * b
    return mpf(a) * mpf(b)


def add(a, b):
    if not isinstance(a, Jet) and not isinstance(b, Jet):
        return _add(a, b)
    parts = dict(a.parts if isinstance(a, Jet) else {_ONE: a})
    for tags, c in (b.parts if isinstance(b, Jet) else {_ONE: b}).items():
        parts[tags] = _add(parts[tags], c) if tags in parts else c
    return plain(parts)


def mul(a, b):
    if not isinstance(a, Jet) and not isinstance(b, Jet):
        return _mul(a, b)
    parts: dict = {}
    for left, c in (a.parts if isinstance(a, Jet) else {_ONE: a}).items():
        for right, d in (b.parts if isinstance(b, Jet) else {_ONE: b}).items():
            if left & right:
                continue
            product, tags = _mul(c, d), left | right
            parts[tags] = _add(parts[tags], product) if tags in parts else product
    return plain(parts)


def neg(a):
    return mul(Fraction(-1), a)


def sub(a, b):
    return add(a, neg(b))


def sign_of(x) -> int:
    """-1, 0 or 1, of a plain number."""
    if isinstance(x, Fraction):
        return (x > 0) - (x < 0)
    if abs(x) < mpmath.mpf(10) ** -int(0.7 * mpmath.mp.dps):
        if not Mode.tiny_is_zero:
            raise MorePrecision
        return 0
    return 1 if x > 0 else -1


def smooth(derivative, x):
    """f(x) for a jet x, by Taylor; ``derivative(j, a)`` is the j-th derivative of f at a."""
    if not isinstance(x, Jet):
        return derivative(0, x)
    a = x.real
    rest = plain({tags: c for tags, c in x.parts.items() if tags})
    result, power, factor, j = derivative(0, a), rest, 1, 1
    while isinstance(power, Jet):
        factor *= j
        result = add(result, mul(mul(derivative(j, a), Fraction(1, factor)), power))
        power, j = mul(power, rest), j + 1
    return result


# Powers, exp, log


def power(base, exponent):
    """baseᵉ over the reals; 0⁰, 0 to a negative power and roots of negative numbers undefined."""
    if isinstance(exponent, Jet):
        if sign_of(real(base)) <= 0:
            if sign_of(real(base)) < 0:
                raise Undefined
            raise Unclear
        return exp(mul(exponent, log(base)))

    def derivative(j, a):
        factor = Fraction(1)
        for t in range(j):
            factor = _mul(factor, _add(exponent, Fraction(-t)))
        if sign_of(factor) == 0:
            return Fraction(0)
        if j and sign_of(a) == 0 and exponent == j:
            return factor
        return _mul(factor, _power(a, _add(exponent, Fraction(-j))))
    return smooth(derivative, base)


def _power(base, exponent):
    s = sign_of(base)
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        e = exponent.numerator
        if s == 0:
            if e <= 0:
                raise Undefined
            return Fraction(0)
        if isinstance(base, Fraction):
            if abs(base) == 1:
                return base if e % 2 else Fraction(1)
            bits = base.numerator.bit_length() + base.denominator.bit_length()
            if abs(e) * bits > _MOST_BITS:
                raise Unclear
            return base ** e
        if abs(e) > 3000:
            raise Unclear
        return mpmath.mpf(base) ** e
    if not isinstance(exponent, Fraction):
        near = mpmath.nint(exponent)
        if s <= 0 and sign_of(exponent - near) == 0:
            return _power(base, Fraction(int(near)))
    if s < 0:
        raise Undefined
    if s == 0:
        if sign_of(exponent) <= 0:
            raise Undefined
        return Fraction(0)
    if isinstance(base, Fraction) and isinstance(exponent, Fraction) \
            and exponent.denominator < 8 and abs(exponent.numerator) < 60:
        tops = [integer_nthroot(part, exponent.denominator)
                for part in (base.numerator, base.denominator)]
        if all(whole for _, whole in tops):
            return Fraction(int(tops[0][0]), int(tops[1][0])) ** exponent.numerator
    if abs(mpf(exponent) * mpmath.log(mpf(base))) > _LARGEST_EXP:
        raise Unclear
    return mpf(base) ** mpf(exponent)


def _exp(a):
    if a == 0:
        return Fraction(1)
    if abs(a) > _LARGEST_EXP:
        raise Unclear
    return mpmath.exp(mpf(a))


def exp(x):
    return smooth(lambda j, a: _exp(a), x)


def log(x):
    def derivative(j, a):
        if sign_of(a) <= 0:
            raise Undefined
        if j == 0:
            return Fraction(0) if a == 1 else mpmath.log(mpf(a))
        factor = Fraction(-1 if j % 2 == 0 else 1)
        for t in range(1, j):
            factor *= t
        return _mul(factor, _power(a, Fraction(-j)))
    return smooth(derivative, x)


def floor(x):
    if isinstance(x, Jet):
        raise Unclear
    if isinstance(x, Fraction):
        return Fraction(whole_part(x))
    near = mpmath.nint(x)
    if sign_of(x - near) == 0:
        return Fraction(int(near))
    return Fraction(int(mpmath.floor(x)))


def _cycle(names, signs):
    def derivative(j, a):
        if a == 0 and names[j % len(names)] in ("sin", "sinh"):
            return Fraction(0)
        if a == 0:
            return Fraction(signs[j % len(names)])
        if abs(a) > _LARGEST_EXP:
            raise Unclear
        return signs[j % len(names)] * getattr(mpmath, names[j % len(names)])(mpf(a))
    return derivative


_SIN = _cycle(["sin", "cos", "sin", "cos"], [1, 1, -1, -1])
_SINH = _cycle(["sinh", "cosh"], [1, 1])
_SMOOTH = {
    "exp": exp, "log": log,
    "sin": lambda x: smooth(_SIN, x),
    "cos": lambda x: smooth(lambda j, a: _SIN(j + 1, a), x),
    "sinh": lambda x: smooth(_SINH, x),
    "cosh": lambda x: smooth(lambda j, a: _SINH(j + 1, a), x),
}


def _plain_function(name, domain=None):
    def apply(*arguments):
        if any(isinstance(x, Jet) for x in arguments):
            raise Unclear
        if domain is not None and not domain(*arguments):
            raise Undefined
        made = getattr(mpmath, name)(*map(mpf, arguments))
        if not isinstance(made, mpmath.mpf) or not mpmath.isfinite(made):
            raise Undefined
        return made
    return apply


def _within_one(x):
    return abs(x) <= 1


def _no_pole(x):
    return not (isinstance(x, Fraction) and x.denominator == 1 and x <= 0)


def _factorial(x):
    if isinstance(x, Jet) or not isinstance(x, Fraction) or x > 200:
        raise Unclear
    if x.denominator == 1:
        if x < 0:
            raise Undefined
        made = Fraction(1)
        for t in range(2, int(x) + 1):
            made *= t
        return made
    return mpmath.gamma(mpf(x + 1))


def _binomial(a, b):
    if not all(isinstance(x, Fraction) and x.denominator == 1 and x >= 0 for x in (a, b)):
        raise Unclear   # conventions differ
    made = Fraction(1)
    for t in range(int(b)):
        made = made * (a - t) / (t + 1)
    return made


def _tanh(x):
    return mul(_SMOOTH["sinh"](x), power(_SMOOTH["cosh"](x), Fraction(-1)))


def _tan(x):
    return mul(_SMOOTH["sin"](x), power(_SMOOTH["cos"](x), Fraction(-1)))


FUNCTIONS = {
    **_SMOOTH, "tanh": _tanh, "tan": _tan, "floor": floor, "factorial": _factorial,
    "binomial": _binomial, "asin": _plain_function("asin", _within_one),
    "acos": _plain_function("acos", _within_one), "atan": _plain_function("atan"),
    "asinh": _plain_function("asinh"), "erf": _plain_function("erf"),
    "gamma": _plain_function("gamma", _no_pole),
    "loggamma": _plain_function("loggamma", lambda x: x > 0),
}
