"""The node cases of ONNX whose meaning the package claims: recurrent networks, attention, and more.

ONNX says by examples what each of its operators computes: the cases that every backend has to
pass. They come with the package onnx (tried with 1.23.2, which `pip install onnx` brings), which is
no part of the book's environment: without it these tests are skipped. What has no counterpart here
is left out by `claimed`: peepholes, additive masks, groups of heads, scales that are no whole
numbers. Two directions are two networks, one of which reads the sequence backwards.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from nnbook.ops.attention import Attention
from nnbook.ops.embedding import Embedding
from nnbook.ops.multihead import MultiHeadAttention
from nnbook.ops.recurrent import GRU, LSTM, RNN
from nnbook.ops.transposed import ConvTranspose2D
from nnbook.ops.upsampling import Upsample

onnx = pytest.importorskip("onnx", reason="needs onnx")


def all_cases():
    """The cases of one node, by name: operator, attributes, inputs and outputs by name."""
    from onnx.backend.test.case.node import collect_testcases

    found = {}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        cases = collect_testcases(None)
    for case in cases:
        graph = case.model.graph
        if len(graph.node) != 1 or graph.node[0].op_type not in CLAIMED:
            continue
        (node,) = graph.node
        values = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        values = {k: v.decode() if isinstance(v, bytes) else v for k, v in values.items()}
        inputs, outputs = case.data_sets[0]
        given = dict(zip([i.name for i in graph.input], inputs, strict=True))
        wanted = dict(zip([o.name for o in graph.output], outputs, strict=True))
        found[case.name] = (node.op_type, values, given, wanted)
    return found


def weights(kind, given, direction):
    """ONNX's matrices of one direction as ours: columns, gates in our order, one bias."""
    W, R = given["W"][direction].T, given["R"][direction].T
    B = given["B"][direction] if "B" in given else np.zeros(2 * W.shape[1], W.dtype)
    order = {"RNN": [0], "LSTM": [0, 2, 3, 1], "GRU": [1, 0, 2]}[kind]

    def ordered(a):
        parts = np.split(a, len(order), axis=-1)
        return np.concatenate([parts[i] for i in order], axis=-1)

    B = B.reshape(2, -1)
    return {"W": ordered(W), "U": ordered(R), "b": ordered(B[0] + B[1])}


def recurrent(kind, values, given):
    """The states of each direction side by side, and the last of each."""
    made = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}[kind]
    options = {"reset_after": False} if kind == "GRU" else {}
    x = given["X"] if values.get("layout") else given["X"].swapaxes(0, 1)  # (N, T, n_in)
    states, ends = [], []
    directions = {"forward": [1], "reverse": [-1], "bidirectional": [1, -1]}
    for i, way in enumerate(directions[values.get("direction", "forward")]):
        lengths = (given["seq_length"],) if "seq_length" in given else ()
        op = made(x.shape[2], values["hidden_size"], lengths=bool(lengths), **options)
        y, _ = op.forward(weights(kind, given, i), x[:, ::way], *lengths)
        y = y if isinstance(y, tuple) else (y,)
        states.append(y[0][:, ::way])
        ends.append([part[:, -1] for part in y])
    axes = (2, 1) if values.get("layout") else (1, 0)  # where directions stand, with and without T
    Y = np.stack(states, axis=2)  # (N, T, directions, n_out)
    found = {"Y": Y if values.get("layout") else Y.transpose(1, 2, 0, 3)}
    for name, parts in zip(("Y_h", "Y_c"), zip(*ends, strict=True), strict=False):
        found[name] = np.stack(parts, axis=axes[1])
    return found


def gather(values, given):
    """Rows of a table, whose axes are moved to where a table has them."""
    data, labels, axis = given["data"], given["indices"], values.get("axis", 0)
    table = np.moveaxis(data, axis, 0)
    rows = table.reshape(len(table), -1)
    y, _ = Embedding(*rows.shape).forward({"W": rows}, labels)
    y = y.reshape(*labels.shape, *table.shape[1:])
    return {"y": np.moveaxis(y, range(labels.ndim), range(axis, axis + labels.ndim))}


def upsample(values, given):
    scales, axes = given["scales"], values.get("axes", [0, 1, 2, 3])
    factor = dict(zip(axes, map(int, scales), strict=True))
    return {"Y": Upsample((factor[2], factor[3])).forward({}, given["X"])[0]}


