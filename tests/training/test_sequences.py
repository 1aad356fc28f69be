"""Sequences in training: recurrent networks and a decoder learn toy tasks, by `fit` and by hand."""

from __future__ import annotations

import numpy as np
import pytest

import nnbook
from nnbook import (
    GRU,
    LSTM,
    RNN,
    Add,
    Dense,
    Embedding,
    Graph,
    LayerNorm,
    MeanSquaredError,
    MultiHeadAttention,
    Pick,
    ReLU,
    Sequential,
    SoftmaxCrossEntropy,
    adam,
    clip_by_norm,
    fit,
)
from nnbook.training.loop import loss_and_gradients

IGNORED = -1


def rng(seed=0):
    return np.random.default_rng(seed)


# --- recurrent networks ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [RNN, LSTM, GRU])
def test_the_sum_of_a_sequence(kind):
    """Two sequences of different lengths side by side, the rest of each filled with junk."""
    lengths = rng(1).integers(1, 8, 256)
    x = rng(2).uniform(-0.5, 0.5, (256, 7, 1))
    going = np.arange(7) < lengths[:, None]
    t = np.sum(x[..., 0] * going, axis=1, keepdims=True)
    x = np.where(going[..., None], x, 9.0)
    network = Graph("x", "lengths")
    network.add("h", kind(1, 12, lengths=True), "x", "lengths")
    network.add("last", Pick(), "h")
    network.add("y", Dense(12, 1), "last")
    run = fit(
        network,
        MeanSquaredError(),
        {"x": x, "lengths": lengths},
        t,
        optimizer=clip_by_norm(adam(1e-2), 1.0),
        epochs=60,
        seed=0,
        progress=False,
    )
    assert run.history["loss"][-1] < 0.03 * np.var(t)


def test_a_state_carried_across_batches():
    """Truncated backpropagation through time: the sign of the first number, many pieces ago."""
    network = Graph("x", "h_0", "c_0")
    network.add("h", LSTM(1, 8), "x", "h_0", "c_0")
    network.add("y", Dense(8, 1), "h")
    params, loss, optimizer = network.init(rng()), MeanSquaredError(), adam(2e-2)
    state = optimizer.init(params)
    draw = rng(3)
    for _ in range(150):
        x = 0.1 * draw.normal(size=(32, 12, 1))
        x[:, 0] = draw.choice([-1.0, 1.0], (32, 1))
        t = np.repeat(x[:, :1], 12, axis=1)
        h = c = np.zeros((32, 8))
        total = 0.0
        for piece in (slice(0, 4), slice(4, 8), slice(8, 12)):
            inputs = {"x": x[:, piece], "h_0": h, "c_0": c}
            L, grads, tape = loss_and_gradients(network, loss, params, inputs, t[:, piece])
            h, c = tape.values["h"][:, -1], tape.values["h/c"][:, -1]  # values, without their tape
            params, state = optimizer.update(params, grads, state)
            total += float(L) / 3
    assert total < 0.05  # of a variance of 1


def test_a_model_of_characters():
    """Each next character of a text of one cycle; states all along the sequence are read."""
    text = np.tile(np.array([0, 1, 2, 1, 3]), 60)
    x = np.stack([text[i : i + 11] for i in range(0, 280, 3)])
    network = Sequential(Embedding(4, 6), GRU(6, 16), Dense(16, 4))
    run = fit(
        network,
        SoftmaxCrossEntropy(),
        x[:, :-1],
        x[:, 1:],
        optimizer=adam(1e-2),
        epochs=30,
        seed=0,
        progress=False,
    )
    z = run.predict(x[:, :-1])
    assert (z.argmax(axis=-1) == x[:, 1:])[
        :, 1:
    ].mean() > 0.99  # 1 alone does not tell what is next
    loss = SoftmaxCrossEntropy(reduction="none")(z, x[:, 1:])
    assert loss[:, 1:].mean() < 0.1


# --- a decoder ------------------------------------------------------------------------------------


