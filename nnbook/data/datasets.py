"""Data sets: five come with the package, the others are drawn at random; nothing is downloaded."""

from __future__ import annotations

from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nnbook.checks import finite, whole
from nnbook.kinds import floating_dtype, generator

Array = NDArray[Any]


def load_digits(dtype: DTypeLike = np.float64) -> tuple[Array, Array]:
    """1797 handwritten digits: images `(1797, 8, 8)` and labels `(1797,)`, integers 0 to 9.

    Each pixel says how much of its place is covered by ink. The files hold 0 to 16; here they are
    divided by 16, so that they lie in $[0, 1]$ (and exactly: 16 is a power of 2). Raises TypeError
    for a dtype that is not floating.

    Source: E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine
    Learning Repository (1998), doi:10.24432/C50P49, licence CC BY 4.0; see `data/files/README.md`.

    >>> images, labels = load_digits()
    >>> images.shape, labels[:5], float(images.max())
    ((1797, 8, 8), array([0, 1, 2, 3, 4]), 1.0)
    """
    arrays = _shipped("digits")
    return arrays["images"].astype(floating_dtype(dtype)) / 16, arrays["labels"].astype(np.intp)


FASHION = (
    *("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag"),
    "ankle boot",
)
"""What the classes of the clothes are."""


def load_fashion(dtype: DTypeLike = np.float64) -> tuple[Array, Array]:
    """6000 pictures of clothes: images `(6000, 28, 28)` and labels `(6000,)`, integers 0 to 9.

    Gray levels, from 0 for the ground to 255 in the files and to 1 here. The classes, 600 pictures
    of each, are named in `FASHION`; the order was drawn once, so that any stretch of it is a random
    sample. The 70,000 pictures of which these are a part are had by `fetch_fashion_mnist`. Raises
    TypeError for a dtype that is not floating.

    Source: H. Xiao, K. Rasul and R. Vollgraf, *Fashion-MNIST: a novel image dataset for
    benchmarking machine learning algorithms* (2017), arXiv:1708.07747, MIT licence; see
    `data/files/README.md`.

    >>> images, labels = load_fashion("float32")
    >>> images.shape, [FASHION[k] for k in labels[:3]], float(images.max())
    ((6000, 28, 28), ['sneaker', 'ankle boot', 'sneaker'], 1.0)
    """
    arrays = _shipped("fashion")
    images = arrays["images"].astype(floating_dtype(dtype)) / 255
    return images, arrays["labels"].astype(np.intp)


WINE = (
    *("malic acid", "ash", "alcalinity of ash", "magnesium", "total phenols", "flavanoids"),
    *("nonflavanoid phenols", "proanthocyanins", "color intensity", "hue", "OD280/OD315"),
    "proline",
)


"""What the columns of the wines are."""


def load_wine(dtype: DTypeLike = np.float64) -> tuple[Array, Array]:
    """178 wines: twelve measurements of each `(178, 12)`, and its alcohol in percent `(178, 1)`.

    A regression: how strong is a wine, given the rest of its chemical analysis? The columns, in
    units of their own, are named in `WINE`. Raises TypeError for a dtype that is not floating.

    Source: S. Aeberhard and M. Forina, *Wine*, UCI Machine Learning Repository (1992),
    doi:10.24432/C5PC7J, licence CC BY 4.0; see `data/files/README.md`.

    >>> x, t = load_wine()
    >>> x.shape, t[:3, 0], len(WINE)
    ((178, 12), array([14.23, 13.2 , 13.16]), 12)
    """
    measurements = _shipped("wine")["measurements"].astype(floating_dtype(dtype))
    return measurements[:, 1:].copy(), measurements[:, :1].copy()


CELLS = ("radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity")


CELLS += ("concave points", "symmetry", "fractal dimension")


"""What was measured of the cells: columns 0 to 9 are means, 10 to 19 standard errors, 20 to 29 the
means of the three largest."""


