"""Windows that slide over a picture, as Conv2D computes them."""

import numpy as np

import nnbook as nn

planted = [
    ("(n + 2 * padding - k)", "(n + padding - k)"),
    ("i * stride - padding", "i * stride + padding"),
    ("pixel * kernel[a][b]", "pixel * kernel[b][a]"),
    ("picture[row + a]?.[column + b] ?? 0", "picture[row + a]?.[column + b] ?? 1"),
]


def cases(rng):
    for n, k, stride, padding in (
        (8, 3, 1, 0),
        (8, 3, 1, 1),
        (8, 3, 2, 0),
        (8, 3, 3, 1),
        (7, 2, 2, 1),
    ):
        picture = rng.integers(0, 17, (n, n)).astype(float)
        kernel = rng.normal(size=(k, k))
        layer = nn.Conv2D(1, 1, k, stride, padding=padding, bias=None)
        sums = layer.forward({"W": kernel[None, None]}, picture[None, None])[0][0, 0]
        how = [stride, padding]
        yield "slide", [picture.tolist(), kernel.tolist(), *how], sums
        yield "outputSize", [n, k, *how], nn.output_size(n, k, stride, padding)
        i, j = map(int, rng.integers(0, len(sums), 2))
        row, column = i * stride, j * stride
        window = np.pad(picture, padding)[row : row + k, column : column + k]
        yield "windowAt", [picture.tolist(), k, i, j, *how], window
        yield "weightedSum", [window.tolist(), kernel.tolist()], sums[i, j]
