"""Numbers that say how good predictions are, to be read, not differentiated."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def accuracy(y: ArrayLike, t: ArrayLike) -> float:
    r"""Share of examples whose class is right, $\frac1n \sum_i [\arg\max_k y_{ik} = t_i]$.

    `y` is `(…, K)`, probabilities or logits (softmax keeps their order); `t` holds labels `(…)` or
    is one-hot `(…, K)`. Raises ValueError when the shapes do not fit. Source: chapter *Losses*.

    >>> accuracy([[0.9, 0.1], [0.2, 0.8]], [0, 0])
    0.5
    """
    y, t = np.asarray(y), np.asarray(t)
    if y.ndim == 0 or y.size == 0 or t.shape not in (y.shape, y.shape[:-1]):
        raise ValueError(
            f"accuracy: for predictions of shape {y.shape} expected labels of shape "
            f"{y.shape[:-1]} or one-hot targets of shape {y.shape}, got {t.shape}"
        )
    if t.shape == y.shape:
        t = np.argmax(t, axis=-1)
    return float(np.mean(np.argmax(y, axis=-1) == t))


def binary_accuracy(y: ArrayLike, t: ArrayLike, threshold: float = 0.5) -> float:
    """Share of entries on the right side of `threshold`: 0.5 for probabilities, 0 for logits.

    `y` and `t` have one shape, otherwise ValueError. Source: chapter *Losses*.

    >>> binary_accuracy([0.9, 0.2, 0.6], [1, 0, 0])
    0.6666666666666666
    >>> binary_accuracy([2.0, -1.0], [1, 0], threshold=0)
    1.0
    """
    y, t = np.asarray(y), np.asarray(t)
    if y.shape != t.shape or y.size == 0:
        raise ValueError(f"binary_accuracy: expected a target of shape {y.shape}, got {t.shape}")
    return float(np.mean((y >= threshold) == (t >= 0.5)))


def confusion_matrix(y: ArrayLike, t: ArrayLike, K: int | None = None) -> NDArray[np.int64]:
    r"""How often class $k$ was taken for class $m$: $C_{k m} = \sum_i [t_i = k] [\hat t_i = m]$.

    `y` and `t` are labels, integers of one shape; `y` may also be scores `(…, K)`, whose largest is
    meant. `K` is the number of classes, by default as many as occur (or as there are scores). The
    result is `(K, K)`: rows are true classes, columns predicted ones. Raises ValueError for shapes
    that do not fit and labels that are not integers from 0 to K - 1. Source: chapter *Validation*.

    >>> confusion_matrix([0, 1, 1, 1], [0, 0, 1, 1])
    array([[1, 1],
           [0, 2]])
    """
    y, t = np.asarray(y), np.asarray(t)
    if y.shape[:-1] == t.shape and y.ndim == t.ndim + 1:
        K = y.shape[-1] if K is None else K
        y = np.argmax(y, axis=-1)
    if y.shape != t.shape or y.size == 0:
        raise ValueError(
            f"confusion_matrix: for predictions of shape {y.shape} expected labels of that shape, "
            f"got {t.shape}"
        )
    for what, labels in (("predicted", y), ("true", t)):
        if not np.issubdtype(labels.dtype, np.integer):
            raise ValueError(f"{what} labels must be integers, got dtype {labels.dtype}")
    K = int(max(y.max(), t.max())) + 1 if K is None else K
    for what, labels in (("predicted", y), ("true", t)):
        if labels.min() < 0 or labels.max() >= K:
            raise ValueError(
                f"expected {what} labels 0 … {K - 1}, got {labels.min()} … {labels.max()}"
            )
    return np.bincount(t.ravel().astype(np.int64) * K + y.ravel(), minlength=K * K).reshape(K, K)


def precision(C: ArrayLike) -> NDArray[np.float64]:
    r"""Of what was called class $k$, the share that is: $C_{k k} / \sum_m C_{m k}$, for each $k$.

    `C` is a confusion matrix `(K, K)`; the share is NaN for a class that was never predicted.
    Raises ValueError unless `C` is square. Source: chapter *Validation*.

    >>> precision([[1, 1], [0, 2]])
    array([1.        , 0.66666667])
    """
    return _share_right(C, axis=0)


def recall(C: ArrayLike) -> NDArray[np.float64]:
    r"""Of what is class $k$, the share called so: $C_{k k} / \sum_m C_{k m}$, for each $k$.

    `C` is a confusion matrix `(K, K)`; the share is NaN for a class without examples. Raises
    ValueError unless `C` is square. Source: chapter *Validation*.

    >>> recall([[1, 1], [0, 2]])
    array([0.5, 1. ])
    """
    return _share_right(C, axis=1)


def regression_accuracy(
    y: ArrayLike, t: ArrayLike, limit: float = 250.0, deviation: float | None = None
) -> float:
    r"""Share of predictions that are near enough, $\frac1n \sum_i [\,|y_i - t_i| < σ / λ\,]$.

    $σ$ is the standard deviation of the targets `t`, or `deviation` (take that of the training
    targets, where `t` is a batch or a test set), and $λ$ is `limit`: the larger, the stricter. The
    number says little without $λ$. `y` and `t` have one shape. Raises ValueError when they have
    not, and unless `limit` is positive. Source: chapter *Validation*.

    >>> regression_accuracy([0.0, 1.4, 2.0, 9.0], [0.0, 1.0, 2.0, 3.0], limit=2)
    0.75
    """
    y, t = np.asarray(y), np.asarray(t)
    if y.shape != t.shape or y.size == 0:
        raise ValueError(
            f"regression_accuracy: expected a target of shape {y.shape}, got {t.shape}"
        )
    if not limit > 0:
        raise ValueError(f"the limit must be positive, got {limit}")
    sigma = np.std(t) if deviation is None else deviation
    return float(np.mean(np.abs(y - t) < sigma / limit))


def calibration_bins(
    confidence: ArrayLike, right: ArrayLike, bins: int = 10
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    r"""Answers sorted by confidence: counts, mean confidence and share right, of each bin.

    `confidence` `(n,)` lies in $[0, 1]$, `right` `(n,)` is 1 for a right answer and 0 for a wrong
    one. Bin $b$ of $B$ holds the confidences in $[\frac{b-1}{B}, \frac{b}{B})$, the last one 1 as
    well; what is empty has means NaN. Raises ValueError for shapes that do not fit and confidences
    that are no probabilities. Source: chapter *Models*.

    >>> counts, mean_c, share = calibration_bins([0.9, 0.7, 0.8, 0.2], [1, 0, 1, 0], bins=2)
    >>> counts, mean_c.round(3), share.round(3)
    (array([1, 3]), array([0.2, 0.8]), array([0.   , 0.667]))
    """
    c, r = np.asarray(confidence, float), np.asarray(right, float)
    if c.ndim != 1 or c.shape != r.shape or c.size == 0:
        raise ValueError(f"calibration: expected two arrays (n,), got {c.shape} and {r.shape}")
    if not (c.min() >= 0 and c.max() <= 1):
        raise ValueError(f"expected confidences from 0 to 1, got {c.min()} to {c.max()}")
    if bins < 1:
        raise ValueError(f"expected at least 1 bin, got {bins}")
    b = np.minimum(np.floor(c * bins).astype(np.int64), bins - 1)
    counts = np.bincount(b, minlength=bins)
    n = np.where(counts > 0, counts, np.nan)
    return counts, np.bincount(b, c, bins) / n, np.bincount(b, r, bins) / n


def expected_calibration_error(confidence: ArrayLike, right: ArrayLike, bins: int = 10) -> float:
    r"""How far confidence and accuracy are apart, $\sum_b \frac{n_b}{n} |A_b - C_b|$.

    $n_b$, $C_b$ and $A_b$ are what `calibration_bins` returns, with its arguments and errors.
    Source: Naeini et al., *Obtaining well calibrated probabilities* (2015); chapter *Models*.

    >>> round(expected_calibration_error([0.9, 0.7, 0.8, 0.2], [1, 0, 1, 0], bins=2), 3)
    0.15
    """
    counts, mean_confidence, share = calibration_bins(confidence, right, bins)
    return float(np.nansum(counts * np.abs(share - mean_confidence)) / counts.sum())


def _share_right(C: ArrayLike, axis: int) -> NDArray[np.float64]:
    C = np.asarray(C)
    if C.ndim != 2 or C.shape[0] != C.shape[1]:
        raise ValueError(f"expected a confusion matrix of shape (K, K), got {C.shape}")
    totals = C.sum(axis=axis)
    return np.where(totals > 0, np.diag(C) / np.where(totals > 0, totals, 1), np.nan)
