"""Every op keeps the contract: right gradients, dtype kept, inputs untouched, work left out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnbook import gradcheck
from nnbook.data import augmentation
from nnbook.op import EVAL, EVERYTHING, Mode, Needs, NoGradientError, Op
from nnbook.ops import (
    activations,
    arithmetic,
    attention,
    batchnorm,
    cells,
    conv1d,
    convolution,
    embedding,
    gates,
    gru,
    latent,
    linear,
    losses,
    multihead,
    normalization,
    pooling,
    positions,
    rectifiers,
    recurrent,
    transposed,
    upsampling,
    weightnorm,
)
from nnbook.ops import noise as regularization
from nnbook.ops.losses import base, binary, classes, options, regression

MODULES = (
    activations,
    arithmetic,
    attention,
    augmentation,
    batchnorm,
    conv1d,
    cells,
    convolution,
    embedding,
    gates,
    gru,
    latent,
    linear,
    base,
    regression,
    options,
    binary,
    classes,
    multihead,
    normalization,
    pooling,
    positions,
    rectifiers,
    recurrent,
    regularization,
    transposed,
    upsampling,
    weightnorm,
)

seeds = st.integers(0, 2**32 - 1)
shapes = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)


def away_from_zero(rng, shape):
    """Numbers whose distance from the kinks at 0 is larger than any step of a difference."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.1, 2, shape)


def probabilities(rng, shape):
    return rng.uniform(0.05, 0.95, shape)


def distributions(rng, shape):
    p = rng.uniform(0.1, 1, shape)
    return p / p.sum(axis=-1, keepdims=True)


def one(draw):
    return lambda rng, shape: (draw(rng, shape),)


def two(draw, draw_target=away_from_zero):
    return lambda rng, shape: (draw(rng, shape), draw_target(rng, shape))


def apart(rng, shape):
    y = away_from_zero(rng, shape)
    return y, y + away_from_zero(rng, shape)


def two_classes(shape):
    """The shape of an example of two classes at least."""
    return (*shape[:-1], shape[-1] + 1)


def over_classes(draw, draw_target=distributions):
    return lambda rng, shape: tuple(d(rng, two_classes(shape)) for d in (draw, draw_target))


def log_distributions(rng, shape):
    return np.log(distributions(rng, shape))


def weights_of(shape):
    return tuple(range(1, shape[-1] + 2))


def margins(rng, shape):
    """Scores and labels ±1, away from the kink at a margin of 1."""
    t = rng.choice([-1.0, 1.0], shape)
    return t * (1 + away_from_zero(rng, shape)), t


def three(rng, shape):
    return tuple(away_from_zero(rng, shape) for _ in range(3))


def even(rng, shape):
    """Numbers well apart from each other, an even number of them along the last axis."""
    size = (*shape[:-1], 2 * shape[-1])
    return (rng.permutation(np.linspace(-1, 1, int(np.prod(size)))).reshape(size),)


def signals(rng, shape):
    return (rng.normal(size=(3, shape[-1], 7)),)


def images(rng, shape):
    """Images whose pixels are all well apart, so that no maximum is near a tie."""
    size = (2, shape[-1], 5, 6)
    pixels = np.linspace(-1, 1, int(np.prod(size)))
    return (rng.permutation(pixels).reshape(size),)


def batch(rng, shape):
    """Signals or images `(4, C, …)` of even C, so that two groups hold several values each."""
    return (rng.normal(size=(4, 2 * shape[-1], *shape[:-1], 3)),)


def grown(shape):
    """The shape of an example of three values at least: the normalization of two is ±1."""
    return (*shape[:-1], shape[-1] + 2)


def tokens(rng, shape):
    """Labels of five classes."""
    return (rng.integers(0, 5, shape),)


def step(parts):
    """An input of a cell, and a state of so many parts of four numbers."""
    return lambda rng, shape: (
        away_from_zero(rng, (3, shape[-1])),
        *(away_from_zero(rng, (3, 4)) for _ in range(parts)),
    )


def sequences(parts, lengths=False):
    """Three sequences, their lengths if asked for, and the state before them."""

    def draw(rng, shape):
        x, *state = step(parts)(rng, shape)
        T = 1 + len(shape)
        x = away_from_zero(rng, (3, T, shape[-1]))
        return x, *([rng.integers(0, T + 1, 3)] if lengths else []), *state

    return draw


