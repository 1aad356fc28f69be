"""Why do many runs begin with small rates: what does a warm-up save them from?

Task: clothes (Fashion-MNIST, 28 × 28) in ten classes, 2000 pictures to train on, four hidden layers
of 64 ReLU units, 300 steps with batches of 50. Starts: He's weights, and He's weights times 2 in
every layer, which make the outputs of the network 32 times as large and the loss much sharper.

Rows `SGD, start, plan, rate` and `Adam, start, plan, rate`. Plans: `constant`; `ramp`, the first
100 rates rise evenly to the rate (`schedules.warm_up`); `jump`, 100 steps at 0.002, then the rate
at once: if a ramp helps because the loss becomes less sharp while steps are small, a jump after it
should do as well; `RAdam`, the constant rate with RAdam, said to make a warm-up of its own. The
control for *a smaller rate would do* are the constant rows of smaller rates. Nothing is tuned: rows
show all rates.

Measured: `lost`, 1 where the training loss is at the end not finite or not below log 10, that of
guessing; `loss`, the training loss on all 2000 pictures, log 10 where it is lost; `peak`, the
largest loss of a batch (at most 1000); the accuracy on 2000 other pictures (4000 to 5999), 0.1
where it is lost. Rows `watched: …` measure on the way: `sharpness @ step`, the largest eigenvalue
of the Hessian on 300 training pictures; for Adam `step size @ step`, the root mean square over all
parameters of the step divided by the rate, which is 1 where all entries move by the full rate.

Data: pictures 0 to 3999 are the pool of which each seed draws its 2000.
"""

from __future__ import annotations

import math
from functools import cache
from itertools import product
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, Flatten, ReLU, Sequential, tree
from nnbook.data import batches
from nnbook.ops.initializers import he_normal
from nnbook.training.loop import loss_and_gradients

QUESTION = "Why do many runs begin with small rates: what does a warm-up save them from?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(0), 0.2
LAYERS, WIDTH, POOL, TRAINED, BATCH, STEPS, WARM = 4, 64, 4000, 2000, 50, 300, 100
WATCHED = (0, 5, 10, 20, 30, 50, 75, 100, 150, 200, 300)
SMALL, GUESSING = 0.002, math.log(10)


def network() -> Sequential:
    ops: list = [Flatten(), Dense(784, WIDTH, he_normal()), ReLU()]
    for _ in range(LAYERS - 1):
        ops += [Dense(WIDTH, WIDTH, he_normal()), ReLU()]
    return Sequential(*ops, Dense(WIDTH, 10, he_normal()))


def optimizer(rule: str, plan: str, rate: float) -> Any:
    plans = {
        "constant": rate,
        "RAdam": rate,
        "ramp": nn.schedules.warm_up(WARM, rate),
        "jump": lambda step: rate if step >= WARM else SMALL,
    }
    rules = {"SGD": nn.sgd, "Adam": nn.radam if plan == "RAdam" else nn.adam}
    return rules[rule](plans[plan])


@cache
def pictures() -> tuple:
    return nn.load_fashion(np.float32)


def sharpness(net: Any, params: Any, x: Any, t: Any) -> float:
    loss = nn.SoftmaxCrossEntropy()
    return nn.sharpness(net, loss, params, x[:300], t[:300], seed=0, products=10)


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row."""
    watched = row.startswith("watched: ")
    rule, start, plan, _ = row.removeprefix("watched: ").split(", ")
    images, labels = pictures()
    few = np.random.default_rng(seed).permutation(POOL)[:TRAINED]
    x, t = images[few], labels[few]
    net, loss = network(), nn.SoftmaxCrossEntropy()
    start_rng, batch_rng = np.random.default_rng(seed).spawn(2)
    params = net.init(start_rng, dtype=np.float32)
    params = tree.map(lambda a: a * np.float32(2 if start == "He × 2" else 1), params)
    opt = optimizer(rule, plan, settings["rate"])
    rate = settings["rate"]
    state, step, peak, seen = opt.init(params), 0, 0.0, {}
    if watched:
        seen["sharpness @ 0"] = sharpness(net, params, x, t)
    with np.errstate(all="ignore"):
        while step < STEPS:
            for x_batch, t_batch in batches(batch_rng, BATCH, x, t):
                L, grads, _ = loss_and_gradients(net, loss, params, x_batch, t_batch)
                if not np.isfinite(L) or step == STEPS:
                    break
                peak, before = max(peak, float(L)), params
                params, state = opt.update(params, grads, state)
                step += 1
                if watched and rule == "Adam" and step in (1, *WATCHED):
                    moved = tree.map(lambda a, b: a - b, params, before)
                    size = nn.training.clipping.global_norm(moved) / math.sqrt(tree.count(params))
                    seen[f"step size @ {step}"] = size / rate
                if watched and step in WATCHED:
                    seen[f"sharpness @ {step}"] = sharpness(net, params, x, t)
            if not np.isfinite(L):
                break
        final = float(loss(net.predict(params, x), t)) if np.isfinite(L) else math.inf
    lost = not final < GUESSING
    found = net.predict(params, images[POOL:]) if not lost else np.zeros((POOL // 2, 10))
    return {
        "lost": float(lost),
        "loss": GUESSING if lost else final,
        "peak": min(peak, 1000.0) if np.isfinite(L) else 1000.0,
        "test": 0.1 if lost else nn.accuracy(found, labels[POOL:]),
        **seen,
    }


CANDIDATES: dict[str, list[dict]] = {}
SGD_ROWS = product(["SGD"], ["He", "He × 2"], ["constant", "ramp", "jump"], [0.01, 0.03, 0.1, 0.3])
ADAM_ROWS = product(["Adam"], ["He", "He × 2"], ["constant", "ramp", "RAdam"],
                    [0.003, 0.01, 0.03, 0.06])  # fmt: skip
ALL_ROWS = [*SGD_ROWS, *ADAM_ROWS]
FIXED = {f"{rule}, {start}, {plan}, {rate}": {"rate": rate} for rule, start, plan, rate in ALL_ROWS}
FIXED |= {
    f"watched: {rule}, {start}, {plan}, {rate}": {"rate": rate}
    for rule, start, plan, rate in [
        ("SGD", "He", "ramp", 0.1), ("SGD", "He × 2", "ramp", 0.1),
        ("SGD", "He × 2", "constant", SMALL), ("Adam", "He", "constant", 0.001),
    ]
}  # fmt: skip
