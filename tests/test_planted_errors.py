"""Errors planted in code and formula, each of which one of the book's checks must find.

A check that never failed proves nothing. The errors in stored notebooks are planted in tests/book.
"""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Abs, exp, log, sqrt

from nnbook import gradcheck
from nnbook.derive import (
    CheckError,
    definition,
    derivation,
    index,
    mean_over,
    partial,
    sizes,
    sum_over,
    tensor,
)
from nnbook.op import Mode
from nnbook.ops import losses, normalization
from nnbook.ops import noise as regularization
from nnbook.ops.activations import ReLU, Sigmoid, Softmax, Tanh
from nnbook.ops.batchnorm import BatchNorm
from nnbook.ops.convolution import Conv2D
from nnbook.ops.linear import Dense

n, K = sizes("n K")
i, a = index("i a", n)
k, m = index("k m", K)
y, t = tensor("y", n), tensor("t", n)
z, T = tensor("z", n, K), tensor("t", n, K)
S = sum_over(exp(z[i, m]), m)

FORMULAS = {
    "MeanSquaredError": mean_over((y[i] - t[i]) ** 2, i),
    "MeanAbsoluteError": mean_over(Abs(y[i] - t[i]), i),
    "RootMeanSquaredError": sqrt(mean_over((y[i] - t[i]) ** 2, i)),
    "SigmoidBinaryCrossEntropy": -mean_over(
        t[i] * log(1 / (1 + exp(-y[i]))) + (1 - t[i]) * log(1 / (1 + exp(y[i]))), i
    ),
    "SoftmaxCrossEntropy": -mean_over(sum_over(T[i, k] * log(exp(z[i, k]) / S), k), i),
}
"""What each loss claims to compute, its prediction and target as tensors `y` or `z`, and `t`."""


def code(name):
    value = getattr(losses, name)().value
    return (lambda z, t: value(z, t)) if name == "SoftmaxCrossEntropy" else lambda y, t: value(y, t)


# --- a sign in a vjp ------------------------------------------------------------------------------


@pytest.mark.parametrize("op", [Dense(3, 2), Sigmoid(), Tanh(), ReLU(), Softmax()], ids=repr)
def test_a_sign_in_a_vjp(op, monkeypatch):
    x = np.random.default_rng(0).normal(size=(4, 3))
    params = op.init(np.random.default_rng(1))
    assert gradcheck.entrywise(op, params, (x,), np.random.default_rng(2)).ok()

    right = op.vjp

    def wrong(*args, **kwargs):
        (x_bar,), params_bar = right(*args, **kwargs)
        return (-x_bar,), params_bar

    monkeypatch.setattr(op, "vjp", wrong)
    assert not gradcheck.entrywise(op, params, (x,), np.random.default_rng(2)).ok()
    assert not gradcheck.projection(op, params, (x,), np.random.default_rng(2)).ok()


# --- formula against code -------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMULAS)
def test_formula_and_code_agree(name):
    assert definition(f"eq-{name.lower()}", ("L", FORMULAS[name])).matches(code(name), over=())


@pytest.mark.parametrize("name", FORMULAS)
def test_a_sign_in_the_code(name):
    right = code(name)
    wrong = (lambda z, t: -right(z, t)) if "Softmax" in name else lambda y, t: -right(y, t)
    with pytest.raises(CheckError, match="DIFFERS FROM"):
        definition("eq-wrong", ("L", FORMULAS[name])).matches(wrong, over=())


def test_a_sign_in_a_formula():
    with derivation("eq-wrong", strict=False) as d:
        d.start(partial(mean_over((y[i] - t[i]) ** 2, i), y[a]))
        d.step(2 / n * (y[a] - t[a]))
        d.step(2 / n * (y[a] + t[a]))
    assert d.status == "refuted"
    assert d.trouble().startswith("Line 2 is refuted: at ")


# --- both wrong in the same way -------------------------------------------------------------------


