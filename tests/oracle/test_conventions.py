"""What the page *Conventions* says of PyTorch, tried on PyTorch.

One test a statement: a default, a formula, or a translation into the convention of this book.
"""

from __future__ import annotations

import copy
import inspect
import math

import numpy as np
import pytest

from nnbook.op import Mode
from nnbook.ops import initializers, losses
from nnbook.ops.batchnorm import BatchNorm
from nnbook.ops.convolution import Conv2D
from nnbook.ops.linear import Dense
from nnbook.ops.pooling import Flatten
from nnbook.training import penalties, schedules
from nnbook.training.moments import adam
from nnbook.training.optimizers import momentum, nesterov, sgd

torch = pytest.importorskip("torch", reason="needs torch: make test-oracle")
F, optim = torch.nn.functional, torch.optim
pytestmark = pytest.mark.oracle


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def close(ours, theirs, rtol=1e-12):
    theirs = theirs.detach().numpy() if torch.is_tensor(theirs) else theirs
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=1e-14)


def default(function, *names):
    parameters = inspect.signature(function).parameters
    return tuple(parameters[name].default for name in names)


def steps(make, gradients, start=1.0):
    """The values of one parameter under torch's optimizer, step by step."""
    p = torch.tensor([start], dtype=torch.float64, requires_grad=True)
    optimizer, path = make([p]), []
    for g in gradients:
        p.grad = torch.tensor([float(g)], dtype=torch.float64)
        optimizer.step()
        path.append(p.item())
    return np.array(path)


def our_steps(optimizer, gradients, start=1.0):
    params, path = {"W": np.array([start])}, []
    state = optimizer.init(params)
    for g in gradients:
        params, state = optimizer.update(params, {"W": np.array([float(g)])}, state)
        path.append(params["W"][0])
    return np.array(path)


# -- Arrays ----------------------------------------------------------------------------------------


def test_weights_are_out_by_in(rng):
    theirs = torch.nn.Linear(3, 5, dtype=torch.float64)
    assert theirs.weight.shape == (5, 3)
    x = rng.normal(size=(4, 3))
    W, b = theirs.weight.detach().numpy().T, theirs.bias.detach().numpy()
    close(Dense(3, 5).forward({"W": W, "b": b}, x)[0], theirs(torch.tensor(x)))


def test_images_and_kernels_have_channels_first(rng):
    theirs = torch.nn.Conv2d(3, 5, (2, 4), dtype=torch.float64)
    assert theirs.weight.shape == (5, 3, 2, 4)
    x = rng.normal(size=(2, 3, 6, 7))
    params = {"W": theirs.weight.detach().numpy(), "b": theirs.bias.detach().numpy()}
    close(Conv2D(3, 5, (2, 4)).forward(params, x)[0], theirs(torch.tensor(x)))
    close(Flatten().forward({}, x)[0], torch.flatten(torch.tensor(x), 1))


def test_same_padding_with_a_stride(rng):
    """Refused; `padding=1` is one pixel off, and one more zero at the end is ours."""
    x, W = rng.normal(size=(2, 3, 8, 8)), rng.normal(size=(4, 3, 3, 3))
    x_, W_ = torch.tensor(x), torch.tensor(W)
    with pytest.raises((RuntimeError, ValueError), match="strided"):
        F.conv2d(x_, W_, stride=2, padding="same")
    ours = Conv2D(3, 4, 3, 2, "same", bias=None).forward({"W": W}, x)[0]
    close(ours, F.conv2d(F.pad(x_, (0, 1, 0, 1)), W_, stride=2), rtol=1e-11)
    symmetric = F.conv2d(x_, W_, stride=2, padding=1)
    assert symmetric.shape == ours.shape
    assert abs(ours - symmetric.numpy()).max() > 1


# -- Losses ----------------------------------------------------------------------------------------


def test_squared_error_is_the_mean_over_all_entries(rng):
    y, t = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    close(losses.MeanSquaredError()(y, t), F.mse_loss(torch.tensor(y), torch.tensor(t)))
    close(np.mean((y - t) ** 2), F.mse_loss(torch.tensor(y), torch.tensor(t)))


