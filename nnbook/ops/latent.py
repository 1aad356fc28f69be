"""Random codes: a draw from a normal distribution whose parameters can be learnt, and its price."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnbook.op import EVAL, EVERYTHING, Array, Mode, Needs, Op, Params
from nnbook.ops.arithmetic import _same_shape

Bars = tuple[tuple[Array | None, ...], Params]


class GaussianSample(Op):
    r"""A draw from a normal distribution, its noise an input: $y = μ + e^{r/2} ⊙ ε$.

    $$\bar μ = \bar y, \qquad \bar r = \tfrac12\, \bar y ⊙ e^{r/2} ⊙ ε, \qquad
      \bar ε = \bar y ⊙ e^{r/2} .$$

    The inputs are the means $μ$, the logarithms $r$ of the variances, and noise $ε$ that is drawn
    outside of the graph from $\mathcal N(0, 1)$; all of one shape, any, which is that of `y`.
    Raises ValueError when shapes differ. Source: Kingma and Welling, *Auto-encoding variational
    Bayes* (2014); chapter *Variational autoencoders*.

    >>> mu, r, noise = np.array([1.0, 1.0]), np.log([4.0, 4.0]), np.array([0.5, -1.0])
    >>> GaussianSample().forward({}, mu, r, noise)[0]
    array([ 2., -1.])
    """

    def forward(self, params: Params, *inputs: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        mu, r, noise = _inputs(self, inputs, 3)
        s = np.exp(r / 2)
        return mu + s * noise, (s, noise)

    def vjp(self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING) -> Bars:
        s, noise = cache
        return (
            y_bar if needs.input(0) else None,
            y_bar * s * noise / 2 if needs.input(1) else None,
            y_bar * s if needs.input(2) else None,
        ), {}


class GaussianDivergence(Op):
    r"""The Kullback–Leibler divergence of normal codes from $\mathcal N(0, 1)$, one number each:

    $$y_i = \tfrac12 \sum_a (μ_{ia}^2 + e^{r_{ia}} - r_{ia} - 1), \qquad
      \bar μ_{ia} = \bar y_i\, μ_{ia}, \qquad
      \bar r_{ia} = \tfrac12\, \bar y_i\, (e^{r_{ia}} - 1) .$$

    The inputs are the means $μ$ and the logarithms $r$ of the variances, both `(N, d)` (or with
    more axes in front); `y` has one number for each code, `(N,)`. Raises ValueError when shapes
    differ or have no axis. Source: Kingma and Welling, *Auto-encoding variational Bayes* (2014);
    chapter *Variational autoencoders*.

    >>> GaussianDivergence().forward({}, np.array([[1.0, 0.0], [0.0, 0.0]]), np.zeros((2, 2)))[0]
    array([0.5, 0. ])
    """

    def forward(self, params: Params, *inputs: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        mu, r = _inputs(self, inputs, 2)
        if mu.ndim == 0:
            raise ValueError(f"{self!r} expects codes along the last axis, got one number")
        # expm1 keeps the digits where the variance is near 1 and the sum near 0
        return (mu**2 + (np.expm1(r) - r)).sum(axis=-1) / 2, (mu, r)

    def vjp(self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING) -> Bars:
        mu, r = cache
        bar = y_bar[..., None]
        return (
            bar * mu if needs.input(0) else None,
            bar * np.expm1(r) / 2 if needs.input(1) else None,
        ), {}


def _inputs(op: Op, inputs: tuple[Array, ...], count: int) -> tuple[Array, ...]:
    if len(inputs) != count:
        raise ValueError(f"{op!r} expects {count} inputs, got {len(inputs)}")
    _same_shape(op, inputs)
    return inputs
