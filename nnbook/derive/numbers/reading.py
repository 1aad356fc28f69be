"""What a point must look like, read from the statement by this part alone."""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from sympy import (
    Indexed,
    Rational,
    Sum,
    Symbol,
    preorder_traversal,
)
from sympy import Product as SympyProduct

from ..words.language import Index
from ..words.statement import slope_indices


@dataclass
class Reading:
    """What a point must look like: declarations, ranges by making, conditions with quantifiers."""

    given: tuple
    boxes: dict = field(default_factory=dict)        # index -> [(first, last)]
    quantified: frozenset = frozenset()
    from_one: frozenset = frozenset()                # sizes that are indices themselves
    constants: tuple = ()

    @classmethod
    def of(cls, expressions, given, ranges=None, everywhere=()) -> "Reading":
        """Reads expressions and conditions; ``everywhere``: indices that stand for all values."""
        expressions, given = tuple(expressions), tuple(given)
        mentioned = set().union(*(free_symbols(e) for e in expressions), set()) - set(everywhere)
        counted, subscripts = set(), set()
        for c in given:
            for entry in c.atoms(Indexed):
                counted |= free_of_all(entry.base.shape or ())
                subscripts |= free_of_all(entry.indices)
            subscripts -= {limit[0] for s in c.atoms(Sum, SympyProduct) for limit in s.limits}
        counted_from_one: set = set()
        boxes: dict = {s: [ends] for s, ends in (ranges or {}).items()}
        for e in (*expressions, *given):
            for s in e.atoms(Index):
                boxes.setdefault(s, [(Rational(1), s.size)])
            for entry in e.atoms(Indexed):
                for i, size in zip(entry.indices, entry.base.shape or (), strict=False):
                    if i == size:
                        counted_from_one.add(i)   # x[n] exists if n is at least 1
                    elif i.is_Symbol and i not in size.free_symbols and not isinstance(i, Index):
                        boxes.setdefault(i, []).append((Rational(1), size))
        return cls(given, boxes, frozenset(subscripts - mentioned - counted),
                   frozenset(counted_from_one), constants_in((*expressions, *given)))

    def bounds_of(self, names) -> list:
        """The comparisons given that narrow these quantified indices, and those they lead to."""
        found, names = [], set(names)
        while more := [c for c in self.given if c not in found and self.narrows(c)
                       and c.free_symbols & names]:
            found += more
            names |= set().union(*(c.free_symbols & self.quantified for c in more))
        return found

    def narrows(self, condition) -> bool:
        """Whether a condition only says which values of quantified indices are meant."""
        return not condition.atoms(Indexed) and bool(condition.free_symbols & self.quantified)


@lru_cache(maxsize=256)   # asked at every point
def free_symbols(e) -> frozenset:
    """The symbols of an expression that are numbers, sizes of tensors and of indices with them."""
    bound = {k for s in e.atoms(Sum, SympyProduct) for k, *_ in s.limits}
    names = {entry.base.label for entry in e.atoms(Indexed)}
    shapes = [size for entry in e.atoms(Indexed) for size in entry.base.shape or ()]
    return frozenset({s for s in e.free_symbols if isinstance(s, Symbol)} | free_of_all(shapes)
                     | free_of_all(s.size for s in e.atoms(Index))
                     | (free_of_all(slope_indices(e)) - bound)) - names


def free_of_all(expressions) -> set:
    return set().union(*({s for s in e.free_symbols if isinstance(s, Symbol)}
                         for e in expressions), set())


def constants_in(expressions) -> tuple:
    """The numbers that occur, at which things may change, and what lies beside them."""
    found: dict = {}
    for e in expressions:
        for node in preorder_traversal(e):
            if isinstance(node, Rational) and abs(node) <= 1000:
                c = Fraction(int(node.p), int(node.q))
                found.update(dict.fromkeys((c, -c, c + 1, c - 1)))
    return tuple(list(found)[:24]) or (Fraction(0),)
