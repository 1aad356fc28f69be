"""Optimizers in float16, and what they refuse: states of others, what is no real number."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook import tree
from nnbook.training.clipping import clip_by_norm, clip_by_value, global_norm
from nnbook.training.constraints import freeze, max_norm
from nnbook.training.directions import lion, muon
from nnbook.training.moments import adam, adamw, amsgrad, nadam, radam
from nnbook.training.optimizers import adadelta, adagrad, momentum, nesterov, rmsprop, sgd
from nnbook.training.penalties import l2

ADAPTIVE = [
    adagrad(0.1),
    adadelta(),
    rmsprop(0.1),
    rmsprop(0.1, centred=True),
    adam(0.1),
    adamw(0.1),
    amsgrad(0.1),
    nadam(0.1),
    radam(0.1),
    lion(0.1),
]


@pytest.mark.parametrize("opt", ADAPTIVE, ids=repr)
def test_float16_has_an_epsilon_and_small_squares(opt):
    """Three steps with gradients whose square, and an ε that, would be 0: those of float32."""
    g = np.array([0.0, 1e-6, -1e-4, 1.0, -300.0])
    runs = {}
    for dtype in (np.float16, np.float32):
        params = {"W": np.ones(5, dtype)}
        state = opt.init(params)
        for _ in range(3):
            params, state = opt.update(params, {"W": g.astype(np.float16)}, state)
        assert params["W"].dtype == dtype
        assert all(a.dtype == np.float32 for _, a in tree.items(state) if np.ndim(a))
        runs[dtype] = params["W"].astype(np.float64)
    np.testing.assert_allclose(runs[np.float16], runs[np.float32], atol=3 * 2**-11)
    if "adamw" not in opt.name:
        assert runs[np.float16][0] == 1


def test_a_small_rate_does_not_vanish_in_float16():
    params = {"W": np.array([1e-4], np.float16)}
    new, _ = sgd(1e-9).update(params, {"W": np.array([4e4], np.float16)}, {"step": 0})
    assert new["W"] == np.float16(6e-5)
    opt = momentum(1e-9)
    heavy, _ = opt.update(params, {"W": np.array([4e4], np.float16)}, opt.init(params))
    assert heavy["W"] == np.float16(6e-5)


def test_clipping_in_float16_and_of_numbers_with_large_squares():
    params = {"W": np.zeros(2, np.float16)}
    for clip in (clip_by_norm(sgd(1.0), 1e5), clip_by_value(sgd(1.0), 1e5)):
        new, _ = clip.update(params, {"W": np.array([3.0, -4.0], np.float16)}, {"step": 0})
        np.testing.assert_array_equal(new["W"], [-3, 4])
    assert global_norm({"a": np.full(4, 1e200)}) == 2e200
    assert global_norm({"a": np.full(4, 1e-200), "b": np.zeros(2)}) == pytest.approx(2e-200)
    assert global_norm({"a": np.full(4, 200, np.uint8)}) == 400
    assert global_norm({"a": np.array([np.inf, 1.0])}) == np.inf
    assert global_norm({"a": np.full(4, 1.7e308)}) == np.inf
    assert np.isnan(global_norm({"a": np.array([np.nan, 1.0])}))
    assert global_norm({"a": np.zeros((0, 2))}) == global_norm({}) == 0
    large = {"W": np.array([3e200, -4e200])}
    new, _ = clip_by_norm(sgd(1.0), 5.0).update({"W": np.zeros(2)}, large, {"step": 0})
    np.testing.assert_allclose(new["W"], [-3, 4], rtol=1e-15)


PAIRS = [  # a state of the first for the second
    (momentum(0.1), rmsprop(0.1), r"'rmsprop' with \['step', 'v'\], got one of 'momentum, heavy-"),
    (momentum(0.1), momentum(0.1, form="velocity"), "rule 'momentum, velocity'"),
    (momentum(0.1), nesterov(0.1), "rule 'nesterov'"),
    (rmsprop(0.1), adagrad(0.1), "rule 'adagrad'"),
    (rmsprop(0.1), rmsprop(0.1, centred=True), r"\['step', 'v', 'm'\], got .* \['step', 'v'\]"),
    (adam(0.1), sgd(0.1), r"'sgd' with \['step'\], got one of 'adam' with \['step', 'm', 'v'\]"),
    (sgd(0.1), adam(0.1), r"\['step', 'm', 'v'\], got one of 'sgd' with \['step'\]"),
    (adam(0.1), nadam(0.1), "rule 'nadam'"),
    (adam(0.1), amsgrad(0.1), "rule 'amsgrad'"),
    (adam(0.1), radam(0.1), "rule 'radam'"),
    (adam(0.1), lion(0.1), "rule 'lion'"),
]


@pytest.mark.parametrize(("first", "second", "message"), PAIRS)
def test_a_state_of_another_rule_is_refused(first, second, message):
    params = {"w": np.ones(2)}
    with pytest.raises(ValueError, match=message):
        second.update(params, params, first.init(params))


def test_a_state_of_the_same_rule_is_taken():
    """With other rates, with decay, clipped: what is remembered means the same."""
    params = {"w": np.ones(2)}
    state = adam(0.1).init(params)
    for other in (adam(0.01, 0.8), adamw(0.1), clip_by_norm(adam(0.1), 1.0)):
        assert other.update(params, params, state)[1]["step"] == 1
    written = {"step": 3, "m": {"w": np.zeros(2)}, "v": {"w": np.ones(2)}}  # by hand
    assert adam(0.1).update(params, params, written)[1]["step"] == 4


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"step": -1}, ValueError, "step of a state must be a whole number of at least 0, got -1"),
        ({"step": np.nan}, ValueError, "step of a state must be a whole number"),
        ({"step": 2.5}, ValueError, "step of a state must be a whole number"),
        ({"step": "3"}, TypeError, "step of a state must be a whole number"),
        ({"v": {"w": np.zeros(3)}}, ValueError, r"v/w needs the shape \(2,\), got \(3,\)"),
        ({"v": {"u": np.zeros(2)}}, ValueError, "state of other parameters: v/"),
        ({"v": {}}, ValueError, r"v/w needs the shape \(2,\), got nothing"),
        ({"v": {"w": np.zeros(2, complex)}}, TypeError, "real numbers, got dtype complex128"),
        ({"u": {"w": np.zeros(2)}}, ValueError, "expects a state of the rule 'rmsprop'"),
    ],
)
def test_a_state_that_is_broken_is_refused(change, kind, message):
    opt, params = rmsprop(0.1), {"w": np.ones(2)}
    with pytest.raises(kind, match=message):
        opt.update(params, params, {**opt.init(params), **change})
    with pytest.raises(TypeError, match="expects a state, such as its init"):
        opt.update(params, params, None)


@pytest.mark.parametrize("what", ["parameter", "gradient"])
@pytest.mark.parametrize(
    "array",
    [np.ones(2, complex), np.ma.array([1.0, 2.0], mask=[0, 1]), np.array(["a", "b"])],
    ids=["complex", "masked", "text"],
)
def test_what_is_no_real_number_is_refused(array, what):
    params, grads = {"w": np.ones(2)}, {"w": np.ones(2)}
    (params if what == "parameter" else grads)["w"] = array
    for opt in (sgd(0.1), clip_by_value(sgd(0.1), 1.0), clip_by_norm(sgd(0.1), 1.0)):
        with pytest.raises(TypeError, match=f"{what} .w.: expected an array of"):
            opt.update(params, grads, {"step": 0})


def test_gradients_may_be_integers():
    params = {"w": np.zeros(2, np.float32)}
    new, _ = sgd(0.5).update(params, {"w": np.array([200, 3], np.uint8)}, {"step": 0})
    np.testing.assert_array_equal(new["w"], [-100, -1.5])
    assert new["w"].dtype == np.float32


def test_what_is_no_optimizer_cannot_be_wrapped():
    for wrap in (
        lambda opt: clip_by_norm(opt, 1.0),
        lambda opt: clip_by_value(opt, 1.0),
        lambda opt: max_norm(opt, 1.0),
        lambda opt: freeze(opt, "dense1"),
    ):
        for opt in (sgd, 0.1, None):
            with pytest.raises(TypeError, match=r"the optimizer must be one such as sgd\(0\.1\)"):
                wrap(opt)


def test_a_decay_that_would_turn_the_sign_is_refused():
    with pytest.raises(ValueError, match="learning rate times weight_decay must be at most 1"):
        adamw(1.0, weight_decay=3.0)
    rising = adamw(lambda step: 0.1 * step, weight_decay=3.0)
    params = {"w": np.ones(1)}
    state = rising.init(params)
    for _ in range(4):
        params, state = rising.update(params, params, state)
    with pytest.raises(ValueError, match=r"at most 1, got 0\.4 · 3\.0"):
        rising.update(params, params, state)
    zero = {"w": np.zeros(1)}
    new, _ = adamw(0.5, weight_decay=2.0).update(params, zero, adam(0.1).init(params))
    assert new["w"] == 0


@pytest.mark.parametrize(
    ("opt", "names"),
    [
        (sgd(0.1), ""),
        (momentum(0.1), "v"),
        (nesterov(0.1), "v"),
        (adagrad(0.1), "v"),
        (rmsprop(0.1), "v"),
        (rmsprop(0.1, centred=True), "vm"),
        (adadelta(), "vu"),
        *((make(0.1), "mv") for make in (adam, adamw, nadam, radam)),
        (lion(0.1), "m"),
        (amsgrad(0.1), "mvu"),
    ],
    ids=repr,
)
def test_names_in_states_last(opt, names):
    """Checkpoints hold them: under other names, stored runs could not go on."""
    assert set(opt.init({"W": np.ones(2)})) - {"step", "rule"} == set(names)


def test_names_in_the_state_of_muon_last():
    assert set(muon(0.1).init({"W": np.ones((2, 2))})) - {"step", "rule"} == {"m"}


def test_clipping_of_small_gradients():
    params = {"W": np.zeros(2)}
    clip = clip_by_norm(sgd(1.0), 0.05)
    new, _ = clip.update(params, {"W": np.array([0.3, -0.4])}, {"step": 0})
    np.testing.assert_allclose(new["W"], [-0.03, 0.04], rtol=1e-15)


def test_the_norm_of_what_is_not_finite():
    assert global_norm({"a": np.array([np.inf, 1e200])}) == np.inf
    assert np.isnan(global_norm({"a": np.array([np.nan, 1e200])}))


@pytest.mark.parametrize("make", [adam, adamw, amsgrad, nadam, radam, lion])
def test_shares_of_moments(make):
    for beta in ({"beta1": 1.0}, {"beta1": -0.1}, {"beta2": 1.0}, {"beta2": -0.1}):
        with pytest.raises(ValueError, match=f"{next(iter(beta))}"):
            make(0.1, **beta)


def test_constraints_fall_on_what_update_gets():
    grads = {"dense1": {"b": np.ones(2)}}
    for opt, message in ((freeze(sgd(0.1), "dens"), "no parameters of 'dens'"),
                         (max_norm(sgd(0.1), 1.0), "falls on none")):
        with pytest.raises(ValueError, match=message):
            opt.update(grads, grads, {"step": 0})


def test_names_of_constraints_and_penalties():
    assert max_norm(sgd(0.1), 2).name == "max_norm(sgd(0.1), 2)"
    assert max_norm(sgd(0.1), 2, p=3).name == "max_norm(sgd(0.1), 2, p=3)"
    assert repr(l2(0.1)) == "l2(0.1)"
