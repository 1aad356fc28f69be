"""Is a statement false at some point? Is a counterexample one? By the reading in ``reading``."""

import random
import time
from fractions import Fraction

import mpmath
from sympy import Eq, Indexed, Rational, sympify

from .evaluator import Evaluator
from .exact import Jet, Mode, MorePrecision, Unclear, Undefined, mpf, real, sub
from .reading import free, read, walk

_CHECKED = ("positive", "negative", "zero", "nonzero", "nonnegative", "nonpositive", "integer",
            "even", "odd", "prime", "composite", "rational")
_INTEGERS = (0, 1, 2, 3, 4, -1, 5, -2, 6, -3, 7, 8, 9, 10, 12, -4, -6)
_WEIGHTS = (9, 9, 9, 8, 6, 5, 4, 4, 3, 2, 1, 1, 1, 1, .6, 1, .5)
_DIGITS = (60, 120, 240, 480)
_LARGEST = 10 ** 9


class Missing(Exception):
    """A counterexample does not say the value of something it needs."""


class Miss(Exception):
    """No point was found that satisfies the conditions."""


def fits(value, symbol) -> bool:
    """Whether a number has what the symbol assumes."""
    if not isinstance(value, Fraction):
        value = Rational(str(mpmath.nstr(value, 30)))
    number = Rational(value.numerator, value.denominator)
    assumed = symbol.assumptions0
    return all(assumed.get(name) is None or getattr(number, f"is_{name}") == assumed[name]
               for name in _CHECKED)


