"""Initializers: distributions, fans, dtypes."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook.ops import initializers as init

N_IN, N_OUT = 300, 200
SCALED = {
    init.lecun_uniform: 1 / N_IN,
    init.lecun_normal: 1 / N_IN,
    init.glorot_uniform: 2 / (N_IN + N_OUT),
    init.glorot_normal: 2 / (N_IN + N_OUT),
    init.he_uniform: 2 / N_IN,
    init.he_normal: 2 / N_IN,
}


@pytest.mark.parametrize("make", SCALED)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_variance(make, dtype):
    W = make()(np.random.default_rng(0), (N_IN, N_OUT), dtype)
    assert (W.shape, W.dtype) == ((N_IN, N_OUT), dtype)
    # The variance of n draws is known to a few times √(2/n), or less for a uniform distribution.
    assert np.var(W) == pytest.approx(SCALED[make], rel=4 * np.sqrt(2 / W.size))
    assert np.mean(W) == pytest.approx(0, abs=4 * np.sqrt(SCALED[make] / W.size))
    if "uniform" in make.__name__:
        assert abs(W).max() <= np.sqrt(3 * SCALED[make])


def test_convolutions_count_their_kernel():
    assert init.fans((16, 3, 5, 5)) == (75, 400)
    W = init.he_normal()(np.random.default_rng(0), (64, 32, 3, 3), np.float64)
    assert np.var(W) == pytest.approx(2 / (32 * 9), rel=0.05)


def test_plain_ones():
    rng = np.random.default_rng(0)
    assert not init.zeros()(rng, (2, 3), np.float32).any()
    assert (init.constant(2)(rng, (3,), np.float32) == 2).all()
    W = init.uniform(0.005)(rng, (100, 100), np.float64)
    assert abs(W).max() < 0.005
    assert np.var(W) == pytest.approx(0.005**2 / 3, rel=0.05)
    assert np.std(init.normal(0.1)(rng, (100, 100), np.float64)) == pytest.approx(0.1, rel=0.05)


def test_same_seed_same_numbers():
    one, two = (init.he_normal()(np.random.default_rng(5), (4, 4), np.float64) for _ in range(2))
    np.testing.assert_array_equal(one, two)


def test_errors():
    with pytest.raises(ValueError, match=r"at least 2 axes, got shape \(3,\)"):
        init.glorot_uniform()(np.random.default_rng(0), (3,), np.float64)
    with pytest.raises(ValueError, match="a must be positive, got 0"):
        init.uniform(0)
    with pytest.raises(ValueError, match="s must be positive, got -1"):
        init.normal(-1)
