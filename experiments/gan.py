"""Does a generator cover its data, and what keeps it from collapsing?

Every adversarial network takes 2000 steps of Adam (β₁ = 0.5, β₂ = 0.99) on the discriminator and as
many on the generator, with one rate, chosen out of four on two other draws (seeds 100, 101; final
runs: seeds 0 to 9). Rows are `task: row`.

- `ring`: eight Gaussians of deviation 0.1 on a circle of radius 2, new points for each batch of 64.
  Generator: 2 normal numbers, two hidden layers of 32 ReLU units; discriminator: two of 32 tanh
  units. Rows: `saturating`, the generator makes log(1 - D) small; `plain`, it makes -log D small,
  and `fast`, the same with a rate of 0.01, that of penalized, not chosen for itself;
  `packed`, as plain, and the discriminator judges two points at once (32 pairs a batch);
  `penalized`, as plain, with 0.3 times the penalty on slopes whose length is not 1;
  `wasserstein`, the same penalty with a critic instead of a discriminator. Judged on 2000 samples:
  `good` is the share within three deviations of a centre, `modes` how many centres have at least a
  quarter of their share, `overlap` the sum of min(share, 1/8) over the centres, by which rates are
  chosen; `modes @ s` and `overlap @ s` are those after s steps. Baselines, fitted to 2000 points:
  `gaussian`; `mixture` of eight round Gaussians with EM from one start, and of `ten` starts the
  one of the highest likelihood; `truth` is another 2000 points.
- `digits`: 8 × 8 digits, in each draw 1000 to train on, 300 judges and 497 to test on. Generator:
  16 normal numbers, two hidden layers of 128 ReLU units, sigmoid outputs; discriminator: two of 128
  LeakyReLU units (0.2). Rows `plain`, `wasserstein` as above, with the penalty times 1. Baselines:
  `pixels`, independent Gaussians; `gaussian`, with the covariance of the training digits;
  `mixture`, Gaussians around the K clusters of k-means (chosen: K), each with its covariance
  shrunk halfway to that within all clusters; `copies`, 497 of the training digits; all clipped
  to [0, 1].
  `told` is how often the nearest neighbour among 497 samples and the 497 test digits is of the same
  kind as oneself, 0.5 if samples are as digits are (settings are chosen by it, on the judges);
  `near`, the mean distance of a sample to the nearest training digit (for copies: to the other
  training digits); `covers`, that of a test digit to the nearest sample. A classifier learns the
  training digits with their labels: `doubt` is the mean entropy in nats of what it says of a
  sample, `classes` the exponential of the entropy of its mean over the samples, and `score` that of
  the difference of both entropies. The row `truth` has near, doubt, classes and score of the test
  digits and `accuracy`, of the classifier on them.

`sample @ k` are the numbers of the first 40 points, or the first two pictures, of some rows.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, LeakyReLU, ReLU, Sequential, Sigmoid, Tanh, gradient_penalty, tree
from nnbook.numerics import sigmoid, softmax
from nnbook.ops.initializers import he_normal

QUESTION = "Does a generator cover its data, and what keeps it from collapsing?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 8.0
STEPS, BATCH, SPREAD = 2000, 64, 0.1
POINTS, PICTURES = 40, 2
ANGLES = np.pi / 4 * np.arange(8)
CENTRES = 2 * np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)


def ring(rng: np.random.Generator, n: int) -> Any:
    return CENTRES[rng.integers(8, size=n)] + rng.normal(0, SPREAD, (n, 2))


@cache
def digits() -> tuple:
    images, labels = nn.load_digits(np.float32)
    return images.reshape(-1, 64), labels


def networks(task: str, pack: int = 1) -> tuple[Sequential, Sequential, int]:
    """Generator, discriminator, and how many numbers the generator reads."""
    if task == "ring":
        return (
            Sequential(Dense(2, 32, he_normal()), ReLU(), Dense(32, 32, he_normal()), ReLU(),
                       Dense(32, 2)),
            Sequential(Dense(2 * pack, 32, he_normal()), Tanh(), Dense(32, 32, he_normal()), Tanh(),
                       Dense(32, 1)),
            2,
        )  # fmt: skip
    leaky, start = LeakyReLU(0.2), he_normal()
    return (
        Sequential(Dense(16, 128, start), ReLU(), Dense(128, 128, start), ReLU(), Dense(128, 64),
                   Sigmoid()),
        Sequential(Dense(64, 128, start), leaky, Dense(128, 128, start), leaky, Dense(128, 1)),
        16,
    )  # fmt: skip


def slopes(row: str, z: Any, real: bool, wish: bool = False) -> Any:
    """The slope of the loss in the logits `z` of a batch; with `wish`, of the generator's."""
    if row == "wasserstein":
        y_bar = np.full_like(z, -1.0 if real or wish else 1.0)
    elif wish and row == "saturating":
        y_bar = -sigmoid(z)
    else:
        y_bar = sigmoid(z) - (real or wish)
    return y_bar / len(z)


