"""Training with the gradients of many machines: all wait for all, or nobody waits.

Both are generators that give an `Update` for each update, without an end: who calls them says when
to stop. The parameters and the state of the optimizer stay with the caller. So a machine that is
lost takes no update with it, and what it was working on is asked of another.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from nnbook.checks import text, whole
from nnbook.data import batches
from nnbook.distributed.shards import mean_of_shards, shards
from nnbook.distributed.work import Answer, Job, gradient, merged
from nnbook.kinds import generator, made
from nnbook.op import Array, Params
from nnbook.training.elementwise import Optimizer, check_optimizer


class Machines(Protocol):
    """What the loops need of machines: `Simulated` and `Cluster` have it."""

    @property
    def machines(self) -> int:
        """How many there are."""

    now: float

    def share(self, value: Any) -> Any:
        """Give a value to all machines; what stands for it among the arguments of `submit`."""

    def submit(self, work: Any, *arguments: Any, pieces: int = 1) -> int:
        """Ask for work, of so many pieces one after the other; the number of its ticket."""

    def next(self) -> tuple[int, Any]:
        """Ticket and result of the piece of work that is done first."""

    def drop(self, ticket: int) -> None:
        """No longer wait for a piece of work."""


ASKED = ("machines", "now", "share", "submit", "next", "drop")
"""What machines have."""


@dataclass(frozen=True)
class Update:
    """An update that was made: what came of it, from which loss, and when by the machines' clock.

    `staleness` says how many other updates came between the reading of the parameters and the use
    of their gradient; `n` is the number of examples, `batches` that of the batches used up.
    """

    params: Params
    state: Params = field(repr=False)
    loss: float
    n: int
    now: float
    staleness: int = 0
    batches: int = 1


def endless(rng: np.random.Generator, N: int, size: int) -> Iterator[Array]:
    """The rows of each batch, epoch after epoch, drawn as `fit` draws them.

    >>> stream = endless(np.random.default_rng(0), 3, 2)
    >>> [len(next(stream)) for _ in range(3)]
    [2, 1, 2]
    """
    while True:
        for (rows,) in batches(rng, size, np.arange(N)):
            yield rows


def smallest_batch(job: Job, batch_size: int) -> int:
    """How many examples the smallest batch has, which is the last one of an epoch."""
    return len(job) % batch_size or min(batch_size, len(job))


def check_run(
    job: Job,
    params: Params,
    state: Params,
    optimizer: Any,
    machines: Machines,
    rng: np.random.Generator,
    key: int,
    batch_size: int,
) -> None:
    """What all updates are made of, checked before the first is asked for."""
    made("the job", job, Job, "Job(network, losses, weights, x, t)")
    check_machines(machines)
    check_optimizer(optimizer)
    job.network.forward(params, {name: a[:1] for name, a in job.x.items()})
    optimizer.update(params, {}, state)  # which says so if the state is another's
    generator(rng)
    whole("key", key, 0)
    whole("batch_size", batch_size)


def check_machines(machines: Any) -> None:
    """TypeError for what cannot be asked for work."""
    if isinstance(machines, type) or not all(hasattr(machines, each) for each in ASKED):
        raise TypeError(f"machines must be Simulated(4) or a Cluster, got {text(machines)}")


def parallel_updates(
    job: Job,
    params: Params,
    state: Params,
    *,
    optimizer: Optimizer,
    machines: Machines,
    rng: np.random.Generator,
    key: int,
    batch_size: int,
    parts: int | None = None,
    spare: int = 0,
) -> Generator[Update, None, None]:
    """Synchronous training: each batch is cut into `parts` shards, and the update waits for them.

    With `spare` shards it waits for all but so many, whichever they are, and does without the rest.
    Raises ValueError if a batch has fewer examples than shards, or if all of them are spare.
    """
    check_run(job, params, state, optimizer, machines, rng, key, batch_size)
    parts = machines.machines if parts is None else whole("the number of shards", parts)
    if not 0 <= whole("spare", spare, least=0) < parts:
        raise ValueError(f"spare must leave one of {parts} shards, got {spare}")
    shards(range(smallest_batch(job, batch_size)), parts)
    stream = endless(rng, len(job), batch_size)
    return _parallel(job, params, state, optimizer, machines, stream, key, parts, spare)


def _parallel(
    job: Job,
    params: Params,
    state: Params,
    optimizer: Optimizer,
    machines: Machines,
    stream: Iterator[Array],
    key: int,
    parts: int,
    spare: int,
) -> Generator[Update, None, None]:
    shared = machines.share(job)
    for number, rows in enumerate(stream):
        asked = {
            machines.submit(gradient, shared, params, piece, (key, number, place)): place
            for place, piece in enumerate(shards(rows, parts))
        }
        answers: dict[int, Answer] = {}
        try:
            while len(answers) < parts - spare:
                ticket, answer = machines.next()
                answers[asked.pop(ticket)] = answer
        finally:
            for ticket in asked:
                machines.drop(ticket)
        come = [answers[place] for place in sorted(answers)]
        sizes = [answer.n for answer in come]
        grads = mean_of_shards([answer.values for answer in come], sizes)
        measured = mean_of_shards([answer.measured for answer in come], sizes)
        params, state = optimizer.update(params, grads, state)
        params = merged(params, measured)
        loss = sum(answer.n * answer.loss for answer in come) / sum(sizes)
        yield Update(params, state, loss, sum(sizes), machines.now)


def asynchronous_updates(
    job: Job,
    params: Params,
    state: Params,
    *,
    optimizer: Optimizer,
    machines: Machines,
    rng: np.random.Generator,
    key: int,
    batch_size: int,
) -> Generator[Update, None, None]:
    """Asynchronous training: each machine has a batch of its own, and no answer waits for another.

    Whoever calls is the parameter server: it applies each gradient as it comes, and gives the
    machine the new parameters and the next batch.
    """
    check_run(job, params, state, optimizer, machines, rng, key, batch_size)
    stream = enumerate(endless(rng, len(job), batch_size))
    return _asynchronous(job, params, state, optimizer, machines, stream, key)


def _asynchronous(
    job: Job,
    params: Params,
    state: Params,
    optimizer: Optimizer,
    machines: Machines,
    stream: Iterator[tuple[int, Array]],
    key: int,
) -> Generator[Update, None, None]:
    shared, version = machines.share(job), 0
    read: dict[int, int] = {}  # by ticket: which version of the parameters was read

    def ask() -> None:
        number, rows = next(stream)
        read[machines.submit(gradient, shared, params, rows, (key, number, 0))] = version

    try:
        for _ in range(machines.machines):
            ask()
        while True:
            ticket, answer = machines.next()
            staleness, version = version - read.pop(ticket), version + 1
            params, state = optimizer.update(params, answer.values, state)
            params = merged(params, answer.measured)
            ask()
            yield Update(params, state, answer.loss, answer.n, machines.now, staleness)
    finally:
        for ticket in read:
            machines.drop(ticket)