def placed(rng, shape):
    """Two sequences of pairs, and positions of their own."""
    return away_from_zero(rng, (2, 3, 2 * shape[-1])), rng.integers(0, 50, (2, 3))


def heads(rng, shape, past=False):
    """Queries, keys and values, those before them if there are, and where to look, if anywhere."""
    q, k, v = (rng.normal(size=(3, T, 4)) for T in (2, 3, 3))
    before = (rng.normal(size=(3, 2, len(shape), 2)) for _ in range(2 if past else 0))
    return q, k, v, *before, rng.random((3, 2, 3 + (len(shape) if past else 0))) < 0.7


def examples(rng, shape):
    return (rng.normal(size=(3, *grown(shape))),)


# An op for inputs of some shape, and the inputs. A new op belongs in this list: see test_complete.
CASES = {
    "Dense": (lambda shape: linear.Dense(shape[-1], 3), one(away_from_zero)),
    "Dense without bias": (
        lambda shape: linear.Dense(shape[-1], 2, bias=None),
        one(away_from_zero),
    ),
    "Linear": (lambda shape: activations.Linear(), one(away_from_zero)),
    "Sigmoid": (lambda shape: activations.Sigmoid(), one(away_from_zero)),
    "Tanh": (lambda shape: activations.Tanh(), one(away_from_zero)),
    "ReLU": (lambda shape: activations.ReLU(), one(away_from_zero)),
    "LeakyReLU": (lambda shape: activations.LeakyReLU(0.1), one(away_from_zero)),
    "Softmax": (lambda shape: activations.Softmax(), one(away_from_zero)),
    "LogSoftmax": (lambda shape: activations.LogSoftmax(), one(away_from_zero)),
    "Softplus": (lambda shape: rectifiers.Softplus(), one(away_from_zero)),
    "SiLU": (lambda shape: rectifiers.SiLU(), one(away_from_zero)),
    "GELU": (lambda shape: rectifiers.GELU(), one(away_from_zero)),
    "GELU, tanh": (lambda shape: rectifiers.GELU("tanh"), one(away_from_zero)),
    "ELU": (lambda shape: rectifiers.ELU(0.7), one(away_from_zero)),
    "SELU": (lambda shape: rectifiers.SELU(), one(away_from_zero)),
    "PReLU": (lambda shape: rectifiers.PReLU(), one(away_from_zero)),
    "PReLU, channels": (lambda shape: rectifiers.PReLU(2 * shape[-1]), batch),
    "GLU": (lambda shape: gates.GLU(), even),
    "GLU, axis": (lambda shape: gates.GLU(axis=1), batch),
    "Maxout": (lambda shape: gates.Maxout(2), even),
    "Add": (lambda shape: arithmetic.Add(), three),
    "Multiply": (lambda shape: arithmetic.Multiply(), three),
    "Concatenate": (lambda shape: arithmetic.Concatenate(), three),
    "MeanSquaredError": (lambda shape: losses.MeanSquaredError(), apart),
    "MeanSquaredError, half": (lambda shape: losses.MeanSquaredError("half"), apart),
    "MeanAbsoluteError": (lambda shape: losses.MeanAbsoluteError(), apart),
    "RootMeanSquaredError": (lambda shape: losses.RootMeanSquaredError(), apart),
    "BinaryCrossEntropy": (
        lambda shape: losses.BinaryCrossEntropy(),
        two(probabilities, probabilities),
    ),
    "BinaryCrossEntropy, all options": (
        lambda shape: losses.BinaryCrossEntropy(1e-4, weights=(2, 3), smoothing=0.2),
        two(probabilities, probabilities),
    ),
    "SigmoidBinaryCrossEntropy": (
        lambda shape: losses.SigmoidBinaryCrossEntropy(),
        two(away_from_zero, probabilities),
    ),
    "SigmoidBinaryCrossEntropy, all options": (
        lambda shape: losses.SigmoidBinaryCrossEntropy(
            weights=(2, 3), smoothing=0.2, reduction="sum"
        ),
        two(away_from_zero, probabilities),
    ),
    "FocalLoss": (lambda shape: losses.FocalLoss(), two(away_from_zero, probabilities)),
    "FocalLoss, all options": (
        lambda shape: losses.FocalLoss(0.5, weights=(2, 3), smoothing=0.2, reduction="none"),
        two(away_from_zero, probabilities),
    ),
    "HingeLoss": (lambda shape: losses.HingeLoss(), margins),
    "HuberLoss": (lambda shape: losses.HuberLoss(), apart),
    "HuberLoss, sum": (lambda shape: losses.HuberLoss(0.5, reduction="sum"), apart),
    "QuantileLoss": (lambda shape: losses.QuantileLoss(), apart),
    "QuantileLoss, each": (lambda shape: losses.QuantileLoss(0.9, reduction="none"), apart),
    "CategoricalCrossEntropy": (
        lambda shape: losses.CategoricalCrossEntropy(),
        over_classes(distributions),
    ),
    "CategoricalCrossEntropy, all options": (
        lambda shape: losses.CategoricalCrossEntropy(
            1e-4, weights=weights_of(shape), ignore=-1, smoothing=0.2
        ),
        over_classes(distributions),
    ),
    "SoftmaxCrossEntropy": (
        lambda shape: losses.SoftmaxCrossEntropy(),
        over_classes(away_from_zero),
    ),
    "SoftmaxCrossEntropy, all options": (
        lambda shape: losses.SoftmaxCrossEntropy(
            weights=weights_of(shape), ignore=-1, smoothing=0.2
        ),
        over_classes(away_from_zero),
    ),
    "SoftmaxCrossEntropy, each": (
        lambda shape: losses.SoftmaxCrossEntropy(weights=weights_of(shape), reduction="none"),
        over_classes(away_from_zero),
    ),
    "NegativeLogLikelihood": (
        lambda shape: losses.NegativeLogLikelihood(),
        over_classes(log_distributions),
    ),
    "NegativeLogLikelihood, all options": (
        lambda shape: losses.NegativeLogLikelihood(
            weights=weights_of(shape), ignore=0, smoothing=0.2
        ),
        over_classes(log_distributions),
    ),
    "KLDivergence": (lambda shape: losses.KLDivergence(), over_classes(log_distributions)),
    "KLDivergence, sum": (
        lambda shape: losses.KLDivergence(reduction="sum"),
        over_classes(log_distributions),
    ),
    "Conv2D": (lambda shape: convolution.Conv2D(shape[-1], 2), images),
    "Conv2D, all options": (
        lambda shape: convolution.Conv2D(
            shape[-1], 2 * shape[-1], (2, 3), (1, 2), (1, 2), (2, 1), groups=shape[-1], bias=None
        ),
        images,
    ),
    "Conv2D, same": (
        lambda shape: convolution.Conv2D(shape[-1], 2, (2, 3), (2, 1), "same", 2),
        images,
    ),
    "Conv1D": (lambda shape: conv1d.Conv1D(shape[-1], 2), signals),
    "Conv1D, all options": (
        lambda shape: conv1d.Conv1D(
            shape[-1], 2 * shape[-1], 2, 2, 1, 2, groups=shape[-1], bias=None
        ),
        signals,
    ),
    "Conv1D, same": (lambda shape: conv1d.Conv1D(shape[-1], 2, 3, 2, "same"), signals),
    "ConvTranspose2D": (lambda shape: transposed.ConvTranspose2D(shape[-1], 2), images),
    "ConvTranspose2D, all options": (
        lambda shape: transposed.ConvTranspose2D(
            shape[-1], 2 * shape[-1], (2, 3), (1, 2), 1, (2, 1), shape[-1], (0, 1), bias=None
        ),
        images,
    ),
    "ConvTranspose2D, same": (
        lambda shape: transposed.ConvTranspose2D(shape[-1], 2, 3, 2, "same"),
        images,
    ),
    "MaxPool2D": (lambda shape: pooling.MaxPool2D(2), images),
    "MaxPool2D, rounded up": (lambda shape: pooling.MaxPool2D(3, 3, 1, ceil_mode=True), images),
    "MaxPool2D, overlapping": (lambda shape: pooling.MaxPool2D((3, 2), 1, 1, (1, 2)), images),
    "AveragePool2D": (lambda shape: pooling.AveragePool2D(2), images),
    "AveragePool2D, overlapping": (
        lambda shape: pooling.AveragePool2D((3, 2), (2, 1), "same", (1, 2)),
        images,
    ),
    "AveragePool2D, counting": (
        lambda shape: pooling.AveragePool2D(3, 2, 1, count_padding=True),
        images,
    ),
    "AveragePool2D, rounded up": (
        lambda shape: pooling.AveragePool2D((2, 3), 3, 1, count_padding=True, ceil_mode=True),
        images,
    ),
    "GlobalAveragePool": (lambda shape: pooling.GlobalAveragePool(), images),
    "Flatten": (lambda shape: pooling.Flatten(), one(away_from_zero)),
    "Normalization": (
        lambda shape: normalization.Normalization((0, -1), (shape[-1] + 2,), eps=0.01),
        examples,
    ),
    "Normalization, bare": (
        lambda shape: normalization.Normalization((-1,), eps=0.01, scale=False, shift=False),
        examples,
    ),
    "LayerNorm": (lambda shape: normalization.LayerNorm(grown(shape)), examples),
    "RMSNorm": (lambda shape: normalization.RMSNorm(grown(shape)[-1]), examples),
    "GroupNorm": (lambda shape: normalization.GroupNorm(2 * shape[-1], 2, eps=0.1), batch),
    "InstanceNorm": (
        lambda shape: normalization.InstanceNorm(2 * shape[-1], eps=0.1, shift=False),
        batch,
    ),
    "BatchNorm": (lambda shape: batchnorm.BatchNorm(2 * shape[-1]), batch),
    "BatchNorm, training": (lambda shape: batchnorm.BatchNorm(2 * shape[-1], 0.2), batch),
    "Dropout": (lambda shape: regularization.Dropout(0.3), one(away_from_zero)),
    "Dropout, training": (lambda shape: regularization.Dropout(0.3), one(away_from_zero)),
    "DropConnect": (lambda shape: regularization.DropConnect(shape[-1], 3), one(away_from_zero)),
    "DropConnect, training": (
        lambda shape: regularization.DropConnect(shape[-1], 3, 0.3),
        one(away_from_zero),
    ),
    "DropConnect, one mask, training": (
        lambda shape: regularization.DropConnect(shape[-1], 3, 0.3, False, bias=None),
        one(away_from_zero),
    ),
    "GaussianNoise": (lambda shape: regularization.GaussianNoise(), one(away_from_zero)),
    "GaussianNoise, training": (
        lambda shape: regularization.GaussianNoise(0.5),
        one(away_from_zero),
    ),
    "GaussianSample": (
        lambda shape: latent.GaussianSample(),
        lambda rng, shape: tuple(away_from_zero(rng, shape) for _ in range(3)),
    ),
    "GaussianDivergence": (
        lambda shape: latent.GaussianDivergence(),
        lambda rng, shape: tuple(away_from_zero(rng, shape) for _ in range(2)),
    ),
    "WeightNorm": (
        lambda shape: weightnorm.WeightNorm(linear.Dense(shape[-1] + 1, 3)),
        lambda rng, shape: (away_from_zero(rng, (*shape[:-1], shape[-1] + 1)),),
    ),
    "WeightNorm of Conv2D": (
        lambda shape: weightnorm.WeightNorm(convolution.Conv2D(shape[-1], 2, 2)),
        images,
    ),
    "Embedding": (lambda shape: embedding.Embedding(5, shape[-1]), tokens),
    "RNNCell": (lambda shape: cells.RNNCell(shape[-1], 4), step(1)),
    "LSTMCell": (lambda shape: cells.LSTMCell(shape[-1], 4, forget_bias=0.5), step(2)),
    "LSTMCell, no state": (lambda shape: cells.LSTMCell(shape[-1], 4), step(0)),
    "GRUCell": (lambda shape: gru.GRUCell(shape[-1], 4), step(1)),
    "GRUCell, reset before": (lambda shape: gru.GRUCell(shape[-1], 4, reset_after=False), step(1)),
    "RNN": (lambda shape: recurrent.RNN(shape[-1], 4), sequences(1)),
    "RNN, lengths": (lambda shape: recurrent.RNN(shape[-1], 4, lengths=True), sequences(0, True)),
    "LSTM": (lambda shape: recurrent.LSTM(shape[-1], 4), sequences(2)),
    "LSTM, lengths": (lambda shape: recurrent.LSTM(shape[-1], 4, lengths=True), sequences(2, True)),
    "GRU": (lambda shape: recurrent.GRU(shape[-1], 4), sequences(0)),
    "GRU, lengths": (
        lambda shape: recurrent.GRU(shape[-1], 4, reset_after=False, lengths=True),
        sequences(1, True),
    ),
    "Pick": (
        lambda shape: arithmetic.Pick(-2),
        lambda rng, shape: (away_from_zero(rng, (2, 3, *shape)),),
    ),
    "Attention": (lambda shape: attention.Attention(), heads),
    "Attention, causal": (
        lambda shape: attention.Attention(causal=True),
        lambda rng, shape: tuple(rng.normal(size=(*shape, 3, n)) for n in (2, 2, 3)),
    ),
    "MultiHeadAttention": (lambda shape: multihead.MultiHeadAttention(4, 2), heads),
    "MultiHeadAttention, all options": (
        lambda shape: multihead.MultiHeadAttention(4, 2, True, True, True, bias=None),
        lambda rng, shape: heads(rng, shape, past=True),
    ),
    "Rotary": (lambda shape: positions.Rotary(), placed),
    "SinusoidalPositions": (lambda shape: positions.SinusoidalPositions(100.0), placed),
    "Upsample": (lambda shape: upsampling.Upsample((2, 3)), images),
    "Augment": (lambda shape: augmentation.Augment(flip=(-1,)), images),
    "Augment, training": (
        lambda shape: augmentation.Augment(shift=1, rotate=30, scale=1.2, flip=(-2, -1)),
        images,
    ),
}
every_op = pytest.mark.parametrize("name", CASES)


