"""How well two ways of dividing examples into groups agree, whatever the groups are called."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nnbook.data.checks import classes
from nnbook.numerics import Array


def adjusted_rand(a: ArrayLike, b: ArrayLike) -> float:
    r"""The share of pairs on which two partitions agree, adjusted for what chance does.

    With $n_{kl}$ examples in group $k$ of the one and group $l$ of the other, the sums $n_k$ and
    $n_l$ of its rows and columns, and $P(n) = n(n - 1)/2$ pairs among $n$,

    $$R = \frac{\sum_{kl} P(n_{kl}) - E}{\tfrac12 \bigl(\sum_k P(n_k) + \sum_l P(n_l)\bigr) - E},
      \qquad E = \frac{\sum_k P(n_k) \sum_l P(n_l)}{P(n)} .$$

    It is 1 for equal partitions and 0 on average if the groups were dealt at random with their
    sizes kept. `a` and `b` `(n,)` are labels of any kind. Where both put all examples together, or
    both none, it is 1. Raises ValueError for shapes that differ and fewer than two examples.
    Source: Hubert and Arabie, *Comparing partitions* (1985); chapter *Autoencoders*.

    >>> adjusted_rand([0, 0, 1, 1], [1, 1, 0, 0]), adjusted_rand([0, 0, 1, 1], [0, 1, 0, 1])
    (1.0, -0.5)
    """
    table = contingency(a, b)
    both, first, second = (
        float((counts * (counts - 1.0)).sum()) / 2
        for counts in (table, table.sum(axis=1), table.sum(axis=0))
    )
    size = float(table.sum())
    pairs, chance = size * (size - 1) / 2, first * second
    most = (first + second) / 2 * pairs
    return 1.0 if most == chance else (both * pairs - chance) / (most - chance)


def purity(groups: ArrayLike, classes: ArrayLike) -> float:
    r"""The share of examples that are of the commonest class of their group,
    $\frac1n \sum_k \max_l n_{kl}$.

    More groups make it larger, up to 1 for groups of one. Arguments and errors are those of
    `adjusted_rand`. Source: chapter *Autoencoders*.

    >>> purity([0, 0, 0, 1], ["a", "a", "b", "b"])
    0.75
    """
    table = contingency(groups, classes)
    return float(table.max(axis=1).sum() / table.sum())


def contingency(a: ArrayLike, b: ArrayLike) -> Array:
    """How many examples are in each group of `a` and each of `b`: a row for each of `a`.

    Raises ValueError for shapes that differ and fewer than two examples.
    """
    a, b = classes(a, "the first row of labels"), classes(b, "the second row of labels")
    if a.ndim != 1 or a.shape != b.shape or a.size < 2:
        raise ValueError(f"expected two rows of labels, at least two, got {a.shape} and {b.shape}")
    rows, columns = (np.unique(labels, return_inverse=True)[1] for labels in (a, b))
    table = np.zeros((rows.max() + 1, columns.max() + 1), np.intp)
    np.add.at(table, (rows, columns), 1)
    return table
