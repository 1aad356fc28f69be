r"""Positions: what tells attention, which reads a set, where in a sequence its entries stand.

Both kinds here turn a position $t$ into angles $t ω_j$, of one frequency for each pair of places
$2j$ and $2j + 1$, from fast to slow,

$$ω_j = B^{-2j/d}, \qquad j = 0, …, d/2 - 1, \qquad B = 10\,000 .$$

Sinusoidal ones are added; rotary ones turn each pair, so that a product of two depends on the
distance of their positions alone.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from nnbook.checks import number
from nnbook.data.targets import class_labels
from nnbook.kinds import floating_dtype
from nnbook.numerics import floating, real
from nnbook.op import (
    EVAL,
    EVERYTHING,
    Array,
    Mode,
    Needs,
    NoGradientError,
    Op,
    Params,
    whole_numbers,
)


def sinusoidal_positions(
    T: int, d: int, base: float = 10000.0, dtype: DTypeLike = np.float64
) -> Array:
    r"""Sines and cosines of $T$ positions: $P_{t, 2j} = \sin t ω_j$, $P_{t, 2j+1} = \cos t ω_j$.

    The result is `(T, d)`; `base` is $B$. The row of $t + s$ is that of $t$ with each pair turned
    by $s ω_j$, whatever $t$. Raises ValueError for an odd $d$, for sizes that are not positive and
    for a base that is not above 1. Source: Vaswani et al., *Attention is all you need* (2017).

    >>> sinusoidal_positions(2, 4).round(4)
    array([[0.    , 1.    , 0.    , 1.    ],
           [0.8415, 0.5403, 0.01  , 1.    ]])
    """
    whole_numbers("sinusoidal_positions", T=T, d=d)
    return _waves(np.arange(T), _frequencies(d, base)).astype(floating_dtype(dtype))


def rotary(x: ArrayLike, positions: ArrayLike | None = None, base: float = 10000.0) -> Array:
    r"""Pairs of entries turned by angles that grow with the position: with $a = t ω_j$,

    $$y_{t, 2j} = x_{t, 2j} \cos a - x_{t, 2j+1} \sin a, \qquad
      y_{t, 2j+1} = x_{t, 2j} \sin a + x_{t, 2j+1} \cos a .$$

    `x` is `(…, T, d)`, and `positions`, any numbers, broadcast against `(…, T)`; they are
    0, …, T - 1 if not said. Lengths stay, and $y_t · y_s$ depends on positions by $t - s$ alone.
    (Some implementations pair $j$ with $j + d/2$ instead, another order of the same entries.)

    Raises ValueError for an odd $d$, for positions that do not fit, and a base that is not above 1.
    Source: Su et al., *RoFormer: enhanced transformer with rotary position embedding* (2021).

    >>> rotary(np.array([[1.0, 0.0], [1.0, 0.0]])).round(4)
    array([[1.    , 0.    ],
           [0.5403, 0.8415]])
    """
    x = floating(x)
    if x.ndim < 2:
        raise ValueError(f"rotary expects inputs of shape (…, T, d), got {x.shape}")
    t = _fitting(np.arange(x.shape[-2]) if positions is None else real(positions), x, "rotary")
    waves = _waves(t, _frequencies(x.shape[-1], base)).astype(x.dtype)  # (…, T, d)
    sin, cos = waves[..., ::2], waves[..., 1::2]
    y = np.empty_like(x, order="C")
    y[..., ::2] = x[..., ::2] * cos - x[..., 1::2] * sin
    y[..., 1::2] = x[..., ::2] * sin + x[..., 1::2] * cos
    return y


class _OfPositions(Op):
    """What the two ops share: inputs `x` `(…, T, d)` and, if not 0, …, T - 1, its positions."""

    labels = (1,)

    def __init__(self, base: float = 10000.0):
        _frequencies(2, base)
        self.base = float(base)

    def positions(self, x: Array, given: Array | None) -> Array:
        """The position of each entry, checked."""
        if x.ndim < 2 or x.shape[-1] % 2:
            raise ValueError(f"{self!r} expects inputs (…, T, d) with d even, got shape {x.shape}")
        if given is None:
            return np.arange(x.shape[-2])
        return _fitting(class_labels(given, None, f"{self!r}, of positions,"), x, repr(self))

    def input_bars(
        self, x_bar: Array | None, given: bool, needs: Needs
    ) -> tuple[tuple[Array | None, ...], Params]:
        """The cotangents of the inputs, of which positions have none."""
        if given and needs.inputs is not None and needs.input(1):
            raise NoGradientError(f"{self!r}: positions have no cotangent")
        return ((x_bar, None) if given else (x_bar,)), {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({'' if self.base == 10000 else self.base})"


class SinusoidalPositions(_OfPositions):
    r"""Positions added: $y_t = x_t + P_t$, rows of `sinusoidal_positions`; $\bar x = \bar y$.

    Inputs are `x` `(…, T, d)` and, if they are not 0, …, T - 1, the positions, whole numbers that
    broadcast against `(…, T)`. Raises ValueError as `rotary` does, and for other positions.
    Source: Vaswani et al., *Attention is all you need* (2017).

    >>> SinusoidalPositions().forward({}, np.zeros((1, 2)), np.array([1]))[0].round(4)
    array([[0.8415, 0.5403]])
    """

    def forward(
        self, params: Params, x: Array, positions: Array | None = None, mode: Mode = EVAL
    ) -> tuple[Array, Any]:
        t = self.positions(x, positions)
        P = _waves(t, _frequencies(x.shape[-1], self.base))
        return x + P.astype(x.dtype), positions is not None

    def vjp(
        self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], Params]:
        return self.input_bars(y_bar if needs.input(0) else None, cache, needs)


class Rotary(_OfPositions):
    r"""`rotary` as an op. A rotation is undone by turning back, so $\bar x$ is that of $-t$:

    $$\bar x_{t, 2j} = \bar y_{t, 2j} \cos a + \bar y_{t, 2j+1} \sin a, \qquad
      \bar x_{t, 2j+1} = -\bar y_{t, 2j} \sin a + \bar y_{t, 2j+1} \cos a .$$

    Inputs are `x` `(…, T, d)` and, if they are not 0, …, T - 1, the positions, whole numbers that
    broadcast against `(…, T)`. Raises ValueError as `rotary` does, and for other positions.
    Source: Su et al., *RoFormer: enhanced transformer with rotary position embedding* (2021).

    >>> y, cache = Rotary().forward({}, np.array([[1.0, 0.0], [1.0, 0.0]]))
    >>> Rotary().vjp({}, cache, y)[0][0].round(4)                            # turned back
    array([[1., 0.],
           [1., 0.]])
    """

    def forward(
        self, params: Params, x: Array, positions: Array | None = None, mode: Mode = EVAL
    ) -> tuple[Array, Any]:
        t = self.positions(x, positions)
        return rotary(x, t, self.base), (t, positions is not None)

    def vjp(
        self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], Params]:
        t, given = cache
        x_bar = rotary(y_bar, -t, self.base) if needs.input(0) else None
        return self.input_bars(x_bar, given, needs)


def _frequencies(d: int, base: float) -> Array:
    """$ω_j$ for each pair of places, in float64: angles of late positions need its digits."""
    if d % 2:
        raise ValueError(f"positions turn pairs of entries: d must be even, got {d}")
    if not 1 < number("the base of frequencies", base) < math.inf:
        raise ValueError(f"the base of frequencies must be a number above 1, got {base}")
    return base ** (-np.arange(0, d, 2) / d)  # (d / 2,)


def _waves(t: Array, omega: Array) -> Array:
    """Sine and cosine of each angle, in turn, `(…, d)`."""
    a = t[..., None] * omega  # (…, d / 2)
    return np.stack([np.sin(a), np.cos(a)], axis=-1).reshape(*t.shape, 2 * len(omega))


def _fitting(t: Array, x: Array, what: str) -> Array:
    """Positions `t`, if they broadcast against `x` without its last axis; otherwise ValueError."""
    try:
        fits = np.broadcast_shapes(t.shape, x.shape[:-1]) == x.shape[:-1]
    except ValueError:
        fits = False
    if not fits or t.ndim == 0:
        raise ValueError(f"{what} expects positions that fit {x.shape[:-1]}, got shape {t.shape}")
    return t