def make(name, shape, seed, dtype=np.float64):
    """An op with parameters and inputs of a dtype, all of them read-only."""
    make_op, draw = CASES[name]
    rng = np.random.default_rng(seed)
    op = make_op(shape)
    params = {
        key: frozen((value + 0.1 * rng.normal(size=value.shape)).astype(dtype))
        for key, value in op.init(rng, dtype).items()
    }
    inputs = tuple(frozen(x.astype(dtype) if is_floating(x) else x) for x in draw(rng, shape))
    return op, params, inputs, rng


def is_floating(x):
    """Whether an input is one of numbers, not of labels, lengths or masks."""
    return x.dtype.kind == "f"


def each(y):
    """The outputs of an op, one or several, as a tuple."""
    return y if isinstance(y, tuple) else (y,)


def cotangents(y, rng=None):
    """Cotangents as an op takes them: drawn, or ones; read-only."""
    bars = [np.ones_like(v) if rng is None else rng.normal(size=np.shape(v)) for v in each(y)]
    bars = tuple(frozen(np.asarray(b, each(y)[0].dtype)) for b in bars)
    return bars if isinstance(y, tuple) else bars[0]


def mode_of(name):
    """Evaluation, or training with the same random numbers at every call."""
    return Mode.train(np.random.default_rng(7)) if name.endswith("training") else EVAL


