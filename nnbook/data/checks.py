"""What transforms ask of data and of states; each check says what it expected and what came."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook.checks import text
from nnbook.kinds import array
from nnbook.numerics import Array, Axes, floating, own_axes


def column(value: ArrayLike, name: str = "an array") -> Array:
    """Rows of any kind that are only picked: numbers, texts, dates.

    Raises TypeError for rows of different lengths and for arrays with a mask, which would be lost.

    >>> column(["a", "b"]).shape
    (2,)
    """
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name}: expected an array, got a masked one; fill or drop its mask")
    try:
        return np.asarray(value)
    except ValueError as error:
        raise TypeError(f"{name}: expected an array, got rows of different lengths") from error


def classes(value: ArrayLike, name: str) -> Array:
    """Labels of any kind that can be told apart: finite numbers, truth values, texts, dates.

    >>> classes(["cat", "dog"], "labels").tolist()
    ['cat', 'dog']
    """
    labels = column(value, name)
    if labels.dtype.kind not in "biufUSMmOT":
        raise TypeError(f"{name}: expected labels, numbers or texts, got dtype {labels.dtype}")
    for label in labels.flat if labels.dtype.kind in "Of" else ():
        if not isinstance(label, (str, int, float, np.generic)):
            raise TypeError(f"{name}: expected labels, numbers or texts, got {text(label)}")
        if label != label or label in (math.inf, -math.inf):
            raise ValueError(f"{name}: expected labels, got {'NaN' if label != label else label}")
    return labels


def measurable(
    x: ArrayLike, table: bool = False, gaps: bool = False, axis: Axes = ()
) -> Array:
    """Data to measure, in float64 at least: sums over many examples need its digits.

    They have the `axis` over which they are measured. With `table` they have the shape `(N, m)`,
    with `gaps` some may be NaN. Raises ValueError for others, and for data that are empty, not
    finite, or of a range too large for their dtype.

    >>> measurable(np.array([1, 2], np.float32)).dtype
    dtype('float64')
    """
    x = floating(x)
    x = x.astype(np.result_type(x, np.float64), copy=False)
    own_axes(x, axis)
    if table and x.ndim != 2:
        raise ValueError(f"expected a table (N, m), got shape {x.shape}")
    if x.size == 0 or (np.isinf(x) if gaps else ~np.isfinite(x)).any():
        wrong = "infinite" if gaps else "not finite"
        what = f"shape {x.shape}" if x.size == 0 else f"numbers that are {wrong}"
        raise ValueError(
            f"a transform must be measured on finite data, at least one example; got {what}"
        )
    with np.errstate(over="ignore"):
        if not gaps and not np.isfinite(x.max() - x.min()):
            raise ValueError(f"the data range from {x.min()} to {x.max()}, too far for {x.dtype}")
    return x


def measured(state: Mapping[str, Any], *names: str) -> list[Array]:
    """The arrays of a transform's state. Raises ValueError for a state with other names.

    >>> measured({"fill": [1, 2]}, "fill")
    [array([1., 2.])]
    """
    if not isinstance(state, Mapping):
        raise TypeError(f"expected the state that init gave, got {text(state)}")
    if set(state) != set(names):
        listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
        raise ValueError(f"expected a state with {listed}, got {sorted(state)}")
    arrays = [array(f"state {name!r}", state[name], floating) for name in names]
    for name, values in zip(names, arrays, strict=True):
        if not np.isfinite(values).all():
            wrong = values[~np.isfinite(values)].flat[0]
            raise ValueError(f"state {name!r} must be finite, got {wrong}")
    return arrays


def shaped(x: ArrayLike, *sizes: int | None) -> Array:
    """Data of a shape, in which None is any size. Raises ValueError for others.

    >>> shaped([[1, 2]], None, 2)
    array([[1., 2.]])
    """
    x = floating(x)
    fits = x.ndim == len(sizes) and all(
        m is None or m == n for m, n in zip(sizes, x.shape, strict=True)
    )
    if not fits:
        expected = ", ".join("any" if m is None else f"{m}" for m in sizes)
        raise ValueError(
            "the transform expects what it was measured on, data of shape "
            f"({expected}), got {x.shape}"
        )
    return x
