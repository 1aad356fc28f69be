"""Which activation for the hidden layers? Eleven, on two tasks, all tuned alike.

Networks of six hidden layers of 64 units look at 2000 pictures of clothes (Fashion-MNIST, 28 × 28):
400 steps of Adam, batches of 50, a rate that falls to zero along a cosine. Tasks: `ten classes`,
and `two piles`, with five classes on each, so chosen that look-alikes (T-shirt and shirt, coat and
pullover, sandal and sneaker) lie on different piles.

Tuning: not the rate alone. Which start suits an activation depends on its slope, so each has the
same twelve trials for each task: weights of standard deviation s/√n_in with s of 1 (LeCun's), √2
(He's) and 4 (which a slope of ¼ asks for), times four learning rates, on two draws (seeds 100,
101), judged by the accuracy on 1000 others of the pool. Biases start at zero, the output layer at
s = 1. `linear` is the control: what these networks reach without any activation.

Data: pictures 0 to 3999 are the pool, 4000 to 5999 the test set, looked at once, in the final runs
(seeds 0 to 9: draw, start and batches).

Measured besides: `zero`, the share of exact zeros among the outputs of the hidden layers after
training; `silent`, the share of hidden units that are exactly zero on all pictures trained on.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, Flatten, Sequential, fit
from nnbook.op import Op
from nnbook.ops.initializers import normal
from nnbook.training.schedules import cosine

QUESTION = "Which activation for the hidden layers, if rate and start are tuned for each alike?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 0.06
WIDTH, POOL, TRAINED, JUDGES, EPOCHS, BATCH = 64, 4000, 2000, 1000, 10, 50
DEPTH, STEPS = 6, EPOCHS * TRAINED // BATCH
PILE = (0, 3, 4, 5, 8)  # T-shirt, dress, coat, sandal, bag; the others lie on the other pile
TASKS = ("ten classes", "two piles")
UNITS: dict[str, type[Op]] = {
    "linear": nn.Linear,
    "sigmoid": nn.Sigmoid,
    "softplus": nn.Softplus,
    "tanh": nn.Tanh,
    "ReLU": nn.ReLU,
    "leaky ReLU": nn.LeakyReLU,
    "PReLU": nn.PReLU,
    "ELU": nn.ELU,
    "SELU": nn.SELU,
    "SiLU": nn.SiLU,
    "GELU": nn.GELU,
}


def network(name: str, scale: float, depth: int = DEPTH) -> Sequential:
    ops: list[Op] = [Flatten()]
    for n_in in [784] + [WIDTH] * (depth - 1):
        ops += [Dense(n_in, WIDTH, normal(scale / math.sqrt(n_in))), UNITS[name]()]
    return Sequential(*ops, Dense(WIDTH, 10, normal(1 / math.sqrt(WIDTH))))


@cache
def pictures(task: str) -> tuple:
    images, labels = nn.load_fashion(np.float32)
    return images, labels if task == "ten classes" else np.isin(labels, PILE).astype(labels.dtype)


def draw(task: str, seed: int) -> tuple:
    images, labels = pictures(task)
    order = np.random.default_rng(seed).permutation(POOL)
    few, judges = order[:TRAINED], order[TRAINED : TRAINED + JUDGES]
    return (images[few], labels[few]), (images[judges], labels[judges])


def outputs(net: Sequential, params: Any, x: Any) -> list:
    """What each hidden layer puts out."""
    _, tape = net.forward(params, x)
    names = list(net.vertices)
    dense = [name for name in names if name.startswith("dense")][:-1]
    return [tape.values[names[names.index(name) + 1]] for name in dense]


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row, `activation, task`."""
    name, _, task = row.partition(", ")
    net, (x, t), judges = network(name, settings["scale"]), *draw(task, seed)
    start = net.init(np.random.default_rng(seed), dtype=np.float32)
    optimizer = nn.adam(cosine(settings["rate"], STEPS))
    failed = {"validation": 0.1} if tuning else {"test": 0.1, "training": 0.1}
    try:
        with np.errstate(all="ignore"):
            trained = fit(net, nn.SoftmaxCrossEntropy(), x, t, optimizer=optimizer,
                          params=start, epochs=EPOCHS, batch_size=BATCH, seed=seed,
                          progress=False)  # fmt: skip
    except FloatingPointError:  # the rate is too large: as good as chance
        return failed if tuning else {**failed, "zero": 0.0, "silent": 0.0}
    if tuning:
        return {"validation": nn.accuracy(trained.predict(judges[0]), judges[1])}
    images, labels = pictures(task)
    hidden = outputs(trained.network, trained.params, x)
    return {
        "test": nn.accuracy(trained.predict(images[POOL:]), labels[POOL:]),
        "training": nn.accuracy(trained.predict(x), t),
        "zero": float(np.mean([np.mean(a == 0) for a in hidden])),
        "silent": float(np.mean([np.mean(np.all(a == 0, axis=0)) for a in hidden])),
    }


TRIALS = [
    {"scale": scale, "rate": rate}
    for scale in (1.0, 1.4142, 4.0)
    for rate in (0.0003, 0.001, 0.003, 0.01)
]
CANDIDATES = {f"{name}, {task}": TRIALS for task in TASKS for name in UNITS}
FIXED: dict[str, dict] = {}
