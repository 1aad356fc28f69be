"""What `fit` refuses before it makes a step: settings, names, and data down to the last target."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook import data
from nnbook.data.metrics import accuracy
from nnbook.graph import Sequential
from nnbook.op import EVAL, Op
from nnbook.ops.activations import Tanh
from nnbook.ops.batchnorm import BatchNorm
from nnbook.ops.linear import Dense
from nnbook.ops.losses import MeanSquaredError, SigmoidBinaryCrossEntropy, SoftmaxCrossEntropy
from nnbook.training import rehearsal
from nnbook.training.callbacks import EarlyStopping
from nnbook.training.loop import fit
from nnbook.training.optimizers import Optimizer, sgd
from nnbook.training.penalties import l2


def moons(n):
    return data.two_moons(np.random.default_rng(0), n)


def called(name, metric=lambda y, t: 1.0):
    """A metric of this name."""

    def renamed(y, t):
        return metric(y, t)

    renamed.__name__ = name
    return renamed


X, T = moons(20)
LAST = np.where(np.arange(20) == 19, -1, T)  # only the last label is none
NAN = np.where(np.arange(40).reshape(20, 2) == 3, np.nan, X)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"epochs": 0}, "epochs must be a whole number of at least 1, got 0"),
        ({"epochs": 2.5}, "epochs must be a whole number of at least 1, got 2.5"),
        ({"batch_size": 0}, "batch_size must be a whole number of at least 1, got 0"),
        ({"batch_size": 2.5}, "batch_size must be a whole number of at least 1, got 2.5"),
        ({"seed": -1}, "seed must be a whole number of at least 0, got -1"),
        ({"seed": 0.5}, "seed must be a whole number of at least 0, got 0.5"),
        ({"t": T[:10]}, "training data need one number of examples.* x 20, targets 10"),
        ({"t": T + 5}, "training data: SoftmaxCrossEntropy.* expects labels 0 … 1"),
        ({"t": LAST}, "training data: SoftmaxCrossEntropy.* expects labels 0 … 1, got .*-1"),
        ({"validation": (X, LAST)}, "validation data: .* expects labels 0 … 1, got .*-1"),
        (
            {"t": X[:, :1]},
            r"training data: .* expects a target of shape \(20, 2\), got \(20, 1\)",
        ),
        ({"params": {"dense1": {"W": np.full((2, 2), np.nan), "b": np.ones(2)}}}, "'dense1/W' h"),
        ({"state": {"step": 0, "v": {"b": np.full(2, np.inf)}}}, "state 'v/b' holds numbers that"),
        ({"loss_weights": {"dense1": -1.0}}, "weight of the loss of 'dense1' must be a finite"),
        ({"loss_weights": {"a": 1.0}}, r"loss_weights: expected one for each of \['dense1'\]"),
        ({"x": NAN}, "training data: x hold numbers that are not finite"),
        ({"x": X[:, :1]}, r"vertex 'dense1', .* expects inputs of shape \(…, 2\), got \(20, 1\)"),
        ({"x": {"u": X}}, r"training inputs: expected \['x'\], got \['u'\]"),
        ({"validation": (X, T[:5])}, "validation data need one number.* x 20, targets 5"),
        ({"validation": (NAN, T)}, "validation data: x hold"),
        ({"validation": (X, T + 5)}, "validation data: .* expects labels"),
        ({"loss": SigmoidBinaryCrossEntropy()}, r"expects a target of shape \(20, 2\)"),
        ({"metrics": [lambda y, t: 1.0, lambda y, t: 10.0]}, "own, two lines would be '<lambda>'"),
        ({"metrics": [accuracy, accuracy]}, "own, two lines would be 'accuracy'"),
        ({"metrics": [called("loss")]}, "a metric cannot be called 'loss'"),
        ({"metrics": [called("penalty")]}, "a metric cannot be called 'penalty'"),
        ({"metrics": [called("val_loss")]}, "a metric cannot be called 'val_loss'"),
        ({"metrics": {"dense2": [accuracy]}}, r"no outputs \['dense2'\], there are \['dense1'\]"),
    ],
)
def test_bad_input_is_refused_before_training(change, message):
    with pytest.raises(ValueError, match=message):
        fit(**(never() | change))


def never():
    """Arguments of a run that must not begin."""

    def refuse(*_):
        pytest.fail("a step was made")

    return {
        "network": Sequential(Dense(2, 2)),
        "loss": SoftmaxCrossEntropy(),
        "x": X,
        "t": T,
        "optimizer": Optimizer("none", lambda params: {}, refuse),
        "epochs": 1,
        "seed": 0,
        "progress": False,
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": None}, "seed must be a whole number, got None"),
        ({"seed": "0"}, "seed must be a whole number, got '0'"),
        ({"epochs": "3"}, "epochs must be a whole number, got '3'"),
        ({"epochs": True}, "epochs must be a whole number, got True"),
        ({"network": Sequential}, "the network must be one such as .*, got class Sequential"),
        ({"loss": SoftmaxCrossEntropy}, "one such as .* got class SoftmaxCrossEntropy"),
        ({"loss": accuracy}, "loss must be one such as MeanSquaredError.* got accuracy"),
        ({"optimizer": sgd}, r"the optimizer must be one such as sgd\(0\.1\), got sgd"),
        ({"optimizer": 0.1}, "the optimizer must be one such as .* got 0.1"),
        ({"penalty": l2}, r"penalty must be one such as l2\(0\.01\), got l2"),
        ({"metrics": accuracy}, r"metrics must be a list, such as \[accuracy\], got accuracy"),
        ({"metrics": ["accuracy"]}, "metrics must be functions, got 'accuracy'"),
        ({"metrics": [called("m", lambda y, t: y)]}, "the metric 'm' must be a number, got array"),
        ({"callbacks": EarlyStopping()}, "callbacks must be a list, such as "),
        ({"callbacks": [EarlyStopping]}, "callbacks must be functions, got class EarlyStopping"),
        ({"validation": X}, r"validation must be a pair \(x, t\)"),
        ({"x": X + 1j}, "training inputs: expected an array of real numbers, got dtype complex128"),
        ({"t": T + 1j}, "training targets: expected an array of real numbers, got dtype complex"),
        ({"x": np.ma.array(X, mask=X > 0)}, "training inputs: .* got a masked array"),
        ({"t": np.ma.array(T, mask=T > 0)}, "training targets: .* got a masked array"),
        ({"x": {"x": X + 1j}}, "training inputs 'x': expected an array of real"),
        ({"t": [str(t) for t in T]}, "training targets: expected an array of real numbers"),
        ({"params": {"dense1": {"W": np.ones((2, 2), complex)}}}, "parameter 'dense1/W': expected"),
        ({"loss_weights": {"dense1": "1"}}, "weight of the loss of 'dense1' must be a number"),
    ],
)
def test_arguments_of_another_kind_are_refused_before_training(change, message):
    with pytest.raises(TypeError, match=message):
        fit(**(never() | change))


def test_a_loss_that_is_no_number_is_refused():
    class Each(MeanSquaredError):
        def value(self, y, t):
            return (y - t) ** 2

    with pytest.raises(TypeError, match=r"training data: the loss .* must be a number, got array"):
        fit(**(never() | {"loss": Each(), "t": X}))


def test_the_targets_are_looked_at_piece_by_piece(monkeypatch):
    """All of them, in pieces, without a pass of the network for each."""
    monkeypatch.setattr(rehearsal, "PIECE", 3)
    passes = []

    class Counting(Dense):
        def forward(self, params, x, mode=EVAL):
            passes.append(len(x))
            return super().forward(params, x, mode=mode)

    for place in range(20):
        t = np.where(np.arange(20) == place, 7, T)
        with pytest.raises(ValueError, match=r"training data: .* expects labels 0 … 1"):
            fit(**(never() | {"t": t, "network": Sequential(Counting(2, 2))}))
    assert passes == [20] * 20


def test_no_piece_is_much_smaller_than_the_others(monkeypatch):
    """A loss may have no value where all targets are to be ignored: the last one may be such."""
    monkeypatch.setattr(rehearsal, "PIECE", 6)
    sizes = []

    class Watched(SoftmaxCrossEntropy):
        def forward(self, params, y, t, mode=EVAL):
            sizes.append(len(t))
            return super().forward(params, y, t, mode)

        def __call__(self, y, t):
            return self.forward({}, y, t)[0]

    arguments = never() | {"x": X[:19], "t": T[:19], "loss": Watched(), "epochs": 1}
    fit(**(arguments | {"optimizer": sgd(0.1)}))
    assert sizes == [5, 5, 5, 4, 19]


def test_metrics_are_tried_on_a_batch_from_all_the_data():
    """One that needs two classes is not refused for data that are sorted by class."""
    seen = []

    def spread_of_labels(y, t):
        assert y.shape == (len(t), 2)
        seen.append(t.tolist())
        if np.ptp(t) == 0:
            raise ValueError("one class alone")
        return 1.0

    order = np.argsort(T, kind="stable")
    arguments = never() | {"x": X[order], "t": T[order], "metrics": [spread_of_labels]}
    fit(**(arguments | {"optimizer": sgd(0.1), "batch_size": 8}))
    assert seen[0] == [0] * 4 + [1] * 4


def test_the_last_batch_is_not_blamed_where_all_are_refused():
    class Untrained(Dense):
        def forward(self, params, x, mode=EVAL):
            if mode.training:
                raise ValueError("not for training")
            return super().forward(params, x, mode=mode)

    with pytest.raises(ValueError, match=r"^vertex 'untrained1', .*: not for training"):
        fit(**(never() | {"network": Sequential(Untrained(2, 2)), "batch_size": 16}))


def test_an_output_that_loses_the_examples_is_refused():
    class Total(Op):
        def forward(self, params, x, mode=EVAL):
            return x.sum(axis=0), None

    with pytest.raises(ValueError, match=r"output 'total1' must have the examples on its first ax"):
        fit(**(never() | {"network": Sequential(Dense(2, 2), Total())}))


def test_a_last_batch_of_one_is_refused_before_training():
    """Batch normalization cannot train on a single example, and says so before the first step."""
    steps = []

    def update(params, grads, state):
        steps.append(len(steps))
        return params, state

    x, t = moons(33)
    network = Sequential(Dense(2, 4), BatchNorm(4), Tanh(), Dense(4, 2))
    settings = {"optimizer": Optimizer("none", lambda params: {}, update), "progress": False}
    settings |= {"epochs": 1, "seed": 0}
    for size in (16, 32):
        message = rf"^33 examples in batches of {size} end with a batch of 1: vertex 'batchnorm1'"
        with pytest.raises(ValueError, match=message):
            fit(network, SoftmaxCrossEntropy(), x, t, batch_size=size, **settings)
    with pytest.raises(ValueError, match=r"^vertex 'batchnorm1'"):  # no batch is larger
        fit(network, SoftmaxCrossEntropy(), x, t, batch_size=1, **settings)
    with pytest.raises(ValueError, match=r"^(?!33 examples)"):  # the last batch is not to blame
        fit(network, SoftmaxCrossEntropy(), x[:, :1], t, batch_size=32, **settings)
    assert not steps
    fit(network, SoftmaxCrossEntropy(), x, t, batch_size=31, **settings)
    assert len(steps) == 2
