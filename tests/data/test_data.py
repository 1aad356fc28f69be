"""Data: the digits as they are, and cuts that lose and mix up nothing."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from nnbook import data
from nnbook.data.targets import class_labels


def test_digits():
    images, labels = data.load_digits()
    assert (images.shape, images.dtype) == ((1797, 8, 8), np.float64)
    assert (labels.shape, labels.dtype) == ((1797,), np.int64)
    assert (images.min(), images.max()) == (0, 1)
    np.testing.assert_array_equal(
        np.bincount(labels), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    )
    np.testing.assert_array_equal(16 * images[0, 0], [0, 0, 5, 13, 9, 1, 0, 0])
    assert (16 * images).sum() == 561718  # no pixel has changed
    small, _ = data.load_digits(np.float32)
    assert small.dtype == np.float32
    np.testing.assert_array_equal(small, images)


@pytest.mark.parametrize("size", [1, 3, 10, 100])
def test_batches_hold_every_example_once(size):
    x, t = np.arange(10.0)[:, None], np.arange(10)
    parts = list(data.batches(np.random.default_rng(0), size, x, t))
    assert len(parts) == -(-10 // size)
    assert all(len(b) == size for b, _ in parts[:-1])
    together = np.concatenate([b for _, b in parts])
    assert sorted(together) == list(range(10))
    for b, labels in parts:
        np.testing.assert_array_equal(b[:, 0], labels)


def test_batches_repeat_from_a_seed():
    def order(seed):
        return [t.tolist() for (t,) in data.batches(np.random.default_rng(seed), 4, np.arange(20))]

    assert order(1) == order(1) != order(2)


def test_split_keeps_pairs_and_proportions():
    rng = np.random.default_rng(0)
    t = np.repeat([0, 1, 2], [60, 30, 10])
    x = np.arange(100)
    x_train, x_test, t_train, t_test = data.train_test_split(
        rng, x, t, test_fraction=0.3, stratify=t
    )
    assert sorted([*x_train, *x_test]) == list(range(100))
    np.testing.assert_array_equal(np.bincount(t_test), [18, 9, 3])
    np.testing.assert_array_equal(t[x_train], t_train)
    np.testing.assert_array_equal(t[x_test], t_test)
    assert (np.diff(t_train) < 0).any()  # shuffled
    x_train, x_test = data.train_test_split(rng, x, test_fraction=0.25)
    assert len(x_test) == 25


@pytest.mark.parametrize("make", [data.two_moons, data.spirals, data.xor])
def test_generators(make):
    x, t = make(np.random.default_rng(3), 99)
    again, _ = make(np.random.default_rng(3), 99)
    np.testing.assert_array_equal(x, again)
    assert x.shape == (99, 2)
    assert np.issubdtype(t.dtype, np.integer)
    counts = np.bincount(t)
    assert counts.max() - counts.min() <= 2


def test_wine_and_breast_cancer():
    x, t = data.load_wine()
    assert (x.shape, x.dtype, t.shape, t.dtype) == ((178, 12), np.float64, (178, 1), np.float64)
    assert len(data.WINE) == 12
    assert x.sum() + t.sum() == pytest.approx(159975.295999)  # no number has changed
    np.testing.assert_allclose([t.min(), t.max()], [11.03, 14.83])
    assert data.load_wine(np.float32)[1].dtype == np.float32
    x, t = data.load_breast_cancer()
    assert (x.shape, x.dtype, t.shape, t.dtype) == ((569, 30), np.float64, (569,), np.int64)
    assert x.sum() == pytest.approx(1056474.4596356)
    np.testing.assert_array_equal(np.bincount(t), [357, 212])
    assert x[t == 1, 0].mean() > x[t == 0, 0].mean()  # malignant nuclei are larger
    assert not np.shares_memory(data.load_wine()[0], data.load_wine()[1])


@pytest.mark.parametrize("k", [2, 3, 7, 50])
@pytest.mark.parametrize("stratify", [False, True])
def test_folds(k, stratify):
    t = np.repeat([0, 1, 2], [30, 15, 5])
    x = np.arange(50)
    labels = t if stratify else None
    folds = list(data.k_fold(np.random.default_rng(0), k, x, t, stratify=labels))
    assert len(folds) == k
    together = np.concatenate([x_val for _, x_val, _, _ in folds])
    assert sorted(together) == list(range(50))  # each once
    counts = []
    for x_train, x_val, t_train, t_val in folds:
        assert sorted([*x_train, *x_val]) == list(range(50))
        np.testing.assert_array_equal(t[x_train], t_train)
        np.testing.assert_array_equal(t[x_val], t_val)
        counts.append([*np.bincount(t_val, minlength=3), len(x_val)])
    uneven = np.ptp(counts, axis=0)
    assert uneven[3] <= 1
    assert not stratify or uneven.max() <= 1


def test_folds_repeat_from_a_seed():
    def parts(seed):
        return [v.tolist() for _, v in data.k_fold(np.random.default_rng(seed), 3, np.arange(20))]

    assert parts(1) == parts(1) != parts(2)


def test_shuffle_keeps_pairs():
    x, t = data.shuffle(np.random.default_rng(0), np.arange(100), 3 * np.arange(100))
    np.testing.assert_array_equal(t, 3 * x)
    assert sorted(x) == list(range(100))
    assert (np.diff(x) < 0).any()


def test_balance():
    t = np.repeat([0, 1, 2], [30, 15, 5])
    x = np.arange(50)
    x_trim, t_trim = data.balance(np.random.default_rng(0), x, t, labels=t)
    np.testing.assert_array_equal(np.bincount(t_trim), [5, 5, 5])
    np.testing.assert_array_equal(t[x_trim], t_trim)
    assert len(set(x_trim)) == 15  # none twice
    assert (np.diff(t_trim) < 0).any()  # in random order
    x_more, t_more = data.balance(np.random.default_rng(0), x, t, labels=t, method="repeat")
    np.testing.assert_array_equal(np.bincount(t_more), [30, 30, 30])
    np.testing.assert_array_equal(t[x_more], t_more)
    assert set(x_more) == set(range(50))  # none is lost


def test_errors():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="lengths \\[3, 4\\]"):
        data.batches(rng, 2, np.arange(3), np.arange(4))
    with pytest.raises(ValueError, match="must be a whole number of at least 1, got 0"):
        data.batches(rng, 0, np.arange(3))
    with pytest.raises(ValueError, match="expects labels 0 … 2, got -1 … 1"):
        data.one_hot([-1, 1], 3)
    with pytest.raises(ValueError, match="labels that are integers, got dtype float64"):
        data.one_hot([0.0], 3)
    with pytest.raises(ValueError, match="between 0 and 1, got 1"):
        data.train_test_split(rng, np.arange(3), test_fraction=1)
    with pytest.raises(ValueError, match="leave a part empty"):
        data.train_test_split(rng, np.arange(3), test_fraction=0.1)
    with pytest.raises(ValueError, match=r"stratify: expected shape \(3,\), got \(2,\)"):
        data.train_test_split(rng, np.arange(3), stratify=np.arange(2))
    with pytest.raises(
        ValueError, match="k must lie between 2 and the number of examples, 3; got 4"
    ):
        data.k_fold(rng, 4, np.arange(3))
    with pytest.raises(ValueError, match=r"labels: expected shape \(3,\), got \(2,\)"):
        data.balance(rng, np.arange(3), labels=np.arange(2))
    with pytest.raises(ValueError, match="'trim' or 'repeat', got 'drop'"):
        data.balance(rng, np.arange(3), labels=np.arange(3), method="drop")


def test_a_stratified_split_meets_the_fraction_as_a_whole():
    """Classes round up or down so that the whole is right: 20 times 6 at 0.25 are 90 and 30."""
    t = np.repeat(np.arange(20), 6)
    tests = []
    for seed in range(20):
        train, test = data.train_test_split(
            np.random.default_rng(seed), t, test_fraction=0.25, stratify=t
        )
        assert (len(train), len(test)) == (90, 30)
        counts = np.bincount(test, minlength=20)
        assert set(counts) == {1, 2}
        tests.append(counts)
    assert 1 < np.mean(tests, axis=0).min() < np.mean(tests, axis=0).max() < 2  # no class always


def test_rounding_does_not_choose_between_equal_remainders():
    """0.3 of 1 and of 11 both leave 0.3, though 0.3 * 11 - 3 is 0.2999999999999998."""
    t, found = np.repeat([0, 1], [1, 11]), set()
    for seed in range(20):
        rng = np.random.default_rng(seed)
        _, test = data.train_test_split(rng, t, test_fraction=0.3, stratify=t)
        found.add(int(test.sum()))
    assert found == {3, 4}


@pytest.mark.parametrize("fraction", [0.1, 0.29, 1 / 3, 0.5, 0.7, 0.97])
@pytest.mark.parametrize("sizes", [(10, 7, 3), (1, 1, 1, 40), (33, 33, 34), (100,)])
def test_every_class_has_its_share(fraction, sizes):
    t = np.repeat(np.arange(len(sizes)), sizes)
    train, test = data.train_test_split(
        np.random.default_rng(0), t, test_fraction=fraction, stratify=t
    )
    assert len(test) == round(fraction * len(t))
    assert len(train) + len(test) == len(t)
    difference = np.bincount(test, minlength=len(sizes)) - fraction * np.array(sizes)
    assert np.abs(difference).max() < 1
    # Largest remainders: who is rounded up lost more by rounding down than who is not.
    remainders = fraction * np.array(sizes) % 1
    up = difference > 1e-9
    if up.any():
        down = difference < -1e-9
        assert remainders[up].min() >= remainders[down].max(initial=0) - 1e-9


def test_labels_of_any_kind_but_nan():
    rng, names = np.random.default_rng(0), np.array(["b", "a", "c"] * 4)
    for labels in (names, names.astype(object), names == "a"):
        assert len(data.train_test_split(rng, names, test_fraction=0.5, stratify=labels)[1]) == 6
    hole = np.array([0.0] * 3 + [np.nan] + [1.0] * 2)
    for make in (
        lambda: data.train_test_split(rng, hole, stratify=hole),
        lambda: data.k_fold(rng, 2, hole, stratify=hole),
        lambda: data.balance(rng, hole, labels=hole),
        lambda: data.balance(rng, hole, labels=hole.astype(object)),
    ):
        with pytest.raises(ValueError, match="expected labels, got NaN"):
            make()


def test_neither_part_may_be_empty():
    for n, fraction in ((2, 0.9), (2, 0.1), (1, 0.5)):
        with pytest.raises(ValueError, match="leave a part empty"):
            data.train_test_split(np.random.default_rng(0), np.arange(n), test_fraction=fraction)


def test_two_moons_are_where_they_should_be():
    x, t = data.two_moons(np.random.default_rng(0), 500, noise=0)
    upper, lower = x[t == 0], x[t == 1]
    np.testing.assert_allclose(np.hypot(*upper.T), 1)
    np.testing.assert_allclose(np.hypot(lower[:, 0] - 1, lower[:, 1] - 0.5), 1)
    assert upper[:, 1].min() >= 0
    assert lower[:, 1].max() <= 0.5
    assert (upper[:, 0].min(), lower[:, 0].max()) == pytest.approx((-1, 2), abs=1e-3)


def test_draws_are_pinned():
    """From one seed the same points on every machine: the chapters' figures rest on them."""
    for make, points in (
        (data.two_moons, [[-0.4066, 0.8553], [0.3743, -0.1193], [1.0864, 0.058]]),
        (data.spirals, [[-0.5715, 0.3202], [-0.3039, -0.038], [-0.0117, -0.0882]]),
        (data.xor, [[0.0189, -0.0198], [0.0961, 1.0157], [0.9196, 0.0542]]),
    ):
        x, _ = make(np.random.default_rng(0), 3)
        np.testing.assert_allclose(x, points, atol=5.1e-5)
    x, t = data.spirals(np.random.default_rng(1), 300, K=2, noise=0)
    turned = np.arctan2(x[:, 1], x[:, 0]) - 4 * np.hypot(*x.T) - np.pi * t
    np.testing.assert_allclose(np.cos(turned), 1)


