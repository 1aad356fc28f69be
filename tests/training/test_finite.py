"""What is not finite is named: parameter, vertex, gradient, and the step."""

from __future__ import annotations

import numpy as np
import pytest

import nnbook as nn
from nnbook import Dense, MeanSquaredError, Op, Sequential, fit
from nnbook.op import EVAL, EVERYTHING
from nnbook.training import finite


class Fault(Op):
    """The identity; from some call in training on, something in it is infinite."""

    def __init__(self, where, call):
        self.where, self.call, self.calls = where, call, 0

    def forward(self, params, x, mode=EVAL):
        self.calls += mode.training
        at = self.where == "forward" and self.calls >= self.call and mode.training
        return (x + np.inf if at else x), None

    def vjp(self, params, cache, y_bar, needs=EVERYTHING):
        at = self.where == "backward" and self.calls >= self.call
        return (y_bar * np.nan if at else y_bar,), {}


X = np.linspace(-1, 1, 12)[:, None]


def run(where, **options):
    network = Sequential(Dense(1, 3), Fault(where, 6), Dense(3, 1))
    usual = {"optimizer": nn.sgd(0.01), "epochs": 3, "seed": 0, "batch_size": 4}
    return fit(network, MeanSquaredError(), X, X, progress=False, **usual, **options)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_first_vertex_and_the_step_are_named():
    told = r"epoch 2, step [123]: the value of vertex 'fault1' has 12 infinite, of 12 numbers"
    with pytest.raises(FloatingPointError, match=told):
        run("forward", check_finite=True)
    with pytest.raises(FloatingPointError, match=r"the loss became (inf|nan) in epoch 2"):
        run("forward")


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_gradients_are_named():
    told = r"epoch 2, step \d: the gradient with respect to 'dense1/W' has 3 NaN, of 3 numbers"
    with pytest.raises(FloatingPointError, match=told):
        run("backward", check_finite=True)


def test_a_sum_that_overflows_is_no_fault():
    large = np.full(4, 3e38, np.float32)
    finite._one("the value", large, "here")
    with np.errstate(over="ignore"):
        assert not np.isfinite(large.sum())
