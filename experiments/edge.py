"""What does gradient descent do when the loss becomes as sharp as its learning rate allows?

Task: clothes (Fashion-MNIST) in ten classes, 200 pictures of 14 × 14 (means of 2 × 2 pixels), the
mean picture taken off and all divided by one number so that the variance is 1; a network
196-32-32-10 with tanh, mean squared error against one-hot targets, Glorot's start times ½. 2000
steps of gradient descent on all pictures at once: there is no chance but in draw and start.

Rows: a constant learning rate η, `η = 0.125` to `η = 1`; controls: `η = 1, then 0.5` and `η = 0.5,
then 1`, which change it after 1000 steps: if the rate decides how sharp the loss becomes, the
sharpness must follow. Nothing is tuned and nothing tested: this is about the training loss.

On a bowl of largest curvature Λ, descent diverges for η Λ > 2. Measured every 50 steps: `product @
step`, η times the largest eigenvalue of the Hessian at that step (with the new rate from step 1000
on), and `loss @ step`; `product`, the mean of the last eleven of the former (steps 1500 to 2000);
`rises`, the share of the last 1000 steps that made the loss larger; `loss`, at the end.

Data: seeds 0 to 9 draw their 200 of the pictures 0 to 3999, and the start.
"""

from __future__ import annotations

from functools import cache

import numpy as np

import nnbook as nn
from nnbook import Dense, Sequential, Tanh, tree
from nnbook.ops.initializers import glorot_uniform
from nnbook.training.loop import loss_and_gradients

QUESTION = "What does gradient descent do when the loss becomes as sharp as its rate allows?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(0), 0.1
POOL, TRAINED, WIDTH, STEPS, EVERY, PRODUCTS = 4000, 200, 32, 2000, 50, 8


def network() -> Sequential:
    return Sequential(Dense(196, WIDTH, glorot_uniform()), Tanh(),
                      Dense(WIDTH, WIDTH, glorot_uniform()), Tanh(),
                      Dense(WIDTH, 10, glorot_uniform()))  # fmt: skip


@cache
def pictures() -> tuple:
    images, labels = nn.load_fashion(np.float64)
    small = images[:POOL].reshape(POOL, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(POOL, 196)
    return small, np.eye(10)[labels[:POOL]]


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row."""
    images, targets = pictures()
    few = np.random.default_rng(seed).permutation(POOL)[:TRAINED]
    x, t = images[few] - images[few].mean(axis=0), targets[few]
    x = x / x.std()
    net, loss = network(), nn.MeanSquaredError()
    params = tree.map(lambda a: 0.5 * a, net.init(np.random.default_rng(seed)))

    def rate(step: int) -> float:
        return settings["rate"] if step < STEPS // 2 else settings["then"]

    opt = nn.sgd(rate)
    state, losses, seen = opt.init(params), [], {}
    for step in range(STEPS + 1):
        L, grads, _ = loss_and_gradients(net, loss, params, x, t)
        losses.append(float(L))
        if step % EVERY == 0:
            sharp = nn.sharpness(net, loss, params, x, t, seed=0, products=PRODUCTS)
            seen[f"product @ {step}"] = rate(step) * sharp
            seen[f"loss @ {step}"] = losses[-1]
        params, state = opt.update(params, grads, state)
    last = [seen[f"product @ {step}"] for step in range(3 * STEPS // 4, STEPS + 1, EVERY)]
    return {
        "product": float(np.mean(last)),
        "rises": float(np.mean(np.diff(losses)[STEPS // 2 :] > 0)),
        "loss": losses[-1],
        **seen,
    }


CANDIDATES: dict[str, list[dict]] = {}
FIXED = {f"η = {rate:g}": {"rate": rate, "then": rate} for rate in (0.125, 0.25, 0.5, 1.0)}
FIXED |= {
    "η = 1, then 0.5": {"rate": 1.0, "then": 0.5},
    "η = 0.5, then 1": {"rate": 0.5, "then": 1.0},
}
