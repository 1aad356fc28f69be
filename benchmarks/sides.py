"""The forms that most works share, in nnbook and in PyTorch: an op, and a step of training.

PyTorch is imported where it is needed, so that it is not loaded in the process of nnbook.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from benchmarks.timing import Side
from nnbook import Graph, Mode, Op, SoftmaxCrossEntropy, adam
from nnbook.training.loop import loss_and_gradients

FLOAT = np.float32
# Small, so that thousands of steps on one batch, as they are timed, change little of what there is
# to compute: no unit dies, and no average of gradients fades to where processors are slow.
RATE = 1e-5


def drawn(*shape: int, seed: int = 1) -> np.ndarray:
    """Normal numbers in float32, the same in both processes."""
    return np.random.default_rng(seed).standard_normal(shape, FLOAT)


def labels(K: int, *shape: int, seed: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, K, shape)


def first_params(network: Graph | Op) -> Any:
    """The parameters that both begin with."""
    return network.init(np.random.default_rng(0), FLOAT)


# --- an op, forward and backward, with the cotangents of its input and of its parameters ----------


def our_op(op: Op, *shape: int) -> Side:
    params, x = first_params(op), drawn(*shape)
    mode = Mode.train(np.random.default_rng(0))
    y_bar = drawn(*op.forward(params, x, mode=mode)[0].shape, seed=2)

    def step():
        y, cache = op.forward(params, x, mode=mode)
        (x_bar,), bars = op.vjp(params, cache, y_bar)
        return y, x_bar, *bars.values(), *op.measured(params, cache).values()

    return Side(step)


def their_op(module: Any, op: Op, *shape: int) -> Side:
    """`module` is PyTorch's counterpart of `op`."""
    import torch

    x = torch.tensor(drawn(*shape), requires_grad=True)
    y_bar = torch.tensor(drawn(*module(x).shape, seed=2))
    fill(module, {"op": first_params(op)})
    wanted = [x, *module.parameters()]
    averages = [buffer for buffer in module.buffers() if buffer.is_floating_point()]

    def step():
        y = module(x)
        return y, *torch.autograd.grad(y, wanted, y_bar), *averages

    return Side(step)


# --- a step of training: forward, loss, backward, Adam --------------------------------------------


def our_training(network: Graph, x: np.ndarray, t: np.ndarray) -> Side:
    loss, optimizer, mode = SoftmaxCrossEntropy(), adam(RATE), Mode.train(np.random.default_rng(0))
    params = first_params(network)
    state = optimizer.init(params)

    def step():  # as in `fit`
        nonlocal params, state
        L, grads, tape = loss_and_gradients(network, loss, params, x, t, mode)
        params, state = optimizer.update_in_place(params, grads, state)
        params = network.measured(params, tape)
        return L

    return Side(step, lambda: [step() for _ in range(3)])


def their_training(
    module: Any, network: Graph, x: np.ndarray, t: np.ndarray, fused: bool = False
) -> Side:
    """`module` is PyTorch's counterpart of `network`; `fused` is an option of its Adam."""
    import torch

    fill(module, first_params(network))
    learnt = [p for p in module.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(learnt, lr=RATE, fused=fused or None)  # None: torch chooses
    x, t = torch.from_numpy(x), torch.from_numpy(t).flatten()

    def step():
        optimizer.zero_grad()
        L = torch.nn.functional.cross_entropy(module(x).flatten(0, -2), t)
        L.backward()
        optimizer.step()
        return L.item()

    return Side(step, lambda: [step() for _ in range(3)])


# --- our parameters in PyTorch's layers -----------------------------------------------------------

# Where each of a layer's tensors is found among our parameters; ours are turned where they have two
# axes, for there rows are inputs. Of the two biases of an LSTM one is ours.
NAMES = {
    "Linear": {"weight": "W", "bias": "b"},
    "Conv2d": {"weight": "W", "bias": "b"},
    "Embedding": {"weight": "W"},
    "BatchNorm1d": {"weight": "gamma", "bias": "beta"},
    "BatchNorm2d": {"weight": "gamma", "bias": "beta"},
    "LayerNorm": {"weight": "gamma", "bias": "beta"},
    "LSTM": {"weight_ih_l0": "W", "weight_hh_l0": "U", "bias_ih_l0": "b"},
}
TURNED = ("Linear", "LSTM")


def fill(module: Any, params: Mapping[str, Any]) -> None:
    """Give the layers of `module`, in their order, the parameters of the vertices, in theirs."""
    import torch

    layers = [layer for layer in module.modules() if [*layer.parameters(recurse=False)]]
    owns = [own for vertex in params.values() if vertex for own in by_layers(vertex)]
    with torch.no_grad():
        for layer, own in zip(layers, owns, strict=True):
            kind = type(layer).__name__
            for there, here in NAMES[kind].items():
                if here in own:
                    value = own[here].T if kind in TURNED else own[here]
                    getattr(layer, there).copy_(torch.tensor(np.ascontiguousarray(value)))
            if hasattr(layer, "reset_running_stats"):
                layer.reset_running_stats()


def by_layers(own: Mapping[str, np.ndarray]) -> list[Mapping[str, np.ndarray]]:
    """The parameters of a vertex, as PyTorch has them: multi-head attention is two dense layers."""
    if "W_q" not in own:
        return [own]
    first = {a: np.concatenate([own[f"{a}_{n}"] for n in "qkv"], axis=-1) for a in "Wb"}
    return [first, {"W": own["W_o"], "b": own["b_o"]}]
