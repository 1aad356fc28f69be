"""A second opinion on losses and their options: PyTorch, and scikit-learn where it has the loss."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook.numerics import softmax
from nnbook.op import Needs
from nnbook.ops import losses

torch = pytest.importorskip("torch", reason="needs torch: make test-oracle")
F = torch.nn.functional
pytestmark = pytest.mark.oracle
DTYPES = pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-12), (np.float32, 5e-5)])
REDUCTIONS = pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
W = np.array([1.0, 3.0, 0.5, 2.0])


def agree(ours, theirs, rtol):
    theirs = theirs.detach().numpy()
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=rtol * (abs(theirs).max() + 1e-3))
    assert ours.dtype == theirs.dtype
    assert np.shape(ours) == theirs.shape


def compare(loss, theirs, y, t, rtol):
    """Value and gradient, for one and the same random cotangent."""
    y_torch = torch.tensor(y, requires_grad=True)
    L_torch = theirs(y_torch, torch.tensor(t))
    L, cache = loss.forward({}, y, t)
    agree(L, L_torch, rtol)
    L_bar = np.random.default_rng(7).normal(size=np.shape(L)).astype(y.dtype)
    L_torch.backward(torch.tensor(L_bar))
    (y_bar, _), _ = loss.vjp({}, cache, L_bar, Needs((True, False)))
    agree(y_bar, y_torch.grad, rtol)


def logits(dtype, shape=(9, 4)):
    rng = np.random.default_rng(0)
    return rng.normal(0, 2, shape).astype(dtype), rng.integers(0, shape[-1], shape[:-1])


REGRESSION = {
    "mse": (losses.MeanSquaredError, {}, F.mse_loss, {}),
    "mae": (losses.MeanAbsoluteError, {}, F.l1_loss, {}),
    "huber": (losses.HuberLoss, {"delta": 0.7}, F.huber_loss, {"delta": 0.7}),
    "huber, 1": (losses.HuberLoss, {}, F.smooth_l1_loss, {}),
}


@pytest.mark.parametrize("name", REGRESSION)
@REDUCTIONS
@DTYPES
def test_regression(name, reduction, dtype, rtol):
    kind, own, theirs, options = REGRESSION[name]
    rng = np.random.default_rng(0)
    y, t = (rng.normal(size=(5, 3)).astype(dtype) for _ in range(2))
    y[0, 0] = t[0, 0]  # the kink
    loss = kind(**own, reduction=reduction)
    compare(loss, lambda y, t: theirs(y, t, reduction=reduction, **options), y, t, rtol)


OPTIONS = [
    {},
    {"weights": W},
    {"smoothing": 0.2},
    {"ignore": 2},
    {"weights": W, "smoothing": 0.2, "ignore": 2},
]


def named_theirs(options, dtype):
    """Our options by PyTorch's names."""
    found = {}
    if "weights" in options:
        found["weight"] = torch.tensor(options["weights"].astype(dtype))
    if "ignore" in options:
        found["ignore_index"] = options["ignore"]
    if "smoothing" in options:
        found["label_smoothing"] = options["smoothing"]
    return found


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@REDUCTIONS
@DTYPES
def test_softmax_cross_entropy_of_labels(options, reduction, dtype, rtol):
    z, t = logits(dtype)
    loss = losses.SoftmaxCrossEntropy(**options, reduction=reduction)
    more = named_theirs(options, dtype)
    compare(loss, lambda z, t: F.cross_entropy(z, t, reduction=reduction, **more), z, t, rtol)


@pytest.mark.parametrize("options", OPTIONS[:3], ids=str)
@pytest.mark.parametrize("reduction", ["sum", "none"])  # their mean of soft targets is unweighted
@DTYPES
def test_softmax_cross_entropy_of_distributions(options, reduction, dtype, rtol):
    z, _ = logits(dtype)
    t = softmax(logits(np.float64)[0][::-1]).astype(dtype)
    loss = losses.SoftmaxCrossEntropy(**options, reduction=reduction)
    more = named_theirs(options, dtype)
    compare(loss, lambda z, t: F.cross_entropy(z, t, reduction=reduction, **more), z, t, rtol)


@pytest.mark.parametrize("options", [OPTIONS[i] for i in (0, 1, 3)], ids=str)
@REDUCTIONS
@DTYPES
def test_negative_log_likelihood(options, reduction, dtype, rtol):
    z, t = logits(dtype)
    y = torch.log_softmax(torch.tensor(z), -1).numpy()
    loss = losses.NegativeLogLikelihood(**options, reduction=reduction)
    more = named_theirs(options, dtype)
    compare(loss, lambda y, t: F.nll_loss(y, t, reduction=reduction, **more), y, t, rtol)


