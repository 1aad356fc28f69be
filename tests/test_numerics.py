"""Stable primitives: right against exact arithmetic, silent at the ends of the range."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbook import numerics

FUNCTIONS = ["sigmoid", "softplus", "log_sigmoid", "log_sum_exp", "log_softmax", "softmax"]
logits = st.lists(st.floats(-700, 700), min_size=1, max_size=5)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extremes_are_finite_and_silent(name, dtype):
    z = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4], [1e4, 1e4, 1e4]], dtype)
    z.setflags(write=False)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        y = getattr(numerics, name)(z)
    assert y.dtype == dtype
    assert np.isfinite(y).all()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_lists_and_integers_are_taken_as_float64(name):
    assert getattr(numerics, name)([1, 2, 3]).dtype == np.float64


@given(z=st.floats(-700, 700))
def test_sigmoid_family(z):
    # On the side where the formula is harmless, it is the reference.
    sigma = 1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z))
    assert numerics.sigmoid(z) == pytest.approx(sigma, rel=1e-14)
    assert numerics.softplus(z) == pytest.approx(max(z, 0) + math.log1p(math.exp(-abs(z))))
    assert numerics.log_sigmoid(z) == pytest.approx(-float(numerics.softplus(-z)), rel=1e-14)
    assert numerics.sigmoid(z) + numerics.sigmoid(-z) == pytest.approx(1, abs=1e-15)
    assert numerics.softplus(z) - numerics.softplus(-z) == pytest.approx(z, abs=1e-12)


@given(z=logits, c=st.floats(-100, 100))
def test_softmax_family(z, c):
    z = np.array(z)
    S = numerics.softmax(z)
    assert S.sum() == pytest.approx(1, abs=1e-14)
    np.testing.assert_allclose(numerics.softmax(z - c), S, rtol=1e-10, atol=1e-300)
    np.testing.assert_allclose(np.exp(numerics.log_softmax(z)), S, rtol=1e-10, atol=1e-300)
    np.testing.assert_allclose(
        z - numerics.log_sum_exp(z), numerics.log_softmax(z), rtol=1e-12, atol=1e-12
    )
    assert max(z) <= numerics.log_sum_exp(z) + 1e-12
    assert numerics.log_sum_exp(z) <= max(z) + math.log(len(z)) + 1e-12


def test_small_numbers_keep_their_digits():
    assert numerics.softplus(-50.0) == pytest.approx(math.exp(-50), rel=1e-14)
    assert numerics.sigmoid(-50.0) == pytest.approx(math.exp(-50), rel=1e-14)
    assert numerics.log_softmax([0.0, 50.0])[1] == pytest.approx(-math.exp(-50), rel=1e-10)


def test_minus_infinity_is_a_probability_of_zero():
    assert numerics.log_sum_exp([-np.inf, -np.inf]) == -np.inf
    np.testing.assert_array_equal(numerics.softmax([0.0, -np.inf]), [1, 0])


def test_axes():
    z = np.random.default_rng(0).normal(size=(2, 3, 4))
    assert numerics.log_sum_exp(z, axis=1).shape == (2, 4)
    assert numerics.log_sum_exp(z, axis=1, keepdims=True).shape == (2, 1, 4)
    np.testing.assert_allclose(numerics.softmax(z, axis=0).sum(axis=0), 1)
    np.testing.assert_allclose(np.exp(numerics.log_softmax(z, axis=1)).sum(axis=1), 1)
