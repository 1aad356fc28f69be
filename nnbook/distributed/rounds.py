"""Local SGD: machines make some steps by themselves, then their parameters are averaged."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from itertools import islice
from typing import Any

import numpy as np

from nnbook import tree
from nnbook.checks import whole
from nnbook.distributed.parallel import Machines, Update, check_run, endless, smallest_batch
from nnbook.distributed.shards import mean_of_shards, shards
from nnbook.distributed.work import Answer, Job, steps
from nnbook.kinds import made
from nnbook.op import Array, Params


def local_updates(
    job: Job,
    params: Params,
    state: Params,
    *,
    machines: Machines,
    rng: np.random.Generator,
    key: int,
    batch_size: int,
    local_steps: int,
    parts: int | None = None,
) -> Generator[Update, None, None]:
    """Rounds of `local_steps` steps of the job's optimizer: an `Update` is an average.

    Each batch is cut into `parts` shards, and machine m makes its steps on the m-th shards of as
    many batches. The averages are weighted by the examples that a machine met. With one step and
    plain gradient descent this is synchronous training. Whatever the optimizer remembers of each
    parameter is averaged too. Raises ValueError if a batch has fewer examples than shards.
    """
    made("the job", job, Job, "Job(network, losses, weights, x, t)")
    check_run(job, params, state, job.optimizer, machines, rng, key, batch_size)
    parts = machines.machines if parts is None else whole("the number of shards", parts)
    whole("local_steps", local_steps)
    shards(range(smallest_batch(job, batch_size)), parts)
    stream = endless(rng, len(job), batch_size)
    return _rounds(job, params, state, machines, stream, key, local_steps, parts)


def _rounds(
    job: Job,
    params: Params,
    state: Params,
    machines: Machines,
    stream: Iterator[Array],
    key: int,
    local_steps: int,
    parts: int,
) -> Generator[Update, None, None]:
    shared, number = machines.share(job), 0
    while True:
        cut = [shards(rows, parts) for rows in islice(stream, local_steps)]
        asked = {
            machines.submit(
                steps, shared, params, state, pieces, (key, number, place), pieces=local_steps
            ): place
            for place, pieces in enumerate(zip(*cut, strict=True))
        }
        answers: list[Any] = [None] * parts
        try:
            while asked:
                ticket, answer = machines.next()
                answers[asked.pop(ticket)] = answer
        finally:
            for ticket in asked:
                machines.drop(ticket)
        params, state, loss = averaged(answers)
        n = sum(answer.n for answer in answers)
        yield Update(params, state, loss, n, machines.now, batches=local_steps)
        number += 1


def averaged(answers: list[Answer]) -> tuple[Params, Params, float]:
    """Parameters, optimizer states and losses, weighted by the examples that machines met."""
    sizes = [answer.n for answer in answers]
    params = mean_of_shards([answer.values for answer in answers], sizes)
    states = [tree.flatten(answer.state or {}) for answer in answers]
    arrays = {path for path, leaf in states[0].items() if isinstance(leaf, np.ndarray)}
    memory = [{path: state[path] for path in states[0] if path in arrays} for state in states]
    state = tree.unflatten({**states[0], **mean_of_shards(memory, sizes)})
    loss = sum(answer.n * answer.loss for answer in answers) / sum(sizes)
    return params, state, loss