def invariants(loss, categorical):
    """What is true of a mean loss, whatever its formula says; a list of what is not."""
    rng = np.random.default_rng(0)
    y, t = rng.normal(size=(6, 3)), np.eye(3)[rng.integers(3, size=6)]
    broken = []
    if not np.isclose(loss(np.tile(y, (5, 1)), np.tile(t, (5, 1))), loss(y, t)):
        broken.append("the loss of five copies of a batch is that of the batch")
    if not np.isclose(loss(y[::-1], t[::-1]), loss(y, t)):
        broken.append("the order of examples does not matter")
    known = {
        "MeanSquaredError": (t + 3, 9),
        "MeanAbsoluteError": (t - 3, 3),
        "RootMeanSquaredError": (t - 3, 3),
        "SigmoidBinaryCrossEntropy": (0 * t, np.log(2)),
        "SoftmaxCrossEntropy": (0 * t, np.log(3)),
    }
    predicted, value = known[type(loss).__name__]
    if not np.isclose(loss(predicted, t), value):
        broken.append("its value where it is known by thought")
    if categorical and not np.isclose(loss(y + 7, t), loss(y, t)):
        broken.append("only differences of logits count")
    return broken


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("error", ["a factor of 2", "n + 1 for n"])
def test_both_wrong_in_the_same_way(name, error, monkeypatch):
    kind = getattr(losses, name)
    categorical = name == "SoftmaxCrossEntropy"
    assert invariants(kind(), categorical) == []

    right = type("Right", (kind,), {"value": kind.value, "gradient": kind.gradient})()
    factor = {"a factor of 2": lambda size: 2, "n + 1 for n": lambda size: size / (size + 1)}[error]
    monkeypatch.setattr(kind, "value", lambda self, y, t: factor(len(y)) * right.value(y, t))
    monkeypatch.setattr(kind, "gradient", lambda self, y, t: factor(len(y)) * right.gradient(y, t))

    # The formula made wrong likewise: code and formula agree, and the gradient fits the code …
    formula = FORMULAS[name] * factor(n)
    assert definition("eq-wrong", ("L", formula)).matches(code(name), over=())
    y, t = np.random.default_rng(0).normal(size=(4, 3)), np.eye(3, dtype=int)[[0, 1, 2, 0]]
    assert gradcheck.entrywise(kind(), {}, (y, t), np.random.default_rng(1)).ok()
    # … and still it is found.
    assert invariants(kind(), categorical)


@pytest.mark.parametrize("name", FORMULAS)
def test_forward_and_formula_wrong_but_not_the_gradient(name, monkeypatch):
    kind = getattr(losses, name)
    value = kind.value
    monkeypatch.setattr(kind, "value", lambda self, y, t: 2 * value(self, y, t))
    assert definition("eq-wrong", ("L", 2 * FORMULAS[name])).matches(code(name), over=())
    y, t = np.random.default_rng(0).normal(size=(4, 3)), np.eye(3, dtype=int)[[0, 1, 2, 0]]
    assert not gradcheck.entrywise(kind(), {}, (y, t), np.random.default_rng(1)).ok()


# --- what is easily forgotten in a layer ----------------------------------------------------------


def one_check(op, x, training):
    rng = np.random.default_rng(0)
    mode = (lambda: Mode.train(np.random.default_rng(1))) if training else Mode
    return gradcheck.projection(op, op.init(rng), (x,), rng, mode)


def no_mean(s, x_hat_bar, axes, centred=True):
    """The cotangent of a normalization without the term of the mean."""
    return s.r * (x_hat_bar - s.x_hat * np.mean(x_hat_bar * s.x_hat, axis=axes, keepdims=True))


def constant_statistics(s, x_hat_bar, axes, centred=True):
    """The same with mean and variance taken for constants."""
    return s.r * x_hat_bar


@pytest.mark.parametrize("wrong", [no_mean, constant_statistics])
def test_a_term_left_out_of_a_normalization(wrong, monkeypatch):
    x = np.random.default_rng(0).normal(size=(6, 4))
    assert one_check(normalization.LayerNorm(4), x, False).ok()
    assert one_check(BatchNorm(4), x, True).ok()
    monkeypatch.setattr(normalization, "standardized_bar", wrong)
    monkeypatch.setattr("nnbook.ops.batchnorm.standardized_bar", wrong)
    assert not one_check(normalization.LayerNorm(4), x, False).ok()
    assert not one_check(BatchNorm(4), x, True).ok()
    assert one_check(BatchNorm(4), x, False).ok()  # in evaluation they are constants


def test_a_second_mask_in_the_backward_pass(monkeypatch):
    op, x = regularization.Dropout(0.5), np.ones((5, 4))
    assert one_check(op, x, True).ok()
    right = op.vjp

    def another_mask(params, cache, y_bar, needs):
        return right(params, cache._replace(own=cache.own[::-1].copy()), y_bar, needs)

    monkeypatch.setattr(op, "vjp", another_mask)
    assert not one_check(op, x, True).ok()


def test_a_kernel_turned_on_the_way_back(monkeypatch):
    """The input's cotangent is a convolution with the kernel turned once, not twice or never."""
    op, x = Conv2D(2, 3), np.random.default_rng(0).normal(size=(2, 2, 5, 5))
    assert one_check(op, x, False).ok()
    right = op._input_bar
    monkeypatch.setattr(op, "_input_bar", lambda W, *rest: right(W[..., ::-1, ::-1], *rest))
    assert not one_check(op, x, False).ok()
