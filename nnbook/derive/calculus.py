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
    S,
    Sum,
    Symbol,
    Tuple,
    exp,
    expand_mul,
    log,
    sign,
    sympify,
)
from sympy.core.function import AppliedUndef
from sympy.logic.boolalg import Boolean

from .facts import Facts, unfolded
from .language import Named, Partial


def derivative(expression, wrt):
    """∂ expression / ∂ wrt, where wrt is a symbol or an entry ``x[i, j]`` of a tensor.

    Sums may run over symbolic ranges. At the kinks of ``Abs``, ``Max`` and ``Piecewise`` the
    result is the convention sign(0) = 0, and the branch that holds there.

    >>> from nnbook.derive import index, sizes, sum_over, tensor
    >>> n = sizes("n"); i, j = index("i j", n); x = tensor("x", n)
    >>> derivative(sum_over(x[i] ** 2, i), x[j])
    2*x[j]
    """
    wrt = sympify(wrt)
    if not isinstance(wrt, Symbol | Indexed):
        raise TypeError(f"expected a symbol or an entry of a tensor to derive by, got {wrt!r}")
    expression = unfolded(sympify(expression))
    facts = Facts([expression, wrt])
    result = _d(expression, wrt)
    for s in result.atoms(Sum):
        for k, first, last in s.limits:
            facts.add_range(k, first, last)
    return _renamed(_collapsed(result, facts))


def _d(e, x):
    if isinstance(e, Indexed):
        return _entry(e, x)
    if isinstance(e, Partial):
        return _d(_d(e.args[0], e.args[1]), x)
    if isinstance(e, Derivative):
        return _d(reduce(_d, [v for v, times in e.args[1:] for _ in range(int(times))],
                         e.args[0]), x)
    if not _depends(e, x):
        return S.Zero
    if e == x:
        return S.One
    if isinstance(e, Add):
        return Add(*(_d(a, x) for a in e.args))
    if isinstance(e, Mul):
        return Add(*(Mul(*e.args[:j], _d(a, x), *e.args[j + 1:])
                     for j, a in enumerate(e.args) if _depends(a, x)))
    if isinstance(e, exp):
        return e * _d(e.args[0], x)
    if isinstance(e, Pow):
        base, exponent = e.args
        result = S.Zero
        if _depends(base, x):
            result += exponent * base ** (exponent - 1) * _d(base, x)
        if _depends(exponent, x):
            result += e * log(base) * _d(exponent, x)
        return result
    if isinstance(e, Sum):
        body, limits = _fresh(e)
        return Sum(_d(body, x), *limits)
    if isinstance(e, Product):
        factor, limits = _fresh(e)
        return Sum(e * _d(factor, x) / factor, *limits)
    if isinstance(e, Piecewise):
        return Piecewise(*((_d(value, x), condition) for value, condition in e.args))
    if isinstance(e, Max | Min):
        return _extreme(e, x)
    if isinstance(e, Abs):
        return sign(e.args[0]) * _d(e.args[0], x)
    if isinstance(e, sign | Heaviside | KroneckerDelta | Boolean):
        return S.Zero
    if isinstance(e, AppliedUndef):
        return Add(*(prime(e, j) * _d(a, x) for j, a in enumerate(e.args) if _depends(a, x)))
    if isinstance(e, Function):
        return Add(*(e.fdiff(j + 1) * _d(a, x) for j, a in enumerate(e.args) if _depends(a, x)))
    raise TypeError(f"cannot derive {type(e).__name__}: {e}")


def prime(applied, argument=0):
    """φ'(z) for an unknown function φ(z), as the unknown function named φ'."""
    mark = "'" if len(applied.args) == 1 else f"'_{argument + 1}"
    return Function(applied.func.__name__ + mark, real=True)(*applied.args)


def _depends(e, x):
    if isinstance(x, Indexed):
        return any(entry.base == x.base for entry in e.atoms(Indexed)) \
            or any(_depends(unfolded(q), x) for q in e.atoms(Named))
    return x in e.free_symbols


def _entry(e, x):
    if not isinstance(x, Indexed) or e.base != x.base:
        if isinstance(x, Symbol) and any(x in i.free_symbols for i in e.indices):
            raise TypeError(f"cannot derive by {x}: it is an index of {e}")
        return S.Zero
    if len(e.indices) != len(x.indices):
        raise TypeError(f"{e} and {x} are entries of one tensor with different numbers of indices")
    return Mul(*(KroneckerDelta(i, j) for i, j in zip(e.indices, x.indices, strict=True)))


def _fresh(e):
    """The body and limits of a sum with bound symbols of its own."""
    renaming, limits = {}, []
    for k, first, last in reversed(e.limits):   # outer limits may occur in inner ones
        fresh = Dummy(k.name, integer=True)
        limits.insert(0, (fresh, first.xreplace(renaming), last.xreplace(renaming)))
        renaming[k] = fresh
    return e.function.xreplace(renaming), limits


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
    for d in (f for f in Mul.make_args(term) if isinstance(f, KroneckerDelta)):
        for place, (k, first, last) in enumerate(limits):
            if k not in d.args:
                continue
            j = d.args[1] if d.args[0] == k else d.args[0]
            if facts.nonnegative(j - first) and facts.nonnegative(last - j):
                rest = [Tuple(*limit).xreplace({k: j}) for limit in limits[:place]]
                return _collapsed_term((term / d).xreplace({k: j}),
                                       rest + limits[place + 1:], facts)
    return Sum(term, *limits) if limits else term


def _renamed(e):
    """Gives bound symbols back the names that the author gave them, where these are free."""
    taken = {s.name for s in e.free_symbols}
    for s in sorted(e.atoms(Sum, Product), key=str):
        for k in (limit[0] for limit in s.limits):
            if isinstance(k, Dummy):
                name = k.name
                while name in taken:
                    name += "'"
                e = e.xreplace({k: Symbol(name, integer=True)})
    return e


def _extreme(e, x):
    """Max and Min: the derivative of the first argument that is the extreme one."""
    branches = []
    for a in e.args[:-1]:
        others = [b for b in e.args if b != a]
        better = [a >= b if isinstance(e, Max) else a <= b for b in others]
        branches.append((_d(a, x), reduce(lambda p, q: p & q, better)))
    return Piecewise(*branches, (_d(e.args[-1], x), True))
