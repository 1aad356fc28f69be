"""Networks of several outputs: a loss for each, one number that is made small, lines for all."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook.data.metrics import accuracy
from nnbook.graph import Graph, Sequential
from nnbook.ops.activations import Tanh
from nnbook.ops.linear import Dense
from nnbook.ops.losses import MeanAbsoluteError, MeanSquaredError, SoftmaxCrossEntropy
from nnbook.training.callbacks import EarlyStopping
from nnbook.training.loop import fit, loss_and_gradients
from nnbook.training.optimizers import Optimizer, sgd
from nnbook.training.penalties import l2

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 2))
T = {"class": (X[:, 0] > 0).astype(int), "sum": X.sum(1, keepdims=True)}
LOSSES = {"class": SoftmaxCrossEntropy(), "sum": MeanSquaredError()}


def two_heads():
    g = Graph("x")
    g.add("z", Dense(2, 8), "x")
    g.add("a", Tanh(), "z")
    g.add("class", Dense(8, 2), "a")
    g.add("sum", Dense(8, 1), "a")
    return g


def run_of(**change):
    arguments = {
        "network": two_heads(),
        "loss": LOSSES,
        "x": X,
        "t": T,
        "optimizer": sgd(0.1),
        "epochs": 2,
        "batch_size": 20,
        "seed": 0,
        "progress": False,
    }
    return fit(**(arguments | change))


def mean_error(y, t):
    return abs(y - t).mean()


def test_both_outputs_learn():
    run = run_of(epochs=100, metrics={"class": [accuracy], "sum": [mean_error]})
    assert run.history["class/accuracy"][-1] > 0.95
    assert run.history["sum/mean_error"][-1] < 0.15 < run.history["sum/mean_error"][0]
    y = run.predict(X)
    assert list(y) == ["class", "sum"]
    assert y["class"].shape == (50, 2)
    assert y["sum"].shape == (50, 1)


def test_the_lines_of_the_history():
    weights = {"class": 0.5, "sum": 3.0}
    run = run_of(
        optimizer=sgd(0.0),
        loss_weights=weights,
        metrics={"sum": [mean_error]},
        validation=(X, T),
        penalty=l2(0.1),
    )
    names = ["loss", "class/loss", "sum/loss", "sum/mean_error"]
    assert list(run.history) == ["loss", "penalty", *names[1:], *(f"val_{name}" for name in names)]
    y = run.predict(X)
    each = {name: float(LOSSES[name](y[name], T[name])) for name in T}
    for prefix in ("", "val_"):  # with a rate of 0 both measure the same
        for name, L in each.items():
            assert run.history[f"{prefix}{name}/loss"] == pytest.approx([L, L])
        total = 0.5 * each["class"] + 3 * each["sum"]
        assert run.history[f"{prefix}loss"] == pytest.approx([total, total])
        error = mean_error(y["sum"], T["sum"])
        assert run.history[f"{prefix}sum/mean_error"] == pytest.approx([error, error])


def test_the_gradient_is_that_of_the_weighted_sum():
    network, weights = two_heads(), {"class": 0.5, "sum": 3.0}
    params = network.init(np.random.default_rng(1))
    L, grads, _ = loss_and_gradients(network, LOSSES, params, X, T, loss_weights=weights)

    def total(W):
        y = network.predict({**params, "z": {**params["z"], "W": W}}, X)
        return sum(weights[name] * float(LOSSES[name](y[name], T[name])) for name in T)

    assert float(L) == pytest.approx(total(params["z"]["W"]))
    for place in np.ndindex(2, 8):
        step = np.zeros((2, 8))
        step[place] = 1e-6
        slope = (total(params["z"]["W"] + step) - total(params["z"]["W"] - step)) / 2e-6
        assert grads["z"]["W"][place] == pytest.approx(slope, abs=1e-7)


def test_a_weight_of_zero_leaves_a_head_alone():
    network = two_heads()
    start = network.init(np.random.default_rng(0))
    run = run_of(network=network, params=start, loss_weights={"class": 1.0, "sum": 0.0})
    np.testing.assert_array_equal(run.params["sum"]["W"], start["sum"]["W"])
    assert (run.params["class"]["W"] != start["class"]["W"]).any()


def test_one_output_by_name_is_the_short_form():
    network = Sequential(Dense(2, 1))
    settings = {"optimizer": sgd(0.1), "epochs": 3, "seed": 0, "progress": False}
    t = T["sum"]
    short = fit(network, MeanSquaredError(), X, t, metrics=[mean_error], **settings)
    long = fit(
        network,
        {"dense1": MeanSquaredError()},
        {"x": X},
        {"dense1": t},
        metrics={"dense1": [mean_error]},
        loss_weights={"dense1": 1.0},
        **settings,
    )
    assert short.history == long.history
    assert list(short.history) == ["loss", "mean_error"]
    double = fit(network, MeanSquaredError(), X, t, loss_weights={"dense1": 2.0}, **settings)
    assert double.history["loss"][0] > 1.5 * short.history["loss"][0]


def test_early_stopping_on_one_output():
    stopping = EarlyStopping(patience=3, monitor="val_sum/loss")
    t = {**T, "sum": -T["sum"]}
    run = run_of(validation=(X, t), callbacks=[stopping], epochs=50)
    assert stopping.best_epoch + 3 == len(run.history["loss"]) < 50


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"loss": MeanSquaredError()}, ValueError, r"loss: expected a dict by output, \['class'"),
        ({"loss": {"class": LOSSES["class"]}}, ValueError, r"each of \['class', 'sum'\], got \['c"),
        ({"loss": {**LOSSES, "sum": MeanAbsoluteError}}, TypeError, "got class MeanAbsoluteError"),
        ({"t": T["sum"]}, ValueError, "training targets: expected a dict by output"),
        ({"t": {"sum": T["sum"]}}, ValueError, r"training targets: .* got \['sum'\]"),
        ({"t": {**T, "sum": T["sum"][:9]}}, ValueError, "targets of class 50, targets of sum 9"),
        ({"t": {**T, "class": T["class"] - 1}}, ValueError, "training data: .* labels 0 … 1"),
        ({"t": {**T, "sum": T["sum"] * 1j}}, TypeError, "training targets 'sum': expected an arr"),
        ({"validation": (X, T["sum"])}, ValueError, "validation targets: expected a dict"),
        ({"metrics": [accuracy]}, ValueError, "metrics: expected a dict by output"),
        ({"metrics": {"none": [accuracy]}}, ValueError, r"no outputs \['none'\]"),
        ({"metrics": {"class": accuracy}}, TypeError, "metrics must be a list"),
        ({"metrics": {"sum": [mean_error, mean_error]}}, ValueError, "lines would be 'sum/mean_e"),
        ({"loss_weights": {"sum": 1.0}}, ValueError, "loss_weights: expected one for each"),
        ({"loss_weights": {"sum": np.nan, "class": 1}}, ValueError, "weight of the loss of 'sum'"),
    ],
)
def test_what_does_not_fit_is_refused_before_training(change, kind, message):
    def refuse(*_):
        pytest.fail("a step was made")

    never = Optimizer("never", lambda params: {}, refuse)
    with pytest.raises(kind, match=message):
        run_of(optimizer=never, **change)


def test_names_of_outputs_that_would_meet():
    g = Graph("x")
    g.add("a", Dense(2, 1), "x")
    g.add("val_a", Dense(2, 1), "x")
    t = {"a": T["sum"], "val_a": T["sum"]}
    losses = {"a": MeanSquaredError(), "val_a": MeanSquaredError()}
    with pytest.raises(ValueError, match="two lines would be 'val_a/loss'"):
        run_of(network=g, loss=losses, t=t)
