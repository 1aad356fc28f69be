"""First values of parameters.

Each function here returns an *initializer*: a function of `(rng, shape, dtype)` to an array.
The scaled ones choose the variance from the number of values that a unit reads (fan-in) and the
number of units that read it (fan-out), so that signals keep their size through many layers.
A uniform distribution on $(-a, a)$ has the variance $a^2 / 3$.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nnbook.checks import finite, positive, whole
from nnbook.kinds import drawing, floating_dtype, function, listed

Initializer = Callable[[np.random.Generator, tuple[int, ...], DTypeLike], NDArray[Any]]


def initial(name: str, given: Any, *more: Any) -> Any:
    """An initializer as it was given, or one of the values that may stand in its place.

    >>> initial("bias", None, None)
    """
    return given if any(given is other for other in more) else function(name, given, "he_normal()")


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Fan-in and fan-out of weights of a given shape.

    Dense weights are `(n_in, n_out)`; those of a convolution `(C_out, C_in, *kernel)`, where each
    output reads all channels within the kernel. Raises ValueError for fewer than two axes.

    >>> fans((64, 10)), fans((16, 3, 5, 5))
    ((64, 10), (75, 400))
    """
    if len(shape) < 2:
        raise ValueError(f"fan-in needs weights with at least 2 axes, got shape {tuple(shape)}")
    if len(shape) == 2:
        return shape[0], shape[1]
    kernel = math.prod(shape[2:])
    return shape[1] * kernel, shape[0] * kernel


def _initializer(draw: Callable[[np.random.Generator, tuple[int, ...]], Any]) -> Initializer:
    """The initializer that draws in float64, and gives the floating dtype that is asked for."""

    def initializer(rng, shape, dtype=np.float64):
        dtype, shape = floating_dtype(dtype), _sizes(shape)
        return np.asarray(draw(drawing(rng), shape)).astype(dtype, copy=False)

    return initializer


