"""Any graph as a layered drawing: rows of vertices, with values forward and cotangents backward.

A vertex stands one row below its lowest parent. What belongs to it is stacked in one cell: its
value above, its box, its cotangent below. An edge runs straight down beside the cells of the rows
that it passes, in a place kept free for it, and slants only between rows: so nothing collides. All
lengths are in inches, of texts as measured.
"""

from __future__ import annotations

import textwrap
from collections.abc import Hashable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch
from matplotlib.path import Path
from matplotlib.text import Text

from nnbook import checks
from nnbook.graph import Graph
from nnbook.kinds import array, made
from nnbook.numerics import real
from nnbook.plots.figure import ink, palette, subplots, tint
from nnbook.table import names

PAD, GAP, LANE, BETWEEN = 0.06, 0.2, 0.16, 0.46
HEAD = 0.08  # a shorter step would have no room for the head of its arrow
MOST, MOST_LETTERS = 4, 26  # of the entries of a row, and of a line
FORWARD, BACKWARD = palette[:2]


class Cell(NamedTuple):
    """What is stacked at a place, from above, and the room that it takes."""

    texts: Sequence[Text]
    width: float
    height: float


def draw(
    graph: Graph,
    shapes: Mapping[str, Any] | Literal[True] | None = None,
    values: Mapping[str, Any] | None = None,
    cotangents: Mapping[str, Any] | None = None,
) -> Figure:
    """A graph from its inputs, above, to its outputs, below: vertices as boxes, edges as arrows.

    `shapes`, a dict from vertex to shape or True for those of `values`, stands in the boxes;
    `values` (`tape.values` of a forward pass) above them in blue, `cotangents` below them in
    vermilion, rounded, long ones cut short. With cotangents every edge has an arrow for each way.

    Raises ValueError for vertices that the graph does not have, for a cotangent whose shape is not
    its value's, and for `shapes=True` without values.

    >>> from nnbook import Dense, Sequential
    >>> network = Sequential(Dense(2, 1))
    >>> params, x = network.init(np.random.default_rng(0)), np.ones((1, 2))
    >>> _, tape = network.forward(params, x)
    >>> _, bars = network.backward(params, tape, np.ones((1, 1)), wrt=["x", "dense1"])
    >>> fig = draw(network, shapes=True, values=tape.values, cotangents=bars)
    """
    if shapes is True:
        if values is None:
            raise ValueError("shapes=True takes the shapes from values; there are none")
        _check(graph, {}, values, {})
        shapes = {name: np.shape(value) for name, value in values.items()}
    given = [{} if each is None else each for each in (shapes, values, cotangents)]
    _check(graph, *given)
    fig, ax = subplots()
    fig.set_layout_engine("none")
    ax.set_position((0, 0, 1, 1))
    cells: dict[Hashable, Cell] = {
        name: _cell(ax, graph, name, *given)
        for name in (*graph.inputs, *graph.vertices)
    }
    rows, ways = _rows(graph)
    for node in (node for row in rows for node in row if node not in cells):
        cells[node] = Cell((), LANE if cotangents is None else 2 * LANE, 0)
    across = _places(rows, ways, cells)
    down = np.cumsum([0.1, *(max(cells[node].height for node in row) + BETWEEN for row in rows)])
    for d, row in enumerate(rows):
        for node in row:
            _put(cells[node], across[node], -down[d])
    _edges(ax, rows, ways, cells, across, down, both=cotangents is not None)
    _finish(ax, cells, across, down[-1] - BETWEEN, values is not None, cotangents is not None)
    return fig


def _check(graph: Graph, shapes: Any, values: Any, cotangents: Any) -> None:
    """Refuse what belongs to no vertex, and cotangents of another shape than their values."""
    made("the graph", graph, Graph, "Sequential(Dense(2, 1))")
    own = (names(name, vertex.op) for name, vertex in graph.vertices.items())
    known = [*graph.inputs, *(value for each in own for value in each)]
    for what, given in (("shapes", shapes), ("values", values), ("cotangents", cotangents)):
        if not isinstance(given, Mapping):
            raise TypeError(f"{what} must be a dict by vertex, got {checks.text(given)}")
        for name, value in given.items():
            if name not in known:
                raise ValueError(f"{what}: no vertex {name!r} among {known}")
            if what != "shapes":
                array(f"{what} of {name!r}", value, real)
    for name in set(values) & set(cotangents):
        if np.shape(values[name]) != np.shape(cotangents[name]):
            raise ValueError(
                f"cotangent of vertex {name!r}: expected shape {np.shape(values[name])}, "
                f"got {np.shape(cotangents[name])}"
            )


