"""The training loop."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import tree
from nnbook.checks import flag, nonnegative, whole
from nnbook.data import batches
from nnbook.graph import Graph, Tape
from nnbook.kinds import made
from nnbook.op import EVAL, Array, Mode, Needs, Params
from nnbook.ops.losses import Loss
from nnbook.training import finite, rehearsal
from nnbook.training.course import Course, settings
from nnbook.training.elementwise import Optimizer
from nnbook.training.penalties import Penalty
from nnbook.training.rehearsal import Metric, Objective, by_output


@dataclass(frozen=True)
class Fit:
    """What `fit` returns: the network with its parameters, and how they came about.

    `history` has one number for each epoch under `"loss"`, under `"penalty"` if there is one, under
    the name of each metric, and, with validation data, under the names of loss and metrics after
    `val_`. With several outputs the losses and metrics of each are under `output/loss` and
    `output/metric`, and `"loss"` is the weighted sum. `state` is the optimizer's.
    """

    network: Graph
    params: Params
    history: dict[str, list[float]]
    state: Params = field(repr=False)

    def predict(self, x: Array | Mapping[str, Array]) -> Any:
        """The network's output for `x`; a dict by name if it has several."""
        return self.network.predict(self.params, x)

    def __repr__(self) -> str:
        last = ", ".join(f"{name} {values[-1]:.4g}" for name, values in self.history.items())
        size = f"{tree.count(self.params):,} parameters"
        return f"Fit({size}, {len(self.history['loss'])} epochs: {last})"


Callback = Callable[[Fit], bool | None]
"""Called after each epoch with the run so far; training stops when it returns true. If it has a
method `begin`, that gets the names of the lines of the history before training; if it has a method
`end`, that gets the run at the end and returns what `fit` will return."""


def loss_and_gradients(
    network: Graph,
    loss: Loss | Mapping[str, Loss],
    params: Params,
    x: Array | Mapping[str, Array],
    t: Array | Mapping[str, Array],
    mode: Mode = EVAL,
    loss_weights: Mapping[str, float] | None = None,
) -> tuple[Any, dict[str, Any], Tape]:
    r"""Forward, loss, backward: the loss $L$, $∂L/∂θ$ as a tree, and the tape of the pass.

    A network of several outputs needs dicts by output, one loss and one target for each, and has
    $L = \sum_k λ_k L_k$ with the `loss_weights` $λ_k$, by default 1.

    >>> from nnbook import Dense, MeanSquaredError, Sequential
    >>> network = Sequential(Dense(1, 1))
    >>> params = {"dense1": {"W": np.array([[3.0]]), "b": np.array([0.0])}}
    >>> L, grads, _ = loss_and_gradients(
    ...     network, MeanSquaredError(), params, np.array([[2.0]]), np.array([[5.0]]))
    >>> L, grads["dense1"]["W"], grads["dense1"]["b"]
    (np.float64(1.0), array([[4.]]), array([2.]))
    """
    made("the network", network, Graph, "Sequential(Dense(2, 1))")
    losses = by_output(loss, network.outputs, "loss")
    for each in losses.values():
        made("the loss", each, Loss, "MeanSquaredError()")
    weights = dict.fromkeys(losses, 1.0) if loss_weights is None else loss_weights
    weights = by_output(weights, network.outputs, "loss_weights")
    targets = by_output(t, network.outputs, "targets")
    values, tape = network.forward(params, x, mode)
    total, bars = 0.0, {}
    for name, each in losses.items():
        weight = nonnegative("the weight of a loss", weights[name])
        L, cache = each.forward({}, values[name], targets[name])
        needs = Needs(inputs=(True, False), params=False)
        (bars[name], _), _ = each.vjp({}, cache, weight, needs)
        total = total + weight * L
    grads, _ = network.backward(params, tape, bars)
    return total, grads, tape


