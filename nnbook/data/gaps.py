"""Missing values: filled in by what is known of the feature, with a note that they were missing."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nnbook.checks import flag, option
from nnbook.data.checks import measurable, measured, shaped
from nnbook.data.preprocessing import State, Transform
from nnbook.op import Array


def impute(method: str = "mean", indicator: bool = False) -> Transform:
    """Fills the gaps of data `(N, m)`: each NaN becomes the mean of its feature, or the median.

    Mean or median is that of the values of the training data that are known. With `indicator`, a
    column of zeros and ones for each feature is added, `(N, 2 m)`: 1 where the value was missing. A
    network can then learn what it means that a value is missing; `invert` puts the gaps back.
    Raises ValueError for another method, for data that are not a table, empty or infinite, for a
    feature without a single known value, and for data of other features than those that were
    measured. Source: Rubin, *Inference and missing data* (1976), on when this is harmless; chapter
    *Splits, gaps and wrong labels*.

    >>> transform = impute(indicator=True)
    >>> state = transform.init([[1.0, 5.0], [3.0, np.nan]])
    >>> transform.apply(state, [[np.nan, 6.0]])
    array([[2., 6., 1., 0.]])
    """
    option("method", method, "mean", "median")
    indicator = flag("indicator", indicator)

    def init(x: ArrayLike) -> State:
        x = measurable(x, table=True, gaps=True)
        if (empty := np.flatnonzero(np.isnan(x).all(axis=0))).size:
            raise ValueError(f"no value is known of feature {empty[0]}, counted from 0")
        unit = np.nanmax(np.abs(x), axis=0)
        unit = np.where(unit == 0, 1, unit)  # so that sums are in range
        middle = np.nanmean if method == "mean" else np.nanmedian
        return {"fill": unit * middle(x / unit, axis=0)}

    def known(state: State, x: ArrayLike, factor: int) -> tuple[Array, Array]:
        (fill,) = measured(state, "fill")
        return shaped(x, None, factor * len(fill)), fill

    def apply(state: State, x: ArrayLike) -> Array:
        x, fill = known(state, x, 1)
        missing = np.isnan(x)
        filled = np.where(missing, fill, x).astype(x.dtype)
        return np.concatenate([filled, missing.astype(x.dtype)], axis=1) if indicator else filled

    def invert(state: State, x: ArrayLike) -> Array:
        x, fill = known(state, x, 2 if indicator else 1)
        if not indicator:
            return x.copy()
        values, missing = x[:, : len(fill)], x[:, len(fill) :]
        return np.where(missing == 1, np.nan, values).astype(x.dtype)

    return Transform(f"impute({method!r}, indicator={indicator})", init, apply, invert)
