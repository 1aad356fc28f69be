"""Where a part of a formula stands that is rewritten."""

from dataclasses import dataclass
from random import Random

from .points import Words
from .trees import (
    ONE,
    fresh,
    sym,
)


@dataclass
class Around:
    """Where a part stands: the whole formula, the ranges of its indices, what is given."""

    whole: tuple
    scope: dict
    words: Words
    given: list
    rng: Random

    def fresh(self, *more):
        """A letter for an index that occurs nowhere in the formula."""
        return fresh(self.whole, *map(sym, self.words.kinds), *more)

    def positive(self, e) -> bool:
        """Whether a formula is certainly above 0 where it has a value."""
        kind = e[0]
        if kind == "n":
            return e[1] > 0
        if kind == "s":
            return self.words.kinds.get(e[1]) in ("positive", "size") or e[1] in self.scope_from_1()
        if kind == "x":
            return e[1] in self.words.positive
        if kind == "f":
            return e[1] in ("exp", "sigmoid", "softplus")
        if kind in ("+", "*", "/"):
            return all(map(self.positive, e[1:]))
        return kind == "^" and self.positive(e[1])

    def scope_from_1(self):
        return {k for k, (first, _) in self.scope.items() if first == ONE}

    def size_of(self, e):
        """The size over which an index runs, if it is a letter that surely lies in its range."""
        if e[0] != "s":
            return None
        if e[1] in self.scope:
            first, last = self.scope[e[1]]
            return last if first == ONE and last[0] == "s" else None
        kind = self.words.kinds.get(e[1], "")
        return sym(kind) if self.words.kinds.get(kind) == "size" else None
