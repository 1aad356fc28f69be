"""Derivatives with respect to symbols and entries of tensors, for symbolic sizes.

∂x[i]/∂x[j] is the Kronecker delta of i and j; everything else is the chain rule.
"""

from functools import reduce

from sympy import (
    Abs,
    Add,
    Derivative,
    Dummy,
    Function,
    Heaviside,
    Indexed,
    KroneckerDelta,
    Max,
    Min,
    Mul,
    Piecewise,
    Pow,
    Product,
    Rational,
    S,
    Sum,
    Symbol,
    evaluate,
    exp,
    expand_mul,
    floor,
    log,
    sign,
)
from sympy.core.function import AppliedUndef, ArgumentIndexError

from ..registry import Table
from ..words.assumptions import assumptions
from ..words.language import Partial, symbolic
from ..words.random import Expectation, OverGaussian, depends
from ..words.statement import apart, bound_symbols, unfolded
from .facts import Facts

_KINKED = (Abs, Max, Min, Piecewise, sign, Heaviside, floor)


def derivative(expression, wrt):
    """∂ expression / ∂ wrt, where wrt is a symbol or an entry ``x[i, j]`` of a tensor.

    Sums may run over symbolic ranges. An unknown function φ(z) has the derivative φ'(z), the
    unknown function of that name. At the kinks of ``Abs``, ``Max`` and ``Piecewise`` the result
    is by convention sign(0) = 0, and the branch that holds there.

    >>> from nnbook.derive import index, sizes, sum_over, tensor
    >>> n = sizes("n"); i, j = index("i j", n); x = tensor("x", n)
    >>> derivative(sum_over(x[i] ** 2, i), x[j])
    2*x[j]
    """
    expression, wrt = unfolded(symbolic(expression)), variable(wrt)
    with evaluate(True):   # also inside `as_written`
        facts = Facts(assumptions([expression, wrt]))
        result = differentiated(expression, wrt)
        for s in result.atoms(Sum):
            for k, first, last in s.limits:
                facts.bound(k, first, last)
        return _renamed(_collapsed(result, facts))


def variable(wrt):
    """What to differentiate by: a symbol or an entry of a tensor; anything else is a TypeError."""
    wrt = symbolic(wrt)
    if not isinstance(wrt, Symbol | Indexed):
        raise TypeError("expected a symbol or an entry of a tensor to differentiate with "
                        f"respect to, got {wrt!r}")
    return wrt


def differentiated(expression, wrt):
    """The derivative as the rules give it, with a delta for every entry.

    All sums get bound symbols of their own first, so that none is taken for an index of ``wrt`` or
    for one put in for another.
    """
    taken = set().union(*(e.free_symbols | bound_symbols(e) for e in (expression, wrt)))
    return slope_of(apart(expression, taken), wrt)


def slope_of(e, x):
    """∂e/∂x by the rule for its kind; 0 where e does not depend on x."""
    if not _depends(e, x):
        return S.Zero
    rule = slopes.of(type(e))
    if rule is None:
        raise TypeError(f"cannot differentiate {type(e).__name__}: {e}")
    return rule(e, x)


def _depends(e, x):
    """Whether e holds x, or an entry of the tensor that x is an entry of."""
    if isinstance(x, Indexed):
        return any(entry.base == x.base for entry in e.atoms(Indexed))
    return x in e.free_symbols


def _entry(e, x):
    """∂x[i, j]/∂x[p, q] = [i = p] [j = q]; entries of other tensors have slope 0."""
    if not isinstance(x, Indexed) or e.base != x.base:
        if isinstance(x, Symbol) and any(x in i.free_symbols for i in e.indices):
            raise TypeError(f"cannot differentiate with respect to {x}: it is an index of {e}")
        return S.Zero
    if len(e.indices) != len(x.indices):
        raise TypeError(f"{e} and {x} are entries of one tensor with different numbers of indices")
    return Mul(*(KroneckerDelta(i, j) for i, j in zip(e.indices, x.indices, strict=True)))


def _mul(e, x):
    """(fg)' = f'g + fg'."""
    return Add(*(Mul(*e.args[:j], slope_of(a, x), *e.args[j + 1:])
                 for j, a in enumerate(e.args)))


