"""Losses: one number that says how far predictions are from targets.

A loss is an op of two inputs, prediction $y$ and target $t$, whose value is a scalar $L$, the mean
over the batch, which may have any number of axes. Each class below states two functions of arrays
of one shape, `value(y, t)` and `gradient(y, t)` $= ∂L/∂y$. The base class makes of the two an op,
and a call `loss(y, t)`, which check their arguments.

Cross-entropies come twice. Those whose predictions are probabilities follow the formula and are
here for study; to train a classifier use the fused ones, which read logits $z$ and join the last
activation with the loss, because the logarithm undoes the exponential that could overflow.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nnbook.numerics import log_sigmoid, log_softmax, sigmoid, softmax
from nnbook.op import EVAL, EVERYTHING, Array, Mode, Needs, NoGradientError, Op, Params


class Loss(Op):
    """An op `(prediction, target) → scalar` without parameters.

    The target is cast to the dtype of the prediction. Raises ValueError when the shapes do not fit,
    or for an empty batch; NoGradientError when the cotangent of an integer target is asked for by
    name (with `EVERYTHING` it is just left out).
    """

    labels = (1,)

    def value(self, y: Array, t: Array) -> Array:
        """$L$, a scalar."""
        raise NotImplementedError(f"{self!r} has no value")

    def gradient(self, y: Array, t: Array) -> Array:
        """$∂L/∂y$, of the shape of $y$."""
        raise NotImplementedError(f"{self!r} has no gradient")

    def target_gradient(self, y: Array, t: Array) -> Array:
        """$∂L/∂t$, of the shape of $t$."""
        raise NoGradientError(f"{self!r} has no gradient with respect to its target")

    def pair(self, y: Array, t: Array) -> tuple[Array, Array]:
        """Prediction and target, checked, of one shape and one floating dtype."""
        y = np.asarray(y)
        if not np.issubdtype(y.dtype, np.floating):
            raise ValueError(f"{self!r} expects a floating prediction, got dtype {y.dtype}")
        t = self.target(y, np.asarray(t))
        if y.shape != t.shape:
            raise ValueError(f"{self!r} expects a target of shape {y.shape}, got {t.shape}")
        if y.size == 0:
            raise ValueError(f"{self!r} has no mean over an empty batch, got shape {y.shape}")
        return y, t

    def target(self, y: Array, t: Array) -> Array:
        """The target in the form that `value` reads."""
        return t.astype(y.dtype, copy=False)

    def __call__(self, y: Array, t: Array) -> Array:
        """The loss of checked predictions and targets."""
        return self.value(*self.pair(y, t))

    def forward(self, params: Params, y: Array, t: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        integer = not np.issubdtype(np.asarray(t).dtype, np.floating)
        y, t = self.pair(y, t)
        return self.value(y, t), (y, t, integer)

    def vjp(
        self, params: Params, cache: Any, L_bar: Array, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], Params]:
        y, t, integer = cache
        L_bar = np.asarray(L_bar, dtype=y.dtype)
        y_bar = L_bar * self.gradient(y, t) if needs.input(0) else None
        if not needs.input(1) or (integer and needs.inputs is None):
            return (y_bar, None), {}
        if integer:
            raise NoGradientError(f"{self!r}: an integer target has no cotangent")
        return (y_bar, L_bar * self.target_gradient(y, t)), {}


class MeanSquaredError(Loss):
    r"""$L = \frac1n \sum_i (y_i - t_i)^2$ over all $n$ entries; with `half`, $\frac1{2n} \sum$.

    $$\frac{∂L}{∂y_i} = \frac2n (y_i - t_i) \quad\text{or}\quad \frac1n (y_i - t_i).$$

    `y` and `t` have one shape, any. Raises ValueError for another `convention` than "mean", "half".
    Source: chapter *Losses*, from a Gaussian likelihood.

    >>> y, t = np.array([1.0, 4.0]), np.array([1.0, 2.0])
    >>> float(MeanSquaredError().value(y, t)), float(MeanSquaredError("half").value(y, t))
    (2.0, 1.0)
    >>> MeanSquaredError().gradient(y, t)
    array([0., 2.])
    """

    def __init__(self, convention: str = "mean"):
        if convention not in ("mean", "half"):
            raise ValueError(f"convention is 'mean' (1/n) or 'half' (1/2n), got {convention!r}")
        self.convention = convention
        self.factor = 1.0 if convention == "mean" else 0.5

    def value(self, y: Array, t: Array) -> Array:
        return self.factor * np.mean((y - t) ** 2)

    def gradient(self, y: Array, t: Array) -> Array:
        return (2 * self.factor / y.size) * (y - t)

    def target_gradient(self, y: Array, t: Array) -> Array:
        return -self.gradient(y, t)

    def __repr__(self) -> str:
        return f"MeanSquaredError({self.convention!r})"


class MeanAbsoluteError(Loss):
    r"""$L = \frac1n \sum_i |y_i - t_i|$, $\;∂L/∂y_i = \frac1n \operatorname{sign}(y_i - t_i)$.

    At $y_i = t_i$ the derivative does not exist; 0 is taken. `y` and `t` have one shape, any.
    Source: chapter *Losses*, from a Laplace likelihood.

    >>> y, t = np.array([1.0, 4.0]), np.array([1.0, 2.0])
    >>> float(MeanAbsoluteError().value(y, t)), MeanAbsoluteError().gradient(y, t)
    (1.0, array([0. , 0.5]))
    """

    def value(self, y: Array, t: Array) -> Array:
        return np.mean(np.abs(y - t))

    def gradient(self, y: Array, t: Array) -> Array:
        return np.sign(y - t) / y.size

    def target_gradient(self, y: Array, t: Array) -> Array:
        return -self.gradient(y, t)


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
        return np.sqrt(np.mean((y - t) ** 2))

    def gradient(self, y: Array, t: Array) -> Array:
        L = self.value(y, t)
        return (y - t) / (y.size * L) if L > 0 else np.zeros_like(y)

    def target_gradient(self, y: Array, t: Array) -> Array:
        return -self.gradient(y, t)


class _OnProbabilities(Loss):
    r"""What the losses on probabilities share: the prediction is clipped to $[ε, 1 - ε]$.

    $\log 0$ is $-∞$, so that one confident error would spoil a batch. Clipping bounds the loss by
    $-\log ε$; and where it acts the loss does not depend on $y$, so that the gradient is 0. That
    is one reason to prefer the fused forms.
    """

    def __init__(self, eps: float = 1e-7):
        if not 0 < eps < 0.5:
            raise ValueError(f"eps must lie between 0 and 1/2, got {eps}")
        self.eps = eps

    def clip(self, y: Array) -> Array:
        r"""$\min(\max(y, ε), 1 - ε)$."""
        if not (np.min(y) >= 0 and np.max(y) <= 1):
            raise ValueError(
                f"{self!r} expects probabilities in [0, 1], got [{np.min(y):.4g}, {np.max(y):.4g}]"
            )
        return np.clip(y, self.eps, 1 - self.eps)


class BinaryCrossEntropy(_OnProbabilities):
    r"""$L = -\frac1n \sum_i [t_i \log y_i + (1 - t_i) \log(1 - y_i)]$ over all $n$ entries.

    $$\frac{∂L}{∂y_i} = \frac1n \frac{y_i - t_i}{y_i (1 - y_i)} .$$

    `y` and `t` have one shape, any; $y$ is clipped to $[ε, 1 - ε]$, and outside the gradient is 0.
    Raises ValueError for predictions outside $[0, 1]$. Source: chapter *Losses*, from a Bernoulli
    likelihood.

    >>> y, t = np.array([0.5, 0.8]), np.array([1, 1])
    >>> BinaryCrossEntropy().gradient(y, t)
    array([-1.   , -0.625])
    """

    def value(self, y: Array, t: Array) -> Array:
        y = self.clip(y)
        return -np.mean(t * np.log(y) + (1 - t) * np.log(1 - y))

    def gradient(self, y: Array, t: Array) -> Array:
        p = self.clip(y)
        return np.where(p == y, (p - t) / (p * (1 - p)) / y.size, 0)

    def target_gradient(self, y: Array, t: Array) -> Array:
        y = self.clip(y)
        return (np.log(1 - y) - np.log(y)) / y.size


class _OverClasses(Loss):
    """What the categorical losses share: classes on the last axis, and labels as targets.

    A target is a distribution `(…, K)`, or an integer array `(…)` of labels from 0 to K - 1, which
    stands for the one-hot distributions.
    """

    def target(self, y: Array, t: Array) -> Array:
        if t.shape == y.shape or not np.issubdtype(t.dtype, np.integer):
            return super().target(y, t)
        if y.ndim == 0 or t.shape != y.shape[:-1]:
            raise ValueError(f"{self!r} expects labels of shape {y.shape[:-1]}, got {t.shape}")
        K = y.shape[-1]
        if t.size and not (np.min(t) >= 0 and np.max(t) < K):
            raise ValueError(f"{self!r} expects labels 0 … {K - 1}, got {np.min(t)} … {np.max(t)}")
        return np.eye(K, dtype=y.dtype)[t]  # (…, K)


class CategoricalCrossEntropy(_OverClasses, _OnProbabilities):
    r"""$L = -\frac1n \sum_i \sum_k t_{ik} \log y_{ik}$, $∂L/∂y_{ik} = -\frac1n t_{ik} / y_{ik}$.

    `y` is `(…, K)` and $n$ counts all leading axes; `t` is `(…, K)` or labels `(…)`. $y$ is clipped
    to $[ε, 1 - ε]$, and outside the gradient is 0. Raises ValueError for predictions outside
    $[0, 1]$ and for labels that are no class. Source: chapter *Losses*.

    >>> y = np.array([[0.5, 0.25, 0.25]])
    >>> CategoricalCrossEntropy().gradient(y, np.array([[0.0, 1.0, 0.0]])).round(9) + 0
    array([[ 0., -4.,  0.]])
    """

    def value(self, y: Array, t: Array) -> Array:
        return -np.mean(np.sum(t * np.log(self.clip(y)), axis=-1))

    def gradient(self, y: Array, t: Array) -> Array:
        p = self.clip(y)
        n = y.size // y.shape[-1]
        return np.where(p == y, -t / p / n, 0)

    def target_gradient(self, y: Array, t: Array) -> Array:
        n = y.size // y.shape[-1]
        return -np.log(self.clip(y)) / n


class SigmoidBinaryCrossEntropy(Loss):
    r"""Binary cross-entropy of $y = σ(z)$, from the logits: $1 - σ(z) = σ(-z)$ gives

    $$L = -\frac1n \sum_i [t_i \log σ(z_i) + (1 - t_i) \log σ(-z_i)], \qquad
      \frac{∂L}{∂z_i} = \frac1n (σ(z_i) - t_i) .$$

    `z` and `t` have one shape, any. Source: chapter *Losses*.

    >>> loss, z, t = SigmoidBinaryCrossEntropy(), np.array([1e4, 0.0]), np.array([0, 1])
    >>> loss.value(z, t).round(4), loss.gradient(z, t)
    (np.float64(5000.3466), array([ 0.5 , -0.25]))
    """

    def value(self, z: Array, t: Array) -> Array:
        return -np.mean(t * log_sigmoid(z) + (1 - t) * log_sigmoid(-z))

    def gradient(self, z: Array, t: Array) -> Array:
        return (sigmoid(z) - t) / z.size

    def target_gradient(self, z: Array, t: Array) -> Array:
        return -z / z.size  # log σ(-z) - log σ(z) = -z


class SoftmaxCrossEntropy(_OverClasses):
    r"""Categorical cross-entropy of $y = S(z)$, from the logits:

    $$L = -\frac1n \sum_i \sum_k t_{ik} \log S_k(z_i), \qquad
      \frac{∂L}{∂z_{im}} = \frac1n \Bigl(S_m(z_i) \sum_k t_{ik} - t_{im}\Bigr) .$$

    `z` is `(…, K)` and $n$ counts all leading axes; `t` is `(…, K)`, where the sum over $k$ is
    usually 1, or labels `(…)`. Raises ValueError for labels that are no class. Source: chapter
    *Losses*.

    >>> loss, z, t = SoftmaxCrossEntropy(), np.array([[0.0, 0.0]]), np.array([[0.0, 1.0]])
    >>> loss.value(z, t).round(4), loss.gradient(z, t)
    (np.float64(0.6931), array([[ 0.5, -0.5]]))
    """

    def value(self, z: Array, t: Array) -> Array:
        return -np.mean(np.sum(t * log_softmax(z), axis=-1))

    def gradient(self, z: Array, t: Array) -> Array:
        n = z.size // z.shape[-1]
        return (softmax(z) * np.sum(t, axis=-1, keepdims=True) - t) / n

    def target_gradient(self, z: Array, t: Array) -> Array:
        n = z.size // z.shape[-1]
        return -log_softmax(z) / n