@pytest.mark.parametrize("load", [data.load_digits, data.load_wine, data.load_breast_cancer])
def test_data_sets_in_dtypes_that_cannot_hold_them(load):
    for dtype in (bool, np.int8, np.uint8, np.int64, np.complex128, str, object):
        with pytest.raises(TypeError, match="expected a floating dtype, got"):
            load(dtype)
    for dtype in (np.float16, "float32", np.longdouble):
        x, _ = load(dtype)
        assert x.dtype == dtype
        np.testing.assert_allclose(x.astype(float), load()[0], rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("make", [data.two_moons, data.spirals, data.xor])
def test_points_that_cannot_be_drawn(make):
    rng = np.random.default_rng(0)
    for noise in (np.nan, np.inf, -0.1):
        with pytest.raises(ValueError, match="the noise must be a finite number, 0 or more"):
            make(rng, 6, noise=noise)
    with pytest.raises(ValueError, match="n must be a whole number of at least 1, got 0"):
        make(rng, 0)
    with pytest.raises(ValueError, match=r"n must be a whole number of at least 1, got 2\.5"):
        make(rng, 2.5)
    with pytest.raises(TypeError, match=r"expected a generator, .*, got 0"):
        make(0, 6)


def test_arguments_of_a_wrong_kind():
    rng, x = np.random.default_rng(0), np.arange(6)
    for K in (0, -1):
        with pytest.raises(ValueError, match=f"must be a whole number of at least 1, got {K}"):
            data.spirals(rng, 6, K=K)
    for make, message in (
        (lambda: data.spirals(rng, 6, K=2.5), "must be a whole number of at least 1, got 2.5"),
        (lambda: data.spirals(rng, 6, noise="much"), "the noise must be a number, got 'much'"),
        (lambda: data.batches(rng, 2.5, x), "must be a whole number of at least 1, got 2.5"),
        (lambda: data.batches(rng, True, x), "must be a whole number, got True"),
        (lambda: data.batches(0, 2, x), "expected a generator, .*, got 0"),
        (lambda: data.k_fold(rng, 2.0, x), "k must be a whole number of at least .*, got 2.0"),
        (lambda: data.k_fold(0, 2, x), "expected a generator"),
        (lambda: data.train_test_split(0, x), "expected a generator"),
        (lambda: data.shuffle(None, x), "expected a generator, .* got None"),
        (lambda: data.balance(0, x, labels=x), "expected a generator"),
        (lambda: data.one_hot([0], 2.0), "number of classes must be a whole number"),
    ):
        with pytest.raises((TypeError, ValueError), match=message):
            make()
    with pytest.raises(ValueError, match="between 2 and the number of examples, 6; got 1"):
        data.k_fold(rng, 1, x)


def test_one_hot_of_any_labels():
    for dtype in (np.int8, np.uint8, np.uint64, np.int32):
        np.testing.assert_array_equal(
            data.one_hot(np.array([[2, 0]], dtype), 3), [[[0, 0, 1], [1, 0, 0]]]
        )
        assert class_labels(np.array([2, 0], dtype)).dtype == np.intp  # 32 bits in a browser
    np.testing.assert_array_equal(data.one_hot([True, False], 2), [[0, 1], [1, 0]])
    assert data.one_hot([1], 3, np.float32).dtype == np.float32
    assert data.one_hot(np.empty((0, 2), int), 3).shape == (0, 2, 3)
    tracemalloc.start()
    data.one_hot([5], 100_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10**7  # the unit vectors of all classes would be 8 · 10¹⁰
    with pytest.raises(ValueError, match="expects labels 0 … 2, got 0 … 3"):
        data.one_hot([0, 3], 3)
