"""Arguments, checked where they come in, by functions that say their name and what came.

Hyper-parameters come back as plain Python numbers. What is not of the kind that is expected (a text
or a truth value for a number, a class for an object) is a TypeError, and a number that is out of
bounds a ValueError.
"""

from __future__ import annotations

import math
import operator
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnbook.numerics import Array

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
    """Whether a value is one real number, which a truth value and a text are not."""
    if isinstance(value, (bool, np.bool_, str, bytes)):
        return False
    try:
        if np.iscomplexobj(value) or np.ndim(value):
            return False
        float(value)
    except OverflowError:
        return True
    except (TypeError, ValueError):
        return False
    return True


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


def listed(name: str, value: Any, example: str) -> Sequence[Any]:
    """A list or a tuple, which a text is not.

    >>> listed("seeds", [0, 1], "[0, 1]")
    [0, 1]
    """
    if not isinstance(value, (list, tuple, range)):
        raise TypeError(f"{name} must be a list such as {example}, got {text(value)}")
    return value


def path(name: str, value: Any) -> Path:
    """The place of a file or a folder.

    >>> path("the file", 3)
    Traceback (most recent call last):
    ...
    TypeError: the file must be a path, got 3
    """
    if not isinstance(value, (str, os.PathLike)):
        raise TypeError(f"{name} must be a path, got {text(value)}")
    return Path(value)


def generator(rng: Any) -> np.random.Generator:
    """The generator itself: a seed in its place is refused.

    >>> generator(np.random.default_rng(0))
    Generator(PCG64) at ...
    """
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"expected a generator, np.random.default_rng(0), got {text(rng)}")
    return rng


def floating_dtype(dtype: DTypeLike) -> np.dtype[Any]:
    """A floating dtype, of at most the numbers that arithmetic is made for.

    >>> floating_dtype("float32")
    dtype('float32')
    """
    try:
        made = np.dtype(dtype)
    except (TypeError, ValueError):
        made = None
    if made is None or dtype is None or made.kind != "f" or made.shape:
        raise TypeError(f"expected a floating dtype, got {made or text(dtype)}")
    return made


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


def function(name: str, value: Any, example: str) -> Callable[..., Any]:
    """A function, or an object that can be called, but no class and not what makes one.

    >>> function("predict", 3, "network.predict")
    Traceback (most recent call last):
    ...
    TypeError: predict must be a function such as network.predict, got 3
    """
    if not callable(value) or isinstance(value, type):
        raise TypeError(f"{name} must be a function such as {example}, got {text(value)}")
    return value


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
    """How an argument reads in a message: functions and classes by their names, arrays by shape.

    >>> text(len), text(float), text([3]), text(np.ones((2, 3)))
    ('len', 'class float', '[3]', 'array of shape (2, 3)')
    """
    if isinstance(value, np.ndarray) and value.size > 1:
        return f"array of shape {value.shape}"
    kind = "class " if isinstance(value, type) else ""
    said = kind + str(getattr(value, "__name__", None) or repr(value))
    return said if len(said) <= 80 else f"{said[:77]}…"
