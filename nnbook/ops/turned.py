r"""The way back through a convolution, in float32 and with a stride of 1, as a convolution.

$\bar x$ is a convolution of $\bar y$, within margins, with the kernels turned by 180°; and the
columns that are made for it give $\bar W$ as well:

$$\bar x_{n c q r} = \sum_o \sum_{u, v} W_{o c u v}\, \bar y_{n o i j}, \qquad
  \bar W_{o c u v} = \sum_{n, q, r} x_{n c q r}\, \bar y_{n o i j}, \qquad
  i = q + p - d u, \quad j = r + p - d v .$$

In the memory an image within margins is one long row. What stands at one place of all windows, one
window after the other, is a piece of that row, and is copied in one go. Windows that begin at the
end of a line and go on in the next are none: what comes of them is cut off, or multiplied by 0.
(In float64 `convolution` adds up in its own order, on which stored runs rest.)
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided

from nnbook.fast import few
from nnbook.numerics import total
from nnbook.op import Array
from nnbook.ops.windows import Windows


def fits(windows: Windows, W: Array, x: Array, y_bar: Array) -> bool:
    """Whether this way can be taken, and is the short one."""
    if windows.stride != (1, 1) or not x.dtype == y_bar.dtype == W.dtype == np.float32:
        return False
    wide_enough = min(min(pair) for pair in _margins(windows, x.shape)) >= 0
    return wide_enough and y_bar.shape[1] <= 4 * x.shape[1]


def bars(
    windows: Windows, groups: int, W: Array, x: Array, y_bar: Array, learn: bool
) -> tuple[Array, Array | None]:
    r"""$\bar x$ and, to `learn`, $\bar W$.

    >>> x, W = np.ones((1, 1, 3, 3), np.float32), np.ones((1, 1, 2, 2), np.float32)
    >>> x_bar, W_bar = bars(Windows.of(2), 1, W, x, np.ones((1, 1, 2, 2), np.float32), True)
    >>> x_bar[0, 0].tolist(), W_bar[0, 0].tolist()
    ([[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]], [[4.0, 4.0], [4.0, 4.0]])
    """
    (N, C, H, width), (O, _, k, m), g = x.shape, W.shape, groups
    (top, bottom), (left, right) = _margins(windows, x.shape)
    height, line = (y_bar.shape[2] + top + bottom, y_bar.shape[3] + left + right)
    L = H * line
    V = W.reshape(g, O // g, C // g, k, m)[..., ::-1, ::-1].swapaxes(1, 2)
    V = V.reshape(g, C // g, -1)  # (g, C_in/g, C_out/g · k²)

    some = few(N, O * k * m * L)
    most = some[0].stop if some else 0
    rows = np.zeros((most, O, height * line + windows.dilation[1] * (m - 1)), x.dtype)
    inside = rows[..., : height * line].reshape(most, O, height, line)
    inside = inside[:, :, top : top + y_bar.shape[2], left : left + y_bar.shape[3]]
    steps = np.multiply((windows.dilation[0] * line, windows.dilation[1], 1), rows.itemsize)
    pieces = as_strided(rows, (most, O, k, m, L), (*rows.strides[:2], *steps), writeable=False)
    columns = np.empty(pieces.shape, x.dtype)
    lines = np.zeros((most, C, H, line), x.dtype)  # x with zeros after each line

    x_bar = np.empty_like(x, order="C")
    W_bars = np.empty((N, g, V.shape[2], C // g), x.dtype) if learn else None
    for images in some:
        n = images.stop - images.start
        inside[:n] = y_bar[images]
        columns[:n] = pieces[:n]
        X = columns[:n].reshape(n, g, -1, L)
        x_bar[images] = (V @ X).reshape(n, C, H, line)[..., :width]
        if W_bars is not None:
            lines[:n, ..., :width] = x[images]
            np.matmul(X, lines[:n].reshape(n, g, -1, L).swapaxes(-1, -2), out=W_bars[images])
    if W_bars is None:
        return x_bar, None
    W_bar = total(W_bars, axis=0).reshape(O, k, m, C // g)[:, ::-1, ::-1]
    return x_bar, np.ascontiguousarray(W_bar.transpose(0, 3, 1, 2))


def _margins(windows: Windows, shape: tuple[int, ...]) -> list[tuple[int, int]]:
    r"""Along both axes, the margins of $\bar y$ in which windows turned by 180° cover `shape`."""
    pairs = []
    for i, size in enumerate(shape[-2:]):
        count, before, _ = windows.axis(i, size)
        reach = windows.dilation[i] * (windows.kernel[i] - 1)
        pairs.append((reach - before, size + before - count))
    return pairs
