"""Does a model with more parameters than examples do worse? Random features of clothes, by width.

Features: Fashion-MNIST, a ReLU layer of p units with fixed random weights on the centred pixels,
and a linear layer on it, fitted by least squares to 300 pictures with one-hot targets. Where many
fits are perfect, it is the one with the smallest weights. Three conditions: labels as they are,
every fourth label wrong, and the same wrong labels with a penalty on the squared weights (`ridge`),
whose strength each row chooses from six by the mean squared error on 1000 other pictures, two
draws. Measured: mean squared error of the one-hot targets on 300 training pictures and on the test
pictures 4000 to 4999 with their right labels, accuracy there, and the root of the sum of squared
weights.

Trained: networks with one hidden layer of h units, all weights trained, on 300 digits with every
fourth label wrong, by the squared error of one-hot targets: 2000 steps of Adam, batches of 100,
from a rate of 0.005 down to zero along half a cosine. The rate is the same for all widths and was
not tuned. Measured on the digits that are left over, with right labels.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, ReLU, Sequential, fit
from nnbook.ops.initializers import he_normal

QUESTION = "Does the test error rise again when a model can fit everything, and fall beyond?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 0.1
SIZE, POOL = 300, 4000
FEATURES = (10, 30, 100, 200, 250, 290, 310, 350, 500, 1000, 2000)
UNITS = (4, 16, 64, 128, 256)
STRENGTHS = (0.1, 1.0, 10.0, 100.0, 1000.0, 10000.0)


@cache
def clothes() -> tuple:
    images, labels = nn.load_fashion()
    return images.reshape(len(images), -1), labels


@cache
def digits() -> tuple:
    images, labels = nn.load_digits()
    return images.reshape(len(images), -1) - 0.3, labels


def spoiled(rng: np.random.Generator, t: np.ndarray) -> np.ndarray:
    """Labels of which every fourth is a wrong one."""
    t = t.copy()
    t[::4] = (t[::4] + rng.integers(1, 10, t[::4].shape)) % 10
    return t


def squared(y: np.ndarray, t: np.ndarray) -> float:
    return float(np.mean((y - np.eye(10)[t]) ** 2))


def on_features(row: str, settings: dict, seed: int, tuning: bool) -> dict[str, float]:
    condition, _, count = row.partition(": ")
    images, labels = clothes()
    rng = np.random.default_rng(seed)
    order = rng.permutation(POOL)
    few, judges = order[:SIZE], order[SIZE : SIZE + 1000]
    t = labels[few] if condition == "right labels" else spoiled(rng, labels[few])
    W = rng.normal(0, np.sqrt(2 / 784), (784, int(count)))
    mean = images[few].mean(axis=0)
    features = np.maximum((images[few] - mean) @ W, 0)
    targets = np.eye(10)[t]
    if strength := settings.get("strength", 0.0):
        gram = features @ features.T + strength * np.eye(SIZE)
        weights = features.T @ np.linalg.solve(gram, targets)
    else:
        weights = np.linalg.lstsq(features, targets, rcond=1e-10)[0]

    def answers(x: np.ndarray) -> np.ndarray:
        return np.maximum((x - mean) @ W, 0) @ weights

    if tuning:
        return {"validation": -squared(answers(images[judges]), labels[judges])}
    y = answers(images[POOL : POOL + 1000])
    return {
        "training": squared(features @ weights, t),
        "test": squared(y, labels[POOL : POOL + 1000]),
        "right": nn.accuracy(y, labels[POOL : POOL + 1000]),
        "length": float(np.linalg.norm(weights)),
    }


def trained(units: int, seed: int) -> dict[str, float]:
    pixels, labels = digits()
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(pixels))
    few, rest = order[:SIZE], order[SIZE:]
    t = spoiled(rng, labels[few])
    net = Sequential(Dense(64, units, he_normal()), ReLU(), Dense(units, 10))
    done = fit(net, nn.MeanSquaredError(), pixels[few], np.eye(10)[t], epochs=667, seed=seed,
               optimizer=nn.adam(nn.training.schedules.cosine(0.005, 2001)), batch_size=100,
               progress=False)  # fmt: skip
    y = done.predict(pixels[rest])
    return {
        "training": squared(done.predict(pixels[few]), t),
        "test": squared(y, labels[rest]),
        "right": nn.accuracy(y, labels[rest]),
    }


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row, `ridge: 300` features or `trained: 32` units."""
    if row.startswith("trained"):
        return trained(int(row.partition(": ")[2]), seed)
    return on_features(row, settings, seed, tuning)


CANDIDATES: dict[str, list[dict[str, Any]]] = {
    f"ridge: {p}": [{"strength": s} for s in STRENGTHS] for p in FEATURES
}
FIXED: dict[str, dict] = {
    **{f"{labels}: {p}": {} for labels in ("right labels", "wrong labels") for p in FEATURES},
    **{f"trained: {h}": {} for h in UNITS},
}