def frozen(array):
    array = np.asarray(array)
    array.setflags(write=False)
    return array


def freeze_cache(cache):
    """Make all arrays in a cache read-only; some ops put them into tuples."""
    if isinstance(cache, np.ndarray):
        cache.setflags(write=False)
    elif isinstance(cache, (tuple, list)):
        for part in cache:
            freeze_cache(part)


def test_complete():
    """No op is missing from the list above (Step has no gradient: it is tested on its own)."""
    ops = {
        name
        for module in MODULES
        for name, obj in vars(module).items()
        if isinstance(obj, type) and issubclass(obj, Op) and not name.startswith("_")
    }
    tested = {name.split()[0].rstrip(",") for name in CASES}
    bases = {"Op", "Activation", "Loss", "MeanLoss", "CrossEntropy", "OnProbabilities", "Pool"}
    bases |= {"Cell", "Recurrent"}
    assert ops - bases - {"PerChannel", "Step"} == tested


@every_op
@settings(max_examples=8, deadline=None)
@given(shape=shapes, seed=seeds)
def test_gradients(name, shape, seed):
    op, params, inputs, rng = make(name, shape, seed)
    check = gradcheck.entrywise(op, params, inputs, rng, lambda: mode_of(name))
    assert check.ok(1e-5), check
    learnt = [p for key, p in params.items() if key not in op.measures]
    read = [x for x in inputs if is_floating(x)]
    assert check.entries == sum(x.size for x in read) + sum(p.size for p in learnt)


