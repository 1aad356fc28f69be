"""Constraints: optimizers that keep parameters within bounds, or leave some where they are."""

from __future__ import annotations

import math

import numpy as np

from nnbook import tree
from nnbook.op import Array, Params
from nnbook.ops.weightnorm import length
from nnbook.training.elementwise import Optimizer
from nnbook.training.penalties import Choice, weights


def shorten(W: Array, bound: float, p: float = 2) -> Array:
    r"""Weight vectors that are longer than $c$ = `bound` made shorter:
    $w ← w \min(1, c / ‖w‖_p)$.

    The weight vector of a unit is a column of the weights of a dense layer, or `W[o]` of those of a
    convolution. For $p = 2$ the result is the nearest point of the ball; for other $p$ it is the
    point in the same direction.

    >>> shorten(np.array([[3.0, 0.0], [4.0, 2.0]]), 2.5)
    array([[1.5, 0. ],
           [2. , 2. ]])
    """
    norm = length(W, p)
    return W * np.where(norm > bound, bound / np.maximum(norm, bound), 1)


def max_norm(
    optimizer: Optimizer, bound: float, p: float = 2, where: Choice = weights
) -> Optimizer:
    r"""`optimizer`, after each of whose steps no weight vector is longer than $c$ = `bound`.

    See `shorten`; `where` chooses the parameters by their path, by default the weights `W`. (Some
    call this weight normalization, which is the name of something else: see `WeightNorm`.) Raises
    ValueError for a bound that is not a positive number and for $p < 1$. Source: Srebro and
    Shraibman, *Rank, trace-norm and max-norm* (2005); chapter *Regularization*.

    >>> from nnbook import sgd
    >>> opt = max_norm(sgd(1.0), 5.0)
    >>> params, g = {"W": np.array([[6.0], [0.0]])}, {"W": np.array([[0.0], [-8.0]])}
    >>> opt.update(params, g, opt.init(params))[0]["W"].T          # [6, 8] has length 10
    array([[3., 4.]])
    """
    if not (math.isfinite(bound) and bound > 0):
        raise ValueError(f"the bound must be a positive number, got {bound}")
    if not p >= 1:
        raise ValueError(f"a norm needs p of at least 1, got {p}")

    def update(params: Params, grads: Params, state: Params) -> tuple[Params, Params]:
        params, state = optimizer.update(params, grads, state)
        flat = {path: shorten(w, bound, p) if where(path) else w for path, w in tree.items(params)}
        return tree.unflatten(flat), state

    norm = "" if p == 2 else f", p={p}"
    return Optimizer(f"max_norm({optimizer!r}, {bound}{norm})", optimizer.init, update)


def freeze(optimizer: Optimizer, *vertices: str) -> Optimizer:
    """`optimizer` without the parameters of some vertices: they stay as they are.

    What an op measures (the running averages of a batch normalization) is no matter of the
    optimizer and still moves in training. Raises ValueError without vertices, and at the first step
    for one that has no parameters. Source: chapter *Regularization*, on transfer learning.

    >>> from nnbook import sgd
    >>> opt = freeze(sgd(1.0), "dense1")
    >>> params = {"dense1": {"b": np.array([5.0])}, "dense2": {"b": np.array([5.0])}}
    >>> opt.update(params, tree.map(np.ones_like, params), opt.init(params))[0]
    {'dense1': {'b': array([5.])}, 'dense2': {'b': array([4.])}}
    """
    if not vertices:
        raise ValueError("freeze needs the name of at least one vertex")

    def update(params: Params, grads: Params, state: Params) -> tuple[Params, Params]:
        for name in vertices:
            if name not in params:
                raise ValueError(f"freeze: no parameters of {name!r} among {list(params)}")
        moving = {name: bars for name, bars in grads.items() if name not in vertices}
        return optimizer.update(params, moving, state)

    names = ", ".join(map(repr, vertices))
    return Optimizer(f"freeze({optimizer!r}, {names})", optimizer.init, update)