class Point:
    """Values of symbols and entries. Entries are drawn when first asked for, if there is a rng."""

    def __init__(self, reading, rng=None, witness=None):
        self.reading, self.rng, self.witness = reading, rng, witness
        self.values, self.cells = {}, {}
        self.mood = rng.choice(["any", "any", "ties", "unit", "plus", "equal", "zero", "big"]) \
            if rng else ""
        self.evaluate = Evaluator(self.symbol, self.entry)
        self.touched: list | None = None
        self.window = None
        self.deadline = float("inf")   # of CPU time, for making the conditions hold

    def symbol(self, s):
        if s not in self.values:
            raise Missing(str(s))
        return _number(self.values[s])

    def entry(self, base, place):
        for slot, size in enumerate(base.shape or ()):
            if not 1 <= place[slot] <= self.at(size):
                raise Unclear("outside the shape")
        key = (base, place)
        if key not in self.cells:
            if self.rng is None:
                raise Missing(str(base[place]))
            self.cells[key] = self.draw_entry(base, place)
        if self.touched is not None:
            self.touched.append(key)
        return _number(self.cells[key])

    def at(self, e):
        """The value of an expression of symbols, apart from the evaluation that is under way."""
        return real(Evaluator(self.symbol, self.entry)(e))

    def draw_entry(self, base, place):
        if self.witness and base in self.witness:
            return Fraction(self.witness[base](*place))
        for _ in range(60):
            x = self.number(self.mood)
            if fits(x, base.label):
                return x
        raise Miss

    def number(self, mood="any"):
        rng = self.rng
        if mood == "ties":
            return Fraction(rng.randint(-1, 1))
        if mood == "zero":
            return Fraction(rng.choice([0, 0, 0, 1, -1, 2]))
        if mood == "equal":
            return Fraction(rng.choice([2, 2, 2, -2]))
        if mood == "unit":
            return Fraction(rng.randint(1, 19), 20)
        if mood == "plus":
            return Fraction(rng.randint(1, 40), 8)
        if mood == "big":
            return Fraction(rng.randint(-300, 300), rng.choice([1, 7]))
        roll = rng.random()
        if roll < .35:
            known = [0, 1, -1, 2, -2, Fraction(1, 2), *(
                Fraction(c.p, c.q) for c in self.reading.constants),
                *(v for v in self.values.values() if isinstance(v, Fraction))]
            x = Fraction(rng.choice(known))
            return x * rng.choice([1, 1, 1, -1]) + rng.choice([0, 0, 0, 1, -1])
        return Fraction(rng.randint(-40, 40), rng.choice([1, 2, 3, 7, 10, 16]))

    # Conditions

    def holds(self, c, env=None) -> bool:
        self.evaluate.env, self.evaluate.terms = dict(env or {}), 0
        return self.evaluate.holds(c)

    def instances(self, condition, indices, comparisons):
        """Values of the quantified indices for which the condition is said to hold.

        Of an index that nothing bounds, the values about all entries in use; others can be chosen.
        """
        if self.window is None:
            reach = [int(v) for s, v in self.values.items() if s in self.reading.integers]
            reach += [j for _, place in self.cells for j in place]
            self.window = max(min([0, *reach]) - 1, -16), min(max([2, *reach]) + 1, 16)
        ranges = []
        for i in indices:
            low, high = (1, int(self.at(i.size))) if hasattr(i, "size") else self.window
            for x in walk(condition):
                if isinstance(x, Indexed) and x.base.shape and i in x.indices:
                    for slot, size in enumerate(x.base.shape):
                        if x.indices[slot] == i:
                            low, high = max(low, 1), min(high, int(self.at(size)))
            ranges.append([Fraction(j) for j in range(low, high + 1)])
        own = [free(c) for c in comparisons]

        def go(number, env):
            if number == len(indices):
                yield dict(env)
                return
            later = set(indices[number + 1:])
            ready = [c for c, names in zip(comparisons, own, strict=True)
                     if indices[number] in names and not names & later]
            for j in ranges[number]:
                env[indices[number]] = j
                if all(self.holds(c, env) for c in ready):
                    yield from go(number + 1, env)
        yield from go(0, {})

    def in_range(self) -> bool:
        """Whether indices lie in their ranges and shapes."""
        for s in self.reading.symbols:
            if hasattr(s, "size") and not 1 <= self.symbol(s) <= self.at(s.size):
                return False
        for i, size in self.reading.shapes:
            if not 1 <= self.symbol(i) <= self.at(size):
                if i in size.free_symbols:
                    raise Unclear("outside the shape")   # x[n] of n entries, at n = 0
                return False
        return True

    def all_hold(self, extend=False) -> bool:
        """Whether all conditions hold; with ``extend``, entries not known may be chosen yet."""
        for c in self.reading.conditions:
            if not self.holds(c):
                return False
        for c, indices, comparisons in self.reading.quantified:
            for env in self.instances(c, indices, comparisons):
                try:
                    if not self.holds(c, env):
                        return False
                except Missing:
                    if not extend:
                        raise
                except Unclear as unclear:
                    if "shape" not in str(unclear):
                        raise
        return True

    # Construction

    def draw(self):
        """Draws all symbols such that the conditions on symbols hold; raises Miss."""
        r = self.reading
        order = sorted(r.symbols, key=lambda s: (s not in r.integers, hasattr(s, "size"),
                                                 self.rng.random()))
        needed = [(c, free(c)) for c in r.symbol_conditions]
        steps = 0

        def go(number):
            nonlocal steps
            if number == len(order):
                return True
            s, rest = order[number], set(order[number:])
            ready = [c for c, names in needed if s in names and not names & (rest - {s})]
            for x in self.candidates(s, ready):
                steps += 1
                if steps > 600:
                    raise Miss
                self.values[s] = x
                try:
                    if all(self.holds(c) for c in ready) and go(number + 1):
                        return True
                except (Undefined, Unclear):
                    pass
                del self.values[s]
            return False
        if not go(0):
            raise Miss
        if not self.in_range():
            raise Miss

    def candidates(self, s, ready):
        rng, r = self.rng, self.reading
        if hasattr(s, "size"):
            try:
                found = [Fraction(j) for j in range(1, int(self.at(s.size)) + 1)]
            except Missing:
                found = [Fraction(j) for j in range(1, 5)]
            rng.shuffle(found)
            return found
        if s in r.integers:
            if rng.random() < .3:
                near = [int(c) + d for c in r.constants if c.is_Integer for d in (0, 1, -1, 2)]
            else:
                near = []
            keys = {j: rng.random() ** (1 / w) for j, w in zip(_INTEGERS, _WEIGHTS, strict=True)}
            found = near[:] if near else []
            rng.shuffle(found)
            found = found[:3] + sorted(keys, key=keys.get, reverse=True)
            if ready:
                found += [int(c) + d for c in r.constants if c.is_Integer for d in (0, 1, -1)]
            found = [Fraction(j) for j in dict.fromkeys(found)]
            solved = self.solved(s, ready)
            if solved:
                found = solved + found
        else:
            moods = ["any", "any", "any", "unit", "plus", "ties", "big"]
            found = self.solved(s, ready) + [
                self.number(rng.choice(moods)) for _ in range(14 if ready else 9)]
            found += [Fraction(1), Fraction(-1), Fraction(2), Fraction(0), Fraction(1, 2)]
        return [x for x in found if fits(x, s)]

    def solved(self, s, ready):
        """Roots of equations that are linear in s; of squares too."""
        found = []
        for c in ready:
            if not isinstance(c, Eq):
                continue
            try:
                gaps = []
                for x in (0, 1, 2):
                    self.values[s] = Fraction(x)
                    gaps.append(sub(*(self.evaluate(side) for side in c.args)))
                g0, g1, g2 = gaps
                if not all(isinstance(g, Fraction) for g in gaps):
                    continue
                if g2 - g1 == g1 - g0 and g1 != g0:
                    found.append(g0 / (g0 - g1))
            except (Undefined, Unclear, MorePrecision, Missing):
                continue
            finally:
                self.values.pop(s, None)
        return found

    def satisfy(self):
        """Changes entries until the conditions on entries hold; raises Miss."""
        r = self.reading
        for side in (r.lhs, r.rhs):
            try:
                self.evaluate(side)
            except (Undefined, Unclear):
                pass
        for _ in range(4):
            clean = True
            todo = [(c, None) for c in r.entry_conditions]
            todo += [(c, env) for c, indices, comparisons in r.quantified
                     for env in list(self.instances(c, indices, comparisons))]
            for c, env in todo:
                if time.process_time() > self.deadline:
                    raise Miss
                try:
                    if not self.holds(c, env):
                        clean = False
                        self.mend(c, env)
                except Unclear as unclear:
                    if "shape" not in str(unclear):
                        raise
                except Undefined:
                    clean = False
                    self.mend(c, env)
            if clean:
                return
        if not self.all_hold():
            raise Miss

    def mend(self, c, env):
        self.touched = []
        try:
            try:
                self.holds(c, env)
            except (Undefined, Unclear):
                pass
            cells = list(dict.fromkeys(self.touched))
        finally:
            self.touched = None
        self.rng.shuffle(cells)
        if isinstance(c, Eq):
            if isinstance(c.lhs, Indexed) and self.rng.random() < .8:   # as if assigned to
                self.evaluate.env = dict(env or {})
                cells.insert(0, (c.lhs.base, self.evaluate.place(c.lhs)))
            for key in cells:
                if self.solve_cell(c, env, key):
                    return
        for key in cells:
            old = self.cells[key]
            for _ in range(12):
                x = self.number(self.rng.choice(["any", "plus", "ties", "unit"]))
                if self.try_cell(c, env, key, x):
                    return
            self.cells[key] = old

    def solve_cell(self, c, env, key):
        old = self.cells[key]
        try:
            gaps = []
            for x in (0, 1):
                self.cells[key] = Fraction(x)
                gaps.append(sub(*(self.evaluate(side, env) for side in c.args)))
            g0, g1 = gaps
            if isinstance(g0, Fraction) and isinstance(g1, Fraction) and g0 != g1 \
                    and self.try_cell(c, env, key, g0 / (g0 - g1)):
                return True
        except (Undefined, Unclear):
            pass
        self.cells[key] = old
        return False

    def try_cell(self, c, env, key, x):
        self.cells[key] = x
        if x.denominator > _LARGEST:   # equations that undo each other make them grow
            return False
        try:
            return fits(x, key[0].label) and self.holds(c, env)
        except (Undefined, Unclear):
            return False

    def described(self) -> dict:
        found = {s: Rational(v.numerator, v.denominator) for s, v in self.values.items()}
        for (base, place), v in self.cells.items():
            found[base[place]] = Rational(v.numerator, v.denominator)
        return found


