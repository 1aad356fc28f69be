"""What do energy models learn of digits, and what do their shortcuts cost?

Data: 8 × 8 digits, a pixel 1 where at least half of it is ink. 497 pictures, drawn once, are the
test set, looked at once, in the final runs (seeds 0 to 9: draw, start, batches and chains). Each
draw of the other 1300 takes 1000 to train on and 300 judges, by whom four settings of each row are
compared on two draws (seeds 100, 101).

Densities, judged by the mean log-likelihood of a picture in nats (`test`, `training`): `pixels`
(independent ones) and `mixture` (of Bernoullis, 100 rounds of EM; how many components is chosen);
`RBM n, …`, a restricted Boltzmann machine of n hidden units, 2000 steps on batches of 50, the rate
(chosen) falling to 0, with the `exact` gradient, contrastive divergence `CD-k`, or `persistent`
chains, 50 of them, one Gibbs step each a step. log Z is exact up to 20 hidden units; for 64 it is
annealed (200 chains, 3000 temperatures), and `stated` is the standard error that annealing says.

`RBM 8, …` also have `test @` epoch. `RBM 20, persistent` has `annealed @ n` and `annealed from zero
@ n`, the error of the annealed log Z with n temperatures and 100 chains that start at independent
pixels with the data's means, or at fair coins, and `said @ n`, `said from zero @ n`, the standard
errors that the chains say themselves.

`near` is the mean number of pixels in which 497 samples differ from the nearest training picture;
`covers` the same from each test picture to the nearest sample. The row `pictures` has both for 497
training pictures in place of samples (the others left to be near to), and for the test pictures.

Classifiers, judged by `test`, the accuracy: 100 of the training pictures have labels, or all 1000.
`stacked` are two hidden layers of 64 sigmoid units, learned from the 1000 pictures without labels
as restricted Boltzmann machines, one on the other (persistent, rate 0.3, 2000 steps); `random`
start as Glorot says. `fine-tuned`: all layers learn; `fixed`: only the softmax on top. `pixels`
has no hidden layer. Adam, 400 steps on all labelled pictures, four rates.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import BernoulliMixture, BernoulliRBM, Dense, Sequential, Sigmoid
from nnbook.energy.partition import annealed_importance_sampling as annealed
from nnbook.energy.partition import exact_gradient, log_partition
from nnbook.energy.rbm import draw as coins
from nnbook.training.loop import loss_and_gradients

QUESTION = "What do energy models learn of digits, and what do their shortcuts cost?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 0.3
STEPS, BATCH, EPOCHS, TEST = 2000, 50, 100, 497
MARKS = (1, 2, 5, 10, 20, 40, 60, 80, 100)
TEMPERATURES = (10, 30, 100, 300, 1000, 3000)


@cache
def pictures() -> tuple:
    """Binary digits in an order that is drawn once: the last ones are the test set."""
    images, labels = nn.load_digits()
    order = np.random.default_rng(2026).permutation(len(images))
    return (images.reshape(-1, 64) >= 0.5).astype(float)[order], labels[order]


def draw(seed: int) -> tuple:
    """Pictures and labels to train on, and those to judge by."""
    x, t = pictures()
    order = np.random.default_rng(seed).permutation(len(x) - TEST)
    return (x[order[:1000]], t[order[:1000]]), (x[order[1000:]], t[order[1000:]])


def machine(H: int, how: str, rate: float, x: Any, seed: int, watch: Any = None) -> tuple:
    """A machine trained on pictures; `watch(epoch, rbm, params)` is called after each epoch."""
    rng, rbm = np.random.default_rng(seed), BernoulliRBM(x.shape[1], H)
    params = rbm.init(rng, x)
    optimizer = nn.sgd(lambda step: rate * (1 - step / STEPS))
    state = optimizer.init(params)
    chains = coins(np.broadcast_to(x.mean(axis=0), (BATCH, rbm.m)), rng)
    for epoch in range(1, STEPS * BATCH // len(x) + 1):
        for (v,) in nn.batches(rng, BATCH, x):
            if how == "exact":
                grads = exact_gradient(rbm, params, v)
            elif how == "persistent":
                chains = rbm.sample(params, chains, rng)
                grads = rbm.gradient(params, v, chains)
            else:
                steps = int(how.removeprefix("CD-"))
                grads = rbm.contrastive_divergence(params, v, rng, steps)
            params, state = optimizer.update(params, grads, state)
        if watch is not None:
            watch(epoch, rbm, params)
    return rbm, params


def data_biases(x: Any) -> Any:
    """The logits of the pixels' means, where annealing starts."""
    ones = x.sum(axis=0)
    return np.log((ones + 1) / (len(x) - ones + 1))


def distance(x: Any, others: Any) -> float:
    """The mean number of pixels in which a picture differs from the nearest of others."""
    differ = x @ (1 - others).T + (1 - x) @ others.T
    return float(differ.min(axis=1).mean())


