"""Losses: what must be true of them whatever the code, and the ends of their range."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnbook.numerics import log_softmax, sigmoid, softmax
from nnbook.op import Needs, NoGradientError
from nnbook.ops.losses import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    FocalLoss,
    HingeLoss,
    HuberLoss,
    KLDivergence,
    Loss,
    MeanAbsoluteError,
    MeanSquaredError,
    NegativeLogLikelihood,
    QuantileLoss,
    RootMeanSquaredError,
    SigmoidBinaryCrossEntropy,
    SoftmaxCrossEntropy,
)

REGRESSION = [
    MeanSquaredError(),
    MeanSquaredError("half"),
    MeanAbsoluteError(),
    RootMeanSquaredError(),
    HuberLoss(),
    QuantileLoss(0.3),
]
BINARY = [BinaryCrossEntropy(), SigmoidBinaryCrossEntropy(), FocalLoss()]
LOGARITHMS = [NegativeLogLikelihood(), KLDivergence()]
CATEGORICAL = [CategoricalCrossEntropy(), SoftmaxCrossEntropy(), *LOGARITHMS]
ALL = [*REGRESSION, *BINARY, *CATEGORICAL, HingeLoss()]
seeds = st.integers(0, 2**32 - 1)


def drawn(loss, shape, rng):
    """A prediction and a target that the loss takes."""
    y, t = softmax(rng.normal(size=shape)), softmax(rng.normal(size=shape))
    if isinstance(loss, HingeLoss):
        t = np.where(t > 1 / shape[-1], 1.0, -1.0)
    return (np.log(y) if loss in LOGARITHMS else y), t


def on(loss, p):
    """Probabilities as the prediction that the loss reads."""
    return np.log(p) if loss in LOGARITHMS else p


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
        L = CategoricalCrossEntropy()(y[None], wrong[None])
        assert pytest.approx(-np.log(1e-7), rel=1e-5) == L
        np.testing.assert_array_equal(
            gradient(CategoricalCrossEntropy(), y[None], wrong[None]), [[0, 0]]
        )


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("eps", [1e-7, 1e-9, 1e-60])
def test_clipping_bounds_the_loss_in_every_dtype(dtype, eps):
    """Also where 1 - eps is 1 in the dtype, or eps is 0: never more than -log eps."""
    y, loss = np.array([0.0, 1.0], dtype), BinaryCrossEntropy(eps, reduction="none")
    with np.errstate(all="raise", under="ignore"):
        wrong, right = loss(y, [1, 0]), loss(y, [0, 1])
        np.testing.assert_array_equal(gradient(loss, y, np.array([1, 0])), [0, 0])
    assert (wrong <= -np.log(eps) * (1 + np.finfo(dtype).eps)).all()
    assert wrong.min() > 16
    np.testing.assert_allclose(right, 0, atol=1e-6)
    assert wrong.dtype == dtype
    one = np.array([[1.0, 0.0]], dtype)
    assert np.isfinite(CategoricalCrossEntropy(eps)(one, [1]))


# --- infinite logits ------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_logit_of_minus_infinity_rules_a_class_out(dtype):
    z = np.array([[-np.inf, 0, 1], [2, -np.inf, 1]], dtype)
    with np.errstate(invalid="raise", divide="raise"):
        assert SoftmaxCrossEntropy()(z[:1], [2]) == pytest.approx(np.log1p(np.exp(-1)), rel=1e-3)
        assert SoftmaxCrossEntropy()([[-np.inf, 0, 1]], [2]) == pytest.approx(0.3133, abs=5e-5)
        bar = gradient(SoftmaxCrossEntropy(), z, np.array([2, 0]))
        S = sigmoid(1.0)
        expected = np.array([[0, 1 - S, S - 1], [S - 1, 0, 1 - S]]) / 2
        np.testing.assert_allclose(bar, expected, rtol=2e-3)
        y = log_softmax(z)
        same = pytest.approx(SoftmaxCrossEntropy()(z, [2, 0]), rel=2 * float(np.finfo(dtype).eps))
        assert NegativeLogLikelihood()(y, [2, 0]) == same
        t = np.array([[0, 0.5, 0.5], [0.5, 0, 0.5]])
        assert np.isfinite(KLDivergence()(y, t))
    assert SoftmaxCrossEntropy()(z, [0, 0]) == np.inf  # a class that was ruled out came true


def test_infinite_binary_logits():
    z = np.array([np.inf, -np.inf])
    with np.errstate(invalid="raise"):
        for loss in (SigmoidBinaryCrossEntropy(), FocalLoss()):
            assert loss(z, [1, 0]) == 0
            assert loss(z, [0, 1]) == np.inf
            np.testing.assert_array_equal(gradient(loss, z, np.array([1, 0])), [0, 0])
            np.testing.assert_array_equal(gradient(loss, z, np.array([0, 1])), [0.5, -0.5])


def test_squares_out_of_range():
    for size in (1e200, 1e-200):
        assert RootMeanSquaredError()([size, -size], [0.0, 0.0]) == pytest.approx(size, rel=1e-12)
        bar = RootMeanSquaredError().gradient(np.array([size, -size]), np.zeros(2))
        np.testing.assert_allclose(bar, [0.5, -0.5])
    small = np.array([300.0, -300.0], np.float16)
    assert RootMeanSquaredError()(small, [0, 0]) == 300
    assert MeanSquaredError()(np.array([300.0] + 9 * [0], np.float16), np.zeros(10)) == 9000
    assert RootMeanSquaredError()([np.inf], [0.0]) == np.inf


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
    fused, apart, t = SoftmaxCrossEntropy(), CategoricalCrossEntropy(), softmax(t)
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
    mse, mae, rmse = (loss(y, t) for loss in (REGRESSION[0], *REGRESSION[2:4]))
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
    y, t = drawn(loss, shape, np.random.default_rng(0))
    if isinstance(loss, RootMeanSquaredError):
        mean = np.sqrt(np.mean([loss(a, b) ** 2 for a, b in zip(y, t, strict=True)]))
    else:
        mean = np.mean([loss(a, b) for a, b in zip(y, t, strict=True)])
    assert loss(y, t) == pytest.approx(mean)
    assert np.shape(loss(y, t)) == ()
    assert np.isfinite(loss(y.reshape(-1, 3)[0], t.reshape(-1, 3)[0]))  # one example, no batch axis


@pytest.mark.parametrize("loss", ALL, ids=repr)
def test_reductions(loss):
    if isinstance(loss, RootMeanSquaredError):  # no mean of losses of examples
        return
    kind, (y, t) = type(loss), drawn(loss, (2, 5, 3), np.random.default_rng(0))
    each, added = kind(reduction="none"), kind(reduction="sum")
    losses = each(y, t)
    assert losses.shape == ((2, 5) if loss in CATEGORICAL else (2, 5, 3))
    assert added(y, t) == pytest.approx(losses.sum())
    assert kind()(y, t) == pytest.approx(losses.mean())
    np.testing.assert_allclose(gradient(added, y, t), losses.size * gradient(kind(), y, t))
    np.testing.assert_allclose(gradient(each, y, t), gradient(added, y, t))
    assert losses[1, 2] == pytest.approx(each(y[1, 2], t[1, 2]))
    for empty in (y[:0], t[:0]):
        empty.setflags(write=False)
    assert added(y[:0], t[:0]) == 0
    assert each(y[:0], t[:0]).shape == (0, *losses.shape[1:])
    with pytest.raises(ValueError, match="'mean', 'sum' or 'none', got 'max'"):
        kind(reduction="max")


@pytest.mark.parametrize("loss", ALL, ids=repr)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.longdouble])
def test_every_dtype(loss, dtype):
    y, t = drawn(loss, (4, 3), np.random.default_rng(0))
    L, cache = loss.forward({}, y.astype(dtype), t.astype(dtype))
    (y_bar, _), _ = loss.vjp({}, cache, dtype(1), Needs((True, False)))
    assert L.dtype == y_bar.dtype == dtype
    tolerance = max(1e-14, 3 * float(np.finfo(dtype).eps) ** 0.9)
    assert float(L) == pytest.approx(loss(y, t), rel=tolerance, abs=tolerance)
    np.testing.assert_allclose(y_bar, gradient(loss, y, t), rtol=20 * tolerance, atol=tolerance)


def test_sums_over_many_examples_keep_their_digits():
    """In float16 a sum of 70,000 ones overflows, and 0.1 added a million times drifts."""
    ones = np.ones(70_000, np.float16)
    assert MeanAbsoluteError()(ones, 0 * ones) == MeanSquaredError()(ones, 0 * ones) == 1
    assert RootMeanSquaredError()(ones, 0 * ones) == 1
    assert MeanAbsoluteError().value(ones, 0 * ones) == 1  # the bare formula likewise
    many = np.full((1000, 1000), 0.1, np.float32)
    L = MeanAbsoluteError(reduction="sum")(many, 0 * many)
    assert float(L) == pytest.approx(float(np.float32(0.1)) * 1e6, rel=1e-7)


@pytest.mark.parametrize("loss", [*REGRESSION, SigmoidBinaryCrossEntropy()], ids=repr)
def test_whole_numbers_are_predictions_too(loss):
    """One rule of dtypes: what is no floating number becomes float64, and bytes do not wrap."""
    y, t = np.array([0, 200, 3], np.uint8), np.array([1, 0, 1], np.uint8)
    assert loss(y, t) == loss(y.astype(float), t.astype(float))
    assert loss(y, t).dtype == np.float64


@pytest.mark.parametrize("loss", CATEGORICAL, ids=repr)
def test_labels_stand_for_one_hot_targets(loss):
    y = on(loss, softmax(np.random.default_rng(0).normal(size=(2, 4, 3))))
    labels = np.array([[0, 1, 2, 0], [2, 2, 1, 1]])
    for t in (np.eye(3)[labels], np.eye(3, dtype=int)[labels], np.eye(3, dtype=bool)[labels]):
        assert loss(y, labels) == loss(y, t)
        np.testing.assert_array_equal(gradient(loss, y, labels), gradient(loss, y, t))
    for dtype in (np.int8, np.uint8, np.uint64, np.int32):
        assert loss(y, labels.astype(dtype)) == loss(y, labels)
    two = on(loss, np.full((2, 4, 2), 0.5))
    assert loss(two, labels > 1) == loss(two, (labels > 1).astype(int))


def test_a_label_costs_memory_for_its_own_row_only():
    z, t = np.zeros((1, 100_000), np.float32), np.array([7])
    tracemalloc.start()
    SoftmaxCrossEntropy()(z, t)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50 * z.nbytes  # a table of all classes would be 100,000 of them


@pytest.mark.parametrize("loss", ALL, ids=repr)
def test_integer_targets_have_no_cotangent(loss):
    y, t = on(loss, np.full((2, 4), 0.25, np.float32)), np.eye(4, dtype=int)[:2]
    t = 2 * t - 1 if isinstance(loss, HingeLoss) else t
    L, cache = loss.forward({}, y, t)
    assert L.dtype == np.float32
    assert loss.vjp({}, cache, 1.0)[0][1] is None
    with pytest.raises(NoGradientError, match="integer target"):
        loss.vjp({}, cache, 1.0, Needs((True, True)))


# --- weights, smoothing, ignored labels -----------------------------------------------------------

WEIGHTED = [CategoricalCrossEntropy, SoftmaxCrossEntropy, NegativeLogLikelihood]


@pytest.mark.parametrize("kind", WEIGHTED)
def test_weights_and_smoothing_are_what_they_say(kind):
    rng, w, eps = np.random.default_rng(0), np.array([1.0, 3.0, 0.5]), 0.3
    p, t = softmax(rng.normal(size=(6, 3))), np.array([0, 1, 2, 2, 1, 1])
    y = np.log(p) if kind is not CategoricalCrossEntropy else p
    costs = [
        -sum(w[k] * ((1 - eps) * (k == label) + eps / 3) * np.log(q[k]) for k in range(3))
        for q, label in zip(p, t, strict=True)
    ]
    options = {"weights": w, "smoothing": eps}
    np.testing.assert_allclose(kind(**options, reduction="none")(y, t), costs)
    assert kind(**options)(y, t) == pytest.approx(sum(costs) / w[t].sum())
    assert kind(**options)(y, np.eye(3)[t]) == pytest.approx(kind(**options)(y, t))
    assert kind(weights=w)(y[:1], t[:1]) == pytest.approx(kind()(y[:1], t[:1]))  # a weighted mean
    assert kind(weights=[5, 5, 5])(y, t) == pytest.approx(kind()(y, t))


def test_binary_weights_and_smoothing_are_those_of_two_classes():
    rng, options = np.random.default_rng(0), {"weights": (2.0, 5.0), "smoothing": 0.3}
    z, t = rng.normal(size=7), rng.uniform(size=7)
    two_z, two_t = np.stack([0 * z, z], -1), np.stack([1 - t, t], -1)
    both = SoftmaxCrossEntropy(**options)(two_z, two_t)
    assert SigmoidBinaryCrossEntropy(**options)(z, t) == pytest.approx(both)
    assert BinaryCrossEntropy(**options)(sigmoid(z), t) == pytest.approx(both)
    assert FocalLoss(0, **options)(z, t) == pytest.approx(both)
    assert FocalLoss(3)(z, t) < FocalLoss(2)(z, t) < FocalLoss(0)(z, t)


@pytest.mark.parametrize("kind", WEIGHTED)
@pytest.mark.parametrize("ignore", [-1, 255, 1])
def test_ignored_examples_might_as_well_not_be_there(kind, ignore):
    p = softmax(np.random.default_rng(0).normal(size=(5, 3)))
    y = p if kind is CategoricalCrossEntropy else np.log(p)
    t, kept = np.array([0, ignore, 2, ignore, 2]), [0, 2, 4]
    options = {"weights": (1, 2, 3), "smoothing": 0.1}
    for more in ({}, options):
        loss, plain = kind(ignore=ignore, **more), kind(**more)
        assert loss(y, t) == pytest.approx(plain(y[kept], t[kept]))
        bar = gradient(loss, y, t)
        np.testing.assert_allclose(bar[kept], gradient(plain, y[kept], t[kept]))
        np.testing.assert_array_equal(bar[[1, 3]], 0)
    each = kind(ignore=ignore, reduction="none")(y, t)
    np.testing.assert_array_equal(each[[1, 3]], 0)
    assert each[kept].min() > 0
    everything = np.full(5, ignore)
    assert kind(ignore=ignore, reduction="sum")(y, everything) == 0
    with pytest.raises(ValueError, match="all targets are ignored"):
        kind(ignore=ignore)(y, everything)
    with pytest.raises(ValueError, match="expects labels 0 … 2, got 0 … 7"):
        kind(ignore=ignore)(y, np.array([0, 7, 2, 2, 2]))


def test_the_bare_formulas_take_any_numbers():
    """What a chapter proves of all numbers, also of targets that no op would take."""
    z, t = np.array([[0.0, 1.0], [2.0, 0.5]]), np.array([[0.0, 0.0], [3.0, -1.0]])
    log_S = log_softmax(z)
    assert SoftmaxCrossEntropy().value(z, t) == pytest.approx(-np.sum(t * log_S) / 2)
    expected = (softmax(z) * t.sum(-1, keepdims=True) - t) / 2
    np.testing.assert_allclose(SoftmaxCrossEntropy().gradient(z, t), expected)
    p = np.array([0.2, 0.7])
    formula = -np.mean(t[1] * np.log(p) + (1 - t[1]) * np.log(1 - p))
    assert BinaryCrossEntropy().value(p, t[1]) == pytest.approx(formula)


def test_known_values_of_the_new_losses():
    y, t = np.array([0.0, 3.0, -4.0]), np.array([0.5, 1.0, 0.0])
    np.testing.assert_allclose(HuberLoss(2.0, reduction="none")(y, t), [0.125, 2.0, 6.0])
    near = HuberLoss(1e9)(y, t)
    assert near == MeanSquaredError("half")(y, t)
    assert QuantileLoss()(y, t) == pytest.approx(MeanAbsoluteError()(y, t) / 2)
    np.testing.assert_allclose(QuantileLoss(0.9, reduction="none")(y, t), [0.45, 0.2, 3.6])
    rng = np.random.default_rng(0)
    p, t = softmax(rng.normal(size=(2, 3))), softmax(rng.normal(size=(2, 3)))
    entropy = -np.mean(np.sum(t * np.log(t), -1))
    cross = CategoricalCrossEntropy()(p, t)
    assert KLDivergence()(np.log(p), t) == pytest.approx(cross - entropy)
    assert KLDivergence()(np.log(p), [0, 1]) == pytest.approx(
        NegativeLogLikelihood()(np.log(p), [0, 1])
    )


def test_rounding_in_distributions_is_no_error():
    """Sums that rounding moves off 1, logarithms in float16, and a share of -1e-9 for 0."""
    y = np.full((2, 1000), -np.log(1000), np.float16)
    assert NegativeLogLikelihood()(y, [0, 999]) == pytest.approx(np.log(1000), rel=1e-3)
    loss, p, t = KLDivergence(), np.array([[0.5, 0.5]]), np.array([[1 + 1e-9, -1e-9]])
    with np.errstate(invalid="raise"):
        L, cache = loss.forward({}, np.log(p), t)
        (_, t_bar), _ = loss.vjp({}, cache, 1.0)
    assert float(L) == pytest.approx(np.log(2))
    np.testing.assert_allclose(t_bar, [[1 + np.log(2), -np.inf]])


def test_a_quantile_is_best():
    t = np.random.default_rng(0).normal(size=1001)
    c = np.linspace(-3, 3, 601)
    costs = [QuantileLoss(0.9)(np.full(1001, a), t) for a in c]
    assert c[np.argmin(costs)] == pytest.approx(np.quantile(t, 0.9), abs=0.02)


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", ALL, ids=repr)
def test_errors(loss):
    y, t = drawn(loss, (2, 3), np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"expects a target of shape \(2, 3\), got \(2, 1\)"):
        loss(y, np.ones((2, 1)))
    with pytest.raises(ValueError, match=r"empty batch, got shape \(0, 3\)"):
        loss(np.ones((0, 3)), np.ones((0, 3)))
    for wrong in (y + 0j, y.astype(object), np.ma.array(y), y.astype(str)):
        with pytest.raises(TypeError, match="expected an array"):
            loss(wrong, t)
        with pytest.raises(TypeError, match="expected an array"):
            loss(y, wrong)
    for value in (np.nan, np.inf, -np.inf):
        with pytest.raises(ValueError, match=f"finite targets within float64, got {value}"):
            loss(y, np.where(np.arange(3) == 1, value, t))
    with pytest.raises(ValueError, match="finite targets within float32, got inf"):
        loss(y.astype(np.float32), np.full((2, 3), 1e60))
    _, cache = loss.forward({}, y, t)
    with pytest.raises(ValueError, match=r"expects a cotangent of shape \(\), got \(2, 3\)"):
        loss.vjp({}, cache, np.ones((2, 3)))


@pytest.mark.parametrize("loss", BINARY, ids=repr)
@pytest.mark.parametrize(
    ("t", "got"),
    [([-1, 1], "-1 … 1"), ([2, 1], "1 … 2"), ([0, 255], "0 … 255"), ([0.5, 1.1], "0.5 … 1.1")],
)
def test_binary_targets_outside_their_domain(loss, t, got):
    with pytest.raises(ValueError, match=rf"expects targets in \[0, 1\], got {got}"):
        loss(np.array([0.5, 0.25]), t)
    assert np.isfinite(loss(np.array([0.5, 0.25]), np.array([1 + 1e-7, -1e-7])))  # rounding may be


@pytest.mark.parametrize("loss", CATEGORICAL, ids=repr)
def test_categorical_targets_outside_their_domain(loss):
    y = on(loss, np.array([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]]))
    for t, got in (
        ([[0, 0, 0], [1, 0, 0]], "sum of 0"),
        ([[1, 1, 1], [1, 0, 0]], "sum of 3"),
        ([[1, 0, 0], [5, 0, 0]], "sum of 5"),
        ([[0.5, 0.25, 0.0], [1, 0, 0]], "sum of 0.75"),
        ([[-1, 2, 0], [1, 0, 0]], "at least 0, got -1"),
    ):
        with pytest.raises(ValueError, match=got):
            loss(y, t)
    for labels, message in (
        ([0, 3], "expects labels 0 … 2, got 0 … 3"),
        ([-1, 2], "expects labels 0 … 2, got -1 … 2"),
        ([0, 1, 2], r"expects labels of shape \(2,\), got \(3,\)"),
        ([0.0, 1.0], r"expects a target of shape \(2, 3\), got \(2,\)"),
    ):
        with pytest.raises(ValueError, match=message):
            loss(y, labels)


@pytest.mark.parametrize("loss", CATEGORICAL, ids=repr)
def test_one_column_is_no_choice(loss):
    for t in ([[0], [1]], [0, 0], [[1.0], [1.0]]):
        with pytest.raises(ValueError, match=r"at least 2 classes, got shape \(2, 1\).*Sigmoid"):
            loss(np.zeros((2, 1)), t)
    with pytest.raises(ValueError, match="got a number"):
        loss(np.float64(0.5), 0)


@pytest.mark.parametrize("loss", CATEGORICAL, ids=repr)
def test_flat_logits_are_one_example(loss):
    y = on(loss, np.array([0.2, 0.8]))
    for t in ([0, 1], [False, True]):
        with pytest.raises(ValueError, match=r"\(2,\) for the classes of one example"):
            loss(y, t)
    assert loss(y, 1) == loss(y, [0.0, 1.0]) == pytest.approx(loss(y[None], [1]))


def test_predictions_outside_their_domain():
    for y, got in (([0.5, 1.5], "0.5, 1.5"), ([-0.5, 0.5], "-0.5, 0.5"), ([np.nan, 0.5], "nan")):
        with pytest.raises(ValueError, match=rf"expects probabilities in \[0, 1\], got \[{got}"):
            BinaryCrossEntropy()(np.array(y), np.array([0, 1]))
    with pytest.raises(ValueError, match="expects probabilities"):
        CategoricalCrossEntropy()(np.array([[np.nan, 0.5]]), np.array([0]))
    for y, total in (([0.9, 0.9, 0.9], "2.7"), ([0.0, 0.0, 0.0], "0")):
        with pytest.raises(ValueError, match=f"sum to 1, got a sum of {total}$"):
            CategoricalCrossEntropy()(np.array([y]), [0])
    for loss in LOGARITHMS:
        with pytest.raises(ValueError, match=r"logarithms of probabilities.* take the log-softmax"):
            loss(np.array([[1.0, 2.0]]), [0])
    for t in (0, 2, 0.5):
        with pytest.raises(ValueError, match=f"expects labels -1 and 1, got {t}; 2 t - 1"):
            HingeLoss()([0.5, 0.5], [1, t])


def test_errors_of_options():
    for make, message in (
        (lambda: MeanSquaredError("sum"), r"'mean' or 'half', got 'sum'"),
        (lambda: BinaryCrossEntropy(eps=0), "eps must lie between 0 and 0.5, got 0"),
        (lambda: HuberLoss(0), "delta must be a positive number, got 0"),
        (lambda: HuberLoss(np.inf), "delta must be a positive number, got inf"),
        (lambda: QuantileLoss(1), "between 0 and 1, got 1"),
        (lambda: FocalLoss(-1), "gamma must be a finite number, 0 or more; got -1"),
        (lambda: SoftmaxCrossEntropy(smoothing=1), r"smoothing must lie in \[0, 1\), got 1"),
        (lambda: SoftmaxCrossEntropy(weights=[1, -1]), r"at least 0, not all 0, got \[1, -1\]"),
        (lambda: SoftmaxCrossEntropy(weights=[0, 0]), "not all 0"),
        (lambda: FocalLoss(weights=[1, np.nan]), "weights must be finite"),
        (lambda: FocalLoss(weights=[1, 1, 1]), "weights of class 0 and of class 1, got"),
        (
            lambda: SoftmaxCrossEntropy(weights=[1, 2])(np.ones((1, 3)), [0]),
            r"2 weights for predictions of shape \(1, 3\)",
        ),
        (lambda: SoftmaxCrossEntropy(weights=[1, 0])(np.ones((1, 2)), [1]), "or weigh 0"),
    ):
        with pytest.raises(ValueError, match=message):
            make()
    with pytest.raises(ValueError, match=r"label to ignore must be a whole number, got 0\.5"):
        SoftmaxCrossEntropy(ignore=0.5)


def test_a_loss_of_ones_own():
    """Value and gradient are enough: the base class makes an op of them."""

    class Fourth(Loss):
        def value(self, y, t):
            return float(np.mean((y - t) ** 4))

        def gradient(self, y, t):
            return 4 * (y - t) ** 3 / y.size

    assert Fourth()([1.0, 3.0], [0, 1]) == 8.5
    np.testing.assert_allclose(gradient(Fourth(), [1.0, 3.0], [0, 1]), [2, 16])
    with pytest.raises(NoGradientError, match=r"Fourth.* no gradient with respect to its target"):
        Fourth().vjp({}, Fourth().forward({}, [1.0], [0.0])[1], 1.0)


# --- the short way of labels ----------------------------------------------------------------------


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 2e-6), (np.float64, 0)])
def test_labels_without_options_give_what_the_formula_gives(reduction, dtype, tolerance):
    rng, loss = np.random.default_rng(0), SoftmaxCrossEntropy(reduction=reduction)
    for z in (rng.normal(size=(7, 5)), 200 * rng.normal(size=(7, 5)), rng.normal(size=(5, 7)).T):
        z, labels = z.astype(dtype), rng.integers(0, 5, 7)
        t = np.eye(5, dtype=dtype)[labels]
        L_bar = rng.normal(size=loss.value(z, t).shape).astype(dtype)
        L, cache = loss.forward({}, z, labels)
        (z_bar, _), _ = loss.vjp({}, cache, L_bar)
        expected = loss.gradient(z, t) * L_bar[..., None]
        assert L.dtype == z_bar.dtype == dtype
        np.testing.assert_allclose(L, loss.value(z, t), tolerance, atol=tolerance)
        np.testing.assert_allclose(z_bar, expected, tolerance, atol=tolerance)
