"""Sharpness: against the whole Hessian of small networks."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook import (
    Dense,
    MeanSquaredError,
    ReLU,
    Sequential,
    SoftmaxCrossEntropy,
    Tanh,
    sharpness,
    tree,
)
from nnbook.training.loop import loss_and_gradients

RNG = np.random.default_rng(0)
X, LABELS = RNG.normal(size=(20, 3)), RNG.integers(0, 3, 20)
NET = Sequential(Dense(3, 4), Tanh(), Dense(4, 3))


def hessian(params, loss, t, h=1e-5):
    """All second derivatives, column by column."""
    flat = tree.flatten(params)
    rows = []
    for path, a in flat.items():
        for i in range(a.size):
            both = []
            for sign in (1, -1):
                moved = {p: b.copy() for p, b in flat.items()}
                moved[path].flat[i] += sign * h
                _, grads, _ = loss_and_gradients(NET, loss, tree.unflatten(moved), X, t)
                g = tree.flatten(grads)
                both.append(np.concatenate([g[p].ravel() for p in flat]))
            rows.append((both[0] - both[1]) / (2 * h))
    return np.array(rows)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("loss", "t"), [(SoftmaxCrossEntropy(), LABELS), (MeanSquaredError(), np.eye(3)[LABELS])]
)
def test_it_is_the_largest_eigenvalue(loss, t, seed):
    params = NET.init(np.random.default_rng(seed))
    H = hessian(params, loss, t)
    largest = np.linalg.eigvalsh((H + H.T) / 2)[-1]
    assert sharpness(NET, loss, params, X, t, seed=0) == pytest.approx(largest, rel=1e-4)
    few = sharpness(NET, loss, params, X, t, seed=0, products=4)
    assert few <= largest * (1 + 1e-6)


def test_the_most_negative_is_not_taken_for_it():
    """The largest, not the largest in size, which a power iteration finds."""
    params = tree.map(lambda a: 2 * a + 0.5, NET.init(np.random.default_rng(4)))
    t = 20 * np.random.default_rng(4).normal(size=(20, 3))
    eigenvalues = np.linalg.eigvalsh(hessian(params, MeanSquaredError(), t))
    assert -eigenvalues[0] > 2 * eigenvalues[-1] > 0
    found = sharpness(NET, MeanSquaredError(), params, X, t, seed=0)
    assert found == pytest.approx(eigenvalues[-1], rel=1e-4)


def test_kinks_are_no_curvature():
    """A network of ReLUs is linear between its kinks: with few of them on the way, Gauss-Newton."""
    net = Sequential(Dense(3, 50), ReLU(), Dense(50, 1))
    params = net.init(np.random.default_rng(0))
    x = np.random.default_rng(1).normal(size=(200, 3))
    t = net.predict(params, x)  # residuals are 0: the Hessian is 2 J^T J / n
    own = sharpness(net, MeanSquaredError(), params, x, t, seed=0)
    J = []
    for i in range(200):
        _, tape = net.forward(params, x[i : i + 1])
        grads, _ = net.backward(params, tape, np.ones((1, 1)))
        flat = tree.flatten(grads)
        J.append(np.concatenate([flat[k].ravel() for k in sorted(flat)]))
    J = np.array(J)
    assert own == pytest.approx(2 / 200 * np.linalg.eigvalsh(J.T @ J)[-1], rel=1e-4)


def test_params_stay_and_a_seed_repeats():
    params = NET.init(np.random.default_rng(0), np.float32)
    for _, leaf in tree.items(params):
        leaf.setflags(write=False)
    a, b = (sharpness(NET, SoftmaxCrossEntropy(), params, X, LABELS, seed=3) for _ in range(2))
    assert a == b


@pytest.mark.parametrize(("options", "message"), [
    ({"products": 0}, "products must be a whole number"), ({"h": 0}, "h must be a positive number"),
])  # fmt: skip
def test_bad_arguments(options, message):
    params = NET.init(np.random.default_rng(0))
    with pytest.raises(ValueError, match=message):
        sharpness(NET, SoftmaxCrossEntropy(), params, X, LABELS, seed=0, **options)
