"""What every op refuses: parameters, inputs and cotangents that are not what they should be.

No op says a word about it: the checks stand around the methods of every subclass of `Op`.
"""

from __future__ import annotations

import re

import numpy as np
import pytest

from nnbook import gradcheck, tree
from nnbook.graph import Graph, Sequential
from nnbook.op import Cache, Mode, Op
from nnbook.ops.activations import LeakyReLU, ReLU, Softmax, Step, Tanh
from nnbook.ops.arithmetic import Add, Multiply
from nnbook.ops.batchnorm import BatchNorm
from nnbook.ops.convolution import Conv2D
from nnbook.ops.embedding import Embedding
from nnbook.ops.linear import Dense
from nnbook.ops.losses import Loss, SoftmaxCrossEntropy
from nnbook.ops.noise import DropConnect, Dropout, GaussianNoise
from nnbook.ops.normalization import GroupNorm, InstanceNorm, LayerNorm, Normalization, RMSNorm
from nnbook.ops.pooling import AveragePool2D, MaxPool2D
from nnbook.ops.weightnorm import WeightNorm
from nnbook.training.loop import fit
from nnbook.training.optimizers import sgd
from tests.test_op import CASES, each, is_floating, make, mode_of

X = np.random.default_rng(0).normal(size=(4, 3))
TRAIN = Mode.train(np.random.default_rng(0))
WITH_PARAMS = [
    name for name in CASES if make(name, (2, 3), 0)[1] and not name.startswith("WeightNorm of")
]


def rng():
    return np.random.default_rng(0)


def forward_and_measure(op, params, inputs, mode):
    """Both, for in training `forward` does not read what is measured, and does not ask for it."""
    op.measured(params, op.forward(params, *inputs, mode=mode)[1])


# --- parameters -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WITH_PARAMS)
def test_parameters_of_other_names_or_shapes_are_refused(name):
    op, params, inputs, _ = make(name, (2, 3), 0)
    for key, value in params.items():
        shape = re.escape(str(value.shape))
        without = {k: v for k, v in params.items() if k != key}
        with pytest.raises(ValueError, match=rf"no parameter {key!r}, expected one of {shape}"):
            forward_and_measure(op, without, inputs, mode_of(name))
        with pytest.raises(ValueError, match="knows no parameter 'other', expected"):
            op.forward({**params, "other": value}, *inputs, mode=mode_of(name))
        for wrong in (np.ones(()), value[None], value[..., None], np.ones((4, *value.shape))):
            message = rf"{key!r} of shape {shape}, got {re.escape(str(wrong.shape))}"
            with pytest.raises(ValueError, match=message):
                op.forward({**params, key: wrong}, *inputs, mode=mode_of(name))


def test_the_vertex_is_named():
    network = Sequential(Dense(3, 2), BatchNorm(2))
    params = network.init(rng())
    with pytest.raises(ValueError, match=r"vertex 'dense1', Dense\(3, 2\) of x: .*'b'.*\(2,\)"):
        network.forward({**params, "dense1": {"W": params["dense1"]["W"]}}, X)
    with pytest.raises(ValueError, match=r"'W' of shape \(3, 2\), got \(3, 7\)"):
        network.forward({**params, "dense1": {"W": np.ones((3, 7)), "b": np.ones(7)}}, X)
    with pytest.raises(ValueError, match="parameters: no vertex 'dd' among"):
        network.forward({**params, "dd": {}}, X)
    with pytest.raises(ValueError, match=r"vertex 'dense1'.* no parameter 'W'"):
        network.forward({}, X)


def test_what_is_shared_has_one_shape():
    g = Graph("x")
    g.add("d", Dense(3, 2), "x")
    with pytest.raises(
        ValueError, match=r"vertex 'r': Dense\(3, 5\) has .*those of 'd' are .*3, 2"
    ):
        g.add("r", Dense(3, 5), "x", share="d")
    with pytest.raises(ValueError, match="those of 'd'"):
        g.add("r", Dense(3, 2, bias=None), "x", share="d")
    g.add("r", Dense(3, 2), "x", share="d")


@pytest.mark.parametrize("value", [np.ones((3, 2), complex), np.ones((3, 2), object), "W"])
def test_parameters_are_real_numbers(value):
    with pytest.raises(TypeError, match="expected an array of real numbers"):
        Dense(3, 2, bias=None).forward({"W": value}, X)


