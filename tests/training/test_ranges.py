"""The range test: rates that rise, a copy that is trained, a rule that suggests."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook import (
    BatchNorm,
    Dense,
    Dropout,
    MeanSquaredError,
    ReLU,
    Sequential,
    adam,
    learning_rate_range,
    momentum,
    sgd,
    tree,
)
from nnbook.training.ranges import RateRange

LINE, LOSS = Sequential(Dense(2, 1)), MeanSquaredError()
RNG = np.random.default_rng(0)
X = RNG.normal(size=(96, 2))
T = X @ np.array([[2.0], [-1.0]]) + 0.5 + RNG.normal(0, 0.3, (96, 1))
START = LINE.init(np.random.default_rng(1))


def found(**options):
    return learning_rate_range(LINE, LOSS, START, X, T, **{"seed": 0, **options})


def test_rates_rise_geometrically_from_low_to_high():
    r = found(low=1e-4, high=1e-2, steps=21)
    np.testing.assert_allclose(r.rates, np.geomspace(1e-4, 1e-2, 21))
    assert not r.stopped
    assert len(r.losses) == len(r.smooth) == 21


def test_losses_are_those_of_a_run_of_full_batches():
    """With full batches there is no chance: descent on the quadratic, step by step."""
    r = found(low=1e-3, high=0.5, steps=30, batch_size=96)
    W, b = START["dense1"]["W"].copy(), START["dense1"]["b"].copy()
    average = 0.0
    for s, rate in enumerate(np.geomspace(1e-3, 0.5, 30)):
        error = X @ W + b - T
        assert r.losses[s] == pytest.approx(np.mean(error**2))
        average = 0.9 * average + 0.1 * np.mean(error**2)
        assert r.smooth[s] == pytest.approx(average / (1 - 0.9 ** (s + 1)))
        W, b = W - rate * 2 / 96 * X.T @ error, b - rate * 2 * error.mean(axis=0)


def test_it_stops_where_the_loss_climbs():
    r = found(low=1e-3, high=1e3, steps=200, batch_size=96, memory=0.5)
    assert r.stopped
    assert r.smooth[-1] > 4 * r.smooth.min()
    assert (r.smooth[:-1] <= 4 * np.minimum.accumulate(r.smooth[:-1])).all()
    # a bowl: errors grow once the rate is beyond 2 over its largest curvature, from very small ones
    H = 2 / 96 * np.c_[X, np.ones(96)].T @ np.c_[X, np.ones(96)]
    bound = 2 / np.linalg.eigvalsh(H).max()
    assert r.steepest < bound
    assert bound < r.lowest < 5 * bound
    assert r.suggestion == r.steepest
    longer = found(low=1e-3, high=1e3, steps=200, batch_size=96, memory=0.5, factor=1e6)
    assert len(longer.rates) > len(r.rates)


def test_what_is_not_finite_is_left_out():
    r = found(low=1e-2, high=1e300, steps=10, memory=0.0, factor=1e300, batch_size=96)
    assert r.stopped
    assert np.isfinite(r.losses).all()
    with pytest.raises(FloatingPointError, match="lower `low`"):
        found(low=1e200, high=1e201, steps=3)


def test_parameters_stay_and_a_seed_repeats():
    net = Sequential(Dense(2, 4), BatchNorm(4), ReLU(), Dropout(0.5), Dense(4, 1))
    params = net.init(np.random.default_rng(0))
    for _, leaf in tree.items(params):
        leaf.setflags(write=False)
    runs = [
        learning_rate_range(net, LOSS, params, X, T, seed=seed, steps=12) for seed in (0, 0, 1)
    ]
    np.testing.assert_array_equal(runs[0].losses, runs[1].losses)
    assert (runs[0].losses != runs[2].losses).any()


def test_the_optimizer_is_made_from_the_rising_rate():
    a = found(optimizer=adam, steps=20, batch_size=96)
    b = found(optimizer=lambda rate: momentum(rate, 0.9), steps=20, batch_size=96)
    assert a.losses[5] != b.losses[5]
    with pytest.raises(TypeError, match="the optimizer must be one"):
        found(optimizer=lambda rate: rate)


def test_the_suggestion_is_where_the_loss_falls_fastest():
    smooth = np.concatenate([np.full(40, 2.0), 2 - np.linspace(0, 1, 20) ** 2, np.full(20, 3.0)])
    r = RateRange(np.geomspace(1e-4, 1, 80), smooth, smooth, True, 0.8)
    fall = slice(50, 60)
    assert r.rates[fall][0] <= r.suggestion <= r.rates[fall][-1]
    assert r.lowest == r.rates[59]
    noisy = smooth + 0.5 * (np.arange(80) == 1)  # a jump among the first is not a fall
    assert RateRange(r.rates, noisy, noisy, True, 0.8).suggestion == r.suggestion


@pytest.mark.parametrize(("options", "error", "message"), [
    ({"low": 1.0, "high": 0.1}, ValueError, "rise from low to high, got low 1.0 and high 0.1"),
    ({"low": 0}, ValueError, "low must be a positive number"),
    ({"high": np.inf}, ValueError, "high must be a positive number"),
    ({"steps": 1}, ValueError, "steps must be a whole number of at least 2"),
    ({"memory": 1.0}, ValueError, r"memory must lie in \[0, 1\)"),
    ({"factor": 1.0}, ValueError, "factor must be above 1"),
    ({"batch_size": 0}, ValueError, "batch_size must be a whole number"),
    ({"seed": None}, TypeError, "seed"),
    ({"optimizer": sgd(0.1)}, TypeError, "optimizer must be a function such as sgd"),
])  # fmt: skip
def test_bad_arguments(options, error, message):
    with pytest.raises(error, match=message):
        found(**options)


def test_data_are_checked():
    with pytest.raises(ValueError, match="one number of examples"):
        learning_rate_range(LINE, LOSS, START, X, T[:5], seed=0)
    with pytest.raises(TypeError, match="the loss must be one"):
        learning_rate_range(LINE, MeanSquaredError, START, X, T, seed=0)


def test_it_says_what_it_found():
    r = found(low=1e-3, high=1e3, steps=50)
    assert repr(r).startswith(f"RateRange({len(r.rates)} rates from 0.001 to ")
