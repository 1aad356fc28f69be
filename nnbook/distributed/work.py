"""What one machine is asked to do: a gradient of its shard, or some steps of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nnbook import tree
from nnbook.checks import nonnegative, whole
from nnbook.graph import Graph
from nnbook.kinds import array, listed, made
from nnbook.numerics import real
from nnbook.op import Array, Mode, Params
from nnbook.ops.losses import Loss
from nnbook.training.elementwise import Optimizer, check_optimizer
from nnbook.training.loop import loss_and_gradients
from nnbook.training.penalties import Penalty
from nnbook.training.rehearsal import by_output, checked_data

Key = Sequence[int]
"""Numbers that name a piece of work, (run, update, shard): its random numbers come from them."""


@dataclass(frozen=True)
class Job:
    """What all machines need and is sent to each of them once: network, losses and data by name."""

    network: Graph
    losses: Mapping[str, Loss]
    weights: Mapping[str, float]
    x: Mapping[str, Array]
    t: Mapping[str, Array]
    penalty: Penalty | None = None
    optimizer: Optimizer | None = None

    def __post_init__(self) -> None:
        made("the network", self.network, Graph, "Sequential(Dense(2, 1))")
        for loss in by_output(self.losses, self.network.outputs, "losses").values():
            made("the loss", loss, Loss, "MeanSquaredError()")
        for weight in by_output(self.weights, self.network.outputs, "weights").values():
            nonnegative("the weight of a loss", weight)
        checked_data(self.network, self.x, self.t, "the job's")
        if self.penalty is not None:
            made("the penalty", self.penalty, Penalty, "l2(0.01)")
        if self.optimizer is not None:
            check_optimizer(self.optimizer)

    def __len__(self) -> int:
        return len(next(iter(self.t.values())))


@dataclass(frozen=True)
class Answer:
    """What comes back: the mean loss of `n` examples, and gradients (or, of steps, parameters).

    `measured` has the parameters that ops measure in training, such as running averages.
    """

    loss: float
    n: int
    values: Params
    measured: Params
    state: Params | None = None


def gradient(job: Job, params: Params, rows: Array, key: Key) -> Answer:
    """The gradient of the mean loss over the examples `rows`, at `params`.

    Dropout and other noise draw from a generator made of `key`: the same piece of work gives the
    same answer on every machine, in whatever order, and when it is done again.

    >>> from nnbook import Dense, MeanSquaredError, Sequential
    >>> x = np.array([[2.0], [0.0]])
    >>> job = Job(Sequential(Dense(1, 1)), {"dense1": MeanSquaredError()}, {"dense1": 1.0},
    ...           {"x": x}, {"dense1": 3 * x})
    >>> params = {"dense1": {"W": np.array([[2.0]]), "b": np.array([0.0])}}
    >>> answer = gradient(job, params, np.array([0]), (0, 0, 0))
    >>> answer.loss, answer.values["dense1"]["W"]
    (4.0, array([[-8.]]))
    """
    made("the job", job, Job, "Job(network, losses, weights, x, t)")
    rows = array("rows", rows, real)
    if rows.ndim != 1 or rows.dtype.kind not in "iu" or not len(rows):
        raise ValueError(f"rows must be numbers of examples (n,), got {rows.dtype} {rows.shape}")
    if not (-len(job) <= rows.min() and rows.max() < len(job)):
        raise ValueError(f"rows must be among {len(job)}, got {rows.min()} to {rows.max()}")
    drawn = [whole("a number of the key", k, 0) for k in listed("key", key, "(0, 0, 0)")]
    mode = Mode.train(np.random.default_rng(drawn))
    x = {name: a[rows] for name, a in job.x.items()}
    t = {name: a[rows] for name, a in job.t.items()}
    L, grads, tape = loss_and_gradients(job.network, job.losses, params, x, t, mode, job.weights)
    if job.penalty is not None:
        grads = job.penalty.add_to(grads, params)
    new = tree.flatten(job.network.measured(params, tape))
    old = tree.flatten(params)
    measured = {path: leaf for path, leaf in new.items() if leaf is not old[path]}
    return Answer(float(L), len(rows), grads, tree.unflatten(measured))


def steps(job: Job, params: Params, state: Params, pieces: Sequence[Array], key: Key) -> Answer:
    """The parameters and the optimizer's state after a step on each of the `pieces`.

    The loss is the mean of those met on the way. Raises ValueError if the job has no optimizer.
    """
    if job.optimizer is None:
        raise ValueError("steps need a job with an optimizer")
    total, n = 0.0, 0
    for number, rows in enumerate(pieces):
        found = gradient(job, params, rows, (*key, number))
        params, state = job.optimizer.update(params, found.values, state)
        params = merged(params, found.measured)
        total, n = total + found.n * found.loss, n + found.n
    return Answer(total / n, n, params, {}, state)


def merged(params: Params, some: Params) -> Params:
    """The parameters, with some of them replaced.

    >>> merged({"a": {"W": 1, "m": 2}}, {"a": {"m": 3}})
    {'a': {'W': 1, 'm': 3}}
    """
    return tree.unflatten({**tree.flatten(params), **tree.flatten(some)}) if some else params
