"""Transposed convolution: the way back of a convolution, as a layer that makes images larger."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnbook.numerics import total
from nnbook.op import EVAL, EVERYTHING, Array, Mode, Needs, Op, Params
from nnbook.ops.convolution import Conv2D
from nnbook.ops.initializers import Initializer, glorot_uniform, initial, zeros
from nnbook.ops.windows import Padding, Pair, images, pair


class ConvTranspose2D(Op):
    r"""Every pixel writes its value times the kernel into a window of the output:

    $$y_{n o q r} = b_o + \sum_c \sum_{u, v} W_{c o u v}\, x_{n c i j}, \qquad
      q = s i + d u - p, \quad r = s j + d v - p,$$

    where the sum runs over those $u, v$ for which there are such $i, j$. As a function of $x$ it is
    the transpose of `Conv2D`: what is there the formula of $\bar x$ is here that of $y$, and

    $$\bar x_{n c i j} = \sum_o \sum_{u, v} W_{c o u v}\, \bar y_{n o q r}, \qquad
      \bar W_{c o u v} = \sum_{n, i, j} x_{n c i j}\, \bar y_{n o q r}, \qquad
      \bar b_o = \sum_{n, q, r} \bar y_{n o q r} .$$

    `x` is `(N, C_in, H, W)`, `W` is `(C_in, C_out / groups, k, k)`, `b` is `(C_out,)`. An axis of
    $n$ pixels becomes one of $s (n - 1) + d (k - 1) + 1 - 2 p + e$; with a stride, convolutions of
    several sizes have the same output, and $e < s$ (`output_padding`) says which is meant. With
    `padding="same"` it becomes one of $s n$. All else is as for `Conv2D`.

    Raises ValueError as `Conv2D` does, for $e ≥ s$, for an $e$ with "same", and where nothing of
    the output would be left.
    Source: Zeiler, Krishnan, Taylor and Fergus, *Deconvolutional networks* (2010); Dumoulin and
    Visin, *A guide to convolution arithmetic for deep learning* (2016).

    >>> layer = ConvTranspose2D(1, 1, kernel=2, stride=2, bias=None)
    >>> params = {"W": np.array([[[[1.0, 2.0], [3.0, 4.0]]]])}
    >>> y, cache = layer.forward(params, np.array([[[[1.0, 10.0]]]]))
    >>> y[0, 0], layer.vjp(params, cache, np.ones((1, 1, 2, 4)))[0][0][0, 0]
    (array([[ 1., 2., 10., 20.], [ 3., 4., 30., 40.]]), array([[10., 10.]]))
    """

    def __init__(
        self,
        C_in: int,
        C_out: int,
        kernel: int | Pair = 3,
        stride: int | Pair = 1,
        padding: Padding = 0,
        dilation: int | Pair = 1,
        groups: int = 1,
        output_padding: int | Pair = 0,
        weights: Initializer = glorot_uniform(),  # noqa: B008 (initializers hold nothing)
        bias: Initializer | None = zeros(),  # noqa: B008
    ):
        self.C_in, self.C_out = C_in, C_out
        self.weights, self.bias = initial("weights", weights), initial("bias", bias, None)
        self.conv = Conv2D(C_out, C_in, kernel, stride, padding, dilation, groups, bias=None)
        self.extra = pair("output_padding", output_padding, least=0)
        s = (1, 1) if padding == "same" else self.conv.windows.stride
        if self.extra[0] >= s[0] or self.extra[1] >= s[1]:
            raise ValueError(f"output_padding must be below {s}, got {output_padding}")

    def shapes(self) -> dict[str, tuple[int, ...]]:
        shapes = self.conv.shapes()
        return shapes if self.bias is None else {**shapes, "b": (self.C_out,)}

    def init(self, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> Params:
        # Drawn as for a convolution that reads C_in channels, so that fan-in and fan-out are right.
        C_in, to_group, *kernel = self.conv.shapes()["W"]
        g = self.conv.groups
        one = (to_group, C_in // g, *kernel)
        parts = [np.swapaxes(self.weights(rng, one, dtype), 0, 1) for _ in range(g)]
        params = {"W": np.concatenate(parts)}
        if self.bias is not None:
            params["b"] = self.bias(rng, (self.C_out,), dtype)
        return params

    def forward(self, params: Params, x: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        images(self, x, self.C_in)
        N, _, *size = x.shape
        shape = (N, self.C_out, self._size(0, size[0]), self._size(1, size[1]))
        g = self.conv.groups
        X = x.reshape(N, g, self.C_in // g, size[0] * size[1])
        y = self.conv._input_bar(params["W"], X, shape, tuple(size))
        if "b" in params:
            y += params["b"][:, None, None]
        return y, x

    def vjp(
        self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], Params]:
        kernel = {"W": params["W"]}
        x_bar, way_back = self.conv.forward(kernel, y_bar)
        if not needs.params:
            return (x_bar if needs.input(0) else None,), {}
        _, bars = self.conv.vjp(kernel, way_back, cache, Needs((False,)))
        if "b" in params:
            bars = {**bars, "b": total(y_bar, axis=(0, 2, 3))}
        return (x_bar if needs.input(0) else None,), bars

    def _size(self, i: int, size: int) -> int:
        """The number of pixels that come of `size` along axis `i`."""
        w = self.conv.windows
        if isinstance(w.padding, str):  # "same"
            return w.stride[i] * size
        reach = w.stride[i] * (size - 1) + w.dilation[i] * (w.kernel[i] - 1) + 1
        out = reach - 2 * w.padding[i] + self.extra[i]
        if out < 1:
            raise ValueError(f"{self!r} leaves nothing of {reach} pixels: use less padding")
        return out

    def __repr__(self) -> str:
        groups = f", groups={self.conv.groups}" if self.conv.groups > 1 else ""
        extra = f", output_padding={self.extra}" if any(self.extra) else ""
        bias = ", bias=None" if self.bias is None else ""
        w = self.conv.windows
        text = f"{w.size}{w.text()}{groups}{extra}{bias}"
        return f"ConvTranspose2D({self.C_in}, {self.C_out}, {text})"
