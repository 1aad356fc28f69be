"""PyTorch on the same numbers: embedding, recurrent networks, attention, losses over sequences.

Random shapes, forward and backward. PyTorch keeps the weights of gates as rows; here they are
columns. It has two biases where one does, of which the second is 0 here.
"""

from __future__ import annotations

import numpy as np
import pytest

from nnbook.ops.attention import Attention, causal_mask, padding_mask
from nnbook.ops.cells import LSTMCell, RNNCell
from nnbook.ops.embedding import Embedding
from nnbook.ops.gru import GRUCell
from nnbook.ops.losses import SoftmaxCrossEntropy
from nnbook.ops.multihead import MultiHeadAttention
from nnbook.ops.recurrent import GRU, LSTM, RNN
from nnbook.ops.upsampling import Upsample

torch = pytest.importorskip("torch", reason="needs torch: make test-oracle")
F = torch.nn.functional
pytestmark = pytest.mark.oracle
DTYPES = pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-11), (np.float32, 1e-4)])
SEEDS = pytest.mark.parametrize("seed", range(20))


def leaf(array):
    return torch.tensor(array, requires_grad=True)


def agree(ours, theirs, rtol):
    theirs = theirs.detach().numpy()
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=rtol * (abs(theirs).max() + 1e-3))
    assert ours.dtype == theirs.dtype


def outputs(y):
    return y if isinstance(y, tuple) else (y,)


def compare(op, theirs, params, inputs, rtol):
    """Values and cotangents of all inputs and parameters; `theirs` is of torch's leaves."""
    own = {name: leaf(value) for name, value in params.items()}
    xs = [leaf(x) if x.dtype.kind == "f" else torch.tensor(x) for x in inputs]
    y_torch = outputs(theirs(own, *xs))
    y, cache = op.forward(params, *inputs)
    rng, dtype = np.random.default_rng(9), next(iter(params.values())).dtype
    bars = tuple(rng.normal(size=v.shape).astype(dtype) for v in outputs(y))
    for ours, value in zip(outputs(y), y_torch, strict=True):
        agree(ours, value, rtol)
    torch.autograd.backward(y_torch, [torch.tensor(bar) for bar in bars])
    input_bars, param_bars = op.vjp(params, cache, bars if isinstance(y, tuple) else bars[0])
    for x, bar in zip(xs, input_bars, strict=True):
        if x.requires_grad:
            agree(bar, x.grad, rtol)
    for name, bar in param_bars.items():
        agree(bar, own[name].grad, rtol)


def drawn(op, rng, dtype):
    return {
        name: (value + 0.3 * rng.normal(size=value.shape)).astype(dtype)
        for name, value in op.init(rng, dtype).items()
    }


# --- embedding ------------------------------------------------------------------------------------


@SEEDS
@DTYPES
def test_embedding(seed, dtype, rtol):
    rng = np.random.default_rng(seed)
    K, n_out = (int(n) for n in rng.integers(2, 9, 2))
    padding = int(rng.integers(0, K)) if seed % 2 else None
    op = Embedding(K, n_out, padding)
    x = rng.integers(0, K, tuple(rng.integers(1, 6, int(rng.integers(1, 4)))))
    compare(op, lambda p, x: F.embedding(x, p["W"], padding), drawn(op, rng, dtype), (x,), rtol)


# --- recurrent networks ---------------------------------------------------------------------------


def torch_cell(op):
    """The step of torch's cell, as a function of our parameters."""

    def step(p, x, *state):
        W, U, b = p["W"].T, p["U"].T, p["b"]
        b_U = torch.zeros_like(b)
        if isinstance(op, LSTMCell):
            return torch._VF.lstm_cell(x, state, W, U, b, b_U)
        if isinstance(op, GRUCell):
            b_U = torch.cat([b_U[: 2 * op.n_out], p["b_U"]])
            return torch.gru_cell(x, *state, W, U, b, b_U)
        cell = torch.rnn_tanh_cell if op.activation == "tanh" else torch.rnn_relu_cell
        return cell(x, *state, W, U, b, b_U)

    return step


