"""Optimizers: the printed recursions, block by block, without touching what they are given."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook import optimizers, tree
from nnbook.optimizers import adam, sgd


def frozen(seed, dtype=np.float64, size=7):
    rng = np.random.default_rng(seed)
    params = {
        "p": {"W": rng.normal(size=(size, 3)), "b": rng.normal(size=())},
        "q": rng.normal(size=2),
    }
    params = tree.map(lambda a: np.array(a, dtype), params)
    for _, leaf in tree.items(params):
        leaf.setflags(write=False)
    return params


@pytest.mark.parametrize("opt", [sgd(0.1), adam(0.1)], ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pure_and_dtype_kept(opt, dtype):
    params, grads = frozen(0, dtype), frozen(1, dtype)
    state = opt.init(params)
    for _, leaf in tree.items(state):
        if isinstance(leaf, np.ndarray):
            leaf.setflags(write=False)
    first, second = (opt.update(params, grads, state) for _ in range(2))
    np.testing.assert_equal(first, second)
    assert state["step"] == 0
    assert first[1]["step"] == 1
    for path, leaf in tree.items(first[0]):
        assert leaf.dtype == dtype
        assert leaf.shape == tree.flatten(params)[path].shape
        assert not np.shares_memory(leaf, tree.flatten(params)[path])


def test_sgd_is_its_formula():
    params, grads = frozen(0), frozen(1)
    new, _ = sgd(0.25).update(params, grads, sgd(0.25).init(params))
    np.testing.assert_equal(new, tree.map(lambda p, g: p - 0.25 * g, params, grads))


def test_adam_is_its_algorithm():
    """Against the paper's algorithm 1 on plain numbers."""
    theta, m, v = 1.0, 0.0, 0.0
    opt = adam(0.01, 0.8, 0.95, 1e-6)
    params = {"w": np.array([theta])}
    state = opt.init(params)
    for t in range(1, 30):
        g = np.cos(3 * theta) + 0.1 * t
        m = 0.8 * m + 0.2 * g
        v = 0.95 * v + 0.05 * g**2
        theta -= 0.01 * (m / (1 - 0.8**t)) / (np.sqrt(v / (1 - 0.95**t)) + 1e-6)
        gradient = {"w": np.cos(3 * params["w"]) + 0.1 * t}
        params, state = opt.update(params, gradient, state)
        assert params["w"][0] == pytest.approx(theta, rel=1e-12)
    assert state["step"] == 29
    assert state["m"]["w"][0] == pytest.approx(m)
    assert state["v"]["w"][0] == pytest.approx(v)


def test_blocks_make_no_difference(monkeypatch):
    params, grads = frozen(0, size=50), frozen(1, size=50)
    whole = adam(0.1).update(params, grads, adam(0.1).init(params))
    monkeypatch.setattr(optimizers, "BLOCK", 7)
    np.testing.assert_equal(adam(0.1).update(params, grads, adam(0.1).init(params)), whole)


def test_transposed_arrays():
    W, g = np.arange(6.0).reshape(2, 3).T, np.arange(6.0).reshape(3, 2)
    new, _ = sgd(1.0).update({"W": W}, {"W": g}, {"step": 0})
    np.testing.assert_array_equal(new["W"], W - g)


def test_parameters_without_gradient_stay():
    params = frozen(0)
    new, state = adam(0.1).update(params, {"q": np.ones(2)}, adam(0.1).init(params))
    assert new["p"]["W"] is params["p"]["W"]
    assert (new["q"] != params["q"]).all()
    assert not state["m"]["p"]["W"].any()


def test_schedules_see_the_steps_made_so_far():
    seen = []

    def halving(step):
        seen.append(step)
        return np.float64(0.5**step)  # must not turn float32 into float64

    opt = sgd(halving)
    params = {"w": np.zeros(1, np.float32)}
    state = opt.init(params)
    for _ in range(3):
        params, state = opt.update(params, {"w": -np.ones(1, np.float32)}, state)
    assert seen == [0, 1, 2]
    assert params["w"] == np.float32(1.75)
    assert params["w"].dtype == np.float32
    assert repr(opt) == "sgd(halving)"


def test_adam_finds_a_minimum():
    opt, params = adam(0.1), {"w": np.array([5.0, -3.0])}
    state = opt.init(params)
    for _ in range(500):
        params, state = opt.update(params, {"w": 2 * (params["w"] - 1)}, state)
    np.testing.assert_allclose(params["w"], 1, atol=1e-3)


def test_errors():
    for rate in (-1, np.nan, np.inf):
        with pytest.raises(ValueError, match="learning rate must be a finite number"):
            sgd(rate)
    with pytest.raises(ValueError, match=r"beta1 must lie in \[0, 1\), got 1"):
        adam(0.1, beta1=1)
    with pytest.raises(ValueError, match="eps must be positive"):
        adam(0.1, eps=0)
    opt, params = sgd(0.1), {"w": np.ones(3)}
    with pytest.raises(ValueError, match=r"gradient 'w': expected shape \(3,\), got shape \(2,\)"):
        opt.update(params, {"w": np.ones(2)}, opt.init(params))
    with pytest.raises(ValueError, match=r"gradient 'v' belongs to no parameter.*\['w'\]"):
        opt.update(params, {"v": np.ones(2)}, opt.init(params))
    with pytest.raises(ValueError, match="'w': expected a floating dtype, got int64"):
        opt.update({"w": np.ones(3, np.int64)}, {"w": np.ones(3)}, {"step": 0})
    with pytest.raises(ValueError, match="learning rate must be a finite number"):
        sgd(lambda step: -1.0).update(params, params, {"step": 0})
