"""Canonical sines and cosines: of single terms, no power of a cosine above the first.

The sine and cosine of a sum are multiplied out by the addition formulas, those of whole multiples
as well; cos² is 1 - sin² (in ``canonical.tidy``). So polynomials in sines and cosines of sums of
the same angles are equal if and only if their forms are, whatever the angles are. A sum over
products of sines of different indices stays a product of sums, which sums of angles would not.
"""

from math import lcm

from sympy import Add, S, cos, sin, tan

from ..limits import MULTIPLE_OF_ANGLE
from .canonical import canonical, rule_for, times
from .powers import power


@rule_for(sin)
def _sin(e, facts):
    """sin of a canonical angle."""
    return _of_angle(canonical(e.args[0], facts), facts)[1]


@rule_for(cos)
def _cos(e, facts):
    """cos of a canonical angle."""
    return _of_angle(canonical(e.args[0], facts), facts)[0]


@rule_for(tan)
def _tan(e, facts):
    """tan = sin / cos: neither has a value where the cosine is 0."""
    over, under = _of_angle(canonical(e.args[0], facts), facts)[::-1]
    return times(facts, over, power(under, S.NegativeOne, facts))


def _of_angle(angle, facts):
    """(cos, sin) of a canonical angle, by its terms."""
    result = (S.One, S.Zero)
    for term in Add.make_args(angle):
        result = _turned(result, _of_term(term, facts), facts)
    return result


def _turned(one, other, facts):
    """(cos, sin) of the sum of two angles."""
    (c, s), (d, t) = one, other
    return (times(facts, c, d) - times(facts, s, t), times(facts, s, d) + times(facts, c, t))


def _of_term(term, facts):
    """(cos, sin) of a single term: of p/q u by those of u/q."""
    number, part = term.as_coeff_Mul()
    c, s = cos(term), sin(term)
    known = not (isinstance(c, cos) and _turns(s))   # as those of π/3 and, for whole n, of nπ
    if known or not number.is_Rational or abs(number.p) > MULTIPLE_OF_ANGLE:
        return (c, s) if not known else (canonical(c, facts), canonical(s, facts))
    return _multiple(part / number.q, int(number.p), facts)


def _turns(s):
    """Whether SymPy left a sine as one, up to its sign."""
    return isinstance(s.as_coeff_Mul()[1], sin)


def _multiple(angle, times_, facts):
    """(cos, sin) of a whole multiple of an angle."""
    once = result = cos(angle), sin(angle)
    for _ in range(abs(times_) - 1):
        result = _turned(result, once, facts)
    return result if times_ > 0 else (result[0], -result[1])


def with_common_angles(p, facts):
    """A canonical expression in which u, u/2 and u/3 within sines are multiples of u/6.

    Angles are compared over the whole expression, so no rule for a single sine can do this.
    """
    atoms = p.atoms(sin, cos)
    parts: dict = {}
    for a in atoms:
        number, part = a.args[0].as_coeff_Mul()
        parts.setdefault(part, set()).add(int(number.q))
    made = {}
    for a in atoms:
        number, part = a.args[0].as_coeff_Mul()
        common = lcm(*parts[part])
        if common != number.q and common <= MULTIPLE_OF_ANGLE:
            pair = _multiple(part / common, int(number.p) * common // int(number.q), facts)
            made[a] = pair[isinstance(a, sin)]
    return canonical(p.xreplace(made), facts) if made else p

