"""A second opinion on optimizers and schedules: PyTorch's over 100 steps of the same training."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nnbook import Dense, Sequential, SoftmaxCrossEntropy, Tanh, tree
from nnbook.training import schedules
from nnbook.training.clipping import clip_by_norm, clip_by_value
from nnbook.training.directions import muon
from nnbook.training.groups import by_group
from nnbook.training.loop import loss_and_gradients
from nnbook.training.moments import adam, adamw, amsgrad, nadam, radam
from nnbook.training.optimizers import adadelta, adagrad, momentum, nesterov, rmsprop, sgd

torch = pytest.importorskip("torch", reason="needs torch: make test-oracle")
optim = torch.optim
pytestmark = pytest.mark.oracle

OPTIMIZERS = {
    "sgd": (sgd(0.5), lambda p: optim.SGD(p, lr=0.5)),
    **{
        f"momentum, {form}": (
            momentum(0.1 / (0.1 if form == "average" else 1), 0.9, form),
            lambda p: optim.SGD(p, lr=0.1, momentum=0.9),
        )
        for form in ("heavy-ball", "velocity", "sum", "average")
    },
    "momentum, average = dampening": (
        momentum(0.1, 0.9, "average"),
        # torch's first step is not dampened; starting from v = 0 is, see `undamped`
        lambda p: undamped(optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.9)),
    ),
    "nesterov": (nesterov(0.1, 0.9), lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True)),
    "adagrad": (adagrad(0.1), lambda p: optim.Adagrad(p, lr=0.1, eps=1e-8)),
    "adagrad, large eps": (adagrad(0.1, 0.3), lambda p: optim.Adagrad(p, lr=0.1, eps=0.3)),
    "adadelta": (adadelta(), lambda p: optim.Adadelta(p, rho=0.95, eps=1e-6)),
    "adadelta, other rate": (
        adadelta(3.0, 0.8, 1e-4),
        lambda p: optim.Adadelta(p, lr=3.0, rho=0.8, eps=1e-4),
    ),
    "rmsprop": (rmsprop(0.01), lambda p: optim.RMSprop(p, lr=0.01, alpha=0.9)),
    "rmsprop, large eps": (
        rmsprop(0.01, 0.99, 0.1),
        lambda p: optim.RMSprop(p, lr=0.01, alpha=0.99, eps=0.1),
    ),
    "rmsprop, centred": (
        rmsprop(0.01, centred=True),
        lambda p: optim.RMSprop(p, lr=0.01, alpha=0.9, centered=True),
    ),
    "adam": (adam(0.01), lambda p: optim.Adam(p, lr=0.01)),
    "adam, other betas": (
        adam(0.01, 0.8, 0.9, 1e-4),
        lambda p: optim.Adam(p, lr=0.01, betas=(0.8, 0.9), eps=1e-4),
    ),
    "adamw": (adamw(0.01), lambda p: optim.AdamW(p, lr=0.01, weight_decay=0.01)),
    "adamw, strong decay": (
        adamw(0.01, 0.8, 0.9, 1e-4, 0.5),
        lambda p: optim.AdamW(p, lr=0.01, betas=(0.8, 0.9), eps=1e-4, weight_decay=0.5),
    ),
    "amsgrad": (amsgrad(0.01), lambda p: optim.Adam(p, lr=0.01, amsgrad=True)),
    "amsgrad, other betas": (
        amsgrad(0.01, 0.8, 0.5, 1e-4),  # so that the largest is not the latest
        lambda p: optim.Adam(p, lr=0.01, betas=(0.8, 0.5), eps=1e-4, amsgrad=True),
    ),
    "nadam": (nadam(0.01), lambda p: optim.NAdam(p, lr=0.01)),
    "nadam, other betas": (
        nadam(0.01, 0.8, 0.99, 0.01, 0.02),  # with less ε the path is chaotic in the end
        lambda p: optim.NAdam(p, lr=0.01, betas=(0.8, 0.99), eps=0.01, momentum_decay=0.02),
    ),
    "nadam, little forgetting": (
        nadam(0.01, 0.99, 0.999),
        lambda p: optim.NAdam(p, lr=0.01, betas=(0.99, 0.999)),
    ),
    "radam": (radam(0.01), lambda p: optim.RAdam(p, lr=0.01)),
    "radam, other betas": (
        radam(0.01, 0.8, 0.95, 1e-4),
        lambda p: optim.RAdam(p, lr=0.01, betas=(0.8, 0.95), eps=1e-4),
    ),
    "by group": (  # as `train` names them: dense1/W, dense1/b, dense2/W, dense2/b
        by_group({"*/W": adamw(0.01, weight_decay=0.1), "dense*/b": adamw(0.03, weight_decay=0.0)}),
        lambda p: optim.AdamW(
            [
                {"params": [p[0], p[2]], "lr": 0.01, "weight_decay": 0.1},
                {"params": [p[1], p[3]], "lr": 0.03, "weight_decay": 0.0},
            ]
        ),
    ),
    "by group, different rules": (
        by_group({"dense1/*": momentum(0.1, 0.9), "dense2/*": adam(0.01)}),
        lambda p: Both(
            optim.SGD([p[0], p[1]], lr=0.1, momentum=0.9), optim.Adam([p[2], p[3]], lr=0.01)
        ),
    ),
}


class Both:
    """Two of PyTorch's optimizers as one."""

    def __init__(self, *optimizers):
        self.optimizers = optimizers
        self.param_groups = optimizers[0].param_groups

    def zero_grad(self):
        for each in self.optimizers:
            each.zero_grad()

    def step(self):
        for each in self.optimizers:
            each.step()

