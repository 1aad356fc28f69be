"""Losses: what must be true of them whatever the code, and the ends of their range."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnbook.numerics import sigmoid, softmax
from nnbook.op import Needs, NoGradientError
from nnbook.ops.losses import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    MeanAbsoluteError,
    MeanSquaredError,
    RootMeanSquaredError,
    SigmoidBinaryCrossEntropy,
    SoftmaxCrossEntropy,
)

ALL = [
    MeanSquaredError(),
    MeanSquaredError("half"),
    MeanAbsoluteError(),
    RootMeanSquaredError(),
    BinaryCrossEntropy(),
    CategoricalCrossEntropy(),
    SigmoidBinaryCrossEntropy(),
    SoftmaxCrossEntropy(),
]
REGRESSION, CATEGORICAL = ALL[:4], [CategoricalCrossEntropy(), SoftmaxCrossEntropy()]
seeds = st.integers(0, 2**32 - 1)


def gradient(loss, y, t):
    L, cache = loss.forward({}, y, t)
    (y_bar, _), _ = loss.vjp({}, cache, np.ones_like(L), Needs((True, False), False))
    return y_bar


# --- extreme logits -------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sigmoid_cross_entropy_at_extreme_logits(dtype):
    z, loss = np.array([1e4, -1e4], dtype), SigmoidBinaryCrossEntropy()
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        right, wrong, half = (loss(z, np.array(t, dtype)) for t in ([1, 0], [0, 1], [0.5, 0.5]))
        assert (right, wrong, half) == (0, 1e4, 5e3)
        assert {right.dtype, wrong.dtype} == {np.dtype(dtype)}
        np.testing.assert_array_equal(gradient(loss, z, np.array([1, 0])), [0, 0])
        np.testing.assert_array_equal(gradient(loss, z, np.array([0, 1])), [0.5, -0.5])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_cross_entropy_at_extreme_logits(dtype):
    z, loss = np.array([[1e4, -1e4, 0], [-1e4, -1e4, 1e4]], dtype), SoftmaxCrossEntropy()
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert loss(z, np.array([0, 2])) == 0
        assert loss(z, np.array([1, 0])) == 2e4
        np.testing.assert_array_equal(gradient(loss, z, np.array([0, 2])), np.zeros((2, 3)))
        np.testing.assert_array_equal(
            gradient(loss, z, np.array([1, 0])), [[0.5, -0.5, 0], [-0.5, 0, 0.5]]
        )
        assert gradient(loss, z, np.array([0, 2])).dtype == dtype


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_certain_probabilities_are_clipped(dtype):
    y, wrong = np.array([0.0, 1.0], dtype), np.array([1, 0])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        L = BinaryCrossEntropy()(y, wrong)
        assert pytest.approx(-np.log(1e-7), rel=0.02) == L  # 1 - 1e-7 is rounded in float32
        assert L.dtype == dtype
        np.testing.assert_array_equal(gradient(BinaryCrossEntropy(), y, wrong), [0, 0])
        L = CategoricalCrossEntropy()(y, wrong)
        assert pytest.approx(-np.log(1e-7), rel=1e-5) == L
        np.testing.assert_array_equal(gradient(CategoricalCrossEntropy(), y, wrong), [0, 0])


# --- what must hold -------------------------------------------------------------------------------


@given(seed=seeds, c=st.floats(-50, 50))
@settings(max_examples=30, deadline=None)
def test_invariants_of_softmax_cross_entropy(seed, c):
    rng = np.random.default_rng(seed)
    z = rng.normal(0, 3, size=(3, 2, 4))
    t = softmax(rng.normal(size=z.shape))
    loss = SoftmaxCrossEntropy()
    assert loss(z + c, t) == pytest.approx(loss(z, t), rel=1e-9)  # only differences count
    bar = gradient(loss, z, t)
    np.testing.assert_allclose(bar.sum(axis=-1), 0, atol=1e-15)  # so no push along (1, …, 1)
    entropy = -np.mean(np.sum(t * np.log(t), axis=-1))
    assert loss(z, t) - entropy >= -1e-12  # Gibbs
    assert loss(np.log(t), t) == pytest.approx(entropy)  # with equality at the truth
    np.testing.assert_allclose(gradient(loss, np.log(t), t), 0, atol=1e-15)
    np.testing.assert_allclose(bar, (softmax(z) - t) / 6)


@given(seed=seeds)
@settings(max_examples=30, deadline=None)
def test_fused_equals_the_composition(seed):
    rng = np.random.default_rng(seed)
    z, t = rng.normal(0, 2, size=(5, 3)), rng.uniform(size=(5, 3))
    fused, apart = SigmoidBinaryCrossEntropy(), BinaryCrossEntropy()
    y = sigmoid(z)
    assert fused(z, t) == pytest.approx(apart(y, t), rel=1e-9)
    np.testing.assert_allclose(
        gradient(fused, z, t), gradient(apart, y, t) * y * (1 - y), atol=1e-12
    )
    fused, apart = SoftmaxCrossEntropy(), CategoricalCrossEntropy()
    S = softmax(z)
    assert fused(z, t) == pytest.approx(apart(S, t), rel=1e-9)
    y_bar = gradient(apart, S, t)
    np.testing.assert_allclose(
        gradient(fused, z, t), S * (y_bar - (y_bar * S).sum(-1, keepdims=True)), atol=1e-12
    )


@given(seed=seeds)
@settings(max_examples=20, deadline=None)
def test_two_classes_are_a_binary_problem(seed):
    rng = np.random.default_rng(seed)
    z, t = rng.normal(0, 3, size=7), rng.uniform(size=7)
    both = SoftmaxCrossEntropy()(np.stack([0 * z, z], -1), np.stack([1 - t, t], -1))
    assert both == pytest.approx(SigmoidBinaryCrossEntropy()(z, t))


@given(seed=seeds)
@settings(max_examples=20, deadline=None)
def test_regression_losses(seed):
    rng = np.random.default_rng(seed)
    y, t = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    mse, mae, rmse = (loss(y, t) for loss in (ALL[0], ALL[2], ALL[3]))
    assert mse == pytest.approx(sum((a - b) ** 2 for a, b in zip(y.flat, t.flat, strict=True)) / 12)
    assert mae == pytest.approx(sum(abs(a - b) for a, b in zip(y.flat, t.flat, strict=True)) / 12)
    assert MeanSquaredError("half")(y, t) == pytest.approx(mse / 2)
    assert rmse**2 == pytest.approx(mse)
    assert mae <= rmse + 1e-12  # the power means grow with their power
    assert rmse <= np.sqrt(12) * mae + 1e-12


@pytest.mark.parametrize("loss", REGRESSION, ids=repr)
def test_no_error_no_gradient(loss):
    y = np.arange(6.0).reshape(2, 3)
    assert loss(y, y) == 0
    np.testing.assert_array_equal(gradient(loss, y, y), np.zeros((2, 3)))


def test_the_mean_minimizes_squares_and_the_median_distances():
    t = np.array([0.0, 1.0, 10.0])
    c = np.linspace(-1, 11, 1201)
    squares = [MeanSquaredError()(np.full(3, a), t) for a in c]
    distances = [MeanAbsoluteError()(np.full(3, a), t) for a in c]
    assert c[np.argmin(squares)] == pytest.approx(t.mean(), abs=0.01)
    assert c[np.argmin(distances)] == pytest.approx(np.median(t), abs=0.01)


# --- targets and batches --------------------------------------------------------------------------


@pytest.mark.parametrize("loss", ALL, ids=repr)
@pytest.mark.parametrize("shape", [(5, 3), (2, 5, 3), (2, 1, 4, 3)])
def test_any_batch_shape_is_a_mean_over_examples(loss, shape):
    rng = np.random.default_rng(0)
    y, t = softmax(rng.normal(size=shape)), softmax(rng.normal(size=shape))
    if isinstance(loss, RootMeanSquaredError):
        mean = np.sqrt(np.mean([loss(a, b) ** 2 for a, b in zip(y, t, strict=True)]))
    else:
        mean = np.mean([loss(a, b) for a, b in zip(y, t, strict=True)])
    assert loss(y, t) == pytest.approx(mean)
    assert np.shape(loss(y, t)) == ()
    assert np.isfinite(loss(y.reshape(-1, 3)[0], t.reshape(-1, 3)[0]))  # one example, no batch axis


@pytest.mark.parametrize("loss", CATEGORICAL, ids=repr)
def test_labels_stand_for_one_hot_targets(loss):
    y = softmax(np.random.default_rng(0).normal(size=(2, 4, 3)))
    labels = np.array([[0, 1, 2, 0], [2, 2, 1, 1]])
    for t in (np.eye(3)[labels], np.eye(3, dtype=int)[labels], np.eye(3, dtype=bool)[labels]):
        assert loss(y, labels) == loss(y, t)
        np.testing.assert_array_equal(gradient(loss, y, labels), gradient(loss, y, t))


@pytest.mark.parametrize("loss", ALL, ids=repr)
def test_integer_targets_have_no_cotangent(loss):
    y, t = np.full((2, 3), 0.25, np.float32), np.eye(3, dtype=int)[:2]
    L, cache = loss.forward({}, y, t)
    assert L.dtype == np.float32
    assert loss.vjp({}, cache, 1.0)[0][1] is None
    with pytest.raises(NoGradientError, match="integer target"):
        loss.vjp({}, cache, 1.0, Needs((True, True)))


@pytest.mark.parametrize("loss", ALL, ids=repr)
def test_errors(loss):
    y = np.full((2, 3), 0.5)
    with pytest.raises(ValueError, match=r"expects a target of shape \(2, 3\), got \(2, 1\)"):
        loss(y, np.ones((2, 1)))
    with pytest.raises(ValueError, match="expects a floating prediction, got dtype int64"):
        loss(np.ones((2, 3), np.int64), y)
    with pytest.raises(ValueError, match=r"empty batch, got shape \(0, 3\)"):
        loss(np.ones((0, 3)), np.ones((0, 3)))


def test_errors_of_options_and_ranges():
    with pytest.raises(ValueError, match=r"'mean' .* 'half' .* got 'sum'"):
        MeanSquaredError("sum")
    with pytest.raises(ValueError, match="eps must lie between 0 and 1/2, got 0"):
        BinaryCrossEntropy(eps=0)
    with pytest.raises(ValueError, match=r"expects probabilities in \[0, 1\], got \[-1, 2\]"):
        BinaryCrossEntropy()(np.array([-1.0, 2.0]), np.array([0, 1]))
    with pytest.raises(ValueError, match="expects probabilities"):
        CategoricalCrossEntropy()(np.array([[np.nan, 0.5]]), np.array([0]))
    with pytest.raises(ValueError, match=r"expects labels 0 … 2, got 0 … 3"):
        SoftmaxCrossEntropy()(np.ones((2, 3)), np.array([0, 3]))
    with pytest.raises(ValueError, match=r"expects labels of shape \(2,\), got \(3,\)"):
        SoftmaxCrossEntropy()(np.ones((2, 3)), np.array([0, 1, 2]))
