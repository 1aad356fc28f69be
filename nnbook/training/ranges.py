"""The learning-rate range test: one short run whose rate rises until the loss climbs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook.checks import positive, share, whole
from nnbook.data import batches
from nnbook.graph import Graph
from nnbook.kinds import function
from nnbook.op import Array, Mode, Params
from nnbook.ops.losses import Loss
from nnbook.training import rehearsal
from nnbook.training.elementwise import Optimizer, Schedule, check_optimizer
from nnbook.training.loop import loss_and_gradients
from nnbook.training.optimizers import sgd


@dataclass(frozen=True)
class RateRange:
    """What `learning_rate_range` found: rates, the loss of the batch met at each, smoothed losses.

    `stopped` says whether the loss climbed (or left the finite numbers) before the last rate. The
    smoothed losses lag by about 1 / (1 - memory) steps.
    """

    rates: Array
    losses: Array
    smooth: Array
    stopped: bool
    memory: float

    @property
    def lowest(self) -> float:
        """The rate at which the smoothed loss is lowest: about where descent ends."""
        return float(self.rates[np.argmin(self.smooth)])

    @property
    def steepest(self) -> float:
        """The rate, up to `lowest`, at which the smoothed loss falls fastest from step to step."""
        width = math.ceil(1 / (1 - self.memory))
        last = int(np.argmin(self.smooth))
        first = min(width, last)  # before that the average is one of few losses
        places = np.arange(first, last + 1)
        before, after = np.maximum(places - width, first), np.minimum(places + width, last)
        falls = (self.smooth[before] - self.smooth[after]) / np.maximum(after - before, 1)
        return float(self.rates[places[np.argmax(falls)]])

    @property
    def suggestion(self) -> float:
        """The rate to begin with: `steepest`."""
        return self.steepest

    def __repr__(self) -> str:
        return (
            f"RateRange({len(self.rates)} rates from {self.rates[0]:.2g} to {self.rates[-1]:.2g}: "
            f"steepest fall at {self.steepest:.2g}, lowest at {self.lowest:.2g})"
        )


def learning_rate_range(
    network: Graph,
    loss: Loss | Mapping[str, Loss],
    params: Params,
    x: ArrayLike | Mapping[str, ArrayLike],
    t: ArrayLike | Mapping[str, ArrayLike],
    *,
    seed: int | np.random.Generator,
    optimizer: Callable[[Schedule], Optimizer] = sgd,
    low: float = 1e-5,
    high: float = 10.0,
    steps: int = 100,
    batch_size: int = 32,
    memory: float = 0.9,
    factor: float = 4.0,
) -> RateRange:
    r"""Trains a copy for `steps` steps with rates that rise geometrically from `low` to `high`.

    $$η_s = η_{\text{low}} \left(\frac{η_{\text{high}}}{η_{\text{low}}}\right)^{s / (S - 1)},
      \qquad m ← β m + (1 - β) L, \qquad \bar L_s = \frac{m}{1 - β^{s + 1}}$$

    The smoothed loss $\bar L$, with $β$ = `memory`, first stays, then falls, then climbs. The test
    stops when $\bar L$ exceeds `factor` times its lowest value, or when a loss is not finite, which
    is left out. It suggests the rate at which $\bar L$ falls fastest before its lowest value, by
    differences over $1/(1 - β)$ steps to both sides; as many steps at the beginning are left out.
    `optimizer` makes the optimizer from the schedule, as `nn.adam` does. Batches come from `seed`,
    epoch after epoch as in `fit`; `params` stay as they are.

    Raises ValueError for bounds that are not positive or do not rise, less than 2 steps, `memory`
    outside $[0, 1)$, a `factor` not above 1; FloatingPointError when the loss is not finite at one
    of the first two rates; and what `fit` raises for data. Source: Smith, *Cyclical learning rates
    for training neural networks* (2017), section 3.3, where the rate rises linearly; chapter
    *Gradient descent*. PyTorch has none; fastai's `lr_find` rises geometrically too.

    >>> from nnbook import Dense, MeanSquaredError, Sequential
    >>> x = np.linspace(-1, 1, 64)[:, None]
    >>> line = Sequential(Dense(1, 1))
    >>> params = {"dense1": {"W": np.array([[0.0]]), "b": np.array([0.0])}}
    >>> learning_rate_range(line, MeanSquaredError(), params, x, 3 * x - 1, seed=0)
    RateRange(92 rates from 1e-05 to 3.3: steepest fall at 0.13, lowest at 2.2)
    """
    low, high = positive("low", low), positive("high", high)
    if not low < high:
        raise ValueError(f"the rate must rise from low to high, got low {low} and high {high}")
    whole("steps", steps, least=2)
    whole("batch_size", batch_size)
    beta = share("memory", memory)
    if not positive("factor", factor) > 1:
        raise ValueError(f"factor must be above 1, got {factor}")
    told = rehearsal.objective(network, loss, None, ())
    inputs, targets = rehearsal.checked_data(network, x, t, "training")
    rehearsal.check_finite(params, "parameter")
    batch_rng, mode_rng = rehearsal.generator(seed).spawn(2)

    def rate(s: int) -> float:
        return low * (high / low) ** (s / (steps - 1))

    function("optimizer", optimizer, "sgd")
    rule = optimizer(rate)
    check_optimizer(rule)
    state, mode = rule.init(params), Mode.train(mode_rng)
    losses: list[float] = []
    smooth: list[float] = []
    average = 0.0
    queue: Iterator[Any] = iter(())
    for s in range(steps):
        if (columns := next(queue, None)) is None:
            queue = batches(batch_rng, batch_size, *inputs.values(), *targets.values())
            columns = next(queue)
        x_batch = dict(zip(inputs, columns[: len(inputs)], strict=True))
        t_batch = dict(zip(targets, columns[len(inputs) :], strict=True))
        with np.errstate(all="ignore"):  # where the rate is too large, numbers overflow: it ends
            L, grads, tape = loss_and_gradients(
                network, told.losses, params, x_batch, t_batch, mode, told.weights
            )
            if not math.isfinite(L):
                break
            average = beta * average + (1 - beta) * float(L)
            losses.append(float(L))
            smooth.append(average / (1 - beta ** (s + 1)))
            if smooth[-1] > factor * min(smooth):
                break
            params, state = rule.update(params, grads, state)
            params = network.measured(params, tape)
    if len(losses) < 2:
        raise FloatingPointError(f"the loss is not finite at the rate {rate(1):.2g}: lower `low`")
    rates = np.array([rate(s) for s in range(len(losses))])
    return RateRange(rates, np.array(losses), np.array(smooth), len(losses) < steps, beta)