SCHEDULES = {
    "constant": (
        schedules.constant(0.3),
        lambda o: optim.lr_scheduler.ConstantLR(o, factor=1.0),
    ),
    "inverse_time": (
        schedules.inverse_time(0.3, 0.05),
        lambda o: optim.lr_scheduler.LambdaLR(o, lambda s: 1 / (1 + 0.05 * s)),
    ),
    "exponential": (
        schedules.exponential(0.3, 0.05),
        lambda o: optim.lr_scheduler.ExponentialLR(o, math.exp(-0.05)),
    ),
    "step": (
        schedules.step(0.3, 0.5, every=20),
        lambda o: optim.lr_scheduler.StepLR(o, step_size=20, gamma=0.5),
    ),
    "cosine": (
        schedules.cosine(0.3, 100, floor=0.01),
        lambda o: optim.lr_scheduler.CosineAnnealingLR(o, T_max=100, eta_min=0.01),
    ),
    "warm_up, cosine": (
        schedules.warm_up(20, schedules.cosine(0.3, 80)),
        lambda o: optim.lr_scheduler.SequentialLR(
            o,
            [
                optim.lr_scheduler.LinearLR(o, start_factor=1 / 20, total_iters=19),
                optim.lr_scheduler.CosineAnnealingLR(o, T_max=80),
            ],
            milestones=[20],
        ),
    ),
}


