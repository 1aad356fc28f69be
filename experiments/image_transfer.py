"""Do features that a convolutional network learned on five kinds of clothes help with five others?

First task: five of the ten classes, drawn anew for each seed, with 1000 pictures of the pool; the
convolutional network of the study `images`, 240 steps. Second task: the five other classes, from 5
pictures of each, 200 steps of Adam with batches of 25.

Rows: a new last layer on the 64 features of the trained network's last hidden layer (`learned
features`), or on the 784 numbers that its windows and pooling make (`learned maps`); the same on
those of the network as it was before the first task (`random features`, `random maps`: what is owed
to the form of the network alone must stay); the same on the pixels (`pixels`); and the whole
network from a new start (`from scratch`).

Tuning: each row has the same eight learning rates on the same draw (seed 100), judged by the
accuracy on the pool's other pictures of the five classes. Test set: pictures 4000 to 5999 of these
classes, looked at once, in the final runs (seeds 0 to 9). (An earlier study had five of the rates,
of which three rows chose the first or the last, and the same test set.)
"""

from __future__ import annotations

from functools import cache

import numpy as np

import nnbook as nn
from experiments.images import EPOCHS, POOL, STEPS, cnn, hits, learn, pictures
from nnbook import Dense, Flatten, Sequential

QUESTION = "Do features learned on five kinds of clothes help with five others?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 101), 0.08
RATES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
WAYS = (
    "learned features", "random features", "learned maps", "random maps", "pixels", "from scratch",
)  # fmt: skip
ROWS = [f"5 of each: {way}" for way in WAYS]
CLASSES, FIRST, MOST = 5, 1000, 20


def network() -> Sequential:
    """The network of `images` with as many outputs as classes."""
    ops = [vertex.op for vertex in cnn(norm=False).vertices.values()]
    return Sequential(*ops[:-1], Dense(64, CLASSES))


@cache
def first_task(seed: int) -> tuple:
    """The network's parameters before and after the first task, and the second task."""
    images, labels = pictures()
    rng = np.random.default_rng(seed)
    place = np.argsort(rng.permutation(10))  # of each class among the ten
    order = rng.permutation(POOL)
    old = order[place[labels[order]] < CLASSES][:FIRST]
    net = network()
    optimizer = nn.adam(nn.schedules.cosine(0.01, STEPS))
    done = learn(net, optimizer, images[old], place[labels[old]], seed, EPOCHS)
    new = order[place[labels[order]] >= CLASSES]
    rows = [new[place[labels[new]] == k] for k in range(CLASSES, 2 * CLASSES)]
    test = np.arange(POOL, len(images))
    test = test[place[labels[test]] >= CLASSES]
    before = net.init(np.random.default_rng(seed).spawn(3)[0], np.float32)
    return before, done.params, place[labels] - CLASSES, rows, test


def needed(seed: int, count: int, tuning: bool) -> tuple:
    """The numbers of the few pictures of the second task, and of those to judge by."""
    _, _, _, rows, test = first_task(seed)
    few = np.concatenate([own[:count] for own in rows])
    return few, np.concatenate([own[MOST:] for own in rows]) if tuning else test


@cache
def features(seed: int, count: int, tuning: bool, learned: bool) -> list[dict]:
    """What the network makes of both groups of pictures, in parts that need less memory."""
    images, _ = pictures()
    net, params = network(), first_task(seed)[int(learned)]
    found = []
    for group in needed(seed, count, tuning):
        parts = np.array_split(images[group], max(len(group) // 250, 1))
        made = [net.forward(params, part)[0] for part in parts]
        found.append({v: np.concatenate([own[v] for own in made]) for v in ("flatten1", "relu3")})
    return found


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row, `n of each: way`."""
    images, _ = pictures()
    before, way = row.split(": ")
    count = int(before.split()[0])
    few, other = needed(seed, count, tuning)
    t, x, judged = first_task(seed)[2], images[few], images[other]
    if way == "from scratch":
        net = network()
    elif way == "pixels":
        net = Sequential(Flatten(), Dense(784, CLASSES))
    else:
        vertex = "flatten1" if way.endswith("maps") else "relu3"
        x, judged = (f[vertex] for f in features(seed, count, tuning, way.startswith("learned")))
        net = Sequential(Dense(x.shape[1], CLASSES))
    epochs = 200 * 25 // len(few)
    optimizer = nn.adam(nn.schedules.cosine(settings["rate"], 200))
    done = learn(net, optimizer, x, t[few], seed + 1000, epochs, batch_size=25)
    return {"validation" if tuning else "test": hits(done, judged, t[other])}


CANDIDATES = {row: [{"rate": rate} for rate in RATES] for row in ROWS}
FIXED: dict[str, dict] = {}
