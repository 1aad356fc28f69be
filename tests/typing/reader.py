"""What a reader writes, under mypy --strict: networks, an op of their own, training, saving."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import nnbook as nn
from nnbook import Dense, Graph, Mode, Op, ReLU, Sequential, SoftmaxCrossEntropy, adam, fit
from nnbook.op import EVAL, EVERYTHING, Needs

Array = NDArray[Any]


class Cube(Op):
    """y = x³"""

    def forward(
        self, params: Mapping[str, Any], x: Array, mode: Mode = EVAL
    ) -> tuple[Array, Array]:
        return x**3, x

    def vjp(
        self, params: Mapping[str, Any], cache: Array, y_bar: Array, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], dict[str, Any]]:
        return (3 * cache**2 * y_bar,), {}


def residual(d: int) -> Graph:
    graph = Graph("x")
    graph.add("hidden", Dense(d, d), "x")
    graph.add("active", ReLU(), "hidden")
    graph.add("sum", nn.Add(), "x", "active")
    graph.add("z", Dense(d, 10), "sum")
    return graph


def train(folder: Path) -> float:
    images, labels = nn.load_digits()
    x = images.reshape(-1, 64)
    network = Sequential(Dense(64, 32), Cube(), Dense(32, 10))
    run = fit(network, SoftmaxCrossEntropy(), x, labels, optimizer=adam(1e-3), epochs=1, seed=0)
    again = fit(
        residual(64), SoftmaxCrossEntropy(), x, labels,
        optimizer=nn.momentum(nn.training.schedules.cosine(0.1, 100)), epochs=1,
        seed=np.random.default_rng(0), validation=(x, labels), metrics=[nn.metrics.accuracy],
        callbacks=[nn.EarlyStopping(patience=3)], checkpoint=folder / "run.npz",
    )  # fmt: skip
    nn.save(folder / "params.npz", params=run.params)
    params: Mapping[str, Any] = nn.load(folder / "params.npz")["params"]
    values, tape = network.forward(params, {"x": x})
    z: Array = values["dense2"]
    param_bars, _ = network.backward(params, tape, {"dense2": np.ones_like(z)})
    losses: list[float] = again.history["loss"]
    right: Array = run.predict(x).argmax(axis=1) == labels
    return float(right.mean()) + losses[-1] + float(np.sum(param_bars["dense1"]["W"]))
