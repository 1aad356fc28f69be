"""The penalty on slopes: against differences, in one hidden layer and in more."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook import (
    Concatenate,
    Dense,
    Graph,
    LeakyReLU,
    ReLU,
    Sequential,
    Softplus,
    Tanh,
    gradient_penalty,
    tree,
)

X = np.random.default_rng(1).normal(size=(6, 3))
NETWORKS = {
    "tanh": Sequential(Dense(3, 5), Tanh(), Dense(5, 1)),
    "deep": Sequential(Dense(3, 5), Softplus(), Dense(5, 4), Tanh(), Dense(4, 1)),
    "leaky": Sequential(Dense(3, 5), LeakyReLU(0.2), Dense(5, 4), LeakyReLU(0.2), Dense(4, 1)),
    "rectified": Sequential(Dense(3, 5), ReLU(), Dense(5, 1)),
}


def slow(network, params, x, target, h=1e-6):
    """The penalty from differences of the output, one coordinate and one example at a time."""
    total = 0.0
    for row in x:
        slope = [
            (network.predict(params, (row + e)[None]) - network.predict(params, (row - e)[None]))
            / (2 * h)
            for e in h * np.eye(len(row))
        ]
        total += (np.sqrt(np.sum(np.square(slope))) - target) ** 2
    return total / len(x)


@pytest.mark.parametrize("target", [0.0, 1.0])
@pytest.mark.parametrize("name", NETWORKS)
def test_value_and_gradient_are_those_of_differences(name, target):
    network = NETWORKS[name]
    params = network.init(np.random.default_rng(3))
    P, grads = gradient_penalty(network, params, X, target)
    assert pytest.approx(slow(network, params, X, target), rel=1e-6) == P
    flat, found = tree.flatten(params), tree.flatten(grads)
    h = 1e-5
    for path, a in flat.items():
        for i in range(a.size):
            both = []
            for s in (h, -h):
                moved = {p: b.copy() for p, b in flat.items()}
                moved[path].flat[i] += s
                both.append(gradient_penalty(network, tree.unflatten(moved), X, target)[0])
            wanted = (both[0] - both[1]) / (2 * h)
            assert found[path].flat[i] == pytest.approx(wanted, abs=1e-6, rel=1e-5), path


def test_a_network_without_slope_costs_the_target():
    network = NETWORKS["tanh"]
    params = tree.map(np.zeros_like, network.init(np.random.default_rng(0)))
    P, grads = gradient_penalty(network, params, X, 2.0)
    assert P == 4.0
    assert all(not g.any() for g in tree.flatten(grads).values())


def test_single_precision_stays_and_is_right():
    network = NETWORKS["leaky"]
    params = network.init(np.random.default_rng(0))
    low = tree.map(lambda a: a.astype(np.float32), params)
    P, grads = gradient_penalty(network, low, X.astype(np.float32))
    exact, wanted = gradient_penalty(network, params, X)
    assert pytest.approx(exact, rel=1e-5) == P
    for path, g in tree.flatten(grads).items():
        assert g.dtype == np.float32
        assert np.allclose(g, tree.flatten(wanted)[path], atol=1e-3)


def test_what_it_refuses():
    wide = Sequential(Dense(3, 2))
    with pytest.raises(ValueError, match="output of shape"):
        gradient_penalty(wide, wide.init(np.random.default_rng(0)), X)
    pair = Graph("x", "z")
    pair.add("all", Concatenate(), "x", "z")
    with pytest.raises(ValueError, match="one input and one output"):
        gradient_penalty(pair, {}, X)
    tanh = NETWORKS["tanh"]
    with pytest.raises(ValueError, match="target"):
        gradient_penalty(tanh, tanh.init(np.random.default_rng(0)), X, -1.0)
