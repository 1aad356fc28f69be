"""Can a network learn labels that make no sense? Training and test accuracy, epoch by epoch.

A network with one hidden layer of 64 ReLU units on 200 digits, 40 epochs of Adam at a rate of 0.01
with batches of 50, once with the `right labels`, once with the `shuffled labels`, the same ones in
another order. Measured after each epoch: the accuracy on the 200 digits, by the labels as given
(`own @ epoch`), and on 500 others with right labels (`new @ epoch`). Nothing is tuned. Seeds 0 to
9: draw, order of the labels, start and batches.
"""

from __future__ import annotations

import numpy as np

import nnbook as nn
from nnbook import Dense, ReLU, Sequential, fit

QUESTION = "Does the final training accuracy tell whether there was anything to learn?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(0), 0.15


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One training, with its accuracies after each epoch."""
    images, labels = nn.load_digits()
    pixels = images.reshape(len(images), -1) - 0.3
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(labels))
    known, new = order[:200], order[200:700]
    t = labels[known] if row == "right labels" else rng.permutation(labels[known])
    net = Sequential(Dense(64, 64), ReLU(), Dense(64, 10))
    done = fit(net, nn.SoftmaxCrossEntropy(), pixels[known], t, optimizer=nn.adam(0.01), epochs=40,
               batch_size=50, seed=seed, progress=False, validation=(pixels[new], labels[new]),
               metrics=[nn.accuracy])  # fmt: skip
    return {
        f"{name} @ {epoch}": value
        for name, line in (("own", "accuracy"), ("new", "val_accuracy"))
        for epoch, value in enumerate(done.history[line], 1)
    }


CANDIDATES: dict[str, list] = {}
FIXED: dict[str, dict] = {"right labels": {}, "shuffled labels": {}}
