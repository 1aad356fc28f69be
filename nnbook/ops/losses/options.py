r"""What the cross-entropies of two and of many classes share: sums $-\sum_k u_k \log p_k$.

$u$ is the target, changed by two options. Label smoothing mixes a distribution $t$ over K classes
with the uniform one; weights let the errors of some classes cost more:

$$u_k = w_k \Bigl((1 - ε)\, t_k + \frac{ε}{K} \sum_m t_m\Bigr), \qquad
  n = \sum_i \sum_k w_k t_{ik},$$

where $n$ is what the mean divides by: it is a weighted one. Without weights that is the number of
examples. Source: Szegedy et al., *Rethinking the Inception architecture* (2016), for smoothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnbook.checks import between, share, text
from nnbook.kinds import array
from nnbook.numerics import floating
from nnbook.op import Array
from nnbook.ops.losses.base import Loss, MeanLoss


class CrossEntropy(MeanLoss):
    """A loss with class weights and label smoothing, which it checks."""

    def __init__(
        self,
        *,
        weights: Sequence[float] | None = None,
        smoothing: float = 0.0,
        reduction: str = "mean",
    ):
        super().__init__(reduction=reduction)
        self.smoothing = share("smoothing", smoothing)
        self.weights: tuple[float, ...] | None = None
        if weights is not None:
            given = array("weights", weights, floating)
            if given.ndim != 1 or not (np.isfinite(given) & (given >= 0)).all() or not given.any():
                raise ValueError(
                    f"weights must be finite numbers of at least 0, not all 0, got {text(weights)}"
                )
            self.weights = tuple(given.tolist())

    def count_slope(self) -> Array | float:
        """$∂n/∂t$, which is not 0 where classes have weights."""
        raise NotImplementedError(f"{self!r} has no slope of its count")

    def target_gradient(self, y: Array, t: Array) -> Array:
        t_bar = super().target_gradient(y, t)
        if self.weights is None or self.reduction != "mean":
            return t_bar
        return t_bar - self.value(y, t) * self.count_slope() / self.count(t)


class OnProbabilities(Loss):
    r"""A prediction of probabilities, which are clipped to $[ε, 1 - ε]$.

    $\log 0$ is $-∞$, so that one confident error would spoil a batch. Clipping bounds the loss by
    $-\log ε$; and where it acts the loss does not depend on $y$, so that the gradient is 0. That
    is one reason to prefer the fused forms.
    """

    eps: float

    def prediction(self, y: Array) -> Array:
        y = super().prediction(y)
        if y.size and not (np.min(y) >= 0 and np.max(y) <= 1):
            raise ValueError(
                f"{self!r} expects probabilities in [0, 1], got [{np.min(y):.4g}, {np.max(y):.4g}]"
            )
        return y

    def clip(self, p: Array) -> Array:
        r"""$\min(\max(p, ε), 1 - ε)$, with an ε that the dtype of `p` can hold."""
        least = max(self.eps, float(np.finfo(p.dtype).tiny))
        return np.clip(p, least, 1 - least)


def checked_eps(eps: float) -> float:
    """The bound of clipping. Raises ValueError unless it lies between 0 and 1/2.

    >>> checked_eps(1e-7)
    1e-07
    """
    return between("eps", eps, 0, 0.5)


def times(u: Array, log_p: Array) -> Array:
    r"""$u \log p$, which is 0 where $u = 0$, also for $p = 0$: what cannot be costs nothing.

    >>> times(np.array([0.0, 1.0]), np.array([-np.inf, -2.0]))
    array([ 0., -2.])
    """
    return np.multiply(u, log_p, where=u != 0, out=np.zeros_like(log_p))
