"""The variational autoencoder: what is exact on small models, and its gradients."""

import numpy as np
import pytest

from nnbook import BernoulliVAE, GaussianDivergence, GaussianSample
from nnbook.numerics import log_sum_exp


def model(seed=0, m=3, d=1, hidden=(5,), scale=0.15):
    vae, rng = BernoulliVAE(m, d, hidden), np.random.default_rng(seed)
    params = vae.init(rng)
    params = {
        name: {key: value + rng.normal(0, scale, value.shape) for key, value in own.items()}
        for name, own in params.items()
    }
    # a guess near the prior and wider than it: no weight is large, so that averages settle
    near = {
        "mu": {key: 0.3 * value for key, value in params["mu"].items()},
        "log_variance": {"W": 0.1 * params["log_variance"]["W"], "b": np.full(d, 0.4)},
    }
    return vae, {**params, **near}


def pictures(m):
    return (np.arange(2**m)[:, None] >> np.arange(m) & 1).astype(float)


def exact(vae, params, x):
    h = np.linspace(-8, 8, 4001)[:, None]
    p = vae.decode(params, h)
    log_p = x @ np.log(p).T + (1 - x) @ np.log1p(-p).T
    return log_sum_exp(log_p - h[:, 0] ** 2 / 2 - np.log(2 * np.pi) / 2 + np.log(16 / 4000))


@pytest.mark.parametrize("seed", range(3))
def test_many_draws_give_the_log_likelihood_and_one_gives_less(seed):
    vae, params = model(seed)
    x, rng = pictures(3), np.random.default_rng(seed)
    true = exact(vae, params, x)
    assert np.exp(true).sum() == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(vae.log_likelihood(params, x, rng, 20_000), true, atol=0.05)
    bounds = np.mean([vae.bound(params, x, rng) for _ in range(2000)], axis=0)
    assert (bounds < true + 0.05).all()
    once = np.mean(vae.log_weights(params, x, rng, 2000), axis=0)
    np.testing.assert_allclose(once, bounds, atol=0.25)  # the same bound, its divergence drawn


def test_the_gradient_is_that_of_the_loss():
    vae, params = model(m=4, d=2, hidden=(3, 2))
    rng = np.random.default_rng(1)
    x, noise = pictures(4)[3:9], rng.normal(size=(6, 2))
    loss, grads = vae.loss_and_gradients(params, x, noise, beta=0.7)
    log_p, divergence = vae.terms(params, x, noise)
    assert loss == pytest.approx(np.mean(0.7 * divergence - log_p))
    for name, own in params.items():
        for key, value in own.items():
            place = np.unravel_index(rng.integers(value.size), value.shape)
            ends = []
            for step in (1e-6, -1e-6):
                moved = value.copy()
                moved[place] += step
                there = {**params, name: {**own, key: moved}}
                ends.append(vae.loss_and_gradients(there, x, noise, beta=0.7)[0])
            slope = (ends[0] - ends[1]) / 2e-6
            assert grads[name][key][place] == pytest.approx(slope, abs=1e-6)


def test_the_divergence_is_that_of_many_draws():
    rng = np.random.default_rng(0)
    mu, r = rng.normal(size=(1, 3)), rng.normal(size=(1, 3))
    many = np.ones((200_000, 1))
    noise = rng.normal(size=(200_000, 3))
    h, _ = GaussianSample().forward({}, many * mu, many * r, noise)
    ratio = ((h**2 - noise**2 - r) / 2).sum(axis=1)
    divergence, _ = GaussianDivergence().forward({}, mu, r)
    assert divergence[0] == pytest.approx(ratio.mean(), abs=5 * ratio.std() / 200_000**0.5)
    assert GaussianDivergence().forward({}, np.zeros((2, 3)), np.zeros((2, 3)))[0].tolist() == [
        0,
        0,
    ]


def test_samples_have_the_model_s_frequencies():
    vae, params = model(2)
    x = vae.sample(params, 40_000, np.random.default_rng(0))
    shares = np.bincount((x @ [1, 2, 4]).astype(int), minlength=8) / len(x)
    np.testing.assert_allclose(shares, np.exp(exact(vae, params, pictures(3))), atol=0.015)


def test_without_hidden_layers_and_with_other_dtypes():
    vae = BernoulliVAE(4, 2, hidden=())
    params = vae.init(np.random.default_rng(0), np.float32)
    x = pictures(4).astype(np.float32)
    for found in (
        vae.bound(params, x, np.random.default_rng(0)),
        vae.log_likelihood(params, x, np.random.default_rng(0), 3),
        vae.sample(params, 2, np.random.default_rng(0)),
        vae.decode(params, np.zeros((2, 2), np.float32)),
    ):
        assert found.dtype == np.float32


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda vae, p: BernoulliVAE(0, 2), "the pixels"),
        (lambda vae, p: BernoulliVAE(3, 0), "the numbers of a code"),
        (lambda vae, p: BernoulliVAE(3, 1, (0,)), "the hidden units"),
        (lambda vae, p: vae.encode(p, np.zeros((2, 5))), "states of 3 units"),
        (
            lambda vae, p: vae.loss_and_gradients(p, np.zeros((0, 3)), np.zeros((0, 1))),
            "one example",
        ),
        (lambda vae, p: vae.sample(p, 0, np.random.default_rng(0)), "the count"),
        (lambda vae, p: vae.terms(p, np.zeros((2, 3)), np.zeros((2, 2))), "one and the same shape"),
        (lambda vae, p: GaussianSample().forward({}, 1.0, 2.0), "expects 3 inputs"),
        (lambda vae, p: GaussianDivergence().forward({}, 1.0, 2.0), "along the last axis"),
    ],
)
def test_what_does_not_fit_is_said(call, message):
    vae, params = model()
    with pytest.raises(ValueError, match=message):
        call(vae, params)
