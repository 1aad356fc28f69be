"""Accuracies, and what a confusion matrix tells."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook.data.metrics import (
    accuracy,
    binary_accuracy,
    calibration_bins,
    confusion_matrix,
    expected_calibration_error,
    precision,
    recall,
    regression_accuracy,
)


def test_accuracy_from_labels_and_one_hot():
    z = np.array([[[5.0, 1], [0, 2]], [[1, 0], [3, 4]]])
    t = np.array([[0, 1], [1, 1]])
    assert accuracy(z, t) == accuracy(z, np.eye(2)[t]) == 0.75
    assert accuracy([0.1, 0.9], 1) == 1
    assert isinstance(accuracy(z, t), float)


def test_binary_accuracy():
    assert binary_accuracy([[0.4], [0.6]], [[0], [0]]) == 0.5
    assert binary_accuracy([-3.0, 0.1, 0.2], [0, 1, 1], threshold=0) == 1


def test_confusion_matrix():
    rng = np.random.default_rng(0)
    y, t = rng.integers(0, 3, (2, 60))
    C = confusion_matrix(y, t, 4)
    for k in range(4):
        for m in range(4):
            assert C[k, m] == np.sum((t == k) & (y == m))
    assert np.trace(C) / C.sum() == accuracy(np.eye(4)[y], t)
    np.testing.assert_array_equal(confusion_matrix(np.eye(4)[y], t), C)
    small = confusion_matrix(y.astype(np.uint8), t.astype(np.uint8) + np.uint8(100), 103)
    np.testing.assert_array_equal(small[100:, :3], C[:3, :3])


def test_precision_and_recall():
    C = np.array([[5, 1, 0], [2, 6, 0], [1, 0, 0]])
    np.testing.assert_allclose(precision(C), [5 / 8, 6 / 7, np.nan])
    np.testing.assert_allclose(recall(C), [5 / 6, 6 / 8, 0])
    assert np.isnan(recall([[1, 0], [0, 0]])[1])
    np.testing.assert_allclose(precision(C / C.sum()), precision(C))  # shares in place of counts


def test_regression_accuracy():
    t = np.array([[0.0], [2.0]])  # deviation 1
    assert regression_accuracy(t + 0.09, t, limit=10) == 1
    assert regression_accuracy(t + 0.11, t, limit=10) == 0
    assert regression_accuracy(t + 0.11, t, limit=10, deviation=2.0) == 1
    assert regression_accuracy(t + np.array([[0.0], [1.0]]), t) == 0.5


def test_calibration():
    rng = np.random.default_rng(0)
    c, r = rng.random(200), rng.integers(0, 2, 200)
    c[:3] = 0, 1, 0.5  # ends, and an edge, which belongs to the bin above
    error = 0.0
    for b in range(4):
        inside = (c >= b / 4) & (c < (b + 1) / 4) | (c == 1) & (b == 3)
        error += abs(r[inside].sum() - c[inside].sum()) / 200
    assert np.isclose(expected_calibration_error(c, r, 4), error)
    counts, mean, share = calibration_bins([0.6, 0.6], [True, False], 10)
    assert counts.tolist() == [0, 0, 0, 0, 0, 0, 2, 0, 0, 0]
    assert np.isnan(mean[0])
    assert share[6] == 0.5
    assert expected_calibration_error([1.0, 1.0], [1, 1]) == 0
    for wrong in ((c, r[:3]), ([1.2], [1]), ([0.5], [1], 0)):
        with pytest.raises(ValueError, match="expected"):
            expected_calibration_error(*wrong)


def test_errors():
    with pytest.raises(ValueError, match=r"expected labels of that shape, got \(3,\)"):
        confusion_matrix(np.zeros(2, int), np.zeros(3, int))
    with pytest.raises(ValueError, match="expected predicted labels 0 … 1, got 0 … 2"):
        confusion_matrix([0, 2], [0, 1], 2)
    with pytest.raises(ValueError, match="true labels must be integers, got dtype float64"):
        confusion_matrix([0, 2], [0.0, 1.0])
    with pytest.raises(ValueError, match=r"matrix of shape \(K, K\), got \(2, 3\)"):
        precision(np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"expected a target of shape \(2,\), got \(2, 1\)"):
        regression_accuracy(np.ones(2), np.ones((2, 1)))
    with pytest.raises(ValueError, match="limit must be positive, got 0"):
        regression_accuracy(np.ones(2), np.ones(2), limit=0)
    with pytest.raises(ValueError, match=r"labels of shape \(2,\) or one-hot .* got \(3,\)"):
        accuracy(np.ones((2, 3)), np.ones(3))
    with pytest.raises(ValueError, match=r"expected a target of shape \(2, 1\), got \(2,\)"):
        binary_accuracy(np.ones((2, 1)), np.ones(2))
