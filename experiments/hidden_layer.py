"""What is a hidden layer worth on handwritten digits?

Task: the 1797 digits of 8 × 8 in ten classes. Ten neurons, which draw straight boundaries between
any two digits, against a hidden layer of 64 ReLU units before them.

Each run: three quarters of the digits to train on, 20 epochs of Adam with batches of 50; the last
quarter is the test set. Seeds 0 to 9: split, start and batches. All splits are of the same digits.

Tuning: the same five learning rates for both on two other splits (seeds 100, 101), judged by the
accuracy on a fifth of the training digits that is put aside.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, ReLU, Sequential, fit

QUESTION = "What is a hidden layer worth on handwritten digits?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 0.02
NETWORKS = {
    "none": lambda: Sequential(Dense(64, 10)),
    "64 units": lambda: Sequential(Dense(64, 64), ReLU(), Dense(64, 10)),
}


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row."""
    images, labels = nn.load_digits()
    x, x_new, t, t_new = nn.train_test_split(
        np.random.default_rng(seed), images.reshape(-1, 64), labels,
        test_fraction=0.25, stratify=labels,
    )  # fmt: skip
    if tuning:
        kept = len(x) * 4 // 5
        x, x_new, t, t_new = x[:kept], x[kept:], t[:kept], t[kept:]
    trained: Any = fit(
        NETWORKS[row](), nn.SoftmaxCrossEntropy(), x, nn.one_hot(t, 10),
        optimizer=nn.adam(settings["rate"]), epochs=20, batch_size=50, seed=seed, progress=False,
    )  # fmt: skip
    share = float(nn.accuracy(trained.predict(x_new), t_new))
    return {"validation": share} if tuning else {"test": share}


CANDIDATES = {row: [{"rate": r} for r in (0.002, 0.005, 0.02, 0.05, 0.2)] for row in NETWORKS}
FIXED: dict[str, dict] = {}
