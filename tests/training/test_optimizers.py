"""Optimizers: the printed recursions, block by block, without touching what they are given."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from nnbook import tree
from nnbook.training import elementwise
from nnbook.training.clipping import clip_by_norm, clip_by_value, global_norm
from nnbook.training.directions import lion
from nnbook.training.moments import adam, adamw, amsgrad, nadam, radam
from nnbook.training.optimizers import adadelta, adagrad, momentum, nesterov, rmsprop, sgd
from nnbook.training.penalties import l2

FORMS = ("heavy-ball", "velocity", "sum", "average")
ALL = [
    sgd(0.1),
    *(momentum(0.1, form=form) for form in FORMS),
    nesterov(0.1),
    adagrad(0.1),
    adadelta(),
    rmsprop(0.1),
    adam(0.1),
    adamw(0.1),
    amsgrad(0.1),
    nadam(0.1),
    radam(0.1),
    lion(0.1),
    lion(0.1, weight_decay=0.1),
    rmsprop(0.1, centred=True),
    clip_by_value(adam(0.1), 0.5),
    clip_by_norm(momentum(0.1), 0.5),
]


def frozen(seed, dtype=np.float64, size=7):
    rng = np.random.default_rng(seed)
    params = {
        "p": {"W": rng.normal(size=(size, 3)), "b": rng.normal(size=())},
        "q": rng.normal(size=2),
    }
    params = tree.map(lambda a: np.array(a, dtype), params)
    for _, leaf in tree.items(params):
        leaf.setflags(write=False)
    return params


def numbers(*trees):
    """All numbers of some trees, parameters or states, in one array."""
    leaves = [a for t in trees for path, a in tree.items(t) if path.rsplit("/")[-1] != "rule"]
    return np.concatenate([np.ravel(a) for a in leaves])


@pytest.mark.parametrize("opt", ALL, ids=repr)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_in_place_the_same_numbers(opt, dtype):
    grads = [frozen(seed, dtype) for seed in (1, 2, 3)]
    pure = frozen(0, dtype), opt.init(frozen(0, dtype))
    own = tuple(tree.map(lambda leaf: np.array(leaf) if np.ndim(leaf) else leaf, t) for t in pure)
    weights = own[0]["p"]["W"]
    for g in grads:
        pure, own = opt.update(pure[0], g, pure[1]), opt.update_in_place(own[0], g, own[1])
    np.testing.assert_equal(pure, own)
    assert own[0]["p"]["W"] is weights


def test_another_update_is_not_passed_over():
    """Whoever replaces `update` alone has replaced what `fit` does."""

    def still(params, grads, state):
        return params, state

    opt = replace(sgd(0.1), update=still)
    params, grads = frozen(0), frozen(1)
    assert opt.update_in_place(params, grads, opt.init(params))[0] is params


def test_what_is_wrong_has_its_name():
    with pytest.raises(ValueError, match=r"the learning rate must"):
        elementwise.elementwise("plain", lambda theta, g, eta, t: None, -1.0)
    with pytest.raises(TypeError, match=r"init must be a function such as sgd\(0.1\).init, got 3"):
        replace(sgd(0.1), init=3)


def test_in_place_leaves_what_it_cannot_write():
    opt, grads = sgd(0.1), {"W": np.ones((2, 3))}
    locked = np.zeros((2, 3))
    locked.setflags(write=False)
    for W in (locked, np.zeros((3, 2)).T, np.zeros((2, 6))[:, ::2]):
        params, _ = opt.update_in_place({"W": W}, grads, opt.init({"W": W}))
        assert np.all(params["W"] == -0.1)
        assert np.all(W == 0)


@pytest.mark.parametrize("opt", ALL, ids=repr)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_pure_and_dtype_kept(opt, dtype):
    params, grads = frozen(0, dtype), frozen(1, dtype)
    state = opt.init(params)
    for _, leaf in tree.items(state):
        if isinstance(leaf, np.ndarray):
            leaf.setflags(write=False)
    first, second = (opt.update(params, grads, state) for _ in range(2))
    np.testing.assert_equal(first, second)
    assert state["step"] == 0
    assert first[1]["step"] == 1
    for path, leaf in tree.items(first[0]):
        assert leaf.dtype == dtype
        assert leaf.shape == tree.flatten(params)[path].shape
        assert not np.shares_memory(leaf, tree.flatten(params)[path])


def test_what_is_made_stays_as_it_is():
    for made in (sgd(0.1), l2(0.1)):
        with pytest.raises(FrozenInstanceError):
            made.name = "other"


def test_sgd_is_its_formula():
    params, grads = frozen(0), frozen(1)
    new, _ = sgd(0.25).update(params, grads, sgd(0.25).init(params))
    np.testing.assert_equal(new, tree.map(lambda p, g: p - 0.25 * g, params, grads))


def test_adam_is_its_algorithm():
    """Against the paper's algorithm 1 on plain numbers."""
    theta, m, v = 1.0, 0.0, 0.0
    opt = adam(0.01, 0.8, 0.95, 1e-6)
    params = {"w": np.array([theta])}
    state = opt.init(params)
    for t in range(1, 30):
        g = np.cos(3 * theta) + 0.1 * t
        m = 0.8 * m + 0.2 * g
        v = 0.95 * v + 0.05 * g**2
        theta -= 0.01 * (m / (1 - 0.8**t)) / (np.sqrt(v / (1 - 0.95**t)) + 1e-6)
        gradient = {"w": np.cos(3 * params["w"]) + 0.1 * t}
        params, state = opt.update(params, gradient, state)
        assert params["w"][0] == pytest.approx(theta, rel=1e-12)
    assert state["step"] == 29
    assert state["m"]["w"][0] == pytest.approx(m)
    assert state["v"]["w"][0] == pytest.approx(v)


