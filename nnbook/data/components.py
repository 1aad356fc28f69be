"""Principal components: the directions in which data vary most, and data without correlations."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook.checks import text, whole
from nnbook.data.checks import measurable, measured, shaped
from nnbook.data.preprocessing import State, Transform
from nnbook.op import Array


def pca(k: int | None = None) -> Transform:
    r"""The first `k` principal components of data `(N, m)`, as features `(N, k)`.

    $y_{ia} = \sum_j (x_{ij} - μ_j) U_{ja}$, where the columns of $U$ are unit eigenvectors of the
    covariance of the training data, those of the largest eigenvalues first. The state has the
    `mean`, the `axes` $U$, shape `(m, k)`, and the `variances`, the eigenvalues, shape `(k,)`. In
    each axis the entry that is largest in size is positive. `invert` gives the point of the space
    of the axes, which is the data themselves if all components are kept. Without `k` there are as
    many as features, or as examples where these are fewer. Raises ValueError for data that are not
    a table, empty or not finite, for more components than there can be, and for data of other
    features than those that were measured. Source: Pearson, *On lines and planes of closest fit*
    (1901); chapter *Data*.

    >>> transform = pca(1)
    >>> state = transform.init([[0.0, 0.0], [3.0, 4.0]])
    >>> state["axes"].ravel(), state["variances"]
    (array([0.6, 0.8]), array([6.25]))
    >>> transform.apply(state, [[3.0, 4.0]])
    array([[2.5]])
    """
    return _components(f"pca({'' if k is None else text(k)})", k, lambda variances: 1.0)


def whiten(k: int | None = None) -> Transform:
    r"""The first `k` principal components, each divided by its standard deviation.

    The covariance of the training data is then the identity: features of variance 1 without
    correlations. A component without variance is only shifted, as by `standardize`. Everything else
    is as for `pca`. Source: chapter *Data*.

    >>> transform = whiten()
    >>> x = np.array([[0.0, 0.0], [2.0, 2.0], [0.0, 1.0], [2.0, 1.0]])
    >>> z = transform.apply(transform.init(x), x)
    >>> bool(np.allclose(z.T @ z / 4, np.eye(2)))
    True
    """
    return _components(f"whiten({'' if k is None else text(k)})", k, _deviations)


def _components(name: str, k: int | None, divisor: Any) -> Transform:
    if k is not None:
        k = whole("the number of components", k)

    def init(x: ArrayLike) -> State:
        x = measurable(x, table=True)
        count = min(x.shape) if k is None else k
        if count > min(x.shape):
            raise ValueError(f"data of shape {x.shape} have no {count} components")
        mean = x.mean(axis=0)
        rows = (x - mean).astype(np.float64)  # LAPACK knows no wider dtype
        unit = np.abs(rows).max() or 1.0  # so that squares are in range
        _, lengths, axes = np.linalg.svd(rows / unit, full_matrices=False)
        axes = axes[:count].T.astype(x.dtype)
        largest = np.abs(axes).argmax(axis=0)
        axes = axes * np.where(axes[largest, np.arange(count)] < 0, -1, 1)
        # What rounding has made of nothing counts as nothing.
        lengths = np.where(lengths > lengths[0] * max(x.shape) * 2e-16, lengths, 0)[:count]
        variances = (unit * lengths.astype(x.dtype)) ** 2 / len(x)
        return {"mean": mean, "axes": axes, "variances": variances}

    def found(state: State) -> list[Array]:
        mean, axes, variances = measured(state, "mean", "axes", "variances")
        if axes.ndim != 2 or (*mean.shape, *variances.shape) != axes.shape:
            raise ValueError(
                f"expected a state with mean (m,), axes (m, k) and variances (k,), got "
                f"{mean.shape}, {axes.shape} and {variances.shape}"
            )
        return [mean, axes, variances]

    def apply(state: State, x: ArrayLike) -> Array:
        mean, axes, variances = found(state)
        x = shaped(x, None, len(axes))
        return ((x - mean) @ axes / divisor(variances)).astype(x.dtype)

    def invert(state: State, x: ArrayLike) -> Array:
        mean, axes, variances = found(state)
        x = shaped(x, None, axes.shape[1])
        return ((x * divisor(variances)) @ axes.T + mean).astype(x.dtype)

    return Transform(name, init, apply, invert)


def _deviations(variances: Array) -> Array:
    return np.sqrt(np.where(variances == 0, 1, variances))
