"""Convolution: one small set of weights, used at every place of an image."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnbook.fast import few
from nnbook.numerics import total
from nnbook.op import EVAL, EVERYTHING, Array, Mode, Needs, Op, Params, whole_numbers
from nnbook.ops import turned
from nnbook.ops.initializers import Initializer, glorot_uniform, initial, zeros
from nnbook.ops.windows import Padding, Pair, Windows, images


class Conv2D(Op):
    r"""Every output is a weighted sum of the pixels in one window, in all channels:

    $$y_{n o i j} = b_o + \sum_c \sum_{u, v} W_{o c u v}\, x_{n c q r}, \qquad
      q = s i + d u - p, \quad r = s j + d v - p,$$

    with stride $s$, dilation $d$, padding $p$, and $x = 0$ outside of the image. This is
    *cross-correlation*, which networks call convolution; that of mathematics has $- u$ and $- v$,
    the same with the kernel turned by 180°. The cotangents are

    $$\bar W_{o c u v} = \sum_{n, i, j} \bar y_{n o i j}\, x_{n c q r}, \qquad
      \bar x_{n c q r} = \sum_o \sum_{u, v} \bar y_{n o i j} W_{o c u v},$$

    where the second runs over those $u, v$ for which there are such $i, j$, and
    $\bar b_o = \sum_{n, i, j} \bar y_{n o i j}$. `x` is `(N, C_in, H, W)`, `W` is
    `(C_out, C_in / groups, k, k)`, `b` is `(C_out,)`, `y` is `(N, C_out, H_out, W_out)`; see
    `output_size`. `kernel`, `stride`, `padding`, `dilation` are numbers or pairs (height, width);
    `padding` may be "valid" (none) or "same" ($\lceil H / s \rceil$ rows; an odd pixel is added at
    the bottom or right). With `groups`, channels are cut into as many parts that do not see each
    other; `groups=C_in` is a depthwise convolution. `weights` and `bias` are initializers; with
    `bias=None` there is no `b`.

    Raises ValueError for numbers that are not positive, for groups that do not divide both numbers
    of channels, for other shapes of `x`, and when no window fits.
    Source: LeCun, Bottou, Bengio and Haffner, *Gradient-based learning applied to document
    recognition* (1998); chapter *Convolution*.

    >>> layer = Conv2D(1, 1, kernel=2)
    >>> params = {"W": np.array([[[[1.0, 0.0], [0.0, -1.0]]]]), "b": np.array([0.5])}
    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> y, cache = layer.forward(params, x)
    >>> y[0, 0]
    array([[-3.5, -3.5],
           [-3.5, -3.5]])
    >>> (x_bar,), bars = layer.vjp(params, cache, np.ones((1, 1, 2, 2)))
    >>> x_bar[0, 0], bars["W"][0, 0]
    (array([[ 1.,  1.,  0.], [ 1.,  0., -1.], [ 0., -1., -1.]]), array([[ 8., 12.], [20., 24.]]))
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
        weights: Initializer = glorot_uniform(),  # noqa: B008 (initializers hold nothing)
        bias: Initializer | None = zeros(),  # noqa: B008
    ):
        whole_numbers("Conv2D", C_in=C_in, C_out=C_out, groups=groups)
        if C_in % groups or C_out % groups:
            raise ValueError(
                f"{groups} groups do not divide C_in={C_in} and C_out={C_out} channels"
            )
        self.C_in, self.C_out, self.groups = C_in, C_out, groups
        self.windows = Windows.of(kernel, stride, padding, dilation)
        self.weights, self.bias = initial("weights", weights), initial("bias", bias, None)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        W = (self.C_out, self.C_in // self.groups, *self.windows.kernel)
        shapes: dict[str, tuple[int, ...]] = {"W": W}
        return shapes if self.bias is None else {**shapes, "b": (self.C_out,)}

    def init(self, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> Params:
        g = self.groups
        one = (self.C_out // g, self.C_in // g, *self.windows.kernel)
        # Group by group, for each is a convolution of its own, with its own fan-in and fan-out.
        params = {"W": np.concatenate([self.weights(rng, one, dtype) for _ in range(g)])}
        if self.bias is not None:
            params["b"] = self.bias(rng, (self.C_out,), dtype)
        return params

    def forward(self, params: Params, x: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        images(self, x, self.C_in)
        W, output = self._matrices(params["W"]), self.windows.output(x)
        y = np.empty(
            (len(x), *W.shape[:2], output[0] * output[1]), np.result_type(W, x)
        )  # (N, g, C_out/g, H_out · W_out)
        for some, X in self._columns(x):
            np.matmul(W, X, out=y[some])
            if "b" in params:
                y[some] += params["b"].reshape(*W.shape[:2], 1)
        return y.reshape(len(x), self.C_out, *output), x

    def vjp(
        self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], Params]:
        x, W, output = cache, params["W"], y_bar.shape[2:]
        bars = {"b": total(y_bar, axis=(0, 2, 3))} if "b" in params and needs.params else {}
        if needs.input(0) and turned.fits(self.windows, W, x, y_bar):
            x_bar, W_bar = turned.bars(self.windows, self.groups, W, x, y_bar, needs.params)
            return (x_bar,), {"W": W_bar, **bars} if needs.params else {}
        # (N, g, C_out/g, H_out · W_out)
        Y_bar = y_bar.reshape(len(x), self.groups, self.C_out // self.groups, math.prod(output))
        x_bar = self._input_bar(W, Y_bar, x.shape, output) if needs.input(0) else None
        if not needs.params:
            return (x_bar,), {}
        W_bars = np.empty((len(x), *self._matrices(W).shape), np.result_type(x, y_bar))
        for some, X in self._columns(x):
            np.matmul(Y_bar[some], X.swapaxes(-1, -2), out=W_bars[some])
        return (x_bar,), {"W": total(W_bars, axis=0).reshape(W.shape), **bars}

    def _columns(self, x: Array) -> Iterator[tuple[slice, Array]]:
        """Every window as a column, so that the convolution is a product of matrices.

        Of a few images at a time, `(n, g, C_in/g · k², H_out · W_out)`, in one array used again:
        made twice they cost less than they would if they were kept.
        """
        output, (N, C, *size) = self.windows.output(x), x.shape
        window = C // self.groups * math.prod(self.windows.kernel)
        images_of = few(N, self.groups * window * math.prod(output))
        most = images_of[0].stop if images_of else 0
        padded = self.windows.blank((most, C, *size), x.dtype)
        columns = np.empty((most, C, *self.windows.kernel, *output), x.dtype)
        inside = self.windows.crop(padded, x.shape)
        for some in images_of:
            n = some.stop - some.start
            inside[:n] = x[some]
            for (u, v), part in self.windows.parts(padded[:n], output):
                columns[:n, :, u, v] = part
            yield some, columns[:n].reshape(n, self.groups, window, math.prod(output))

    def _matrices(self, W: Array) -> Array:
        """The weights as a matrix for each group, `(g, C_out/g, C_in/g · k²)`."""
        return W.reshape(self.groups, self.C_out // self.groups, -1)

    def _input_bar(self, W: Array, Y_bar: Array, shape: tuple[int, ...], output: Pair) -> Array:
        r"""$\bar x$: for each place in the window, what is sent to the pixels that stand there."""
        N, C, *_ = shape
        V = W.reshape(self.groups, self.C_out // self.groups, -1, *self.windows.kernel)
        V = V.transpose(3, 4, 0, 2, 1)  # (k, k, g, C_in/g, C_out/g)
        x_bar = np.empty(shape, Y_bar.dtype)
        for some in few(N, C * math.prod(output)):
            padded = self.windows.blank(x_bar[some].shape, Y_bar.dtype)
            for (u, v), part in self.windows.parts(padded, output):
                part += (V[u, v] @ Y_bar[some]).reshape(part.shape)
            x_bar[some] = self.windows.crop(padded, shape)
        return x_bar

    def __repr__(self) -> str:
        groups = f", groups={self.groups}" if self.groups > 1 else ""
        bias = ", bias=None" if self.bias is None else ""
        return (
            f"Conv2D({self.C_in}, {self.C_out}, {self.windows.size}{self.windows.text()}"
            f"{groups}{bias})"
        )
