"""Equations given, as rules for rewriting: patterns, and where they fit."""

from itertools import permutations

from sympy import Add, Indexed, Mul, Sum, Symbol

from ..words.statement import put_in
from .facts import Facts, Rule, Sign


def match(pattern, expression, about: Rule | Sign, facts: Facts) -> dict | None:
    """Values of the wildcards at which the pattern is the expression.

    Each lies within its range, and all bounds of the quantifier hold of them: else there is none.
    """
    found = _unify(pattern, expression, frozenset(about.wildcards), {})
    if found is None or not all(facts.within(value, w) for w, value in found.items()):
        return None
    if set(about.wildcards) - set(found):
        return None   # of an index that the pattern does not name, some value must be in range
    return found if all(facts.holds(put_in(bound, found)) for bound in about.bounds) else None


def _unify(pattern, expression, wildcards, found):
    if pattern in wildcards:
        if pattern in found:
            return found if found[pattern] == expression else None
        return {**found, pattern: expression}
    if not pattern.free_symbols & wildcards:
        return found if pattern == expression else None
    arguments = expression.args
    if isinstance(pattern, Mul) and len(factors := _factors(expression)) == len(pattern.args):
        arguments = factors   # x[i]² is a case of x[i] x[j]
    elif pattern.func != expression.func or len(pattern.args) != len(arguments):
        return None
    orders = (arguments,)
    if isinstance(pattern, Add | Mul) and len(pattern.args) <= 4:
        orders = permutations(arguments)
    for order in orders:
        result = found
        for a, b in zip(pattern.args, order, strict=True):
            result = _unify(a, b, wildcards, result)
            if result is None:
                break
        else:
            return result
    return None


def _factors(expression) -> list:
    """The factors of a product, with a whole power as often as it says."""
    found = []
    for factor in Mul.make_args(expression):
        base, exponent = factor.as_base_exp()
        whole = exponent.is_Integer and 1 < exponent <= 4
        found += [base] * int(exponent) if whole else [factor]
    return found


def oriented(left, right, facts) -> tuple | None:
    """An equation as (atom, what to put in its place): for an entry, a symbol or a sum."""
    for atom, value in ((left, right), (right, left)):
        if isinstance(atom, Symbol | Indexed | Sum) and not value.has(atom):
            return atom, value
    difference = left - right
    for term in sorted(Add.make_args(difference), key=str, reverse=True):
        number, atom = term.as_coeff_Mul()
        rest = difference - term
        if isinstance(atom, Symbol | Indexed | Sum) and not rest.has(atom):
            return atom, -rest / number
    return _solved_for_a_sum(difference, facts)


def _solved_for_a_sum(difference, facts) -> tuple | None:
    """Of (1/N) Σ r = R: Σ r = N R. What stands before the sum must be certainly not zero."""
    for term in sorted(Add.make_args(difference), key=str):
        sums = [f for f in Mul.make_args(term) if isinstance(f, Sum)]
        rest = difference - term
        if len(sums) != 1 or rest.has(sums[0]):
            continue
        before = [f for f in Mul.make_args(term) if f is not sums[0]]
        if not any(f.has(sums[0]) for f in before) and all(_never_zero(f, facts) for f in before):
            return sums[0], -rest * Mul(*(1 / f for f in before))
    return None


def _never_zero(factor, facts) -> bool:
    """Whether a factor of what has a value is not 0: as a reciprocal, or by what it assumes."""
    exponent = factor.as_base_exp()[1]
    return bool(factor.is_Rational and factor != 0) or bool(factor.is_positive) \
        or bool(exponent.is_Rational and exponent < 0) \
        or any(not s.wildcards and factor in (s.expression, -s.expression) and facts.use(s)
               for s in facts.nonzero)


def leads_back(rule: Rule, facts) -> bool:
    """Whether a rule fits its own result, so that it could be applied for ever."""
    return any(match(rule.pattern, part, rule, facts) is not None
               for part in rule.replacement.atoms(type(rule.pattern)))