@pytest.fixture(autouse=True)
def exact_scalars():
    """PyTorch's NAdam keeps the product of its μ in the default dtype: not in float32 here."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def undamped(optimizer):
    """With the velocity at 0 before the first step, as in the book."""
    for group in optimizer.param_groups:
        for p in group["params"]:
            optimizer.state[p]["momentum_buffer"] = torch.zeros_like(p)
    return optimizer


def train(opt, make, schedule=None, clip=None, steps=100, dtype=np.float64):
    """Largest difference of any parameter after each step, and rates that were used."""
    rng = np.random.default_rng(0)
    network, loss = Sequential(Dense(5, 8), Tanh(), Dense(8, 3)), SoftmaxCrossEntropy()
    params = network.init(rng, dtype)
    x, labels = rng.normal(size=(20, 5)).astype(dtype), rng.integers(0, 3, 20)
    own = {path: torch.tensor(a, requires_grad=True) for path, a in tree.items(params)}
    optimizer = make(list(own.values()))
    theirs = schedule(optimizer) if schedule else None
    state, differences, rates = opt.init(params), [], []
    for _ in range(steps):
        _, grads, _ = loss_and_gradients(network, loss, params, x, labels)
        params, state = opt.update(params, grads, state)

        optimizer.zero_grad()
        hidden = torch.tanh(torch.tensor(x) @ own["dense1/W"] + own["dense1/b"])
        logits = hidden @ own["dense2/W"] + own["dense2/b"]
        torch.nn.functional.cross_entropy(logits, torch.tensor(labels)).backward()
        if clip:
            clip(own.values())
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if theirs:
            theirs.step()
        differences.append(
            max(abs(a - own[path].detach().numpy()).max() for path, a in tree.items(params))
        )
    assert all(a.dtype == dtype for _, a in tree.items(params))
    start = network.init(np.random.default_rng(0), dtype)
    moved = max(
        abs(a - b).max()
        for (_, a), (_, b) in zip(tree.items(params), tree.items(start), strict=True)
    )
    assert moved > 0.01, "nothing was compared"
    return max(differences), rates


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_hundred_steps(name):
    difference, _ = train(*OPTIMIZERS[name])
    assert difference < 1e-11


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_twenty_steps_in_float32(name):
    difference, _ = train(*OPTIMIZERS[name], steps=20, dtype=np.float32)
    assert difference < 2e-5


@pytest.mark.filterwarnings("ignore::UserWarning:torch")
@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("kind", ["sgd", "momentum"])
def test_a_hundred_steps_of_a_schedule(name, kind):
    rate, theirs = SCHEDULES[name]
    ours = sgd(rate) if kind == "sgd" else momentum(rate, 0.5, "sum")
    gamma = 0.0 if kind == "sgd" else 0.5
    difference, rates = train(ours, lambda p: optim.SGD(p, lr=0.3, momentum=gamma), theirs)
    assert difference < 1e-11
    np.testing.assert_allclose([rate(s) for s in range(100)], rates, rtol=1e-12)


def test_clipping():
    clip = torch.nn.utils
    make = OPTIMIZERS["momentum, sum"][1]
    difference, _ = train(
        clip_by_value(momentum(0.1), 0.02), make, clip=lambda p: clip.clip_grad_value_(p, 0.02)
    )
    assert difference < 1e-11
    # torch divides by the norm + 1e-6
    difference, _ = train(
        clip_by_norm(momentum(0.1), 0.05), make, clip=lambda p: clip.clip_grad_norm_(p, 0.05)
    )
    assert 1e-9 < difference < 1e-4


@pytest.mark.skipif(not hasattr(optim, "Muon"), reason="needs PyTorch 2.9")
@pytest.mark.parametrize("shape", [(4, 4), (8, 3), (3, 8)])
def test_muon_to_the_digits_of_bfloat16(shape):
    """Theirs has outputs by inputs, and orthogonalizes in bfloat16."""
    rng = np.random.default_rng(0)
    W, opt = rng.normal(size=shape), muon(0.1, weight_decay=0.1)
    theirs = torch.tensor(W.T.copy(), requires_grad=True)
    optimizer = optim.Muon([theirs], lr=0.1, weight_decay=0.1)
    params = {"W": W}
    state = opt.init(params)
    for _ in range(3):
        g = rng.normal(size=shape)
        params, state = opt.update(params, {"W": g}, state)
        theirs.grad = torch.tensor(g.T.copy())
        optimizer.step()
    moved = abs(params["W"] - W).max()
    assert abs(params["W"] - theirs.detach().numpy().T).max() < 0.05 * moved
