"""Would more examples help, or a larger model? Accuracy on clothes by the number of examples.

Fashion-MNIST, 30 to 3000 pictures of a pool of 4000: a single layer, and a network with a hidden
layer of 64 ReLU units, each with 600 steps of Adam and batches of 30. At each size each model
chooses one of six learning rates on 1000 other pictures of the pool, two draws. A row that is not
tuned, `hidden layer: 3000, longer`, makes 3000 steps, 30 epochs, with the rate 0.001. Measured:
accuracy on the training pictures and on the test pictures 4000 to 5999, looked at once.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, Flatten, ReLU, Sequential, fit
from nnbook.ops.initializers import he_normal

QUESTION = "Which model learns more from how many examples?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 0.1
POOL, SIZES = 4000, (30, 90, 300, 900, 3000)


@cache
def pictures() -> tuple:
    return nn.load_fashion(np.float32)


def network(name: str) -> Sequential:
    if name == "single layer":
        return Sequential(Flatten(), Dense(784, 10, he_normal()))
    return Sequential(Flatten(), Dense(784, 64, he_normal()), ReLU(), Dense(64, 10))


def run(row: str, settings: dict[str, Any], seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row, `hidden layer: 300` pictures."""
    name, _, rest = row.partition(": ")
    size, _, longer = rest.partition(", ")
    images, labels = pictures()
    rng = np.random.default_rng(seed)
    order = rng.permutation(POOL)
    judges, few = order[:1000], order[1000 : 1000 + int(size)]
    net = network(name)
    params = net.init(rng, dtype=np.float32)
    done = fit(net, nn.SoftmaxCrossEntropy(), images[few], labels[few], params=params,
               optimizer=nn.adam(settings["rate"]), epochs=30 if longer else 600 * 30 // int(size),
               batch_size=30, seed=seed, progress=False)  # fmt: skip
    if tuning:
        return {"validation": nn.accuracy(done.predict(images[judges]), labels[judges])}
    return {
        "training": nn.accuracy(done.predict(images[few]), labels[few]),
        "test": nn.accuracy(done.predict(images[POOL:]), labels[POOL:]),
    }


RATES = [{"rate": rate} for rate in (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03)]
CANDIDATES = {
    f"{name}: {size}": RATES for name in ("single layer", "hidden layer") for size in SIZES
}
FIXED: dict[str, dict] = {"hidden layer: 3000, longer": {"rate": 0.001}}
