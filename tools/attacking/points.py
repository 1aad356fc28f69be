"""Points: numbers for all letters and entries, as the declarations and conditions of a pair allow.

Reals are fractions, often 0, ±1 or equal to another one, so that maxima tie; sizes are often 1.
"""

import random
from dataclasses import dataclass, field
from fractions import Fraction

from .trees import free
from .values import NoValue, Unsure, holds, nodes, plus, raised, times, value

MISSES = 30  # points that break a condition, for one that fulfils all


@dataclass
class Words:
    """What the letters of a pair are.

    ``kinds`` maps a letter to real, positive, nonnegative, size, integer or the size over which it
    runs; ``shapes`` a tensor to its sizes, () for one without; ``positive`` are tensors whose
    entries are. ``laws`` maps a random variable to (kind, mean, variance), with the index and the
    size after these where it has entries.
    """

    kinds: dict
    shapes: dict
    positive: frozenset = frozenset()
    laws: dict = field(default_factory=dict)


@dataclass
class Given:
    """A condition: a comparison, or one that holds for all indices and so shapes a tensor.

    ``kind`` is "compare" (sign, a, b), "sum" (tensor: its entries have the sum 1), "symmetric"
    (tensor) or "antisymmetric".
    """

    kind: str
    about: tuple


class Point:
    """Numbers for everything, drawn when asked for; ``fixed`` has those that are known."""

    def __init__(self, words: Words, given=(), rng=None, fixed=None, strict=True):
        self.words, self.rng, self.strict = words, rng or random.Random(0), strict
        self.letters = dict(fixed or {})
        self.sums = {c.about[0] for c in given if c.kind == "sum"}
        self.symmetric = {
            c.about[0]: Fraction(1 if c.kind == "symmetric" else -1)
            for c in given
            if c.kind in ("symmetric", "antisymmetric")
        }
        self.drawn: list = [Fraction(0), Fraction(1)]
        self.skew = self.rng.choice([Fraction(2), Fraction(3), Fraction(1, 2), Fraction(1)])

    def letter(self, name):
        """The number that a letter stands for."""
        if name not in self.letters:
            kind = self.words.kinds.get(name, "real")
            self.letters[name] = self._drawn(kind)
        return self.letters[name]

    def _drawn(self, kind):
        rng = self.rng
        if kind == "size":
            return Fraction(rng.choice([1, 1, 1, 2, 2, 2, 3, 3, 4, 6]))
        if kind == "integer":
            return Fraction(rng.randint(-2, 4))
        if kind in ("real", "positive", "nonnegative"):
            return self._real(kind)
        last = int(self.letter(kind))  # an index, which runs to the size of this name
        if last < 1:
            raise NoValue
        return Fraction(rng.randint(1, last))

    def _real(self, kind="real"):
        rng = self.rng
        way = rng.random()
        if way < 0.2:
            x = rng.choice(self.drawn)
        elif way < 0.45:
            x = Fraction(rng.choice([-2, -1, 0, 0, 1, 2]))
        else:
            x = Fraction(rng.randint(-30, 30), rng.choice([1, 2, 5, 7, 10]))
            x = x / 8 if abs(x) > 8 else x
        if kind != "real":
            x = abs(x)
        if kind == "positive" and x == 0:
            x = Fraction(rng.randint(1, 9), 4)
        self.drawn.append(x)
        return x

    def entry(self, tensor, indices):
        """The number that an entry stands for; a place outside the shape has none."""
        if tensor in self.symmetric and indices[0] > indices[1]:
            return times(self.symmetric[tensor], self.entry(tensor, indices[::-1]))
        if tensor in self.symmetric and self.symmetric[tensor] < 0 and indices[0] == indices[1]:
            return Fraction(0)
        shape = self.words.shapes.get(tensor, ())
        if self.strict:
            for i, last in zip(indices, shape, strict=False):
                if not 1 <= i <= self.letter(last):
                    raise NoValue
        if tensor in self.sums and (tensor, 1) not in self.letters:
            self._sum_to_one(tensor, int(self.letter(shape[0])))
        key = (tensor, *indices)
        if key not in self.letters:
            kind = "positive" if tensor in self.words.positive else "real"
            self.letters[key] = self._real(kind)
        return self.letters[key]

    def _sum_to_one(self, tensor, last):
        kind = "positive" if tensor in self.words.positive else "real"
        drawn = [self._real(kind) for _ in range(last)]
        if sum(drawn) == 0:
            drawn[0] += 1
        total = sum(drawn)
        for j, x in enumerate(drawn, start=1):
            self.letters[tensor, j] = x / total

    def law(self, z, count, env):
        """(value, weight) of a random number: of the nodes, or of a skewed coin."""
        kind, mean, variance = self.words.laws[z]
        mean, spread = value(mean, self, env), raised_(value(variance, self, env))
        if kind == "gaussian":
            pairs = nodes(count)
        else:  # a with probability p, else -1/a: mean 0, variance 1, any third moment
            a = self.skew
            p = 1 / (1 + a * a)
            pairs = [(a, p), (-1 / a, 1 - p)]
        for x, weight in pairs:
            yield plus(mean, times(spread, x)), weight


def raised_(variance):
    """The root of a variance, also of 0."""
    return Fraction(0) if variance == 0 else raised(variance, Fraction(1, 2))


def fulfilled(given, point) -> bool:
    """Whether all comparisons among the conditions hold."""
    for c in given:
        if c.kind == "compare":
            sign, a, b = c.about
            try:
                if not holds(sign, value(a, point), value(b, point)):
                    return False
            except (NoValue, Unsure):
                return False
    return True


def points(words, given, sides, rng, count):
    """So many random points at which the conditions hold; the first have all sizes 1, or all 0."""
    letters = sorted(set().union(*map(free, sides)) - set(words.laws))
    made = 0
    for attempt in range(MISSES * count):
        if made == count:
            return
        point = Point(words, given, rng)
        if attempt < 4:  # at the boundary
            for name in letters:
                kind = words.kinds.get(name, "real")
                if kind == "size":
                    point.letters[name] = Fraction(1 + attempt // 2)
                elif kind in ("real", "nonnegative") and attempt % 2:
                    point.letters[name] = Fraction(0)
        if attempt % 5 == 4:  # everything equal
            x = point._real()
            point.drawn = [x] * 12
        try:
            for name in letters:
                point.letter(name)
            if not fulfilled(given, point):
                continue
        except (NoValue, Unsure):
            continue
        made += 1
        yield point
