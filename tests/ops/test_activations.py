"""Activations: values and slopes that can be said without a formula."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbook.ops.activations import LeakyReLU, Linear, ReLU, Sigmoid, Softmax, Step, Tanh
from nnbook.ops.arithmetic import Multiply

ALL = [Linear(), Step(), Sigmoid(), Tanh(), ReLU(), LeakyReLU(0.1), Softmax()]


def value(op, z):
    return op.forward({}, np.asarray(z, float))[0]


def slope(op, z):
    _, cache = op.forward({}, np.asarray(z, float))
    return op.vjp({}, cache, np.ones_like(z, float))[0][0]


@pytest.mark.parametrize("op", ALL, ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extremes_are_finite_and_silent(op, dtype):
    z = np.array([1e4, -1e4, 0, 1, -1], dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        y, cache = op.forward({}, z)
        assert np.isfinite(y).all()
        if not isinstance(op, Step):
            assert np.isfinite(op.vjp({}, cache, np.ones_like(z))[0][0]).all()


@given(z=st.floats(-30, 30))
def test_identities(z):
    assert value(Tanh(), z) == pytest.approx(2 * value(Sigmoid(), 2 * z) - 1, abs=1e-14)
    assert value(ReLU(), z) - value(ReLU(), -z) == z
    assert value(LeakyReLU(0.1), z) == pytest.approx(0.1 * z + 0.9 * value(ReLU(), z))
    assert value(Step(), z) == (1 if z >= 0 else 0)
    assert value(Linear(), z) == z
    assert 0 <= slope(Sigmoid(), z) <= 0.25
    assert value(Softmax(), [0, z])[1] == pytest.approx(float(value(Sigmoid(), z)))


def test_conventions_at_zero():
    assert slope(ReLU(), 0.0) == 0
    assert slope(LeakyReLU(0.1), 0.0) == 0.1
    assert value(Step(), 0.0) == 1
    assert slope(Sigmoid(), 0.0) == 0.25
    assert slope(Tanh(), 0.0) == 1


def test_softmax_jacobian():
    z = np.array([0.3, -1.0, 2.0])
    S, cache = Softmax().forward({}, z)
    jacobian = np.stack([Softmax().vjp({}, cache, e)[0][0] for e in np.eye(3)])
    np.testing.assert_allclose(jacobian, np.diag(S) - np.outer(S, S), atol=1e-15)


def test_errors():
    with pytest.raises(ValueError, match=r"slope must lie in \[0, 1\), got 1"):
        LeakyReLU(1)


def test_a_leak_of_nothing_is_relu():
    z = np.array([-2.0, 3.0])
    np.testing.assert_array_equal(LeakyReLU(0.0).forward({}, z)[0], ReLU().forward({}, z)[0])


def test_products_do_not_broadcast():
    with pytest.raises(ValueError, match="shape"):
        Multiply().forward({}, np.ones((2, 1)), np.ones((2, 3)))
