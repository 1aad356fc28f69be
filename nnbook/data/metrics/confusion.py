"""Which classes are taken for which, and what that says of each class."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnbook.checks import option, whole
from nnbook.data.metrics.arguments import scores_and_labels
from nnbook.data.targets import class_labels
from nnbook.numerics import Array, floating, real


def confusion_matrix(y: ArrayLike, t: ArrayLike, K: int | None = None) -> NDArray[np.intp]:
    r"""How often class $k$ was taken for class $m$: $C_{k m} = \sum_i [t_i = k] [\hat t_i = m]$.

    `y` and `t` are labels, integers of one shape; `y` may also be scores `(…, K)`, whose largest is
    meant. `K` is the number of classes, by default as many as occur (or as there are scores). The
    result is `(K, K)`: rows are true classes, columns predicted ones. Raises ValueError for shapes
    that do not fit, scores that are NaN and labels that are not integers from 0 to K - 1. Source:
    chapter *Measures*.

    >>> confusion_matrix([0, 1, 1, 1], [0, 0, 1, 1])
    array([[1, 1],
           [0, 2]])
    """
    y, t = real(y), real(t)
    if y.ndim == t.ndim + 1 and y.shape[:-1] == t.shape and (t.ndim or y.dtype.kind == "f"):
        K = y.shape[-1] if K is None else K
        y, t = scores_and_labels(y, t, "confusion_matrix")
        y = np.argmax(y, axis=-1)
    if y.shape != t.shape or y.size == 0:
        raise ValueError(
            f"confusion_matrix: for predictions of shape {y.shape} expected labels of that shape, "
            f"got {t.shape}"
        )
    K = None if K is None else whole("the number of classes", K)
    y = class_labels(y, K, "confusion_matrix (predicted)").ravel()
    t = class_labels(t, K, "confusion_matrix (true)").ravel()
    K = int(max(y.max(), t.max())) + 1 if K is None else K
    return np.bincount(t * K + y, minlength=K * K).reshape(K, K).astype(np.intp)


def precision(C: ArrayLike, average: str | None = None) -> Any:
    r"""Of what was called class $k$, the share that is: $P_k = C_{k k} / \sum_m C_{m k}$.

    `C` is a confusion matrix `(K, K)`; the share is NaN for a class that was never predicted. The
    result is `(K,)`, or with an `average` one number: "macro" is the mean over the classes whose
    share is no NaN, in "weighted" they count as often as they are true. Raises ValueError unless
    `C` is square, finite and nowhere negative, and for another average. Source: chapter
    *Measures*.

    >>> precision([[1, 1], [0, 2]]), precision([[1, 1], [0, 2]], "macro")
    (array([1.        , 0.66666667]), 0.8333333333333333)
    """
    C = _matrix(C)
    return _averaged(np.diag(C), C.sum(axis=0), C, average)


def recall(C: ArrayLike, average: str | None = None) -> Any:
    r"""Of what is class $k$, the share called so: $R_k = C_{k k} / \sum_m C_{k m}$.

    `C` is a confusion matrix `(K, K)`; the share is NaN for a class without examples. Averages and
    errors are those of `precision`; the weighted average is the accuracy. Source: chapter
    *Measures*.

    >>> recall([[1, 1], [0, 2]]), recall([[1, 1], [0, 2]], "weighted")
    (array([0.5, 1. ]), 0.75)
    """
    C = _matrix(C)
    return _averaged(np.diag(C), C.sum(axis=1), C, average)


def f1(C: ArrayLike, average: str | None = None) -> Any:
    r"""The harmonic mean of precision and recall, for each class $k$:

    $$F_k = \frac{2}{1/P_k + 1/R_k} = \frac{2 C_{k k}}{\sum_m C_{k m} + \sum_m C_{m k}} .$$

    `C` is a confusion matrix `(K, K)`; the number is NaN for a class that neither occurs nor was
    predicted. Averages and errors are those of `precision`. Source: van Rijsbergen, *Information
    retrieval* (1979); chapter *Measures*.

    >>> f1([[1, 1], [0, 2]]).round(3), round(f1([[1, 1], [0, 2]], "macro"), 3)
    (array([0.667, 0.8  ]), 0.733)
    """
    C = _matrix(C)
    return _averaged(2 * np.diag(C), C.sum(axis=1) + C.sum(axis=0), C, average)


def _matrix(C: ArrayLike) -> Array:
    C = floating(C).astype(np.float64)
    if C.ndim != 2 or C.shape[0] != C.shape[1]:
        raise ValueError(f"expected a confusion matrix of shape (K, K), got {C.shape}")
    if not (math.isfinite(C.sum()) and (C >= 0).all()):
        raise ValueError("expected a confusion matrix of counts, got negative or infinite ones")
    return C


def _averaged(right: Array, totals: Array, C: Array, average: str | None) -> Any:
    """The shares `right / totals`, or their average over the classes for which there is one."""
    if average is not None:
        option("average", average, "macro", "weighted")
    there = totals > 0
    shares = np.where(there, right / np.where(there, totals, 1), np.nan)
    if average is None:
        return shares
    weights = C.sum(axis=1) * there if average == "weighted" else there.astype(np.float64)
    total = weights.sum()
    return float(np.sum(np.where(there, weights * shares, 0)) / total) if total > 0 else np.nan
