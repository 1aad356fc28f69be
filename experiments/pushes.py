"""Do steps that are too long kill units, and does a leak bring them back?

Task: digits (8 × 8) in ten classes, 1000 to train on, two hidden layers of 32 units with He's
weights, batches of 50, gradient descent. The *push* is 40 steps at the rate 0.7, which is too high;
100 steps at 0.2 follow, a good rate. Controls have the rate 0.2 all along.

A unit counts as off if its sum is negative for all pictures of the training set. Measured: the
share of units that are off, `off at first`, `off after push` and `off at the end`; `back`, the
share of those off after the push that are on at the end (NaN if none was); the accuracy on the
797 other digits, `accuracy after push` and `accuracy`. Nothing is tuned. The seed draws data,
start and batches.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, Sequential
from nnbook.ops.initializers import he_normal

QUESTION = "Do steps that are too long kill units, and does a leak bring them back?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(0), 0.2
UNITS = {
    "ReLU": nn.ReLU,
    "leaky, ε = 0.01": lambda: nn.LeakyReLU(0.01),
    "leaky, ε = 0.2": lambda: nn.LeakyReLU(0.2),
}


@cache
def digits() -> tuple:
    x, t = nn.load_digits()
    return x.reshape(len(x), -1).astype(np.float32), t


def off(net: Sequential, params: Any, x: Any) -> np.ndarray:
    """For each hidden unit: is its sum negative for all pictures?"""
    _, tape = net.forward(params, x)
    return np.concatenate([np.all(tape.values[f"dense{k}"] <= 0, axis=0) for k in (1, 2)])


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row, `unit`, after the push at `settings["rate"]`."""
    x, t = digits()
    order = np.random.default_rng(seed).permutation(len(x))
    train, rest = order[:1000], order[1000:]
    op = UNITS[row.removesuffix(", no push")]()
    net = Sequential(Dense(64, 32, he_normal()), op, Dense(32, 32, he_normal()), op, Dense(32, 10))
    params = net.init(np.random.default_rng(seed), np.float32)
    found = {"off at first": off(net, params, x[train]).mean()}
    shut = None
    for name, rate, epochs in (("after push", settings["rate"], 2), ("at the end", 0.2, 5)):
        trained = nn.fit(net, nn.SoftmaxCrossEntropy(), x[train], t[train], params=params,
                         optimizer=nn.sgd(rate), epochs=epochs, batch_size=50, seed=seed,
                         progress=False)  # fmt: skip
        params, now = trained.params, off(net, trained.params, x[train])
        shut = now if shut is None else shut
        found[f"off {name}"] = now.mean()
        found[f"accuracy {name}"] = nn.accuracy(trained.predict(x[rest]), t[rest])
    return found | {"back": 1 - now[shut].mean() if shut.any() else np.nan}


CANDIDATES: dict[str, list] = {}
FIXED = {"ReLU, no push": {"rate": 0.2}}
FIXED |= {unit: {"rate": 0.7} for unit in UNITS}
FIXED |= {"leaky, ε = 0.2, no push": {"rate": 0.2}}
