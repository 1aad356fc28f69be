r"""ReLU's relatives: rectifiers that are smooth at 0, or do not quite shut on the negative side.

All act entry by entry on arrays of any shape, $y = φ(z)$, $\bar z = \bar y\, φ'(z)$. For large $z$
each is nearly $z$ (SELU, a multiple of it); what they differ in is the way to 0 and below it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnbook.checks import option, positive
from nnbook.numerics import erfc, sigmoid, softplus, total, wide
from nnbook.op import EVAL, EVERYTHING, Array, Mode, Needs, Op, Params, whole_numbers
from nnbook.ops.activations import Activation, Bars
from nnbook.ops.initializers import Initializer, constant, initial


class Softplus(Activation):
    r"""$φ(z) = \log(1 + e^z)$, $φ'(z) = σ(z)$: ReLU with the corner rounded off.

    Source: Dugas, Bengio, Bélisle, Nadeau and Garcia, *Incorporating second-order functional
    knowledge for better option pricing* (2001).

    >>> y, cache = Softplus().forward({}, np.array([0.0, 1000.0]))
    >>> y.round(4), Softplus().vjp({}, cache, np.ones(2))[0]
    (array([6.931e-01, 1.000e+03]), (array([0.5, 1. ]),))
    """

    def forward(self, params: Params, z: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        return softplus(z), z

    def gradient(self, cache: Any, y_bar: Array) -> Array:
        return y_bar * sigmoid(cache)


class SiLU(Activation):
    r"""$φ(z) = z\, σ(z)$ (also *swish*), $φ'(z) = σ(z) \bigl(1 + z (1 - σ(z))\bigr)$.

    Source: Elfwing, Uchibe and Doya, *Sigmoid-weighted linear units* (2018); Ramachandran, Zoph and
    Le, *Searching for activation functions* (2017).

    >>> y, cache = SiLU().forward({}, np.array([0.0, 1000.0]))
    >>> y, SiLU().vjp({}, cache, np.ones(2))[0]
    (array([   0., 1000.]), (array([0.5, 1. ]),))
    """

    def forward(self, params: Params, z: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        return _finite(z) * sigmoid(z), z

    def gradient(self, cache: Any, y_bar: Array) -> Array:
        z, s = np.nan_to_num(cache, nan=np.nan), sigmoid(cache)  # ∞ · 0 is 0 here
        return y_bar * (s * (1 + z * (1 - s)))


class GELU(Activation):
    r"""$φ(z) = z\, Φ(z)$, with the normal distribution's $Φ(z) = \frac12 \operatorname{erfc}
    \bigl(-\frac{z}{\sqrt 2}\bigr)$; $φ'(z) = Φ(z) + z \frac{e^{-z^2/2}}{\sqrt{2π}}$.

    With `approximate="tanh"` it is $\frac z2 (1 + \tanh u)$, $u = \sqrt{2/π}\, (z + 0.044715
    z^3)$, cheaper and at most 0.0005 off; then $φ'(z) = \frac12 (1 + \tanh u) + \frac z2 (1 -
    \tanh^2 u)\, u'$. Raises ValueError for another `approximate` than "none" or "tanh".
    Source: Hendrycks and Gimpel, *Gaussian error linear units* (2016).

    >>> y, cache = GELU().forward({}, np.array([0.0, 1.0]))
    >>> y.round(4), GELU().vjp({}, cache, np.ones(2))[0][0].round(4)
    (array([0. , 0.8413]), array([0.5 , 1.0833]))
    >>> GELU("tanh").forward({}, np.array([1.0]))[0].round(4)
    array([0.8412])
    """

    def __init__(self, approximate: str = "none"):
        self.approximate = option("approximate", approximate, "none", "tanh")

    def forward(self, params: Params, z: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        x = _finite(z)
        if self.approximate == "none":
            exact = x.astype(np.result_type(x, np.float64), copy=False)
            Phi = (erfc(-exact / math.sqrt(2)) / 2).astype(x.dtype, copy=False)
        else:
            Phi = sigmoid(2 * self._u(wide(x))).astype(x.dtype, copy=False)  # (1 + tanh u) / 2
        return x * Phi, (x, Phi)

    def gradient(self, cache: Any, y_bar: Array) -> Array:
        z, Phi = cache
        x = np.nan_to_num(wide(z), nan=np.nan)
        if self.approximate == "none":
            with np.errstate(under="ignore", over="ignore"):  # the density of 40 is 0
                density = np.exp(-x * x / 2) / math.sqrt(2 * math.pi)
        else:
            with np.errstate(over="ignore"):
                slope = 1 + 3 * 0.044715 * np.minimum(x * x, 100)  # beyond, 1 - tanh² is 0
            density = 2 * math.sqrt(2 / math.pi) * slope * Phi * (1 - Phi)
        return y_bar * (Phi + x * density).astype(z.dtype, copy=False)

    @staticmethod
    def _u(x: Array) -> Array:
        x = np.clip(x, -100, 100)  # where tanh u is 1 to the last digit, and x³ no overflow
        return math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)

    def __repr__(self) -> str:
        return "GELU()" if self.approximate == "none" else "GELU('tanh')"


class ELU(Activation):
    r"""$φ(z) = z$ for $z > 0$, otherwise $α (e^z - 1)$; $φ'(z) = 1$ or $α e^z = φ(z) + α$.

    At 0 the slope is taken to be $α$; with $α = 1$ there is no kink. Raises ValueError unless
    $α > 0$ (`alpha`). Source: Clevert, Unterthiner and Hochreiter, *Exponential linear units*
    (2016).

    >>> y, cache = ELU().forward({}, np.array([-1.0, 0.0, 2.0]))
    >>> y.round(4), ELU().vjp({}, cache, np.ones(3))[0][0].round(4)
    (array([-0.6321, 0. , 2. ]), array([0.3679, 1. , 1. ]))
    """

    scale = 1.0

    def __init__(self, alpha: float = 1.0):
        self.alpha = positive("alpha", alpha)

    def forward(self, params: Params, z: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        with np.errstate(under="ignore"):
            below = self.alpha * np.expm1(np.minimum(z, 0))
        return self.scale * np.where(z > 0, z, below), z

    def gradient(self, cache: Any, y_bar: Array) -> Array:
        z = cache
        with np.errstate(under="ignore"):  # e^{-1000} = 0 is meant
            slope = np.where(z > 0, 1, self.alpha * np.exp(np.minimum(z, 0)))
        return y_bar * (self.scale * slope)

    def __repr__(self) -> str:
        return f"ELU({self.alpha})"


class SELU(ELU):
    r"""$φ(z) = λ z$ for $z > 0$, otherwise $λ α (e^z - 1)$: ELU with two fixed numbers.

    With $λ ≈ 1.0507$ and $α ≈ 1.6733$, $φ(z)$ has mean 0 and variance 1 when $z \sim \mathcal
    N(0, 1)$, so that a stack of such layers keeps its signals normal by itself (with weights from
    `lecun_normal`). $φ'(z) = λ$ or $λ α e^z$. Source: Klambauer, Unterthiner, Mayr and Hochreiter,
    *Self-normalizing neural networks* (2017).

    >>> y, cache = SELU().forward({}, np.array([-1.0, 2.0]))
    >>> y.round(4), SELU().vjp({}, cache, np.ones(2))[0][0].round(4)
    (array([-1.1113,  2.1014]), array([0.6468, 1.0507]))
    """

    scale = 1.0507009873554804934193349852946

    def __init__(self):
        super().__init__(1.6732632423543772848170429916717)

    def __repr__(self) -> str:
        return "SELU()"


class PReLU(Op):
    r"""A leaky ReLU whose slope is learnt: $y = z$ for $z > 0$, otherwise $a z$.

    The parameter `a` is one number (`channels=1`), or one for each channel of `(N, C, …)`. With
    $\bar z = \bar y$ or $a \bar y$ and $\bar a = \sum_{z ≤ 0} \bar y z$ over all entries that share
    it; at 0 the slope is taken to be $a$. `start` is the initializer of `a`, at first 0.25
    everywhere. Raises ValueError when axis 1 of `z` is not `channels`.
    Source: He, Zhang, Ren and Sun, *Delving deep into rectifiers* (2015).

    >>> op = PReLU()
    >>> y, cache = op.forward({"a": np.array([0.5])}, np.array([[-2.0, 3.0]]))
    >>> y, op.vjp({"a": np.array([0.5])}, cache, np.array([[1.0, 1.0]]))
    (array([[-1., 3.]]), ((array([[0.5, 1. ]]),), {'a': array([-2.])}))
    """

    def __init__(self, channels: int = 1, start: Initializer = constant(0.25)):  # noqa: B008
        whole_numbers("PReLU", channels=channels)
        self.channels, self.start = channels, initial("start", start)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {"a": (self.channels,)}

    def init(self, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> Params:
        return {"a": self.start(rng, (self.channels,), dtype)}

    def forward(self, params: Params, z: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        if self.channels > 1 and (z.ndim < 2 or z.shape[1] != self.channels):
            raise ValueError(f"{self!r} expects shape (N, {self.channels}, …), got {z.shape}")
        return np.where(z > 0, z, self._aligned(params, z) * np.minimum(z, 0)), z

    def vjp(self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING) -> Bars:
        z = cache
        z_bar = np.where(z > 0, y_bar, self._aligned(params, z) * y_bar)
        if not needs.params:
            return (z_bar if needs.input(0) else None,), {}
        axes = None if self.channels == 1 else (0, *range(2, z.ndim))
        a_bar = total(y_bar * np.minimum(z, 0), axis=axes).reshape(self.channels)
        return (z_bar if needs.input(0) else None,), {"a": a_bar}

    def _aligned(self, params: Params, z: Array) -> Array:
        """`a` in the shape in which it broadcasts against `z`."""
        return params["a"].reshape(-1, *(1,) * (z.ndim - 2)) if self.channels > 1 else params["a"]

    def __repr__(self) -> str:
        return f"PReLU({self.channels if self.channels > 1 else ''})"


def _finite(z: Array) -> Array:
    """`z` with $-∞$ as the smallest number, so that the product with the 0 it goes to is 0."""
    return np.maximum(z, np.finfo(z.dtype).min)
