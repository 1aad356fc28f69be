"""The restricted Boltzmann machine against the sum over all of its states."""

import numpy as np
import pytest

from nnbook import BernoulliRBM
from nnbook.energy import (
    annealed_importance_sampling,
    draw,
    exact_gradient,
    exact_statistics,
    log_partition,
    states,
)


def machine(seed, m=5, H=3, size=1.0):
    """A machine with large weights."""
    rng = np.random.default_rng(seed)
    params = {"W": rng.normal(0, size, (m, H)), "a": rng.normal(0, size, m)}
    return BernoulliRBM(m, H), {**params, "b": rng.normal(0, size, H)}


def table(rbm, params):
    """The probability of every pair of states, from the energies alone: visible × hidden."""
    v, h = states(rbm.m), states(rbm.H)
    E = np.array([[rbm.energy(params, one, other) for other in h] for one in v])
    p = np.exp(-E)
    return p / p.sum(), v, h, np.log(p.sum())


@pytest.mark.parametrize("sizes", [(5, 3), (3, 5), (1, 1), (4, 4), (1, 6)])
def test_everything_against_the_table(sizes):
    rbm, params = machine(0, *sizes)
    p, v, h, log_z = table(rbm, params)
    assert log_partition(rbm, params) == pytest.approx(log_z)
    assert np.allclose(np.exp(-rbm.free_energy(params, v) - log_z), p.sum(axis=1))
    assert np.allclose(rbm.hidden(params, v), p @ h / p.sum(axis=1)[:, None])
    assert np.allclose(rbm.visible(params, h), p.T @ v / p.sum(axis=0)[:, None])
    found = exact_statistics(rbm, params)
    assert np.allclose(found["W"], v.T @ p @ h)
    assert np.allclose(found["a"], p.sum(axis=1) @ v)
    assert np.allclose(found["b"], p.sum(axis=0) @ h)


def test_energy_in_loops():
    rbm, params = machine(1, 3, 2)
    v, h = np.array([1.0, 0, 1]), np.array([0.0, 1])
    low = sum(params["a"] * v) + sum(params["b"] * h)
    low += sum(v[j] * params["W"][j, k] * h[k] for j in range(3) for k in range(2))
    assert rbm.energy(params, v, h) == pytest.approx(-low)


@pytest.mark.parametrize("name", ["W", "a", "b"])
def test_exact_gradient_against_differences(name):
    rbm, params = machine(2, 4, 3)
    x = draw(np.full((7, 4), 0.5), np.random.default_rng(0))

    def loss(change, place):
        moved = {**params, name: params[name].copy()}
        moved[name][place] += change
        return float(rbm.free_energy(moved, x).mean() + log_partition(rbm, moved))

    grads = exact_gradient(rbm, params, x)[name]
    for place in np.ndindex(params[name].shape):
        slope = (loss(1e-5, place) - loss(-1e-5, place)) / 2e-5
        assert grads[place] == pytest.approx(slope, abs=1e-8)


def test_gibbs_leaves_the_distribution_as_it_is():
    rbm, params = machine(3, 4, 3, 0.7)
    p, v, *_ = table(rbm, params)
    rng, own = np.random.default_rng(0), p.sum(axis=1)
    start = v[rng.choice(len(v), 40_000, p=own)]
    number = 2 ** np.arange(4)
    after = np.bincount((rbm.sample(params, start, rng, 3) @ number).astype(int), minlength=16)
    assert np.abs(after / 40_000 - own).max() < 5 * 0.5 / 200


def test_chains_forget_where_they_began():
    rbm, params = machine(4, 4, 3, 0.7)
    p, v, *_ = table(rbm, params)
    found = rbm.sample(params, np.ones((40_000, 4)), np.random.default_rng(0), 50)
    assert np.abs(found.mean(axis=0) - p.sum(axis=1) @ v).max() < 0.0125
    assert (rbm.sample(params, v, np.random.default_rng(0), 0) == v).all()


