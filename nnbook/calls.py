"""What passes between an op and whoever calls it: parameters, modes, needs, caches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnbook.checks import flag, text
from nnbook.kinds import drawing

Array = NDArray[Any]
Params = Mapping[str, Any]
"""Parameters of one op, by name (`{"W": …, "b": …}`), or of a graph, by vertex and name."""


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

    def __post_init__(self) -> None:
        flag("training", self.training)
        if self.rng is not None:
            drawing(self.rng)

    @classmethod
    def train(cls, rng: np.random.Generator) -> Mode:
        """Training mode, in which ops draw their random numbers from `rng`.

        Raises TypeError for a seed in place of a generator.
        """
        return cls(training=True, rng=drawing(rng))


EVAL = Mode()


class Needs(NamedTuple):
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
        if self.inputs is None:
            return True
        try:
            return self.inputs[i]
        except (IndexError, TypeError) as error:
            raise ValueError(f"expected one of {len(self.inputs)} inputs, got {text(i)}") from error


EVERYTHING = Needs()


class Cache(NamedTuple):
    """What `forward` hands to `vjp`: what the op will look up again, and the looks of all else.

    `inputs` is their number, `given` are the parameters that came and `params` what was made of
    them, so that those that come again need no second look.
    """

    own: Any
    shapes: tuple[tuple[int, ...], ...]
    dtype: np.dtype
    kind: type
    inputs: int
    given: Any
    params: Params
