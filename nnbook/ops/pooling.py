"""Pooling: feature maps made smaller, window by window; and the ways out of images into vectors."""

from __future__ import annotations

from collections.abc import Callable
from operator import ge
from typing import Any

import numpy as np

from nnbook.checks import flag
from nnbook.numerics import mean, wide
from nnbook.op import EVAL, EVERYTHING, Array, Mode, Needs, Op, Params
from nnbook.ops.windows import Padding, Pair, Windows, images

Bars = tuple[tuple[Array | None, ...], Params]


class Pool(Op):
    """What both kinds of pooling share: windows, each channel for itself, and no parameters.

    `kernel`, `stride` and `dilation` are numbers or pairs (height, width); the stride is the kernel
    if not said, so that windows touch and do not overlap. `padding` is as for `Conv2D`. With
    `ceil_mode` the pixels that are left over at the bottom and right have windows too, which reach
    beyond the image: the size of the output is rounded up instead of down.
    """

    def __init__(
        self,
        kernel: int | Pair,
        stride: int | Pair | None = None,
        padding: Padding = 0,
        dilation: int | Pair = 1,
        ceil_mode: bool = False,
    ):
        stride = kernel if stride is None else stride
        self.windows = Windows.of(kernel, stride, padding, dilation, ceil_mode)

    def _inside(self, x: Array) -> Array:
        """Pixels of each window that are not padding; ValueError if a window has none."""
        inside = self.windows.inside(x)
        if not inside.all():
            raise ValueError(
                f"{self!r}: for images of {x.shape[-2]} × {x.shape[-1]} some windows hold nothing "
                "but padding; use less padding"
            )
        return inside

    def _sent(self, shape: tuple[int, ...], y_bar: Array, write: Callable[..., Any]) -> Array:
        r"""$\bar x$, if `write(i, out)` writes what windows send to the pixels at their place $i$.

        Where windows do not overlap, as they usually do not, it is written where it belongs.
        """
        apart = all(map(ge, self.windows.stride, self.windows.extent))
        padded = self.windows.blank(shape, y_bar.dtype)
        for i, (_, part) in enumerate(self.windows.parts(padded, y_bar.shape[-2:])):
            if apart:
                write(i, part)
            else:
                write(i, sent := np.empty_like(y_bar))
                part += sent
        return np.ascontiguousarray(self.windows.crop(padded, shape))

    def _arguments(self) -> str:
        # The usual stride is the kernel: told apart here, for `text` takes 1 to be usual.
        w, text = self.windows, self.windows._replace(stride=(1, 1)).text()
        if w.stride != w.kernel:
            text = f", stride={w.stride[0] if w.stride[0] == w.stride[1] else w.stride}{text}"
        return f"{w.size}{text}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._arguments()})"


