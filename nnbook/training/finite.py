"""Where a training step stops being finite."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nnbook import tree
from nnbook.graph import Tape
from nnbook.op import Array, Params


def check(params: Params, tape: Tape, loss: Array, grads: Params, where: str) -> None:
    """Raises FloatingPointError for the first thing that is not finite, in the order of the pass.

    Parameters come first, then the value of each vertex, the loss, and the gradients.

    >>> values = {"x": np.ones(2), "dense1": np.array([1.0, np.nan])}
    >>> check({}, Tape(values, {}), np.array(0.5), {}, "epoch 1, step 7")
    Traceback (most recent call last):
    ...
    FloatingPointError: epoch 1, step 7: the value of vertex 'dense1' has 1 NaN, of 2 numbers
    """
    _each("the parameter", params, where)
    for name, value in tape.values.items():
        _one(f"the value of vertex {name!r}", value, where)
    _one("the loss", loss, where)
    _each("the gradient with respect to", grads, where)


def _each(what: str, params: Mapping[str, Any], where: str) -> None:
    for path, leaf in tree.items(params):
        _one(f"{what} {path!r}", leaf, where)


def _one(what: str, value: Any, where: str) -> None:
    numbers = np.asarray(value)
    # One pass, without an array of truth values: a sum is finite unless something in it is not, or
    # it overflows itself, in which case we look again.
    with np.errstate(over="ignore", invalid="ignore"):
        if numbers.dtype.kind not in "fc" or np.isfinite(np.sum(numbers)):
            return
    nan, infinite = int(np.isnan(numbers).sum()), int(np.isinf(numbers).sum())
    if nan or infinite:
        found = " and ".join(
            f"{count} {name}" for count, name in ((nan, "NaN"), (infinite, "infinite")) if count
        )
        raise FloatingPointError(f"{where}: {what} has {found}, of {numbers.size} numbers")
