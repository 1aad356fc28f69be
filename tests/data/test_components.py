"""Principal components, whitening, gaps and splits by group."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbook import data, group_split, impute, pca, whiten
from nnbook.training import checkpoint

seeds = st.integers(0, 2**32 - 1)


def table(seed=0, n=40, m=5):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, m)) @ rng.normal(size=(m, m)) + rng.normal(size=m)


def covariance(z):
    z = z - z.mean(axis=0)
    return z.T @ z / len(z)


# -- Components ------------------------------------------------------------------------------------


@given(seed=seeds)
def test_axes_are_eigenvectors(seed):
    x = table(seed)
    state = pca().init(x)
    U, variances = state["axes"], state["variances"]
    np.testing.assert_allclose(U.T @ U, np.eye(5), atol=1e-10)
    scale = variances[0]
    np.testing.assert_allclose(covariance(x) @ U / scale, U * variances / scale, atol=1e-10)
    assert (np.diff(variances) <= 1e-12 * scale).all()
    assert (np.abs(U).max(axis=0) == U.max(axis=0)).all()  # the sign is fixed
    np.testing.assert_allclose(
        covariance(pca().apply(state, x)) / scale, np.diag(variances) / scale, atol=1e-10
    )


def test_whitened_training_data():
    x = table()
    z = whiten().apply(whiten().init(x), x)
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(covariance(z), np.eye(5), atol=1e-10)
    few = whiten(2).apply(whiten(2).init(x), x)
    np.testing.assert_allclose(few, z[:, :2])


@pytest.mark.parametrize("transform", [pca(), whiten()], ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_there_and_back(transform, dtype):
    x = table().astype(dtype)
    state = transform.init(x)
    there = transform.apply(state, x)
    assert there.dtype == dtype
    back = transform.invert(state, there)
    assert back.dtype == dtype
    np.testing.assert_allclose(back, x, atol=1e-4)


def test_what_is_lost_is_the_rest_of_the_variances():
    x = table()
    everything = pca().init(x)["variances"]
    for k in range(1, 6):
        state = pca(k).init(x)
        back = pca(k).invert(state, pca(k).apply(state, x))
        lost = np.mean(np.sum((x - back) ** 2, axis=1))
        assert lost == pytest.approx(everything[k:].sum(), abs=1e-9)


def test_directions_without_variance():
    x = np.c_[table(m=2), np.full(40, 3.0)]
    x = np.c_[x, x[:, 0] + x[:, 1]]  # of four features two are no news
    state = whiten().init(x)
    assert (state["variances"] == 0).tolist() == [False, False, True, True]
    z = whiten().apply(state, x)
    np.testing.assert_allclose(z[:, 2:], 0, atol=1e-10)
    constant = np.full((4, 2), 0.1)
    np.testing.assert_allclose(pca().apply(pca().init(constant), constant), 0, atol=1e-15)


def test_more_features_than_examples():
    x = table(n=3, m=8)
    state = pca().init(x)
    assert state["axes"].shape == (8, 3)
    np.testing.assert_allclose(pca().invert(state, pca().apply(state, x)), x, atol=1e-10)


@pytest.mark.parametrize("size", [1e200, 1e-200])
def test_data_of_any_size(size):
    x = size * table()
    with np.errstate(over="ignore"):  # the variances are beyond the range, the axes are not
        axes = pca().init(x)["axes"]
    np.testing.assert_allclose(axes, pca().init(table())["axes"], atol=1e-8)


def test_what_components_refuse():
    state = pca(2).init(table())
    for make, message in (
        (lambda: pca(0), "number of components must be a whole number of at least 1"),
        (lambda: pca(2.0), "must be a whole number"),
        (lambda: pca(6).init(table()), "have no 6 components"),
        (lambda: pca().init(np.ones(3)), r"table \(N, m\).*got shape \(3,\)"),
        (lambda: pca().init(np.ones((0, 3))), "got shape"),
        (lambda: pca().init([[1.0, np.nan]]), "finite"),
        (lambda: pca().init([[-1.7e308], [1.7e308]]), "too far for float64"),
        (lambda: pca(2).apply(state, np.ones((2, 4))), r"shape \(any, 5\), got \(2, 4\)"),
        (lambda: pca(2).invert(state, np.ones((2, 3))), r"shape \(any, 2\), got \(2, 3\)"),
        (lambda: pca(2).apply({"mean": 0}, np.ones((2, 5))), "state with mean, axes and variances"),
    ):
        with pytest.raises((ValueError, TypeError), match=message):
            make()


# -- Gaps ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["mean", "median"])
def test_gaps_are_filled(method):
    x = np.array([[1.0, 5.0], [np.nan, 7.0], [9.0, np.nan], [2.0, 6.0]])
    transform = impute(method)
    state = transform.init(x)
    assert state["fill"] == pytest.approx([4, 6] if method == "mean" else [2, 6])
    y = transform.apply(state, x)
    assert y[1, 0] == pytest.approx(state["fill"][0])
    assert np.isnan(x[1, 0])  # the data are not written to
    np.testing.assert_array_equal(y[~np.isnan(x)], x[~np.isnan(x)])
    other = transform.apply(state, np.full((1, 2), np.nan, np.float32))
    assert other.dtype == np.float32
    assert other[0] == pytest.approx(state["fill"])


def test_indicators_say_where():
    x = np.array([[1.0, np.nan], [3.0, 8.0]])
    transform = impute(indicator=True)
    state = transform.init(x)
    y = transform.apply(state, x)
    np.testing.assert_array_equal(y, [[1, 8, 0, 1], [3, 8, 0, 0]])
    np.testing.assert_array_equal(transform.invert(state, y), x)
    np.testing.assert_array_equal(impute().invert(impute().init(x), y[:, :2]), y[:, :2])


def test_the_fill_is_saved(tmp_path):
    x = np.array([[1.0, np.nan], [3.0, 8.0]])
    checkpoint.save(tmp_path / "model.npz", transform=impute().init(x))
    again = checkpoint.load(tmp_path / "model.npz")["transform"]
    np.testing.assert_array_equal(impute().apply(again, x), [[1, 8], [3, 8]])


def test_large_values_do_not_overflow():
    x = np.array([[1.5e308], [1.7e308], [np.nan]])
    with np.errstate(over="raise"):
        assert impute().init(x)["fill"] == pytest.approx(1.6e308)


def test_what_gaps_refuse():
    state = impute().init([[1.0, 2.0]])
    for make, message in (
        (lambda: impute("mode"), "'mean' or 'median', got 'mode'"),
        (lambda: impute().init([1.0]), "got shape"),
        (lambda: impute().init([[np.inf]]), "numbers that are infinite"),
        (lambda: impute().init([[1.0, np.nan]]), "no value is known of feature 1"),
        (lambda: impute().apply(state, [[1.0]]), r"shape \(any, 2\), got \(1, 1\)"),
        (lambda: impute(indicator=True).invert(state, [[1.0, 2.0]]), r"shape \(any, 4\)"),
        (lambda: impute().apply({"mean": 0}, [[1.0]]), "state with fill"),
    ):
        with pytest.raises(ValueError, match=message):
            make()


# -- Groups ----------------------------------------------------------------------------------------


@given(seed=seeds)
def test_no_group_is_on_both_sides(seed):
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, 9, 50)
    x = np.arange(50)
    x_in, x_out, g_in, g_out = group_split(rng, x, groups, groups=groups, test_fraction=0.3)
    assert not set(g_in) & set(g_out)
    assert len(set(g_out)) == round(0.3 * len(set(groups)))
    assert sorted([*x_in, *x_out]) == list(range(50))
    np.testing.assert_array_equal(groups[x_out], g_out)
    assert (np.diff(x_in) > 0).all()


def test_groups_may_have_names_and_are_drawn_at_random():
    names = np.array(["ann", "bob", "cy", "dee"] * 5)
    found = {
        str(group_split(np.random.default_rng(seed), names, groups=names, test_fraction=0.25)[1][0])
        for seed in range(40)
    }
    assert found == {"ann", "bob", "cy", "dee"}


def test_what_group_split_refuses():
    rng, x = np.random.default_rng(0), np.arange(4)
    for make, message in (
        (lambda: group_split(rng, x, groups=x[:3]), "groups: expected shape"),
        (lambda: group_split(rng, x, groups=[1, 1, np.nan, 2]), "got NaN"),
        (lambda: group_split(rng, x, groups=[1, 1, 1, 1]), "groups for both parts, got 1"),
        (lambda: group_split(rng, x, groups=x, test_fraction=0.9), "groups for both parts, got 4"),
        (lambda: group_split(rng, x, groups=x, test_fraction=1), "between 0 and 1, got 1"),
        (lambda: group_split(0, x, groups=x), "expected a generator"),
        (lambda: group_split(rng, x, x[:2], groups=x), "arrays of one length"),
    ):
        with pytest.raises((ValueError, TypeError), match=message):
            make()


def test_public_names():
    assert data.pca is pca
    assert data.whiten is whiten
    assert data.impute is impute
    assert data.group_split is group_split
