"""Losses of K classes, which lie along the last axis of the prediction.

The target is the label `(…)` of each example, or a distribution `(…, K)`. Cross-entropies come from
probabilities, as the formula has them; from logits, which is the way to train, because the
logarithm undoes the exponential that could overflow; and from logarithms of probabilities.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnbook.checks import whole
from nnbook.data.targets import check_distributions, class_labels, one_hot, tolerance
from nnbook.fast import exponentials
from nnbook.numerics import log_softmax, log_sum_exp, softmax, wide
from nnbook.op import EVAL, EVERYTHING, Array, Mode, Needs, NoGradientError, Params
from nnbook.ops.losses.base import MeanLoss
from nnbook.ops.losses.options import CrossEntropy, OnProbabilities, checked_eps, times


class _OfClasses(MeanLoss):
    """What the losses of K classes share: labels and distributions as targets.

    Labels stand for the one-hot distributions; those that are to be ignored for rows of 0.
    """

    ignore: int | None = None

    def prediction(self, y: Array) -> Array:
        y = super().prediction(y)
        if y.ndim == 0:
            raise ValueError(f"{self!r} expects predictions of shape (…, K), got a number")
        if y.shape[-1] < 2:
            raise ValueError(
                f"{self!r} compares at least 2 classes, got shape {y.shape}; for one logit an "
                "answer there is SigmoidBinaryCrossEntropy, for one probability BinaryCrossEntropy"
            )
        return y

    def target(self, y: Array, t: Array) -> Array:
        whole_numbers = t.dtype.kind != "f"
        if t.shape == y.shape:
            if whole_numbers and y.ndim == 1:
                raise ValueError(
                    f"{self!r} takes {y.shape} for the classes of one example; expected one label "
                    f"or a floating distribution, got shape {t.shape}, dtype {t.dtype}"
                )
            t = super().target(y, t)
            check_distributions(t, repr(self))
            return t
        if not whole_numbers:
            return super().target(y, t)  # which names the shapes
        K = y.shape[-1]
        if t.shape != y.shape[:-1]:
            raise ValueError(f"{self!r} expects labels of shape {y.shape[:-1]}, got {t.shape}")
        counted = np.ones(t.shape, bool) if self.ignore is None else t != self.ignore
        hot = one_hot(class_labels(np.where(counted, t, 0), K, self), K, y.dtype)
        return hot if self.ignore is None else hot * counted[..., None]

    def count(self, t: Array) -> float:
        if self.ignore is None:
            return math.prod(t.shape[:-1])
        return int(np.count_nonzero(np.any(t, axis=-1)))


class _CrossEntropy(_OfClasses, CrossEntropy):
    r"""$ℓ = -\sum_k u_k \log p_k$, with the logarithms that a class takes from the prediction."""

    def __init__(
        self,
        *,
        weights: Sequence[float] | None = None,
        ignore: int | None = None,
        smoothing: float = 0.0,
        reduction: str = "mean",
    ):
        super().__init__(weights=weights, smoothing=smoothing, reduction=reduction)
        self.ignore = None if ignore is None else whole("the label to ignore", ignore, None)

    def log_p(self, y: Array) -> Array:
        r"""$\log p_k$, of the shape of $y$."""
        raise NotImplementedError(f"{self!r} has no logarithms")

    def prediction(self, y: Array) -> Array:
        y = super().prediction(y)
        if self.weights is not None and len(self.weights) != y.shape[-1]:
            raise ValueError(
                f"{self!r} has {len(self.weights)} weights for predictions of shape {y.shape}"
            )
        return y

    def u(self, t: Array) -> Array:
        """The target, smoothed and weighted."""
        u = self._smoothed(t)
        return u if self.weights is None else u * np.asarray(self.weights, t.dtype)

    def each(self, y: Array, t: Array) -> Array:
        return -np.sum(times(self.u(t), self.log_p(y)), axis=-1)

    def target_slope(self, y: Array, t: Array) -> Array:
        costs = -self.log_p(y)
        if self.weights is not None:
            costs = costs * np.asarray(self.weights, t.dtype)
        return self._smoothed(costs)

    def count(self, t: Array) -> float:
        if self.weights is None:
            return super().count(t)
        return float(np.sum(t * np.asarray(self.weights, t.dtype), dtype=np.float64))

    def count_slope(self) -> Array:
        return np.asarray(self.weights)

    def _smoothed(self, t: Array) -> Array:
        if not self.smoothing:
            return t
        return (1 - self.smoothing) * t + self.smoothing * np.mean(t, axis=-1, keepdims=True)


class CategoricalCrossEntropy(OnProbabilities, _CrossEntropy):
    r"""$L = -\frac1n \sum_i \sum_k t_{ik} \log y_{ik}$, $∂L/∂y_{ik} = -\frac1n t_{ik} / y_{ik}$.

    `y` is `(…, K)` and $n$ counts all leading axes; `t` is `(…, K)` or labels `(…)`. $y$ is clipped
    to $[ε, 1 - ε]$, and outside the gradient is 0. `weights`, `ignore` and `smoothing` are as in
    `SoftmaxCrossEntropy`. Raises ValueError for predictions and targets that are no distributions
    and for labels that are no class. Source: chapter *Losses*.

    >>> y = np.array([[0.5, 0.25, 0.25]])
    >>> CategoricalCrossEntropy().gradient(y, np.array([[0.0, 1.0, 0.0]])).round(9) + 0
    array([[ 0., -4.,  0.]])
    """

    def __init__(
        self,
        eps: float = 1e-7,
        *,
        weights: Sequence[float] | None = None,
        ignore: int | None = None,
        smoothing: float = 0.0,
        reduction: str = "mean",
    ):
        super().__init__(weights=weights, ignore=ignore, smoothing=smoothing, reduction=reduction)
        self.eps = checked_eps(eps)

    def prediction(self, y: Array) -> Array:
        y = super().prediction(y)
        check_distributions(y, repr(self))
        return y

    def log_p(self, y: Array) -> Array:
        return np.log(self.clip(y))

    def slope(self, y: Array, t: Array) -> Array:
        p = self.clip(y)
        return np.where(p == y, -self.u(t) / p, 0)


class SoftmaxCrossEntropy(_CrossEntropy):
    r"""Categorical cross-entropy of $y = S(z)$, from the logits:

    $$L = -\frac1n \sum_i \sum_k u_{ik} \log S_k(z_i), \qquad
      \frac{∂L}{∂z_{im}} = \frac1n \Bigl(S_m(z_i) \sum_k u_{ik} - u_{im}\Bigr) ,$$

    with $u = t$, unless options change it. `z` is `(…, K)` and $n$ counts all leading axes; `t` is
    `(…, K)`, where the sum over $k$ is 1, or labels `(…)`. A logit of $-∞$ rules a class out.

    - `smoothing` $ε$: $u_k = (1 - ε) t_k + ε/K$, so that no answer should be certain;
    - `weights` $w_k$ of the classes: $u_k = w_k t_k$, and $n = \sum_i \sum_k w_k t_{ik}$ (for soft
      targets PyTorch divides by the number of examples);
    - `ignore`: a label whose examples do not count.

    Raises ValueError for labels that are no class, targets that are no distribution, and a mean
    over examples that are all ignored or of weight 0. Source: chapter *Losses*; Szegedy et al.,
    *Rethinking the Inception architecture* (2016), for smoothing.

    >>> loss, z, t = SoftmaxCrossEntropy(), np.array([[0.0, 0.0]]), np.array([[0.0, 1.0]])
    >>> loss.value(z, t).round(4), loss.gradient(z, t), loss([[-np.inf, 0, 1]], [2]).round(4)
    (np.float64(0.6931), array([[ 0.5, -0.5]]), np.float64(0.3133))
    >>> SoftmaxCrossEntropy(ignore=-1)([[0.0, 0.0], [5.0, 0.0]], [1, -1]).round(4)
    np.float64(0.6931)
    """

    def log_p(self, z: Array) -> Array:
        return log_softmax(z)

    def slope(self, z: Array, t: Array) -> Array:
        u = self.u(t)
        return softmax(z) * np.sum(u, axis=-1, keepdims=True) - u

    # With labels and without options, which is most often, u is 1 at the label and 0 elsewhere: the
    # same numbers, with one exponential and without arrays of zeros.
    def forward(self, params: Params, z: Any, t: Any, mode: Mode = EVAL) -> tuple[Array, Any]:
        options = self.smoothing or self.weights is not None or self.ignore is not None
        if options or t.dtype.kind == "f" or t.shape != z.shape[:-1]:
            return super().forward(params, z, t, mode=mode)
        dtype, z = z.dtype, wide(self.prediction(z))
        self.check_count(t)
        exact, K = np.result_type(z, np.float64), z.shape[-1]
        t = class_labels(t, K, self)
        at = np.arange(t.size), t.reshape(-1)  # the entries of the labels, all leading axes in one
        with np.errstate(divide="ignore", invalid="ignore", under="ignore"):
            e, sums, c = exponentials(z)
            z_t = z.reshape(-1, K)[at].reshape(*t.shape, 1).astype(exact)
            losses = -(z_t - c - np.log(sums, dtype=exact))[..., 0]
        n = t.size if self.reduction == "mean" else 1
        L = np.asarray(losses if self.reduction == "none" else np.sum(losses) / n, dtype)[()]
        return L, _OfLabels(e, sums, at, n, dtype)

    def vjp(
        self, params: Params, cache: Any, L_bar: ArrayLike, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], Params]:
        if not isinstance(cache, _OfLabels):
            return super().vjp(params, cache, L_bar, needs)
        if needs.inputs is not None and needs.input(1):
            raise NoGradientError(f"{self!r}: an integer target has no cotangent")
        e, sums, at, n, dtype = cache
        with np.errstate(invalid="ignore", under="ignore"):
            z_bar = np.divide(e, sums, order="C")
            z_bar.reshape(-1, z_bar.shape[-1])[at] -= 1
            z_bar /= n
            if np.ndim(L_bar) or L_bar != 1:
                z_bar *= np.asarray(L_bar, z_bar.dtype)[..., None]
        return (z_bar.astype(dtype, copy=False), None), {}


class _OfLabels(NamedTuple):
    """What the gradient of a softmax cross-entropy is made of, for labels without options."""

    e: Array
    sums: Array
    at: tuple[Array, Array]
    n: int
    dtype: Any


class _OfLogarithms(_OfClasses):
    """A prediction of logarithms of probabilities, as a log-softmax gives them."""

    def prediction(self, y: Array) -> Array:
        y = super().prediction(y)
        sums = log_sum_exp(y)
        wrong = sums[~(np.abs(sums) <= tolerance(y.dtype))]
        if wrong.size:
            raise ValueError(
                f"{self!r} expects logarithms of probabilities, which sum to 1, got a sum of "
                f"{np.exp(wrong.flat[0]):.4g}; of logits take the log-softmax first"
            )
        return y


class NegativeLogLikelihood(_OfLogarithms, _CrossEntropy):
    r"""Categorical cross-entropy of $y = \log p$, from the logarithms of the probabilities:

    $$L = -\frac1n \sum_i \sum_k t_{ik} y_{ik}, \qquad
      \frac{∂L}{∂y_{ik}} = -\frac1n t_{ik} .$$

    After a log-softmax it is `SoftmaxCrossEntropy`, whose options it has. `y` is `(…, K)` and $n$
    counts all leading axes; `t` is `(…, K)` or labels `(…)`. Raises ValueError for predictions that
    are no logarithms of distributions, targets that are none and labels that are no class.
    Source: chapter *Losses*.

    >>> y = np.log([[0.5, 0.25, 0.25]])
    >>> NegativeLogLikelihood()(y, [1]).round(4), NegativeLogLikelihood().gradient(y, np.eye(3)[:1])
    (np.float64(1.3863), array([[-1., -0., -0.]]))
    """

    def log_p(self, y: Array) -> Array:
        return y

    def slope(self, y: Array, t: Array) -> Array:
        return -self.u(t)


class KLDivergence(_OfLogarithms):
    r"""How far $p$ is from the target distribution $t$, from the logarithms $y = \log p$:

    $$L = \frac1n \sum_i \sum_k t_{ik} (\log t_{ik} - y_{ik}), \qquad
      \frac{∂L}{∂y_{ik}} = -\frac1n t_{ik} .$$

    It is the cross-entropy less the entropy of the target, at least 0, and 0 where $p = t$; what
    cannot be, $t_{ik} = 0$, adds nothing. `y` is `(…, K)` and $n$ counts all leading axes; `t` is
    `(…, K)` or labels `(…)`. Raises ValueError for predictions that are no logarithms of
    distributions and targets that are none. Source: Kullback and Leibler, *On information and
    sufficiency* (1951); chapter *Losses*.

    >>> p, t = np.array([[0.5, 0.5]]), np.array([[0.25, 0.75]])
    >>> KLDivergence()(np.log(p), t).round(4), float(KLDivergence()(np.log(t), t))
    (np.float64(0.1308), 0.0)
    """

    def each(self, y: Array, t: Array) -> Array:
        t = np.maximum(t, 0)  # of rounding below 0
        return np.sum(times(t, _log(t)) - times(t, y), axis=-1)

    def slope(self, y: Array, t: Array) -> Array:
        return -t

    def target_slope(self, y: Array, t: Array) -> Array:
        return _log(np.maximum(t, 0)) + 1 - y


def _log(t: Array) -> Array:
    with np.errstate(divide="ignore"):  # log 0 = -∞ is meant
        return np.log(t)
