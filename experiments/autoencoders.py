"""What are codes worth that were learned without labels?

Data: handwritten digits, 8 × 8, in each draw 1000 to train on, 300 judges for choosing settings and
497 to test on; and, for the anomalies, clothes, pooled to 14 × 14: pictures 0 to 3999 are the pool,
4000 to 5999 are looked at in the final runs alone. All networks have one hidden layer of ReLU units
in the encoder and one in the decoder, are trained by Adam on the mean squared error with batches of
50, and see no label.

Tasks, each with rows of its own (`task: row`), seeds 0 to 9, settings chosen out of four on two
other draws (seeds 100, 101); rows with nothing to choose are fixed.

- `rebuild`: digits through a code of 1, 2, 4, 8, 16, 32 numbers (64 hidden units, 1200 steps).
  `error @ d` is the mean squared distance of new digits from what is rebuilt, `neighbour @ d` the
  share of new digits whose nearest training digit in the plane of codes is of the same class.
  Rows: pca, a trained linear autoencoder, an autoencoder; chosen is the learning rate, by the error
  with 8 numbers (the linear one is trained for 2 and 8 alone).
- `denoise`: normal noise of deviation 0.3 on each pixel; `error` is the mean squared distance from
  the digit without noise. Rows: nothing done; pca (chosen: how many components); the best linear
  map, from the covariance of the training digits (chosen: what is added to its diagonal); the mean
  of the training digits weighted by how likely each is, with the true width of the noise (exact)
  and with another (remembered; chosen: the width as a multiple of it); a network that saw
  other noise in each batch, 256 hidden units in each of two layers, 2000 steps (chosen: the rate).
- `foreign`: normal are clothes of one class, that of the seed (300 to train on); new are 150 of it
  and 150 of the others. `damaged`: normal are clothes of all classes (1500); new are 250 as they
  are and 250 in which a square of 4 × 4 pixels came from a random place of another picture. `auc`,
  and `recall @ f`, the share of the anomalies that is found when f % of the normal ones are called
  so. Rows: squared distance from the mean; covariance, the distance of Mahalanobis (chosen: what is
  added to the diagonal, as a share of the mean variance); neighbour, the distance from the k-th
  nearest training picture (chosen: k); pca (chosen: components); an autoencoder (chosen: size of
  the code), and a denoising one with 32 numbers (chosen: the noise), both with 64 hidden units,
  rate 0.003, 600 steps for foreign and 900 for damaged.
- `clusters`: k-means with ten clusters and ten starts on digits. `rand` is the adjusted Rand index
  of the clusters of new digits, by the nearest centre, and their classes, `purity` their purity;
  `starts` how much higher the loss of the worst of the ten starts is than that of the best, as a
  share. Rows: pixels; pca, autoencoder, and an autoencoder that gets digits moved by up to one
  pixel and has to give back the ones that were not moved (for these: chosen is the size of the
  code; 128 hidden units, rate 0.003, 1440 steps).

Labels of the judges choose the settings of `foreign`, `damaged` and `clusters`, which a real task
without labels would not allow; they do so for all rows alike.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, GaussianNoise, MeanSquaredError, ReLU, Sequential, fit, kmeans
from nnbook.data.metrics import adjusted_rand, purity
from nnbook.ops.initializers import he_normal

QUESTION = "What are codes worth that were learned without labels?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 0.25
CODES, FALSE = (1, 2, 4, 8, 16, 32), (0, 1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100)
NOISE, POOL = 0.3, 4000


@cache
def digits() -> tuple:
    images, labels = nn.load_digits(np.float32)
    return images.reshape(-1, 64), labels


@cache
def clothes() -> tuple:
    images, labels = nn.load_fashion(np.float32)
    return images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196), labels


def draw(seed: int, tuning: bool) -> tuple:
    """Numbers of the digits to train on, and of those to judge by."""
    order = np.random.default_rng(seed).permutation(len(digits()[0]))
    return order[:1000], order[1000:1300] if tuning else order[1300:]


def autoencoder(m: int, d: int, hidden: int, noise: float = 0.0) -> Sequential:
    ops = [GaussianNoise(noise)] if noise else []
    ops += [Dense(m, hidden, he_normal()), ReLU(), Dense(hidden, d)]
    return Sequential(*ops, Dense(d, hidden, he_normal()), ReLU(), Dense(hidden, m))


def learn(network: Sequential, x: Any, rate: float, epochs: int, seed: int, t: Any = None) -> Any:
    return fit(
        network, MeanSquaredError(), x, x if t is None else t, optimizer=nn.adam(rate),
        epochs=epochs, batch_size=50, seed=seed, progress=False,
    )  # fmt: skip


def through(run: Any, x: Any, layer: str) -> tuple:
    """The codes of `x`, the values of one layer, and what is rebuilt from them."""
    values, _ = run.network.forward(run.params, x)
    return values[layer], values[run.network.outputs[0]]


def by_pca(x: Any, d: int) -> Any:
    """A function that gives codes and what is rebuilt."""
    transform = nn.pca(d)
    state = transform.init(x)

    def both(new: Any) -> tuple:
        codes = transform.apply(state, new)
        return codes, transform.invert(state, codes)

    return both


def distance(x: Any, other: Any) -> Any:
    return np.square(x - other).sum(axis=-1)


def neighbour_distances(new: Any, x: Any) -> Any:
    return np.stack([distance(x, row) for row in new])


def rebuild(row: str, settings: dict, seed: int, tuning: bool) -> dict[str, float]:
    (x, labels), (train, test) = digits(), draw(seed, tuning)
    found = {}
    sizes = (2, 8) if row == "linear" else CODES
    for d in (8,) if tuning else sizes:
        if row == "pca":
            both = by_pca(x[train], d)
        else:
            linear = row == "linear"
            network = Sequential(Dense(64, d), Dense(d, 64)) if linear else autoencoder(64, d, 64)
            run = learn(network, x[train], settings["rate"], 60, seed)
            both = lambda new: through(run, new, "dense1" if linear else "dense2")  # noqa: E731, B023
        (known, _), (codes, rebuilt) = both(x[train]), both(x[test])
        found[f"error @ {d}"] = distance(rebuilt, x[test]).mean()
        nearest = neighbour_distances(codes, known).argmin(axis=1)
        found[f"neighbour @ {d}"] = (labels[train][nearest] == labels[test]).mean()
    return {"validation": -found["error @ 8"]} if tuning else found


def denoise(row: str, settings: dict, seed: int, tuning: bool) -> dict[str, float]:
    (x, _), (train, test) = digits(), draw(seed, tuning)
    noise = np.random.default_rng([seed, 7]).normal(0, NOISE, x[test].shape)
    known, noisy = x[train], x[test] + noise.astype(np.float32)
    if row == "nothing":
        clean = noisy
    elif row == "pca":
        clean = by_pca(known, settings["d"])(noisy)[1]
    elif row == "linear":
        mean, C = known.mean(axis=0), np.cov(known.T, bias=True)
        S = C + (NOISE**2 + settings["more"]) * np.eye(64)
        clean = mean + (noisy - mean) @ np.linalg.solve(S, C)
    elif row in ("exact", "remembered"):
        width = settings.get("width", 1.0) * NOISE
        z = -neighbour_distances(noisy, known) / (2 * width**2)
        clean = nn.numerics.softmax(z) @ known
    else:
        network = Sequential(
            GaussianNoise(NOISE), Dense(64, 256, he_normal()), ReLU(),
            Dense(256, 256, he_normal()), ReLU(), Dense(256, 64),
        )  # fmt: skip
        clean = learn(network, known, settings["rate"], 100, seed).predict(noisy)
    error = distance(clean, x[test]).mean()
    return {"validation": -error} if tuning else {"error": error}


def damaged_clothes(rng: np.random.Generator, x: Any, others: Any) -> Any:
    """A square of each picture comes from a place of another."""
    pictures, others = x.copy().reshape(-1, 14, 14), others.reshape(-1, 14, 14)
    for picture in pictures:
        other = others[rng.integers(len(others))]
        (r, c), (u, v) = rng.integers(0, 11, (2, 2))
        picture[r : r + 4, c : c + 4] = other[u : u + 4, v : v + 4]
    return pictures.reshape(-1, 196)


def normal_and_new(task: str, seed: int, tuning: bool) -> tuple:
    """Normal pictures to train on, new ones, and whether these are anomalies."""
    (x, labels), rng = clothes(), np.random.default_rng(seed)
    pool = rng.permutation(POOL)
    rest = rng.permutation(POOL) if tuning else POOL + rng.permutation(len(x) - POOL)
    if task == "foreign":
        own = pool[labels[pool] == seed % 10]
        rest = np.setdiff1d(rest, own[:300], assume_unique=True)
        rest = rng.permutation(rest)
        train = own[:300]
        new = np.r_[rest[labels[rest] == seed % 10][:150], rest[labels[rest] != seed % 10][:150]]
        half = min((labels[rest] == seed % 10).sum(), 150)
        return x[train], x[new], np.arange(len(new)) >= half
    train = pool[:1500]
    rest = rng.permutation(np.setdiff1d(rest, train, assume_unique=True))
    spoiled = damaged_clothes(rng, x[rest[250:500]], x[rest[500:1000]])
    return x[train], np.r_[x[rest[:250]], spoiled], np.arange(500) >= 250


def strangeness(row: str, settings: dict, x: Any, new: Any, seed: int, epochs: int) -> Any:
    """The score of each new picture: the larger, the stranger."""
    mean = x.mean(axis=0)
    if row == "mean":
        return distance(new, mean)
    if row == "covariance":
        C = np.cov(x.T.astype(float), bias=True)
        C += settings["share"] * np.trace(C) / len(C) * np.eye(len(C))
        return np.sum((new - mean) * np.linalg.solve(C, (new - mean).T).T, axis=1)
    if row == "neighbour":
        return np.sort(neighbour_distances(new, x), axis=1)[:, settings["k"] - 1]
    if row == "pca":
        return distance(new, by_pca(x, settings["d"])(new)[1])
    network = autoencoder(196, settings.get("d", 32), 64, settings.get("noise", 0.0))
    return distance(new, learn(network, x, 0.003, epochs, seed).predict(new))


def anomalies(task: str, row: str, settings: dict, seed: int, tuning: bool) -> dict[str, float]:
    x, new, strange = normal_and_new(task, seed, tuning)
    score = strangeness(row, settings, x, new, seed, 100 if task == "foreign" else 30)
    auc = nn.roc_auc(score, strange)
    if tuning:
        return {"validation": auc}
    f, r, _ = nn.roc_curve(score, strange)
    return {"auc": auc} | {
        f"recall @ {percent}": r[f <= percent / 100 + 1e-9].max() for percent in FALSE
    }


def clusters(row: str, settings: dict, seed: int, tuning: bool) -> dict[str, float]:
    (x, labels), (train, test) = digits(), draw(seed, tuning)
    if row == "pixels":
        codes = lambda new: new  # noqa: E731
    elif row == "pca":
        both = by_pca(x[train], settings["d"])
        codes = lambda new: both(new)[0]  # noqa: E731
    else:
        known, seen = x[train], x[train]
        if row == "moved":
            wide = np.pad(known.reshape(-1, 8, 8), ((0, 0), (1, 1), (1, 1)))
            moves = [(r, c) for r in range(3) for c in range(3)]
            seen = np.concatenate([wide[:, r : r + 8, c : c + 8] for r, c in moves])
            seen, known = seen.reshape(-1, 64), np.tile(known, (9, 1))
        epochs = 72 * 1000 // len(known)
        run = learn(autoencoder(64, settings["d"], 128), seen, 0.003, epochs, seed, known)
        codes = lambda new: through(run, new, "dense2")[0]  # noqa: E731
    found = kmeans(codes(x[train]).astype(float), 10, np.random.default_rng(seed), restarts=10)
    groups = found.nearest(codes(x[test]).astype(float))
    rand = adjusted_rand(groups, labels[test])
    if tuning:
        return {"validation": rand}
    worst = max(found.starts) / min(found.starts) - 1
    return {"rand": rand, "purity": purity(groups, labels[test]), "starts": worst}


TASKS = {"rebuild": rebuild, "denoise": denoise, "clusters": clusters}


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row of a task."""
    task, _, name = row.partition(": ")
    if task in ("foreign", "damaged"):
        found = anomalies(task, name, settings, seed, tuning)
    else:
        found = TASKS[task](name, settings, seed, tuning)
    return {key: float(value) for key, value in found.items()}


