"""Masks on a small network, as Dropout makes them."""

from itertools import product

import numpy as np

import nnbook as nn

planted = [
    ("u >= p ? 1 / (1 - p)", "u >= p ? 1 / p"),
    ("u >= p ?", "u < p ?"),
    ("Math.max(0, z) * onHidden[k]", "Math.max(0, z * onHidden[k] - 0.1)"),
    ("on ? 1 - p : p", "on ? p : 1 - p"),
    ("(sums[k] += value) / (n + 1)", "(sums[k] += value) / (n + 2)"),
]


class Drawn:
    """A generator of which it is known what it draws."""

    def __init__(self, draws):
        self.draws = np.array(draws)

    def random(self, shape):
        return self.draws.reshape(shape)


def outputs(network, where, p, draws):
    """The outputs of Dense, ReLU and Dense, with Dropout before the first or the last."""
    x, W1, b1, W2, b2 = (np.array(network[name]) for name in ("x", "W1", "b1", "W2", "b2"))
    first, last = nn.Dense(*W1.shape), nn.Dense(*W2.shape)
    mode = nn.Mode.train(Drawn(draws))

    def drop(values, at):
        return nn.Dropout(p).forward({}, values, mode=mode)[0] if where == at else values

    z = first.forward({"W": W1, "b": b1}, drop(x[None], "inputs"))[0]
    hidden = drop(nn.ReLU().forward({}, z)[0], "hidden")
    return last.forward({"W": W2, "b": b2}, hidden)[0][0]


def mean_of_all(network, where, p):
    n = len(network["x" if where == "inputs" else "b1"])
    return sum(
        np.prod([1 - p if on else p for on in kept]) * outputs(network, where, p, kept)
        for kept in product((0.0, 1.0), repeat=n)
    )


def cases(rng):
    network = {
        "x": rng.normal(size=3),
        "W1": rng.normal(size=(3, 4)),
        "b1": rng.normal(size=4),
        "W2": rng.normal(size=(4, 2)),
        "b2": rng.normal(size=2),
    }
    network = {name: part.tolist() for name, part in network.items()}
    for p in (0.2, 0.5, 0.75):
        draws = rng.random((6, 4))
        scaled = nn.Dropout(p).forward({}, np.ones(4), mode=nn.Mode.train(Drawn(draws[0])))[0]
        yield "mask", [draws[0].tolist(), p], scaled
        for where, n in (("hidden", 4), ("inputs", 3)):
            rows = [outputs(network, where, p, row[:n]) for row in draws]
            means = np.cumsum(rows, axis=0) / np.arange(1, 7)[:, None]
            yield "runningMeans", [network, where, p, draws.tolist()], means
            yield "meanOfAll", [network, where, p], mean_of_all(network, where, p)
    whole = mean_of_all(network, "hidden", 0.3)  # the last layer is linear
    assert np.allclose(whole, outputs(network, "", 0.3, ()))
    yield "outputs", [network], whole
