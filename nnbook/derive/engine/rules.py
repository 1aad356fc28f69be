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
    if pattern.func != expression.func or len(pattern.args) != len(expression.args):
        return None
    orders = (expression.args,)
    if isinstance(pattern, Add | Mul) and len(pattern.args) <= 4:
        orders = permutations(expression.args)
    for order in orders:
        result = found
        for a, b in zip(pattern.args, order, strict=True):
            result = _unify(a, b, wildcards, result)
            if result is None:
                break
        else:
            return result
    return None


def oriented(left, right) -> tuple | None:
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
    return None


def leads_back(rule: Rule, facts) -> bool:
    """Whether a rule fits its own result, so that it could be applied for ever."""
    return any(match(rule.pattern, part, rule, facts) is not None
               for part in rule.replacement.atoms(type(rule.pattern)))
