r"""Weight normalization: length and direction of a weight vector as parameters of their own.

The *weight vector* of a unit is all that it reads by: a column of the weights `(n_in, n_out)` of a
dense layer, `W[o]` of those `(C_out, C_in, k, k)` of a convolution.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnbook.numerics import floating, total
from nnbook.op import EVAL, EVERYTHING, Array, Mode, Needs, Op, Params


def incoming(W: Array) -> tuple[int, ...]:
    """The axes along which the weight vector of one unit lies.

    Raises ValueError for fewer than two axes.

    >>> incoming(np.zeros((64, 10))), incoming(np.zeros((16, 3, 5, 5)))
    ((0,), (1, 2, 3))
    """
    if W.ndim < 2:
        raise ValueError(f"weight vectors need weights with at least 2 axes, got shape {W.shape}")
    return (0,) if W.ndim == 2 else tuple(range(1, W.ndim))


def length(W: Array, p: float = 2) -> Array:
    r"""The length of each weight vector, $‖w‖_p = (\sum_j |w_j|^p)^{1/p}$, its axes kept as 1.

    $p$ may be infinite: then it is the largest $|w_j|$. Raises ValueError for $p < 1$.

    >>> length(np.array([[3.0, 0.0], [4.0, 2.0]]))
    array([[5., 2.]])
    """
    if not p >= 1:
        raise ValueError(f"a norm needs p of at least 1, got {p}")
    size = np.abs(floating(W))
    largest = size.max(axis=incoming(W), keepdims=True, initial=0)
    if p == np.inf:
        return largest
    # So that no power overflows or vanishes; ∞ stays what it is.
    scale = np.where((largest > 0) & (largest < np.inf), largest, 1)
    powers = total((size / scale) ** p, axis=incoming(W), keepdims=True)
    return scale * powers ** (1 / p)


class WeightNorm(Op):
    r"""An op whose weights are $w = g\, v / ‖v‖$ for each unit, with $g$ and $v$ to be learnt.

    `op` is one with weights called `W`, such as `Dense` or `Conv2D`; here it has the parameters
    `v`, of the shape of `W`, `g`, of that shape with 1 for the axes of a weight vector, and its
    others. They begin at $v = W$ and $g = ‖W‖$, at which the op is what it was. With $\bar w$ from
    the op,

    $$\bar g = \bar w · \frac{v}{‖v‖}, \qquad
      \bar v = \frac{g}{‖v‖} \Bigl( \bar w - \bar g\, \frac{v}{‖v‖} \Bigr):$$

    $\bar v$ is at right angles to $v$, so that a step of gradient descent never makes $v$ shorter.
    Inputs and outputs are those of `op`. Raises ValueError for an op that has no weights `W` and
    for a weight vector of zeros, which has no direction.
    Source: Salimans and Kingma, *Weight normalization* (2016); chapter *Regularization*.

    >>> from nnbook.ops.linear import Dense
    >>> op = WeightNorm(Dense(2, 1, bias=None))
    >>> params = {"v": np.array([[3.0], [4.0]]), "g": np.array([[10.0]])}
    >>> op.weights(params).T
    array([[6., 8.]])
    >>> _, cache = op.forward(params, np.array([[1.0, 0.0]]))
    >>> _, bars = op.vjp(params, cache, np.array([[1.0]]))
    >>> bars["g"], bars["v"].T
    (array([[0.6]]), array([[ 1.28, -0.96]]))
    """

    def __init__(self, op: Op):
        if not isinstance(op, Op):
            raise TypeError(f"WeightNorm needs an op such as Dense(2, 1), got {op!r}")
        self.op = op
        self.labels, self.outputs, self.measures = op.labels, op.outputs, op.measures

    def shapes(self) -> dict[str, tuple[int, ...]]:
        shapes = dict(self.op.shapes())
        if "W" not in shapes:
            raise ValueError(f"{self!r}: expected parameters with weights 'W', got {list(shapes)}")
        W = shapes.pop("W")
        along = incoming(np.empty(W))
        g = tuple(1 if axis in along else size for axis, size in enumerate(W))
        return {"v": W, "g": g, **shapes}

    def init(self, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> Params:
        self.shapes()  # an op without weights is refused before it draws any
        params = dict(self.op.init(rng, dtype))
        W = params.pop("W")
        return {"v": W, "g": length(W), **params}

    def weights(self, params: Params) -> Array:
        r"""$w = g\, v / ‖v‖$, in the shape of `v`."""
        return params["g"] * self._direction(params)

    def forward(self, params: Params, *inputs: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        inner = self._inner(params)
        y, cache = self.op.forward(inner, *inputs, mode=mode)
        return y, (inner["W"], cache)

    def vjp(
        self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], Params]:
        W, cache = cache
        input_bars, bars = self.op.vjp(self._inner(params, W), cache, y_bar, needs)
        if not needs.params:
            return input_bars, {}
        bars = dict(bars)
        W_bar, direction = bars.pop("W"), self._direction(params)
        axes = incoming(W_bar)
        g_bar = total(W_bar * direction, axis=axes, keepdims=True)
        v_bar = params["g"] / length(params["v"]) * (W_bar - g_bar * direction)
        return input_bars, {"v": v_bar, "g": g_bar, **bars}

    def measured(self, params: Params, cache: Any) -> Params:
        return self.op.measured(self._inner(params, cache[0]), cache[1])

    def _inner(self, params: Params, W: Array | None = None) -> dict[str, Any]:
        """The parameters as `op` has them."""
        others = {name: value for name, value in params.items() if name not in ("v", "g")}
        return {"W": self.weights(params) if W is None else W, **others}

    def _direction(self, params: Params) -> Array:
        norm = length(params["v"])
        if not norm.all():
            raise ValueError(f"{self!r}: a weight vector of zeros has no direction")
        return params["v"] / norm

    def __repr__(self) -> str:
        return f"WeightNorm({self.op!r})"