def fit(
    network: Graph,
    loss: Loss | Mapping[str, Loss],
    x: ArrayLike | Mapping[str, ArrayLike],
    t: ArrayLike | Mapping[str, ArrayLike],
    *,
    optimizer: Optimizer,
    epochs: int,
    seed: int | np.random.Generator | Course,
    batch_size: int = 32,
    params: Params | None = None,
    state: Params | None = None,
    penalty: Penalty | None = None,
    validation: tuple[Any, Any] | None = None,
    metrics: Sequence[Metric] | Mapping[str, Sequence[Metric]] = (),
    loss_weights: Mapping[str, float] | None = None,
    callbacks: Sequence[Callback] = (),
    checkpoint: str | os.PathLike[str] | None = None,
    every: int = 1,
    preprocessing: Params | None = None,
    check_finite: bool = False,
    progress: bool = True,
) -> Fit:
    """Train a network: in each epoch, one optimizer step for every batch.

    `x` is an array, or a dict of arrays if the network has several inputs; examples lie along the
    first axis, and the dtype of `x`, labels aside, is that of the parameters. If it has several
    outputs, `loss`, `t` and `metrics` are dicts by output; what is made small is the sum of the
    losses, each times its weight in `loss_weights`. All random numbers come from `seed`: the same
    seed gives the same result. Training goes on from `params`, and from the `state` of the
    optimizer, if given. The loss and the metrics of an epoch are averages over its examples, taken
    while the parameters change; `validation=(x, t)` is measured at its end. A `penalty` is added to
    the objective; it has a line of its own in the history, so that `loss` and `val_loss` can be
    compared. `callbacks` are called after each epoch. The progress bar goes to stderr.

    With a `checkpoint`, the file of this name holds, after every so many (`every`) epochs and at
    the end, all that the run needs to go on: `resume(path, …)` ends where this run would have
    ended, bit for bit, wherever it was interrupted. It keeps what the inputs went through, such as
    the state of `standardize()`, as `preprocessing`. With `check_finite` every value and gradient
    of every step is looked at; the first that is infinite or no number is named with its vertex and
    step. (A step of the network 784-256-128-10 takes 14 % longer at batches of 32, 7 % at 128.)

    Raises ValueError or TypeError, before any training, for settings that are not what they should
    be, for metrics that have one name, and for data, down to the last target, that do not fit each
    other, the network or the loss; FileExistsError for a checkpoint that is there; and
    FloatingPointError when the loss is no longer finite.

    >>> from nnbook import Dense, MeanSquaredError, Sequential, sgd
    >>> x = np.array([[0.0], [1.0], [2.0]])
    >>> line = fit(Sequential(Dense(1, 1)), MeanSquaredError(), x, 3 * x - 1,
    ...            optimizer=sgd(0.1), epochs=300, seed=0, progress=False)
    >>> line.predict(np.array([[10.0]])).round(3)
    array([[29.]])

    Source: chapter *Architectures*.
    """
    whole("epochs", epochs)
    whole("batch_size", batch_size)
    whole("every", every)
    flag("check_finite", check_finite)
    flag("progress", progress)
    told = rehearsal.objective(network, loss, loss_weights, metrics)
    rehearsal.check_settings(optimizer, penalty, callbacks)
    x, t = rehearsal.checked_data(network, x, t, "training")
    N = len(next(iter(t.values())))
    if isinstance(seed, Course):
        course = seed
    else:
        # Streams of their own, so that another kind of layer does not change the order of batches.
        init_rng, batch_rng, mode_rng = rehearsal.generator(seed).spawn(3)
        if params is None:
            params = network.init(init_rng, dtype=rehearsal.floating_dtype(x))
        state = optimizer.init(params) if state is None else state
        course = Course(params, state, {"batches": batch_rng, "ops": mode_rng})
        course.preprocessing = rehearsal.kept({} if preprocessing is None else preprocessing)
        if checkpoint is not None:
            rehearsal.check_new(checkpoint)
    params, state = course.params, course.state
    rehearsal.check_finite(params, "parameter")
    rehearsal.check_finite(state, "state")

    some = rehearsal.spread(N, batch_size)
    y = _outputs(network, params, {name: a[some] for name, a in x.items()})
    rehearsal.check_examples(y, len(some))
    rehearsal.check_targets(told, y, t, "training")
    told.scores(y, {name: a[some] for name, a in t.items()})
    if validation is not None:
        x_val, t_val = rehearsal.checked_validation(network, validation)
        rehearsal.check_targets(told, y, t_val, "validation")
        _evaluate(network, told, params, x_val, t_val)
    if penalty is not None:
        penalty(params)  # which says so if it falls on none
    rehearsal.rehearse_last_batch(network, params, x, N, batch_size)
    names = ["loss", *(["penalty"] if penalty else []), *told.metrics]
    after = ["loss", *told.metrics] if validation is not None else []
    lines = [*names, *(f"val_{name}" for name in after)]
    for callback in callbacks:
        if hasattr(callback, "begin"):
            callback.begin(lines)

    if checkpoint is not None or course.settings:
        parts = {"training": x | t, **({} if validation is None else {"validation": x_val | t_val})}
        kept = settings(
            network, told.losses, told.weights, optimizer, penalty, batch_size, lines, callbacks,
            parts,
        )  # fmt: skip
        if course.settings:
            course.check(kept, checkpoint)
        course.settings = kept
    history = course.history
    run = _so_far(network, course)
    for callback, held in zip(callbacks, course.callbacks, strict=False):  # none at first
        if hasattr(callback, "recall"):
            callback.recall(held, run)

    mode = Mode.train(course.generators["ops"])
    with _progress(course.epoch, epochs if not course.stopped else course.epoch, progress) as bar:
        for epoch in bar:
            sums = dict.fromkeys(names, 0.0)
            params, state = tree.map(_own, params), tree.map(_own, state)  # others keep theirs
            for step, columns in enumerate(
                batches(course.generators["batches"], batch_size, *x.values(), *t.values())
            ):
                x_batch = dict(zip(x, columns[: len(x)], strict=True))
                t_batch = dict(zip(t, columns[len(x) :], strict=True))
                n = len(columns[0])
                L, grads, tape = loss_and_gradients(
                    network, told.losses, params, x_batch, t_batch, mode, told.weights
                )
                if check_finite:
                    finite.check(params, tape, L, grads, f"epoch {epoch + 1}, step {step + 1}")
                if not math.isfinite(L):
                    raise FloatingPointError(
                        f"the loss became {L} in epoch {epoch + 1}: is the learning rate too large?"
                    )
                sums["loss"] += n * float(L)
                if penalty is not None:
                    sums["penalty"] += n * penalty(params)
                    grads = penalty.add_to(grads, params)
                params, state = optimizer.update_in_place(params, grads, state)
                params = network.measured(params, tape)
                for name, value in told.scores(tape.values, t_batch).items():
                    sums[name] += n * value
            row = {name: total / N for name, total in sums.items()}
            if validation is not None:
                measured = _evaluate(network, told, params, x_val, t_val)
                row |= {f"val_{name}": value for name, value in measured.items()}
            for name, value in row.items():
                history.setdefault(name, []).append(value)
            bar.set_postfix({name: f"{value:.4g}" for name, value in row.items()})
            course.params, course.state = params, state
            run = _so_far(network, course)
            stops = [callback(run) for callback in callbacks]  # all of them, whatever one says
            course.stopped = any(stops)
            if checkpoint is not None and (
                course.stopped or (epoch + 1) % every == 0 or epoch + 1 == epochs
            ):
                course.callbacks = [
                    callback.remember() if hasattr(callback, "remember") else {}
                    for callback in callbacks
                ]
                course.save(Path(checkpoint))
            if course.stopped:
                break
    for callback in callbacks:
        run = callback.end(run) if hasattr(callback, "end") else run
    return run


