"""Canonical means: E[…] of polynomials, exponentials and smooth functions of random variables.

- A factor that does not depend on the variable goes out, and sums are exchanged with the mean. Both
  are finite, so that what is derived holds wherever the means it is claimed of exist.
- Of normal variables, entries that may be the same are paired in all ways (E[zᵢ zⱼ] is
  μᵢ μⱼ + [i = j] vᵢ); an exponential of an affine function shifts the mean; beside what is smooth,
  E[z g] = μ E[g] + v E[∂g/∂z]. What remains is a mean over a standard normal variable.
- Of variables of which two moments are known, entries in pairs at most.

A variance below 0 leaves a mean undefined, so nothing is lost where it is one.
"""

from typing import NamedTuple

from sympy import (
    Add,
    Dummy,
    Expr,
    Indexed,
    IndexedBase,
    Mul,
    NumberSymbol,
    Pow,
    S,
    Sum,
    Symbol,
    cos,
    erf,
    exp,
    log,
    sin,
    sqrt,
)
from sympy.core.function import AppliedUndef

from ..limits import MOMENT, GaveUp
from ..words.random import Expectation, OverGaussian, depends
from .calculus import differentiated
from .canonical import E, canonical, rule_for, times
from .indicators import zero_at
from .positivity import opened, positive
from .sums import summed


class Drawn(Symbol):
    """The variable of a canonical mean: ε1, ε2, … by depth; of a type of its own."""

    __slots__ = ()

    def __new__(cls, depth: int):
        return Symbol.__xnew__(cls, f"ε{depth}", real=True)

    def __getnewargs_ex__(self):
        return (int(self.name[1:]),), {}


class Law(NamedTuple):
    """A variable and what is known of it; mean and variance in the index k of a tensor."""

    kind: type
    variable: object
    mean: Expr
    variance: Expr
    k: Symbol | None = None
    last: Expr | None = None
    standard: bool = False

    def at(self, what, entry):
        """The mean or the variance at an entry."""
        return what.xreplace({self.k: entry.indices[0]}) if self.k is not None else what

    def entries(self, e) -> list:
        """The entries of the variable in an expression, or the variable."""
        if self.k is None:
            return [self.variable] if self.variable in e.free_symbols else []
        return sorted((x for x in e.atoms(Indexed) if x.base == self.variable), key=str)

    def limits(self) -> tuple:
        """The limits of the index k."""
        return () if self.k is None else ((self.k, 1, self.last),)


@rule_for(Expectation)
def _expectation(e, facts):
    """The mean of each term of the body, over a variable of its own."""
    e = e.apart()
    mean, variance, *index = e.args[2:]
    law = Law(e.func, e.variable, mean, variance, *index)
    return _mean(canonical(e.body, facts), law, facts)


def _mean(p, law, facts):
    """The mean of a canonical expression."""
    terms = Add.make_args(p)
    facts.budget.spend(len(terms))
    return Add(*(_mean_of_term(t, law, facts) for t in terms))


def _mean_of_term(term, law, facts):
    """The mean of one product: what depends on the variable is sorted by its kind."""
    outside, powers, sums, shifts, others = [], [], [], [], []
    for factor in Mul.make_args(term):
        base, exponent = factor.as_base_exp()
        whole = exponent.is_Integer and exponent > 0
        if not depends(factor, law.variable):
            outside.append(factor)
        elif whole and base in law.entries(base):
            powers += [base] * int(exponent)
        elif whole and isinstance(base, Sum):
            sums += [base] * int(exponent)
        elif isinstance(base, E) and law.kind is OverGaussian and exponent.is_Rational \
                and _is_affine(base.args[0], law, facts):
            shifts.append(exponent * base.args[0])
        else:
            others.append(factor)
    outer, inner = Mul(*outside), Mul(*others)
    if not powers and not sums and not shifts and not others:
        return term
    if shifts:
        factor, law = _shifted(Add(*shifts), law, facts)
        rest = times(facts, Mul(*powers), Mul(*sums), inner)
        return times(facts, outer, factor, _mean(rest, law, facts))
    if sums and not others:
        return times(facts, outer, _under_sums(powers, sums, law, facts))
    inner = times(facts, inner, *sums)
    if inner is S.One and (moment := _moment(tuple(powers), law, facts)) is not None:
        return times(facts, outer, moment)
    if powers and inner is not S.One and law.kind is OverGaussian and is_smooth(inner, law, facts):
        return times(facts, outer, _by_parts(powers, inner, law, facts))
    return times(facts, outer, _named(times(facts, Mul(*powers), inner), law, facts))


def _under_sums(powers, sums, law, facts):
    """The mean of a product of sums and entries, as a sum of means."""
    limits, factors = [], list(powers)
    for s in sums:
        body, own, _ = opened(s, facts)
        factors.append(body)
        limits += own
    return summed(_mean(times(facts, *factors), law, facts), limits, facts)


def _moment(entries, law, facts):
    """E of a product of entries, by pairing them; None where more than two moments are needed."""
    if law.kind is not OverGaussian and len(entries) > 2:
        return None
    if len(entries) > MOMENT:
        raise GaveUp("too high a moment")
    return _paired(entries, law, facts, {})