def density(row: str, settings: dict, seed: int, tuning: bool) -> dict[str, float]:
    """Log-likelihoods of one model of the pictures."""
    (x, _), (judges, _) = draw(seed)
    test, rng = pictures()[0][-TEST:], np.random.default_rng([seed, 1])
    found: dict[str, float] = {}
    if row in ("pixels", "mixture"):
        model = BernoulliMixture(64, settings.get("components", 1))
        params = model.fit(x, rng, extra=settings["extra"])
        if tuning:
            return {"validation": float(model.log_likelihood(params, judges).mean())}
        for name, data in (("test", test), ("training", x)):
            found[name] = float(model.log_likelihood(params, data).mean())
        samples = coins(params["q"][rng.choice(model.K, TEST, p=params["w"])], rng)
        return found | {"near": distance(samples, x), "covers": distance(test, samples)}

    name, _, how = row.partition(", ")
    H = int(name.removeprefix("RBM "))

    def watch(epoch: int, rbm: BernoulliRBM, params: Any) -> None:
        if epoch in MARKS and H == 8 and not tuning:
            low = rbm.free_energy(params, test).mean()
            found[f"test @ {epoch}"] = float(-low - log_partition(rbm, params))

    rbm, params = machine(H, how, settings["rate"], x, seed, watch)
    base = data_biases(x)
    if H == 8 or (H == 20 and not tuning):
        log_z = log_partition(rbm, params)
    else:
        chains, steps = (100, 500) if tuning else (200, 3000)
        said = annealed(rbm, params, rng, chains, steps, base)
        log_z, found["stated"] = said.log_z, said.error
    if tuning:
        return {"validation": float(-rbm.free_energy(params, judges).mean() - log_z)}
    for name, data in (("test", test), ("training", x)):
        found[name] = float(-rbm.free_energy(params, data).mean() - log_z)
    if row == "RBM 20, persistent":
        for steps in TEMPERATURES:
            for mark, start in (("", base), (" from zero", None)):
                said = annealed(rbm, params, rng, 100, steps, start)
                found[f"annealed{mark} @ {steps}"] = said.log_z - log_z
                found[f"said{mark} @ {steps}"] = said.error
    if H == 64:
        start = coins(np.broadcast_to(x.mean(axis=0), (TEST, 64)), rng)
        samples = rbm.sample(params, start, rng, 500)
        found |= {"near": distance(samples, x), "covers": distance(test, samples)}
    return found


@cache
def stack(seed: int) -> list:
    """The weights of two layers learned without labels, from the pictures of a draw."""
    (x, _), _ = draw(seed)
    layers = []
    for place in range(2):
        rbm, params = machine(64, "persistent", 0.3, x, seed + place)
        layers.append({"W": params["W"], "b": params["b"]})
        x = rbm.hidden(params, x)
    return layers


def classifier(row: str, settings: dict, seed: int, tuning: bool) -> dict[str, float]:
    """The accuracy of a classifier."""
    number, _, kind = row.partition(" labels: ")
    (x, t), judges = draw(seed)
    x, t = x[: int(number)], t[: int(number)]
    sizes = [] if kind == "pixels" else [64, 64]
    ops: list = []
    for size in sizes:
        ops += [Dense(64, size), Sigmoid()]
    net = Sequential(*ops, Dense(64, 10))
    params = net.init(np.random.default_rng(seed))
    hidden = [name for name in params if name.startswith("dense")][: len(sizes)]
    if kind.startswith("stacked"):
        params = {**params, **dict(zip(hidden, stack(seed), strict=True))}
    optimizer = nn.adam(settings["rate"])
    state = optimizer.init(params)
    for _ in range(400):
        _, grads, _ = loss_and_gradients(net, nn.SoftmaxCrossEntropy(), params, x, t)
        new, state = optimizer.update(params, grads, state)
        kept = hidden if kind.endswith("fixed") else []
        params = {**new, **{name: params[name] for name in kept}}

    def right(data: tuple) -> float:
        return nn.accuracy(net.predict(params, data[0]), data[1])

    if tuning:
        return {"validation": right(judges)}
    images, labels = pictures()
    return {"test": right((images[-TEST:], labels[-TEST:])), "training": right((x, t))}


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row."""
    if "labels" in row:
        return classifier(row, settings, seed, tuning)
    if row == "pictures":
        (x, _), _ = draw(seed)
        test = pictures()[0][-TEST:]
        return {"near": distance(test, x[TEST:]), "covers": distance(test, x[:TEST])}
    return density(row, settings, seed, tuning)


RATES = [{"rate": rate} for rate in (0.25, 0.5, 1.0, 2.0)]
CANDIDATES: dict[str, list] = {
    "pixels": [{"extra": extra} for extra in (0.05, 0.2, 1.0, 5.0)],
    "mixture": [{"components": K, "extra": 0.1} for K in (40, 65, 130, 260)],
    **{f"RBM 8, {how}": RATES for how in ("exact", "CD-1", "CD-10", "persistent")},
    **{f"RBM 20, {how}": RATES for how in ("CD-1", "persistent")},
    **{f"RBM 64, {how}": RATES for how in ("CD-1", "CD-10", "persistent")},
}
KINDS = ("pixels", "random, fixed", "random, fine-tuned", "stacked, fixed", "stacked, fine-tuned")
for number in (100, 1000):
    for kind in KINDS:
        rates = (0.003, 0.01, 0.03, 0.1)
        CANDIDATES[f"{number} labels: {kind}"] = [{"rate": rate} for rate in rates]
FIXED: dict[str, dict] = {"pictures": {}}
