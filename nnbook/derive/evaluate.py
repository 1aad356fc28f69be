"""Numbers in place of symbols: random points, evaluation, and the search for a counterexample.

This part knows nothing of the canonical form: it evaluates an expression by its definition,
sum by sum, and derivatives by finite differences, so that it judges the proofs independently.
"""

import random
from fractions import Fraction
from itertools import product

import mpmath
from sympy import (
    Abs,
    Add,
    And,
    Derivative,
    Eq,
    Function,
    Ge,
    Gt,
    Heaviside,
    Idx,
    Indexed,
    KroneckerDelta,
    Le,
    Lt,
    Max,
    Min,
    Mul,
    Ne,
    Not,
    Or,
    Piecewise,
    Pow,
    Product,
    Rational,
    Sum,
    Symbol,
    exp,
    log,
    sign,
)
from sympy.core.function import AppliedUndef

from .facts import Facts, bound_symbols, unfolded
from .language import Named, Partial

_DIGITS = 40
_STEP = mpmath.mpf(10) ** -12          # of finite differences, at 40 digits
_LARGEST_SIZE = 4


class Undefined(Exception):
    """The expression has no real value at this point."""


class Point:
    """Values of all symbols, functions and entries; those not yet met are drawn when asked for."""

    def __init__(self, rng: random.Random, facts: Facts):
        self.rng, self.facts = rng, facts
        self.values: dict = {}
        self.entries: dict = {}
        self.functions: dict = {}
        self.intervals = _intervals(facts)
        self.unit = rng.random() < 0.3   # where logs of 1 - p occur, draws from (0, 1) are defined

    def symbol(self, s):
        if s not in self.values:
            self.values[s] = self._draw_integer(s) if s.is_integer else self._draw(s, s)
        return self.values[s]

    def entry(self, base, indices):
        key = (base, indices)
        if key not in self.entries:
            self.entries[key] = self._draw(base.label, base)
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

    def _draw(self, symbol, key):
        low, high = self.intervals.get(key, (None, None))
        if symbol.is_positive or symbol.is_nonnegative:
            low = max(low or 0, 0)
        if symbol.is_negative:
            high = min(high or 0, 0)
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
        low = int(max(lows)) if lows else -3
        high = int(min(highs)) if highs else low + _LARGEST_SIZE - (s in self.facts.sizes)
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
                key = x.base if isinstance(x, Indexed) else x
                pair = list(found.get(key, (None, None)))
                pair[1 - place] = Fraction(bound.p, bound.q)
                found[key] = tuple(pair)
    return found


# Evaluation


def evaluate(e, point: Point, bound=None):
    """The value of an expression at a point, as an integer or an mpmath number."""
    bound = bound or {}
    for kind, rule in _RULES:
        if isinstance(e, kind):
            return rule(e, point, bound)
    if isinstance(e, Function) and hasattr(mpmath, e.func.__name__):
        return getattr(mpmath, e.func.__name__)(*(evaluate(a, point, bound) for a in e.args))
    if e.is_number:
        return mpmath.mpf(e.evalf(_DIGITS))
    raise TypeError(f"cannot evaluate {type(e).__name__}: {e}")


def _symbol(e, point, bound):
    return bound[e] if e in bound else point.symbol(e)


def _indexed(e, point, bound):
    indices = tuple(int(evaluate(i, point, bound)) for i in e.indices)
    changed = bound.get("changed")
    value = point.entry(e.base, indices)
    if changed and changed[0] == (e.base, indices):
        value = value + changed[1]
    return value


def _add(e, point, bound):
    total = 0
    for a in e.args:
        total += evaluate(a, point, bound)
    return total


def _mul(e, point, bound):
    result = 1
    for a in e.args:
        result *= evaluate(a, point, bound)
    return result


def _pow(e, point, bound):
    base, exponent = evaluate(e.base, point, bound), evaluate(e.exp, point, bound)
    if base == 0 and exponent <= 0:
        raise Undefined("a power of 0")
    if base < 0 and exponent != int(exponent):
        raise Undefined("a root of a negative number")
    if isinstance(base, int) and isinstance(exponent, int) and exponent < 0:
        base = mpmath.mpf(base)
    if abs(exponent) > 200:
        raise Undefined("too large a power")
    return base ** (int(exponent) if exponent == int(exponent) else exponent)


