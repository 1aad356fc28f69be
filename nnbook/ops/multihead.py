"""Multi-head attention: several attentions side by side, each in a projection of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnbook.checks import flag
from nnbook.fast import product
from nnbook.numerics import total
from nnbook.op import EVAL, EVERYTHING, Array, Mode, Needs, Op, Params, whole_numbers
from nnbook.ops.attention import allowed, attend, attend_bars, refuse_mask_bar
from nnbook.ops.initializers import Initializer, glorot_uniform, initial, zeros
from nnbook.ops.positions import rotary


class MultiHeadAttention(Op):
    r"""Attention in $h$ heads, of which each looks at $d/h$ numbers made of all $d$:

    $$Q = X_q W_q + b_q, \qquad K = X_k W_k + b_k, \qquad V = X_v W_v + b_v, \qquad
      Y = [\,O^1, …, O^h\,]\, W_o + b_o,$$

    where $O^i$ is `Attention` of the $i$-th of $h$ blocks of columns of $Q$, $K$ and $V$. All
    weights are `(d, d)`, all biases `(d,)`. Backward, $[\,\bar O^1, …, \bar O^h\,] = \bar Y W_o^⊤$,
    `Attention` turns $\bar O^i$ into blocks of $\bar Q$, $\bar K$ and $\bar V$, and each of them is
    the cotangent of a dense layer, $\bar X_q = \bar Q W_q^⊤$ and $\bar W_q = X_q^⊤ \bar Q$.

    Inputs are `(N, T, d)` for queries, `(N, T_k, d)` for keys and for values, three times the same
    for self-attention, and, if given, a mask that broadcasts against `(N, T, T_k)` or
    `(N, h, T, T_k)`. With `causal=True` no query looks at what comes after it; with `rotary=True`
    queries and keys are turned by their positions. The outputs are $Y$ `(N, T, d)`, the `weights`
    `(N, h, T, T_k)`, and `K` and `V` by heads, `(N, h, T_k, d/h)`.

    With `past=True` the op goes on where it left off: before the mask it reads the `K` and `V` that
    it gave so far, `(N, h, P, d/h)`, to which the new ones are joined, and $T_k$ counts both. So
    each token of a text that is being written is projected once: a key–value cache.

    `bias=None` leaves all biases out. Raises ValueError for heads that do not divide $d$, for an
    odd $d/h$ with `rotary=True`, and for arrays that do not fit.
    Source: Vaswani et al., *Attention is all you need* (2017).

    >>> op, rng = MultiHeadAttention(4, 2, causal=True), np.random.default_rng(0)
    >>> params, x = op.init(rng), rng.normal(size=(1, 3, 4))
    >>> (y, weights, K, V), _ = op.forward(params, x, x, x)
    >>> y.shape, weights.shape, K.shape
    ((1, 3, 4), (1, 2, 3, 3), (1, 2, 3, 2))
    >>> on, last = MultiHeadAttention(4, 2, causal=True, past=True), x[:, 2:]
    >>> (y_last, *_), _ = on.forward(params, last, last, last, K[:, :, :2], V[:, :, :2])
    >>> bool(np.allclose(y_last, y[:, 2:]))
    True
    """

    outputs = ("y", "weights", "K", "V")

    def __init__(
        self,
        d: int,
        heads: int,
        causal: bool = False,
        rotary: bool = False,
        past: bool = False,
        weights: Initializer = glorot_uniform(),  # noqa: B008 (initializers hold nothing)
        bias: Initializer | None = zeros(),  # noqa: B008
    ):
        whole_numbers("MultiHeadAttention", d=d, heads=heads)
        if d % heads:
            raise ValueError(f"MultiHeadAttention needs heads that divide d = {d}, got {heads}")
        if flag("rotary", rotary) and d // heads % 2:
            raise ValueError(f"rotary positions turn pairs: d / heads is {d // heads}, not even")
        self.d, self.heads = d, heads
        self.weights, self.bias = initial("weights", weights), initial("bias", bias, None)
        self.causal, self.rotary = flag("causal", causal), rotary
        self.past = flag("past", past)
        self.labels = (5,) if past else (3,)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        shapes: dict[str, tuple[int, ...]] = {f"W_{name}": (self.d, self.d) for name in "qkvo"}
        return shapes if self.bias is None else {**shapes, **{f"b_{n}": (self.d,) for n in "qkvo"}}

    def init(self, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> Params:
        draws: dict[str, Any] = {"W": self.weights, "b": self.bias}
        return {name: draws[name[0]](rng, shape, dtype) for name, shape in self.shapes().items()}

    def forward(
        self,
        params: Params,
        x_q: Array,
        x_k: Array,
        x_v: Array,
        *rest: Array,
        mode: Mode = EVAL,
    ) -> tuple[tuple[Array, ...], Any]:
        inputs = (x_q, x_k, x_v)
        past = self._checked(inputs, rest)
        q, k, v = (
            self._split(_dense(params, name, x)) for name, x in zip("qkv", inputs, strict=True)
        )  # (N, h, T, d / h)
        P = past[0].shape[2] if past else 0
        if self.rotary:
            q, k = (rotary(a, P + np.arange(a.shape[2])) for a in (q, k))
        if past:
            k, v = (np.concatenate(pair, axis=2) for pair in zip(past, (k, v), strict=True))
        mask = rest[-1] if len(rest) > len(past) else None
        if mask is not None and mask.ndim == 3:
            mask = mask[:, None]  # the same for all heads
        shape = (*q.shape[:3], k.shape[2])
        y, A = attend(q, k, v, allowed(self, shape, self.causal, mask))
        o = self._join(y)  # (N, T, d)
        return (_dense(params, "o", o), A, k, v), (inputs, P, mask is not None, q, k, v, A, o)

    def vjp(
        self, params: Params, cache: Any, y_bar: Any, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], Params]:
        inputs, P, masked, q, k, v, A, o = cache
        refuse_mask_bar(self, self.labels[0], masked, needs)
        y_bar, A_bar, K_bar, V_bar = y_bar
        o_bar, bars = _dense_bars(params, "o", o, y_bar, True, needs.params)
        q_bar, k_bar, v_bar = attend_bars(q, k, v, A, self._split(o_bar), A_bar)
        k_bar, v_bar = k_bar + K_bar, v_bar + V_bar
        before, k_bar, v_bar = (k_bar[:, :, :P], v_bar[:, :, :P]), k_bar[:, :, P:], v_bar[:, :, P:]
        if self.rotary:  # turned back
            q_bar, k_bar = (rotary(a, -P - np.arange(a.shape[2])) for a in (q_bar, k_bar))
        input_bars: list[Array | None] = []
        for i, bar in enumerate((q_bar, k_bar, v_bar)):
            joined = self._join(bar)
            x_bar, sent = _dense_bars(
                params, "qkv"[i], inputs[i], joined, needs.input(i), needs.params
            )
            input_bars.append(x_bar)
            bars |= sent
        if self.past:
            input_bars += [bar if needs.input(3 + i) else None for i, bar in enumerate(before)]
        return (*input_bars, *([None] if masked else [])), bars

    def _checked(self, inputs: tuple[Array, ...], rest: tuple[Array, ...]) -> tuple[Array, ...]:
        """The earlier keys and values, if any; ValueError for arrays that do not fit."""
        x_q, x_k, x_v = inputs
        wrong = any(x.ndim != 3 or x.shape[2] != self.d or len(x) != len(x_q) for x in inputs)
        if wrong or x_k.shape != x_v.shape or not x_k.shape[1]:
            raise ValueError(
                f"{self!r} expects inputs (N, T, {self.d}), as many keys as values, got "
                f"{x_q.shape}, {x_k.shape}, {x_v.shape}"
            )
        if len(rest) > (3 if self.past else 1):
            raise ValueError(f"{self!r} got {3 + len(rest)} inputs, which are too many")
        if not self.past:
            return ()
        past, block = rest[:2], (len(x_q), self.heads, "P", self.d // self.heads)
        shapes = [a.shape for a in past]
        fit = [len(s) == 4 and (*s[:2], "P", s[3]) == block for s in shapes]
        if fit != [True, True] or shapes[0] != shapes[1]:
            wanted = f"({block[0]}, {block[1]}, P, {block[3]})"
            raise ValueError(f"{self!r} expects earlier K and V of shape {wanted}, got {shapes}")
        return past

    def _split(self, x: Array) -> Array:
        """`(N, T, d)` by heads, `(N, h, T, d / h)`."""
        N, T, _ = x.shape
        return x.reshape(N, T, self.heads, self.d // self.heads).transpose(0, 2, 1, 3)

    def _join(self, x: Array) -> Array:
        """`(N, h, T, d / h)` with the heads side by side, `(N, T, d)`."""
        N, _, T, _ = x.shape
        return x.transpose(0, 2, 1, 3).reshape(N, T, self.d)

    def __repr__(self) -> str:
        said = [f"{n}=True" for n in ("causal", "rotary", "past") if getattr(self, n)]
        said += ["bias=None"] if self.bias is None else []
        return f"MultiHeadAttention({', '.join([str(self.d), str(self.heads), *said])})"


def _dense(params: Params, name: str, x: Array) -> Array:
    """The dense layer called `name`: $x W + b$."""
    y = product(x, params[f"W_{name}"])
    if f"b_{name}" in params:
        y += params[f"b_{name}"]
    return y


def _dense_bars(
    params: Params, name: str, x: Array, y_bar: Array, input_wanted: bool, learn: bool
) -> tuple[Any, dict[str, Array]]:
    """The cotangents of its input and its parameters."""
    x_bar = product(y_bar, params[f"W_{name}"].T) if input_wanted else None
    if not learn:
        return x_bar, {}
    rows, bars = x.reshape(-1, x.shape[-1]), y_bar.reshape(-1, y_bar.shape[-1])
    found = {f"W_{name}": rows.T @ bars}
    if f"b_{name}" in params:
        found[f"b_{name}"] = total(bars, axis=0)
    return x_bar, found
