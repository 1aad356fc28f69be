r"""What is spoiled and how, $x_t = \sqrt{\bar α_t}\, x_0 + \sqrt{1 - \bar α_t}\, ε$, and inverses.

All functions take a batch `(N, …)` and the step `t` of each example, `(N,)`, or one for all.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nnbook.checks import whole
from nnbook.diffusion.schedules import Schedule
from nnbook.kinds import array, made
from nnbook.numerics import Array, floating, real


def noised(schedule: Schedule, x: ArrayLike, t: ArrayLike, noise: ArrayLike) -> Array:
    r"""$x_t = \sqrt{\bar α_t}\, x_0 + \sqrt{1 - \bar α_t}\, ε$: all $t$ steps of noise at once.

    Raises ValueError for steps outside of 0 … T and shapes that do not fit. Source: chapter
    *Diffusion models*.

    >>> noised(Schedule(np.array([1, 0.64])), [[1.0, 0.0]], 1, [[0.0, 2.0]])
    array([[0.8, 1.2]])
    """
    x, noise = _pair(x, noise)
    a, b = _roots(schedule, t, x)
    return a * x + b * noise


def picture_in(schedule: Schedule, x_t: ArrayLike, t: ArrayLike, noise: ArrayLike) -> Array:
    r"""The picture, if this was the noise: $(x_t - \sqrt{1 - \bar α_t}\, ε)/\sqrt{\bar α_t}$.

    Raises ValueError as `noised`.

    >>> picture_in(Schedule(np.array([1, 0.64])), [[0.8, 1.2]], 1, [[0.0, 2.0]])
    array([[1., 0.]])
    """
    x_t, noise = _pair(x_t, noise)
    a, b = _roots(schedule, t, x_t)
    return (x_t - b * noise) / a


def noise_in(schedule: Schedule, x_t: ArrayLike, t: ArrayLike, x: ArrayLike) -> Array:
    r"""The noise, if this was the picture: $(x_t - \sqrt{\bar α_t}\, x_0)/\sqrt{1 - \bar α_t}$.

    Raises ValueError as `noised`, and for the step 0, at which there is no noise.

    >>> noise_in(Schedule(np.array([1, 0.64])), [[0.8, 1.2]], 1, [[1.0, 0.0]])
    array([[0., 2.]])
    """
    x_t, x = _pair(x_t, x)
    a, b = _roots(schedule, t, x_t, least=1)
    return (x_t - a * x) / b


def velocity(schedule: Schedule, x: ArrayLike, t: ArrayLike, noise: ArrayLike) -> Array:
    r"""$v = \sqrt{\bar α_t}\, ε - \sqrt{1 - \bar α_t}\, x_0$, of noise and picture.

    Raises ValueError as `noised`. Source: Salimans and Ho, *Progressive distillation for fast
    sampling of diffusion models* (2022).

    >>> velocity(Schedule(np.array([1, 0.64])), [[1.0, 0.0]], 1, [[0.0, 2.0]])
    array([[-0.6,  1.6]])
    """
    x, noise = _pair(x, noise)
    a, b = _roots(schedule, t, x)
    return a * noise - b * x


def from_velocity(schedule: Schedule, x_t: ArrayLike, t: ArrayLike, v: ArrayLike) -> Array:
    r"""The noise, if this was the velocity: $\sqrt{1 - \bar α_t}\, x_t + \sqrt{\bar α_t}\, v$.

    Raises ValueError as `noised`.

    >>> from_velocity(Schedule(np.array([1, 0.64])), [[0.8, 1.2]], 1, [[-0.6, 1.6]]).round(12)
    array([[0., 2.]])
    """
    x_t, v = _pair(x_t, v)
    a, b = _roots(schedule, t, x_t)
    return b * x_t + a * v


def posterior(
    schedule: Schedule, x_t: ArrayLike, t: ArrayLike, x: ArrayLike
) -> tuple[Array, Array]:
    r"""Mean and variance of $x_{t-1}$, given $x_t$ and the picture $x_0$.

    $$μ_t = \frac{\sqrt{α_t} (1 - \bar α_{t-1})\, x_t + \sqrt{\bar α_{t-1}} (1 - α_t)\, x_0}
    {1 - \bar α_t}, \qquad v_t = \frac{(1 - \bar α_{t-1}) (1 - α_t)}{1 - \bar α_t} .$$

    The variance has the shape of `t`, and an axis of length 1 for each further one of the batch.
    Raises ValueError as `noise_in`. Source: Ho, Jain and Abbeel (2020).

    >>> mean, variance = posterior(Schedule(np.array([1, 0.5, 0.25])), [[1.0]], 2, [[2.0]])
    >>> mean.round(4), variance.round(4)
    (array([[1.4142]]), array([0.3333]))
    """
    x_t, x = _pair(x_t, x)
    t = _steps(schedule, t, x_t, least=1)
    left, kept, before = (
        a[t].astype(x.dtype) for a in (schedule.left, schedule.kept, np.roll(schedule.left, 1))
    )
    mean = np.sqrt(kept) * (1 - before) * x_t + np.sqrt(before) * (1 - kept) * x
    return mean / (1 - left), (1 - before) * (1 - kept) / (1 - left)


def step_features(schedule: Schedule, t: ArrayLike, n: int = 10) -> Array:
    r"""What tells a network the step: sines and cosines of $2^k \frac π2 \frac tT$, shape `(N, n)`.

    The first half of the `n` features are sines with $k = 0, 1, …$, the second half cosines. Raises
    ValueError for an odd number of features and steps outside of 0 … T.

    >>> step_features(Schedule(np.array([1, 0.5, 0.1])), [0, 1, 2], 2).round(3)
    array([[0.   , 1.   ],
           [0.707, 0.707],
           [1.   , 0.   ]])
    """
    if whole("the features", n, 2) % 2:
        raise ValueError(f"expected an even number of features, got {n}")
    t = _whole_steps(schedule, t, 0).reshape(-1, 1)
    waves = np.pi / 2 * 2.0 ** np.arange(n // 2) * t / schedule.T
    return np.concatenate([np.sin(waves), np.cos(waves)], axis=1)


def _pair(x: ArrayLike, other: ArrayLike) -> tuple[Array, Array]:
    """Two batches of one shape and one floating dtype."""
    x, other = floating(x), floating(other)
    if x.shape != other.shape or x.ndim < 1:
        raise ValueError(f"expected two batches of one shape, got {x.shape} and {other.shape}")
    return x, other


def _whole_steps(schedule: Schedule, t: ArrayLike, least: int) -> Array:
    made("the schedule", schedule, Schedule, "linear_noise(100)")
    t = array("steps", t, real)
    if t.dtype.kind not in "iu":
        raise TypeError(f"steps must be whole numbers, got {t.dtype}")
    if t.size and not (least <= t.min() and t.max() <= schedule.T):
        raise ValueError(f"expected steps from {least} to {schedule.T}, got {t.min()} to {t.max()}")
    return t


def _steps(schedule: Schedule, t: ArrayLike, x: Array, least: int = 0) -> Array:
    """The steps, with an axis of length 1 for each further axis of the batch."""
    t = _whole_steps(schedule, t, least)
    if t.shape not in ((), (len(x),)):
        raise ValueError(f"expected one step or {len(x)}, got shape {t.shape}")
    return t.reshape(t.shape + (1,) * (x.ndim - 1))


def _roots(schedule: Schedule, t: ArrayLike, x: Array, least: int = 0) -> tuple[Array, Array]:
    """The roots of the shares of picture and noise, in the dtype of the batch."""
    t = _steps(schedule, t, x, least)
    left = schedule.left[t]
    return np.sqrt(left).astype(x.dtype), np.sqrt(1 - left).astype(x.dtype)
