"""Does batch normalization help because its layers meet a smaller shift of their inputs?

Task: that of `norms` with five hidden layers: 2000 pictures of clothes, 200 steps of plain
gradient descent, batches of 64, biases in every dense layer.

Rows: `plain`; `batch` normalization before each ReLU; `batch, noise <a>`: behind each
normalization each value of each example gets noise of its own, in training only, from a normal
distribution whose mean (between -a and a) and deviation (between 0 and a) are drawn anew for each
unit in each step, as Santurkar et al. (2018) describe; `batch, shaken`: one scale and one shift
for each unit, drawn anew in each step and the same for all examples; `plain, noise <a>`: the
noise without normalization.

Tuned: six learning rates for each row on six draws (seeds 100 to 105). Not tuned: three rates for
all (rows `…, rate <r>`), measured on validation pictures alone.

Measured in training: `shift`, how far the mean output of a unit of the fourth hidden layer moves
from one step to the next, for the same 256 pictures, in deviations of that layer's outputs (the
root of the mean square over units and over the steps looked at); `turn`, how much a step changes
the gradient for its own batch, as a share of the gradient's length (mean over the steps looked
at, with the same noise before and after).
"""

from __future__ import annotations

from typing import Any

import numpy as np

import nnbook as nn
from experiments.norms import POOL, TRAINED, draw, pictures
from nnbook import BatchNorm, Dense, ReLU, Sequential, tree
from nnbook.op import EVAL, EVERYTHING, Mode, Op
from nnbook.ops.initializers import he_normal
from nnbook.training.loop import loss_and_gradients

QUESTION = "Does batch normalization help because its layers meet a smaller shift of their inputs?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 106), 0.1
LAYERS, WIDTH, STEPS, BATCH = 5, 64, 200, 64
LOSS = nn.SoftmaxCrossEntropy()


class Noise(Op):
    """In training, adds noise to every value; its distribution is drawn anew for each unit."""

    def __init__(self, a: float):
        self.a = a

    def forward(self, params: Any, x: Any, mode: Any = EVAL) -> tuple:
        if not mode.training:
            return x.copy(), None
        mean = mode.rng.uniform(-self.a, self.a, x.shape[1])
        deviation = mode.rng.uniform(0, self.a, x.shape[1])
        return x + (mean + deviation * mode.rng.normal(size=x.shape)).astype(x.dtype), None

    def vjp(self, params: Any, cache: Any, y_bar: Any, needs: Any = EVERYTHING) -> tuple:
        return (y_bar,), {}


class Shaken(Op):
    """In training, scales and shifts every unit at random, in the same way for all examples."""

    def forward(self, params: Any, x: Any, mode: Any = EVAL) -> tuple:
        if not mode.training:
            return x.copy(), None
        scale = (1 + mode.rng.uniform(-0.3, 0.3, x.shape[1])).astype(x.dtype)
        return scale * x + mode.rng.normal(0, 0.3, x.shape[1]).astype(x.dtype), scale

    def vjp(self, params: Any, cache: Any, y_bar: Any, needs: Any = EVERYTHING) -> tuple:
        return (y_bar if cache is None else cache * y_bar,), {}


def network(kind: str) -> Sequential:
    ops: list = []
    for layer in range(LAYERS):
        ops.append(Dense(784 if layer == 0 else WIDTH, WIDTH, he_normal()))
        ops += [BatchNorm(WIDTH)] if kind.startswith("batch") else []
        if "noise" in kind:
            ops.append(Noise(float(kind.split()[-1])))
        ops += [Shaken()] if "shaken" in kind else []
        ops.append(ReLU())
    return Sequential(*ops, Dense(WIDTH, 10))


def length(gradient: Any) -> float:
    return float(np.sqrt(sum(np.sum(np.square(a, dtype=float)) for _, a in tree.items(gradient))))


def train(
    net: Sequential, x: Any, t: Any, rate: float, seed: int, look: bool = True
) -> tuple[Any, float, float]:
    """The parameters after training, the shift, and the turn of the gradient, if looked at."""
    rng, noise = np.random.default_rng(seed + 1000), np.random.default_rng(seed + 2000)
    params, step = net.init(np.random.default_rng(seed), dtype=np.float32), nn.sgd(rate)
    state, squares, turns = step.init(params), [], []

    def means(now: int) -> tuple:
        values, _ = net.forward(params, x[:256], Mode.train(np.random.default_rng([seed, now])))
        return values["relu4"].mean(axis=0), values["relu4"].std()

    for now in range(STEPS):
        before = means(now) if look and now % 10 == 5 else None
        batch = rng.choice(TRAINED, BATCH, replace=False)
        _, grads, tape = loss_and_gradients(
            net, LOSS, params, x[batch], t[batch], Mode.train(noise)
        )
        looked = look and now % 10 == 0
        if looked:  # the same noise before and after the step
            key = [seed, now, 1]
            mode = Mode.train(np.random.default_rng(key))
            _, grads, tape = loss_and_gradients(net, LOSS, params, x[batch], t[batch], mode)
        params, state = step.update(params, grads, state)
        params = net.measured(params, tape)
        if not np.isfinite(length(params)):
            raise FloatingPointError("diverged")
        if looked:
            mode = Mode.train(np.random.default_rng(key))
            _, after, _ = loss_and_gradients(net, LOSS, params, x[batch], t[batch], mode)
            turns.append(length(tree.map(np.subtract, after, grads)) / length(grads))
        if before is not None:
            after, spread = means(now + 1)
            squares.append(np.mean(np.square(after - before[0])) / (spread**2 + 1e-12))
    if not look:
        return params, -1.0, -1.0
    return params, float(np.sqrt(np.mean(squares))), float(np.mean(turns))


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row."""
    kind, _, fixed = row.partition(", rate")
    net, ((x, t), judges) = network(kind), draw(seed)
    try:
        with np.errstate(all="ignore"):
            params, shift, turn = train(net, x, t, settings["rate"], seed, not tuning)

        def accuracy(x: Any, t: Any) -> float:
            return nn.accuracy(net.predict(params, x), t)

    except FloatingPointError:  # it diverges: as good as chance, and no shift to speak of
        shift = turn = -1.0

        def accuracy(x: Any, t: Any) -> float:
            return 0.1

    if tuning:
        return {"validation": accuracy(*judges)}
    found = {"shift": shift, "turn": turn}
    if fixed:
        return {**found, "validation": accuracy(*judges)}
    x_all, t_all = pictures()
    return {**found, "test": accuracy(x_all[POOL:], t_all[POOL:]), "training": accuracy(x, t)}


KINDS = ("plain", "batch", "batch, noise 0.5", "batch, noise 1", "batch, shaken",
         "plain, noise 0.5")  # fmt: skip
RATES = (0.01, 0.03, 0.1, 0.2, 0.4, 0.8)
CANDIDATES = {kind: [{"rate": rate} for rate in RATES] for kind in KINDS}
FIXED = {f"{kind}, rate {r}": {"rate": r} for kind in KINDS for r in (0.03, 0.1, 0.3)}
