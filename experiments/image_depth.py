"""Do shortcuts let a deep convolutional network learn its training pictures better?

Task: 500 pictures of clothes in ten classes, every fourth pixel of each row and column (7 × 7); 160
steps of Adam with batches of 25, whose rate falls to 0 along a half cosine.

Rows: stacks of equal blocks of two 3 × 3 convolutions from 8 to 8 channels, each with batch
normalization, then a global mean and a dense layer; 4 or 20 blocks, `plain` or with `shortcuts`
around each block. All start from He's weights.

Tuning: each row has the same five learning rates on the same draw (seed 100), judged by what the
question is about: the mean loss of the batches of the last epoch. (Three rows had chosen 0.03 when
it was the largest; 0.1 was then tried by all.) Final runs with seeds 0 to 5.

Measured: `loss @ epoch`, the mean loss of the batches of an epoch, `last`, that of the last epoch,
and `test`, the accuracy on the test set of `images`, by which nothing was chosen.
"""

from __future__ import annotations

import numpy as np

import nnbook as nn
from experiments.images import POOL, conv, hits, learn, pictures
from nnbook import Add, Dense, GlobalAveragePool, Graph, ReLU
from nnbook.op import Op

QUESTION = "Do shortcuts let a deep convolutional network learn its training pictures better?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(6), range(100, 101), 0.3
WIDTH, TRAINED, BATCH, EPOCHS = 8, 500, 25, 8
STEPS = EPOCHS * TRAINED // BATCH
RATES = (0.001, 0.003, 0.01, 0.03, 0.1)
ROWS = [f"{kind}, {blocks} blocks" for blocks in (20, 4) for kind in ("plain", "shortcuts")]


def chain(net: Graph, name: str, x: str, ops: list[Op]) -> str:
    """Adds ops one after the other; returns the last vertex."""
    for number, op in enumerate(ops, 1):
        x = net.add(f"{name}{number}", op, x)
    return x


def stack(shortcut: bool, blocks: int) -> Graph:
    """A first convolution, equal blocks, global mean, ten classes."""
    net = Graph("x")
    x = chain(net, "first", "x", [*conv(1, WIDTH), ReLU()])
    for number in range(blocks):
        y = chain(net, f"b{number}_", x, [*conv(WIDTH, WIDTH), ReLU(), *conv(WIDTH, WIDTH)])
        if shortcut:
            y = net.add(f"sum{number}", Add(), y, x)
        x = net.add(f"end{number}", ReLU(), y)
    chain(net, "last", x, [GlobalAveragePool(), Dense(WIDTH, 10)])
    return net


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row."""
    images, labels = pictures()
    small = np.ascontiguousarray(images[:, :, ::4, ::4])
    few = np.random.default_rng(seed).permutation(POOL)[:TRAINED]
    kind, blocks = row.split(", ")
    net = stack(kind == "shortcuts", int(blocks.split()[0]))
    optimizer = nn.adam(nn.schedules.cosine(settings["rate"], STEPS))
    done = learn(net, optimizer, small[few], labels[few], seed, EPOCHS, BATCH)
    losses = [np.log(10.0)] * EPOCHS if done is None else done.history["loss"]
    if tuning:
        return {"validation": -float(losses[-1])}
    found = {f"loss @ {epoch}": float(loss) for epoch, loss in enumerate(losses, 1)}
    found |= {"last": float(losses[-1])}
    return found | {"test": hits(done, small[POOL:], labels[POOL:])}


CANDIDATES = {row: [{"rate": rate} for rate in RATES] for row in ROWS}
FIXED: dict[str, dict] = {}
