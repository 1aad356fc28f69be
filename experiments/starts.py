"""What do the first weights of a deep network decide: whether it learns, how fast, how reliably?

Task: handwritten digits, 8 × 8, in ten classes; 1000 to train on, thirty weight layers of 32
units, Adam at a constant rate, 25 epochs of batches of 50, so 500 steps.

Rows `network, start, rate`. Networks: `ReLU` and `tanh`, thirty layers without anything else;
`three layers`, of ReLU, the control for *the depth is what makes the start matter*; `residual`, a
layer, fourteen blocks `x + W₂ ReLU(W₁ x)` and a layer.

Starts of a plain network: `0.01`, normal with that deviation, in all layers; `LeCun`, `He`;
`orthogonal`, times √2 for ReLU. Starts of a residual network: He's for W₁, and for W₂ LeCun's
(`LeCun`), LeCun's divided by the root of the number of blocks (`scaled`), or `zero`. Biases are 0.

Nothing is tuned: the rows show the same three rates for each start. Measured: the accuracy on 300
other digits after epochs 1, 2, 3, 5, 10, 15, 20 and 25 (`validation @ epoch`), at the end
(`validation`), and on the test digits (`test`); `size`, the root mean square of the network's
outputs before the first step over that of its inputs. Runs that leave the finite numbers count
as what they answer then, the first class.

Data: 497 of the digits, chosen once, are the test set. Each seed draws training and validation
digits from the other 1300, and starts and batches. All seeds of a row are trained side by side, as
one network with an axis more, which is faster; none sees another.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, Graph, ReLU, Sequential, Tanh
from nnbook.data import batches
from nnbook.op import Op
from nnbook.ops.initializers import he_normal, lecun_normal, normal, orthogonal, zeros

QUESTION = "What do the first weights of a deep network decide: whether it learns, how fast?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(0), 0.25
LAYERS, WIDTH, TRAINED, JUDGES, BATCH, EPOCHS, BLOCKS = 30, 32, 1000, 300, 50, 25, 14
WATCHED = (1, 2, 3, 5, 10, 15, 20, 25)
RATES = (0.0003, 0.001, 0.003)


def network(kind: str, start: str) -> Graph:
    if kind == "residual":
        return residual(start)
    weights = {
        "0.01": normal(0.01),
        "LeCun": lecun_normal(),
        "He": he_normal(),
        "orthogonal": orthogonal(2**0.5),
    }[start]
    ops: list = []
    for n_in in [64] + [WIDTH] * ((3 if kind == "three layers" else LAYERS) - 2):
        ops += [Dense(n_in, WIDTH, weights), Tanh() if kind == "tanh" else ReLU()]
    return Sequential(*ops, Dense(WIDTH, 10, weights))


def residual(start: str) -> Graph:
    """A layer, blocks of two layers with a shortcut around each, a layer."""
    last = {
        "LeCun": lecun_normal(),
        "scaled": normal((WIDTH * BLOCKS) ** -0.5),
        "zero": zeros(),
    }[start]
    graph = Graph("x")
    path = graph.add("in", Dense(64, WIDTH, lecun_normal()), "x")
    for n in range(1, BLOCKS + 1):
        z = graph.add(f"first{n}", Dense(WIDTH, WIDTH, he_normal()), path)
        a = graph.add(f"relu{n}", ReLU(), z)
        branch = graph.add(f"second{n}", Dense(WIDTH, WIDTH, last), a)
        path = graph.add(f"sum{n}", nn.Add(), path, branch)
    graph.add("out", Dense(WIDTH, 10, lecun_normal()), path)
    return graph


@cache
def digits() -> tuple:
    """Inputs of mean 0 a pixel and mean square 1, in a pool and a test set."""
    images, labels = nn.load_digits()
    pixels = images.reshape(-1, 64)
    pixels = pixels - pixels.mean(axis=0)
    pixels = (pixels / np.sqrt(np.mean(pixels**2))).astype(np.float32)
    order = np.random.default_rng(2026).permutation(len(pixels))
    pool, test = order[: TRAINED + JUDGES], order[TRAINED + JUDGES :]
    return (pixels[pool], labels[pool]), (pixels[test], labels[test])


class SideBySide(Op):
    """Dense layers of several seeds: $Y_s = X_s W_s + b_s$ for each of them."""

    def __init__(self, seeds: int, n_in: int, n_out: int):
        self.sizes = {"W": (seeds, n_in, n_out), "b": (seeds, n_out)}

    def forward(self, params: Any, x: Any, mode: Any = nn.EVAL) -> tuple:
        return x @ params["W"] + params["b"][:, None], x

    def vjp(self, params: Any, cache: Any, y_bar: Any, needs: Any = nn.EVERYTHING) -> tuple:
        bars = {"W": cache.swapaxes(1, 2) @ y_bar, "b": y_bar.sum(axis=1)}
        return (y_bar @ params["W"].swapaxes(1, 2),), bars

    def shapes(self) -> dict:
        return self.sizes


def side_by_side(net: Graph, seeds: int) -> Graph:
    """The network with an axis more for the seeds."""
    made = Graph(*net.inputs)
    for name, vertex in net.vertices.items():
        op = vertex.op
        op = SideBySide(seeds, op.n_in, op.n_out) if isinstance(op, Dense) else op
        made.add(name, op, *vertex.parents)
    return made


def flat(params: Any, like: Any) -> np.ndarray:
    """All arrays in one row, in the order of `like`, so that Adam has a single one to move."""
    return np.concatenate([params[name][key].ravel() for name in like for key in like[name]])


def unflat(row: np.ndarray, like: Any) -> Any:
    """The parameters again, as views of the row."""
    made: dict = {}
    at = 0
    for name, own in like.items():
        made[name] = {}
        for key, a in own.items():
            made[name][key] = row[at : at + a.size].reshape(a.shape)
            at += a.size
    return made


def outputs(net: Graph, params: Any, x: Any) -> np.ndarray:
    return net.forward(params, x)[0][net.outputs[0]]


def stacked(parts: Any) -> list[np.ndarray]:
    return [np.stack(arrays) for arrays in zip(*parts, strict=True)]


@cache
def course(kind: str, start: str, rate: float, seeds: tuple) -> list[dict[str, float]]:
    """The runs of some seeds."""
    (x, t), (x_test, t_test) = digits()
    net, loss = network(kind, start), nn.SoftmaxCrossEntropy()
    firsts = [net.init(np.random.default_rng(seed), dtype=np.float32) for seed in seeds]
    first = {n: {k: np.stack([f[n][k] for f in firsts]) for k in firsts[0][n]} for n in firsts[0]}
    orders = [np.random.default_rng(seed).permutation(len(x)) for seed in seeds]
    judges = stacked((x[o[TRAINED:]], t[o[TRAINED:]]) for o in orders)
    test = stacked((x_test, t_test) for _ in seeds)
    net = side_by_side(net, len(seeds))
    seen = np.stack([x[o[:200]] for o in orders])
    size = np.sqrt(np.mean(outputs(net, first, seen) ** 2, (1, 2)) / np.mean(seen**2, (1, 2)))
    optimizer, rngs = nn.adam(rate), [np.random.default_rng(seed) for seed in seeds]
    moving = {"all": flat(first, first)}
    state = optimizer.init(moving)
    runs: list[dict[str, float]] = [{"size": float(a)} for a in size]

    def score(name: str, x: Any, t: Any) -> None:
        guesses = outputs(net, unflat(moving["all"], first), x).argmax(axis=2)
        for own, right in zip(runs, (guesses == t).mean(axis=1), strict=True):
            own[name] = float(right)

    with np.errstate(all="ignore"):
        for epoch in range(1, EPOCHS + 1):
            days = [batches(rng, BATCH, x[o[:TRAINED]], t[o[:TRAINED]])
                    for rng, o in zip(rngs, orders, strict=True)]  # fmt: skip
            for together in zip(*days, strict=True):
                xs, ts = stacked(together)
                params = unflat(moving["all"], first)
                values, tape = net.forward(params, xs, nn.Mode(training=True))
                y = values[net.outputs[0]]
                y_bar = loss.gradient(*loss.pair(y.reshape(-1, 10), ts.ravel()))
                grads, _ = net.backward(params, tape, len(seeds) * y_bar.reshape(y.shape))
                moving, state = optimizer.update(moving, {"all": flat(grads, first)}, state)
            if epoch in WATCHED:
                score(f"validation @ {epoch}", *judges)
    score("validation", *judges)
    score("test", *test)
    return runs


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row, `network, start, rate`."""
    kind, start, _ = row.split(", ")
    seeds = tuple(SEEDS) if seed in SEEDS else (seed,)
    return course(kind, start, settings["rate"], seeds)[seeds.index(seed)]


STARTS = {
    "ReLU": ("0.01", "LeCun", "He", "orthogonal"),
    "tanh": ("LeCun", "He"),
    "three layers": ("0.01", "LeCun", "He"),
    "residual": ("LeCun", "scaled", "zero"),
}
CANDIDATES: dict[str, list[dict]] = {}
FIXED = {
    f"{kind}, {start}, {rate:g}": {"rate": rate}
    for kind, starts in STARTS.items()
    for start, rate in product(starts, RATES)
}
