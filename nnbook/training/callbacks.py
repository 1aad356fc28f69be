"""Early stopping: what watches a run, and ends it when it no longer gets better.

A callback of `fit` is any function of the run so far; it ends the training by returning true. One
that is an object can also have a method `begin`, which gets the names of the history's lines before
training, and a method `end`, which gets the run at the end and returns the one that `fit` is to
return.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nnbook.checks import flag, nonnegative, text, whole, word
from nnbook.kinds import listed, made
from nnbook.op import Params
from nnbook.training.loop import Fit


@dataclass
class EarlyStopping:
    """Stop when `monitor` has not become better for `patience` epochs, and go back to the best.

    `monitor` is a line of the history. Of losses and penalties the smaller is the better; for any
    other line `maximize` has to say whether the larger is. An epoch is better if it goes past the
    best so far by more than `least_change`. At the end, however it came, the parameters and the
    optimizer's state are those of the best epoch, `best_epoch` (from 1); the history is that of all
    epochs. A new run starts it anew.

    Raises ValueError for a patience that is no whole number from 1, a negative `least_change`, a
    metric without `maximize`, and before training for a monitor that the history will not have.
    Source: Prechelt, *Early stopping, but when?* (1998); chapter *Regularization*.

    >>> import numpy as np
    >>> from nnbook import Dense, MeanSquaredError, Sequential, fit, sgd
    >>> x, stopping = np.array([[0.0], [1.0]]), EarlyStopping(patience=2)
    >>> run = fit(Sequential(Dense(1, 1)), MeanSquaredError(), x, x, validation=(x, -x), epochs=100,
    ...           params={"dense1": {"W": np.zeros((1, 1)), "b": np.zeros(1)}},
    ...           optimizer=sgd(0.1), seed=0, callbacks=[stopping], progress=False)
    >>> stopping.best_epoch, len(run.history["loss"])
    (1, 3)
    """

    patience: int = 10
    monitor: str = "val_loss"
    maximize: bool | None = None
    least_change: float = 0.0
    best_epoch: int = field(default=0, init=False)
    best: Any = field(default=None, init=False, repr=False)  # a Fit, after an epoch

    def __post_init__(self) -> None:
        whole("patience", self.patience)
        nonnegative("least_change", self.least_change)
        word("monitor", self.monitor)
        if self.maximize is not None:
            flag("maximize", self.maximize)
        else:
            line = self.monitor.removeprefix("val_").rsplit("/", 1)[-1]
            if line not in ("loss", "penalty"):
                raise ValueError(
                    f"EarlyStopping: is a larger {self.monitor!r} better? "
                    "Say maximize=True or maximize=False"
                )
            self.maximize = False

    def begin(self, lines: Collection[str]) -> None:
        """Make sure that the history will have the monitor among its lines."""
        if self.monitor not in listed("lines", lines, '["loss", "val_loss"]'):
            raise ValueError(
                f"EarlyStopping: no {self.monitor!r} in the history, got {list(lines)}"
                + ("; give fit validation data" if self.monitor.startswith("val_") else "")
            )

    def __call__(self, run: Fit) -> bool:
        """Look at the run after an epoch; true when it should stop."""
        made("the run", run, Fit, "what fit gives")
        series = run.history[self.monitor]
        epoch, value = len(series), series[-1]
        if epoch == 1 or self._gain(value, series[self.best_epoch - 1]) > self.least_change:
            self.best_epoch, self.best = epoch, run
        return epoch - self.best_epoch >= self.patience

    def end(self, run: Fit) -> Fit:
        """The run with the parameters and the state of the best epoch."""
        made("the run", run, Fit, "what fit gives")
        self._check_best()
        return replace(run, params=self.best.params, state=self.best.state)

    def remember(self) -> Params:
        """What a checkpoint has to hold."""
        self._check_best()
        best = {"params": self.best.params, "state": self.best.state}
        return {"best_epoch": self.best_epoch, "best": best}

    def recall(self, held: Params, run: Fit) -> None:
        """Take back what a checkpoint held, of the run so far."""
        made("the run", run, Fit, "what fit gives")
        if not isinstance(held, Mapping) or held.keys() != {"best_epoch", "best"}:
            raise ValueError(f"expected what remember() gave, got {text(held)}")
        self.best_epoch = int(held["best_epoch"])
        history = {name: row[: self.best_epoch] for name, row in run.history.items()}
        self.best = replace(run, history=history, **held["best"])

    def _check_best(self) -> None:
        if self.best is None:
            raise ValueError("EarlyStopping has no best epoch before it has seen one")

    def _gain(self, value: float, best: float) -> float:
        if best != best:  # no number: anything is better
            return float("inf") if value == value else 0.0
        return value - best if self.maximize else best - value
