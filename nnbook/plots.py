"""The figures that chapters share; the one importer of matplotlib.

A figure of the book is a picture with words for those who cannot see it: `show` asks for them. It
is drawn opaque on near-white, so that it is legible on a dark page, in colours that the colour-
blind can tell apart, with letters that are still readable when a telephone shrinks it to half its
width. In the dark the site turns their lightness round. Figures are made without pyplot, so that
none stays open and no window system is asked for.
"""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from nnbook.data.checks import whole
from nnbook.graph import Graph
from nnbook.numerics import floating

Array = NDArray[Any]

palette = ("#0072B2", "#D55E00", "#009E73", "#E69F00", "#CC79A7", "#56B4E9", "#000000")
"""Okabe and Ito's colours, without the yellow, which is too light for a line."""

markers = ("o", "^", "s", "D", "v", "P", "X")
"""A shape beside each colour: no figure tells classes apart by colour alone."""

paper, ink = "#fdfdfb", "#1a1a1a"

style = {
    "figure.facecolor": paper,
    "savefig.facecolor": paper,
    "axes.facecolor": paper,
    "axes.edgecolor": ink,
    "axes.prop_cycle": cycler(color=palette),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 14,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.8,
    "font.size": 13,
    "legend.frameon": False,
    "lines.linewidth": 2.2,
    "lines.markersize": 6,
    "text.color": ink,
    "figure.constrained_layout.use": True,
}
"""Settings of the book's figures, for `matplotlib.rc_context` or `rcParams.update`."""

CSS_DPI, SCALE = 100, 2  # an inch of a figure is 100 pixels of the page, drawn at twice that


def subplots(
    rows: int = 1, columns: int = 1, *, width: float = 6.4, height: float = 4.0, **options: Any
) -> tuple[Figure, Any]:
    """A figure in the book's style and its axes, as `pyplot.subplots` gives them.

    `width` and `height` are in inches, 100 pixels of the page each. The style stays switched on.

    >>> fig, ax = subplots()
    >>> float(fig.get_figwidth())
    6.4
    """
    mpl.rcParams.update(style)
    fig = Figure(figsize=(width, height))
    return fig, fig.subplots(rows, columns, **options)


class Picture:
    """A finished figure: a PNG at twice the size, with its alternative text."""

    def __init__(self, png: bytes, width: int, alt: str, caption: str | None, photo: bool):
        self.png, self.width, self.alt, self.caption, self.photo = png, width, alt, caption, photo

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict, dict]:
        about = {"alt": self.alt, "width": self.width}
        if self.caption:
            about["caption"] = self.caption
        if self.photo:
            about["classes"] = "dark-light"
        data = {"image/png": base64.b64encode(self.png).decode(), "text/plain": repr(self)}
        return data, {"image/png": about}

    def __repr__(self) -> str:
        return f"<figure: {self.alt}>"


def show(
    fig: Figure, alt: str, caption: str | None = None, *, photo: bool = False
) -> Picture:
    """The figure as what a cell displays; `alt` says in words what is to be seen.

    In the dark theme the site turns the lightness of figures round, but not of a `photo`, whose
    lights and shades mean something.

    The same figure gives the same bytes on every run of the same matplotlib. Raises ValueError for
    an `alt` of fewer than 20 letters: it would be a title, not a description.

    >>> fig, ax = subplots()
    >>> line = ax.plot([1, 2], [3, 1])
    >>> show(fig, "A straight line that falls from 3 to 1.")
    <figure: A straight line that falls from 3 to 1.>
    """
    alt = " ".join(alt.split())
    if len(alt) < 20:
        raise ValueError(f"alt text must describe what is to be seen, in 20 letters; got {alt!r}")
    file = io.BytesIO()
    fig.savefig(file, format="png", dpi=SCALE * CSS_DPI, metadata={"Software": None})
    if "matplotlib.pyplot" in sys.modules:  # made with pyplot: the notebook must not draw it again
        sys.modules["matplotlib.pyplot"].close(fig)
    return Picture(file.getvalue(), round(fig.get_figwidth() * CSS_DPI), alt, caption, photo)