def options(name: str, *values: float) -> list[dict]:
    return [{name: value} for value in values]


CANDIDATES = {
    "rebuild: linear": options("rate", 0.005, 0.01, 0.02, 0.04),
    "rebuild: autoencoder": options("rate", 0.005, 0.01, 0.02, 0.04),
    "denoise: pca": options("d", 8, 12, 16, 24),
    "denoise: linear": options("more", 0.0, 0.003, 0.01, 0.03),
    "denoise: remembered": options("width", 1.3, 1.6, 2.0, 2.5),
    "denoise: network": options("rate", 0.001, 0.002, 0.004, 0.008),
    "clusters: pca": options("d", 4, 8, 16, 32),
    "clusters: autoencoder": options("d", 4, 8, 16, 32),
    "clusters: moved": options("d", 4, 8, 16, 32),
}
for _task, _shares, _sizes in (
    ("foreign", (0.1, 0.3, 1.0, 3.0), (2, 4, 8, 16)),
    ("damaged", (0.01, 0.03, 0.1, 0.3), (8, 16, 32, 64)),
):
    CANDIDATES |= {
        f"{_task}: covariance": options("share", *_shares),
        f"{_task}: neighbour": options("k", 1, 2, 5, 10),
        f"{_task}: pca": options("d", *_sizes),
        f"{_task}: autoencoder": options("d", *_sizes),
        f"{_task}: denoising": options("noise", 0.05, 0.1, 0.2, 0.4),
    }
FIXED: dict[str, dict] = {
    "rebuild: pca": {},
    "denoise: nothing": {},
    "denoise: exact": {},
    "foreign: mean": {},
    "damaged: mean": {},
    "clusters: pixels": {},
}
