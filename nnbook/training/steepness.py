r"""How steep a network is in its input: a penalty on that slope, and its gradient."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import tree
from nnbook.checks import nonnegative
from nnbook.graph import Graph, Tape
from nnbook.kinds import made
from nnbook.numerics import floating
from nnbook.op import Array, Params


def gradient_penalty(
    network: Graph, params: Params, x: ArrayLike, target: float = 1.0
) -> tuple[float, Params]:
    r"""The penalty on slopes whose length is not the `target` $c$, and its gradient.

    $$P = \frac1n \sum_i \bigl(‖∇_x D(x_i)‖ - c\bigr)^2$$

    for a network $D$ of one input $x$ of shape $(n, m)$ and one output of shape $(n, 1)$, in
    evaluation. The slopes come from one backward pass. For the gradient of $P$, let $u_i$ be the
    direction of the slope at $x_i$. Since the order of partial derivatives does not matter,

    $$\frac{∂P}{∂θ} = \frac2n \sum_i (‖∇_x D(x_i)‖ - c)\,
      \frac{∂}{∂s}\Big|_{s=0} \frac{∂}{∂θ} D(x_i + s u_i),$$

    and the outer derivative is a difference of two ordinary backward passes, at $s = \pm h$. That
    is exact for ReLU networks if no kink lies between, and else right to about $h^2$; $h$ is the
    cube root of the rounding error, and half precision is raised to single for it. Where the slope
    is 0 it has no direction and counts as constant.

    Returns $P$ and its gradient, a tree like `params` (without parameters that do not move the
    slope). Raises ValueError for a negative target, for a network of several inputs or outputs and
    an output that is no column. Source: Gulrajani et al., *Improved training of Wasserstein GANs*
    (2017), with $c = 1$; chapter *Generative adversarial networks*. PyTorch has no function of it.

    >>> from nnbook import Dense, Sequential
    >>> params = {"dense1": {"W": np.array([[3.0], [4.0]]), "b": np.array([1.0])}}
    >>> P, grads = gradient_penalty(Sequential(Dense(2, 1)), params, np.ones((7, 2)))
    >>> round(P, 6), grads["dense1"]["W"].round(6).tolist()             # 2 (5 - 1) W / 5
    (16.0, [[4.8], [6.4]])
    """
    c = nonnegative("target", target)
    made("the network", network, Graph, "Sequential(Dense(2, 1))")
    if len(network.inputs) != 1 or len(network.outputs) != 1:
        raise ValueError(
            f"expected a network of one input and one output, got {network.inputs} and "
            f"{network.outputs}"
        )
    own, out = network.inputs[0], network.outputs[0]
    given = floating(x)
    at = given.astype(np.promote_types(given.dtype, np.float32), copy=False)
    theta = tree.map(lambda a: floating(a).astype(at.dtype), params)

    def column(places: Array) -> tuple[Array, Tape]:
        values, tape = network.forward(theta, places)
        if np.shape(values[out]) != (len(places), 1):
            raise ValueError(
                f"expected an output of shape {(len(places), 1)}, got {np.shape(values[out])}"
            )
        return values[out], tape

    y, tape = column(at)
    _, bars = network.backward(theta, tape, np.ones_like(y), wrt=[own])
    length = np.sqrt(np.sum(bars[own] ** 2, axis=1, keepdims=True))
    u = bars[own] / np.where(length > 0, length, 1)
    n, h = max(len(at), 1), float(np.finfo(y.dtype).eps) ** (1 / 3)
    grads: Any = None
    for s in (h, -h):
        _, tape = column(at + s * u)
        some, _ = network.backward(theta, tape, (length - c) / (n * s))
        grads = some if grads is None else tree.map(np.add, grads, some)
    grads = tree.map(lambda g: g.astype(given.dtype, copy=False), grads)
    return float(np.sum((length - c) ** 2) / n), grads