def _pow(e, x):
    """(bᵃ)' = a bᵃ⁻¹ b' + bᵃ log(b) a'."""
    base, exponent = e.args
    result = S.Zero
    if _depends(base, x):
        result += exponent * base ** (exponent - 1) * slope_of(base, x)
    if _depends(exponent, x):
        result += e * log(base) * slope_of(exponent, x)
    return result


def _sum(e, x):
    """(Σ f)' = Σ f', where x is in no bound."""
    _check_bounds(e, x)
    return Sum(slope_of(e.function, x), *e.limits)


def _product(e, x):
    """(Π f)' = Σ f' Π f / f."""
    _check_bounds(e, x)
    own = apart(e, {limit[0] for limit in e.limits})
    return Sum(e * slope_of(own.function, x) / own.function, *own.limits)


def _check_bounds(e, x):
    """TypeError if x is in a bound of a sum: it counts, so there is no slope."""
    if any(_depends(bound, x) for limit in e.limits for bound in limit[1:]):
        raise TypeError(f"cannot differentiate with respect to {x}: it is in a bound of {e}")


def _extreme(e, x):
    """Max and Min: the derivative of the first argument that is the extreme one."""
    branches = []
    for a in e.args[:-1]:
        others = [b for b in e.args if b != a]
        better = [a >= b if isinstance(e, Max) else a <= b for b in others]
        branches.append((slope_of(a, x), reduce(lambda p, q: p & q, better)))
    return Piecewise(*branches, (slope_of(e.args[-1], x), True))


def _unknown(e, x):
    """The chain rule of an unknown function, whose slope by argument j is φ'_j."""
    return Add(*(prime(e, j) * slope_of(a, x) for j, a in enumerate(e.args)))


def prime(applied, argument=0):
    """φ'(z) for an unknown function φ(z), as the unknown function named φ'."""
    mark = "'" if len(applied.args) == 1 else f"'_{argument + 1}"
    stem, *marks = (applied.func.__name__ + mark).split("'_")
    name = "'_".join([stem, *sorted(marks)])   # in whichever order it is differentiated
    return Function(name, real=True)(*applied.args)


def _known(e, x):
    """The chain rule of a function whose slopes SymPy knows."""
    try:
        slopes = [(e.fdiff(j + 1), a) for j, a in enumerate(e.args) if _depends(a, x)]
    except ArgumentIndexError as error:
        raise TypeError(f"cannot differentiate {e} with respect to {x}") from error
    if any(slope.has(Derivative) for slope, _ in slopes):
        raise TypeError(f"cannot differentiate {e} with respect to {x}")
    return Add(*(slope * slope_of(a, x) for slope, a in slopes))


def _is_singular(e) -> bool:
    """Whether a root, a logarithm or a fraction in a mean may end at some value of the variable."""
    return any(depends(base, e.variable) and not base.is_positive for base in (
        *(p.base for p in e.body.atoms(Pow) if not (p.exp.is_Integer and p.exp > 0)),
        *(p.args[0] for p in e.body.atoms(log))))


def _mean(e, x):
    """∂E[f] = E[∂f] + μ' E[∂f/∂z] + ½ v' E[∂²f/∂z²], the last two for normal variables alone."""
    if e.body.has(*_KINKED):
        raise TypeError(f"cannot differentiate {e} with respect to {x}: what the mean is of "
                        "has kinks")
    mean, variance = (slope_of(a, x) for a in e.law)
    inner = slope_of(e.body, x)
    result = e.func(inner, *e.args[1:]) if inner != 0 else S.Zero
    if mean == 0 and variance == 0:
        return result
    if not isinstance(e, OverGaussian):
        raise TypeError(f"cannot differentiate {e} with respect to {x}: of the law only two "
                        "moments are known")
    if _is_singular(e):
        raise TypeError(f"cannot differentiate {e} with respect to {x}: what the mean is of may "
                        "have no slopes")
    if any(bound.has(x) for _, *bounds in e.limits for bound in bounds):
        raise TypeError(f"cannot differentiate with respect to {x}: it is in a bound of {e}")
    index = [Dummy(k.name, integer=True) for k, *_ in e.limits]
    names = {k: j for (k, *_), j in zip(e.limits, index, strict=True)}
    entry = e.variable[tuple(index)] if index else e.variable
    first = slope_of(e.body, entry)
    second = slope_of(first, entry)
    each = mean.xreplace(names) * e.func(first, *e.args[1:]) \
        + Rational(1, 2) * variance.xreplace(names) * e.func(second, *e.args[1:])
    limits = [(j, first_, last) for j, (_, first_, last) in zip(index, e.limits, strict=True)]
    return result + (Sum(each, *limits) if limits else each)


