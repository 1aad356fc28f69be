"""Pictures of numbers: how training went, what a classifier decides, what the images are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from nnbook.checks import finite, positive, text, whole
from nnbook.data.checks import classes
from nnbook.kinds import function, listed, made
from nnbook.numerics import floating
from nnbook.plots.figure import ink, markers, palette, subplots, tint

Array = NDArray[Any]


def curves(ax: Axes, history: Any, names: Sequence[str] | None = None) -> None:
    """The series of a history, a dict of lists or what `fit` returned, over epochs from 1.

    Training series are drawn through, `val_` series dashed in the colour of their like. Raises
    ValueError for names that the history does not have.
    """
    made("ax", ax, Axes, "subplots()[1]")
    history = getattr(history, "history", history)
    if not isinstance(history, Mapping):
        raise TypeError(f"expected a history, a dict of lists, got {text(history)}")
    names = names if names is None else listed("names", names, '["loss"]')
    names = list(history) if names is None else list(names)
    if unknown := [name for name in names if name not in list(history)]:
        raise ValueError(f"no series {unknown} in the history; it has {list(history)}")
    kinds = list(dict.fromkeys(name.removeprefix("val_") for name in names))
    for name in names:
        values = history[name]
        ax.plot(
            np.arange(1, len(values) + 1),
            values,
            label=name.replace("val_", "validation "),
            color=palette[kinds.index(name.removeprefix("val_")) % len(palette)],
            linestyle="--" if name.startswith("val_") else "-",
        )
    ax.set_xlabel("epoch")
    ax.legend()


def decision_boundary(
    ax: Axes,
    predict: Callable[[Array], Array],
    x: ArrayLike,
    t: ArrayLike,
    *,
    threshold: float = 0.5,
    resolution: int = 200,
) -> None:
    """Regions of the plane by predicted class, with points `x` `(N, 2)` and their labels `t`.

    `predict` maps `(M, 2)` to `(M, K)`, of which the largest entry counts, or to `(M,)` or `(M,
    1)`, which is class 1 from `threshold` up (0 for logits). Its classes are the labels 0 to K - 1,
    or, if there are others, all labels in their order: -1 and 1, or names. Raises ValueError for
    points that do not lie in a plane, predictions of another shape or NaN, and labels that are not
    as many as the classes.
    """
    made("ax", ax, Axes, "subplots()[1]")
    function("predict", predict, "run.predict")
    finite("threshold", threshold)
    x, t = floating(x), classes(t, "labels").reshape(-1)
    if x.ndim != 2 or x.shape[1] != 2 or len(t) != len(x) or len(x) == 0:
        raise ValueError(f"expected points (N, 2) and labels (N,), got {x.shape} and {t.shape}")
    resolution, low, high = whole("the resolution", resolution, 2), x.min(axis=0), x.max(axis=0)
    margin = np.where(high > low, 0.08 * (high - low), 1)
    axes = [np.linspace(a, b, resolution) for a, b in zip(low - margin, high + margin, strict=True)]
    X, Y = np.meshgrid(*axes)
    out = floating(predict(np.stack([X.ravel(), Y.ravel()], axis=1).astype(x.dtype)))
    if out.ndim not in (1, 2) or len(out) != X.size or out.size == 0 or np.isnan(out).any():
        raise ValueError(f"expected predictions ({X.size}, K), none NaN, got shape {out.shape}")
    if out.ndim == 1 or out.shape[1] == 1:
        K, regions = 2, (out.reshape(X.shape) >= threshold).astype(int)
    else:
        K, regions = out.shape[1], out.argmax(axis=1).reshape(X.shape)
    colours = [palette[k % len(palette)] for k in range(K)]
    levels = np.arange(K + 1) - 0.5
    ax.contourf(X, Y, regions, levels=levels, colors=[tint(c) for c in colours])
    if np.ptp(regions) > 0:
        ax.contour(X, Y, regions, levels=levels[1:-1], colors=ink, linewidths=1.2)
    for k, label in enumerate(_labels_of_classes(t, K)):
        ax.scatter(
            x[t == label][:, 0],
            x[t == label][:, 1],
            s=26,
            color=colours[k],
            marker=markers[k % len(markers)],
            edgecolor="white",
            linewidth=0.6,
            label=f"class {label}",
            zorder=3,
        )
    ax.grid(False)


def images(
    grid: ArrayLike, columns: int = 8, titles: Sequence[Any] | None = None, size: float = 0.8
) -> Figure:
    """A figure of grey images `(n, height, width)`, ink dark on light, `columns` a row.

    >>> fig = images(np.zeros((10, 8, 8)), columns=5)
    >>> len(fig.axes)
    10
    """
    grid = floating(grid)
    if grid.ndim != 3 or grid.size == 0:
        raise ValueError(f"expected images of shape (n, height, width), got {grid.shape}")
    positive("size", size)
    if titles is not None and not isinstance(titles, Sequence):
        raise TypeError(f"titles must be a list such as ['a', 'b'], got {text(titles)}")
    if titles is not None and len(titles) != len(grid):
        raise ValueError(f"expected {len(grid)} titles, got {len(titles)}")
    columns = min(whole("the number of columns", columns), len(grid))
    rows = -(-len(grid) // columns)
    height = size * rows * (1.4 if titles is not None else 1.0)
    fig, axes = subplots(rows, columns, width=size * columns, height=height, squeeze=False)
    for i, ax in enumerate(axes.flat):
        if i >= len(grid):
            ax.remove()
            continue
        ax.imshow(grid[i], cmap="gray_r", vmin=grid.min(), vmax=grid.max())
        ax.set_axis_off()
        if titles is not None:
            ax.set_title(titles[i])
    return fig


def _labels_of_classes(t: Array, K: int) -> Sequence[Any]:
    """The labels that the classes of a prediction stand for: 0 to K - 1, or those there are."""
    found = np.unique(t).tolist()
    if set(found) <= set(range(K)):
        return range(K)
    if np.any(t != t) or len(found) != K:
        raise ValueError(f"expected labels of {K} classes, got {found}")
    return [int(v) if isinstance(v, float) and v.is_integer() else v for v in found]
