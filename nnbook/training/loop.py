"""The training loop."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import tree
from nnbook.data import batches
from nnbook.graph import Graph, Tape, named
from nnbook.op import EVAL, Array, Mode, Needs, Params
from nnbook.ops.losses import Loss
from nnbook.training.optimizers import Optimizer
from nnbook.training.penalties import Penalty

Metric = Callable[[Array, Array], float]


@dataclass(frozen=True)
class Fit:
    """What `fit` returns: the network with its parameters, and how they came about.

    `history` has one number for each epoch under `"loss"`, under `"penalty"` if there is one, under
    the name of each metric, and, with validation data, under the names of loss and metrics after
    `val_`. `state` is the optimizer's.
    """

    network: Graph
    params: Params
    history: dict[str, list[float]]
    state: Params = field(repr=False)

    def predict(self, x: Array | Mapping[str, Array]) -> Any:
        """The network's output for `x`."""
        return self.network.predict(self.params, x)

    def __repr__(self) -> str:
        last = ", ".join(f"{name} {values[-1]:.4g}" for name, values in self.history.items())
        size = f"{tree.count(self.params):,} parameters"
        return f"Fit({size}, {len(self.history['loss'])} epochs: {last})"


Callback = Callable[[Fit], bool | None]
"""Called after each epoch with the run so far; training stops when it returns true. If it has a
method `end`, that gets the run at the end and returns what `fit` will return."""


def loss_and_gradients(
    network: Graph,
    loss: Loss,
    params: Params,
    x: Array | Mapping[str, Array],
    t: Array,
    mode: Mode = EVAL,
) -> tuple[Array, dict[str, Any], Tape]:
    """Forward, loss, backward: the loss $L$, $∂L/∂θ$ as a tree, and the tape of the pass.

    >>> from nnbook import Dense, MeanSquaredError, Sequential
    >>> network = Sequential(Dense(1, 1))
    >>> params = {"dense1": {"W": np.array([[3.0]]), "b": np.array([0.0])}}
    >>> L, grads, _ = loss_and_gradients(
    ...     network, MeanSquaredError(), params, np.array([[2.0]]), np.array([[5.0]]))
    >>> L, grads["dense1"]["W"], grads["dense1"]["b"]
    (np.float64(1.0), array([[4.]]), array([2.]))
    """
    (output,) = network.outputs
    values, tape = network.forward(params, x, mode)
    L, cache = loss.forward({}, values[output], t)
    (y_bar, _), _ = loss.vjp({}, cache, 1.0, Needs(inputs=(True, False), params=False))
    grads, _ = network.backward(params, tape, {output: y_bar})
    return L, grads, tape


