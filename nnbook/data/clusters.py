"""Groups of examples that lie close together, found without labels: k-means."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnbook.checks import whole
from nnbook.kinds import generator
from nnbook.numerics import Array, floating


class Clusters(NamedTuple):
    """What `kmeans` finds: centres `(K, m)`, the cluster of each example `(n,)`, and the loss.

    `history` has the losses of the run that was kept, one for each step, and `starts` the last loss
    of every run.
    """

    centres: Array
    labels: NDArray[np.intp]
    loss: float
    history: tuple[float, ...]
    starts: tuple[float, ...]

    def nearest(self, x: ArrayLike) -> NDArray[np.intp]:
        """The number of the nearest centre, the first of equals, for each row of `x` `(n, m)`.

        Raises ValueError for what has other features than the centres.
        """
        x = floating(x)
        if x.ndim != 2 or x.shape[1] != self.centres.shape[1]:
            raise ValueError(f"expected a table (n, {self.centres.shape[1]}), got {x.shape}")
        return squared_distances(x, self.centres).argmin(axis=1)


def squared_distances(x: Array, centres: Array) -> Array:
    r"""$d_{ik} = \sum_j (x_{ij} - c_{kj})^2$ for `x` `(n, m)` and `centres` `(K, m)`, as `(n, K)`.

    Taken from differences, so that it is 0 for equal points. Source: chapter *Autoencoders*.

    >>> squared_distances(np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[0.0, 0.0]]))
    array([[ 0.],
           [25.]])
    """
    return np.stack([np.square(x - c).sum(axis=1) for c in centres], axis=1)


def kmeans(x: ArrayLike, K: int, rng: np.random.Generator, restarts: int = 10) -> Clusters:
    r"""Centres $c_k$ for which the sum of squared distances to the nearest one is small.

    $$J = \sum_i \min_k \sum_j (x_{ij} - c_{kj})^2$$

    for data `(n, m)`. Two steps alternate: each example goes to its nearest centre, and each centre
    to the mean of its examples; one without examples stays. Neither raises $J$, and it ends when
    $J$ falls no longer, in a minimum that need not be the lowest. So it is run from `restarts`
    starts, and the best is kept. The first centre of a start is an example drawn at random, each
    further one with a probability proportional to the squared distance from those that are there
    (*k-means++*). Raises ValueError for data that are not a table, empty or not finite, and for
    more clusters than examples; TypeError for numbers that are not whole. Source: Lloyd, *Least
    squares quantization in PCM* (1982); Arthur and Vassilvitskii, *k-means++: the advantages of
    careful seeding* (2007); chapter *Autoencoders*.

    >>> found = kmeans([[0.0], [1.0], [9.0], [11.0]], 2, np.random.default_rng(0))
    >>> sorted(found.centres.ravel().tolist()), found.loss
    ([0.5, 10.0], 2.5)
    """
    K, restarts = whole("the number of clusters", K), whole("the number of starts", restarts)
    rng, x = generator(rng), floating(x)
    if x.ndim != 2 or x.size == 0 or not np.isfinite(x).all():
        raise ValueError(f"expected a table (n, m) of finite numbers, got shape {x.shape}")
    if len(x) < K:
        raise ValueError(f"{len(x)} examples have no {K} clusters")
    rows = x.astype(np.result_type(x, np.float64), copy=False)
    runs = [_descend(rows, _start(rows, K, rng)) for _ in range(restarts)]
    best = min(runs, key=lambda run: run.loss)
    starts = tuple(run.loss for run in runs)
    return best._replace(centres=best.centres.astype(x.dtype), starts=starts)


def _start(x: Array, K: int, rng: np.random.Generator) -> Array:
    """Examples as centres, far from each other."""
    chosen = [int(rng.integers(len(x)))]
    near = squared_distances(x, x[chosen])[:, 0]
    while len(chosen) < K:
        weights = near.astype(np.float64)
        shares = weights / weights.sum() if weights.any() else None  # all are centres already
        chosen.append(int(rng.choice(len(x), p=shares)))
        near = np.minimum(near, squared_distances(x, x[chosen[-1:]])[:, 0])
    return x[chosen]


def _descend(x: Array, centres: Array) -> Clusters:
    """Alternate the two steps until the loss falls no longer."""
    history: list[float] = []
    while True:
        distances = squared_distances(x, centres)
        labels = distances.argmin(axis=1)
        loss = float(distances.min(axis=1).sum())
        if history and not loss < history[-1]:
            return Clusters(centres, labels, loss, tuple(history), ())
        history.append(loss)
        centres = centres.copy()
        for k in np.unique(labels):
            centres[k] = x[labels == k].mean(axis=0)
