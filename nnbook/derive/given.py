"""The conditions given, in canonical form: rules for rewriting, signs, and what is not zero."""

from sympy import Eq, Ge, Gt, Le, Lt, Mul, Ne

from .canonical import canonical
from .facts import Facts, unfolded
from .indicators import numeric_content
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


def _not_zero(difference, wildcards, facts):
    """A product is not zero: then no factor of it is."""
    for factor in Mul.make_args(difference):
        base, exponent = factor.as_base_exp()
        part = base if exponent.is_Rational else factor
        if not part.is_Rational:
            facts.nonzero.append((numeric_content(part)[1], wildcards))
