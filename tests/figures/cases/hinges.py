"""Networks of one hidden layer of ReLUs, their weights read off a curve."""

import numpy as np

from nnbook import Dense, ReLU, Sequential

planted = [
    ("s - (n ? slopes[n - 1] : 0)", "s - (n ? slopes[0] : 0)"),
    ("Math.max(0, x - places[n])", "Math.max(0, places[n] - x)"),
    ("Math.sin(2 * Math.PI * x) + x / 2", "Math.sin(2 * Math.PI * x) + x"),
]

TARGETS = {
    "wave": lambda x: np.sin(2 * np.pi * x) + x / 2,
    "parabola": lambda x: x * x,
    "edge": lambda x: np.where(x < 0.5, 0.0, 1.0),
}


def network(points):
    """A network through the points, as a function."""
    x, t = np.transpose(points)
    slopes = np.diff(t) / np.diff(x)
    params = {
        "dense1": {"W": np.ones((1, len(slopes))), "b": -x[:-1]},
        "dense2": {"W": np.diff(slopes, prepend=0)[:, None], "b": t[:1]},
    }
    net = Sequential(Dense(1, len(slopes)), ReLU(), Dense(len(slopes), 1))
    return params, lambda at: net.predict(params, np.reshape(at, (-1, 1)))[:, 0]


def cases(rng):
    at = np.linspace(0, 1, 2001)
    for pieces in (1, 2, 5, 12):
        inner = np.sort(rng.uniform(0.02, 0.98, pieces - 1))
        points = np.stack([[0, *inner, 1], rng.normal(size=pieces + 1)], axis=1)
        params, f = network(points)
        places, turns = -params["dense1"]["b"], params["dense2"]["W"][:, 0]
        weights = {
            "places": places.tolist(),
            "turns": turns.tolist(),
            "bias": float(params["dense2"]["b"][0]),
        }
        yield "weights", [points.tolist()], weights
        for x in rng.uniform(-0.2, 1, 5):
            yield "network", [weights, float(x)], f(x)[0]
        for name, target in TARGETS.items():
            yield "largest", [points.tolist(), name], np.abs(f(at) - target(at)).max()
    for name, target in TARGETS.items():
        for x in rng.uniform(0, 1, 5):
            yield "target", [name, float(x)], target(x)
