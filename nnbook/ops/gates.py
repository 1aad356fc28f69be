"""Activations that read several values for each they give: gates and maxima of linear pieces."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnbook.checks import whole
from nnbook.numerics import sigmoid
from nnbook.op import EVAL, Array, Mode, Params, whole_numbers
from nnbook.ops.activations import Activation


class GLU(Activation):
    r"""Gated linear unit: half of the values, each let through by a gate from the other half,

    $$y = a ⊙ σ(b), \qquad \bar a = \bar y ⊙ σ(b), \qquad
      \bar b = \bar y ⊙ a ⊙ σ(b) ⊙ (1 - σ(b)),$$

    where $a$ and $b$ are the halves of `z` along `axis`, of even size (the last axis, if not said):
    `(…, 2m)` to `(…, m)`. After a dense layer it is $(x W + b) ⊙ σ(x V + c)$.

    Raises ValueError for an odd number of values. Source: Dauphin, Fan, Auli and Grangier,
    *Language modeling with gated convolutional networks* (2017).

    >>> y, cache = GLU().forward({}, np.array([[4.0, 0.0]]))
    >>> y, GLU().vjp({}, cache, np.array([[1.0]]))[0]
    (array([[2.]]), (array([[0.5, 1. ]]),))
    """

    def __init__(self, axis: int = -1):
        self.axis = whole("axis", axis, None)

    def forward(self, params: Params, z: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        if not -z.ndim <= self.axis < z.ndim or z.shape[self.axis] % 2:
            raise ValueError(
                f"{self!r} expects an even number of values along axis {self.axis}, got {z.shape}"
            )
        a, b = np.split(z, 2, axis=self.axis)
        gate = sigmoid(b)
        return a * gate, (a, gate)

    def gradient(self, cache: Any, y_bar: Array) -> Array:
        a, gate = cache
        return np.concatenate([y_bar * gate, y_bar * a * (gate * (1 - gate))], axis=self.axis)

    def __repr__(self) -> str:
        return f"GLU({'' if self.axis == -1 else f'axis={self.axis}'})"


class Maxout(Activation):
    r"""The largest of $k$ neighbours: $y_j = \max_{i < k} z_{k j + i}$, `(…, k m)` to `(…, m)`.

    After a dense layer, each unit is the maximum of $k$ linear functions of the input: a convex
    function in pieces, whose shape is learnt. $\bar z$ is $\bar y_j$ where the maximum is (the
    first, if there are several), otherwise 0.

    Raises ValueError for $k < 2$, and when $k$ (`pieces`) does not divide the last axis of `z`.
    Source: Goodfellow, Warde-Farley, Mirza, Courville and Bengio, *Maxout networks* (2013).

    >>> y, cache = Maxout(2).forward({}, np.array([1.0, 5.0, 7.0, 3.0]))
    >>> y, Maxout(2).vjp({}, cache, np.array([10.0, 20.0]))[0]
    (array([5., 7.]), (array([ 0., 10., 20., 0.]),))
    """

    def __init__(self, pieces: int = 2):
        whole_numbers("Maxout", pieces=pieces)
        if pieces < 2:
            raise ValueError(f"Maxout needs at least 2 pieces, got {pieces}")
        self.pieces = pieces

    def forward(self, params: Params, z: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        if z.ndim == 0 or z.shape[-1] % self.pieces:
            raise ValueError(f"{self!r} expects a last axis it divides, got shape {z.shape}")
        groups = z.reshape(*z.shape[:-1], z.shape[-1] // self.pieces, self.pieces)  # (…, m, k)
        where = np.argmax(groups, axis=-1, keepdims=True)
        return np.take_along_axis(groups, where, axis=-1)[..., 0], where

    def gradient(self, cache: Any, y_bar: Array) -> Array:
        places = np.arange(self.pieces) == cache  # (…, m, k)
        z_bar = np.where(places, y_bar[..., None], 0)
        return z_bar.reshape(*y_bar.shape[:-1], y_bar.shape[-1] * self.pieces)

    def __repr__(self) -> str:
        return f"Maxout({self.pieces})"
