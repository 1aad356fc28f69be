"""Arguments that are no numbers, checked by their kind: generators, arrays, functions, objects.

Each error says what was expected, and what came.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nnbook.checks import text


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
    if not os.fspath(value) or "\0" in str(value):
        raise ValueError(f"{name} must be a path, got {text(value)}")
    return Path(value)


def generator(rng: Any) -> np.random.Generator:
    """The generator itself: a seed in its place is refused.

    >>> generator(np.random.default_rng(0))
    Generator(PCG64) at ...
    """
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"expected a generator, np.random.default_rng(0), got {text(rng)}")
    return rng


def drawing(rng: Any) -> Any:
    """A generator, or what stands for one: an object that draws as it is told.

    >>> drawing(0)
    Traceback (most recent call last):
    ...
    TypeError: expected a generator, np.random.default_rng(0), got 0
    """
    draws = any(hasattr(rng, name) for name in ("random", "normal", "uniform"))
    if not draws or isinstance(rng, (type, ModuleType)):
        return generator(rng)
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


def array(name: str, value: Any, check: Callable[[Any], NDArray[Any]]) -> NDArray[Any]:
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
