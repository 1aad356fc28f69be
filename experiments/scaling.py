"""Does the scale of the inputs still matter for a network with a hidden layer, and for Adam?

Task: is a lump malignant (breast cancer, 30 features)? A network with one hidden layer of 16 ReLU
units (He) and two outputs, 400 steps with batches of 30.

Rows: `form, rule`. Forms: as measured; to the range 0 … 1; standardized; whitened. All are measured
on the training examples alone. Rules: gradient descent and Adam.

Tuning: the same 17 learning rates for every row, from 1e-7 to 10 by half powers of ten, by the mean
cross-entropy of 100 judges on three draws (seeds 100 to 102). Data: 399 of the 569 lumps are the
pool, the others the test set, the same for all, looked at once, in the final runs. A draw takes 300
examples of the pool for training and the rest for the judges (seeds 0 to 9: draw, start, batches).

Measured on the test set: `cross-entropy` and `accuracy`. A run that breaks down counts as one that
always gives the frequencies of the classes.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, ReLU, Sequential, fit
from nnbook.ops.initializers import he_normal

QUESTION = "Does the scale of the inputs matter for a network with a hidden layer, and for Adam?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 103), 0.15
POOL, TRAINED, EPOCHS = 399, 300, 40
FORMS = {
    "as measured": None,
    "to 0 … 1": nn.scale_range(),
    "standardized": nn.standardize(),
    "whitened": nn.whiten(),
}
RULES = {"gradient descent": nn.sgd, "Adam": nn.adam}


@cache
def lumps() -> tuple:
    x, t = nn.load_breast_cancer()
    order = np.random.default_rng(7).permutation(len(x))
    return x[order], t[order]


def parts(seed: int) -> tuple:
    """Examples to train on, and judges."""
    x, t = lumps()
    order = np.random.default_rng(seed).permutation(POOL)
    few, judges = order[:TRAINED], order[TRAINED:]
    return (x[few], t[few]), (x[judges], t[judges])


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row, `form, rule`."""
    form, _, rule = row.rpartition(", ")
    transform = FORMS[form]
    (x, t), judged = parts(seed)
    if not tuning:
        judged = tuple(a[POOL:] for a in lumps())
    state = transform.init(x) if transform else None

    def brought(x: Any) -> Any:
        return transform.apply(state, x) if transform else x

    net = Sequential(Dense(30, 16, he_normal()), ReLU(), Dense(16, 2))
    try:
        with np.errstate(all="ignore"):
            trained = fit(net, nn.SoftmaxCrossEntropy(), brought(x), t, batch_size=30,
                          optimizer=RULES[rule](settings["rate"]), epochs=EPOCHS, seed=seed,
                          progress=False)  # fmt: skip
            z = trained.predict(brought(judged[0]))
            if not np.isfinite(z).all():
                raise FloatingPointError
    except FloatingPointError:
        z = np.tile(np.log(np.bincount(t) / len(t)), (len(judged[1]), 1))
    loss = float(nn.SoftmaxCrossEntropy()(z, judged[1]))
    if tuning:
        return {"validation": -loss}
    return {"cross-entropy": loss, "accuracy": nn.accuracy(z, judged[1])}


RATES = [{"rate": float(f"{10 ** (k / 2):.2g}")} for k in range(-14, 3)]
CANDIDATES = {f"{form}, {rule}": RATES for form in FORMS for rule in RULES}
FIXED: dict[str, dict] = {}