@pytest.mark.parametrize("opt", ALL, ids=repr)
def test_blocks_make_no_difference(opt, monkeypatch):
    params, grads = frozen(0, size=50), frozen(1, size=50)
    whole = opt.update(params, grads, opt.init(params))
    monkeypatch.setattr(elementwise, "BLOCK", 7)
    after = opt.update(params, grads, opt.init(params))
    np.testing.assert_allclose(  # blocks may be summed with other vector instructions
        numbers(*after), numbers(*whole), rtol=1e-14
    )


def walk(opt, gradient, start=1.0, steps=25, seen=lambda theta, state: theta):
    """What is seen after each step of one parameter."""
    params = {"w": np.array([start])}
    state, path = opt.init(params), []
    for _ in range(steps):
        params, state = opt.update(params, {"w": gradient(params["w"])}, state)
        path.append(
            float(seen(params["w"], {k: v["w"] for k, v in state.items() if len(k) == 1})[0])
        )
    return np.array(path)


def wavy(w):
    return np.sin(3 * w) + w - 0.3


def test_each_rule_is_its_formula():
    """Against the printed recursions on plain numbers, 25 steps."""

    def recursion(step, slots, start=1.0):
        theta, path = start, []
        state = [0.0] * slots
        for t in range(1, 26):
            theta, *state = step(theta, wavy, *state, t)
            path.append(theta)
        return np.array(path)

    def heavy_ball(theta, g, v, t):
        v = 0.8 * v + 0.1 * g(theta)
        return theta - v, v

    def average(theta, g, v, t):
        v = 0.8 * v + 0.2 * g(theta)
        return theta - 0.5 * v, v

    def adagrad_(theta, g, v, t):
        v = v + g(theta) ** 2
        return theta - 0.1 * g(theta) / (v**0.5 + 1e-3), v

    def rmsprop_(theta, g, v, t):
        v = 0.7 * v + 0.3 * g(theta) ** 2
        return theta - 0.1 * g(theta) / (v**0.5 + 1e-3), v

    def adadelta_(theta, g, v, u, t):
        v = 0.7 * v + 0.3 * g(theta) ** 2
        d = (u + 1e-4) ** 0.5 / (v + 1e-4) ** 0.5 * g(theta)
        return theta - 0.5 * d, v, 0.7 * u + 0.3 * d**2

    def adamw_(theta, g, m, v, t):
        m, v = 0.8 * m + 0.2 * g(theta), 0.95 * v + 0.05 * g(theta) ** 2
        step = (m / (1 - 0.8**t)) / ((v / (1 - 0.95**t)) ** 0.5 + 1e-3)
        return theta - 0.1 * step - 0.1 * 0.3 * theta, m, v

    def amsgrad_(theta, g, m, v, u, t):
        m, v = 0.8 * m + 0.2 * g(theta), 0.5 * v + 0.5 * g(theta) ** 2
        u = max(u, v)
        return theta - 0.1 * (m / (1 - 0.8**t)) / ((u / (1 - 0.5**t)) ** 0.5 + 1e-3), m, v, u

    def nadam_(theta, g, m, v, product, t):
        def mu(s):
            return 0.8 * (1 - 0.5 * 0.96 ** (0.1 * s))

        product = (product or 1.0) * mu(t)
        m, v = 0.8 * m + 0.2 * g(theta), 0.95 * v + 0.05 * g(theta) ** 2
        m_hat = (1 - mu(t)) / (1 - product) * g(theta)
        m_hat += mu(t + 1) / (1 - product * mu(t + 1)) * m
        return theta - 0.1 * m_hat / ((v / (1 - 0.95**t)) ** 0.5 + 1e-3), m, v, product

    def radam_(theta, g, m, v, t):
        m, v = 0.8 * m + 0.2 * g(theta), 0.95 * v + 0.05 * g(theta) ** 2
        m_hat, longest = m / (1 - 0.8**t), 2 / (1 - 0.95) - 1
        length = longest - 2 * t * 0.95**t / (1 - 0.95**t)
        if length <= 5:
            return theta - 0.1 * m_hat, m, v
        r = ((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length)
        return theta - 0.1 * r**0.5 * m_hat * (1 - 0.95**t) ** 0.5 / (v**0.5 + 1e-3), m, v

    def lion_(theta, g, m, t):
        gradient = g(theta)
        c = 0.7 * m + 0.3 * gradient
        theta = theta - 0.1 * (np.sign(c) + 0.3 * theta)
        return theta, 0.9 * m + 0.1 * gradient

    def centred(theta, g, v, m, t):
        v, m = 0.7 * v + 0.3 * g(theta) ** 2, 0.7 * m + 0.3 * g(theta)
        return theta - 0.1 * g(theta) / ((v - m**2) ** 0.5 + 1e-3), v, m

    for opt, step, slots in [
        (amsgrad(0.1, 0.8, 0.5, 1e-3), amsgrad_, 3),
        (nadam(0.1, 0.8, 0.95, 1e-3, 0.1), nadam_, 3),
        (radam(0.1, 0.8, 0.95, 1e-3), radam_, 2),
        (lion(0.1, 0.7, 0.9, 0.3), lion_, 1),
        (rmsprop(0.1, 0.7, 1e-3, centred=True), centred, 2),
        (momentum(0.1, 0.8), heavy_ball, 1),
        (momentum(0.5, 0.8, "average"), average, 1),
        (adagrad(0.1, 1e-3), adagrad_, 1),
        (rmsprop(0.1, 0.7, 1e-3), rmsprop_, 1),
        (adadelta(0.5, 0.7, 1e-4), adadelta_, 2),
        (adamw(0.1, 0.8, 0.95, 1e-3, 0.3), adamw_, 2),
    ]:
        np.testing.assert_allclose(walk(opt, wavy), recursion(step, slots), rtol=1e-12, err_msg=opt)


def test_the_forms_of_momentum_walk_one_path():
    heavy, velocity, sum_ = (walk(momentum(0.1, 0.8, form), wavy) for form in FORMS[:3])
    average = walk(momentum(0.1 / 0.2, 0.8, "average"), wavy)
    for other in (velocity, sum_, average):
        np.testing.assert_allclose(other, heavy, rtol=1e-12)
    assert abs(walk(momentum(0.1, 0.8, "average"), wavy) - heavy).max() > 0.1


def test_under_a_schedule_the_forms_differ():
    def rate(step):
        return 0.1 if step < 5 else 0.0

    stopped = walk(momentum(rate, 0.8, "sum"), wavy)
    assert np.ptp(stopped[4:]) == 0
    np.testing.assert_array_equal(
        walk(momentum(rate, 0.8), wavy), walk(momentum(rate, 0.8, "velocity"), wavy)
    )
    assert np.ptp(walk(momentum(rate, 0.8), wavy)[4:]) > 0.01


def test_nesterov_is_the_form_with_two_places():
    w, v, path = 1.0, 0.0, []
    for _ in range(25):
        v = 0.8 * v + 0.1 * wavy(w - 0.8 * v)
        w = w - v
        path.append(w)
    found = walk(nesterov(0.1, 0.8), wavy, seen=lambda theta, state: theta + 0.8 * state["v"])
    np.testing.assert_allclose(found, path, rtol=1e-12)


def test_without_decay_adamw_is_adam():
    np.testing.assert_array_equal(walk(adamw(0.1, weight_decay=0.0), wavy), walk(adam(0.1), wavy))


def test_clipping():
    grads = {"p": {"W": np.array([[3.0, 0.0]])}, "b": np.array(-4.0)}
    params = tree.map(np.zeros_like, grads)
    assert global_norm(grads) == 5

    def step(opt):
        new, _ = opt.update(params, grads, opt.init(params))
        return [*new["p"]["W"].ravel(), float(new["b"])]

    np.testing.assert_allclose(step(clip_by_norm(sgd(1.0), 2.5)), [-1.5, 0, 2], rtol=1e-15)
    assert step(clip_by_norm(sgd(1.0), 5.0)) == [-3, 0, 4]
    assert step(clip_by_norm(sgd(1.0), 1e9)) == [-3, 0, 4]
    assert step(clip_by_value(sgd(1.0), 3.5)) == [-3, 0, 3.5]
    assert repr(clip_by_norm(sgd(1.0), 2)) == "clip_by_norm(sgd(1.0), 2)"
    zero = tree.map(np.zeros_like, grads)
    new, _ = clip_by_norm(sgd(1.0), 1.0).update(params, zero, {"step": 0})
    np.testing.assert_equal(new, params)
    large = {"w": np.full(3, 1e30, np.float32)}  # the squares are too large for float32
    new, _ = clip_by_norm(sgd(1.0), 1.0).update({"w": np.zeros(3, "f")}, large, {"step": 0})
    np.testing.assert_allclose(new["w"], -(3**-0.5), rtol=1e-6)
    for bad in (np.nan, np.inf):
        with pytest.raises(FloatingPointError, match=f"norm of the gradient is {bad}"):
            clip_by_norm(sgd(1.0), 1.0).update(params, {"b": np.array(bad)}, {"step": 0})
    for clip in (clip_by_norm, clip_by_value):
        for bound in (0, -1, np.nan, np.inf):
            with pytest.raises(ValueError, match="bound must be a positive number"):
                clip(sgd(0.1), bound)


def test_transposed_arrays():
    W, g = np.arange(6.0).reshape(2, 3).T, np.arange(6.0).reshape(3, 2)
    new, _ = sgd(1.0).update({"W": W}, {"W": g}, {"step": 0})
    np.testing.assert_array_equal(new["W"], W - g)


def test_parameters_without_gradient_stay():
    params = frozen(0)
    new, state = adam(0.1).update(params, {"q": np.ones(2)}, adam(0.1).init(params))
    assert new["p"]["W"] is params["p"]["W"]
    assert (new["q"] != params["q"]).all()
    assert not state["m"]["p"]["W"].any()


def test_schedules_see_the_steps_made_so_far():
    seen = []

    def halving(step):
        seen.append(step)
        return np.float64(0.5**step)  # must not turn float32 into float64

    opt = sgd(halving)
    params = {"w": np.zeros(1, np.float32)}
    state = opt.init(params)
    for _ in range(3):
        params, state = opt.update(params, {"w": -np.ones(1, np.float32)}, state)
    assert seen == [0, 1, 2]
    assert params["w"] == np.float32(1.75)
    assert params["w"].dtype == np.float32
    assert repr(opt) == "sgd(halving)"


def test_adam_finds_a_minimum():
    opt, params = adam(0.1), {"w": np.array([5.0, -3.0])}
    state = opt.init(params)
    for _ in range(500):
        params, state = opt.update(params, {"w": 2 * (params["w"] - 1)}, state)
    np.testing.assert_allclose(params["w"], 1, atol=1e-3)


def test_errors():
    for rate in (-1, np.nan, np.inf):
        with pytest.raises(ValueError, match="learning rate must be a finite number"):
            sgd(rate)
    with pytest.raises(ValueError, match=r"beta1 must lie in \[0, 1\), got 1"):
        adam(0.1, beta1=1)
    for rule in (adam, adamw, amsgrad, nadam, radam, adagrad, rmsprop, adadelta):
        for eps in (0, -1e-8, np.inf, np.nan, 1e-50):
            with pytest.raises(ValueError, match="eps must be"):
                rule(0.1, eps=eps)
        with pytest.raises(TypeError, match="eps must be a number, got '1e-8'"):
            rule(0.1, eps="1e-8")
    for rate in ("0.1", None, True, 1j, [0.1], np.array([0.1]), np.complex64(1)):
        with pytest.raises(TypeError, match="the learning rate must be a number, got"):
            sgd(rate)
    for name, rule in (
        ("gamma", momentum),
        ("gamma", nesterov),
        ("rho", rmsprop),
        ("rho", adadelta),
    ):
        with pytest.raises(ValueError, match=rf"{name} must lie in \[0, 1\), got -0.1"):
            rule(0.1, **{name: -0.1})
    with pytest.raises(ValueError, match=r"form must be 'heavy-ball', .* got 'fast'"):
        momentum(0.1, form="fast")
    for decay in (-1, np.inf, np.nan):
        with pytest.raises(ValueError, match="weight_decay must be a finite number, 0 or more"):
            adamw(0.1, weight_decay=decay)
    with pytest.raises(ValueError, match="psi must be a finite number"):
        nadam(0.1, psi=-1)
    opt, params = sgd(0.1), {"w": np.ones(3)}
    with pytest.raises(ValueError, match=r"gradient 'w': expected shape \(3,\), got shape \(2,\)"):
        opt.update(params, {"w": np.ones(2)}, opt.init(params))
    with pytest.raises(ValueError, match=r"gradient 'v' belongs to no parameter.*\['w'\]"):
        opt.update(params, {"v": np.ones(2)}, opt.init(params))
    with pytest.raises(ValueError, match="'w': expected a floating dtype, got int64"):
        opt.update({"w": np.ones(3, np.int64)}, {"w": np.ones(3)}, {"step": 0})
    with pytest.raises(ValueError, match="learning rate must be a finite number"):
        sgd(lambda step: -1.0).update(params, params, {"step": 0})
    with pytest.raises(TypeError, match="the learning rate must be a number, got None"):
        sgd(lambda step: None).update(params, params, {"step": 0})


def test_amsgrad_remembers_the_largest_that_adam_forgets():
    lengths = {}
    for rule in (adam, amsgrad):
        gradients = iter([8.0] + [0.01] * 24)
        path = walk(rule(0.1, 0.0, 0.5), lambda w, g=gradients: np.full(1, next(g)), 0.0)
        lengths[rule] = abs(path[-1] - path[-2])
    assert lengths[amsgrad] < 0.02 * lengths[adam]


def test_nadam_after_very_many_steps():
    """The product of the shares is 0 by then; the rule goes on as the formula with 1 for 1 - 0."""
    params = {"w": np.array([1.0])}
    state = {**nadam(0.1).init(params), "step": 10**7}
    new, state = nadam(0.1).update(params, {"w": np.array([1.0])}, state)
    # (1 - μ) g + μ m over √v, with m = 0.1, v = 0.001 and μ = 0.9
    assert new["w"][0] == pytest.approx(1 - 0.1 * (0.1 + 0.9 * 0.1) / 0.001**0.5)
    assert state["step"] == 10**7 + 1


def test_centred_rmsprop_of_a_constant_gradient():
    """The variance is 0 in the long run, never less: steps of η g / ε, and no NaN."""
    opt, params = rmsprop(1e-3, eps=0.5, centred=True), {"w": np.zeros(3, np.float32)}
    state, g = opt.init(params), {"w": np.array([1e-3, 0.1, 0.7], np.float32)}
    for _ in range(400):
        before, (params, state) = params, opt.update(params, g, state)
    np.testing.assert_allclose(before["w"] - params["w"], 1e-3 * g["w"] / 0.5, rtol=2e-3)
