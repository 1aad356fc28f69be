"""What `fit` makes sure of before the first step, so that no run fails, or lies, after an hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import tree
from nnbook.checks import nonnegative, number, text, whole
from nnbook.graph import Graph
from nnbook.kinds import array, made
from nnbook.kinds import path as as_path
from nnbook.numerics import floating, real
from nnbook.op import Array, Mode, Params
from nnbook.ops.losses import Loss
from nnbook.table import named
from nnbook.training.elementwise import check_optimizer
from nnbook.training.penalties import Penalty

Metric = Callable[[Array, Array], Any]
PIECE = 4096
"""Targets that are checked at a time."""


@dataclass(frozen=True)
class Objective:
    """What is measured at the outputs of a network: losses, their weights, and metrics by line."""

    losses: Mapping[str, Loss]
    weights: Mapping[str, float]
    metrics: Mapping[str, tuple[str, Metric]]

    def loss(self, y: Mapping[str, Array], t: Mapping[str, Array]) -> float:
        """The weighted sum of the losses of all outputs."""
        return sum(
            self.weights[name] * float(loss(y[name], t[name])) for name, loss in self.losses.items()
        )

    def scores(self, y: Mapping[str, Array], t: Mapping[str, Array]) -> dict[str, float]:
        """The metrics, by the name of their line."""
        return {line: self._score(line, y, t) for line in self.metrics}

    def _score(self, line: str, y: Mapping[str, Array], t: Mapping[str, Array]) -> float:
        output, metric = self.metrics[line]
        value = metric(y[output], t[output])
        value = float(value) if isinstance(value, (bool, np.bool_)) else value
        return number(f"the metric {line!r}", value)


def objective(
    network: Graph,
    loss: Loss | Mapping[str, Loss],
    loss_weights: Mapping[str, float] | None,
    metrics: Sequence[Metric] | Mapping[str, Sequence[Metric]],
) -> Objective:
    """Losses and metrics by output, checked, each metric with a line of its own in the history.

    With several outputs the lines are `output/metric`, and each loss has one too, `output/loss`.
    """
    made("the network", network, Graph, "Sequential(Dense(2, 1))")
    outputs = network.outputs
    losses = by_output(loss, outputs, "loss")
    for each in losses.values():
        made("the loss", each, Loss, "MeanSquaredError()")
    weights = dict.fromkeys(outputs, 1.0) if loss_weights is None else loss_weights
    weights = {
        name: nonnegative(f"the weight of the loss of {name!r}", weight)
        for name, weight in by_output(weights, outputs, "loss_weights").items()
    }
    if not isinstance(metrics, Mapping):
        none = isinstance(metrics, (list, tuple)) and not metrics
        metrics = {} if none else by_output(metrics, outputs, "metrics")
    if unknown := metrics.keys() - set(outputs):
        raise ValueError(f"metrics: no outputs {sorted(unknown)}, there are {list(outputs)}")
    return Objective(losses, weights, _lines(losses, metrics))


def _lines(
    losses: Mapping[str, Loss], metrics: Mapping[str, Sequence[Metric]]
) -> dict[str, tuple[str, Metric]]:
    """The lines of the history beside loss and penalty: of which output, and what it measures."""
    lines: list[tuple[str, str, Metric]] = []
    for output, loss in losses.items():
        prefix = f"{output}/" if len(losses) > 1 else ""
        if prefix:
            lines.append((f"{prefix}loss", output, loss))
        for metric in _functions("metrics", metrics.get(output, ())):
            name = getattr(metric, "__name__", repr(metric))
            if name in ("loss", "penalty") or name.startswith("val_"):
                raise ValueError(f"a metric cannot be called {name!r}: fit has a line of that name")
            lines.append((f"{prefix}{name}", output, metric))
    counts = Counter(name for line, *_ in lines for name in (line, f"val_{line}"))
    if twice := [name for name, count in counts.items() if count > 1]:
        raise ValueError(f"metrics need names of their own, two lines would be {twice[0]!r}")
    return {line: (output, metric) for line, output, metric in lines}


def by_output(given: Any, outputs: tuple[str, ...], what: str) -> dict[str, Any]:
    """What is given for each output, by name; if there is one output, for that.

    >>> by_output(1.0, ("y",), "loss"), by_output({"a": 1, "b": 2}, ("a", "b"), "loss")
    ({'y': 1.0}, {'a': 1, 'b': 2})
    """
    if not isinstance(given, Mapping):
        if len(outputs) != 1:
            raise ValueError(f"{what}: expected a dict by output, {list(outputs)}, got {given!r}")
        return {outputs[0]: given}
    if set(given) != set(outputs):
        raise ValueError(f"{what}: expected one for each of {sorted(outputs)}, got {sorted(given)}")
    return {name: given[name] for name in outputs}


def generator(seed: int | np.random.Generator) -> np.random.Generator:
    """The generator that a seed stands for, or the generator itself.

    Raises TypeError or ValueError for anything else, None among them: a run without a seed could
    not be repeated.
    """
    if isinstance(seed, np.random.Generator):
        return seed
    return np.random.default_rng(whole("seed", seed, least=0))


def check_settings(optimizer: Any, penalty: Any, callbacks: Any) -> None:
    """That each setting of `fit` is a thing of its kind, and not what makes one."""
    check_optimizer(optimizer)
    if penalty is not None:
        made("the penalty", penalty, Penalty, "l2(0.01)")
    _functions("callbacks", callbacks)


def checked_data(
    network: Graph, x: Any, t: Any, what: str
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Inputs and targets by name, finite numbers, all with the same number of examples.

    Inputs become floating, but for those that the network reads as labels; so targets do, for
    integers may be labels.
    """
    inputs = named(_each(real, x, f"{what} inputs"), network.inputs, f"{what} inputs")
    inputs = {name: a if name in network.labels else floating(a) for name, a in inputs.items()}
    targets = by_output(_each(real, t, f"{what} targets"), network.outputs, f"{what} targets")
    several = len(targets) > 1
    columns = {
        **inputs,
        **{f"targets of {name}" if several else "targets": a for name, a in targets.items()},
    }
    lengths = {name: a.shape[:1] for name, a in columns.items()}
    single = () in lengths.values()
    if single or len(set(lengths.values())) != 1 or any(a.size == 0 for a in targets.values()):
        numbers = ", ".join(f"{name} {n[0] if n else 'none'}" for name, n in lengths.items())
        raise ValueError(f"{what} data need one number of examples, at least 1; got {numbers}")
    for name, a in columns.items():
        if not np.all(np.isfinite(a)):
            raise ValueError(f"{what} data: {name} hold numbers that are not finite")
    return dict(inputs), targets


