"""What energy models ask of their arguments."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nnbook.checks import whole
from nnbook.numerics import Array, floating


def entries(x: ArrayLike, m: int, least: float = 0.0) -> Array:
    """States of `m` units from `least` to 1, shape `(N, m)` or `(m,)`; ValueError for others.

    >>> entries([[1, 0]], 2)
    array([[1., 0.]])
    """
    x = floating(x)
    if x.ndim not in (1, 2) or x.shape[-1] != m:
        raise ValueError(f"expected states of {m} units, got shape {x.shape}")
    if x.size and not (least <= x.min() and x.max() <= 1):
        raise ValueError(f"expected states from {least:g} to 1, got {x.min():.4g} to {x.max():.4g}")
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
