"""Can the confidence of a network be believed, and does one temperature mend it?

Task: clothes (Fashion-MNIST, 28 × 28) in ten classes, 1000 pictures to train on, a network of two
hidden layers of 64 ReLU units, Adam, batches of 50, 60 epochs, which are 1200 steps.

Data: pictures 0 to 3999 are the pool; each draw takes 1000 to train on, 1000 judges for choosing
rates (and for early stopping), and 1000 for the temperature. Pictures 4000 to 5999 are the test
set, looked at once, in the final runs (seeds 0 to 9: draw, start and batches).

Rows: nothing; early stopping (judged by the loss); label smoothing, dropout, weight decay, an
ensemble of five. Tuning: for each row three learning rates on two draws (seeds 100, 101), judged by
the accuracy; what the others have beside the rate is set, not tuned.

Measures, on the test set, with `, scaled` at the temperature that is best for the 1000 pictures
taken for it: accuracy, confidence (its mean), ece, loss, brier, and the `temperature` itself; the
`floor`, the ece that answers would have on average that are right with just the scaled
probabilities; `risk @ 80`, the share of wrong ones among the 80 % most confident answers. `nothing`
also has: measures after some epochs (`ece @ 5`); on test pictures with noise of a deviation of so
many hundredths (`ece, noise @ 20`) and moved by so many pixels (`ece, moved @ 2`), `scaled to it`
with a temperature found on pictures shifted alike (the control); with a temperature found on so
many pictures (`ece, few @ 50`); and the bins of reliability diagrams (`count`, `promised`, `right`,
`@` bin, with what data they are of).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, Dropout, Flatten, ReLU, Sequential, fit
from nnbook.data.calibration import risk_coverage, temperature_scaling
from nnbook.data.metrics import brier_score, calibration_bins, expected_calibration_error
from nnbook.numerics import softmax
from nnbook.ops.initializers import he_normal

QUESTION = "Can the confidence of a network be believed, and does one temperature mend it?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 0.2
POOL, PART, EPOCHS = 4000, 1000, 60
MARKS = (1, 2, 3, 5, 8, 12, 20, 30, 40, 50, 60)
SHIFTS = {"noise": (0, 5, 10, 15, 20, 25, 30, 35, 40), "moved": (0, 1, 2, 3, 4)}
FEW = (10, 20, 50, 100, 200, 500, 1000)
COVERAGES = tuple(range(10, 101, 10))


def network(dropout: float) -> Sequential:
    ops: list = [Flatten()]
    for n_in in (784, 64):
        ops += [Dense(n_in, 64, he_normal()), ReLU()]
        ops += [Dropout(dropout)] if dropout else []
    return Sequential(*ops, Dense(64, 10))


@cache
def pictures() -> tuple:
    return nn.load_fashion(np.float32)


def draw(seed: int) -> list:
    """Pictures and labels to train on, to judge by, and for the temperature."""
    images, labels = pictures()
    parts = np.split(np.random.default_rng(seed).permutation(POOL)[: 3 * PART], 3)
    return [(images[part], labels[part]) for part in parts]


def shifted(kind: str, images: Any, amount: int, seed: int) -> Any:
    """Pictures moved to the right, or with normal noise on each pixel, within what it can be."""
    if kind == "moved":
        return np.roll(images, amount, axis=2)
    noise = np.random.default_rng([seed, amount]).normal(0, amount / 100, images.shape)
    return np.clip(images + noise, 0, 1).astype(np.float32)


def train(row: str, rate: float, seed: int, members: int, watch: Any = None) -> Callable:
    """Trains a row; returns what gives logits (of an ensemble the logarithms of mean shares)."""
    (x, t), judges, _ = draw(seed)
    loss = nn.SoftmaxCrossEntropy(smoothing=0.1 if row == "label smoothing" else 0.0)
    callbacks: list = [] if watch is None else [watch]
    if row == "early stopping":
        callbacks = [nn.EarlyStopping(patience=10)]
    optimizer = nn.adamw(rate, weight_decay=1.0) if row == "weight decay" else nn.adam(rate)
    runs = [
        fit(network(0.3 if row == "dropout" else 0.0), loss, x, t, optimizer=optimizer,
            epochs=EPOCHS, batch_size=50, seed=seed + 1000 * member, callbacks=callbacks,
            validation=judges if row == "early stopping" else None, progress=False)
        for member in range(members)
    ]  # fmt: skip
    if len(runs) == 1:
        return runs[0].predict
    return lambda x: np.log(np.mean([softmax(run.predict(x).astype(float)) for run in runs], 0))


def judged(z: Any, t: Any) -> tuple:
    """Confidence of each answer, and whether it is right."""
    shares = softmax(z.astype(float))
    return shares.max(axis=1), shares.argmax(axis=1) == t


def measures(z: Any, t: Any) -> dict[str, float]:
    confidence, right = judged(z, t)
    return {
        "accuracy": right.mean(),
        "confidence": confidence.mean(),
        "ece": expected_calibration_error(confidence, right, 15),
        "loss": float(nn.SoftmaxCrossEntropy()(z.astype(float), t)),
        "brier": brier_score(softmax(z.astype(float)), t),
    }


def floor(confidence: Any, seed: int, draws: int = 50) -> float:
    """The mean calibration error of answers that are right with just these probabilities."""
    rng = np.random.default_rng(seed)
    right = (rng.random(len(confidence)) < confidence for _ in range(draws))
    return float(np.mean([expected_calibration_error(confidence, r, 15) for r in right]))


def bins(name: str, z: Any, t: Any) -> dict[str, float]:
    """Of a reliability diagram with ten bins, 0 where one is empty."""
    found = {}
    kinds = ("count", "promised", "right")
    for kind, line in zip(kinds, calibration_bins(*judged(z, t)), strict=True):
        for b, value in enumerate(np.nan_to_num(line), 1):
            found[f"{kind}, {name} @ {b}"] = float(value)
    return found


def named(found: dict[str, float], rest: str) -> dict[str, float]:
    return {name + rest: value for name, value in found.items()}


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row, and what its confidence is worth."""
    images, labels = pictures()
    x_test, t_test = images[POOL:], labels[POOL:]
    train_data, judges, (x_val, t_val) = draw(seed)
    found: dict[str, float] = {}

    def watch(run: Any) -> None:
        if (epoch := len(run.history["loss"])) in MARKS:
            z, z_val = run.predict(x_test), run.predict(x_val)
            T = temperature_scaling(z_val, t_val)
            found.update(named(measures(z, t_test), f" @ {epoch}"))
            found.update(named(measures(z / T, t_test), f", scaled @ {epoch}"))
            found[f"temperature @ {epoch}"] = T
            found[f"training @ {epoch}"] = nn.accuracy(run.predict(train_data[0]), train_data[1])
            if epoch in (1, 12, 60):
                found.update(bins(f"epoch {epoch}", z, t_test))

    all_of_it = row == "nothing" and not tuning
    members = 5 if row == "ensemble of five" and not tuning else 1
    logits = train(row, settings["rate"], seed, members, watch if all_of_it else None)
    if tuning:
        return {"validation": nn.accuracy(logits(judges[0]), judges[1])}
    z, z_val = logits(x_test), logits(x_val)
    T = temperature_scaling(z_val, t_val)
    found |= measures(z, t_test) | named(measures(z / T, t_test), ", scaled")
    found["temperature"] = T
    found["floor"] = floor(judged(z / T, t_test)[0], seed)
    for name, cooled in (("risk", z), ("risk, scaled", z / T)):
        coverage, risk = risk_coverage(*judged(cooled, t_test))
        for percent in COVERAGES:
            found[f"{name} @ {percent}"] = float(np.interp(percent / 100, coverage, risk))
    if not all_of_it:
        return found
    found |= bins("scaled", z / T, t_test)
    for n in FEW:
        try:
            few = temperature_scaling(z_val[:n], t_val[:n])
        except ValueError:  # all of them are right: no temperature is best
            few = 1.0
        found |= named(measures(z / few, t_test), f", few @ {n}") | {f"temperature, few @ {n}": few}
    for kind, amount in [(kind, amount) for kind, own in SHIFTS.items() for amount in own]:
        z = logits(shifted(kind, x_test, amount, seed))
        z_val = logits(shifted(kind, x_val, amount, seed + 50))
        own = temperature_scaling(z_val, t_val)
        found |= named(measures(z, t_test), f", {kind} @ {amount}")
        found |= named(measures(z / T, t_test), f", {kind}, scaled @ {amount}")
        found |= named(measures(z / own, t_test), f", {kind}, scaled to it @ {amount}")
        found[f"temperature, {kind} @ {amount}"] = own
        if (kind, amount) == ("noise", 40):
            found |= bins("noise", z, t_test) | bins("noise, scaled", z / T, t_test)
    return found


RATES = [{"rate": rate} for rate in (0.0005, 0.001, 0.002)]
ROWS = ("nothing", "early stopping", "label smoothing", "dropout", "weight decay")
ROWS += ("ensemble of five",)
CANDIDATES = dict.fromkeys(ROWS, RATES)
FIXED: dict[str, dict] = {}
