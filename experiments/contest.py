"""Which optimizer is best, once each has its best learning rate?

Task: clothes (Fashion-MNIST, 28 × 28) in ten classes, 2000 pictures to train on, a network
784-128-64-10 with ReLU and He's start, 400 steps with batches of 50: ten epochs.

Tuning: each row has seven learning rates, a factor √10 apart around the usual one, each on the
same two draws (seeds 100 and 101), judged by the accuracy on 1000 others of the pool at the end.
All else stays at the package's defaults; AdamW has the decay 1, and Muon moves the matrices while
Adam with a tenth of its rate moves the biases. `…, cosine` rows fall from the rate to 0 within the
400 steps: what a schedule gains has to be told from what a rule gains.

Data: pictures 0 to 3999 are the pool, 4000 to 5999 the test set, looked at once, in the final runs
(seeds 0 to 9: draw, start and batches, so that rows are compared pair by pair).

Measured: the loss on all 2000 training pictures at the end (`loss`) and on the way (`loss @ step`),
the accuracy on test pictures, and `steps`, the number of steps, by tens, after which the training
loss is below 0.5 for the first time (410 where it never is).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, Flatten, ReLU, Sequential
from nnbook.data import batches
from nnbook.ops.initializers import he_normal
from nnbook.training.loop import loss_and_gradients

QUESTION = "Which optimizer is best, once each has its best learning rate?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 0.1
POOL, TRAINED, JUDGES, BATCH, STEPS = 4000, 2000, 1000, 50, 400
EVERY, REACHED = 10, 0.5
USUAL = {
    "SGD": 0.1, "SGD, cosine": 0.1, "momentum": 0.01, "momentum, cosine": 0.01, "Nesterov": 0.01,
    "AdaGrad": 0.01, "RMSProp": 0.001, "Adam": 0.001, "Adam, cosine": 0.001, "AdamW": 0.001,
    "AMSGrad": 0.001, "NAdam": 0.001, "RAdam": 0.001, "Lion": 0.0003,
    "Muon": 0.01, "Muon, cosine": 0.01,
}  # fmt: skip
RULES: dict[str, Any] = {
    "SGD": nn.sgd, "momentum": nn.momentum, "Nesterov": nn.nesterov, "AdaGrad": nn.adagrad,
    "RMSProp": nn.rmsprop, "Adam": nn.adam, "AMSGrad": nn.amsgrad, "NAdam": nn.nadam,
    "RAdam": nn.radam, "Lion": nn.lion, "AdamW": lambda rate: nn.adamw(rate, weight_decay=1.0),
    "Muon": lambda rate: nn.by_group({"*/W": nn.muon(rate), "*/b": nn.adam(tenth(rate))}),
}  # fmt: skip


def tenth(rate: Any) -> Any:
    """A tenth of a rate, or of a schedule."""
    return (lambda step: rate(step) / 10) if callable(rate) else rate / 10


def network() -> Sequential:
    return Sequential(Flatten(), Dense(784, 128, he_normal()), ReLU(),
                      Dense(128, 64, he_normal()), ReLU(), Dense(64, 10))  # fmt: skip


def optimizer(row: str, rate: float) -> Any:
    name, _, schedule = row.partition(", ")
    return RULES[name](nn.schedules.cosine(rate, STEPS) if schedule else rate)


@cache
def pictures() -> tuple:
    return nn.load_fashion(np.float32)


def draw(seed: int) -> tuple:
    images, labels = pictures()
    order = np.random.default_rng(seed).permutation(POOL)
    few, judges = order[:TRAINED], order[TRAINED : TRAINED + JUDGES]
    return (images[few], labels[few]), (images[judges], labels[judges])


def train(opt: Any, x: Any, t: Any, seed: int, measure: bool) -> tuple[Any, dict[int, float]]:
    """The parameters after all steps, or None where the loss left the numbers; losses by step."""
    net, loss = network(), nn.SoftmaxCrossEntropy()
    start_rng, batch_rng = np.random.default_rng(seed).spawn(2)
    params = net.init(start_rng, dtype=np.float32)
    state, losses, step = opt.init(params), {}, 0
    while step < STEPS:
        for x_batch, t_batch in batches(batch_rng, BATCH, x, t):
            L, grads, _ = loss_and_gradients(net, loss, params, x_batch, t_batch)
            if not np.isfinite(L):
                return None, losses
            params, state = opt.update(params, grads, state)
            step += 1
            if measure and step % EVERY == 0:
                losses[step] = float(loss(net.predict(params, x), t))
    return params, losses


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row."""
    (x, t), judges = draw(seed)
    with np.errstate(all="ignore"):
        params, losses = train(optimizer(row, settings["rate"]), x, t, seed, not tuning)
        if params is None:  # the rate is too large: as good as chance
            return {"validation": 0.1} if tuning else {"test": 0.1}
        if tuning:
            return {"validation": nn.accuracy(network().predict(params, judges[0]), judges[1])}
    images, labels = pictures()
    reached = [step for step, loss in losses.items() if loss < REACHED]
    return {
        "test": nn.accuracy(network().predict(params, images[POOL:]), labels[POOL:]),
        "loss": losses[STEPS],
        "steps": min(reached, default=STEPS + EVERY),
        **{f"loss @ {step}": losses[step] for step in range(20, STEPS + 1, 20)},
    }


CANDIDATES = {
    row: [{"rate": float(f"{usual * 10 ** (k / 2):.2g}")} for k in range(-3, 4)]
    for row, usual in USUAL.items()
}
FIXED: dict[str, dict] = {}
