"""Preprocessing: data brought to a scale that a network likes, and back.

A transform is a pair, as an optimizer is. `state = init(x)` measures the *training* data;
`apply(state, x)` does the same to any data, also those of the test, of which it must know nothing;
`invert(state, x)` undoes it, for predictions in the units of the targets. The state is a plain dict
of arrays, to be saved beside the parameters: a network without its transform is of no use.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook.checks import axes, finite, word
from nnbook.data.checks import measurable, measured, shaped
from nnbook.kinds import function
from nnbook.numerics import floating
from nnbook.op import Array

State = dict[str, Any]
Axis = int | tuple[int, ...] | None


@dataclass(frozen=True)
class Transform:
    """A transform of data: `init(x) → state`, `apply(state, x)` and `invert(state, x)`.

    `apply` and `invert` keep the dtype of `x` if it is a floating one; the state, and what lies
    between, is in float64 at least, so that no digits are lost.
    """

    name: str
    init: Callable[[ArrayLike], State] = field(repr=False)
    apply: Callable[[State, ArrayLike], Array] = field(repr=False)
    invert: Callable[[State, ArrayLike], Array] = field(repr=False)

    def __post_init__(self) -> None:
        word("the name of a transform", self.name)
        for name in ("init", "apply", "invert"):
            function(name, getattr(self, name), "standardize().init")

    def __repr__(self) -> str:
        return self.name


def standardize(axis: Axis = 0) -> Transform:
    r"""To mean 0 and variance 1: $x ← (x - μ) / σ$, with $μ$ and $σ$ of the training data.

    They are taken along `axis`: 0, over all examples, for each feature; None over everything (for
    images, whose pixels are one kind of thing). A feature that is constant has $σ = 0$ and is only
    shifted. Raises ValueError for data that are empty or not finite, and for data of other features
    than those that were measured. Source: chapter *Data*.

    >>> transform = standardize()
    >>> state = transform.init([[1.0, 5.0], [3.0, 5.0]])
    >>> state
    {'mean': array([[2., 5.]]), 'deviation': array([[1., 0.]])}
    >>> transform.apply(state, [[4.0, 6.0]]), transform.invert(state, [[2.0, 1.0]])
    (array([[2., 1.]]), array([[4., 6.]]))
    """

    axis = axes(axis)

    def init(x: ArrayLike) -> State:
        x = measurable(x, axis=axis)
        largest = np.max(np.abs(x), axis=axis, keepdims=True)
        # Powers of 2, by which to divide is exact.
        unit = np.ldexp(np.ones_like(largest), np.frexp(largest)[1] - 1)
        z = x / unit  # whose squares are in range
        constant = x.min(axis=axis, keepdims=True) == x.max(axis=axis, keepdims=True)
        # Rounding may have made 1e-17 of the deviation of a constant.
        deviation = np.where(constant, 0, unit * z.std(axis=axis, keepdims=True))
        return {"mean": unit * z.mean(axis=axis, keepdims=True), "deviation": deviation}

    def apply(state: State, x: ArrayLike) -> Array:
        x, mean, deviation = _alike(x, axis, state, "mean", "deviation")
        return ((x - mean) / np.where(deviation == 0, 1, deviation)).astype(x.dtype)

    def invert(state: State, x: ArrayLike) -> Array:
        x, mean, deviation = _alike(x, axis, state, "mean", "deviation")
        return (x * np.where(deviation == 0, 1, deviation) + mean).astype(x.dtype)

    return Transform(f"standardize(axis={axis})", init, apply, invert)


def scale_range(low: float = 0.0, high: float = 1.0, axis: Axis = 0) -> Transform:
    r"""To a range: the least value of the training data to `low`, the largest to `high`,

    $$x ← low + (high - low) \frac{x - x_{\min}}{x_{\max} - x_{\min}} .$$

    Other data may come to lie outside. `axis` is as for `standardize`; a feature that is constant
    is only shifted, to `low`. One outlier decides the scale of all: then standardize. Raises
    ValueError unless `low` is below `high`, both finite, for data that are empty or not finite, and
    for data of other features than those that were measured. Source: chapter *Data*.

    >>> transform = scale_range(-1, 1)
    >>> state = transform.init([[0.0], [10.0]])
    >>> transform.apply(state, [[5.0], [20.0]]), transform.invert(state, [[3.0]])
    (array([[0.], [3.]]), array([[20.]]))
    """
    finite("low", low)
    finite("high", high)
    axis = axes(axis)
    if not (low < high and math.isfinite(high - low)):
        raise ValueError(f"expected low below high, both finite, got {low} and {high}")

    def init(x: ArrayLike) -> State:
        x = measurable(x, axis=axis)
        return {
            "least": x.min(axis=axis, keepdims=True),
            "largest": x.max(axis=axis, keepdims=True),
        }

    def width(least: Array, largest: Array) -> Array:
        return np.where(largest == least, 1, largest - least) / (high - low)

    def apply(state: State, x: ArrayLike) -> Array:
        x, least, largest = _alike(x, axis, state, "least", "largest")
        return ((x - least) / width(least, largest) + low).astype(x.dtype)

    def invert(state: State, x: ArrayLike) -> Array:
        x, least, largest = _alike(x, axis, state, "least", "largest")
        return ((x - low) * width(least, largest) + least).astype(x.dtype)

    return Transform(f"scale_range({low}, {high}, axis={axis})", init, apply, invert)


def grayscale(images: ArrayLike) -> Array:
    """Colour images `(N, 3, H, W)` as gray ones `(N, 1, H, W)`.

    Gray is 0.299 red + 0.587 green + 0.114 blue. The weights sum to 1, and green counts most
    because the eye sees it brightest. Raises ValueError for other shapes.
    Source: Recommendation ITU-R BT.601; chapter *Data*.

    >>> grayscale(np.array([1.0, 0.0, 0.0]).reshape(1, 3, 1, 1))
    array([[[[0.299]]]])
    """
    x = floating(images)
    if x.ndim != 4 or x.shape[1] != 3:
        raise ValueError(f"grayscale expects images of shape (N, 3, H, W), got {x.shape}")
    weights = np.array([0.299, 0.587, 0.114], x.dtype).reshape(3, 1, 1)
    return np.sum(weights * x, axis=1, keepdims=True)


def _alike(x: ArrayLike, axis: Axis, state: State, *names: str) -> tuple[Array, ...]:
    """The data, and what was measured of data whose other axes are the same."""
    arrays = measured(state, *names)
    for array in arrays:
        free = range(array.ndim) if axis is None else np.atleast_1d(axis) % max(array.ndim, 1)
        x = shaped(x, *(None if i in free else m for i, m in enumerate(array.shape)))
    return floating(x), *arrays
