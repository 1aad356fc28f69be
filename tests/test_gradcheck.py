"""The checker is checked: small planted errors must not get past it."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook import gradcheck
from nnbook.graph import Graph, Sequential
from nnbook.op import EVERYTHING, Mode, Op
from nnbook.ops.activations import Sigmoid, Softmax, Tanh
from nnbook.ops.arithmetic import Multiply
from nnbook.ops.batchnorm import BatchNorm
from nnbook.ops.linear import Dense
from nnbook.ops.losses import HuberLoss, MeanSquaredError, SoftmaxCrossEntropy

CHECKS = [gradcheck.entrywise, gradcheck.projection]


class Planted(Sigmoid):
    """A sigmoid whose gradient is wrong by a factor."""

    def __init__(self, factor):
        self.factor = factor

    def gradient(self, cache, y_bar):
        return self.factor * super().gradient(cache, y_bar)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("seed", range(20))
def test_an_error_of_a_twentieth_of_a_percent_is_caught(check, seed):
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(3, 4))
    assert check(Planted(1.0), {}, z, rng).ok()
    found = check(Planted(1.0005), {}, z, rng)
    assert not found.ok()
    assert found.error == pytest.approx(0.0005, rel=0.05)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("seed", range(5))
def test_it_is_caught_in_the_middle_of_a_network(check, seed):
    rng = np.random.default_rng(seed)
    network = Sequential(Dense(4, 5), Planted(1.0005), Dense(5, 3), Tanh())
    x = rng.normal(size=(6, 4))
    assert not check(network, network.init(rng), x, rng).ok()


def test_entrywise_says_where():
    class OneWrong(Dense):
        def vjp(self, params, cache, y_bar, needs=EVERYTHING):
            bars, param_bars = super().vjp(params, cache, y_bar, needs)
            W_bar = param_bars["W"].copy()
            W_bar[1, 0] *= 1.01
            return bars, {**param_bars, "W": W_bar}

    rng = np.random.default_rng(0)
    op = OneWrong(3, 2)
    found = gradcheck.entrywise(op, op.init(rng), rng.normal(size=(4, 3)), rng)
    assert found.place == "params/W[1, 0]"
    assert found.analytic / found.numeric == pytest.approx(1.01)
    assert "at params/W[1, 0]: vjp says" in repr(found)


@pytest.mark.parametrize(
    ("op", "shapes"),
    [
        (Tanh(), [(3, 2)]),
        (Softmax(), [(3, 2)]),
        (Dense(2, 3), [(4, 2)]),
        (MeanSquaredError(), [(3, 2), (3, 2)]),
        (HuberLoss(), [(3, 2), (3, 2)]),
    ],
    ids=repr,
)
def test_a_flipped_sign_in_any_vjp_is_caught(op, shapes, monkeypatch):
    rng = np.random.default_rng(0)
    params, inputs = op.init(rng), tuple(rng.normal(size=shape) for shape in shapes)
    assert gradcheck.entrywise(op, params, inputs, rng).ok()
    right = type(op).vjp

    def flipped(self, params, cache, y_bar, needs=EVERYTHING):
        bars, param_bars = right(self, params, cache, y_bar, needs)
        return (-bars[0], *bars[1:]), param_bars

    monkeypatch.setattr(type(op), "vjp", flipped)
    found = gradcheck.entrywise(op, params, inputs, rng)
    assert found.error == pytest.approx(2, rel=1e-3)


def test_code_and_formula_wrong_in_the_same_way(monkeypatch):
    """A gradient that forgets the mean is caught, whatever a page says it should be."""
    monkeypatch.setattr(MeanSquaredError, "gradient", lambda self, y, t: 2 * (y - t))
    rng = np.random.default_rng(0)
    y, t = rng.normal(size=(2, 4, 3))
    assert not gradcheck.projection(MeanSquaredError(), {}, (y, t), rng).ok()


def test_a_gradient_that_is_no_number_is_an_infinite_error():
    class Broken(Sigmoid):
        def gradient(self, cache, y_bar):
            return np.full_like(y_bar, np.nan)

    rng = np.random.default_rng(0)
    for check in CHECKS:
        assert check(Broken(), {}, np.ones(2), rng).error == np.inf


def test_random_ops_are_checked_with_the_same_draws():
    class Noise(Op):
        def forward(self, params, x, mode=None):
            factor = mode.rng.normal(size=x.shape)
            return factor * x, factor

        def vjp(self, params, cache, y_bar, needs=EVERYTHING):
            return (cache * y_bar,), {}

    def mode():
        return Mode.train(np.random.default_rng(7))

    rng = np.random.default_rng(0)
    assert gradcheck.entrywise(Noise(), {}, np.ones((2, 2)), rng, mode).ok()
    assert gradcheck.projection(Sequential(Noise(), Tanh()), {}, np.ones((2, 2)), rng, mode).ok()


def test_labels_are_left_out_and_named():
    rng = np.random.default_rng(0)
    z, labels = rng.normal(size=(4, 3)), np.array([0, 2, 1, 1])
    found = gradcheck.entrywise(SoftmaxCrossEntropy(), {}, (z, labels), rng)
    assert found.ok()
    assert found.entries == 12
    assert found.left_out == ("inputs/1 (labels)",)
    assert "left out: inputs/1 (labels)" in repr(found)
    g = Graph("x", "t")
    g.add("z", Tanh(), "x")
    g.add("L", SoftmaxCrossEntropy(), "z", "t")
    found = gradcheck.entrywise(g, {}, {"x": z, "t": labels}, rng)
    assert found.ok()
    assert (found.entries, found.left_out) == (12, ("inputs/t (labels)",))


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("wrap", [lambda op: op, Sequential])
@pytest.mark.parametrize("x", [np.array([1, 2]), np.array([True, False]), np.float32([1, 2])])
def test_whole_numbers_are_inputs_like_others(check, wrap, x):
    rng = np.random.default_rng(0)
    assert check(wrap(Tanh()), {}, x, rng).ok()
    assert not check(wrap(Planted(1.01)), {}, x, rng).ok(1e-3)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("wrap", [lambda op: op, Sequential])
def test_a_check_that_compared_nothing_is_not_ok(check, wrap):
    rng = np.random.default_rng(0)
    found = check(wrap(Planted(2.0)), {}, np.ones((0, 2)), rng)
    assert found.entries == 0
    assert not found.ok()
    assert repr(found).startswith("nothing was compared; left out: inputs/")
    for x in (np.array([1j]), np.ones(2, object), np.ma.array([1.0, 2.0], mask=[1, 0])):
        with pytest.raises(TypeError, match="expected an array of"):
            check(wrap(Planted(2.0)), {}, x, rng)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("wrap", [lambda op: op, Sequential])
def test_a_gradient_that_vjp_forgot_is_named(check, wrap):
    class Forgetful(Dense):
        def vjp(self, params, cache, y_bar, needs=EVERYTHING):
            bars, param_bars = super().vjp(params, cache, y_bar, needs)
            return bars, {"W": param_bars["W"]}

    rng = np.random.default_rng(0)
    f = wrap(Forgetful(3, 2))
    found = check(f, f.init(rng), rng.normal(size=(4, 3)), rng)
    assert found.error < 1e-5
    assert not found.ok()
    assert len(found.missing) == 1
    assert found.missing[0].endswith("/b")
    assert "vjp gives no cotangent of params/" in repr(found)

    class Deaf(Tanh):
        def vjp(self, params, cache, y_bar, needs=EVERYTHING):
            return (None,), {}

    found = check(Deaf(), {}, np.ones(2), rng)
    assert not found.ok()
    assert found.missing == ("inputs/0",)


def test_measured_parameters_are_left_out_and_named():
    rng = np.random.default_rng(0)
    network = Sequential(BatchNorm(2))
    found = gradcheck.entrywise(network, network.init(rng), rng.normal(size=(4, 2)), rng)
    assert found.ok()
    assert found.left_out == (
        "params/batchnorm1/running_mean (measured)",
        "params/batchnorm1/running_variance (measured)",
    )


@pytest.mark.parametrize("check", CHECKS)
def test_a_cotangent_of_another_shape_or_name_is_refused(check):
    class Broad(Dense):
        def vjp(self, params, cache, y_bar, needs=EVERYTHING):
            bars, param_bars = super().vjp(params, cache, y_bar, needs)
            return bars, {**param_bars, "b": y_bar}

    class Invented(Tanh):
        def vjp(self, params, cache, y_bar, needs=EVERYTHING):
            return super().vjp(params, cache, y_bar, needs)[0], {"W": y_bar}

    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"'params/b' of shape \(4, 2\), expected \(2,\)"):
        check(Broad(3, 2), Broad(3, 2).init(rng), np.ones((4, 3)), rng)
    with pytest.raises(ValueError, match=r"'params/W' .* expected nothing of that name"):
        check(Invented(), {}, np.ones(3), rng)


def test_an_op_in_float32_is_sent_float32():
    """Also without the checks around `Op`: what the op gets is in the dtype of what it gave."""

    class Duck:
        sent = None
        labels, measures = (), ()

        def forward(self, params, x, mode=None):
            return 2 * x, None

        def vjp(self, params, cache, y_bar, needs=EVERYTHING):
            self.sent = y_bar.dtype
            return (2 * y_bar,), {}

    op, rng = Duck(), np.random.default_rng(0)
    assert gradcheck.entrywise(op, {}, np.ones(2, np.float32), rng).ok()
    assert op.sent == np.float32


def test_several_inputs_are_a_tuple():
    with pytest.raises(TypeError, match="inputs of an op are a tuple, got a list"):
        gradcheck.projection(Multiply(), {}, [np.ones(2), np.ones(2)], np.random.default_rng(0))
    with pytest.raises(ValueError, match="directions must be a whole number of at least 1, got 0"):
        gradcheck.projection(Tanh(), {}, np.ones(2), np.random.default_rng(0), directions=0)


def test_projection_takes_five_directions():
    rng = np.random.default_rng(0)
    assert gradcheck.projection(Tanh(), {}, np.ones(2), rng).entries == 5


def test_one_array_in_a_list_is_enough():
    with pytest.raises(TypeError, match="inputs of an op are a tuple, got a list"):
        gradcheck.projection(Multiply(), {}, [np.ones(2), [1, 1]], np.random.default_rng(0))
