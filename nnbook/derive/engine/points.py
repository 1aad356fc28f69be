"""Random points, and the search for one at which an equation fails."""

import random
from fractions import Fraction
from itertools import product

import mpmath
from sympy import Derivative, Eq, Ge, Gt, Indexed, Le, Lt, Rational, Symbol

from ..words.language import Partial
from .facts import Facts, free_symbols, unfolded
from .values import DIGITS, Undefined, evaluate, truth

_LARGEST_SIZE = 4
_MOST_DRAWS = 60
_MOST_MISSES = 6   # points without a value, for each one with
_SLOPES = (Partial, Derivative)
_CHECKED = ("positive", "negative", "zero", "nonzero", "integer", "even", "odd", "prime")


class Point:
    """Values of all symbols, functions and entries; those not yet met are drawn when asked for."""

    def __init__(self, rng: random.Random, facts: Facts, largest: int = _LARGEST_SIZE):
        self.rng, self.facts, self.largest = rng, facts, largest
        self.values: dict = {}
        self.entries: dict = {}
        self.functions: dict = {}
        self.intervals = _intervals(facts)
        self.unit = rng.random() < 0.3   # where logs of 1 - p occur, draws from (0, 1) are defined
        self.comparisons: list = []      # made while evaluating, in order

    def symbol(self, s):
        if s not in self.values:
            self.values[s] = self._assumed(s, lambda: self._draw_integer(s) if s.is_integer
                                           else self._draw(s, s))
        return self.values[s]

    def entry(self, base, indices):
        key = (base, indices)
        if key not in self.entries:
            self.entries[key] = self._assumed(base.label, lambda: self._draw(base.label, base))
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

    def _assumed(self, symbol, draw):
        """A value that has what the symbol assumes."""
        for _ in range(_MOST_DRAWS):
            value = draw()
            if _fits(value, symbol):
                return value
        raise Undefined(f"no value of {symbol} was found")

    def _draw(self, symbol, key):
        low, high = self.intervals.get(key, (None, None))
        if symbol.is_positive or symbol.is_nonnegative:
            low = max(low or 0, 0)
        if symbol.is_negative or symbol.is_nonpositive:
            high = min(high or 0, 0)
        if symbol.is_integer:
            return self.rng.randint(-3 if low is None else int(low), 3)
        if self.unit and low is None and high is None:
            low, high = 0, 1
        if low is not None and high is not None:
            share = Fraction(self.rng.randint(1, 99), 100)
            return mpmath.mpf((low + share * (high - low)).numerator) \
                / (low + share * (high - low)).denominator
        if low is not None:
            return _mp(low + Fraction(self.rng.randint(1, 12), 4))
        if high is not None:
            return _mp(high - Fraction(self.rng.randint(1, 12), 4))
        if self.rng.random() < 0.4:   # values at which signs and maxima tie
            return mpmath.mpf(self.rng.randint(-2, 2))
        return _mp(Fraction(self.rng.randint(-25, 25), 10))

    def _draw_integer(self, s):
        lows, highs = [], []
        for first, last in self.facts.ranges.get(s, ()):
            lows += [] if first is None else [evaluate(first, self)]
            highs += [] if last is None else [evaluate(last, self)]
        if s in self.facts.sizes or (s.is_positive and not lows):
            lows.append(1)
        if s.is_nonnegative:
            lows.append(0)
        if s.is_negative or s.is_nonpositive:
            highs.append(0)
        low = int(max(lows)) if lows else -3
        if highs:
            high = int(min(highs))
        elif lows:
            high = low + self.largest - 1
        else:   # a free integer: mostly near the indices of tensors, at times beyond their sums
            high = self.rng.choice([3, 3, 3, 2 * _LARGEST_SIZE])
        if low > high:
            raise Undefined(f"no value of {s} is in range")
        return self.rng.randint(low, high)

    def describe(self) -> dict:
        """The values drawn, sizes first, with entries written ``x[1, 2]``."""
        result = {}
        ordered = sorted(self.values, key=lambda s: (s not in self.facts.sizes, str(s)))
        for s in ordered:
            result[s] = _rational(self.values[s])
        for base, indices in sorted(self.entries, key=lambda k: (str(k[0]), k[1])):
            result[base[indices]] = _rational(self.entries[base, indices])
        return result


def _mp(fraction):
    return mpmath.mpf(fraction.numerator) / fraction.denominator


def _rational(x):
    if isinstance(x, int):
        return Rational(x)
    return Rational(str(mpmath.nstr(x, 12))).limit_denominator(10 ** 6)


def _intervals(facts):
    found: dict = {}
    for condition in facts.given:
        if isinstance(condition, Gt | Ge):
            condition = condition.reversed
        if not isinstance(condition, Lt | Le):
            continue
        low, high = condition.args
        for place, (x, bound) in enumerate(((low, high), (high, low))):
            if bound.is_Rational and isinstance(x, Symbol | Indexed):
                if isinstance(x, Indexed) and not facts.wildcards(condition):
                    continue   # a condition on one entry says nothing of the others
                key = x.base if isinstance(x, Indexed) else x
                pair = list(found.get(key, (None, None)))
                pair[1 - place] = Fraction(bound.p, bound.q)
                found[key] = tuple(pair)
    return found


