r"""The contract of a vertex: one function, and the two gradient functions that belong to it.

A network is a directed acyclic graph. At each vertex stands a function $y = F(x_1, …, x_p; θ)$ of
the values of its parents and of its own parameters. To train the network, no vertex has to know
anything about the others: it is enough that it can turn the cotangent of its output,
$\bar y = ∂L/∂y$, into those of its inputs and parameters,

$$\bar x_i = \Bigl(\frac{∂y}{∂x_i}\Bigr)^{\!⊤} \bar y, \qquad
  \barθ = \Bigl(\frac{∂y}{∂θ}\Bigr)^{\!⊤} \bar y .$$

These two are *vector–Jacobian products*; the Jacobian itself is hardly ever formed.

An op holds hyper-parameters only. Its parameters are passed in and its gradients are passed out, so
that a graph can share them, a gradient check can perturb them, and nothing is ever out of date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[Any]
Params = Mapping[str, Any]
"""Parameters of one op, by name (`{"W": …, "b": …}`), or of a graph, by vertex and name."""


class NoGradientError(TypeError):
    """A gradient was asked for where there is none, or none that could teach anything."""


@dataclass(frozen=True)
class Mode:
    """How a network is being run: to be used (`EVAL`), or to be trained.

    In training some ops are random (dropout draws a mask). They draw from `rng` and from nowhere
    else, so that a run repeats when its generator is made from the same seed.

    >>> EVAL.training
    False
    >>> Mode.train(np.random.default_rng(0)).training
    True
    """

    training: bool = False
    rng: np.random.Generator | None = None

    @classmethod
    def train(cls, rng: np.random.Generator) -> Mode:
        """Training mode, in which ops draw their random numbers from `rng`."""
        return cls(training=True, rng=rng)


EVAL = Mode()


@dataclass(frozen=True)
class Needs:
    """Which cotangents the caller of `vjp` wants; an op leaves the others out and saves the work.

    `inputs` has one entry for each input, or is None when all are wanted.

    >>> first = Needs(inputs=(True, False), params=False)
    >>> first.input(0), first.input(1), EVERYTHING.input(1)
    (True, False, True)
    """

    inputs: tuple[bool, ...] | None = None
    params: bool = True

    def input(self, i: int) -> bool:
        """Whether the cotangent of input number `i` (from 0) is wanted."""
        return self.inputs is None or self.inputs[i]


EVERYTHING = Needs()


class Op:
    """A vertex function $y = F(x_1, …, x_p; θ)$ with its vector–Jacobian products.

    A subclass writes `forward` and `vjp`, and `init` if it has parameters. None of the three may
    write to an array that it was given; what it returns has the dtype of what it was given.

    >>> class Double(Op):
    ...     def forward(self, params, x, mode=EVAL):
    ...         return 2 * x, None
    ...     def vjp(self, params, cache, y_bar, needs=EVERYTHING):
    ...         return (2 * y_bar,), {}
    >>> y, cache = Double().forward({}, np.array([1.0, 3.0]))
    >>> y
    array([2., 6.])
    """

    def init(self, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> Params:
        """First values of the parameters, drawn from `rng`; `{}` for an op that has none."""
        return {}

    def forward(self, params: Params, *inputs: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        """The value $y$, and a cache of whatever `vjp` will want to look up again."""
        raise NotImplementedError(f"{self!r} has no forward")

    def vjp(
        self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], Params]:
        """The cotangents `(input_bars, param_bars)` that belong to the cotangent `y_bar` of $y$.

        `input_bars` has one entry for each input, None where `needs` does not ask for it;
        `param_bars` has the names of those parameters that are trained, or is `{}` when
        `needs.params` is false.
        """
        raise NotImplementedError(f"{self!r} has no vjp")

    def measured(self, params: Params, cache: Any) -> Params:
        """New values of parameters that are measured in training rather than learnt.

        An op that keeps running statistics (batch normalization) lists them among its parameters,
        gives them no cotangent, and returns here what they are after this forward pass.
        """
        return {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"
