"""What do class weights and the focal loss do for a rare class?

Task: is a picture of clothes (Fashion-MNIST, 28 × 28) a shirt? Among the 1000 pictures to train on
40 are; so are 4 % of 1000 others, the judges, and of the test set. A network with one hidden layer
of 64 ReLU units and one output, the logit, 400 steps of Adam with batches of 50.

Rows: `nothing`, binary cross-entropy as it is; `weights`, where a shirt counts w times; `focal`,
the focal loss with its γ; `shifted`, trained as `nothing`, where the number log s is added to the
logit afterwards.

Tuning: nine trials each on two draws (seeds 100, 101), judged by the balanced accuracy of the
judges, the mean of the shares that are right of the shirts and of the others: nine rates for
`nothing`, otherwise three rates times three strengths. Data: pictures 0 to 3499 are the pool; of
the others all but most shirts are the test set, looked at once, in the final runs (seeds 0 to 9:
draw, start and batches).

Measured on the test set: `balanced`, the balanced accuracy when an answer above ½ counts as yes;
`found`, the share of the shirts that are found; `false`, the share of the others that are called
shirts; `ranking`, the area under the ROC curve, which no threshold enters; `cross-entropy`, that of
the probabilities with the share of shirts as it is; `said`, their mean, to be compared with 0.04.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, Flatten, ReLU, Sequential, fit
from nnbook.ops.initializers import he_normal

QUESTION = "What do class weights and the focal loss do for a rare class?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 0.15
POOL, TRAINED, SHIRTS, EPOCHS, SHIRT = 3500, 1000, 40, 20, 6


@cache
def pictures() -> tuple:
    images, labels = nn.load_fashion(np.float32)
    return images, (labels == SHIRT).astype(np.float32)[:, None]


def draw(seed: int) -> tuple:
    """1000 pictures to train on and 1000 judges, 40 shirts in each."""
    images, t = pictures()
    order = np.random.default_rng(seed).permutation(POOL)
    shirts, others = (order[t[order, 0] == kind] for kind in (1, 0))
    sets = []
    for k in (0, 1):
        own = [shirts[k * SHIRTS : (k + 1) * SHIRTS]]
        rest = TRAINED - SHIRTS
        own.append(others[k * rest : (k + 1) * rest])
        chosen = np.concatenate(own)
        sets.append((images[chosen], t[chosen]))
    return tuple(sets)


@cache
def test_set() -> tuple:
    """All others of the pictures from 3500 on, and as many shirts as make 4 %."""
    images, t = pictures()
    images, t = images[POOL:], t[POOL:]
    others, shirts = np.flatnonzero(t[:, 0] == 0), np.flatnonzero(t[:, 0] == 1)
    chosen = np.concatenate([others, shirts[: len(others) // 24]])
    return images[chosen], t[chosen]


def measures(z: Any, t: Any) -> dict[str, float]:
    z, yes = z[:, 0].astype(float), t[:, 0] == 1
    found, false = np.mean(z[yes] > 0), np.mean(z[~yes] > 0)
    above = (z[yes][:, None] > z[~yes]).mean() + (z[yes][:, None] == z[~yes]).mean() / 2
    return {
        "balanced": (found + 1 - false) / 2,
        "found": found,
        "false": false,
        "ranking": above,
        "cross-entropy": float(nn.SigmoidBinaryCrossEntropy()(z, yes.astype(float))),
        "said": float(np.mean(nn.numerics.sigmoid(z))),
    }


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row."""
    (x, t), (x_judges, t_judges) = draw(seed)
    net = Sequential(Flatten(), Dense(784, 64, he_normal()), ReLU(), Dense(64, 1))
    loss: Any = nn.SigmoidBinaryCrossEntropy()
    if row == "weights":
        loss = nn.SigmoidBinaryCrossEntropy(weights=(1, settings["weight"]))
    elif row == "focal":
        loss = nn.FocalLoss(settings["gamma"])
    trained = fit(net, loss, x, t, optimizer=nn.adam(settings["rate"]), epochs=EPOCHS,
                  batch_size=50, seed=seed, progress=False)  # fmt: skip
    shift = np.log(settings.get("shift", 1))
    if tuning:
        return {"validation": measures(trained.predict(x_judges) + shift, t_judges)["balanced"]}
    pixels, truth = test_set()
    return measures(trained.predict(pixels) + shift, truth)


RATES = (0.001, 0.003, 0.01)
CANDIDATES = {
    "nothing": [{"rate": r} for r in (3e-4, 6e-4, 1e-3, 2e-3, 3e-3, 6e-3, 1e-2, 2e-2, 3e-2)],
    "weights": [{"rate": r, "weight": w} for r in RATES for w in (5, 25, 125)],
    "focal": [{"rate": r, "gamma": g} for r in RATES for g in (1, 2, 4)],
    "shifted": [{"rate": r, "shift": s} for r in RATES for s in (5, 25, 125)],
}
FIXED: dict[str, dict] = {}