@every_op
@settings(max_examples=4, deadline=None)
@given(shape=shapes, seed=seeds)
def test_gradients_in_float32(name, shape, seed):
    """The same arrays in float32, against differences in float64."""
    op, params, inputs, rng = make(name, shape, seed, np.float32)
    check = gradcheck.entrywise(op, params, inputs, rng, lambda: mode_of(name))
    # Errors are measured from a thousandth of the largest entry up, float32 has seven digits.
    assert check.ok(5e-3), check


@every_op
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept_and_nothing_is_written(name, dtype):
    op, params, inputs, rng = make(name, (2, 3), 0, dtype)
    copies = [x.copy() for x in inputs]
    y, cache = op.forward(params, *inputs, mode=mode_of(name))
    assert len(each(y)) == len(op.outputs)
    assert all(v.dtype == dtype for v in each(y))
    freeze_cache(cache)
    y_bar = cotangents(y, rng)
    input_bars, param_bars = op.vjp(params, cache, y_bar)
    for x, bar in zip(inputs, input_bars, strict=True):
        if is_floating(x):
            assert (bar.shape, bar.dtype) == (x.shape, dtype)
        else:
            assert bar is None
    assert param_bars.keys() == params.keys() - set(op.measures)
    for key, new in op.measured(params, cache).items():
        assert (new.shape, new.dtype) == (params[key].shape, dtype)
    for key, bar in param_bars.items():
        assert (bar.shape, bar.dtype) == (params[key].shape, dtype)
    for x, copy in zip(inputs, copies, strict=True):
        np.testing.assert_array_equal(x, copy)
    again, _ = op.vjp(params, cache, y_bar)  # a cache can be used twice
    for first, second in zip(input_bars, again, strict=True):
        np.testing.assert_array_equal(first, second)


