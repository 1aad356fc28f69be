"""The training loop: it learns, it repeats, and it refuses bad input before it starts."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook import data
from nnbook.data.metrics import accuracy
from nnbook.graph import Graph, Sequential
from nnbook.op import EVERYTHING, Op
from nnbook.ops.activations import ReLU, Tanh
from nnbook.ops.arithmetic import Concatenate
from nnbook.ops.linear import Dense
from nnbook.ops.losses import MeanSquaredError, SoftmaxCrossEntropy
from nnbook.training.loop import fit, loss_and_gradients
from nnbook.training.moments import adam
from nnbook.training.optimizers import sgd


def moons(n=200):
    return data.two_moons(np.random.default_rng(0), n)


def small(**options):
    x, t = moons()
    settings = {
        "optimizer": adam(0.01),
        "epochs": 3,
        "seed": 0,
        "progress": False,
        **options,
    }
    return fit(
        Sequential(Dense(2, 8), Tanh(), Dense(8, 2)), SoftmaxCrossEntropy(), x, t, **settings
    )


def test_it_learns_the_moons():
    x_val, t_val = data.two_moons(np.random.default_rng(1), 100)
    run = small(optimizer=adam(0.03), epochs=60, validation=(x_val, t_val), metrics=[accuracy])
    assert list(run.history) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    assert all(len(series) == 60 for series in run.history.values())
    assert run.history["loss"][-1] < 0.2 * run.history["loss"][0]
    assert accuracy(run.predict(x_val), t_val) == run.history["val_accuracy"][-1] > 0.97
    last = ", ".join(f"{name} {values[-1]:.4g}" for name, values in run.history.items())
    assert repr(run) == f"Fit(42 parameters, 60 epochs: {last})"


def test_the_same_seed_gives_the_same_run():
    one, two, generator, other = (small(seed=s) for s in (3, 3, np.random.default_rng(3), 4))
    np.testing.assert_equal(one.params, two.params)
    np.testing.assert_equal(one.params, generator.params)
    assert one.history == two.history != other.history


def test_training_goes_on_from_parameters():
    first = small()
    W = first.params["dense1"]["W"].copy()
    second = small(params=first.params)
    assert second.history["loss"][0] < first.history["loss"][-1]
    np.testing.assert_array_equal(first.params["dense1"]["W"], W)


def test_the_loss_of_an_epoch_is_the_mean_over_its_examples():
    """With a learning rate of zero, uneven batches must give the loss of the whole set."""
    x, t = moons(101)
    network = Sequential(Dense(2, 2))
    params = network.init(np.random.default_rng(0))
    run = fit(
        network,
        SoftmaxCrossEntropy(),
        x,
        t,
        optimizer=sgd(0.0),
        epochs=2,
        seed=0,
        batch_size=40,
        params=params,
        metrics=[accuracy],
        progress=False,
    )
    L, _, _ = loss_and_gradients(network, SoftmaxCrossEntropy(), params, x, t)
    assert run.history["loss"] == pytest.approx([L, L])
    assert run.history["accuracy"] == pytest.approx([accuracy(network.predict(params, x), t)] * 2)


def test_float32_stays():
    x, t = moons()
    run = fit(
        Sequential(Dense(2, 3), ReLU(), Dense(3, 2)),
        SoftmaxCrossEntropy(),
        x.astype(np.float32),
        t,
        optimizer=adam(0.01),
        epochs=1,
        seed=0,
        progress=False,
    )
    assert run.params["dense1"]["W"].dtype == np.float32
    assert run.state["m"]["dense2"]["b"].dtype == np.float32
    assert run.predict(x.astype(np.float32)).dtype == np.float32


def test_several_inputs():
    g = Graph("x", "u")
    g.add("both", Concatenate(), "x", "u")
    g.add("y", Dense(2, 1), "both")
    rng = np.random.default_rng(0)
    x, u = rng.normal(size=(2, 50, 1))
    run = fit(
        g,
        MeanSquaredError(),
        {"x": x, "u": u},
        2 * x - u,
        optimizer=sgd(0.1),
        epochs=50,
        seed=0,
        progress=False,
    )
    np.testing.assert_allclose(run.params["y"]["W"].ravel(), [2, -1], atol=1e-3)


def test_training_mode_random_numbers_and_measured_parameters():
    class Counter(Op):
        """Counts training passes in a parameter that is not learnt; draws, as dropout would."""

        measures = ("passes",)

        def shapes(self):
            return {"passes": ()}

        def init(self, rng, dtype=np.float64):
            return {"passes": np.zeros((), dtype)}

        def forward(self, params, x, mode=None):
            draw = mode.rng.normal() if mode.training else 0.0
            return x + 1e-6 * draw, None

        def vjp(self, params, cache, y_bar, needs=EVERYTHING):
            return (y_bar,), {}

        def measured(self, params, cache):
            return {"passes": params["passes"] + 1}

    x, t = moons()
    settings = {"optimizer": sgd(0.1), "epochs": 2, "batch_size": 50, "progress": False}
    network = Sequential(Counter(), Dense(2, 2))
    one, two = (fit(network, SoftmaxCrossEntropy(), x, t, seed=1, **settings) for _ in range(2))
    assert one.params["counter1"]["passes"] == 8
    np.testing.assert_equal(one.params, two.params)


def test_progress_goes_to_stderr_or_nowhere(capsys):
    small(progress=False)
    assert capsys.readouterr() == ("", "")
    small(progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "epochs" in err
    assert "loss=" in err
    x, t = moons()
    fit(Sequential(Dense(2, 2)), SoftmaxCrossEntropy(), x, t, optimizer=sgd(0.1), epochs=1, seed=0)
    assert "epochs" in capsys.readouterr().err  # it is shown unless one says no


def test_a_loss_that_is_not_finite_stops_the_run():
    x = np.linspace(-1, 1, 20)[:, None]
    with pytest.raises(FloatingPointError, match=r"epoch \d+: is the learning rate too large"):  # noqa: SIM117
        with np.errstate(over="ignore", invalid="ignore"):
            fit(
                Sequential(Dense(1, 1)),
                MeanSquaredError(),
                x,
                x,
                optimizer=sgd(1e6),
                epochs=100,
                seed=0,
                progress=False,
            )


def test_a_metric_may_be_a_truth_value():
    def right(y, t):
        return (y.argmax(1) == t).all()

    assert 0 <= small(metrics=[right]).history["right"][-1] <= 1


def test_float16():
    x, t = moons()
    network = Sequential(Dense(2, 8), Tanh(), Dense(8, 2))
    settings = {"optimizer": adam(0.01), "epochs": 20, "seed": 0, "progress": False}
    run = fit(network, SoftmaxCrossEntropy(), x.astype(np.float16), t, **settings)
    assert run.params["dense1"]["W"].dtype == np.float16
    assert run.state["v"]["dense1"]["W"].dtype == np.float32
    wide = fit(network, SoftmaxCrossEntropy(), x, t, **settings)
    assert run.history["loss"][-1] == pytest.approx(wide.history["loss"][-1], rel=0.03)


def test_a_state_of_another_optimizer_is_refused():
    state = small().state
    with pytest.raises(ValueError, match="expects a state of the rule 'sgd'"):
        small(optimizer=sgd(0.1), state=state)
