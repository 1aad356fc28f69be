"""Time against batch, width and depth: forward, loss and backward of a dense network.

On logarithmic axes time should rise with the number of multiplications with slope 1, once they
outweigh what each op costs however little it does. Adam is left out: what it does grows with the
weights, not with the batch.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from benchmarks.sides import drawn, fill, first_params, labels
from benchmarks.timing import Point, Side, Work
from benchmarks.works.dense import mlp, their_mlp
from nnbook import SoftmaxCrossEntropy
from nnbook.training.loop import loss_and_gradients

K = 10


def multiplications(batch: int, sizes: tuple[int, ...]) -> int:
    """Three products of matrices a layer, of which the first needs no cotangent of its input."""
    products = [a * b for a, b in pairwise(sizes)]
    return batch * (3 * sum(products) - products[0])


def ours(batch: int, sizes: tuple[int, ...]) -> Side:
    network, x, t = mlp(*sizes), drawn(batch, sizes[0]), labels(K, batch)
    params, loss = first_params(network), SoftmaxCrossEntropy()
    gradients = partial(loss_and_gradients, network, loss, params, x, t)

    def numbers():
        L, grads, _ = gradients()
        return L, grads["dense1"]["W"]

    return Side(gradients, numbers)


def theirs(batch: int, sizes: tuple[int, ...]) -> Side:
    import torch

    module = their_mlp(*sizes)
    fill(module, first_params(mlp(*sizes)))
    x, t = torch.tensor(drawn(batch, sizes[0])), torch.tensor(labels(K, batch))
    params = [*module.parameters()]

    def step():
        L = torch.nn.functional.cross_entropy(module(x), t)
        return L, torch.autograd.grad(L, params)

    def numbers():
        L, grads = step()
        return L, grads[0].T

    return Side(step, numbers)


def _work(curve: str, size: int, batch: int, *sizes: int) -> Work:
    sides = partial(ours, batch, sizes), partial(theirs, batch, sizes)
    point = Point(curve, size, multiplications(batch, sizes))
    return Work(f"{curve} {size}", *sides, point=point, rtol=1e-3)


WORKS = [
    *(_work("batch", n, n, 256, 256, 256, K) for n in (64, 128, 256, 512, 1024, 2048, 4096)),
    *(_work("width", n, 256, n, n, n, K) for n in (64, 128, 256, 512, 1024, 2048)),
    *(_work("depth", n, 256, 256, *n * [256], K) for n in (1, 2, 4, 8, 16, 32)),
]