def test_parameters_in_whole_numbers_are_numbers():
    y, _ = Dense(3, 1, bias=None).forward({"W": [[1], [2], [3]]}, X)
    np.testing.assert_allclose(y, X @ [[1.0], [2.0], [3.0]])


def test_initializers_give_what_is_asked_for():
    def turned(rng, shape, dtype):
        return np.zeros(shape[::-1])

    def whole(rng, shape, dtype):
        return np.ones(shape, int)

    with pytest.raises(ValueError, match=r"'W' of shape \(2, 1\), got \(1, 2\)"):
        Dense(2, 1, weights=turned).init(rng())
    assert Dense(2, 1, weights=whole).init(rng(), np.float32)["W"].dtype == np.float32
    for op in (Dense(2, 1), Conv2D(1, 1), DropConnect(2, 1), WeightNorm(Dense(2, 1)), BatchNorm(2)):
        with pytest.raises(TypeError, match="floating dtype, got int64"):
            op.init(rng(), np.int64)
        with pytest.raises(TypeError, match=r"expected a generator, .*got 0"):
            op.init(0)
    with pytest.raises(TypeError, match=r"vertex 'dense1'.*floating dtype, got uint8"):
        Sequential(Dense(2, 1)).init(rng(), np.uint8)


def test_an_op_says_which_parameters_it_draws():
    class Forgetful(Op):
        def init(self, rng, dtype=np.float64):
            return {"a": np.ones(1, dtype)}

    with pytest.raises(ValueError, match=r"Forgetful\(\) knows no parameter 'a', expected \[\]"):
        Forgetful().init(rng())


def test_a_subclass_may_ask_the_class_above():
    class Doubled(Dense):
        """Twice the outputs, with a parameter of its own; its `vjp` is that of the class above."""

        def shapes(self):
            return {**super().shapes(), "factor": ()}

        def init(self, rng, dtype=np.float64):
            return {**super().init(rng, dtype), "factor": np.full((), 2.0, dtype)}

        def forward(self, params, x, mode=None):
            y, cache = super().forward(params, x, mode)
            return params["factor"] * y, cache

    op = Doubled(3, 2)
    params = op.init(rng())
    y, cache = op.forward(params, X)
    np.testing.assert_allclose(y, 2 * (X @ params["W"]))
    assert isinstance(cache, Cache)
    assert not isinstance(cache.own, Cache)
    assert op.vjp(params, cache, y)[0][0].shape == X.shape


# --- inputs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "x",
    [np.ones((4, 3), complex), np.ones((4, 3), object), [["a"] * 3], np.ones((4, 3), "M8[s]")],
    ids=["complex", "objects", "text", "dates"],
)
@pytest.mark.parametrize("op", [Dense(3, 2), ReLU(), Dropout(), Add(), LayerNorm(3)], ids=repr)
def test_inputs_are_real_numbers(op, x):
    with pytest.raises(TypeError, match="expected an array of real numbers, got dtype"):
        op.forward(op.init(rng()), x)
    with pytest.raises(TypeError, match="expected an array of real numbers"):
        Sequential(op).predict({}, x)


def test_masked_arrays_are_refused_everywhere():
    x = np.ma.array(X, mask=X > 0)
    with pytest.raises(TypeError, match="masked array"):
        ReLU().forward({}, x)
    with pytest.raises(TypeError, match="masked array"):
        Sequential(ReLU()).forward({}, x)
    with pytest.raises(TypeError, match="masked array"):
        Dense(3, 2, bias=None).forward({"W": np.ma.ones((3, 2))}, X)
    with pytest.raises(TypeError, match="masked array"):
        SoftmaxCrossEntropy().forward({}, X, np.ma.array([0, 1, 2, 0]))
    _, cache = ReLU().forward({}, X)
    with pytest.raises(TypeError, match="masked array"):
        ReLU().vjp({}, cache, x)


def test_rows_of_different_lengths_are_refused():
    with pytest.raises(TypeError, match="ragged"):
        Tanh().forward({}, [[1.0], [1.0, 2.0]])


