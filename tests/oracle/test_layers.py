"""PyTorch on the same numbers: convolution, pooling, normalization, and what they leave behind."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook import tree
from nnbook.op import EVAL, Mode
from nnbook.ops import batchnorm, convolution, linear, normalization, pooling, weightnorm
from nnbook.training import penalties

torch = pytest.importorskip("torch", reason="needs torch: make test-oracle")
F = torch.nn.functional
pytestmark = pytest.mark.oracle
DTYPES = pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-11), (np.float32, 5e-5)])
TRAIN = Mode(training=True)


def leaf(array):
    return torch.tensor(array, requires_grad=True)


def agree(ours, theirs, rtol):
    theirs = theirs.detach().numpy()
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=rtol * (abs(theirs).max() + 1e-3))
    assert ours.dtype == theirs.dtype


def compare(op, theirs, params, x, rtol, mode=EVAL):
    """Value, cotangent of the input and of all parameters; `theirs(x, params)` is torch's."""
    x_torch, own = leaf(x), {name: leaf(value) for name, value in params.items()}
    y_torch = theirs(x_torch, own)
    y, cache = op.forward(params, x, mode=mode)
    agree(y, y_torch, rtol)
    y_bar = np.random.default_rng(9).normal(size=y.shape).astype(x.dtype)
    y_torch.backward(torch.tensor(y_bar))
    (x_bar,), bars = op.vjp(params, cache, y_bar)
    agree(x_bar, x_torch.grad, rtol)
    for name, bar in bars.items():
        agree(bar, own[name].grad, rtol)
    return cache


def drawn(op, rng, dtype):
    return {
        name: (value + 0.1 * rng.normal(size=value.shape)).astype(dtype)
        for name, value in op.init(rng, dtype).items()
    }


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize("seed", range(40))
@DTYPES
def test_convolution_with_any_options(seed, dtype, rtol):
    rng = np.random.default_rng(seed)

    def pair(low, high):
        return tuple(int(n) for n in rng.integers(low, high, 2))

    groups = int(rng.integers(1, 4))
    C_in, C_out = groups * rng.integers(1, 4, 2)
    kernel, stride, dilation = pair(1, 4), pair(1, 4), pair(1, 3)
    padding = pair(0, 4) if seed % 4 else "same"
    stride = stride if seed % 4 else (1, 1)  # torch has no "same" with a stride
    bias = {} if seed % 3 else {"bias": None}
    op = convolution.Conv2D(
        int(C_in), int(C_out), kernel, stride, padding, dilation, groups, **bias
    )
    x = rng.normal(size=(3, C_in, *rng.integers(5, 12, 2))).astype(dtype)

    def theirs(x, p):
        return F.conv2d(x, p["W"], p.get("b"), stride, padding, dilation, groups)

    compare(op, theirs, drawn(op, rng, dtype), x, rtol)


