"""How near predicted numbers come to the true ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nnbook.checks import positive
from nnbook.data.metrics.arguments import alike
from nnbook.numerics import Array


def regression_accuracy(
    y: ArrayLike, t: ArrayLike, limit: float = 250.0, deviation: float | None = None
) -> float:
    r"""Share of predictions that are near enough, $\frac1n \sum_i [\,|y_i - t_i| < σ / λ\,]$.

    $σ$ is the standard deviation of the targets `t`, or `deviation` (take that of the training
    targets, where `t` is a batch or a test set), and $λ$ is `limit`: the larger, the stricter. The
    number says little without $λ$, and is NaN for targets that are all the same, which have no $σ$.
    `y` and `t` have one shape. Raises ValueError when they have not, for NaN, and unless `limit`
    and `deviation` are positive and finite. Source: chapter *Measures*.

    >>> regression_accuracy([0.0, 1.4, 2.0, 9.0], [0.0, 1.0, 2.0, 3.0], limit=2)
    0.75
    """
    y, t = _wide(y, t, "regression_accuracy")
    positive("the limit", limit)
    if deviation is None:
        deviation = np.std(t) if t.min() < t.max() else np.nan
    else:
        positive("the deviation", deviation)
    return float(np.mean(np.abs(y - t) < deviation / limit)) if deviation > 0 else np.nan


def r_squared(y: ArrayLike, t: ArrayLike) -> float:
    r"""Share of the targets' variance that predictions explain, the coefficient of determination:

    $$R^2 = 1 - \frac{\sum_i (y_i - t_i)^2}{\sum_i (t_i - \bar t)^2} .$$

    It is 1 for perfect predictions, 0 for those that are always the mean $\bar t$, and below 0 for
    worse ones. `y` and `t` are `(n,)`, or `(n, …)` for several outputs, over which the mean is
    taken; NaN where the targets of an output are all the same. Raises ValueError when the shapes
    differ and for NaN. Source: Draper and Smith, *Applied regression analysis* (1998); chapter
    *Measures*.

    >>> r_squared([1.0, 2.0, 4.0], [1.0, 2.0, 3.0])
    0.5
    """
    y, t = _wide(y, t, "r_squared")
    if y.ndim == 0:
        raise ValueError("r_squared expects predictions of shape (n, …), got one number")
    y, t = y.reshape(len(y), -1), t.reshape(len(t), -1)
    varies = t.min(axis=0) < t.max(axis=0)
    around_mean = np.sum((t - t.mean(axis=0)) ** 2, axis=0)
    unexplained = np.sum((y - t) ** 2, axis=0) / np.where(varies, around_mean, np.nan)
    return float(np.mean(1 - unexplained))


def _wide(y: ArrayLike, t: ArrayLike, what: str) -> tuple[Array, Array]:
    """Both in float64 at least: sums over many examples need its digits."""
    y, t = alike(y, t, what)
    for name, x in (("predictions", y), ("targets", t)):
        if not np.isfinite(x).all():
            raise ValueError(f"{what} expects finite {name}, got {x[~np.isfinite(x)].flat[0]}")
    return y.astype(np.result_type(y, np.float64)), t.astype(np.result_type(t, np.float64))
