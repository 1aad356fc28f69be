"""Constraints: optimizers that keep parameters within bounds, or leave some where they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from nnbook import tree
from nnbook.checks import norm_order, positive, text, word
from nnbook.kinds import function
from nnbook.numerics import floating, wide
from nnbook.op import Array, Params
from nnbook.ops.weightnorm import length
from nnbook.training.elementwise import Optimizer, check_optimizer
from nnbook.training.penalties import Choice, weights


def shorten(W: Array, bound: float, p: float = 2) -> Array:
    r"""Weight vectors that are longer than $c$ = `bound` made shorter:
    $w ← w \min(1, c / ‖w‖_p)$.

    The weight vector of a unit is a column of the weights of a dense layer, or `W[o]` of those of a
    convolution. For $p = 2$ the result is the nearest point of the ball; for other $p$ it is the
    point in the same direction. Raises ValueError for a bound that is not a positive number, for
    $p < 1$, and for weights of fewer than two axes.

    >>> shorten(np.array([[3.0, 0.0], [4.0, 2.0]]), 2.5)
    array([[1.5, 0. ],
           [2. , 2. ]])
    """
    W, c = floating(W), positive("the bound", bound)
    norm = length(wide(W), norm_order(p))
    return (W * np.where(norm > c, c / np.maximum(norm, c), 1)).astype(W.dtype, copy=False)


def max_norm(
    optimizer: Optimizer, bound: float, p: float = 2, where: Choice = weights
) -> Optimizer:
    r"""`optimizer`, after each of whose steps no weight vector is longer than $c$ = `bound`.

    See `shorten`; `where` chooses the parameters by their path, by default the weights `W`. (Some
    call this weight normalization, which is the name of something else: see `WeightNorm`.) Raises
    ValueError for a bound that is not a positive number, for $p < 1$, and when `init` or `update`
    is given parameters of which `where` chooses none. Source: Srebro and Shraibman, *Rank,
    trace-norm and max-norm* (2005); chapter *Regularization*.

    >>> from nnbook import sgd
    >>> opt = max_norm(sgd(1.0), 5.0)
    >>> params, g = {"W": np.array([[6.0], [0.0]])}, {"W": np.array([[0.0], [-8.0]])}
    >>> opt.update(params, g, opt.init(params))[0]["W"].T          # [6, 8] has length 10
    array([[3., 4.]])
    """
    check_optimizer(optimizer)
    positive("the bound", bound)
    function("where", where, 'lambda path: path.endswith("W")')
    norm = "" if norm_order(p) == 2 else f", p={p}"
    name = f"max_norm({optimizer!r}, {bound}{norm})"

    def check(params: Params) -> None:
        if not any(where(path) for path in tree.flatten(params)):
            raise ValueError(
                f"{name} falls on none of the parameters {list(tree.flatten(params))}; "
                "it needs one"
            )

    def update(params: Params, grads: Params, state: Params) -> tuple[Params, Params]:
        check(params)
        params, state = optimizer.update(params, grads, state)
        flat = {path: shorten(w, bound, p) if where(path) else w for path, w in tree.items(params)}
        return tree.unflatten(flat), state

    return _checked(name, optimizer, check, update)


def freeze(optimizer: Optimizer, *vertices: str) -> Optimizer:
    """`optimizer` without the parameters of some vertices: they stay as they are.

    What an op measures (the running averages of a batch normalization) is no matter of the
    optimizer and still moves in training. Raises ValueError without vertices, and when `init` or
    `update` is given parameters that have none for one of them. Source: chapter *Regularization*,
    on transfer learning.

    >>> from nnbook import sgd
    >>> opt = freeze(sgd(1.0), "dense1")
    >>> params = {"dense1": {"b": np.array([5.0])}, "dense2": {"b": np.array([5.0])}}
    >>> opt.update(params, tree.map(np.ones_like, params), opt.init(params))[0]
    {'dense1': {'b': array([5.])}, 'dense2': {'b': array([4.])}}
    """
    check_optimizer(optimizer)
    if not vertices:
        raise ValueError("freeze needs the name of at least one vertex")
    for name in vertices:
        word("the name of a vertex", name)

    def check(params: Params) -> None:
        if not isinstance(params, Mapping):
            raise TypeError(f"expected a dict of parameters by vertex, got {text(params)}")
        for name in vertices:
            if name not in params:
                raise ValueError(f"freeze: no parameters of {name!r} among {list(params)}")

    def update(params: Params, grads: Params, state: Params) -> tuple[Params, Params]:
        check(params)
        if not isinstance(grads, Mapping):
            raise TypeError(f"expected a dict of gradients by vertex, got {text(grads)}")
        moving = {name: bars for name, bars in grads.items() if name not in vertices}
        return optimizer.update(params, moving, state)

    names = ", ".join(map(repr, vertices))
    return _checked(f"freeze({optimizer!r}, {names})", optimizer, check, update)


def _checked(
    name: str,
    optimizer: Optimizer,
    check: Callable[[Params], None],
    update: Callable[[Params, Params, Params], tuple[Params, Params]],
) -> Optimizer:
    """An optimizer with the state of another, that looks at the parameters when it is set up."""

    def init(params: Params) -> Params:
        check(params)
        return optimizer.init(params)

    return Optimizer(name, init, update)
