"""``matches``: a printed expression against the code that claims to compute it.

The expression is evaluated by its definition, entry by entry, at random sizes and points; the
function gets the same numbers as arrays. Agreement is a numeric check and is never called a proof.
"""

import inspect
import math
import pkgutil
import random
import re
from dataclasses import dataclass
from itertools import product

import mpmath
from sympy import Indexed, IndexedBase, Symbol

from ..numbers.conditions import satisfy
from ..numbers.points import Point
from ..numbers.reading import Reading
from ..numbers.values import DIGITS, LostDigits, Undefined, evaluate
from ..words.language import Index, symbolic
from ..words.statement import bound_symbols, conditions_of, unfolded

_TOLERANCE = 1e-9
_LEAST_SCALE = 1e-3   # below it, differences count as they are: rounding has no scale of its own


@dataclass(frozen=True)
class Match:
    """How far code and expression differ, relative to the largest entry, and at how many points."""

    difference: float
    points: int
    code: str

    def __bool__(self):
        return self.points > 0 and self.difference < _TOLERANCE

    def __repr__(self):
        verdict = "equals" if self else "DIFFERS FROM"
        return (f"{verdict} {self.code} at {self.points} random points "
                f"(relative difference below {self.bound:g})")

    @property
    def bound(self) -> float:
        """A power of ten above the difference, and at least 1e-12: rounding differs by machine."""
        if not self.difference < math.inf:
            return math.inf
        return 1e-12 if self.difference < 1e-12 else 10.0 ** math.ceil(math.log10(self.difference))


def matches(expression, function, *, over=(), given=(), code=None, points=20, seed=0) -> Match:
    """Compares an expression with a function at random points and shapes.

    Parameters
    ----------
    expression
        The expression; its free indices, in the order ``over``, are the axes of the result.
    function
        Called with arrays (tensors), floats (symbols) and ints (sizes); its parameters bear the
        names of the expression's symbols, ``yhat`` for ŷ. Returns an array or a number.
    code
        What of nnbook the function calls, for the ledger: a name such as
        ``"SoftmaxCrossEntropy.vjp"``, or the object; default: the function.
    points, seed
        How many random points, and the seed that draws them.

    Returns
    -------
    Match
        True if the largest difference, relative to the largest entry of the expression (or
        to 0.001, if that is larger), stays below 1e-9.

    Raises
    ------
    TypeError
        If a parameter of ``function`` names no symbol of the expression.
    ValueError
        If the shape that ``function`` returns does not fit the indices ``over``.

    >>> from nnbook.derive import index, sizes, sum_over, tensor
    >>> n = sizes("n"); i = index("i", n); x = tensor("x", n)
    >>> matches(sum_over(x[i], i) / n, lambda x: x.mean())  # doctest: +ELLIPSIS
    equals ... at 20 random points (relative difference below 1e-12)
    """
    import numpy as np

    expression, over = unfolded(symbolic(expression)), tuple(over)
    reading = Reading.of([expression, *over], [unfolded(c) for c in conditions_of(given)],
                         everywhere=over)
    arguments = _arguments(function, expression)
    rng, largest, tried = random.Random(seed), 0.0, 0
    with mpmath.workdps(DIGITS):
        for _ in range(20 * points):
            if tried == points:
                break
            point = Point(rng, reading, far=tried % 4 == 3)
            try:
                expected = _entries(expression, over, point)
                values = {name: _value(thing, point, np) for name, thing in arguments.items()}
                if reading.given:
                    if not satisfy(point):
                        continue
                    expected = _entries(expression, over, point)
                    values = {name: _value(thing, point, np) for name, thing in arguments.items()}
            except (Undefined, LostDigits, ZeroDivisionError):
                continue
            result = np.asarray(function(**values), dtype=float)
            if result.shape != expected.shape:
                raise ValueError(f"{_name(code or function)} returned the shape {result.shape}; "
                                 f"over {over or 'no indices'} the expression has "
                                 f"{expected.shape}")
            tried += 1
            scale = max(_LEAST_SCALE, float(np.abs(expected).max(initial=0)))
            difference = np.abs(result - expected).max(initial=0)
            largest = max(largest, float(difference) / scale) if np.isfinite(difference) \
                else float("inf")
    return Match(largest, tried, _name(code or function))


def _name(thing) -> str:
    """What code is called on the page: by its public name if it has one, ``nnbook.Dense.vjp``."""
    if isinstance(thing, str):
        name = thing if thing.startswith("nnbook.") else f"nnbook.{thing}"
        pkgutil.resolve_name(name)   # a name that nnbook does not have is an error
        return name
    module, name = getattr(thing, "__module__", ""), getattr(thing, "__qualname__", repr(thing))
    if not module.startswith("nnbook."):
        return name.split(".")[-1]
    import nnbook

    room = module.rsplit(".", 1)[-1]
    if name.split(".")[0] in nnbook.__all__:
        return f"nnbook.{name}"
    return f"nnbook.{room}.{name}" if room in nnbook.__all__ else f"{module}.{name}"


def _arguments(function, expression) -> dict:
    """Parameter name -> tensor or symbol of the expression."""
    things = {}
    for entry in expression.atoms(Indexed):
        things[_identifier(entry.base.label.name)] = entry.base
    labels = {entry.base.label for entry in expression.atoms(Indexed)}
    for s in expression.free_symbols - labels - bound_symbols(expression):
        if isinstance(s, Symbol) and not isinstance(s, Index):
            things[_identifier(s.name)] = s
    for base in list(things.values()):   # sizes that occur only in a shape
        if isinstance(base, IndexedBase):
            for s in base.shape or ():
                for size in s.free_symbols:
                    things.setdefault(_identifier(size.name), size)
    found = {}
    for name in inspect.signature(function).parameters:
        if name.rstrip("_") not in things:
            raise TypeError(f"the function has a parameter {name!r}, but the expression holds only "
                            f"{', '.join(sorted(things))}")
        found[name] = things[name.rstrip("_")]
    return found


def _identifier(name: str) -> str:
    return re.sub(r"\W+", "_", name).strip("_")


def _range(index, point):
    if index not in point.reading.boxes:
        raise TypeError(f"the range of the index {index} is not known: make it with index(…)")
    low, high = point.box(index)
    return range(low, high + 1)


def _entries(expression, over, point):
    import numpy as np

    ranges = [_range(i, point) for i in over]
    result = np.empty([len(r) for r in ranges])
    for place in product(*(range(len(r)) for r in ranges)):
        bound = {i: r[j] for i, r, j in zip(over, ranges, place, strict=True)}
        result[place] = float(evaluate(expression, point, bound))
    return result


def _value(thing, point, np):
    if isinstance(thing, IndexedBase):
        if not thing.shape:
            raise TypeError(f"the shape of {thing} is not known: make it with tensor(name, *shape)")
        sizes = [int(evaluate(s, point)) for s in thing.shape]
        array = np.empty(sizes)
        for place in product(*(range(1, s + 1) for s in sizes)):
            array[tuple(j - 1 for j in place)] = float(point.entry(thing, place))
        return array
    value = point.symbol(thing)
    return int(value) if thing.is_integer else float(value)
