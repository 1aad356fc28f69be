"""Random mutations of true identities: the slips that a reader or an author makes."""

import random

from sympy import (
    Abs,
    Add,
    Eq,
    Expr,
    Function,
    Ge,
    Gt,
    Indexed,
    Integer,
    KroneckerDelta,
    Le,
    Lt,
    Max,
    Min,
    Mul,
    Ne,
    Piecewise,
    Pow,
    Product,
    Sum,
    Symbol,
    cos,
    exp,
    log,
    sign,
    sin,
    sympify,
)

from nnbook.derive.words.random import Expectation
from nnbook.derive.words.statement import unfolded


def mutants(identity, count, seed):
    """(kind, lhs, rhs, given) of distinct random mutations of an identity (lhs, rhs, given)."""
    lhs, rhs, given = identity
    sides = [sympify(lhs), sympify(rhs)]
    if any(s.is_Number for s in sides) and not any(s.args for s in sides):
        return
    rng, seen, scope = random.Random(seed), {tuple(sides)}, _scope(sides)
    for _ in range(40 * count):
        if count == 0:
            return
        which = rng.randrange(2)
        side = sides[which] if rng.random() < 0.5 else unfolded(sides[which])
        made = _mutated(side, rng, scope)
        if made is None:
            continue
        kind, new = made
        pair = (new, sides[1]) if which == 0 else (sides[0], new)
        if pair in seen or new == side or not new.free_symbols | sides[1 - which].free_symbols:
            continue
        seen.add(pair)
        count -= 1
        yield kind, *pair, given


def _scope(sides):
    """(free indices and other integers, sizes, real symbols, tensors) of a statement."""
    whole = [unfolded(s) for s in sides]
    entries = {x for s in whole for x in s.atoms(Indexed)}
    labels = {x.base.label for x in entries}
    free = {x for s in whole for x in s.free_symbols if isinstance(x, Symbol)} - labels
    bounds = {x for s in whole for t in s.atoms(Sum, Product) for limit in t.limits
              for x in (limit[1] + limit[2]).free_symbols}
    sizes = {x for x in free if x in bounds or any(x in i.size.free_symbols for i in free
                                                   if hasattr(i, "size"))}
    indices = {x for x in free - sizes if x.is_integer}
    tensors = {x.base: len(x.indices) for x in entries}
    return [sorted(group, key=str) for group in (indices, sizes, free - sizes - indices)] \
        + [sorted(tensors.items(), key=str)]


def _places(e, path=(), bound=(), inside=()):
    """All (path, node, bound symbols in scope, kind of place)."""
    yield path, e, bound, inside
    for j, a in enumerate(e.args):
        if isinstance(e, Sum | Product):
            own = bound + tuple(limit[0] for limit in e.limits) if j == 0 else bound
            yield from _places(a, (*path, j), own, (*inside, "summand" if j == 0 else "limit"))
        elif isinstance(e, Indexed) and j == 0:
            continue
        elif isinstance(e, Expectation):
            if j in (0, 2, 3):   # the body and the law, but not the names of what is bound
                own = bound + e.args[4:5] if j else bound
                yield from _places(a, (*path, j), own, (*inside, "part"))
        elif type(e).__name__ == "Named":
            if j >= 2:
                yield from _places(a, (*path, j), bound, (*inside, "index"))
        elif type(e).__name__ == "Partial":
            yield from _places(a, (*path, j), bound, (*inside, "wrt" if j else "function"))
        else:
            place = "index" if isinstance(e, Indexed | KroneckerDelta) else \
                "exponent" if isinstance(e, Pow) and j == 1 else "part"
            yield from _places(a, (*path, j), bound, (*inside, place))


def _put(e, path, new):
    if not path:
        return new
    args = list(e.args)
    args[path[0]] = _put(args[path[0]], path[1:], new)
    return e.func(*args)


def _mutated(side, rng, scope):
    """(kind, mutated side), or None where the place drawn allows no mutation."""
    path, node, bound, inside = rng.choice(list(_places(side)))
    made = [m for rule in _KINDS for m in rule(node, bound, inside, scope)]
    if not made:
        return None
    kind, new = rng.choice(made)
    try:
        return kind, _put(side, path, new)
    except (ValueError, TypeError, ZeroDivisionError):
        return None   # SymPy does not build it


def _is_value(node, inside):
    return isinstance(node, Expr) and not set(inside) & {"limit", "index", "wrt"}


