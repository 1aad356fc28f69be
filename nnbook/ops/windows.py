r"""Windows that slide over images: their number, their places, and the margins they need.

A window of $k$ pixels along an axis looks at every $d$-th of them (the *dilation*), so that it
covers $d (k - 1) + 1$. It starts at the edge of the image, or $p$ pixels outside (the *padding*),
and moves by $s$ (the *stride*). Output $i$ of an axis belongs to the pixels $s i + d u - p$,
counted from 0, for $u = 0, …, k - 1$. Convolution and pooling differ in what they do with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from nnbook.checks import flag, text, whole
from nnbook.op import Array

Pair = tuple[int, int]
Padding = int | Pair | str
"""Pixels on both sides of both axes, of each axis, or "same" or "valid"."""


def output_size(
    size: int, kernel: int, stride: int = 1, padding: Any = 0, dilation: int = 1
) -> int:
    r"""Number of windows along one axis,
    $\left\lfloor \frac{n + p_0 + p_1 - d (k - 1) - 1}{s} \right\rfloor + 1$.

    `padding` is the number of pixels on each side, or "valid" (none), or "same", which pads so that
    the size is $\lceil n / s \rceil$: for a stride of 1 that of the input.

    Raises ValueError when not even one window fits. Source: chapter *Convolution*.

    >>> output_size(8, 3), output_size(8, 3, padding="same"), output_size(8, 3, stride=2, padding=1)
    (6, 8, 4)
    """
    whole("size", size)
    windows = Windows.of(
        kernel, stride, padding if isinstance(padding, str) else (padding, 0), dilation
    )
    return windows.axis(0, size).count


class Axis(NamedTuple):
    """The windows along one axis: their number, and the margins before and after the image."""

    count: int  # type: ignore[assignment]  # hides a method of tuples, which nobody needs
    before: int
    after: int


class Windows(NamedTuple):
    """Windows of one size, stride, padding and dilation; each a pair, along height and width.

    >>> w = Windows.of(3, stride=2, padding=1)
    >>> w.axis(0, 8)
    Axis(count=4, before=1, after=1)
    >>> x = np.arange(16.0).reshape(1, 1, 4, 4)
    >>> [part.ravel().tolist() for _, part in Windows.of(2, stride=2).parts(x)]
    [[0.0, 2.0, 8.0, 10.0], [1.0, 3.0, 9.0, 11.0], [4.0, 6.0, 12.0, 14.0], [5.0, 7.0, 13.0, 15.0]]
    """

    kernel: Pair
    stride: Pair
    padding: Pair | str
    dilation: Pair
    ceil_mode: bool = False

    @classmethod
    def of(
        cls,
        kernel: int | Pair,
        stride: int | Pair = 1,
        padding: Padding = 0,
        dilation: int | Pair = 1,
        ceil_mode: bool = False,
    ) -> Windows:
        """Windows from numbers, which stand for both axes, or pairs; ValueError for bad ones.

        With `ceil_mode` the last windows may reach beyond the margin, by less than a stride.
        """
        if isinstance(padding, str):
            if padding not in ("same", "valid"):
                raise ValueError(
                    f"padding must be a number, a pair, 'same' or 'valid', got {padding!r}"
                )
            pads = (0, 0) if padding == "valid" else padding
        else:
            pads = pair("padding", padding, least=0)
        kernel, stride = pair("kernel", kernel), pair("stride", stride)
        return cls(kernel, stride, pads, pair("dilation", dilation), flag("ceil_mode", ceil_mode))

    def axis(self, i: int, size: int) -> Axis:
        """How many windows there are along axis `i` (0 height, 1 width) of an image of `size`."""
        extent = self.extent[i]
        if isinstance(self.padding, str):  # "same"
            count = -(-size // self.stride[i])
            total = max((count - 1) * self.stride[i] + extent - size, 0)
            return Axis(count, total // 2, total - total // 2)
        p, s = self.padding[i], self.stride[i]
        count = (size + 2 * p - extent + (s - 1 if self.ceil_mode else 0)) // s + 1
        if self.ceil_mode and (count - 1) * s >= size + p:
            count -= 1  # that one would begin beyond the image
        if count < 1:
            raise ValueError(
                f"a window of {extent} pixels does not fit into {size} with {p} of padding on each "
                f"side of the {('height', 'width')[i]}"
            )
        return Axis(count, p, max(p, (count - 1) * s + extent - size - p))

    def output(self, x: Array) -> Pair:
        """Height and width of the output for images `(…, H, W)`."""
        return self.axis(0, x.shape[-2]).count, self.axis(1, x.shape[-1]).count

    def pad(self, x: Array, value: float = 0.0) -> Array:
        """Images `(…, H, W)` within margins of `value`; `x` itself if there are no margins."""
        if self._with_margins(x.shape) == x.shape[-2:]:
            return x
        padded = self.blank(x.shape, x.dtype, value)
        self.crop(padded, x.shape)[...] = x
        return padded

    def blank(self, shape: tuple[int, ...], dtype: DTypeLike, value: float = 0.0) -> Array:
        """A new array with room for images of `shape` and their margins, filled with `value`."""
        return np.full((*shape[:-2], *self._with_margins(shape)), value, dtype)

    def _with_margins(self, shape: tuple[int, ...]) -> Pair:
        height, width = (sum(self.axis(i, shape[i - 2])[1:]) + shape[i - 2] for i in (0, 1))
        return height, width

    def crop(self, padded: Array, shape: tuple[int, ...]) -> Array:
        """The view of a padded array that shows the image, whose shape was `shape`."""
        top, left = self.axis(0, shape[-2]).before, self.axis(1, shape[-1]).before
        return padded[..., top : top + shape[-2], left : left + shape[-1]]

    def parts(self, padded: Array, output: Pair | None = None) -> Iterator[tuple[Pair, Array]]:
        """For each place $(u, v)$ in the window, the view of all pixels that stand there.

        Of a padded array `(…, H, W)` each view is `(…, H_out, W_out)`. Together the $k^2$ views are
        all windows; writing through them is how gradients find their way back. `output` is needed
        where the image was so padded that the size of the output does not follow from the array.
        """
        (s, r), (d, e), (k, m) = self.stride, self.dilation, self.kernel
        if output is None:
            bare = self._replace(padding=(0, 0))
            output = bare.output(padded)
        height, width = (output[0] - 1) * s + 1, (output[1] - 1) * r + 1
        for u in range(k):
            for v in range(m):
                top, left = d * u, e * v
                yield (u, v), padded[..., top : top + height : s, left : left + width : r]

    def inside(self, x: Array) -> Array:
        """How many pixels of each window lie in the image, not in its margin: `(H_out, W_out)`."""
        return np.multiply.outer(*(self.at(i, x.shape[i - 2])[1].sum(axis=1) for i in (0, 1)))

    def at(self, i: int, size: int) -> tuple[Array, Array]:
        """Along axis `i`, the pixel of each window and place, `(count, k)`, and if there is one.

        >>> Windows.of(2, padding=1).at(0, 2)[0].tolist()
        [[-1, 0], [0, 1], [1, 2]]
        """
        count, before, _ = self.axis(i, size)
        first = self.stride[i] * np.arange(count)[:, None] - before
        q = first + self.dilation[i] * np.arange(self.kernel[i])
        return q, (q >= 0) & (q < size)

    def text(self) -> str:
        """The arguments that are not the usual ones, as in a call: `, stride=2, padding=1`."""
        shown = []
        for name, usual in (("stride", 1), ("padding", 0), ("dilation", 1)):
            value = getattr(self, name)
            if value != (usual, usual):
                short = value[0] if not isinstance(value, str) and value[0] == value[1] else value
                shown.append(f", {name}={short!r}")
        return "".join(shown) + (", ceil_mode=True" if self.ceil_mode else "")

    @property
    def extent(self) -> Pair:
        """How many pixels a window covers along each axis, with those that it passes over."""
        (k, m), (d, e) = self.kernel, self.dilation
        return d * (k - 1) + 1, e * (m - 1) + 1

    @property
    def size(self) -> int | Pair:
        """The kernel, as a number if it is square."""
        return self.kernel[0] if self.kernel[0] == self.kernel[1] else self.kernel


def images(op: Any, x: Array, C: int | None = None) -> None:
    """ValueError unless `x` is a batch of images `(N, C, H, W)` with at least one pixel each."""
    if x.ndim != 4 or (C is not None and x.shape[1] != C) or 0 in x.shape[2:]:
        raise ValueError(f"{op!r} expects images of shape (N, {C or 'C'}, H, W), got {x.shape}")


def pair(name: str, value: int | Pair, least: int = 1) -> Pair:
    """A number for both axes, or one for each, as a pair; ValueError for numbers below `least`.

    >>> pair("stride", 2), pair("stride", (1, 2))
    ((2, 2), (1, 2))
    """
    both = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    try:
        first, second = (whole(name, n, least) for n in both)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name} must be a whole number of at least {least}, or a pair of such, "
            f"got {text(value)}"
        ) from error
    return first, second
