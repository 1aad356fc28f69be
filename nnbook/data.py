"""Data sets, and the ways to cut them up.

Nothing here is downloaded: three sets come with the package, the others are drawn at random.
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
    arrays = _shipped("digits")
    return arrays["images"].astype(dtype) / 16, arrays["labels"].astype(np.int64)


WINE = (
    *("malic acid", "ash", "alcalinity of ash", "magnesium", "total phenols", "flavanoids"),
    *("nonflavanoid phenols", "proanthocyanins", "color intensity", "hue", "OD280/OD315"),
    "proline",
)
"""What the columns of the wines are."""


def load_wine(dtype: DTypeLike = np.float64) -> tuple[Array, Array]:
    """178 wines: twelve measurements of each `(178, 12)`, and its alcohol in percent `(178, 1)`.

    A regression: how strong is a wine, given the rest of its chemical analysis? The columns, in
    units of their own, are named in `WINE`.

    Source: S. Aeberhard and M. Forina, *Wine*, UCI Machine Learning Repository (1992),
    doi:10.24432/C5PC7J, licence CC BY 4.0; see `datasets/README.md`.

    >>> x, t = load_wine()
    >>> x.shape, t[:3, 0], len(WINE)
    ((178, 12), array([14.23, 13.2 , 13.16]), 12)
    """
    measurements = _shipped("wine")["measurements"].astype(dtype)
    return measurements[:, 1:].copy(), measurements[:, :1].copy()


CELLS = ("radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity")
CELLS += ("concave points", "symmetry", "fractal dimension")
"""What was measured of the cells: columns 0 to 9 are means, 10 to 19 standard errors, 20 to 29 the
means of the three largest."""


def load_breast_cancer(dtype: DTypeLike = np.float64) -> tuple[Array, Array]:
    """569 lumps of tissue: measurements `(569, 30)` and labels `(569,)`, 1 malignant, 0 benign.

    A problem of two classes: 212 are malignant. The columns, in units of their own, are named in
    `CELLS`. (Other copies of the data have the labels the other way round.)

    Source: W. H. Wolberg, W. N. Street and O. L. Mangasarian, *Breast Cancer Wisconsin
    (Diagnostic)*, UCI Machine Learning Repository (1995), doi:10.24432/C5DW2B, licence CC BY 4.0;
    see `datasets/README.md`.

    >>> x, t = load_breast_cancer()
    >>> x.shape, np.bincount(t), len(CELLS)
    ((569, 30), array([357, 212]), 10)
    """
    arrays = _shipped("breast_cancer")
    return arrays["measurements"].astype(dtype), 1 - arrays["benign"].astype(np.int64)


def _shipped(name: str) -> dict[str, Array]:
    path = resources.files("nnbook") / "datasets" / f"{name}.npz"
    with path.open("rb") as file, np.load(file) as arrays:
        return dict(arrays)


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
    strata = _strata(stratify, n)
    order = rng.permutation(n)
    test = np.zeros(n, bool)
    for label in np.unique(strata):
        members = order[strata[order] == label]
        test[members[: round(test_fraction * len(members))]] = True
    if test.all() or not test.any():
        raise ValueError(f"{n} examples with test_fraction={test_fraction} leave a part empty")
    train_order, test_order = order[~test[order]], order[test[order]]
    return [part for a in columns for part in (a[train_order], a[test_order])]


def k_fold(
    rng: np.random.Generator | None, k: int, *arrays: ArrayLike, stratify: ArrayLike | None = None
) -> Iterator[list[Array]]:
    """Cut all arrays into `k` parts, and give each part once as the one to validate on:
    `[x_train, x_validation, t_train, t_validation, …]`, `k` times.

    Parts differ in size by one example at most. With `stratify`, an array of labels, they do so in
    every class. Which example is in which part is random, or with `rng` None not; in each part the
    examples stand in the order of the arrays. Raises ValueError, at once, when lengths differ and
    unless `k` is at least 2 and at most the number of examples. Source: Stone, *Cross-validatory
    choice* (1974); chapter *Validation*.

    >>> [x_val.tolist() for x_train, x_val in k_fold(None, 3, np.arange(7))]
    [[0, 3, 6], [1, 4], [2, 5]]
    """
    columns = [np.asarray(array) for array in arrays]
    n = _length(columns)
    if not 2 <= k <= n:
        raise ValueError(f"k must lie between 2 and the number of examples, {n}; got {k}")
    strata = _strata(stratify, n)
    order = np.arange(n) if rng is None else rng.permutation(n)
    order = order[np.argsort(strata[order], kind="stable")]  # class after class
    fold = np.empty(n, np.int64)
    fold[order] = np.arange(n) % k  # dealt out like cards
    return ([part for a in columns for part in (a[fold != i], a[fold == i])] for i in range(k))


def shuffle(rng: np.random.Generator, *arrays: ArrayLike) -> list[Array]:
    """All arrays in one and the same random order. Raises ValueError when lengths differ.

    >>> x, t = shuffle(np.random.default_rng(0), np.arange(4), 10 * np.arange(4))
    >>> x, t
    (array([2, 0, 1, 3]), array([20,  0, 10, 30]))
    """
    columns = [np.asarray(array) for array in arrays]
    order = rng.permutation(_length(columns))
    return [a[order] for a in columns]


def balance(
    rng: np.random.Generator, *arrays: ArrayLike, labels: ArrayLike, method: str = "trim"
) -> list[Array]:
    """All arrays with as many examples of every class, in random order.

    "trim" keeps as many of each class as the rarest has, drawn at random; "repeat" keeps all, and
    draws more of the rarer ones among them until each has as many as the most frequent. Balance
    training data alone, after the test data are set apart: copies of one example must not lie on
    both sides. Raises ValueError when lengths differ or for another method. Source: chapter *Data*.

    >>> t = np.array([0, 0, 0, 0, 1, 1])
    >>> np.bincount(balance(np.random.default_rng(0), t, labels=t)[0])
    array([2, 2])
    >>> np.bincount(balance(np.random.default_rng(0), t, labels=t, method="repeat")[0])
    array([4, 4])
    """
    if method not in ("trim", "repeat"):
        raise ValueError(f"method is 'trim' or 'repeat', got {method!r}")
    columns = [np.asarray(array) for array in arrays]
    strata = _strata(labels, _length(columns), "labels")
    classes = [np.flatnonzero(strata == label) for label in np.unique(strata)]
    sizes = [len(members) for members in classes]
    chosen = []
    for members in classes:
        if method == "trim":
            chosen.append(rng.choice(members, min(sizes), replace=False))
        else:
            chosen += [members, rng.choice(members, max(sizes) - len(members))]
    order = rng.permutation(np.concatenate(chosen))
    return [a[order] for a in columns]


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


def _strata(labels: ArrayLike | None, n: int, what: str = "stratify") -> Array:
    strata = np.zeros(n, int) if labels is None else np.asarray(labels)
    if strata.shape != (n,):
        raise ValueError(f"{what}: expected shape {(n,)}, got {strata.shape}")
    return strata
