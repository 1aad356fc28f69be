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


@pytest.mark.parametrize("shape", [(30, 50), (50, 30), (8, 4, 3, 3), (40, 2, 3, 3)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_orthogonal(shape, dtype):
    W = init.orthogonal(2.0)(np.random.default_rng(0), shape, dtype)
    assert (W.shape, W.dtype) == (shape, dtype)
    A = W.reshape(shape[0], -1).astype(np.float64)
    gram = A @ A.T if A.shape[0] <= A.shape[1] else A.T @ A
    np.testing.assert_allclose(gram, 4 * np.eye(min(A.shape)), atol=1e-5)


def test_orthogonal_is_uniform():
    """Every entry of a 3 × 3 matrix has mean 0 and variance 1/3: no sign is favoured."""
    rng, draw = np.random.default_rng(0), init.orthogonal()
    Q = np.stack([draw(rng, (3, 3), np.float64) for _ in range(4000)])
    np.testing.assert_allclose(Q.mean(axis=0), 0, atol=4 * np.sqrt(1 / 3 / 4000))
    np.testing.assert_allclose(Q.var(axis=0), 1 / 3, atol=0.03)
    assert np.mean(np.linalg.det(Q) > 0) == pytest.approx(0.5, abs=0.04)


def test_lengths_pass_through_many_orthogonal_layers():
    rng, x = np.random.default_rng(0), np.random.default_rng(1).normal(size=(5, 20))
    y = x
    for _ in range(50):
        y = y @ init.orthogonal()(rng, (20, 20), np.float64)
    np.testing.assert_allclose(np.linalg.norm(y, axis=1), np.linalg.norm(x, axis=1))


def test_truncated_normal():
    W = init.truncated_normal(0.5)(np.random.default_rng(0), (400, 400), np.float32)
    assert (W.shape, W.dtype) == ((400, 400), np.float32)
    assert np.std(W) == pytest.approx(0.5, rel=0.005)
    assert np.mean(W) == pytest.approx(0, abs=0.005)
    bound = 2 / 0.8796256610342398  # the deviation of a normal distribution cut off at 2
    assert 0.49 * bound < abs(W).max() <= 0.5 * bound * (1 + 1e-6)


EVERY = [init.zeros(), init.constant(2), init.uniform(), init.normal(), init.truncated_normal()]
EVERY += [make() for make in [*SCALED, init.orthogonal]]


@pytest.mark.parametrize("draw", EVERY)
def test_whole_numbers_are_no_parameters(draw):
    for dtype in (int, bool, np.uint8, complex, object):
        with pytest.raises(TypeError, match="expected a floating dtype, got"):
            draw(np.random.default_rng(0), (3, 2), dtype)
    assert draw(np.random.default_rng(0), (3, 2), np.float16).dtype == np.float16
    assert draw(np.random.default_rng(0), (3, 2)).dtype == np.float64


def test_same_seed_same_numbers():
    one, two = (init.he_normal()(np.random.default_rng(5), (4, 4), np.float64) for _ in range(2))
    np.testing.assert_array_equal(one, two)


def test_errors():
    with pytest.raises(ValueError, match=r"at least 2 axes, got shape \(3,\)"):
        init.glorot_uniform()(np.random.default_rng(0), (3,), np.float64)
    with pytest.raises(ValueError, match="a must be a positive number, got 0"):
        init.uniform(0)
    with pytest.raises(ValueError, match="s must be a positive number, got -1"):
        init.normal(-1)
    with pytest.raises(ValueError, match="s must be a positive number, got inf"):
        init.truncated_normal(np.inf)
    with pytest.raises(ValueError, match="gain must be a positive number, got 0"):
        init.orthogonal(0)
    with pytest.raises(ValueError, match=r"at least 2 axes, got shape \(3,\)"):
        init.orthogonal()(np.random.default_rng(0), (3,), np.float64)
    for bad in (1 + 0j, np.nan, "1"):
        with pytest.raises((TypeError, ValueError), match=r"value must be a .*number, got"):
            init.constant(bad)
