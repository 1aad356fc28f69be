"""Transforms: measured on training data alone, undone exactly, kept with the model."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbook import data
from nnbook.data.preprocessing import grayscale, scale_range, standardize
from nnbook.training import checkpoint

seeds = st.integers(0, 2**32 - 1)
TRANSFORMS = [
    standardize(),
    standardize(axis=None),
    standardize(axis=(0, 2)),
    scale_range(),
    scale_range(-1, 1),
    scale_range(-1, 1, axis=None),
]


@pytest.mark.parametrize("transform", TRANSFORMS, ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(seed=seeds)
def test_there_and_back(transform, dtype, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(5, 3, (6, 3, 4)).astype(dtype)
    x[:, 0, 0] = 7  # constant
    other = rng.normal(5, 3, (2, 3, 4)).astype(dtype)
    for array in (x, other):
        array.setflags(write=False)
    state = transform.init(x)
    for array in (x, other):
        there = transform.apply(state, array)
        assert there.dtype == dtype
        assert np.isfinite(there).all()
        back = transform.invert(state, there)
        assert back.dtype == dtype
        np.testing.assert_allclose(back, array, rtol=1e-4, atol=1e-4)
    # One example at a time is the same: nothing is measured when it is applied.
    np.testing.assert_array_equal(
        transform.apply(state, other[:1]), transform.apply(state, other)[:1]
    )


def test_standardized_training_data():
    x, _ = data.load_breast_cancer()
    z = standardize().apply(standardize().init(x), x)
    np.testing.assert_allclose(z.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(z.std(0), 1)
    images, _ = data.load_digits()  # many pixels are always 0
    z = standardize().apply(standardize().init(images), images)
    assert (z[:, 0, 0] == 0).all()
    whole = standardize(axis=None)
    z = whole.apply(whole.init(images), images)
    assert z.std() == pytest.approx(1)


def test_scaled_training_data():
    x, _ = data.load_wine()
    z = scale_range(-1, 1).apply(scale_range(-1, 1).init(x), x)
    np.testing.assert_allclose(z.min(0), -1)
    np.testing.assert_allclose(z.max(0), 1)
    outside = scale_range().apply(scale_range().init(x), 10 * x)
    assert outside.max() > 1


def test_sums_over_many_examples_keep_their_digits():
    """Uniform on 10⁴ … 10⁴ + 1 in float32: the deviation is 0.289, in float32 it came out 0.51."""
    x = (1e4 + np.random.default_rng(0).random((10_000, 2))).astype(np.float32)
    transform = standardize()
    state = transform.init(x)
    np.testing.assert_allclose(state["deviation"], np.sqrt(1 / 12), rtol=0.01)
    np.testing.assert_allclose(state["deviation"], x.astype(float).std(0, keepdims=True))
    z = transform.apply(state, x)
    assert z.dtype == np.float32
    np.testing.assert_allclose(z.mean(0, dtype=float), 0, atol=1e-6)
    np.testing.assert_allclose(z.std(0, dtype=float), 1, rtol=1e-6)


def test_small_floats_do_not_overflow():
    x = np.array([6e4, 6.1e4, 5.9e4] * 50, np.float16)
    z = standardize().apply(standardize().init(x), x)
    assert z.dtype == np.float16
    np.testing.assert_allclose(z[:3], [0, np.sqrt(1.5), -np.sqrt(1.5)], atol=0.02)
    back = standardize().invert(standardize().init(x), z)
    np.testing.assert_allclose(back, x, rtol=1e-3)


@pytest.mark.parametrize("size", [1e200, 1e-200, 8e307, 1e-310])
def test_data_of_any_size(size):
    x = np.array([size, -size])
    with np.errstate(over="raise", invalid="raise"):
        np.testing.assert_allclose(standardize().apply(standardize().init(x), x), [1, -1])
        np.testing.assert_allclose(scale_range().apply(scale_range().init(x), x), [1, 0])


def test_data_near_the_end_of_the_range():
    x = np.array([1.7e308, 1.6e308])
    with np.errstate(over="raise", invalid="raise"):
        np.testing.assert_allclose(standardize().apply(standardize().init(x), x), [1, -1])


def test_only_the_axes_that_were_measured_may_differ():
    """One column measured is not three columns measured."""
    for transform in (standardize(), scale_range()):
        state = transform.init(np.arange(5.0)[:, None])
        assert transform.apply(state, np.ones((7, 1))).shape == (7, 1)
        for f in (transform.apply, transform.invert):
            with pytest.raises(ValueError, match=r"data of shape \(any, 1\), got \(5, 3\)"):
                f(state, np.ones((5, 3)))
            with pytest.raises(ValueError, match=r"data of shape \(any, 1\), got \(5,\)"):
                f(state, np.ones(5))
    whole = standardize(axis=None)
    assert whole.apply(whole.init(np.arange(4.0).reshape(2, 2)), np.ones((3, 5))).shape == (3, 5)
    last = standardize(axis=-1)
    assert last.apply(last.init(np.arange(6.0).reshape(2, 3)), np.ones((2, 9))).shape == (2, 9)
    with pytest.raises(ValueError, match=r"shape \(2, any\), got \(1, 9\)"):
        last.apply(last.init(np.arange(6.0).reshape(2, 3)), np.ones((1, 9)))
    with pytest.raises(ValueError, match=r"state with mean and deviation, got .*least"):
        standardize().apply(scale_range().init(np.ones((2, 1))), np.ones((2, 1)))


def test_complex_numbers_are_refused():
    state = standardize().init(np.arange(3.0))
    for make in (
        lambda: standardize().init([1 + 1j, 2]),
        lambda: standardize().apply(state, [1j, 2, 3]),
        lambda: scale_range().init(np.ma.array([1.0, 2.0], mask=[0, 1])),
        lambda: grayscale(np.full((1, 3, 1, 1), 1j)),
    ):
        with pytest.raises(TypeError, match="expected an array of"):
            make()


def test_a_constant_that_rounding_makes_vary():
    x = np.full((7, 1), 0.1)
    state = standardize().init(x)
    assert state["deviation"].item() == 0
    assert abs(standardize().apply(state, x)).max() < 1e-15


def test_the_state_is_saved_with_the_model(tmp_path):
    x, t = data.load_wine()
    state = {"x": standardize().init(x), "t": standardize().init(t)}
    checkpoint.save(tmp_path / "model.npz", transform=state)
    again = checkpoint.load(tmp_path / "model.npz")["transform"]
    np.testing.assert_array_equal(
        standardize().apply(state["x"], x), standardize().apply(again["x"], x)
    )


def test_integers_become_floating():
    transform = scale_range()
    assert transform.apply(transform.init([[0], [255]]), [[51]]) == pytest.approx(0.2)


def test_grayscale():
    x = np.random.default_rng(0).uniform(size=(2, 3, 4, 5)).astype(np.float32)
    gray = grayscale(x)
    assert (gray.shape, gray.dtype) == ((2, 1, 4, 5), np.float32)
    np.testing.assert_allclose(
        gray[:, 0], 0.299 * x[:, 0] + 0.587 * x[:, 1] + 0.114 * x[:, 2], rtol=1e-6
    )
    np.testing.assert_allclose(grayscale(np.full((1, 3, 2, 2), 0.4)), 0.4)  # gray stays gray


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: scale_range(1, 1), "low below high, both finite, got 1 and 1"),
        (lambda: scale_range(-np.inf, 3), "low must be a finite number, got -inf"),
        (lambda: scale_range(0, np.inf), "high must be a finite number, got inf"),
        (lambda: standardize().init([-1.7e308, 1.7e308]), "too far for float64"),
        (lambda: standardize().init(np.empty((0, 2))), r"at least one example; got shape \(0, 2\)"),
        (lambda: standardize().init([np.nan]), "not finite"),
        (
            lambda: standardize().apply(standardize().init(np.ones((4, 2))), np.ones((4, 3))),
            r"measured on, data of shape \(any, 2\), got \(4, 3\)",
        ),
        (lambda: grayscale(np.ones((2, 4, 4))), r"shape \(N, 3, H, W\), got \(2, 4, 4\)"),
    ],
)
def test_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_constant_feature_is_only_shifted():
    transform = scale_range()
    np.testing.assert_array_equal(transform.apply(transform.init([[3.0], [3.0]]), [[5.0]]), [[2.0]])
