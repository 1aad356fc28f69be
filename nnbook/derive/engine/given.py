"""The conditions given, in canonical form: rules for rewriting, signs, and what is not zero."""

from sympy import (
    Derivative,
    Eq,
    Ge,
    Gt,
    Le,
    Lt,
    Mul,
    Ne,
    Piecewise,
    Pow,
    Product,
    Sum,
    log,
)

from ..words.language import Partial
from .canonical import canonical
from .facts import Facts, unfolded
from .indicators import without_content
from .rules import leads_back, oriented


def read_conditions(facts: Facts):
    """Fills in what the conditions of a statement allow a proof to use."""
    for condition in facts.given:
        if not isinstance(condition, Eq | Ne | Gt | Lt | Ge | Le):
            continue
        wildcards = facts.wildcards(condition)
        left, right = (canonical(unfolded(x), facts) for x in (condition.lhs, condition.rhs))
        if isinstance(condition, Lt | Le):
            left, right = right, left
        difference = left - right
        if isinstance(condition, Eq):
            rule = oriented(left, right)
            if rule and not leads_back(*rule, wildcards, facts):
                facts.rules.append((*rule, wildcards))
        elif isinstance(condition, Ge | Le):
            facts.nonnegatives.append((difference, wildcards))
        else:
            if isinstance(condition, Gt | Lt):
                facts.positive.append((difference, wildcards))
            _not_zero(difference, wildcards, facts)
        facts.memo.clear()   # what was found without this condition


def read_domain(facts: Facts, *sides):
    """Takes for granted that the sides are defined: log(u) says u > 0, and 1/u says u ≠ 0.

    What stands in one case of several, or in a sum that may be empty, is not looked at.
    """
    for needed, argument in dict.fromkeys(p for side in sides for p in _needed(side)):
        a = canonical(argument, facts)
        if needed == "positive":
            facts.positive.append((a, ()))
        if needed == "nonnegative":
            facts.nonnegatives.append((a, ()))
        if needed in ("positive", "nonzero"):
            _not_zero(a, (), facts)
    facts.memo.clear()


def _needed(e):
    if isinstance(e, Piecewise | Sum | Product | Partial | Derivative):
        return
    if isinstance(e, log):
        yield "positive", e.args[0]
    if isinstance(e, Pow) and e.exp.is_Rational:
        if e.exp < 0:
            yield "nonzero", e.base
        if not e.exp.is_Integer:
            yield "nonnegative", e.base
    for a in e.args:
        yield from _needed(a)


def _not_zero(difference, wildcards, facts):
    """A product is not zero: then no factor of it is."""
    for factor in Mul.make_args(difference):
        base, exponent = factor.as_base_exp()
        part = base if exponent.is_Rational else factor
        if not part.is_Rational:
            facts.nonzero.append((without_content(part, facts), wildcards))
