"""Why does a deep network of sigmoids learn so slowly: is it the size of the signal?

Task: clothes (Fashion-MNIST, 28 × 28) in ten classes, 1000 pictures to train on, a network of six
hidden layers of 32 units, 400 steps of gradient descent with momentum 0.9 and batches of 50.

Units: sigmoid, tanh, ReLU, and two controls that saturate nowhere: the linear unit, and a linear
unit of slope ¼, which passes back what the sigmoid passes back at best. Each starts from Glorot's
weights times 1, 2 and 4. A quarter of the slope and four times the weights make the same signal
as slope 1 and weights times 1.

Tuning: for each unit and scale the same four learning rates on two draws (seeds 100, 101), judged
by the accuracy on 1000 others of the pool. Data: pictures 0 to 3999 are the pool, 4000 to 5999 the
test set, looked at once, in the final runs (seeds 0 to 9: draw, start and batches).

Measured at the start, on the first 200 pictures: `reach`, the norm of the gradient of the first
layer's weights over that of the last layer's; `saturated`, the share of pre-activations of the
hidden layers beyond ±4; `spread`, the standard deviation of the last hidden layer's outputs over
the pictures, averaged over its units: what is left on the way up of how pictures differ.

Control: with Adam, which divides every step by the size of its own gradient, the size alone should
not matter (rows `… Adam`).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, Flatten, Sequential, fit
from nnbook.op import Op
from nnbook.ops.initializers import glorot_uniform
from nnbook.training.loop import loss_and_gradients

QUESTION = "Why does a deep network of sigmoids learn so slowly: is it the size of the signal?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 0.06
LAYERS, WIDTH, POOL, TRAINED, JUDGES, EPOCHS = 6, 32, 4000, 1000, 1000, 20
UNITS = ("sigmoid", "tanh", "ReLU", "linear", "linear, slope 1/4")
SCALES = (1, 2, 4)


class Slope(Op):
    """A linear unit of a given slope."""

    def __init__(self, slope: float):
        self.slope = slope

    def forward(self, params: Any, x: Any, mode: Any = nn.EVAL) -> tuple:
        return self.slope * x, None

    def vjp(self, params: Any, cache: Any, y_bar: Any, needs: Any = nn.EVERYTHING) -> tuple:
        return (self.slope * y_bar,), {}


def unit(name: str) -> Op:
    made = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "ReLU": nn.ReLU, "linear": lambda: Slope(1.0)}
    return made[name]() if name in made else Slope(0.25)


def network(name: str) -> Sequential:
    ops: list = [Flatten(), Dense(784, WIDTH, glorot_uniform()), unit(name)]
    for _ in range(LAYERS - 1):
        ops += [Dense(WIDTH, WIDTH, glorot_uniform()), unit(name)]
    return Sequential(*ops, Dense(WIDTH, 10, glorot_uniform()))


def start(net: Sequential, scale: float, seed: int) -> Any:
    """Glorot's weights, those of the hidden layers times the scale."""
    params = net.init(np.random.default_rng(seed), dtype=np.float32)
    last = f"dense{LAYERS + 1}"
    return {
        name: {k: a * np.float32(scale if k == "W" and name != last else 1) for k, a in own.items()}
        for name, own in params.items()
    }


@cache
def pictures() -> tuple:
    return nn.load_fashion(np.float32)


def draw(seed: int) -> tuple:
    images, labels = pictures()
    order = np.random.default_rng(seed).permutation(POOL)
    few, judges = order[:TRAINED], order[TRAINED : TRAINED + JUDGES]
    return (images[few], labels[few]), (images[judges], labels[judges])


def at_start(net: Sequential, params: Any, x: Any, t: Any) -> dict[str, float]:
    """How far the signals reach before the first step."""
    loss = nn.SoftmaxCrossEntropy()
    _, grads, tape = loss_and_gradients(net, loss, params, x, t)
    first, last = (np.linalg.norm(grads[f"dense{n}"]["W"]) for n in (1, LAYERS + 1))
    names = list(net.vertices)
    hidden = [name for name in names if name.startswith("dense")][:-1]
    saturated = [np.mean(np.abs(tape.values[name]) > 4) for name in hidden]
    outputs = tape.values[names[names.index(hidden[-1]) + 1]]
    return {
        "reach": float(first / last) if last else 0.0,
        "saturated": float(np.mean(saturated)),
        "spread": float(outputs.std(axis=0).mean()),
    }


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row, `unit × scale` or `unit × scale, Adam`."""
    name, _, rest = row.partition(" × ")
    scale, _, rule = rest.partition(", ")
    net, (x, t), judges = network(name), *draw(seed)
    params = start(net, float(scale), seed)
    rate = settings["rate"]
    optimizer = nn.adam(rate / 30) if rule else nn.momentum(rate)
    try:
        with np.errstate(all="ignore"):
            trained = fit(net, nn.SoftmaxCrossEntropy(), x, t, params=params, optimizer=optimizer,
                          epochs=EPOCHS, batch_size=50, seed=seed, progress=False)  # fmt: skip
            predict = trained.predict
    except FloatingPointError:  # the rate is too large: as good as chance

        def predict(x: Any) -> Any:
            return np.zeros((len(x), 10))

    if tuning:
        return {"validation": nn.accuracy(predict(judges[0]), judges[1])}
    images, labels = pictures()
    return {
        "test": nn.accuracy(predict(images[POOL:]), labels[POOL:]),
        "training": nn.accuracy(predict(x), t),
        **at_start(net, params, x[:200], t[:200]),
    }


RATES = [{"rate": rate} for rate in (0.01, 0.03, 0.1, 0.3)]
ROWS = [f"{u} × {s}" for u in UNITS for s in SCALES]
CANDIDATES = dict.fromkeys([*ROWS, *(f"{u} × 1, Adam" for u in UNITS)], RATES)
FIXED: dict[str, dict] = {}
