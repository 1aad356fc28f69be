"""What do wrong labels in the training data cost, at random and with a system?

Task: clothes in ten classes (Fashion-MNIST, 28 × 28), 1000 pictures to train on, or 250 or 2500. A
network with one hidden layer of 64 ReLU units, 300 steps of Adam with batches of 50.

Rows: `none`, all labels right; `random s`, the share s of the labels is replaced by one of the nine
others; `neighbour s`, the same share by the class that follows in the list; `left out s`, as many
examples left out, the others right (the control: what the examples were worth). Rows that end in a
number n have n pictures, and those that end in `15 epochs` train for as many epochs as 300 steps
are with 1000 pictures (75 steps with 250 of them, 750 with 2500).

Tuning: five learning rates for every row on two draws (seeds 100, 101), by the accuracy on 1000
other pictures with right labels. Data: pictures 0 to 3499 are the pool, the 2500 others the test
set with right labels, looked at once, in the final runs (seeds 0 to 9: draw, labels, start and
batches).

Measured: `test`, the accuracy on the test set; `training`, that on the labels as given;
`repeated`, the share of the wrong labels that the network repeats.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, Flatten, ReLU, Sequential, fit
from nnbook.ops.initializers import he_normal

QUESTION = "What do wrong labels in the training data cost, at random and with a system?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 0.08
POOL, JUDGES, TRAINED, STEPS, BATCH = 3500, 1000, 1000, 300, 50
EPOCHS = STEPS * BATCH // TRAINED


@cache
def pictures() -> tuple:
    return nn.load_fashion(np.float32)


def draw(row: str, seed: int) -> tuple:
    """Pictures, their labels as given, the right ones, and the judges."""
    images, labels = pictures()
    kind, size, *_ = [*row.split(", "), TRAINED]
    name, _, share = kind.rpartition(" ")
    n = int(size)
    rng = np.random.default_rng(seed)
    order = rng.permutation(POOL)
    few, judges = order[JUDGES : JUDGES + n], order[:JUDGES]
    right = labels[few]
    given = right.copy()
    if name:
        wrong = rng.permutation(n)[: round(float(share) * n)]
        if name == "random":
            given[wrong] = (right[wrong] + rng.integers(1, 10, len(wrong))) % 10
        elif name == "neighbour":
            given[wrong] = (right[wrong] + 1) % 10
        else:
            kept = np.setdiff1d(np.arange(n), wrong)
            few, given, right = few[kept], given[kept], right[kept]
    return images[few], given, right, (images[judges], labels[judges])


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row."""
    x, given, right, judges = draw(row, seed)
    net = Sequential(Flatten(), Dense(784, 64, he_normal()), ReLU(), Dense(64, 10))
    epochs = round(STEPS / np.ceil(len(x) / BATCH))
    if row.endswith("epochs"):
        epochs = EPOCHS
    trained = fit(net, nn.SoftmaxCrossEntropy(), x, given, optimizer=nn.adam(settings["rate"]),
                  epochs=epochs, batch_size=BATCH, seed=seed, progress=False)  # fmt: skip
    if tuning:
        return {"validation": nn.accuracy(trained.predict(judges[0]), judges[1])}
    images, labels = pictures()
    said: Any = trained.predict(x).argmax(axis=1)
    wrong = given != right
    return {
        "test": nn.accuracy(trained.predict(images[POOL:]), labels[POOL:]),
        "training": float(np.mean(said == given)),
        "repeated": float(np.mean(said[wrong] == given[wrong])) if wrong.any() else 0.0,
    }


RATES = [{"rate": rate} for rate in (1e-4, 3e-4, 1e-3, 3e-3, 1e-2)]
SHARES = (0.2, 0.4, 0.6)
SIZED = ("none", "random 0.4", "random 0.6", "neighbour 0.4", "neighbour 0.6")
CANDIDATES = dict.fromkeys(
    [
        "none",
        *(f"{kind} {s}" for kind in ("random", "neighbour", "left out") for s in SHARES),
        *(f"{kind}, {n}" for kind in SIZED for n in (250, 2500)),
        *(f"{kind}, {n}, {EPOCHS} epochs" for kind in SIZED[:2] for n in (250, 2500)),
    ],
    RATES,
)
FIXED: dict[str, dict] = {}
