"""What an optimizer is, and the frame for rules that treat every entry of every array alike.

An optimizer is a pair of pure functions. `state = init(params)` makes whatever the rule remembers;
`params, state = update(params, grads, state)` makes one step and changes nothing that it was given.
Both work on trees, so that a state can be stored, copied and compared like parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from nnbook import tree
from nnbook.checks import flag, nonnegative, whole, word
from nnbook.kinds import array, function, listed, made
from nnbook.numerics import floating, real, wide
from nnbook.op import Array, Params

Schedule = Callable[[int], float]
"""Learning rate as a function of the number of steps made so far (0 at the first)."""

Update = Callable[[Params, Params, Params], tuple[Params, Params]]
"""From parameters, gradients and state to parameters and state."""

BLOCK = 50 * 1024
"""Entries that a rule gets at a time: few enough for its intermediate results to stay in cache."""


@dataclass(frozen=True)
class Optimizer:
    """An update rule: `init(params) → state`, `update(params, grads, state) → (params, state)`.

    A parameter that has no entry in `grads` is left as it is.
    """

    name: str
    init: Callable[[Params], Params]
    update: Callable[[Params, Params, Params], tuple[Params, Params]]

    def __post_init__(self) -> None:
        word("the name of an optimizer", self.name)
        function("init", self.init, "sgd(0.1).init")
        function("update", self.update, "sgd(0.1).update")

    @property
    def update_in_place(self) -> Update:
        """The same numbers as of `update`, written into the arrays that it is given where it can.

        It saves a third of the time; `fit` uses it on arrays that nobody else holds. An `update`
        that knows this way has it as its attribute `in_place`: whoever wraps another `update`
        around it goes the long way, until that one has such an attribute as well.
        """
        return getattr(self.update, "in_place", self.update)

    def __repr__(self) -> str:
        return self.name


def check_optimizer(optimizer: Any) -> None:
    """Raises TypeError for what is no optimizer, such as the function that makes one.

    >>> check_optimizer(elementwise)
    Traceback (most recent call last):
    ...
    TypeError: the optimizer must be one such as sgd(0.1), got elementwise
    """
    made("the optimizer", optimizer, Optimizer, "sgd(0.1)")


def elementwise(
    name: str,
    rule: Callable[..., None],
    learning_rate: float | Schedule,
    slots: Sequence[str] = (),
    kind: str | None = None,
    whole_arrays: bool = False,
) -> Optimizer:
    """The optimizer that applies one rule to every entry.

    `rule(theta, g, *slots, eta, t)` writes the new values into `theta` and the slots, which are
    arrays of one axis made for it; it must not write to `g`. `slots` names what is remembered of
    every entry, 0 at first; `t` is 1 at the first step. The state is
    `{"rule": kind, "step": number of steps made, slot: tree like params, …}`. `kind` says what the
    slots mean, by default the name up to its bracket: optimizers of one kind can go on from each
    other's states, as Adam with another rate can; a state without it is taken for one of this kind.

    With `whole_arrays` the rule gets each array in one piece and in its shape, for rules in which
    the entries of a matrix depend on each other.

    Parameters keep their dtype. In float16, where a small ε is 0 and a small square too, the rule
    computes and the slots remember in float32.

    `update` raises ValueError, before it changes anything, for a learning rate that is negative or
    not finite, for gradients and slots that do not fit the parameters, and for a state of another
    kind; TypeError for gradients that are no real numbers.

    >>> def rule(theta, g, v, eta, t):                      # momentum
    ...     v *= 0.9
    ...     v += g
    ...     theta -= eta * v
    >>> opt = elementwise("momentum", rule, 0.1, slots=("v",))
    >>> params = {"w": np.array([1.0])}
    >>> params, state = opt.update(params, {"w": np.array([2.0])}, opt.init(params))
    >>> params["w"], state
    (array([0.8]), {'rule': 'momentum', 'step': 1, 'v': {'w': array([2.])}})

    Source: chapter *Optimizers*.
    """
    kind = word("name", name).partition("(")[0] if kind is None else word("kind", kind)
    function("rule", rule, "the one below")
    slots = [word("a slot", slot) for slot in listed("slots", slots, '["v"]')]
    flag("whole_arrays", whole_arrays)
    if not callable(learning_rate) or isinstance(learning_rate, type):
        nonnegative("the learning rate", learning_rate)

    def init(params: Params) -> Params:
        nothing = tree.unflatten({p: _nothing_yet(p, theta) for p, theta in tree.items(params)})
        zeros = {slot: tree.map(np.copy, nothing) for slot in slots}
        return {"rule": kind, "step": 0, **zeros}

    def update(
        params: Params, grads: Params, state: Params, in_place: bool = False
    ) -> tuple[Params, Params]:
        step = _checked_step(name, kind, slots, state)
        eta = learning_rate(step) if callable(learning_rate) else learning_rate
        # A Python number, because a NumPy float64 would turn float32 parameters into float64.
        eta = nonnegative("the learning rate", eta)

        thetas, memory = tree.flatten(params), [tree.flatten(state[slot]) for slot in slots]
        bars = {path: _gradient(path, g, thetas) for path, g in tree.items(grads)}
        for slot, flat in zip(slots, memory, strict=True):
            _check_slot(slot, flat, thetas)
        for path, g in bars.items():
            old = (thetas[path], *(flat[path] for flat in memory))
            new = _applied(rule, old, g, whole_arrays, in_place, eta=eta, t=step + 1)
            for flat, values in zip((thetas, *memory), new, strict=True):
                flat[path] = values
        after = {slot: tree.unflatten(flat) for slot, flat in zip(slots, memory, strict=True)}
        return tree.unflatten(thetas), {"rule": kind, "step": step + 1, **after}

    update.in_place = partial(update, in_place=True)  # type: ignore[attr-defined]
    return Optimizer(name, init, update)


def _applied(
    rule: Callable[..., None],
    old: tuple[Array, ...],
    g: Array,
    whole_arrays: bool,
    in_place: bool,
    **at: Any,
) -> list[Array]:
    """Arrays `(theta, *slots)`, changed by the rule block by block.

    They are copies of the old ones; or `in_place` these themselves, where they lie in one row.
    """
    new = [np.asarray(old[0]), *[wide(floating(slot)) for slot in old[1:]]]
    new = [a if in_place and a.flags.carray else np.array(a, order="C") for a in new]
    rows, blocks = new, [...]
    if not whole_arrays:
        rows, g = [values.reshape(-1) for values in new], g.reshape(-1)  # views of what is in `new`
        blocks = [slice(start, start + BLOCK) for start in range(0, g.size, BLOCK)]
    for block in blocks:
        theta, *memory = [row[block] for row in rows]
        working = wide(theta)  # `theta` itself but in float16
        rule(working, wide(g[block]), *memory, **at)
        if working is not theta:
            theta[...] = working
    return new


def rate_text(learning_rate: float | Schedule) -> str:
    """How a rate reads in the name of an optimizer: a number, or the name of the schedule.

    >>> rate_text(0.1), rate_text(abs)
    ('0.1', 'abs')
    """
    if callable(learning_rate):
        return getattr(learning_rate, "__name__", repr(learning_rate))
    nonnegative("the learning rate", learning_rate)
    return f"{learning_rate}"


def _nothing_yet(path: str, theta: Array) -> Array:
    """What a slot remembers before the first step, 0 for every entry."""
    theta = array(f"parameter {path!r}", theta, real)
    return np.zeros(theta.shape, np.result_type(theta.dtype, np.float32))


def _gradient(path: str, g: Array, thetas: Mapping[str, Array]) -> Array:
    """The gradient of the parameter at `path`, both checked."""
    if path not in thetas:
        raise ValueError(f"gradient {path!r} belongs to no parameter; there are {list(thetas)}")
    theta = array(f"parameter {path!r}", thetas[path], real)
    g = array(f"gradient {path!r}", g, floating)
    if g.shape != theta.shape:
        raise ValueError(f"gradient {path!r}: expected shape {theta.shape}, got shape {g.shape}")
    if theta.dtype.kind != "f":
        raise ValueError(f"parameter {path!r}: expected a floating dtype, got {theta.dtype}")
    return g


def _checked_step(name: str, kind: str, slots: Sequence[str], state: Params) -> int:
    """The number of steps that a state of this kind has made."""
    if not isinstance(state, Mapping):
        raise TypeError(f"{name} expects a state, such as its init(params), got {state!r}")
    found = [slot for slot in state if slot != "rule"]
    if state.get("rule", kind) != kind or set(found) != {"step", *slots}:
        raise ValueError(
            f"{name} expects a state of the rule {kind!r} with {['step', *slots]}, "
            f"got one of {state.get('rule', 'no rule')!r} with {found}"
        )
    return whole("the step of a state", state["step"], least=0)


def _check_slot(slot: str, flat: Mapping[str, Array], thetas: Mapping[str, Array]) -> None:
    """That a slot remembers something of every parameter, and of no other."""
    for path in thetas if flat.keys() == thetas.keys() else thetas.keys() | flat.keys():
        shapes = [np.shape(of[path]) if path in of else None for of in (thetas, flat)]
        if shapes[0] != shapes[1]:
            expected, got = ("nothing" if shape is None else shape for shape in shapes)
            raise ValueError(
                f"state of other parameters: {slot}/{path} needs the shape {expected}, got {got}"
            )
