"""Clusters and their agreement, against scikit-learn."""

import numpy as np
import pytest

from nnbook import kmeans
from nnbook.data.clusters import _descend
from nnbook.data.metrics import adjusted_rand

cluster = pytest.importorskip("sklearn.cluster", reason="needs scikit-learn")
metrics = pytest.importorskip("sklearn.metrics", reason="needs scikit-learn")


@pytest.mark.parametrize("seed", range(20))
def test_adjusted_rand(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 40))
    a, b = rng.integers(0, 4, n), rng.integers(0, rng.integers(1, 9), n)
    assert adjusted_rand(a, b) == pytest.approx(metrics.adjusted_rand_score(a, b))


@pytest.mark.parametrize("seed", range(5))
def test_from_one_start_to_the_same_end(seed):
    rng = np.random.default_rng(seed)
    x, K = rng.normal(size=(200, 3)), 4
    start = x[:K]
    theirs = cluster.KMeans(K, init=start, n_init=1, tol=0, algorithm="lloyd").fit(x)
    ours = _descend(x, start)
    np.testing.assert_allclose(ours.centres, theirs.cluster_centers_, atol=1e-10)
    assert ours.loss == pytest.approx(theirs.inertia_)
    assert kmeans(x, K, rng).loss <= 1.05 * theirs.inertia_
