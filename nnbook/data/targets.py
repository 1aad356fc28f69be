"""The two forms of a target among K classes: a label, or a distribution over the classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from nnbook.checks import whole
from nnbook.kinds import floating_dtype
from nnbook.numerics import Array, real


def class_labels(labels: ArrayLike, K: int | None = None, what: object = "it") -> NDArray[np.intp]:
    """Labels as indices: whole numbers from 0 to K - 1, or from 0 up where `K` is None.

    Truth values are the labels 0 and 1. `what` says in errors who asks. Raises ValueError for other
    dtypes and for labels out of range.

    >>> class_labels(np.array([2, 0], np.uint8), 3)
    array([2, 0])
    """
    labels = real(labels)
    if labels.dtype.kind == "f":
        raise ValueError(f"{what} expects labels that are integers, got dtype {labels.dtype}")
    if labels.size and not (labels.min() >= 0 and (K is None or labels.max() < K)):
        last = "" if K is None else f" {K - 1}"
        raise ValueError(f"{what} expects labels 0 …{last}, got {labels.min()} … {labels.max()}")
    return labels.astype(np.intp)


def one_hot(labels: ArrayLike, K: int, dtype: DTypeLike = np.float64) -> Array:
    r"""Labels `(…)` as the unit vectors `(…, K)`: $t_{ik} = 1$ for $k$ = label, otherwise 0.

    Raises ValueError for labels that are not integers from 0 to K - 1. Source: chapter *Losses*.

    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    labels = class_labels(labels, whole("the number of classes", K), "one_hot")
    t = np.zeros((*labels.shape, K), floating_dtype(dtype))
    np.put_along_axis(t, labels[..., None], 1, axis=-1)
    return t


def tolerance(dtype: DTypeLike) -> float:
    """How far from 1 the sum of a distribution may lie that was computed in `dtype`.

    >>> tolerance(np.float64)
    0.001
    """
    return max(1e-3, 16 * float(np.finfo(floating_dtype(dtype)).eps))


def check_distributions(p: Array, what: str) -> None:
    """Raises ValueError unless `p` `(…, K)` has entries of at least 0 that sum to 1 over k.

    >>> check_distributions(np.array([0.5, 0.2]), "a loss")
    Traceback (most recent call last):
    ...
    ValueError: a loss expects distributions, which sum to 1, got a sum of 0.7
    """
    slack = tolerance(p.dtype)
    if p.size and not np.min(p) >= -slack:
        raise ValueError(f"{what} expects distributions, at least 0, got {np.min(p):.4g}")
    sums = np.sum(p, axis=-1, dtype=np.result_type(p, np.float64))
    wrong = sums[~(np.abs(sums - 1) <= slack)]
    if wrong.size:
        raise ValueError(
            f"{what} expects distributions, which sum to 1, got a sum of {wrong.flat[0]:.4g}"
        )
