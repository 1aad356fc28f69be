"""The dense layer, $Y = X W + b$."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnbook.numerics import total
from nnbook.op import EVAL, EVERYTHING, Array, Mode, Needs, Op, Params, whole_numbers
from nnbook.ops.initializers import Initializer, glorot_uniform, initial, zeros


class Dense(Op):
    r"""Every output is a weighted sum of all inputs and a bias: $Y = X W + b$.

    With one example a row, `x` is `(N, n_in)`, `W` is `(n_in, n_out)`, `b` is `(n_out,)` and `y` is
    `(N, n_out)`. Instead of the one axis `N` there may be none, or several. The cotangents are

    $$\bar X = \bar Y W^⊤, \qquad \bar W = X^⊤ \bar Y, \qquad \bar b = \sum_i \bar Y_i .$$

    `weights` and `bias` are initializers; with `bias=None` there is no `b`.

    Raises ValueError when a size is not positive or the last axis of `x` is not `n_in`.
    Source: chapter *Architectures*.

    >>> layer = Dense(2, 1)
    >>> params = {"W": np.array([[1.0], [2.0]]), "b": np.array([0.5])}
    >>> y, cache = layer.forward(params, np.array([[3.0, 4.0]]))
    >>> y
    array([[11.5]])
    >>> (x_bar,), bars = layer.vjp(params, cache, np.array([[1.0]]))
    >>> x_bar, bars["W"].T, bars["b"]
    (array([[1., 2.]]), array([[3., 4.]]), array([1.]))
    """

    def __init__(
        self,
        n_in: int,
        n_out: int,
        weights: Initializer = glorot_uniform(),  # noqa: B008 (initializers hold nothing)
        bias: Initializer | None = zeros(),  # noqa: B008
    ):
        whole_numbers(type(self).__name__, n_in=n_in, n_out=n_out)
        self.n_in, self.n_out = n_in, n_out
        self.weights, self.bias = initial("weights", weights), initial("bias", bias, None)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        shapes: dict[str, tuple[int, ...]] = {"W": (self.n_in, self.n_out)}
        return shapes if self.bias is None else {**shapes, "b": (self.n_out,)}

    def init(self, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> Params:
        params = {"W": self.weights(rng, (self.n_in, self.n_out), dtype)}
        if self.bias is not None:
            params["b"] = self.bias(rng, (self.n_out,), dtype)
        return params

    def forward(self, params: Params, x: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        if x.ndim == 0 or x.shape[-1] != self.n_in:
            raise ValueError(f"{self!r} expects inputs of shape (…, {self.n_in}), got {x.shape}")
        y = x @ params["W"]  # (N, n_out)
        if "b" in params:
            y += params["b"]
        return y, x

    def vjp(
        self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], Params]:
        x, W = cache, params["W"]
        x_bar = y_bar @ W.T if needs.input(0) else None  # (N, n_in)
        if not needs.params:
            return (x_bar,), {}
        x = x.reshape(-1, self.n_in)  # (N, n_in), all leading axes in one
        y_bar = y_bar.reshape(-1, self.n_out)  # (N, n_out)
        bars = {"W": x.T @ y_bar}
        if "b" in params:
            bars["b"] = total(y_bar, axis=0)
        return (x_bar,), bars

    def __repr__(self) -> str:
        return f"Dense({self.n_in}, {self.n_out}{', bias=None' if self.bias is None else ''})"
