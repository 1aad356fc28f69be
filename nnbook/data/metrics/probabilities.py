"""Whether predicted probabilities can be believed."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnbook.checks import whole
from nnbook.data.metrics.arguments import alike, scores_and_labels, yes_or_no
from nnbook.data.targets import check_distributions
from nnbook.numerics import floating


def calibration_bins(
    confidence: ArrayLike, right: ArrayLike, bins: int = 10
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    r"""Answers sorted by confidence: counts, mean confidence and share right, of each bin.

    `confidence` `(n,)` lies in $[0, 1]$, `right` `(n,)` is 1 for a right answer and 0 for a wrong
    one, or what share of an answer is right. Bin $b$ of $B$ holds the confidences in
    $[\frac{b-1}{B}, \frac{b}{B})$, the last one 1 as well; what is empty has means NaN. Raises
    ValueError for shapes that do not fit, NaN, and numbers outside $[0, 1]$. Source: chapter
    *Calibration*.

    >>> counts, mean_c, share = calibration_bins([0.9, 0.7, 0.8, 0.2], [1, 0, 1, 0], bins=2)
    >>> counts, mean_c.round(3), share.round(3)
    (array([1, 3]), array([0.2, 0.8]), array([0.   , 0.667]))
    """
    c, r = alike(confidence, right, "calibration")
    if c.ndim != 1:
        raise ValueError(f"calibration: expected two arrays (n,), got {c.shape} and {r.shape}")
    for name, numbers in (("confidences", c), ("right", r)):
        if not (numbers.min() >= 0 and numbers.max() <= 1):
            low, high = numbers.min(), numbers.max()
            raise ValueError(f"expected {name} from 0 to 1, got {low:.4g} to {high:.4g}")
    bins = whole("the number of bins", bins)
    edges = (np.arange(1, bins) / bins).astype(c.dtype)  # 0.29 is an edge of hundredths, rounded
    b = np.searchsorted(edges, c, side="right")
    counts = np.bincount(b, minlength=bins)
    n = np.where(counts > 0, counts, np.nan)
    return counts.astype(np.intp), np.bincount(b, c, bins) / n, np.bincount(b, r, bins) / n


def expected_calibration_error(confidence: ArrayLike, right: ArrayLike, bins: int = 10) -> float:
    r"""How far confidence and accuracy are apart, $\sum_b \frac{n_b}{n} |A_b - C_b|$.

    $n_b$, $C_b$ and $A_b$ are what `calibration_bins` returns, with its arguments and errors.
    Source: Naeini et al., *Obtaining well calibrated probabilities* (2015); chapter *Calibration*.

    >>> round(expected_calibration_error([0.9, 0.7, 0.8, 0.2], [1, 0, 1, 0], bins=2), 3)
    0.15
    """
    counts, mean_confidence, share = calibration_bins(confidence, right, bins)
    return float(np.nansum(counts * np.abs(share - mean_confidence)) / counts.sum())


def brier_score(y: ArrayLike, t: ArrayLike) -> float:
    r"""The mean squared error of probabilities, which is least for the true ones.

    $\frac1n \sum_i (y_i - t_i)^2$ for the probabilities `y` `(n,)` of the answer 1 and targets `t`
    `(n,)`, 0 or 1; for distributions `y` `(n, K)` and labels `t` `(n,)` it is
    $\frac1n \sum_i \sum_k (y_{ik} - [t_i = k])^2$, for two classes twice as much. Raises
    ValueError for shapes that do not fit, NaN, what is no probability and labels that are no class.
    Source: Brier, *Verification of forecasts expressed in terms of probability* (1950); chapter
    *Calibration*.

    >>> round(brier_score([0.8, 0.4], [1, 0]), 3), brier_score([[0.5, 0.5]], [1])
    (0.1, 0.5)
    """
    y = floating(y)
    if y.ndim == 2:
        y, labels = scores_and_labels(y, t, "brier_score")
        check_distributions(y, "brier_score")
        yes = labels[:, None] == np.arange(y.shape[1])
        return float(np.mean(np.sum((y.astype(np.float64) - yes) ** 2, axis=1)))
    y, yes = yes_or_no(y, t, "brier_score")
    if not (y.min() >= 0 and y.max() <= 1):
        raise ValueError(f"brier_score expects probabilities, got {y.min():.4g} to {y.max():.4g}")
    return float(np.mean((y.astype(np.float64) - yes) ** 2))
