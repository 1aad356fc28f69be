"""What energy models ask of their arguments."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nnbook.checks import whole
from nnbook.numerics import Array, floating


def entries(x: ArrayLike, m: int) -> Array:
    """States of `m` units, shape `(N, m)` or `(m,)`: any finite numbers. ValueError for others.

    >>> entries([[1, 0]], 2)
    array([[1., 0.]])
    """
    x = floating(x)
    if x.ndim not in (1, 2) or x.shape[-1] != m:
        raise ValueError(f"expected states of {m} units, got shape {x.shape}")
    if not np.isfinite(x).all():
        raise ValueError(f"expected states of finite numbers, got {x[~np.isfinite(x)].flat[0]}")
    return x


def shares(x: ArrayLike, m: int) -> Array:
    """States of `m` units that are 0, 1 or between: what has a probability. ValueError for others.

    >>> shares([1, 0.5], 2)
    array([1. , 0.5])
    """
    x = entries(x, m)
    if x.size and not (x.min() >= 0 and x.max() <= 1):
        raise ValueError(f"expected states from 0 to 1, got {x.min():.4g} to {x.max():.4g}")
    return x


def states(n: int) -> Array:
    """All states of `n` units of 0 or 1, shape `(2ⁿ, n)`; the first unit changes fastest.

    Raises ValueError for more than 24 units, whose states fill the memory.

    >>> states(2)
    array([[0., 0.],
           [1., 0.],
           [0., 1.],
           [1., 1.]])
    """
    if whole("the number of units", n, 0) > 24:
        raise ValueError(f"expected at most 24 units to list all states of, got {n}")
    return (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(np.float64)
