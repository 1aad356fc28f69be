"""Upsampling: larger images, in which every pixel is repeated."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnbook.numerics import total
from nnbook.op import EVAL, EVERYTHING, Array, Mode, Needs, Op, Params
from nnbook.ops.windows import Pair, images, pair


class Upsample(Op):
    r"""Nearest neighbours: each pixel becomes a block of $s × s$ pixels that are the same,

    $$y_{n c i j} = x_{n c ⌊i/s⌋ ⌊j/s⌋}, \qquad
      \bar x_{n c k l} = \sum_{u, v < s} \bar y_{n c (s k + u) (s l + v)} .$$

    `x` is `(N, C, H, W)`, `y` is `(N, C, s H, s W)`; `factor` is $s$, or a pair for both axes.
    Followed by a convolution it makes images larger without the checkerboard that a transposed
    convolution may leave, whose windows overlap unevenly.

    Raises ValueError for factors that are not whole numbers of at least 1, and for what are no
    images. Source: Odena, Dumoulin and Olah, *Deconvolution and checkerboard artifacts* (2016).

    >>> y, cache = Upsample(2).forward({}, np.array([[[[1.0, 2.0]]]]))
    >>> y[0, 0], Upsample(2).vjp({}, cache, np.ones_like(y))[0][0][0, 0]
    (array([[1., 1., 2., 2.], [1., 1., 2., 2.]]), array([[4., 4.]]))
    """

    def __init__(self, factor: int | Pair = 2):
        self.factor = pair("factor", factor)

    def forward(self, params: Params, x: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        images(self, x)
        return np.repeat(np.repeat(x, self.factor[0], axis=2), self.factor[1], axis=3), x.shape

    def vjp(
        self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], Params]:
        if not needs.input(0):
            return (None,), {}
        (N, C, H, W), (s, t) = cache, self.factor
        return (total(y_bar.reshape(N, C, H, s, W, t), axis=(3, 5)),), {}

    def __repr__(self) -> str:
        s, t = self.factor
        return f"Upsample({s if s == t else self.factor})"
