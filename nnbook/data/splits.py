"""Ways to cut examples up: batches, parts for training and test, folds, balanced classes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnbook.checks import between, option, whole
from nnbook.data.checks import classes, column
from nnbook.kinds import generator

Array = NDArray[Any]


def batches(
    rng: np.random.Generator | None, size: int, *arrays: ArrayLike
) -> Iterator[tuple[Array, ...]]:
    """All examples once, in random order, `size` at a time; the last batch holds what is left.

    `arrays` have the examples along their first axis. With `rng` None they come in their order.
    Raises ValueError when lengths differ or `size` is less than 1, TypeError when it is no whole
    number or `rng` no generator, at once, not at the first batch.

    >>> [x.tolist() for x, in batches(None, 2, np.arange(5))]
    [[0, 1], [2, 3], [4]]
    >>> x, t = next(batches(np.random.default_rng(0), 3, np.arange(5), 10 * np.arange(5)))
    >>> bool((t == 10 * x).all())
    True
    """
    size = whole("the size of a batch", size)
    columns = [column(array) for array in arrays]
    order = _order(rng, n := _length(columns))
    starts = range(0, n, size)
    return (tuple(a[order[start : start + size]] for a in columns) for start in starts)


def train_test_split(
    rng: np.random.Generator,
    *arrays: ArrayLike,
    test_fraction: float = 0.2,
    stratify: ArrayLike | None = None,
) -> list[Array]:
    """Cut all arrays at random into two parts: `[x_train, x_test, t_train, t_test, …]`.

    The test part has `test_fraction` of all examples, rounded. With `stratify`, an array of labels,
    it has that fraction of every class, rounded up or down so that the whole stays what it is: up
    where the fraction left over is largest, and among equal ones at random. Raises ValueError when
    lengths differ, a label is NaN or a part would be empty.

    >>> x, t = np.arange(10), np.array([0] * 8 + [1] * 2)
    >>> x_train, x_test, t_train, t_test = train_test_split(
    ...     np.random.default_rng(0), x, t, test_fraction=0.5, stratify=t)
    >>> sorted(t_test.tolist())
    [0, 0, 0, 0, 1]
    """
    between("test_fraction", test_fraction, 0, 1)
    columns = [column(array) for array in arrays]
    n = _length(columns)
    strata = np.zeros(n, np.intp) if stratify is None else _strata(stratify, n)
    order = generator(rng).permutation(n)
    # Classes in the order in which chance brings them: so it decides between equal remainders.
    labels, first, sizes = np.unique(strata[order], return_index=True, return_counts=True)
    shares = _apportioned(round(test_fraction * n), test_fraction * sizes, np.argsort(first))
    test = np.zeros(n, bool)
    for label, share in zip(labels, shares, strict=True):
        test[order[strata[order] == label][:share]] = True
    if test.all() or not test.any():
        raise ValueError(f"{n} examples with test_fraction={test_fraction} leave a part empty")
    train_order, test_order = order[~test[order]], order[test[order]]
    return [part for a in columns for part in (a[train_order], a[test_order])]


def group_split(
    rng: np.random.Generator, *arrays: ArrayLike, groups: ArrayLike, test_fraction: float = 0.2
) -> list[Array]:
    """Cut all arrays into two parts, no group into both: `[x_train, x_test, t_train, t_test, …]`.

    `groups` says for each example to which group it belongs: the patient, the writer, the picture
    of which it is a copy. The test part has `test_fraction` of the groups, rounded, drawn at
    random; examples stay in the order of the arrays. Raises ValueError when lengths differ, a group
    is NaN or a part would be empty. Source: chapter *Splits, gaps and wrong labels*.

    >>> x, writer = np.arange(6), np.array([7, 7, 8, 8, 9, 9])
    >>> x_train, x_test, _, w_test = group_split(
    ...     np.random.default_rng(0), x, writer, groups=writer, test_fraction=0.4)
    >>> x_test, w_test
    (array([4, 5]), array([9, 9]))
    """
    between("test_fraction", test_fraction, 0, 1)
    columns = [column(array) for array in arrays]
    own = _strata(groups, _length(columns), "groups")
    names = np.unique(own)
    drawn = generator(rng).permutation(len(names))[: round(test_fraction * len(names))]
    test = np.isin(own, names[drawn])
    if test.all() or not test.any():
        raise ValueError(
            f"expected groups for both parts, got {len(names)} with test_fraction={test_fraction}"
        )
    return [part for a in columns for part in (a[~test], a[test])]


def k_fold(
    rng: np.random.Generator | None, k: int, *arrays: ArrayLike, stratify: ArrayLike | None = None
) -> Iterator[list[Array]]:
    """Cut all arrays into `k` parts, and give each part once as the one to validate on:
    `[x_train, x_validation, t_train, t_validation, …]`, `k` times.

    Parts differ in size by one example at most. With `stratify`, an array of labels, they do so in
    every class. Which example is in which part is random, or with `rng` None not; in each part the
    examples stand in the order of the arrays. Raises ValueError, at once, when lengths differ, when
    a label is NaN and unless `k` is at least 2 and at most the number of examples. Source: Stone,
    *Cross-validatory choice* (1974); chapter *Validation*.

    >>> [x_val.tolist() for x_train, x_val in k_fold(None, 3, np.arange(7))]
    [[0, 3, 6], [1, 4], [2, 5]]
    """
    columns = [column(array) for array in arrays]
    n = _length(columns)
    if not 2 <= whole("k", k, -n) <= n:
        raise ValueError(f"k must lie between 2 and the number of examples, {n}; got {k}")
    strata = np.zeros(n, np.intp) if stratify is None else _strata(stratify, n)
    order = _order(rng, n)
    order = order[np.argsort(strata[order], kind="stable")]  # class after class
    fold = np.empty(n, np.intp)
    fold[order] = np.arange(n) % k  # dealt out like cards
    return ([part for a in columns for part in (a[fold != i], a[fold == i])] for i in range(k))


def shuffle(rng: np.random.Generator, *arrays: ArrayLike) -> list[Array]:
    """All arrays in one and the same random order. Raises ValueError when lengths differ.

    >>> x, t = shuffle(np.random.default_rng(0), np.arange(4), 10 * np.arange(4))
    >>> x, t
    (array([2, 0, 1, 3]), array([20,  0, 10, 30]))
    """
    columns = [column(array) for array in arrays]
    order = _order(generator(rng), _length(columns))
    return [a[order] for a in columns]


def balance(
    rng: np.random.Generator, *arrays: ArrayLike, labels: ArrayLike, method: str = "trim"
) -> list[Array]:
    """All arrays with as many examples of every class, in random order.

    "trim" keeps as many of each class as the rarest has, drawn at random; "repeat" keeps all, and
    draws more of the rarer ones among them until each has as many as the most frequent. Balance
    training data alone, after the test data are set apart: copies of one example must not lie on
    both sides. Raises ValueError when lengths differ, a label is NaN or for another method. Source:
    chapter *Data*.

    >>> t = np.array([0, 0, 0, 0, 1, 1])
    >>> np.bincount(balance(np.random.default_rng(0), t, labels=t)[0])
    array([2, 2])
    >>> np.bincount(balance(np.random.default_rng(0), t, labels=t, method="repeat")[0])
    array([4, 4])
    """
    option("method", method, "trim", "repeat")
    columns = [column(array) for array in arrays]
    strata = _strata(labels, _length(columns), "labels")
    groups = [np.flatnonzero(strata == label) for label in np.unique(strata)]
    sizes = [len(members) for members in groups]
    chosen, rng = [], generator(rng)
    for members in groups:
        if method == "trim":
            chosen.append(rng.choice(members, min(sizes), replace=False))
        else:
            chosen += [members, rng.choice(members, max(sizes) - len(members))]
    order = rng.permutation(np.concatenate(chosen))
    return [a[order] for a in columns]


def _length(columns: list[Array]) -> int:
    lengths = [len(a) if a.ndim else 0 for a in columns]
    if len(set(lengths)) != 1 or lengths[0] == 0:
        raise ValueError(f"expected arrays of one length, at least 1; got lengths {lengths}")
    return lengths[0]


def _order(rng: np.random.Generator | None, n: int) -> Array:
    return np.arange(n) if rng is None else generator(rng).permutation(n)


def _strata(labels: ArrayLike, n: int, what: str = "stratify") -> Array:
    strata = classes(labels, what)
    if strata.shape != (n,):
        raise ValueError(f"{what}: expected shape {(n,)}, got {strata.shape}")
    return strata


def _apportioned(total: int, quotas: Array, order: Array) -> Array:
    """Whole shares that add up to `total`: quotas rounded down, and what is left one by one.

    It goes to the largest remainders, to equal ones in `order` (Hamilton's method).
    """
    shares = np.floor(quotas).astype(np.intp)
    remainders = (quotas - shares).round(9)  # so that rounding does not choose between equals
    winners = order[np.argsort(-remainders[order], kind="stable")]
    shares[winners[: total - shares.sum()]] += 1
    return shares