CELLS = {
    "tanh": lambda n_in, n_out: RNNCell(n_in, n_out),
    "relu": lambda n_in, n_out: RNNCell(n_in, n_out, "relu"),
    "lstm": lambda n_in, n_out: LSTMCell(n_in, n_out),
    "gru": lambda n_in, n_out: GRUCell(n_in, n_out),
}
NETWORKS = {
    "tanh": lambda n_in, n_out, **more: RNN(n_in, n_out, **more),
    "relu": lambda n_in, n_out, **more: RNN(n_in, n_out, "relu", **more),
    "lstm": lambda n_in, n_out, **more: LSTM(n_in, n_out, **more),
    "gru": lambda n_in, n_out, **more: GRU(n_in, n_out, **more),
}


@pytest.mark.parametrize("kind", CELLS)
@SEEDS
@DTYPES
def test_cells(kind, seed, dtype, rtol):
    rng = np.random.default_rng(seed)
    N, n_in, n_out = (int(n) for n in rng.integers(1, 8, 3))
    op = CELLS[kind](n_in, n_out)
    sizes = (n_in, *(n_out for _ in op.outputs))
    inputs = tuple(rng.normal(size=(N, size)).astype(dtype) for size in sizes)
    compare(op, torch_cell(op), drawn(op, rng, dtype), inputs, rtol)


def torch_network(op, kind, lengths=None):
    """torch's whole network over all steps, as a function of our parameters and inputs."""
    from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

    cell = op.cell

    def run(p, x, *rest):
        N, T, _ = x.shape
        state = rest[1:] if lengths is not None else rest
        state = state or tuple(x.new_zeros(N, cell.n_out) for _ in op.outputs)
        made = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}.get(kind, torch.nn.RNN)
        options = {"nonlinearity": kind} if made is torch.nn.RNN else {}
        network = made(cell.n_in, cell.n_out, batch_first=True, dtype=x.dtype, **options)
        b_U = torch.zeros_like(p["b"])
        if kind == "gru":
            b_U = torch.cat([b_U[: 2 * cell.n_out], p["b_U"]])
        weights = [p["W"].T, p["U"].T, p["b"], b_U]
        names = [f"{name}_l0" for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
        given = tuple(part[None] for part in state)
        given = given if kind == "lstm" else given[0]
        read = x if lengths is None else packed(x)
        found, last = torch.func.functional_call(
            network, dict(zip(names, weights, strict=True)), (read, given)
        )
        if lengths is not None:
            found, _ = pad_packed_sequence(found, batch_first=True, total_length=T)
        return found, outputs(last)

    def packed(x):
        return pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)

    return run


@pytest.mark.parametrize("kind", NETWORKS)
@SEEDS
@DTYPES
def test_networks(kind, seed, dtype, rtol):
    """All states of all steps, from a state that is given or from 0."""
    rng = np.random.default_rng(seed)
    N, T, n_in, n_out = (int(n) for n in rng.integers(1, 8, 4))
    op = NETWORKS[kind](n_in, n_out)
    parts = op.outputs if seed % 2 else ()
    inputs = (rng.normal(size=(N, T, n_in)).astype(dtype),)
    inputs += tuple(rng.normal(size=(N, n_out)).astype(dtype) for _ in parts)
    theirs = torch_network(op, kind)
    if kind != "lstm":
        compare(op, lambda p, *xs: theirs(p, *xs)[0], drawn(op, rng, dtype), inputs, rtol)
        return
    # Of the memory torch shows the last; what reads it there is compared with what reads it here.
    params = drawn(op, rng, dtype)
    own, xs = {name: leaf(value) for name, value in params.items()}, [leaf(x) for x in inputs]
    found, (_, c_last) = theirs(own, *xs)
    (h, c), cache = op.forward(params, *inputs)
    agree(h, found, rtol)
    agree(c[:, -1], c_last[0], rtol)
    h_bar, last_bar = (rng.normal(size=a.shape).astype(dtype) for a in (h, c[:, -1]))
    c_bar = np.zeros_like(c)
    c_bar[:, -1] = last_bar
    torch.autograd.backward((found, c_last[0]), [torch.tensor(h_bar), torch.tensor(last_bar)])
    input_bars, bars = op.vjp(params, cache, (h_bar, c_bar))
    for x, bar in zip(xs, input_bars, strict=True):
        agree(bar, x.grad, rtol)
    for name, bar in bars.items():
        agree(bar, own[name].grad, rtol)


