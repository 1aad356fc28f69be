"""Steps of training at the sizes of the chapters on sequences: an LSTM, and a decoder."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from benchmarks.sides import labels, our_training, their_training
from benchmarks.timing import Side, Work
from nnbook import (
    LSTM,
    Add,
    Dense,
    Embedding,
    Graph,
    LayerNorm,
    MultiHeadAttention,
    Pick,
    ReLU,
    Sequential,
    SinusoidalPositions,
)
from nnbook.ops.positions import sinusoidal_positions

# --- an LSTM --------------------------------------------------------------------------------------


def lstm(K: int, d: int, units: int, classes: int, last: bool) -> Graph:
    """Read signs; say a class at each step, or at the `last` alone."""
    after = [Pick()] if last else []
    return Sequential(Embedding(K, d), LSTM(d, units), *after, Dense(units, classes))


def their_lstm(K: int, d: int, units: int, classes: int, last: bool) -> Any:
    import torch

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = torch.nn.Embedding(K, d)
            self.lstm = torch.nn.LSTM(d, units, batch_first=True)
            self.dense = torch.nn.Linear(units, classes)
            # One bias is enough, and ours has one.
            self.lstm.bias_hh_l0.requires_grad_(False).zero_()

        def forward(self, x):
            h, _ = self.lstm(self.embedding(x))
            return self.dense(h[:, -1] if last else h)

    return Network()


def our_lstm_step(N: int, T: int, *sizes: int, last: bool) -> Side:
    return our_training(lstm(*sizes, last), *_signs(N, T, sizes, last))


def their_lstm_step(N: int, T: int, *sizes: int, last: bool) -> Side:
    networks = their_lstm(*sizes, last), lstm(*sizes, last)
    return their_training(*networks, *_signs(N, T, sizes, last))


def _signs(N: int, T: int, sizes: tuple[int, ...], last: bool) -> tuple[np.ndarray, np.ndarray]:
    K, *_, classes = sizes
    return labels(K, N, T), labels(classes, *((N,) if last else (N, T)), seed=3)


# --- a decoder of one block -----------------------------------------------------------------------


def decoder(K: int, d: int, heads: int) -> Graph:
    """Embedding and positions, a block with norms first, and a dense layer to K signs."""
    g = Graph("x")
    e = g.add("p", SinusoidalPositions(100.0), g.add("e", Embedding(K, d), "x"))
    n = g.add("n1", LayerNorm(d), e)
    r = g.add("r", Add(), e, g.add("a", MultiHeadAttention(d, heads, causal=True), n, n, n))
    h = g.add("h", ReLU(), g.add("f", Dense(d, 2 * d), g.add("n2", LayerNorm(d), r)))
    s = g.add("s", Add(), r, g.add("g", Dense(2 * d, d), h))
    g.add("z", Dense(d, K), g.add("n3", LayerNorm(d), s))
    return g


def their_decoder(K: int, d: int, heads: int, T: int) -> Any:
    """The same, with attention by the one function that PyTorch has for it."""
    import torch
    from torch import nn

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            positions = sinusoidal_positions(T, d, 100.0, np.float32)
            self.register_buffer("positions", torch.tensor(positions))
            self.e, self.n1 = nn.Embedding(K, d), nn.LayerNorm(d)
            self.qkv, self.o = nn.Linear(d, 3 * d), nn.Linear(d, d)
            self.n2, self.f, self.g = nn.LayerNorm(d), nn.Linear(d, 2 * d), nn.Linear(2 * d, d)
            self.n3, self.z = nn.LayerNorm(d), nn.Linear(d, K)

        def attention(self, x):
            N, T, _ = x.shape
            q, k, v = self.qkv(x).view(N, T, 3, heads, d // heads).permute(2, 0, 3, 1, 4)
            y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
            return self.o(y.transpose(1, 2).reshape(N, T, d))

        def forward(self, x):
            x = self.e(x) + self.positions
            x = x + self.attention(self.n1(x))
            x = x + self.g(torch.relu(self.f(self.n2(x))))
            return self.z(self.n3(x))

    return Decoder()


def our_decoder_step(N: int, T: int, *sizes: int) -> Side:
    return our_training(decoder(*sizes), labels(sizes[0], N, T), labels(sizes[0], N, T, seed=3))


def their_decoder_step(N: int, T: int, *sizes: int) -> Side:
    x, t = labels(sizes[0], N, T), labels(sizes[0], N, T, seed=3)
    return their_training(their_decoder(*sizes, T), decoder(*sizes), x, t)


def _lstm_work(what: str, N: int, T: int, *sizes: int, last: bool) -> Work:
    ours = partial(our_lstm_step, N, T, *sizes, last=last)
    theirs = partial(their_lstm_step, N, T, *sizes, last=last)
    return Work(f"LSTM, {what}: a step, {N} of {T} signs, {sizes[2]} units", ours, theirs, 1.5)


def _decoder_work(what: str, N: int, T: int, *sizes: int) -> Work:
    ours = partial(our_decoder_step, N, T, *sizes)
    theirs = partial(their_decoder_step, N, T, *sizes)
    name = f"attention, {what}: a step, {N} of {T} signs, width {sizes[1]}, {sizes[2]} heads"
    return Work(name, ours, theirs, 1.5)


WORKS = [
    _lstm_work("memory", 32, 60, 8, 8, 16, 4, last=True),
    _lstm_work("text", 32, 40, 20, 16, 48, 20, last=False),
    _decoder_work("addition", 64, 8, 12, 32, 4),
    _decoder_work("text", 32, 48, 20, 32, 4),
]
