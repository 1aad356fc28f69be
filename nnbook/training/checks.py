"""Arguments, checked where they come in, by functions that say their name and what came.

Hyper-parameters come back as plain Python numbers. What is no single real number (a text, a truth
value, a list, a complex number) is a TypeError, and one that is out of bounds a ValueError.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from nnbook.op import Array


def number(name: str, value: Any) -> float:
    """Any real number, infinities and NaN among them.

    >>> number("p", np.float32(0.5))
    0.5
    >>> number("p", "0.5")
    Traceback (most recent call last):
    ...
    TypeError: p must be a number, got '0.5'
    """
    refused = isinstance(value, (bool, np.bool_, str, bytes)) or np.iscomplexobj(value)
    try:
        if not refused and np.ndim(value) == 0:
            return float(value)
    except (TypeError, ValueError):
        pass
    raise TypeError(f"{name} must be a number, got {value!r}")


def nonnegative(name: str, value: Any) -> float:
    """A finite number, 0 or more.

    >>> nonnegative("strength", 0)
    0.0
    """
    checked = number(name, value)
    if not (math.isfinite(checked) and checked >= 0):
        raise ValueError(f"{name} must be a finite number, 0 or more; got {value}")
    return checked


def positive(name: str, value: Any) -> float:
    """A finite number above 0.

    >>> positive("the bound", 2)
    2.0
    """
    checked = number(name, value)
    if not (math.isfinite(checked) and checked > 0):
        raise ValueError(f"{name} must be a positive number, got {value}")
    return checked


def share(name: str, value: Any) -> float:
    """A number in $[0, 1)$.

    >>> share("beta1", 0.9)
    0.9
    """
    checked = number(name, value)
    if not 0 <= checked < 1:
        raise ValueError(f"{name} must lie in [0, 1), got {value}")
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
        raise ValueError(f"a norm needs p of at least 1, got {value}")
    return p


def array(name: str, value: Any, check: Callable[[Any], Array]) -> Array:
    """What `check` (`numerics.real` or `floating`) makes of an array, or its TypeError by name.

    >>> from nnbook.numerics import real
    >>> array("gradient 'W'", 1j, real)
    Traceback (most recent call last):
    ...
    TypeError: gradient 'W': expected an array of real numbers, got dtype complex128
    """
    try:
        return check(value)
    except TypeError as error:
        raise TypeError(f"{name}: {error}") from error


def made(name: str, value: Any, kind: type, example: str) -> None:
    """Raises TypeError for what is not one of a kind, but what makes one, or something else.

    >>> made("penalty", float, int, "3")
    Traceback (most recent call last):
    ...
    TypeError: penalty must be one such as 3, got class float
    """
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be one such as {example}, got {text(value)}")


def text(value: Any) -> str:
    """How an argument reads in a message: functions and classes by their names.

    >>> text(len), text(float), text([3])
    ('len', 'class float', '[3]')
    """
    kind = "class " if isinstance(value, type) else ""
    return kind + getattr(value, "__name__", repr(value))


def whole(name: str, value: Any, least: int = 1) -> int:
    """A whole number of at least `least`.

    >>> whole("epochs", np.int64(3))
    3
    >>> whole("epochs", 2.5)
    Traceback (most recent call last):
    ...
    ValueError: epochs must be a whole number of at least 1, got 2.5
    """
    number(name, value)
    try:
        checked = operator.index(value)
    except TypeError:
        checked = least - 1
    if checked < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, got {value}")
    return checked
