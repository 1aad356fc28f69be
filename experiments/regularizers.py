"""What does regularization gain once the learning rate is tuned?

Task: clothes (Fashion-MNIST, 28 × 28) in ten classes from 300 pictures, once with right labels and
once with every fourth label wrong. A network 784-64-10 with ReLU, He's start, Adam, 400 steps with
batches of 50 unless a row says otherwise.

Data: pictures 0 to 3999 are the pool of which every seed draws its 300; pictures 4000 to 5999 are
the test set, looked at once, in the final runs.

Tuning: each row has nine trials, a learning rate alone or three rates times three strengths, each
on the same two draws of 300 (seeds 100 and 101), judged by the accuracy on 1000 others of the pool
with right labels. `nothing` is a row as the others, with nine learning rates. Final runs: seeds 0
to 9; draw of the 300, wrong labels, start and batches all by the seed, so that rows are compared
pair by pair.

Controls: `nothing, untuned` has Adam at 0.02 without tuning; `four times the data` says what 900
more pictures are worth in as many steps.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import product
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import BatchNorm, Dense, Dropout, Flatten, GaussianNoise, ReLU, Sequential, fit
from nnbook.ops.initializers import he_normal

QUESTION = "What does regularization gain once the learning rate is tuned?"
SEEDS, TUNING_SEEDS = range(10), range(100, 102)
STEPS, FEW, TOLERANCE = 400, 300, 0.03
RATES = (1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2)
THREE_RATES = (5e-4, 2e-3, 5e-3)
POOL, JUDGES = 4000, 1000


def grid(name: str, *strengths: Any) -> list[dict]:
    """Three learning rates times three strengths."""
    return [{"rate": r, name: s} for r, s in product(THREE_RATES, strengths)]


ALONE = [{"rate": rate} for rate in RATES]
METHODS: dict[str, list[dict]] = {
    "nothing": ALONE,
    "L2": grid("l2", 1e-4, 1e-3, 1e-2),
    "L1": grid("l1", 1e-5, 1e-4, 1e-3),
    "AdamW": grid("decay", 0.1, 0.5, 2.0),
    "max-norm": grid("max_norm", 0.7, 1.5, 3.0),
    "dropout": grid("dropout", 0.2, 0.5, 0.8),
    "noise on the inputs": grid("noise", 0.1, 0.3, 0.6),
    "label smoothing": grid("smoothing", 0.05, 0.15, 0.4),
    "early stopping": grid("patience", 3, 6, 12),
    "batch normalization": grid("norm", 10, 25, 50),
    "augmentation": grid("shift", 1, 2, 3),
    "ensemble of five": ALONE,
    "four times the data": ALONE,
}
CONDITIONS = {"right labels": 0.0, "a quarter wrong": 0.25}


def network(s: dict) -> Sequential:
    """The network of a row."""
    ops: list = [nn.Augment(shift=s["shift"], flip=(-1,))] if "shift" in s else []
    ops += [Flatten()]
    ops += [GaussianNoise(s["noise"])] if "noise" in s else []
    ops += [Dense(784, 64, he_normal())]
    ops += [BatchNorm(64)] if "norm" in s else []
    ops += [ReLU()]
    ops += [Dropout(s["dropout"])] if "dropout" in s else []
    return Sequential(*ops, Dense(64, 10))


def optimizer(s: dict) -> Any:
    if "decay" in s:
        return nn.adamw(s["rate"], weight_decay=s["decay"])
    made = nn.adam(s["rate"])
    return nn.max_norm(made, s["max_norm"]) if "max_norm" in s else made


def train(s: dict, x: Any, t: Any, seed: int, members: int = 1) -> Callable:
    """Trains a row; returns what gives probabilities for pictures."""
    loss = nn.SoftmaxCrossEntropy(smoothing=s.get("smoothing", 0.0))
    penalty = nn.l2(s["l2"]) if "l2" in s else nn.l1(s["l1"]) if "l1" in s else None
    callbacks, validation = [], None
    if "patience" in s:  # it has to spare every fifth picture, to say when to stop
        spared = np.arange(len(x)) % 5 == 0
        validation = (x[spared], t[spared])
        x, t = x[~spared], t[~spared]
        callbacks = [nn.EarlyStopping(patience=s["patience"])]
    batch = s.get("norm", 50)
    epochs = round(STEPS / -(-len(x) // batch))
    runs = [
        fit(network(s), loss, x, t, optimizer=optimizer(s), epochs=epochs, batch_size=batch,
            seed=seed + 1000 * member, penalty=penalty, validation=validation,
            callbacks=callbacks, progress=False)
        for member in range(members)
    ]  # fmt: skip

    def probabilities(x: Any) -> Any:
        return np.mean([nn.numerics.softmax(run.predict(x)) for run in runs], axis=0)

    return probabilities


@cache
def pictures() -> tuple:
    return nn.load_fashion(np.float32)


def draw(seed: int, wrong: float, n: int = FEW) -> tuple:
    """Pictures to train on, some with wrong labels, and others of the pool to judge by."""
    images, labels = pictures()
    rng = np.random.default_rng(seed)
    order = rng.permutation(POOL)
    few, judges = order[:n], order[n : n + JUDGES]
    t = labels[few].copy()
    spoilt = np.arange(n) < wrong * n
    t[spoilt] = (t[spoilt] + rng.integers(1, 10, spoilt.sum())) % 10
    return (images[few], t), (images[judges], labels[judges])


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row, `condition: method`: accuracies on training and on other pictures."""
    condition, _, method = row.partition(": ")
    n = 4 * FEW if method == "four times the data" else FEW
    members = 5 if method == "ensemble of five" and not tuning else 1
    (x, t), judges = draw(seed, CONDITIONS[condition], n)
    predict = train(settings, x, t, seed, members)
    if tuning:
        return {"validation": nn.accuracy(predict(judges[0]), judges[1])}
    images, labels = pictures()
    return {
        "test": nn.accuracy(predict(images[POOL:]), labels[POOL:]),
        "training": nn.accuracy(predict(x), t),
    }


CANDIDATES = {f"{c}: {m}": trials for c in CONDITIONS for m, trials in METHODS.items()}
FIXED = {f"{c}: nothing, untuned": {"rate": 0.02} for c in CONDITIONS}
