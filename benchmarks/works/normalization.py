"""Normalizations in training, forward and backward; batch normalization with its averages."""

from __future__ import annotations

from functools import partial

from benchmarks.sides import our_op, their_op
from benchmarks.timing import Side, Work
from nnbook import BatchNorm, LayerNorm


def their_batch_norm(*shape: int) -> Side:
    import torch

    kind = torch.nn.BatchNorm1d if len(shape) == 2 else torch.nn.BatchNorm2d
    return their_op(kind(shape[1]), BatchNorm(shape[1]), *shape)


def their_layer_norm(*shape: int) -> Side:
    import torch

    return their_op(torch.nn.LayerNorm(shape[1]), LayerNorm(shape[1]), *shape)


def _work(name: str, ours: type, theirs: object, *shape: int) -> Work:
    return Work(
        f"{name}, {'×'.join(map(str, shape))}",
        lambda: our_op(ours(shape[1]), *shape),
        partial(theirs, *shape),
        1.3,
        rtol=1e-3,  # sums of many numbers that nearly cancel
    )


WORKS = [
    _work("batch norm", BatchNorm, their_batch_norm, 32, 16, 28, 28),
    _work("batch norm", BatchNorm, their_batch_norm, 512, 256),
    _work("layer norm", LayerNorm, their_layer_norm, 512, 256),
]
