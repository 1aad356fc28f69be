"""Stable primitives: right against exact arithmetic, silent at the ends of the range."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbook import fast, numerics

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


@given(x=st.floats(-30, 30))
def test_erfc(x):
    assert numerics.erfc(x) == pytest.approx(math.erfc(x), rel=1e-12, abs=1e-305)
    assert numerics.erfc(np.float32(x)) == pytest.approx(math.erfc(np.float32(x)), 2e-7, abs=1e-37)
    assert numerics.erfc(np.float32(x)).dtype == np.float32


def test_the_ends_of_erfc():
    with np.errstate(all="raise", under="ignore"):
        ends = numerics.erfc([-np.inf, -1e300, 1e300, np.inf, np.nan])
    np.testing.assert_array_equal(ends, [2, 2, 0, 0, np.nan])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_infinite_logits(dtype):
    """Classes ruled out are of probability 0; where the limit depends on the way there: NaN."""
    z = np.array([[-np.inf, 0, 1], [-np.inf] * 3, [np.inf, 0, 1], [np.nan, 0, 1]], dtype)
    with np.errstate(all="raise", under="ignore"):
        S, logs, total = (
            f(z) for f in (numerics.softmax, numerics.log_softmax, numerics.log_sum_exp)
        )
    assert S.dtype == logs.dtype == total.dtype == dtype
    np.testing.assert_allclose(S[0], [0, 0.26894142, 0.73105858], rtol=1e-3)
    np.testing.assert_allclose(logs[0], [-np.inf, -1.31326169, -0.31326169], rtol=1e-3)
    assert np.isnan(S[1:]).all()
    assert np.isnan(logs[1:]).all()
    np.testing.assert_allclose(total, [1.31326169, -np.inf, np.inf, np.nan], rtol=1e-3)


def test_many_logits_in_float16():
    z = np.zeros(70_000, np.float16)
    np.testing.assert_allclose(numerics.log_softmax(z), -np.log(70_000), rtol=1e-3)
    np.testing.assert_allclose(numerics.log_sum_exp(z), np.log(70_000), rtol=1e-3)
    np.testing.assert_allclose(numerics.softmax(z), 1 / 70_000, rtol=0.01)


@pytest.mark.parametrize("name", ["log_sum_exp", "log_softmax", "softmax"])
def test_nothing_along_an_axis_is_refused(name):
    f = getattr(numerics, name)
    assert f(np.ones((0, 3))).shape[0] == 0
    for z, axis in ((np.ones((2, 0)), -1), (np.ones(()), -1), (np.ones(3), 1)):
        with pytest.raises(ValueError, match="at least one number along axis"):
            f(z, axis=axis)


def test_sums_and_means_keep_their_digits():
    x = np.full((1_000_000, 1), 0.1, np.float32)
    assert numerics.total(x, axis=0) == np.float32(1e5)
    assert numerics.mean(x, axis=0) == np.float32(0.1)
    assert numerics.total(x, axis=0).dtype == numerics.mean(x).dtype == np.float32
    assert numerics.mean(np.full(70_000, 60_000, np.float16)) == np.float16(60_000)
    assert numerics.total([1, 2], keepdims=True).tolist() == [3]
    assert numerics.total(np.ones(2, np.longdouble)).dtype == np.longdouble
    for x, axis in ((np.ones((0, 2)), 0), (np.ones(0), None), (np.ones((2, 0)), (0, 1))):
        with pytest.raises(ValueError, match="expected numbers to take a mean of"):
            numerics.mean(x, axis=axis)
    assert numerics.mean(np.ones((0, 2)), axis=1).shape == (0,)


def test_what_is_no_number():
    for bad in ([1j], ["a"], [None], np.ones(2, "M8[s]"), np.ma.ones(2), [[1], [1, 2]]):
        for f in (numerics.real, numerics.floating, numerics.softmax, numerics.erfc):
            with pytest.raises(TypeError, match="expected an array of"):
                f(bad)
    assert numerics.real(np.uint8(3)).dtype == np.uint8


def test_minus_infinity_is_a_probability_of_zero():
    assert numerics.log_sum_exp([-np.inf, -np.inf]) == -np.inf
    np.testing.assert_array_equal(numerics.softmax([0.0, -np.inf]), [1, 0])


def test_axes():
    z = np.random.default_rng(0).normal(size=(2, 3, 4))
    assert numerics.log_sum_exp(z, axis=1).shape == (2, 4)
    assert numerics.log_sum_exp(z, axis=1, keepdims=True).shape == (2, 1, 4)
    np.testing.assert_allclose(numerics.softmax(z, axis=0).sum(axis=0), 1)
    np.testing.assert_allclose(np.exp(numerics.log_softmax(z, axis=1)).sum(axis=1), 1)


def test_the_sigmoid_of_float32_keeps_its_digits_down_to_the_last():
    rng = np.random.default_rng(0)
    few = np.append(rng.normal(size=5000), [-4.1, -20, -80, -100, 50, np.inf, -np.inf])
    for z in (few, np.linspace(-80, 80, 5001), few.reshape(1, -1).T):  # few in the tail, and many
        z = z.astype(np.float32)
        exact = numerics.sigmoid(z.astype(np.float64))
        np.testing.assert_allclose(numerics.sigmoid(z), exact, 2e-6, atol=2e-45)
    assert np.isnan(numerics.sigmoid(np.full(3, np.nan, np.float32))).all()


@pytest.mark.parametrize(
    "shape", [(7, 5), (3, 4, 6), (5, 3, 2, 4), (9000, 2), (3, 5000), (4,), (0, 3)]
)
def test_sums_of_float32_by_products_are_those_of_float64(shape):
    """Whichever axes, also those that cannot be added up by a product, and in another order."""
    x, t = np.random.default_rng(0).normal(3, 1, (2, *shape)).astype(np.float32)
    n = len(shape)
    choices = [axes for k in range(n + 1) for axes in itertools.combinations(range(-n, 0), k)]
    for axis in (None, *choices, *range(n), np.int64(0)):
        exact = x.astype(np.float64)
        for y, factor in ((exact, None), (exact * t, t), (exact * t, t.T.copy().T)):
            np.testing.assert_allclose(
                fast.sums(x, axis, factor), y.sum(axis, keepdims=True), 1e-6, atol=1e-4
            )
    for axis in (n, -n - 1, (0, 0)):
        with pytest.raises(ValueError, match="axis"):
            fast.sums(x, axis)
    flipped = np.asfortranarray(x)
    np.testing.assert_allclose(
        fast.sums(flipped, 0), x.sum(0, np.float64, keepdims=True), 1e-6, 1e-4
    )
