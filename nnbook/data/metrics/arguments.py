"""What metrics ask of predictions and targets; each says what it expected and what came."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnbook.data.targets import check_distributions, class_labels
from nnbook.numerics import Array, floating, real


def numbers(y: ArrayLike, what: str) -> Array:
    """Floating numbers, at least one, none of them NaN; otherwise ValueError."""
    y = floating(y)
    if y.size == 0:
        raise ValueError(f"{what} expects at least one example, got shape {y.shape}")
    if np.isnan(y).any():
        raise ValueError(f"{what} expects numbers, got NaN among them")
    return y


def alike(y: ArrayLike, t: ArrayLike, what: str) -> tuple[Array, Array]:
    """Predictions and targets, numbers of one shape; otherwise ValueError."""
    y, t = numbers(y, what), floating(t)
    if y.shape != t.shape:
        raise ValueError(f"{what}: expected a target of shape {y.shape}, got {t.shape}")
    return y, numbers(t, what)


def yes_or_no(y: ArrayLike, t: ArrayLike, what: str) -> tuple[Array, NDArray[np.bool_]]:
    """Predictions, and whether the answer is yes: targets 0 or 1 of their shape."""
    y, t = alike(y, t, what)
    wrong = t[(t != 0) & (t != 1)]
    if wrong.size:
        raise ValueError(f"{what} expects targets 0 and 1, got {wrong.flat[0]:.4g}")
    return y, t == 1


def scores_and_labels(y: ArrayLike, t: ArrayLike, what: str) -> tuple[Array, NDArray[np.intp]]:
    """Scores `(…, K)` and labels `(…)`, which may be given as distributions `(…, K)`.

    Raises ValueError for shapes that do not fit, for fewer than two classes, for labels that are no
    class and for distributions without a class that is likeliest.
    """
    y, t = numbers(y, what), real(t)
    if y.ndim == 0 or t.shape not in (y.shape, y.shape[:-1]):
        raise ValueError(
            f"{what}: for predictions of shape {y.shape} expected labels of shape "
            f"{y.shape[:-1]} or one-hot targets of shape {y.shape}, got {t.shape}"
        )
    if y.shape[-1] < 2 or (y.ndim == 1 and t.shape == y.shape):
        raise ValueError(
            f"{what} expects scores of at least two classes for each example, (…, K), got shape "
            f"{y.shape} with targets {t.shape}; one score an example is for binary_accuracy"
        )
    if t.shape != y.shape:
        return y, class_labels(t, y.shape[-1], what)
    t = numbers(t, what)
    check_distributions(t, what)
    if np.any(np.sum(t == t.max(axis=-1, keepdims=True), axis=-1) > 1):
        raise ValueError(f"{what}: in a target two classes are likeliest")
    return y, np.argmax(t, axis=-1)
