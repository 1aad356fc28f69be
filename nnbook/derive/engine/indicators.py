"""Canonical cases: Kronecker deltas, signs, maxima and ``Piecewise`` as [a = 0] and [a > 0]."""

from sympy import (
    Abs,
    Add,
    And,
    Eq,
    Ge,
    Gt,
    Heaviside,
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
    S,
    sign,
)

from ..limits import COMPARED_TERMS, GaveUp
from .canonical import IsPositive, IsZero, canonical, rule_for, times
from .positivity import given_not_zero, nonnegative, positive
from .powers import primitive
from .rational import numeric_content


def zero_at(a, facts):
    """[a = 0] for a canonical a."""
    if a.is_Rational:
        return S.One if a == 0 else S.Zero
    if positive(a, facts) or positive(-a, facts):
        return S.Zero
    if a.is_Mul or a.is_Pow:
        return _zero_of_product(a, facts)
    _check_length(a)
    a = without_content(a, facts)
    return S.Zero if given_not_zero(a, facts) else IsZero(a)


def _zero_of_product(a, facts):
    """A product is zero where a factor is, and a power where its base is."""
    none = S.One
    for factor in Mul.make_args(a.as_coeff_Mul()[1]):
        base, exponent = factor.as_base_exp()
        if exponent.is_Rational and exponent < 0:
            continue   # never zero
        at_base = IsZero(factor) if not exponent.is_Rational else zero_at(base, facts)
        none = times(facts, none, 1 - at_base)
    return 1 - none


def positive_at(a, facts):
    """[a > 0] for a canonical a."""
    if a.is_Rational:
        return S.One if a > 0 else S.Zero
    _check_length(a)
    if positive(a, facts):
        return S.One
    if nonnegative(-a, facts):
        return S.Zero
    if nonnegative(a, facts):
        return 1 - zero_at(a, facts)
    if a.is_Mul or a.is_Pow:
        return _positive_product(a, facts)
    number, part = numeric_content(primitive(a, facts, signed=False)[1])
    if number > 0:
        return IsPositive(part)
    return 1 - IsPositive(part) - zero_at(part, facts)


def _positive_product(a, facts):
    """[a > 0] for a product: its factors are all of one sign, or an even number is negative."""
    above, below = (S.One, S.Zero) if a.as_coeff_Mul()[0] > 0 else (S.Zero, S.One)
    for factor in Mul.make_args(a.as_coeff_Mul()[1]):
        base, exponent = factor.as_base_exp()
        if positive(factor, facts):
            continue
        if exponent is S.One:
            up = positive_at(factor, facts) if factor.is_Add else IsPositive(factor)
            down = 1 - up - zero_at(factor, facts)
        elif exponent.is_Integer:
            even, up = exponent % 2 == 0, positive_at(base, facts)
            down = S.Zero if even else 1 - up - zero_at(base, facts)
            up = 1 - zero_at(base, facts) if even else up
        else:   # a root, or a power of a symbol
            up, down = IsPositive(factor), 1 - IsPositive(factor) - zero_at(factor, facts)
        above, below = (times(facts, above, up) + times(facts, below, down),
                        times(facts, above, down) + times(facts, below, up))
    return above


def without_content(a, facts):
    """A sum without the common factors that do not matter for whether it is zero."""
    return numeric_content(primitive(a, facts, signed=False)[1])[1]


def _check_length(a):
    """GaveUp for what is too long to be compared with 0."""
    if len(Add.make_args(a)) > COMPARED_TERMS:
        raise GaveUp("too long a condition")


@rule_for(IsZero)
def _is_zero(e, facts):
    """[a = 0]."""
    return zero_at(canonical(e.args[0], facts), facts)


@rule_for(IsPositive)
def _is_positive(e, facts):
    """[a > 0]."""
    return positive_at(canonical(e.args[0], facts), facts)


@rule_for(KroneckerDelta)
def _delta(e, facts):
    """δ(i, j) = [i - j = 0]."""
    return zero_at(canonical(e.args[0], facts) - canonical(e.args[1], facts), facts)


@rule_for(sign)
def _sign(e, facts):
    """sign a = 2 [a > 0] + [a = 0] - 1."""
    a = canonical(e.args[0], facts)
    return 2 * positive_at(a, facts) + zero_at(a, facts) - 1


@rule_for(Heaviside)
def _heaviside(e, facts):
    """H(a) = [a > 0] + h [a = 0], with the value h that it was given at 0."""
    a, at_zero = (canonical(x, facts) for x in e.args)
    return positive_at(a, facts) + times(facts, zero_at(a, facts), at_zero)


@rule_for(Abs)
def _abs(e, facts):
    """|a| = a sign a."""
    a = canonical(e.args[0], facts)
    sign_of_a = 2 * positive_at(a, facts) + zero_at(a, facts) - 1
    return times(facts, a, sign_of_a)


@rule_for(Max)
def _max(e, facts):
    """Each argument times the indicator that it is the largest, and no later one is as large."""
    arguments = sorted((canonical(a, facts) for a in e.args), key=str)
    result = []
    for j, a in enumerate(arguments):
        above = [positive_at(a - b, facts) for b in arguments[j + 1:]]
        not_below = [1 - positive_at(b - a, facts) for b in arguments[:j]]
        result.append(times(facts, a, *above, *not_below))
    return Add(*result)


@rule_for(Min)
def _min(e, facts):
    """min(a, b) = -max(-a, -b)."""
    return -canonical(Max(*(-a for a in e.args)), facts)


@rule_for(Piecewise)
def _piecewise(e, facts):
    """Σ value · [its case, and none before]; the cases must cover all."""
    result, remaining = [], S.One
    for value, condition in e.args:
        here = times(facts, remaining, indicator(condition, facts))
        if here != 0:
            result.append(times(facts, here, canonical(value, facts)))
        remaining = remaining - here
    if remaining != 0:
        raise GaveUp("cases that may leave a value undefined")
    return Add(*result)


def indicator(condition, facts):
    """A condition as 1 where it holds and 0 elsewhere, in canonical form."""
    if condition in (True, False):
        return S.One if condition == True else S.Zero  # noqa: E712  (a SymPy truth value)
    if isinstance(condition, And):
        return times(facts, *(indicator(c, facts) for c in condition.args))
    if isinstance(condition, Or):
        return 1 - times(facts, *(_opposite(c, facts) for c in condition.args))
    if isinstance(condition, Not):
        return _opposite(condition.args[0], facts)
    if not isinstance(condition, Gt | Lt | Ge | Le | Eq | Ne):
        raise TypeError(f"cannot read the condition {condition!r}")
    a = canonical(condition.lhs, facts) - canonical(condition.rhs, facts)
    zero = zero_at(a, facts)
    return {
        Gt: lambda: positive_at(a, facts),
        Ge: lambda: positive_at(a, facts) + zero,
        Lt: lambda: 1 - positive_at(a, facts) - zero,
        Le: lambda: 1 - positive_at(a, facts),
        Eq: lambda: zero,
        Ne: lambda: 1 - zero,
    }[condition.func]()


def _opposite(condition, facts):
    """1 where a condition fails."""
    return 1 - indicator(condition, facts)
