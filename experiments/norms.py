"""Does normalization help, and where does it fail?

Task: clothes (Fashion-MNIST, means of 2 × 2 pixels: 14 × 14, one mean and one deviation for all) in
ten classes, 2000 pictures to train on, three hidden layers of 64 units, 200 steps of plain gradient
descent with batches of 64 unless a row says otherwise. Every dense layer has biases, in every row.

Grid: rows `grid: <kind>, start <factor>, rate <rate>`, not tuned: He's weights of the hidden layers
times a factor, and a learning rate; 100 steps; accuracy on 1000 other pictures of the pool.

Tuned rows, each with the same eight learning rates on two draws (seeds 100, 101), judged on the
validation pictures: `contest: …` the kinds with He's start, by gradient descent, and by Adam with a
hundredth of the rates; `long: …` takes 1000 steps; `batch size <n>: …` with fewer examples a step;
`order: …` the normalization before or after the activation.

Data: pictures 0 to 3999 are the pool, 4000 to 5999 the test set, looked at once, in the final runs
of tuned rows. Seeds 0 to 9: draw, start and batches, so that rows are compared pair by pair.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import BatchNorm, Dense, LayerNorm, ReLU, RMSNorm, Sequential, Tanh
from nnbook.op import Mode
from nnbook.ops.initializers import he_normal
from nnbook.training.loop import loss_and_gradients

QUESTION = "Does normalization help, and where does it fail?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 0.06
WIDTH, LAYERS, STEPS, POOL, TRAINED, JUDGES = 64, 3, 200, 4000, 2000, 1000
KINDS = {"plain": None, "batch": BatchNorm, "layer": LayerNorm, "RMS": RMSNorm}
STARTS, RATES = (0.1, 0.3, 1, 3, 10), (0.01, 0.03, 0.1, 0.3, 1)
SIZES, SMALL = (2, 4, 32), 2


@cache
def pictures(pooled: int = 1) -> tuple:
    """Pictures as rows of numbers, of mean 0 and deviation 1, and their classes."""
    images, labels = nn.load_fashion(np.float32)
    n, size = len(images), images.shape[-1] // pooled
    x = images.reshape(n, size, pooled, size, pooled).mean(axis=(2, 4)).reshape(n, -1)
    return (x - x[:POOL].mean()) / x[:POOL].std(), labels


def draw(seed: int, pooled: int = 1) -> tuple:
    x, t = pictures(pooled)
    order = np.random.default_rng(seed).permutation(POOL)
    few, judges = order[:TRAINED], order[TRAINED : TRAINED + JUDGES]
    return (x[few], t[few]), (x[judges], t[judges])


def network(kind: str, after: bool = False, activation: type = ReLU) -> Sequential:
    ops: list = []
    for layer in range(LAYERS):
        norm = [KINDS[kind](WIDTH)] if KINDS[kind] else []
        ops.append(Dense((28 // SMALL) ** 2 if layer == 0 else WIDTH, WIDTH, he_normal()))
        ops += [activation(), *norm] if after else [*norm, activation()]
    return Sequential(*ops, Dense(WIDTH, 10))


def start(net: Sequential, factor: float, seed: int) -> Any:
    """He's weights, those of the hidden layers times the factor."""
    params = net.init(np.random.default_rng(seed), dtype=np.float32)
    return {
        name: {k: a * np.float32(factor if k == "W" and name != f"dense{LAYERS + 1}" else 1)
               for k, a in own.items()}
        for name, own in params.items()
    }  # fmt: skip


def train(net: Sequential, params: Any, step: Any, x: Any, t: Any, batches: Any) -> Any:
    """The parameters after a step for each batch; FloatingPointError if they diverge."""
    loss, state = nn.SoftmaxCrossEntropy(), step.init(params)
    for batch in batches:
        value, grads, tape = loss_and_gradients(
            net, loss, params, x[batch], t[batch], Mode(training=True)
        )
        if not np.isfinite(value):
            raise FloatingPointError("diverged")
        params, state = step.update(params, grads, state)
        params = net.measured(params, tape)
    return params


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row."""
    part, _, what = row.partition(": ")
    (x, t), judges = draw(seed, SMALL)
    size, kind, after, activation = 64, what.partition(",")[0], False, ReLU
    if part.startswith("batch size"):
        size = int(part.split()[-1])
    steps = {"long": 1000, "grid": 100}.get(part, STEPS)
    if part == "order":
        after, activation = "after" in what, Tanh if "tanh" in what else ReLU
    adam = what.endswith("Adam")
    net = network(kind, after, activation)
    optimizer = nn.adam(settings["rate"] / 100) if adam else nn.sgd(settings["rate"])
    rng = np.random.default_rng(seed + 1000)
    drawn = np.concatenate([rng.permutation(TRAINED) for _ in range(-(-steps * size // TRAINED))])
    batches = drawn[: steps * size].reshape(steps, size)
    params = start(net, settings.get("start", 1), seed)
    try:
        with np.errstate(all="ignore"):
            params = train(net, params, optimizer, x, t, batches)

        def accuracy(x: Any, t: Any) -> float:
            return nn.accuracy(net.predict(params, x), t)

    except FloatingPointError:  # as good as chance

        def accuracy(x: Any, t: Any) -> float:
            return 0.1

    if tuning or part == "grid":
        return {"validation": accuracy(*judges)}
    x_all, t_all = pictures(SMALL)
    return {"test": accuracy(x_all[POOL:], t_all[POOL:]), "training": accuracy(x, t)}


EIGHT = [{"rate": rate} for rate in (0.003, 0.01, 0.03, 0.1, 0.2, 0.4, 0.8, 1.6)]
ROWS = [
    *(f"contest: {kind}" for kind in KINDS),
    *(f"contest: {kind}, Adam" for kind in ("plain", "batch")),
    *(f"long: {kind}" for kind in ("plain", "batch")),
    *(f"batch size {n}: {kind}" for n in SIZES for kind in ("plain", "batch", "layer")),
    *(f"order: batch, {where} {f}" for f in ("ReLU", "tanh") for where in ("before", "after")),
]
CANDIDATES = dict.fromkeys(ROWS, EIGHT)
FIXED = {
    f"grid: {kind}, start {s}, rate {r}": {"start": s, "rate": r}
    for kind in ("plain", "batch", "layer")
    for s in STARTS
    for r in RATES
}