def test_class_weights_divide_by_their_sum(rng):
    z, t, w = rng.normal(size=(6, 3)), rng.integers(0, 3, 6), np.array([1.0, 2.0, 5.0])
    each = np.array([losses.SoftmaxCrossEntropy()(z[[i]], t[[i]]) for i in range(6)])
    theirs = F.cross_entropy(torch.tensor(z), torch.tensor(t), torch.tensor(w))
    close((w[t] * each).sum() / w[t].sum(), theirs)


def test_kl_divergence_divides_by_all_entries(rng):
    log_p = torch.log_softmax(torch.tensor(rng.normal(size=(4, 3))), 1)
    q = torch.softmax(torch.tensor(rng.normal(size=(4, 3))), 1)
    with pytest.warns(UserWarning, match="batchmean"):
        mean = F.kl_div(log_p, q)
    close(mean * 3, F.kl_div(log_p, q, reduction="batchmean"))


def test_classes_are_on_axis_1_and_inputs_are_logits(rng):
    z, t = rng.normal(size=(2, 5, 3)), rng.integers(0, 3, (2, 5))
    theirs = F.cross_entropy(torch.tensor(z).movedim(-1, 1), torch.tensor(t))
    close(losses.SoftmaxCrossEntropy()(z, t), theirs)
    flat = torch.log_softmax(torch.tensor(z[0]), 1), torch.tensor(t[0])
    close(losses.SoftmaxCrossEntropy()(z[0], t[0]), F.nll_loss(*flat))


def test_softmax_twice():
    best = torch.eye(10, dtype=torch.float64)
    assert F.cross_entropy(best, torch.arange(10)).item() == pytest.approx(math.log(math.e + 9) - 1)


def test_the_logarithm_is_bounded():
    zero, one = torch.zeros(1), torch.ones(1)
    assert F.binary_cross_entropy(zero, one).item() == 100


# -- Penalties and decay ---------------------------------------------------------------------------


def test_weight_decay_is_twice_our_strength(rng):
    W, g = rng.normal(size=5), rng.normal(size=5)
    p = torch.tensor(W, requires_grad=True)
    p.grad = torch.tensor(g)
    optim.SGD([p], lr=0.1, weight_decay=0.6).step()
    close(W - 0.1 * (g + penalties.l2(0.3).gradient(W)), p)


@pytest.mark.parametrize("name", ["SGD", "Adam", "RMSprop", "AdamW"])
def test_decay_falls_on_biases_too(name):
    layer = torch.nn.Linear(2, 1)
    before = layer.bias.item()
    for p in layer.parameters():
        p.grad = torch.zeros_like(p)
    getattr(optim, name)(layer.parameters(), lr=0.1, weight_decay=0.5).step()
    assert layer.bias.item() != before


def test_defaults_of_decay():
    assert default(optim.AdamW, "weight_decay") == (0.01,)
    for name in ("SGD", "Adam", "RMSprop", "Adagrad", "Adadelta"):
        assert default(getattr(optim, name), "weight_decay") == (0,)


def test_adam_is_coupled_and_adamw_is_not():
    zeros = np.zeros(3)
    for d in (0.01, 0.5):  # whatever the strength, steps are as long as the rate
        coupled = steps(lambda p, d=d: optim.Adam(p, lr=0.1, weight_decay=d), zeros)
        assert 1 - coupled == pytest.approx([0.1, 0.2, 0.3], rel=0.02)
        decoupled = steps(lambda p, d=d: optim.AdamW(p, lr=0.1, weight_decay=d), zeros)
        assert decoupled == pytest.approx((1 - 0.1 * d) ** np.arange(1, 4))


def test_momentum_multiplies_coupled_decay():
    left = steps(lambda p: optim.SGD(p, lr=0.01, momentum=0.9, weight_decay=0.01), np.zeros(2000))
    assert left[-1] == pytest.approx(0.134, abs=5e-4)
    assert left[-1] == pytest.approx(math.exp(-10 * 0.01 * 0.01 * 2000), rel=0.02)


# -- Optimizers ------------------------------------------------------------------------------------


def test_momentum_is_a_sum():
    gs = [1.0, -2.0, 0.5, 3.0]
    theirs = steps(lambda p: optim.SGD(p, lr=0.1, momentum=0.9), gs)
    close(our_steps(momentum(0.1, 0.9), gs), theirs)
    constant = steps(lambda p: optim.SGD(p, lr=0.1, momentum=0.9), np.ones(200))
    assert constant[-2] - constant[-1] == pytest.approx(1.0)


