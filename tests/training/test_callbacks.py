"""Callbacks: early stopping goes back to the best epoch, and knows which way is better."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook import data, tree
from nnbook.graph import Sequential
from nnbook.ops.activations import ReLU
from nnbook.ops.linear import Dense
from nnbook.ops.losses import MeanSquaredError, SoftmaxCrossEntropy
from nnbook.training import penalties
from nnbook.training.callbacks import EarlyStopping
from nnbook.training.elementwise import Optimizer
from nnbook.training.loop import fit
from nnbook.training.moments import adam
from nnbook.training.optimizers import sgd


def line(**options):
    x = np.linspace(-1, 1, 40)[:, None]
    settings = {"optimizer": sgd(0.1), "epochs": 200, "batch_size": 40, "seed": 0, **options}
    network = Sequential(Dense(1, 1))
    return fit(network, MeanSquaredError(), x, 3 * x + 1, progress=False, **settings)


def walk(losses, stopping, **options):
    """A run whose loss is given: the parameter goes 1, 2, 3, … and the network says the loss."""
    counter = Optimizer(
        "counter",
        lambda params: {"step": 0},
        lambda params, grads, state: (
            tree.map(lambda a: a + 1, params),
            {"step": state["step"] + 1},
        ),
    )
    series = iter(losses)

    def watched(y, t):
        return next(series)

    values = []

    def validation_loss(run):
        values.append(run.history["watched"][-1])

    x = np.zeros((1, 1))
    run = fit(
        Sequential(Dense(1, 1)),
        MeanSquaredError(),
        x,
        x,
        optimizer=counter,
        epochs=len(losses) - 1,  # one goes to the rehearsal
        seed=0,
        params={"dense1": {"W": np.zeros((1, 1)), "b": np.zeros(1)}},
        metrics=[watched],
        callbacks=[validation_loss, stopping],
        progress=False,
        **options,
    )
    return run, values


@pytest.mark.parametrize(
    ("losses", "settings", "epochs", "best"),
    [
        ([9, 5, 4, 3, 4, 5, 2, 1], {"patience": 2}, 5, 3),
        ([9, 5, 4, 3, 4, 5, 2, 1], {"patience": 3}, 7, 7),
        ([9, 5, 4, 3, 4, 5], {"patience": 9}, 5, 3),  # not stopped, and still the best
        ([9, 5, 4.9, 4.8, 4.7], {"patience": 2, "least_change": 0.5}, 3, 1),
        ([0, 1, 2, 3, 2, 1], {"patience": 2, "maximize": True}, 5, 3),
        ([9, 5, 5, 5, 5], {"patience": 2}, 3, 1),  # as good is not better
        ([9, np.nan, 4, np.nan, 5], {"patience": 2}, 4, 2),
    ],
)
def test_early_stopping(losses, settings, epochs, best):
    stopping = EarlyStopping(monitor="watched", **{"maximize": False, **settings})
    for _ in range(2):  # a second run starts anew
        run, values = walk(losses, stopping)
        assert len(run.history["loss"]) == len(values) == epochs
        assert stopping.best_epoch == best
        assert run.params["dense1"]["W"].item() == best
        assert run.state == {"step": best}


def test_early_stopping_on_real_data():
    images, labels = data.load_digits()
    x = images.reshape(-1, 64)[:120]
    stopping = EarlyStopping(patience=5)
    run = fit(
        Sequential(Dense(64, 32), ReLU(), Dense(32, 10)),
        SoftmaxCrossEntropy(),
        x[:80],
        labels[:80],
        validation=(x[80:], labels[80:120]),
        optimizer=adam(0.03),
        epochs=200,
        seed=0,
        callbacks=[stopping],
        progress=False,
    )
    series = run.history["val_loss"]
    assert len(series) == stopping.best_epoch + 5 < 200
    assert series[stopping.best_epoch - 1] == min(series)
    assert float(SoftmaxCrossEntropy()(run.predict(x[80:]), labels[80:120])) == min(series)


def test_a_callback_may_be_any_function():
    seen = []
    run = line(epochs=10, callbacks=[lambda run: seen.append(run) or len(seen) == 3])
    assert len(run.history["loss"]) == 3
    assert [len(r.history["loss"]) for r in seen] == [1, 2, 3]  # each as it was
    assert (seen[0].params["dense1"]["W"] != seen[1].params["dense1"]["W"]).all()


def test_what_early_stopping_is_made_of():
    """The best epoch is found, not given; losses are minimized, of everything else one is asked."""
    with pytest.raises(TypeError, match="best_epoch"):
        EarlyStopping(best_epoch=3)
    with pytest.raises(TypeError, match="best"):
        EarlyStopping(best=None)
    for monitor in ("loss", "val_loss", "penalty", "class/loss", "val_class/loss"):
        assert EarlyStopping(monitor=monitor).maximize is False
    assert repr(EarlyStopping(7, "val_accuracy", True)) == (
        "EarlyStopping(patience=7, monitor='val_accuracy', maximize=True, least_change=0.0, "
        "best_epoch=0)"
    )


def test_a_missing_monitor_is_found_before_training():
    def refuse(*_):
        pytest.fail("a step was made")

    never = Optimizer("never", lambda params: {}, refuse)
    for monitor in ("val_loss", "accuracy", "val_penalty"):
        with pytest.raises(ValueError, match=f"no '{monitor}' in the history, got .*'loss'"):
            line(optimizer=never, callbacks=[EarlyStopping(monitor=monitor, maximize=False)])


def test_a_callback_hears_the_lines_before_training():
    class Listener:
        def begin(self, lines):
            self.lines = list(lines)

        def __call__(self, run):
            self.epochs = len(run.history["loss"])

    x = np.ones((4, 1))
    listener = Listener()
    options = {"penalty": penalties.l2(0.1), "validation": (x, x), "metrics": [mean_error]}
    run = line(epochs=2, callbacks=[listener], **options)
    assert listener.lines == list(run.history)
    assert listener.lines == ["loss", "penalty", "mean_error", "val_loss", "val_mean_error"]
    assert listener.epochs == 2


def mean_error(y, t):
    return abs(y - t).mean()