def _so_far(network: Graph, course: Course) -> Fit:
    """The run until now; later epochs do not change its history."""
    history = {name: [*row] for name, row in course.history.items()}
    return Fit(network, course.params, history, course.state)


def _own(leaf: Any) -> Any:
    """An array of its own, or what is no array."""
    return leaf.copy() if isinstance(leaf, np.ndarray) else leaf


def _outputs(network: Graph, params: Params, x: Mapping[str, Array]) -> dict[str, Array]:
    """The values of the outputs in evaluation, by name, even of the only one."""
    values, _ = network.forward(params, x)
    return {name: values[name] for name in network.outputs}


def _evaluate(
    network: Graph,
    told: Objective,
    params: Params,
    x: Mapping[str, Array],
    t: Mapping[str, Array],
) -> dict[str, float]:
    """Loss and metrics in evaluation."""
    y = _outputs(network, params, x)
    return {"loss": told.loss(y, t), **told.scores(y, t)}


def _progress(made: int, epochs: int, shown: bool) -> Any:
    """The epochs that are still to be made, with a progress bar on stderr."""
    from tqdm import tqdm  # here, for it takes longer to import than the rest of the package

    left = range(made, epochs)
    return tqdm(left, desc="epochs", initial=made, total=epochs, disable=not shown)
