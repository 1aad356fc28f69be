"""Values brought to mean 0 and variance 1, and the way back: what all normalizations compute.

The formulas, and what $i$ and $j$ are, stand at the head of `normalization`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from nnbook import fast, numerics
from nnbook.numerics import wide
from nnbook.op import Array

Axes = tuple[int, ...]


class Standardized(NamedTuple):
    r"""$\hat x$ with what it was made of; all but $\hat x$ have axes of length 1 where $i$ runs."""

    x_hat: Array
    mean: Array
    variance: Array
    r: Array


def standardized(x: Array, axes: Axes, eps: float, centred: bool = True) -> Standardized:
    r"""$\hat x = (x - μ) / \sqrt{v + ε}$, with $μ$ and $v$ over `axes`; $v$ is biased (over $n$).

    Without `centred`, $μ$ is taken to be 0, and $v$ is the mean square. All but $\hat x$ are in
    float64 at least, whatever the dtype of `x`.

    >>> standardized(np.array([[1.0, 3.0]]), (1,), eps=0.0).x_hat
    array([[-1.,  1.]])

    Source: chapter *Batch normalization*.
    """
    if centred:
        x_hat, mean, variance = fast.moments(x, axes)
    else:
        x_hat, mean = wide(x).copy(), np.zeros((1,) * x.ndim, x.dtype)
        variance = fast.sums(x_hat, axes, times=x_hat) / math.prod(x.shape[i] for i in axes)
    r = 1 / np.sqrt(variance + eps)
    x_hat *= fast.like(r, x_hat)
    return Standardized(x_hat.astype(x.dtype, copy=False), mean, variance, r)


def standardized_bar(s: Standardized, x_hat_bar: Array, axes: Axes, centred: bool = True) -> Array:
    r"""$\bar x$ from $\bar{\hat x}$: the formula above; without `centred`, without its mean.

    >>> s = standardized(np.array([[1.0, 3.0]]), (1,), eps=0.0)
    >>> standardized_bar(s, np.array([[5.0, 0.0]]), (1,))  # two values are always -1 and 1
    array([[0., 0.]])

    Source: chapter *Batch normalization*.
    """
    n = math.prod(x_hat_bar.shape[i] for i in axes)
    along = fast.sums(x_hat_bar, axes, times=s.x_hat) / n
    x_bar = s.x_hat * along.astype(x_hat_bar.dtype, copy=False)
    np.subtract(x_hat_bar, x_bar, out=x_bar)
    if centred:
        x_bar -= numerics.mean(x_hat_bar, axes, keepdims=True)
    x_bar *= fast.like(s.r, x_bar)
    return x_bar
