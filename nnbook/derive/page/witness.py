"""What of a point a reader needs, to see there that two expressions differ."""

import random
from fractions import Fraction

import mpmath
from sympy import Indexed, Rational

from ..numbers.points import Point
from ..numbers.reading import Reading
from ..numbers.values import DIGITS, LostDigits, Undefined, evaluate
from ..words.language import Index
from ..words.statement import read

MOVED = Fraction(3, 7)   # by how much a value is moved, to see what it does
SAME = 1e-9   # derivatives are worked out as quotients of differences


def at_play(answer, expected, given, point: dict) -> dict:
    """The values of the point on which one of the two expressions depends there.

    Sizes and indices stay: they say which entries there are. So does all that a point has if it
    cannot be worked out again.

    >>> from nnbook.derive import reals
    >>> a, b = reals("a b")
    >>> at_play(2 * a, a + b - b, (), {a: 1, b: 5})
    {a: 1}
    """
    statement = read(answer, expected, given)
    own = {theirs: ours for ours, theirs in statement.names.items()}
    reading = Reading.of(statement.sides, statement.given, statement.ranges)
    drawn = Point(random.Random(0), reading)
    for thing, value in point.items():
        thing = thing.xreplace(own)
        if isinstance(thing, Indexed):
            drawn.entries[thing.base, tuple(map(int, thing.indices))] = _exact(value)
        else:
            drawn.values[thing] = _exact(value)
    try:
        with mpmath.workdps(DIGITS):
            return {thing: value for thing, value in point.items()
                    if thing.is_integer or isinstance(thing, Index)
                    or _matters(statement, drawn, thing.xreplace(own))}
    except (Undefined, LostDigits, ZeroDivisionError, TypeError, ValueError):
        return point


def _exact(value):
    value = Rational(value)
    return int(value) if value.q == 1 else Fraction(int(value.p), int(value.q))


def _matters(statement, point, thing) -> bool:
    """Whether a side changes with a value, there or near by, where no other value is 0."""
    for shaken in (False, True):
        near = Point(random.Random(0), point.reading)
        near.values, near.entries = dict(point.values), dict(point.entries)
        at, key = (near.entries, (thing.base, tuple(map(int, thing.indices)))) \
            if isinstance(thing, Indexed) else (near.values, thing)
        if shaken:
            _shake(near)
        try:
            before = _values(statement, near)
            at[key] += MOVED
            after = _values(statement, near)
        except (Undefined, LostDigits, ZeroDivisionError):
            return True
        if any(abs(one - other) > SAME * (1 + abs(one))
               for one, other in zip(before, after, strict=True)):
            return True
    return False


def _shake(point):
    for number, name in enumerate(n for n in point.values if not n.is_integer):
        point.values[name] += Fraction(1, 89 + number)
    for number, name in enumerate(point.entries):
        point.entries[name] += Fraction(1, 97 + number)


def _values(statement, point) -> list:
    return [evaluate(side, point) for side in statement.sides]