def test_the_first_step_is_not_dampened():
    constant = steps(lambda p: optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.9), np.ones(5))
    close(1 - constant, 0.1 * np.arange(1, 6))
    assert 1 - our_steps(momentum(0.1, 0.9, "average"), [1.0])[0] == pytest.approx(0.01)


def test_a_new_rate_applies_to_the_whole_past():
    def halved(p):
        optimizer = optim.SGD(p, lr=0.1, momentum=0.9)
        return _Scheduled(optimizer, optim.lr_scheduler.StepLR(optimizer, 1, 0.5))

    rate = schedules.step(0.1, 0.5, every=1)
    theirs = steps(halved, np.ones(5))
    close(our_steps(momentum(rate, 0.9, "sum"), np.ones(5)), theirs)
    assert abs(our_steps(momentum(rate, 0.9), np.ones(5)) - theirs).max() > 0.1


class _Scheduled:
    def __init__(self, optimizer, scheduler):
        self.optimizer, self.scheduler = optimizer, scheduler

    def step(self):
        self.optimizer.step()
        self.scheduler.step()


def test_nesterov_keeps_our_variable():
    gs = [1.0, -2.0, 0.5, 3.0]
    theirs = steps(lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True), gs)
    close(our_steps(nesterov(0.1, 0.9), gs), theirs)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda p: optim.Adagrad(p, lr=1.0, eps=0.5), 0.1 / (0.1 + 0.5)),
        (lambda p: optim.RMSprop(p, lr=1.0, alpha=0.75, eps=0.5), 0.1 / (0.05 + 0.5)),
        (lambda p: optim.Adam(p, lr=1.0, eps=0.5), 0.1 / (0.1 + 0.5)),  # beside the corrected root
        (
            lambda p: optim.Adadelta(p, lr=1.0, rho=0.75, eps=0.5),
            0.1 * math.sqrt(0.5 / (0.0025 + 0.5)),  # inside
        ),
    ],
    ids=["Adagrad", "RMSprop", "Adam", "Adadelta"],
)
def test_where_epsilon_stands(make, expected):
    """The first step on a gradient of 0.1."""
    assert 1 - steps(make, [0.1])[0] == pytest.approx(expected)


def test_defaults_of_optimizers():
    assert default(optim.SGD, "lr", "momentum", "dampening") == (0.001, 0, 0)
    assert default(optim.Adagrad, "lr", "eps", "initial_accumulator_value") == (0.01, 1e-10, 0)
    assert default(optim.RMSprop, "lr", "alpha", "eps") == (0.01, 0.99, 1e-8)
    assert default(optim.Adadelta, "lr", "rho", "eps") == (1.0, 0.9, 1e-6)
    for rule in (optim.Adam, optim.AdamW):
        assert default(rule, "lr", "betas", "eps") == (0.001, (0.9, 0.999), 1e-8)


def test_schedules_count_calls_from_zero():
    optimizer = optim.SGD([torch.zeros(1)], lr=0.1)
    scheduler = optim.lr_scheduler.ExponentialLR(optimizer, 0.95)
    assert optimizer.param_groups[0]["lr"] == 0.1
    for _ in range(100):
        optimizer.step()
        scheduler.step()
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.1 * 0.95**100)


def test_the_cosine_rises_again():
    optimizer = optim.SGD([torch.zeros(1)], lr=0.1)
    scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=10, eta_min=0.02)
    rates = []
    for _ in range(20):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    ours = schedules.cosine(0.1, 10, floor=0.02)
    close([ours(s) for s in range(11)], rates[:11], rtol=1e-9)
    assert rates[15] == pytest.approx(0.06)


def test_warm_up_begins_with_a_third():
    optimizer = optim.SGD([torch.zeros(1)], lr=0.3)
    optim.lr_scheduler.LinearLR(optimizer)
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.1)


def test_norm_clipping_is_of_all_gradients_together(rng):
    ps = [torch.zeros(3, requires_grad=True), torch.zeros(4, requires_grad=True)]
    for p in ps:
        p.grad = torch.tensor(rng.normal(size=p.shape), dtype=p.dtype)
    before = torch.cat([p.grad for p in ps]).clone()
    torch.nn.utils.clip_grad_norm_(ps, 0.1)
    close(0.1 * before / (before.norm() + 1e-6), torch.cat([p.grad for p in ps]), rtol=1e-5)


