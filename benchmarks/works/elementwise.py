"""Functions entry by entry and row by row, forward and backward, on 512×256 numbers."""

from __future__ import annotations

from functools import partial

from benchmarks.sides import drawn, labels, our_op, their_op
from benchmarks.timing import Side, Work
from nnbook import Needs, Op, ReLU, Sigmoid, Softmax, SoftmaxCrossEntropy, Tanh

SHAPE = (512, 256)


def theirs(name: str, op: Op, *options: int) -> Side:
    import torch

    return their_op(getattr(torch.nn, name)(*options), op, *SHAPE)


def our_cross_entropy() -> Side:
    loss, z, t = SoftmaxCrossEntropy(), drawn(*SHAPE), labels(SHAPE[1], SHAPE[0])
    needs = Needs(inputs=(True, False), params=False)

    def step():
        L, cache = loss.forward({}, z, t)
        (z_bar, _), _ = loss.vjp({}, cache, 1.0, needs)
        return L, z_bar

    return Side(step)


def their_cross_entropy() -> Side:
    import torch

    z = torch.tensor(drawn(*SHAPE), requires_grad=True)
    t = torch.tensor(labels(SHAPE[1], SHAPE[0]))

    def step():
        L = torch.nn.functional.cross_entropy(z, t)
        return L, *torch.autograd.grad(L, [z])

    return Side(step)


def _work(name: str, op: Op, target: float | None, *options: int) -> Work:
    kind = type(op).__name__
    their = partial(theirs, kind, op, *options)
    return Work(f"{name}, 512×256", partial(our_op, op, *SHAPE), their, target)


WORKS = [
    _work("softmax", Softmax(), 1.3, -1),
    Work("softmax cross-entropy, 512×256", our_cross_entropy, their_cross_entropy, 1.3),
    _work("sigmoid", Sigmoid(), 1.5),
    _work("tanh", Tanh(), 0.4),
    _work("ReLU", ReLU(), None),
]
