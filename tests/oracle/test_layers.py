"""PyTorch on the same numbers: activations, convolution, pooling, normalization, and the like."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook import tree
from nnbook.op import EVAL, Mode
from nnbook.ops import (
    activations,
    batchnorm,
    conv1d,
    convolution,
    gates,
    initializers,
    linear,
    normalization,
    pooling,
    rectifiers,
    transposed,
    weightnorm,
)
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


@pytest.mark.parametrize("seed", range(40))
@DTYPES
def test_pooling_rounded_up(seed, dtype, rtol):
    rng = np.random.default_rng(seed)
    kernel, stride = (tuple(int(n) for n in rng.integers(1, 5, 2)) for _ in range(2))
    padding = tuple(int(rng.integers(0, k // 2 + 1)) for k in kernel)
    dilation = tuple(int(n) for n in rng.integers(1, 3, 2))
    x = rng.integers(0, 4, (3, 2, *rng.integers(7, 12, 2))).astype(dtype)
    compare(
        pooling.MaxPool2D(kernel, stride, padding, dilation, ceil_mode=True),
        lambda x, p: F.max_pool2d(x, kernel, stride, padding, dilation, True),
        {},
        x,
        rtol,
    )
    for counted in (True, False):
        compare(
            pooling.AveragePool2D(kernel, stride, padding, count_padding=counted, ceil_mode=True),
            lambda x, p, c=counted: F.avg_pool2d(x, kernel, stride, padding, True, c),
            {},
            x,
            rtol,
        )


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize("seed", range(30))
@DTYPES
def test_convolution_along_one_axis(seed, dtype, rtol):
    rng = np.random.default_rng(seed)
    kernel, stride, dilation, groups = (int(n) for n in rng.integers(1, 4, 4))
    C_in, C_out = (groups * int(n) for n in rng.integers(1, 4, 2))
    padding = int(rng.integers(0, 4)) if seed % 4 else "same"
    stride = stride if seed % 4 else 1  # torch has no "same" with a stride
    bias = {} if seed % 3 else {"bias": None}
    op = conv1d.Conv1D(C_in, C_out, kernel, stride, padding, dilation, groups, **bias)
    x = rng.normal(size=(3, C_in, int(rng.integers(7, 14)))).astype(dtype)

    def theirs(x, p):
        return F.conv1d(x, p["W"], p.get("b"), stride, padding, dilation, groups)

    compare(op, theirs, drawn(op, rng, dtype), x, rtol)


@pytest.mark.parametrize("seed", range(40))
@DTYPES
def test_transposed_convolution(seed, dtype, rtol):
    rng = np.random.default_rng(seed)
    kernel, stride, dilation = (tuple(int(n) for n in rng.integers(1, 4, 2)) for _ in range(3))
    padding = tuple(int(n) for n in rng.integers(0, 3, 2))
    extra = tuple(int(rng.integers(0, s)) for s in stride)
    groups = int(rng.integers(1, 4))
    C_in, C_out = (groups * int(n) for n in rng.integers(1, 4, 2))
    bias = {} if seed % 3 else {"bias": None}
    op = transposed.ConvTranspose2D(
        C_in, C_out, kernel, stride, padding, dilation, groups, extra, **bias
    )
    x = rng.normal(size=(3, C_in, *rng.integers(5, 9, 2))).astype(dtype)

    def theirs(x, p):
        rest = stride, padding, extra, groups, dilation
        return F.conv_transpose2d(x, p["W"], p.get("b"), *rest)

    compare(op, theirs, drawn(op, rng, dtype), x, rtol)


ACTIVATIONS = {
    "gelu": (rectifiers.GELU(), lambda z, p: F.gelu(z)),
    "gelu, tanh": (rectifiers.GELU("tanh"), lambda z, p: F.gelu(z, approximate="tanh")),
    "silu": (rectifiers.SiLU(), lambda z, p: F.silu(z)),
    "elu": (rectifiers.ELU(0.7), lambda z, p: F.elu(z, 0.7)),
    "selu": (rectifiers.SELU(), lambda z, p: F.selu(z)),
    "softplus": (rectifiers.Softplus(), lambda z, p: F.softplus(z, threshold=100)),
    "prelu": (rectifiers.PReLU(), lambda z, p: F.prelu(z, p["a"])),
    "prelu, channels": (rectifiers.PReLU(6), lambda z, p: F.prelu(z, p["a"])),
    "log-softmax": (activations.LogSoftmax(), lambda z, p: F.log_softmax(z, -1)),
    "glu": (gates.GLU(), lambda z, p: F.glu(z)),
    "glu, channels": (gates.GLU(1), lambda z, p: F.glu(z, 1)),
    "maxout": (gates.Maxout(2), lambda z, p: z.unflatten(-1, (-1, 2)).amax(-1)),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("scale", [1, 10])
@DTYPES
def test_activations(name, scale, dtype, rtol):
    op, theirs = ACTIVATIONS[name]
    rng = np.random.default_rng(0)
    z = (scale * rng.normal(size=(5, 6, 4))).astype(dtype)
    compare(op, theirs, drawn(op, rng, dtype), z, rtol)


def test_masked_logits():
    z = np.array([[-np.inf, 0.0, 1.0], [2.0, -np.inf, -np.inf]])
    compare(activations.Softmax(), lambda z, p: F.softmax(z, -1), {}, z, 1e-12)


@pytest.mark.parametrize("name", ["layer", "batch"])
def test_normalization_in_float16(name):
    """Against float64, within what float16 can hold: PyTorch has no such kernels on a CPU."""
    op, x = normalization.LayerNorm(8), 300 * np.random.default_rng(0).normal(size=(16, 8))
    op = op if name == "layer" else batchnorm.BatchNorm(8)
    x = x.astype(np.float16)
    theirs = torch.tensor(x.astype(np.float64))
    y = (
        F.layer_norm(theirs, (8,))
        if name == "layer"
        else F.batch_norm(theirs, None, None, training=True)
    )
    ours, _ = op.forward(op.init(np.random.default_rng(0), np.float16), x, mode=TRAIN)
    assert ours.dtype == np.float16
    np.testing.assert_allclose(ours, y.numpy(), atol=3e-3)


def test_orthogonal_weights_are_as_orthogonal_as_theirs():
    for shape in ((5, 9), (9, 5), (8, 3, 3, 3)):
        ours = initializers.orthogonal(1.5)(np.random.default_rng(0), shape, np.float64)
        theirs = torch.nn.init.orthogonal_(torch.empty(shape, dtype=torch.float64), 1.5).numpy()
        A, B = ours.reshape(shape[0], -1), theirs.reshape(shape[0], -1)
        values = [np.linalg.svd(M, compute_uv=False) for M in (A, B)]
        np.testing.assert_allclose(values[0], values[1])


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
