"""Gradient clipping: an optimizer that never sees a gradient larger than a bound."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from nnbook import tree
from nnbook.checks import positive
from nnbook.kinds import array
from nnbook.numerics import floating, wide
from nnbook.op import Params
from nnbook.training.elementwise import Optimizer, Update, check_optimizer


def clip_by_value(optimizer: Optimizer, bound: float) -> Optimizer:
    r"""`optimizer` on gradients whose entries are cut off at $±c$: $g_i ← \max(-c, \min(c, g_i))$.

    The direction changes when some entries are cut and others are not. Raises ValueError for
    $c$ = `bound` that is not a positive number. Source: chapter *Gradient descent*. PyTorch's
    `clip_grad_value_` is the same.

    >>> from nnbook import sgd
    >>> opt = clip_by_value(sgd(1.0), 1.0)
    >>> params, g = {"W": np.zeros(2)}, {"W": np.array([-30.0, 0.4])}
    >>> opt.update(params, g, opt.init(params))[0]["W"]
    array([ 1. , -0.4])
    """
    check_optimizer(optimizer)
    c = positive("the bound", bound)

    def clip(grads: Params) -> Params:
        return tree.map(lambda g: np.clip(g, -c, c), _checked(grads))

    return _clipped(f"clip_by_value({optimizer!r}, {bound})", optimizer, clip)


def clip_by_norm(optimizer: Optimizer, bound: float) -> Optimizer:
    r"""`optimizer` on gradients shortened to length $c$: $g ← g \min(1, c / ‖g‖)$.

    The norm is that of all gradients together, so the direction stays. Raises ValueError for $c$ =
    `bound` that is not a positive number, and FloatingPointError for a gradient whose norm is not
    finite, for no factor makes it usable. Source: Pascanu, Mikolov and Bengio, *On the difficulty
    of training recurrent neural networks* (2013); chapter *Gradient descent*. PyTorch's
    `clip_grad_norm_` divides by $‖g‖ + 10^{-6}$.

    >>> from nnbook import sgd
    >>> opt = clip_by_norm(sgd(1.0), 1.0)
    >>> params = {"W": np.zeros(1), "b": np.zeros(1)}
    >>> g = {"W": np.array([-30.0]), "b": np.array([40.0])}
    >>> opt.update(params, g, opt.init(params))[0]
    {'W': array([0.6]), 'b': array([-0.8])}
    """
    check_optimizer(optimizer)
    c = positive("the bound", bound)

    def clip(grads: Params) -> Params:
        grads = _checked(grads)
        norm = global_norm(grads)
        if not math.isfinite(norm):
            raise FloatingPointError(f"the norm of the gradient is {norm}")
        factor = min(1.0, c / norm) if norm > 0 else 1.0
        return tree.map(lambda g: g * factor, grads)

    return _clipped(f"clip_by_norm({optimizer!r}, {bound})", optimizer, clip)


def global_norm(grads: Params) -> float:
    r"""$‖g‖ = \sqrt{\sum_i g_i^2}$ over all entries of all arrays, summed in float64.

    It is reckoned in a unit near the largest $|g_i|$, so that no square overflows or vanishes.
    Raises TypeError for what is no array of real numbers.

    >>> global_norm({"p": {"W": np.array([[3.0]])}, "b": np.array([4.0])})
    5.0
    >>> global_norm({"b": np.full(4, 1e200)})
    2e+200
    """
    bars = [g.astype(np.float64, copy=False) for _, g in tree.items(_checked(grads))]
    largest = float(np.max([np.max(np.abs(g), initial=0) for g in bars], initial=0))
    if not math.isfinite(largest):
        return largest
    _, exponent = math.frexp(largest)  # a power of 2, which takes no digit away
    squares = sum(float(np.sum(np.square(np.ldexp(g, -exponent)))) for g in bars)
    with np.errstate(over="ignore"):
        return float(np.ldexp(math.sqrt(squares), exponent))


def _checked(grads: Params) -> Params:
    """Gradients as arrays of floating numbers, in which a small factor does not vanish."""
    bars = {path: array(f"gradient {path!r}", g, floating) for path, g in tree.items(grads)}
    return tree.unflatten({path: wide(g) for path, g in bars.items()})


def _clipped(name: str, optimizer: Optimizer, clip: Callable[[Params], Params]) -> Optimizer:
    def after_clip(update: Update) -> Update:
        return lambda params, grads, state: update(params, clip(grads), state)

    update = after_clip(optimizer.update)
    update.in_place = after_clip(optimizer.update_in_place)  # type: ignore[attr-defined]
    return Optimizer(name, optimizer.init, update)
