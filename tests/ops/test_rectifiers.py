"""Rectifiers and gates: values known by thought, their ends, and what they are near to."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbook import gradcheck
from nnbook.graph import Sequential
from nnbook.ops.activations import LogSoftmax, ReLU, Sigmoid, Softmax
from nnbook.ops.gates import GLU, Maxout
from nnbook.ops.initializers import constant
from nnbook.ops.linear import Dense
from nnbook.ops.rectifiers import ELU, GELU, SELU, PReLU, SiLU, Softplus

ALL = [Softplus(), SiLU(), GELU(), GELU("tanh"), ELU(), ELU(0.3), SELU(), PReLU()]
numbers = st.floats(-30, 30)


def value(op, z):
    return op.forward(op.init(np.random.default_rng(0)), np.asarray(z, float))[0]


def slope(op, z):
    params = op.init(np.random.default_rng(0))
    _, cache = op.forward(params, np.asarray(z, float))
    return op.vjp(params, cache, np.ones_like(z, float))[0][0]


@given(z=numbers)
def test_by_the_standard_library(z):
    Phi = math.erfc(-z / math.sqrt(2)) / 2
    assert value(GELU(), z) == pytest.approx(z * Phi, rel=1e-11, abs=1e-300)
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    assert slope(GELU(), z) == pytest.approx(Phi + z * density, rel=1e-10, abs=1e-15)
    assert value(GELU("tanh"), z) == pytest.approx(z * Phi, abs=5e-4)
    assert value(Softplus(), z) == pytest.approx(math.log1p(math.exp(z)), rel=1e-12)
    assert value(SiLU(), z) == pytest.approx(z / (1 + math.exp(-z)), rel=1e-12)
    assert value(ELU(0.3), z) == pytest.approx(z if z > 0 else 0.3 * math.expm1(z), rel=1e-12)
    assert value(PReLU(), z) == pytest.approx(z if z > 0 else z / 4)


@given(z=numbers)
def test_identities(z):
    """φ(z) - φ(-z) = z for all that are z times a distribution function, and for softplus."""
    for op in (GELU(), GELU("tanh"), SiLU(), Softplus()):
        assert value(op, z) - value(op, -z) == pytest.approx(z, abs=1e-12)
        assert slope(op, z) + slope(op, -z) == pytest.approx(1, abs=1e-12)
    assert slope(Softplus(), z) == pytest.approx(float(value(Sigmoid(), z)), rel=1e-12)
    assert value(SELU(), z) == pytest.approx(SELU.scale * float(value(ELU(SELU().alpha), z)))


def test_selu_keeps_a_normal_signal_normal():
    """Mean 0 and variance 1, by Gauss–Hermite quadrature on either side of the kink."""
    z = np.linspace(-12, 12, 240_001)
    weight = np.exp(-z * z / 2) / math.sqrt(2 * math.pi) * (z[1] - z[0])
    y = value(SELU(), z)
    assert weight @ y == pytest.approx(0, abs=1e-7)
    assert weight @ (y * y) == pytest.approx(1, abs=1e-7)


@pytest.mark.parametrize("op", ALL, ids=repr)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_ends_are_silent(op, dtype):
    most = float(np.finfo(dtype).max) / 2
    z = np.array([-np.inf, -most, -100, 0, 100, most, np.inf], dtype)
    params = op.init(np.random.default_rng(0), dtype)
    with np.errstate(all="raise", under="ignore"):
        y, cache = op.forward(params, z)
        (z_bar,), _ = op.vjp(params, cache, np.ones(7))
    assert y.dtype == z_bar.dtype == dtype
    scale = op.scale if isinstance(op, SELU) else 1
    np.testing.assert_allclose(y[3:], scale * z[3:], atol=0.7, rtol=1e-2)  # ln 2 at most
    np.testing.assert_allclose(z_bar[4:], scale, rtol=1e-2)
    if not isinstance(op, PReLU):
        floor = -op.alpha * op.scale if isinstance(op, ELU) else 0
        np.testing.assert_allclose(y[:3], floor, rtol=1e-3, atol=1e-5)
        np.testing.assert_allclose(z_bar[:3], 0, atol=1e-5)


@pytest.mark.parametrize("op", ALL, ids=repr)
def test_nan_stays_nan(op):
    assert np.isnan(value(op, [np.nan])).all()


def test_float16_and_float32_are_right_to_their_last_digits():
    z = np.linspace(-8, 8, 1001)
    for dtype, tolerance in ((np.float32, 2e-7), (np.float16, 1e-3)):
        low = z.astype(dtype)
        y = GELU().forward({}, low)[0]
        expected = value(GELU(), low)
        assert np.all(np.abs(y - expected) <= tolerance * np.maximum(np.abs(expected), 1e-3))


def test_prelu_learns_one_slope_for_each_channel():
    rng = np.random.default_rng(0)
    op, z = PReLU(3), rng.normal(size=(4, 3, 2, 2))
    params = {"a": np.array([0.0, 0.5, 1.0])}
    y, cache = op.forward(params, z)
    np.testing.assert_array_equal(y[:, 0], np.maximum(z[:, 0], 0))
    np.testing.assert_array_equal(y[:, 2], z[:, 2])
    _, bars = op.vjp(params, cache, np.ones_like(z))
    np.testing.assert_allclose(bars["a"], np.minimum(z, 0).sum(axis=(0, 2, 3)))
    assert PReLU(2, constant(0.1)).init(rng)["a"].tolist() == [0.1, 0.1]
    assert repr(PReLU()) == "PReLU()"
    assert repr(PReLU(3)) == "PReLU(3)"


def test_log_softmax_is_the_logarithm():
    z = np.random.default_rng(0).normal(size=(4, 3))
    np.testing.assert_allclose(value(LogSoftmax(), z), np.log(value(Softmax(), z)))
    assert value(LogSoftmax(), [0.0, 1e4]).tolist() == [-1e4, 0]


def test_glu_is_a_product_with_a_gate():
    z = np.random.default_rng(0).normal(size=(2, 6, 3))
    np.testing.assert_allclose(value(GLU(axis=1), z), z[:, :3] * value(Sigmoid(), z[:, 3:]))
    assert repr(GLU()) == "GLU()"
    assert repr(GLU(1)) == "GLU(axis=1)"


def test_maxout_is_the_largest_of_neighbours():
    z = np.random.default_rng(0).normal(size=(2, 5, 6))
    np.testing.assert_array_equal(value(Maxout(3), z), z.reshape(2, 5, 2, 3).max(axis=-1))
    _, cache = Maxout(2).forward({}, np.array([1.0, 1.0]))
    np.testing.assert_array_equal(Maxout(2).vjp({}, cache, [5.0])[0][0], [5, 0])  # the first
    # Two linear pieces, z and 0, are a ReLU.
    z = np.linspace(-1, 1, 6)
    pairs = np.stack([z, 0 * z], axis=-1).reshape(-1)
    np.testing.assert_array_equal(value(Maxout(2), pairs), value(ReLU(), z))


def test_in_a_network():
    network = Sequential(Dense(3, 8), GELU(), Dense(8, 8), PReLU(8), Dense(8, 8), GLU(), Maxout())
    rng = np.random.default_rng(0)
    check = gradcheck.projection(network, network.init(rng), rng.normal(size=(5, 3)), rng)
    assert check.ok(), check


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: GELU("erf"), "'none' or 'tanh', got 'erf'"),
        (lambda: ELU(0), "alpha must be a positive number, got 0"),
        (lambda: ELU(np.inf), "alpha must be a positive number, got inf"),
        (lambda: PReLU(0), "at least 1, got channels=0"),
        (lambda: value(PReLU(3), np.ones((2, 4))), r"shape \(N, 3, …\), got \(2, 4\)"),
        (lambda: value(PReLU(3), np.ones(3)), r"shape \(N, 3, …\), got \(3,\)"),
        (lambda: value(GLU(), np.ones((2, 3))), r"even number .* axis -1, got \(2, 3\)"),
        (lambda: value(GLU(2), np.ones((2, 4))), r"axis 2, got \(2, 4\)"),
        (lambda: Maxout(1), "at least 2 pieces, got 1"),
        (lambda: value(Maxout(2), np.ones((2, 3))), r"Maxout\(2\) .* got shape \(2, 3\)"),
    ],
)
def test_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_nothing_underflows_far_below():
    z = np.array([-1000.0, 1.0])
    with np.errstate(all="raise"):
        y, cache = ELU().forward({}, z)
        (z_bar,), _ = ELU().vjp({}, cache, np.ones(2))
    np.testing.assert_array_equal(y, [-1, 1])
    np.testing.assert_array_equal(z_bar, [0, 1])
