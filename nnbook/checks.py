"""Numbers, truth values and names, checked where they come in by functions that say what came.

Hyper-parameters come back as plain Python numbers. What is no number (a text, a truth value) is a
TypeError, and one that is out of bounds a ValueError. Other kinds of arguments are in `kinds`.
"""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

MOST = 2**63 - 1
"""The largest size, count or place that an array can have."""


def number(name: str, value: Any) -> float:
    """Any real number, infinities and NaN among them.

    >>> number("p", np.float32(0.5))
    0.5
    >>> number("p", "0.5")
    Traceback (most recent call last):
    ...
    TypeError: p must be a number, got '0.5'
    """
    if not _is_number(value):
        raise TypeError(f"{name} must be a number, got {text(value)}")
    try:
        return float(value)
    except OverflowError as error:
        raise ValueError(f"{name} must be a number in range, got {text(value)}") from error


def _is_number(value: Any) -> bool:
    """Whether a value is one of Python's or NumPy's real numbers; a truth value is none."""
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind in "iuf"
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)


def finite(name: str, value: Any, least: float = -math.inf) -> float:
    """A finite number of at least `least`.

    >>> finite("the noise", 0.5, least=0)
    0.5
    """
    checked = number(name, value)
    if not (math.isfinite(checked) and checked >= least):
        bound = "," if least == -math.inf else f", {least:g} or more;"
        raise ValueError(f"{name} must be a finite number{bound} got {text(value)}")
    return checked


def nonnegative(name: str, value: Any) -> float:
    """A finite number, 0 or more.

    >>> nonnegative("strength", 0)
    0.0
    """
    return finite(name, value, least=0)


def positive(name: str, value: Any) -> float:
    """A finite number above 0.

    >>> positive("the bound", 2)
    2.0
    """
    checked = number(name, value)
    if not (math.isfinite(checked) and checked > 0):
        raise ValueError(f"{name} must be a positive number, got {text(value)}")
    return checked


def between(name: str, value: Any, low: float, high: float) -> float:
    """A number above `low` and below `high`.

    >>> between("the quantile", 0.5, 0, 1)
    0.5
    """
    checked = number(name, value)
    if not low < checked < high:
        raise ValueError(f"{name} must lie between {low:g} and {high:g}, got {text(value)}")
    return checked


def share(name: str, value: Any) -> float:
    """A number in $[0, 1)$.

    >>> share("beta1", 0.9)
    0.9
    """
    checked = number(name, value)
    if not 0 <= checked < 1:
        raise ValueError(f"{name} must lie in [0, 1), got {text(value)}")
    return checked


def epsilon(name: str, value: Any) -> float:
    """A finite number above 0 that is above 0 in float32 as well: what is added to a divisor.

    >>> epsilon("eps", 1e-50)
    Traceback (most recent call last):
    ...
    ValueError: eps must be positive, and at least 1.2e-38 to be so in float32; got 1e-50
    """
    least = float(np.finfo(np.float32).tiny)
    if not least <= positive(name, value):
        raise ValueError(
            f"{name} must be positive, and at least {least:.2g} to be so in float32; got {value}"
        )
    return float(value)


def norm_order(value: Any) -> float:
    """The $p$ of a norm: at least 1, infinity among them.

    >>> norm_order(math.inf)
    inf
    """
    p = number("p", value)
    if not p >= 1:
        raise ValueError(f"a norm needs p of at least 1, got {text(value)}")
    return p


def whole(name: str, value: Any, least: int | None = 1) -> int:
    """A whole number of at least `least`, if that is said, and at most what an array can hold.

    >>> whole("epochs", np.int64(3))
    3
    >>> whole("epochs", 2.5)
    Traceback (most recent call last):
    ...
    ValueError: epochs must be a whole number of at least 1, got 2.5
    """
    try:
        checked = None if isinstance(value, (bool, np.bool_)) else operator.index(value)
    except TypeError:
        checked = None
    if checked is None and not _is_number(value):
        raise TypeError(f"{name} must be a whole number, got {text(value)}")
    if checked is None or (least is not None and checked < least):
        bound = "" if least is None else f" of at least {least}"
        raise ValueError(f"{name} must be a whole number{bound}, got {text(value)}")
    if abs(checked) > MOST:
        raise ValueError(f"{name} must be at most 2^63 - 1 in size, got {text(value)}")
    return checked


def flag(name: str, value: Any) -> bool:
    """A truth value: for a text such as "no" counts as true anywhere in Python.

    >>> flag("scale", "no")
    Traceback (most recent call last):
    ...
    TypeError: scale must be True or False, got 'no'
    """
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, got {text(value)}")
    return bool(value)


def option(name: str, value: Any, *known: str) -> str:
    """One of the names that are known.

    >>> option("reduction", "average", "mean", "sum")
    Traceback (most recent call last):
    ...
    ValueError: reduction must be 'mean' or 'sum', got 'average'
    """
    if not isinstance(value, str) or value not in known:
        *first, last = map(repr, known)
        names = f"{', '.join(first)} or {last}" if first else last
        raise ValueError(f"{name} must be {names}, got {text(value)}")
    return value


def word(name: str, value: Any) -> str:
    """A text that is not empty.

    >>> word("a vertex", "x")
    'x'
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a text, got {text(value)}")
    if not value:
        raise ValueError(f"{name} must be a text that is not empty, got ''")
    return value


def text(value: Any) -> str:
    """How an argument reads in a message: functions and classes by their names, arrays by shape.

    >>> text(len), text(float), text([3]), text(np.ones((2, 3)))
    ('len', 'class float', '[3]', 'array of shape (2, 3)')
    """
    if isinstance(value, np.ndarray) and value.size > 1:
        return f"array of shape {value.shape}"
    kind = "class " if isinstance(value, type) else ""
    try:
        said = kind + str(getattr(value, "__name__", None) or repr(value))
    except Exception:  # of a whole number of thousands of digits, or of somebody else's class
        said = f"a value of type {type(value).__name__}"
    return said if len(said) <= 80 else f"{said[:77]}…"


def axes(value: Any) -> int | tuple[int, ...] | None:
    """An axis, several, or None for all together.

    >>> axes((0, 2))
    (0, 2)
    """
    if value is None:
        return None
    if isinstance(value, (tuple, list)):
        return tuple(whole("an axis", axis, None) for axis in value)
    return whole("axis", value, None)
