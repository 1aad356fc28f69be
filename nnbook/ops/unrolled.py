r"""A long short-term memory in float32, unrolled so that little is left for each step to do.

`LSTM` goes this way in float32, when no sequence ends before the others. `Recurrent` computes the
same from `LSTMCell`, one step after the other as the equations say it; the tests compare the two.
A step of a small network is so little work that calling NumPy takes most of its time. Therefore:

- all arrays have the time first and the examples last, so that each gate is a block of rows;
- the rows are those of $o, i, f, g$: the first three have the sigmoid, the last three act on $c$;
- $σ(a) = \frac12 (1 + \tanh \frac a2)$, and the halves are taken in the weights beforehand, so that
  one tanh serves all four;
- whatever does not wait for the step after it is computed for all steps at once: $x W + b$, the
  factors of the cotangents, and all sums over the steps.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from nnbook.op import Array, Needs, Params


class Steps(NamedTuple):
    """What the steps leave behind: time first, examples last."""

    gates: Array  # (T, 4 · n_out, N), the rows of o, i, f, g
    h: Array  # (T + 1, n_out, N), from the state before the first step on
    c: Array
    shown: Array  # tanh of c after each step, (T, n_out, N)


def forward(params: Params, x: Array, h: Array, c: Array) -> tuple[tuple[Array, ...], Steps]:
    """All states and memories, `(N, T, n_out)` each, from `x` `(N, T, n_in)` and those before."""
    (N, T, _), m = x.shape, h.shape[1]
    halves = np.repeat(np.array([0.5, 0.5, 0.5, 1], x.dtype), m)  # of o, i, f; g is a tanh already
    W, U, b = (_o_first(params[name]) * halves for name in ("W", "U", "b"))
    gates = W.T @ x.transpose(1, 2, 0)
    gates += b[:, None]
    hs, cs = (np.empty((T + 1, m, N), x.dtype) for _ in "hc")
    hs[0], cs[0] = h.T, c.T
    shown, product, step = np.empty((T, m, N), x.dtype), np.empty((m, N), x.dtype), U.T.copy()
    read = np.empty((4 * m, N), x.dtype)
    for a, sigmas, (o, i, f, g), h, c, h_after, c_after, y in zip(
        gates, gates[:, : 3 * m], _rows(gates), hs, cs, hs[1:], cs[1:], shown, strict=False
    ):
        a += np.matmul(step, h, out=read)
        np.tanh(a, out=a)
        sigmas += 1
        sigmas *= 0.5
        np.multiply(f, c, out=c_after)
        c_after += np.multiply(i, g, out=product)
        np.multiply(o, np.tanh(c_after, out=y), out=h_after)
    outputs = hs[1:].transpose(2, 0, 1), cs[1:].transpose(2, 0, 1)
    return tuple(map(np.ascontiguousarray, outputs)), Steps(gates, hs, cs, shown)


def backward(
    params: Params, x: Array, steps: Steps, h_bar: Array, c_bar: Array, needs: Needs
) -> tuple[Array | None, tuple[Array, Array], Params]:
    """Cotangents of `x`, of state and memory before the first step, and of `params`.

    `h_bar` and `c_bar` are those of the outputs; of `x` and `params` if `needs` asks for them.
    """
    gates, hs, cs, shown = steps
    T, m, N = shown.shape
    sigmas = gates[:, : 3 * m]
    a_bar = np.empty_like(gates)  # at first what the cotangents are multiplied with, step by step
    np.multiply(sigmas, 1 - sigmas, out=a_bar[:, : 3 * m])
    rows, factors = gates.reshape(T, 4, m, N), a_bar.reshape(T, 4, m, N)
    o, i, f, g = (rows[:, k] for k in range(4))
    for k, other in enumerate((shown, g, cs[:-1])):
        factors[:, k] *= other
    factors[:, 3] = i * (1 - g * g)
    through = o * (1 - shown * shown)  # from h to c
    h_bars = np.ascontiguousarray(h_bar.transpose(1, 2, 0))
    c_bars = None if not c_bar.any() else np.ascontiguousarray(c_bar.transpose(1, 2, 0))
    U = _o_first(params["U"])
    h_bar, c_bar, product = (np.zeros((m, N), x.dtype) for _ in range(3))
    for t in reversed(range(T)):
        h_bar += h_bars[t]
        if c_bars is not None:
            c_bar += c_bars[t]
        c_bar += np.multiply(h_bar, through[t], out=product)
        step = factors[t]
        step[0] *= h_bar
        step[1:] *= c_bar
        np.matmul(U, a_bar[t], out=h_bar)
        c_bar *= f[t]
    x_bar = None
    if needs.input(0):
        x_bar = np.ascontiguousarray((_o_first(params["W"]) @ a_bar).transpose(2, 0, 1))
    if not needs.params:
        return x_bar, (h_bar.T, c_bar.T), {}
    by_time = a_bar.transpose(0, 2, 1)  # (T, N, 4 · n_out)
    bars = {
        "W": np.sum(x.transpose(1, 2, 0) @ by_time, axis=0),
        "U": np.sum(hs[:-1] @ by_time, axis=0),
        "b": np.sum(a_bar @ np.ones(N, x.dtype), axis=0, dtype=np.float64).astype(x.dtype),
    }
    return x_bar, (h_bar.T, c_bar.T), {name: _o_last(bar) for name, bar in bars.items()}


def _o_first(p: Array) -> Array:
    """The columns of $i, f, g, o$ in the order $o, i, f, g$."""
    i, f, g, o = np.split(p, 4, axis=-1)
    return np.concatenate([o, i, f, g], axis=-1)


def _o_last(p: Array) -> Array:
    """The same, back."""
    o, i, f, g = np.split(p, 4, axis=-1)
    return np.concatenate([i, f, g, o], axis=-1)


def _rows(gates: Array) -> Any:
    """For each step the four gates, `(n_out, N)` each."""
    T, rows, N = gates.shape
    return gates.reshape(T, 4, rows // 4, N)