class MaxPool2D(Pool):
    r"""The largest pixel of each window:

    $$y_{n c i j} = \max_{u, v} x_{n c q r}, \quad q = s i + d u - p, \; r = s j + d v - p; \qquad
      \bar x_{n c q r} = \sum_{i, j} \bar y_{n c i j} \,[(q, r) \text{ is where the maximum is}].$$

    `x` is `(N, C, H, W)`, `y` is `(N, C, H_out, W_out)`. Where several pixels of a window are
    largest, the function has a kink; the first of them, row by row, then takes the whole gradient
    (as in PyTorch). Padding never wins: it counts as $-∞$.

    Raises ValueError for other shapes, and for a window that holds nothing but padding.
    Source: chapter *Convolution*.

    >>> x = np.array([[[[1.0, 2.0, 5.0, 5.0], [4.0, 3.0, 5.0, 0.0]]]])
    >>> y, cache = MaxPool2D(2).forward({}, x)
    >>> y[0, 0], MaxPool2D(2).vjp({}, cache, np.array([[[[1.0, 1.0]]]]))[0][0][0, 0]
    (array([[4., 5.]]), array([[0., 0., 1., 0.], [1., 0., 0., 0.]]))
    """

    def forward(self, params: Params, x: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        images(self, x)
        padded, output = self.windows.pad(x, -np.inf), self.windows.output(x)
        places = np.arange(self.windows.kernel[0] * self.windows.kernel[1])
        places = places.astype(np.min_scalar_type(places[-1]))
        y: Any = None
        where: Any = None
        for i, (_, part) in zip(places, self.windows.parts(padded, output), strict=True):
            if y is None:
                y, where = part.copy(), np.zeros(part.shape, places.dtype)
                if padded is not x:
                    where += self._first(x).astype(places.dtype)
            else:
                # Only what is larger comes after: the first maximum stays.
                np.maximum(where, (part > y) * i, out=where)
                np.maximum(y, part, out=y)
        return y, (where, x.shape)

    def _first(self, x: Array) -> Array:
        """Of each window, the first place that is in the image: there a maximum of $-∞$ is.

        ValueError if a window has none.
        """
        self._inside(x)
        rows, columns = (self.windows.at(i, x.shape[i - 2])[1].argmax(axis=1) for i in (0, 1))
        return self.windows.kernel[1] * rows[:, None] + columns

    def vjp(self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING) -> Bars:
        if not needs.input(0):
            return (None,), {}
        where, shape = cache
        return (
            self._sent(shape, y_bar, lambda i, out: np.multiply(y_bar, where == i, out=out)),
        ), {}


class AveragePool2D(Pool):
    r"""The mean over each window:

    $$y_{n c i j} = \frac{1}{m_{i j}} \sum_{u, v} x_{n c q r}, \quad
      q = s i + d u - p, \; r = s j + d v - p; \qquad
      \bar x_{n c q r} = \sum_{u, v} \frac{\bar y_{n c i j}}{m_{i j}},$$

    with $x = 0$ outside of the image. `x` is `(N, C, H, W)`, `y` is `(N, C, H_out, W_out)`. The
    number $m_{i j}$ is that of the pixels in the window without padding, so that the mean of a
    constant is that constant up to the border; with `count_padding` it is always $k^2$ (which is
    what PyTorch does if not told otherwise), but for what `ceil_mode` adds beyond the padding.

    Raises ValueError for other shapes, and for a window that holds nothing but padding.
    Source: chapter *Convolution*.

    >>> x = np.array([[[[1.0, 2.0, 5.0, 5.0], [4.0, 3.0, 5.0, 0.0]]]])
    >>> y, cache = AveragePool2D(2).forward({}, x)
    >>> y[0, 0], AveragePool2D(2).vjp({}, cache, np.array([[[[4.0, 0.0]]]]))[0][0][0, 0]
    (array([[2.5 , 3.75]]), array([[1., 1., 0., 0.], [1., 1., 0., 0.]]))
    """

    def __init__(
        self,
        kernel: int | Pair,
        stride: int | Pair | None = None,
        padding: Padding = 0,
        dilation: int | Pair = 1,
        count_padding: bool = False,
        ceil_mode: bool = False,
    ):
        super().__init__(kernel, stride, padding, dilation, ceil_mode)
        self.count_padding = flag("count_padding", count_padding)

    def forward(self, params: Params, x: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        images(self, x)
        m = self._number(x).astype(x.dtype)  # (H_out, W_out)
        padded, output = self.windows.pad(wide(x)), self.windows.output(x)
        first, *others = (part for _, part in self.windows.parts(padded, output))
        y = first.copy()
        for part in others:
            y += part
        y /= m
        return y.astype(x.dtype, copy=False), (m, x.shape)

    def vjp(self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING) -> Bars:
        if not needs.input(0):
            return (None,), {}
        m, shape = cache
        share = y_bar / m
        return (self._sent(shape, share, lambda i, out: np.copyto(out, share)),), {}

    def _number(self, x: Array) -> Array:
        """$m$, `(H_out, W_out)`."""
        inside = self._inside(x)
        if not self.count_padding:
            return inside
        counts = []
        for i in (0, 1):
            size = x.shape[i - 2]
            after = self.windows._replace(ceil_mode=False).axis(i, size).after
            counts.append((self.windows.at(i, size)[0] < size + after).sum(axis=1))
        return np.multiply.outer(*counts)

    def _arguments(self) -> str:
        return super()._arguments() + (", count_padding=True" if self.count_padding else "")


class GlobalAveragePool(Op):
    r"""The mean of each feature map: $y_{n c} = \frac{1}{H W} \sum_{i, j} x_{n c i j}$.

    `x` is `(N, C, H, W)` of any height and width, `y` is `(N, C)`;
    $\bar x_{n c i j} = \bar y_{n c} / (H W)$. Raises ValueError for other shapes.
    Source: Lin, Chen and Yan, *Network in network* (2014); chapter *Convolution*.

    >>> GlobalAveragePool().forward({}, np.array([[[[1.0, 2.0]], [[3.0, 5.0]]]]))[0]
    array([[1.5, 4. ]])
    """

    def forward(self, params: Params, x: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        images(self, x)
        return mean(x, axis=(2, 3)), x.shape

    def vjp(self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING) -> Bars:
        if not needs.input(0):
            return (None,), {}
        share = y_bar / np.asarray(cache[2] * cache[3], y_bar.dtype)
        return (np.broadcast_to(share[:, :, None, None], cache).copy(),), {}


class Flatten(Op):
    r"""Each example as one row: `(N, …)` to `(N, m)`, in the order of memory; $\bar x$ is $\bar y$
    in the shape of $x$.

    Raises ValueError for an array without axes. Source: chapter *Convolution*.

    >>> Flatten().forward({}, np.array([[[1.0, 2.0], [3.0, 4.0]]]))[0]
    array([[1., 2., 3., 4.]])
    """

    def forward(self, params: Params, x: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        if x.ndim == 0:
            raise ValueError(f"{self!r} expects examples along the first axis, got shape ()")
        return x.reshape(len(x), -1 if x.size else int(np.prod(x.shape[1:]))), x.shape

    def vjp(self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING) -> Bars:
        return (y_bar.reshape(cache) if needs.input(0) else None,), {}