def test_bytes_do_not_wrap():
    images = np.full((1, 1, 2, 2), 200, np.uint8)
    assert AveragePool2D(2).forward({}, images)[0] == 200
    assert Add().forward({}, images, images)[0].max() == 400
    assert Multiply().forward({}, images, images)[0].max() == 40_000
    mode = Mode.train(np.random.default_rng(0))
    assert set(np.unique(Dropout(0.5).forward({}, images, mode=mode)[0])) <= {0, 400}
    noisy = GaussianNoise(0.1).forward({}, images, mode=mode)[0]
    assert 0 < abs(noisy - 200).max() < 1
    assert Add().forward({}, np.array([True]), np.array([True]))[0] == 2
    assert Tanh().forward({}, np.array([1], np.int8))[0].dtype == np.float64
    padded = MaxPool2D(3, stride=1, padding=1)
    np.testing.assert_array_equal(padded.forward({}, np.full((1, 1, 2, 2), -5, np.int8))[0], -5)
    assert not padded.forward({}, np.zeros((1, 1, 2, 2), bool))[0].any()


def test_a_network_reads_bytes_as_it_reads_numbers():
    network = Sequential(Dense(3, 4), Tanh(), Dense(4, 1))
    params, x = network.init(rng()), np.arange(12, dtype=np.uint8).reshape(4, 3) * 20
    np.testing.assert_array_equal(network.predict(params, x), network.predict(params, x * 1.0))


def test_a_mode_is_a_mode():
    with pytest.raises(TypeError, match=r"mode must be EVAL or Mode\.train\(rng\), got 'train'"):
        Dropout().forward({}, X, mode="train")

    with pytest.raises(TypeError, match=r"expected a generator, .* got 0"):
        Mode.train(0)


def test_a_vertex_is_an_op():
    with pytest.raises(TypeError, match=r"WeightNorm needs an op such as Dense\(2, 1\), got"):
        WeightNorm(Dense)
    with pytest.raises(TypeError, match=r"vertex 'relu': expected an op such as Dense\(2, 1\)"):
        Graph("x").add("relu", ReLU, "x")


@pytest.mark.parametrize("bad", [2.5, "3", True, 0, None])
@pytest.mark.parametrize(
    "make",
    [
        lambda n: Dense(n, 1),
        lambda n: DropConnect(2, n),
        lambda n: Conv2D(n, 1),
        BatchNorm,
        lambda n: GroupNorm(4, n),
        LayerNorm,
        lambda n: RMSNorm((2, n)),
    ],
)
def test_sizes_are_whole_numbers(make, bad):
    with pytest.raises(ValueError, match=f"whole numbers of at least 1, got .*={bad!r}"):
        make(bad)


def test_sizes_may_be_numpy_integers():
    assert repr(LayerNorm(np.int64(4))) == "LayerNorm(4)"
    assert Dense(np.int64(3), np.int32(2)).init(rng())["W"].shape == (3, 2)


# --- cotangents -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_cotangents_have_the_shape_of_the_output(name):
    op, params, inputs, _ = make(name, (2, 3), 0)
    y, cache = op.forward(params, *inputs, mode=mode_of(name))
    shape, *rest = map(np.shape, each(y))
    for wrong in (np.ones((*shape, 1)), np.ones((1, *shape)), np.ones((2, 1, 1, 1, 7))):
        wrong = (wrong, *map(np.ones, rest)) if rest else wrong
        with pytest.raises(ValueError, match=r"expects a cotangent of shape .*, got \("):
            op.vjp(params, cache, wrong)


def test_cotangents_take_the_dtype_of_the_output():
    op = Dense(3, 2)
    params = op.init(rng(), np.float32)
    _, cache = op.forward(params, X.astype(np.float32))
    for y_bar in (np.ones((4, 2)), np.ones((4, 2), int), np.ones((4, 2), bool)):
        (x_bar,), bars = op.vjp(params, cache, y_bar)
        assert {x_bar.dtype, bars["W"].dtype, bars["b"].dtype} == {np.dtype(np.float32)}
    with pytest.raises(TypeError, match="real numbers, got dtype complex"):
        op.vjp(params, cache, np.full((4, 2), 1j))
    network = Sequential(op)
    params = {"dense1": params}
    _, tape = network.forward(params, X)
    with pytest.raises(TypeError, match="real numbers, got dtype complex"):
        network.backward(params, tape, np.full((4, 2), 1j))


def test_a_graph_of_whole_numbers_has_cotangents_that_are_not():
    g = Sequential(Tanh())
    _, tape = g.forward({}, np.array([0, 1]))
    _, bars = g.backward({}, tape, np.array([0.5, 0.5]), wrt=["x"])
    np.testing.assert_allclose(bars["x"], [0.5, 0.5 * (1 - np.tanh(1) ** 2)])
    _, bars = g.backward({}, tape, {"x": np.array([0.5, 0.25])}, wrt=["x"])
    np.testing.assert_array_equal(bars["x"], [0.5, 0.25])


