"""The gated recurrent unit, one step of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnbook.checks import flag
from nnbook.numerics import sigmoid, total
from nnbook.op import Array, Params
from nnbook.ops.cells import Cell, State
from nnbook.ops.initializers import Initializer, glorot_uniform, orthogonal, zeros


class GRUCell(Cell):
    r"""One step of a gated recurrent unit, which moves its state by a share $1 - z$ to $n$:

    $$h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1}, \qquad
      n_t = \tanh\bigl(x_t W_n + b_n + r_t ⊙ (h_{t-1} U_n + b_U)\bigr),$$

    where each of $r$ (reset) and $z$ (update) is $σ(x_t W + h_{t-1} U + b)$ with weights of its
    own. The columns of `W`, `U` and `b` are those of $r, z, n$; `b_U` is `(n_out,)`. With
    $s_t = h_{t-1} U_n + b_U$ and $a$ for the arguments of $σ$ and tanh,

    $$\bar a^n_t = \bar h_t ⊙ (1 - z_t) ⊙ (1 - n_t^2), \qquad
      \bar a^r_t = \bar a^n_t ⊙ s_t ⊙ r_t ⊙ (1 - r_t),$$
    $$\bar a^z_t = \bar h_t ⊙ (h_{t-1} - n_t) ⊙ z_t ⊙ (1 - z_t), \qquad
      \bar h_{t-1} = \bar h_t ⊙ z_t + [\bar a^r_t, \bar a^z_t, \bar a^n_t ⊙ r_t]\, U^⊤ .$$

    With `reset_after=False` it is the unit as first published, which resets the state before the
    matrix reads it, $n_t = \tanh(x_t W_n + b_n + (r_t ⊙ h_{t-1}) U_n)$, and has no `b_U`. Inputs
    are `x` and, if given, `h`; shapes, other parameters and errors are those of `Cell`.
    Source: Cho et al., *Learning phrase representations using RNN encoder–decoder* (2014), with the
    roles of $z$ and $1 - z$ as in PyTorch.

    >>> cell = GRUCell(1, 1)
    >>> params = {name: np.zeros(shape) for name, shape in cell.shapes().items()}
    >>> cell.forward(params, np.ones((1, 1)), np.full((1, 1), 2.0))[0]       # half of 2, half of 0
    array([[1.]])
    """

    gates = 3

    def __init__(
        self,
        n_in: int,
        n_out: int,
        reset_after: bool = True,
        weights: Initializer = glorot_uniform(),  # noqa: B008 (initializers hold nothing)
        recurrent: Initializer = orthogonal(),  # noqa: B008
        bias: Initializer = zeros(),  # noqa: B008
    ):
        super().__init__(n_in, n_out, weights, recurrent, bias)
        self.reset_after = flag("reset_after", reset_after)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        shapes = super().shapes()
        return {**shapes, "b_U": (self.n_out,)} if self.reset_after else shapes

    def init(self, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> Params:
        params = super().init(rng, dtype)
        b_U = {"b_U": self.bias(rng, (self.n_out,), dtype)} if self.reset_after else {}
        return {**params, **b_U}

    def step(self, params: Params, a: Array, state: State) -> tuple[State, Any]:
        (h,), m = state, self.n_out
        U, U_n = params["U"][:, : 2 * m], params["U"][:, 2 * m :]
        r, z = np.split(sigmoid(a[:, : 2 * m] + h @ U), 2, axis=1)  # (N, n_out) each
        if self.reset_after:
            s = h @ U_n + params["b_U"]  # what is reset
            n = np.tanh(a[:, 2 * m :] + r * s)
        else:
            s = r * h
            n = np.tanh(a[:, 2 * m :] + s @ U_n)
        return ((1 - z) * n + z * h,), (h, r, z, n, s)

    def step_bar(
        self, params: Params, cache: Any, state_bar: State, learn: bool
    ) -> tuple[Array, State, Params]:
        (h, r, z, n, s), (after_bar,), m = cache, state_bar, self.n_out
        U, U_n = params["U"][:, : 2 * m], params["U"][:, 2 * m :]
        n_bar = after_bar * (1 - z) * (1 - n**2)  # that of the argument of tanh
        if self.reset_after:
            r_bar, s_bar = n_bar * s, n_bar * r
            h_bar = s_bar @ U_n.T
        else:
            s_bar = n_bar @ U_n.T
            r_bar, h_bar = s_bar * h, s_bar * r
        z_bar = after_bar * (h - n)
        gate_bar = np.concatenate([r_bar * r * (1 - r), z_bar * z * (1 - z)], axis=1)
        a_bar = np.concatenate([gate_bar, n_bar], axis=1)
        h_bar = h_bar + gate_bar @ U.T + after_bar * z
        if not learn:
            return a_bar, (h_bar,), {}
        U_n_bar = h.T @ s_bar if self.reset_after else s.T @ n_bar
        bars = {"U": np.concatenate([h.T @ gate_bar, U_n_bar], axis=1)}
        if self.reset_after:
            bars["b_U"] = total(s_bar, axis=0)
        return a_bar, (h_bar,), bars

    def options(self) -> str:
        return "" if self.reset_after else ", reset_after=False"
