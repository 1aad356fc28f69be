"""Regularization: noise that is right on average, penalties, constraints, early stopping."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbook import data, tree
from nnbook.gradcheck import STEP
from nnbook.graph import Sequential
from nnbook.op import Mode
from nnbook.ops.activations import ReLU
from nnbook.ops.convolution import Conv2D
from nnbook.ops.linear import Dense
from nnbook.ops.losses import MeanSquaredError, SoftmaxCrossEntropy
from nnbook.ops.noise import DropConnect, Dropout, GaussianNoise
from nnbook.ops.weightnorm import length
from nnbook.training import penalties
from nnbook.training.callbacks import EarlyStopping
from nnbook.training.constraints import freeze, max_norm, shorten
from nnbook.training.elementwise import Optimizer
from nnbook.training.loop import fit
from nnbook.training.moments import adam
from nnbook.training.optimizers import sgd

seeds = st.integers(0, 2**32 - 1)


def train(seed=0):
    return Mode.train(np.random.default_rng(seed))


# --- noise ----------------------------------------------------------------------------------------

X = np.array([[1.0, -2.0, 3.0]])
PARAMS = {"W": np.array([[0.5, 1.0], [-1.0, 2.0], [3.0, 0.1]]), "b": np.array([1.0, -1.0])}
P = 0.3
NOISES = {  # an op, its parameters, and the variance of its output
    "dropout": (Dropout(P), {}, P / (1 - P) * X**2),
    "dropconnect": (DropConnect(3, 2, P), PARAMS, P / (1 - P) * X**2 @ PARAMS["W"] ** 2),
    "dropconnect, one mask": (
        DropConnect(3, 2, P, each_example=False),
        PARAMS,
        P / (1 - P) * X**2 @ PARAMS["W"] ** 2,
    ),
    "gaussian": (GaussianNoise(0.7), {}, np.full((1, 3), 0.49)),
}


@pytest.mark.parametrize("name", NOISES)
def test_expectation_and_variance(name):
    """Sampled: within four standard errors of what evaluation says, and of the formula."""
    op, params, variance = NOISES[name]
    rng, n = np.random.default_rng(0), 5000
    y = np.concatenate([op.forward(params, X, mode=Mode.train(rng))[0] for _ in range(n)])
    expected, _ = op.forward(params, X)
    assert (abs(y.mean(0) - expected[0]) < 4 * np.sqrt(variance[0] / n)).all()
    squares = (y - expected) ** 2
    assert (abs(squares.mean(0) - variance[0]) < 4 * squares.std(0) / np.sqrt(n)).all()


def test_forward_and_backward_use_one_mask():
    x = np.random.default_rng(0).uniform(1, 2, (20, 5))
    y, cache = Dropout(0.4).forward({}, x, mode=train())
    (x_bar,), _ = Dropout(0.4).vjp({}, cache, np.ones_like(x))
    np.testing.assert_allclose(x_bar, y / x)
    assert set(x_bar.ravel().round(12)) == {0.0, round(1 / 0.6, 12)}


def test_masks_of_dropconnect():
    """With one mask for all, equal examples have equal outputs; with one for each, they differ."""
    x = np.ones((50, 8))
    layer = DropConnect(8, 4)
    params = layer.init(np.random.default_rng(0))
    each, _ = layer.forward(params, x, mode=train())
    shared, _ = DropConnect(8, 4, each_example=False).forward(params, x, mode=train())
    assert np.ptp(each, axis=0).min() > 0
    assert np.ptp(shared, axis=0).max() == 0
    np.testing.assert_array_equal(layer.forward(params, x)[0], Dense(8, 4).forward(params, x)[0])


def test_no_noise_at_zero():
    for op in (Dropout(0.0), GaussianNoise(0.0)):
        np.testing.assert_array_equal(op.forward({}, X, mode=train())[0], X)
    y, _ = DropConnect(3, 2, 0.0).forward(PARAMS, X, mode=train())
    np.testing.assert_allclose(y, X @ PARAMS["W"] + PARAMS["b"])


# --- penalties ------------------------------------------------------------------------------------

PENALTIES = [
    penalties.l1(0.3),
    penalties.l2(0.3),
    penalties.elastic_net(0.3, 0.2),
    penalties.p_norm(0.3, 1.5),
    penalties.p_norm(0.3, 4),
]


@pytest.mark.parametrize("penalty", PENALTIES, ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(seed=seeds)
def test_gradient_of_a_penalty(penalty, dtype, seed):
    rng = np.random.default_rng(seed)
    w = rng.choice([-1.0, 1.0], (3, 2)) * rng.uniform(0.1, 2, (3, 2))
    w = w.astype(dtype)
    w.setflags(write=False)
    bar = penalty.gradient(w)
    assert bar.dtype == dtype
    for index in np.ndindex(w.shape):
        above, below = w.astype(np.float64), w.astype(np.float64)
        above[index] += STEP
        below[index] -= STEP
        slope = (penalty.value(above) - penalty.value(below)) / (2 * STEP)
        assert bar[index] == pytest.approx(slope, rel=1e-4)


def test_known_penalties():
    params = {"dense1": {"W": np.array([[3.0, -4.0]]), "b": np.array([100.0, 100.0])}}
    assert penalties.l1(2)(params) == 14
    assert penalties.l2(2)(params) == 50
    assert penalties.elastic_net(2, 2)(params) == 64
    assert penalties.p_norm(2, 1)(params) == 14
    assert penalties.p_norm(2, 2)(params) == 50
    assert penalties.p_norm(1, 3)(params) == 91
    everything = penalties.l1(1, where=lambda path: True)
    assert everything(params) == 207
    assert penalties.l1(1).gradients(params).keys() == {"dense1/W"}
    np.testing.assert_array_equal(penalties.p_norm(1, 1).gradient(np.zeros(2)), [0, 0])


def line(**options):
    x = np.linspace(-1, 1, 40)[:, None]
    settings = {"optimizer": sgd(0.1), "epochs": 200, "batch_size": 40, "seed": 0, **options}
    network = Sequential(Dense(1, 1))
    return fit(network, MeanSquaredError(), x, 3 * x + 1, progress=False, **settings)


def test_fit_with_a_penalty_finds_the_minimum_that_calculus_finds():
    """min over w of m (w - 3)² + λ w² is at 3 m / (m + λ), with m the mean of x²."""
    m, strength = np.mean(np.linspace(-1, 1, 40) ** 2), 0.2
    run = line(penalty=penalties.l2(strength), epochs=400)
    w, b = run.params["dense1"]["W"].item(), run.params["dense1"]["b"].item()
    assert w == pytest.approx(3 * m / (m + strength))
    assert b == pytest.approx(1)  # biases are not penalized
    assert list(run.history) == ["loss", "penalty"]
    assert run.history["penalty"][-1] == pytest.approx(strength * w**2)
    assert run.history["loss"][-1] == pytest.approx(m * (w - 3) ** 2)
    # Twice the strength of a penalty is the decay of plain gradient descent, and no other's.
    decayed = line(penalty=penalties.l2(0.1), epochs=1).params["dense1"]["W"]
    plain, start = line(epochs=1).params["dense1"]["W"], line(epochs=1, optimizer=sgd(0.0))
    np.testing.assert_allclose(decayed, plain - 0.1 * 2 * 0.1 * start.params["dense1"]["W"])


def test_l1_makes_weights_zero_that_l2_makes_small():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 10))
    t = x[:, :1] - 2 * x[:, 1:2] + 0.1 * rng.normal(size=(200, 1))
    W = {}
    for penalty in (penalties.l1(0.1), penalties.l2(0.1)):
        run = fit(
            Sequential(Dense(10, 1)),
            MeanSquaredError(),
            x,
            t,
            optimizer=sgd(0.01),
            epochs=300,
            batch_size=200,
            seed=0,
            penalty=penalty,
            progress=False,
        )
        W[penalty.name] = abs(run.params["dense1"]["W"][2:])
    assert W["l1(0.1)"].max() < 2e-3  # the step with which it swings about 0
    assert np.median(W["l2(0.1)"]) > 3e-3


# --- constraints ----------------------------------------------------------------------------------


@given(seed=seeds, bound=st.floats(0.01, 10), p=st.sampled_from([1, 1.5, 2, 3, np.inf]))
def test_shorten(seed, bound, p):
    rng = np.random.default_rng(seed)
    for W, axes in ((rng.normal(size=(4, 3)), 0), (rng.normal(size=(3, 2, 2, 2)), (1, 2, 3))):
        new = shorten(W, bound, p)
        before = np.linalg.norm(W if axes == 0 else W.reshape(3, -1).T, p, axis=0)
        after = np.linalg.norm(new if axes == 0 else new.reshape(3, -1).T, p, axis=0)
        np.testing.assert_allclose(length(W, p).ravel(), before)
        np.testing.assert_allclose(after, np.minimum(before, bound))
        np.testing.assert_allclose(shorten(new, bound, p), new)  # a projection
        factor = new / W
        np.testing.assert_allclose(
            factor, np.broadcast_to(factor.max(axes, keepdims=True), W.shape)
        )


def test_lengths_of_extreme_numbers():
    np.testing.assert_allclose(length(np.full((4, 1), 1e200), 3), 1e200 * 4 ** (1 / 3))
    assert length(np.zeros((4, 1), np.float32)).dtype == np.float32
    assert shorten(np.ones((4, 1), np.float32), 0.5).dtype == np.float32
    np.testing.assert_array_equal(shorten(np.zeros((4, 1)), 0.5), np.zeros((4, 1)))


def test_max_norm_in_training():
    rng = np.random.default_rng(0)
    x, t = data.two_moons(rng, 100)
    network = Sequential(Dense(2, 8), ReLU(), Dense(8, 2))
    run = fit(
        network,
        SoftmaxCrossEntropy(),
        x,
        t,
        optimizer=max_norm(adam(0.1), 0.7),
        epochs=20,
        seed=0,
        progress=False,
    )
    lengths = [length(run.params[name]["W"]).max() for name in ("dense1", "dense2")]
    assert max(lengths) <= 0.7 + 1e-12
    assert max(lengths) > 0.69  # and it is felt


def test_freeze():
    x, t = data.two_moons(np.random.default_rng(0), 100)
    network = Sequential(Dense(2, 8), ReLU(), Dense(8, 2))
    start = network.init(np.random.default_rng(0))
    run = fit(
        network,
        SoftmaxCrossEntropy(),
        x,
        t,
        optimizer=freeze(adam(0.1), "dense1"),
        penalty=penalties.l2(0.01),
        epochs=2,
        params=start,
        seed=0,
        progress=False,
    )
    np.testing.assert_equal(run.params["dense1"], start["dense1"])
    assert (run.params["dense2"]["W"] != start["dense2"]["W"]).all()


# --- early stopping -------------------------------------------------------------------------------


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
    stopping = EarlyStopping(monitor="watched", **settings)
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


def test_training_goes_on_from_a_state():
    """Two runs of five epochs, the second from the first's state, are one of ten."""
    whole = line(optimizer=adam(0.1), epochs=10)
    first = line(optimizer=adam(0.1), epochs=5)
    second = line(optimizer=adam(0.1), epochs=5, params=first.params, state=first.state)
    np.testing.assert_allclose(
        second.params["dense1"]["W"], whole.params["dense1"]["W"], rtol=1e-12
    )
    forgetful = line(optimizer=adam(0.1), epochs=5, params=first.params)
    assert abs(forgetful.params["dense1"]["W"] - whole.params["dense1"]["W"]) > 1e-3


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Dropout(1.0), r"lie in \[0, 1\), got 1.0"),
        (lambda: DropConnect(2, 1, -0.1), r"lie in \[0, 1\), got -0.1"),
        (lambda: GaussianNoise(-1), "0 or more; got -1"),
        (lambda: Dropout().forward({}, X, mode=Mode(training=True)), r"use Mode.train\(rng\)"),
        (lambda: GaussianNoise().forward({}, X, mode=Mode(True)), r"use Mode.train\(rng\)"),
        (
            lambda: DropConnect(2, 1).forward({"W": np.ones((2, 1))}, X, mode=train()),
            r"DropConnect\(2, 1, 0.5\) expects inputs of shape \(…, 2\), got \(1, 3\)",
        ),
        (lambda: penalties.l1(-1), "strength must be a finite number, 0 or more; got -1"),
        (lambda: penalties.l2(np.nan), "got nan"),
        (lambda: penalties.p_norm(1, 0.5), "p must be a finite number of at least 1, got 0.5"),
        (lambda: penalties.l1(1)({"b": X}), r"falls on none of the parameters \['b'\]"),
        (lambda: line(penalty=penalties.l1(1, where=lambda path: False)), "falls on none"),
        (lambda: max_norm(sgd(0.1), 0), "bound must be a positive number, got 0"),
        (lambda: max_norm(sgd(0.1), 1, p=0), "p of at least 1, got 0"),
        (lambda: length(np.ones(3)), r"at least 2 axes, got shape \(3,\)"),
        (lambda: freeze(sgd(0.1)), "at least one vertex"),
        (lambda: line(optimizer=freeze(sgd(0.1), "dens")), r"no parameters of 'dens' among"),
        (lambda: EarlyStopping(patience=0), "at least 1 epoch, got 0"),
        (lambda: EarlyStopping(least_change=-1), "not be negative, got -1"),
        (lambda: line(callbacks=[EarlyStopping()]), "no 'val_loss' .* give fit validation data"),
    ],
)
def test_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_convolution_is_penalized_too():
    network = Sequential(Conv2D(1, 1))
    params = network.init(np.random.default_rng(0))
    assert penalties.l1(1)(params) == pytest.approx(abs(params["conv2d1"]["W"]).sum())
