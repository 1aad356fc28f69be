"""What an optimizer is, and the frame for rules that treat every entry of every array alike.

An optimizer is a pair of pure functions. `state = init(params)` makes whatever the rule remembers;
`params, state = update(params, grads, state)` makes one step and changes nothing that it was given.
Both work on trees, so that a state can be stored, copied and compared like parameters.
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


def elementwise(
    name: str,
    rule: Callable[..., None],
    learning_rate: float | Schedule,
    slots: Sequence[str] = (),
) -> Optimizer:
    """The optimizer that applies one rule to every entry.

    `rule(theta, g, *slots, eta, t)` writes the new values into `theta` and the slots, which are
    arrays of one axis made for it; it must not write to `g`. `slots` names what is remembered of
    every entry, 0 at first; `t` is 1 at the first step. The state is
    `{"step": number of steps made, slot: tree like params, …}`.

    >>> def rule(theta, g, v, eta, t):                      # momentum
    ...     v *= 0.9
    ...     v += g
    ...     theta -= eta * v
    >>> opt = elementwise("momentum", rule, 0.1, slots=("v",))
    >>> params = {"w": np.array([1.0])}
    >>> params, state = opt.update(params, {"w": np.array([2.0])}, opt.init(params))
    >>> params["w"], state
    (array([0.8]), {'step': 1, 'v': {'w': array([2.])}})

    Source: chapter *Optimizers*.
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
    rule: Callable[..., None], old: tuple[Array, ...], g: Array, **at: Any
) -> list[Array]:
    """New arrays `(theta, *slots)`: copies of the old ones, changed by the rule block by block."""
    new = [np.empty(np.shape(array), np.asarray(array).dtype) for array in old]
    flat_new = [array.reshape(-1) for array in new]  # views, for `new` is contiguous
    flat_old = [np.reshape(array, -1) for array in old]
    g = np.reshape(g, -1)
    for start in range(0, g.size, BLOCK):
        block = slice(start, start + BLOCK)
        for to, array in zip(flat_new, flat_old, strict=True):
            to[block] = array[block]
        theta, *memory = (array[block] for array in flat_new)
        rule(theta, g[block], *memory, **at)
    return new


def rate_text(learning_rate: float | Schedule) -> str:
    """How a rate reads in the name of an optimizer: a number, or the name of the schedule.

    >>> rate_text(0.1), rate_text(math.sqrt)
    ('0.1', 'sqrt')
    """
    if callable(learning_rate):
        return getattr(learning_rate, "__name__", repr(learning_rate))
    return f"{learning_rate}"


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
