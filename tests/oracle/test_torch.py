"""A second opinion: PyTorch on the same numbers, forward and backward, in float64 and float32.

`make test-oracle` installs torch; without it these tests are skipped.
"""

from __future__ import annotations

import numpy as np
import pytest

from nnbook import Dense, ReLU, Sequential, tree
from nnbook.numerics import softmax
from nnbook.ops import activations, losses
from nnbook.training.loop import loss_and_gradients
from nnbook.training.moments import adam
from nnbook.training.optimizers import sgd

torch = pytest.importorskip("torch", reason="needs torch: make test-oracle")
F = torch.nn.functional
pytestmark = pytest.mark.oracle
DTYPES = pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-12), (np.float32, 2e-5)])


def leaf(array):
    return torch.tensor(array, requires_grad=True)


def agree(ours, theirs, rtol):
    theirs = theirs.detach().numpy()
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=rtol * (abs(theirs).max() + 1e-3))
    assert ours.dtype == theirs.dtype


ACTIVATIONS = [
    (activations.Linear(), lambda z: z),
    (activations.Sigmoid(), torch.sigmoid),
    (activations.Tanh(), torch.tanh),
    (activations.ReLU(), torch.relu),
    (activations.LeakyReLU(0.1), lambda z: F.leaky_relu(z, 0.1)),
    (activations.Softmax(), lambda z: torch.softmax(z, -1)),
]


@pytest.mark.parametrize(("op", "theirs"), ACTIVATIONS, ids=lambda x: repr(x)[:20])
@pytest.mark.parametrize("scale", [1, 100])
@DTYPES
def test_activations(op, theirs, scale, dtype, rtol):
    rng = np.random.default_rng(0)
    z = (scale * rng.normal(size=(4, 5, 3))).astype(dtype)
    z[0, 0, 0] = 0  # conventions at a kink agree too
    y_bar = rng.normal(size=z.shape).astype(dtype)
    z_torch = leaf(z)
    y_torch = theirs(z_torch)
    y_torch.backward(torch.tensor(y_bar))
    y, cache = op.forward({}, z)
    agree(y, y_torch, rtol)
    agree(op.vjp({}, cache, y_bar)[0][0], z_torch.grad, rtol)


def test_step():
    z = np.array([-1.0, 0.0, 2.0])
    theirs = torch.heaviside(torch.tensor(z), torch.ones(1, dtype=torch.float64))
    agree(activations.Step().forward({}, z)[0], theirs, 0)


@pytest.mark.parametrize("bias", [True, False])
@DTYPES
def test_dense(bias, dtype, rtol):
    rng = np.random.default_rng(0)
    op = Dense(4, 3) if bias else Dense(4, 3, bias=None)
    params = op.init(rng, dtype)
    x = rng.normal(size=(5, 2, 4)).astype(dtype)
    y_bar = rng.normal(size=(5, 2, 3)).astype(dtype)
    x_torch, own = leaf(x), {name: leaf(value) for name, value in params.items()}
    y_torch = F.linear(x_torch, own["W"].T, own.get("b"))
    y_torch.backward(torch.tensor(y_bar))
    y, cache = op.forward(params, x)
    (x_bar,), bars = op.vjp(params, cache, y_bar)
    agree(y, y_torch, rtol)
    agree(x_bar, x_torch.grad, rtol)
    for name, bar in bars.items():
        agree(bar, own[name].grad, rtol)


def last_axis_second(y):
    """(…, K) as (n, K): torch wants classes on axis 1."""
    return y.reshape(-1, y.shape[-1])


LOSSES = {
    "mse": (losses.MeanSquaredError(), F.mse_loss),
    "mse, half": (losses.MeanSquaredError("half"), lambda y, t: 0.5 * F.mse_loss(y, t)),
    "mae": (losses.MeanAbsoluteError(), F.l1_loss),
    "rmse": (losses.RootMeanSquaredError(), lambda y, t: torch.sqrt(F.mse_loss(y, t))),
    "bce": (losses.BinaryCrossEntropy(), F.binary_cross_entropy),
    "bce, logits": (
        losses.SigmoidBinaryCrossEntropy(),
        F.binary_cross_entropy_with_logits,
    ),
    "cce": (
        losses.CategoricalCrossEntropy(),
        lambda y, t: -(t * torch.log(y)).sum(-1).mean(),
    ),
    "cce, logits": (
        losses.SoftmaxCrossEntropy(),
        lambda z, t: F.cross_entropy(last_axis_second(z), last_axis_second(t)),
    ),
}


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("shape", [(6, 3), (2, 5, 4)])
@DTYPES
def test_losses(name, shape, dtype, rtol):
    loss, theirs = LOSSES[name]
    rng = np.random.default_rng(0)
    y = rng.normal(size=shape)
    t = softmax(rng.normal(size=shape))
    if name in ("bce", "cce"):
        y = softmax(y)
    y, t = y.astype(dtype), t.astype(dtype)
    y_torch = leaf(y)
    # torch has no gradient for the target of every loss; ours are checked by differences.
    L_torch = theirs(y_torch, torch.tensor(t))
    L_torch.backward()
    L, cache = loss.forward({}, y, t)
    agree(L, L_torch, rtol)
    agree(loss.vjp({}, cache, 1.0)[0][0], y_torch.grad, rtol)


@pytest.mark.parametrize("name", ["bce, logits", "cce, logits"])
@DTYPES
def test_extreme_logits(name, dtype, rtol):
    loss, theirs = LOSSES[name]
    z = np.array([[1e4, -1e4, 0], [-1e4, 1e4, 1e4]], dtype)
    t = np.array([[0, 1, 0], [1, 0, 0]], dtype)
    z_torch = leaf(z)
    L_torch = theirs(z_torch, torch.tensor(t))
    L_torch.backward()
    L, cache = loss.forward({}, z, t)
    agree(L, L_torch, rtol)
    agree(loss.vjp({}, cache, 1.0)[0][0], z_torch.grad, rtol)


OPTIMIZERS = {
    "sgd": (sgd(0.05), lambda p: torch.optim.SGD(p, lr=0.05)),
    "adam": (adam(0.01), lambda p: torch.optim.Adam(p, lr=0.01)),
    "adam, other betas": (
        adam(0.01, 0.8, 0.9, 1e-4),
        lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.8, 0.9), eps=1e-4),
    ),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_hundred_steps_of_training(name):
    """The same network, loss and optimizer, step by step: parameters stay equal to the end."""
    opt, theirs = OPTIMIZERS[name]
    rng = np.random.default_rng(0)
    network, loss = Sequential(Dense(5, 8), ReLU(), Dense(8, 3)), losses.SoftmaxCrossEntropy()
    params = network.init(rng)
    x, labels = rng.normal(size=(20, 5)), rng.integers(0, 3, 20)
    own = {path: leaf(value) for path, value in tree.items(params)}
    optimizer = theirs(list(own.values()))
    state = opt.init(params)
    for _ in range(100):
        L, grads, _ = loss_and_gradients(network, loss, params, x, labels)
        params, state = opt.update(params, grads, state)

        optimizer.zero_grad()
        hidden = torch.relu(torch.tensor(x) @ own["dense1/W"] + own["dense1/b"])
        L_torch = F.cross_entropy(hidden @ own["dense2/W"] + own["dense2/b"], torch.tensor(labels))
        L_torch.backward()
        optimizer.step()
        assert float(L) == pytest.approx(L_torch.item(), rel=1e-9)
    for path, value in tree.items(params):
        agree(value, own[path], 1e-9)
