"""Is ReLU better than tanh on 200 digits? Paired runs, and what a run's result depends on.

A network with one hidden layer of 32 units, 20 epochs of Adam with batches of 32.

Rows: `ReLU`, `tanh`: seed s draws the digits and is the seed of the training, which draws the first
weights and the order of the batches. `training alone` and `data alone` are ReLU with the draw of
the digits, or the seed of the training, held at 0 (but tuned as `ReLU` is).

Tuning: five learning rates on three draws (seeds 100 to 102), by the accuracy on 300 other digits.
Measured: `test`, the accuracy on the 1297 digits that are left, in the final runs (seeds 0 to 9).
"""

from __future__ import annotations

import numpy as np

import nnbook as nn
from nnbook import Dense, ReLU, Sequential, Tanh, fit

QUESTION = "Is ReLU better than tanh on 200 digits, and how much of that is the draw?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 103), 0.05


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row."""
    images, labels = nn.load_digits()
    pixels = images.reshape(len(images), -1) - 0.3
    draw = 0 if row == "training alone" and not tuning else seed
    start = 0 if row == "data alone" and not tuning else seed
    few, judges, test = np.split(np.random.default_rng(draw).permutation(len(labels)), [200, 500])
    activation = Tanh if row == "tanh" else ReLU
    net = Sequential(Dense(64, 32), activation(), Dense(32, 10))
    done = fit(net, nn.SoftmaxCrossEntropy(), pixels[few], labels[few],
               optimizer=nn.adam(settings["rate"]), epochs=20, seed=start,
               progress=False)  # fmt: skip
    on = judges if tuning else test
    return {"validation" if tuning else "test": nn.accuracy(done.predict(pixels[on]), labels[on])}


RATES = [{"rate": rate} for rate in (0.003, 0.01, 0.03, 0.1, 0.3)]
CANDIDATES = dict.fromkeys(["ReLU", "tanh", "training alone", "data alone"], RATES)
FIXED: dict[str, dict] = {}
