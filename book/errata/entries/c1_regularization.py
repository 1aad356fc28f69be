"""The computations of c1_regularization.yml, under the ids of its entries."""

from functools import cache

import numpy as np

from nnbook import (
    Dense,
    Dropout,
    ReLU,
    Sequential,
    SoftmaxCrossEntropy,
    accuracy,
    adam,
    fit,
    l2,
)
from nnbook.data import load_digits
from nnbook.derive import as_written, partial, reals
from nnbook.op import Mode

from ..entry import Formula, example, formula

# §1.5


@cache
def _digits(seen: int, units: int, epochs: int, seed: int = 0):
    """A network trained on some digits, and the rest of the digits."""
    x, t = load_digits()
    x = x.reshape(len(x), -1)
    order = np.random.default_rng(seed).permutation(len(x))
    seen_, unseen = order[:seen], order[seen:]
    run = fit(
        Sequential(Dense(64, units), ReLU(), Dense(units, 10)),
        SoftmaxCrossEntropy(),
        x[seen_],
        t[seen_],
        optimizer=adam(0.01),
        epochs=epochs,
        batch_size=32,
        seed=seed,
        metrics=[accuracy],
        validation=(x[unseen], t[unseen]),
        progress=False,
    )
    return run, x[unseen], t[unseen]


@example(
    claimed=lambda e: e.both < e.test,
    holds=lambda e: e.test < 0.2 * e.both and e.test > e.train,
)
def c_identical_losses():
    """Losses of a network without training, on two sets, and after training."""
    run, _, t = _digits(300, 32, 25)
    logits = np.zeros((len(t), 10))
    same = SoftmaxCrossEntropy().forward({}, logits, t)[0]
    return {
        "both": float(same),
        "train": run.history["loss"][-1],
        "test": run.history["val_loss"][-1],
    }


@example(
    claimed=lambda e: abs(e.mean) < 0.1,
    holds=lambda e: e.low == 0 and e.high == 1 and e.mean > 0.2,
)
def c_centred_range():
    """The mean of the digits' pixels, which lie in [0, 1]."""
    x, _ = load_digits()
    return {"low": x.min(), "high": x.max(), "mean": x.mean()}


@example(
    claimed=lambda e: abs(e.with_it - e.without) < 0.2,
    holds=lambda e: np.isclose(e.without, 2) and abs(e.with_it) < 0.2,
)
def c_major_outliers():
    """The slope of a line fitted by least squares, with and without one faulty input."""
    x = np.linspace(-1, 1, 50)
    y = 2 * x
    with_it = np.append(x, 30.0), np.append(y, 0.0)
    return {"without": np.polyfit(x, y, 1)[0], "with_it": np.polyfit(*with_it, 1)[0], "points": 50}


# §1.6


@example(
    claimed=lambda e: e.sum != 0 or e.penalty == 0,
    holds=lambda e: e.sum == 0 and e.penalty == 10 and e.squares == 50,
)
def c_sum_towards_zero():
    theta = np.array([5.0, -5.0])
    return {"sum": theta.sum(), "penalty": abs(theta).sum(), "squares": (theta**2).sum()}


@example(claimed=lambda e: e.seen < 0.5, holds=lambda e: e.seen > 0.95 and e.unseen <= 0.1)
def c_without_fear():
    """A network with the notes' penalty on digits with random labels: seen and unseen."""
    x, _ = load_digits()
    x = x.reshape(len(x), -1)[:150]
    labels = np.random.default_rng(0).integers(0, 10, len(x))
    run = fit(
        Sequential(Dense(64, 128), ReLU(), Dense(128, 10)),
        SoftmaxCrossEntropy(),
        x[:50],
        labels[:50],
        optimizer=adam(0.01),
        epochs=60,
        batch_size=50,
        seed=0,
        metrics=[accuracy],
        penalty=l2(0.0005),
        validation=(x[50:], labels[50:]),
        progress=False,
    )
    return {"seen": run.history["accuracy"][-1], "unseen": run.history["val_accuracy"][-1]}


@example(
    claimed=lambda e: 0 <= e.value <= 1 and e.success <= 1,
    holds=lambda e: e.value > 1 and e.success > 1 and e.trials != 1 and 0 <= e.right <= 1,
)
def c_binomial_arguments():
    """The probability Pr(k, n, p) = Pr(1, 1 - p, ‖θ‖) for four outputs and p = ½."""
    from math import gamma

    k, n, size = 1, 0.5, 4.0
    binomial = gamma(n + 1) / (gamma(k + 1) * gamma(n - k + 1))
    return {"success": size, "trials": n, "value": binomial * size, "right": 0.5}


@example(claimed=lambda e: e.zeros == 0, holds=lambda e: 0 < e.zeros < e.units and e.formula == 1)
def c_probability_for_draw():
    """Outputs of dropout, and the one number by which the formula multiplies all of them."""
    op, x = Dropout(0.5), np.ones((1, 8))
    y = op.forward({}, x, Mode.train(np.random.default_rng(1)))[0]
    return {"zeros": int((y == 0).sum()), "formula": 0.5 / (1 - 0.5), "units": x.size}


theta, bar = reals("theta g")
p = reals("p")
SHARE = (p > 0, p < 1)


def c_dropout_p():
    with as_written():
        printed = p * (theta / (1 - p)) + (1 - p) * 0
        corrected = (1 - p) * (theta / (1 - p)) + p * 0
    return Formula((printed, theta), (corrected, theta), given=SHARE)


def c_dropout_derivative():
    with as_written():
        kept = theta / (1 - p)
        printed, corrected = kept, 1 / (1 - p)
    return formula(partial(kept, theta), printed, corrected, given=SHARE)


def c_dropout_z():
    z = reals("z")
    with as_written():
        printed, corrected = partial(z / (1 - p), theta), partial(theta / (1 - p), theta)
    right = 1 / (1 - p)
    return Formula((printed, right), (corrected, right), given=SHARE)