def _number(x):
    """A stored value as a number: fractions as they are, other SymPy constants evaluated."""
    if isinstance(x, Fraction):
        return x
    return Evaluator(None, None)(x)


# The two questions


def sides_at(point, check=lambda: True):
    """Both sides, at two precisions that agree; None where the check fails.

    Raises Undefined or Unclear.
    """
    before = None
    for digits in _DIGITS:
        Mode.tiny_is_zero = digits >= _DIGITS[2]
        try:
            with mpmath.workdps(digits):
                if not check():
                    return None
                sides = [point.evaluate(side) for side in (point.reading.lhs, point.reading.rhs)]
                if any(isinstance(x, Jet) for x in sides):
                    raise Unclear
                if all(isinstance(x, Fraction) for x in sides):
                    return sides, sides[0] == sides[1]
                if before is not None and all(_close(a, b) for a, b in
                                              zip(before, sides, strict=True)):
                    return sides, _close(*sides)
                before = sides
        except MorePrecision:
            before = None
        finally:
            Mode.tiny_is_zero = False
    raise Unclear("precision")


def _close(a, b):
    a, b = mpf(a), mpf(b)
    return abs(a - b) <= mpmath.mpf(10) ** -25 * (abs(a) + abs(b)) + mpmath.mpf(10) ** -40


