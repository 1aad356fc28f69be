"""What are random transformations worth, and how many steps do they need?

Task: handwritten digits of 8 × 8 pixels, ten classes, from 100 pictures, all rightly labelled. A
network 64-64-10 with ReLU, He's start, Adam, batches of 50, for 80 or for 800 steps.

Data: half of the digits are the pool, of which every seed draws its 100 (200 in the row of more
digits); the other half is the test set, looked at once, in the final runs.

Tuning: each row has the same five learning rates, on the same four draws, judged by the accuracy
on 400 others of the pool. Final runs: twelve seeds for draw, start, batches and transformations, so
that rows are compared pair by pair.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook.ops.initializers import he_normal

QUESTION = "What are random transformations worth, and how many steps do they need?"
SEEDS, TUNING_SEEDS = range(12), range(100, 104)
FEW, BATCH, TOLERANCE = 100, 50, 0.03
RATES = (1e-3, 2e-3, 5e-3, 1e-2, 2e-2)
WAYS: dict[str, dict] = {
    "none": {},
    "shift ± ½ pixel": {"shift": 0.5},
    "rotate ± 15°": {"rotate": 15},
    "both, and scale": {"shift": 0.5, "rotate": 15, "scale": 1.2},
    "mirror": {"flip": (-1,)},
    "shift ± 2 pixels": {"shift": 2},
    "rotate ± 180°": {"rotate": 180},
    "100 more digits": {},
}
STEPS = {"80 steps": 80, "800 steps": 800}


@cache
def pictures() -> tuple:
    """Pool and test set: pictures and labels."""
    images, labels = nn.load_digits()
    order = np.random.default_rng(54321).permutation(len(images))
    return tuple((images[rows], labels[rows]) for rows in (order[:900], order[900:]))


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row, `steps: way`: the accuracy on pictures not trained on."""
    steps, _, way = row.partition(": ")
    (x, t), test = pictures()
    n = 2 * FEW if way == "100 more digits" else FEW
    order = np.random.default_rng(seed).permutation(len(x))
    few, judges = order[:n], order[2 * FEW : 2 * FEW + 400]
    moving: list[Any] = [nn.Augment(**WAYS[way])] if WAYS[way] else []
    layers = [nn.Flatten(), nn.Dense(64, 64, he_normal()), nn.ReLU(), nn.Dense(64, 10)]
    done = nn.fit(
        nn.Sequential(*moving, *layers), nn.SoftmaxCrossEntropy(), x[few], t[few],
        optimizer=nn.adam(settings["rate"]), epochs=STEPS[steps] * BATCH // n, batch_size=BATCH,
        seed=seed, progress=False,
    )  # fmt: skip
    if tuning:
        return {"validation": nn.accuracy(done.predict(x[judges]), t[judges])}
    return {"test": nn.accuracy(done.predict(test[0]), test[1])}


CANDIDATES = {f"{s}: {way}": [{"rate": rate} for rate in RATES] for s in STEPS for way in WAYS}
FIXED: dict[str, dict] = {}
