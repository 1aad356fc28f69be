"""Random points: values of all symbols, functions and entries, drawn when they are asked for."""

import random
from fractions import Fraction

import mpmath
from sympy import (
    Ge,
    Gt,
    Indexed,
    Le,
    Lt,
    Rational,
    Symbol,
)

from ..limits import DRAWS, POINT_STEPS
from .reading import Reading, free_of_all
from .values import (
    LostDigits,
    Undefined,
    evaluate,
    inexact,
    whole,
)

_CHECKED = ("positive", "negative", "zero", "nonzero", "integer", "even", "odd", "prime")


class Point:
    """Values of all symbols, functions and entries; those not yet met are drawn when asked for."""

    def __init__(self, rng: random.Random, reading: Reading, largest: int = 4, far: bool = False):
        self.rng, self.reading, self.largest, self.far = rng, reading, largest, far
        self.values: dict = {}
        self.entries: dict = {}
        self.functions: dict = {}
        self.intervals = _intervals(reading)
        self.unit = rng.random() < 0.3   # where logs of 1 - p occur, draws from (0, 1) are defined
        self.comparisons: list = []      # made while evaluating, in order
        self.steps, self._drawing = 0, set()
        self.met: set[int] | None = None   # indices of entries, while the sides are evaluated
        self.reach: set[int] = {0}         # and what they were
        self.sums: dict | None = None      # added up so far, while the point stays as it is

    def step(self):
        """Counts the nodes evaluated, so that no point takes long."""
        self.steps += 1
        if self.steps > POINT_STEPS:
            raise Undefined("too much to work out")

    def symbol(self, s):
        """The value of a symbol."""
        if s not in self.values:
            if s in self._drawing:
                raise Undefined(f"the range of {s} depends on {s}")
            self._drawing.add(s)
            try:
                self.values[s] = self._draw_symbol(s)
            finally:
                self._drawing.discard(s)
        return self.values[s]

    def entry(self, base, indices):
        """The value of an entry of a tensor."""
        key = (base, indices)
        if self.met is not None:
            self.met.update(indices)
        if key not in self.entries:
            low, high = self.intervals.get(base, (None, None))
            self.entries[key] = self._assumed(base.label, lambda: self._draw(base.label, low, high))
        return self.entries[key]

    def function(self, name, arguments):
        """Unknown functions are smooth random ones; f' is the derivative of f, f'_2 by its second.

        Of several arguments: a wave of a random direction, plus random products of two arguments.
        """
        if len(arguments) > 1:
            return self._function_of_several(name, arguments)
        stem = name.rstrip("'")
        if stem not in self.functions:
            self.functions[stem] = [mpmath.mpf(self.rng.randint(-20, 20)) / 10 for _ in range(4)]
        a, b, c, d = self.functions[stem]
        order, (x,) = len(name) - len(stem), arguments
        wave = a * b ** order * mpmath.sin(b * x + c + order * mpmath.pi / 2)
        return wave + (d * x * x / 2, d * x, d)[order] if order < 3 else wave

    def _function_of_several(self, name, arguments):
        """A wave of a random direction plus products of two arguments, or its derivative."""
        stem, *by = name.split("'_")
        count, by = len(arguments), [int(place) - 1 for place in by]
        if (stem, count) not in self.functions:
            self.functions[stem, count] = [mpmath.mpf(self.rng.randint(-20, 20)) / 10
                                           for _ in range(2 + count + count * count)]
        a, c, *rest = self.functions[stem, count]
        b, d = rest[:count], [rest[count * (j + 1):count * (j + 2)] for j in range(count)]
        inside = mpmath.fsum(b[j] * x for j, x in enumerate(arguments)) + c
        wave = a * mpmath.fprod(b[j] for j in by) * mpmath.sin(inside + len(by) * mpmath.pi / 2)
        if len(by) == 0:
            return wave + mpmath.fsum(d[j][k] * x * y for j, x in enumerate(arguments)
                                      for k, y in enumerate(arguments))
        if len(by) == 1:
            return wave + mpmath.fsum((d[by[0]][k] + d[k][by[0]]) * y
                                      for k, y in enumerate(arguments))
        return wave + (d[by[0]][by[1]] + d[by[1]][by[0]] if len(by) == 2 else 0)

    # Drawing

    def _draw_symbol(self, s):
        """A value from the range of its making, or near what conditions say."""
        if s in self.reading.boxes:
            low, high = self.box(s)
            return self._assumed(s, lambda: self.rng.randint(low, high))
        low, high = self._hints(s)
        return self._assumed(s, lambda: self._draw(s, low, high))

    def box(self, s) -> tuple[int, int]:
        """The ends of the range of an index; Undefined if it is empty."""
        ends = [(whole(evaluate(a, self)), whole(evaluate(b, self)))
                for a, b in self.reading.boxes[s]]
        low, high = max(a for a, _ in ends), min(b for _, b in ends)
        if low > high:
            raise Undefined(f"no value of {s} is in range")
        return low, high

    def _hints(self, s):
        """Where to look for a value: by comparisons with what is drawn already or can be."""
        low, high = self.intervals.get(s, (None, None))
        if s in self.reading.from_one:
            low = max(low or 1, 1)
        for c in self.reading.given:
            if not isinstance(c, Lt | Le | Gt | Ge) or c.atoms(Indexed) or s not in c.args \
                    or self.reading.narrows(c) or c.free_symbols & self._drawing - {s}:
                continue
            small, large = c.args if isinstance(c, Lt | Le) else c.args[::-1]
            try:
                end = evaluate(large if small == s else small, self)
            except (Undefined, LostDigits):
                continue
            if small == s:
                high = end if high is None else min(high, end)
            else:
                low = end if low is None else max(low, end)
        return low, high

    def _assumed(self, symbol, draw):
        """A value that has what the symbol assumes."""
        for _ in range(DRAWS):
            value = draw()
            if fits(value, symbol):
                return value
        raise Undefined(f"no value of {symbol} was found")

    def _draw(self, s, low, high):
        """A value between low and high, either of which may be None."""
        if s.is_positive or s.is_nonnegative:
            low = max(low or 0, 0)
        if s.is_negative or s.is_nonpositive:
            high = min(high or 0, 0)
        return self._draw_integer(s, low, high) if s.is_integer else self._draw_real(low, high)

    def _draw_integer(self, s, low, high):
        """An integer: small, at times a constant of the statement or a dozen."""
        lowest = None if low is None else whole_up(low)
        highest = None if high is None else whole_up(high)
        if lowest is not None and highest is not None and highest - lowest <= 2 * self.largest:
            return self.rng.randint(lowest, max(lowest, highest))
        way = self.rng.random()
        if self.far and way < 0.35:   # a size at which small ones say nothing
            value = self.rng.randint(5, 12)
            return value if lowest is None or value >= lowest else lowest + value
        if way < 0.5 and (c := self.rng.choice(self.reading.constants)).denominator == 1:
            return int(c)
        start = 1 if s.is_positive else 0
        if lowest is not None:
            return self.rng.randint(max(lowest, start if low == 0 else lowest),
                                    max(lowest, start) + self.largest - 1)
        if highest is not None:
            return self.rng.randint(highest - self.largest, highest)
        return self.rng.randint(-2, self.largest)

    def _draw_real(self, low, high):
        """A real: small whole numbers and constants, where things tie, or any decimal."""
        rng = self.rng
        if low is not None and high is not None:
            return _between(Fraction(rng.randint(1, 99), 100), low, high)
        if low is not None or high is not None:
            step = Fraction(rng.randint(1, 12), 4) if rng.random() < 0.8 \
                else Fraction(rng.randint(0, 40), rng.choice([1, 10, 100]))
            if self.unit and low == 0:
                step = Fraction(rng.randint(1, 99), 100)
            return _plus(low, step) if low is not None else _plus(high, -step)
        if self.unit:
            return Fraction(rng.randint(1, 99), 100)
        way = rng.random()
        if way < 0.3:   # values at which signs and maxima tie
            return rng.randint(-2, 2)
        if way < 0.45:
            c = rng.choice(self.reading.constants)
            return c + rng.choice([0, 0, Fraction(1, 10), Fraction(-1, 10)])
        if way < 0.55:
            return rng.choice([-1, 1]) * rng.randint(3, 12)
        return Fraction(rng.randint(-25, 25), 10)

    def items(self) -> dict:
        """The values drawn, sizes first, with entries written ``x[1, 2]``."""
        result = {}
        for s in sorted(self.values, key=lambda s: (not s.is_integer, s in self.reading.boxes,
                                                    str(s))):
            if s not in self.reading.quantified:
                result[s] = rational(self.values[s])
        for base, indices in sorted(self.entries, key=lambda k: (str(k[0]), k[1])):
            result[base[indices]] = rational(self.entries[base, indices])
        return result


