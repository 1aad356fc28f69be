"""Canonical sums and products: constants pulled out, deltas collapsed, bound symbols by depth.

A sum whose last index is below its first is empty.
"""

from itertools import permutations

from sympy import Add, Dummy, Integer, Mul, Pow, Product, S, Sum, exp

from ..limits import OFFSET, ORDERS_OF_INDICES, SUM_WRITTEN_OUT, GaveUp
from .canonical import Bound, IsZero, by_rule, canonical, rule_for, times
from .domains import certainly_defined
from .positivity import opened, positive
from .powers import log_of
from .symmetries import Turned


@rule_for(Sum)
def _sum(e, facts):
    body, limits = _with_own_indices(e, facts)
    for k, first, last in limits:
        body = _sum_one(body, k, first, last, facts)
    return body


def _with_own_indices(e, facts):
    """The canonical body and limits, innermost first, with new bound symbols in their ranges."""
    renaming, limits = {}, []
    for k, first, last in reversed(e.limits):   # outer limits may occur in inner ones
        fresh = Dummy(k.name, integer=True)
        first, last = (canonical(x.xreplace(renaming), facts) for x in (first, last))
        renaming[k] = fresh
        facts.bound(fresh, first, last)
        limits.insert(0, (fresh, first, last))
    return canonical(e.function.xreplace(renaming), facts), limits


def _sum_one(body, k, first, last, facts):
    """Σ body over k from first to last, for a canonical body."""
    if first != 1:
        body, k, last = _from_one(body, k, first, last, facts)
    if last.is_Integer:
        if last <= 0:
            return S.Zero
        if last <= SUM_WRITTEN_OUT:
            return Add(*(canonical(body.xreplace({k: Integer(j)}), facts)
                         for j in range(1, int(last) + 1)))
    offset, size = last.as_coeff_Add()
    if offset.is_Integer and 0 < abs(offset) <= OFFSET and size.is_Symbol \
            and facts.at_least_zero(last) and facts.at_least_zero(size):
        split = _with_offset(body, k, size, int(offset), facts)
        if split is not None:
            return split
    return Add(*(_sum_term(t, [(k, last)], facts) for t in Add.make_args(body)))


def _from_one(body, k, first, last, facts):
    last = last - first + 1
    fresh = Dummy(k.name, integer=True)
    facts.bound(fresh, S.One, last)
    return canonical(body.xreplace({k: fresh + first - 1}), facts), fresh, last


def _with_offset(body, k, size, offset, facts):
    """Σ up to n + 1 as Σ up to n and one term more; Σ up to n - 1 as one term less."""
    steps = range(1, offset + 1) if offset > 0 else range(offset + 1, 1)
    extra = Add(*(canonical(body.xreplace({k: size + j}), facts) for j in steps))
    if offset < 0 and not certainly_defined(extra, facts):
        return None   # Σ 1/(n - k) up to n - 1 has a value, the term at n has none
    fresh = Dummy(k.name, integer=True)
    facts.bound(fresh, S.One, size)
    rest = _sum_one(canonical(body.xreplace({k: fresh}), facts), fresh, S.One, size, facts)
    return rest + extra if offset > 0 else rest - extra


def _sum_term(term, limits, facts):
    """Σ over all limits (k, last), k = 1 … last, of one canonical term.

    A factor that depends on no index goes out of the sum, unless it may be undefined while the sum
    is empty: Σ 1/N over k up to N is 0 for N = 0, and not N/N.
    """
    if term is S.Zero:
        return S.Zero
    outside, inside, kept, queue = [], [], [], list(Mul.make_args(term))
    limits = list(limits)
    while queue:
        factor = queue.pop()
        base, exponent = factor.as_base_exp()
        bound = {k for k, _ in limits}
        if exponent.is_Add and exponent.free_symbols & bound and not base.free_symbols & bound:
            free, own = exponent.as_independent(*bound, as_Add=True)
            queue.append(Pow(base, free))   # bᵏ⁺¹ = b bᵏ
            factor = Pow(base, own)
        if not factor.free_symbols & bound:
            stays = not (_filled(limits, facts) or certainly_defined(factor, facts))
            (kept if stays else outside).append(factor)
        elif isinstance(base, Sum) and exponent.is_Integer and exponent > 0:
            for _ in range(int(exponent)):
                inner, own, _ = opened(base, facts)
                queue += Mul.make_args(inner)
                limits += own
        else:
            inside.append(factor)
    # A factor found free before an inner sum was opened stays free: its symbols are the outer ones.
    outer = Mul(*outside)
    result = _collapse(inside + kept, limits, facts)
    if result is None and kept:
        result = _named_by_rule(inside + kept, limits, facts)
    if result is None:
        result = _by_given(inside, limits, facts)
    if result is None:
        result = _connected(inside, limits, facts)
    return times(facts, outer, result)


def _filled(limits, facts) -> bool:
    """Whether no sum over these limits is empty."""
    return all(facts.at_least_zero(last - 1) for _, last in limits)


def _again(polynomial, limits, facts):
    return Add(*(_sum_term(t, limits, facts) for t in Add.make_args(polynomial)))


def summed(polynomial, limits, facts):
    """Σ over limits (k, last) of a canonical expression, k from 1, innermost first."""
    return _again(polynomial, limits, facts)