def transposed(values, given):
    X, W, groups = given["X"], given["W"], values.get("group", 1)
    padding = tuple(values.get("pads", (0, 0))[:2])
    op = ConvTranspose2D(
        W.shape[0],
        W.shape[1] * groups,
        W.shape[2:],
        tuple(values.get("strides", (1, 1))),
        "same" if "auto_pad" in values else padding,
        tuple(values.get("dilations", (1, 1))),
        groups,
        tuple(values.get("output_padding", (0, 0))),
        bias=None,
    )
    return {"Y": op.forward({"W": W}, X)[0]}


def attention(values, given):
    """In four axes by `Attention`; in three by heads whose projections change nothing."""
    q, k, v = (given[name] for name in "QKV")
    past = [given[name] for name in ("past_key", "past_value") if name in given]
    mask = [given["attn_mask"]] if "attn_mask" in given else []
    causal = bool(values.get("is_causal"))
    if causal and q.shape[-2] != k.shape[-2]:  # ONNX takes the queries for the first ones
        first = np.tri(q.shape[-2], k.shape[-2], dtype=bool)
        mask, causal = [mask[0] & first if mask else first], False
    if q.ndim == 3:
        heads = values["q_num_heads"]
        op = MultiHeadAttention(q.shape[2], heads, causal, past=bool(past), bias=None)
        same = {f"W_{name}": np.eye(q.shape[2], dtype=q.dtype) for name in "qkvo"}
        (y, A, K, V), _ = op.forward(same, q, k, v, *past, *mask)
    else:
        K, V = (
            (np.concatenate(pair, 2) for pair in zip(past, (k, v), strict=True)) if past else (k, v)
        )
        (y, A), _ = Attention(causal).forward({}, q, K, V, *mask)
    return {"Y": y, "present_key": K, "present_value": V, "qk_matmul_output": A}


def fits_attention(values, given, wanted):
    """Whether all of a case is said here: masks of truth values, as many heads for all."""
    mask = given.get("attn_mask", np.ones(1, bool))
    heads = {values.get("q_num_heads"), values.get("kv_num_heads")}
    sizes = {given[name].shape[-1] for name in "QKV"} if given["Q"].ndim == 3 else set()
    return (
        values.keys() <= {"is_causal", "q_num_heads", "kv_num_heads", "qk_matmul_output_mode"}
        and ("qk_matmul_output" not in wanted or values.get("qk_matmul_output_mode") == 3)
        and given["Q"].dtype.name in ("float32", "float16")
        and given["Q"].shape[:-2] == given["K"].shape[:-2]
        and mask.dtype == bool
        and len(heads) == 1
        and len(sizes) < 2
        and "nonpad_kv_seqlen" not in given
    )


# For each operator, how it is computed here, and whether a case is one of those that can be.
CLAIMED = {
    **{
        kind: (lambda v, g, kind=kind: recurrent(kind, v, g), lambda v, g, w: "P" not in g)
        for kind in ("RNN", "LSTM", "GRU")
    },
    "Gather": (gather, lambda v, g, w: (g["indices"] >= 0).all()),
    "Upsample": (upsample, lambda v, g, w: True),
    "Resize": (
        upsample,
        lambda v, g, w: (
            v["mode"] == "nearest"
            and v.keys() <= {"mode", "axes"}
            and "scales" in g
            and (g["scales"] % 1 == 0).all()
        ),
    ),
    "ConvTranspose": (
        transposed,
        lambda v, g, w: g["X"].ndim == 4 and not v.keys() & {"output_shape", "kernel_shape"},
    ),
    "Attention": (attention, fits_attention),
}
CASES = {
    name: case for name, case in all_cases().items() if CLAIMED[case[0]][1](case[1], *case[2:])
}


@pytest.mark.parametrize("name", CASES)
def test_node(name):
    kind, values, given, wanted = CASES[name]
    found = CLAIMED[kind][0](values, given)
    for output, theirs in wanted.items():
        ours, tolerance = found[output], 2e-3 if theirs.dtype == np.float16 else 2e-6
        assert ours.shape == theirs.shape
        assert ours.dtype == theirs.dtype
        np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


def test_enough_is_claimed():
    """How many cases of each operator there are; a change of theirs or ours is to be looked at."""
    count = {kind: sum(case[0] == kind for case in CASES.values()) for kind in CLAIMED}
    least = {"RNN": 6, "LSTM": 5, "GRU": 6, "Gather": 3, "Upsample": 1, "Resize": 3}
    least |= {"ConvTranspose": 7, "Attention": 15}
    assert all(count[kind] >= n for kind, n in least.items()), count


def test_negative_labels_count_from_the_end_there_and_are_refused_here():
    with pytest.raises(ValueError, match="labels 0 … 9, got"):
        Embedding(10, 1).forward({"W": np.ones((10, 1))}, np.array([0, -9, -10]))
