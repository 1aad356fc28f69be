r"""Exponentials and logarithms that neither overflow nor lose their digits.

The textbook formulas are right on paper and fail in floating point: $e^{1000}$ overflows, and
$\log(1 + e^{-50})$ is rounded to 0. Each function here is the same formula rearranged so that an
exponential only ever sees an argument that is zero or negative. All keep the dtype of a floating
point argument; other real numbers become float64 (`floating`).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnbook import fast
from nnbook.checks import axes, flag, whole

Array = NDArray[Any]
Axes = int | tuple[int, ...] | None


def real(x: ArrayLike) -> Array:
    """`x` as an array of real numbers in the dtype that it has: labels stay whole numbers.

    Raises TypeError for what is no such array: complex numbers, text, objects, dates, rows of
    different lengths, and arrays with a mask, whose hidden entries would be used all the same.

    >>> real([1, 2]).dtype.kind
    'i'
    """
    if isinstance(x, np.ma.MaskedArray):
        raise TypeError("expected an array of numbers, got a masked array; fill or drop its mask")
    try:
        x = np.asarray(x)
    except ValueError as error:
        raise TypeError(f"expected an array of real numbers, got a ragged {type(x)}") from error
    if x.dtype.kind not in "fbiu":
        raise TypeError(f"expected an array of real numbers, got dtype {x.dtype}")
    return x


def floating(x: ArrayLike) -> Array:
    """The one rule of dtypes: floating numbers stay what they are, other numbers become float64.

    Integers and truth values are numbers. Raises TypeError for what is not, as `real` does.

    >>> floating(np.array([200, 100], np.uint8)).sum()
    np.float64(300.0)
    >>> floating(np.ones(2, np.float32)).dtype
    dtype('float32')
    """
    if type(x) is np.ndarray and x.dtype.kind == "f":
        return x  # most are: nothing more to look at
    x = real(x)
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def total(x: ArrayLike, axis: Axes = None, keepdims: bool = False) -> Array:
    """The sum over `axis`, in the dtype of `x` but added up in float64 at least (`fast.sums`).

    In float32 a sum over a million rows keeps four digits of its seven, in float16 it overflows.

    >>> x = np.full((1_000_000, 2), 0.1, np.float32)
    >>> float(total(x, axis=0)[0]), float(np.sum(x, axis=0)[0]) > 100_900
    (100000.0, True)
    """
    x = floating(x)
    axis = own_axes(x, axis)
    if keepdims is not False:
        flag("keepdims", keepdims)
    y = fast.sums(x, axis)
    y = y if keepdims else y.squeeze(axis)[()]
    return y.astype(x.dtype, copy=False)


def mean(x: ArrayLike, axis: Axes = None, keepdims: bool = False) -> Array:
    """The mean over `axis`, in the dtype of `x` but added up in float64 at least (`fast.sums`).

    Raises ValueError for a mean of nothing.

    >>> mean(np.array([[6e4, 5e4]], np.float16), axis=1).tolist()
    [54976.0]
    """
    x = floating(x)
    axis = own_axes(x, axis)
    if keepdims is not False:
        flag("keepdims", keepdims)
    if x.size == 0 and not np.all(np.take(x.shape, range(x.ndim) if axis is None else axis)):
        raise ValueError(f"expected numbers to take a mean of, got shape {x.shape}, axis {axis}")
    y = fast.sums(x, axis)
    y = (y if keepdims else y.squeeze(axis)[()]) / (x.size // max(y.size, 1))
    return y.astype(x.dtype, copy=False)


def wide(x: Array) -> Array:
    """`x` in a dtype whose sums, squares and small constants neither overflow nor vanish.

    That is float32 for float16; all others stay as they are.

    >>> wide(np.ones(1, np.float16)).dtype, wide(np.ones(1)).dtype
    (dtype('float32'), dtype('float64'))
    """
    x = floating(x)
    return x.astype(np.float32) if x.dtype == np.float16 else x


def sigmoid(z: ArrayLike) -> Array:
    """Logistic function $σ(z) = 1 / (1 + e^{-z})$, for every entry of `z`, of any shape.

    For $z < 0$ it is computed as $e^{z} / (1 + e^{z})$, which is the same number.

    Source: chapter *Architectures*.

    >>> sigmoid(np.array([-10000.0, 0.0, 10000.0]))
    array([0. , 0.5, 1. ])
    """
    z = floating(z)
    if z.dtype == np.float32 and z.ndim:
        small = z < -4
        number = np.count_nonzero(small)
        if 16 * number < z.size:
            return fast.sigmoid_by_tanh(z, np.flatnonzero(small) if number else None)
    e = np.exp(-np.abs(z))  # in (0, 1]
    # The numerator is 1 for z ≥ 0, otherwise e; `where` would wait at every change of sign.
    return np.maximum(e, z >= 0) / (1 + e)


def softplus(z: ArrayLike) -> Array:
    r"""Smooth maximum of 0 and $z$, $\log(1 + e^{z}) = \max(z, 0) + \log(1 + e^{-|z|})$.

    Entry by entry, any shape. Source: chapter *Losses*.

    >>> softplus(np.array([-10000.0, 0.0, 10000.0])).round(4).tolist()
    [0.0, 0.6931, 10000.0]
    """
    z = floating(z)
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def log_sigmoid(z: ArrayLike) -> Array:
    r"""$\log σ(z) = -\log(1 + e^{-z})$, entry by entry, any shape. Source: chapter *Losses*.

    >>> log_sigmoid(np.array([-10000.0, 0.0])).round(4).tolist()
    [-10000.0, -0.6931]
    """
    return -softplus(-floating(z))


def log_sum_exp(z: ArrayLike, axis: int = -1, keepdims: bool = False) -> Array:
    r"""$\log \sum_k e^{z_k} = c + \log \sum_k e^{z_k - c}$ along `axis`, with $c = \max_k z_k$.

    An axis that holds only $-∞$ gives $-∞$, one that holds $+∞$ gives $+∞$. Raises ValueError where
    there is nothing along `axis`. Source: chapter *Losses*.

    >>> log_sum_exp(np.array([[10000.0, 10000.0], [0.0, 0.0]])).round(4).tolist()
    [10000.6931, 0.6931]
    """
    z, dtype = _along(z, axis)
    flag("keepdims", keepdims)
    c = np.max(z, axis=axis, keepdims=True)
    c = np.where(np.isinf(c), 0, c)  # ∞ - ∞ is no number
    with np.errstate(divide="ignore", under="ignore"):  # log 0 = -∞ and e^{-1000} = 0 are meant
        total = np.log(np.sum(np.exp(z - c), axis=axis, keepdims=True)) + c
    total = total.astype(dtype, copy=False)
    return total if keepdims else np.squeeze(total, axis=axis)


def log_softmax(z: ArrayLike, axis: int = -1) -> Array:
    r"""$\log S_j(z) = z_j - \log \sum_k e^{z_k}$ along `axis`. Source: chapter *Losses*.

    Logits of $-∞$ are classes ruled out, of logarithm $-∞$. Where all are $-∞$, or one is $+∞$, the
    limit depends on the way there, and the result is NaN. Raises ValueError where there is nothing
    along `axis`.

    >>> log_softmax(np.array([0.0, 10000.0, -np.inf])).tolist()
    [-10000.0, 0.0, -inf]
    """
    z, dtype = _along(z, axis)
    with np.errstate(invalid="ignore", under="ignore"):  # ∞ - ∞: no number, as promised
        z = z - np.max(
            z, axis=axis, keepdims=True
        )  # before the logarithm, or its digits drown in c
        y = z - np.log(np.sum(np.exp(z), axis=axis, keepdims=True))
    return y.astype(dtype, copy=False)


def softmax(z: ArrayLike, axis: int = -1) -> Array:
    r"""$S_j(z) = e^{z_j} / \sum_k e^{z_k}$ along `axis`; sums to 1. Source: chapter *Losses*.

    Logits of $-∞$ are classes ruled out, of probability 0. Where all are $-∞$, or one is $+∞$, the
    result is NaN, as for `log_softmax`. Raises ValueError where there is nothing along `axis`.

    >>> softmax(np.array([10000.0, 10000.0, -np.inf])).tolist()
    [0.5, 0.5, 0.0]
    """
    z, dtype = _along(z, axis)
    with np.errstate(invalid="ignore", under="ignore"):
        e, sums, _ = fast.exponentials(z, axis)
        S = np.divide(e, sums, out=e)
    return S.astype(dtype, copy=False)


def own_axes(x: Array, axis: Axes) -> Axes:
    """Axes, if `x` has them; otherwise ValueError.

    >>> own_axes(np.ones((2, 3)), (0, -1))
    (0, -1)
    """
    if type(axis) is int and -x.ndim <= axis < x.ndim:  # as it mostly is
        return axis
    axis = axes(axis)
    for each in (axis,) if isinstance(axis, int) else axis or ():
        if not -x.ndim <= each < x.ndim:
            raise ValueError(f"expected an axis of an array of shape {x.shape}, got {each}")
    return axis


def _along(z: ArrayLike, axis: int) -> tuple[Array, Any]:
    """Logits that have something along `axis`, wide enough to add up, and the dtype they had."""
    z = floating(z)
    if not -z.ndim <= whole("axis", axis, None) < z.ndim or z.shape[axis] == 0:
        raise ValueError(f"expected at least one number along axis {axis}, got shape {z.shape}")
    return wide(z), z.dtype


# Chebyshev's series of erfc(x) e^{x²} / t in t = 2 / (2 + x), which runs from 1 at x = 0 to 1/14 at
# x = 24; beyond 26, erfc(x) is smaller than the smallest float64. The terms fall below rounding.
_NODES = np.pi * (np.arange(28) + 0.5) / 28
_LEAST = 2 / (2 + 24)
_T = (1 + _LEAST) / 2 + (1 - _LEAST) / 2 * np.cos(_NODES)
_VALUES = [math.erfc(2 / t - 2) * math.exp((2 / t - 2) ** 2) / t for t in _T]
_SERIES = 2 / 28 * np.cos(np.arange(28)[:, None] * _NODES) @ _VALUES


def erfc(x: ArrayLike) -> Array:
    r"""$\operatorname{erfc} x = \frac{2}{\sqrt π} \int_x^∞ e^{-s^2} ds$, entry by entry, any shape.

    NumPy has none. For $x ≥ 0$, $\operatorname{erfc} x = t\, e^{-x^2} g(t)$ with a smooth $g$ of
    $t = 2 / (2 + x)$, which is a short series of Chebyshev polynomials; the rest is
    $\operatorname{erfc}(-x) = 2 - \operatorname{erfc} x$. The relative error is below $10^{-12}$
    in float64, where the result is a normal number. Source: Press, Teukolsky, Vetterling and
    Flannery, *Numerical recipes* (2007), section 6.2.2.

    >>> erfc([0.0, 1.0, -30.0]).round(7).tolist()
    [1.0, 0.1572992, 2.0]
    """
    x = floating(x)
    a = np.minimum(np.abs(x).astype(np.float64, copy=False), 30.0)
    t = 2 / (2 + a)
    u = (2 * t - 1 - _LEAST) / (1 - _LEAST)  # in [-1, 1], where the polynomials live
    above = now = np.zeros_like(u)
    for c in _SERIES[:0:-1]:  # Clenshaw's recurrence
        now, above = c + 2 * u * now - above, now
    with np.errstate(under="ignore"):  # e^{-900} = 0 is meant
        y = t * np.exp(-a * a) * (_SERIES[0] / 2 + u * now - above)
        return np.where(x < 0, 2 - y, y).astype(x.dtype, copy=False)