# -- First values ----------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", [torch.nn.Linear(75, 400), torch.nn.Conv2d(3, 400, 5)])
def test_default_weights_are_a_sixth_of_he(layer):
    torch.manual_seed(0)
    layer.reset_parameters()
    bound = 1 / math.sqrt(75)
    for p, samples in ((layer.weight, 30_000), (layer.bias, 400)):
        p = p.detach().numpy()
        assert abs(p).max() <= bound
        assert abs(p).max() > 0.95 * bound
        assert p.var() == pytest.approx(bound**2 / 3, rel=8 / math.sqrt(samples))
    he = initializers.he_normal()(np.random.default_rng(0), (75, 4000)).var()
    assert he / layer.weight.var().item() == pytest.approx(6, rel=0.05)


def test_fans_are_read_out_by_in():
    fans = torch.nn.init._calculate_fan_in_and_fan_out
    assert fans(torch.zeros(10, 784)) == (784, 10)
    assert initializers.fans((784, 10)) == (784, 10)


def test_truncation_is_at_numbers_not_deviations():
    assert default(torch.nn.init.trunc_normal_, "std", "a", "b") == (1.0, -2.0, 2.0)
    torch.manual_seed(0)
    far = torch.nn.init.trunc_normal_(torch.empty(100_000), std=0.02).abs().max().item()
    assert far > 4 * 0.02
    assert torch.nn.init.trunc_normal_(torch.empty(100_000)).std().item() == pytest.approx(
        0.8796, abs=0.005
    )


def test_kaiming_normal_is_not_cut():
    torch.manual_seed(0)
    W = torch.nn.init.kaiming_normal_(torch.empty(1000, 200))
    assert W.abs().max().item() > 4 * math.sqrt(2 / 200)
    assert default(torch.nn.init.normal_, "std") == (1.0,)


# -- Normalization, dropout, the rest --------------------------------------------------------------


def test_batch_normalization(rng):
    theirs = torch.nn.BatchNorm1d(2, dtype=torch.float64)
    assert (theirs.momentum, theirs.eps) == (0.1, 1e-5)
    x, ours = rng.normal(size=(4, 2)), BatchNorm(2)
    params = ours.init(rng)
    y, cache = ours.forward(params, x, mode=Mode(training=True))
    close(y, theirs(torch.tensor(x)), rtol=1e-10)
    measured = ours.measured(params, cache)
    close(measured["running_mean"], theirs.running_mean)
    close(measured["running_variance"], theirs.running_var)
    close(measured["running_variance"], 0.9 + 0.1 * x.var(axis=0, ddof=1))
    with pytest.raises(ValueError, match="more than 1 value"):
        theirs(torch.zeros(1, 2, dtype=torch.float64))


def test_epsilon_of_layer_normalization():
    assert default(torch.nn.LayerNorm, "eps") == (1e-5,)


def test_variance_is_unbiased_by_default(rng):
    x = rng.normal(size=7)
    close(x.var(ddof=1), torch.tensor(x).var())
    close(x.std(ddof=1), torch.tensor(x).std())


def test_p_of_dropout_is_what_is_dropped():
    torch.manual_seed(0)
    y = F.dropout(torch.ones(100_000), 0.1)
    assert (y == 0).float().mean().item() == pytest.approx(0.1, abs=0.005)
    assert y.max().item() == pytest.approx(1 / 0.9)


def test_slopes_and_the_switch():
    assert default(torch.nn.LeakyReLU, "negative_slope") == (0.01,)
    assert default(torch.nn.GELU, "approximate") == ("none",)
    model = torch.nn.Dropout(0.5)
    assert model.training
    assert not copy.deepcopy(model).eval().training


def test_the_rate_matters_to_sgd_and_not_to_adam():
    """A loss that is ten times another."""
    gs = np.array([0.3, -0.1, 0.2])
    assert our_steps(sgd(0.1), 10 * gs)[0] == pytest.approx(1 - 0.3)
    close(our_steps(adam(0.1), 10 * gs), our_steps(adam(0.1), gs), rtol=1e-6)