def _collapse(factors, limits, facts):
    """Σₖ [k = e] f(k) = f(e), where e is proved to lie in the range of k."""
    for zero in factors:
        if not isinstance(zero, IsZero):
            continue
        for k, last in limits:
            coefficient = zero.args[0].coeff(k)
            if abs(coefficient) != 1:
                continue
            value = k - zero.args[0] / coefficient
            if value.has(k) or not value.is_integer:
                continue
            others = [(j, end.xreplace({k: value})) for j, end in limits if j is not k]
            if any(j in end.free_symbols for j, end in others):
                continue   # an index up to k with k = that index: its range cannot be told
            if facts.at_least_zero(-value) or facts.at_least_zero(value - last - 1):
                return S.Zero
            if facts.at_least_zero(value - 1) and facts.at_least_zero(last - value):
                rest = Mul(*(f for f in factors if f is not zero))
                return _again(canonical(rest.xreplace({k: value}), facts), others, facts)
    return None


def _by_given(factors, limits, facts):
    """Uses an equation given, such as Σₖ yₖ = 1, for the part of the sum that it fits."""
    if not facts.rules:
        return None
    for k, last in limits:
        part = [f for f in factors if k in f.free_symbols]
        if len(limits) == 1 and len(part) == len(factors):
            continue   # the whole sum: `_atom` looks there
        others = [(j, end) for j, end in limits if j is not k]
        if any(k in end.free_symbols for _, end in others):
            continue
        number, atom = _named_sum(part, [(k, last)], facts).as_coeff_Mul()
        value = by_rule(atom, facts)
        if value is not atom:
            value = number * value
            rest = Mul(*(f for f in factors if k not in f.free_symbols))
            return _again(times(facts, rest, value), others, facts)
    return None


def _connected(factors, limits, facts):
    """The sum as a product of sums over indices that share no factor."""
    groups = [({k} | ({j for j, _ in limits} & last.free_symbols), []) for k, last in limits]
    bound = {k for k, _ in limits}
    for factor in factors:
        groups.append((factor.free_symbols & bound, [factor]))
    merged: list[tuple[set, list]] = []
    for symbols, members in groups:
        for other in [g for g in merged if g[0] & symbols]:
            merged.remove(other)
            symbols, members = symbols | other[0], members + other[1]
        merged.append((symbols, members))
    result = []
    for symbols, members in merged:
        own = [(k, last) for k, last in limits if k in symbols]
        if not members and len(own) == 1 and _counts(own[0][1], factors, facts):
            result.append(own[0][1])
        else:
            result.append(_atom(members, own, facts))
    return times(facts, *result)


def _counts(last, factors, facts) -> bool:
    """Whether a sum of factors without its index, up to ``last``, is ``last`` times these factors.

    Where it may be empty, the factors must have a value all the same.
    """
    return facts.at_least_zero(last) and (
        facts.at_least_zero(last - 1) or all(certainly_defined(f, facts) for f in factors))


def _atom(factors, limits, facts):
    free = [(k, last) for k, last in limits
            if not any(k in f.free_symbols for f in factors)
            and not any(k in end.free_symbols for _, end in limits)]
    for k, last in free:   # Σₖ 1 = last, where last may be the index of an outer sum
        if _counts(last, factors, facts):
            others = [(j, end) for j, end in limits if j is not k]
            return _again(times(facts, Mul(*factors), last), others, facts)
    return _named_by_rule(factors, limits, facts)


def _named_by_rule(factors, limits, facts):
    """The sum under its name, or what an equation given puts in its place."""
    number, atom = _named_sum(factors, limits, facts).as_coeff_Mul()
    return number * by_rule(atom, facts) if number else S.Zero


def _named_sum(factors, limits, facts):
    """The sum with bound symbols ι1, ι2, … in the order that makes it least, read as text.

    A number before it is the sign by which a symmetry given turns its entries.
    """
    body = Mul(*factors)
    depth = _depth(body)
    turned, best = Turned(body, facts), None
    for order in permutations(limits) if len(limits) <= ORDERS_OF_INDICES else [limits]:
        if not _allowed(order):
            continue
        names = {k: Bound(depth + j + 1) for j, (k, _) in enumerate(order)}
        number, named = turned.named(names).as_coeff_Mul() if turned.forms \
            else (S.One, body.xreplace(names))
        made = Sum(named, *((names[k], 1, last.xreplace(names)) for k, last in order))
        key = str(made.args[1:]) + str(made.args[0])
        if best is None or key < best[0]:
            best = (key, made, number)
        elif key == best[0] and made == best[1] and number == -best[2]:
            return S.Zero   # the sum is its own opposite
    if best is None:
        raise GaveUp("sums whose bounds depend on each other in no order")
    return best[2] * best[1]


def _allowed(order):
    """Whether each limit depends only on indices further out."""
    seen = set()
    for k, last in order:
        if last.free_symbols & seen:
            return False
        seen.add(k)
    return True


def _depth(expression):
    """The largest number of a bound symbol inside."""
    return max((s.depth for s in expression.atoms(Bound)), default=0)


# Products


@rule_for(Product)
def _product(e, facts):
    """Π f as exp Σ log f, where f is positive; otherwise a product with bound symbols by depth."""
    (k, first, last), *outer = e.limits
    count = canonical(last - first + 1, facts)
    if not outer and count.is_Integer and count <= SUM_WRITTEN_OUT:
        return times(facts, *(canonical(e.function.xreplace({k: first + j}), facts)
                              for j in range(int(count))))
    body, limits = _with_own_indices(e, facts)
    if positive(body, facts):
        return canonical(exp(Sum(log_of(body, facts), *limits)), facts)
    depth = _depth(body)
    names = {k: Bound(depth + j) for j, (k, _, _) in enumerate(limits, start=1)}
    return Product(body.xreplace(names), *((names[k], first.xreplace(names), last.xreplace(names))
                                           for k, first, last in limits))