@DTYPES
def test_kl_divergence(dtype, rtol):
    z, _ = logits(dtype)
    y = torch.log_softmax(torch.tensor(z), -1).numpy()
    t = softmax(z[::-1])
    t[0] = [0, 0.25, 0.75, 0]  # what cannot be adds nothing
    for ours, name in (("mean", "batchmean"), ("sum", "sum")):
        loss = losses.KLDivergence(reduction=ours)
        compare(loss, lambda y, t, name=name: F.kl_div(y, t, reduction=name), y, t, rtol)
    each = losses.KLDivergence(reduction="none")
    compare(each, lambda y, t: F.kl_div(y, t, reduction="none").sum(-1), y, t, rtol)


@pytest.mark.parametrize("reduction", ["sum", "none"])  # their mean is unweighted
@DTYPES
def test_weights_of_two_classes(reduction, dtype, rtol):
    z, t = logits(dtype)[0], np.random.default_rng(1).uniform(size=(9, 4)).astype(dtype)
    loss = losses.SigmoidBinaryCrossEntropy(weights=(1, 3), reduction=reduction)
    positive = torch.tensor(3, dtype=torch.float64 if dtype == np.float64 else torch.float32)

    def theirs(z, t):
        return F.binary_cross_entropy_with_logits(z, t, pos_weight=positive, reduction=reduction)

    compare(loss, theirs, z, t, rtol)


@REDUCTIONS
@DTYPES
def test_binary_cross_entropies(reduction, dtype, rtol):
    z, t = logits(dtype)[0], np.random.default_rng(1).uniform(size=(9, 4)).astype(dtype)
    loss = losses.SigmoidBinaryCrossEntropy(reduction=reduction)
    theirs = F.binary_cross_entropy_with_logits
    compare(loss, lambda z, t: theirs(z, t, reduction=reduction), z, t, rtol)
    p = torch.sigmoid(torch.tensor(z)).numpy()
    loss = losses.BinaryCrossEntropy(reduction=reduction)
    compare(loss, lambda p, t: F.binary_cross_entropy(p, t, reduction=reduction), p, t, rtol)


@pytest.mark.parametrize("gamma", [0, 0.5, 2])
@DTYPES
def test_focal_loss(gamma, dtype, rtol):
    """The formula of torchvision's `sigmoid_focal_loss`, for targets 0 and 1."""
    z = logits(dtype)[0]
    t = np.random.default_rng(1).integers(0, 2, z.shape).astype(dtype)
    alpha = 0.25

    def theirs(z, t):
        p = torch.sigmoid(z)
        ce = F.binary_cross_entropy_with_logits(z, t, reduction="none")
        p_t = p * t + (1 - p) * (1 - t)
        return (alpha * t + (1 - alpha) * (1 - t)) * ce * (1 - p_t) ** gamma

    loss = losses.FocalLoss(gamma, weights=(1 - alpha, alpha), reduction="none")
    compare(loss, theirs, z, t, rtol)


@REDUCTIONS
@DTYPES
def test_hinge_and_quantile(reduction, dtype, rtol):
    """PyTorch has neither: its tensors differentiate the formulas."""
    rng = np.random.default_rng(0)
    z, y, u = (rng.normal(size=(5, 3)).astype(dtype) for _ in range(3))
    t = rng.choice([-1, 1], z.shape).astype(dtype)
    reduce = {"mean": torch.mean, "sum": torch.sum, "none": lambda each: each}[reduction]
    loss = losses.HingeLoss(reduction=reduction)
    compare(loss, lambda z, t: reduce(torch.clamp(1 - t * z, min=0)), z, t, rtol)
    loss = losses.QuantileLoss(0.9, reduction=reduction)
    compare(
        loss, lambda y, t: reduce(torch.maximum(0.9 * (t - y), 0.1 * (y - t))), y, u, rtol
    )


def test_scikit_learn_has_them_too():
    theirs = pytest.importorskip("sklearn.metrics", reason="needs scikit-learn")
    rng = np.random.default_rng(0)
    z, t = rng.normal(size=30), rng.choice([-1, 1], 30)
    assert losses.HingeLoss()(z, t) == pytest.approx(theirs.hinge_loss(t, z))
    y = rng.normal(size=30)
    expected = theirs.mean_pinball_loss(y, z, alpha=0.9)
    assert losses.QuantileLoss(0.9)(z, y) == pytest.approx(expected)
    p, labels = softmax(rng.normal(size=(30, 3))), np.arange(30) % 3
    assert losses.CategoricalCrossEntropy()(p, labels) == pytest.approx(theirs.log_loss(labels, p))


@DTYPES
def test_masked_logits(dtype, rtol):
    z, t = logits(dtype)
    z[np.arange(9), (t + 1) % 4] = -np.inf
    compare(losses.SoftmaxCrossEntropy(), F.cross_entropy, z, t, rtol)