# --- several outputs ------------------------------------------------------------------------------


class Halves(Op):
    """Two outputs, the halves of the last axis."""

    outputs = ("y", "rest")

    def forward(self, params, x, mode=None):
        return tuple(np.split(x, 2, axis=-1)), None

    def vjp(self, params, cache, y_bar, needs=None):
        return (np.concatenate(y_bar, axis=-1) if needs.input(0) else None,), {}


def of_halves():
    """A graph that reads both outputs of a vertex, one of them twice."""
    g = Graph("x")
    g.add("z", Dense(2, 4), "x")
    g.add("half", Halves(), "z")
    g.add("a", Tanh(), "half/rest")
    g.add("b", Multiply(), "half/rest", "a")
    g.add("y", Add(), "half", "b")
    return g


def test_an_op_of_several_outputs_is_sent_as_many_cotangents():
    x = X[:, :2].astype(np.float32)
    (a, b), cache = Halves().forward({}, x)
    np.testing.assert_array_equal(np.concatenate([a, b], axis=-1), x)
    (x_bar,), _ = Halves().vjp({}, cache, (np.ones((4, 1)), None))
    np.testing.assert_array_equal(x_bar, [[1, 0]] * 4)
    assert x_bar.dtype == np.float32
    for wrong in (np.ones((2, 4, 1)), (np.ones((4, 1)),), (np.ones((4, 1)),) * 3, None):
        with pytest.raises(
            ValueError, match=r"Halves\(\) expects a tuple of cotangents, of \('y',"
        ):
            Halves().vjp({}, cache, wrong)
    with pytest.raises(ValueError, match=r"expects a cotangent of shape \(4, 1\), got \(4, 2\)"):
        Halves().vjp({}, cache, (None, np.ones((4, 2))))
    with pytest.raises(TypeError, match="real numbers"):
        ReLU().vjp({}, ReLU().forward({}, x)[1], None)
    assert gradcheck.entrywise(Halves(), {}, X[:, :2], rng()).ok()


def test_several_outputs_in_a_graph():
    g = of_halves()
    params = g.init(rng())
    assert g.outputs == ("y",)
    values, tape = g.forward(params, X[:, :2])
    assert list(values) == ["x", "z", "half", "half/rest", "a", "b", "y"]
    z = values["z"]
    np.testing.assert_allclose(values["y"], z[:, :2] + z[:, 2:] * np.tanh(z[:, 2:]))
    assert gradcheck.entrywise(g, params, X[:, :2], rng()).ok()
    assert "(4, 2), (4, 2)" in g.summary(params, X[:, :2])

    bars = {"y": np.ones((4, 2))}
    _, found = g.backward(params, tape, bars, wrt=["half", "half/rest", "x"])
    np.testing.assert_array_equal(found["half"], np.ones((4, 2)))
    a = values["a"]
    np.testing.assert_allclose(found["half/rest"], a + values["half/rest"] * (1 - a**2))
    _, alone = g.backward(params, tape, {"half/rest": np.ones((4, 2))}, wrt=["half", "z", "y"])
    np.testing.assert_array_equal(alone["z"], [[0, 0, 1, 1]] * 4)
    assert not alone["half"].any()
    assert not alone["y"].any()
    with pytest.raises(ValueError, match="no parent 'half/y' among"):
        g.add("c", Tanh(), "half/y")
    with pytest.raises(ValueError, match="vertex 'half': expected a name that is not taken"):
        Graph("half/rest").add("half", Halves(), "half/rest")
    with pytest.raises(ValueError, match=r"wrt: expected vertices among .*, got 'half/y'"):
        g.backward(params, tape, bars, wrt=["half/y"])


def test_a_chain_hands_on_the_first_output():
    network = Sequential(Dense(2, 4), Halves(), Dense(2, 1))
    params = network.init(rng())
    assert network.predict(params, X[:, :2]).shape == (4, 1)
    assert gradcheck.entrywise(network, params, X[:, :2], rng()).ok()
    last = Sequential(Dense(2, 4), Halves())
    assert last.outputs == ("halves1",)
    assert last.predict(last.init(rng()), X[:, :2]).shape == (4, 2)


