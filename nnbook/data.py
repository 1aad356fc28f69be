"""Data sets, and the ways to cut them up.

Nothing here is downloaded: the digits come with the package, the others are drawn at random.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

Array = NDArray[Any]


def load_digits(dtype: DTypeLike = np.float64) -> tuple[Array, Array]:
    """1797 handwritten digits: images `(1797, 8, 8)` and labels `(1797,)`, integers 0 to 9.

    Each pixel says how much of its place is covered by ink. The files hold 0 to 16; here they are
    divided by 16, so that they lie in $[0, 1]$ (and exactly: 16 is a power of 2).

    Source: E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine
    Learning Repository (1998), doi:10.24432/C50P49, licence CC BY 4.0; see `datasets/README.md`.

    >>> images, labels = load_digits()
    >>> images.shape, labels[:5], float(images.max())
    ((1797, 8, 8), array([0, 1, 2, 3, 4]), 1.0)
    """
    path = resources.files("nnbook") / "datasets" / "digits.npz"
    with path.open("rb") as file, np.load(file) as arrays:
        return arrays["images"].astype(dtype) / 16, arrays["labels"].astype(np.int64)


def one_hot(labels: ArrayLike, K: int, dtype: DTypeLike = np.float64) -> Array:
    r"""Labels `(…)` as the unit vectors `(…, K)`: $t_{ik} = 1$ for $k$ = label, otherwise 0.

    Raises ValueError for labels that are not integers from 0 to K - 1. Source: chapter *Losses*.

    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    labels = np.asarray(labels)
    if not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(f"labels must be integers, got dtype {labels.dtype}")
    if labels.size and not (labels.min() >= 0 and labels.max() < K):
        raise ValueError(f"expected labels 0 … {K - 1}, got {labels.min()} … {labels.max()}")
    return np.eye(K, dtype=dtype)[labels]


def batches(
    rng: np.random.Generator | None, size: int, *arrays: ArrayLike
) -> Iterator[tuple[Array, ...]]:
    """All examples once, in random order, `size` at a time; the last batch holds what is left.

    `arrays` have the examples along their first axis. With `rng` None they come in their order.
    Raises ValueError when lengths differ or `size` is less than 1, at once, not at the first batch.

    >>> [x.tolist() for x, in batches(None, 2, np.arange(5))]
    [[0, 1], [2, 3], [4]]
    >>> x, t = next(batches(np.random.default_rng(0), 3, np.arange(5), 10 * np.arange(5)))
    >>> bool((t == 10 * x).all())
    True
    """
    if size < 1:
        raise ValueError(f"a batch needs at least 1 example, got size {size}")
    columns = [np.asarray(array) for array in arrays]
    n = _length(columns)
    order = np.arange(n) if rng is None else rng.permutation(n)
    starts = range(0, n, size)
    return (tuple(a[order[start : start + size]] for a in columns) for start in starts)


def train_test_split(
    rng: np.random.Generator,
    *arrays: ArrayLike,
    test_fraction: float = 0.2,
    stratify: ArrayLike | None = None,
) -> list[Array]:
    """Cut all arrays at random into two parts: `[x_train, x_test, t_train, t_test, …]`.

    With `stratify`, an array of labels, both parts have every class in the same proportion, as
    nearly as its size allows. Raises ValueError when lengths differ or a part would be empty.

    >>> x, t = np.arange(10), np.array([0] * 8 + [1] * 2)
    >>> x_train, x_test, t_train, t_test = train_test_split(
    ...     np.random.default_rng(0), x, t, test_fraction=0.5, stratify=t)
    >>> sorted(t_test.tolist())
    [0, 0, 0, 0, 1]
    """
    if not 0 < test_fraction < 1:
        raise ValueError(f"test_fraction must lie between 0 and 1, got {test_fraction}")
    columns = [np.asarray(array) for array in arrays]
    n = _length(columns)
    strata = np.zeros(n, int) if stratify is None else np.asarray(stratify)
    if strata.shape != (n,):
        raise ValueError(f"stratify: expected shape {(n,)}, got {strata.shape}")
    order = rng.permutation(n)
    test = np.zeros(n, bool)
    for label in np.unique(strata):
        members = order[strata[order] == label]
        test[members[: round(test_fraction * len(members))]] = True
    if test.all() or not test.any():
        raise ValueError(f"{n} examples with test_fraction={test_fraction} leave a part empty")
    train_order, test_order = order[~test[order]], order[test[order]]
    return [part for a in columns for part in (a[train_order], a[test_order])]


def two_moons(rng: np.random.Generator, n: int, noise: float = 0.1) -> tuple[Array, Array]:
    """Two half circles that interlock: points `(n, 2)` and labels `(n,)`, 0 or 1.

    >>> x, t = two_moons(np.random.default_rng(0), 100)
    >>> x.shape, np.bincount(t)
    ((100, 2), array([50, 50]))
    """
    t = np.arange(n) % 2
    angle = rng.uniform(0, np.pi, n)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)  # (n, 2)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)  # (n, 2)
    x = np.where(t[:, None] == 0, upper, lower)
    return x + rng.normal(0, noise, (n, 2)), t


def spirals(
    rng: np.random.Generator, n: int, K: int = 3, noise: float = 0.1
) -> tuple[Array, Array]:
    """K arms of a spiral: points `(n, 2)` and labels `(n,)`, 0 to K - 1.

    >>> x, t = spirals(np.random.default_rng(0), 90)
    >>> x.shape, np.bincount(t)
    ((90, 2), array([30, 30, 30]))
    """
    t = np.arange(n) % K
    r = rng.uniform(0.05, 1, n)
    angle = 2 * np.pi * t / K + 4 * r + rng.normal(0, noise, n)
    return np.stack([r * np.cos(angle), r * np.sin(angle)], axis=1), t


def xor(rng: np.random.Generator, n: int, noise: float = 0.15) -> tuple[Array, Array]:
    """Clouds around the corners of the unit square; the label is whether the corner's bits differ.

    No straight line parts the classes. Points are `(n, 2)`, labels `(n,)`, 0 or 1.

    >>> x, t = xor(np.random.default_rng(0), 4, noise=0)
    >>> x.tolist(), t.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    corner = np.arange(n) % 4
    bits = np.stack([corner // 2, corner % 2], axis=1)  # (n, 2)
    return bits + rng.normal(0, noise, (n, 2)), bits[:, 0] ^ bits[:, 1]


def _length(columns: list[Array]) -> int:
    lengths = [len(a) if a.ndim else 0 for a in columns]
    if len(set(lengths)) != 1 or lengths[0] == 0:
        raise ValueError(f"expected arrays of one length, at least 1; got lengths {lengths}")
    return lengths[0]