def _derivative(e, x):
    """The slope of a derivative, which is worked out first."""
    inner = e.args[0]
    for by, count in e.args[1:]:
        for _ in range(int(count)):
            inner = slope_of(inner, by)
    return slope_of(inner, x)


slopes = Table()
for _kind, _rule in {
    Symbol: lambda e, x: S.One,
    Indexed: _entry,
    Add: lambda e, x: Add(*(slope_of(a, x) for a in e.args)),
    Mul: _mul,
    Pow: _pow,
    exp: lambda e, x: e * slope_of(e.args[0], x),
    Sum: _sum,
    Product: _product,
    Piecewise: lambda e, x: Piecewise(*((slope_of(value, x), condition)
                                        for value, condition in e.args)),
    Max: _extreme,
    Min: _extreme,
    Abs: lambda e, x: sign(e.args[0]) * slope_of(e.args[0], x),
    sign: lambda e, x: S.Zero,
    Heaviside: lambda e, x: S.Zero,
    KroneckerDelta: lambda e, x: S.Zero,
    Partial: lambda e, x: slope_of(slope_of(e.args[0], e.args[1]), x),
    Derivative: _derivative,
    AppliedUndef: _unknown,
    Expectation: _mean,
    Function: _known,
}.items():
    slopes.rule(_kind)(_rule)


# Tidying


def _collapsed(e, facts):
    """Replaces Σₖ δ(k, j) f(k) by f(j) wherever j is known to be in range."""
    if not e.args or isinstance(e, Indexed):
        return e
    e = e.func(*(_collapsed(a, facts) for a in e.args))
    if not isinstance(e, Sum):
        return e
    terms = expand_mul(e.function)
    return Add(*(_collapsed_term(t, list(e.limits), facts) for t in Add.make_args(terms)))


def _collapsed_term(term, limits, facts):
    """One term under its sums, without those that a delta ends."""
    for d in (f for f in Mul.make_args(term) if isinstance(f, KroneckerDelta)):
        for place, (k, first, last) in enumerate(limits):
            if k not in d.args:
                continue
            j = d.args[1] if d.args[0] == k else d.args[0]
            inner = [(i, *(b.xreplace({k: j}) for b in bounds)) for i, *bounds in limits[:place]]
            if facts.at_least_zero(j - first) and facts.at_least_zero(last - j) \
                    and not j.free_symbols & {i for i, *_ in inner}:
                return _collapsed_term((term / d).xreplace({k: j}),
                                       inner + limits[place + 1:], facts)
    return Sum(term, *limits) if limits else term


def _renamed(e, taken=frozenset()):
    """Gives bound symbols back the names that the author gave them, where these are free."""
    if not e.has(Sum, Product, Expectation):
        return e
    if isinstance(e, Expectation) and isinstance(e.variable, Dummy) \
            and e.variable.name not in {s.name for s in e.free_symbols if s.is_Symbol}:
        e = e.xreplace({e.variable: Symbol(e.variable.name, real=True)})
    if not isinstance(e, Sum | Product):
        return e.func(*(_renamed(a, taken) for a in e.args))
    taken = {*taken, *(s.name for s in e.free_symbols if isinstance(s, Symbol))}
    names = {}
    for k, *_ in e.limits:
        if isinstance(k, Dummy):
            name = k.name
            while name in taken:
                name += "'"
            names[k] = Symbol(name, integer=True)
            taken.add(name)
    return e.func(_renamed(e.function.xreplace(names), taken),
                  *((names.get(k, k), *(b.xreplace(names) for b in bounds))
                    for k, *bounds in e.limits))
