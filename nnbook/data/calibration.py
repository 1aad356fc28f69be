"""What is done with a confidence: make it honest by one temperature, or decline to answer."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnbook.data.metrics.arguments import alike, scores_and_labels
from nnbook.numerics import softmax


def temperature_scaling(z: ArrayLike, t: ArrayLike) -> float:
    r"""The temperature $\tau$ for which the softmax of $z/\tau$ has the least cross-entropy.

    `z` `(n, K)` are logits, `t` `(n,)` labels, or distributions `(n, K)`, of which the likeliest
    class counts; both should be validation data. In $\beta = 1/\tau$ the loss is convex, and its
    slope, $\frac1n \sum_i \left(\sum_k S_k z_{ik} - z_{i t_i}\right)$, is bisected at its zero.
    Raises ValueError for what is no finite number, for logits that are right about every example
    (the colder, the better), and for those that no temperature makes better than a guess. Source:
    Guo et al., *On calibration of modern neural networks* (2017); chapter *Calibration*.

    >>> round(temperature_scaling([[2, 0], [2, 0], [2, 0], [2, 0]], [0, 0, 0, 1]), 3)
    1.82
    """
    scores, labels = scores_and_labels(z, t, "temperature_scaling")
    scores = np.asarray(scores, np.float64).reshape(-1, scores.shape[-1])
    labels = np.asarray(labels).reshape(-1)
    if not np.isfinite(scores).all():
        wrong = scores[~np.isfinite(scores)].flat[0]
        raise ValueError(f"temperature_scaling expects finite logits, got {wrong}")
    ahead = scores - scores[np.arange(len(labels)), labels][:, None]  # of the true class
    size = float(np.abs(ahead).max())

    def slope(beta: float) -> float:
        return float(np.mean(np.sum(softmax(beta * ahead) * ahead, axis=1)))

    if ahead.max() <= 0:
        raise ValueError(
            "temperature_scaling: expected errors to temper, but every answer is right, so no "
            "temperature is best"
        )
    if slope(0.0) >= 0:
        raise ValueError(
            "temperature_scaling: expected logits that tell classes apart, got none of any use"
        )
    low, high = 0.0, 1 / size
    while slope(high) < 0:
        low, high = high, 2 * high
    for _ in range(200):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    return 2 / (low + high)


def risk_coverage(
    confidence: ArrayLike, right: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    r"""What share of the answers given is wrong if only the most confident ones are given.

    `confidence` `(n,)` and `right` `(n,)`, 1 for a right answer and 0 for a wrong one. Returns the
    coverages, shares of answers that are given, rising to 1, and the risks, the shares of wrong
    ones among those; answers of equal confidence are given together. Raises ValueError for shapes
    that do not fit, NaN, and numbers other than 0 and 1 for right. Source: El-Yaniv and Wiener, *On
    the foundations of noise-free selective classification* (2010); chapter *Calibration*.

    >>> coverage, risk = risk_coverage([0.9, 0.6, 0.8, 0.6], [1, 0, 1, 1])
    >>> coverage, risk
    (array([0.25, 0.5 , 1.  ]), array([0.  , 0.  , 0.25]))
    """
    c, r = alike(confidence, right, "risk_coverage")
    if c.ndim != 1:
        raise ValueError(f"risk_coverage: expected two arrays (n,), got {c.shape} and {r.shape}")
    if (wrong := r[(r != 0) & (r != 1)]).size:
        raise ValueError(f"risk_coverage expects 1 (right) or 0 (wrong), got {wrong[0]}")
    order = np.argsort(-c, kind="stable")
    c, wrong = c[order], 1.0 - r[order].astype(np.float64)
    last = np.append(c[1:] != c[:-1], True)  # of the answers that are as confident
    given = np.arange(1, len(c) + 1)
    return (given / len(c))[last], (np.cumsum(wrong) / given)[last]
