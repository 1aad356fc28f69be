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

from ..words.assumptions import Condition
from ..words.language import Partial
from ..words.random import Expectation
from .canonical import canonical
from .facts import DOMAIN, Facts, Rule, Sign
from .indicators import without_content
from .rules import leads_back, oriented
from .symmetries import is_symmetry


def read_conditions(facts: Facts):
    """Fills in what the conditions of a statement allow a proof to use."""
    for condition in facts.assumed.conditions:
        relation = condition.relation
        if not isinstance(relation, Eq | Ne | Gt | Lt | Ge | Le):
            continue
        for index in condition.quantified:   # within its bounds, for reading the condition itself
            _read_quantifier(index, condition, facts)
        left, right = (canonical(x, facts) for x in (relation.lhs, relation.rhs))
        if isinstance(relation, Lt | Le):
            left, right = right, left
        difference, about = left - right, (condition.quantified, condition.bounds, condition)
        if isinstance(relation, Eq):
            if ends := oriented(left, right, facts):
                rule = Rule(*ends, *about)
                if is_symmetry(rule):
                    facts.enter("symmetries", rule)
                elif not leads_back(rule, facts):
                    facts.enter("rules", rule)
        elif isinstance(relation, Ge | Le):
            facts.enter("nonnegative", Sign(difference, *about))
        else:
            if isinstance(relation, Gt | Lt):
                facts.enter("positive", Sign(difference, *about))
            _enter_not_zero(difference, about, facts)
        facts.memo.clear()   # what was found without this condition


def _read_quantifier(index, condition: Condition, facts: Facts):
    """The ends that comparisons give a quantified index hold while it stands for itself."""
    for relation in condition.bounds:
        facts.read_bound(relation, condition, only=index)


def read_domain(facts: Facts, *sides):
    """Takes for granted that the sides are defined: log(u) says u > 0, and 1/u says u ≠ 0.

    What stands in one case of several, or in a sum that may be empty, is not looked at.
    """
    about = ((), (), DOMAIN)
    for needed, argument in dict.fromkeys(p for side in sides for p in _needed(side)):
        a = canonical(argument, facts)
        if needed == "positive":
            facts.enter("positive", Sign(a, *about))
        if needed == "nonnegative":
            facts.enter("nonnegative", Sign(a, *about))
        if needed in ("positive", "nonzero"):
            _enter_not_zero(a, about, facts)
    facts.memo.clear()


def _needed(e):
    if isinstance(e, Piecewise | Sum | Product | Partial | Derivative | Expectation):
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


def _enter_not_zero(difference, about, facts):
    """A product is not zero: then no factor of it is."""
    for factor in Mul.make_args(difference):
        base, exponent = factor.as_base_exp()
        part = base if exponent.is_Rational else factor
        if not part.is_Rational:
            facts.enter("nonzero", Sign(without_content(part, facts), *about))