def _exp(e, point, bound):
    x = evaluate(e.args[0], point, bound)
    if abs(x) > 300:
        raise Undefined("too large an exponential")
    return mpmath.exp(x)


def _log(e, point, bound):
    x = evaluate(e.args[0], point, bound)
    if x <= 0:
        raise Undefined("the logarithm of a number that is not positive")
    return mpmath.log(x)


def _range(limit, point, bound):
    _, first, last = limit
    return range(int(evaluate(first, point, bound)), int(evaluate(last, point, bound)) + 1)


def _repeat(e, point, bound, start, combine):
    def run(limits, bound):
        if not limits:
            return evaluate(e.function, point, bound)
        total = start
        for j in _range(limits[-1], point, bound):
            total = combine(total, run(limits[:-1], {**bound, limits[-1][0]: j}))
        return total
    return run(e.limits, bound)


def _sum(e, point, bound):
    return _repeat(e, point, bound, 0, lambda a, b: a + b)


def _product(e, point, bound):
    return _repeat(e, point, bound, 1, lambda a, b: a * b)


def _piecewise(e, point, bound):
    for value, condition in e.args:
        if truth(condition, point, bound):
            return evaluate(value, point, bound)
    raise Undefined("no case holds")


_COMPARE = {Eq: lambda a, b: a == b, Ne: lambda a, b: a != b, Gt: lambda a, b: a > b,
            Ge: lambda a, b: a >= b, Lt: lambda a, b: a < b, Le: lambda a, b: a <= b}


def truth(condition, point, bound=None):
    """Whether a condition holds at a point."""
    if condition in (True, False):
        return condition == True  # noqa: E712  (a SymPy truth value)
    if isinstance(condition, And):
        return all(truth(c, point, bound) for c in condition.args)
    if isinstance(condition, Or):
        return any(truth(c, point, bound) for c in condition.args)
    if isinstance(condition, Not):
        return not truth(condition.args[0], point, bound)
    return _COMPARE[condition.func](*(evaluate(a, point, bound) for a in condition.args))


def _partial(e, point, bound):
    function, variable = unfolded(e.args[0]), e.args[1]
    if isinstance(variable, Indexed):
        key = (variable.base, tuple(int(evaluate(i, point, bound)) for i in variable.indices))
        base = point.entry(*key)

        def at(step):
            return evaluate(function, point, {**bound, "changed": (key, step)})
    else:
        base = _symbol(variable, point, bound)

        def at(step):
            return evaluate(function, point, {**bound, variable: base + step})
    left, middle, right = at(-_STEP), at(mpmath.mpf(0)), at(_STEP)
    slopes = (middle - left) / _STEP, (right - middle) / _STEP
    if abs(slopes[0] - slopes[1]) > mpmath.mpf(10) ** -6 * (1 + abs(slopes[0])):
        raise Undefined("a kink")
    return (right - left) / (2 * _STEP)


def _derivative(e, point, bound):
    from .calculus import derivative

    result = e.args[0]
    for variable, times in e.args[1:]:
        for _ in range(int(times)):
            result = derivative(result, variable)
    return evaluate(result, point, bound)


def _extreme(pick):
    return lambda e, point, bound: pick(evaluate(a, point, bound) for a in e.args)


def _sign(e, point, bound):
    x = evaluate(e.args[0], point, bound)
    return (x > 0) - (x < 0)


def _heaviside(e, point, bound):
    x = evaluate(e.args[0], point, bound)
    return 1 if x > 0 else 0 if x < 0 else evaluate(e.args[1], point, bound)


def _rational_value(e, point, bound):
    return int(e) if e.is_Integer else mpmath.mpf(e.p) / e.q


_RULES = [
    (Symbol, _symbol), (Rational, _rational_value), (Indexed, _indexed), (Add, _add), (Mul, _mul),
    (exp, _exp), (Pow, _pow), (Sum, _sum), (log, _log), (Product, _product),
    (KroneckerDelta, lambda e, p, b: int(evaluate(e.args[0], p, b) == evaluate(e.args[1], p, b))),
    (Piecewise, _piecewise), (Max, _extreme(max)), (Min, _extreme(min)),
    (Abs, lambda e, p, b: abs(evaluate(e.args[0], p, b))), (sign, _sign), (Heaviside, _heaviside),
    (Named, lambda e, p, b: evaluate(unfolded(e), p, b)), (Partial, _partial),
    (Derivative, _derivative), (Idx, _symbol),
    (AppliedUndef, lambda e, p, b: p.function(
        e.func.__name__, tuple(evaluate(a, p, b) for a in e.args))),
]


