"""When does a network that was trained on one task help with another?

First task: the digits 0 to 4, or all ten digits, from 900 pictures. Second task, with other
pictures: the digits 5 to 9, from 5 or 40 of each; or, is the digit 5 or more, from 10 or 40 of each
answer. A network 64-64-32-K with ReLU, He's start, Adam; the second task has about sixty steps.

Rows: from scratch; the 32 hidden features of the first network under a new last layer, fine-tuned
or frozen; for the second pair also the whole first network, frozen, under a new layer that reads
its ten probabilities.

Tuning: each row has the same six learning rates, on the same four seeds, judged by the accuracy on
half of the second task's other pictures. Final runs: twelve seeds, tested on the other half.
"""

from __future__ import annotations

from functools import cache

import numpy as np

import nnbook as nn
from nnbook.ops.initializers import he_normal

QUESTION = "When does a network that was trained on one task help with another?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(12), range(100, 104), 0.03
RATES = (1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1)
HALVES, LARGE = "0 to 4, then 5 to 9", "which digit, then 5 or more"
WAYS = ("from scratch", "features, fine-tuned", "features, frozen")
ROWS = [f"{HALVES}: {n} of each: {way}" for n in (5, 40) for way in WAYS]
ROWS += [f"{LARGE}: {n} of each: {way}" for n in (10, 40) for way in (*WAYS, "all, frozen")]


def layers(outputs: int) -> list:
    """The vertices of the network, with that many outputs."""
    return [
        nn.Dense(64, 64, he_normal()), nn.ReLU(),
        nn.Dense(64, 32, he_normal()), nn.ReLU(), nn.Dense(32, outputs),
    ]  # fmt: skip


def learn(network, x, t, seed, optimizer, epochs, **options):
    return nn.fit(
        network, nn.SoftmaxCrossEntropy(), x, t, optimizer=optimizer, epochs=epochs,
        batch_size=50, seed=seed, progress=False, **options,
    )  # fmt: skip


@cache
def tasks(pair: str, seed: int) -> tuple:
    """The network of the first task, and the pictures and labels of the second."""
    images, labels = nn.load_digits()
    order = np.random.default_rng(seed).permutation(len(images))
    x, t = images.reshape(-1, 64)[order], labels[order]
    if pair == HALVES:
        first, second = (x[t < 5], t[t < 5]), (x[t >= 5], t[t >= 5] - 5)
    else:
        first, second = (x[:900], t[:900]), (x[900:], (t[900:] >= 5).astype(int))
    network = nn.Sequential(*layers(first[1].max() + 1))
    return learn(network, *first, seed, nn.adam(5e-3), 6).params, second


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row, `pair: n of each: way`: the accuracy on pictures not trained on."""
    pair, count, way = row.split(": ")
    params, (x, t) = tasks(pair, seed)
    n, classes = int(count.split()[0]), int(t.max() + 1)
    by_class = [np.flatnonzero(t == k) for k in range(classes)]
    few = np.concatenate([rows[:n] for rows in by_class])
    other = np.concatenate([rows[40:] for rows in by_class])[tuning::2]
    if way == "all, frozen":
        network, carried = nn.Sequential(*layers(10), nn.Softmax(), nn.Dense(10, classes)), params
    else:
        network, carried = nn.Sequential(*layers(classes)), {}
        if way != "from scratch":
            carried = {name: params[name] for name in ("dense1", "dense2")}
    optimizer = nn.adam(settings["rate"])
    if way.endswith("frozen"):
        optimizer = nn.freeze(optimizer, *carried)
    fresh = network.init(np.random.default_rng(seed))
    epochs = 60 if len(few) <= 50 else 3000 // len(few)
    done = learn(network, x[few], t[few], seed, optimizer, epochs, params={**fresh, **carried})
    return {"validation" if tuning else "test": nn.accuracy(done.predict(x[other]), t[other])}


CANDIDATES = {row: [{"rate": rate} for rate in RATES] for row in ROWS}
FIXED: dict[str, dict] = {}
