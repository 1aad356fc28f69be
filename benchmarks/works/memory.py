"""The peak of memory in training: network, optimizer, five steps with everything they need.

Data and what the libraries load are there beforehand, and are not counted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.sides import drawn, labels, our_training, their_training
from benchmarks.timing import Side, Work
from benchmarks.works.convolution import cnn, their_cnn
from benchmarks.works.dense import SIZES, mlp, their_mlp
from nnbook import Graph

STEPS = 5


def _work(
    name: str,
    network: Callable[[], Graph],
    module: Callable[[], Any],
    *shape: int,
) -> Work:
    def side(train: Callable[..., Side]) -> Side:
        x, t = drawn(*shape), labels(10, shape[0])

        def trained(examples: int) -> list[float]:
            step = train(x[:examples], t[:examples]).step
            return [step() for _ in range(STEPS)]

        return Side(lambda: trained(len(x)), lambda: trained(2))

    return Work(
        f"peak memory: {name}",
        lambda: side(lambda x, t: our_training(network(), x, t)),
        lambda: side(lambda x, t: their_training(module(), network(), x, t)),
        1.0,
        memory=True,
        rtol=1e-3,
    )


WORKS = [
    _work("MLP, batch 4096", lambda: mlp(*SIZES), lambda: their_mlp(*SIZES), 4096, SIZES[0]),
    _work("small CNN, batch 512", cnn, their_cnn, 512, 1, 28, 28),
]