def _signs_and_factors(node, bound, inside, scope):
    if not _is_value(node, inside):
        return
    yield "sign", -node
    yield "factor 2", 2 * node
    yield "factor 1/2", node / 2
    for s in scope[1]:
        yield "factor of a size", s * node
        yield "divided by a size", node / s


def _dropped(node, bound, inside, scope):
    if isinstance(node, Add | Mul) and _is_value(node, inside):
        for a in node.args:
            yield f"{'term' if node.is_Add else 'factor'} dropped", \
                node.func(*(b for b in node.args if b is not a))
            if node.is_Add:
                yield "sign of a term", node - 2 * a


def _indices(node, bound, inside, scope):
    is_subscript = bool(inside) and inside[-1] == "index"
    if not isinstance(node, Symbol) or "limit" in inside \
            or not (is_subscript or node.is_integer):
        return
    for other in (*bound, *scope[0]):
        if other != node and getattr(other, "size", None) == getattr(node, "size", None):
            yield "index", other
    if is_subscript and "wrt" not in inside:
        yield "index shifted", node + 1


def _sizes(node, bound, inside, scope):
    if node in scope[1] and "limit" not in inside and "index" not in inside:
        yield "n - 1", node - 1
        for other in scope[1]:
            if other != node:
                yield "size", other


def _limits(node, bound, inside, scope):
    if not isinstance(node, Sum | Product):
        return
    for j, (k, first, last) in enumerate(node.limits):
        slips = [("first bound", (k, first + 1, last)), ("last bound", (k, first, last - 1)),
                 ("last bound", (k, first, last + 1)), ("swapped bound", (k, last, first)),
                 *(("size of a bound", (k, first, s)) for s in scope[1] if s != last)]
        for kind, new in slips:
            yield kind, node.func(node.function, *node.limits[:j], new, *node.limits[j + 1:])
    if isinstance(node, Sum):
        yield "sum dropped", unfolded(node.function).xreplace(
            {k: first for k, first, _ in node.limits})


def _exponents(node, bound, inside, scope):
    if inside and inside[-1] == "exponent" and _is_value(node, inside):
        yield "exponent", node + 1
        yield "exponent", node - 1
        yield "exponent", -node
    if isinstance(node, exp):
        yield "argument of exp", exp(-node.args[0])
        yield "argument of exp", exp(2 * node.args[0])
    if isinstance(node, Indexed | Sum) and _is_value(node, inside):
        yield "exponent", node ** 2


def _functions(node, bound, inside, scope):
    swaps = {Max: [Min], Min: [Max], Abs: [sign], sign: [Abs], log: [exp], exp: [log], sin: [cos],
             cos: [sin]}
    for kind, others in swaps.items():
        if type(node) is kind:
            yield from ((f"{kind.__name__} for {o.__name__}", o(*node.args)) for o in others)
    if isinstance(node, Max | Min):
        for a in node.args:
            yield "argument dropped", node.func(*(b for b in node.args if b is not a))
    if isinstance(node, Function) and len(node.args) == 1 and _is_value(node, inside):
        yield "function dropped", node.args[0]


def _cases(node, bound, inside, scope):
    if isinstance(node, Piecewise) and len(node.args) > 1:
        values, conditions = zip(*node.args, strict=True)
        turned = (*values[1:], values[0])
        yield "cases", Piecewise(*zip(turned, conditions, strict=True))
    for kind, other in ((Gt, Ge), (Ge, Gt), (Lt, Le), (Le, Lt), (Gt, Lt), (Lt, Gt), (Eq, Ne)):
        if type(node) is kind:
            yield "relation", other(*node.args)


def _leaves(node, bound, inside, scope):
    if isinstance(node, Indexed) and "wrt" not in inside:
        for base, slots in scope[3]:
            if slots == len(node.indices) and base != node.base:
                yield "tensor", base[node.indices]
        if len(node.indices) == 2 and node.indices[0] != node.indices[1]:
            yield "transposed", node.base[node.indices[::-1]]
    if node in scope[2] and "wrt" not in inside:
        for other in scope[2]:
            if other != node:
                yield "symbol", other
    if isinstance(node, Integer) and not set(inside) & {"limit", "index"}:
        yield "number", node + 1
    if isinstance(node, KroneckerDelta):
        yield "delta dropped", Integer(1)


_KINDS = [_signs_and_factors, _dropped, _indices, _sizes, _limits, _exponents, _functions, _cases,
          _leaves]
