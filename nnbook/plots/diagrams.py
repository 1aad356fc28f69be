"""A multilayer perceptron as its units and their connections."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from matplotlib.figure import Figure

from nnbook.checks import whole, word
from nnbook.kinds import listed
from nnbook.plots.figure import palette, subplots, tint


def network_diagram(
    sizes: Sequence[int], labels: Sequence[str] | None = None, most: int = 8
) -> Figure:
    """A multilayer perceptron: a column of circles for each layer, all joined to the next.

    A layer of more than `most` units is drawn with that many places, the middle one an ellipsis;
    its size stands beneath.

    >>> fig = network_diagram([3, 4, 2], labels=["input", "hidden", "output"])
    """
    sizes = [whole("the size of a layer", size) for size in listed("sizes", sizes, "[3, 2]")]
    whole("most", most, 3)
    if labels is not None:
        labels = [word("a label", label) for label in listed("labels", labels, '["in", "out"]')]
    if not sizes or (labels is not None and len(labels) != len(sizes)):
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
        ax.scatter(*zip(*places, strict=True), s=260, color=tint(colour), edgecolor=colour)
    ax.set_axis_off()
    reach = max(0.6 * (min(max(sizes), most) - 1), 1.5)  # few units need room for what is beneath
    ax.set(xmargin=0.12, ylim=(-reach, reach))
    return fig
