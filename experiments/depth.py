"""Does depth help? Waves, a smooth curve, and clothes, with as many parameters for each depth.

Waves: the tent map composed with itself on [0, 1], with 2, 4 and 8 teeth, from 1000 random points;
ReLU networks of one to four hidden layers of equal width with about 300 parameters (`1 × 100` is
one hidden layer of 100 units), 4000 steps of Adam with batches of 100. One row has four times as
many steps. Measured: the root mean square error on 2000 new points. The constant ½ has 0.289.

Curve: sin(2πx) + x/2 on [0, 1] from 1000 points, by one hidden layer of 3 to 40 units, trained in
the same way. Measured: the largest error on a grid of 2001 points.

Clothes: Fashion-MNIST, 2000 pictures of a pool of 4000 to train on, about 50,000 parameters (but
for `none`, which has no hidden layer), 800 steps of Adam with batches of 50. Measured: accuracy on
the test pictures 4000 to 5999, looked at once.

Tuning: each row has six trials, on two draws (seeds 100, 101), judged on 1000 other examples: for
waves and curve three learning rates, each with biases of the first layer that are zero and with
biases that spread the hinges of its units over the interval; for clothes six learning rates.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, Flatten, ReLU, Sequential, fit
from nnbook.ops.initializers import he_normal

QUESTION = "With as many parameters, do several hidden layers do better than one?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 102), 0.1
WAVES = ("1 × 100", "2 × 15", "3 × 11", "4 × 9")
CLOTHES = ("none", "1 × 64", "2 × 60", "4 × 53")
WIDTHS, TEETH, POOL = (3, 5, 10, 20, 40), (2, 4, 8), 4000


def hidden(name: str) -> list[int]:
    """The widths of `depth × width`."""
    depth, _, width = name.partition(" × ")
    return [] if name == "none" else [int(width)] * int(depth)


def network(m: int, widths: list[int], outputs: int) -> Sequential:
    ops: list = [Flatten()]
    for a, b in zip([m, *widths], widths, strict=False):
        ops += [Dense(a, b, he_normal()), ReLU()]
    return Sequential(*ops, Dense(widths[-1] if widths else m, outputs, he_normal()))


def wave(x: np.ndarray, teeth: int) -> np.ndarray:
    """The tent map composed with itself until it has so many teeth, a power of 2."""
    while teeth >= 1:
        x, teeth = 1 - np.abs(2 * x - 1), teeth // 2
    return x


def curve(x: np.ndarray) -> np.ndarray:
    return np.sin(2 * np.pi * x) + x / 2


def spread(params: Any, rng: np.random.Generator) -> Any:
    """Biases that put the hinges of the first layer at random places in [-1, 1]."""
    W = params["dense1"]["W"]
    b = -W[0] * rng.uniform(-1, 1, W.shape[1])
    return {**params, "dense1": {"W": W, "b": b}}


def fitted(widths: tuple, task: str, teeth: int, settings: tuple, seed: int, steps: int) -> Any:
    """A network trained on a function of one number, as a function; or None if it diverged."""
    rate, spreads = settings
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 1, (1000, 1))
    t = wave(x, teeth) if task == "wave" else curve(x)
    net = network(1, list(widths), 1)
    params = net.init(rng)
    try:
        with np.errstate(all="ignore"):
            run = fit(net, nn.MeanSquaredError(), 2 * x - 1, t, optimizer=nn.adam(rate), seed=seed,
                      params=spread(params, rng) if spreads else params, batch_size=100,
                      epochs=steps // 10, progress=False)  # fmt: skip
    except FloatingPointError:
        return None
    return lambda x: run.predict(2 * x - 1)


def on_interval(row: str, settings: dict, seed: int, tuning: bool) -> dict[str, float]:
    task, _, rest = row.partition(": ")
    name, _, longer = rest.partition(", ")
    chosen = (settings["rate"], settings["spread"])
    teeth = int(task.split()[0]) if task.endswith("teeth") else 0
    widths = tuple(hidden(name)) if teeth else (int(name.split()[0]),)
    kind, steps = "wave" if teeth else "curve", 16000 if longer else 4000
    predict = fitted(widths, kind, teeth, chosen, seed, steps)
    new = np.random.default_rng(1000 + seed).uniform(0, 1, (1000 if tuning else 2000, 1))
    grid = np.linspace(0, 1, 2001)[:, None]

    def missed(x: np.ndarray) -> np.ndarray:
        truth = wave(x, teeth) if teeth else curve(x)
        return truth - (0.5 if predict is None else predict(x))

    error = float(np.sqrt(np.mean(missed(new) ** 2)))
    if tuning:
        return {"validation": -error}
    return {"error": error, "largest": float(np.abs(missed(grid)).max())}


@cache
def pictures() -> tuple:
    return nn.load_fashion(np.float32)


def on_clothes(row: str, settings: dict, seed: int, tuning: bool) -> dict[str, float]:
    images, labels = pictures()
    rng = np.random.default_rng(seed)
    order = rng.permutation(POOL)
    few, judges = order[:2000], order[2000:3000]
    net = network(784, hidden(row.partition(": ")[2]), 10)
    params = net.init(rng, dtype=np.float32)
    try:
        with np.errstate(all="ignore"):
            run = fit(net, nn.SoftmaxCrossEntropy(), images[few], labels[few], params=params,
                      optimizer=nn.adam(settings["rate"]), epochs=20, batch_size=50, seed=seed,
                      progress=False)  # fmt: skip
    except FloatingPointError:
        return {"validation": 0.0} if tuning else {"test": 0.1}
    if tuning:
        return {"validation": nn.accuracy(run.predict(images[judges]), labels[judges])}
    return {"test": nn.accuracy(run.predict(images[POOL:]), labels[POOL:])}


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row, `8 teeth: 2 × 15`, `curve: 10 units` or `clothes: 2 × 60`."""
    where = on_clothes if row.startswith("clothes") else on_interval
    return where(row, settings, seed, tuning)


STARTS = [{"rate": r, "spread": s} for r in (0.003, 0.01, 0.03) for s in (False, True)]
RATES = [{"rate": r} for r in (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03)]
CANDIDATES = {
    **{f"{n} teeth: {name}": STARTS for n in TEETH for name in WAVES},
    "8 teeth: 1 × 100, longer": STARTS,
    **{f"curve: {w} units": STARTS for w in WIDTHS},
    **{f"clothes: {name}": RATES for name in CLOTHES},
}
FIXED: dict[str, dict] = {}
