"""The computations of c2_fitting.yml, under the ids of its entries."""

import numpy as np

from nnbook import (
    BatchNorm,
    Dense,
    MeanSquaredError,
    Sequential,
    Tanh,
    adam,
    fit,
)
from nnbook.data import batches
from nnbook.op import Mode
from nnbook.training.schedules import inverse_time

from ..entry import example
from ..shared import backward_pass

# §2.2


@example(claimed=lambda e: e.batches == 1, holds=lambda e: e.whole == 1 and e.batches == e.N / e.B)
def c_epoch_one_pass():
    """Updates in an epoch of 100 examples, by batches of all and of 20."""
    x, rng = np.arange(100), np.random.default_rng(0)
    whole, many = (len(list(batches(rng, B, x))) for B in (100, 20))
    return {"N": len(x), "B": 20, "whole": whole, "batches": many}


@example(claimed=lambda e: e.first == e.later, holds=lambda e: np.isclose(e.later, e.first / 5))
def c_fixed_hyperparameters():
    rate = inverse_time(0.1, 0.01)
    return {"first": rate(0), "later": rate(400)}


@example(
    claimed=lambda e: e.value < e.best + 0.01,
    holds=lambda e: e.moved < 1e-9 and e.value > e.best + 0.1,
)
def c_convergence():
    """Where descent from 1.8 comes to rest on a loss with two valleys, and the values there."""
    theta = 1.8
    for _ in range(3000):
        theta -= 0.1 * (theta**3 - theta + 0.1)
    value = (theta**2 - 1) ** 2 / 4 + theta / 10
    best = min((x**2 - 1) ** 2 / 4 + x / 10 for x in np.roots([1, 0, -1, 0.1]).real)
    return {"moved": abs(theta**3 - theta + 0.1), "value": value, "best": best}


@example(claimed=lambda e: e.early < e.late, holds=lambda e: e.early > 2 * e.late)
def c_underfitted_variance():
    """The variance over eight trainings of predictions after 1 and after 200 epochs."""
    x, seen = np.linspace(-1, 1, 20)[:, None], {1: [], 200: []}
    for seed in range(8):
        t = np.sin(3 * x) + 0.1 * np.random.default_rng(seed).normal(size=x.shape)
        for epochs in seen:
            run = fit(
                Sequential(Dense(1, 20), Tanh(), Dense(20, 1)),
                MeanSquaredError(),
                x,
                t,
                optimizer=adam(0.01),
                epochs=epochs,
                batch_size=20,
                seed=seed,
                progress=False,
            )
            seen[epochs].append(run.predict(x)[:, 0])
    early, late = (np.var(predictions, axis=0).mean() for predictions in seen.values())
    return {"early": early, "late": late, "runs": 8}


@example(claimed=lambda e: e.runs[0] != e.runs[1], holds=lambda e: e.runs[0] == e.runs[1])
def c_schedule_noise():
    return {"runs": [[inverse_time(0.1, 0.01)(t) for t in range(5)] for _ in range(2)], "steps": 5}


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
