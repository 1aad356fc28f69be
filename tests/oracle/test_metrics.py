"""A second opinion on metrics: scikit-learn on the same predictions.

`pip install scikit-learn`; without it these tests are skipped.
"""

from __future__ import annotations

import numpy as np
import pytest

from nnbook.data import metrics
from nnbook.numerics import sigmoid, softmax

theirs = pytest.importorskip("sklearn.metrics", reason="needs scikit-learn")
pytestmark = pytest.mark.oracle
seeds = pytest.mark.parametrize("seed", range(5))


def classes(seed, n=80, K=4):
    """Labels, all of which occur, and scores that know something of them; some are equal."""
    rng = np.random.default_rng(seed)
    t = rng.permutation(np.concatenate([np.arange(K), rng.integers(0, K, n - K)]))
    return softmax((np.eye(K)[t] + rng.normal(size=(n, K))).round(1)), t


def binary(seed, n=60):
    rng = np.random.default_rng(seed)
    t = rng.permutation(np.concatenate([[0, 1], rng.integers(0, 2, n - 2)]))
    return sigmoid((t + rng.normal(size=n)).round(1)), t  # rounded, so that there are ties


@seeds
def test_accuracies(seed):
    y, t = classes(seed)
    said = y.argmax(axis=1)
    assert metrics.accuracy(y, t) == theirs.accuracy_score(t, said)
    expected = theirs.balanced_accuracy_score(t, said)
    assert metrics.balanced_accuracy(y, t) == pytest.approx(expected)
    np.testing.assert_array_equal(metrics.confusion_matrix(y, t), theirs.confusion_matrix(t, said))
    rng = np.random.default_rng(seed)
    y = rng.normal(size=y.shape)  # without ties, which they break the other way
    for k in (1, 2, 3):
        assert metrics.top_k_accuracy(y, t, k) == theirs.top_k_accuracy_score(t, y, k=k)
    p, yes = binary(seed)
    assert metrics.binary_accuracy(p, yes) == theirs.accuracy_score(yes, p >= 0.5)


@seeds
@pytest.mark.parametrize("average", [None, "macro", "weighted"])
@pytest.mark.parametrize("name", ["precision", "recall", "f1"])
def test_precision_recall_f1(seed, average, name):
    y, t = classes(seed, n=12)  # so few that some class is never predicted
    said = y.argmax(axis=1)
    C = metrics.confusion_matrix(y, t)
    ours = getattr(metrics, name)(C, average)
    expected = getattr(theirs, f"{name}_score")(t, said, average=average, zero_division=np.nan)
    np.testing.assert_allclose(ours, expected)


@seeds
@pytest.mark.parametrize("average", ["macro", "weighted"])
def test_ranking(seed, average):
    p, yes = binary(seed)
    assert metrics.roc_auc(p, yes) == pytest.approx(theirs.roc_auc_score(yes, p))
    expected = theirs.average_precision_score(yes, p)
    assert metrics.average_precision(p, yes) == pytest.approx(expected)
    y, t = classes(seed)
    expected = theirs.roc_auc_score(t, y, multi_class="ovr", average=average)
    assert metrics.roc_auc(y, t, average) == pytest.approx(expected)
    expected = theirs.average_precision_score(t, y, average=average)
    assert metrics.average_precision(y, t, average) == pytest.approx(expected)


@seeds
def test_curves(seed):
    p, yes = binary(seed)
    expected = theirs.roc_curve(yes, p, drop_intermediate=False)
    for ours, other in zip(metrics.roc_curve(p, yes), expected, strict=True):
        np.testing.assert_allclose(ours, other)
    P, R, s = metrics.precision_recall_curve(p, yes)
    P_other, R_other, s_other = theirs.precision_recall_curve(yes, p)
    np.testing.assert_allclose(s[::-1], s_other)
    np.testing.assert_allclose(P[::-1], P_other[:-1])  # without their last point, (0, 1)
    np.testing.assert_allclose(R[::-1], R_other[:-1])


@seeds
def test_probabilities_and_numbers(seed):
    p, yes = binary(seed)
    assert metrics.brier_score(p, yes) == pytest.approx(theirs.brier_score_loss(yes, p))
    y, t = classes(seed)
    assert metrics.brier_score(y, t) == pytest.approx(theirs.brier_score_loss(t, y))
    rng = np.random.default_rng(seed)
    t = rng.normal(3, 2, (40, 3))
    y = t + rng.normal(size=t.shape)
    assert metrics.r_squared(y, t) == pytest.approx(theirs.r2_score(t, y))
    assert metrics.r_squared(y[:, 0], t[:, 0]) == pytest.approx(theirs.r2_score(t[:, 0], y[:, 0]))
