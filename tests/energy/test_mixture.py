"""A mixture of Bernoullis: a distribution, and one that fits better with every round."""

import numpy as np
import pytest

from nnbook import BernoulliMixture
from nnbook.energy import states


def data(n=200):
    rng = np.random.default_rng(0)
    q = np.array([[0.9, 0.9, 0.1, 0.1], [0.1, 0.1, 0.9, 0.9]])[rng.integers(2, size=n)]
    return (rng.random((n, 4)) < q).astype(float)


def test_probabilities_sum_to_one():
    mixture = BernoulliMixture(4, 3)
    params = mixture.fit(data(), np.random.default_rng(0), 3)
    assert np.exp(mixture.log_likelihood(params, states(4))).sum() == pytest.approx(1)


def test_likelihood_in_loops():
    mixture = BernoulliMixture(2, 2)
    params = {"w": np.array([0.3, 0.7]), "q": np.array([[0.2, 0.5], [0.6, 0.1]])}
    expected = 0.3 * 0.2 * 0.5 + 0.7 * 0.6 * 0.9
    assert np.exp(mixture.log_likelihood(params, [1, 0])) == pytest.approx([expected])


def test_the_likelihood_rises_and_the_components_are_found():
    mixture, x = BernoulliMixture(4, 2), data()
    found = [mixture.fit(x, np.random.default_rng(1), steps, 1e-6) for steps in range(30)]
    scores = [mixture.log_likelihood(params, x).mean() for params in found]
    assert (np.diff(scores) > -1e-9).all()
    assert scores[-1] > scores[0] + 0.5
    assert np.abs(np.sort(found[-1]["q"][:, 0]) - [0.1, 0.9]).max() < 0.1


def test_one_component_counts():
    x = data()
    params = BernoulliMixture(4, 1).fit(x, np.random.default_rng(0), 1, extra=2)
    assert params["q"][0] == pytest.approx((x.sum(axis=0) + 2) / 204)
    assert params["w"] == pytest.approx([1])


def test_what_is_refused():
    rng = np.random.default_rng(0)
    for wrong in (lambda: BernoulliMixture(2, 0), lambda: BernoulliMixture(0, 2),
                  lambda: BernoulliMixture(4, 2).fit(data(), rng, extra=0),
                  lambda: BernoulliMixture(3, 2).fit(data(), rng)):  # fmt: skip
        with pytest.raises(ValueError):
            wrong()
    assert repr(BernoulliMixture(4, 2)) == "BernoulliMixture(4, 2)"
