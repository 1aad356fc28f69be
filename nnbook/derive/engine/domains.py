"""Where an expression is defined: what it needs, and whether the facts give it.

1/u needs u ≠ 0, log(u) needs u > 0, √u needs u ≥ 0, and so on. An equation is claimed where both
of its sides are defined; what of this the facts leave open is printed with the claim.
"""

from typing import NamedTuple

from sympy import (
    Abs,
    Add,
    Derivative,
    Dummy,
    Eq,
    Expr,
    Ge,
    Gt,
    Indexed,
    Mul,
    Ne,
    Not,
    NumberSymbol,
    Piecewise,
    Pow,
    Product,
    Sum,
    Symbol,
    acos,
    asin,
    cos,
    erf,
    exp,
    factorial,
    gamma,
    log,
    loggamma,
    sin,
    tan,
    true,
)
from sympy.core.relational import Relational

from ..limits import GaveUp
from ..registry import Table
from ..words.language import Named, Partial
from ..words.random import Expectation
from ..words.statement import unfolded
from .calculus import differentiated
from .canonical import E, IsPositive, IsZero, canonical
from .facts import LOCAL, Facts, Sign
from .positivity import given_not_zero, nonnegative, opened, positive
from .signs import written_sign


class Need(NamedTuple):
    """A relation that must hold for an expression to have a value.

    It is needed for all values of the ``limits`` (k, first, last), where the ``cases`` hold.
    """

    relation: Relational
    limits: tuple = ()
    cases: tuple = ()
    exponent: Expr | None = None   # of a power of base > 0; if it is positive, base ≥ 0 will do


# Of canonical expressions


def certainly_defined(p, facts: Facts) -> bool:
    """Whether a canonical expression has a value everywhere; False if unsure."""
    if p.is_Rational or isinstance(p, Symbol | Indexed | NumberSymbol):
        return True
    if isinstance(p, Sum):
        return certainly_defined(opened(p, facts)[0], facts)
    if isinstance(p, log):
        return positive(p.args[0], facts) and certainly_defined(p.args[0], facts)
    if isinstance(p, Pow):
        return _power_defined(p.base, p.exp, facts)
    if isinstance(p, Add | Mul | E | exp | IsPositive | IsZero | erf | sin | cos):
        return all(certainly_defined(a, facts) for a in p.args)
    return False


def _power_defined(base, exponent, facts):
    if not (certainly_defined(base, facts) and certainly_defined(exponent, facts)):
        return False
    if positive(base, facts) or (exponent.is_Integer and exponent > 0):
        return True
    if exponent.is_Integer:
        return not_zero(base, facts)
    return bool(exponent.is_Rational and exponent > 0) and nonnegative(base, facts)


def not_zero(p, facts) -> bool:
    """Whether a canonical expression is certainly not zero."""
    return positive(p, facts) or positive(-p, facts) or given_not_zero(p, facts)


# Of expressions as they are written


def needs(e) -> list[Need]:
    """What an expression needs, from the outside in."""
    return list(dict.fromkeys(_needs(e)))


def _needs(e):
    if not e.args or isinstance(e, Indexed):
        return
    if isinstance(e, Named):
        yield from _needs(e.unfold())
        return
    if isinstance(e, Sum | Product):
        bounds = tuple(x for _, *ends in e.limits for x in ends)
        for end in bounds:
            yield from _needs(end)
        for need in _needs(e.function):
            limits = need.limits
            for k, *ends in e.limits:   # innermost first; a need without its index needs no limit
                if k in need.relation.free_symbols or any(k in x.free_symbols for *_, x in limits):
                    limits += ((k, *ends),)
            yield need._replace(limits=limits)
        return
    for kinds, special in _SPECIAL:
        if isinstance(e, kinds):
            yield from special(e)
            return
    if isinstance(e, Pow) and _is_open(e.exp) and not e.base.is_positive:
        yield Need(_kept(Gt, e.base), exponent=e.exp)
    own = own_needs.of(type(e))
    if own is not None:
        yield from (Need(relation) for relation in map(_simpler, own(e)) if relation not in (True,))
    for a in e.args:
        yield from _needs(a)


def _needs_of_mean(e):
    """A variance is at least 0; the law and the body have values, the body for almost all z."""
    own = [Need(least)] if (least := _simpler(_kept(Ge, e.law[1]))) not in (True,) else []
    for need in (*own, *(need for part in e.law for need in _needs(part))):
        here = e.limits and e.limits[0][0] in need.relation.free_symbols
        yield need._replace(limits=need.limits + (e.limits if here else ()))
    yield from _needs(e.body)


def _simpler(relation):
    """u² > 0 and |u| > 0 say u ≠ 0; u² ≥ 0 says nothing, and 2u ≠ 0 no more than u ≠ 0."""
    if relation in (True, False) or relation.rhs != 0:
        return relation
    number, e = relation.lhs.as_coeff_Mul()
    if number != 1 and (number > 0 or isinstance(relation, Ne)):
        return _simpler(relation.func(e, 0))
    if isinstance(e, Abs):
        base = e.args[0]
    elif isinstance(e, Pow) and e.exp.is_Integer and e.exp % 2 == 0:
        base = e.base
    else:
        return relation
    return true if isinstance(relation, Ge) else _simpler(Ne(base, 0))


