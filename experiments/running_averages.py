"""How wrong is a running average of batch normalization, and why?

Task: raw digits (values 0 to 16), two normalized layers of 32 ReLU units, 184 steps of plain
gradient descent at a rate of 0.3 with batches of 64; then 96 steps in which the weights stay and
only the averages go on.

Nothing is tuned. One row. Measured every 8 steps on the means of the second normalization, against
those of the whole training set at the present weights, in deviations (root of the mean square over
units): `error 0.1` and `error 0.01` of running averages with these shares, `error batch` of the
last batch alone. At steps 24, 48, 96, 184, 280 the accuracy on the test set by each: `test 0.1`,
`test 0.01`, and `test truth` by the statistics of the whole training set.

Seeds 0 to 9: start and batches. The split of the digits is one for all.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import BatchNorm, Dense, ReLU, Sequential
from nnbook.op import Mode
from nnbook.ops.initializers import he_normal
from nnbook.training.loop import loss_and_gradients

QUESTION = "How wrong is a running average of batch normalization, and why?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(0), 0.05
RATE, MOVING, FROZEN, SHARES, LOOKS = 0.3, 184, 96, (0.1, 0.01), (24, 48, 96, 184, 280)
NORMS = ("batchnorm1", "batchnorm2")


@cache
def digits() -> tuple:
    images, labels = nn.load_digits()
    rows = 16 * images.reshape(-1, 64)
    return nn.train_test_split(np.random.default_rng(0), rows, labels, stratify=labels)


def network() -> Sequential:
    ops: list = []
    for n_in in (64, 32):
        ops += [Dense(n_in, 32, he_normal()), BatchNorm(32), ReLU()]
    return Sequential(*ops, Dense(32, 10))


def measured(tape: Any, n: int) -> dict[str, tuple]:
    """Means and unbiased variances of both normalizations for the n examples of a pass."""
    kept = {name: tape.caches[name].own[0] for name in NORMS}
    return {name: (s.mean[0], n / (n - 1) * s.variance[0]) for name, s in kept.items()}


def with_averages(params: Any, averages: dict[str, tuple]) -> Any:
    return params | {
        name: params[name] | {"running_mean": mean, "running_variance": variance}
        for name, (mean, variance) in averages.items()
    }


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of the row: errors and accuracies on the way."""
    x, x_test, t, t_test = digits()
    train, loss, step = Mode(training=True), nn.SoftmaxCrossEntropy(), nn.sgd(settings["rate"])
    net, rng = network(), np.random.default_rng(seed)
    params = net.init(np.random.default_rng(seed))
    state, found = step.init(params), {}
    start = {name: (np.zeros(32), np.ones(32)) for name in NORMS}
    averages = {f"{share}": start for share in SHARES}
    for now in range(1, MOVING + FROZEN + 1):
        batch = rng.choice(len(x), 64, replace=False)
        before = params
        if now <= MOVING:
            _, grads, tape = loss_and_gradients(net, loss, params, x[batch], t[batch], train)
            params, state = step.update(params, grads, state)
        else:
            tape = net.forward(params, x[batch], train)[1]
        seen = measured(tape, 64)
        for share, old in zip(SHARES, list(averages.values()), strict=True):
            averages[f"{share}"] = {
                name: tuple((1 - share) * old[name][k] + share * seen[name][k] for k in (0, 1))
                for name in NORMS
            }
        if now % 8:
            continue
        truth = measured(net.forward(before, x, train)[1], len(x))
        mean, variance = truth["batchnorm2"]
        for name, of in {**averages, "batch": seen}.items():
            error = np.sqrt(np.mean((of["batchnorm2"][0] - mean) ** 2 / variance))
            found[f"error {name} @ {now}"] = float(error)
        if now in LOOKS:
            for name, of in {**averages, "truth": truth}.items():
                right = nn.accuracy(net.predict(with_averages(before, of), x_test), t_test)
                found[f"test {name} @ {now}"] = right
    return found


CANDIDATES: dict[str, list] = {}
FIXED = {"raw digits": {"rate": RATE}}
