"""Do samples of diffusion models come from where the data come from?

Distances are energy distances, twice the mean distance of a sample from a held-out example minus
the mean distance of two samples and that of two held-out examples: 0 on average for two samples of
one distribution. All networks have two hidden layers of ReLU units, read the spoiled example beside
10 features of the step, go over 100 steps of noise, and are trained by Adam with a rate that falls
to 0. Of each tuned row three settings are compared on two other draws (seeds 100, 101), by the
energy distance from judges; seeds 0 to 9 are the final runs.

`moons: …`, two half-moons in the plane, 1000 points to train on, 2000 samples against 2000 new
points. `linear` and `cosine` are networks (128 units, batches of 200, 3000 steps, which predict the
noise) under these schedules; chosen is the rate. `gaussian` is one fitted normal distribution,
`mixture` a mixture of them (100 rounds of EM; chosen: how many), `exact` the best possible denoiser
of the training points, under the cosine schedule, and `real` 2000 other new points. `energy` is the
energy distance, `near` the mean distance of a sample from the nearest training point.

`digits: …`, 8 × 8 pixels with ink from 0 to 1. 497 pictures, drawn once, are the test set, looked
at once, in the final runs. Each draw of the other 1300 takes 1000 to train on and 300 judges.
500 samples are asked for, each of a class that is drawn from the training labels. `noise`,
`picture` and `velocity` are networks (256 units, batches of 100, 3000 steps, cosine schedule) that
predict one of these and have its squared error as their loss; `picture, linear` is the second under
the linear schedule. They read the class, and 0 instead for every seventh example. Chosen is the
rate. `classes` has a normal distribution for each class (chosen: which share of its covariance is
replaced with the mean variance on the diagonal), `copies` are training pictures with normal noise
(chosen: its deviation); both are kept between 0 and 1. `training` are training pictures,
`held out` one half of the test pictures, with the other half in place of the test set.

`energy`; `near`, the mean distance of a sample from the nearest training picture; `covers`, that of
a test picture from the nearest sample; `accuracy`, how often a classifier of 64 hidden units, which
was trained on the 1000 pictures, sees the class that was asked for; `sure`, for how many of them it
gives a class more than 0.9; `entropy`, that of the classes it sees, in nats. `ddim energy @ S`,
`ddim accuracy @ S` and `drawn energy @ S`, `drawn accuracy @ S`: of samples in S steps, without new
noise or with all of it. `picture` has `guided energy @ w`, `guided accuracy @ w`, `guided covers @
w` with the weight w on what the class says.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, MeanSquaredError, ReLU, Sequential, SoftmaxCrossEntropy
from nnbook.diffusion import (
    ancestral,
    cosine_noise,
    ddim,
    from_velocity,
    linear_noise,
    noise_in,
    noised,
    step_features,
    velocity,
)
from nnbook.numerics import softmax
from nnbook.ops.initializers import he_normal
from nnbook.training.loop import loss_and_gradients

QUESTION = "Do samples of diffusion models come from where the data come from?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 0.3
T, STEPS, TEST, SAMPLES = 100, 3000, 497, 500
SCHEDULES = {"cosine": cosine_noise(T), "linear": linear_noise(T)}
FEATURES = {name: step_features(s, np.arange(T + 1)) for name, s in SCHEDULES.items()}
STOPS, WEIGHTS = (5, 10, 20, 50, 100), (0, 1, 2, 4)


def gaps(x: Any, y: Any) -> Any:
    """The distance of each of the first from each of the second."""
    squares = (x**2).sum(axis=1)[:, None] + (y**2).sum(axis=1) - 2 * x @ y.T
    return np.sqrt(np.maximum(squares, 0))


def energy_distance(x: Any, y: Any) -> float:
    within = sum(gaps(a, a).sum() / (len(a) * (len(a) - 1)) for a in (x, y))
    return 2 * gaps(x, y).mean() - within


def spoil(schedule: Any, x: Any, t: Any, noise: Any, what: str) -> tuple:
    """Spoiled examples, and what the network has to say of them."""
    x_t = noised(schedule, x, t, noise)
    if what == "velocity":
        return x_t, velocity(schedule, x, t, noise)
    return x_t, noise if what == "noise" else x


def train(
    x: Any, labels: Any, name: str, what: str, rate: float, seed: int, H: int, batch: int,
    steps: int = STEPS,
) -> tuple:  # fmt: skip
    """A network that says what is in spoiled examples; `labels` are columns beside them."""
    rng, schedule, m = np.random.default_rng(seed), SCHEDULES[name], x.shape[1]
    features, x = FEATURES[name].astype(np.float32), x.astype(np.float32)
    network = Sequential(
        Dense(m + features.shape[1] + labels.shape[1], H, he_normal()), ReLU(),
        Dense(H, H, he_normal()), ReLU(), Dense(H, m),
    )  # fmt: skip
    params = network.init(rng, np.float32)
    optimizer = nn.adam(lambda step: rate * (1 - step / steps))
    state = optimizer.init(params)
    for _ in range(steps):
        i, t = rng.integers(0, len(x), batch), rng.integers(1, T + 1, batch)
        noise = rng.standard_normal((batch, m), np.float32)
        known = labels[i] * (rng.random((batch, 1)) > 1 / 7)
        x_t, target = spoil(schedule, x[i], t, noise, what)
        shown = np.concatenate([x_t, features[t], known], axis=1, dtype=np.float32)
        _, grads, _ = loss_and_gradients(network, MeanSquaredError(), params, shown, target)
        params, state = optimizer.update(params, grads, state)
    return network, params


def teller(network: Any, params: Any, name: str, what: str, labels: Any) -> Callable:
    """A model for the samplers: the noise that the network sees, given these labels."""
    schedule, features = SCHEDULES[name], FEATURES[name].astype(np.float32)

    def model(x: Any, t: int) -> Any:
        rows = np.broadcast_to(features[t], (len(x), features.shape[1]))
        said = network.predict(params, np.concatenate([x, rows, labels], axis=1, dtype=np.float32))
        if what == "noise":
            return said
        turn = from_velocity if what == "velocity" else noise_in
        return turn(schedule, x, t, said)

    return model


def mixture(x: Any, K: int, rng: np.random.Generator, n: int) -> Any:
    """Samples of a mixture of K normal distributions, fitted by expectation maximization."""
    m = x.shape[1]
    mean, weight = x[rng.permutation(len(x))[:K]], np.full(K, 1 / K)
    cov = np.repeat(np.cov(x.T)[None], K, axis=0)
    for _ in range(100):
        away = x[:, None] - mean
        square = np.einsum("nkj,kjl,nkl->nk", away, np.linalg.inv(cov), away)
        share = softmax(np.log(weight) - (square + np.linalg.slogdet(cov)[1]) / 2)
        count = share.sum(axis=0) + 1e-9
        mean, weight = share.T @ x / count[:, None], count / count.sum()
        away = x[:, None] - mean
        cov = np.einsum("nk,nkj,nkl->kjl", share, away, away) / count[:, None, None]
        cov += 1e-4 * np.eye(m)
    k = rng.choice(K, n, p=weight)
    return mean[k] + np.einsum("njl,nl->nj", np.linalg.cholesky(cov)[k], rng.normal(size=(n, m)))


def exact(x: Any, schedule: Any) -> Callable:
    """The best denoiser of these examples, as a model for the samplers."""

    def model(x_t: Any, t: int) -> Any:
        a = schedule.left[t]
        z = -(gaps(x_t, np.sqrt(a) * x) ** 2) / (2 * (1 - a))
        return noise_in(schedule, x_t, t, softmax(z) @ x)

    return model


def moons(rng: np.random.Generator, n: int) -> Any:
    return (nn.data.two_moons(rng, n, 0.05)[0] - [0.5, 0.25]) / 0.7


def of_moons(row: str, settings: dict, seed: int, tuning: bool) -> dict[str, float]:
    rng = np.random.default_rng(seed)
    x, new = moons(rng, 1000), moons(rng, 2000)
    start = rng.standard_normal((2000, 2))
    if row == "real":
        found = moons(rng, 2000)
    elif row in ("gaussian", "mixture"):
        found = mixture(x, settings.get("K", 1), rng, 2000)
    elif row == "exact":
        found = ancestral(exact(x, SCHEDULES["cosine"]), SCHEDULES["cosine"], start, rng)
    else:
        none = np.zeros((2000, 0), np.float32)
        trained = train(x, none[:1000], row, "noise", settings["rate"], seed, 128, 200)
        model = teller(*trained, row, "noise", none)
        found = ancestral(model, SCHEDULES[row], start, rng)
    energy = energy_distance(found, new)
    if tuning:
        return {"validation": -energy}
    return {"energy": energy, "near": gaps(found, x).min(axis=1).mean()}


@cache
def pictures() -> tuple:
    """Digits in an order that is drawn once: the last ones are the test set."""
    images, labels = nn.load_digits()
    order = np.random.default_rng(2026).permutation(len(images))
    return images.reshape(-1, 64)[order], labels[order]


def draw(seed: int, tuning: bool = False) -> tuple:
    """Pictures and labels to train on, and those to judge by."""
    x, t = pictures()
    order = np.random.default_rng(seed).permutation(len(x) - TEST)
    rest = order[1000:] if tuning else np.arange(len(x) - TEST, len(x))
    return (x[order[:1000]], t[order[:1000]]), (x[rest], t[rest])


def centred(x: Any) -> tuple:
    """The mean picture and one scale for all pixels, and the limits of ink in these terms."""
    mean = x.mean(axis=0)
    scale = np.sqrt(np.mean((x - mean) ** 2))
    return mean, scale, ((0 - mean) / scale, (1 - mean) / scale)


def guided(with_class: Callable, without: Callable, w: float) -> Callable:
    """The noise without the class, moved by w times what the class changes."""

    def model(x: Any, t: int) -> Any:
        plain = without(x, t)
        return plain + w * (with_class(x, t) - plain)

    return model


def fitted(row: str, settings: dict, x: Any, t: Any, asked: Any, rng: np.random.Generator) -> Any:
    """Samples of the baselines, of the classes that are asked for."""
    if row == "copies":
        chosen = np.array([rng.choice(np.flatnonzero(t == k)) for k in asked])
        return np.clip(x[chosen] + rng.normal(0, settings["width"], (len(asked), 64)), 0, 1)
    found = np.empty((len(asked), 64))
    for k in np.unique(asked):
        C = np.cov(x[t == k].T)
        C += settings["share"] * (np.trace(C) / 64 * np.eye(64) - C)
        here = asked == k
        found[here] = rng.multivariate_normal(x[t == k].mean(axis=0), C, here.sum())
    return np.clip(found, 0, 1)


def of_digits(row: str, settings: dict, seed: int, tuning: bool) -> dict[str, float]:
    (x, t), (new, t_new) = draw(seed, tuning)
    rng = np.random.default_rng([seed, 1])
    asked = rng.choice(t, SAMPLES)
    judge = None if tuning else nn.fit(
        Sequential(Dense(64, 64, he_normal()), ReLU(), Dense(64, 10)), SoftmaxCrossEntropy(),
        x, t, optimizer=nn.adam(0.003), epochs=30, seed=seed, progress=False,
    )  # fmt: skip

    def right(samples: Any, asked: Any = asked) -> float:
        return np.mean(judge.predict(samples).argmax(axis=1) == asked)

    further, reference = {}, new
    if row == "held out":
        half = len(new) // 2
        found, asked, reference = new[:half], t_new[:half], new[half:]
    elif row == "training":
        chosen = rng.permutation(1000)[:SAMPLES]
        found, asked = x[chosen], t[chosen]
    elif row in ("classes", "copies"):
        found = fitted(row, settings, x, t, asked, rng)
    else:
        what, _, name = row.partition(", ")
        name = name or "cosine"
        mean, scale, limits = centred(x)
        known = np.eye(10, dtype=np.float32)
        trained = train((x - mean) / scale, known[t], name, what, settings["rate"], seed, 256, 100)
        model = teller(*trained, name, what, known[asked])
        start = rng.standard_normal((SAMPLES, 64)).astype(np.float32)

        def samples(model: Callable, steps: int = T, eta: float = 1.0) -> Any:
            chain = np.random.default_rng([seed, 2])
            end = ddim(model, SCHEDULES[name], start, steps, chain, eta, limits)
            return (end * scale + mean).clip(0, 1)

        found = samples(model)
        if not tuning and row in ("noise", "picture"):
            for S in STOPS:
                for kind, eta in (("ddim", 0.0), ("drawn", 1.0)):
                    some = samples(model, S, eta)
                    further[f"{kind} energy @ {S}"] = energy_distance(some, new)
                    further[f"{kind} accuracy @ {S}"] = right(some)
        if not tuning and row == "picture":
            without = teller(*trained, name, what, np.zeros((SAMPLES, 10)))
            for w in WEIGHTS:
                some = samples(guided(model, without, w))
                further[f"guided energy @ {w}"] = energy_distance(some, new)
                further[f"guided accuracy @ {w}"] = right(some)
                further[f"guided covers @ {w}"] = gaps(new, some).min(axis=1).mean()
    energy = energy_distance(found, reference)
    if tuning:
        return {"validation": -energy}
    p = softmax(judge.predict(found))
    seen = np.bincount(p.argmax(axis=1), minlength=10) / len(p)
    return {
        "energy": energy,
        "near": gaps(found, x).min(axis=1).mean(),
        "covers": gaps(reference, found).min(axis=1).mean(),
        "accuracy": right(found, asked),
        "sure": np.mean(p.max(axis=1) > 0.9),
        "entropy": -np.sum(seen[seen > 0] * np.log(seen[seen > 0])),
        **further,
    }


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row."""
    task, _, name = row.partition(": ")
    found = (of_moons if task == "moons" else of_digits)(name, settings, seed, tuning)
    return {key: float(value) for key, value in found.items()}


def options(name: str, *values: float) -> list[dict]:
    return [{name: value} for value in values]


CANDIDATES = {
    "moons: linear": options("rate", 0.002, 0.004, 0.008),
    "moons: cosine": options("rate", 0.002, 0.004, 0.008),
    "moons: mixture": options("K", 4, 8, 16),
    "digits: noise": options("rate", 0.001, 0.002, 0.004),
    "digits: picture": options("rate", 0.001, 0.002, 0.004),
    "digits: velocity": options("rate", 0.001, 0.002, 0.004),
    "digits: picture, linear": options("rate", 0.001, 0.002, 0.004),
    "digits: classes": options("share", 0.03, 0.1, 0.3),
    "digits: copies": options("width", 0.03, 0.1, 0.2),
}
FIXED: dict[str, dict] = {
    "moons: gaussian": {},
    "moons: exact": {},
    "moons: real": {},
    "digits: training": {},
    "digits: held out": {},
}
