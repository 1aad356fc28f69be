"""Early stopping: what watches a run, and ends it when it no longer gets better.

A callback of `fit` is any function of the run so far; it ends the training by returning true. One
that is a class can also have a method `end`, which gets the run at the end and returns the one that
`fit` is to return.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from nnbook.training.loop import Fit


@dataclass
class EarlyStopping:
    """Stop when `monitor` has not become better for `patience` epochs, and go back to the best.

    `monitor` is a line of the history, smaller being better, or with `maximize` larger. An epoch is
    better if it goes past the best so far by more than `least_change`. At the end, however it came,
    the parameters and the optimizer's state are those of the best epoch, `best_epoch` (from 1); the
    history is that of all epochs. A new run starts it anew.

    Raises ValueError for a patience below 1, a negative `least_change`, and after the first epoch
    for a monitor that the history does not have. Source: Prechelt, *Early stopping, but when?*
    (1998); chapter *Regularization*.

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
    maximize: bool = False
    least_change: float = 0.0
    best_epoch: int = field(default=0, init=False)
    best: Fit | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.patience < 1:
            raise ValueError(f"patience must be at least 1 epoch, got {self.patience}")
        if not self.least_change >= 0:
            raise ValueError(f"least_change must not be negative, got {self.least_change}")

    def __call__(self, run: Fit) -> bool:
        """Look at the run after an epoch; true when it should stop."""
        if self.monitor not in run.history:
            raise ValueError(
                f"EarlyStopping: no {self.monitor!r} in the history, which has {list(run.history)}"
                + ("; give fit validation data" if self.monitor.startswith("val_") else "")
            )
        series = run.history[self.monitor]
        epoch, value = len(series), series[-1]
        if epoch == 1 or self._gain(value, series[self.best_epoch - 1]) > self.least_change:
            self.best_epoch, self.best = epoch, run
        return epoch - self.best_epoch >= self.patience

    def end(self, run: Fit) -> Fit:
        """The run with the parameters and the state of the best epoch."""
        return replace(run, params=self.best.params, state=self.best.state)

    def _gain(self, value: float, best: float) -> float:
        if best != best:  # no number: anything is better
            return float("inf") if value == value else 0.0
        return value - best if self.maximize else best - value