@pytest.mark.parametrize("seed", range(30))
@DTYPES
def test_pooling_with_any_options(seed, dtype, rtol):
    rng = np.random.default_rng(seed)
    kernel = tuple(int(n) for n in rng.integers(1, 4, 2))
    stride = tuple(int(n) for n in rng.integers(1, 4, 2)) if seed % 3 else None
    padding = tuple(int(rng.integers(0, k // 2 + 1)) for k in kernel)  # torch allows no more
    dilation = tuple(int(n) for n in rng.integers(1, 3, 2))
    # Whole numbers: many ties, which go to the same pixel in both.
    x = rng.integers(0, 4, (3, 2, *rng.integers(7, 12, 2))).astype(dtype)
    compare(
        pooling.MaxPool2D(kernel, stride, padding, dilation),
        lambda x, p: F.max_pool2d(x, kernel, stride, padding, dilation),
        {},
        x,
        rtol,
    )
    for counted in (True, False):
        compare(
            pooling.AveragePool2D(kernel, stride, padding, count_padding=counted),
            lambda x, p, c=counted: F.avg_pool2d(x, kernel, stride, padding, False, c),
            {},
            x,
            rtol,
        )
    compare(pooling.GlobalAveragePool(), lambda x, p: x.mean((2, 3)), {}, x, rtol)
    compare(pooling.Flatten(), lambda x, p: torch.flatten(x, 1), {}, x, rtol)


NORMALIZATIONS = {
    "layer": (
        normalization.LayerNorm(5, eps=1e-3),
        lambda x, p: F.layer_norm(x, (5,), p["gamma"], p["beta"], 1e-3),
        (4, 3, 5),
    ),
    "layer, three axes": (
        normalization.LayerNorm((2, 3, 5)),
        lambda x, p: F.layer_norm(x, (2, 3, 5), p["gamma"], p["beta"]),
        (4, 2, 3, 5),
    ),
    "rms": (
        normalization.RMSNorm((3, 5), eps=1e-5),
        lambda x, p: F.rms_norm(x, (3, 5), p["gamma"], 1e-5),
        (4, 3, 5),
    ),
    "group": (
        normalization.GroupNorm(6, 3),
        lambda x, p: F.group_norm(x, 3, p["gamma"], p["beta"]),
        (4, 6, 3, 5),
    ),
    "group, vectors": (
        normalization.GroupNorm(6, 2),
        lambda x, p: F.group_norm(x, 2, p["gamma"], p["beta"]),
        (4, 6),
    ),
    "instance": (
        normalization.InstanceNorm(6),
        lambda x, p: F.instance_norm(x, weight=p["gamma"], bias=p["beta"]),
        (4, 6, 3, 5),
    ),
}


@pytest.mark.parametrize("name", NORMALIZATIONS)
@DTYPES
def test_normalization(name, dtype, rtol):
    op, theirs, shape = NORMALIZATIONS[name]
    rng = np.random.default_rng(0)
    x = (3 + 2 * rng.normal(size=shape)).astype(dtype)
    compare(op, theirs, drawn(op, rng, dtype), x, rtol)


@pytest.mark.parametrize("shape", [(8, 4), (8, 4, 5), (8, 4, 3, 5)])
@DTYPES
def test_batch_normalization_and_its_running_averages(shape, dtype, rtol):
    """Batch after batch in training, then evaluation with what was measured."""
    rng = np.random.default_rng(0)
    op = batchnorm.BatchNorm(4, momentum=0.3, eps=1e-4)
    params = drawn(op, rng, dtype)
    params["running_variance"] = abs(params["running_variance"])
    mean, variance = (torch.tensor(params[f"running_{name}"]) for name in ("mean", "variance"))

    def theirs(training):
        return lambda x, p: F.batch_norm(
            x, mean, variance, p["gamma"], p["beta"], training, 0.3, 1e-4
        )

    for _ in range(5):
        x = (3 + 2 * rng.normal(size=shape)).astype(dtype)
        cache = compare(op, theirs(True), params, x, rtol, TRAIN)
        params = {**params, **op.measured(params, cache)}
        agree(params["running_mean"], mean, rtol)
        agree(params["running_variance"], variance, rtol)
    cache = compare(op, theirs(False), params, x, rtol)
    assert op.measured(params, cache) == {}


@pytest.mark.parametrize("conv", [False, True])
@DTYPES
def test_weight_normalization(conv, dtype, rtol):
    rng = np.random.default_rng(0)
    inner = convolution.Conv2D(2, 3) if conv else linear.Dense(4, 3)
    op = weightnorm.WeightNorm(inner)
    x = rng.normal(size=(5, 2, 6, 6) if conv else (5, 4)).astype(dtype)

    def theirs(x, p):
        W = torch._weight_norm(p["v"], p["g"], 0 if conv else 1)
        return F.conv2d(x, W, p["b"]) if conv else x @ W + p["b"]

    compare(op, theirs, drawn(op, rng, dtype), x, rtol)


@pytest.mark.parametrize(
    ("penalty", "theirs"),
    [
        (penalties.l1(0.3), lambda w: 0.3 * w.abs().sum()),
        (penalties.l2(0.3), lambda w: 0.3 * (w**2).sum()),
        (penalties.elastic_net(0.3, 0.2), lambda w: 0.3 * w.abs().sum() + 0.2 * (w**2).sum()),
        (penalties.p_norm(0.3, 1.5), lambda w: 0.3 * (w.abs() ** 1.5).sum()),
    ],
    ids=["l1", "l2", "elastic net", "p-norm"],
)
@DTYPES
def test_penalties(penalty, theirs, dtype, rtol):
    params = linear.Dense(4, 3).init(np.random.default_rng(0), dtype)
    W = leaf(params["W"])
    R = theirs(W)
    R.backward()
    assert penalty(params) == pytest.approx(R.item(), rel=rtol)
    assert penalty.gradients(params).keys() == {"W"}
    agree(penalty.gradients(params)["W"], W.grad, rtol)
    assert all(value.dtype == dtype for _, value in tree.items(params))
