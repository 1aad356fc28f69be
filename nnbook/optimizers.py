"""Optimizers: rules that turn parameters and gradients into better parameters.

An optimizer is a pair of pure functions. `state = init(params)` makes whatever the rule remembers;
`params, state = update(params, grads, state)` makes one step and changes nothing that it was given.
Both work on trees, so that a state can be stored, copied and compared like parameters.

The rules of this book act on every entry of every array alike. Such a rule is written here as its
formula, and `elementwise` applies it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnbook import tree
from nnbook.op import Array, Params

Schedule = Callable[[int], float]
"""Learning rate as a function of the number of steps made so far (0 at the first)."""

BLOCK = 32 * 1024
"""Entries that a rule gets at a time: few enough for its intermediate results to stay in cache."""


@dataclass(frozen=True)
class Optimizer:
    """An update rule: `init(params) → state`, `update(params, grads, state) → (params, state)`.

    A parameter that has no entry in `grads` is left as it is.
    """

    name: str
    init: Callable[[Params], Params]
    update: Callable[[Params, Params, Params], tuple[Params, Params]]

    def __repr__(self) -> str:
        return self.name


def sgd(learning_rate: float | Schedule) -> Optimizer:
    r"""Gradient descent, $θ ← θ - η g$; stochastic when $g$ comes from a batch.

    `learning_rate`, $η$, is a number or a schedule. Raises ValueError when it is negative or not
    finite. Source: Robbins and Monro, *A stochastic approximation method* (1951).

    >>> opt = sgd(0.1)
    >>> params = {"W": np.array([1.0, 2.0])}
    >>> params, state = opt.update(params, {"W": np.array([10.0, -10.0])}, opt.init(params))
    >>> params["W"], state["step"]
    (array([0., 3.]), 1)
    """

    def rule(theta, g, eta, t):
        return (theta - eta * g,)

    return elementwise(f"sgd({_text(learning_rate)})", rule, learning_rate)


def adam(
    learning_rate: float | Schedule,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> Optimizer:
    r"""Steps of about $η$ whatever the size of the gradient: mean over root mean square.

    $$m ← β_1 m + (1 - β_1) g, \qquad v ← β_2 v + (1 - β_2) g^2, \qquad
      θ ← θ - η \frac{\hat m}{\sqrt{\hat v} + ε}$$

    with $\hat m = m / (1 - β_1^t)$, $\hat v = v / (1 - β_2^t)$ at step $t = 1, 2, …$, because both
    averages start at 0. Raises ValueError for $β$ outside $[0, 1)$, $ε ≤ 0$, or a learning rate
    that is negative or not finite. Source: Kingma and Ba, *Adam* (2015), algorithm 1.

    >>> opt = adam(0.1)
    >>> params = {"W": np.array([1.0, 2.0])}
    >>> params, state = opt.update(params, {"W": np.array([5.0, -0.001])}, opt.init(params))
    >>> params["W"].round(3)                    # the first step is η, up or down
    array([0.9, 2.1])
    """
    for name, beta in (("beta1", beta1), ("beta2", beta2)):
        if not 0 <= beta < 1:
            raise ValueError(f"{name} must lie in [0, 1), got {beta}")
    if not eps > 0:
        raise ValueError(f"eps must be positive, got {eps}")

    def rule(theta, g, m, v, eta, t):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v

    name = f"adam({_text(learning_rate)}, beta1={beta1}, beta2={beta2}, eps={eps})"
    return elementwise(name, rule, learning_rate, slots=("m", "v"))


def elementwise(
    name: str,
    rule: Callable[..., tuple[Array, ...]],
    learning_rate: float | Schedule,
    slots: Sequence[str] = (),
) -> Optimizer:
    """The optimizer that applies one rule to every entry.

    `rule(theta, g, *slots, eta, t)` returns the new `theta` and the new slots, for arrays of one
    axis; `slots` names what is remembered of every entry, 0 at first; `t` is 1 at the first step.
    The state is `{"step": number of steps made, slot: tree like params, …}`.

    >>> def rule(theta, g, m, eta, t):                      # momentum
    ...     m = 0.9 * m + g
    ...     return theta - eta * m, m
    >>> momentum = elementwise("momentum", rule, 0.1, slots=("m",))
    >>> params = {"w": np.array([1.0])}
    >>> params, state = momentum.update(params, {"w": np.array([2.0])}, momentum.init(params))
    >>> params["w"], state
    (array([0.8]), {'step': 1, 'm': {'w': array([2.])}})
    """
    if not callable(learning_rate):
        _check_rate(learning_rate)

    def init(params: Params) -> Params:
        return {"step": 0, **{slot: tree.map(np.zeros_like, params) for slot in slots}}

    def update(params: Params, grads: Params, state: Params) -> tuple[Params, Params]:
        step = state["step"]
        # float(), because a NumPy float64 would turn float32 parameters into float64
        eta = float(learning_rate(step)) if callable(learning_rate) else float(learning_rate)
        _check_rate(eta)

        thetas, bars = tree.flatten(params), tree.flatten(grads)
        _check_gradients(thetas, bars)
        memory = [tree.flatten(state[slot]) for slot in slots]
        for path, g in bars.items():
            old = (thetas[path], *(slot[path] for slot in memory))
            new = _in_blocks(rule, old, g, eta=eta, t=step + 1)
            for flat, array in zip((thetas, *memory), new, strict=True):
                flat[path] = array
        after = {slot: tree.unflatten(flat) for slot, flat in zip(slots, memory, strict=True)}
        return tree.unflatten(thetas), {"step": step + 1, **after}

    return Optimizer(name, init, update)


def _in_blocks(
    rule: Callable[..., tuple[Array, ...]], old: tuple[Array, ...], g: Array, **at: Any
) -> list[Array]:
    """New arrays `(theta, *slots)`, made from the old ones a block at a time."""
    new = [np.empty(np.shape(array), np.asarray(array).dtype) for array in old]
    theta, *memory = (np.reshape(array, -1) for array in old)
    g = np.reshape(g, -1)
    flat_new = [array.reshape(-1) for array in new]  # views, for `new` is contiguous
    for start in range(0, theta.size, BLOCK):
        block = slice(start, start + BLOCK)
        results = rule(theta[block], g[block], *(slot[block] for slot in memory), **at)
        for array, result in zip(flat_new, results, strict=True):
            array[block] = result
    return new


def _check_rate(eta: float) -> None:
    if not (math.isfinite(eta) and eta >= 0):
        raise ValueError(f"the learning rate must be a finite number, 0 or more; got {eta}")


def _check_gradients(thetas: Mapping[str, Array], bars: Mapping[str, Array]) -> None:
    for path, g in bars.items():
        if path not in thetas:
            raise ValueError(f"gradient {path!r} belongs to no parameter; there are {list(thetas)}")
        theta = np.asarray(thetas[path])
        if np.shape(g) != theta.shape:
            raise ValueError(
                f"gradient {path!r}: expected shape {theta.shape}, got shape {np.shape(g)}"
            )
        if not np.issubdtype(theta.dtype, np.floating):
            raise ValueError(f"parameter {path!r}: expected a floating dtype, got {theta.dtype}")


def _text(learning_rate: float | Schedule) -> str:
    if callable(learning_rate):
        return getattr(learning_rate, "__name__", repr(learning_rate))
    return f"{learning_rate}"