def search(lhs, rhs, given=(), points=150, seed=0, witness=None, seconds=3.0):
    """A point at which the statement is false, as (values, left, right), or None; and the number
    of points at which it was judged.

    ``witness(values, rng)`` may give functions that fill tensors, ``{base: function of indices}``.
    """
    reading = read(lhs, rhs, given)
    rng, judged, started = random.Random(seed), 0, time.process_time()
    for attempt in range(4 * points):
        if judged >= points or time.process_time() - started > seconds:
            break
        if judged == 0 and attempt >= 40:
            break   # no point seems to fulfil the conditions
        point = Point(reading, rng)
        point.deadline = started + seconds
        try:
            Mode.tiny_is_zero = True
            try:
                with mpmath.workdps(60):
                    point.draw()
                    if witness:
                        point.witness = witness(point.values, rng)
                    if reading.quantified or reading.entry_conditions:
                        point.satisfy()
            finally:
                Mode.tiny_is_zero = False
            result = sides_at(point, point.all_hold)
        except (Undefined, Unclear, Miss, MorePrecision):
            continue
        if result is None:
            continue
        judged += 1
        sides, equal = result
        if not equal:
            return (point.described(), *sides), judged
    return None, judged


def confirm(lhs, rhs, given, counterexample) -> str:
    """"confirmed", "wrong: …" or "unclear: …" of a counterexample that the engine gave."""
    reading = read(lhs, rhs, given)
    point = Point(reading)
    names = {s.name: s for s in reading.symbols}
    for key, value in counterexample.items():
        key, value = sympify(key), sympify(value)
        number = Fraction(value.p, value.q) if value.is_Rational else \
            Fraction(repr(float(value))) if value.is_Float else value
        if isinstance(key, Indexed):
            place = tuple(int(i) for i in key.indices)
            if not fits(_number(number), key.base.label):
                return f"wrong: {key} = {value} is not as assumed"
            point.cells[key.base, place] = number
            continue
        s = key if key in reading.symbols else names.get(key.name)
        if s is None:
            continue
        if not fits(_number(number), s):
            return f"wrong: {s} = {value} is not as assumed"
        if s in reading.integers and number.denominator != 1:
            return f"wrong: {s} = {value} is no integer"
        point.values[s] = number
    try:
        if not point.in_range():
            return "wrong: an index is out of its range"
        result = sides_at(point, lambda: point.all_hold(extend=True))
    except Undefined:
        return "wrong: a side or a condition is not defined there"
    except Unclear as unclear:
        return f"unclear: {unclear}"
    except Missing as missing:
        return f"unclear: {missing} is not given"
    if result is None:
        return "unclear: rounded" if _nearly(point) else "wrong: a condition does not hold"
    return "wrong: the sides are equal" if result[1] else "confirmed"


def _nearly(point) -> bool:
    """Whether conditions fail only by the rounding of the numbers printed."""
    def off(c, env):
        if not isinstance(c, Eq):
            return False if point.holds(c, env) else None
        left, right = (real(point.evaluate(side, env)) for side in c.args)
        return abs(mpf(left) - mpf(right)) > 1e-5 * (1 + abs(mpf(left)))
    Mode.tiny_is_zero = True
    try:
        for c in point.reading.conditions:
            if off(c, None) is not False:
                return False
        for c, indices, comparisons in point.reading.quantified:
            for env in point.instances(c, indices, comparisons):
                try:
                    if off(c, env) is not False:
                        return False
                except Missing:
                    continue
    except (Undefined, Unclear):
        return False
    finally:
        Mode.tiny_is_zero = False
    return True
