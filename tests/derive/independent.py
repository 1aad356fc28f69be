"""A second evaluator, for judging the engine: shares no code with ``nnbook.derive``.

It knows named quantities, partial derivatives and indices only by the shape of their trees (their
class names and arguments). An expression becomes a Python function that adds sums term by term in
mpmath numbers; partial derivatives are central differences at 60 digits. Points are drawn here,
by this file's own reading of assumptions and conditions.
"""

import math
import random

import mpmath
import sympy as sp

from .independent_conditions import orthonormal
from .independent_means import mean

DIGITS = 60
_STEP = "1e-18"
LARGEST = 3       # of sizes drawn; the last points of many have sizes one larger


class Skip(Exception):
    """The point does not count: a side is not defined there, or a condition does not hold."""


class World:
    """Numbers for sizes, symbols and entries; drawn when first asked for."""

    def __init__(self, rng, largest=LARGEST, tame=False):
        self.rng, self.largest, self.tame = rng, largest, tame
        self.numbers, self.cells, self.waves = {}, {}, {}
        self.bounds = {}           # symbol -> (low, high), by conditions
        self.axes, self.sizes = {}, set()
        self.shift = {}            # cell -> amount, while a derivative is taken
        self.flags = None          # signs seen, while a derivative is taken

    def number(self, symbol):
        if symbol not in self.numbers:
            self.numbers[symbol] = self.draw_symbol(symbol)
        return self.numbers[symbol]

    def draw_symbol(self, symbol):
        if type(symbol).__name__ == "Index":
            return self.rng.randint(1, int(value(symbol.size, self, {})))
        low, high = self.bounds.get(symbol, (None, None))
        if not symbol.is_integer:
            return self.draw_real(symbol, low, high)
        if symbol in self.axes:   # an index: in the range of all axes and sums it goes with
            lows, highs = zip(*((value(a, self, {}), value(b, self, {}))
                                for a, b in self.axes[symbol]), strict=True)
            low, high = max([*lows, *([] if low is None else [low])]), \
                min([*highs, *([] if high is None else [high])])
        if low is None:
            low = 1 if symbol.is_positive or symbol in self.sizes else \
                0 if symbol.is_nonnegative else -2
        if high is None:
            free = symbol not in self.sizes and not symbol.is_positive
            high = max(low, 0) + self.largest - 1 + (self.rng.choice([0, 0, 4]) if free else 0)
        if low > high:
            raise Skip
        return self.rng.randint(int(low), int(high))

    def draw_real(self, symbol, low=None, high=None):
        if symbol.is_positive or symbol.is_nonnegative:
            low = max(low or 0, 0)
        if symbol.is_negative:
            high = min(high or 0, 0)
        if self.tame and low is None and high is None:
            low, high = 0, 1
        if low is not None and high is not None:
            return mpmath.mpf(low) + mpmath.mpf(self.rng.randint(1, 199)) / 200 * (high - low)
        if low is not None:
            return mpmath.mpf(low) + mpmath.mpf(self.rng.randint(1, 40)) / 16
        if high is not None:
            return mpmath.mpf(high) - mpmath.mpf(self.rng.randint(1, 40)) / 16
        if self.rng.random() < 0.25:
            return mpmath.mpf(self.rng.choice([-1, 0, 1, 2]))
        return mpmath.mpf(self.rng.randint(-40, 40)) / 16

    def cell(self, base, place):
        key = (base, place)
        if key not in self.cells:
            self.cells[key] = self.draw_real(base.label, *self.bounds.get(base, (None, None)))
        return self.cells[key] + self.shift.get(key, 0)

    def wave(self, name, arguments):
        """An unknown function: one smooth random function, and its derivatives by primes."""
        stem = name.split("'")[0]
        places = [int(p[1:]) - 1 if p else 0 for p in name.split("'")[1:]]
        if stem not in self.waves:
            self.waves[stem] = [mpmath.mpf(self.rng.randint(-16, 16)) / 8 for _ in range(12)]
        c = self.waves[stem]
        # a·sin(b·x + e) + a'·exp of a small linear form, differentiated place by place
        inner = sum(c[j] * x for j, x in enumerate(arguments)) + c[4]
        other = sum(c[j + 5] * x for j, x in enumerate(arguments)) / 8
        factor, faster = mpmath.mpf(1), mpmath.mpf(1)
        for j in places:
            factor *= c[j]
            faster *= c[j + 5] / 8
        return c[9] * factor * mpmath.sin(inner + len(places) * mpmath.pi / 2) \
            + c[10] * faster * mpmath.exp(other)