def whole_up(x) -> int:
    """The least integer that is at least x."""
    return -int(-x // 1)


def _plus(x, step):
    """x + step, exact where x is."""
    return x + step if isinstance(x, int | Fraction) else x + inexact(step)


def _between(share, low, high):
    """The number a share of the way from low to high."""
    if isinstance(low, int | Fraction) and isinstance(high, int | Fraction):
        return low + share * (high - low)
    return inexact(low) + inexact(share) * (inexact(high) - inexact(low))


def rational(x):
    """A value as a SymPy number, to 12 digits where it is irrational."""
    if isinstance(x, int | Fraction):
        return Rational(x.numerator, x.denominator)
    return Rational(str(mpmath.nstr(x, 12))).limit_denominator(10 ** 6)


def fits(value, symbol) -> bool:
    """Whether a value has what the symbol assumes."""
    number = rational(value)
    return all(getattr(number, f"is_{name}") in (wanted, None)
               for name, wanted in symbol.assumptions0.items() if name in _CHECKED)


def _intervals(reading):
    """Numbers between which a symbol, or all entries of a tensor, are said to lie."""
    found: dict = {}
    for c in reading.given:
        if not isinstance(c, Lt | Le | Gt | Ge):
            continue
        low, high = c.args if isinstance(c, Lt | Le) else c.args[::-1]
        for place, (x, end) in enumerate(((low, high), (high, low))):
            if end.is_Rational and isinstance(x, Symbol | Indexed):
                if isinstance(x, Indexed) and not free_of_all(x.indices) & reading.quantified:
                    continue   # a condition on one entry says nothing of the others
                key = x.base if isinstance(x, Indexed) else x
                pair = list(found.get(key, (None, None)))
                pair[1 - place] = Fraction(int(end.p), int(end.q))
                found[key] = tuple(pair)
    return found
