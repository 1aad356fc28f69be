"""The oracle's reading of a statement. It is made from this text, not from the engine's code.

A statement is an equation lhs = rhs of real expressions, and conditions ``given``, with each And
taken apart. It is claimed for ALL values of every free symbol within its declared assumptions (a
plain ``Symbol()`` is real, or an integer where it is a bound or a subscript) and all real entries
of tensors (assumptions of the base narrow them), at which all conditions hold and both sides are
defined: real, no division by 0, no log of a number that is not positive, no even root of a
negative number, no 0 to the power 0 or less. For derivatives, claims are away from kinks.

* ``index("k", K)`` runs 1 … K. ``sizes("n")`` are positive integers. A bound of a sum is what its
  symbols say: an integer symbol there may be 0 or negative. A sum whose last index is below its
  first is empty: 0, and a product 1. Bounds that are not integers are out of scope.
* ``x[q]`` with a plain integer q exists for every integer q, unless conditions, ``index()`` or a
  shape restrict it: with ``tensor("x", n)`` a free q in ``x[q]`` is claimed for 1 ≤ q ≤ n only.
  (Entries outside the shape that are reached in another way settle nothing here.)
* A condition with a tensor entry at an index that does not occur free in lhs or rhs holds for all
  values of that index: within its ``index()`` range, its tensor's shape, and the comparisons in
  ``given`` that name a quantified index and no tensor entry; if nothing bounds it, for all
  integers. A condition on an index of the statement, or on the size of a tensor, holds at that one
  value.
"""

from dataclasses import dataclass, field

from sympy import And, Indexed, Product, Rational, Sum, Symbol, sympify
from sympy.core.relational import Relational

_MEANS = ("OverGaussian", "OverMoments")   # E of args[0] over args[1], by a law


@dataclass
class Reading:
    """A statement taken apart."""

    lhs: object
    rhs: object
    conditions: list            # of single points: comparisons of symbols and entries
    quantified: list            # (condition, indices, comparisons that bound them)
    symbols: list               # that need a value
    integers: set               # those among them that are integers
    shapes: list                # (index, size) of free indices that stand in an entry by themselves
    constants: list = field(default_factory=list)

    @property
    def entry_conditions(self):
        return [c for c in self.conditions if has_entries(c)]

    @property
    def symbol_conditions(self):
        return [c for c in self.conditions if not has_entries(c)]


def has_entries(e) -> bool:
    return any(type(x).__name__ == "Indexed" for x in walk(e))


def walk(e):
    """All nodes but the names and shapes of tensors; definitions of named quantities too."""
    yield e
    if isinstance(e, Indexed):
        for i in e.indices:
            yield from walk(i)
    elif type(e).__name__ == "Named":
        yield from walk(e.args[1].expr)
        for i in e.args[2:]:
            yield from walk(i)
    elif type(e).__name__ in _MEANS:
        for a in (e.args[0], *e.args[2:]):
            yield from walk(a)
    else:
        for a in e.args:
            yield from walk(a)


def scoped(e, bound=frozenset()):
    """(node, symbols bound around it) of all nodes."""
    yield e, bound
    if isinstance(e, Indexed):
        for i in e.indices:
            yield from scoped(i, bound)
    elif type(e).__name__ == "Named":
        yield from scoped(e.args[1].expr, bound | set(e.args[1].variables))
        for i in e.args[2:]:
            yield from scoped(i, bound)
    elif type(e).__name__ in _MEANS:
        body, variable, *law = e.args
        yield from scoped(body, bound | {variable})
        for x in law[:2]:
            yield from scoped(x, bound | set(law[2:3]))
        for x in law[3:]:
            yield from scoped(x, bound)
    elif isinstance(e, Sum | Product):
        inner = set(bound)
        for k, *limits in reversed(e.limits):   # the last limit is the outermost
            for x in limits:
                yield from scoped(x, frozenset(inner))
            inner.add(k)
        yield from scoped(e.function, frozenset(inner))
    else:
        for a in e.args:
            yield from scoped(a, bound)


def free(*parts) -> set:
    return {x for e in parts for x, bound in scoped(e) if isinstance(x, Symbol) and x not in bound}


def flat(given) -> list:
    given = list(given) if isinstance(given, list | tuple) else [given]
    found = []
    for c in map(sympify, given):
        found += flat(list(c.args)) if isinstance(c, And) else [c]
    return found


def _subscripts(*parts):
    """(entry, slot, index, bound around it) of all tensor entries."""
    for e in parts:
        for x, bound in scoped(e):
            if isinstance(x, Indexed):
                for slot, i in enumerate(x.indices):
                    yield x, slot, i, bound


def read(lhs, rhs, given=()) -> Reading:
    lhs, rhs, given = sympify(lhs), sympify(rhs), flat(given)
    stated = free(lhs, rhs)
    ranged = {i for c in given for _, _, sub, bound in _subscripts(c)
              for i in free(sub) - bound - stated}
    ranged -= free(*(size for x, *_ in _subscripts(lhs, rhs, *given)
                     for size in x.base.shape or ()))
    comparisons = [c for c in given if isinstance(c, Relational) and not has_entries(c)
                   and free(c) & ranged]
    rest = [c for c in given if c not in comparisons]
    quantified = []
    for c in rest:
        own = free(c) & ranged
        if own and has_entries(c):
            own, used = _connected(own, comparisons, ranged)
            quantified.append((c, sorted(own, key=str), used))
    single = [c for c in rest if not (has_entries(c) and free(c) & ranged)]
    parts = [lhs, rhs, *given]
    shapes = [(i, x.base.shape[slot]) for x, slot, i, bound in _subscripts(lhs, rhs, *single)
              if x.base.shape and isinstance(i, Symbol) and i not in bound]
    symbols = free(*parts) - ranged
    for _ in range(3):   # sizes of indices, sizes of these
        symbols |= free(*(s.size for s in symbols | ranged if hasattr(s, "size")))
    symbols |= free(*(size for x, *_ in _subscripts(*parts) for size in x.base.shape or ()))
    return Reading(lhs, rhs, single, quantified, sorted(symbols, key=lambda s: (s.name, str(s))),
                   {s for s in symbols if _is_integer(s, parts)}, shapes, _constants(parts))


def _connected(own, comparisons, ranged):
    """The indices that comparisons tie to these, and the comparisons."""
    used = []
    for _ in range(len(ranged) + 1):
        used = [c for c in comparisons if free(c) & own]
        own = own | (free(*used) & ranged)
    return own, used


def _is_integer(s, parts):
    if s.is_integer:
        return True
    if s.is_real or s.is_integer is False:
        return False
    used = free(*(sub for _, _, sub, _ in _subscripts(*parts)))
    for e in parts:
        for x in walk(e):
            if isinstance(x, Sum | Product):
                used |= free(*(b for _, *limits in x.limits for b in limits))
    return s in used


def _constants(parts):
    found = {x for e in parts for x in walk(e) if isinstance(x, Rational)}
    return sorted((c for c in found if abs(c) < 10 ** 6), key=lambda c: (abs(c), c))[:12]