def value(e, world, env):
    """The number that an expression stands for, with bound symbols in ``env``."""
    kind = type(e).__name__
    if kind in _BY_NAME:
        return _BY_NAME[kind](e, world, env)
    if e.is_Rational:
        return int(e) if e.q == 1 else mpmath.mpf(e.p) / e.q
    if e.is_Float:
        return mpmath.mpf(repr(float(e)))
    if isinstance(e, sp.Symbol):
        return env[e] if e in env else world.number(e)
    if isinstance(e, sp.core.function.AppliedUndef):
        return world.wave(kind, [value(a, world, env) for a in e.args])
    if hasattr(mpmath, kind) and e.args:
        return getattr(mpmath, kind)(*(value(a, world, env) for a in e.args))
    if e is sp.pi:
        return +mpmath.pi
    if e is sp.E:
        return +mpmath.e
    raise TypeError(f"independent evaluator: {kind}")


def _named(e, world, env):
    _, definition, *indices = e.args
    at = {v: value(i, world, env) for v, i in zip(definition.variables, indices, strict=True)}
    return value(definition.expr, world, {**env, **at})


def _cell(e, world, env):
    place = tuple(int(value(i, world, env)) for i in e.indices)
    if e.base in env:   # of a random tensor, within its mean
        return env[e.base].read(place[0]) + world.shift.get((e.base, place), 0)
    return world.cell(e.base, place)


def _partial(e, world, env):
    function, variable = e.args
    step = mpmath.mpf(_STEP)
    results, seen = [], []
    if isinstance(variable, sp.Indexed):
        key = (variable.base, tuple(int(value(i, world, env)) for i in variable.indices))
    for times in (-1, 0, 1):
        outer, world.flags = world.flags, []
        try:
            if isinstance(variable, sp.Indexed):
                before = world.shift.get(key, 0)
                world.shift[key] = before + times * step
                try:
                    results.append(value(function, world, env))
                finally:
                    world.shift[key] = before
            else:
                start = env[variable] if variable in env else world.number(variable)
                results.append(value(function, world, {**env, variable: start + times * step}))
            seen.append(world.flags)
        finally:
            world.flags = outer
    if not seen[0] == seen[1] == seen[2]:
        raise Skip   # a kink
    return (results[2] - results[0]) / (2 * step)


def _turn(world, x):
    s = int(mpmath.sign(x))
    if world.flags is not None:
        world.flags.append(s)
    return s


def _limits(e, world, env):
    """All assignments of the bound symbols; the last limit is the outermost."""
    def walk(limits, env):
        if not limits:
            yield env
            return
        k, low, high = limits[-1]
        for j in range(int(value(low, world, env)), int(value(high, world, env)) + 1):
            yield from walk(limits[:-1], {**env, k: j})
    yield from walk(list(e.limits), env)


def _sum(e, world, env):
    return mpmath.fsum(value(e.function, world, inner) for inner in _limits(e, world, env))


def _product(e, world, env):
    return mpmath.fprod(value(e.function, world, inner) for inner in _limits(e, world, env))


def _pow(e, world, env):
    base, exponent = value(e.base, world, env), value(e.exp, world, env)
    whole = exponent == int(exponent)
    if (base == 0 and exponent <= 0) or (base < 0 and not whole) or abs(exponent) > 400:
        raise Skip
    return mpmath.mpf(base) ** (int(exponent) if whole else exponent)


def _exp(e, world, env):
    x = value(e.args[0], world, env)
    if abs(x) > 500:
        raise Skip
    return mpmath.exp(x)


def _log(e, world, env):
    x = value(e.args[0], world, env)
    if x <= 0:
        raise Skip
    return mpmath.log(x)


def _piecewise(e, world, env):
    for result, condition in e.args:
        if holds(condition, world, env):
            return value(result, world, env)
    raise Skip


def _extreme(pick):
    def extreme(e, world, env):
        values = [value(a, world, env) for a in e.args]
        best = pick(values)
        for x in values:
            _turn(world, x - best)
        return best
    return extreme


