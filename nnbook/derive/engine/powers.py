"""Canonical powers, exponentials and logarithms.

Roots and logarithms are of real numbers: a root is taken apart only where each part is positive.
"""

from functools import reduce

from sympy import (
    Abs,
    Add,
    Mul,
    Pow,
    S,
    cos,
    cosh,
    exp,
    factorial,
    factorrat,
    log,
    sin,
    sinh,
    tanh,
)

from ..limits import OFFSET, POWER_OF_SUM, GaveUp
from .canonical import E, canonical, rule_for, tidy, times
from .positivity import positive
from .rational import factors_of, leading


@rule_for(Pow)
def _pow(e, facts):
    """A power of canonical parts."""
    return power(canonical(e.base, facts), canonical(e.exp, facts), facts)


def power(base, exponent, facts):
    """``base ** exponent`` in canonical form, of canonical parts."""
    if exponent is S.Zero:
        return S.One
    if exponent is S.One:
        return base
    if base is S.Zero and exponent.is_Rational and exponent < 0:
        raise GaveUp("a division by zero")
    if base.is_Rational:
        return Mul(*(Pow(base, t) for t in Add.make_args(exponent)))
    if base.is_Add:
        return _power_of_sum(base, exponent, facts)
    if base.is_Mul or base.is_Pow:
        return _power_of_product(base, exponent, facts)
    if isinstance(base, E) and not exponent.is_Rational:
        return exponential(times(facts, exponent, base.args[0]), facts)
    return tidy(Pow(base, exponent), facts)


def _power_of_sum(base, exponent, facts):
    """(a + b)ⁿ: multiplied out for small n, else with its content in front."""
    if exponent.is_Integer and 0 < exponent <= POWER_OF_SUM:
        return times(facts, *[base] * int(exponent))
    if not exponent.is_Rational:
        return Pow(base, exponent)
    content, base = primitive(base, facts, signed=exponent.is_Integer)
    outside = power(content, exponent, facts)
    if not base.is_Add:
        return times(facts, outside, power(base, exponent, facts))
    if (cosine := cosine_squared(base)) is not None:   # the root of cos² is |cos|
        cosine = cosine if exponent.is_Integer else canonical(Abs(cosine), facts)
        return times(facts, outside, power(cosine, 2 * exponent, facts))
    return times(facts, outside, tidy(Pow(base, exponent), facts))


def cosine_squared(p):
    """cos u for the canonical form of its square, 1 - sin² u; None for all others."""
    one, square = p.as_coeff_Add()
    number, power_of = square.as_coeff_Mul()
    base, exponent = power_of.as_base_exp()
    if one == 1 and number == -1 and exponent == 2 and isinstance(base, sin):
        return cos(*base.args)
    return None


def _power_of_product(base, exponent, facts):
    """(ab)ˣ = aˣ bˣ where x is whole or a is positive; the rest stays under one power."""
    inside, outside = [], []
    for factor in Mul.make_args(base):
        b, x = factor.as_base_exp()
        if exponent.is_Integer or positive(b, facts):
            outside.append(power(b, times(facts, x, exponent), facts))
        elif x.is_Integer and x % 2 == 0:   # the root of a square is |b|
            outside.append(power(canonical(Abs(b), facts), x * exponent, facts))
        elif positive(factor, facts):
            outside.append(Pow(factor, exponent))
        else:
            inside.append(factor)
    if inside:
        outside.append(Pow(Mul(*inside), exponent))
    return times(facts, *outside)


def primitive(p, facts, signed=True):
    """A sum as content · primitive part: numbers, common factors and the sign taken out.

    Unless ``signed``, the content is positive.
    """
    terms = Add.make_args(p)
    number = abs(reduce(lambda a, b: a.gcd(b), [t.as_coeff_Mul()[0] for t in terms]))
    if signed and leading(terms).as_coeff_Mul()[0] < 0:
        number = -number
    powers = [_rational_powers(t) for t in terms]
    common = []
    for base in dict.fromkeys(b for found in powers for b in found):
        lowest = min(found.get(base, S.Zero) for found in powers)
        if lowest != 0 and (signed or positive(base, facts)):
            common.append(Pow(base, lowest))
    content = Mul(number, *common)
    inverse = Mul(*(Pow(b, -x) for b, x in (f.as_base_exp() for f in Mul.make_args(content))))
    return content, times(facts, p, inverse)


