"""Recurrent networks: the loop is a graph of cells, goes on from a state, and knows lengths."""

from __future__ import annotations

import re

import numpy as np
import pytest

from nnbook import gradcheck
from nnbook.graph import Graph, Sequential
from nnbook.op import Needs, NoGradientError
from nnbook.ops import unrolled
from nnbook.ops.arithmetic import Pick
from nnbook.ops.cells import LSTMCell, RNNCell
from nnbook.ops.gru import GRUCell
from nnbook.ops.linear import Dense
from nnbook.ops.recurrent import GRU, LSTM, RNN, Recurrent

KINDS = {
    "RNN": (RNN, RNNCell, {}),
    "RNN, ReLU": (RNN, RNNCell, {"activation": "relu"}),
    "LSTM": (LSTM, LSTMCell, {}),
    "GRU": (GRU, GRUCell, {}),
    "GRU, reset before": (GRU, GRUCell, {"reset_after": False}),
}
every_kind = pytest.mark.parametrize("name", KINDS)
LENGTHS = np.array([5, 0, 2, 1])


def rng(seed=0):
    return np.random.default_rng(seed)


def drawn(name, lengths=False, n_in=3, n_out=4):
    """An op, parameters none of which is 0, a batch of four sequences of five steps, a state."""
    kind, _, options = KINDS[name]
    op = kind(n_in, n_out, lengths=lengths, **options)
    params = {k: p + 0.1 * rng(1).normal(size=p.shape) for k, p in op.init(rng()).items()}
    state = tuple(rng(2 + i).normal(size=(4, n_out)) for i in range(len(op.outputs)))
    return op, params, rng(9).normal(size=(4, 5, n_in)), state


def outputs(y):
    return y if isinstance(y, tuple) else (y,)


def bars_of(y, seed=7):
    bars = tuple(rng(seed).normal(size=v.shape) for v in outputs(y))
    return bars if isinstance(y, tuple) else bars[0]


# --- the LSTM in float32, all steps together ------------------------------------------------------


def small(*arrays):
    return [np.asarray(a, np.float32) for a in arrays]


@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize("memory", [False, True])
@pytest.mark.parametrize("T", [1, 5])
def test_unrolled_as_the_loop_over_cells(given, memory, T):
    op, params, x, state = drawn("LSTM")
    params, (x, *state) = dict(zip(params, small(*params.values()), strict=True)), small(x, *state)
    inputs = (x[:, :T], *state) if given else (x[:, :T],)
    y, cache = op.forward(params, *inputs)
    assert isinstance(cache.own[1], unrolled.Steps)
    slow, own = Recurrent.forward(op, params, *inputs)
    h_bar, c_bar = small(*bars_of(y))
    y_bar = (h_bar, c_bar if memory else 0 * c_bar)
    bars, params_bar = op.vjp(params, cache, y_bar)
    slow_bars, slow_params_bar = Recurrent.vjp(op, params, own, y_bar)
    assert params_bar.keys() == slow_params_bar.keys()
    assert len(bars) == len(slow_bars) == len(inputs)
    for a, b in zip(
        [*y, *bars, *params_bar.values()],
        [*slow, *slow_bars, *(slow_params_bar[name] for name in params_bar)],
        strict=True,
    ):
        assert a.dtype == np.float32
        np.testing.assert_allclose(a, b, 2e-5, 2e-6)


def test_unrolled_sends_what_is_asked_for():
    op, params, x, state = drawn("LSTM")
    params, (x, *state) = dict(zip(params, small(*params.values()), strict=True)), small(x, *state)
    y, cache = op.forward(params, x, *state)
    bars, own = op.vjp(params, cache, bars_of(y), Needs((False, True, False), params=False))
    assert [bar is None for bar in bars] == [True, False, True]
    assert own == {}


def test_unrolled_gates_far_from_0_neither_overflow_nor_pass_1():
    op, params, x, _ = drawn("LSTM")
    params, (x,) = dict(zip(params, small(*params.values()), strict=True)), small(1e4 * x)
    (h, c), cache = op.forward(params, x)
    assert np.all(np.abs(h) <= 1)
    assert np.all(np.isfinite(c))
    bars, _ = op.vjp(params, cache, (np.ones_like(h), np.ones_like(c)))
    assert np.all(np.isfinite(bars[0]))


