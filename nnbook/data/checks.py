"""What the functions on data ask of their arguments; each says what it expected and what came."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike


def whole(number: Any, what: str, least: int = 1) -> int:
    """A whole number of at least `least`.

    Raises TypeError for what is no whole number, ValueError for one that is too small.

    >>> whole(np.int64(3), "the number of bins")
    3
    """
    try:
        if isinstance(number, (bool, np.bool_)):
            raise TypeError
        number = operator.index(number)
    except TypeError:
        raise TypeError(f"{what} must be a whole number, got {number!r}") from None
    if number < least:
        raise ValueError(f"{what} must be at least {least}, got {number}")
    return number


def finite(number: Any, what: str, least: float = -math.inf) -> float:
    """A finite number of at least `least`. Raises TypeError or ValueError for others.

    >>> finite(0.5, "the noise", least=0)
    0.5
    """
    try:
        value = float(number)
    except (TypeError, ValueError):
        raise TypeError(f"{what} must be a number, got {number!r}") from None
    if not (math.isfinite(value) and value >= least):
        bound = "" if least == -math.inf else f" of at least {least:g}"
        raise ValueError(f"{what} must be a finite number{bound}, got {number}")
    return value


def generator(rng: Any) -> np.random.Generator:
    """The generator itself. Raises TypeError for anything else, such as a seed.

    >>> generator(np.random.default_rng(0))
    Generator(PCG64) at ...
    """
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"expected a generator such as np.random.default_rng(0), got {rng!r}")
    return rng


def floating_dtype(dtype: DTypeLike) -> np.dtype[Any]:
    """A floating dtype. Raises TypeError for others, which could not hold what is measured.

    >>> floating_dtype("float32")
    dtype('float32')
    """
    made = np.dtype(dtype)
    if made.kind != "f":
        raise TypeError(f"expected a floating dtype, got {made}")
    return made
