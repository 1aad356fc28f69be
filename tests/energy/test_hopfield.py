"""Hopfield networks: the energy falls, stored patterns stand still."""

import numpy as np
import pytest

from nnbook import Hopfield


def patterns(seed, N, m):
    return np.random.default_rng(seed).choice([-1.0, 1.0], (N, m))


@pytest.mark.parametrize("seed", range(5))
def test_the_energy_never_rises(seed):
    network, rng = Hopfield(30), np.random.default_rng(seed)
    J = rng.normal(size=(30, 30))
    W = J + J.T
    np.fill_diagonal(W, 0)
    x, energies = network.recall({"W": W}, patterns(seed, 1, 30)[0], rng, 50)
    assert (np.diff(energies) <= 1e-9).all()
    assert energies[-1] < energies[0]
    assert (network.field({"W": W}, x) * x >= 0).all()  # no unit wants to change


def test_hebb_in_loops():
    xi = patterns(0, 3, 4)
    W = Hopfield(4).store(xi)["W"]
    for j in range(4):
        for k in range(4):
            expected = sum(xi[s, j] * xi[s, k] for s in range(3)) / 4 if j != k else 0
            assert W[j, k] == pytest.approx(expected)


def test_energy_and_field_in_loops():
    network, x = Hopfield(3), np.array([1.0, -1, 1])
    W = np.arange(9.0).reshape(3, 3)
    pairs = [(j, k) for j in range(3) for k in range(3)]
    expected = -sum(x[j] * W[j, k] * x[k] for j, k in pairs) / 2
    assert network.energy({"W": W}, x) == pytest.approx(expected)
    assert network.energy({"W": W}, [x, x]).shape == (2,)
    assert network.field({"W": W}, x) == pytest.approx([W[j] @ x for j in range(3)])


def test_few_patterns_are_recalled():
    network, rng = Hopfield(200), np.random.default_rng(0)
    xi = patterns(1, 5, 200)
    params = network.store(xi)
    for pattern in xi:
        spoiled = np.where(rng.random(200) < 0.2, -pattern, pattern)
        assert (network.recall(params, spoiled, rng)[0] == pattern).all()


def test_a_unit_without_field_stays():
    network = Hopfield(2)
    x, energies = network.recall({"W": np.zeros((2, 2))}, [1, -1], np.random.default_rng(0))
    assert x.tolist() == [1, -1]
    assert len(energies) == 3


def test_sweeps_are_limited():
    swap = {"W": np.array([[0.0, 1], [-1, 0]])}  # not symmetric: it never settles
    *_, energies = Hopfield(2).recall(swap, [1, 1], np.random.default_rng(0), 7)
    assert len(energies) == 15


def test_what_is_refused():
    for wrong in (lambda: Hopfield(0), lambda: Hopfield(2).store([[1, 1, 1]]),
                  lambda: Hopfield(2).recall({"W": np.eye(2)}, [[1, 1]], np.random.default_rng(0))):
        with pytest.raises(ValueError):
            wrong()
    assert repr(Hopfield(2)) == "Hopfield(2)"
