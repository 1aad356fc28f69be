r"""Augmentation: images moved, turned, enlarged and mirrored, as they might have been as well.

All these are one operation: the pixel at the place $q$ of the new image shows what the old one has
at the place $A q + c$, with places counted from the centre, row and column. Between pixels we
interpolate linearly in both directions; outside the image everything is 0. Images are `(…, H, W)`;
the result has their shape and, if it is a floating one, their dtype.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook.checks import finite, whole
from nnbook.kinds import listed
from nnbook.numerics import floating
from nnbook.op import EVAL, EVERYTHING, Array, Mode, Needs, Op, Params


def shift(images: Array, down: float = 0, right: float = 0) -> Array:
    """Images moved by a number of pixels, whole or not; what comes in from outside is 0.

    Raises ValueError for numbers that are not finite.

    >>> shift(np.array([[1.0, 2.0], [3.0, 4.0]]), right=1)
    array([[0., 1.],
           [0., 3.]])
    """
    by = -finite("the shift down", down), -finite("the shift to the right", right)
    return _affine(images, np.eye(2), by)


def rotate(images: Array, degrees: float) -> Array:
    """Images turned about their centre, counter-clockwise.

    Raises ValueError for an angle that is not finite.

    >>> rotate(np.array([[1.0, 2.0], [3.0, 4.0]]), 90)
    array([[2., 4.],
           [1., 3.]])
    """
    return _affine(images, _turned(finite("the angle", degrees)))


def scale(images: Array, factor: float) -> Array:
    """Images enlarged about their centre, or with a factor below 1 made smaller.

    Raises ValueError unless the factor is positive.

    >>> scale(np.array([[1.0, 2.0, 3.0]]), 2)
    array([[1.5, 2. , 2.5]])
    """
    if not finite("the factor", factor) > 0:
        raise ValueError(f"the factor must be a positive number, got {factor}")
    return _affine(images, np.eye(2) / factor)


def flip(images: Array, axis: int = -1) -> Array:
    """Images mirrored: left and right with `axis` -1, top and bottom with -2.

    >>> flip(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[2., 1.],
           [4., 3.]])
    """
    _check_axes((axis,))
    return np.flip(_checked(images), axis).copy()


class Augment(Op):
    r"""In training, each image of a batch is moved, turned, enlarged and mirrored at random.

    For each image the shifts are drawn from $\mathcal U(-a, a)$ for $a$ = `shift` pixels in both
    directions, the angle from $\mathcal U(-a, a)$ for `rotate` degrees, the logarithm of the factor
    from $\mathcal U(-\log a, \log a)$ for `scale` $≥ 1$, and each axis in `flip` (-1 left and
    right, -2 top and bottom) is mirrored with probability $\frac12$. All together are one linear
    map of the pixels, $y = T x$, so that $\bar x = T^⊤ \bar y$. In evaluation $y = x$. `x` is
    `(N, …, H, W)`; all channels of an image move together.

    As the first vertex of a network it gives every epoch other images; mirror only what stays what
    it is: the mirror image of a 3 is no digit. Raises ValueError for numbers out of range, for
    images of another shape, and in training without a generator. Source: chapter *Regularization*.

    >>> op, x = Augment(shift=1, rotate=10), np.ones((2, 1, 8, 8))
    >>> y, _ = op.forward({}, x, mode=Mode.train(np.random.default_rng(0)))
    >>> y.shape, bool((y[:, :, 3:5, 3:5].round(9) == 1).all()), bool(y.min() < 1)
    ((2, 1, 8, 8), True, True)
    >>> op.forward({}, x)[0] is x
    True
    """

    def __init__(
        self, shift: float = 0, rotate: float = 0, scale: float = 1, flip: Sequence[int] = ()
    ):
        finite("shift", shift, 0)
        finite("rotate", rotate, 0)
        finite("scale", scale, 1)
        _check_axes(listed("flip", flip, "(-1,)"))
        self.shift, self.rotate, self.scale, self.flip = shift, rotate, scale, tuple(flip)

    def forward(self, params: Params, x: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        x = floating(x)
        if not mode.training:
            return x, None
        if x.ndim < 3:
            raise ValueError(f"{self!r} expects images of shape (N, …, H, W), got {x.shape}")
        if mode.rng is None:
            raise ValueError(f"{self!r} draws random numbers in training: use Mode.train(rng)")
        A, c = self._draw(mode.rng, len(x))
        places = _places(A, c, x.shape[-2:])
        return _sample(_checked(x), *places), (places, x.shape)

    def vjp(
        self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], Params]:
        if cache is None or not needs.input(0):
            return (y_bar if needs.input(0) else None,), {}
        (where, weight), shape = cache
        N, P = len(where), where.shape[-1]
        Y_bar = y_bar.reshape(N, math.prod(shape[1:-2]), 1, P)  # (N, C, 1, P)
        x_bar = np.zeros((N, Y_bar.shape[1], P), y_bar.dtype)
        n, c = np.arange(N)[:, None, None, None], np.arange(Y_bar.shape[1])[:, None, None]
        shares = Y_bar * weight[:, None].astype(y_bar.dtype)  # (N, C, 4, P)
        np.add.at(x_bar, (n, c, where[:, None]), shares)
        return (x_bar.reshape(shape),), {}

    def _draw(self, rng: np.random.Generator, n: int) -> tuple[Array, Array]:
        """A map for each image: matrices `(n, 2, 2)` and shifts `(n, 2)`."""
        degrees, factors = rng.uniform(-1, 1, (2, n))
        A = _turned(self.rotate * degrees) / self.scale ** factors[:, None, None]
        c = rng.uniform(-self.shift, self.shift, (n, 2))
        heads = rng.random((n, 2)) < 0.5
        signs = np.where(heads & [-2 in self.flip, -1 in self.flip], -1.0, 1.0)
        return signs[:, :, None] * A, c

    def __repr__(self) -> str:
        usual = {"shift": 0, "rotate": 0, "scale": 1, "flip": ()}
        changed = (f"{k}={getattr(self, k)}" for k, v in usual.items() if getattr(self, k) != v)
        return f"Augment({', '.join(changed)})"


def _turned(degrees: ArrayLike) -> Array:
    """Matrices `(…, 2, 2)` from the places of a turned image to those of the old one."""
    angle = np.deg2rad(degrees)
    cos, sin = np.cos(angle), np.sin(angle)
    return np.stack([np.stack([cos, sin], -1), np.stack([-sin, cos], -1)], -2)


def _affine(images: Array, A: Array, c: ArrayLike = (0, 0)) -> Array:
    """All images under one map."""
    x = _checked(images)
    places = _places(A[None], np.asarray(c, np.float64)[None], x.shape[-2:])
    one = x.reshape(1, math.prod(x.shape[:-2]), *x.shape[-2:])
    return _sample(one, *places).reshape(x.shape)


def _places(A: Array, c: Array, size: tuple[int, int]) -> tuple[Array, Array]:
    """For each map and pixel, the four pixels of the old image around its place, `(n, 4, P)`, and
    their weights; those outside the image weigh nothing."""
    H, W = size
    centre = np.array([H - 1, W - 1]) / 2
    q = np.indices(size).reshape(2, -1) - centre[:, None]  # (2, P)
    # Rounded far below a pixel, so that whole steps and right angles are exact.
    at = (A @ q + (c + centre)[:, :, None]).round(9)  # (n, 2, P)
    low = np.floor(at).astype(np.intp)
    part = at - low
    where, weight = [], []
    for i in (0, 1):
        for j in (0, 1):
            row, column = low[:, 0] + i, low[:, 1] + j
            inside = (row >= 0) & (row < H) & (column >= 0) & (column < W)
            share = np.abs(1 - i - part[:, 0]) * np.abs(1 - j - part[:, 1])
            where.append(np.where(inside, row * W + column, 0))
            weight.append(np.where(inside, share, 0.0))
    return np.stack(where, 1), np.stack(weight, 1)


def _sample(x: Array, where: Array, weight: Array) -> Array:
    """The weighted sums of the four pixels, for each image in all its channels."""
    X = x.reshape(len(x), math.prod(x.shape[1:-2]), x.shape[-2] * x.shape[-1])  # (N, C, P)
    y = np.zeros_like(X, order="C")
    for k in range(4):
        y += np.take_along_axis(X, where[:, None, k], axis=2) * weight[:, None, k].astype(x.dtype)
    return y.reshape(x.shape)


def _checked(images: Array) -> Array:
    x = floating(images)
    if x.ndim < 2:
        raise ValueError(f"expected images of shape (…, H, W), got {x.shape}")
    return x


def _check_axes(axes: Sequence[int]) -> None:
    for axis in axes:
        if whole("an axis", axis, None) not in (-1, -2):
            raise ValueError(f"images must flip along axis -1 (left, right) or -2, got {axis}")
