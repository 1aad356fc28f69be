"""The canonical form: equal expressions, as far as the rules reach, become the same expression.

An expression is brought, from the leaves up, to a sum of products of *atoms*:

- symbols, entries of tensors, opaque functions, and powers of these;
- ``E(u)``, which is exp(u) for a single term u, so that exp(a + b) is E(a) E(b);
- the indicators ``IsPositive(a)`` = [a > 0] and ``IsZero(a)`` = [a = 0], to which Kronecker deltas,
  ``Piecewise``, ``Max``, ``Abs`` and ``sign`` are brought;
- ``Sum`` of one product over one connected set of indices, each running from 1, with bound
  symbols named by depth.

Every rule is an identity wherever both of its sides are defined, under the facts of the
statement. Deltas collapse only where the index is proved to be in range.

This file has the atoms, the recursion, and products of terms. The rules for each kind of
expression stand in ``powers``, ``indicators`` and ``sums``, which enter them by ``rule_for``.
"""

from functools import reduce

from sympy import Add, Dummy, Expr, Function, Indexed, Mul, Pow, S, Symbol, cos, sin
from sympy import Derivative as SympyDerivative

from ..limits import POWER_OF_SUM, GaveUp
from ..registry import Table
from ..words.language import Named, Partial
from ..words.statement import put_in, unfolded
from .calculus import differentiated, slope_of, slopes
from .facts import Facts
from .rules import match
from .symmetries import least


class Bound(Symbol):
    """A bound symbol of a canonical sum: ι1, ι2, …; of a type of its own, so never an author's."""

    __slots__ = ()

    def __new__(cls, depth: int):
        return Symbol.__xnew__(cls, f"ι{depth}", integer=True)

    @property
    def depth(self) -> int:
        """The number in its name: 1 for the index of an innermost sum."""
        return int(self.name[1:])

    def __getnewargs_ex__(self):
        return (self.depth,), {}


class E(Function):
    """exp of a single term; opaque to SymPy, so that products stay products."""

    nargs = 1
    is_positive = True


@slopes.rule(E)
def _slope_of_e(e, x):
    """(exp u)' = exp u u'."""
    return e * slope_of(e.args[0], x)


class IsPositive(Function):
    """1 where its argument is positive, else 0."""

    nargs = 1
    is_nonnegative = True
    is_integer = True


class IsZero(Function):
    """1 where its argument is 0, else 0."""

    nargs = 1
    is_nonnegative = True
    is_integer = True



_NOT_NUMBERS = (S.NaN, S.ComplexInfinity, S.Infinity, S.NegativeInfinity)

canonical_form = Table("engine.canonical", "engine.powers", "engine.trigonometry",
                       "engine.indicators", "engine.sums", "engine.products",
                       "engine.expectations")
rule_for = canonical_form.rule   # of a function ``rule(expression, facts)``


def canonical(expression, facts: Facts) -> Expr:
    """The canonical form of an expression under the facts of its statement."""
    found = facts.memo.get(expression)
    if found is None:
        facts.budget.check_time()
        found = _canonical(expression, facts)
        if any(f in _NOT_NUMBERS for t in Add.make_args(found) for f in Mul.make_args(t)):
            raise GaveUp("not defined")   # as by a division by zero
        facts.memo[expression] = found
    return found


def _canonical(e, facts):
    """The form by the rule for the kind of e; of its arguments where there is none."""
    if e.is_Rational or isinstance(e, Symbol):
        return by_rule(e, facts)
    rule = canonical_form.of(type(e))
    if rule:
        return rule(e, facts)
    if not e.args:
        return e
    return e.func(*(canonical(a, facts) for a in e.args))


def by_rule(atom, facts) -> Expr:
    """Applies the first equation given that fits the atom; else returns the atom itself."""
    for rule in facts.rules:
        binding = match(rule.pattern, atom, rule, facts)
        if binding is not None:
            facts.use(rule)
            return canonical(put_in(rule.replacement, binding), facts)
    return atom


@rule_for(Named)
def _named(e, facts):
    """A named quantity is its definition."""
    return canonical(unfolded(e), facts)


