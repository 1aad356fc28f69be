"""A second opinion on components, gaps and groups: scikit-learn on the same data.

`pip install scikit-learn`; without it these tests are skipped.
"""

from __future__ import annotations

import numpy as np
import pytest

from nnbook import impute, pca, whiten

decomposition = pytest.importorskip("sklearn.decomposition", reason="needs scikit-learn")
theirs = pytest.importorskip("sklearn.impute", reason="needs scikit-learn")
pytestmark = pytest.mark.oracle


def table(n=60, m=5):
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, m)) @ rng.normal(size=(m, m)) + rng.normal(size=m)


@pytest.mark.parametrize("k", [1, 3, 5])
def test_components(k):
    x = table()
    state, other = pca(k).init(x), decomposition.PCA(k).fit(x)
    signs = np.sign(np.sum(state["axes"] * other.components_.T, axis=0))
    np.testing.assert_allclose(state["axes"] * signs, other.components_.T, atol=1e-10)
    # Theirs divides by n - 1.
    np.testing.assert_allclose(state["variances"] * 60 / 59, other.explained_variance_)
    np.testing.assert_allclose(pca(k).apply(state, x) * signs, other.transform(x), atol=1e-10)
    white = decomposition.PCA(k, whiten=True).fit_transform(x) * np.sqrt(60 / 59)
    np.testing.assert_allclose(whiten(k).apply(state, x) * signs, white, atol=1e-10)


@pytest.mark.parametrize("method", ["mean", "median"])
def test_gaps(method):
    x = table()
    x[np.random.default_rng(1).random(x.shape) < 0.3] = np.nan
    other = theirs.SimpleImputer(strategy=method).fit_transform(x)
    np.testing.assert_allclose(impute(method).apply(impute(method).init(x), x), other)