def play(task: str, row: str, rate: float, seed: int, draw: Any, watch: Any = None) -> Any:
    """Trains both networks; returns a function that makes samples."""
    rng, dtype = np.random.default_rng(seed), np.float64 if task == "ring" else np.float32
    pack = 2 if row == "packed" else 1
    G, D, d = networks(task, pack)
    made, logit = G.outputs[0], D.outputs[0]
    theta, psi = G.init(rng, dtype), D.init(rng, dtype)
    rule = nn.adam(rate, 0.5, 0.99)
    theta_state, psi_state = rule.init(theta), rule.init(psi)
    strength = {"ring": 0.3, "digits": 1.0}[task] * (row in ("penalized", "wasserstein"))

    def noise(n: int = BATCH) -> Any:
        return rng.normal(size=(n, d)).astype(dtype)

    def packed(x: Any) -> Any:
        return x.reshape(len(x) // pack, -1)

    for step in range(1, STEPS + 1):
        real, fake = packed(draw(rng)), packed(G.predict(theta, noise()))
        values, tape = D.forward(psi, np.concatenate([real, fake]))
        n = len(real)
        z_bar = np.concatenate(
            [slopes(row, values[logit][:n], True), slopes(row, values[logit][n:], False)]
        )
        grads, _ = D.backward(psi, tape, z_bar)
        if strength:
            share = rng.random((n, 1)).astype(dtype)
            _, more = gradient_penalty(D, psi, share * real + (1 - share) * fake)
            grads = tree.map(lambda g, p: g + strength * p, grads, more)
        psi, psi_state = rule.update(psi, grads, psi_state)

        values, G_tape = G.forward(theta, noise())
        x = values[made]
        values, D_tape = D.forward(psi, packed(x))
        _, bars = D.backward(psi, D_tape, slopes(row, values[logit], False, wish=True), wrt=["x"])
        grads, _ = G.backward(theta, G_tape, bars["x"].reshape(x.shape))
        theta, theta_state = rule.update(theta, grads, theta_state)
        if watch is not None and step % 200 == 0:
            z = np.random.default_rng([seed, step]).normal(size=(2000, d))
            watch(step, G.predict(theta, z))
    return lambda n: G.predict(theta, noise(n))


def on_ring(x: Any) -> dict[str, float]:
    """How many samples are good, how many centres they cover, and how evenly."""
    distance = np.linalg.norm(x[:, None] - CENTRES, axis=2)
    good = distance.min(axis=1) <= 3 * SPREAD
    share = np.bincount(distance.argmin(axis=1)[good], minlength=8) / len(x)
    return {
        "good": good.mean(),
        "modes": np.sum(share >= 1 / 32),
        "overlap": np.minimum(share, 1 / 8).sum(),
    }


def mixture(x: Any, rng: np.random.Generator, rounds: int = 200) -> tuple:
    """Eight round Gaussians by EM: log-likelihood, shares, centres, variances."""
    c, v, w = x[rng.choice(len(x), 8, replace=False)], np.full(8, x.var()), np.full(8, 1 / 8)
    for _ in range(rounds):
        squares = np.sum((x[:, None] - c) ** 2, axis=2)
        z = np.log(w) - np.log(2 * np.pi * v) - squares / (2 * v)
        S = softmax(z, axis=1)
        sizes = S.sum(axis=0) + 1e-9
        w, c = sizes / len(x), S.T @ x / sizes[:, None]
        v = np.maximum((S * np.sum((x[:, None] - c) ** 2, axis=2)).sum(axis=0) / (2 * sizes), 1e-5)
    top = z.max(axis=1)
    return np.sum(top + np.log(np.exp(z - top[:, None]).sum(axis=1))), w, c, v


def run_ring(row: str, settings: dict, seed: int, tuning: bool) -> dict[str, float]:
    rng = np.random.default_rng([seed, 1])
    seen: dict[str, float] = {}
    if row in ("gaussian", "mixture", "ten", "truth"):
        x = ring(rng, 2000)
        if row == "gaussian":
            made = rng.multivariate_normal(x.mean(axis=0), np.cov(x.T), 2000)
        elif row == "truth":
            made = ring(rng, 2000)
        else:
            fits = [mixture(x, rng) for _ in range(10 if row == "ten" else 1)]
            _, w, c, v = max(fits, key=lambda fit: fit[0])
            k = rng.choice(8, 2000, p=w / w.sum())
            made = c[k] + rng.normal(size=(2000, 2)) * np.sqrt(v[k, None])
    else:

        def watch(step: int, x: Any) -> None:
            found = on_ring(x)
            seen.update({f"{key} @ {step}": found[key] for key in ("modes", "overlap")})

        sample = play("ring", row, settings["rate"], seed, lambda r: ring(r, BATCH), watch)
        made = sample(2000)
    found = on_ring(made)
    if row in ("fast", "penalized", "wasserstein"):
        seen |= shown(made[:POINTS])
    return {"validation": found["overlap"]} if tuning else found | seen


def shown(x: Any) -> dict[str, float]:
    """A few samples, number by number, for pictures."""
    return {f"sample @ {place}": value for place, value in enumerate(x.ravel().round(2))}


def distances(x: Any, other: Any) -> Any:
    """The distance of every `x` from every `other`."""
    squares = np.sum(x**2, axis=1)[:, None] + np.sum(other**2, axis=1) - 2 * x @ other.T
    return np.sqrt(np.maximum(squares, 0))


def told(x: Any, other: Any) -> float:
    """How often the nearest neighbour among both is of the own kind."""
    both = np.concatenate([x, other]).astype(float)
    D = distances(both, both)
    np.fill_diagonal(D, np.inf)
    kind = np.arange(len(both)) < len(x)
    return np.mean(kind[D.argmin(axis=1)] == kind)


def entropy(p: Any) -> Any:
    return -np.sum(p * np.log(np.maximum(p, 1e-30)), axis=-1)


def said(classify: Any, x: Any) -> dict[str, float]:
    """What a classifier says of pictures."""
    p = softmax(classify(x.astype(np.float32)).astype(float), axis=1)
    doubt, spread = entropy(p).mean(), entropy(p.mean(axis=0))
    return {"doubt": doubt, "classes": np.exp(spread), "score": np.exp(spread - doubt)}


def clusters(x: Any, K: int, rng: np.random.Generator, n: int) -> Any:
    """Samples of a Gaussian around each cluster of k-means."""
    found = nn.kmeans(x, K, rng, restarts=3)
    groups = [x[found.labels == k] for k in range(K)]
    within = sum((g - g.mean(axis=0)).T @ (g - g.mean(axis=0)) for g in groups) / len(x)
    made = []
    for g, size in zip(groups, rng.multinomial(n, [len(g) / len(x) for g in groups]), strict=True):
        own = (g - g.mean(axis=0)).T @ (g - g.mean(axis=0)) / len(g)
        made.append(rng.multivariate_normal(g.mean(axis=0), (own + within) / 2, size))
    return rng.permutation(np.concatenate(made))


def run_digits(row: str, settings: dict, seed: int, tuning: bool) -> dict[str, float]:
    (x, labels), order = digits(), np.random.default_rng(seed).permutation(len(digits()[0]))
    train, new = order[:1000], order[1000:1300] if tuning else order[1300:]
    rng, known, n = np.random.default_rng([seed, 1]), x[train].astype(float), len(new)
    mean = known.mean(axis=0)
    if row == "pixels":
        made = mean + known.std(axis=0) * rng.normal(size=(n, 64))
    elif row == "gaussian":
        made = rng.multivariate_normal(mean, np.cov(known.T), n)
    elif row == "mixture":
        made = clusters(known, settings["K"], rng, n)
    elif row == "copies":
        made, known = known[:n], known[n:]
    elif row == "truth":
        made = x[new].astype(float)
    else:

        def draw(r: np.random.Generator) -> Any:
            return x[train[r.integers(len(train), size=BATCH)]]

        made = play("digits", row, settings["rate"], seed, draw)(n).astype(float)
    made = np.clip(made, 0, 1)
    if tuning:
        return {"validation": -told(made, x[new])}
    network = Sequential(Dense(64, 64, he_normal()), ReLU(), Dense(64, 10))
    judge = nn.fit(
        network, nn.SoftmaxCrossEntropy(), x[train], labels[train], optimizer=nn.adam(0.005),
        epochs=30, batch_size=50, seed=seed, progress=False,
    )  # fmt: skip
    found = said(judge.predict, made)
    if row not in ("pixels", "copies"):
        found |= shown(made[:PICTURES])
    found["near"] = distances(made, known).min(axis=1).mean()
    if row == "truth":
        right = judge.predict(x[new]).argmax(axis=1) == labels[new]
        return found | {"accuracy": right.mean()}
    found["covers"] = distances(x[new].astype(float), made).min(axis=1).mean()
    return found | {"told": told(made, x[new])}


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row of a task."""
    task, _, name = row.partition(": ")
    found = {"ring": run_ring, "digits": run_digits}[task](name, settings, seed, tuning)
    return {key: float(value) for key, value in found.items()}


def options(name: str, *values: float) -> list[dict]:
    return [{name: value} for value in values]


CANDIDATES = {
    "ring: saturating": options("rate", 0.00125, 0.0025, 0.005, 0.01),
    "ring: plain": options("rate", 0.00125, 0.0025, 0.005, 0.01),
    "ring: packed": options("rate", 0.0025, 0.005, 0.01, 0.02),
    "ring: penalized": options("rate", 0.0025, 0.005, 0.01, 0.02),
    "ring: wasserstein": options("rate", 0.00125, 0.0025, 0.005, 0.01),
    "digits: plain": options("rate", 0.001, 0.002, 0.003, 0.005),
    "digits: wasserstein": options("rate", 0.001, 0.002, 0.003, 0.005),
    "digits: mixture": options("K", 20, 40, 80, 160),
}
FIXED: dict[str, dict] = {
    "ring: fast": {"rate": 0.01},
    "ring: gaussian": {},
    "ring: mixture": {},
    "ring: ten": {},
    "ring: truth": {},
    "digits: pixels": {},
    "digits: gaussian": {},
    "digits: copies": {},
    "digits: truth": {},
}
