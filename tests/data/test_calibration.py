"""The best temperature, and the risk of the answers that are given."""

import numpy as np
import pytest

from nnbook import SoftmaxCrossEntropy
from nnbook.data.calibration import risk_coverage, temperature_scaling
from nnbook.data.metrics import accuracy
from nnbook.numerics import softmax


def drawn(seed, factor=1.0, n=4000, K=4):
    """Logits times a factor, and labels that are drawn from the softmax of the logits."""
    rng = np.random.default_rng(seed)
    z = 2 * rng.normal(size=(n, K))
    t = np.array([rng.choice(K, p=p) for p in softmax(z)])
    return factor * z, t


@pytest.mark.parametrize("factor", [0.2, 1.0, 5.0])
def test_the_factor_is_found(factor):
    z, t = drawn(0, factor)
    assert temperature_scaling(z, t) == pytest.approx(factor, rel=0.1)
    assert accuracy(z / temperature_scaling(z, t), t) == accuracy(z, t)


@pytest.mark.parametrize("seed", range(3))
def test_no_other_temperature_is_better(seed):
    z, t = drawn(seed, 3.0, n=200)
    best, loss = temperature_scaling(z, t), SoftmaxCrossEntropy()
    for other in np.concatenate([best * np.linspace(0.1, 3, 50), [best * 0.999, best * 1.001]]):
        assert loss(z / best, t) <= loss(z / other, t)
    mean = np.sum(softmax(z / best) * z, axis=1).mean()
    assert mean == pytest.approx(z[np.arange(len(t)), t].mean(), abs=1e-9)


def test_a_shift_of_the_logits_changes_nothing_and_a_factor_is_taken_back():
    z, t = drawn(1, n=300)
    shift = np.random.default_rng(2).normal(size=(300, 1))
    assert temperature_scaling(z + shift, t) == pytest.approx(temperature_scaling(z, t))
    for factor in (1e-200, 1e200):
        assert temperature_scaling(factor * z, t) == pytest.approx(
            factor * temperature_scaling(z, t)
        )
    assert temperature_scaling(z, np.eye(4)[t]) == temperature_scaling(z, t)


@pytest.mark.parametrize(
    ("z", "t", "says"),
    [
        ([[1.0, 0.0], [0.0, 2.0]], [0, 1], "every answer is right"),
        ([[1.0, 0.0], [0.0, 2.0]], [1, 0], "of any use"),
        ([[1.0, 0.0], [1.0, 0.0]], [0, 1], "of any use"),
        ([[np.inf, 0.0]], [1], "finite"),
        ([[np.nan, 0.0]], [1], "NaN"),
        ([[1.0, 0.0]], [2], "2"),
        ([1.0, 0.0], [1, 0], "two classes"),
    ],
)
def test_what_has_no_best_temperature_is_refused(z, t, says):
    with pytest.raises(ValueError, match=says):
        temperature_scaling(z, t)


def test_risk_coverage():
    rng = np.random.default_rng(0)
    c, r = rng.random(50).round(1), rng.integers(0, 2, 50)
    coverage, risk = risk_coverage(c, r)
    levels = np.unique(c)[::-1]
    np.testing.assert_allclose(coverage, [np.mean(c >= level) for level in levels])
    np.testing.assert_allclose(risk, [np.mean(r[c >= level] == 0) for level in levels])
    assert coverage[-1] == 1
    assert risk[-1] == pytest.approx(1 - r.mean())
    order = rng.permutation(50)
    np.testing.assert_array_equal(risk_coverage(c[order], r[order])[1], risk)


@pytest.mark.parametrize(
    ("c", "r"),
    [([0.5], [0.5]), ([0.5, 0.6], [1]), ([[0.5]], [[1]]), ([np.nan], [1]), ([], [])],
)
def test_risk_coverage_refuses(c, r):
    with pytest.raises(ValueError, match="risk_coverage"):
        risk_coverage(c, r)