def _rational_powers(term):
    """{base: exponent} of the factors of a term whose exponents are numbers."""
    pairs = (f.as_base_exp() for f in Mul.make_args(term.as_coeff_Mul()[1]))
    return {base: x for base, x in pairs if x.is_Rational and base is not S.One}


# Exponentials and logarithms


@rule_for(exp, E)
def _exp(e, facts):
    """exp of a canonical exponent."""
    return exponential(canonical(e.args[0], facts), facts)


@rule_for(type(S.Exp1))
def _e(e, facts):
    """The number e as exp of 1."""
    return exponential(S.One, facts)


def exponential(p, facts):
    """exp of a canonical expression: a product over its terms, where exp(a log b) is b**a."""
    result = []
    for term in Add.make_args(p):
        logs = [f for f in Mul.make_args(term) if isinstance(f, log)]
        if len(logs) == 1:
            exponent = Mul(*(f for f in Mul.make_args(term) if f != logs[0]))
            result.append(power(logs[0].args[0], exponent, facts))
        else:
            number, u = term.as_coeff_Mul()
            result.append(Pow(E(u), number))
    return times(facts, *result)


@rule_for(log)
def _log(e, facts):
    """log of a canonical argument."""
    return log_of(canonical(e.args[0], facts), facts)


def log_of(p, facts):
    """log of a canonical expression: a sum over its factors, as far as these are positive."""
    if p is S.Zero:
        raise GaveUp("the logarithm of zero")
    result, unsure = [], []
    if (cosine := cosine_squared(p)) is not None:
        return times(facts, S(2), log(canonical(Abs(cosine), facts)))
    pairs = factors_of(p, facts) if p.is_Add or p.is_Mul or p.is_Pow else [p.as_base_exp()]
    if len(pairs) > 1:
        pairs = _without_signs(pairs, facts)
    for base, exponent in pairs:
        if base.is_Rational and base > 0:
            result += [exponent * n * log(prime) for prime, n in factorrat(base).items()]
        elif isinstance(base, E):
            result.append(times(facts, exponent, base.args[0]))
        elif positive(base, facts):
            result.append(times(facts, exponent, log(base)))
        elif exponent.is_Integer and exponent % 2 == 0:
            result.append(times(facts, exponent, log(canonical(Abs(base), facts))))
        else:
            unsure.append(power(base, exponent, facts))
    if unsure:
        result.append(log(times(facts, *unsure)))
    return Add(*(times(facts, *Mul.make_args(r)) for r in result))


def _without_signs(pairs, facts):
    """The same factors, certainly negative ones turned: (a - 1)(b - 1) = (1 - a)(1 - b)."""
    found, sign = [], 1
    for base, exponent in pairs:
        if exponent.is_Integer and not positive(base, facts) and positive(-base, facts):
            base, sign = -base, -sign if exponent % 2 else sign
        found.append((base, exponent))
    return found if sign > 0 else [*found, (S.NegativeOne, S.One)]


@rule_for(factorial)
def _factorial(e, facts):
    """(m + 3)! = (m + 3) (m + 2) (m + 1) m!, where m is at least 0."""
    p = canonical(e.args[0], facts)
    offset, rest = p.as_coeff_Add()
    if not (offset.is_Integer and 0 < offset <= OFFSET and facts.at_least_zero(rest)):
        return factorial(p)
    return times(facts, *(rest + j for j in range(1, int(offset) + 1)), factorial(rest))


@rule_for(sinh, cosh, tanh)
def _hyperbolic(e, facts):
    """sinh, cosh and tanh are written by exp."""
    return canonical(e.rewrite(exp), facts)
