r"""Recurrent networks: one cell, unrolled over the steps of a sequence.

The cell is a vertex and its parameters are shared by all steps, so that backpropagation through
time is the backward pass of any graph: the state $h_t$ is read twice, by the step after it and by
whoever reads the output, and the cotangents of both add up; and the parameters get the sum of what
each step sends,

$$\bar h_t = \bar y_t + \Bigl(\frac{∂h_{t+1}}{∂h_t}\Bigr)^{\!⊤} \bar h_{t+1}, \qquad
  \barθ = \sum_t \Bigl(\frac{∂h_t}{∂θ}\Bigr)^{\!⊤} \bar h_t .$$
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnbook.checks import flag
from nnbook.data.targets import class_labels
from nnbook.op import EVAL, EVERYTHING, Array, Mode, Needs, NoGradientError, Op, Params
from nnbook.ops import unrolled
from nnbook.ops.cells import Cell, LSTMCell, RNNCell, State
from nnbook.ops.gru import GRUCell


class Recurrent(Op):
    """What the recurrent networks share: the loop over time, forward and backward.

    `x` is `(N, T, n_in)`; each output holds one part of the state after every step, `(N, T,
    n_out)`, so that its last entry along the axis of time is the state at the end. Inputs are `x`
    and, if given, all parts of the state before the first step, `(N, n_out)`; what is not given is
    0. With `lengths=True` the second input is the number of steps of each sequence, `(N,)`, from 0
    to T: after so many steps its state stays, whatever stands in `x`, and the last entry is the
    state at its own end. Parameters and other arguments are those of the cell.

    Handing the state at the end of one piece of a long sequence to the next as a value is
    truncated backpropagation through time.

    Raises ValueError for inputs of other shapes, for no steps, and for lengths that are not whole
    numbers from 0 to T.
    """

    cell: Cell

    def __init__(self, cell: Cell, lengths: bool = False):
        self.cell, self.lengths = cell, flag("lengths", lengths)
        self.outputs, self.labels = cell.outputs, (1,) if lengths else ()

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return self.cell.shapes()

    def init(self, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> Params:
        return self.cell.init(rng, dtype)

    def forward(self, params: Params, x: Array, *rest: Array, mode: Mode = EVAL) -> tuple[Any, Any]:
        cell = self.cell
        self._check(x)
        going, before = self._going(x, rest), rest[1:] if self.lengths else rest
        state = cell.start(self, x, before)
        a = cell.read(params, x)  # (N, T, gates · n_out), all steps at once
        states, caches = [], []
        for t in range(x.shape[1]):
            after, cache = cell.step(params, a[:, t], state)
            state = after if going is None else _chosen(going[:, t], after, state)
            states.append(state)
            caches.append(cache)
        y = tuple(np.stack(part, axis=1) for part in zip(*states, strict=True))  # (N, T, n_out)
        return y if len(y) > 1 else y[0], (x, going, len(before), caches)

    def vjp(
        self, params: Params, cache: Any, y_bar: Any, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], Params]:
        x, going, given, caches = cache
        if self.lengths and needs.inputs is not None and needs.input(1):
            raise NoGradientError(f"{self!r}: lengths have no cotangent")
        y_bar = y_bar if len(self.outputs) > 1 else (y_bar,)
        state_bar = tuple(np.zeros_like(bar[:, 0]) for bar in y_bar)
        # In float32 the way to U is taken for all steps at once, in one product, where a cell can.
        late = needs.params and x.dtype == np.float32 and self.cell.late
        a_bars: list[Array] = []
        bars: dict[str, Array] = {}
        for t in reversed(range(x.shape[1])):
            after_bar = tuple(y[:, t] + bar for y, bar in zip(y_bar, state_bar, strict=True))
            stays = None
            if going is not None:  # a sequence that has ended hands its cotangent past the step
                nothing = tuple(map(np.zeros_like, after_bar))
                stays = _chosen(going[:, t], nothing, after_bar)
                after_bar = _chosen(going[:, t], after_bar, nothing)
            learn = needs.params and not late
            a_bar, state_bar, sent = self.cell.step_bar(params, caches[t], after_bar, learn)
            if stays is not None:
                state_bar = tuple(map(np.add, state_bar, stays))
            a_bars.append(a_bar)
            for name, bar in sent.items():
                bars[name] = np.add(bars[name], bar, out=bars[name]) if name in bars else bar
        a_bar = np.stack(a_bars[::-1], axis=1)  # (N, T, gates · n_out)
        if late:
            h = np.stack([h for h, *_ in caches], axis=1)  # (N, T, n_out), before each step
            bars["U"] = h.reshape(-1, h.shape[2]).T @ a_bar.reshape(-1, a_bar.shape[2])
        x_bar, read_bars = self.cell.read_bars(params, x, a_bar, needs)
        first = 2 if self.lengths else 1
        parts = (b if needs.input(first + i) else None for i, b in enumerate(state_bar[:given]))
        return (x_bar, *([None] if self.lengths else []), *parts), {**read_bars, **bars}

    def _check(self, x: Array) -> None:
        n = self.cell.n_in
        if x.ndim != 3 or x.shape[2] != n or not x.shape[1]:
            raise ValueError(f"{self!r} expects inputs (N, T, {n}), got shape {x.shape}")

    def _going(self, x: Array, rest: tuple[Array, ...]) -> Array | None:
        """Whether each sequence has not yet ended before each step, `(N, T, 1)`."""
        if not self.lengths:
            return None
        N, T, _ = x.shape
        if not rest or rest[0].shape != (N,):
            got = f"shape {rest[0].shape}" if rest else "none"
            raise ValueError(f"{self!r} expects lengths of shape ({N},), got {got}")
        lengths = class_labels(rest[0], T + 1, f"{self!r}, of lengths,")
        return (np.arange(T) < lengths[:, None])[..., None]

    def __repr__(self) -> str:
        lengths = ", lengths=True" if self.lengths else ""
        text = f"{self.cell.n_in}, {self.cell.n_out}{self.cell.options()}{lengths}"
        return f"{type(self).__name__}({text})"


class RNN(Recurrent):
    r"""A simple recurrent network: $h_t = φ(x_t W + h_{t-1} U + b)$ for $t = 1, …, T$.

    One output, the states `(N, T, n_out)`; the rest is as for `Recurrent` and `RNNCell`.
    Source: Elman, *Finding structure in time* (1990); Werbos, *Backpropagation through time: what
    it does and how to do it* (1990).

    >>> op = RNN(1, 1)
    >>> params = {"W": np.array([[1.0]]), "U": np.array([[0.5]]), "b": np.array([0.0])}
    >>> h, cache = op.forward(params, np.array([[[1.0], [0.0], [0.0]]]))
    >>> h.round(3).tolist()                                       # an impulse dies away
    [[[0.762], [0.363], [0.18]]]
    >>> (x_bar,), _ = op.vjp(params, cache, np.array([[[0.0], [0.0], [1.0]]]))
    >>> x_bar.round(3).tolist()                                   # and so does its cotangent
    [[[0.088], [0.42], [0.968]]]
    """

    def __init__(
        self, n_in: int, n_out: int, activation: str = "tanh", lengths: bool = False, **draws: Any
    ):
        super().__init__(RNNCell(n_in, n_out, activation, **draws), lengths)


class LSTM(Recurrent):
    r"""A long short-term memory over a sequence: `LSTMCell` for $t = 1, …, T$.

    Two outputs, the states $h$ and the memories $c$, both `(N, T, n_out)`; the rest is as for
    `Recurrent` and `LSTMCell`. Source: Hochreiter and Schmidhuber, *Long short-term memory* (1997).

    >>> op = LSTM(2, 3)
    >>> params, x = op.init(np.random.default_rng(0)), np.ones((5, 4, 2))
    >>> (h, c), _ = op.forward(params, x)
    >>> h.shape, c.shape
    ((5, 4, 3), (5, 4, 3))
    >>> (again, _), _ = op.forward(params, x[:, 2:], h[:, 1], c[:, 1])       # goes on after two
    >>> bool(np.allclose(again, h[:, 2:]))
    True
    """

    def __init__(
        self,
        n_in: int,
        n_out: int,
        forget_bias: float = 1.0,
        lengths: bool = False,
        **draws: Any,
    ):
        super().__init__(LSTMCell(n_in, n_out, forget_bias, **draws), lengths)

    def forward(self, params: Params, x: Array, *rest: Array, mode: Mode = EVAL) -> tuple[Any, Any]:
        if self.lengths or x.dtype != np.float32:
            return super().forward(params, x, *rest, mode=mode)
        self._check(x)
        y, steps = unrolled.forward(params, x, *self.cell.start(self, x, rest))
        return y, (x, steps, len(rest))

    def vjp(
        self, params: Params, cache: Any, y_bar: Any, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], Params]:
        if not isinstance(cache[1], unrolled.Steps):
            return super().vjp(params, cache, y_bar, needs)
        (x, steps, given), (h_bar, c_bar) = cache, y_bar
        x_bar, state_bar, bars = unrolled.backward(params, x, steps, h_bar, c_bar, needs)
        parts = (bar if needs.input(1 + i) else None for i, bar in enumerate(state_bar[:given]))
        return (x_bar, *parts), bars


class GRU(Recurrent):
    r"""Gated recurrent units over a sequence: `GRUCell` for $t = 1, …, T$.

    One output, the states `(N, T, n_out)`; the rest is as for `Recurrent` and `GRUCell`.
    Source: Cho et al., *Learning phrase representations using RNN encoder–decoder* (2014).

    >>> op = GRU(2, 3, lengths=True)
    >>> params = op.init(np.random.default_rng(0))
    >>> h, _ = op.forward(params, np.ones((2, 4, 2)), np.array([4, 1]))
    >>> bool(np.all(h[1] == h[1, 0])), bool(np.all(h[0] == h[0, 0]))         # one ends at once
    (True, False)
    """

    def __init__(
        self,
        n_in: int,
        n_out: int,
        reset_after: bool = True,
        lengths: bool = False,
        **draws: Any,
    ):
        super().__init__(GRUCell(n_in, n_out, reset_after, **draws), lengths)


def _chosen(which: Array, there: State, otherwise: State) -> State:
    """Part by part, `there` in the rows `which` says, and `otherwise` in the others."""
    return tuple(np.where(which, a, b) for a, b in zip(there, otherwise, strict=True))