def _abs(e, world, env):
    x = value(e.args[0], world, env)
    return x if _turn(world, x) >= 0 else -x


def _heaviside(e, world, env):
    s = _turn(world, value(e.args[0], world, env))
    return (s > 0) if s else value(e.args[1], world, env)


_BY_NAME = {
    "Named": _named, "Partial": _partial,
    "Add": lambda e, w, env: mpmath.fsum(value(a, w, env) for a in e.args),
    "Mul": lambda e, w, env: mpmath.fprod(value(a, w, env) for a in e.args),
    "Pow": _pow, "exp": _exp, "log": _log, "Sum": _sum, "Product": _product,
    "Indexed": lambda e, w, env: _cell(e, w, env), "OverGaussian": mean, "OverMoments": mean,
    "KroneckerDelta": lambda e, w, env: int(value(e.args[0], w, env) == value(e.args[1], w, env)),
    "Piecewise": _piecewise, "Max": _extreme(max), "Min": _extreme(min), "Abs": _abs,
    "sign": lambda e, w, env: _turn(w, value(e.args[0], w, env)), "Heaviside": _heaviside,
}


def holds(condition, world, env):
    kind = type(condition).__name__
    if kind in ("BooleanTrue", "BooleanFalse"):
        return kind == "BooleanTrue"
    if kind in ("And", "Or"):
        return (all if kind == "And" else any)(holds(c, world, env) for c in condition.args)
    if kind == "Not":
        return not holds(condition.args[0], world, env)
    left, right = (value(a, world, env) for a in condition.args)
    s = _turn(world, left - right)
    return {"Equality": s == 0, "Unequality": s != 0, "StrictGreaterThan": s > 0,
            "GreaterThan": s >= 0, "StrictLessThan": s < 0, "LessThan": s <= 0}[kind]


# Conditions


def _free(e):
    """Free symbols, with those inside named quantities."""
    found = {s for s in e.free_symbols if isinstance(s, sp.Symbol)}
    return found - {x.base.label for x in e.atoms(sp.Indexed)}


def _subscripts(e):
    bound = {limit[0] for s in e.atoms(sp.Sum, sp.Product) for limit in s.limits}
    return {s for x in e.atoms(sp.Indexed) for i in x.indices for s in i.free_symbols
            if isinstance(s, sp.Symbol)} - bound


def impose(conditions, stated, world):
    """Makes the world satisfy the conditions, or raises Skip; indices not stated run over all."""
    for _ in range(3):
        for c in conditions:
            for env in _every(c, stated, world):
                if isinstance(c, sp.Eq) and not _equal(c, world, env) \
                        and not orthonormal(c, world, value):
                    _mend(c, world, env)
    for c in conditions:
        for env in _every(c, stated, world):
            if not (_equal(c, world, env) if isinstance(c, sp.Eq) else holds(c, world, env)):
                raise Skip


def _every(c, stated, world):
    runs = sorted(_subscripts(c) - stated, key=str)
    envs = [{}]
    for s in runs:
        size = getattr(s, "size", None)
        if size is None:
            continue
        envs = [{**env, s: j} for env in envs for j in range(1, int(value(size, world, {})) + 1)]
    return envs


def _equal(c, world, env):
    left, right = (value(a, world, env) for a in c.args)
    return abs(left - right) < mpmath.mpf(10) ** -45 * (1 + abs(left))


def _mend(c, world, env):
    """Changes the entries of one tensor by a factor, or one entry or number, to make c hold."""
    def gap():
        left, right = (value(a, world, env) for a in c.args)
        return left - right
    start = gap()
    for store in (world.cells, world.numbers):
        used = []
        for key in list(store):
            if isinstance(store[key], int):
                continue
            kept = store[key]
            store[key] = kept + 1
            try:
                if gap() != start:
                    used.append(key)
            finally:
                store[key] = kept
        for group in ([k for k in used if isinstance(k, tuple) and k[0] == used[0][0]]
                      if used and isinstance(used[0], tuple) else [], used[:1]):
            if not group:
                continue
            kept = {k: store[k] for k in group}
            whole = len(group) > 1

            def put(t, group=group, kept=kept, store=store, whole=whole):
                for k in group:
                    store[k] = kept[k] * t if whole else t
                return gap()
            g0, g1 = put(mpmath.mpf(0)), put(mpmath.mpf(1))
            if g0 != g1:
                t = g0 / (g0 - g1)
                if (not whole or t > 0) and abs(put(t)) < mpmath.mpf(10) ** -45:
                    return
            store.update(kept)