# Conditions and counterexamples


def satisfy(point: Point) -> bool:
    """Moves the point so that it satisfies the conditions given; False if that fails."""
    equations = [c for c in point.facts.given if isinstance(c, Eq)]
    others = [c for c in point.facts.given if not isinstance(c, Eq)]
    for _ in range(2):
        for condition in equations:
            for bound in _all_values(condition, point):
                _solve(condition, point, bound)
    return all(_holds(c, point, bound) for c in equations for bound in _all_values(c, point)) \
        and all(truth(c, point, bound) for c in others for bound in _all_values(c, point)) \
        and all(_in_domain(key, value, point) for key, value in point.entries.items())


def _in_domain(key, value, point):
    base = key[0]
    return not (base.label.is_positive and value <= 0)


def _all_values(condition, point):
    wildcards = point.facts.wildcards(unfolded(condition.lhs - condition.rhs))
    ranges = []
    for s in wildcards:
        pairs = point.facts.ranges.get(s, [(1, 1)])
        low = max(int(evaluate(first, point)) for first, _ in pairs if first is not None)
        high = min(int(evaluate(last, point)) for _, last in pairs if last is not None)
        ranges.append(range(low, high + 1))
    return [dict(zip(wildcards, values, strict=True)) for values in product(*ranges)]


def _holds(condition, point, bound):
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
        groups = {k[0] if isinstance(k, tuple) else k for k in used}
        for group in groups:
            members = [k for k in used if (k[0] if isinstance(k, tuple) else k) == group]
            saved = {k: store[k] for k in members}
            for choice in (members, members[:1]):   # by one factor for all, else by one entry
                at_zero, values = _linear(choice, store, residual, len(choice) > 1)
                if at_zero is not None and abs(at_zero) < 1e-25:
                    return
                store.update(saved)


def _used_in(condition, key, residual, store):
    value, r = store[key], residual()
    store[key] = value + 1
    changed = residual() != r
    store[key] = value
    return changed


def _linear(keys, store, residual, scale):
    saved = {k: store[k] for k in keys}

    def put(s):
        for k in keys:
            store[k] = saved[k] * s if scale else s
        return residual()
    try:
        r0, r1 = put(mpmath.mpf(0)), put(mpmath.mpf(1))
        if r0 == r1:
            return None, None
        s = r0 / (r0 - r1)
        if scale and s <= 0:
            return None, None
        return put(s), s
    except (Undefined, ZeroDivisionError):
        return None, None


def counterexample(lhs, rhs, facts: Facts, tries: int, rng: random.Random):
    """(point, left, right) where the sides differ, or None; and how many points were tried.

    A point at which a side is undefined, or a condition fails, does not count.
    """
    lhs, rhs, tried = unfolded(lhs), unfolded(rhs), 0
    with mpmath.workdps(_DIGITS):
        for _ in range(6 * tries):
            if tried == tries:
                break
            point = Point(rng, facts)
            try:
                if facts.given:
                    _touch((lhs, rhs), point)
                    if not satisfy(point):
                        continue
                left, right = evaluate(lhs, point), evaluate(rhs, point)
                if facts.given and not satisfy(point):
                    continue
            except (Undefined, ZeroDivisionError):
                continue
            tried += 1
            tolerance = mpmath.mpf(10) ** (-9 if _has_partial(lhs, rhs) else -25)
            if abs(left - right) > tolerance * (1 + abs(left) + abs(right)):
                return (point, left, right), tried
    return None, tried


def _has_partial(*expressions):
    return any(e.has(Partial) for e in expressions)


def _touch(expressions, point):
    """Draws the free symbols and the entries that occur, so that conditions see them all."""
    for s in set().union(*(e.free_symbols - bound_symbols(e) for e in expressions)):
        if isinstance(s, Symbol) and not any(s == b.label for e in expressions
                                             for b in {x.base for x in e.atoms(Indexed)}):
            point.symbol(s)
    for e in expressions:
        try:
            evaluate(e, point)
        except (Undefined, ZeroDivisionError):
            pass
