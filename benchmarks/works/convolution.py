"""Convolution and pooling, forward and backward, and a small network of them on clothes."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from benchmarks.sides import FLOAT, fill, first_params, our_op, their_op
from benchmarks.timing import Side, Work
from nnbook import (
    AveragePool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Flatten,
    MaxPool2D,
    ReLU,
    Sequential,
    SoftmaxCrossEntropy,
    adam,
    fit,
    load_fashion,
)
from nnbook.data import batches

# --- ops ------------------------------------------------------------------------------------------


def our_convolution(C_out: int, *shape: int) -> Side:
    return our_op(Conv2D(shape[1], C_out, padding=1), *shape)


def their_convolution(C_out: int, *shape: int) -> Side:
    import torch

    module = torch.nn.Conv2d(shape[1], C_out, 3, padding=1)
    return their_op(module, Conv2D(shape[1], C_out, padding=1), *shape)


def our_pooling(kind: str, *shape: int) -> Side:
    return our_op(MaxPool2D(2) if kind == "max" else AveragePool2D(2), *shape)


def their_pooling(kind: str, *shape: int) -> Side:
    import torch

    module = torch.nn.MaxPool2d(2) if kind == "max" else torch.nn.AvgPool2d(2)
    return their_op(module, MaxPool2D(2), *shape)


# --- the small network of the chapter on networks for images --------------------------------------

BATCH, EPOCH_RATE = 50, 1e-3


def cnn() -> Sequential:
    return Sequential(
        *(Conv2D(1, 8, 5, 2, padding=2, bias=None), BatchNorm(8), ReLU()),
        *(Conv2D(8, 16, padding=1, bias=None), BatchNorm(16), ReLU(), MaxPool2D(2), Flatten()),
        *(Dense(784, 64, bias=None), BatchNorm(64), ReLU(), Dense(64, 10)),
    )


def their_cnn() -> Any:
    from torch import nn

    return nn.Sequential(
        *(nn.Conv2d(1, 8, 5, 2, padding=2, bias=False), nn.BatchNorm2d(8), nn.ReLU()),
        *(nn.Conv2d(8, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()),
        *(nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(784, 64, bias=False), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 10)),
    )


def clothes() -> tuple[np.ndarray, np.ndarray]:
    images, t = load_fashion(FLOAT)
    return images[:, None], t


def our_epoch() -> Side:
    network, (x, t) = cnn(), clothes()
    options = {"optimizer": adam(EPOCH_RATE), "epochs": 1, "seed": 0, "batch_size": BATCH}
    params = first_params(network)

    def step():
        loss = SoftmaxCrossEntropy()
        run = fit(network, loss, x, t, params=params, progress=False, **options)
        return run.history["loss"][0]

    return Side(step)


def their_epoch() -> Side:
    import torch

    module = their_cnn()
    x, t = map(torch.tensor, clothes())

    def step():
        fill(module, first_params(cnn()))
        optimizer = torch.optim.Adam(module.parameters(), lr=EPOCH_RATE)
        _, rng, _ = np.random.default_rng(0).spawn(3)  # the order of `fit`
        total = 0.0
        for (some,) in batches(rng, BATCH, np.arange(len(x))):
            some = torch.from_numpy(some)
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(module(x[some]), t[some])
            loss.backward()
            optimizer.step()
            total += len(some) * loss.item()
        return total / len(x)

    return Side(step)


WORKS = [
    *(
        Work(
            f"Conv2D 3×3, {'×'.join(map(str, shape))} to {C_out}",
            partial(our_convolution, C_out, *shape),
            partial(their_convolution, C_out, *shape),
            target,
        )
        for *shape, C_out, target in (
            (32, 1, 28, 28, 16, 0.5),
            (32, 16, 14, 14, 32, 1.3),
            (32, 32, 28, 28, 32, 1.5),
        )
    ),
    *(
        Work(
            f"{kind} pool 2×2, 32×16×28×28",
            partial(our_pooling, kind, 32, 16, 28, 28),
            partial(their_pooling, kind, 32, 16, 28, 28),
            0.5,
        )
        for kind in ("max", "average")
    ),
    # 120 steps of Adam apart, rounding has grown.
    Work("small CNN on Fashion: an epoch of 6000", our_epoch, their_epoch, 1.2, rtol=1e-2),
]
