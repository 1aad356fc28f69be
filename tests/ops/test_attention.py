"""Attention: by its definition in loops, masks, heads, earlier keys at hand; what it refuses."""

from __future__ import annotations

import re

import numpy as np
import pytest

from nnbook import gradcheck
from nnbook.graph import Graph
from nnbook.op import Needs, NoGradientError
from nnbook.ops.attention import Attention, causal_mask, padding_mask
from nnbook.ops.linear import Dense
from nnbook.ops.multihead import MultiHeadAttention


def rng(seed=0):
    return np.random.default_rng(seed)


def drawn(T=4, T_k=5, d=3, d_v=2, N=2):
    r = rng()
    return r.normal(size=(N, T, d)), r.normal(size=(N, T_k, d)), r.normal(size=(N, T_k, d_v))


def by_definition(q, k, v, mask):
    """One query after the other, one key after the other."""
    y, A = np.zeros((*q.shape[:2], v.shape[2])), np.zeros((*q.shape[:2], k.shape[1]))
    for n in range(len(q)):
        for t in range(q.shape[1]):
            seen = [s for s in range(k.shape[1]) if mask[n, t, s]]
            weights = [np.exp(q[n, t] @ k[n, s] / np.sqrt(q.shape[2])) for s in seen]
            for s, weight in zip(seen, weights, strict=True):
                A[n, t, s] = weight / sum(weights)
                y[n, t] += A[n, t, s] * v[n, s]
    return y, A


# --- masks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 1.0])
def test_any_mask(share):
    q, k, v = drawn()
    mask = rng(1).random((2, 4, 5)) < share
    mask[0, 0] = False
    (y, A), cache = Attention().forward({}, q, k, v, mask)
    want_y, want_A = by_definition(q, k, v, mask)
    np.testing.assert_allclose(A, want_A, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(y, want_y, rtol=1e-12, atol=1e-15)
    assert not y[0, 0].any()  # a query that may look nowhere
    (q_bar, *_), _ = Attention().vjp({}, cache, (np.ones_like(y), np.ones_like(A)))
    assert not q_bar[0, 0].any()
    check = gradcheck.entrywise(Attention(), {}, (q, k, v, mask), rng())
    assert check.ok(), check
    whole, _ = Attention().forward({}, q, k, v, mask.astype(np.uint8))
    np.testing.assert_array_equal(whole[0], y)


def test_causal():
    np.testing.assert_array_equal(causal_mask(3), np.tri(3))
    np.testing.assert_array_equal(causal_mask(2, 4), [[1, 1, 1, 0], [1, 1, 1, 1]])
    q, k, v = drawn(T=4, T_k=4)
    (y, A), _ = Attention(causal=True).forward({}, q, k, v)
    np.testing.assert_array_equal(A != 0, np.broadcast_to(np.tri(4), A.shape))
    for t in range(1, 5):  # what comes later makes no difference
        (sooner, _), _ = Attention(causal=True).forward({}, q[:, :t], k[:, :t], v[:, :t])
        np.testing.assert_allclose(y[:, :t], sooner, rtol=1e-12)
    (last, _), _ = Attention(causal=True).forward({}, q[:, 2:], k, v)
    np.testing.assert_allclose(y[:, 2:], last, rtol=1e-12)
    mask = np.array([True, False, True, True])
    both, _ = Attention(causal=True).forward({}, q, k, v, mask)
    joined, _ = Attention().forward({}, q, k, v, causal_mask(4) & mask)
    np.testing.assert_array_equal(both[0], joined[0])


def test_padding_makes_no_difference():
    q, k, v = drawn(T=5)
    mask = padding_mask([3, 5], 5)
    np.testing.assert_array_equal(mask, [[1, 1, 1, 0, 0], [1] * 5])
    (y, _), cache = Attention().forward({}, q, k, v, mask[:, None, :])
    (alone, _), _ = Attention().forward({}, q[:1], k[:1, :3], v[:1, :3])
    np.testing.assert_allclose(y[:1], alone, rtol=1e-12)
    (_, k_bar, v_bar, no_bar), _ = Attention().vjp({}, cache, (np.ones_like(y), None))
    assert no_bar is None
    assert not k_bar[0, 3:].any()
    assert not v_bar[0, 3:].any()
    assert padding_mask(np.zeros((2, 3), int), 4).shape == (2, 3, 4)


def test_large_scores_do_not_overflow():
    q, k, v = drawn()
    with np.errstate(all="raise", under="ignore"):
        (y, A), cache = Attention().forward({}, 1e4 * q, 1e4 * k, v, np.tri(4, 5, 1, dtype=bool))
        bars, _ = Attention().vjp({}, cache, (np.ones_like(y), None))
    np.testing.assert_allclose(A.sum(axis=-1), 1)
    assert all(np.isfinite(bar).all() for bar in bars[:3])


def test_no_leading_axes_and_several():
    q, k, v = drawn(N=6)
    (y, A), _ = Attention().forward({}, q, k, v)
    (one, _), _ = Attention().forward({}, q[0], k[0], v[0])
    np.testing.assert_allclose(one, y[0], rtol=1e-12)
    heads = (a.reshape(2, 3, *a.shape[1:]) for a in (q, k, v))
    (several, _), _ = Attention().forward({}, *heads)
    np.testing.assert_allclose(several.reshape(y.shape), y, rtol=1e-12)
    assert A.shape == (6, 4, 5)


def test_the_variance_of_scores_does_not_grow_with_d():
    q, k = rng().normal(size=(2, 1, 2000, 64))
    (_, A), _ = Attention().forward({}, q[:, :300], k, np.zeros((1, 2000, 1)))
    z = np.log(A)
    assert 0.95 < (z - z.mean(axis=-1, keepdims=True)).std() < 1.05


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (((2, 4, 3), (2, 5, 4), (2, 5, 2)), r"cannot compare queries \(2, 4, 3\) with keys"),
        (((2, 4, 3), (2, 0, 3), (2, 0, 2)), r"cannot compare queries \(2, 4, 3\) with keys"),
        (((2, 4, 3), (2, 5, 3), (2, 4, 2)), r"expects queries \(…, T, d\).*got \(2, 4, 3\), "),
        (((2, 4, 3), (3, 5, 3), (3, 5, 2)), r"expects queries"),
        (((3,), (5, 3), (5, 2)), r"expects queries"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(arrays, message):
    with pytest.raises(ValueError, match=rf"Attention\(\) {message}"):
        Attention().forward({}, *map(np.ones, arrays))


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (np.ones((2, 4, 5)), "a mask of truth values, got dtype float64"),
        (np.full((4, 5), 2), "a mask of truth values, got dtype int64"),
        (np.ones((2, 5), bool), r"a mask that fits \(2, 4, 5\), got shape \(2, 5\)"),
        (np.ones((2, 2, 4, 5), bool), r"a mask that fits \(2, 4, 5\), got shape \(2, 2, 4, 5\)"),
    ],
)
def test_wrong_masks_are_refused(mask, message):
    with pytest.raises(ValueError, match=message):
        Attention().forward({}, *drawn(), mask)