def curves(ax: Axes, history: Any, names: Sequence[str] | None = None) -> None:
    """The series of a history, a dict of lists or what `fit` returned, over epochs from 1.

    Training series are drawn through, `val_` series dashed in the colour of their like. Raises
    ValueError for names that the history does not have.
    """
    history = getattr(history, "history", history)
    names = list(history) if names is None else list(names)
    if unknown := set(names) - set(history):
        raise ValueError(f"no series {sorted(unknown)} in the history; it has {list(history)}")
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
    x, t = floating(x), np.asarray(t).reshape(-1)
    if x.ndim != 2 or x.shape[1] != 2 or len(t) != len(x) or len(x) == 0:
        raise ValueError(f"expected points (N, 2) and labels (N,), got {x.shape} and {t.shape}")
    resolution, low, high = whole(resolution, "the resolution", 2), x.min(axis=0), x.max(axis=0)
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
    ax.contourf(X, Y, regions, levels=levels, colors=[_tint(c) for c in colours])
    if np.ptp(regions) > 0:
        ax.contour(X, Y, regions, levels=levels[1:-1], colors=ink, linewidths=1.2)
    for k, label in enumerate(_labels_of_classes(t, K)):
        ax.scatter(
            *x[t == label].T,
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
    if titles is not None and len(titles) != len(grid):
        raise ValueError(f"expected {len(grid)} titles, got {len(titles)}")
    columns = min(whole(columns, "the number of columns"), len(grid))
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


def network_diagram(
    sizes: Sequence[int], labels: Sequence[str] | None = None, most: int = 8
) -> Figure:
    """A multilayer perceptron: a column of circles for each layer, all joined to the next.

    A layer of more than `most` units is drawn with that many places, the middle one an ellipsis;
    its size stands beneath.

    >>> fig = network_diagram([3, 4, 2], labels=["input", "hidden", "output"])
    """
    sizes, most = [whole(size, "the size of a layer") for size in sizes], whole(most, "most", 3)
    if not sizes or (labels and len(labels) != len(sizes)):
        raise ValueError(f"expected layers and a label for each, got sizes {sizes}, {labels=}")
    fig, ax = subplots(width=max(3.2, 1.6 * len(sizes)), height=0.5 * min(max(sizes), most) + 1.0)
    columns = []
    for i, size in enumerate(sizes):
        shown = min(size, most)
        places = [(i, (shown - 1) / 2 - j) for j in range(shown)]
        if size > most:
            x, y = places.pop(shown // 2)
            ax.text(x, y, "⋮", ha="center", va="center", fontsize=18)
        columns.append(places)
        text = f"{labels[i]}\n{size}" if labels else f"{size}"
        ax.text(i, -(min(max(sizes), most) / 2 + 0.3), text, ha="center", va="top")
    for left, right in pairwise(columns):
        for a in left:
            for b in right:
                ax.plot(*zip(a, b, strict=True), color="#999999", linewidth=0.8, zorder=1)
    for i, places in enumerate(columns):
        colour = palette[min(i, 1) if i < len(columns) - 1 else 2]
        ax.scatter(*zip(*places, strict=True), s=260, color=_tint(colour), edgecolor=colour)
    ax.set_axis_off()
    reach = max(0.6 * (min(max(sizes), most) - 1), 1.5)  # few units need room for what is beneath
    ax.set(xmargin=0.12, ylim=(-reach, reach))
    return fig


def draw_graph(graph: Graph, shapes: Mapping[str, Any] | None = None) -> Figure:
    """A graph from its inputs, above, to its outputs, below: vertices as boxes, edges as arrows.

    `shapes`, a dict from vertex to shape, adds what flows there.

    >>> from nnbook import Dense, Sequential
    >>> fig = draw_graph(Sequential(Dense(2, 1)))
    """
    depth = dict.fromkeys(graph.inputs, 0)
    for name, vertex in graph.vertices.items():
        depth[name] = 1 + max(depth[parent] for parent in vertex.parents)
    rows: dict[int, list[Any]] = {}
    for name, d in depth.items():
        rows.setdefault(d, []).append(name)
    edges = [(p, name) for name, vertex in graph.vertices.items() for p in vertex.parents]
    for edge in edges:  # an edge that passes rows keeps a place free in each of them
        for d in range(depth[edge[0]] + 1, depth[edge[1]]):
            rows[d].append((edge, d))
    place = {n: (i - (len(row) - 1) / 2, -d) for d, row in rows.items() for i, n in enumerate(row)}
    widest = max(len(row) for row in rows.values())
    fig, ax = subplots(width=max(3.6, 2.2 * widest), height=0.95 * len(rows) + 0.3)
    for name in depth:
        vertex = graph.vertices.get(name)
        text = name if vertex is None else f"{name} = {vertex.op!r}"
        if shapes and name in shapes:
            text += f"\n{shapes[name]}"
        colour = palette[0 if vertex is None else 2 if name in graph.outputs else 1]
        box = {"boxstyle": "round,pad=0.4", "facecolor": _tint(colour), "edgecolor": colour}
        ax.text(*place[name], text, ha="center", va="center", fontsize=12, bbox=box, zorder=3)
    for edge in edges:
        bends = [place[edge, d] for d in range(depth[edge[0]] + 1, depth[edge[1]])]
        *way, last = [place[edge[0]], *bends]
        ax.plot(*zip(*way, last, strict=True), color=ink, linewidth=1.2)
        arrow = {"arrowstyle": "-|>", "color": ink, "shrinkA": 0, "shrinkB": 15, "linewidth": 1.2}
        ax.annotate("", place[edge[1]], last, arrowprops=arrow, zorder=1)
    ax.set(xlim=(-widest / 2 - 0.1, widest / 2 + 0.1), ylim=(-len(rows) + 0.4, 0.6))
    ax.set_axis_off()
    return fig


def _labels_of_classes(t: Array, K: int) -> Sequence[Any]:
    """The labels that the classes of a prediction stand for: 0 to K - 1, or those there are."""
    found = np.unique(t).tolist()
    if set(found) <= set(range(K)):
        return range(K)
    if np.any(t != t) or len(found) != K:
        raise ValueError(f"expected labels of {K} classes, got {found}")
    return [int(v) if isinstance(v, float) and v.is_integer() else v for v in found]


def _tint(colour: str) -> tuple[float, ...]:
    """A light shade of a colour, for surfaces."""
    return tuple(0.78 + 0.22 * part for part in to_rgb(colour))
