r"""What all losses share: an op of prediction and target, and the mean over the examples.

A loss is an op of two inputs, prediction $y$ and target $t$, whose value is a scalar $L$. A class
states two functions of arrays of one shape, `value(y, t)` and `gradient(y, t)` $= ∂L/∂y$, which
are bare formulas: they take any numbers. The base class makes of the two an op, and a call
`loss(y, t)`, which check their arguments first.

Nearly all losses are means: $L = \frac1n \sum_i ℓ_i$ over the examples of a batch, which may have
any number of axes. For them a class states the loss of each example, $ℓ_i$, and its slope.
"""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook.checks import option
from nnbook.numerics import floating, real, wide
from nnbook.op import EVAL, EVERYTHING, Array, Mode, Needs, NoGradientError, Op, Params


class Loss(Op):
    """An op `(prediction, target) → scalar` without parameters.

    The target is cast to the dtype of the prediction; float16 is computed in float32. Raises
    ValueError when shapes do not fit, for targets that are not finite or outside the domain of the
    loss, and for a mean over nothing; TypeError for what is no array of real numbers;
    NoGradientError when the cotangent of a target of whole numbers is asked for by name (with
    `EVERYTHING` it is just left out).
    """

    labels = (1,)  # the target is read as it is: whole numbers may be labels

    def value(self, y: Array, t: Array) -> Array:
        """$L$, a scalar."""
        raise NotImplementedError(f"{self!r} has no value")

    def gradient(self, y: Array, t: Array) -> Array:
        """$∂L/∂y$, of the shape of $y$."""
        raise NotImplementedError(f"{self!r} has no gradient")

    def target_gradient(self, y: Array, t: Array) -> Array:
        """$∂L/∂t$, of the shape of $t$."""
        raise NoGradientError(f"{self!r} has no gradient with respect to its target")

    def prediction(self, y: Array) -> Array:
        """The prediction, of which a class may demand more; otherwise ValueError."""
        return y

    def target(self, y: Array, t: Array) -> Array:
        """The target in the form that `value` reads, of which a class may demand more."""
        t = floating(t)
        if y.shape != t.shape:
            raise ValueError(f"{self!r} expects a target of shape {y.shape}, got {t.shape}")
        with np.errstate(over="ignore"):
            t = t.astype(y.dtype, copy=False)
        if not np.all(np.isfinite(t)):
            wrong = t[~np.isfinite(t)].flat[0]
            raise ValueError(f"{self!r} expects finite targets within {y.dtype}, got {wrong}")
        return t

    def pair(self, y: ArrayLike, t: ArrayLike) -> tuple[Array, Array]:
        """Prediction and target, checked, of one shape and one floating dtype."""
        y = wide(self.prediction(floating(y)))
        t = self.target(y, real(t))
        self.check_count(t)
        return y, t

    def check_count(self, t: Array) -> None:
        """Raises ValueError when there is nothing to take a mean of."""
        if t.size == 0:
            raise ValueError(f"{self!r} has no mean over an empty batch, got shape {t.shape}")

    def __call__(self, y: ArrayLike, t: ArrayLike) -> Array:
        """The loss of checked predictions and targets."""
        return self.forward({}, y, t)[0]

    def forward(
        self, params: Params, y: ArrayLike, t: ArrayLike, mode: Mode = EVAL
    ) -> tuple[Array, Any]:
        dtype, integer = floating(y).dtype, real(t).dtype.kind != "f"
        y, t = self.pair(y, t)
        L = np.asarray(self.value(y, t), dtype)[()]
        return L, (y, t, L.shape, dtype, integer)

    def vjp(
        self, params: Params, cache: Any, L_bar: ArrayLike, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], Params]:
        y, t, shape, dtype, integer = cache
        L_bar = floating(L_bar).astype(y.dtype)
        if L_bar.shape != shape:
            raise ValueError(f"{self!r} expects a cotangent of shape {shape}, got {L_bar.shape}")
        L_bar = L_bar.reshape(shape + (1,) * (y.ndim - len(shape)))  # one for all entries of ℓ_i
        y_bar = t_bar = None
        if needs.input(0):
            y_bar = (L_bar * self.gradient(y, t)).astype(dtype, copy=False)
        if needs.input(1) and not (integer and needs.inputs is None):
            if integer:
                raise NoGradientError(f"{self!r}: an integer target has no cotangent")
            t_bar = (L_bar * self.target_gradient(y, t)).astype(dtype, copy=False)
        return (y_bar, t_bar), {}

    def __repr__(self) -> str:
        given = [
            f"{p.name}={getattr(self, p.name)!r}"
            for p in inspect.signature(type(self)).parameters.values()
            if getattr(self, p.name, p.default) != p.default
        ]
        return f"{type(self).__name__}({', '.join(given)})"


class MeanLoss(Loss):
    r"""A loss $L = \frac1n \sum_i ℓ_i$ of which a class states $ℓ_i$ and its slopes.

    With the `reduction` "mean" $L$ is the mean, with "sum" it is $\sum_i ℓ_i$, and with "none" all
    $ℓ_i$ as an array. Raises ValueError for another.
    """

    def __init__(self, *, reduction: str = "mean"):
        self.reduction = option("reduction", reduction, "mean", "sum", "none")

    def each(self, y: Array, t: Array) -> Array:
        """The loss $ℓ_i$ of each example."""
        raise NotImplementedError(f"{self!r} has no loss of each example")

    def slope(self, y: Array, t: Array) -> Array:
        """$∂ℓ_i/∂y_i$ for each example, of the shape of $y$."""
        raise NotImplementedError(f"{self!r} has no slope")

    def target_slope(self, y: Array, t: Array) -> Array:
        """$∂ℓ_i/∂t_i$ for each example, of the shape of $t$."""
        raise NoGradientError(f"{self!r} has no gradient with respect to its target")

    def count(self, t: Array) -> float:
        """What the mean divides by: $n$, how many examples there are."""
        return t.size

    def value(self, y: Array, t: Array) -> Array:
        losses = self.each(y, t)
        if self.reduction == "none":
            return losses
        L = np.sum(losses, dtype=np.result_type(losses, np.float64)) / self._divisor(t)
        return L.astype(losses.dtype)

    def gradient(self, y: Array, t: Array) -> Array:
        return self.slope(y, t) / self._divisor(t)

    def target_gradient(self, y: Array, t: Array) -> Array:
        return self.target_slope(y, t) / self._divisor(t)

    def _divisor(self, t: Array) -> float:
        return self.count(t) if self.reduction == "mean" else 1

    def check_count(self, t: Array) -> None:
        if self.reduction == "mean":
            super().check_count(t)
            if not self.count(t) > 0:
                raise ValueError(f"{self!r} has no mean: all targets are ignored or weigh 0")