# --- the loop -------------------------------------------------------------------------------------


@every_kind
def test_the_loop_is_a_graph_of_cells_that_share_their_parameters(name):
    op, params, x, state = drawn(name)
    _, cell, options = KINDS[name]
    parts = op.outputs
    g = Graph("x1", "x2", "x3", *(f"{part}_0" for part in parts))
    before = [f"{part}_0" for part in parts]
    for t in (1, 2, 3):
        share = "cell1" if t > 1 else None
        g.add(f"cell{t}", cell(3, 4, **options), f"x{t}", *before, share=share)
        before = [f"cell{t}", *(f"cell{t}/{part}" for part in parts[1:])]
    steps = {f"x{t}": x[:, t - 1] for t in (1, 2, 3)}
    given = dict(zip([f"{part}_0" for part in parts], state, strict=True))
    values, tape = g.forward({"cell1": params}, steps | given)

    y, cache = op.forward(params, x[:, :3], *state)
    names = [
        [f"cell{t}{'' if i == 0 else '/' + p}" for t in (1, 2, 3)] for i, p in enumerate(parts)
    ]
    for own, part in zip(names, outputs(y), strict=True):
        np.testing.assert_allclose(part, np.stack([values[v] for v in own], axis=1), rtol=1e-13)

    y_bar = bars_of(y)
    seeds = {
        v: bar[:, t]
        for own, bar in zip(names, outputs(y_bar), strict=True)
        for t, v in enumerate(own)
    }
    bars, input_bars = g.backward({"cell1": params}, tape, seeds, wrt=g.inputs)
    (x_bar, *state_bars), own_bars = op.vjp(params, cache, y_bar)
    np.testing.assert_allclose(x_bar[:, 1], input_bars["x2"], rtol=1e-10, atol=1e-13)
    for part, bar in zip(parts, state_bars, strict=True):
        np.testing.assert_allclose(bar, input_bars[f"{part}_0"], rtol=1e-10, atol=1e-13)
    for key, bar in own_bars.items():
        np.testing.assert_allclose(bar, bars["cell1"][key], rtol=1e-10, atol=1e-13)


