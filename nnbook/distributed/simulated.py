"""Machines that are simulated: the work is done here, one piece after another; time is drawn.

A simulated machine needs a drawn number of seconds for each piece of work. Nothing waits: the clock
jumps from one answer to the next. So a thousand machines fit into this process, and a run repeats.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from nnbook.checks import nonnegative, text, whole
from nnbook.training.rehearsal import generator

Seconds = Callable[[np.random.Generator, int], float]
"""The time that a piece of work takes: it may be drawn, and depend on the number of the machine."""


class Span(NamedTuple):
    """When which machine worked on which piece of work."""

    machine: int
    start: float
    end: float
    ticket: int


class Simulated:
    """Machines in this process, with a clock of their own.

    `machines` is their number. A piece of work takes `seconds`, a number or a function of a
    generator and the number of the machine, from 0. Each answer then occupies whoever collects it
    for `server` seconds, so that the answers of many machines queue. `now` is the time at which the
    last answer was dealt with, and `spans` says who worked when. A piece of work goes to the
    machine that is free first; it is computed when its answer is fetched.

    Raises ValueError or TypeError for numbers that are not what they should be, and for a time that
    is negative or not finite when it is drawn.

    Source: chapter *Learning on many machines*.

    >>> machines = Simulated(2, seconds=lambda rng, machine: 1.0 + 2 * machine)
    >>> tickets = [machines.submit(pow, 2, k) for k in range(3)]
    >>> [machines.next() for _ in tickets], machines.now        # the third waits for machine 0
    ([(0, 1), (2, 4), (1, 2)], 3.0)
    """

    def __init__(
        self,
        machines: int = 1,
        seconds: float | Seconds = 1.0,
        *,
        server: float = 0.0,
        seed: int | np.random.Generator = 0,
    ):
        self.machines = whole("the number of machines", machines)
        self.server = nonnegative("server", server)
        self._seconds = (
            seconds
            if callable(seconds) and not isinstance(seconds, type)
            else nonnegative("seconds", seconds)
        )
        self._rng = generator(seed)
        self._free = [0.0] * self.machines
        self._queue = [(0.0, machine) for machine in range(self.machines)]  # who is free first
        self._waiting: list[tuple[float, int]] = []
        self._work: dict[int, tuple[Any, ...]] = {}
        self._last: dict[int, int] = {}
        self.now = 0.0
        self.spans: list[Span] = []

    def share(self, value: Any) -> Any:
        """Give a value to all machines; here they have it."""
        return value

    def submit(self, work: Callable[..., Any], *arguments: Any, pieces: int = 1) -> int:
        """Ask for work, whose pieces take a time each; the number of its ticket."""
        if not callable(work):
            raise TypeError(f"work must be a function, got {text(work)}")
        whole("pieces", pieces)
        ticket = len(self.spans)
        free, machine = heapq.heappop(self._queue)
        while free != self._free[machine]:  # what it was before its work was dropped
            free, machine = heapq.heappop(self._queue)
        start = max(self.now, free)
        end = start + sum(self._time(machine) for _ in range(pieces))
        self._free[machine] = end
        heapq.heappush(self._queue, (end, machine))
        self._last[machine] = ticket
        self._work[ticket] = (work, *arguments)
        self.spans.append(Span(machine, start, end, ticket))
        heapq.heappush(self._waiting, (end, ticket))
        return ticket

    def next(self) -> tuple[int, Any]:
        """Ticket and result of the piece of work that is done first.

        Raises ValueError if nothing is asked for.
        """
        while self._waiting:
            end, ticket = heapq.heappop(self._waiting)
            if ticket in self._work:
                work, *arguments = self._work.pop(ticket)
                self.now = max(self.now, end) + self.server
                return ticket, work(*arguments)
        raise ValueError("no work is under way")

    def drop(self, ticket: int) -> None:
        """No longer wait for a piece of work; its machine is free from now on."""
        if self._work.pop(whole("ticket", ticket, 0), None) is None:
            return
        span = self.spans[ticket]
        end = min(span.end, max(span.start, self.now))
        self.spans[ticket] = span._replace(end=end)
        if self._last[span.machine] == ticket:
            self._free[span.machine] = end
            heapq.heappush(self._queue, (end, span.machine))

    def _time(self, machine: int) -> float:
        """The time of one piece of work."""
        lasts = self._seconds(self._rng, machine) if callable(self._seconds) else self._seconds
        if not 0 <= lasts < math.inf:
            raise ValueError(f"work must take a finite time, not negative; got {lasts} seconds")
        return lasts

    def __repr__(self) -> str:
        return f"Simulated({self.machines})"
