"""Convolution along one axis: sequences, signals, text."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnbook.op import EVAL, EVERYTHING, Array, Mode, Needs, Op, Params
from nnbook.ops.convolution import Conv2D
from nnbook.ops.initializers import Initializer, glorot_uniform, zeros


class Conv1D(Op):
    r"""Every output is a weighted sum of the values in one window, in all channels:

    $$y_{n o i} = b_o + \sum_c \sum_u W_{o c u}\, x_{n c q}, \qquad q = s i + d u - p,$$

    with stride $s$, dilation $d$, padding $p$, and $x = 0$ beyond the ends. It is `Conv2D` on
    images of height 1, and is computed so; its cotangents are those, without the sum over $v$,

    $$\bar W_{o c u} = \sum_{n, i} \bar y_{n o i}\, x_{n c q}, \qquad
      \bar x_{n c q} = \sum_o \sum_u \bar y_{n o i} W_{o c u}, \qquad
      \bar b_o = \sum_{n, i} \bar y_{n o i} .$$

    `x` is `(N, C_in, L)`, `W` is `(C_out, C_in / groups, k)`, `b` is `(C_out,)`, `y` is
    `(N, C_out, L_out)`; see `output_size`. `padding` is a number, "valid" (none) or "same".
    `groups`, `weights` and `bias` are as for `Conv2D`, and so are the errors.
    Source: Waibel, Hanazawa, Hinton, Shikano and Lang, *Phoneme recognition using time-delay neural
    networks* (1989); chapter *Convolution*.

    >>> layer = Conv1D(1, 1, kernel=2)
    >>> params = {"W": np.array([[[-1.0, 1.0]]]), "b": np.array([0.0])}
    >>> y, cache = layer.forward(params, np.array([[[1.0, 4.0, 9.0]]]))
    >>> y, layer.vjp(params, cache, np.array([[[1.0, 1.0]]]))[0]
    (array([[[3., 5.]]]), (array([[[-1., 0., 1.]]]),))
    """

    def __init__(
        self,
        C_in: int,
        C_out: int,
        kernel: int = 3,
        stride: int = 1,
        padding: int | str = 0,
        dilation: int = 1,
        groups: int = 1,
        weights: Initializer = glorot_uniform(),  # noqa: B008 (initializers hold nothing)
        bias: Initializer | None = zeros(),  # noqa: B008
    ):
        pads = padding if isinstance(padding, str) else (0, padding)
        windows = (1, kernel), (1, stride), pads, (1, dilation)
        self.flat = Conv2D(C_in, C_out, *windows, groups, weights, bias)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        shapes = self.flat.shapes()
        C_out, C_in, _, k = shapes["W"]
        return {**shapes, "W": (C_out, C_in, k)}

    def init(self, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> Params:
        params = self.flat.init(rng, dtype)
        return {**params, "W": params["W"][:, :, 0]}

    def forward(self, params: Params, x: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        if x.ndim != 3 or x.shape[1] != self.flat.C_in or x.shape[2] == 0:
            raise ValueError(
                f"{self!r} expects inputs of shape (N, {self.flat.C_in}, L), got {x.shape}"
            )
        y, cache = self.flat.forward(self._flat(params), x[:, :, None])
        return y[:, :, 0], cache

    def vjp(
        self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], Params]:
        (x_bar,), bars = self.flat.vjp(self._flat(params), cache, y_bar[:, :, None], needs)
        x_bar = None if x_bar is None else x_bar[:, :, 0]
        return (x_bar,), ({**bars, "W": bars["W"][:, :, 0]} if bars else {})

    @staticmethod
    def _flat(params: Params) -> Params:
        """The parameters as `Conv2D` has them."""
        return {**params, "W": params["W"][:, :, None]}

    def __repr__(self) -> str:
        c, w = self.flat, self.flat.windows
        pads = w.padding if isinstance(w.padding, str) else w.padding[1]
        names = {"stride": w.stride[1], "padding": pads, "dilation": w.dilation[1]}
        changed = [f", {k}={v!r}" for k, v in names.items() if v != (k != "padding")]
        changed += [f", groups={c.groups}"] * (c.groups > 1)
        changed += [", bias=None"] * (c.bias is None)
        return f"Conv1D({c.C_in}, {c.C_out}, {w.kernel[1]}{''.join(changed)})"
