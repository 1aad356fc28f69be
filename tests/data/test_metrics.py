"""Accuracies, and what a confusion matrix tells."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook.data.metrics import (
    accuracy,
    average_precision,
    balanced_accuracy,
    binary_accuracy,
    brier_score,
    calibration_bins,
    confusion_matrix,
    expected_calibration_error,
    f1,
    precision,
    precision_recall_curve,
    r_squared,
    recall,
    regression_accuracy,
    roc_auc,
    roc_curve,
    top_k_accuracy,
)

nan, inf = np.nan, np.inf


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


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_edges_of_bins(dtype):
    """The edge b / B is in the bin above, also where B times it is rounded below b."""
    counts, _, _ = calibration_bins(np.array([0.29, 0.57, 0.58], dtype), [1, 1, 1], bins=100)
    np.testing.assert_array_equal(np.flatnonzero(counts), [29, 57, 58])
    for bins in (1, 3, 10, 49, 100):
        edges = (np.arange(bins + 1) / bins).astype(dtype)
        counts, mean, share = calibration_bins(edges, np.ones(bins + 1), bins)
        np.testing.assert_array_equal(counts, [1] * (bins - 1) + [2])
        assert share.min() == 1
        np.testing.assert_allclose(mean[:-1], edges[:-2], rtol=1e-6)


def test_calibration_of_shares():
    counts, mean, share = calibration_bins([0.5], [0.25], bins=1)
    assert (counts.tolist(), mean.tolist(), share.tolist()) == ([1], [0.5], [0.25])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (([0.5, 0.6], [1]), r"expected a target of shape \(2,\), got \(1,\)"),
        (([[0.5]], [[1]]), r"two arrays \(n,\), got \(1, 1\)"),
        (([1.2], [1]), "expected confidences from 0 to 1, got 1.2"),
        (([-0.1], [1]), "expected confidences from 0 to 1, got -0.1"),
        (([nan], [1]), "got NaN"),
        (([0.5], [nan]), "got NaN"),
        (([0.5], [7]), "expected right from 0 to 1, got 7"),
        (([0.5], [-1]), "expected right from 0 to 1, got -1"),
        (([0.5], [1], 0), "number of bins must be a whole number of at least 1, got 0"),
        (([], []), "at least one example"),
    ],
)
def test_calibration_of_what_is_no_probability(wrong, message):
    for f in (calibration_bins, expected_calibration_error):
        with pytest.raises(ValueError, match=message):
            f(*wrong)


# --- new ones -------------------------------------------------------------------------------------


def test_averages_of_precision_recall_and_f1():
    C = np.array([[5, 1, 0], [2, 6, 0], [1, 0, 0]])
    p, r = np.array([5 / 8, 6 / 7]), np.array([5 / 6, 6 / 8, 0])
    assert precision(C, "macro") == pytest.approx(p.mean())  # over those that were predicted
    assert precision(C, "weighted") == pytest.approx((6 * p[0] + 8 * p[1]) / 14)
    assert recall(C, "macro") == pytest.approx(r.mean())
    assert recall(C, "weighted") == pytest.approx(np.trace(C) / C.sum())
    harmonic = [2 / (1 / p[k] + 1 / r[k]) for k in (0, 1)] + [0]
    np.testing.assert_allclose(f1(C), harmonic)
    assert f1(C, "macro") == pytest.approx(np.mean(harmonic))
    assert f1(C, "weighted") == pytest.approx(np.dot(harmonic, [6, 8, 1]) / 15)
    np.testing.assert_array_equal(f1([[2, 0], [0, 0]]), [1, nan])
    assert f1([[2, 0], [0, 0]], "macro") == 1
    assert np.isnan(precision(np.zeros((2, 2)), "macro"))
    for measure in (precision, recall, f1):
        with pytest.raises(ValueError, match="'macro' or 'weighted', got 'micro'"):
            measure(C, "micro")
        for wrong in ([[1, -1], [0, 1]], [[nan, 1], [0, 1]], [[inf, 1], [0, 1]]):
            with pytest.raises(ValueError, match="matrix of counts"):
                measure(wrong)


def test_balanced_accuracy():
    t = np.repeat([0, 1], [90, 10])
    assert balanced_accuracy(0 * t, t) == 0.5
    assert balanced_accuracy(np.eye(2)[t], t) == 1
    assert balanced_accuracy([0, 2], [0, 1]) == 0.5  # a class that does not occur does not count


def test_top_k_accuracy():
    y = np.array([[0.4, 0.3, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4]])
    assert [top_k_accuracy(y, [1, 1], k) for k in (1, 2, 3)] == [0, 0.5, 1]
    assert top_k_accuracy(y, [0, 0], 1) == accuracy(y, [0, 0])
    same = np.zeros((2, 4))
    assert [top_k_accuracy(same, [1, 2], k) for k in (1, 2, 3)] == [0, 0.5, 1]
    with pytest.raises(ValueError, match="k must lie between 1 and 3, got 4"):
        top_k_accuracy(y, [1, 1], 4)
    with pytest.raises(ValueError, match="k must be a whole number of at least 1, got 0"):
        top_k_accuracy(y, [1, 1], 0)


def test_ranking_by_counting_pairs():
    rng = np.random.default_rng(0)
    y, t = rng.integers(0, 6, 40) / 2, rng.integers(0, 2, 40)  # with many ties
    pairs = [(a > b) + (a == b) / 2 for a in y[t == 1] for b in y[t == 0]]
    assert roc_auc(y, t) == pytest.approx(np.mean(pairs))
    assert roc_auc(-y, t) == pytest.approx(1 - np.mean(pairs))
    assert roc_auc(np.exp(y), t) == roc_auc(y, t == 1)
    assert average_precision(y, t) == pytest.approx(
        sum(
            (np.mean(y[t == 1] >= s) - np.mean(y[t == 1] > s)) * t[y >= s].mean()
            for s in np.unique(y)
        )
    )
    assert roc_auc([0.1, 0.9], [0, 1]) == average_precision([-inf, inf], [0, 1]) == 1
    assert average_precision(np.zeros(10), np.arange(10) < 3) == pytest.approx(0.3)
    assert np.isnan(roc_auc([0.1, 0.2], [1, 1]))
    assert np.isnan(average_precision([0.1, 0.2], [0, 0]))


def test_curves_by_counting():
    rng = np.random.default_rng(1)
    y, t = rng.integers(0, 6, 40) / 2, rng.integers(0, 2, 40)  # with many ties
    f, r, s = roc_curve(y, t)
    P, R, thresholds = precision_recall_curve(y, t == 1)
    assert s[0] == inf
    assert f[0] == r[0] == 0
    np.testing.assert_array_equal(s[1:], thresholds)
    np.testing.assert_array_equal(s[1:], np.unique(y)[::-1])
    for j, threshold in enumerate(s[1:]):
        called = y >= threshold
        C = confusion_matrix(called.astype(int), t, 2)
        assert f[j + 1] == pytest.approx(C[0, 1] / C[0].sum())
        assert r[j + 1] == R[j] == pytest.approx(recall(C)[1])
        assert P[j] == pytest.approx(precision(C)[1])
    area = np.sum(np.diff(f) * (r[1:] + r[:-1]) / 2)
    assert area == pytest.approx(roc_auc(y, t))
    assert np.sum(np.diff(R, prepend=0) * P) == pytest.approx(average_precision(y, t))


def test_curves_without_one_kind():
    f, r, _ = roc_curve([0.1, 0.2], [1, 1])
    assert f[0] == 0
    assert np.isnan(f[1:]).all()
    assert r.tolist() == [0, 0.5, 1]
    P, R, _ = precision_recall_curve([0.1, 0.2], [0, 0])
    assert P.tolist() == [0, 0]
    assert np.isnan(R).all()
    for curve in (roc_curve, precision_recall_curve):
        with pytest.raises(ValueError, match=r"expects scores of shape \(n,\), got \(2, 1\)"):
            curve([[0.1], [0.2]], [[0], [1]])
        with pytest.raises(ValueError, match="targets 0 and 1, got 2"):
            curve([0.1, 0.2], [0, 2])


def test_ranking_of_many_classes():
    rng = np.random.default_rng(0)
    y, t = rng.normal(size=(60, 3)), np.repeat([0, 1, 2], [30, 20, 10])
    for area in (roc_auc, average_precision):
        each = [area(y[:, k], t == k) for k in range(3)]
        assert area(y, t) == area(y, np.eye(3)[t]) == pytest.approx(np.mean(each))
        assert area(y, t, "weighted") == pytest.approx(np.dot(each, [3, 2, 1]) / 6)
        with pytest.raises(ValueError, match="'macro' or 'weighted', got None"):
            area(y, t, None)
        with pytest.raises(ValueError, match=r"\(n,\) or \(n, K\), got \(\)"):
            area(0.5, 1)


def test_r_squared():
    rng = np.random.default_rng(0)
    t = rng.normal(5, 2, (20, 3))
    y = t + rng.normal(size=t.shape)
    expected = [1 - ((y - t)[:, j] ** 2).sum() / ((t - t.mean(0))[:, j] ** 2).sum() for j in (0, 1)]
    assert r_squared(y[:, 0], t[:, 0]) == pytest.approx(expected[0])
    assert r_squared(y[:, :2], t[:, :2]) == pytest.approx(np.mean(expected))
    assert r_squared(t, t) == 1
    assert r_squared(0 * t + t.mean(0), t) == pytest.approx(0)
    near = (1e4 + rng.random(1000)).astype(np.float32)
    assert r_squared(near, near) == 1
    assert abs(r_squared(np.full(1000, near.mean(dtype=float)), near)) < 1e-6
    assert np.isnan(r_squared([1.0, 2.0], [1.0, 1.0]))
    with pytest.raises(ValueError, match="got one number"):
        r_squared(1.0, 1.0)


def test_brier_score():
    y = np.array([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]])
    expected = (0.3**2 + 0.2**2 + 0.1**2 + 0.3**2 + 0.3**2 + 0.6**2) / 2
    assert brier_score(y, [0, 2]) == brier_score(y, np.eye(3)[[0, 2]]) == pytest.approx(expected)
    two = np.array([0.2, 0.9])
    both = np.stack([1 - two, two], -1)
    assert brier_score(two, [0, 1]) == pytest.approx(brier_score(both, [0, 1]) / 2)
    for wrong, message in (
        (([1.5, 0.5], [0, 1]), "expects probabilities, got 0.5 to 1.5"),
        (([[0.9, 0.9]], [0]), "sum to 1, got a sum of 1.8"),
        (([0.5, 0.5], [0, 2]), "targets 0 and 1, got 2"),
    ):
        with pytest.raises(ValueError, match=message):
            brier_score(*wrong)


# --- what is refused ------------------------------------------------------------------------------

OVER_CLASSES = [accuracy, lambda y, t: top_k_accuracy(y, t, 1), roc_auc, average_precision]


@pytest.mark.parametrize(
    "metric", [*OVER_CLASSES, balanced_accuracy, confusion_matrix, brier_score]
)
@pytest.mark.parametrize(
    ("y", "t", "message"),
    [
        ([[nan, nan]], [0], "NaN"),
        ([[nan, 5.0, 1.0]], [0], "NaN"),
        ([[0.9, 0.1]], [-1], "labels 0 … 1, got -1"),
        ([[0.9, 0.1]], [2], "labels 0 … 1, got 2"),
        ([[0.9, 0.1]], [0.4], "labels that are integers"),
        ([[0.9, 0.1]], [nan], "labels that are integers"),
        ([[0.9], [0.1]], [0, 1], r"at least two classes.*got shape \(2, 1\).*binary_accuracy"),
        (np.empty((0, 2)), np.empty(0, int), "at least one example|expected labels of that shape"),
    ],
)
def test_scores_and_labels_outside_their_domain(metric, y, t, message):
    with pytest.raises(ValueError, match=message):
        metric(y, t)


@pytest.mark.parametrize("metric", OVER_CLASSES)
def test_one_hot_targets_that_are_none(metric):
    for t, message in (
        ([[nan, 1.0]], "NaN"),
        ([[0, 0]], "sum to 1, got a sum of 0"),
        ([[0.5, 0.5]], "two classes are likeliest"),
        ([[2, -1]], "at least 0, got -1"),
    ):
        with pytest.raises(ValueError, match=message):
            metric([[0.9, 0.1]], t)


def test_one_column_and_flat_predictions():
    """The share of right answers is not the share of largest among one."""
    for y, t in (([[0.9], [0.1]], [[0], [1]]), ([0.9, 0.1], [0, 1]), ([0.1, 0.9], [0.0, 1.0])):
        with pytest.raises(ValueError, match="one score an example is for binary_accuracy"):
            accuracy(y, t)


@pytest.mark.parametrize("metric", [binary_accuracy, roc_auc, average_precision, brier_score])
@pytest.mark.parametrize(
    ("y", "t", "message"),
    [
        ([nan, nan], [0, 0], "NaN"),
        ([0.9, 0.1], [1, nan], "NaN"),
        ([0.9, 0.1], [2, 1], "expects targets 0 and 1, got 2"),
        ([0.9, 0.1], [-1, 1], "expects targets 0 and 1, got -1"),
        ([0.9], [0.3], r"expects targets 0 and 1, got 0\.3"),
        ([0.9, 0.1], [1], r"target of shape \(2,\), got \(1,\)"),
        ([], [], "at least one example"),
    ],
)
def test_yes_or_no_outside_its_domain(metric, y, t, message):
    with pytest.raises(ValueError, match=message):
        metric(y, t)


def test_thresholds():
    for threshold in (nan, inf):
        with pytest.raises(ValueError, match="threshold must be a finite number"):
            binary_accuracy([0.9], [1], threshold=threshold)
    assert binary_accuracy([0.5, 0.499], [1, 0]) == 1  # at the threshold is above it
    assert binary_accuracy([inf, -inf], [True, False], threshold=0) == 1


def test_regression_accuracy_without_a_scale():
    assert np.isnan(regression_accuracy([1.0, 1.0], [1.0, 1.0]))  # no deviation, no answer
    assert np.isnan(regression_accuracy(np.full(7, 0.1), np.full(7, 0.1)))  # of rounding, 1e-17
    assert np.isnan(r_squared(np.full(7, 0.1), np.full(7, 0.1)))
    assert regression_accuracy([1.0, 1.0], [1.0, 1.0], deviation=1.0) == 1
    bytes_ = np.array([0, 10], np.uint8), np.array([1, 20], np.uint8)
    assert regression_accuracy(*bytes_, limit=2) == 0.5  # 0 - 1 is -1, not 255
    for metric in (regression_accuracy, r_squared):
        with pytest.raises(ValueError, match="NaN"):
            metric([1.0, 2.0], [1.0, nan])
        with pytest.raises(ValueError, match="NaN"):
            metric([1.0, nan], [1.0, 2.0])
    for wrong in (nan, -inf, inf, -1, 0):
        with pytest.raises(ValueError, match="the deviation must be"):
            regression_accuracy([1.0, 2.0], [1.0, 2.0], deviation=wrong)
        with pytest.raises(ValueError, match="the limit must be"):
            regression_accuracy([1.0, 2.0], [1.0, 2.0], limit=wrong)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.uint64, np.int32, bool])
def test_labels_in_any_dtype(dtype):
    y, t = np.array([0, 1, 1, 0], dtype), np.array([0, 1, 0, 1], dtype)
    np.testing.assert_array_equal(confusion_matrix(y, t), [[1, 1], [1, 1]])
    assert confusion_matrix(y, t).dtype == np.int64
    scores = np.eye(2)[y.astype(int)]
    assert accuracy(scores, t) == balanced_accuracy(scores, t) == roc_auc(scores, t) == 0.5
    assert binary_accuracy(y, t) == 0.5


@pytest.mark.parametrize("K", [2, 3, None])
def test_a_class_that_only_one_side_has(K):
    """As many classes as occur, in the predictions or in the truth."""
    np.testing.assert_array_equal(confusion_matrix([0, 0], [0, 1], K)[:2, :2], [[1, 0], [1, 0]])
    np.testing.assert_array_equal(confusion_matrix([0, 1], [0, 0], K)[:2, :2], [[1, 1], [0, 0]])
    assert confusion_matrix([0, 1], [0, 0], K).shape == (K or 2, K or 2)


def test_what_is_no_array_of_numbers():
    for metric in (accuracy, confusion_matrix, binary_accuracy, regression_accuracy, roc_auc):
        for wrong in ([1j, 0], ["a", "b"], np.array([1, None]), np.ma.array([1, 0], mask=[0, 1])):
            with pytest.raises(TypeError, match="expected an array of"):
                metric(wrong, [1, 0])
            with pytest.raises(TypeError, match="expected an array of"):
                metric([[0.5, 0.5], [0.5, 0.5]] if metric is accuracy else [1, 0], wrong)


def test_errors():
    with pytest.raises(ValueError, match=r"expected labels of that shape, got \(3,\)"):
        confusion_matrix(np.zeros(2, int), np.zeros(3, int))
    with pytest.raises(ValueError, match=r"\(predicted\) expects labels 0 … 1, got 0 … 2"):
        confusion_matrix([0, 2], [0, 1], 2)
    with pytest.raises(ValueError, match=r"\(true\) expects .* integers, got dtype float64"):
        confusion_matrix([0, 2], [0.0, 1.0])
    with pytest.raises(ValueError, match=r"matrix of shape \(K, K\), got \(2, 3\)"):
        precision(np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"expected a target of shape \(2,\), got \(2, 1\)"):
        regression_accuracy(np.ones(2), np.ones((2, 1)))
    with pytest.raises(ValueError, match="limit must be a positive number, got 0"):
        regression_accuracy(np.ones(2), np.ones(2), limit=0)
    with pytest.raises(ValueError, match=r"labels of shape \(2,\) or one-hot .* got \(3,\)"):
        accuracy(np.ones((2, 3)), np.ones(3))
    with pytest.raises(ValueError, match=r"expected a target of shape \(2, 1\), got \(2,\)"):
        binary_accuracy(np.ones((2, 1)), np.ones(2))


def test_ten_bins_unless_told():
    assert len(calibration_bins([0.5], [1])[0]) == 10


def test_confidences_outside_their_range_are_named():
    with pytest.raises(ValueError, match=r"confidences from 0 to 1, got 0.5 to 1.5"):
        calibration_bins([0.5, 1.5], [0, 1])


def test_r_squared_of_an_output_that_never_varies():
    """An output has no variance of its own if only the others have other values."""
    assert np.isnan(r_squared([[1.0, 5.0], [2.0, 5.5]], [[1.0, 5.0], [2.0, 5.0]]))


def test_confusion_of_scores_with_several_axes():
    scores = np.eye(3)[[[0, 1], [2, 2]]]  # (2, 2, 3)
    np.testing.assert_array_equal(
        confusion_matrix(scores, [[0, 1], [2, 1]]), [[1, 0, 0], [0, 1, 1], [0, 0, 1]]
    )
