"""What does a training lose if it goes on from its weights alone?

Task: 400 digits of 8 × 8 pixels in ten classes, a network of 32 ReLU units, batches of 32, softmax
and cross-entropy. A run is interrupted and goes on twice for 80 steps with the same batches: once
with everything, and once with the parameters and a fresh state of the optimizer.

Row `opening`: Adam with a rate of 0.01, interrupted at step 400. Losses on the 400 digits `on @`
and `anew @` every fourth step; lengths of steps, the root of the mean square over all parameters in
units of the rate; at steps 50 to 400, how much the mean of the gradients has `cancelled` and how
large the `remembered` squares are, both relative to the usual size of a gradient of a batch.

Rows `equal: <optimizer>, rate <rate>, memory <decay of the squares>`: interrupted at the first
multiple of four steps at which the training loss is below 0.02, so all are at the same loss.
`largest` and `end`: the largest loss after the break and the last one, over those of the run that
went on. `usual` and `first`: the mean length of 40 steps before the break, and of the first after a
restart. Nothing is tuned and nothing is tested: the question is about training losses.

Seeds 0 to 9: start and batches.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, ReLU, Sequential, tree
from nnbook.training.loop import loss_and_gradients

QUESTION = "What does a training lose if it goes on from its weights alone?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(0), 0.5
EXAMPLES, SIZE, BREAK, AFTER, LEVEL, LONGEST = 400, 32, 400, 80, 0.02, 4000
LOOKS = (50, 100, 200, 400)
NETWORK = Sequential(Dense(64, 32), ReLU(), Dense(32, 10))
LOSS = nn.SoftmaxCrossEntropy()


@cache
def digits() -> tuple:
    images, digit = nn.load_digits()
    few = np.random.default_rng(0).permutation(len(digit))[:EXAMPLES]
    return images.reshape(-1, 64)[few] - 0.3, digit[few]


def batches(seed: int) -> Any:
    """The examples of one batch after the other, epoch by epoch."""
    rng = np.random.default_rng(seed)
    while True:
        order = rng.permutation(EXAMPLES)
        yield from np.split(order, range(SIZE, EXAMPLES, SIZE))


def gradients(params: Any, own: Any) -> Any:
    x, t = digits()
    return loss_and_gradients(NETWORK, LOSS, params, x[own], t[own])[1]


def size(grads: Any) -> float:
    """The root of the mean square of all numbers of a tree."""
    squares = sum(float(np.sum(a**2)) for a in tree.flatten(grads).values())
    return (squares / tree.count(grads)) ** 0.5


def loss_of(params: Any) -> float:
    x, t = digits()
    return float(LOSS(NETWORK.predict(params, x), t))


def steps(optimizer: Any, params: Any, state: Any, drawn: list) -> tuple:
    """Losses after every fourth step, the lengths of all, and the end."""
    losses, lengths = [], []
    for number, own in enumerate(drawn, 1):
        before = params
        params, state = optimizer.update(params, gradients(params, own), state)
        lengths.append(size(tree.map(lambda a, b: a - b, params, before)))
        if number % 4 == 0:
            losses.append(loss_of(params))
    return losses, lengths, params, state


def factors(params: Any, state: Any, count: int, seed: int) -> tuple[float, float]:
    """Adam's averages, relative to the usual gradient of a batch at these parameters."""
    source = batches(seed + 500)
    usual = np.mean([size(gradients(params, next(source))) ** 2 for _ in range(13)]) ** 0.5
    m = size(state["m"]) / (1 - 0.9**count)
    v = np.mean(np.concatenate([a.ravel() for a in tree.flatten(state["v"]).values()]))
    return m / usual, (v / (1 - 0.999**count)) ** 0.5 / usual


def made(row: str) -> tuple[Any, float]:
    """The optimizer of a row, and its rate."""
    kind, rate, *memory = (part.split()[-1] for part in row.partition(": ")[2].split(", "))
    η = float(rate)
    if kind == "Adam":
        return nn.adam(η, beta2=float(memory[0])), η
    if kind == "RMSprop":
        return nn.rmsprop(η, float(memory[0])), η
    return (nn.momentum(η) if kind == "momentum" else nn.sgd(η)), η


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row."""
    opening = row == "opening"
    optimizer, rate = (nn.adam(0.01), 0.01) if opening else made(row)
    params = NETWORK.init(np.random.default_rng(seed))
    state, source = optimizer.init(params), batches(seed + 1000)
    found, losses, lengths, count = {}, [], [], 0
    while count < LONGEST:
        four = [next(source) for _ in range(2 if opening and count in (48, 50) else 4)]
        new, long, params, state = steps(optimizer, params, state, four)
        count, losses, lengths = count + len(four), losses + new, lengths + long
        if opening and count in LOOKS:
            cancelled, remembered = factors(params, state, count, seed)
            found |= {f"cancelled @ {count}": cancelled, f"remembered @ {count}": remembered}
        if count == BREAK if opening else losses[-1] < LEVEL:
            break
    drawn = [next(source) for _ in range(AFTER)]
    on, on_steps, *_ = steps(optimizer, params, state, drawn)
    anew, anew_steps, *_ = steps(optimizer, params, optimizer.init(params), drawn)
    if opening:
        at = range(count - 36, count + AFTER + 1, 4)
        found |= {f"on @ {n}": a for n, a in zip(at, losses[-10:] + on, strict=True)}
        found |= {f"anew @ {n}": a for n, a in zip(at, losses[-10:] + anew, strict=True)}
        long = lengths[-40:] + on_steps
        for n, a in enumerate(long, count - 39):
            found[f"step on @ {n}"] = a / rate
        for n, a in enumerate(anew_steps, count + 1):
            found[f"step anew @ {n}"] = a / rate
    return found | {
        "epochs": count * SIZE / EXAMPLES,
        "loss": losses[-1],
        "usual": float(np.mean(lengths[-40:])) / rate,
        "first": anew_steps[0] / rate,
        "largest": max(anew) / max(on),
        "end": anew[-1] / on[-1],
    }


RATES, MEMORIES = (0.003, 0.01), (0.9, 0.99, 0.999)
CANDIDATES: dict[str, list] = {}
FIXED: dict[str, dict] = {
    "opening": {},
    "equal: plain, rate 0.3": {},
    **{f"equal: momentum, rate {r}": {} for r in (0.03, 0.1)},
    **{
        f"equal: {kind}, rate {r}, memory {m}": {}
        for kind in ("RMSprop", "Adam")
        for r in RATES
        for m in MEMORIES
    },
}
