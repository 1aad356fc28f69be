"""Walks back from noise, as the samplers take them with the exact best guess."""

import numpy as np

import nnbook as nn
from nnbook.diffusion import Schedule, cosine_noise, ddim, noise_in, posterior

planted = [
    ("left * deviation ** 2 + 1 - left;", "left * deviation ** 2 + 1;"),
    ("const pull = (root * deviation", "const pull = (deviation"),
    ("((1 - before) / (1 - left))", "((1 - left) / (1 - before))"),
    ("1 - before - variance", "1 - before"),
    ("next.deviation * drawn", "next.deviation ** 2 * drawn"),
]


def explained(x, left, centres, deviation):
    """How probable each centre is, and the mean of x_0: that of two normal laws multiplied."""
    variance = left * deviation**2 + 1 - left
    away = x[:, None] - np.sqrt(left) * centres
    S = nn.numerics.softmax(-(away**2).sum(axis=2) / (2 * variance))
    means = ((1 - left) * centres + np.sqrt(left) * deviation**2 * x[:, None]) / variance
    return S, (S[:, :, None] * means).sum(axis=1)


def walk(schedule, start, centres, deviation, drawn):
    """The states from 0 to T: by `posterior` with the drawn numbers, by `ddim` without."""
    states = {}

    def guess(x, t):
        return explained(x, schedule.left[t], centres, deviation)[1]

    if drawn is None:
        model = lambda x, t: noise_in(schedule, x, t, guess(x, t))  # noqa: E731
        ddim(model, schedule, start[None], schedule.T, watch=states.__setitem__)
        return [states[t][0] for t in range(schedule.T + 1)]
    states[schedule.T] = start[None]
    for t, z in zip(range(schedule.T, 0, -1), drawn, strict=True):
        mean, variance = posterior(schedule, states[t], t, guess(states[t], t))
        states[t - 1] = mean + np.sqrt(variance) * z
    return [states[t][0] for t in range(schedule.T + 1)]


def cases(rng):
    centres = rng.normal(size=(5, 2))
    for deviation in (0.0, 0.25):
        for left in (0.05, 0.5, 0.9):
            x = rng.normal(size=(1, 2))
            S, guess = explained(x, left, centres, deviation)
            args = [x[0].tolist(), left, centres.tolist(), deviation]
            yield "shares", args, S[0]
            yield "guess", args, guess[0]
        for schedule in (cosine_noise(12), Schedule(np.array([1, 0.7, 0.3, 0.02]))):
            start, drawn = rng.normal(size=2), rng.normal(size=(schedule.T, 2))
            args = [start.tolist(), schedule.left.tolist(), centres.tolist(), deviation]
            for noise in (drawn, None):
                given = None if noise is None else noise.ravel().tolist()
                yield "walk", [*args, given], walk(schedule, start, centres, deviation, noise)
