"""`fit` for many machines: the same network, loss, optimizer and data, and machines besides."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook.checks import whole
from nnbook.distributed.parallel import (
    Machines,
    Update,
    asynchronous_updates,
    check_machines,
    parallel_updates,
)
from nnbook.distributed.rounds import local_updates
from nnbook.distributed.shards import shards
from nnbook.distributed.work import Job
from nnbook.graph import Graph
from nnbook.ops.losses import Loss
from nnbook.training import rehearsal
from nnbook.training.elementwise import Optimizer
from nnbook.training.loop import Callback, Fit

Data = ArrayLike | Mapping[str, ArrayLike]


def fit_parallel(
    network: Graph,
    loss: Loss | Mapping[str, Loss],
    x: Data,
    t: Data,
    *,
    machines: Machines,
    optimizer: Optimizer,
    epochs: int,
    seed: int | np.random.Generator,
    batch_size: int = 32,
    parts: int | None = None,
    spare: int = 0,
    **options: Any,
) -> Fit:
    r"""Train as `fit` does, with each batch cut into `parts` shards for the `machines`.

    An update takes $g = \sum_m \frac{n_m}{n} g_m$, the gradients of the shards weighted by their
    share of the batch, in the order of the shards. So the run is that of `fit` with the same seed,
    up to rounding, and it does not depend on how many machines there are, nor on which of them
    answer, fail or are asked twice. `parts` is by default their number. With `spare` shards an
    update waits for all but so many. `machines` are `Simulated` or a `Cluster`.

    Two things depend on the shards. Dropout has a generator for each update and shard, made from
    `seed`. Batch normalization takes its statistics over a shard, and its running averages are
    averaged over the shards.

    `options` are `params`, `state`, `penalty`, `loss_weights` and `callbacks` of `fit`. The history
    has `loss` and `seconds`, the machines' clock at the end of each epoch.

    Raises what `fit` raises, and ValueError if a batch has fewer examples than shards. Source:
    chapter *Learning on many machines*.

    >>> from nnbook import Dense, MeanSquaredError, Sequential, Simulated, sgd
    >>> x = np.array([[0.0], [1.0], [2.0]])
    >>> line = fit_parallel(Sequential(Dense(1, 1)), MeanSquaredError(), x, 3 * x - 1,
    ...                     machines=Simulated(2), optimizer=sgd(0.1), epochs=300, seed=0)
    >>> line.predict(np.array([[10.0]])).round(3), line.history["seconds"][-1]
    (array([[29.]]), 300.0)
    """

    def updates(job: Job, **common: Any) -> Generator[Update, None, None]:
        return parallel_updates(
            job, optimizer=optimizer, machines=machines, parts=parts, spare=spare, **common
        )

    given = (network, loss, x, t, optimizer, epochs, seed, batch_size)
    begin = _beginning(*given, parts, options, machines)
    return _run(begin, updates, epochs)


def fit_asynchronous(
    network: Graph,
    loss: Loss | Mapping[str, Loss],
    x: Data,
    t: Data,
    *,
    machines: Machines,
    optimizer: Optimizer,
    epochs: int,
    seed: int | np.random.Generator,
    batch_size: int = 32,
    **options: Any,
) -> Fit:
    r"""Train with a parameter server that waits for nobody: $θ ← θ - η\, g(θ_{\text{old}})$.

    Each machine has a batch of its own, and its gradient is applied when it comes, to parameters
    that have changed since they were read. An epoch is as many updates as there are batches. The
    history has `loss`, `seconds` and `staleness`, the mean number of updates in between. On
    `Simulated` machines a run repeats; on a `Cluster` the order is that in which the answers come.

    `options` and errors are those of `fit_parallel`. Source: Recht, Ré, Wright and Niu, *Hogwild!*
    (2011); chapter *Learning on many machines*.

    >>> from nnbook import Dense, MeanSquaredError, Sequential, Simulated, sgd
    >>> x = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> line = fit_asynchronous(Sequential(Dense(1, 1)), MeanSquaredError(), x, 3 * x - 1,
    ...     machines=Simulated(4), optimizer=sgd(0.02), epochs=400, seed=0, batch_size=1)
    >>> line.predict(np.array([[10.0]])).round(2), line.history["staleness"][-1]
    (array([[29.]]), 3.0)
    """

    def updates(job: Job, **common: Any) -> Generator[Update, None, None]:
        return asynchronous_updates(job, optimizer=optimizer, machines=machines, **common)

    given = (network, loss, x, t, optimizer, epochs, seed, batch_size)
    begin = _beginning(*given, 1, options, machines)
    return _run(begin, updates, epochs, "staleness")


def fit_local(
    network: Graph,
    loss: Loss | Mapping[str, Loss],
    x: Data,
    t: Data,
    *,
    machines: Machines,
    optimizer: Optimizer,
    epochs: int,
    seed: int | np.random.Generator,
    local_steps: int,
    batch_size: int = 32,
    parts: int | None = None,
    **options: Any,
) -> Fit:
    """Train by local SGD: each machine makes `local_steps` steps, then parameters are averaged.

    Batches are cut as in `fit_parallel`; a machine makes its steps on its shards of as many
    batches. The history has a line after each round in which an epoch ended.

    `options` and errors are those of `fit_parallel`. Source: Stich, *Local SGD converges fast and
    communicates little* (2019); chapter *Learning on many machines*.

    >>> from nnbook import Dense, MeanSquaredError, Sequential, Simulated, sgd
    >>> x = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> line = fit_local(Sequential(Dense(1, 1)), MeanSquaredError(), x, 3 * x - 1, seed=0,
    ...     machines=Simulated(2), optimizer=sgd(0.05), epochs=400, batch_size=2, local_steps=4)
    >>> line.predict(np.array([[10.0]])).round(2)
    array([[29.]])
    """

    def updates(job: Job, **common: Any) -> Generator[Update, None, None]:
        return local_updates(job, machines=machines, parts=parts, local_steps=local_steps, **common)

    given = (network, loss, x, t, optimizer, epochs, seed, batch_size)
    begin = _beginning(*given, parts, options, machines)
    return _run(begin, updates, epochs)


def _beginning(
    network: Graph,
    loss: Any,
    x: Any,
    t: Any,
    optimizer: Optimizer,
    epochs: int,
    seed: Any,
    batch_size: int,
    parts: int | None,
    options: dict[str, Any],
    machines: Machines,
) -> tuple[Job, dict[str, Any], Sequence[Callback]]:
    """The job, what its updates begin with, and the callbacks; everything checked."""
    known = ("params", "state", "penalty", "loss_weights", "callbacks")
    if unknown := sorted(set(options) - set(known)):
        raise TypeError(f"no option {unknown[0]!r}; there are {', '.join(known)}")
    check_machines(machines)
    callbacks, penalty = options.get("callbacks", ()), options.get("penalty")
    whole("epochs", epochs)
    whole("batch_size", batch_size)
    told = rehearsal.objective(network, loss, options.get("loss_weights"), ())
    rehearsal.check_settings(optimizer, penalty, callbacks)
    x, t = rehearsal.checked_data(network, x, t, "training")
    N = len(next(iter(t.values())))
    pieces = machines.machines if parts is None else parts
    shards(range(N % batch_size or min(batch_size, N)), pieces)  # the last batch is the smallest
    init_rng, batch_rng, mode_rng = rehearsal.generator(seed).spawn(3)  # as `fit` has them
    params = options.get("params")
    if params is None:
        params = network.init(init_rng, dtype=rehearsal.floating_dtype(x))
    state = options.get("state")
    state = optimizer.init(params) if state is None else state
    rehearsal.check_finite(params, "parameter")
    values, _ = network.forward(params, {name: a[:1] for name, a in x.items()})
    y = {name: values[name] for name in network.outputs}
    rehearsal.check_examples(y, 1)
    rehearsal.check_targets(told, y, t, "training")
    job = Job(network, told.losses, told.weights, x, t, penalty, optimizer)
    common = {"params": params, "state": state, "rng": batch_rng, "batch_size": batch_size}
    return job, {**common, "key": int(mode_rng.integers(2**63))}, callbacks


def _run(
    begin: tuple[Job, dict[str, Any], Sequence[Callback]],
    updates: Callable[..., Generator[Update, None, None]],
    epochs: int,
    *lines: str,
) -> Fit:
    """The updates of so many epochs, their history, and the callbacks after each epoch."""
    job, common, callbacks = begin
    history: dict[str, list[float]] = {name: [] for name in ("loss", "seconds", *lines)}
    for callback in callbacks:
        if hasattr(callback, "begin"):
            callback.begin(list(history))
    in_an_epoch = -(-len(job) // common["batch_size"])
    used, epoch, seen, sums = 0, 0, 0, dict.fromkeys(("loss", *lines), 0.0)
    stream = updates(job, **common)
    for update in stream:
        if not math.isfinite(update.loss):
            raise FloatingPointError(
                f"the loss became {update.loss} in epoch {epoch + 1}: is the learning rate too "
                "large?"
            )
        used, seen = used + update.batches, seen + update.n
        sums = {name: s + update.n * float(getattr(update, name)) for name, s in sums.items()}
        if used < (epoch + 1) * in_an_epoch:
            continue
        epoch = used // in_an_epoch
        row = {"seconds": update.now} | {name: total / seen for name, total in sums.items()}
        for name, value in row.items():
            history[name].append(value)
        seen, sums = 0, dict.fromkeys(sums, 0.0)
        kept = {name: [*values] for name, values in history.items()}
        run = Fit(job.network, update.params, kept, update.state)
        stops = [callback(run) for callback in callbacks]  # all of them, whatever one says
        if any(stops) or epoch >= epochs:
            break
    stream.close()  # what is still under way is dropped
    for callback in callbacks:
        run = callback.end(run) if hasattr(callback, "end") else run
    return run
