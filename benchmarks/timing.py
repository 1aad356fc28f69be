"""What a work is, how its two sides are timed in turns, and how their numbers are compared.

Nothing here knows of nnbook or of PyTorch.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

LEAST = 0.1  # seconds that a round takes at least
PAUSE = 0.02  # seconds before a round: threads of the other side that still spin go to sleep


@dataclass(frozen=True)
class Side:
    """One library's way to do a work: `step` is timed, `numbers` are what both must agree in.

    Without `numbers` they are what the first step returns.
    """

    step: Callable[[], Any]
    numbers: Callable[[], Any] | None = None

    def first_numbers(self) -> list[np.ndarray]:
        """The numbers as arrays, so that they can be sent and compared."""
        found = (self.numbers or self.step)()
        found = found if isinstance(found, (list, tuple)) else [found]
        return [np.asarray(a.detach() if hasattr(a, "detach") else a) for a in found]


@dataclass(frozen=True)
class Point:
    """A place on the curve of time against a size: how large, and how many multiplications."""

    curve: str
    size: int
    multiplications: int


@dataclass(frozen=True)
class Work:
    """Something to do, by nnbook and by somebody else, and how their times are to compare.

    `ours` and `theirs` prepare everything and return a side; each is called in a process of its
    own, so they import what they need themselves. `target` is the largest ratio of the two that we
    are content with; with `absolute` it is the largest time of ours in seconds. A step that does
    the work several times says how often in `times`. With `memory` it is the memory of the two that
    is compared, not their time. A work that is a `point` of a curve says of which, and where.
    """

    name: str
    ours: Callable[[], Side]
    theirs: Callable[[], Side]
    target: float | None = None
    beside: str = "PyTorch"
    times: int = 1
    absolute: bool = False
    memory: bool = False
    point: Point | None = None
    rtol: float = 1e-4


@dataclass(frozen=True)
class Comparison:
    """What was measured of the two sides, round by round: seconds, or bytes."""

    ours: tuple[float, ...]
    theirs: tuple[float, ...]

    @property
    def ratios(self) -> list[float]:
        """Ours over theirs in each round, whose two halves met the same machine."""
        return [a / b for a, b in zip(self.ours, self.theirs, strict=True)]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def spread(self) -> tuple[float, float]:
        """The smallest and the largest ratio of a round."""
        return min(self.ratios), max(self.ratios)


class Timed(Protocol):
    """A side that can be timed: in this process (`Here`), or in another (`processes.Worker`)."""

    def numbers(self) -> list[np.ndarray]: ...

    def seconds(self) -> float: ...


@dataclass(frozen=True)
class Here:
    """A side in this process. A test may give it a clock of its own."""

    side: Side
    clock: Callable[[], float] = time.perf_counter

    def numbers(self) -> list[np.ndarray]:
        return self.side.first_numbers()

    def seconds(self) -> float:
        """One round: the median time of a step, over as many as `LEAST` seconds hold.

        The median, for on a machine with other things to do a step now and then is interrupted.
        """
        step, clock = self.side.step, self.clock
        step()  # its data are in the caches again, and a clocked processor is awake
        times: list[float] = []
        begin = before = clock()
        while before - begin < LEAST:
            step()
            now = clock()
            times.append(now - before)
            before = now
        return statistics.median(times)


class Disagreement(Exception):
    """The two sides of a work do not compute the same, so that their times mean nothing."""


def take_turns(
    name: str, ours: Timed, theirs: Timed, rounds: int, rtol: float = 1e-4, pause: float = PAUSE
) -> Comparison:
    """Compare the numbers, then time both, round by round, each first in every other round.

    Raises Disagreement for numbers that differ by more than `rtol` of the largest among them.
    """
    agree(name, ours.numbers(), theirs.numbers(), rtol)
    seconds: dict[Timed, list[float]] = {ours: [], theirs: []}
    for i in range(rounds):
        for side in (ours, theirs) if i % 2 == 0 else (theirs, ours):
            time.sleep(pause)
            seconds[side].append(side.seconds())
    return Comparison(tuple(seconds[ours]), tuple(seconds[theirs]))


def agree(name: str, a: Sequence[np.ndarray], b: Sequence[np.ndarray], rtol: float) -> None:
    """Disagreement, which names the work, unless both hold the same numbers up to rounding."""
    said = f"{name}: the two do not compute the same:"
    if len(a) != len(b):
        raise Disagreement(f"{said} {len(a)} arrays beside {len(b)}")
    for i, (mine, other) in enumerate(zip(a, b, strict=True)):
        if mine.shape != other.shape:
            raise Disagreement(f"{said} array {i} has shape {mine.shape} beside {other.shape}")
        scale = np.max(np.abs(other), initial=0.0)
        off = np.max(np.abs(mine - other), initial=0.0)
        if not off <= rtol * scale:  # so that NaN does not pass
            raise Disagreement(f"{said} array {i} differs by {off:.3g}, its largest is {scale:.3g}")
