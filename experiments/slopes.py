"""Does a slope of ¼ keep a deep network from learning, or does it only take longer?

Task, networks and data are those of the study `signals`: six hidden layers of 32 units, Glorot's
weights, 1000 pictures of clothes, batches of 50. Units: the sigmoid, and as its control the linear
unit of slope ¼, which passes back what the sigmoid passes back at best and saturates nowhere. Both
train for 400, 1600 and 6400 steps, by gradient descent with momentum 0.9 and by Adam, from weights
of the usual size, and for 400 steps from weights four times as large.

Tuning: for each row the same four rates on two draws (seeds 100, 101), judged by the accuracy on
1000 others of the pool. Adam's rates are a thirtieth of those of momentum, as in `signals`. The
test set is looked at once, in the final runs (seeds 0 to 9: draw, start and batches).
"""

from __future__ import annotations

import numpy as np

import nnbook as nn
from experiments.signals import POOL, draw, network, pictures, start
from nnbook import fit

QUESTION = "Does a slope of 1/4 keep a deep network from learning, or does it only take longer?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 0.06
BATCHES = 20  # of an epoch: 1000 pictures, 50 at a time
UNITS = ("sigmoid", "linear, slope 1/4")
STEPS = (400, 1600, 6400)


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row, `unit × scale; rule; steps`."""
    name, rule, steps = row.split("; ")
    unit, _, scale = name.partition(" × ")
    net, (x, t), judges = network(unit), *draw(seed)
    rate, weights = settings["rate"], start(net, float(scale), seed)
    optimizer = nn.adam(rate / 30) if rule == "Adam" else nn.momentum(rate)
    failed = {"validation": 0.1} if tuning else {"test": 0.1, "training": 0.1}
    try:
        with np.errstate(all="ignore"):
            trained = fit(net, nn.SoftmaxCrossEntropy(), x, t, params=weights,
                          optimizer=optimizer, epochs=int(steps) // BATCHES, batch_size=50,
                          seed=seed, progress=False)  # fmt: skip
    except FloatingPointError:  # the rate is too large: as good as chance
        return failed
    if tuning:
        return {"validation": nn.accuracy(trained.predict(judges[0]), judges[1])}
    images, labels = pictures()
    return {
        "test": nn.accuracy(trained.predict(images[POOL:]), labels[POOL:]),
        "training": nn.accuracy(trained.predict(x), t),
    }


RATES = [{"rate": rate} for rate in (0.01, 0.03, 0.1, 0.3)]
CANDIDATES = {
    **{f"{u} × 1; {r}; {s}": RATES for u in UNITS for r in ("momentum", "Adam") for s in STEPS},
    **{f"{u} × 4; momentum; {STEPS[0]}": RATES for u in UNITS},
}
FIXED: dict[str, dict] = {}
