"""Data: the digits as they are, and cuts that lose and mix up nothing."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook import data


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
    with pytest.raises(ValueError, match="at least 1 example, got size 0"):
        data.batches(rng, 0, np.arange(3))
    with pytest.raises(ValueError, match="expected labels 0 … 2, got -1 … 1"):
        data.one_hot([-1, 1], 3)
    with pytest.raises(ValueError, match="labels must be integers, got dtype float64"):
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