def fit(
    network: Graph,
    loss: Loss,
    x: ArrayLike | Mapping[str, ArrayLike],
    t: ArrayLike,
    *,
    optimizer: Optimizer,
    epochs: int,
    seed: int | np.random.Generator,
    batch_size: int = 32,
    params: Params | None = None,
    state: Params | None = None,
    penalty: Penalty | None = None,
    validation: tuple[Any, ArrayLike] | None = None,
    metrics: Sequence[Metric] = (),
    callbacks: Sequence[Callback] = (),
    progress: bool = True,
) -> Fit:
    """Train a network of one output: in each epoch, one optimizer step for every batch.

    `x` is an array, or a dict of arrays if the network has several inputs; examples lie along the
    first axis, and the dtype of `x` is that of the parameters. All random numbers come from `seed`:
    the same seed gives the same result. Training goes on from `params`, and from the `state` of the
    optimizer, if given. The loss and the metrics of an epoch are averages over its examples, taken
    while the parameters change; `validation=(x, t)` is measured at its end. A `penalty` is added to
    the objective; it has a line of its own in the history, so that `loss` and `val_loss` can be
    compared. `callbacks` are called after each epoch. The progress bar goes to stderr.

    Raises ValueError, before any training, for data that do not fit each other, the network or the
    loss, and FloatingPointError when the loss is no longer finite.

    >>> from nnbook import Dense, MeanSquaredError, Sequential, sgd
    >>> x = np.array([[0.0], [1.0], [2.0]])
    >>> line = fit(Sequential(Dense(1, 1)), MeanSquaredError(), x, 3 * x - 1,
    ...            optimizer=sgd(0.1), epochs=300, seed=0, progress=False)
    >>> line.predict(np.array([[10.0]])).round(3)
    array([[29.]])

    Source: chapter *Architectures*.
    """
    if epochs < 1:
        raise ValueError(f"epochs must be at least 1, got {epochs}")
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, got {batch_size}")
    if len(network.outputs) != 1:
        raise ValueError(f"fit needs a network of one output, got {list(network.outputs)}")
    x, t = _checked(network, x, t, "training")
    # Streams of their own, so that another kind of layer does not change the order of the batches.
    init_rng, batch_rng, mode_rng = np.random.default_rng(seed).spawn(3)
    if params is None:
        params = network.init(init_rng, dtype=np.result_type(*x.values()))
    _evaluate(network, loss, params, {k: a[:1] for k, a in x.items()}, t[:1], metrics, "training")
    if validation is not None:
        x_val, t_val = _checked(network, *validation, "validation")
        _evaluate(network, loss, params, x_val, t_val, metrics, "validation")

    if penalty is not None:
        penalty(params)  # which says so if it falls on none
    _rehearse_last_batch(network, params, x, len(t), batch_size)
    mode, state = Mode.train(mode_rng), optimizer.init(params) if state is None else state
    names = ["loss", *(["penalty"] if penalty else []), *map(_name, metrics)]
    history: dict[str, list[float]] = {}
    with _progress(epochs, progress) as bar:
        for epoch in bar:
            sums = dict.fromkeys(names, 0.0)
            for *columns, t_batch in batches(batch_rng, batch_size, *x.values(), t):
                x_batch = dict(zip(x, columns, strict=True))
                L, grads, tape = loss_and_gradients(network, loss, params, x_batch, t_batch, mode)
                if not math.isfinite(L):
                    raise FloatingPointError(
                        f"the loss became {L} in epoch {epoch + 1}: is the learning rate too large?"
                    )
                sums["loss"] += len(t_batch) * float(L)
                if penalty is not None:
                    sums["penalty"] += len(t_batch) * penalty(params)
                    grads = penalty.add_to(grads, params)
                params, state = optimizer.update(params, grads, state)
                params = network.measured(params, tape)
                for metric in metrics:
                    y_batch = tape.values[network.outputs[0]]
                    sums[_name(metric)] += len(t_batch) * metric(y_batch, t_batch)
            row = {name: total / len(t) for name, total in sums.items()}
            if validation is not None:
                after = _evaluate(network, loss, params, x_val, t_val, metrics, "validation")
                row |= {f"val_{name}": value for name, value in after.items()}
            for name, value in row.items():
                history.setdefault(name, []).append(value)
            bar.set_postfix({name: f"{value:.4g}" for name, value in row.items()})
            run = Fit(network, params, {name: [*row] for name, row in history.items()}, state)
            stops = [callback(run) for callback in callbacks]  # all of them, whatever one says
            if any(stops):
                break
    for callback in callbacks:
        run = callback.end(run) if hasattr(callback, "end") else run
    return run


def _checked(network: Graph, x: Any, t: ArrayLike, what: str) -> tuple[dict[str, Array], Array]:
    """Inputs by name, floating and finite, and targets, all with the same number of examples."""
    inputs = {
        name: a if np.issubdtype(a.dtype, np.floating) else a.astype(np.float64)
        for name, a in named(x, network.inputs, f"{what} inputs").items()
    }
    t = np.asarray(t)
    lengths = {name: a.shape[:1] for name, a in inputs.items()} | {"targets": t.shape[:1]}
    if len(set(lengths.values())) != 1 or t.size == 0:
        numbers = ", ".join(f"{name} {n[0] if n else 'none'}" for name, n in lengths.items())
        raise ValueError(f"{what} data need one number of examples, at least 1; got {numbers}")
    for name, a in (*inputs.items(), ("targets", t)):
        if not np.all(np.isfinite(a)):
            raise ValueError(f"{what} data: {name} hold numbers that are not finite")
    return inputs, t


def _evaluate(
    network: Graph,
    loss: Loss,
    params: Params,
    x: Mapping[str, Array],
    t: Array,
    metrics: Sequence[Metric],
    what: str,
) -> dict[str, float]:
    """Loss and metrics in evaluation; also the rehearsal that finds shapes that do not fit."""
    y = network.predict(params, x)
    try:
        L = float(loss(y, t))
    except ValueError as error:
        raise ValueError(f"{what} data: {error}") from error
    return {"loss": L, **{_name(metric): metric(y, t) for metric in metrics}}


def _rehearse_last_batch(
    network: Graph, params: Params, x: Mapping[str, Array], N: int, batch_size: int
) -> None:
    """A smaller last batch in training mode: what normalizes over a batch may refuse it."""

    def forward(size: int) -> None:
        batch = {name: a[:size] for name, a in x.items()}
        network.forward(params, batch, Mode.train(np.random.default_rng(0)))

    if not (size := N % batch_size):
        return
    try:
        forward(size)
    except ValueError as error:
        forward(min(batch_size, N))  # if all batches are refused, their size is not the reason
        raise ValueError(
            f"{N} examples in batches of {batch_size} end with a batch of {size}: {error}"
        ) from error


def _progress(epochs: int, shown: bool) -> Any:
    """The epochs, with a progress bar on stderr."""
    from tqdm import tqdm  # here, for it takes longer to import than the rest of the package

    return tqdm(range(epochs), desc="epochs", disable=not shown)


def _name(metric: Metric) -> str:
    return getattr(metric, "__name__", repr(metric))
