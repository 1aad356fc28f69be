"""What does a normalization do for a residual network, and where should it stand?

Task: that of `norms`: 2000 pictures of clothes, batches of 64, 200 steps of plain gradient
descent. A dense layer from the pixels to 32 units, then 16 residual blocks, each of which adds to
its input a dense layer of the ReLU of its input (He's start), then a dense layer to the ten
classes.

Rows: `no shortcut`, the same blocks without the addition; `nothing`, shortcuts and no
normalization; `scaled`, each block's addition times 1/√(2·16), fixed; `pre batch` and `pre
layer`, a normalization at the entrance of each block's branch and one before the last layer;
`post batch` and `post layer`, a normalization behind each addition.

Tuned: eight learning rates for each row on two draws (seeds 100, 101), judged on validation
pictures. Final runs with seeds 0 to 9 on the test set.

Measured at the start on the first 200 pictures: `growth`, the variance of the values behind the
last block over that behind the first dense layer; `reach`, the length of the gradient of the
first block's weights over that of the last block's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import nnbook as nn
from experiments.norms import POOL, STEPS, TRAINED, draw, pictures
from nnbook import Add, BatchNorm, Dense, Graph, LayerNorm, ReLU, fit
from nnbook.op import Mode
from nnbook.ops.initializers import he_normal
from nnbook.training.loop import loss_and_gradients

QUESTION = "What does a normalization do for a residual network, and where should it stand?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 0.06
BLOCKS, WIDTH = 16, 32
KINDS = ("no shortcut", "nothing", "scaled", "pre batch", "post batch", "pre layer", "post layer")


def scaled(factor: float) -> Any:
    he = he_normal()
    return lambda *args: (factor * he(*args)).astype(args[2])


def network(kind: str, blocks: int = BLOCKS, width: int = WIDTH) -> Graph:
    norm = {"batch": BatchNorm, "layer": LayerNorm}.get(kind.split()[-1])
    weights = scaled((2 * blocks) ** -0.5) if kind == "scaled" else he_normal()
    g = Graph("x")
    y = g.add("entry", Dense(784, width), "x")
    for n in range(1, blocks + 1):
        branch = y
        if kind.startswith("pre"):
            branch = g.add(f"norm{n}", norm(width), branch)
        branch = g.add(f"relu{n}", ReLU(), branch)
        branch = g.add(f"dense{n}", Dense(width, width, weights), branch)
        y = branch if kind == "no shortcut" else g.add(f"add{n}", Add(), y, branch)
        if kind.startswith("post"):
            y = g.add(f"norm{n}", norm(width), y)
    if kind.startswith("pre"):
        y = g.add("norm", norm(width), y)
    g.add("exit", Dense(width, 10), y)
    return g


def last_block(kind: str, blocks: int = BLOCKS) -> str:
    """The vertex behind the last block."""
    return {"no": "dense", "post": "norm"}.get(kind.split()[0], "add") + str(blocks)


def at_start(kind: str, net: Graph, params: Any, x: Any, t: Any) -> dict[str, float]:
    mode = Mode.train(np.random.default_rng(0))
    _, grads, tape = loss_and_gradients(net, nn.SoftmaxCrossEntropy(), params, x, t, mode)
    first, last = (np.linalg.norm(grads[f"dense{n}"]["W"]) for n in (1, BLOCKS))
    growth = tape.values[last_block(kind)].var() / tape.values["entry"].var()
    return {"growth": float(growth), "reach": float(first / last)}


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row."""
    net, ((x, t), judges) = network(row), draw(seed)
    params = net.init(np.random.default_rng(seed), dtype=np.float32)
    rng = np.random.default_rng(seed + 1000)
    drawn = np.concatenate([rng.permutation(TRAINED) for _ in range(-(-STEPS * 64 // TRAINED))])
    drawn = drawn[: STEPS * 64]
    try:
        with np.errstate(all="ignore"):
            trained = fit(net, nn.SoftmaxCrossEntropy(), x[drawn], t[drawn], params=params,
                          optimizer=nn.sgd(settings["rate"]), epochs=1, batch_size=64, seed=seed,
                          progress=False)  # fmt: skip
            predict = trained.predict
    except FloatingPointError:  # it diverges: as good as chance

        def predict(x: Any) -> Any:
            return np.zeros((len(x), 10))

    if tuning:
        return {"validation": nn.accuracy(predict(judges[0]), judges[1])}
    x_all, t_all = pictures()
    return {
        "test": nn.accuracy(predict(x_all[POOL:]), t_all[POOL:]),
        "training": nn.accuracy(predict(x), t),
        **at_start(row, net, params, x[:200], t[:200]),
    }


RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
CANDIDATES = {kind: [{"rate": rate} for rate in RATES] for kind in KINDS}
FIXED: dict[str, dict] = {}