def _cell(ax: Axes, graph: Graph, name: str, shapes: Any, values: Any, cotangents: Any) -> Cell:
    """The texts of a vertex, measured, not yet placed."""
    vertex = graph.vertices.get(name)
    label = name if vertex is None else f"{name} = {vertex.op!r}"
    if len(label) > MOST_LETTERS:
        label = label.replace(" = ", " =\n", 1)
        label = "\n".join(textwrap.fill(line, MOST_LETTERS) for line in label.splitlines())
    if name in shapes:
        label += f"\n{shapes[name]}"
    colour = ink if vertex is None else palette[2 if name in graph.outputs else 3]
    box = {"facecolor": tint(colour), "edgecolor": colour}
    box["boxstyle"] = f"round,pad={PAD * 6}"  # of a letter of 12 points, a sixth of an inch
    stack: list[tuple[str, dict[str, Any]]] = [(label, {"color": ink, "bbox": box})]
    if name in values:
        stack.insert(0, (short(values[name]), {"color": FORWARD}))
    if name in cotangents:
        stack.append((short(cotangents[name]), {"color": BACKWARD}))
    style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 12, "zorder": 3}
    style["parse_math"] = False
    texts = [ax.text(0, 0, text, **style, **looks) for text, looks in stack]
    sizes = [_size(text) for text in texts]
    width = max(w for w, _ in sizes)
    if name in cotangents:  # room for both arrows of each edge
        below = [_giver(p) for v in graph.vertices.values() for p in v.parents].count(name)
        width = max(width, 1.5 * LANE * max(below, len(vertex.parents) if vertex else 0))
    return Cell(texts, width, sum(h for _, h in sizes))


def _giver(value: str) -> str:
    """The vertex, or input, that a value comes from: `lstm` for its second output `lstm/c`."""
    return value.partition("/")[0]


def _size(text: Text) -> tuple[float, float]:
    """Width and height of a text and its box, in inches."""
    fig: Any = text.get_figure()
    extent = text.get_window_extent()
    return extent.width / fig.dpi + 2 * PAD, extent.height / fig.dpi + 2 * PAD


def short(array: Any) -> str:
    """Numbers in three digits: one alone, a row, or a matrix in lines; what is long is cut short.

    >>> print(short([[1.0, -2/3]]), short([[7]]), short(range(9)), short(np.zeros((2, 8, 8))))
    [1, −0.667] 7 [0, 1, 2, …, 8] 2 × 8 × 8 numbers
    """
    array = np.asarray(array)
    if array.size == 1:
        return f"{array.item() + 0.0:.3g}".replace("-", "−")
    if array.ndim == 2 and len(array) == 1:
        array = array[0]
    if array.ndim > 2 or array.size == 0:
        return " × ".join(map(str, array.shape)) + " numbers"
    if array.ndim == 2:
        lines = [short(row) if row.size > 1 else f"[{short(row)}]" for row in array]
        return "\n".join(lines if len(lines) <= MOST else [*lines[:2], "⋮", lines[-1]])
    parts = [short(entry) for entry in array]
    return f"[{', '.join(parts if len(parts) <= MOST else [*parts[:3], '…', parts[-1]])}]"


def _rows(graph: Graph) -> tuple[list[list[Hashable]], list[list[Hashable]]]:
    """The rows of the drawing, and each edge as the nodes that it passes, one in every row."""
    depth = dict.fromkeys(graph.inputs, 0)
    for name, vertex in graph.vertices.items():
        depth[name] = 1 + max(depth[_giver(parent)] for parent in vertex.parents)
    rows: list[list[Hashable]] = [[] for _ in range(max(depth.values()) + 1)]
    for name, d in depth.items():
        rows[d].append(name)
    ways: list[list[Hashable]] = []
    for name, vertex in graph.vertices.items():
        for place, parent in enumerate(map(_giver, vertex.parents)):
            lane = [(name, place, d) for d in range(depth[parent] + 1, depth[name])]
            for node in lane:
                rows[node[2]].append(node)
            ways.append([parent, *lane, name])
    return rows, ways


