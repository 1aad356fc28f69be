"""Random points, and the search for one at which an equation fails.

A second reading of the statement, made without a look at what the prover assumes: symbols are drawn
from all that their declarations allow (0, negative numbers, the constants that occur and their
neighbours, sizes of 0 and of a dozen), and a point counts only if every condition, evaluated at it,
holds. A counterexample must stand at two precisions, or exactly.
"""

import random
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

import mpmath
from sympy import (
    Derivative,
    Eq,
    Ge,
    Gt,
    Indexed,
    Le,
    Lt,
    Ne,
    Rational,
    Sum,
    Symbol,
    preorder_traversal,
)
from sympy import Product as SympyProduct

from ..words.language import Index, Partial
from ..words.statement import Statement
from .facts import Budget
from .values import (
    DIGITS,
    LostDigits,
    Undefined,
    evaluate,
    inexact,
    truth,
    whole,
)

_SEED = 20
_MOST_DRAWS = 60
_MOST_MISSES = 6         # points without a value, for each one with
_MOST_STEPS = 60_000     # nodes evaluated at one point
_MOST_STEPS_IN_ALL = 800_000
_MOST_INSTANCES = 400    # values of the quantified indices of a condition
_PRECISIONS = (DIGITS, 4 * DIGITS, 16 * DIGITS)
_SLOPES = (Partial, Derivative)
_CHECKED = ("positive", "negative", "zero", "nonzero", "integer", "even", "odd", "prime")


# The statement


@dataclass
class Reading:
    """What a point must look like: declarations, ranges by making, conditions with quantifiers."""

    given: tuple
    boxes: dict = field(default_factory=dict)        # index -> [(first, last)]
    quantified: frozenset = frozenset()
    constants: tuple = ()

    @classmethod
    def of(cls, expressions, given, ranges=None, everywhere=()) -> "Reading":
        """Reads expressions and conditions; ``everywhere`` are indices that stand for all values."""
        expressions, given = tuple(expressions), tuple(given)
        mentioned = set().union(*(_free(e) for e in expressions), set()) - set(everywhere)
        counted, subscripts = set(), set()
        for c in given:
            for entry in c.atoms(Indexed):
                counted |= _free_of_all(entry.base.shape or ())
                subscripts |= _free_of_all(entry.indices)
            subscripts -= {limit[0] for s in c.atoms(Sum, SympyProduct) for limit in s.limits}
        boxes: dict = {s: [ends] for s, ends in (ranges or {}).items()}
        for e in (*expressions, *given):
            for s in e.atoms(Index):
                boxes.setdefault(s, [(Rational(1), s.size)])
            for entry in e.atoms(Indexed):
                for i, size in zip(entry.indices, entry.base.shape or (), strict=False):
                    if i.is_Symbol and i not in size.free_symbols and not isinstance(i, Index):
                        boxes.setdefault(i, []).append((Rational(1), size))
        return cls(given, boxes, frozenset(subscripts - mentioned - counted),
                   _constants((*expressions, *given)))

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


def _free(e) -> set:
    names = {entry.base.label for entry in e.atoms(Indexed)}
    shapes = [size for entry in e.atoms(Indexed) for size in entry.base.shape or ()]
    return ({s for s in e.free_symbols if isinstance(s, Symbol)} | _free_of_all(shapes)
            | _free_of_all(s.size for s in e.atoms(Index))) - names


def _free_of_all(expressions) -> set:
    return set().union(*({s for s in e.free_symbols if isinstance(s, Symbol)}
                         for e in expressions), set())


def _constants(expressions) -> tuple:
    """The numbers that occur, at which things may change, and what lies beside them."""
    found: dict = {}
    for e in expressions:
        for node in preorder_traversal(e):
            if isinstance(node, Rational) and abs(node) <= 1000:
                c = Fraction(int(node.p), int(node.q))
                found.update(dict.fromkeys((c, -c, c + 1, c - 1)))
    return tuple(list(found)[:24]) or (Fraction(0),)


