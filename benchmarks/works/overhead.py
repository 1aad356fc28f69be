"""What a graph costs by itself: a chain of vertices that do nothing, forward and backward."""

from __future__ import annotations

import numpy as np

from benchmarks.sides import FLOAT
from benchmarks.timing import Side, Work
from nnbook import Linear, Sequential

VERTICES = 200


def ours() -> Side:
    network = Sequential(*(Linear() for _ in range(VERTICES)))
    x = y_bar = np.ones((1, 1), FLOAT)
    last = f"linear{VERTICES}"

    def step():
        values, tape = network.forward({}, x)
        _, bars = network.backward({}, tape, y_bar, wrt=["x"])
        return values[last], bars["x"]

    return Side(step)


def theirs() -> Side:
    """A view of a whole tensor is the least that autograd has a vertex for."""
    import torch

    x = torch.ones(1, 1, requires_grad=True)
    y_bar = torch.ones(1, 1)

    def step():
        y = x
        for _ in range(VERTICES):
            y = y.view_as(y)
        return y, *torch.autograd.grad(y, [x], y_bar)

    return Side(step)


WORKS = [Work("graph: a vertex", ours, theirs, 5e-6, times=VERTICES, absolute=True)]
