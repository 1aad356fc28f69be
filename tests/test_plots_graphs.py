"""Drawings of graphs: everything there is shown, in its colour, and nothing collides."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch

from nnbook import plots
from nnbook.graph import Graph, Sequential
from nnbook.ops.activations import ReLU, Tanh
from nnbook.ops.arithmetic import Add, Multiply
from nnbook.ops.linear import Dense
from nnbook.ops.recurrent import LSTM
from nnbook.plots.graphs import short


def shortcut():
    graph = Graph("x")
    graph.add("z", Dense(2, 2), "x")
    graph.add("y", Add(), "z", "x")
    return graph


def flow(graph, rows=1):
    """Values and cotangents of all vertices, from inputs as wide as the first Dense takes."""
    rng = np.random.default_rng(0)
    params = graph.init(rng)
    inputs = {name: rng.normal(size=(rows, 2)) for name in graph.inputs}
    values, tape = graph.forward(params, inputs)
    seeds = {name: np.ones_like(values[name]) for name in graph.outputs}
    return tape.values, graph.backward(params, tape, seeds, wrt=list(tape.values))[1]


def tower():
    """26 vertices, three inputs, shortcuts long and short, long names, several outputs."""
    graph = Graph("image_of_the_left_camera", "context", "x")
    graph.add("encoder_with_quite_a_long_name", Dense(2, 2), "image_of_the_left_camera")
    graph.add("s", Add(), "encoder_with_quite_a_long_name", "context", "x")
    last = "s"
    for k in range(7):
        graph.add(f"h{k}", Dense(2, 2), last)
        graph.add(f"a{k}", Tanh(), f"h{k}")
        last = graph.add(f"s{k}", Add(), f"a{k}", last, *(["s"] if k % 3 == 2 else []))
    graph.add("square", Multiply(), last, last)
    graph.add("y", Dense(2, 3), last)
    graph.add("late", Add(), "x", last)
    return graph


def texts(fig):
    return {t.get_text(): t for t in fig.axes[0].texts if t.get_text()}


def arrows(fig, colour=None):
    found = [p for p in fig.axes[0].patches if isinstance(p, FancyArrowPatch)]
    return [p for p in found if colour is None or to_hex(p.get_edgecolor()) == colour.lower()]


def line_of(arrow):
    """The places that an arrow passes, without its head."""
    return arrow._path_original.vertices


def test_vertices_and_shapes():
    graph = shortcut()
    drawn = texts(plots.draw(graph, {"x": (5, 2)}))
    assert set(drawn) == {"x\n(5, 2)", "z = Dense(2, 2)", "y = Add()"}
    x, z, y = (tuple(t.get_bbox_patch().get_facecolor()) for t in drawn.values())
    assert len({x, z, y}) == 3
    heights = [t.get_position()[1] for t in drawn.values()]
    assert heights == sorted(heights, reverse=True)  # inputs above
    values, _ = flow(graph, rows=5)
    assert "z = Dense(2, 2)\n(5, 2)" in texts(plots.draw(graph, True, values))


def test_values_above_and_cotangents_below():
    network = Sequential(Dense(2, 1), ReLU())
    x, z = np.array([[1.0, -2 / 3]]), np.array([[7.0]])
    fig = plots.draw(network, None, {"x": x, "dense1": z}, {"x": -x, "dense1": 2 * z})
    drawn = texts(fig)
    box = drawn["dense1 = Dense(2, 1)"]
    assert drawn["7"].get_position()[1] > box.get_position()[1] > drawn["14"].get_position()[1]
    assert drawn["[1, −0.667]"].get_color() == drawn["7"].get_color() == plots.palette[0]
    assert drawn["[−1, 0.667]"].get_color() == drawn["14"].get_color() == plots.palette[1]
    assert {"above: values, forward", "below: cotangents, backward"} <= set(drawn)


def test_an_arrow_for_each_edge_and_both_ways_with_cotangents():
    graph = tower()
    edges = sum(len(vertex.parents) for vertex in graph.vertices.values())
    assert len(arrows(plots.draw(graph))) == edges
    values, bars = flow(graph)
    assert len(arrows(plots.draw(graph, values=values))) == edges
    fig = plots.draw(graph, values=values, cotangents=bars)
    forward, backward = (arrows(fig, colour) for colour in plots.palette[:2])
    assert len(forward) == len(backward) == edges
    for arrow in forward:
        path = line_of(arrow)
        assert path[0, 1] > path[-1, 1]
    for arrow in backward:
        path = line_of(arrow)
        assert path[0, 1] < path[-1, 1]
        steps = np.abs(np.diff(path, axis=0)).max(axis=1)
        assert steps.min() > 0.01  # too short a last step would have no head


def collisions(fig):
    """The pairs of texts that overlap, and the texts that a line crosses or the figure cuts."""
    fig.draw_without_rendering()
    ax = fig.axes[0]
    boxes = {name: t.get_window_extent() for name, t in enumerate(ax.texts)}
    bad = [(a, b) for a, b in combinations(boxes, 2) if boxes[a].overlaps(boxes[b])]
    for arrow in arrows(fig):
        line = ax.transData.transform(line_of(arrow))
        for a, b in pairwise(line):
            points = a + np.linspace(0, 1, 50)[:, None] * (b - a)
            bad += [name for name, box in boxes.items() if any(box.contains(*p) for p in points)]
    width, height = fig.canvas.get_width_height()
    inside = (b.x0 >= 0 and b.x1 <= width and b.y0 >= 0 and b.y1 <= height for b in boxes.values())
    return bad + [f"{name} is cut" for name, ok in zip(boxes, inside, strict=True) if not ok]


@pytest.mark.parametrize("make", [shortcut, tower])
@pytest.mark.parametrize("rows", [0, 1, 3])
def test_nothing_collides(make, rows):
    graph = make()
    assert not collisions(plots.draw(graph))
    if rows:
        values, bars = flow(graph, rows)
        assert not collisions(plots.draw(graph, True, values, bars))


def test_collisions_would_be_seen():
    fig = plots.draw(shortcut())
    x, z, _ = fig.axes[0].texts
    z.set_position(x.get_position())
    assert collisions(fig)


def test_a_chain_is_straight_and_a_parent_read_twice_has_two_arrows():
    chain = plots.draw(Sequential(Dense(2, 2), Tanh(), Dense(2, 2)))
    assert np.ptp([t.get_position()[0] for t in chain.axes[0].texts]) < 1e-9
    graph = Graph("x")
    graph.add("p", Multiply(), "x", "x")
    one, two = arrows(plots.draw(graph))
    assert abs(line_of(one)[0, 0] - line_of(two)[0, 0]) > 0.08


def test_names_are_not_read_as_formulas():
    graph = Graph("$x$")
    graph.add("a_1^", ReLU(), "$x$")
    assert not any(t.get_parse_math() for t in plots.draw(graph).axes[0].texts)


@pytest.mark.parametrize(
    ("array", "text"),
    [
        (7, "7"),
        ([[-0.0]], "0"),
        ([[1.0, -2 / 3]], "[1, −0.667]"),
        (range(4), "[0, 1, 2, 3]"),
        (range(9), "[0, 1, 2, …, 8]"),
        ([[1], [2]], "[1]\n[2]"),
        (np.arange(10).reshape(5, 2), "[0, 1]\n[2, 3]\n⋮\n[8, 9]"),
        (np.zeros((2, 8, 8)), "2 × 8 × 8 numbers"),
        (np.zeros((0, 3)), "0 × 3 numbers"),
        ([True, False], "[1, 0]"),
    ],
)
def test_arrays_in_short(array, text):
    assert short(array) == text


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"shapes": {"q": (1,)}}, "shapes: no vertex 'q' among"),
        ({"values": {"q": 1}}, "values: no vertex 'q' among"),
        ({"cotangents": {"q": 1}}, "cotangents: no vertex 'q' among"),
        ({"shapes": True}, "there are none"),
        (
            {"values": {"x": [1, 2]}, "cotangents": {"x": [1]}},
            r"cotangent of vertex 'x': expected shape \(2,\), got \(1,\)",
        ),
    ],
)
def test_what_belongs_to_no_vertex_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        plots.draw(shortcut(), **given)


def test_a_vertex_of_two_outputs_is_one_box():
    """An arrow for each value that is read; the second output may be given a shape and a value."""
    graph = Graph("x")
    graph.add("h", LSTM(2, 3), "x")
    graph.add("y", Add(), "h", "h/c")
    params = graph.init(np.random.default_rng(0))
    values, tape = graph.forward(params, np.ones((1, 1, 2)))
    names = [*values]
    _, bars = graph.backward(params, tape, np.ones((1, 1, 3)), wrt=names)
    fig = plots.draw(graph, True, values, bars)
    assert "h = LSTM(2, 3)\n(1, 1, 3)" in texts(fig)
    assert len(arrows(fig, plots.palette[0])) == len(arrows(fig, plots.palette[1])) == 3
