"""What is certainly positive, by the assumptions of symbols and the conditions given."""

from sympy import Dummy, S, Sum

from ..limits import SIGN_BY_FACTORS_TERMS
from .rational import factors_of, numeric_content
from .rules import match


def positive(p, facts) -> bool:
    """Whether a canonical expression is certainly positive; False if unsure."""
    return _remembered("positive", _positive, p, facts)


def nonnegative(p, facts) -> bool:
    """Whether a canonical expression is certainly at least 0; False if unsure."""
    return _remembered("nonnegative", _nonnegative, p, facts)


def _remembered(name, question, p, facts):
    """The answer to a question about p, worked out once."""
    key = (name, p)
    if key not in facts.memo:
        facts.memo[key] = False   # a question that comes back to itself is not answered
        facts.memo[key] = question(p, facts)
    return facts.memo[key]


def _positive(p, facts):
    """Positive by a condition, by its terms or factors, or by what its symbols assume."""
    if p.is_Rational:
        return bool(p > 0)
    if _given(p, facts.positive, facts) \
            or (_given(p, facts.nonnegative, facts) and _not_zero(p, facts)):
        return True
    if p.is_Add:
        return (all(nonnegative(t, facts) for t in p.args)
                and any(positive(t, facts) for t in p.args)) \
            or (p.is_integer and facts.at_least_zero(p - 1)) \
            or _by_factors(p, facts)
    if p.is_Mul:
        return all(positive(f, facts) for f in p.args)
    base, exponent = p.as_base_exp()
    if exponent is not S.One:
        return positive(base, facts)   # a real power of it
    if isinstance(base, Sum):
        body, _, filled = opened(base, facts)
        return filled and positive(body, facts)
    return bool(base.is_positive) or bool(base.is_integer and facts.at_least_zero(base - 1))


def _by_factors(p, facts):
    """Positive because all its factors are."""
    if len(p.args) > SIGN_BY_FACTORS_TERMS or all(_is_atom(t) for t in p.args):
        return False   # what is linear has no factors
    pairs = factors_of(p, facts)
    return all(b != p and positive(b, facts) for b, _ in pairs)


def _is_atom(term) -> bool:
    """Whether a term is a number times something that is no product."""
    return term.is_Rational or not (term.as_coeff_Mul()[1].is_Mul or term.as_coeff_Mul()[1].is_Pow)


def _nonnegative(p, facts):
    """At least 0 by a condition, by its terms or factors, or as an even power."""
    if p.is_Rational:
        return bool(p >= 0)
    if positive(p, facts) or _given(p, facts.nonnegative, facts):
        return True
    if p.is_Add:
        return all(nonnegative(t, facts) for t in p.args) or _by_two(p, facts)
    if p.is_Mul:
        return all(nonnegative(f, facts) for f in p.args)
    base, exponent = p.as_base_exp()
    if exponent.is_Integer and exponent % 2 == 0:
        return True
    if exponent is not S.One:
        return nonnegative(base, facts)
    if isinstance(base, Sum):
        return nonnegative(opened(base, facts)[0], facts)
    return bool(base.is_nonnegative) or bool(base.is_integer and facts.at_least_zero(base))


def _given(p, conditions, facts):
    """Whether a condition c > 0 (or c ≥ 0) says it, up to a positive number."""
    number, part = p.as_coeff_Mul()
    for fact in conditions:
        n, pattern = fact.expression.as_coeff_Mul()
        if n * number > 0 and match(pattern, part, fact, facts) is not None:
            facts.use(fact)
            return True
    return False


def _by_two(p, facts):
    """Whether p is the sum of what two conditions say: a ≥ b and b ≥ c give a - c ≥ 0."""
    for fact in (*facts.nonnegative, *facts.positive):
        if not fact.wildcards and fact.expression.is_Add \
                and any(t in p.args for t in fact.expression.args):
            rest = p - fact.expression
            if rest.is_Add and len(rest.args) <= len(p.args) and (
                    _given(rest, facts.nonnegative, facts) or _given(rest, facts.positive, facts)):
                facts.use(fact)
                return True
    return False


def _not_zero(p, facts):
    """Not zero by a condition, up to a number."""
    part = numeric_content(p)[1]
    return given_not_zero(part, facts)


def given_not_zero(part, facts) -> bool:
    """Whether a condition says of a part without content that it is not zero."""
    for fact in facts.nonzero:
        if match(fact.expression, part, fact, facts) is not None:
            facts.use(fact)
            return True
    return False


def opened(s, facts):
    """(summand, limits, filled) of a canonical sum, at new indices with their ranges.

    The limits are (k, last), innermost first; ``filled`` says that the sum is certainly not empty.
    """
    renaming, limits, filled = {}, [], True
    for k, _, last in reversed(s.limits):   # outer limits may occur in inner ones
        last = last.xreplace(renaming)
        renaming[k] = Dummy(k.name, integer=True)
        facts.bound(renaming[k], S.One, last)
        limits.insert(0, (renaming[k], last))
        filled = filled and facts.at_least_zero(last - 1)
    return s.function.xreplace(renaming), limits, filled
