"""Numbers that say how good predictions are, to be read, not differentiated."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


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
