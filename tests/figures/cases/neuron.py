"""A neuron of two inputs, as Dense and Step compute it."""

import numpy as np

from nnbook import Dense, Sequential, Step

planted = [
    (">= 0 ? 1 : 0", "<= 0 ? 1 : 0"),
    ("/ Math.hypot(...w),", "/ dot(w, w),"),
    ("dot(x, w) + b", "dot(x, w) - b"),
]


def cases(rng):
    linear, neuron = Sequential(Dense(2, 1)), Sequential(Dense(2, 1), Step())
    for _ in range(30):
        w, b, points = rng.normal(size=2), float(rng.normal()), rng.normal(size=(4, 2))
        params = {"dense1": {"W": w[:, None], "b": np.array([b])}}
        x = points[0]
        z = linear.predict(params, x[None])[0, 0]
        says = neuron.predict(params, points)[:, 0]
        targets = rng.integers(0, 2, 4)
        yield "sum", [x.tolist(), w.tolist(), b], z
        yield "says", [x.tolist(), w.tolist(), b], says[0]
        yield "distance", [x.tolist(), w.tolist(), b], abs(z) / np.linalg.norm(w)
        yield "foot", [x.tolist(), w.tolist(), b], x - z * w / (w @ w)
        right = int(np.sum(says == targets))
        yield "right", [points.tolist(), targets.tolist(), w.tolist(), b], right