def load_breast_cancer(dtype: DTypeLike = np.float64) -> tuple[Array, Array]:
    """569 lumps of tissue: measurements `(569, 30)` and labels `(569,)`, 1 malignant, 0 benign.

    A problem of two classes: 212 are malignant. The columns, in units of their own, are named in
    `CELLS`. (Other copies of the data have the labels the other way round.) Raises TypeError for a
    dtype that is not floating.

    Source: W. H. Wolberg, W. N. Street and O. L. Mangasarian, *Breast Cancer Wisconsin
    (Diagnostic)*, UCI Machine Learning Repository (1995), doi:10.24432/C5DW2B, licence CC BY 4.0;
    see `data/files/README.md`.

    >>> x, t = load_breast_cancer()
    >>> x.shape, np.bincount(t), len(CELLS)
    ((569, 30), array([357, 212]), 10)
    """
    arrays = _shipped("breast_cancer")
    measurements = arrays["measurements"].astype(floating_dtype(dtype))
    return measurements, 1 - arrays["benign"].astype(np.intp)


def load_sunspots(dtype: DTypeLike = np.float64) -> tuple[Array, Array]:
    """Sunspots from 1700 to 2008: the years `(309,)` and the mean sunspot number of each `(309,)`.

    A series: how many spots will there be next year? They come and go in cycles of about eleven
    years, which differ in height and length. Raises TypeError for a dtype that is not floating.

    Source: *Sunspot Numbers*, National Geophysical Data Center (NOAA), public domain; see
    `data/files/README.md`.

    >>> years, numbers = load_sunspots()
    >>> years[[0, -1]], numbers[:3], float(numbers.max())
    (array([1700, 2008]), array([ 5., 11., 16.]), 190.2)
    """
    arrays = _shipped("sunspots")
    return arrays["years"].astype(np.intp), arrays["numbers"].astype(floating_dtype(dtype))


def _shipped(name: str) -> dict[str, Array]:
    path = resources.files("nnbook") / "data" / "files" / f"{name}.npz"
    with path.open("rb") as file, np.load(file) as arrays:
        return dict(arrays)


def two_moons(rng: np.random.Generator, n: int, noise: float = 0.1) -> tuple[Array, Array]:
    r"""Two half circles that interlock: points `(n, 2)` and labels `(n,)`, 0 or 1.

    Class 0 is the upper half of the unit circle, class 1 the lower half of the one about
    $(1, \frac12)$. `noise` is the standard deviation of what is added to both coordinates. Raises
    ValueError for less than 1 point and a noise that is negative or not finite.

    >>> x, t = two_moons(np.random.default_rng(0), 100)
    >>> x.shape, np.bincount(t)
    ((100, 2), array([50, 50]))
    """
    n, noise, rng = whole("n", n), finite("the noise", noise, 0), generator(rng)
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

    `noise` is the standard deviation of what is added to the angle, in radians. Raises ValueError
    for less than 1 point or arm and a noise that is negative or not finite.

    >>> x, t = spirals(np.random.default_rng(0), 90)
    >>> x.shape, np.bincount(t)
    ((90, 2), array([30, 30, 30]))
    """
    n, K = whole("n", n), whole("the number of arms", K)
    noise, rng = finite("the noise", noise, 0), generator(rng)
    t = np.arange(n) % K
    r = rng.uniform(0.05, 1, n)
    angle = 2 * np.pi * t / K + 4 * r + rng.normal(0, noise, n)
    return np.stack([r * np.cos(angle), r * np.sin(angle)], axis=1), t


def xor(rng: np.random.Generator, n: int, noise: float = 0.15) -> tuple[Array, Array]:
    """Clouds around the corners of the unit square; the label is whether the corner's bits differ.

    No straight line parts the classes. Points are `(n, 2)`, labels `(n,)`, 0 or 1. Raises
    ValueError for less than 1 point and a noise that is negative or not finite.

    >>> x, t = xor(np.random.default_rng(0), 4, noise=0)
    >>> x.tolist(), t.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    n, noise, rng = whole("n", n), finite("the noise", noise, 0), generator(rng)
    corner = np.arange(n) % 4
    bits = np.stack([corner // 2, corner % 2], axis=1)  # (n, 2)
    return bits + rng.normal(0, noise, (n, 2)), bits[:, 0] ^ bits[:, 1]