def _places(rows: Any, ways: Any, cells: Mapping[Hashable, Cell]) -> dict[Hashable, float]:
    """Where each node stands across: near its neighbours, in an order with few crossings."""
    above: dict[Hashable, list[Hashable]] = {node: [] for row in rows for node in row}
    below: dict[Hashable, list[Hashable]] = {node: [] for node in above}
    for way in ways:
        for upper, lower in pairwise(way):
            above[lower].append(upper)
            below[upper].append(lower)
    at = {node: float(i) for row in rows for i, node in enumerate(row)}
    for sweep in range(25):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            side = above if sweep % 2 == 0 else below
            if sweep < 8:
                wanted = {n: np.mean([at[m] for m in side[n]] or [at[n]]) for n in row}
                row.sort(key=wanted.get)
            else:  # the order stays; all neighbours count, at last those above: chains are straight
                near = above if sweep == 24 else {n: above[n] + below[n] for n in row}
                wanted = {n: np.mean([at[m] for m in near[n]] or [at[n]]) for n in row}
            widths = [cells[node].width for node in row]
            at |= zip(row, _apart([float(wanted[n]) for n in row], widths), strict=True)
    return at


def _apart(wanted: Sequence[float], widths: Sequence[float]) -> list[float]:
    """The places nearest to those wanted at which things of these widths have a gap between."""
    least = np.cumsum([0, *((a + b) / 2 + GAP for a, b in pairwise(widths))])
    blocks: list[list[float]] = []
    for place in np.subtract(wanted, least):
        blocks.append([place])
        while len(blocks) > 1 and np.mean(blocks[-2]) > np.mean(blocks[-1]):
            last = blocks.pop()
            blocks[-1] += last
    return [float(p) for p in np.concatenate([[np.mean(b)] * len(b) for b in blocks]) + least]


def _put(cell: Cell, x: float, top: float) -> None:
    """Stack the texts of a cell from `top` down."""
    for text in cell.texts:
        height = _size(text)[1]
        text.set_position((x, top - height / 2))
        top -= height


def _edges(
    ax: Axes, rows: Any, ways: Any, cells: Any, across: Any, down: Any, *, both: bool
) -> None:
    """An arrow for each edge, or one forward and one backward side by side."""
    row_of = {node: d for d, row in enumerate(rows) for node in row}
    leave = _ports([(way[0], across[way[1]]) for way in ways], cells, across)
    enter = _ports([(way[-1], across[way[-2]]) for way in ways], cells, across)
    for way, start, end in zip(ways, leave, enter, strict=True):
        xs = [start, *(across[node] for node in way[1:-1]), end]
        points = []
        for node, x in zip(way, xs, strict=True):
            top, foot = -down[row_of[node]], -down[row_of[node] + 1] + BETWEEN
            low = top - cells[node].height
            points += [(x, low), (x, foot)] if node == way[0] else [(x, top), (x, foot)]
        points.pop()  # the arrow ends at the top of its vertex
        line = np.array(points)
        line = line[[True, *(np.abs(np.diff(line, axis=0)).max(axis=1) > HEAD)]]
        shift = np.array([0.06, 0])
        for path, colour in (
            [(line - shift, FORWARD), ((line + shift)[::-1], BACKWARD)] if both else [(line, ink)]
        ):
            ax.add_patch(
                FancyArrowPatch(
                    path=Path(path), arrowstyle="-|>", mutation_scale=11, color=colour,
                    linewidth=1.3, zorder=2, joinstyle="round",
                )
            )  # fmt: skip


def _ports(ends: Sequence[tuple[Hashable, float]], cells: Any, across: Any) -> list[float]:
    """Where edges touch their cell: side by side, in the order in which they come."""
    ports = [0.0] * len(ends)
    for node in dict.fromkeys(node for node, _ in ends):
        mine = sorted((i for i, end in enumerate(ends) if end[0] == node), key=lambda i: ends[i][1])
        step = min(0.32, cells[node].width / len(mine))
        for k, i in enumerate(mine):
            ports[i] = across[node] + step * (k - (len(mine) - 1) / 2)
    return ports


def _finish(ax: Axes, cells: Any, across: Any, depth: float, blue: bool, red: bool) -> None:
    """Say what the colours mean, and make the figure as large as what is drawn."""
    left = min(across[node] - cell.width / 2 for node, cell in cells.items())
    right = max(across[node] + cell.width / 2 for node, cell in cells.items())
    width, middle, depth = max(right - left + 0.2, 3.2), (left + right) / 2, depth + 0.1
    for on, text, colour in (
        (blue, "above: values, forward", FORWARD),
        (red, "below: cotangents, backward", BACKWARD),
    ):
        if on:
            depth += 0.25
            ax.text(middle, -depth + 0.1, text, color=colour, ha="center", fontsize=12)
    ax.set(xlim=(middle - width / 2, middle + width / 2), ylim=(-depth, 0))
    ax.set_axis_off()
    figure: Any = ax.figure
    figure.set_size_inches(width, depth)