# Points


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

    def step(self):
        """Counts the nodes evaluated, so that no point takes long."""
        self.steps += 1
        if self.steps > _MOST_STEPS:
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
        if s in self.reading.boxes:
            low, high = self.box(s)
            return self.rng.randint(low, high)
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
        for _ in range(_MOST_DRAWS):
            value = draw()
            if _fits(value, symbol):
                return value
        raise Undefined(f"no value of {symbol} was found")

    def _draw(self, s, low, high):
        if s.is_positive or s.is_nonnegative:
            low = max(low or 0, 0)
        if s.is_negative or s.is_nonpositive:
            high = min(high or 0, 0)
        return self._draw_integer(s, low, high) if s.is_integer else self._draw_real(low, high)

    def _draw_integer(self, s, low, high):
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
                result[s] = _rational(self.values[s])
        for base, indices in sorted(self.entries, key=lambda k: (str(k[0]), k[1])):
            result[base[indices]] = _rational(self.entries[base, indices])
        return result


def whole_up(x) -> int:
    """The least integer that is at least x."""
    return -int(-x // 1)


def _plus(x, step):
    return x + step if isinstance(x, int | Fraction) else x + inexact(step)


def _between(share, low, high):
    if isinstance(low, int | Fraction) and isinstance(high, int | Fraction):
        return low + share * (high - low)
    return inexact(low) + inexact(share) * (inexact(high) - inexact(low))


def _rational(x):
    if isinstance(x, int | Fraction):
        return Rational(x.numerator, x.denominator)
    return Rational(str(mpmath.nstr(x, 12))).limit_denominator(10 ** 6)


def _fits(value, symbol) -> bool:
    """Whether a value has what the symbol assumes."""
    number = _rational(value)
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
                if isinstance(x, Indexed) and not _free_of_all(x.indices) & reading.quantified:
                    continue   # a condition on one entry says nothing of the others
                key = x.base if isinstance(x, Indexed) else x
                pair = list(found.get(key, (None, None)))
                pair[1 - place] = Fraction(int(end.p), int(end.q))
                found[key] = tuple(pair)
    return found


# Conditions


def satisfy(point: Point) -> bool:
    """Moves the point so that it satisfies the conditions given; False if that fails."""
    equations = [c for c in point.reading.given
                 if isinstance(c, Eq) and not point.reading.narrows(c)]
    for _ in range(3):   # solving one equation may undo another
        for condition in equations:
            for bound in _instances(condition, point):
                _solve(condition, point, bound)
    return holds(point)


def holds(point: Point) -> bool:
    """Whether all conditions given, the ranges and the assumptions of symbols hold at the point."""
    return all(_holds(c, point, bound) for c in point.reading.given
               if not point.reading.narrows(c) for bound in _instances(c, point)) \
        and all(_fits(value, base.label) for (base, _), value in point.entries.items()) \
        and all(_fits(value, s) and _in_box(s, point) for s, value in list(point.values.items()))


def _in_box(s, point) -> bool:
    if s not in point.reading.boxes or s in point.reading.quantified:
        return True
    low, high = point.box(s)
    return low <= point.values[s] <= high


def _instances(condition, point) -> list[dict]:
    """The values of the quantified indices of a condition, at which its bounds hold."""
    bounds = point.reading.bounds_of(condition.free_symbols & point.reading.quantified)
    names = (condition.free_symbols.union(*(c.free_symbols for c in bounds), set())
             & point.reading.quantified)
    names = sorted(names, key=str)
    ranges = [_values_of(s, bounds, point) for s in names]
    count = 1
    for values in ranges:
        count *= len(values)
    if count > _MOST_INSTANCES:
        raise Undefined("too many values of the indices of a condition")
    made = (dict(zip(names, values, strict=True)) for values in product(*ranges))
    return [bound for bound in made if all(truth(c, point, bound) for c in bounds)]


def _values_of(s, bounds, point) -> range:
    """All values of a quantified index; where nothing ends them, as far as entries were met."""
    if s in point.reading.boxes:
        try:
            low, high = point.box(s)
        except Undefined:
            return range(0)
        return range(low, high + 1)
    low = high = None
    for c in bounds:
        if not isinstance(c, Lt | Le | Gt | Ge) or s not in c.args:
            continue
        small, large = c.args if isinstance(c, Lt | Le) else c.args[::-1]
        other = large if small == s else small
        if other.free_symbols & point.reading.quantified:
            continue
        end = whole(evaluate(other, point))
        if small == s:
            high = end if high is None else min(high, end)
        else:
            low = end if low is None else max(low, end)
    low = min(point.reach) - 1 if low is None else low
    return range(low, (max(point.reach) + 1 if high is None else high) + 1)


def _holds(condition, point, bound):
    if not isinstance(condition, Eq | Ne):
        return truth(condition, point, bound)
    left, right = evaluate(condition.lhs, point, bound), evaluate(condition.rhs, point, bound)
    if isinstance(left, int | Fraction) and isinstance(right, int | Fraction):
        equal = left == right
    else:
        equal = abs(inexact(left) - inexact(right)) < mpmath.mpf(10) ** -30 * (1 + abs(left))
    return equal == isinstance(condition, Eq)


def _solve(condition, point, bound):
    """Solves one equation given: for a symbol or entry alone on a side, else by scaling entries."""
    def residual():
        left, right = (evaluate(x, point, bound) for x in (condition.lhs, condition.rhs))
        exact = isinstance(left, int | Fraction) and isinstance(right, int | Fraction)
        return left - right if exact else inexact(left) - inexact(right)

    if residual() == 0 or _assigned(condition, point, bound, residual):
        return
    for store in (point.entries, point.values):
        keys = [k for k in store if not isinstance(k, Symbol) or not k.is_integer]
        used = [k for k in keys if _used_in(k, residual, store)]
        groups = dict.fromkeys(k[0] if isinstance(k, tuple) else k for k in used)
        for group in groups:
            members = [k for k in used if (k[0] if isinstance(k, tuple) else k) == group]
            saved = {k: store[k] for k in members}
            for choice in (members, members[:1]):   # by one factor for all, else by one entry
                left_over = _linear(choice, store, residual, len(choice) > 1)
                if left_over is not None and abs(left_over) < 1e-25:
                    return
                store.update(saved)


def _assigned(condition, point, bound, residual) -> bool:
    """Whether putting the value of one side for a symbol or an entry on the other solves it."""
    for one, other in (condition.args, condition.args[::-1]):
        if isinstance(one, Indexed):
            key = (one.base, tuple(whole(evaluate(i, point, bound)) for i in one.indices))
            store, name = point.entries, one.base.label
        elif isinstance(one, Symbol) and one not in bound and one not in point.reading.boxes:
            key, store, name = one, point.values, one
        else:
            continue
        value, saved = evaluate(other, point, bound), store[key]
        if not _fits(value, name):
            continue
        store[key] = value
        if residual() == 0:
            return True
        store[key] = saved
    return False


def _used_in(key, residual, store):
    value, before = store[key], residual()
    store[key] = value + 1
    try:
        return residual() != before
    except (Undefined, ZeroDivisionError):
        return False
    finally:
        store[key] = value


def _linear(keys, store, residual, scale):
    """Solves for one factor of all values, or one value for all; the residual left, or None."""
    saved = {k: store[k] for k in keys}

    def put(s):
        for k in keys:
            exact = isinstance(saved[k], int | Fraction) and isinstance(s, int | Fraction)
            store[k] = (saved[k] * s if exact else inexact(saved[k]) * inexact(s)) if scale else s
        return residual()
    try:
        r0, r1 = put(0), put(1)
        if r0 == r1:
            return None
        ratio = Fraction(r0) / (r0 - r1) if isinstance(r0, int | Fraction) \
            and isinstance(r1, int | Fraction) else inexact(r0) / (inexact(r0) - inexact(r1))
        if scale and ratio <= 0:
            return None
        left_over = put(ratio)
        if abs(left_over) < 1e-25 or not scale:
            return left_over
        root = mpmath.findroot(lambda s: inexact(put(s)), (1, inexact(ratio)))   # not linear
        return put(root) if root > 0 else None
    except (Undefined, ZeroDivisionError, ValueError):
        return None


# The search


class Search:
    """The search for a point at which the sides of a statement differ; ``points`` were compared."""

    def __init__(self, statement: Statement):
        self.sides = statement.sides
        self.reading = Reading.of((*statement.sides, *statement.mentions), statement.given,
                                  statement.ranges)
        slopes = any(e.has(*_SLOPES) for e in self.sides)
        self.tolerance = mpmath.mpf(10) ** (-9 if slopes else -25)
        self.exact = not slopes
        self.rng, self.points, self.attempts, self.steps = random.Random(_SEED), 0, 0, 0

    def run(self, tries: int, budget: Budget):
        """({symbol: value}, left, right) where the sides differ, or None after so many points.

        A point at which a side is undefined, or a condition fails, does not count.
        """
        wanted = self.points + tries
        for _ in range(_MOST_MISSES * tries):
            if self.points == wanted or self.steps > _MOST_STEPS_IN_ALL:
                break
            budget.check_time()
            # Small sizes first: a reader can work a small counterexample out by hand.
            far = self.attempts > 8 and self.attempts % 5 == 0
            point = Point(self.rng, self.reading, min(2 + self.attempts // 4, 5), far)
            self.attempts += 1
            try:
                found = self._at(point)
            except (Undefined, LostDigits, ZeroDivisionError):
                found = None
            self.steps += point.steps
            if found is not None:
                return found
        return None

    def _at(self, point):
        for digits in _PRECISIONS:
            with mpmath.workdps(digits):
                try:
                    if self.reading.given and not self._settle(point):
                        return None
                    sides = self._values(point)
                    if self.reading.given and not holds(point):
                        return None
                    break
                except LostDigits:
                    if digits == _PRECISIONS[-1]:
                        return None
        self.points += 1
        return self._confirmed(point, sides, digits)

    def _settle(self, point) -> bool:
        """Draws what occurs, so that conditions see it, and moves the point to where they hold."""
        for s in sorted(set().union(*(_free(e) for e in self.sides)), key=str):
            point.symbol(s)
        try:
            self._values(point)
        except (Undefined, ZeroDivisionError):
            pass
        return satisfy(point)

    def _values(self, point) -> list:
        """The values of the sides; the point learns how far the indices of their entries reach."""
        point.met = {0}
        try:
            return [evaluate(side, point) for side in self.sides]
        finally:
            point.reach, point.met = point.met, None

    def _confirmed(self, point, sides, digits):
        """The point if the sides differ, exactly or at two precisions that agree."""
        if not self._differ(*sides):
            return None
        if not all(isinstance(x, int | Fraction) for x in sides):
            with mpmath.workdps(3 * digits):
                again = [evaluate(side, point) for side in self.sides]
                if not self._differ(*again) or any(
                        abs(inexact(a) - inexact(b)) > self.tolerance * (1 + abs(inexact(b)))
                        for a, b in zip(sides, again, strict=True)):
                    return None
        return point.items(), *map(_number, sides)

    def _differ(self, left, right) -> bool:
        if self.exact and all(isinstance(x, int | Fraction) for x in (left, right)):
            return left != right
        left, right = inexact(left), inexact(right)
        return abs(left - right) > self.tolerance * (1 + abs(left) + abs(right))


def _number(x):
    """A value as a float; as an exact or mpmath number where a float can't hold it."""
    try:
        return float(x)
    except OverflowError:
        return x

