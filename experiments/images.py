"""Is it the neighbourhood of pixels that helps a convolutional network?

Task: clothes (Fashion-MNIST, 28 × 28) in ten classes, 1000 pictures to train on, 240 steps of Adam
with batches of 50, whose rate falls to 0 along a half cosine. The pictures are centred, as they
come, or each is moved by up to four pixels up or down and to a side (`moved`), in training as in
the test.

Rows: a dense network (784-128-64-64-10) and a convolutional one of as many layers with weights,
each without and with batch normalization, on centred pictures, on moved ones, and on centred ones
whose pixels are shuffled by one permutation a run. A shuffled picture holds the same numbers, but
no neighbours: a lead that is owed to depth, number of weights or batch normalization must stay. On
centred pictures also: a dense network of three layers (784-128-64-10), without and with batch
normalization; two blocks of the VGG kind and the same with shortcuts (`residual`), both with batch
normalization; and the convolutional network with its random first layer frozen, without and with
batch normalization. All start from He's weights; a layer has biases where no batch normalization
follows.

Tuning: each row has the same six learning rates on the same draw (seed 100), judged by the accuracy
on 2000 others of the pool. Data: pictures 0 to 3999 are the pool, 4000 to 5999 the test set, looked
at once, in the final runs (seeds 0 to 9: draw, start, batches, moves and permutation). The grid was
fixed before this run. (An earlier study, of fewer rows and five rates, the last of them added late,
had used the same test set.)

Measured besides the accuracy: for centred pictures, the accuracy on test pictures moved to the
right (`right @ pixels`); and `smooth`, how much of the squared length of the first layer's 5 × 5
kernels lies in the nine slowest of the 25 cosine waves, before and after training.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import (
    Add,
    BatchNorm,
    Conv2D,
    Dense,
    Flatten,
    Graph,
    MaxPool2D,
    ReLU,
    Sequential,
    fit,
)  # fmt: skip
from nnbook.op import Op
from nnbook.ops.initializers import he_normal

QUESTION = "Is it the neighbourhood of pixels that helps a convolutional network?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 101), 0.06
POOL, TRAINED, JUDGES, BATCH, EPOCHS, REACH = 4000, 1000, 2000, 50, 12, 4
STEPS = EPOCHS * TRAINED // BATCH
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)


def normed(layer: type, *sizes: int, norm: bool = True, **options: Any) -> list[Op]:
    """A layer with He's start; if `norm`, without bias and before a batch normalization."""
    options["weights"] = he_normal()
    if norm:
        return [layer(*sizes, bias=None, **options), BatchNorm(sizes[1])]
    return [layer(*sizes, **options)]