def _needs_of_cases(e):
    before = ()
    for value, case in e.args:
        for side in (case.args if isinstance(case, Relational) else ()):
            yield from _needs(side)
        here = before if case == True else (*before, case)  # noqa: E712  (a SymPy truth value)
        for need in _needs(value):
            yield need._replace(cases=need.cases + here)
        if case != True:  # noqa: E712
            before = (*before, Not(case))


def _needs_of_derivative(e):
    result, by = unfolded(e.args[0]), [(e.args[1], 1)] if isinstance(e, Partial) else e.args[1:]
    yield from _needs(e.args[0])
    for variable, count in by:
        for _ in range(int(count)):
            result = differentiated(result, variable)
    yield from _needs(result)


_SPECIAL = [(Piecewise, _needs_of_cases), (Expectation, _needs_of_mean),
            (Partial | Derivative, _needs_of_derivative)]


def _of_power(e):
    base, exponent = e.base, e.exp
    if base.is_positive or (base.is_number and base > 0):
        return
    if exponent.is_Integer:
        if exponent < 0:
            yield Ne(base, 0)
    elif exponent.is_Rational:
        yield _kept(Gt if exponent < 0 else Ge, base)
    elif exponent.is_integer and not exponent.is_positive:
        yield Ne(base, 0)


def _kept(kind, e):
    """A comparison of e with 0, also where SymPy knows that it never holds: then it says so."""
    relation = kind(e, 0)
    return kind(e, 0, evaluate=False) if relation == False else relation  # noqa: E712


def _is_open(exponent) -> bool:
    """Whether an exponent may be any real number."""
    return not (exponent.is_Rational or exponent.is_integer)


own_needs = Table()
for _kind, _rule in [
    (Pow, _of_power),
    (log, lambda e: [_kept(Gt, e.args[0])]),
    (tan, lambda e: [Ne(cos(e.args[0]), 0)]),
    (asin, lambda e: [Ge(1, Abs(e.args[0]))]),
    (acos, lambda e: [Ge(1, Abs(e.args[0]))]),
    (gamma, lambda e: [_kept(Gt, e.args[0])]),
    (loggamma, lambda e: [_kept(Gt, e.args[0])]),
    (factorial, lambda e: [_kept(Ge, e.args[0])]),
]:
    own_needs.rule(_kind)(_rule)


def left_open(wanted: list[Need], facts: Facts, known: list[Need] = ()) -> list[Need]:
    """The needs that neither the facts nor the ``known`` needs certainly meet."""
    facts = facts.supposing()
    for need in known:
        if not need.limits and not need.cases:
            _suppose(need.relation, facts)
    known_forms = {_form(need, facts) for need in known}
    return [need for need in wanted
            if not _met(need, facts) and _form(need, facts) not in known_forms]


def _suppose(relation, facts):
    if relation in (True, False):
        return
    try:
        difference = canonical(relation.lhs - relation.rhs, facts)
    except GaveUp:
        return
    fact = Sign(difference, (), (), LOCAL)
    if isinstance(relation, Ge):
        facts.enter("nonnegative", fact)
    else:
        if isinstance(relation, Gt):
            facts.enter("positive", fact)
        facts.enter("nonzero", fact)
    facts.memo.clear()


def _form(need: Need, facts):
    """A need in canonical form, with its limits named by place, so that equal needs are found."""
    names = {k: _place(j) for j, (k, *_) in enumerate(need.limits)}
    if need.relation in (True, False):
        return need
    try:
        form = canonical(need.relation.lhs.xreplace(names) - need.relation.rhs.xreplace(names),
                         facts)
    except GaveUp:
        form = need.relation
    return (need.relation.func, form, tuple((a.xreplace(names), b.xreplace(names))
                                            for _, a, b in need.limits), need.cases)


def _place(j: int):
    return Symbol(f"place {j}", integer=True)


def _met(need: Need, facts: Facts) -> bool:
    """Whether a need is certainly met, at indices of its own within their ranges."""
    facts, names = facts.supposing(), {}
    for k, first, last in reversed(need.limits):   # outer limits may occur in inner ones
        first, last = first.xreplace(names), last.xreplace(names)
        names[k] = Dummy(k.name, integer=True)
        facts.bound(names[k], first, last)
    for case in need.cases:
        case = case.xreplace(names)
        if isinstance(case, Gt | Ge | Ne):
            _suppose(case, facts)
        elif isinstance(case, Relational) and not isinstance(case, Eq):
            _suppose(case.reversed, facts)
    relation = need.relation.xreplace(names)
    if relation in (True, False):
        return bool(relation)
    try:
        if need.exponent is not None and positive(canonical(need.exponent, facts), facts):
            relation = Ge(relation.lhs, 0)
        return _sign_by_form(relation, facts) or _by_canonical(relation, facts)
    except GaveUp:
        return False


def _by_canonical(relation, facts):
    if relation in (True, False):
        return relation == True  # noqa: E712
    difference = canonical(relation.lhs - relation.rhs, facts)
    if isinstance(relation, Ne):
        return not_zero(difference, facts)
    return (nonnegative if isinstance(relation, Ge) else positive)(difference, facts)


def _sign_by_form(relation, facts) -> bool:
    """The sign as the expression is written: of Σ (x - μ)² + ε it is plain until multiplied out."""
    if relation in (True, False) or relation.rhs != 0:
        return relation == True  # noqa: E712  (a SymPy truth value)
    sign = written_sign(relation.lhs, facts)
    return sign == "+" or (sign == "0+" and isinstance(relation, Ge))