def test_inputs_that_are_only_read_as_labels():
    g = Graph("words", "x", "both", "unread")
    g.add("e", Embedding(3, 2), "words")
    g.add("f", Embedding(3, 2), "both")
    g.add("s", Add(), "e", "f", "x", "both")
    assert g.labels == ("words",)


def test_labels_reach_the_op_as_they_are():
    """`fit` makes inputs floating, but not labels; parameters get the dtype of the other inputs."""
    g = Graph("word", "x")
    g.add("e", Embedding(4, 2, padding=0), "word")
    g.add("s", Add(), "e", "x")
    g.add("y", Dense(2, 2), "s")
    word, x = np.array([0, 1, 2, 3] * 4), np.zeros((16, 2), np.float32)
    run = fit(
        g,
        SoftmaxCrossEntropy(),
        {"word": word, "x": x},
        word // 2,
        optimizer=sgd(0.5),
        epochs=100,
        seed=0,
        progress=False,
    )
    assert run.history["loss"][-1] < 0.1
    assert {value.dtype for _, value in tree.items(run.params)} == {np.dtype(np.float32)}
    assert not run.params["e"]["W"][0].any()
    with pytest.raises(ValueError, match=r"vertex 'e'.*labels that are integers, got dtype float"):
        g.forward(run.params, {"word": word * 1.0, "x": x})


# --- the ends of the numbers ----------------------------------------------------------------------


def test_infinities_in_rectifiers():
    z = np.array([-np.inf, 0, np.inf])
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(LeakyReLU(0.0).forward({}, z)[0], [0, 0, np.inf])
        np.testing.assert_array_equal(LeakyReLU(0.1).forward({}, z)[0], z)


def test_a_step_of_nan_is_nan():
    y, _ = Step().forward({}, np.array([np.nan, -1, 0, 1]))
    np.testing.assert_array_equal(y, [np.nan, 0, 1, 1])


def test_softmax_of_masks():
    z = np.array([[-np.inf, 0.0, 1.0], [-np.inf, -np.inf, -np.inf], [np.inf, 0.0, 0.0]])
    y, cache = Softmax().forward({}, z)
    np.testing.assert_allclose(y[0], [0, 1 / (1 + np.e), np.e / (1 + np.e)])
    assert np.isnan(y[1:]).all()
    (z_bar,), _ = Softmax().vjp({}, cache, np.ones((3, 3)))
    np.testing.assert_allclose(z_bar[0], 0, atol=1e-16)


@pytest.mark.parametrize("op", [LayerNorm(2), BatchNorm(2), RMSNorm(2)], ids=repr)
def test_large_numbers_in_float16(op):
    """Squares of these overflow, and ε = 1e-5 is next to nothing."""
    x = np.array([[1000.0, 3000.0], [2000.0, -2000.0], [0.0, 500.0]], np.float16)
    params = op.init(rng(), np.float16)
    y, cache = op.forward(params, x, mode=TRAIN)
    expected, own = op.forward(op.init(rng()), x.astype(np.float64), mode=TRAIN)
    np.testing.assert_allclose(y, expected, atol=2e-3)
    (x_bar,), _ = op.vjp(params, cache, np.ones((3, 2)) * [1, 2])
    (want,), _ = op.vjp(op.init(rng()), own, np.ones((3, 2)) * [1, 2])
    assert x_bar.dtype == np.float16
    np.testing.assert_allclose(x_bar, want, atol=2e-3)
    still, _ = op.forward(params, np.zeros((3, 2), np.float16), mode=TRAIN)
    np.testing.assert_array_equal(still, 0)


# --- many rows ------------------------------------------------------------------------------------


def test_statistics_of_many_rows_keep_their_digits():
    """With several columns, which NumPy adds up row by row: in float32 four digits are left."""
    x = np.random.default_rng(0).uniform(1e4, 1e4 + 1, (200_000, 3)).astype(np.float32)
    exact = x.astype(np.float64)
    op = BatchNorm(3, momentum=1.0, eps=0.0)
    params = op.init(rng(), np.float32)
    y, cache = op.forward(params, x, mode=TRAIN)
    np.testing.assert_allclose(y.mean(axis=0, dtype=np.float64), 0, atol=1e-5)
    np.testing.assert_allclose(y.std(axis=0, dtype=np.float64), 1, rtol=1e-6)
    measured = op.measured(params, cache)
    np.testing.assert_allclose(measured["running_mean"], exact.mean(axis=0), rtol=1e-7)
    np.testing.assert_allclose(measured["running_variance"], exact.var(axis=0, ddof=1), rtol=2e-7)
    assert measured["running_variance"].dtype == np.float32


