"""Whether a point fulfils the conditions given, and how it is moved to where it does."""

from fractions import Fraction
from itertools import product

import mpmath
from sympy import (
    Eq,
    Ge,
    Gt,
    Indexed,
    Le,
    Lt,
    Ne,
    Symbol,
)

from ..limits import INSTANCES
from .branches import truth
from .points import Point, fits
from .values import (
    Undefined,
    evaluate,
    inexact,
    whole,
)
from .witnesses import orthonormal


def satisfy(point: Point) -> bool:
    """Moves the point so that it satisfies the conditions given; False if that fails."""
    equations = [c for c in point.reading.given
                 if isinstance(c, Eq) and not point.reading.narrows(c)]
    for _ in range(3):   # solving one equation may undo another
        for condition in equations:
            instances = _instances(condition, point)
            if instances and not all(_holds(condition, point, bound) for bound in instances) \
                    and orthonormal(condition, point, instances):
                continue
            for bound in instances:
                _solve(condition, point, bound)
    return holds(point)


def holds(point: Point) -> bool:
    """Whether all conditions given, the ranges and the assumptions of symbols hold at the point."""
    return all(_holds(c, point, bound) for c in point.reading.given
               if not point.reading.narrows(c) for bound in _instances(c, point)) \
        and all(fits(value, base.label) for (base, _), value in point.entries.items()) \
        and all(fits(value, s) and in_box(s, point) for s, value in list(point.values.items()))


def in_box(s, point) -> bool:
    """Whether a symbol lies in the range of its making."""
    if s in point.reading.from_one and point.values[s] < 1:
        return False
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
    ends = [end for s in names for end in _ends(s, bounds, point)]
    reach = {*point.reach, *(x for _, (_, x) in ends)}
    ranges = [_values_of(s, [end for t, end in ends if t == s], reach, point) for s in names]
    count = 1
    for values in ranges:
        count *= len(values)
    if count > INSTANCES:
        raise Undefined("too many values of the indices of a condition")
    made = (dict(zip(names, values, strict=True)) for values in product(*ranges))
    return [bound for bound in made if all(truth(c, point, bound) for c in bounds)]


def _ends(s, bounds, point):
    """(s, (is it the upper one?, end)) for what comparisons say of a quantified index."""
    for c in bounds:
        if not isinstance(c, Lt | Le | Gt | Ge) or s not in c.args:
            continue
        small, large = c.args if isinstance(c, Lt | Le) else c.args[::-1]
        other = large if small == s else small
        if not other.free_symbols & point.reading.quantified:
            yield s, (small == s, whole(evaluate(other, point)))


def _values_of(s, ends, reach, point) -> range:
    """All values of a quantified index; where nothing ends them, as far as ``reach`` and one more.

    What is in reach are the indices of the entries that were met, and all ends.
    """
    if s in point.reading.boxes:
        try:
            low, high = point.box(s)
        except Undefined:
            return range(0)
        return range(low, high + 1)
    low = max((x for upper, x in ends if not upper), default=min(reach) - 1)
    high = min((x for upper, x in ends if upper), default=max(reach) + 1)
    return range(low, high + 1)


def _holds(condition, point, bound):
    """Whether a condition holds; equations of irrational numbers to 30 digits."""
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
        if not fits(value, name):
            continue
        store[key] = value
        if residual() == 0:
            return True
        store[key] = saved
    return False


def _used_in(key, residual, store):
    """Whether an equation changes with the value stored under the key."""
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
