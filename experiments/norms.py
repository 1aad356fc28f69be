"""Does normalization help, and where does it fail?

Task: clothes (Fashion-MNIST, 28 × 28, one mean and one deviation for all pixels) in ten classes,
2000 pictures to train on, three hidden layers of 64 units, 200 steps of plain gradient descent
with batches of 64 unless a row says otherwise. Every dense layer has biases, in every row.

Grid: rows `grid: <kind>, start <factor>, rate <rate>`, not tuned: He's weights of the hidden
layers times a factor, and a learning rate; accuracy on 1000 other pictures of the pool
(`validation`).

Tuned rows, each with the same eight learning rates on two draws (seeds 100, 101), judged on the
validation pictures: `contest: …` the kinds with He's start, by gradient descent, and by Adam with
a hundredth of the rates; `batch size <n>: …` with fewer examples a step; `order: …` the
normalization before or after the activation; `long: …` takes 1000 steps.

Data: pictures 0 to 3999 are the pool, 4000 to 5999 the test set, looked at once, in the final
runs of tuned rows. Seeds 0 to 9: draw, start and batches, so that rows are compared pair by pair.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import BatchNorm, Dense, LayerNorm, ReLU, RMSNorm, Sequential, Tanh, fit
from nnbook.ops.initializers import he_normal

QUESTION = "Does normalization help, and where does it fail?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 0.06
WIDTH, LAYERS, STEPS, POOL, TRAINED, JUDGES = 64, 3, 200, 4000, 2000, 1000
KINDS = {"plain": None, "batch": BatchNorm, "layer": LayerNorm, "RMS": RMSNorm}
STARTS, RATES = (0.1, 0.3, 1, 3, 10), (0.01, 0.03, 0.1, 0.3, 1)
SIZES = (2, 4, 8, 32)


@cache
def pictures() -> tuple:
    images, labels = nn.load_fashion(np.float32)
    x = images.reshape(len(images), -1)
    return (x - x[:POOL].mean()) / x[:POOL].std(), labels


def draw(seed: int) -> tuple:
    x, t = pictures()
    order = np.random.default_rng(seed).permutation(POOL)
    few, judges = order[:TRAINED], order[TRAINED : TRAINED + JUDGES]
    return (x[few], t[few]), (x[judges], t[judges])


def network(kind: str, after: bool = False, activation: type = ReLU) -> Sequential:
    ops: list = []
    for layer in range(LAYERS):
        norm = [KINDS[kind](WIDTH)] if KINDS[kind] else []
        ops.append(Dense(784 if layer == 0 else WIDTH, WIDTH, he_normal()))
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


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row."""
    part, _, what = row.partition(": ")
    (x, t), judges = draw(seed)
    size, kind, after, activation = 64, what.partition(",")[0], False, ReLU
    if part.startswith("batch size"):
        size = int(part.split()[-1])
    steps = 1000 if part == "long" else STEPS
    if part == "order":
        after, activation = "after" in what, Tanh if "tanh" in what else ReLU
    adam = what.endswith("Adam")
    net = network(kind, after, activation)
    optimizer = nn.adam(settings["rate"] / 100) if adam else nn.sgd(settings["rate"])
    rng = np.random.default_rng(seed + 1000)
    drawn = np.concatenate([rng.permutation(TRAINED) for _ in range(-(-steps * size // TRAINED))])
    drawn = drawn[: steps * size]
    params = start(net, settings.get("start", 1), seed)
    try:
        with np.errstate(all="ignore"):
            trained = fit(net, nn.SoftmaxCrossEntropy(), x[drawn], t[drawn], params=params,
                          optimizer=optimizer, epochs=1, batch_size=size, seed=seed,
                          progress=False)  # fmt: skip
            predict = trained.predict
    except FloatingPointError:  # it diverges: as good as chance

        def predict(x: Any) -> Any:
            return np.zeros((len(x), 10))

    if tuning or part == "grid":
        return {"validation": nn.accuracy(predict(judges[0]), judges[1])}
    x_all, t_all = pictures()
    return {
        "test": nn.accuracy(predict(x_all[POOL:]), t_all[POOL:]),
        "training": nn.accuracy(predict(x), t),
    }


EIGHT = [{"rate": rate} for rate in (0.003, 0.01, 0.03, 0.1, 0.2, 0.4, 0.8, 1.6)]
ROWS = [
    *(f"contest: {kind}" for kind in KINDS),
    *(f"contest: {kind}, Adam" for kind in KINDS),
    *(f"long: {kind}" for kind in ("plain", "batch", "layer")),
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
