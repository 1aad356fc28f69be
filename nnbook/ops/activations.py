r"""Activation functions: what makes a stack of dense layers more than one dense layer.

All act on arrays of any shape, entry by entry, except softmax, which acts along the last axis.
With $y = φ(z)$ entry by entry, the vector–Jacobian product is $\bar z = \bar y\, φ'(z)$.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nnbook.checks import share
from nnbook.fast import inner
from nnbook.numerics import log_softmax, sigmoid, softmax
from nnbook.op import EVAL, EVERYTHING, Array, Mode, Needs, NoGradientError, Op, Params

Bars = tuple[tuple[Array | None, ...], Params]


class Activation(Op):
    """An op of one input and no parameters; a subclass writes `forward` and `gradient`."""

    def gradient(self, cache: Any, y_bar: Array) -> Array:
        r"""$\bar z$, the cotangent of the input."""
        raise NotImplementedError(f"{self!r} has no gradient")

    def vjp(self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING) -> Bars:
        return (self.gradient(cache, y_bar) if needs.input(0) else None,), {}


class Linear(Activation):
    """$φ(z) = z$, $φ'(z) = 1$: the output of a regression. Source: chapter *Architectures*.

    >>> Linear().forward({}, np.array([-2.0, 2.0]))[0]
    array([-2.,  2.])
    """

    def forward(self, params: Params, z: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        return z, None

    def gradient(self, cache: Any, y_bar: Array) -> Array:
        return y_bar


class Step(Activation):
    """The perceptron's threshold: $H(z) = 1$ for $z ≥ 0$, otherwise 0 (and NaN for NaN).

    Its derivative is 0 wherever it exists, so that no gradient can train what lies before it:
    `vjp` raises NoGradientError. Source: Rosenblatt (1958); chapter *Architectures*.

    >>> Step().forward({}, np.array([-0.1, 0.0, 3.0]))[0]
    array([0., 1., 1.])
    """

    def forward(self, params: Params, z: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        return np.heaviside(z, 1), None

    def gradient(self, cache: Any, y_bar: Array) -> Array:
        raise NoGradientError(
            "the derivative of a step is 0 wherever it exists: use Sigmoid to train by gradients"
        )


class Sigmoid(Activation):
    """$φ(z) = σ(z) = 1/(1 + e^{-z})$, $φ' = σ(1 - σ)$. Source: chapter *Architectures*.

    >>> y, cache = Sigmoid().forward({}, np.array([0.0]))
    >>> y, Sigmoid().vjp({}, cache, np.array([1.0]))[0]
    (array([0.5]), (array([0.25]),))
    """

    def forward(self, params: Params, z: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        y = sigmoid(z)
        return y, y

    def gradient(self, cache: Any, y_bar: Array) -> Array:
        y = cache
        z_bar = 1 - y
        z_bar *= y
        z_bar *= y_bar
        return z_bar


class Tanh(Activation):
    r"""$φ(z) = \tanh z$, $φ' = 1 - \tanh^2 z$. Source: chapter *Architectures*.

    >>> y, cache = Tanh().forward({}, np.array([0.0]))
    >>> y, Tanh().vjp({}, cache, np.array([1.0]))[0]
    (array([0.]), (array([1.]),))
    """

    def forward(self, params: Params, z: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        y = np.tanh(z)
        return y, y

    def gradient(self, cache: Any, y_bar: Array) -> Array:
        y = cache
        return y_bar * (1 - y * y)


class ReLU(Activation):
    r"""$φ(z) = \max(0, z)$; $φ'(z) = 1$ for $z > 0$, otherwise 0 (at 0 by convention).

    Source: Nair and Hinton, *Rectified linear units improve restricted Boltzmann machines* (2010);
    chapter *Architectures*.

    >>> y, cache = ReLU().forward({}, np.array([-1.0, 0.0, 2.0]))
    >>> y, ReLU().vjp({}, cache, np.ones(3))[0]
    (array([0., 0., 2.]), (array([0., 0., 1.]),))
    """

    def forward(self, params: Params, z: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        y = np.maximum(z, np.zeros_like(z))  # half as long as with the number 0
        return y, y

    def gradient(self, cache: Any, y_bar: Array) -> Array:
        return y_bar * (cache > 0)  # y > 0 exactly where z > 0


class LeakyReLU(Activation):
    """$φ(z) = z$ for $z > 0$, otherwise $εz$; $φ' = 1$ or $ε$ (at 0, $ε$ by convention).

    Raises ValueError unless $0 ≤ ε < 1$ (`slope`). Source: Maas, Hannun and Ng, *Rectifier
    nonlinearities improve neural network acoustic models* (2013).

    >>> y, cache = LeakyReLU(0.1).forward({}, np.array([-1.0, 2.0]))
    >>> y, LeakyReLU(0.1).vjp({}, cache, np.ones(2))[0]
    (array([-0.1,  2. ]), (array([0.1, 1. ]),))
    """

    def __init__(self, slope: float = 0.01):
        self.slope = share("slope", slope)

    def forward(self, params: Params, z: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        below = self.slope * np.minimum(z, 0) if self.slope else 0.0  # 0 · ∞ is no number
        return np.maximum(z, 0) + below, z > 0

    def gradient(self, cache: Any, y_bar: Array) -> Array:
        return np.where(cache, y_bar, self.slope * y_bar)

    def __repr__(self) -> str:
        return f"LeakyReLU({self.slope})"


class Softmax(Activation):
    r"""$S_j(z) = e^{z_j} / \sum_k e^{z_k}$ along the last axis; `(…, K)` to `(…, K)`.

    From $∂S_j/∂z_m = S_j(δ_{jm} - S_m)$ follows $\bar z_m = S_m(\bar y_m - \sum_j \bar y_j S_j)$.
    Source: Bridle (1990); chapter *Losses*.

    >>> y, cache = Softmax().forward({}, np.zeros((1, 2)))
    >>> y, Softmax().vjp({}, cache, np.array([[1.0, 0.0]]))[0]
    (array([[0.5, 0.5]]), (array([[ 0.25, -0.25]]),))
    """

    def forward(self, params: Params, z: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        S = softmax(z)  # (…, K)
        return S, S

    def gradient(self, cache: Any, y_bar: Array) -> Array:
        S = cache
        return S * (y_bar - inner(y_bar, S))


class LogSoftmax(Activation):
    r"""$y_j = \log S_j(z) = z_j - \log \sum_k e^{z_k}$ along the last axis; `(…, K)` to `(…, K)`.

    $\bar z_m = \bar y_m - S_m \sum_j \bar y_j$. Source: chapter *Losses*.

    >>> y, cache = LogSoftmax().forward({}, np.array([[0.0, 1000.0]]))
    >>> y, LogSoftmax().vjp({}, cache, np.array([[1.0, 0.0]]))[0]
    (array([[-1000.,     0.]]), (array([[ 1., -1.]]),))
    """

    def forward(self, params: Params, z: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        y = log_softmax(z)  # (…, K)
        return y, y

    def gradient(self, cache: Any, y_bar: Array) -> Array:
        with np.errstate(under="ignore"):  # e^{-1000} = 0 is meant
            S = np.exp(cache)
        return y_bar - S * np.sum(y_bar, axis=-1, keepdims=True)
