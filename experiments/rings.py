"""A task in the plane on which depth may pay: rings about the origin.

Target: cos(4π‖x‖) on the square [-1, 1]², from 4000 random points. A network that first found the
length of x and then a wave of it would need few units; one hidden layer adds up hinges along lines.

Networks: one to four hidden layers of ReLUs with about 800 parameters (`1 × 200` is one hidden
layer of 200 units), 4000 steps of Adam with batches of 100. Two controls: one hidden layer with
four times the units, and one with twice the steps.

Tuning: each row has six trials, three learning rates, each with biases of the first layer that are
zero and with biases that spread the lines of its units over the square, on two draws (seeds 100,
101), judged on 1000 other points. Measured (seeds 0 to 9: points, start and batches): the root mean
square error on 2000 new points, divided by the standard deviation of the target there.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, ReLU, Sequential, fit
from nnbook.ops.initializers import he_normal

QUESTION = "Do several hidden layers learn rings in the plane better than one?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 0.15
NETS = ("1 × 200", "2 × 26", "3 × 18", "4 × 15")


def rings(x: np.ndarray) -> np.ndarray:
    return np.cos(4 * np.pi * np.sqrt(np.sum(x**2, axis=1, keepdims=True)))


def network(name: str) -> Sequential:
    """Of `depth × width`."""
    depth, _, width = name.partition(" × ")
    ops: list = [Dense(2, int(width), he_normal()), ReLU()]
    for _ in range(int(depth) - 1):
        ops += [Dense(int(width), int(width), he_normal()), ReLU()]
    return Sequential(*ops, Dense(int(width), 1, he_normal()))


def trained(row: str, settings: dict, seed: int) -> Any:
    """The trained run of a row, `2 × 26` or `1 × 200, longer`; None if it diverged."""
    name, _, longer = row.partition(", ")
    rng = np.random.default_rng(seed)
    x, net = rng.uniform(-1, 1, (4000, 2)), network(name)
    params: Any = net.init(rng)
    if settings["spread"]:
        W = params["dense1"]["W"]
        params["dense1"]["b"] = -np.sum(W * rng.uniform(-1, 1, W.shape), axis=0)
    try:
        with np.errstate(all="ignore"):
            return fit(net, nn.MeanSquaredError(), x, rings(x), params=params,
                       optimizer=nn.adam(settings["rate"]), epochs=200 if longer else 100,
                       batch_size=100, seed=seed, progress=False)  # fmt: skip
    except FloatingPointError:
        return None


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row."""
    result = trained(row, settings, seed)
    x = np.random.default_rng(1000 + seed).uniform(-1, 1, (1000 if tuning else 2000, 2))
    t = rings(x)
    missed = t - (t.mean() if result is None else result.predict(x))
    error = float(np.sqrt(np.mean(missed**2)) / t.std())
    return {"validation": -error} if tuning else {"error": error}


TRIALS = [{"rate": r, "spread": s} for r in (0.003, 0.01, 0.03) for s in (False, True)]
CANDIDATES = dict.fromkeys((*NETS, "1 × 800", "1 × 200, longer"), TRIALS)
FIXED: dict[str, dict] = {}