@rule_for(Partial)
def _partial(e, facts):
    """∂f/∂x is worked out."""
    return canonical(differentiated(unfolded(e.args[0]), e.args[1]), facts)


@rule_for(SympyDerivative)
def _derivative(e, facts):
    """SymPy's derivatives, one after another."""
    result = e.args[0]
    for variable, count in e.args[1:]:
        for _ in range(int(count)):
            result = differentiated(unfolded(result), variable)
    return canonical(result, facts)


@rule_for(Indexed)
def _indexed(e, facts):
    """An entry, with its indices in canonical form."""
    entry = e.func(e.base, *(canonical(i, facts) for i in e.indices))
    if facts.symmetries:
        number, entry = least(entry, facts).as_coeff_Mul()
        return number * (by_rule(entry, facts) if number else S.One)
    return by_rule(entry, facts)


@rule_for(Add)
def _add(e, facts):
    """A sum of canonical terms."""
    return Add(*(canonical(a, facts) for a in e.args))


@rule_for(Mul)
def _mul(e, facts):
    """A product, multiplied out."""
    return times(facts, *(canonical(a, facts) for a in e.args))


# Products of terms


def times(facts, *polynomials):
    """The product of canonical expressions, multiplied out."""
    return reduce(lambda p, q: _times(p, q, facts), polynomials, S.One)


def _times(p, q, facts):
    """The product of two canonical expressions, term by term."""
    if p is S.One:
        return q
    if q is S.One:
        return p
    left, right = Add.make_args(p), Add.make_args(q)
    facts.budget.spend(len(left) * len(right))
    return Add(*(tidy(Mul(a, b), facts) for a in left for b in right))


def tidy(term, facts):
    """Restores the canonical form of a product of two canonical terms."""
    facts.budget.check_time()   # for each term: a product of long sums takes seconds
    if term.is_Add:   # a number times a sum
        return Add(*(tidy(t, facts) for t in term.args))
    if not term.is_Mul and not term.is_Pow:
        return term
    factors, again = [], []
    for factor in Mul.make_args(term):
        base, exponent = factor.as_base_exp()
        if isinstance(base, IsPositive | IsZero) and exponent.is_Integer and exponent > 1:
            factor = base
        elif base.is_Add and exponent.is_Rational and 1 <= exponent <= POWER_OF_SUM:
            whole = int(exponent)   # products may make (a + b)^{1/2} (a + b)^{1/2}
            again.append(times(facts, *[base] * whole))
            factor = Pow(base, exponent - whole)
        elif isinstance(base, cos) and exponent.is_Integer and exponent >= 2:
            half, rest = divmod(int(exponent), 2)   # cos² = 1 - sin²
            again.append(times(facts, *[1 - sin(*base.args) ** 2] * half))
            factor = base ** rest
        elif base.is_Rational and exponent.is_Add:
            again.append(canonical(factor, facts))
            continue
        factors.append(factor)
    if again:
        return times(facts, Mul(*factors), *again)
    return _with_indicators(factors, facts)


def _with_indicators(factors, facts):
    """Uses what an indicator [a = 0] says about the other factors of its term."""
    zeros = [f for f in factors if isinstance(f, IsZero)]
    for zero in zeros:
        if any(f == IsPositive(zero.args[0]) for f in factors):
            return S.Zero
    for zero in zeros:
        rest = Mul(*(f for f in factors if f is not zero))
        solved = solve_linear(zero.args[0])
        if solved and rest.has(solved[0]):
            try:
                return times(facts, canonical(put_in(rest, dict([solved])), facts), zero)
            except GaveUp:   # the rest is not defined there, as in [x = 0]/x
                continue
    return Mul(*factors)


def solve_linear(a):
    """(v, value) with a = 0 ⇔ v = value, for the last entry or symbol linear in a; or None."""
    best = None
    for term in Add.make_args(a):
        coefficient, v = term.as_coeff_Mul()
        if isinstance(v, Symbol | Indexed) and not isinstance(v, Dummy) \
                and (not v.is_integer or abs(coefficient) == 1) \
                and not (a - term).has(v) \
                and (best is None or str(v) > str(best[0])):
            best = (v, -(a - term) / coefficient)
    return best
