r"""A batch in pieces, and the answers of the pieces put together again.

A batch of $n$ examples is cut into shards of $n_1, …, n_M$ examples. The gradient of the batch is
the mean of those of the shards, each weighted by its share of the examples,

$$g = \sum_m \frac{n_m}{n} g_m .$$

The sum is taken in the order of the shards, whichever machine answered first: so the result is the
same, to the last bit, however many machines there are and whatever became of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import tree
from nnbook.checks import positive, whole
from nnbook.kinds import listed
from nnbook.numerics import floating
from nnbook.op import Array, Params


def shards(rows: ArrayLike, parts: int) -> list[Array]:
    """Cut rows into `parts` pieces in their order, none more than one row longer than another.

    `rows` are anything that has the examples along its first axis. Raises ValueError when there are
    more pieces than rows: a machine would have nothing to do.

    >>> [piece.tolist() for piece in shards([0, 1, 2, 3, 4], 2)]
    [[0, 1, 2], [3, 4]]
    """
    parts, rows = whole("the number of shards", parts), np.asarray(rows)
    if rows.ndim == 0 or len(rows) < parts:
        n = len(rows) if rows.ndim else 1
        raise ValueError(f"a batch of {n} examples cannot be cut into {parts} shards")
    return np.array_split(rows, parts)


def mean_of_shards(trees: Sequence[Params], sizes: Sequence[int]) -> dict[str, Any]:
    r"""The weighted mean $\sum_m \frac{n_m}{n} g_m$ of trees of arrays, in the order given.

    Each array keeps its dtype. Raises ValueError without trees, for trees of different names, and
    for numbers of examples that are not as many or not positive.

    >>> mean_of_shards([{"W": np.array([1.0])}, {"W": np.array([4.0])}], [2, 1])
    {'W': array([2.])}
    """
    listed("trees", trees, "[grads, grads]")
    listed("sizes", sizes, "[32, 32]")
    if not trees or len(trees) != len(sizes):
        raise ValueError(f"expected as many trees as sizes, got {len(trees)} and {len(sizes)}")
    n = sum(positive("the number of examples of a shard", size) for size in sizes)

    def mean(*leaves: Any) -> Any:
        arrays = [floating(leaf) for leaf in leaves]
        total = arrays[0] * (sizes[0] / n)
        for array, size in zip(arrays[1:], sizes[1:], strict=True):
            total = total + array * (size / n)
        return np.asarray(total, arrays[0].dtype)

    return tree.map(mean, *trees)