def test_contrastive_divergence_is_the_gradient_with_its_own_samples():
    rbm, params = machine(5)
    x = draw(np.full((6, 5), 0.5), np.random.default_rng(1))
    found = rbm.contrastive_divergence(params, x, np.random.default_rng(2), 4)
    v = rbm.sample(params, x, np.random.default_rng(2), 4)
    other = rbm.gradient(params, x, v)
    assert all(np.array_equal(found[name], other[name]) for name in "Wab")
    assert other["a"] == pytest.approx(v.mean(axis=0) - x.mean(axis=0))
    # with many samples of the machine in place of the chains, it is the gradient
    p, every, *_ = table(rbm, params)
    rng = np.random.default_rng(3)
    many = every[rng.choice(len(every), 100_000, p=p.sum(axis=1))]
    exact = exact_gradient(rbm, params, x)
    near = rbm.gradient(params, x, many)
    assert max(np.abs(near[name] - exact[name]).max() for name in "Wab") < 0.01


def test_annealing_finds_the_partition_function():
    rbm, params = machine(6, 6, 5)
    log_z = log_partition(rbm, params)
    for base in (None, np.linspace(-1, 1, 6)):
        found = annealed_importance_sampling(
            rbm, params, np.random.default_rng(0), 300, 400, base
        )
        assert abs(found.log_z - log_z) < 4 * found.error < 0.1
        assert found.log_weights.shape == (300,)


def test_annealing_is_unbiased_even_with_two_temperatures():
    rbm, params = machine(7, 4, 3)
    rng = np.random.default_rng(0)
    found = annealed_importance_sampling(rbm, params, rng, 100_000, 2)
    assert np.exp(found.log_z - log_partition(rbm, params)) == pytest.approx(1, abs=0.05)
    assert found.error < 0.0125


def test_annealing_starts_exactly_at_the_base():
    """Without weights and with the machine's own biases there is nothing to anneal."""
    rbm = BernoulliRBM(3, 2)
    params = {"W": np.zeros((3, 2)), "a": np.array([1.0, -2.0, 0.5]), "b": np.zeros(2)}
    found = annealed_importance_sampling(
        rbm, params, np.random.default_rng(0), 5, 3, params["a"]
    )
    assert found.log_z == pytest.approx(log_partition(rbm, params))
    assert found.error < 1e-12


def test_swapped_is_the_same_machine():
    rbm, params = machine(8)
    other, its = rbm.swapped(params)
    v, h = states(5)[:8], states(3)
    assert np.allclose(rbm.energy(params, v, h), other.energy(its, h, v))
    assert repr(other) == "BernoulliRBM(3, 5)"


def test_first_parameters_are_independent_pixels():
    x = np.array([[1.0, 0], [1, 0], [1, 1]])
    rbm = BernoulliRBM(2, 3)
    params = rbm.init(np.random.default_rng(0), x)
    assert params["a"] == pytest.approx(np.log([4 / 1, 2 / 3]))
    assert not rbm.init(np.random.default_rng(0))["a"].any()
    wide = BernoulliRBM(50, 60).init(np.random.default_rng(0))
    assert 0.09 < wide["W"].std() < 0.11


def test_what_is_refused():
    rbm, params = machine(9)
    for wrong in (lambda: BernoulliRBM(0, 2), lambda: rbm.energy(params, [1, 0], [1, 0, 0]),
                  lambda: rbm.hidden(params, np.zeros((2, 3))), lambda: states(25),
                  lambda: rbm.statistics(params, np.zeros((0, 5))),
                  lambda: rbm.sample(params, np.zeros(5), np.random.default_rng(0), -1),
                  lambda: rbm.free_energy(params, np.zeros((2, 2, 5)))):  # fmt: skip
        with pytest.raises(ValueError):
            wrong()
    with pytest.raises(TypeError):
        rbm.sample(params, np.zeros(5), 0)
