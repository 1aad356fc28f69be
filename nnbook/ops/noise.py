"""Noise against overfitting: ops that are random in training, and in evaluation what they are on
average.

All draw from the generator of the mode. The noise multiplies (dropout, on values or on weights) or
is added; in both cases its mean is such that the expectation of what it disturbs stays what it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nnbook.checks import flag, nonnegative, share
from nnbook.numerics import total
from nnbook.op import EVAL, EVERYTHING, Array, Mode, Needs, Op, Params
from nnbook.ops.initializers import Initializer, glorot_uniform, zeros
from nnbook.ops.linear import Dense

Bars = tuple[tuple[Array | None, ...], Params]


def mask(op: Op, mode: Mode, shape: tuple[int, ...], p: float, dtype: Any) -> Array:
    """Entries that are 0 with probability $p$, otherwise $1 / (1 - p)$: of mean 1, variance
    $p / (1 - p)$."""
    return (_generator(op, mode).random(shape) >= p) / np.asarray(1 - p, dtype)


class Dropout(Op):
    r"""Each entry of $x$ is left out with probability $p$, and the others are made up for it:

    $$y_i = \frac{m_i}{1 - p} x_i, \quad m_i \sim \text{Bernoulli}(1 - p), \qquad
      \bar x_i = \frac{m_i}{1 - p} \bar y_i ,$$

    in training; in evaluation $y = x$. So $\mathbb E\, y_i = x_i$ (*inverted* dropout), and the
    variance of $y_i$ is $\frac{p}{1 - p} x_i^2$. The masks of all entries are independent. `x` has
    any shape, `y` the same.

    Raises ValueError for $p$ outside $[0, 1)$, and in training without a generator.
    Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, *Dropout* (2014); chapter
    *Regularization*.

    >>> x = np.arange(1.0, 7.0)
    >>> y, cache = Dropout(0.5).forward({}, x, mode=Mode.train(np.random.default_rng(0)))
    >>> y, Dropout(0.5).vjp({}, cache, np.ones(6))[0][0]
    (array([ 2.,  0.,  0.,  0., 10., 12.]), array([2., 0., 0., 0., 2., 2.]))
    >>> Dropout(0.5).forward({}, x)[0]
    array([1., 2., 3., 4., 5., 6.])
    """

    def __init__(self, p: float = 0.5):
        self.p = _probability(p)

    def forward(self, params: Params, x: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        if not mode.training:
            return x, None
        M = mask(self, mode, x.shape, self.p, x.dtype)
        return x * M, M

    def vjp(self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING) -> Bars:
        if not needs.input(0):
            return (None,), {}
        return (y_bar if cache is None else y_bar * cache,), {}

    def __repr__(self) -> str:
        return f"Dropout({self.p})"


class DropConnect(Dense):
    r"""A dense layer whose weights are left out with probability $p$:

    $$Y_{i k} = \sum_j X_{i j} \frac{M_{i j k}}{1 - p} W_{j k} + b_k, \qquad
      M_{i j k} \sim \text{Bernoulli}(1 - p),$$

    in training, with a mask for each example; with `each_example=False` all examples of a batch
    share one, which is much cheaper. In evaluation it is `Dense`, $\mathbb E\, Y$. (Wan et al. drop
    biases as well, and in evaluation average over Gaussian pre-activations.) The cotangents are
    those of a dense layer with the masked weights,

    $$\bar X_{i j} = \sum_k \bar Y_{i k} \frac{M_{i j k}}{1 - p} W_{j k}, \qquad
      \bar W_{j k} = \sum_i X_{i j} \frac{M_{i j k}}{1 - p} \bar Y_{i k}, \qquad
      \bar b_k = \sum_i \bar Y_{i k} .$$

    Shapes and errors are those of `Dense`; ValueError also for $p$ outside $[0, 1)$, and in
    training without a generator.
    Source: Wan, Zeiler, Zhang, LeCun and Fergus, *Regularization of neural networks using
    DropConnect* (2013); chapter *Regularization*.

    >>> layer, params = DropConnect(4, 1), {"W": np.ones((4, 1)), "b": np.zeros(1)}
    >>> x = np.array([[1.0, 2.0, 3.0, 4.0]])
    >>> layer.forward(params, x, mode=Mode.train(np.random.default_rng(0)))[0]   # 2 · 1
    array([[2.]])
    >>> layer.forward(params, x)[0]
    array([[10.]])
    """

    def __init__(
        self,
        n_in: int,
        n_out: int,
        p: float = 0.5,
        each_example: bool = True,
        weights: Initializer = glorot_uniform(),  # noqa: B008 (initializers hold nothing)
        bias: Initializer | None = zeros(),  # noqa: B008
    ):
        super().__init__(n_in, n_out, weights, bias)
        self.p, self.each_example = _probability(p), flag("each_example", each_example)

    def forward(self, params: Params, x: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        W = params["W"]
        if not mode.training or x.ndim == 0 or x.shape[-1] != self.n_in:  # Dense says what is wrong
            y, cache = super().forward(params, x, mode)
            return y, (cache, None)
        shape = (*x.shape[:-1], *W.shape) if self.each_example else W.shape
        M = mask(self, mode, shape, self.p, x.dtype)  # (N, n_in, n_out) or (n_in, n_out)
        if self.each_example:
            y = (x[..., None, :] @ (M * W))[..., 0, :]  # (N, n_out)
        else:
            y = x @ (M * W)
        if "b" in params:
            y += params["b"]
        return y, (x, M)

    def vjp(self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING) -> Bars:
        x, M = cache
        if M is None:
            return super().vjp(params, x, y_bar, needs)
        if not self.each_example:
            input_bars, bars = super().vjp({**params, "W": M * params["W"]}, x, y_bar, needs)
            return input_bars, {**bars, "W": M * bars["W"]} if bars else {}
        x_bar = None
        if needs.input(0):
            x_bar = ((M * params["W"]) @ y_bar[..., None])[..., 0]
        if not needs.params:
            return (x_bar,), {}
        examples = tuple(range(x.ndim - 1))
        bars = {"W": total(x[..., :, None] * M * y_bar[..., None, :], axis=examples)}
        if "b" in params:
            bars["b"] = total(y_bar, axis=examples)
        return (x_bar,), bars

    def __repr__(self) -> str:
        options = "" if self.each_example else ", each_example=False"
        bias = ", bias=None" if self.bias is None else ""
        return f"DropConnect({self.n_in}, {self.n_out}, {self.p}{options}{bias})"


class GaussianNoise(Op):
    r"""Noise added in training: $y_i = x_i + s\, ξ_i$ with $ξ_i \sim \mathcal N(0, 1)$;
    $\bar x = \bar y$.

    In evaluation $y = x$. The expectation of $y$ is $x$, its variance $s^2$. `x` has any shape, `y`
    the same. Raises ValueError for $s$ that is negative or not finite, and in training without a
    generator. Source: Bishop, *Training with noise is equivalent to Tikhonov regularization*
    (1995); chapter *Regularization*.

    >>> op, x = GaussianNoise(0.1), np.zeros(2)
    >>> op.forward({}, x, mode=Mode.train(np.random.default_rng(0)))[0].round(4)
    array([ 0.0126, -0.0132])
    >>> op.forward({}, x)[0]
    array([0., 0.])
    """

    def __init__(self, s: float = 0.1):
        self.s = nonnegative("s", s)

    def forward(self, params: Params, x: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        if not mode.training:
            return x, None
        return x + (self.s * _generator(self, mode).normal(size=x.shape)).astype(x.dtype), None

    def vjp(self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING) -> Bars:
        return (y_bar if needs.input(0) else None,), {}

    def __repr__(self) -> str:
        return f"GaussianNoise({self.s})"


def _probability(p: float) -> float:
    return share("the probability of leaving out", p)


def _generator(op: Op, mode: Mode) -> np.random.Generator:
    if mode.rng is None:
        raise ValueError(f"{op!r} draws random numbers in training: use Mode.train(rng)")
    return mode.rng
