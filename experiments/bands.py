"""A band that should hold 80 % of the targets: constant, by a learned width, or by quantiles?

Data: x uniform in [0, 3], t = sin 2x + (0.1 + 0.3x) times noise of mean 0 and variance 1, 500
examples. The noise is `Gauss`, or `skewed`: exponential, minus its mean.

Networks: one hidden layer of 16 tanh units, 500 steps of Adam with batches of 100, at a
rate that falls from 0.05 to 0 along a cosine.
`constant width`: squared error, and on either side the width that holds 80 % of the training
targets. `learned width`: the likelihood of a Gauss curve whose mean and logarithm of the width are
outputs, and 1.2816 widths to either side. `quantiles`: the levels 0.1, 0.5 and 0.9.

Nothing is tuned: the study asks what a band holds at which inputs, not which network is better.
Measured: the ends of the band, `low @ k` and `high @ k` at x = k/10. The seed draws data, start
and batches.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, Sequential, fit
from nnbook.ops.losses import Loss
from nnbook.training.schedules import cosine

QUESTION = "Which bands hold 80 % of the targets at each input?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(20), range(0), 0.2
NOISES, PIECES, EPOCHS = ("Gauss", "skewed"), 30, 100
LEVELS = np.array([0.1, 0.5, 0.9])


class GaussWithWidth(Loss):
    """Minus the log-likelihood of a Gauss curve; outputs: its mean, the log of its width."""

    def value(self, y: Any, t: Any) -> Any:
        (mean, r), t = y.T, t[:, 0]
        return np.mean((mean - t) ** 2 / (2 * np.exp(2 * r)) + r)

    def gradient(self, y: Any, t: Any) -> Any:
        (mean, r), t = y.T, t[:, 0]
        d = (mean - t) / np.exp(r)
        return np.stack([d / np.exp(r), 1 - d**2], axis=1) / len(t)


class ThreeQuantiles(nn.QuantileLoss):
    """The quantile loss with a level of its own for each of three outputs."""

    def each(self, y: Any, t: Any) -> Any:
        return np.maximum(LEVELS * (t - y), (1 - LEVELS) * (y - t))

    def slope(self, y: Any, t: Any) -> Any:
        return np.where(y > t, 1 - LEVELS, -LEVELS)


KINDS: dict[str, tuple] = {
    "constant width": (nn.MeanSquaredError, 1),
    "learned width": (GaussWithWidth, 2),
    "quantiles": (ThreeQuantiles, 3),
}


def draw(seed: int, noise: str, size: int = 500) -> tuple:
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 3, (size, 1))
    skewed = noise == "skewed"
    e = rng.exponential(size=(size, 1)) - 1 if skewed else rng.normal(size=(size, 1))
    return x, np.sin(2 * x) + (0.1 + 0.3 * x) * e


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row, `noise: kind`."""
    noise, _, kind = row.partition(": ")
    loss, outputs = KINDS[kind]
    x, t = draw(seed, noise)
    net = Sequential(Dense(1, 16), nn.Tanh(), Dense(16, outputs))
    rate = cosine(0.05, EPOCHS * len(x) // 100)
    predict = fit(net, loss(), x, np.repeat(t, outputs, axis=1), optimizer=nn.adam(rate),
                  epochs=EPOCHS, batch_size=100, seed=seed, progress=False).predict  # fmt: skip
    y = predict(np.linspace(0, 3, PIECES + 1)[:, None])
    if kind == "constant width":
        half = np.quantile(np.abs(t - predict(x)), 0.8)
        low, high = y[:, 0] - half, y[:, 0] + half
    elif kind == "learned width":
        low, high = (y[:, 0] + side * 1.2816 * np.exp(y[:, 1]) for side in (-1, 1))
    else:
        low, high = y[:, 0], y[:, 2]
    return {f"{end} @ {k}": values[k] for end, values in (("low", low), ("high", high))
            for k in range(PIECES + 1)}  # fmt: skip


CANDIDATES: dict[str, list] = {}
FIXED: dict[str, dict] = {f"{noise}: {kind}": {} for noise in NOISES for kind in KINDS}
