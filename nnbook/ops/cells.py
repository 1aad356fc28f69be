r"""Recurrent cells: one step in time, from an input and the state before to the state after.

A cell reads the input by one matrix for all its gates and the state by another, $x W + b$ and
$h U$, whose columns belong to the gates in turn. `step` and `step_bar` are what a cell is; the op
around them makes one step, and `recurrent` makes a loop of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnbook.checks import finite, option
from nnbook.fast import product
from nnbook.numerics import sigmoid, total
from nnbook.op import EVAL, EVERYTHING, Array, Mode, Needs, Op, Params, whole_numbers
from nnbook.ops.initializers import Initializer, glorot_uniform, initial, orthogonal, zeros

State = tuple[Array, ...]


class Cell(Op):
    """What the cells share: sizes, parameters, and one step as an op.

    `x` is `(N, n_in)` and each part of the state `(N, n_out)`; a state that is not given is 0. The
    outputs are the parts of the state after the step. `W` is `(n_in, gates · n_out)`, `U` is
    `(n_out, gates · n_out)` and `b` is `(gates · n_out,)`. The initializers `weights`, for `W`, and
    `recurrent`, for `U`, draw the part of each gate by itself.

    Raises ValueError when a size is not positive, and for inputs and states of other shapes.
    """

    gates = 1
    outputs: tuple[str, ...] = ("h",)
    late = False
    r"""Whether $\bar U$ is $h^⊤ \bar a$, and $h$ the first thing in the cache of a step."""

    def __init__(
        self,
        n_in: int,
        n_out: int,
        weights: Initializer = glorot_uniform(),  # noqa: B008 (initializers hold nothing)
        recurrent: Initializer = orthogonal(),  # noqa: B008
        bias: Initializer = zeros(),  # noqa: B008
    ):
        whole_numbers(type(self).__name__, n_in=n_in, n_out=n_out)
        self.n_in, self.n_out = n_in, n_out
        self.weights, self.recurrent = initial("weights", weights), initial("recurrent", recurrent)
        self.bias = initial("bias", bias)

    def step(self, params: Params, a: Array, state: State) -> tuple[State, Any]:
        """The state after, from $a = x W + b$ and the state before; and what `step_bar` reads."""
        raise NotImplementedError(f"{self!r} has no step")

    def step_bar(
        self, params: Params, cache: Any, state_bar: State, learn: bool
    ) -> tuple[Array, State, Params]:
        """Cotangents of $a$, of the state before, and if asked to `learn` of what reads it."""
        raise NotImplementedError(f"{self!r} has no step_bar")

    def shapes(self) -> dict[str, tuple[int, ...]]:
        columns = self.gates * self.n_out
        return {"W": (self.n_in, columns), "U": (self.n_out, columns), "b": (columns,)}

    def init(self, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> Params:
        draws = {"W": self.weights, "U": self.recurrent, "b": self.bias}
        rows = {"W": (self.n_in,), "U": (self.n_out,), "b": ()}
        return {
            name: np.concatenate(
                [draw(rng, (*rows[name], self.n_out), dtype) for _ in range(self.gates)], axis=-1
            )
            for name, draw in draws.items()
        }

    def read(self, params: Params, x: Array) -> Array:
        """$a = x W + b$, for one step or for all steps at once."""
        a = product(x, params["W"])  # (…, gates · n_out)
        a += params["b"]
        return a

    def read_bars(
        self, params: Params, x: Array, a_bar: Array, needs: Needs
    ) -> tuple[Array | None, Params]:
        """Cotangents of `x`, and of `W` and `b`, from that of $a$."""
        x_bar = product(a_bar, params["W"].T) if needs.input(0) else None
        if not needs.params:
            return x_bar, {}
        x, a_bar = x.reshape(-1, self.n_in), a_bar.reshape(-1, self.gates * self.n_out)
        return x_bar, {"W": x.T @ a_bar, "b": total(a_bar, axis=0)}

    def start(self, op: Op, x: Array, state: State) -> State:
        """The state before the first step, checked, in the dtype of what the step computes."""
        shape = (len(x), self.n_out)
        if not state:
            return (np.zeros(shape, x.dtype),) * len(self.outputs)
        if len(state) != len(self.outputs) or any(part.shape != shape for part in state):
            names = " and ".join(self.outputs)
            got = ", ".join(str(part.shape) for part in state)
            raise ValueError(f"{op!r} expects a state {names} of shape {shape}, got {got}")
        return state

    def forward(
        self, params: Params, x: Array, *state: Array, mode: Mode = EVAL
    ) -> tuple[Any, Any]:
        if x.ndim != 2 or x.shape[1] != self.n_in:
            raise ValueError(f"{self!r} expects inputs of shape (N, {self.n_in}), got {x.shape}")
        after, own = self.step(params, self.read(params, x), self.start(self, x, state))
        return after if len(after) > 1 else after[0], (x, len(state), own)

    def vjp(
        self, params: Params, cache: Any, y_bar: Any, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], Params]:
        x, given, own = cache
        after_bar = y_bar if len(self.outputs) > 1 else (y_bar,)
        a_bar, state_bar, bars = self.step_bar(params, own, after_bar, needs.params)
        x_bar, read_bars = self.read_bars(params, x, a_bar, needs)
        parts = (bar if needs.input(1 + i) else None for i, bar in enumerate(state_bar[:given]))
        return (x_bar, *parts), {**read_bars, **bars}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.n_in}, {self.n_out}{self.options()})"

    def options(self) -> str:
        """Those arguments that are not the usual ones, as Python."""
        return ""


class RNNCell(Cell):
    r"""One step of a simple recurrent network, which Elman's is:

    $$h_t = φ(x_t W + h_{t-1} U + b), \qquad
      \bar a_t = \bar h_t ⊙ φ'(a_t), \qquad \bar h_{t-1} = \bar a_t U^⊤, \qquad
      \bar U = h_{t-1}^⊤ \bar a_t,$$

    where $a_t$ is the argument of $φ$, which is tanh or, with `activation="relu"`, ReLU. Inputs are
    `x` and, if given, `h`; shapes, parameters and errors are those of `Cell`.

    Raises ValueError for another activation. Source: Elman, *Finding structure in time* (1990).

    >>> cell = RNNCell(1, 1)
    >>> params = {"W": np.array([[1.0]]), "U": np.array([[0.5]]), "b": np.array([0.0])}
    >>> h, _ = cell.forward(params, np.array([[1.0]]), np.array([[2.0]]))
    >>> h.round(4)                                                # tanh(1 + 0.5 · 2)
    array([[0.964]])
    """

    late = True

    def __init__(
        self,
        n_in: int,
        n_out: int,
        activation: str = "tanh",
        weights: Initializer = glorot_uniform(),  # noqa: B008 (initializers hold nothing)
        recurrent: Initializer = orthogonal(),  # noqa: B008
        bias: Initializer = zeros(),  # noqa: B008
    ):
        super().__init__(n_in, n_out, weights, recurrent, bias)
        self.activation = option("activation", activation, "tanh", "relu")

    def step(self, params: Params, a: Array, state: State) -> tuple[State, Any]:
        (h,) = state
        a = a + h @ params["U"]  # (N, n_out)
        after = np.tanh(a) if self.activation == "tanh" else np.maximum(a, 0)
        return (after,), (h, after)

    def step_bar(
        self, params: Params, cache: Any, state_bar: State, learn: bool
    ) -> tuple[Array, State, Params]:
        h, after = cache
        slope = 1 - after**2 if self.activation == "tanh" else after > 0
        a_bar = state_bar[0] * slope
        return a_bar, (a_bar @ params["U"].T,), {"U": h.T @ a_bar} if learn else {}

    def options(self) -> str:
        return "" if self.activation == "tanh" else f", {self.activation!r}"


class LSTMCell(Cell):
    r"""One step of a long short-term memory, whose state is $h$ and the memory $c$:

    $$c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t, \qquad h_t = o_t ⊙ \tanh c_t,$$

    where each of $i$, $f$, $o$ (gates that let in, keep and let out) is $σ(x_t W + h_{t-1} U + b)$
    with weights of its own, and $g$, what is to be let in, is the same with tanh. The columns of
    `W`, `U` and `b` are those of $i, f, g, o$. What comes back to the memory passes no matrix,

    $$\bar c_t ← \bar c_t + \bar h_t ⊙ o_t ⊙ (1 - \tanh^2 c_t), \qquad
      \bar c_{t-1} = \bar c_t ⊙ f_t,$$

    and with $a$ for the arguments of $σ$ and tanh, products and squares entry by entry,

    $$\bar a_t = \bigl[\bar c_t g_t i_t (1 - i_t),\; \bar c_t c_{t-1} f_t (1 - f_t),\;
      \bar c_t i_t (1 - g_t^2),\; \bar h_t \tanh(c_t)\, o_t (1 - o_t)\bigr], \qquad
      \bar h_{t-1} = \bar a_t U^⊤ .$$

    Inputs are `x` and, if given, `h` and `c`; the outputs are $h$ and $c$. Shapes, parameters and
    errors are those of `Cell`. The bias of $f$ begins at `forget_bias`, so that at first the memory
    is kept. Source: Hochreiter and Schmidhuber, *Long short-term memory* (1997); Gers, Schmidhuber
    and Cummins, *Learning to forget* (2000), for $f$; Jozefowicz, Zaremba and Sutskever, *An
    empirical exploration of recurrent network architectures* (2015), for its bias.

    >>> cell = LSTMCell(1, 1)
    >>> params = {"W": np.zeros((1, 4)), "U": np.zeros((1, 4)), "b": np.array([-9.0, 9, 0, 9])}
    >>> (h, c), _ = cell.forward(params, np.ones((1, 1)), np.zeros((1, 1)), np.full((1, 1), 2.0))
    >>> c.round(3), h.round(3)                                    # kept, and tanh 2 of it shown
    (array([[2.]]), array([[0.964]]))
    """

    gates = 4
    outputs = ("h", "c")
    late = True

    def __init__(
        self,
        n_in: int,
        n_out: int,
        forget_bias: float = 1.0,
        weights: Initializer = glorot_uniform(),  # noqa: B008 (initializers hold nothing)
        recurrent: Initializer = orthogonal(),  # noqa: B008
        bias: Initializer = zeros(),  # noqa: B008
    ):
        super().__init__(n_in, n_out, weights, recurrent, bias)
        self.forget_bias = finite("forget_bias", forget_bias)

    def init(self, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> Params:
        params = super().init(rng, dtype)
        forget = np.arange(4 * self.n_out) // self.n_out == 1
        return {**params, "b": params["b"] + np.where(forget, self.forget_bias, 0).astype(dtype)}

    def step(self, params: Params, a: Array, state: State) -> tuple[State, Any]:
        (h, c), m = state, self.n_out
        a = a + h @ params["U"]  # (N, 4 · n_out)
        gates = sigmoid(a)
        np.tanh(a[:, 2 * m : 3 * m], out=gates[:, 2 * m : 3 * m])
        i, f, g, o = (gates[:, k : k + m] for k in range(0, 4 * m, m))  # (N, n_out) each
        c_after = f * c
        c_after += i * g
        shown = np.tanh(c_after)
        return (o * shown, c_after), (h, c, gates, shown)

    def step_bar(
        self, params: Params, cache: Any, state_bar: State, learn: bool
    ) -> tuple[Array, State, Params]:
        (h, c, gates, shown), m = cache, self.n_out
        h_bar, c_bar = state_bar
        i, f, g, o = (gates[:, k : k + m] for k in range(0, 4 * m, m))
        c_bar = c_bar + h_bar * o * (1 - shown**2)
        a_bar = np.empty_like(gates)
        parts = [a_bar[:, k : k + m] for k in range(0, 4 * m, m)]
        for part, bar, other in zip(
            parts, (c_bar, c_bar, c_bar, h_bar), (g, c, i, shown), strict=True
        ):
            np.multiply(bar, other, out=part)
        for k in (slice(0, 2 * m), slice(3 * m, 4 * m)):  # i and f, and o
            a_bar[:, k] *= gates[:, k]
            a_bar[:, k] *= 1 - gates[:, k]
        parts[2] *= 1 - g**2
        bars = {"U": h.T @ a_bar} if learn else {}
        return a_bar, (a_bar @ params["U"].T, c_bar * f), bars

    def options(self) -> str:
        return "" if self.forget_bias == 1 else f", forget_bias={self.forget_bias}"
