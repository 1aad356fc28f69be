"""Normalization: the mean and variance that it promises, however the input is scaled."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbook import gradcheck
from nnbook.graph import Graph, Sequential
from nnbook.op import EVAL, Mode
from nnbook.ops.activations import ReLU
from nnbook.ops.batchnorm import BatchNorm
from nnbook.ops.convolution import Conv2D
from nnbook.ops.linear import Dense
from nnbook.ops.losses import MeanSquaredError
from nnbook.ops.normalization import GroupNorm, InstanceNorm, LayerNorm, Normalization, RMSNorm
from nnbook.ops.weightnorm import WeightNorm, length
from nnbook.training.loop import fit
from nnbook.training.optimizers import sgd

TRAIN = Mode(training=True)
seeds = st.integers(0, 2**32 - 1)
KINDS = {  # an op for (N, C, H, W) and the axes over which its output is normal
    "batch": (lambda C, H, W: BatchNorm(C, eps=0), (0, 2, 3)),
    "layer": (lambda C, H, W: LayerNorm((C, H, W), eps=0), (1, 2, 3)),
    "layer, last axis": (lambda C, H, W: LayerNorm(W, eps=0), (3,)),
    "instance": (lambda C, H, W: InstanceNorm(C, eps=0), (2, 3)),
    "general": (lambda C, H, W: Normalization((0, 2), (C, 1, W), eps=0), (0, 2)),
}


@pytest.mark.parametrize("name", KINDS)
@given(size=st.tuples(*[st.integers(2, 4)] * 4), seed=seeds, scale=st.sampled_from([1e-3, 1, 1e5]))
def test_mean_0_and_variance_1_whatever_the_scale(name, size, seed, scale):
    make, axes = KINDS[name]
    rng, op = np.random.default_rng(seed), make(*size[1:])
    params = op.init(rng)
    x = rng.normal(size=size)
    y, _ = op.forward(params, x, mode=TRAIN)
    np.testing.assert_allclose(y.mean(axis=axes), 0, atol=1e-9)
    np.testing.assert_allclose(y.var(axis=axes), 1, rtol=1e-9)
    again, _ = op.forward(params, scale * x + 7 * scale, mode=TRAIN)
    np.testing.assert_allclose(again, y, atol=1e-6)


def test_gamma_and_beta_are_the_deviation_and_the_mean():
    rng = np.random.default_rng(0)
    op = BatchNorm(3, eps=0)
    params = {**op.init(rng), "gamma": np.array([1.0, 2, 3]), "beta": np.array([4.0, 5, 6])}
    y, _ = op.forward(params, rng.normal(size=(50, 3, 4, 4)), mode=TRAIN)
    np.testing.assert_allclose(y.mean((0, 2, 3)), [4, 5, 6])
    np.testing.assert_allclose(y.std((0, 2, 3)), [1, 2, 3])


def test_groups_between_layer_and_instance():
    x = np.random.default_rng(0).normal(size=(3, 4, 2, 5))

    def value(op):
        return op.forward(op.init(np.random.default_rng(0)), x)[0]

    np.testing.assert_allclose(value(GroupNorm(4, 1)), value(LayerNorm((4, 2, 5))))
    np.testing.assert_allclose(value(GroupNorm(4, 4)), value(InstanceNorm(4)))
    half = GroupNorm(2, 1)
    first, _ = half.forward(half.init(np.random.default_rng(0)), x[:, :2])
    np.testing.assert_allclose(value(GroupNorm(4, 2))[:, :2], first)


def test_root_mean_square():
    x = np.random.default_rng(0).normal(2, 1, (5, 8))
    op = RMSNorm(8, eps=0)
    y, _ = op.forward(op.init(np.random.default_rng(0)), x)
    np.testing.assert_allclose((y**2).mean(axis=1), 1)
    assert (y.mean(axis=1) > 0.5).all()  # no mean is subtracted
    centred = x - x.mean(axis=1, keepdims=True)
    layer = LayerNorm(8, eps=0)
    np.testing.assert_allclose(
        op.forward(op.init(np.random.default_rng(0)), centred)[0],
        layer.forward(layer.init(np.random.default_rng(0)), x)[0],
    )


# --- batch normalization --------------------------------------------------------------------------


def test_running_averages_forget_at_the_rate_of_the_momentum():
    rng = np.random.default_rng(0)
    op = BatchNorm(2, momentum=0.25)
    params = op.init(rng)
    x = rng.normal(3, 2, (10, 2))
    for steps in range(1, 6):
        _, cache = op.forward(params, x, mode=TRAIN)
        params = {**params, **op.measured(params, cache)}
        left = 0.75**steps
        np.testing.assert_allclose(params["running_mean"], (1 - left) * x.mean(0))
        np.testing.assert_allclose(params["running_variance"], left + (1 - left) * x.var(0, ddof=1))


def test_the_running_variance_is_unbiased():
    """The mean over many small batches is the variance of all: 4, within four standard errors."""
    rng = np.random.default_rng(0)
    op = BatchNorm(1, momentum=1)
    params = op.init(rng)
    found = []
    for _ in range(4000):
        _, cache = op.forward(params, rng.normal(0, 2, (3, 1)), mode=TRAIN)
        found.append(op.measured(params, cache)["running_variance"][0])
    assert abs(np.mean(found) - 4) < 4 * np.std(found) / np.sqrt(4000)


def test_evaluation_depends_on_the_example_alone_and_is_linear():
    rng = np.random.default_rng(0)
    op = BatchNorm(3)
    params = {**op.init(rng), "running_mean": rng.normal(size=3)}
    x = rng.normal(size=(6, 3))
    whole, _ = op.forward(params, x)
    one, _ = op.forward(params, x[2:3])
    np.testing.assert_allclose(one[0], whole[2], rtol=1e-14)
    middle, _ = op.forward(params, (x[:1] + x[1:2]) / 2)
    np.testing.assert_allclose(middle[0], (whole[0] + whole[1]) / 2)


@given(seed=seeds, factor=st.floats(0.1, 10))
def test_the_length_of_the_weights_before_it_does_not_matter(seed, factor):
    """y(cW) = y(W), so that W · W_bar = 0 and W_bar(cW) = W_bar(W) / c."""
    rng = np.random.default_rng(seed)
    network = Sequential(Dense(4, 3, bias=None), BatchNorm(3, eps=0))
    params, x, y_bar = network.init(rng), rng.normal(size=(8, 4)), rng.normal(size=(8, 3))
    longer = {**params, "dense1": {"W": factor * params["dense1"]["W"]}}
    results = []
    for theta in (params, longer):
        values, tape = network.forward(theta, x, TRAIN)
        bars, _ = network.backward(theta, tape, y_bar)
        results.append((values["batchnorm1"], bars["dense1"]["W"]))
    (y, W_bar), (y_longer, W_bar_longer) = results
    np.testing.assert_allclose(y_longer, y, atol=1e-8)
    np.testing.assert_allclose(W_bar_longer, W_bar / factor, atol=1e-6)
    np.testing.assert_allclose(
        np.sum(W_bar * params["dense1"]["W"], axis=0), 0, atol=1e-8 * (1 + abs(W_bar).max())
    )


def test_fit_keeps_the_running_averages_up():
    rng = np.random.default_rng(0)
    x = rng.normal(5, 3, (64, 1, 6, 6))
    network = Sequential(Conv2D(1, 2), BatchNorm(2), ReLU())
    run = fit(
        network,
        MeanSquaredError(),
        x,
        np.zeros((64, 2, 4, 4)),
        optimizer=sgd(0.0),
        epochs=20,
        seed=0,
        progress=False,
    )
    z = Conv2D(1, 2).forward(run.params["conv2d1"], x)[0]
    np.testing.assert_allclose(
        run.params["batchnorm1"]["running_mean"], z.mean((0, 2, 3)), rtol=0.1
    )
    np.testing.assert_allclose(
        run.params["batchnorm1"]["running_variance"], z.var((0, 2, 3)), rtol=0.15
    )
    # In evaluation nothing is measured.
    _, tape = network.forward(run.params, x)
    np.testing.assert_equal(network.measured(run.params, tape), run.params)


def test_shared_by_two_vertices_it_measures_both():
    g, op = Graph("x", "u"), BatchNorm(1, momentum=0.5)
    g.add("a", op, "x")
    g.add("b", op, "u", share="a")
    params = g.init(np.random.default_rng(0))
    inputs = {"x": np.array([[0.0], [2.0]]), "u": np.array([[6.0], [10.0]])}
    _, tape = g.forward(params, inputs, TRAIN)
    after = g.measured(params, tape)["a"]
    np.testing.assert_allclose(after["running_mean"], [0.5 * (0.5 * 1) + 0.5 * 8])
    assert params["a"]["running_mean"] == 0  # the old ones are as they were


def test_a_whole_network_in_training():
    rng = np.random.default_rng(0)
    network = Sequential(Conv2D(2, 4, 2), BatchNorm(4), Conv2D(4, 2, 2), GroupNorm(2, 2))
    check = gradcheck.projection(
        network, network.init(rng), rng.normal(size=(3, 2, 6, 5)), rng, lambda: TRAIN
    )
    assert check.ok(1e-5), check


# --- weight normalization -------------------------------------------------------------------------


@given(seed=seeds, factor=st.floats(0.1, 10))
def test_weight_norm(seed, factor):
    """It begins as the op that it wraps; the length of v does not matter; v_bar is across v."""
    rng = np.random.default_rng(seed)
    op, x = WeightNorm(Dense(4, 3)), rng.normal(size=(5, 4))
    params = op.init(rng)
    y, cache = op.forward(params, x)
    np.testing.assert_allclose(
        y, Dense(4, 3).forward({"W": params["v"], "b": params["b"]}, x)[0], atol=1e-12
    )
    np.testing.assert_allclose(
        op.forward({**params, "v": factor * params["v"]}, x)[0], y, atol=1e-12
    )
    _, bars = op.vjp(params, cache, rng.normal(size=(5, 3)))
    np.testing.assert_allclose(np.sum(bars["v"] * params["v"], axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(op.weights(params), axis=0), params["g"][0])


def test_lengths_of_the_largest_and_the_smallest():
    W = np.array([[np.inf, 1e200, 1e-200, 0.0], [4.0, 1e200, 1e-200, 0.0]])
    np.testing.assert_allclose(length(W)[0], [np.inf, 2**0.5 * 1e200, 2**0.5 * 1e-200, 0])
    assert length(np.ones((0, 2))).tolist() == [[0, 0]]
    assert length(np.array([[200], [100]], np.uint8)) == pytest.approx(50_000**0.5)


def run(op, shape, mode=EVAL):
    return op.forward(op.init(np.random.default_rng(0)), np.ones(shape), mode=mode)[0]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Normalization(()), "at least one axis"),
        (lambda: Normalization((0,), eps=-1), "eps must be a finite number, 0 or more; got -1"),
        (lambda: GroupNorm(6, 4), "4 groups do not divide 6 channels"),
        (lambda: BatchNorm(0), "at least 1, got C=0"),
        (lambda: BatchNorm(2, momentum=0), "momentum must lie above 0 and not above 1, got 0"),
        (lambda: run(BatchNorm(2), (4, 3)), r"shape \(N, 2, …\), got \(4, 3\)"),
        (
            lambda: run(BatchNorm(2), (1, 2), TRAIN),
            r"at least 2 values a channel in training, got a batch of shape \(1, 2\)",
        ),
        (lambda: run(LayerNorm((2, 3)), (4, 3)), r"\(…, 2, 3\), got \(4, 3\)"),
        (lambda: run(GroupNorm(4, 2), (4,)), r"\(N, 4, …\), got \(4,\)"),
        (lambda: run(Normalization((2,)), (4, 3)), r"axes \(2,\).*got \(4, 3\)"),
        (lambda: run(Normalization((0,), (2,)), (4, 3)), r"\(2,\) broadcast"),
        (lambda: WeightNorm(ReLU()).init(np.random.default_rng(0)), r"weights 'W', got \[\]"),
        (
            lambda: WeightNorm(Dense(2, 1)).forward(
                {"v": np.zeros((2, 1)), "g": np.ones((1, 1)), "b": np.zeros(1)}, np.ones((1, 2))
            ),
            "zeros has no direction",
        ),
    ],
)
def test_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_epsilon_counts_after_training_too():
    op = BatchNorm(1, eps=3.0)
    params = op.init(np.random.default_rng(0))
    params |= {"running_mean": np.zeros(1), "running_variance": np.ones(1)}
    y, _ = op.forward(params, np.array([[2.0]]), mode=EVAL)
    np.testing.assert_array_equal(y, [[1.0]])  # 2 / √(1 + 3)


def test_training_needs_no_running_averages():
    op, rng = BatchNorm(2), np.random.default_rng(0)
    params = {k: v for k, v in op.init(rng).items() if k not in op.measures}
    y, _ = op.forward(params, np.array([[1.0, 5.0], [3.0, 5.0]]), mode=Mode.train(rng))
    np.testing.assert_allclose(y, [[-1, 0], [1, 0]], atol=1e-4)


def test_errors_begin_with_the_name_of_the_op():
    for make, name in ((lambda: BatchNorm(0), "BatchNorm"), (lambda: Conv2D(0, 1, 1), "Conv2D")):
        with pytest.raises(ValueError, match=f"^{name} needs whole numbers of at least 1"):
            make()


def test_one_weight_vector_of_zeros_is_enough():
    op = WeightNorm(Dense(2, 2))
    params = {"v": np.array([[0.0, 1.0], [0.0, 1.0]]), "g": np.ones((1, 2)), "b": np.zeros(2)}
    with pytest.raises(ValueError, match="a weight vector of zeros has no direction"):
        op.forward(params, np.ones((1, 2)))
