"""Grid or random search? The results of short trainings at all points of two maps, to be looked up.

200 digits, one hidden layer, Adam, 4 epochs with batches of 32. On the map `both` the learning rate
and the number of hidden units vary, on the map `one` the learning rate and the strength of an L2
penalty, over a range in which it does next to nothing. Each point has ten draws of the data, with
the accuracy on 100 validation digits and on 1000 test digits. A search draws or sets out points,
sees one validation accuracy of each, and is judged by the test accuracy of the point that it keeps.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, ReLU, Sequential, fit

QUESTION = "Does a grid find better settings than random draws, with as many trials?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(0), 0.1
RATES = tuple(round(float(r), 6) for r in np.logspace(-4, 0, 17))
WIDTHS = (2, 3, 4, 6, 8, 11, 16, 23, 32)
STRENGTHS = tuple(round(float(s), 9) for s in np.logspace(-7, -4, 9))


@cache
def digits() -> tuple:
    images, labels = nn.load_digits()
    return images.reshape(len(images), -1) - 0.3, labels


def run(row: str, settings: dict[str, Any], seed: int, tuning: bool = False) -> dict[str, float]:
    """One training at a point of a map, `both: 3, 4`: the numbers of its rate and of the other."""
    pixels, labels = digits()
    order = np.random.default_rng(seed).permutation(len(pixels))
    few, judges, test = order[:200], order[200:300], order[300:1300]
    width, strength = settings.get("width", 16), settings.get("strength", 0.0)
    net = Sequential(Dense(64, width), ReLU(), Dense(width, 10))
    try:
        with np.errstate(all="ignore"):
            done = fit(net, nn.SoftmaxCrossEntropy(), pixels[few], labels[few], epochs=4, seed=seed,
                       optimizer=nn.adam(settings["rate"]), progress=False,
                       penalty=nn.l2(strength) if strength else None)  # fmt: skip
    except FloatingPointError:
        return {"validation": 0.1, "test": 0.1}
    return {
        "validation": nn.accuracy(done.predict(pixels[judges]), labels[judges]),
        "test": nn.accuracy(done.predict(pixels[test]), labels[test]),
    }


CANDIDATES: dict[str, list[dict[str, Any]]] = {}
FIXED: dict[str, dict] = {
    **{f"both: {a}, {b}": {"rate": RATES[a], "width": WIDTHS[b]}
       for a in range(17) for b in range(9)},
    **{f"one: {a}, {b}": {"rate": RATES[a], "strength": STRENGTHS[b]}
       for a in range(17) for b in range(9)},
}  # fmt: skip
