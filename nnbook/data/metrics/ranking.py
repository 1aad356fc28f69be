"""Whether scores put the true ones first: areas under curves over all thresholds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from nnbook.data.metrics.arguments import scores_and_labels, yes_or_no
from nnbook.numerics import Array, floating


def roc_auc(y: ArrayLike, t: ArrayLike, average: str = "macro") -> float:
    r"""The chance that a true example has a higher score than a false one; ties count half:

    $$A = \frac{1}{n_1 n_0} \sum_{i: t_i = 1} \sum_{j: t_j = 0}
      \bigl([y_i > y_j] + \tfrac12 [y_i = y_j]\bigr) .$$

    It is the area under the curve of the true positive rate over the false positive rate, the
    receiver operating characteristic; guessing has $\frac12$. `y` `(n,)` are scores of any scale
    and `t` `(n,)` is 0 or 1. For K classes `y` is `(n, K)` and `t` holds labels `(n,)`: each class
    is told from the rest, and the `average` over classes is "macro", the plain mean, or "weighted"
    by how often they occur. NaN where an area has only true or only false examples. Raises
    ValueError for shapes that do not fit, NaN, and targets outside their domain. Source: Fawcett,
    *An introduction to ROC analysis* (2006); chapter *Validation*.

    >>> roc_auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])
    0.75
    """

    def area(y: Array, yes: Array) -> float:
        positives = yes.sum()
        _, place, counts = np.unique(y, return_inverse=True, return_counts=True)
        ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]  # from 1; equals share theirs
        pairs = float(positives) * (len(y) - positives)
        above = ranks[yes].sum() - positives * (positives + 1) / 2
        return float(above / pairs) if pairs else np.nan

    return _over_classes(area, y, t, average, "roc_auc")


def average_precision(y: ArrayLike, t: ArrayLike, average: str = "macro") -> float:
    r"""Precision, averaged over the recalls at which a true example is found:

    $$A = \sum_j (R_j - R_{j - 1}) P_j$$

    over the scores from the largest down, with recall $R_j$ and precision $P_j$ of what scores at
    least as high. Unlike `roc_auc` it depends on how rare the true ones are: guessing has their
    share. Arguments and errors are those of `roc_auc`; NaN without any true example. Source: Zhu,
    *Recall, precision and average precision* (2004); chapter *Validation*.

    >>> round(average_precision([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]), 4)
    0.8333
    """

    def area(y: Array, yes: Array) -> float:
        _, place = np.unique(-y, return_inverse=True)  # from the largest score down
        found, seen = np.bincount(place, yes), np.bincount(place)
        precisions = np.cumsum(found) / np.cumsum(seen)
        return float(np.sum(found * precisions) / found.sum()) if yes.any() else np.nan

    return _over_classes(area, y, t, average, "average_precision")


def _over_classes(
    area: Callable[[Array, Array], float], y: ArrayLike, t: ArrayLike, average: str, what: str
) -> float:
    """The area of one column of scores, or the average of those of all classes."""
    if average not in ("macro", "weighted"):
        raise ValueError(f"average is 'macro' or 'weighted', got {average!r}")
    y = floating(y)
    if y.ndim == 1:
        return area(*yes_or_no(y, t, what))
    if y.ndim != 2:
        raise ValueError(f"{what} expects scores of shape (n,) or (n, K), got {y.shape}")
    y, labels = scores_and_labels(y, t, what)
    hot = labels[:, None] == np.arange(y.shape[1])
    areas = [area(y[:, k], hot[:, k]) for k in range(y.shape[1])]
    return float(np.average(areas, weights=hot.sum(axis=0) if average == "weighted" else None))
