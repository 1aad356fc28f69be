"""Losses of numbers: how far predictions are from targets, entry by entry.

Of a deviation d = y - t the squared error weighs large ones most, the absolute error all alike,
Huber's is the one near 0 and the other far away, and the quantile loss weighs the two signs
differently. `y` and `t` have one shape, any, and each entry counts as an example.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nnbook.checks import between, option, positive
from nnbook.op import Array
from nnbook.ops.losses.base import Loss, MeanLoss


class _OfDeviations(MeanLoss):
    """A loss that depends on y - t alone, so that its slopes are opposite."""

    def target_slope(self, y: Array, t: Array) -> Array:
        return -self.slope(y, t)


class MeanSquaredError(_OfDeviations):
    r"""$L = \frac1n \sum_i (y_i - t_i)^2$ over all $n$ entries; with "half", $\frac1{2n} \sum$.

    $$\frac{∂L}{∂y_i} = \frac2n (y_i - t_i) \quad\text{or}\quad \frac1n (y_i - t_i).$$

    `y` and `t` have one shape, any. Raises ValueError for another `convention` than "mean", "half".
    Source: chapter *Losses*, from a Gaussian likelihood.

    >>> y, t = np.array([1.0, 4.0]), np.array([1.0, 2.0])
    >>> float(MeanSquaredError().value(y, t)), float(MeanSquaredError("half").value(y, t))
    (2.0, 1.0)
    >>> MeanSquaredError().gradient(y, t), MeanSquaredError(reduction="none").value(y, t)
    (array([0., 2.]), array([0., 4.]))
    """

    def __init__(self, convention: str = "mean", *, reduction: str = "mean"):
        super().__init__(reduction=reduction)
        self.convention = option("convention", convention, "mean", "half")
        self.factor = 1.0 if convention == "mean" else 0.5

    def each(self, y: Array, t: Array) -> Array:
        return self.factor * (y - t) ** 2

    def slope(self, y: Array, t: Array) -> Array:
        return 2 * self.factor * (y - t)


class MeanAbsoluteError(_OfDeviations):
    r"""$L = \frac1n \sum_i |y_i - t_i|$, $\;∂L/∂y_i = \frac1n \operatorname{sign}(y_i - t_i)$.

    At $y_i = t_i$ the derivative does not exist; 0 is taken. `y` and `t` have one shape, any.
    Source: chapter *Losses*, from a Laplace likelihood.

    >>> y, t = np.array([1.0, 4.0]), np.array([1.0, 2.0])
    >>> float(MeanAbsoluteError().value(y, t)), MeanAbsoluteError().gradient(y, t)
    (1.0, array([0. , 0.5]))
    """

    def each(self, y: Array, t: Array) -> Array:
        return np.abs(y - t)

    def slope(self, y: Array, t: Array) -> Array:
        return np.sign(y - t)


class RootMeanSquaredError(Loss):
    r"""$L = \sqrt{\frac1n \sum_i (y_i - t_i)^2}$, $\;∂L/∂y_i = (y_i - t_i) / (n L)$.

    Where all errors are zero, $L$ has a kink like $|x|$ and the formula is $0/0$; there
    the gradient is 0, which is a subgradient. `y` and `t` have one shape, any. The mean is over the
    whole batch: the root of a mean is not the mean of the roots of smaller batches.
    Source: chapter *Losses*.

    >>> y, t = np.array([3.0, 5.0]), np.array([0.0, 1.0])
    >>> RootMeanSquaredError().value(y, t).round(4)
    np.float64(3.5355)
    >>> RootMeanSquaredError().gradient(t, t)
    array([0., 0.])
    """

    def value(self, y: Array, t: Array) -> Array:
        largest, d = self._scaled(y, t)
        return largest * np.sqrt(np.mean(d**2, dtype=np.result_type(d, np.float64))).astype(d.dtype)

    def gradient(self, y: Array, t: Array) -> Array:
        _, d = self._scaled(y, t)
        L = self.value(d, np.zeros_like(d))
        return d / (d.size * L) if L > 0 else d

    def target_gradient(self, y: Array, t: Array) -> Array:
        return -self.gradient(y, t)

    def _scaled(self, y: Array, t: Array) -> tuple[Any, Array]:
        """The largest deviation, and all as shares of it, whose squares are in range."""
        d = y - t
        largest = np.max(np.abs(d))
        return (largest, d / largest) if 0 < largest < math.inf else (1, d)


class HuberLoss(_OfDeviations):
    r"""Squares near, distances far: with $d_i = y_i - t_i$ and the `delta` $δ > 0$,

    $$L = \frac1n \sum_i \begin{cases} \frac12 d_i^2 & |d_i| ≤ δ \\
      δ (|d_i| - \frac12 δ) & |d_i| > δ \end{cases}, \qquad
      \frac{∂L}{∂y_i} = \frac1n \min(\max(d_i, -δ), δ) .$$

    The gradient is bounded, so that no outlier pulls harder than $δ$, and it shrinks near the
    target. `y` and `t` have one shape, any. Raises ValueError unless $δ$ is positive and finite.
    Source: Huber, *Robust estimation of a location parameter* (1964); chapter *Losses*.

    >>> y, t = np.array([0.5, 3.0]), np.array([0.0, 0.0])
    >>> HuberLoss(reduction="none").value(y, t), HuberLoss().gradient(y, t)
    (array([0.125, 2.5  ]), array([0.25, 0.5 ]))
    """

    def __init__(self, delta: float = 1.0, *, reduction: str = "mean"):
        super().__init__(reduction=reduction)
        self.delta = positive("delta", delta)

    def each(self, y: Array, t: Array) -> Array:
        d = np.abs(y - t)
        near = np.minimum(d, self.delta)
        return near * (d - near / 2)

    def slope(self, y: Array, t: Array) -> Array:
        return np.clip(y - t, -self.delta, self.delta)


class QuantileLoss(_OfDeviations):
    r"""The pinball loss of the quantile $q$, which weighs too low with $q$, too high with $1 - q$:

    $$L = \frac1n \sum_i \max\bigl(q (t_i - y_i),\, (1 - q) (y_i - t_i)\bigr), \qquad
      \frac{∂L}{∂y_i} = \frac1n \begin{cases} -q & y_i < t_i \\ 1 - q & y_i > t_i \end{cases} .$$

    The number that is best for many targets is their $q$-quantile; with $q = \frac12$ that is the
    median, and the loss is half the absolute error. At $y_i = t_i$ the derivative does not exist; 0
    is taken. `y` and `t` have one shape, any. Raises ValueError unless $0 < q < 1$.
    Source: Koenker and Bassett, *Regression quantiles* (1978); chapter *Losses*.

    >>> y, t = np.array([1.0, 4.0]), np.array([3.0, 2.0])
    >>> QuantileLoss(0.9, reduction="none").value(y, t).round(9)
    array([1.8, 0.2])
    """

    def __init__(self, q: float = 0.5, *, reduction: str = "mean"):
        super().__init__(reduction=reduction)
        self.q = between("the quantile", q, 0, 1)

    def each(self, y: Array, t: Array) -> Array:
        return np.maximum(self.q * (t - y), (1 - self.q) * (y - t))

    def slope(self, y: Array, t: Array) -> Array:
        return np.where(y > t, 1 - self.q, np.where(y < t, -self.q, 0)).astype(y.dtype)
