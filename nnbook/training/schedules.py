r"""Learning rates that change: functions from the number $s$ of steps already made to $η_s$.

So $s = 0$ at the first step and $s = t - 1$ at step $t$. Every optimizer takes such a function in
place of a number, and any other function of $s$ does as well. To count epochs instead, give
lengths in steps: an epoch of $n$ examples has $\lceil n / B \rceil$ of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from nnbook.checks import nonnegative, whole
from nnbook.training.elementwise import Schedule, rate_text


def constant(eta: float) -> Schedule:
    r"""$η_s = η$.

    Raises ValueError for $η$ that is negative or not finite, as all schedules do, and TypeError for
    what is no number.

    >>> constant(0.1)(1000)
    0.1
    """
    nonnegative("eta", eta)
    return _named(f"constant({eta})", lambda s: eta)


def inverse_time(eta: float, beta: float) -> Schedule:
    r"""$η_s = η / (1 + β s)$: half after $1/β$ steps, a third after $2/β$.

    The sum of all rates is infinite and that of their squares is not, which is what Robbins and
    Monro ask for. Raises ValueError for $β < 0$. Source: Robbins and Monro, *A stochastic
    approximation method* (1951); chapter *Gradient descent*. PyTorch: `LambdaLR`.

    >>> [inverse_time(0.1, 0.5)(s) for s in (0, 2, 18)]
    [0.1, 0.05, 0.01]
    """
    nonnegative("eta", eta)
    nonnegative("beta", beta)
    return _named(f"inverse_time({eta}, {beta})", lambda s: eta / (1 + beta * s))


def exponential(eta: float, beta: float) -> Schedule:
    r"""$η_s = η e^{-β s}$: the same part of the rate is lost with every step.

    Raises ValueError for $β < 0$. Source: chapter *Gradient descent*. PyTorch's `ExponentialLR`
    has the factor $γ = e^{-β}$.

    >>> round(exponential(0.1, 0.01)(100), 4)
    0.0368
    """
    nonnegative("eta", eta)
    nonnegative("beta", beta)
    return _named(f"exponential({eta}, {beta})", lambda s: eta * math.exp(-beta * s))


def step(eta: float, factor: float, every: int) -> Schedule:
    r"""$η_s = η f^{\lfloor s / k \rfloor}$: times $f$ = `factor` after every $k$ = `every` steps.

    Raises ValueError for $f < 0$ or a $k$ that is no whole number from 1. Source: chapter
    *Gradient descent*. PyTorch: `StepLR`.

    >>> [round(step(1.0, 0.1, every=10)(s), 3) for s in (0, 9, 10, 20)]
    [1.0, 1.0, 0.1, 0.01]
    """
    nonnegative("eta", eta)
    nonnegative("factor", factor)
    whole("every", every)
    return _named(f"step({eta}, {factor}, every={every})", lambda s: eta * factor ** (s // every))


def cosine(eta: float, steps: int, floor: float = 0.0) -> Schedule:
    r"""Half a cosine from $η$ down to $η_{\min}$ = `floor` in $T$ = `steps` steps; then $η_{\min}$.

    $$η_s = η_{\min} + (η - η_{\min}) \frac{1 + \cos(π \min(s, T) / T)}{2}$$

    Raises ValueError for a $T$ that is no whole number from 1, and for $η_{\min} > η$, with which
    the rate would rise. Source: Loshchilov and Hutter, *SGDR* (2017), equation 5, without
    restarts; chapter *Gradient descent*. PyTorch's `CosineAnnealingLR` rises again after $T$ steps.

    >>> [round(cosine(0.1, 100)(s), 3) for s in (0, 25, 50, 100, 150)]
    [0.1, 0.085, 0.05, 0.0, 0.0]
    """
    whole("steps", steps)
    if nonnegative("floor", floor) > nonnegative("eta", eta):
        raise ValueError(f"the rate must fall from eta to floor, got eta {eta} below floor {floor}")

    def rate(s: int) -> float:
        return floor + (eta - floor) * (1 + math.cos(math.pi * min(s, steps) / steps)) / 2

    return _named(f"cosine({eta}, steps={steps}, floor={floor})", rate)


def warm_up(steps: int, then: float | Schedule) -> Schedule:
    r"""The first $w$ = `steps` rates grow evenly up to the first rate of `then`, which follows.

    $$η_s = \frac{s + 1}{w} η^{\text{then}}_0 \quad (s < w), \qquad
      η_s = η^{\text{then}}_{s - w} \quad (s ≥ w)$$

    No rate is 0, so no step is lost. Raises ValueError for a $w$ that is no whole number from 1.
    Source: Goyal et al., *Accurate, large minibatch SGD* (2017); chapter *Gradient descent*.
    PyTorch: `LinearLR` followed, in `SequentialLR`, by the other.

    >>> [round(warm_up(4, 0.2)(s), 3) for s in range(6)]
    [0.05, 0.1, 0.15, 0.2, 0.2, 0.2]
    >>> [round(warm_up(2, cosine(0.1, 4))(s), 3) for s in range(7)]
    [0.05, 0.1, 0.1, 0.085, 0.05, 0.015, 0.0]
    """
    whole("steps", steps)
    is_schedule = callable(then) and not isinstance(then, type)
    after: Schedule = then if is_schedule else constant(then)  # type: ignore[assignment, arg-type]

    def rate(s: int) -> float:
        return after(s - steps) if s >= steps else after(0) * (s + 1) / steps

    return _named(f"warm_up({steps}, {rate_text(then)})", rate)


def _named(name: str, rate: Callable[[int], float]) -> Schedule:
    """The function under the name by which it was made, which the optimizer's name shows."""

    def checked(s: int) -> float:
        nonnegative("the number of steps", s)
        return rate(s)

    checked.__name__ = checked.__qualname__ = name
    return checked