@pytest.mark.parametrize("kind", NETWORKS)
@SEEDS
@DTYPES
def test_networks_of_padded_sequences(kind, seed, dtype, rtol):
    """Packed sequences: the same states up to each end, and the same state at it."""
    rng = np.random.default_rng(seed)
    N, T, n_in, n_out = (int(n) for n in rng.integers(1, 8, 4))
    op, lengths = NETWORKS[kind](n_in, n_out, lengths=True), rng.integers(1, T + 1, N)
    x = rng.normal(size=(N, T, n_in)).astype(dtype)
    params = drawn(op, rng, dtype)
    own, x_torch = {name: leaf(value) for name, value in params.items()}, leaf(x)
    found, last = torch_network(op, kind, torch.tensor(lengths))(own, x_torch, None)
    y, cache = op.forward(params, x, lengths)
    going = (np.arange(T) < lengths[:, None])[..., None]
    agree(outputs(y)[0] * going, found, rtol)
    for ours, theirs in zip(outputs(y), last, strict=True):
        agree(ours[:, -1], theirs[0], rtol)
    h_bar = rng.normal(size=found.shape).astype(dtype)
    last_bars = [rng.normal(size=(N, n_out)).astype(dtype) for _ in last]
    sent = [torch.tensor(bar) for bar in (h_bar, *last_bars)]
    torch.autograd.backward((found, *(part[0] for part in last)), sent)
    bars = tuple(np.zeros_like(part) for part in outputs(y))
    bars[0][:] = h_bar * going
    for bar, last_bar in zip(bars, last_bars, strict=True):
        bar[:, -1] += last_bar
    (x_bar, _), param_bars = op.vjp(params, cache, bars if len(bars) > 1 else bars[0])
    agree(x_bar, x_torch.grad, rtol)
    for name, bar in param_bars.items():
        agree(bar, own[name].grad, rtol)


# --- attention ------------------------------------------------------------------------------------


def some_mask(rng, shape):
    """Truth values, with a query that may look nowhere."""
    mask = rng.random(shape) < 0.6
    mask[0, 0] = False
    return mask


@pytest.mark.parametrize("masked", ["", "masked", "causal"])
@SEEDS
@DTYPES
def test_attention(seed, dtype, rtol, masked):
    rng = np.random.default_rng(seed)
    N, T, T_k, d, d_v = (int(n) for n in rng.integers(1, 8, 5))
    T_k = T if masked == "causal" else T_k  # torch's queries are the first ones, ours the last
    shapes = (N, T, d), (N, T_k, d), (N, T_k, d_v)
    inputs = tuple(rng.normal(size=shape).astype(dtype) for shape in shapes)
    inputs += (some_mask(rng, (N, T, T_k)),) if masked == "masked" else ()

    def theirs(p, q, k, v, mask=None):
        return F.scaled_dot_product_attention(q, k, v, mask, is_causal=masked == "causal")

    op = Attention(causal=masked == "causal")
    xs = [leaf(x) if x.dtype.kind == "f" else torch.tensor(x) for x in inputs]
    y_torch = theirs({}, *xs)
    (y, A), cache = op.forward({}, *inputs)
    agree(y, y_torch, rtol)
    np.testing.assert_allclose(A @ inputs[2], y, rtol=1e-4, atol=1e-5)
    y_bar = rng.normal(size=y.shape).astype(dtype)
    y_torch.backward(torch.tensor(y_bar))
    bars, _ = op.vjp({}, cache, (y_bar, None))
    for bar, x in zip(bars, xs, strict=True):
        if bar is not None:
            agree(bar, x.grad, rtol)


