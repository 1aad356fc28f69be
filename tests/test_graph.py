"""Graphs: any DAG, forward and backward, against finite differences."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook import gradcheck
from nnbook.graph import Graph, Sequential
from nnbook.op import EVERYTHING, Mode, NoGradientError, Op
from nnbook.ops.activations import ReLU, Sigmoid, Softmax, Step, Tanh
from nnbook.ops.arithmetic import Add, Concatenate, Multiply
from nnbook.ops.linear import Dense
from nnbook.ops.losses import MeanSquaredError


def fan_out():
    """One vertex read by three others, and a shortcut from the input."""
    g = Graph("x")
    g.add("z", Dense(3, 3), "x")
    g.add("a", Tanh(), "z")
    g.add("b", Sigmoid(), "z")
    g.add("p", Multiply(), "a", "b", "z")
    g.add("y", Add(), "p", "x")
    return g, {"x": (4, 3)}


def twice():
    """One vertex as two parents of the same child."""
    g = Graph("x")
    g.add("z", Dense(2, 2), "x")
    g.add("y", Multiply(), "z", "z")
    return g, {"x": (3, 2)}


def shared():
    """A network with one set of weights used at three vertices (a recurrent net, unrolled)."""
    g = Graph("x")
    g.add("h1", Dense(3, 3), "x")
    g.add("a1", Tanh(), "h1")
    g.add("h2", Dense(3, 3), "a1", share="h1")
    g.add("a2", Tanh(), "h2")
    g.add("h3", Dense(3, 3), "a2", share="h2")  # sharing with one that shares
    return g, {"x": (4, 3)}


def two_inputs_two_outputs():
    g = Graph("x", "u")
    g.add("a", Dense(2, 3), "x")
    g.add("b", Dense(1, 3), "u")
    g.add("sum", Add(), "a", "b")
    g.add("class", Softmax(), "sum")
    g.add("both", Concatenate(), "sum", "u")
    g.add("value", Dense(4, 1), "both")
    return g, {"x": (5, 2), "u": (5, 1)}


def with_a_loss():
    g = Graph("x", "t")
    g.add("z", Dense(2, 3), "x")
    g.add("L", MeanSquaredError(), "z", "t")
    return g, {"x": (4, 2), "t": (4, 3)}


GRAPHS = [fan_out, twice, shared, two_inputs_two_outputs, with_a_loss]


@pytest.mark.parametrize("make", GRAPHS)
@pytest.mark.parametrize("seed", range(3))
def test_gradients(make, seed):
    g, shapes = make()
    rng = np.random.default_rng(seed)
    params = g.init(rng)
    inputs = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    check = gradcheck.entrywise(g, params, inputs, rng)
    assert check.ok(), check
    assert gradcheck.projection(g, params, inputs, rng).ok()


def test_shared_weights_are_one_entry_and_their_cotangents_add():
    g, _ = shared()
    assert list(g.init(np.random.default_rng(0))) == ["h1"]

    g = Graph("x")
    g.add("a", Dense(1, 1), "x")
    g.add("b", Dense(1, 1), "x", share="a")
    params = {"a": {"W": np.array([[2.0]]), "b": np.array([0.0])}}
    _, tape = g.forward(params, np.array([[3.0]]))
    param_bars, _ = g.backward(params, tape, {"a": np.ones((1, 1)), "b": 10 * np.ones((1, 1))})
    assert param_bars["a"]["W"] == 33


def test_outputs_and_seeds_in_the_middle():
    g, shapes = two_inputs_two_outputs()
    assert g.outputs == ("class", "value")
    params = g.init(np.random.default_rng(0))
    inputs = {name: np.ones(shape) for name, shape in shapes.items()}
    assert set(g.predict(params, inputs)) == {"class", "value"}
    _, tape = g.forward(params, inputs)
    # A cotangent may be given at any vertex; what does not lead there gets none.
    param_bars, input_bars = g.backward(params, tape, {"sum": np.ones((5, 3))}, wrt=["sum", "x"])
    assert set(param_bars) == {"a", "b"}
    np.testing.assert_array_equal(input_bars["sum"], np.ones((5, 3)))
    assert input_bars["x"].shape == (5, 2)
    _, unreached = g.backward(params, tape, {"a": np.ones((5, 3))}, wrt=["u"])
    np.testing.assert_array_equal(unreached["u"], np.zeros((5, 1)))


class Counting(Op):
    """The identity, which counts how often and for what its vjp is called."""

    def __init__(self):
        self.needs = []

    def forward(self, params, *inputs, mode=None):
        return sum(inputs), len(inputs)

    def vjp(self, params, cache, y_bar, needs=EVERYTHING):
        self.needs.append(needs.inputs)
        return tuple(y_bar if needs.input(i) else None for i in range(cache)), {}


def test_backward_leaves_out_what_nobody_needs():
    above, joint, below = Counting(), Counting(), Counting()
    g = Graph("x")
    g.add("above", above, "x")  # no parameters up here …
    g.add("z", Dense(2, 2), "above")
    g.add("joint", joint, "z", "above")  # … so that only the first of these two is asked for
    g.add("y", below, "joint")
    g.add("aside", Counting(), "joint")  # and nothing was seeded down here
    params = g.init(np.random.default_rng(0))
    _, tape = g.forward(params, np.ones((3, 2)))
    g.backward(params, tape, {"y": np.ones((3, 2))})
    assert above.needs == []
    assert joint.needs == [(True, False)]
    assert below.needs == [(True,)]
    assert g.vertices["aside"].op.needs == []

    g.backward(params, tape, {"y": np.ones((3, 2))}, wrt=["x"])
    assert above.needs == [(True,)]
    assert joint.needs[-1] == (True, True)


def test_pruning_passes_by_what_has_no_gradient():
    """A step at the bottom of a network does no harm as long as nothing above it learns."""
    g = Sequential(Step(), Dense(2, 1))
    params = g.init(np.random.default_rng(0))
    _, tape = g.forward(params, np.ones((3, 2)))
    param_bars, _ = g.backward(params, tape, np.ones((3, 1)))
    assert set(param_bars) == {"dense1"}
    with pytest.raises(NoGradientError, match=r"vertex 'step1', Step\(\) of x: "):
        g.backward(params, tape, np.ones((3, 1)), wrt=["x"])


@pytest.mark.parametrize("make", GRAPHS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept_and_nothing_is_written(make, dtype):
    g, shapes = make()
    rng = np.random.default_rng(0)
    params = g.init(rng, dtype)
    inputs = {name: rng.normal(size=shape).astype(dtype) for name, shape in shapes.items()}
    for array in [*inputs.values(), *(a for own in params.values() for a in own.values())]:
        array.setflags(write=False)
    values, tape = g.forward(params, inputs)
    for value in values.values():
        assert value.dtype == dtype
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
    y_bars = {name: np.ones(np.shape(values[name])) for name in g.outputs}  # always float64
    once = g.backward(params, tape, y_bars, wrt=g.inputs)
    twice = g.backward(params, tape, y_bars, wrt=g.inputs)
    np.testing.assert_equal(once, twice)
    for key, bars in once[0].items():
        assert {name: (b.shape, b.dtype) for name, b in bars.items()} == {
            name: (p.shape, dtype) for name, p in params[key].items()
        }
    assert all(bar.dtype == dtype for bar in once[1].values())


def test_mode_reaches_every_op_and_measured_parameters_come_back():
    class RunningMean(Op):
        """What batch normalization will be like: a parameter that is measured, not learnt."""

        measures = ("mean",)

        def shapes(self):
            return {"mean": (2,), "gain": (2,)}

        def init(self, rng, dtype=np.float64):
            return {"mean": np.zeros(2, dtype), "gain": np.ones(2, dtype)}

        def forward(self, params, x, mode=None):
            mean = x.mean(axis=0) if mode.training else params["mean"]
            return params["gain"] * (x - mean), (x, mean)

        def vjp(self, params, cache, y_bar, needs=EVERYTHING):
            x, mean = cache
            return (params["gain"] * y_bar,), {"gain": (y_bar * (x - mean)).sum(axis=0)}

        def measured(self, params, cache):
            return {"mean": cache[1]}

    g = Sequential(RunningMean())
    params = g.init(np.random.default_rng(0))
    x = np.array([[1.0, 2.0], [3.0, 6.0]])
    values, tape = g.forward(params, x, Mode.train(np.random.default_rng(0)))
    np.testing.assert_array_equal(values["runningmean1"], [[-1, -2], [1, 2]])
    after = g.measured(params, tape)
    np.testing.assert_array_equal(after["runningmean1"]["mean"], [2, 4])
    np.testing.assert_array_equal(params["runningmean1"]["mean"], [0, 0])
    np.testing.assert_array_equal(g.predict(after, x), values["runningmean1"])


def test_repr_and_summary():
    g, shapes = shared()
    assert repr(g).splitlines() == [
        "vertex  op                             parents",
        "x       input",
        "h1      Dense(3, 3)                    x",
        "a1      Tanh()                         h1",
        "h2      Dense(3, 3), parameters of h1  a1",
        "a2      Tanh()                         h2",
        "h3      Dense(3, 3), parameters of h1  a2",
    ]
    params = g.init(np.random.default_rng(0))
    summary = g.summary(params, np.ones(shapes["x"])).splitlines()
    assert summary[0].split() == ["vertex", "op", "parents", "shape", "parameters"]
    assert summary[2].split() == ["h1", "Dense(3,", "3)", "x", "(4,", "3)", "12"]
    assert summary[-1].split() == ["total", "12"]
    assert "(4, 3)" not in g.summary(params)


def test_sequential_names():
    g = Sequential(Dense(2, 3), ReLU(), Dense(3, 3), ReLU(), Dense(3, 1))
    assert list(g.vertices) == ["dense1", "relu1", "dense2", "relu2", "dense3"]
    assert g.outputs == ("dense3",)


def test_errors_in_building():
    with pytest.raises(ValueError, match="at least one input"):
        Graph()
    with pytest.raises(ValueError, match="different names"):
        Graph("x", "x")
    with pytest.raises(ValueError, match="at least one op"):
        Sequential()
    g = Graph("x")
    g.add("z", Dense(2, 2), "x")
    with pytest.raises(ValueError, match="vertex 'z': expected a name that is not taken"):
        g.add("z", Tanh(), "x")
    with pytest.raises(ValueError, match="vertex 'x': expected a name that is not taken"):
        g.add("x", Tanh(), "z")
    with pytest.raises(ValueError, match="has no slash"):
        g.add("a/b", Tanh(), "z")
    with pytest.raises(ValueError, match=r"vertex 'a': no parent 'w' among \['x', 'z'\]"):
        g.add("a", Tanh(), "w")
    with pytest.raises(ValueError, match="vertex 'a': an op needs at least one parent"):
        g.add("a", Tanh())
    with pytest.raises(ValueError, match="vertex 'a': no vertex 'q' to share with"):
        g.add("a", Dense(2, 2), "z", share="q")


def test_errors_in_running():
    g = Graph("x", "u")
    g.add("z", Dense(2, 3), "x")
    g.add("s", Add(), "z", "u")
    params = g.init(np.random.default_rng(0))
    x, u = np.ones((4, 2)), np.ones((4, 3))
    with pytest.raises(ValueError, match=r"inputs: expected a dict for \['x', 'u'\], got one"):
        g.forward(params, x)
    with pytest.raises(ValueError, match=r"inputs: expected \['u', 'x'\], got \['x'\]"):
        g.forward(params, {"x": x})
    with pytest.raises(
        ValueError, match=r"vertex 'z', Dense\(2, 3\) of x: .* shape \(…, 2\), got \(4, 3\)"
    ):
        g.forward(params, {"x": u, "u": u})
    with pytest.raises(ValueError, match=r"vertex 's', .* one and the same shape.*\(4, 2\)"):
        g.forward(params, {"x": x, "u": x})
    _, tape = g.forward(params, {"x": x, "u": u})
    with pytest.raises(ValueError, match=r"vertex 's': expected shape \(4, 3\), got \(4, 2\)"):
        g.backward(params, tape, x)
    with pytest.raises(ValueError, match="cotangents: no vertex 'q'"):
        g.backward(params, tape, {"q": x})
    with pytest.raises(ValueError, match=r"wrt: expected vertices among .*, got 'q'"):
        g.backward(params, tape, u, wrt=["q"])


def test_wrong_sizes_of_a_dense_layer():
    with pytest.raises(ValueError, match="n_in=0, n_out=3"):
        Dense(0, 3)
    with pytest.raises(ValueError, match=r"Dense\(2, 3\) expects .* got \(\)"):
        Dense(2, 3).forward(Dense(2, 3).init(np.random.default_rng(0)), np.float64(1))


@pytest.mark.parametrize("axis", [-1, 0])
def test_concatenate_says_which_shapes(axis):
    with pytest.raises(ValueError, match=rf"along axis {axis}, got .*\(2, 3\), \(3, 2\)"):
        Concatenate(axis).forward({}, np.ones((2, 3)), np.ones((3, 2)))
