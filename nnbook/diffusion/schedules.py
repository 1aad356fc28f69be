r"""Schedules: how much of a picture is left after $t$ of $T$ steps of noise.

A step keeps the share $α_t = 1 - β_t$ of the variance and fills the rest with noise; after $t$
steps $\bar α_t = \prod_{s \le t} α_s$ is left, and $1 - \bar α_t$ is noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nnbook.checks import finite, text, whole
from nnbook.kinds import array
from nnbook.numerics import Array, floating


@dataclass(frozen=True, eq=False)
class Schedule:
    r"""Shares $\bar α_0 = 1 > \bar α_1 > … > \bar α_T > 0$, an array `left` of shape `(T + 1,)`.

    Raises ValueError for shares that do not begin with 1 or do not fall, and for less than one
    step. Source: Ho, Jain and Abbeel, *Denoising diffusion probabilistic models* (2020).

    >>> schedule = Schedule(np.array([1, 0.5, 0.1]))
    >>> schedule.T, schedule.kept[1:], schedule.ratio[1:].round(3)
    (2, array([0.5, 0.2]), array([1.   , 0.111]))
    """

    left: Array

    def __post_init__(self) -> None:
        left = array("the shares", self.left, floating).astype(np.float64)
        good = left.ndim == 1 and len(left) > 1 and left[0] == 1
        if not (good and np.all(np.diff(left) < 0) and left[-1] > 0):
            raise ValueError(f"expected shares that fall from 1 and stay above 0, got {text(left)}")
        left.flags.writeable = False
        object.__setattr__(self, "left", left)

    @property
    def T(self) -> int:
        """The number of steps."""
        return len(self.left) - 1

    @property
    def kept(self) -> Array:
        r"""$α_t = \bar α_t / \bar α_{t-1}$, shape `(T + 1,)`; $α_0$ is 1."""
        return np.concatenate([[1.0], self.left[1:] / self.left[:-1]])

    @property
    def ratio(self) -> Array:
        r"""Signal to noise, $\bar α_t / (1 - \bar α_t)$, shape `(T + 1,)`; infinite at 0."""
        with np.errstate(divide="ignore"):
            return self.left / (1 - self.left)


def linear_noise(T: int, first: float = 0.1, last: float = 20.0) -> Schedule:
    r"""$β_t$ on a line from `first` / T at $t = 1$ to `last` / T at $t = T$.

    With $T = 1000$ and the defaults it goes from 0.0001 to 0.02, as in the source. Raises
    ValueError if a $β_t$ is not between 0 and 1. Source: Ho, Jain and Abbeel (2020).

    >>> (1 - linear_noise(1000).kept[[1, 1000]]).round(6)
    array([0.0001, 0.02  ])
    """
    T = whole("the steps", T)
    beta = np.linspace(finite("first", first), finite("last", last), T) / T
    if not (np.all(beta > 0) and np.all(beta < 1)):
        raise ValueError(f"β must stay between 0 and 1, got {beta[0]} to {beta[-1]}")
    return Schedule(np.concatenate([[1.0], np.cumprod(1 - beta)]))


def cosine_noise(T: int, offset: float = 0.008, most: float = 0.999) -> Schedule:
    r"""$\bar α_t = f(t)/f(0)$ with $f(t) = \cos^2\bigl(\frac{t/T + s}{1 + s} \frac π2\bigr)$.

    $s$ is the `offset`; no $β_t$ is larger than `most`, so that something is left at $T$. Raises
    ValueError for an offset below 0 and a `most` that is not between 0 and 1. Source: Nichol and
    Dhariwal, *Improved denoising diffusion probabilistic models* (2021).

    >>> cosine_noise(4, offset=0, most=0.9).left.round(3)
    array([1.   , 0.854, 0.5  , 0.146, 0.015])
    """
    T, s = whole("the steps", T), finite("the offset", offset, 0)
    if not 0 < finite("most", most) < 1:
        raise ValueError(f"most must be between 0 and 1, got {most}")
    f = np.cos((np.arange(T + 1) / T + s) / (1 + s) * np.pi / 2) ** 2
    kept = np.maximum(f[1:] / f[:-1], 1 - most)
    return Schedule(np.concatenate([[1.0], np.cumprod(kept)]))