def checked_validation(
    network: Graph, validation: Any
) -> tuple[dict[str, Array], dict[str, Array]]:
    """The pair `(x, t)`, checked as the training data are."""
    if not isinstance(validation, (list, tuple)) or len(validation) != 2:
        raise TypeError(f"validation must be a pair (x, t), got {text(validation)}")
    x, t = validation
    return checked_data(network, x, t, "validation")


def floating_dtype(x: Mapping[str, Array]) -> np.dtype:
    """The dtype of parameters for these inputs: that of the floating ones, or float64.

    >>> floating_dtype({"x": np.ones(2, np.float32), "labels": np.ones(2, int)})
    dtype('float32')
    """
    kinds = [a.dtype for a in x.values() if a.dtype.kind == "f"]
    return np.result_type(*kinds or [np.dtype(np.float64)])


def spread(N: int, size: int) -> Array:
    """Numbers of at most `size` examples of `N`, from the first to the last: a batch as any other.

    >>> spread(7, 3), spread(2, 32)
    (array([0, 3, 6]), array([0, 1]))
    """
    return np.linspace(0, N - 1, min(size, N)).round().astype(np.intp)


def check_examples(y: Mapping[str, Array], n: int) -> None:
    """That the outputs for `n` examples have them on their first axis."""
    for name, values in y.items():
        if values.shape[:1] != (n,):
            raise ValueError(
                f"output {name!r} must have the examples on its first axis, "
                f"got shape {values.shape} for {n}"
            )


def check_finite(params: Params, what: str) -> None:
    """That no parameter, or nothing that a state remembers, is infinite or no number."""
    for path, leaf in tree.items(params):
        numbers = array(f"{what} {path!r}", leaf, real) if isinstance(leaf, np.ndarray) else 0.0
        if not np.all(np.isfinite(numbers)):
            raise ValueError(f"{what} {path!r} holds numbers that are not finite")


def kept(preprocessing: Any) -> Params:
    """The tree of what was done to the inputs, which a checkpoint can hold."""
    if not isinstance(preprocessing, Mapping):
        raise TypeError(
            f"preprocessing must be a dict, as of standardize().init(x), got {text(preprocessing)}"
        )
    check_finite(preprocessing, "preprocessing")
    for path, leaf in tree.items(preprocessing):
        if not isinstance(leaf, (np.ndarray, np.generic, bool, int, float, str, type(None))):
            raise TypeError(f"preprocessing {path!r}: expected numbers, got {text(leaf)}")
    return tree.map(lambda leaf: leaf, preprocessing)


def check_new(checkpoint: Any) -> None:
    """That a checkpoint can be written, and takes the place of no other."""
    path = as_path("checkpoint", checkpoint)
    if path.exists():
        raise FileExistsError(
            f"{path} is there already: resume(path, …) goes on with it; delete it to begin anew"
        )
    if not path.parent.is_dir():
        raise FileNotFoundError(f"the checkpoint {path}: there is no folder {path.parent}")


def check_targets(
    told: Objective, y: Mapping[str, Array], t: Mapping[str, Array], what: str
) -> None:
    """That the losses take all targets, with the first of the predictions `y` for each.

    What a loss takes depends on the shape of a prediction, not on its values; so no pass of the
    network is needed but one.
    """
    for name, loss in told.losses.items():
        for piece in np.array_split(t[name], -(-len(t[name]) // PIECE)):  # none is much smaller
            many = np.broadcast_to(y[name][:1], (len(piece), *y[name].shape[1:]))
            try:
                number(f"the loss {loss!r}", loss(many, piece))
            except (ValueError, TypeError) as error:
                raise type(error)(f"{what} data: {error}") from error


def rehearse_last_batch(
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


def _each(check: Callable[[ArrayLike], Array], given: Any, what: str) -> Any:
    """`check` of an array, or of each in a dict."""
    if isinstance(given, Mapping):
        return {name: _each(check, a, f"{what} {name!r}") for name, a in given.items()}
    return array(what, given, check)


def _functions(what: str, given: Any) -> Sequence[Callable[..., Any]]:
    """A list of functions, or of objects that can be called."""
    if not isinstance(given, (list, tuple)):
        raise TypeError(f"{what} must be a list, such as [{text(given)}], got {text(given)}")
    for each in given:
        if not callable(each) or isinstance(each, type):
            raise TypeError(f"{what} must be functions, got {text(each)}")
    return given