def decoder(K, d=32, heads=4, past=False):
    """One block, norms first: attention and a network of two layers, around each a shortcut."""
    g = Graph("tokens", *(["K", "V"] if past else []))
    g.add("e", Embedding(K, d), "tokens")
    g.add("n1", LayerNorm(d), "e")
    attention = MultiHeadAttention(d, heads, causal=True, rotary=True, past=past)
    g.add("a", attention, "n1", "n1", "n1", *(["K", "V"] if past else []))
    g.add("r1", Add(), "e", "a")
    g.add("n2", LayerNorm(d), "r1")
    g.add("f1", Dense(d, 2 * d), "n2")
    g.add("relu", ReLU(), "f1")
    g.add("f2", Dense(2 * d, d), "relu")
    g.add("r2", Add(), "r1", "f2")
    g.add("n3", LayerNorm(d), "r2")
    g.add("z", Dense(d, K), "n3")
    return g


def copies(seed, n, T, K):
    """Words, a mark (K - 1), and the words again; asked for is what comes after the mark."""
    words = rng(seed).integers(0, K - 1, (n, T))
    text = np.concatenate([words, np.full((n, 1), K - 1), words], axis=1)
    x, t = text[:, :-1], text[:, 1:].copy()
    t[:, :T] = IGNORED
    return x, t


@pytest.fixture(scope="module")
def copying():
    """A decoder that was trained to copy five words."""
    x, t = copies(0, 512, 5, 7)
    run = fit(
        decoder(7),
        SoftmaxCrossEntropy(ignore=IGNORED),
        x,
        t,
        optimizer=adam(5e-3),
        epochs=16,
        seed=0,
        progress=False,
    )
    return run


def test_a_decoder_learns_to_copy(copying):
    x, t = copies(1, 200, 5, 7)  # words it has not seen
    right = copying.predict(x).argmax(axis=-1) == t
    assert copying.history["loss"][0] > 1
    assert right[t != IGNORED].mean() > 0.97
    # Attention is to be seen: where it copies, most of it is on the word that comes next.
    values, _ = copying.network.forward(copying.params, x)
    A = values["a/weights"].max(axis=1)  # the best of the heads, (N, T, T)
    looked = np.stack([A[:, 5 + i, i] for i in range(5)], axis=1)
    assert looked.mean() > 0.8


def test_the_decoder_writes_with_its_keys_at_hand(copying):
    """The same graph, one token at a time: the text it writes is that of whole passes."""
    x, t = copies(2, 20, 5, 7)
    network, params = decoder(7, past=True), copying.params
    state = {"K": np.zeros((20, 4, 0, 8)), "V": np.zeros((20, 4, 0, 8))}
    values, _ = network.forward(params, {"tokens": x[:, :6], **state})  # the words and the mark
    whole = x[:, :6]
    for _ in range(4):
        state = {name: values[f"a/{name}"] for name in "KV"}
        z = copying.predict(whole)
        np.testing.assert_allclose(values["z"][:, -1], z[:, -1], rtol=1e-9, atol=1e-9)
        token = values["z"][:, -1:].argmax(axis=-1)
        whole = np.concatenate([whole, token], axis=1)
        values, _ = network.forward(params, {"tokens": token, **state})
    assert state["K"].shape == (20, 4, 9, 8)
    assert (whole[:, 6:] == t[:, 5:9]).mean() > 0.97


def test_losses_over_sequences_of_different_lengths():
    """Ignored labels count neither in the sum nor in what it is divided by."""
    z, lengths = rng().normal(size=(3, 5, 4)), np.array([5, 2, 0])
    going = nnbook.padding_mask(lengths, 5)
    labels = np.where(going, rng(1).integers(0, 4, (3, 5)), IGNORED)
    loss = SoftmaxCrossEntropy(ignore=IGNORED)
    L, cache = loss.forward({}, z, labels)
    np.testing.assert_allclose(L, SoftmaxCrossEntropy()(z[going], labels[going]))
    (z_bar, _), _ = loss.vjp({}, cache, 1.0)
    assert not z_bar[~going].any()
