"""Whether scores put the true ones first: curves over all thresholds, and the areas under them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnbook.checks import option
from nnbook.data.metrics.arguments import scores_and_labels, yes_or_no
from nnbook.numerics import Array, floating


def roc_curve(y: ArrayLike, t: ArrayLike) -> tuple[Array, Array, Array]:
    r"""The share of false examples that are called true, and the recall, at every threshold.

    $$f_j = \frac{1}{n_0} \sum_{i: t_i = 0} [y_i \ge s_j], \qquad
      r_j = \frac{1}{n_1} \sum_{i: t_i = 1} [y_i \ge s_j]$$

    for the different scores $s_1 > s_2 > …$, and before them $s_0 = ∞$, where nothing is called
    true. `y` `(n,)` are scores of any scale and `t` `(n,)` is 0 or 1. Returns three arrays of one
    length: $f$, $r$ and the thresholds $s$; $f$ or $r$ is NaN if there is no false or no true
    example. Raises ValueError for shapes that do not fit, NaN, and other targets. Source: Fawcett,
    *An introduction to ROC analysis* (2006); chapter *Measures*.

    >>> f, r, s = roc_curve([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])
    >>> f.tolist(), r.tolist()
    ([0.0, 0.0, 0.5, 0.5, 1.0], [0.0, 0.5, 0.5, 1.0, 1.0])
    """
    s, found, seen = _from_the_top(y, t, "roc_curve")
    false = seen - found
    with np.errstate(invalid="ignore"):
        f, r = false / false[-1], found / found[-1]
    infinite = np.array([np.inf], s.dtype)
    return np.r_[0.0, f], np.r_[0.0, r], np.concatenate([infinite, s])


def precision_recall_curve(y: ArrayLike, t: ArrayLike) -> tuple[Array, Array, Array]:
    r"""Precision and recall at every threshold, from the highest score down.

    $$P_j = \frac{\sum_i t_i [y_i \ge s_j]}{\sum_i [y_i \ge s_j]}, \qquad
      R_j = \frac{\sum_i t_i [y_i \ge s_j]}{\sum_i t_i}$$

    for the different scores $s_1 > s_2 > …$. `y` `(n,)` are scores of any scale and `t` `(n,)` is 0
    or 1. Returns three arrays of one length: $P$, $R$ and the thresholds $s$; $R$ is NaN without
    true examples. Raises ValueError as `roc_curve` does. scikit-learn begins with the lowest score
    and adds a last point with precision 1 and recall 0. Source: Davis and Goadrich, *The
    relationship between precision-recall and ROC curves* (2006); chapter *Measures*.

    >>> P, R, s = precision_recall_curve([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])
    >>> P.round(2).tolist(), R.tolist()
    ([1.0, 0.5, 0.67, 0.5], [0.5, 0.5, 1.0, 1.0])
    """
    s, found, seen = _from_the_top(y, t, "precision_recall_curve")
    with np.errstate(invalid="ignore"):
        return found / seen, found / found[-1], s


def _from_the_top(y: ArrayLike, t: ArrayLike, what: str) -> tuple[Array, Array, NDArray[np.intp]]:
    """Different scores from the highest down; how many true ones, and how many, are as high."""
    y, yes = yes_or_no(y, t, what)
    if y.ndim != 1:
        raise ValueError(f"{what} expects scores of shape (n,), got {y.shape}")
    s, place = np.unique(y, return_inverse=True)
    place = len(s) - 1 - place
    found, seen = np.bincount(place, yes), np.bincount(place)
    return s[::-1].copy(), np.cumsum(found), np.cumsum(seen)


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
    *An introduction to ROC analysis* (2006); chapter *Measures*.

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
    *Recall, precision and average precision* (2004); chapter *Measures*.

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
    option("average", average, "macro", "weighted")
    y = floating(y)
    if y.ndim == 1:
        return area(*yes_or_no(y, t, what))
    if y.ndim != 2:
        raise ValueError(f"{what} expects scores of shape (n,) or (n, K), got {y.shape}")
    y, labels = scores_and_labels(y, t, what)
    hot = labels[:, None] == np.arange(y.shape[1])
    areas = [area(y[:, k], hot[:, k]) for k in range(y.shape[1])]
    return float(np.average(areas, weights=hot.sum(axis=0) if average == "weighted" else None))