def test_what_has_no_meaning_is_refused():
    with pytest.raises(ValueError, match="a key for each query, got 3 for 4"):
        Attention(causal=True).forward({}, *drawn(T_k=3))
    with pytest.raises(ValueError, match="whole numbers of at least 1, got T=0"):
        causal_mask(0)
    with pytest.raises(ValueError, match="labels 0 … 3, got 1 … 4"):
        padding_mask([1, 4], 3)
    y, cache = Attention().forward({}, *drawn(), np.ones(5, bool))
    with pytest.raises(NoGradientError, match="a mask has no cotangent"):
        Attention().vjp({}, cache, y, Needs((True,) * 4))


# --- heads ----------------------------------------------------------------------------------------


def decoder_of(T=5, d=6, heads=3, **options):
    op = MultiHeadAttention(d, heads, **options)
    params = {k: p + 0.3 * rng(1).normal(size=p.shape) for k, p in op.init(rng()).items()}
    return op, params, rng(2).normal(size=(2, T, d))


def test_heads_are_a_graph_of_dense_layers_and_attention():
    op, params, x = decoder_of(d=4, heads=2, causal=True)
    (y, weights, K, V), cache = op.forward(params, x, x, x)
    g = Graph("x")
    for name in "qkv":
        for i in range(2):  # two columns for each head
            g.add(f"{name}{i}", Dense(4, 2), "x")
    for i in range(2):
        g.add(f"a{i}", Attention(causal=True), f"q{i}", f"k{i}", f"v{i}")
        g.add(f"o{i}", Dense(2, 4, bias=None), f"a{i}")
    own = {
        f"{name}{i}": {
            "W": params[f"W_{name}"][:, 2 * i : 2 * i + 2],
            "b": params[f"b_{name}"][2 * i : 2 * i + 2],
        }
        for name in "qkv"
        for i in range(2)
    }
    own |= {f"o{i}": {"W": params["W_o"][2 * i : 2 * i + 2]} for i in range(2)}
    values, tape = g.forward(own, x)
    np.testing.assert_allclose(y, values["o0"] + values["o1"] + params["b_o"], rtol=1e-11)
    for i in range(2):
        np.testing.assert_allclose(weights[:, i], values[f"a{i}/weights"], rtol=1e-11)
        np.testing.assert_allclose(K[:, i], values[f"k{i}"], rtol=1e-12)
        np.testing.assert_allclose(V[:, i], values[f"v{i}"], rtol=1e-12)
    y_bar = rng(3).normal(size=y.shape)
    bars, input_bars = g.backward(own, tape, {"o0": y_bar, "o1": y_bar}, wrt=["x"])
    found, own_bars = op.vjp(params, cache, (y_bar, None, None, None))
    np.testing.assert_allclose(sum(found), input_bars["x"], rtol=1e-10, atol=1e-13)
    joined = np.concatenate([bars["k0"]["W"], bars["k1"]["W"]], axis=1)
    np.testing.assert_allclose(own_bars["W_k"], joined, rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(own_bars["W_o"][2:], bars["o1"]["W"], rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("rotated", [False, True])
def test_token_by_token_with_earlier_keys_at_hand(rotated):
    """A graph of one token at a time: its keys and values leave it, and come back as inputs."""
    op, params, x = decoder_of(causal=True, rotary=rotated)
    (y, weights, K, V), _ = op.forward(params, x, x, x)
    g = Graph("x", "K", "V")
    g.add("a", MultiHeadAttention(6, 3, True, rotated, past=True), "x", "x", "x", "K", "V")
    state = {"K": np.zeros((2, 3, 0, 2)), "V": np.zeros((2, 3, 0, 2))}
    for t in range(5):
        values, _ = g.forward({"a": params}, {"x": x[:, t : t + 1], **state})
        state = {name: values[f"a/{name}"] for name in "KV"}
        np.testing.assert_allclose(values["a"][:, 0], y[:, t], rtol=1e-10, atol=1e-13)
        now = values["a/weights"][:, :, 0]
        np.testing.assert_allclose(now, weights[:, :, t, : t + 1], rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(state["K"], K, rtol=1e-12)
    np.testing.assert_allclose(state["V"], V, rtol=1e-12)


def test_gradients_pass_into_what_was_before():
    op, params, x = decoder_of(T=2, causal=True, rotary=True, past=True)
    K, V = rng(5).normal(size=(2, 2, 3, 4, 2))
    check = gradcheck.entrywise(op, params, (x, x, x, K, V, np.tri(2, 6, 4, dtype=bool)), rng())
    assert check.ok(), check
    assert check.left_out == ("inputs/5 (labels)",)


def test_masks_for_all_heads_and_for_each():
    op, params, x = decoder_of()
    mask = padding_mask([3, 5], 5)
    for wide in (mask[:, None, :], mask[:, None, None, :]):
        (y, weights, *_), _ = op.forward(params, x, x, x, wide)
        (alone, *_), _ = op.forward(params, x[:1, :3], x[:1, :3], x[:1, :3])
        np.testing.assert_allclose(y[:1, :3], alone, rtol=1e-11)
        assert not weights[0, ..., 3:].any()
    each = rng(4).random((2, 3, 5, 5)) < 0.5
    (_, weights, *_), _ = op.forward(params, x, x, x, each)
    np.testing.assert_array_equal(weights != 0, each)


def test_rotary_heads_know_distances_alone():
    """The same words later in a text: weights among them are what they were."""
    op, params, x = decoder_of(T=6, rotary=True, causal=True)
    twice = np.concatenate([x[:, :3]] * 2, axis=1)
    (_, weights, *_), _ = op.forward(params, twice, twice, twice)
    first, later = weights[:, :, :3, :3], weights[:, :, 3:, 3:]
    later = later / later.sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(later, first, rtol=1e-10)
    plain = MultiHeadAttention(6, 3, causal=True).forward(params, twice, twice, twice)[0][1]
    np.testing.assert_allclose(plain[:, :, 5, :3], plain[:, :, 5, 3:], rtol=1e-10)
    assert np.abs(weights[:, :, 5, :3] - weights[:, :, 5, 3:]).max() > 1e-2


def test_what_does_not_fit_heads_is_refused():
    op, params, x = decoder_of()
    for wrong in ((x[0],) * 3, (x[..., :5],) * 3, (x, x[:1], x[:1]), (x, x, x[:, :4])):
        with pytest.raises(ValueError, match=r"expects inputs \(N, T, 6\), as many keys as values"):
            op.forward(params, *wrong)
    with pytest.raises(ValueError, match="got 5 inputs, which are too many"):
        op.forward(params, x, x, x, x, x)
    on = MultiHeadAttention(6, 3, past=True)
    K = np.zeros((2, 3, 4, 2))
    for wrong in ((), (K,), (K, K[:, :, :3]), (K[:1], K[:1]), (K[..., :1],) * 2, (x, x)):
        shapes = re.escape(str([a.shape for a in wrong]))
        with pytest.raises(ValueError, match=rf"K and V of shape \(2, 3, P, 2\), got {shapes}"):
            on.forward(params, x, x, x, *wrong)
    with pytest.raises(ValueError, match="heads that divide d = 6, got 4"):
        MultiHeadAttention(6, 4)
    with pytest.raises(ValueError, match="d / heads is 3, not even"):
        MultiHeadAttention(6, 2, rotary=True)
    with pytest.raises(ValueError, match="whole numbers of at least 1, got d=6, heads=0"):
        MultiHeadAttention(6, 0)
    with pytest.raises(ValueError, match=r"a mask that fits \(2, 3, 5, 5\), got shape \(2, 5\)"):
        op.forward(params, x, x, x, np.ones((2, 5), bool))


def test_reprs():
    text = "MultiHeadAttention(6, 3, causal=True, rotary=True, past=True, bias=None)"
    assert repr(eval(text)) == text
    assert set(eval(text).init(rng())) == {"W_q", "W_k", "W_v", "W_o"}
    assert repr(Attention(causal=True)) == "Attention(causal=True)"
