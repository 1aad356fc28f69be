r"""Short ways for float32, in which networks are trained when it must be fast.

Each function here has a plain formula that NumPy could evaluate as it stands, and does for other
dtypes: in float64 results are the same to the last digit whichever way, for runs that were stored
rest on it. What makes the short ways short was measured. NumPy adds up along an axis at a quarter
of the speed at which BLAS multiplies by a vector of ones; a float64 column in a float32 expression
makes it convert every entry; choosing between two numbers (`where`) takes ten times as long as
computing with both.
"""

from __future__ import annotations

import math
import sys
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Axes = int | tuple[int, ...] | None

RUN = 4096
"""So many numbers are added up in float32 at most; the sums of them are added up in float64."""

AT_A_TIME = 128 * 1024
"""So many entries fit into the cache of a processor, with some room for others."""


if sys.platform == "linux":
    # Made and freed at once, without being touched. From then on the C library keeps what arrays of
    # up to this size leave free (32 MiB is the most that it takes for a measure), and does not hand
    # it back after each op only to ask for it again, page by page.
    np.empty(32 * 2**20 - 2**14, np.uint8)


def sums(x: Array, axis: Axes = None, times: Array | None = None) -> Array:
    r"""$\sum x$, or $\sum x\, t$ with `times` $t$, over `axis`, which is kept, with 1 entry.

    The result is in float64 at least.

    >>> sums(np.ones((2, 3), np.float32), axis=0)
    array([[2., 2., 2.]])
    """
    blocks = _blocks(x.shape, axis) if _plain(x) and (times is None or _plain(times)) else None
    if blocks is None or (times is not None and times.shape != x.shape):
        exact = np.result_type(x, np.float64)
        return np.sum(x if times is None else x * times, axis, exact, keepdims=True)
    A, J, B, shape = blocks
    if B > 1:  # along rows
        x = x.reshape(-1, B)
        parts = x @ np.ones(B, x.dtype) if times is None else np.vecdot(x, times.reshape(-1, B))
        parts = parts.reshape(A, J)
    else:  # down columns, some rows at a time
        x = x.reshape(A, J) if times is None else (x * times).reshape(A, J)
        some = [x[i : i + RUN] for i in range(0, A, RUN)]
        parts = [np.ones(len(rows), x.dtype) @ rows for rows in some]
    added = np.sum(parts, 0, np.float64) if len(parts) > 1 else parts[0].astype(np.float64)
    return added.reshape(shape)


def _plain(x: Array) -> bool:
    """Whether `x` is in float32 and lies in the memory in its order."""
    return x.dtype == np.float32 and x.flags.c_contiguous


@lru_cache(maxsize=256)
def _blocks(shape: tuple[int, ...], axis: Axes) -> tuple[int, int, int, tuple[int, ...]] | None:
    """Such arrays as A × J × B entries, of which A and B are added up; and the result's shape.

    None for sums that would be too long for float32, and for axes in between.
    """
    if axis is None:
        return None
    ndim, named = len(shape), axis if isinstance(axis, tuple) else (axis,)
    if any(not -ndim <= i < ndim for i in named):
        return None
    axes = {i % ndim for i in named}
    kept = [size for i, size in enumerate(shape) if i not in axes]
    first, last = 0, ndim
    while first in axes:
        first += 1
    while last - 1 in axes and last > first:
        last -= 1
    A, J, B = (math.prod(shape[i:j]) for i, j in ((0, first), (first, last), (last, ndim)))
    long = A * B > 16 * RUN or B > RUN
    if long or J <= 1 or A * B <= 1 or len(kept) < last - first or len(axes) < len(named):
        return None
    return A, J, B, tuple([1 if i in axes else size for i, size in enumerate(shape)])


