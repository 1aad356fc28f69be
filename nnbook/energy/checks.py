"""What energy models ask of their arguments."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nnbook.numerics import Array, floating


def entries(x: ArrayLike, m: int) -> Array:
    """States of `m` units, shape `(N, m)` or `(m,)`. Raises ValueError for other shapes.

    >>> entries([[1, 0]], 2)
    array([[1., 0.]])
    """
    x = floating(x)
    if x.ndim not in (1, 2) or x.shape[-1] != m:
        raise ValueError(f"expected states of {m} units, got shape {x.shape}")
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
    if n > 24:
        raise ValueError(f"{n} units have 2^{n} states, too many to list")
    return (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(np.float64)
