r"""Exponentials and logarithms that neither overflow nor lose their digits.

The textbook formulas are right on paper and fail in floating point: $e^{1000}$ overflows, and
$\log(1 + e^{-50})$ is rounded to 0. Each function here is the same formula rearranged so that an
exponential only ever sees an argument that is zero or negative. All keep the dtype of a floating
point argument; other arguments are taken as float64.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]


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
    x = real(x)
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def wide(x: Array) -> Array:
    """`x` in a dtype whose sums, squares and small constants neither overflow nor vanish.

    That is float32 for float16; all others stay as they are.

    >>> wide(np.ones(1, np.float16)).dtype, wide(np.ones(1)).dtype
    (dtype('float32'), dtype('float64'))
    """
    return x.astype(np.result_type(x, np.float32), copy=False)


def sigmoid(z: ArrayLike) -> Array:
    """Logistic function $σ(z) = 1 / (1 + e^{-z})$, for every entry of `z`, of any shape.

    For $z < 0$ it is computed as $e^{z} / (1 + e^{z})$, which is the same number.

    Source: chapter *Architectures*.

    >>> sigmoid(np.array([-10000.0, 0.0, 10000.0]))
    array([0. , 0.5, 1. ])
    """
    z = floating(z)
    e = np.exp(-np.abs(z))  # in (0, 1]
    return np.where(z >= 0, 1, e) / (1 + e)


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

    An axis that holds only $-∞$ gives $-∞$. Source: chapter *Losses*.

    >>> log_sum_exp(np.array([[10000.0, 10000.0], [0.0, 0.0]])).round(4).tolist()
    [10000.6931, 0.6931]
    """
    z = floating(z)
    c = np.max(z, axis=axis, keepdims=True)
    c = np.where(np.isfinite(c), c, 0)  # ∞ - ∞ is no number
    with np.errstate(divide="ignore"):  # log 0 = -∞ is meant
        total = np.log(np.sum(np.exp(z - c), axis=axis, keepdims=True)) + c
    return total if keepdims else np.squeeze(total, axis=axis)


def log_softmax(z: ArrayLike, axis: int = -1) -> Array:
    r"""$\log S_j(z) = z_j - \log \sum_k e^{z_k}$ along `axis`. Source: chapter *Losses*.

    >>> log_softmax(np.array([0.0, 10000.0])).tolist()
    [-10000.0, 0.0]
    """
    z = floating(z)
    z = z - np.max(z, axis=axis, keepdims=True)  # before the logarithm, or its digits drown in c
    return z - np.log(np.sum(np.exp(z), axis=axis, keepdims=True))


def softmax(z: ArrayLike, axis: int = -1) -> Array:
    r"""$S_j(z) = e^{z_j} / \sum_k e^{z_k}$ along `axis`; sums to 1. Source: chapter *Losses*.

    >>> softmax(np.array([10000.0, 10000.0, -10000.0])).tolist()
    [0.5, 0.5, 0.0]
    """
    z = floating(z)
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)