def _sizes(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of parameters, whole numbers."""
    return tuple(whole("a size", size, 0) for size in listed("the shape", shape, "(2, 3)"))


def constant(value: float) -> Initializer:
    """Every entry equal to `value`. Raises ValueError unless it is a finite real number.

    >>> constant(0.5)(np.random.default_rng(0), (3,), np.float32)
    array([0.5, 0.5, 0.5], dtype=float32)
    """
    value = finite("value", value)
    return _initializer(lambda rng, shape: np.full(shape, value))


def zeros() -> Initializer:
    """Every entry 0: right for biases; wrong for weights, whose units would all stay equal.

    >>> zeros()(np.random.default_rng(0), (2,), np.float64)
    array([0., 0.])
    """
    return constant(0.0)


def uniform(a: float = 0.005) -> Initializer:
    r"""$W_{ij} \sim \mathcal U(-a, a)$, of variance $a^2/3$. Raises ValueError unless $a > 0$.

    >>> bool(abs(uniform(0.1)(np.random.default_rng(0), (50, 50), np.float64)).max() < 0.1)
    True
    """
    positive("a", a)
    return _initializer(lambda rng, shape: rng.uniform(-a, a, shape))


def normal(s: float = 0.1) -> Initializer:
    r"""$W_{ij} \sim \mathcal N(0, s^2)$. Raises ValueError unless $s > 0$.

    >>> normal(0.1)(np.random.default_rng(0), (2, 3), np.float32).dtype
    dtype('float32')
    """
    positive("s", s)
    return _initializer(lambda rng, shape: rng.normal(0, s, shape))


def truncated_normal(s: float = 0.1) -> Initializer:
    r"""A normal distribution cut off at two deviations, of deviation $s$ after the cut.

    $W_{ij} = s\, ξ / c$, where $ξ \sim \mathcal N(0, 1)$ is drawn again until $|ξ| ≤ 2$, which
    leaves it the deviation $c ≈ 0.8796$: no weight is larger than $2.27 s$. Raises ValueError
    unless $s > 0$. Source: Abadi et al., *TensorFlow* (2016), `truncated_normal`, with the
    correction of Keras' `VarianceScaling`.

    >>> W = truncated_normal(0.1)(np.random.default_rng(0), (200, 200), np.float64)
    >>> float(W.std().round(3)), bool(abs(W).max() < 0.2274)
    (0.1, True)
    """
    positive("s", s)
    # v = 1 - 4 φ(2) / (2 Φ(2) - 1), with 2 Φ(2) - 1 = erf √2.
    c = math.sqrt(1 - 4 * math.exp(-2) / math.sqrt(2 * math.pi) / math.erf(math.sqrt(2)))

    def draw(rng, shape):
        xi = rng.normal(size=shape)
        while (far := np.abs(xi) > 2).any():
            xi[far] = rng.normal(size=far.sum())
        return s / c * xi

    return _initializer(draw)


def orthogonal(gain: float = 1.0) -> Initializer:
    r"""$g Q$ with a random $Q$ whose rows or columns, whichever are fewer, are orthonormal.

    Then $‖x Q‖ = ‖x‖$ for all $x$ as long as no layer is narrower than the one before: lengths of
    signals, and of cotangents, pass through any number of layers. $Q$ is uniform among all such
    matrices: it is the factor of a normal one, $A = Q R$, with signs that make the diagonal of $R$
    positive. Weights of a convolution are taken as a matrix with a row for each output.

    Raises ValueError unless $g > 0$ (`gain`), and for weights of fewer than two axes.
    Source: Saxe, McClelland and Ganguli, *Exact solutions to the nonlinear dynamics of learning in
    deep linear neural networks* (2014).

    >>> W = orthogonal()(np.random.default_rng(0), (3, 5), np.float64)
    >>> bool(np.allclose(W @ W.T, np.eye(3)))
    True
    """
    positive("gain", gain)

    def draw(rng, shape):
        fans(shape)  # two axes at least
        rows, columns = shape[0], math.prod(shape[1:])
        A = rng.normal(size=(max(rows, columns), min(rows, columns)))
        Q, R = np.linalg.qr(A)
        Q = Q * np.where(np.diagonal(R) < 0, -1, 1)
        return gain * (Q if rows >= columns else Q.T).reshape(shape)

    return _initializer(draw)


def _scaled(
    draw: Callable[[float], Initializer], variance: Callable[[int, int], float]
) -> Initializer:
    """The initializer whose variance is a function of fan-in and fan-out."""

    def initializer(rng, shape, dtype=np.float64):
        shape = _sizes(shape)
        return draw(math.sqrt(variance(*fans(shape))))(rng, shape, dtype)

    return initializer


def _uniform_of_deviation(s: float) -> Initializer:
    return uniform(math.sqrt(3) * s)  # because the variance of U(-a, a) is a²/3


def lecun_uniform() -> Initializer:
    r"""$\mathcal U(-a, a)$, $a = \sqrt{3 / n_{in}}$: variance $1 / n_{in}$.

    Source: LeCun, Bottou, Orr and Müller, *Efficient BackProp* (1998).

    >>> bool(abs(lecun_uniform()(np.random.default_rng(0), (3, 9), np.float64)).max() < 1)
    True
    """
    return _scaled(_uniform_of_deviation, lambda n_in, n_out: 1 / n_in)


def lecun_normal() -> Initializer:
    r"""$\mathcal N(0, 1 / n_{in})$. Source: as `lecun_uniform`.

    >>> float(lecun_normal()(np.random.default_rng(0), (400, 400), np.float64).std().round(3))
    0.05
    """
    return _scaled(normal, lambda n_in, n_out: 1 / n_in)


def glorot_uniform() -> Initializer:
    r"""$\mathcal U(-a, a)$, $a = \sqrt{6 / (n_{in} + n_{out})}$: variance $2 / (n_{in} + n_{out})$.

    Source: Glorot and Bengio, *Understanding the difficulty of training deep feedforward neural
    networks* (2010).

    >>> bool(abs(glorot_uniform()(np.random.default_rng(0), (3, 3), np.float64)).max() < 1)
    True
    """
    return _scaled(_uniform_of_deviation, lambda n_in, n_out: 2 / (n_in + n_out))


def glorot_normal() -> Initializer:
    r"""$\mathcal N(0, 2 / (n_{in} + n_{out}))$. Source: as `glorot_uniform`.

    >>> float(glorot_normal()(np.random.default_rng(0), (400, 400), np.float64).std().round(3))
    0.05
    """
    return _scaled(normal, lambda n_in, n_out: 2 / (n_in + n_out))


def he_uniform() -> Initializer:
    r"""$\mathcal U(-a, a)$, $a = \sqrt{6 / n_{in}}$: variance $2 / n_{in}$. Source: as `he_normal`.

    >>> bool(abs(he_uniform()(np.random.default_rng(0), (6, 9), np.float64)).max() < 1)
    True
    """
    return _scaled(_uniform_of_deviation, lambda n_in, n_out: 2 / n_in)


def he_normal() -> Initializer:
    r"""$\mathcal N(0, 2 / n_{in})$: twice LeCun's variance, because ReLU lets half of it through.

    Source: He, Zhang, Ren and Sun, *Delving deep into rectifiers* (2015).

    >>> float(he_normal()(np.random.default_rng(0), (800, 100), np.float64).std().round(3))
    0.05
    """
    return _scaled(normal, lambda n_in, n_out: 2 / n_in)