@every_op
def test_what_is_not_needed_is_left_out(name):
    op, params, inputs, _rng = make(name, (2, 3), 1)
    y, cache = op.forward(params, *inputs, mode=mode_of(name))
    everything, all_params = op.vjp(params, cache, cotangents(y), EVERYTHING)
    for wanted in range(len(inputs)):
        needs = Needs(tuple(i == wanted for i in range(len(inputs))), params=False)
        if not is_floating(inputs[wanted]):
            with pytest.raises(NoGradientError, match="no cotangent"):
                op.vjp(params, cache, cotangents(y), needs)
            continue
        bars, param_bars = op.vjp(params, cache, cotangents(y), needs)
        assert param_bars == {}
        assert [bar is not None for bar in bars] == list(needs.inputs)
        np.testing.assert_array_equal(bars[wanted], everything[wanted])
    none = Needs((False,) * len(inputs), params=True)
    bars, param_bars = op.vjp(params, cache, cotangents(y), none)
    assert bars == (None,) * len(inputs)
    assert param_bars.keys() == all_params.keys()


@every_op
def test_repr_is_python(name):
    op, *_ = make(name, (2, 3), 0)
    names = {key: obj for module in MODULES for key, obj in vars(module).items()}
    assert repr(eval(repr(op), names)) == repr(op)


@every_op
def test_public_docstrings_have_an_example_and_a_source(name):
    op, *_ = make(name, (2, 3), 0)
    doc = type(op).__doc__
    assert ">>>" in doc
    assert "Source:" in doc


def test_step_has_no_gradient():
    z = frozen(np.array([-1.0, 0.0, 2.0], np.float32))
    y, cache = activations.Step().forward({}, z)
    assert y.dtype == np.float32
    np.testing.assert_array_equal(y, [0, 1, 1])
    with pytest.raises(NoGradientError, match="derivative of a step is 0"):
        activations.Step().vjp({}, cache, y)
    assert activations.Step().vjp({}, cache, y, Needs((False,), False)) == ((None,), {})


def test_the_base_class_says_what_is_missing():
    with pytest.raises(NotImplementedError, match=r"Op\(\) has no forward"):
        Op().forward({}, np.ones(1))
    with pytest.raises(NotImplementedError, match=r"Op\(\) has no vjp"):
        Op().vjp({}, None, np.ones(1))
    assert Op().init(np.random.default_rng(0)) == {}
    _, cache = activations.ReLU().forward({}, np.ones(1))
    assert activations.ReLU().measured({}, cache) == {}
