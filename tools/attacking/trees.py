"""Formulas as nested tuples: ``("+", ("s", "u"), ("n", Fraction(1)))`` is u + 1.

("n", fraction)  ("s", name)  ("x", tensor, *indices)      numbers, letters, entries
("+", *terms)  ("*", *factors)  ("/", a, b)  ("^", a, b)
("f", name, a)  ("max", *a)  ("min", *a)  ("delta", i, j)
("if", sign, a, b, then, otherwise)
("sum", k, first, last, body)  ("prod", k, first, last, body)
("d", f, variable)                                          a partial derivative
("E", z, body)                                              a mean over the random z
"""

from fractions import Fraction

BINDERS = ("sum", "prod")
LETTERS = "jklrstabgh"  # that an index of a sum may have


def num(x):
    return ("n", Fraction(x))


def sym(name):
    return ("s", name)


ZERO, ONE, TWO = num(0), num(1), num(2)


def add(*terms):
    """The sum of terms, flat, without zeros."""
    flat = []
    for t in terms:
        flat += t[1:] if t[0] == "+" else [t]
    flat = [t for t in flat if t != ZERO]
    return flat[0] if len(flat) == 1 else ("+", *flat) if flat else ZERO


def mul(*factors):
    """The product of factors, flat, without ones. A zero stays: 0/0 has no value."""
    flat = []
    for t in factors:
        flat += t[1:] if t[0] == "*" else [t]
    flat = [t for t in flat if t != ONE]
    return flat[0] if len(flat) == 1 else ("*", *flat) if flat else ONE


def neg(a):
    return num(-a[1]) if a[0] == "n" else mul(num(-1), a)


def sub(a, b):
    return add(a, neg(b))


def div(a, b):
    return ("/", a, b)


def power(a, b):
    return ("^", a, b if isinstance(b, tuple) else num(b))


def fn(name, a):
    return ("f", name, a)


def children(e):
    return [a for a in e[1:] if isinstance(a, tuple)]


def walk(e):
    yield e
    for a in children(e):
        yield from walk(a)


def size(e) -> int:
    return 1 + sum(map(size, children(e)))


def rebuilt(e, change):
    """The formula with each part changed."""
    return tuple(change(a) if isinstance(a, tuple) else a for a in e)


def free(e) -> set:
    """The letters of a formula that no sum and no mean binds; not the names of tensors."""
    if e[0] == "s":
        return {e[1]}
    if e[0] in BINDERS:
        return free(e[2]) | free(e[3]) | (free(e[4]) - {e[1]})
    if e[0] == "E":
        return free(e[2]) - {e[1]}
    return set().union(*map(free, children(e)), set())


def tensors(e) -> set:
    return {a[1] for a in walk(e) if a[0] == "x"}


def bound(e) -> set:
    return {a[1] for a in walk(e) if a[0] in BINDERS}


def fresh(*taken):
    """A letter that occurs in none of the formulas, or None."""
    used = set().union(*(free(e) | bound(e) for e in taken))
    return next((a for a in LETTERS if a not in used), None)


def put(e, name, value):
    """The formula with a value for a free letter; sums whose index it would meet are renamed."""
    if e[0] == "s":
        return value if e[1] == name else e
    if e[0] in BINDERS:
        kind, k, first, last, body = e
        first, last = put(first, name, value), put(last, name, value)
        if k == name or name not in free(body):
            return (kind, k, first, last, body)
        if k in free(value):
            other = fresh(body, value, sym(name), sym(k))
            if other is None:
                raise OutOfLetters
            k, body = other, put(body, k, sym(other))
        return (kind, k, first, last, put(body, name, value))
    if e[0] == "E" and e[1] == name:
        return e
    return rebuilt(e, lambda a: put(a, name, value))


class OutOfLetters(Exception):
    """A formula has too many indices to name another."""


def places(e, scope=None, path=()):
    """(path, part, scope) of all parts but indices and ends of sums; scope has the ranges there.

    A range is left out where a sum within it gives one of its letters another meaning.
    """
    scope = scope or {}
    yield path, e, scope
    if e[0] in ("x", "delta"):
        return
    for j, a in enumerate(e):
        if not isinstance(a, tuple) or (e[0] == "d" and j == 2) or (e[0] in BINDERS and j < 4):
            continue
        yield from places(a, _within(e, scope), (*path, j))


def _within(e, scope):
    """The ranges in the body of a part."""
    if e[0] not in BINDERS:
        return scope
    kept = {k: ends for k, ends in scope.items() if e[1] not in free(ends[0]) | free(ends[1])}
    return {**kept, e[1]: (e[2], e[3])}


def replaced(e, path, new):
    """The formula with another part at a place."""
    if not path:
        return new
    j = path[0]
    return (*e[:j], replaced(e[j], path[1:], new), *e[j + 1 :])
