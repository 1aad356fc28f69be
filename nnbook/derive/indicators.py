"""Canonical cases: Kronecker deltas, signs, maxima and ``Piecewise`` as [a = 0] and [a > 0]."""

from functools import reduce

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

from .canonical import IsPositive, IsZero, canonical, rule_for, times
from .facts import GaveUp
from .positivity import nonnegative, positive, without_positive_factors
from .powers import leading
from .rules import match


def zero_at(a, facts):
    """[a = 0] for a canonical a."""
    if a.is_Rational:
        return S.One if a == 0 else S.Zero
    if positive(a, facts) or positive(-a, facts):
        return S.Zero
    if a.is_Mul or a.is_Pow:
        return _zero_of_product(a, facts)
    a = numeric_content(a)[1]
    for condition, wildcards in facts.nonzero:
        if match(condition, a, wildcards, facts) is not None:
            return S.Zero
    return IsZero(a)


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
    if positive(a, facts):
        return S.One
    if nonnegative(-a, facts):
        return S.Zero
    if nonnegative(a, facts):
        return 1 - zero_at(a, facts)
    number, part = numeric_content(a)
    if not part.is_Add:
        part = without_positive_factors(part, facts)
    if number > 0:
        return IsPositive(part)
    return 1 - IsPositive(part) - zero_at(part, facts)


def numeric_content(a):
    """a = number · part, with a part whose leading term has a positive coefficient."""
    terms = Add.make_args(a)
    number = abs(reduce(lambda x, y: x.gcd(y), [t.as_coeff_Mul()[0] for t in terms]))
    if leading(terms).as_coeff_Mul()[0] < 0:
        number = -number
    return number, Add(*(t / number for t in terms))


@rule_for(IsZero)
def _is_zero(e, facts):
    return zero_at(canonical(e.args[0], facts), facts)


@rule_for(IsPositive)
def _is_positive(e, facts):
    return positive_at(canonical(e.args[0], facts), facts)


@rule_for(KroneckerDelta)
def _delta(e, facts):
    return zero_at(canonical(e.args[0], facts) - canonical(e.args[1], facts), facts)


@rule_for(sign)
def _sign(e, facts):
    a = canonical(e.args[0], facts)
    return 2 * positive_at(a, facts) + zero_at(a, facts) - 1


@rule_for(Heaviside)
def _heaviside(e, facts):
    a, at_zero = (canonical(x, facts) for x in e.args)
    return positive_at(a, facts) + times(facts, zero_at(a, facts), at_zero)


@rule_for(Abs)
def _abs(e, facts):
    a = canonical(e.args[0], facts)
    sign_of_a = 2 * positive_at(a, facts) + zero_at(a, facts) - 1
    return times(facts, a, sign_of_a)


@rule_for(Max)
def _max(e, facts):
    def larger(x, y):
        difference = x - y
        return y + times(facts, difference, positive_at(difference, facts))
    return reduce(larger, sorted((canonical(a, facts) for a in e.args), key=str))


@rule_for(Min)
def _min(e, facts):
    return -canonical(Max(*(-a for a in e.args)), facts)


@rule_for(Piecewise)
def _piecewise(e, facts):
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
    return 1 - indicator(condition, facts)
