"""Regularization: noise that is right on average, penalties, constraints."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbook import data
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
            lambda: DropConnect(2, 1, bias=None).forward({"W": np.ones((2, 1))}, X, mode=train()),
            r"DropConnect\(2, 1, 0.5, bias=None\) expects inputs of shape \(…, 2\), got \(1, 3\)",
        ),
        (lambda: penalties.l1(-1), "strength must be a finite number, 0 or more; got -1"),
        (lambda: penalties.l2(np.nan), "got nan"),
        (lambda: penalties.p_norm(1, 0.5), "p of at least 1, got 0.5"),
        (lambda: penalties.p_norm(1, np.nan), "p of at least 1, got nan"),
        (lambda: penalties.p_norm(1, np.inf), "a finite p, got inf"),
        (lambda: shorten(np.ones((2, 2)), np.nan), "bound must be a positive number, got nan"),
        (lambda: shorten(np.ones((2, 2)), -np.inf), "bound must be a positive number, got -inf"),
        (lambda: shorten(np.ones((2, 2)), np.inf), "bound must be a positive number, got inf"),
        (lambda: shorten(np.ones((2, 2)), -1), "bound must be a positive number, got -1"),
        (lambda: shorten(np.ones((2, 2)), 1, p=np.nan), "p of at least 1, got nan"),
        (lambda: max_norm(sgd(0.1), 1, where=lambda path: False).init({"W": X}), "falls on none"),
        (
            lambda: max_norm(sgd(0.0), 1).update({"v": X}, {"v": X}, {"step": 0}),
            r"falls on none of the parameters \['v'\]",
        ),
        (lambda: freeze(sgd(0.1), "dens").init({"dense1": {"W": X}}), "no parameters of 'dens'"),
        (lambda: penalties.l1(1)({"b": X}), r"falls on none of the parameters \['b'\]"),
        (lambda: line(penalty=penalties.l1(1, where=lambda path: False)), "falls on none"),
        (lambda: max_norm(sgd(0.1), 0), "bound must be a positive number, got 0"),
        (lambda: max_norm(sgd(0.1), 1, p=0), "p of at least 1, got 0"),
        (lambda: length(np.ones(3)), r"at least 2 axes, got shape \(3,\)"),
        (lambda: freeze(sgd(0.1)), "at least one vertex"),
        (lambda: line(optimizer=freeze(sgd(0.1), "dens")), r"no parameters of 'dens' among"),
        (lambda: EarlyStopping(patience=0), "patience must be a whole number of at least 1, got 0"),
        (lambda: EarlyStopping(patience=2.5), "patience must be a whole number"),
        (lambda: EarlyStopping(least_change=-1), "finite number, 0 or more; got -1"),
        (lambda: EarlyStopping(monitor="val_accuracy"), "is a larger 'val_accuracy' better"),
        (lambda: line(callbacks=[EarlyStopping()]), "no 'val_loss' .* give fit validation data"),
    ],
)
def test_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("make", [penalties.l1, penalties.l2, lambda a: penalties.p_norm(a, 3)])
def test_penalties_of_bytes_and_of_float16(make):
    w = np.array([200, 100, 3])
    exact = make(0.1)({"W": w.astype(np.float64)})
    for dtype in (np.uint8, np.float16, np.float32, np.longdouble):
        assert make(0.1)({"W": w.astype(dtype)}) == pytest.approx(exact)
        bar = make(0.1).gradient(w.astype(dtype))
        assert bar.dtype == (np.float64 if dtype == np.uint8 else dtype)
        np.testing.assert_allclose(bar, make(0.1).gradient(w.astype(float)), rtol=1e-3)
    assert penalties.l2(1.0)({"W": np.full(10**6, 0.1, np.float32)}) == pytest.approx(1e4, rel=1e-7)
    for bad in (np.array([1j]), np.ma.array([1.0, 2.0], mask=[0, 1])):
        with pytest.raises(TypeError, match="parameter 'W': expected an array of"):
            make(0.1)({"W": bad})


def test_shorten_of_other_dtypes():
    np.testing.assert_array_equal(shorten(np.array([[-128], [0]], np.int8), 64), [[-64], [0]])
    half = shorten(np.full((3, 1), 6e4, np.float16), 100.0)
    assert half.dtype == np.float16
    np.testing.assert_allclose(half, 100 / 3**0.5, rtol=1e-3)
    with pytest.raises(TypeError, match="real numbers"):
        shorten(np.full((2, 2), 1j), 1.0)


def test_a_convolution_is_penalized_too():
    network = Sequential(Conv2D(1, 1))
    params = network.init(np.random.default_rng(0))
    assert penalties.l1(1)(params) == pytest.approx(abs(params["conv2d1"]["W"]).sum())
