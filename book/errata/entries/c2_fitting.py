"""The computations of c2_fitting.yml, under the ids of its entries."""

import numpy as np

from nnbook import (
    BatchNorm,
)
from nnbook.op import Mode
from nnbook.training.schedules import inverse_time

from ..entry import example
from ..shared import backward_pass

# §2.2


@example(claimed=lambda e: e.first == e.later, holds=lambda e: np.isclose(e.later, e.first / 5))
def c_fixed_hyperparameters():
    rate = inverse_time(0.1, 0.01)
    return {"first": rate(0), "later": rate(400)}


@example(
    claimed=lambda e: np.isclose(e.one, e.other),
    holds=lambda e: e.one * e.other <= 0 and abs(e.one - e.other) > 0.5,
)
def c_batch_norm_noise():
    """What one example becomes in two batches, with batch normalization in training."""
    op, rng = BatchNorm(1), np.random.default_rng(0)
    params = op.init(rng)
    found = []
    for other in (0.0, 5.0):
        batch = np.array([[1.0], [other], [2.0]])
        found.append(op.forward(params, batch, Mode.train(rng))[0][0, 0])
    return {"one": found[0], "other": found[1]}


@example(claimed=lambda e: e.dead != 0, holds=lambda e: e.dead == 0 and e.together > 0.1)
def c_dead_co_adapted():
    """A dead ReLU unit among live ones: how it varies with another unit."""
    x = np.random.default_rng(0).normal(size=(500, 3))
    live, partner, dead = (
        np.maximum(0, x @ w + b) for w, b in (([1, 0, 0], 0), ([0.9, 0.1, 0], 0), ([1, 1, 1], -50))
    )
    return {
        "together": np.cov(live, partner)[0, 1],
        "dead": np.cov(live, dead)[0, 1],
        "units": 3,
    }


@example(claimed=lambda e: e.low == 0, holds=lambda e: e.low == 3 and e.high == 0)
def c_low_rates_kill():
    """One ReLU unit after a step at two rates: is it active on any of its examples?"""
    x, t = np.array([0.5, 1.0, 1.5]), np.zeros(3)
    active = {}
    for rate in (0.01, 10.0):
        w, b = 1.0, 0.5
        for _ in range(20):
            y = np.maximum(0, w * x + b)
            g = (y - t) * (y > 0) / 3
            w, b = w - rate * (g * x).sum(), b - rate * g.sum()
        active[rate] = int((w * x + b > 0).sum())
    return {"low": active[0.01], "high": active[10.0]}


c_backpropagation_updates = example(
    claimed=lambda e: e.after != e.before,
    holds=lambda e: e.after == e.before and abs(e.backprop - e.differences) < 1e-8,
)(backward_pass)
