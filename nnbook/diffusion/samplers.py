r"""Samplers: from noise to a picture, with a model that tells the noise in what it is shown.

The model is any callable `model(x, t)` that gets a batch and the number of the step, one for all,
and returns the noise that it sees, an array of the shape of the batch.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from nnbook.checks import finite, text, whole
from nnbook.diffusion.noising import noise_in, picture_in
from nnbook.diffusion.schedules import Schedule
from nnbook.kinds import array, function, generator, made
from nnbook.numerics import Array, floating

Model = Callable[[Array, int], Array]
Limits = tuple[ArrayLike, ArrayLike]
Watch = Callable[[int, Array], object]


def ancestral(
    model: Model,
    schedule: Schedule,
    x: ArrayLike,
    rng: np.random.Generator,
    limits: Limits | None = None,
    watch: Watch | None = None,
) -> Array:
    r"""All $T$ steps back from noise `x`: $x_{t-1}$ is drawn from $N(μ_t(x_t, \hat x_0), v_t)$.

    Here $\hat x_0$ is the picture that the model's noise implies, kept between the `limits` if
    there are any, and mean and variance are those of `posterior`. `watch(t, x)` is called with each
    $x_t$, from $T$ to 0. Returns $x_0$. Source: Ho, Jain and Abbeel (2020), algorithm 2.

    >>> from nnbook.diffusion import linear_noise
    >>> rng, schedule = np.random.default_rng(0), linear_noise(100)
    >>> model = lambda x, t: noise_in(schedule, x, t, np.full_like(x, 3.0))
    >>> ancestral(model, schedule, rng.normal(size=(2, 1)), rng).round(9)
    array([[3.],
           [3.]])
    """
    made("the schedule", schedule, Schedule, "linear_noise(100)")
    return ddim(model, schedule, x, schedule.T, rng, 1.0, limits, watch)


def ddim(
    model: Model,
    schedule: Schedule,
    x: ArrayLike,
    steps: int,
    rng: np.random.Generator | None = None,
    eta: float = 0.0,
    limits: Limits | None = None,
    watch: Watch | None = None,
) -> Array:
    r"""A few steps back from noise `x`, over steps $t > s$ spread evenly from $T$ to 0.

    $$x_s = \sqrt{\bar α_s}\, \hat x_0 + \sqrt{1 - \bar α_s - c^2}\, \hat ε + c\, z, \qquad
    c^2 = η^2\, \frac{1 - \bar α_s}{1 - \bar α_t} \Bigl(1 - \frac{\bar α_t}{\bar α_s}\Bigr)$$

    with the model's noise $\hat ε$, its picture $\hat x_0$, and new noise $z$ from `rng`. With
    $η = 0$ nothing is drawn; with $η = 1$ and `steps` = $T$ it is `ancestral`. If the picture is
    moved to the `limits`, the noise follows. Returns $x_0$. Raises ValueError for more steps than
    the schedule has, an $η$ outside of 0 … 1, or an $η$ above 0 without a generator.

    Source: Song, Meng and Ermon, *Denoising diffusion implicit models* (2021).

    >>> from nnbook.diffusion import linear_noise
    >>> schedule = linear_noise(100)
    >>> model = lambda x, t: noise_in(schedule, x, t, np.tanh(x))
    >>> ddim(model, schedule, np.array([[-2.0], [0.5]]), 4).round(3)
    array([[-0.969],
           [ 0.619]])
    """
    x, eta = floating(x), finite("eta", eta, 0)
    made("the schedule", schedule, Schedule, "linear_noise(100)")
    function("the model", model, "lambda x, t: noise")
    if watch is not None:
        function("watch", watch, "print")
    if limits is not None:
        low, high = _limits(limits)
    if whole("the steps", steps) > schedule.T:
        raise ValueError(f"the schedule has {schedule.T} steps, got {steps}")
    if eta > 1:
        raise ValueError(f"eta must be between 0 and 1, got {eta}")
    if eta > 0 or rng is not None:
        rng = generator(rng)
    stops = np.round(np.linspace(schedule.T, 0, steps + 1)).astype(int).tolist()
    for t, s in pairwise(stops):
        if watch is not None:
            watch(t, x)
        noise = _shaped(model(x, t), x)
        picture = picture_in(schedule, x, t, noise)
        if limits is not None:
            picture = np.clip(picture, low, high).astype(x.dtype)
            noise = noise_in(schedule, x, t, picture)
        before, left = schedule.left[s], schedule.left[t]
        fresh = eta**2 * (1 - before) / (1 - left) * (1 - left / before)
        x = _root(before, x) * picture + _root(1 - before - fresh, x) * noise
        if fresh > 0 and rng is not None:
            x = x + _root(fresh, x) * rng.standard_normal(x.shape).astype(x.dtype)
    if watch is not None:
        watch(0, x)
    return x


def _limits(limits: Limits) -> tuple[Array, Array]:
    """The two bounds of pictures, numbers or arrays, of which none is NaN."""
    if not isinstance(limits, (tuple, list)) or len(limits) != 2:
        raise TypeError(f"limits must be a pair (low, high), got {text(limits)}")
    low, high = (array("limits", bound, floating) for bound in limits)
    if low.shape != high.shape or not np.all(low < high):
        raise ValueError(f"limits must be a pair with low below high, got {text(limits)}")
    return low, high


def _root(share: float, x: Array) -> Array:
    return np.sqrt(max(share, 0.0)).astype(x.dtype)


def _shaped(noise: Array, x: Array) -> Array:
    noise = floating(noise)
    if noise.shape != x.shape:
        raise ValueError(f"expected noise of shape {x.shape} from the model, got {noise.shape}")
    return noise
