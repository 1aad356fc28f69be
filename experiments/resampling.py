"""Is it better to repeat the rare class, to trim the frequent one, to weight, or to do nothing?

Task, data, draws and measures are those of the study `rare`: is a picture of clothes a shirt, where
40 of 1000 pictures are? One hidden layer of 64 ReLU units, 400 steps of Adam with batches of 50.

Rows: `nothing`; `moved`, trained as `nothing`, where the logarithm of the ratio of the classes, 24,
is added to the logit afterwards; `weighted`, where a shirt counts 24 times; `repeated`, with copies
until there are as many shirts as others; `trimmed`, with 40 of the others. All make 400 steps.

Tuning: six learning rates each on four draws (seeds 100 to 103), by the ranking of the 1000 judges,
the area under the ROC curve. No threshold enters it, so `nothing` and `moved` choose the same rate
and are the same network. The test set is looked at once, in the final runs (seeds 0 to 9).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from experiments.rare import SHIRTS, TRAINED, draw, measures, test_set
from nnbook import Dense, Flatten, ReLU, Sequential, fit
from nnbook.ops.initializers import he_normal

QUESTION = "Repeat the rare class, trim the frequent one, weight, move the threshold, or nothing?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 104), 0.15
RATIO, STEPS = (TRAINED - SHIRTS) / SHIRTS, 400


@cache
def learned(way: str, rate: float, seed: int) -> Any:
    """A network that was trained on balanced data, or on the data as they are."""
    (x, t), _ = draw(seed)
    if way in ("repeated", "trimmed"):
        method = {"repeated": "repeat", "trimmed": "trim"}[way]
        rng = np.random.default_rng(1000 + seed)
        x, t = nn.balance(rng, x, t, labels=t[:, 0], method=method)
    weights = (1, RATIO) if way == "weighted" else None
    loss: Any = nn.SigmoidBinaryCrossEntropy(weights=weights)
    net = Sequential(Flatten(), Dense(784, 64, he_normal()), ReLU(), Dense(64, 1))
    epochs = round(STEPS / np.ceil(len(x) / 50))
    return fit(net, loss, x, t, optimizer=nn.adam(rate), epochs=epochs, batch_size=50, seed=seed,
               progress=False)  # fmt: skip


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row."""
    trained = learned("nothing" if row == "moved" else row, settings["rate"], seed)
    shift = np.log(RATIO) if row == "moved" else 0
    if tuning:
        pixels, truth = draw(seed)[1]
        return {"validation": measures(trained.predict(pixels) + shift, truth)["ranking"]}
    pixels, truth = test_set()
    return measures(trained.predict(pixels) + shift, truth)


RATES = [{"rate": r} for r in (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2)]
CANDIDATES = dict.fromkeys(["nothing", "moved", "weighted", "repeated", "trimmed"], RATES)
FIXED: dict[str, dict] = {}
