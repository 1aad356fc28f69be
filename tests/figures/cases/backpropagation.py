"""The small network of the chapter, its values and its gradients, as Graph finds them."""

import numpy as np

from nnbook import Dense, Graph, ReLU

planted = [
    ("(z[k] > 0 ? bar : 0)", "bar"),
    ("2 * (y - t)", "(y - t)"),
    ("zBar.map((bar) => v * bar)", "zBar.map((bar) => -v * bar)"),
]


def cases(rng):
    graph = Graph("x")
    graph.add("z", Dense(2, 3), "x")
    graph.add("a", ReLU(), "z")
    graph.add("y", Dense(3, 1), "a")
    W1, b1 = np.array([[2.0, -1.0, 1.0], [1.0, 1.0, -1.0]]), np.array([-1.0, 0.0, 0.0])
    W2, b2 = np.array([[1.0], [-2.0], [3.0]]), np.array([1.0])
    points = [(W1, b1, W2, b2, np.array([[1.0, 2.0]]), 1.0)]
    for _ in range(12):
        W1, b1 = rng.normal(size=(2, 3)), rng.normal(size=3)
        W2, b2 = rng.normal(size=(3, 1)), rng.normal(size=1)
        points.append((W1, b1, W2, b2, rng.normal(size=(1, 2)), float(rng.normal())))
    for W1, b1, W2, b2, x, t in points:
        theta = {"z": {"W": W1, "b": b1}, "y": {"W": W2, "b": b2}}
        values, tape = graph.forward(theta, x)
        y = values["y"]
        y_bar = 2 * (y - t)
        bars, inner = graph.backward(theta, tape, y_bar, wrt=["x", "z", "a"])
        ours = {"W1": W1.tolist(), "b1": b1.tolist(), "W2": W2[:, 0].tolist(), "b2": float(b2[0])}
        at = [ours, x[0].tolist(), t]
        z, a = (tape.values[name][0] for name in "za")
        yield "forward", at, {"z": z, "a": a, "y": y[0, 0], "L": (y[0, 0] - t) ** 2}
        yield (
            "backward",
            at,
            {
                "y": y_bar[0, 0],
                **{name: inner[name][0] for name in "azx"},
                "W2": bars["y"]["W"][:, 0],
                "b2": bars["y"]["b"][0],
                "W1": bars["z"]["W"],
                "b1": bars["z"]["b"],
            },
        )
