"""k-means descends to a minimum; partitions are compared whatever their groups are called."""

from itertools import combinations, product

import numpy as np
import pytest

from nnbook import kmeans
from nnbook.data.clusters import squared_distances
from nnbook.data.metrics import adjusted_rand, purity


def lumps(seed=0, n=60):
    rng = np.random.default_rng(seed)
    groups = np.arange(n) % 3
    return np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])[groups] + rng.normal(
        size=(n, 2), scale=0.5
    ), groups


@pytest.mark.parametrize("K", [1, 3, 5])
def test_each_step_descends_to_a_fixed_point(K):
    x, _ = lumps()
    found = kmeans(x, K, np.random.default_rng(1), restarts=4)
    assert (np.diff(found.history) < 0).all()
    assert found.history[-1] == found.loss == min(found.starts)
    assert len(found.starts) == 4
    distances = squared_distances(x, found.centres)
    np.testing.assert_array_equal(found.labels, distances.argmin(axis=1))
    np.testing.assert_array_equal(found.nearest(x), found.labels)
    assert found.loss == pytest.approx(distances.min(axis=1).sum())
    for k in range(K):
        np.testing.assert_allclose(found.centres[k], x[found.labels == k].mean(axis=0))


def test_lumps_are_found():
    x, groups = lumps()
    assert adjusted_rand(kmeans(x, 3, np.random.default_rng(0)).labels, groups) == 1


def test_no_partition_of_a_small_set_is_better():
    x = np.random.default_rng(3).normal(size=(7, 2))
    found = kmeans(x, 2, np.random.default_rng(0), restarts=20)
    losses = []
    for labels in product(range(2), repeat=7):
        own = [x[np.array(labels) == k] for k in range(2)]
        losses.append(sum(((g - g.mean(axis=0)) ** 2).sum() for g in own if len(g)))
    assert found.loss == pytest.approx(min(losses))


def test_as_many_clusters_as_examples_and_copies():
    x = np.arange(5.0)[:, None]
    assert kmeans(x, 5, np.random.default_rng(0)).loss == 0
    copies = kmeans(np.ones((4, 2)), 3, np.random.default_rng(0))
    assert copies.loss == 0
    assert (copies.centres == 1).all()
    assert (copies.labels == 0).all()


def test_later_starts_lie_far_from_the_first():
    x = np.r_[np.zeros((50, 1)), np.ones((1, 1))]
    for seed in range(10):
        assert kmeans(x, 2, np.random.default_rng(seed), restarts=1).loss == 0


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda rng: kmeans(np.ones(3), 1, rng), ValueError, "table"),
        (lambda rng: kmeans(np.ones((0, 3)), 1, rng), ValueError, "table"),
        (lambda rng: kmeans([[np.nan]], 1, rng), ValueError, "finite"),
        (lambda rng: kmeans(np.ones((2, 1)), 3, rng), ValueError, "2 examples have no 3 clusters"),
        (lambda rng: kmeans(np.ones((2, 1)), 0, rng), ValueError, "number of clusters"),
        (lambda rng: kmeans(np.ones((2, 1)), 1, rng, 0), ValueError, "number of starts"),
        (lambda rng: kmeans(np.ones((2, 1)), 1.0, rng), ValueError, "whole"),
        (lambda rng: kmeans(np.ones((2, 1)), 1, 0), TypeError, "generator"),
        (lambda rng: kmeans(np.ones((2, 1)), 1, rng).nearest(np.ones((2, 2))), ValueError, "table"),
        (lambda rng: kmeans(np.ones((2, 1)), 1, rng).nearest(np.ones(2)), ValueError, "table"),
    ],
)
def test_kmeans_refuses(call, error, match):
    with pytest.raises(error, match=match):
        call(np.random.default_rng(0))


def test_adjusted_rand_by_its_pairs():
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 3, 12), rng.integers(0, 4, 12)
    pairs = list(combinations(range(12), 2))
    first, second = (np.array([g[i] == g[j] for i, j in pairs]) for g in (a, b))
    expected = first.sum() * second.sum() / len(pairs)
    value = ((first & second).sum() - expected) / ((first.sum() + second.sum()) / 2 - expected)
    assert adjusted_rand(a, b) == pytest.approx(value) == adjusted_rand(b, a)
    assert adjusted_rand(np.array(list("xyz"))[a], b + 5) == pytest.approx(value)


def test_adjusted_rand_of_shuffled_labels_is_zero_on_average():
    rng = np.random.default_rng(0)
    a, b = np.arange(30) % 3, np.arange(30) // 8
    values = [adjusted_rand(rng.permutation(a), b) for _ in range(2000)]
    assert abs(np.mean(values)) < 4 * np.std(values) / 2000**0.5


def test_the_ends():
    assert adjusted_rand([0, 0, 0], [1, 1, 1]) == 1 == adjusted_rand([0, 1, 2], [2, 0, 1])
    assert adjusted_rand([0, 0, 0], [0, 1, 2]) == 0
    assert purity(range(4), [0, 0, 1, 1]) == 1
    assert purity([0, 0, 0, 0], [0, 0, 0, 1]) == 0.75


@pytest.mark.parametrize("measure", [adjusted_rand, purity])
@pytest.mark.parametrize(
    ("a", "b"),
    [([0, 1], [0, 1, 2]), ([0], [0]), ([[0, 1]], [[0, 1]]), ([0.0, np.nan], [0, 1])],
)
def test_partitions_are_checked(measure, a, b):
    with pytest.raises(ValueError, match="labels"):
        measure(a, b)