@every_kind
def test_no_state_is_a_state_of_zeros(name):
    op, params, x, state = drawn(name)
    zeros = tuple(map(np.zeros_like, state))
    for ours, theirs in zip(
        outputs(op.forward(params, x)[0]), outputs(op.forward(params, x, *zeros)[0]), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


@every_kind
def test_a_sequence_in_two_pieces(name):
    """Values handed across give the same states; cotangents handed across, the same gradient."""
    op, params, x, state = drawn(name)
    y, cache = op.forward(params, x, *state)
    y_bar = bars_of(y)
    (x_bar, *state_bars), bars = op.vjp(params, cache, y_bar)

    first, first_cache = op.forward(params, x[:, :2], *state)
    last = tuple(part[:, -1] for part in outputs(first))
    second, second_cache = op.forward(params, x[:, 2:], *last)
    for whole, a, b in zip(outputs(y), outputs(first), outputs(second), strict=True):
        np.testing.assert_allclose(whole, np.concatenate([a, b], axis=1), rtol=1e-13)

    def piece(cut):
        found = tuple(bar[:, cut].copy() for bar in outputs(y_bar))
        return found if isinstance(y_bar, tuple) else found[0]

    (x_later, *across), later = op.vjp(params, second_cache, piece(slice(2, None)))
    sent = piece(slice(None, 2))
    _, truncated = op.vjp(params, first_cache, sent)
    for bar, more in zip(outputs(sent), across, strict=True):
        bar[:, -1] += more
    (x_sooner, *start), sooner = op.vjp(params, first_cache, sent)
    np.testing.assert_allclose(np.concatenate([x_sooner, x_later], axis=1), x_bar, rtol=1e-10)
    for ours, theirs in zip(start, state_bars, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10)
    for key, bar in bars.items():
        np.testing.assert_allclose(sooner[key] + later[key], bar, rtol=1e-9, atol=1e-12)
    assert (
        np.abs(truncated["U"] + later["U"] - bars["U"]).max() > 1e-3
    )  # what truncation leaves out


@pytest.mark.parametrize("lengths", [False, True])
@every_kind
def test_gradients(name, lengths):
    op, params, x, state = drawn(name, lengths)
    inputs = (x, LENGTHS, *state) if lengths else (x, *state)
    check = gradcheck.entrywise(op, params, inputs, rng())
    assert check.ok(), check
    assert ("inputs/1 (labels)" in check.left_out) == lengths


# --- lengths --------------------------------------------------------------------------------------


@every_kind
def test_each_sequence_as_if_it_were_alone(name):
    op, params, x, state = drawn(name, lengths=True)
    alone = drawn(name)[0]
    y, cache = op.forward(params, x, LENGTHS, *state)
    for n, T in enumerate(LENGTHS):
        ends = tuple(part[n : n + 1] for part in state)
        if T:
            ends = alone.forward(params, x[n : n + 1, :T], *ends)[0]
            ends = tuple(part[:, -1] for part in outputs(ends))
        for part, end in zip(outputs(y), ends, strict=True):
            np.testing.assert_allclose(part[n, -1], end[0], rtol=1e-12)
            np.testing.assert_allclose(part[n, T:], np.repeat(end, 5 - T, axis=0), rtol=1e-12)
    # What stands behind the end makes no difference, and gets no cotangent.
    (x_bar, no_bar, *_), bars = op.vjp(params, cache, bars_of(y))
    assert no_bar is None
    behind = np.arange(5) >= LENGTHS[:, None]
    assert not x_bar[behind].any()
    assert x_bar[~behind].all() or name == "RNN, ReLU"
    other = np.where(behind[..., None], 1e3, x)
    again, own = op.forward(params, other, LENGTHS, *state)
    for part, same in zip(outputs(y), outputs(again), strict=True):
        np.testing.assert_array_equal(part, same)
    for key, bar in op.vjp(params, own, bars_of(y))[1].items():
        np.testing.assert_allclose(bar, bars[key], rtol=1e-12)


@every_kind
def test_all_of_full_length(name):
    op, params, x, state = drawn(name, lengths=True)
    alone = drawn(name)[0]
    full, _ = alone.forward(params, x, *state)
    y, _ = op.forward(params, x, np.full(4, 5), *state)
    for part, same in zip(outputs(y), outputs(full), strict=True):
        np.testing.assert_array_equal(part, same)


@pytest.mark.parametrize(
    ("lengths", "message"),
    [
        ((), r"lengths of shape \(4,\), got none"),
        ((np.ones((4, 1), int),), r"lengths of shape \(4,\), got shape \(4, 1\)"),
        ((np.array([1, 2, 3, 6]),), r"labels 0 … 5, got 1 … 6"),
        ((np.array([1, 2, 3, -1]),), r"labels 0 … 5, got -1 … 3"),
        ((np.ones(4),), "labels that are integers, got dtype float64"),
    ],
)
def test_wrong_lengths_are_refused(lengths, message):
    op, params, x, _ = drawn("GRU", lengths=True)
    with pytest.raises(ValueError, match=message):
        op.forward(params, x, *lengths)


def test_lengths_have_no_cotangent():
    op, params, x, _ = drawn("GRU", lengths=True)
    y, cache = op.forward(params, x, LENGTHS)
    with pytest.raises(NoGradientError, match="lengths have no cotangent"):
        op.vjp(params, cache, y, Needs((True, True)))
    (x_bar, none), bars = op.vjp(params, cache, y, Needs((False, False)))
    assert (x_bar, none) == (None, None)
    assert bars.keys() == params.keys()


# --- what they are, and what they refuse ----------------------------------------------------------


def test_first_values():
    params = LSTM(3, 4).init(rng())
    np.testing.assert_array_equal(params["b"], [0] * 4 + [1] * 4 + [0] * 8)
    for block in np.split(params["U"], 4, axis=1):
        np.testing.assert_allclose(block.T @ block, np.eye(4), atol=1e-13)
    assert np.abs(params["W"]).max() <= np.sqrt(6 / 7)
    assert LSTM(3, 4, forget_bias=2).init(rng(), np.float32)["b"].dtype == np.float32
    assert GRU(3, 4).init(rng())["b_U"].shape == (4,)
    assert "b_U" not in GRU(3, 4, reset_after=False).init(rng())

    def ones(rng, shape, dtype):
        return np.ones(shape, dtype)

    params = GRU(3, 4, weights=ones, recurrent=ones, bias=ones).init(rng())
    assert all((p == 1).all() for p in params.values())


def test_gates_that_are_shut_keep_the_state():
    lstm, gru = LSTMCell(1, 2), GRUCell(1, 2)
    zeros = {key: np.zeros(shape) for key, shape in lstm.shapes().items()}
    b = np.repeat([-50.0, 50, 0, 50], 2)
    h, c = np.ones((3, 2)), np.full((3, 2), 0.7)
    (h, c_after), cache = lstm.forward({**zeros, "b": b}, np.ones((3, 1)), h, c)
    np.testing.assert_allclose(c_after, c, rtol=1e-15)
    np.testing.assert_allclose(h, np.tanh(c))
    (_, _, c_bar), _ = lstm.vjp({**zeros, "b": b}, cache, (None, np.ones((3, 2))))
    np.testing.assert_allclose(c_bar, 1)
    zeros = {key: np.zeros(shape) for key, shape in gru.shapes().items()}
    b = np.repeat([0.0, 50, 0], 2)
    y, _ = gru.forward({**zeros, "b": b}, np.ones((3, 1)), c)
    np.testing.assert_allclose(y, c)


@every_kind
def test_large_numbers_do_not_overflow(name):
    op, params, x, _ = drawn(name)
    if name == "RNN, ReLU":
        return
    with np.errstate(all="raise", under="ignore"):
        y, cache = op.forward(params, 1e4 * x)
        _, bars = op.vjp(params, cache, bars_of(y))
    assert all(np.isfinite(part).all() for part in outputs(y))
    assert all(np.isfinite(bar).all() for bar in bars.values())


def test_in_a_chain():
    network = Sequential(LSTM(3, 4), GRU(4, 2), Pick(), Dense(2, 1))
    params = network.init(rng())
    check = gradcheck.entrywise(network, params, rng().normal(size=(2, 4, 3)), rng())
    assert check.ok(), check


def test_reprs():
    for text in (
        "RNN(3, 4)",
        "RNN(3, 4, 'relu', lengths=True)",
        "LSTM(3, 4, forget_bias=0.5)",
        "GRU(3, 4, reset_after=False, lengths=True)",
        "RNNCell(3, 4, 'relu')",
        "LSTMCell(3, 4)",
        "Pick(-1, axis=1)",
    ):
        assert repr(eval(text)) == text


@every_kind
def test_inputs_and_states_of_other_shapes_are_refused(name):
    op, params, x, state = drawn(name)
    for wrong in (x[0], x[..., :2], x[:, :0]):
        shape = re.escape(str(wrong.shape))
        with pytest.raises(ValueError, match=rf"expects inputs \(N, T, 3\), got shape {shape}"):
            op.forward(params, wrong)
    parts = " and ".join(op.outputs)
    for wrong in (
        (state[0][:2],) * len(state),
        (state[0][:, :3],) * len(state),
        (*state, state[0]),
    ):
        with pytest.raises(ValueError, match=rf"expects a state {parts} of shape \(4, 4\), got \("):
            op.forward(params, x, *wrong)
    _, cell, options = KINDS[name]
    with pytest.raises(ValueError, match=r"expects inputs of shape \(N, 3\), got \(4, 5, 3\)"):
        cell(3, 4, **options).forward(params, x)
    with pytest.raises(ValueError, match=r"expects a state"):
        cell(3, 4, **options).forward(params, x[:, 0], state[0][:3])


def test_settings_are_refused():
    with pytest.raises(ValueError, match="activation is 'tanh' or 'relu', got 'sigmoid'"):
        RNN(3, 4, "sigmoid")
    for bad in (0, 2.5, True):
        with pytest.raises(ValueError, match="needs whole numbers of at least 1"):
            GRU(3, bad)
    with pytest.raises(TypeError, match="unexpected keyword"):
        LSTM(3, 4, layers=2)


def test_pick():
    x = rng().normal(size=(2, 3, 4))
    np.testing.assert_array_equal(Pick().forward({}, x)[0], x[:, -1])
    np.testing.assert_array_equal(Pick(0, axis=-1).forward({}, x)[0], x[..., 0])
    for op in (Pick(3), Pick(-4), Pick(axis=3), Pick(axis=-4)):
        with pytest.raises(
            ValueError, match=r"finds no such place in an input of shape \(2, 3, 4\)"
        ):
            op.forward({}, x)