def _paired(entries, law, facts, known):
    """E[z₁ z₂ …] = μ₁ E[z₂ …] + Σⱼ [1 = j] v₁ E[the others], where v₁ is the variance of z₁."""
    if not entries:
        return S.One
    if entries in known:
        return known[entries]
    first, *rest = entries
    result = times(facts, canonical(law.at(law.mean, first), facts),
                   _paired(tuple(rest), law, facts, known))
    variance = canonical(law.at(law.variance, first), facts)
    for other in dict.fromkeys(rest):
        left = list(rest)
        left.remove(other)
        same = S.One if other == first else zero_at(
            canonical(first.indices[0] - other.indices[0], facts), facts)
        result += times(facts, rest.count(other) * same, variance,
                        _paired(tuple(left), law, facts, known))
    known[entries] = result
    return result


# Exponentials


def _slope(u, entry, law, facts):
    """∂u/∂z, canonical."""
    return canonical(differentiated(u, entry), facts)


def _an_entry(law, facts):
    """The variable, or the entry at an index of its own within its range; and that index."""
    if law.k is None:
        return law.variable, ()
    j = Dummy("j", integer=True)
    facts.bound(j, S.One, law.last)
    return law.variable[j], ((j, S.One, law.last),)


def _is_affine(u, law, facts) -> bool:
    """Whether all slopes of an exponent by the variable do without the variable."""
    if not is_smooth(u, law, facts):
        return False
    return not depends(_slope(u, _an_entry(law, facts)[0], law, facts), law.variable)


def _shifted(u, law, facts):
    """(E[exp u], the law under which the other factors are): the mean moves by v ∂u/∂z."""
    entry, limits = _an_entry(law, facts)
    slope = _slope(u, entry, law, facts)
    mean, variance = (law.at(x, entry) for x in (law.mean, law.variance))
    each = slope * mean + slope ** 2 * variance / 2
    constant = u.xreplace(dict.fromkeys(law.entries(u), S.Zero))
    factor = canonical(exp(constant + (Sum(each, *limits) if limits else each)), facts)
    moved = law.mean + _renamed(slope, limits, law) * law.variance
    return factor, law._replace(mean=moved, standard=False)


def _renamed(e, limits, law):
    """With the index of the law."""
    return e.xreplace({j: law.k for j, *_ in limits})


# Smooth functions


def is_smooth(g, law, facts) -> bool:
    """Whether g has all derivatives by the variable everywhere, and grows as exp at most.

    An unknown function is taken to; the scope says so.
    """
    if not depends(g, law.variable) or isinstance(g, NumberSymbol | Symbol | Indexed):
        return True
    if isinstance(g, Add | Mul | sin | cos | erf | AppliedUndef):
        return all(is_smooth(a, law, facts) for a in g.args)
    if isinstance(g, E):
        return _is_affine(g.args[0], law, facts)
    if isinstance(g, Sum):
        return is_smooth(opened(g, facts)[0], law, facts)
    if isinstance(g, Pow):
        whole = g.exp.is_Integer and g.exp > 0
        return is_smooth(g.base, law, facts) and not depends(g.exp, law.variable) \
            and (whole or positive(g.base, facts))
    return isinstance(g, log) and positive(g.args[0], facts) and is_smooth(g.args[0], law, facts)


def _by_parts(powers, inner, law, facts):
    """E[z g] = μ E[g] + v E[∂g/∂z], for the first of the entries before a smooth function."""
    first, *rest = powers
    g = times(facts, Mul(*rest), inner)
    slope = canonical(differentiated(g, first), facts)
    mean, variance = (canonical(law.at(x, first), facts) for x in (law.mean, law.variance))
    return times(facts, mean, _mean(g, law, facts)) \
        + times(facts, variance, _mean(slope, law, facts))


def _named(body, law, facts):
    """A mean that no rule works out: of a normal variable, over a standard one."""
    if law.kind is OverGaussian and not law.standard:
        fresh = _fresh(law)
        values = {x: law.at(law.mean, x) + sqrt(law.at(law.variance, x)) * _other(x, fresh)
                  for x in law.entries(body)}
        standard = law._replace(variable=fresh, mean=S.Zero, variance=S.One, standard=True)
        return _mean(canonical(body.xreplace(values), facts), standard, facts)
    depth = max((int(s.name[1:]) for s in body.atoms(Drawn)), default=0) + 1
    named, k = Drawn(depth), Symbol("k", integer=True)
    mean, variance = law.mean, law.variance
    if law.k is None:
        tail = ()
        body = body.xreplace({law.variable: named})
    else:
        named = IndexedBase(named, shape=(law.last,), real=True)
        tail = (k, law.last)
        mean, variance = (x.xreplace({law.k: k}) for x in (mean, variance))
        body = body.xreplace({law.variable: named})
    made = law.kind(body, named, canonical(mean, facts), canonical(variance, facts), *tail)
    facts.memo[made] = made   # it is in canonical form
    return made


def _fresh(law):
    """A standard variable of the same shape."""
    made = Dummy("ε", real=True)
    return made if law.k is None else IndexedBase(made, shape=(law.last,), real=True)


def _other(entry, variable):
    """The entry of another variable at the same index."""
    return variable[entry.indices] if isinstance(entry, Indexed) else variable