# Conditions and counterexamples


def satisfy(point: Point) -> bool:
    """Moves the point so that it satisfies the conditions given; False if that fails."""
    equations = [c for c in point.facts.given if isinstance(c, Eq)]
    for _ in range(2):   # solving one equation may undo another
        for condition in equations:
            for bound in _all_values(condition, point):
                _solve(condition, point, bound)
    return holds(point)


def holds(point: Point) -> bool:
    """Whether the conditions given and the assumptions of all symbols hold at the point."""
    return all(_holds(c, point, bound) for c in point.facts.given
               for bound in _all_values(c, point)) \
        and all(_fits(value, base.label) for (base, _), value in point.entries.items()) \
        and all(_fits(value, s) for s, value in point.values.items())


def _fits(value, symbol) -> bool:
    """Whether a value has what the symbol assumes."""
    number = _rational(value)
    return all(getattr(number, f"is_{name}") in (wanted, None)
               for name, wanted in symbol.assumptions0.items() if name in _CHECKED)


def _all_values(condition, point):
    wildcards = point.facts.wildcards(condition)
    ranges = []
    for s in wildcards:
        pairs = point.facts.ranges.get(s, [(1, 1)])
        low = max(int(evaluate(first, point)) for first, _ in pairs if first is not None)
        high = min(int(evaluate(last, point)) for _, last in pairs if last is not None)
        ranges.append(range(low, high + 1))
    return [dict(zip(wildcards, values, strict=True)) for values in product(*ranges)]


def _holds(condition, point, bound):
    if not isinstance(condition, Eq):
        return truth(condition, point, bound)
    left, right = evaluate(condition.lhs, point, bound), evaluate(condition.rhs, point, bound)
    return abs(left - right) < mpmath.mpf(10) ** -30 * (1 + abs(left))


def _solve(condition, point, bound):
    """Solves one equation given by scaling a tensor's entries, or by one symbol or entry."""
    def residual():
        return evaluate(condition.lhs, point, bound) - evaluate(condition.rhs, point, bound)

    start = residual()
    if start == 0:
        return
    for store in (point.entries, point.values):
        keys = [k for k in store if not isinstance(store[k], int)]
        used = [k for k in keys if _used_in(condition, k, residual, store)]
        groups = dict.fromkeys(k[0] if isinstance(k, tuple) else k for k in used)
        for group in groups:
            members = [k for k in used if (k[0] if isinstance(k, tuple) else k) == group]
            saved = {k: store[k] for k in members}
            for choice in (members, members[:1]):   # by one factor for all, else by one entry
                left_over = _linear(choice, store, residual, len(choice) > 1)
                if left_over is not None and abs(left_over) < 1e-25:
                    return
                store.update(saved)


def _used_in(condition, key, residual, store):
    value, r = store[key], residual()
    store[key] = value + 1
    changed = residual() != r
    store[key] = value
    return changed


def _linear(keys, store, residual, scale):
    """Solves for one factor of all values, or one value for all; the residual left, or None."""
    saved = {k: store[k] for k in keys}

    def put(s):
        for k in keys:
            store[k] = saved[k] * s if scale else s
        return residual()
    try:
        r0, r1 = put(mpmath.mpf(0)), put(mpmath.mpf(1))
        if r0 == r1 or (scale and r0 / (r0 - r1) <= 0):
            return None
        return put(r0 / (r0 - r1))
    except (Undefined, ZeroDivisionError):
        return None


def counterexample(lhs, rhs, facts: Facts, tries: int, rng: random.Random):
    """(point, left, right) where the sides differ, or None; and how many points were tried.

    A point at which a side is undefined, or a condition fails, does not count.
    """
    lhs, rhs, tried = unfolded(lhs), unfolded(rhs), 0
    tolerance = mpmath.mpf(10) ** (-9 if lhs.has(*_SLOPES) or rhs.has(*_SLOPES) else -25)
    for attempt in range(_MOST_MISSES * tries):
        if tried == tries:
            break
        # Small sizes first: a reader can work a small counterexample out by hand.
        point = Point(rng, facts, min(2 + attempt // 4, _LARGEST_SIZE))
        try:
            with mpmath.workdps(DIGITS):
                if facts.given:
                    _touch((lhs, rhs), point)
                    satisfy(point)
                sides = evaluate(lhs, point), evaluate(rhs, point)
                if facts.given and not holds(point):
                    continue
            tried += 1
            if _differ(*sides, tolerance):
                with mpmath.workdps(3 * DIGITS):   # not by rounding alone
                    sides = evaluate(lhs, point), evaluate(rhs, point)
                if _differ(*sides, tolerance):
                    return (point, *sides), tried
        except (Undefined, ZeroDivisionError):
            continue
    return None, tried


def _differ(left, right, tolerance):
    return abs(left - right) > tolerance * (1 + abs(left) + abs(right))


def _touch(expressions, point):
    """Draws the free symbols and the entries that occur, so that conditions see them all."""
    for s in sorted(free_symbols(expressions), key=str):
        point.symbol(s)
    for e in expressions:
        try:
            evaluate(e, point)
        except (Undefined, ZeroDivisionError):
            pass
