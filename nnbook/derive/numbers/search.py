"""The search for a point at which an equation fails.

A second reading of the statement, made without a look at what the prover assumes: symbols are drawn
from all that their declarations allow (0, negative numbers, the constants that occur and their
neighbours, sizes of 0 and of a dozen), and a point counts only if every condition, evaluated at it,
holds. A counterexample must stand at two precisions, or exactly.
"""

import random
from fractions import Fraction

import mpmath
from sympy import (
    Derivative,
)

from ..limits import MISSES, SEARCH_STEPS, Budget
from ..words.language import Partial
from ..words.statement import Statement
from .conditions import holds, in_box, satisfy
from .points import Point
from .reading import Reading, free_symbols
from .values import (
    DIGITS,
    LostDigits,
    TooLong,
    Undefined,
    evaluate,
    inexact,
)

_SEED = 20
_PRECISIONS = (DIGITS, 4 * DIGITS, 16 * DIGITS)
_SLOPES = (Partial, Derivative)


class Search:
    """The search for a point at which the sides of a statement differ.

    ``points`` were compared; ``too_long`` is whether a sum had too many terms to be added up.
    """

    def __init__(self, statement: Statement):
        self.sides = statement.sides
        self.reading = Reading.of((*statement.sides, *statement.mentions), statement.given,
                                  statement.ranges)
        slopes = any(e.has(*_SLOPES) for e in self.sides)
        self.tolerance = mpmath.mpf(10) ** (-9 if slopes else -25)
        self.exact = not slopes
        self.rng, self.points, self.attempts, self.steps = random.Random(_SEED), 0, 0, 0
        self.too_long = False

    def run(self, tries: int, budget: Budget):
        """({symbol: value}, left, right) where the sides differ, or None after so many points.

        A point at which a side is undefined, or a condition fails, does not count.
        """
        wanted = self.points + tries
        for _ in range(MISSES * tries):
            if self.points == wanted or self.steps > SEARCH_STEPS:
                break
            budget.check_time()
            # Small sizes first: a reader can work a small counterexample out by hand.
            far = self.attempts > 8 and self.attempts % 5 == 0
            point = Point(self.rng, self.reading, min(2 + self.attempts // 4, 5), far)
            self.attempts += 1
            try:
                found = self._at(point)
            except TooLong:
                found, self.too_long = None, True
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
        if not all(in_box(s, point) for s in list(point.values)):
            return None
        self.points += 1
        return self._confirmed(point, sides, digits)

    def _settle(self, point) -> bool:
        """Draws what occurs, so that conditions see it, and moves the point to where they hold."""
        for s in sorted(set().union(*(free_symbols(e) for e in self.sides)), key=str):
            point.symbol(s)
        try:
            self._values(point)
        except (Undefined, ZeroDivisionError):
            pass
        return satisfy(point)

    def _values(self, point) -> list:
        """The values of the sides; the point learns how far the indices of their entries reach."""
        point.met, point.sums = {0}, {}
        try:
            return [evaluate(side, point) for side in self.sides]
        finally:
            point.reach, point.met, point.sums = point.met, None, None

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
