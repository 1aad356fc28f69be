"""Losses of two classes: cross-entropies, the focal loss and the hinge loss.

Each entry of `y` and `t`, which have one shape, is an answer of its own, right or wrong. Those
whose predictions are probabilities follow the formula and are here for study; to train a classifier
use the fused ones, which read logits $z$ and join the sigmoid with the loss, because the logarithm
undoes the exponential that could overflow.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnbook.checks import nonnegative
from nnbook.data.targets import tolerance
from nnbook.numerics import log_sigmoid, sigmoid
from nnbook.op import Array
from nnbook.ops.losses.base import MeanLoss
from nnbook.ops.losses.options import CrossEntropy, OnProbabilities, checked_eps, times


class _OfTwoClasses(CrossEntropy):
    r"""A loss $ℓ = u_1 c_1(y) + u_0 c_0(y)$ of what an answer costs if the truth is 1, and if 0.

    The target is the probability of class 1. With the weights $(w_0, w_1)$ and the smoothing ε,
    $u_1 = w_1 ((1 - ε) t + ε/2)$ and $u_0 = w_0 ((1 - ε) (1 - t) + ε/2)$.
    """

    def __init__(
        self,
        *,
        weights: Sequence[float] | None = None,
        smoothing: float = 0.0,
        reduction: str = "mean",
    ):
        super().__init__(weights=weights, smoothing=smoothing, reduction=reduction)
        if self.weights is not None and len(self.weights) != 2:
            raise ValueError(f"expected the weights of class 0 and of class 1, got {weights}")

    def costs(self, y: Array) -> tuple[Array, Array]:
        """What the answer `y` costs if the truth is 1, and if it is 0."""
        raise NotImplementedError(f"{self!r} has no costs")

    def cost_slopes(self, y: Array) -> tuple[Array, Array]:
        """The derivatives of both costs."""
        raise NotImplementedError(f"{self!r} has no slopes")

    def target(self, y: Array, t: Array) -> Array:
        t, slack = super().target(y, t), tolerance(y.dtype)
        if t.size and not (np.min(t) >= -slack and np.max(t) <= 1 + slack):
            raise ValueError(
                f"{self!r} expects targets in [0, 1], got {np.min(t):.4g} … {np.max(t):.4g}"
            )
        return t

    def each(self, y: Array, t: Array) -> Array:
        u1, u0 = self._shares(t)
        c1, c0 = self.costs(y)
        return times(u1, c1) + times(u0, c0)

    def slope(self, y: Array, t: Array) -> Array:
        u1, u0 = self._shares(t)
        c1_bar, c0_bar = self.cost_slopes(y)
        return u1 * c1_bar + u0 * c0_bar

    def target_slope(self, y: Array, t: Array) -> Array:
        w0, w1 = self._pair_of_weights()
        c1, c0 = self.costs(y)
        return (1 - self.smoothing) * (w1 * c1 - w0 * c0)

    def count(self, t: Array) -> float:
        w0, w1 = self._pair_of_weights()
        return t.size if w0 == w1 == 1 else float(np.sum(w1 * t + w0 * (1 - t), dtype=np.float64))

    def count_slope(self) -> float:
        w0, w1 = self._pair_of_weights()
        return w1 - w0

    def _shares(self, t: Array) -> tuple[Array, Array]:
        w0, w1 = self._pair_of_weights()
        eps = self.smoothing
        return w1 * ((1 - eps) * t + eps / 2), w0 * ((1 - eps) * (1 - t) + eps / 2)

    def _pair_of_weights(self) -> tuple[float, ...]:
        return (1.0, 1.0) if self.weights is None else self.weights


class BinaryCrossEntropy(OnProbabilities, _OfTwoClasses):
    r"""$L = -\frac1n \sum_i [t_i \log y_i + (1 - t_i) \log(1 - y_i)]$ over all $n$ entries.

    $$\frac{∂L}{∂y_i} = \frac1n \frac{y_i - t_i}{y_i (1 - y_i)} .$$

    `y` and `t` have one shape, any; $y$ is clipped to $[ε, 1 - ε]$, and outside the gradient is 0.
    `weights` $(w_0, w_1)$ of the classes and label `smoothing` are as in `SoftmaxCrossEntropy`.
    Raises ValueError for predictions and targets outside $[0, 1]$. Source: chapter *Losses*, from a
    Bernoulli likelihood.

    >>> y, t = np.array([0.5, 0.8]), np.array([1, 1])
    >>> BinaryCrossEntropy().gradient(y, t)
    array([-1.   , -0.625])
    """

    def __init__(
        self,
        eps: float = 1e-7,
        *,
        weights: Sequence[float] | None = None,
        smoothing: float = 0.0,
        reduction: str = "mean",
    ):
        super().__init__(weights=weights, smoothing=smoothing, reduction=reduction)
        self.eps = checked_eps(eps)

    def costs(self, y: Array) -> tuple[Array, Array]:
        return -np.log(self.clip(y)), -np.log(self.clip(1 - y))

    def cost_slopes(self, y: Array) -> tuple[Array, Array]:
        p, q = self.clip(y), self.clip(1 - y)
        inside = (p == y) & (q == 1 - y)
        return np.where(inside, -1 / p, 0), np.where(inside, 1 / q, 0)


class SigmoidBinaryCrossEntropy(_OfTwoClasses):
    r"""Binary cross-entropy of $y = σ(z)$, from the logits: $1 - σ(z) = σ(-z)$ gives

    $$L = -\frac1n \sum_i [t_i \log σ(z_i) + (1 - t_i) \log σ(-z_i)], \qquad
      \frac{∂L}{∂z_i} = \frac1n (σ(z_i) - t_i) .$$

    `z` and `t` have one shape, any. `weights` $(w_0, w_1)$ of the classes and label `smoothing` are
    as in `SoftmaxCrossEntropy`. Raises ValueError for targets outside $[0, 1]$. Source: chapter
    *Losses*.

    >>> loss, z, t = SigmoidBinaryCrossEntropy(), np.array([1e4, 0.0]), np.array([0, 1])
    >>> loss.value(z, t).round(4), loss.gradient(z, t)
    (np.float64(5000.3466), array([ 0.5 , -0.25]))
    """

    def costs(self, z: Array) -> tuple[Array, Array]:
        return -log_sigmoid(z), -log_sigmoid(-z)

    def cost_slopes(self, z: Array) -> tuple[Array, Array]:
        return -sigmoid(-z), sigmoid(z)


class FocalLoss(_OfTwoClasses):
    r"""Binary cross-entropy that makes little of what is right already, from the logits:

    $$L = -\frac1n \sum_i \bigl[t_i\, σ(-z_i)^γ \log σ(z_i)
      + (1 - t_i)\, σ(z_i)^γ \log σ(-z_i)\bigr] .$$

    With `gamma` $γ = 0$ it is `SigmoidBinaryCrossEntropy`; the larger $γ$, the less do easy
    examples count, which may be many more than the hard ones. `weights` $(w_0, w_1)$ are the
    authors' $(1 - α, α)$. `z` and `t` have one shape, any. Raises ValueError for targets outside
    $[0, 1]$ and a $γ$ below 0. Source: Lin et al., *Focal loss for dense object detection* (2017).

    >>> loss, t = FocalLoss(2.0, reduction="none"), np.array([1, 1])
    >>> loss.value(np.array([0.0, 3.0]), t).round(4).tolist()
    [0.1733, 0.0001]
    """

    def __init__(
        self,
        gamma: float = 2.0,
        *,
        weights: Sequence[float] | None = None,
        smoothing: float = 0.0,
        reduction: str = "mean",
    ):
        super().__init__(weights=weights, smoothing=smoothing, reduction=reduction)
        self.gamma = nonnegative("gamma", gamma)

    def costs(self, z: Array) -> tuple[Array, Array]:
        p, q = sigmoid(z), sigmoid(-z)
        return -times(q**self.gamma, log_sigmoid(z)), -times(p**self.gamma, log_sigmoid(-z))

    def cost_slopes(self, z: Array) -> tuple[Array, Array]:
        def of_truth(p: Array, q: Array, log_p: Array) -> Array:
            return q**self.gamma * (self.gamma * times(p, log_p) - q)

        p, q = sigmoid(z), sigmoid(-z)
        return of_truth(p, q, log_sigmoid(z)), -of_truth(q, p, log_sigmoid(-z))


class HingeLoss(MeanLoss):
    r"""$L = \frac1n \sum_i \max(0,\, 1 - t_i z_i)$ of scores $z_i$ and labels $t_i = ±1$.

    $$\frac{∂L}{∂z_i} = \frac1n \begin{cases} -t_i & t_i z_i < 1 \\ 0 & t_i z_i ≥ 1 \end{cases}$$

    An answer costs nothing once it is right by a margin of 1. At the kink 0 is taken. `z` and `t`
    have one shape, any. Raises ValueError for labels other than -1 and 1. Source: Cortes and
    Vapnik, *Support-vector networks* (1995).

    >>> z, t = np.array([0.5, 2.0, 0.5]), np.array([1, 1, -1])
    >>> HingeLoss(reduction="none").value(z, t)
    array([0.5, 0. , 1.5])
    """

    def target(self, y: Array, t: Array) -> Array:
        t = super().target(y, t)
        wrong = t[np.abs(np.abs(t) - 1) > tolerance(y.dtype)]
        if wrong.size:
            raise ValueError(
                f"{self!r} expects labels -1 and 1, got {wrong.flat[0]:.4g}; "
                "2 t - 1 turns 0 and 1 into them"
            )
        return t

    def each(self, z: Array, t: Array) -> Array:
        return np.maximum(0, 1 - t * z)

    def slope(self, z: Array, t: Array) -> Array:
        return np.where(t * z < 1, -t, 0)

    def target_slope(self, z: Array, t: Array) -> Array:
        return np.where(t * z < 1, -z, 0)