def compare(lhs, rhs, given=(), points=200, seed=1):
    """("true" | "false" | "unknown", points): do the sides agree at all random points?

    "unknown" if too few points could be judged, or if in all of them some size is 1, as where a sum
    from K down to 1 is empty otherwise and stands in a denominator.
    """
    given = list(given) if isinstance(given, list | tuple) else [given]
    rng, judged, largest = random.Random(seed), 0, {}
    slopes = any(type(x).__name__ == "Partial" for e in (lhs, rhs)
                 for x in sp.preorder_traversal(e))
    tolerance = mpmath.mpf("1e-13" if slopes else "1e-38")
    stated = _free(lhs) | _free(rhs)
    axes, sizes = _axes([lhs, rhs, *given])
    with mpmath.workdps(DIGITS):
        for attempt in range(8 * points):
            if judged >= points:
                break
            world = World(rng, LARGEST + (attempt % 7 == 0), tame=attempt % 3 == 1)
            world.axes, world.sizes = axes, sizes
            _read_bounds(given, stated, world)
            try:
                for s in sorted(stated, key=str):
                    world.number(s)
                if given:
                    for e in (lhs, rhs):
                        try:
                            value(e, world, {})
                        except Skip:
                            pass
                    impose(given, stated, world)
                left, right = value(lhs, world, {}), value(rhs, world, {})
                if given:
                    impose(given, stated, world)
                    left, right = value(lhs, world, {}), value(rhs, world, {})
            except (Skip, ZeroDivisionError, OverflowError):
                continue
            if not (mpmath.isfinite(left) and mpmath.isfinite(right)):
                continue
            judged += 1
            for size in sizes & set(world.numbers):
                largest[size] = max(largest.get(size, 0), world.numbers[size])
            if abs(left - right) > tolerance * (1 + abs(left) + abs(right)):
                return "false", judged
    enough = judged >= min(points, 12) and 1 not in largest.values()
    return ("true" if enough else "unknown"), judged


def _axes(parts):
    """Ranges of free subscripts, by the shape of the tensor or its sums; and the sizes."""
    summed, sizes, axes = {}, set(), {}
    for part in parts:
        limits = {limit[0]: limit[1:] for s in _all(part, sp.Sum, sp.Product) for limit in s.limits}
        free = _free(part)
        sizes |= {s for first, last in limits.values() for s in (first + last).free_symbols}
        entries = _all(part, sp.Indexed)
        for x in entries:
            for slot, i in enumerate(x.indices):
                if i in limits:
                    summed.setdefault((x.base, slot), set()).add(limits[i])
        for x in entries:
            for slot, i in enumerate(x.indices):
                if x.base.shape:
                    sizes |= x.base.shape[slot].free_symbols
                if i in free and isinstance(i, sp.Symbol) and type(i).__name__ != "Index":
                    ranges = [(sp.S(1), x.base.shape[slot])] if x.base.shape else []
                    ranges += summed.get((x.base, slot), ())
                    axes.setdefault(i, []).extend(ranges)
    return {i: ranges for i, ranges in axes.items() if ranges and i not in sizes}, sizes


def _all(e, *kinds):
    """The subexpressions of these kinds, also in the definitions of named quantities."""
    return [x for x in sp.preorder_traversal(e) if isinstance(x, kinds)]


def _read_bounds(given, stated, world):
    for c in given:
        kind = type(c).__name__
        if kind not in ("StrictGreaterThan", "GreaterThan", "StrictLessThan", "LessThan"):
            continue
        x, b = c.args
        up = kind.startswith(("StrictLess", "Less"))
        if not b.is_Rational:
            x, b, up = b, x, not up
        if not b.is_Rational or not isinstance(x, sp.Symbol | sp.Indexed):
            continue
        if isinstance(x, sp.Indexed) and _subscripts(x) & stated:
            continue
        key = x.base if isinstance(x, sp.Indexed) else x
        low, high = world.bounds.get(key, (None, None))
        number = math.floor(b) if x.is_integer else mpmath.mpf(b.p) / b.q
        world.bounds[key] = (low, number) if up else (number, high)