def conv(C_in: int, C_out: int, kernel: int = 3, stride: int = 1, norm: bool = True) -> list[Op]:
    """A convolution that keeps the size, but for its stride."""
    return normed(Conv2D, C_in, C_out, kernel, stride, kernel // 2, norm=norm)


def dense(norm: bool, layers: int = 3) -> Sequential:
    """784-128-64-10, or with further layers of 64 units."""
    further = [op for _ in range(layers - 3) for op in (*normed(Dense, 64, 64, norm=norm), ReLU())]
    return Sequential(
        Flatten(), *normed(Dense, 784, 128, norm=norm), ReLU(),
        *normed(Dense, 128, 64, norm=norm), ReLU(), *further, Dense(64, 10),
    )  # fmt: skip


def first(norm: bool) -> list[Op]:
    """28 × 28 pixels to 14 × 14 with 8 channels."""
    return [*conv(1, 8, 5, 2, norm), ReLU()]


def cnn(norm: bool) -> Sequential:
    return Sequential(
        *first(norm), *conv(8, 16, norm=norm), ReLU(), MaxPool2D(2), Flatten(),
        *normed(Dense, 784, 64, norm=norm), ReLU(), Dense(64, 10),
    )  # fmt: skip


def chain(net: Graph, name: str, x: str, ops: list[Op]) -> str:
    """Adds ops one after the other; returns the last vertex."""
    for number, op in enumerate(ops, 1):
        x = net.add(f"{name}{number}", op, x)
    return x


def block(net: Graph, name: str, x: str, C_in: int, C_out: int, shortcut: bool) -> str:
    """Two convolutions, and a way around them if `shortcut`; returns the last vertex."""
    y = chain(net, name, x, [*conv(C_in, C_out), ReLU(), *conv(C_out, C_out)])
    if shortcut:
        way = x if C_in == C_out else chain(net, f"{name}way", x, conv(C_in, C_out, 1))
        y = net.add(f"{name}sum", Add(), y, way)
    return chain(net, f"{name}end", y, [ReLU()])


def blocks(shortcut: bool) -> Graph:
    """A first layer, two blocks, each with a pooling behind it, and one dense layer."""
    net = Graph("x")
    x = chain(net, "first", "x", first(norm=True))
    x = chain(net, "apool", block(net, "a", x, 8, 8, shortcut), [MaxPool2D(2)])
    x = chain(net, "bpool", block(net, "b", x, 8, 16, shortcut), [MaxPool2D(2), Flatten()])
    chain(net, "last", x, [Dense(144, 10)])
    return net


NETWORKS = {
    "dense 3": dense,
    "dense 4": lambda norm: dense(norm, 4),
    "CNN": cnn,
    "VGG": lambda norm: blocks(shortcut=False),
    "residual": lambda norm: blocks(shortcut=True),
}
FROZEN = ", first layer frozen"


def network(row: str) -> Graph:
    """The network of a row, `name`, `name + BN`, `…, moved` and so on."""
    name, _, norm = row.partition(", ")[0].partition(" + ")
    return NETWORKS[name](bool(norm))


@cache
def pictures() -> tuple:
    images, labels = nn.load_fashion(np.float32)
    return images[:, None], labels


def moved(x: Any, down: Any, right: Any) -> Any:
    """Each picture moved by its own number of pixels; the ground moves in."""
    edge = int(max(np.abs(down).max(), np.abs(right).max()))
    framed = np.pad(x, ((0, 0), (0, 0), (edge, edge), (edge, edge)))
    rows, columns = (edge - by[:, None] + np.arange(x.shape[-1]) for by in (down, right))
    n = np.arange(len(x))[:, None, None]
    return framed[n, 0, rows[:, :, None], columns[:, None, :]][:, None]


def draw(row: str, seed: int) -> tuple:
    """Pictures to train on, to judge by, and to test, as the row has them."""
    images, labels = pictures()
    rng = np.random.default_rng(seed)
    order, places = rng.permutation(POOL), rng.permutation(784)
    if "moved" in row:
        images = moved(images, *rng.integers(-REACH, REACH + 1, (2, len(images))))
    if "shuffled" in row:
        images = images.reshape(-1, 784)[:, places].reshape(images.shape)
    few, judges = order[:TRAINED], order[TRAINED : TRAINED + JUDGES]
    parts = few, judges, np.arange(POOL, len(images))
    return tuple((images[part], labels[part]) for part in parts)


def smooth(kernels: Any) -> float:
    """The share of the squared length in the nine slowest of the 25 cosine waves."""
    u = np.arange(5)
    waves = np.cos(np.pi * np.outer(u, u + 0.5) / 5)
    waves /= np.linalg.norm(waves, axis=1, keepdims=True)
    parts = waves @ kernels @ waves.T
    return float((parts[..., :3, :3] ** 2).sum() / (parts**2).sum())


def learn(
    net: Graph, optimizer: Any, x: Any, t: Any, seed: int, epochs: int, batch_size: int = BATCH
) -> Any:
    """The run, or None where the loss left the numbers: the rate is too large."""
    try:
        with np.errstate(all="ignore"):
            return fit(net, nn.SoftmaxCrossEntropy(), x, t, optimizer=optimizer, epochs=epochs,
                       batch_size=batch_size, seed=seed, progress=False)  # fmt: skip
    except FloatingPointError:
        return None


def hits(done: Any, x: Any, t: Any) -> float:
    """The accuracy, in parts that need less memory; a tenth for a run that was lost."""
    if done is None:
        return 0.1
    parts = np.array_split(np.arange(len(x)), max(len(x) // 250, 1))
    with np.errstate(all="ignore"):
        return float(np.mean(np.concatenate([done.predict(x[p]).argmax(1) == t[p] for p in parts])))


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row."""
    train, judges, (x, t) = draw(row, seed)
    net = network(row)
    optimizer = nn.adam(nn.schedules.cosine(settings["rate"], STEPS))
    if row.endswith(FROZEN):
        optimizer = nn.freeze(optimizer, "conv2d1")
    done = learn(net, optimizer, *train, seed, EPOCHS)
    if tuning:
        return {"validation": hits(done, *judges)}
    found = {"test": hits(done, x, t)}
    if row in PAIRS:
        n = np.ones(len(x), int)
        found |= {f"right @ {by}": hits(done, moved(x, 0 * n, by * n), t) for by in (1, 2, 3, 4)}
    if "conv2d1" in net.vertices and done:
        start = net.init(np.random.default_rng(seed).spawn(3)[0], np.float32)  # as `fit` draws it
        found["smooth before"] = smooth(start["conv2d1"]["W"])
        found["smooth"] = smooth(done.params["conv2d1"]["W"])
    return found


PAIRS = [f"{name}{norm}" for name in ("dense 3", "dense 4", "CNN") for norm in ("", " + BN")]
ROWS = PAIRS + [f"{pair}{kind}" for kind in (", moved", ", shuffled") for pair in PAIRS[2:]]
ROWS += ["VGG + BN", "residual + BN"]
ROWS += [f"CNN{norm}{FROZEN}" for norm in ("", " + BN")]
CANDIDATES = {row: [{"rate": rate} for rate in RATES] for row in ROWS}
FIXED: dict[str, dict] = {}