def moments(x: Array, axis: tuple[int, ...]) -> tuple[Array, Array, Array]:
    r"""$x - μ$ in a new array, the means $μ$ over `axis`, and the means $v$ of $(x - μ)^2$.

    Means are in float64 at least and keep their axes.

    >>> [m.tolist() for m in moments(np.array([[1.0, 3.0]]), (1,))]
    [[[-1.0, 1.0]], [[2.0]], [[1.0]]]
    """
    n = math.prod(x.shape[i] for i in axis)
    mean = sums(x, axis) / n
    if x.dtype != np.float32:
        d = np.subtract(
            x, mean, out=np.empty_like(x, np.result_type(x, np.float32)), casting="same_kind"
        )
        return d, mean, sums(d, axis, times=d) / n
    d = x - mean.astype(x.dtype)
    v = sums(d, axis, times=d) / n
    if np.any(mean * mean > 4 * v):  # then the rounding of the mean would show: the rest goes off
        rest = sums(d, axis) / n
        d -= rest.astype(x.dtype)
        mean, v = mean + rest, sums(d, axis, times=d) / n
    return d, mean, v


def like(p: Array, x: Array) -> Array:
    """`p`, in float32 where `x` is: beside a float64 column NumPy would convert every entry of it.

    >>> like(np.ones(1), np.ones(1, np.float32)).dtype
    dtype('float32')
    """
    return p.astype(x.dtype) if x.dtype == np.float32 else p


def product(x: Array, W: Array) -> Array:
    """$x W$ for `x` `(…, n)`, in one product however many axes `x` has, and not in one for each.

    >>> product(np.ones((5, 4, 3), np.float32), np.ones((3, 2), np.float32)).shape
    (5, 4, 2)
    """
    if x.dtype == np.float32 and x.ndim > 2 and x.size:
        return (x.reshape(-1, x.shape[-1]) @ W).reshape(*x.shape[:-1], W.shape[-1])
    return x @ W


def inner(a: Array, b: Array) -> Array:
    r"""$\sum_k a_k b_k$ along the last axis, which is kept, with 1 entry.

    >>> inner(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    array([11.])
    """
    if a.dtype == b.dtype == np.float32:  # twice as fast as with an array of the products
        return np.asarray(np.vecdot(a, b))[..., None]
    return np.sum(a * b, axis=-1, keepdims=True)


def exponentials(z: Array, axis: int = -1) -> tuple[Array, Array, Array | float]:
    r"""New arrays $e_j = e^{z_j - c}$ and $s = \sum_k e_k$, and $c$: of what softmax is made.

    With any $c$, $S_j = e_j / s$, $\log S_j = z_j - c - \log s$. It is the maximum along `axis`; or
    0 for float32 logits along the last axis whose sums need no shift, as most do. That they are
    looked at last saves a third of the time, and a product with ones adds up four times as fast as
    `sum`. (In float64 stored runs rest on every digit.)

    >>> e, s, c = exponentials(np.array([1000.0, 1000.0]))
    >>> e.tolist(), s.tolist(), c.tolist()
    ([1.0, 1.0], [2.0], [1000.0])
    """
    K = z.shape[axis]
    if z.dtype == np.float32 and axis in (-1, z.ndim - 1) and K <= 4096:
        with np.errstate(over="ignore"):
            e = np.exp(z)
            sums = np.asarray(e @ np.ones(K, z.dtype))[..., None]
        if z.size and sums.min() > 1e-6 and sums.max() < 1e30:  # no digit was lost to 0 or ∞
            return e, sums, 0.0
    c = np.max(z, axis=axis, keepdims=True)
    e = np.exp(z - c)
    return e, np.sum(e, axis=axis, keepdims=True), c


def sigmoid_by_tanh(z: Array, small: Array | None = None) -> Array:
    r"""$\frac12 (1 + \tanh \frac z2)$, in half the time: NumPy's tanh in float32 is the faster one.

    Where the sum would cost the result its digits, at the few places `small`, it is $e^z / (1 +
    e^z)$.
    """
    y = z * np.float32(0.5)
    np.tanh(y, out=y)
    y += 1
    y *= 0.5
    if small is not None:
        e = np.exp(z.take(small))
        np.put(y, small, e / (1 + e))
    return y


def few(N: int, entries: int) -> list[slice]:
    """Slices of as many of `N` images as may be worked on at a time, if each makes `entries`.

    What is made of them then stays in the processor's cache; to write it to the memory and to read
    it again takes longer than many a product of matrices.

    >>> few(5, AT_A_TIME // 2)
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    n = max(1, AT_A_TIME // max(entries, 1))
    return [slice(i, min(i + n, N)) for i in range(0, N, n)]
