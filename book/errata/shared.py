"""Computations that entries of several files share.

A counterexample is a function without arguments that returns its numbers by name.
"""

from graphlib import CycleError, TopologicalSorter

import numpy as np

from nnbook import (
    Dense,
    MeanSquaredError,
    Sequential,
    Sigmoid,
    Tanh,
)
from nnbook.data import load_digits
from nnbook.derive import as_written, define, reals, sizes
from nnbook.training.loop import loss_and_gradients

from .entry import Formula, formula


def second_layer() -> dict:
    """How many weights a unit of the second layer has, and what it computes."""
    network = Sequential(Dense(3, 4), Tanh(), Dense(4, 2))
    rng = np.random.default_rng(0)
    params = network.init(rng)
    x = rng.normal(size=(1, 3))
    values, _ = network.forward(params, x)
    *_, hidden, z = values.values()
    w, b = params["dense2"]["W"][:, 0], params["dense2"]["b"][0]
    return {
        "weights": len(w),
        "inputs": x.shape[1],
        "hidden": hidden.shape[1],
        "reads_hidden": bool(np.isclose(z[0, 0], hidden[0] @ w + b)),
    }


def one_neuron() -> dict:
    """Pre-activation and output of one neuron."""
    network = Sequential(Dense(2, 1), Sigmoid())
    params = {"dense1": {"W": np.array([[1.0], [2.0]]), "b": np.array([-1.0])}}
    values, _ = network.forward(params, np.array([[1.0, 1.0]]))
    *_, z, output = values.values()
    return {"z": z.item(), "output": output.item()}


def backward_pass() -> dict:
    """A weight before and after a backward pass, and steps with two ways to get a gradient."""
    network, loss = Sequential(Dense(1, 1), Sigmoid()), MeanSquaredError()
    x, t = np.array([[2.0]]), np.array([[1.0]])
    params = {"dense1": {"W": np.array([[0.5]]), "b": np.array([0.0])}}

    def L(w):
        moved = {"dense1": {"W": np.array([[w]]), "b": np.array([0.0])}}
        return loss_and_gradients(network, loss, moved, x, t)[0]

    _, grads, _ = loss_and_gradients(network, loss, params, x, t)
    w, slope = params["dense1"]["W"][0, 0], grads["dense1"]["W"][0, 0]
    quotient = (L(w + 1e-6) - L(w - 1e-6)) / 2e-6
    return {
        "before": 0.5,
        "after": w,
        "slope": slope,
        "backprop": w - slope,
        "differences": w - quotient,
    }


def momentum_loses() -> dict:
    """Where descent comes to rest that starts above the better valley, with and without."""
    start, rest = -1.8, []
    for gamma in (0.0, 0.9):
        theta, v = start, 0.0
        for _ in range(3000):
            v = gamma * v - 0.05 * (theta**3 - theta + 0.1)
            theta += v
        rest.append(theta)
    best = min(np.roots([1, 0, -1, 0.1]).real)
    return {"start": start, "plain": rest[0], "momentum": rest[1], "best": best}


def turned_sixes() -> dict:
    """What a classifier by the nearest mean digit says of sixes turned by half a turn."""
    x, t = load_digits()
    means = np.array([x[t == k].mean(axis=0) for k in range(10)])
    sixes = x[t == 6][:, ::-1, ::-1]
    squares = ((sixes[:, None] - means) ** 2).sum(axis=(2, 3))
    said = squares.argmin(axis=1)
    return {"sixes": len(sixes), "nines": int((said == 9).sum()), "still": int((said == 6).sum())}


def wrong_order() -> dict:
    """A list of all vertices, each once, in which a vertex comes before its parent."""
    parents = {"x": (), "a": ("x",), "y": ("a",)}
    order = ["y", "a", "x"]
    ready = [all(p in order[:i] for p in parents[v]) for i, v in enumerate(order)]
    topological = list(TopologicalSorter(parents).static_order())
    return {
        "once": sorted(order) == sorted(parents),
        "works": all(ready),
        "topological": all(
            p in topological[:i] for i, v in enumerate(topological) for p in parents[v]
        ),
    }


def undirected() -> dict:
    """Whether the graph of a restricted Boltzmann machine has a topological order."""
    try:
        list(TopologicalSorter({"v": ("h",), "h": ("v",)}).static_order())
        ordered = True
    except CycleError:
        ordered = False
    return {"ordered": ordered, "units": 2}


def corrected_average(name: str, rate: str, g) -> Formula:
    """The correction of Adam's moving average of equal terms g: with the exponent t, and t + 1."""
    t, beta = sizes("t"), reals(rate, positive=True)
    with as_written():
        average = define(name, (1 - beta ** (t + 1)) * g)
        printed, corrected = average / (1 - beta**t), average / (1 - beta ** (t + 1))
    return formula(g, printed, corrected, given=beta < 1, letters=average)
