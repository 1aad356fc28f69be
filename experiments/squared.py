"""Squared error or cross-entropy: which loss should train a classifier?

Task: clothes (Fashion-MNIST, 28 × 28) in ten classes, 1000 pictures to train on, a network with one
hidden layer of 64 tanh units, 400 steps of plain gradient descent with batches of 50.

Losses: cross-entropy of a softmax, and the squared error of the probabilities of a softmax (the
Brier score).

Conditions: `right labels`; `30 % wrong`, where 300 of the 1000 training labels are replaced by
another class; `misled`, where the weights were first trained, for 200 steps of Adam, on labels
that are all wrong (each class is called the next one), and the labels are then right. Does it
matter how sure a misled network is? Controls: `misled, unsure` and `misled, surer` start from the
same weights, with the last layer's times ¼ and times 4. They give the same wrong answers with
smaller and with larger logits. The start is the same for both losses.

Tuning: for each loss and condition seven learning rates, a factor of about √10 apart, on two draws
(seeds 100, 101), judged by the accuracy on 1000 others of the pool with right labels. Data:
pictures 0 to 3999 are the pool, 4000 to 5999 the test set, looked at once, in the final runs (seeds
0 to 9: draw, wrong labels, start and batches).

Measured besides: `pull`, at the start, the mean length of the gradient of an example's loss with
respect to the network's outputs; `after …`, the accuracy on the 1000 others after so many epochs of
20 steps.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, Flatten, Sequential, fit

QUESTION = "Squared error or cross-entropy: which loss should train a classifier?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 0.06
POOL, TRAINED, JUDGES, EPOCHS, HIDDEN = 4000, 1000, 1000, 20, 64
SURE = {"misled": 1, "misled, unsure": 0.25, "misled, surer": 4}
CONDITIONS = ("right labels", "30 % wrong", *SURE)
RATES = {
    "cross-entropy": (0.003, 0.01, 0.03, 0.1, 0.3, 1, 3),
    "squared error": (0.1, 0.3, 1, 3, 10, 30, 100),
}


@cache
def pictures() -> tuple:
    return nn.load_fashion(np.float32)


def draw(seed: int, wrong: bool) -> tuple:
    images, labels = pictures()
    rng = np.random.default_rng(seed)
    order = rng.permutation(POOL)
    few, judges = order[:TRAINED], order[TRAINED : TRAINED + JUDGES]
    t = labels[few].copy()
    if wrong:
        spoiled = rng.permutation(TRAINED)[: 3 * TRAINED // 10]
        t[spoiled] = (t[spoiled] + rng.integers(1, 10, spoiled.shape)) % 10
    return (images[few], t), (images[judges], labels[judges])


def body() -> tuple:
    return Flatten(), Dense(784, HIDDEN), nn.Tanh(), Dense(HIDDEN, 10)


def logits() -> Sequential:
    return Sequential(*body())


@cache
def misled(seed: int, scale: float) -> Any:
    """Weights that were trained on labels which are all wrong, the last layer's times the scale."""
    (x, t), _ = draw(seed, False)
    run = fit(logits(), nn.SoftmaxCrossEntropy(), x, (t + 1) % 10, optimizer=nn.adam(0.003),
              epochs=10, batch_size=50, seed=seed, progress=False)  # fmt: skip
    last = {k: a * np.float32(scale) for k, a in run.params["dense2"].items()}
    return {**run.params, "dense2": last}


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row, `condition: loss`."""
    condition, _, name = row.partition(": ")
    (x, t), (x_judges, t_judges) = draw(seed, condition == "30 % wrong")
    params = misled(seed, SURE[condition]) if condition in SURE else None
    net: Sequential = logits()
    loss: Any = nn.SoftmaxCrossEntropy()
    goal = t
    if name == "squared error":
        net, loss = Sequential(*body(), nn.Softmax()), nn.MeanSquaredError()
        goal = nn.one_hot(t, 10, np.float32)
    after: list = []
    start = logits().init(np.random.default_rng(seed), dtype=np.float32)
    start = start if params is None else params
    try:
        with np.errstate(all="ignore"):
            trained = fit(net, loss, x, goal, params=start, optimizer=nn.sgd(settings["rate"]),
                          epochs=EPOCHS, batch_size=50, seed=seed, progress=False,
                          callbacks=[] if tuning else [after.append])  # fmt: skip
            predict = trained.predict
    except FloatingPointError:  # the rate is too large: as good as chance

        def predict(x: Any) -> Any:
            return np.zeros((len(x), 10))

    if tuning:
        return {"validation": nn.accuracy(predict(x_judges), t_judges)}
    images, labels = pictures()
    curve = [nn.accuracy(r.predict(x_judges), t_judges) for r in after]
    return {
        "test": nn.accuracy(predict(images[POOL:]), labels[POOL:]),
        "training": nn.accuracy(predict(x), t),
        "pull": pull(net, loss, start, x, goal),
        "sure": sure(start, x),
        **{f"after {n}": curve[n - 1] for n in (1, 2, 3, 5, 10, 20) if n <= len(curve)},
    }


def pull(net: Sequential, loss: Any, params: Any, x: Any, goal: Any) -> float:
    """The mean length of the gradient of an example's loss with respect to its logits."""
    last = list(net.vertices)[-1]
    _, tape = net.forward(params, x, mode=nn.EVAL)
    y = tape.values[last]
    bar = loss.gradient(*loss.pair(y, goal)) * len(x)
    if isinstance(loss, nn.MeanSquaredError):
        bar = bar * 10  # the sum over the classes, not their mean
        bar = nn.Softmax().vjp({}, tape.caches[last], bar)[0][0]
    return float(np.linalg.norm(bar, axis=1).mean())


def sure(params: Any, x: Any) -> float:
    """The mean of the largest probability of the answers."""
    net = logits()
    _, tape = net.forward(params, x, mode=nn.EVAL)
    return float(nn.numerics.softmax(tape.values["dense2"]).max(axis=1).mean())


CANDIDATES = {
    f"{condition}: {name}": [{"rate": rate} for rate in rates]
    for condition in CONDITIONS
    for name, rates in RATES.items()
}
FIXED: dict[str, dict] = {}