@pytest.mark.parametrize("masked", ["", "padding", "causal", "each head"])
@SEEDS
@DTYPES
def test_multi_head_attention(seed, dtype, rtol, masked):
    """Outputs and weights of each head; torch's masks say where one may not look."""
    rng = np.random.default_rng(seed)
    N, T, heads, d_h = (int(n) for n in rng.integers(1, 6, 4))
    T_k = T if masked == "causal" else int(rng.integers(1, 8))
    d, bias = heads * d_h, {} if seed % 3 else {"bias": None}
    op = MultiHeadAttention(d, heads, causal=masked == "causal", **bias)
    params = drawn(op, rng, dtype)
    inputs = tuple(rng.normal(size=(N, size, d)).astype(dtype) for size in (T, T_k, T_k))
    lengths = rng.integers(1, T_k + 1, N)
    options = {}
    if masked == "padding":
        mask = padding_mask(lengths, T_k)
        inputs += (mask[:, None, :],)
        options = {"key_padding_mask": torch.tensor(~mask)}
    elif masked == "causal":
        options = {"attn_mask": torch.tensor(~causal_mask(T))}
    elif masked == "each head":
        mask = rng.random((N, heads, T, T_k)) < 0.6
        mask[..., 0] = True
        inputs += (mask,)
        options = {"attn_mask": torch.tensor(~mask.reshape(N * heads, T, T_k))}

    def theirs(p, q, k, v, *mask):
        b = [p.get(f"b_{n}") for n in "qkvo"]
        return F.multi_head_attention_forward(
            *(x.transpose(0, 1) for x in (q, k, v)),
            d,
            heads,
            None,
            None if b[0] is None else torch.cat(b[:3]),
            None,
            None,
            False,
            0.0,
            p["W_o"].T,
            b[3],
            use_separate_proj_weight=True,
            q_proj_weight=p["W_q"].T,
            k_proj_weight=p["W_k"].T,
            v_proj_weight=p["W_v"].T,
            average_attn_weights=False,
            **options,
        )

    xs = [leaf(x) for x in inputs[:3]]
    own = {name: leaf(value) for name, value in params.items()}
    y_torch, A_torch = theirs(own, *xs)
    (y, A, *_), cache = op.forward(params, *inputs)
    agree(y, y_torch.transpose(0, 1), rtol)
    agree(A, A_torch, rtol)
    y_bar, A_bar = (rng.normal(size=a.shape).astype(dtype) for a in (y, A))
    sent = torch.tensor(y_bar).transpose(0, 1), torch.tensor(A_bar)
    torch.autograd.backward((y_torch, A_torch), sent)
    bars, param_bars = op.vjp(params, cache, (y_bar, A_bar, None, None))
    for bar, x in zip(bars, xs, strict=False):
        agree(bar, x.grad, rtol)
    for name, bar in param_bars.items():
        scale = np.abs(bar).max() + abs(own["W_k"].grad.numpy()).max()
        theirs_bar = own[name].grad.numpy()  # that of b_k is 0, but for rounding
        np.testing.assert_allclose(bar, theirs_bar, rtol=rtol, atol=rtol * scale)


# --- images ---------------------------------------------------------------------------------------


@SEEDS
@DTYPES
def test_upsampling(seed, dtype, rtol):
    rng = np.random.default_rng(seed)
    factor = tuple(int(n) for n in rng.integers(1, 5, 2))
    x = rng.normal(size=tuple(rng.integers(1, 6, 4))).astype(dtype)
    op, x_torch = Upsample(factor), leaf(x)
    theirs = F.interpolate(x_torch, scale_factor=factor, mode="nearest")
    y, cache = op.forward({}, x)
    agree(y, theirs, rtol)
    y_bar = rng.normal(size=y.shape).astype(dtype)
    theirs.backward(torch.tensor(y_bar))
    agree(op.vjp({}, cache, y_bar)[0][0], x_torch.grad, rtol)


# --- losses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@SEEDS
@DTYPES
def test_cross_entropy_over_sequences_with_ignored_labels(seed, dtype, rtol, reduction):
    rng = np.random.default_rng(seed)
    N, T, K = (int(n) for n in rng.integers(2, 8, 3))
    z = rng.normal(size=(N, T, K)).astype(dtype)
    labels = rng.integers(0, K, (N, T))
    labels[rng.random((N, T)) < 0.3] = -1
    labels[0, 0] = 0
    weights = tuple(rng.uniform(0.5, 2, K)) if seed % 2 else None
    loss = SoftmaxCrossEntropy(ignore=-1, reduction=reduction, weights=weights)
    z_torch = leaf(z)
    theirs = F.cross_entropy(
        z_torch.permute(0, 2, 1),
        torch.tensor(labels),
        None if weights is None else torch.tensor(np.array(weights, dtype)),
        ignore_index=-1,
        reduction=reduction,
    )
    L, cache = loss.forward({}, z, labels)
    agree(np.asarray(L), theirs, rtol)
    L_bar = rng.normal(size=L.shape).astype(dtype)
    theirs.backward(torch.tensor(L_bar))
    (z_bar, _), _ = loss.vjp({}, cache, L_bar)
    agree(z_bar, z_torch.grad, rtol)
    assert not z_bar[labels == -1].any()
