"""Vertices that join branches of a graph: sum, product, concatenation. None has parameters."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

from nnbook.checks import whole
from nnbook.op import EVAL, EVERYTHING, Array, Mode, Needs, Op, Params

Bars = tuple[tuple[Array | None, ...], Params]


def _same_shape(op: Op, inputs: tuple[Array, ...]) -> None:
    shapes = [np.shape(x) for x in inputs]
    if not inputs or any(shape != shapes[0] for shape in shapes):
        raise ValueError(f"{op!r} expects inputs of one and the same shape, got {shapes}")


class Add(Op):
    r"""$y = x_1 + … + x_p$, all of one shape; $\bar x_i = \bar y$.

    Raises ValueError when shapes differ. Source: chapter *Architectures*.

    >>> Add().forward({}, np.array([1.0, 2.0]), np.array([10.0, 20.0]))[0]
    array([11., 22.])
    """

    def forward(self, params: Params, *inputs: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        _same_shape(self, inputs)
        return reduce(np.add, inputs), len(inputs)

    def vjp(self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING) -> Bars:
        return tuple(y_bar if needs.input(i) else None for i in range(cache)), {}


class Multiply(Op):
    r"""Product entry by entry, $y = x_1 ⊙ … ⊙ x_p$; $\bar x_i = \bar y ⊙ \prod_{j ≠ i} x_j$.

    All inputs have one shape; otherwise ValueError. Source: chapter *Architectures*.

    >>> y, cache = Multiply().forward({}, np.array([2.0]), np.array([5.0]))
    >>> y, Multiply().vjp({}, cache, np.array([1.0]))[0]
    (array([10.]), (array([5.]), array([2.])))
    """

    def forward(self, params: Params, *inputs: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        _same_shape(self, inputs)
        return reduce(np.multiply, inputs), inputs

    def vjp(self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING) -> Bars:
        def bar(i: int) -> Array:  # multiplied out, for dividing y by xᵢ fails where xᵢ = 0
            return reduce(np.multiply, cache[:i] + cache[i + 1 :], y_bar)

        return tuple(bar(i) if needs.input(i) else None for i in range(len(cache))), {}


class Concatenate(Op):
    r"""Inputs side by side along `axis` (the last, if not said); $\bar y$ is cut up again.

    Raises ValueError when the other axes differ. Source: chapter *Architectures*.

    >>> y, cache = Concatenate().forward({}, np.array([1.0]), np.array([2.0, 3.0]))
    >>> y, Concatenate().vjp({}, cache, y)[0]
    (array([1., 2., 3.]), (array([1.]), array([2., 3.])))
    """

    def __init__(self, axis: int = -1):
        self.axis = whole("axis", axis, None)

    def forward(self, params: Params, *inputs: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        try:
            y = np.concatenate(inputs, axis=self.axis)
        except ValueError as error:
            shapes = [np.shape(x) for x in inputs]
            raise ValueError(
                f"{self!r} expects inputs that differ only along axis {self.axis}, got {shapes}"
            ) from error
        ends = np.cumsum([np.shape(x)[self.axis] for x in inputs])
        return y, ends[:-1]

    def vjp(self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING) -> Bars:
        parts = np.split(y_bar, cache, axis=self.axis)
        return tuple(part if needs.input(i) else None for i, part in enumerate(parts)), {}

    def __repr__(self) -> str:
        return f"Concatenate(axis={self.axis})"


class Pick(Op):
    r"""One place along an axis, $y = x_{:, p}$: the state at the end of a sequence, for instance.

    `index` $p$ counts from 0, or from the end with -1; `axis` is the second if not said, that of
    time. `y` has this axis no more; $\bar x$ is $\bar y$ at this place and 0 elsewhere.

    Raises ValueError where `x` has no such axis or place. Source: as NumPy's indexing.

    >>> y, cache = Pick().forward({}, np.array([[1.0, 2.0, 3.0]]))
    >>> y, Pick().vjp({}, cache, np.array([10.0]))[0]
    (array([3.]), (array([[ 0., 0., 10.]]),))
    """

    def __init__(self, index: int = -1, axis: int = 1):
        self.index, self.axis = whole("index", index, None), whole("axis", axis, None)

    def forward(self, params: Params, x: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        there = -x.ndim <= self.axis < x.ndim
        if not there or not -x.shape[self.axis] <= self.index < x.shape[self.axis]:
            raise ValueError(f"{self!r} expects an input with such a place, got shape {x.shape}")
        return np.take(x, self.index, axis=self.axis), x.shape

    def vjp(self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING) -> Bars:
        if not needs.input(0):
            return (None,), {}
        x_bar = np.zeros(cache, y_bar.dtype)
        np.moveaxis(x_bar, self.axis, 0)[self.index] = y_bar
        return (x_bar,), {}

    def __repr__(self) -> str:
        return f"Pick({self.index}, axis={self.axis})"
