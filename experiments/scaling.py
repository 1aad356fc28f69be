"""Does the scale of the inputs still matter for a network with a hidden layer, and for Adam?

Task: is a lump malignant (breast cancer, 30 features)? A network with one hidden layer of 16 ReLU
units (He) and two outputs, 400 steps with batches of 30.

Rows: `form, rule`. Forms: as measured; to the range 0 … 1; standardized; whitened; and, as the
control for what whitening does to the components that hardly vary, the first ten whitened ones.
All are measured on the training examples alone. Rules: gradient descent and Adam.

Tuning: the same 9 learning rates for every row, from 1e-4 to 1 by half powers of ten, by the mean
cross-entropy of 100 judges on two draws (seeds 100, 101). Data: 399 of the 569 lumps are the
pool, the others the test set, the same for all, looked at once, in the final runs. A draw takes 300
examples of the pool for training and the rest for the judges (seeds 0 to 9: draw, start, batches).

Measured on the test set: `cross-entropy` and `accuracy`; on the training examples `training`, the
cross-entropy. A run that breaks down counts as one that
always gives the frequencies of the classes.
"""

from __future__ import annotations

from functools import cache

import numpy as np

import nnbook as nn
from nnbook import Dense, ReLU, Sequential, fit
from nnbook.ops.initializers import he_normal

QUESTION = "Does the scale of the inputs matter for a network with a hidden layer, and for Adam?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 0.15
POOL, TRAINED, EPOCHS = 399, 300, 40
FORMS: dict[str, tuple] = {
    "as measured": (),
    "to 0 … 1": (nn.scale_range(),),
    "standardized": (nn.standardize(),),
    "whitened": (nn.standardize(), nn.whiten()),
    "ten whitened": (nn.standardize(), nn.whiten(10)),
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
    (x, t), judged = parts(seed)
    if not tuning:
        judged = tuple(a[POOL:] for a in lumps())
    x_judged = judged[0]
    for transform in FORMS[form]:
        state = transform.init(x)
        x, x_judged = transform.apply(state, x), transform.apply(state, x_judged)
    net = Sequential(Dense(x.shape[1], 16, he_normal()), ReLU(), Dense(16, 2))
    try:
        with np.errstate(all="ignore"):
            trained = fit(net, nn.SoftmaxCrossEntropy(), x, t, batch_size=30,
                          optimizer=RULES[rule](settings["rate"]), epochs=EPOCHS, seed=seed,
                          progress=False)  # fmt: skip
            z, z_known = trained.predict(x_judged), trained.predict(x)
            if not (np.isfinite(z).all() and np.isfinite(z_known).all()):
                raise FloatingPointError
    except FloatingPointError:
        z, z_known = (np.tile(np.log(np.bincount(t) / len(t)), (len(a), 1)) for a in (x_judged, x))
    loss = nn.SoftmaxCrossEntropy()
    if tuning:
        return {"validation": -float(loss(z, judged[1]))}
    return {
        "cross-entropy": float(loss(z, judged[1])),
        "accuracy": nn.accuracy(z, judged[1]),
        "training": float(loss(z_known, t)),
    }


RATES = [{"rate": float(f"{10 ** (k / 2):.2g}")} for k in range(-8, 1)]
CANDIDATES = {f"{form}, {rule}": RATES for form in FORMS for rule in RULES}
FIXED: dict[str, dict] = {}