def test_gradients_of_many_rows_keep_their_digits():
    N = 200_000
    tenth, ones = np.full((N, 3), 0.1, np.float32), np.ones((N, 3), np.float32)
    cases = [
        (Dense(3, 3), ones, tenth, "b"),
        (BatchNorm(3), ones, tenth, "beta"),
        (Conv2D(3, 3, 1), ones[:, :, None, None], tenth[:, :, None, None], "b"),
        (Conv2D(3, 3, 1), ones[:, :, None, None], tenth[:, :, None, None], "W"),
    ]
    for op, x, y_bar, name in cases:
        params = op.init(rng(), np.float32)
        _, cache = op.forward(params, x)
        _, bars = op.vjp(params, cache, y_bar)
        np.testing.assert_allclose(bars[name], N / 10, rtol=2e-7)
        assert bars[name].dtype == np.float32


def test_running_variances_of_0_in_float16():
    """ε = 1e-9 is 0 in float16."""
    op = BatchNorm(1, eps=1e-9)
    params = {**op.init(rng(), np.float16), "running_variance": np.zeros(1, np.float16)}
    y, _ = op.forward(params, np.zeros((2, 1), np.float16))
    np.testing.assert_array_equal(y, 0)


# --- nothing, and one value -----------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith("Augment")])
def test_batches_of_no_example(name):
    """An empty result, with gradients of parameters that are 0; or a refusal that says why."""
    op, params, inputs, _ = make(name, (2, 3), 0)
    empty = tuple(x[:0] for x in inputs)
    over_examples = isinstance(op, Normalization) and 0 in op.axes
    if over_examples and (mode_of(name).training or not isinstance(op, BatchNorm)):
        with pytest.raises(ValueError, match=r"at least . values.*got .*0"):
            op.forward(params, *empty, mode=mode_of(name))
        return
    if isinstance(op, Loss) and getattr(op, "reduction", "mean") == "mean":
        with pytest.raises(ValueError, match="no mean over an empty batch"):
            op.forward(params, *empty, mode=mode_of(name))
        return
    y, cache = op.forward(params, *empty, mode=mode_of(name))
    if not isinstance(y, tuple) and np.ndim(y) == 0:  # the sum of no losses
        assert y == 0
        return
    full, _ = op.forward(params, *inputs, mode=mode_of(name))
    assert [v.shape for v in each(y)] == [(0, *v.shape[1:]) for v in each(full)]
    input_bars, bars = op.vjp(params, cache, y)
    shapes = [bar.shape for bar in input_bars if bar is not None]
    assert shapes == [x.shape for x in empty if is_floating(x)]
    for bar in bars.values():
        assert not bar.any()


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda: InstanceNorm(4), (3, 4)),
        (lambda: InstanceNorm(4), (3, 4, 1, 1)),
        (lambda: GroupNorm(4, 4), (3, 4)),
        (lambda: GroupNorm(4, 4), (0, 4)),
    ],
)
def test_a_mean_of_one_value_is_refused(make, shape):
    op = make()
    with pytest.raises(ValueError, match=r"needs means over at least 2 values, got 1 in arrays of"):
        op.forward(op.init(rng()), np.ones(shape))


def test_nothing_to_compare_along_an_axis():
    for op in (Softmax(), LayerNorm(3)):
        with pytest.raises(ValueError, match=r"got (shape )?\(2, 0\)"):
            op.forward(op.init(rng()), np.ones((2, 0)))
    with pytest.raises(ValueError, match=r"\(N, C, H, W\), got \(2, 1, 0, 3\)"):
        MaxPool2D(1).forward({}, np.ones((2, 1, 0, 3)))


def test_an_infinite_maximum_is_not_in_the_padding():
    """Where all pixels are -∞ the gradient still goes to one of them."""
    op = MaxPool2D(2, stride=1, padding=1)
    y, cache = op.forward({}, np.full((1, 1, 2, 2), -np.inf))
    (x_bar,), _ = op.vjp({}, cache, np.ones_like(y))
    assert np.isneginf(y).all()
    assert x_bar.sum() == y.size
