"""Shares of right answers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nnbook.checks import finite, whole
from nnbook.data.metrics.arguments import scores_and_labels, yes_or_no
from nnbook.data.metrics.confusion import confusion_matrix, recall


def accuracy(y: ArrayLike, t: ArrayLike) -> float:
    r"""Share of examples whose class is right, $\frac1n \sum_i [\arg\max_k y_{ik} = t_i]$.

    `y` is `(…, K)`, probabilities or logits (softmax keeps their order), of which the first of
    equals counts; `t` holds labels `(…)` or is one-hot `(…, K)`. Raises ValueError when the shapes
    do not fit, for one column (see `binary_accuracy`), for NaN and for labels that are no class.
    Source: chapter *Losses*.

    >>> accuracy([[0.9, 0.1], [0.2, 0.8]], [0, 0])
    0.5
    """
    y, t = scores_and_labels(y, t, "accuracy")
    return float(np.mean(np.argmax(y, axis=-1) == t))


def top_k_accuracy(y: ArrayLike, t: ArrayLike, k: int = 5) -> float:
    r"""Share of examples whose class is among the $k$ with the largest scores.

    `y` and `t` are as for `accuracy`, which is the case $k = 1$; of equal scores the first come
    first. Raises ValueError as `accuracy` does, and unless $1 ≤ k < K$. Source: chapter
    *Measures*.

    >>> top_k_accuracy([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]], [1, 2], k=2)
    0.5
    """
    y, t = scores_and_labels(y, t, "top_k_accuracy")
    K = y.shape[-1]
    if not whole("k", k) < K:
        raise ValueError(f"k must lie between 1 and {K - 1}, got {k}: among {K} classes all count")
    own = np.take_along_axis(y, t[..., None], axis=-1)
    before = (y > own) | (y == own) & (np.arange(K) < t[..., None])
    return float(np.mean(np.sum(before, axis=-1) < k))


def binary_accuracy(y: ArrayLike, t: ArrayLike, threshold: float = 0.5) -> float:
    """Share of entries on the right side of `threshold`: 0.5 for probabilities, 0 for logits.

    `y` and `t` have one shape, and `t` is 0 or 1; otherwise, and for NaN, ValueError. Source:
    chapter *Losses*.

    >>> binary_accuracy([0.9, 0.2, 0.6], [1, 0, 0])
    0.6666666666666666
    >>> binary_accuracy([2.0, -1.0], [1, 0], threshold=0)
    1.0
    """
    y, yes = yes_or_no(y, t, "binary_accuracy")
    return float(np.mean((y >= finite("the threshold", threshold)) == yes))


def balanced_accuracy(y: ArrayLike, t: ArrayLike) -> float:
    r"""Mean of the shares of every class that are right, so that rare classes count as much.

    `y` holds labels `(…)` or scores `(…, K)`, `t` labels `(…)`; the mean is over the classes that
    `t` has. Guessing has $1/K$ on average. Raises ValueError as `confusion_matrix` does. Source:
    Brodersen et al., *The balanced accuracy and its posterior distribution* (2010); chapter
    *Measures*.

    >>> balanced_accuracy([0, 0, 0, 0], [0, 0, 0, 1])
    0.5
    """
    return float(recall(confusion_matrix(y, t), "macro"))
