"""Figures: described, deterministic, legible on any page."""

from __future__ import annotations

import base64
import struct
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.contour import ContourSet

from nnbook import plots

ALT = "A line that rises from the lower left to the upper right."


def line():
    fig, ax = plots.subplots(width=5, height=3)
    ax.plot([0, 1], [0, 1])
    return fig


def chunks(png):
    at = 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8]
        at += 12 + length


def test_the_bundle_a_notebook_gets():
    data, metadata = plots.show(line(), ALT, caption="Figure one")._repr_mimebundle_()
    png = base64.b64decode(data["image/png"])
    assert struct.unpack(">II", png[16:24]) == (1000, 600)  # twice the width on the page
    assert metadata == {"image/png": {"alt": ALT, "width": 500, "caption": "Figure one"}}
    assert data["text/plain"] == f"<figure: {ALT}>"
    assert "caption" not in plots.show(line(), ALT)._repr_mimebundle_()[1]["image/png"]


def test_the_same_figure_is_the_same_bytes():
    first, second = (plots.show(line(), ALT).png for _ in range(2))
    assert first == second
    assert not {b"tEXt", b"tIME", b"iTXt"} & set(chunks(first))  # no date, no version


@pytest.mark.parametrize("alt", ["", "   ", "A plot", "too  short   a    text"])
def test_a_figure_without_description_is_refused(alt):
    with pytest.raises(ValueError, match=r"alt (text )?must"):
        plots.show(line(), alt)


def test_figures_made_with_pyplot_are_closed():
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    fig, _ = plt.subplots()
    plots.show(fig, ALT)
    assert plt.get_fignums() == []


def test_colours_are_told_apart():
    """Contrast of every line colour with the paper, after WCAG: at least 2 for a thick line."""

    def luminance(colour):
        rgb = np.array(to_rgb(colour))
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    paper = luminance(plots.paper)
    assert all((paper + 0.05) / (luminance(c) + 0.05) >= 2 for c in plots.palette)
    assert (paper + 0.05) / (luminance(plots.ink) + 0.05) >= 7


def test_curves():
    _, ax = plots.subplots()
    plots.curves(ax, {"loss": [3, 2, 1], "val_loss": [3, 3, 3], "accuracy": [0, 0, 1]})
    solid, dashed, other = ax.lines
    np.testing.assert_array_equal(solid.get_xdata(), [1, 2, 3])
    assert solid.get_color() == dashed.get_color() != other.get_color()
    assert dashed.get_linestyle() == "--"
    assert [text.get_text() for text in ax.get_legend().texts] == [
        "loss",
        "validation loss",
        "accuracy",
    ]
    with pytest.raises(ValueError, match=r"no series \['f1'\] in the history; it has \['loss'\]"):
        plots.curves(ax, {"loss": [1]}, ["f1"])


@pytest.mark.parametrize(
    "predict",
    [
        lambda x: (x[:, 0] > 0).astype(float),
        lambda x: (x[:, :1] > 0).astype(float),
        lambda x: np.stack([-x[:, 0], x[:, 0]], axis=1),
    ],
)
def test_decision_boundary(predict):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 2))
    _, ax = plots.subplots()
    plots.decision_boundary(ax, predict, x, x[:, 0] > 0, resolution=50)
    assert ax.get_legend_handles_labels()[1] == ["class 0", "class 1"]
    with pytest.raises(ValueError, match=r"points \(N, 2\) and labels \(N,\), got \(40, 1\)"):
        plots.decision_boundary(ax, predict, x[:, :1], x[:, 0] > 0)


def drawn_points(ax):
    """The points of each class, by what the legend calls it."""
    found = {c.get_label(): np.asarray(c.get_offsets()) for c in ax.collections}
    return {label: points for label, points in found.items() if label.startswith("class")}


def one_column(x):
    return (x[:, :1] > 0).astype(float)


def two_columns(x):
    return np.stack([-x[:, 0], x[:, 0]], axis=1)


@pytest.mark.parametrize("predict", [one_column, two_columns, lambda x: one_column(x)[:, 0]])
@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ((0, 1), ["class 0", "class 1"]),
        ((-1, 1), ["class -1", "class 1"]),
        ((-1.0, 1.0), ["class -1", "class 1"]),
        ((0.0, 1.0), ["class 0", "class 1"]),
        ((2, 7), ["class 2", "class 7"]),
        (("benign", "malignant"), ["class benign", "class malignant"]),
    ],
)
def test_all_points_are_shown_whatever_their_labels(predict, labels, names):
    x = np.random.default_rng(0).normal(size=(40, 2))
    upper = x[:, 0] > 0
    t = np.where(upper, labels[1], labels[0])
    _, ax = plots.subplots()
    plots.decision_boundary(ax, predict, x, t, resolution=20)
    points = drawn_points(ax)
    assert list(points) == names
    np.testing.assert_array_equal(points[names[0]], x[~upper])
    np.testing.assert_array_equal(points[names[1]], x[upper])
    # Each region has the tint of its points.
    tints = [tuple(np.round(c[:3], 6)) for c in ax.collections[0].get_facecolor()]
    assert tints == [tuple(np.round(plots.tint(plots.palette[k]), 6)) for k in (0, 1)]


def test_whole_numbers_are_points_of_the_plane_too():
    """Between whole places the boundary lies where it lies: the grid is not cut off."""
    places = []

    def predict(x):
        places.append(x)
        return x[:, 0] > 0.5

    _, ax = plots.subplots()
    plots.decision_boundary(ax, predict, [[0, 0], [1, 0], [0, 0]], [0, 1, 0], resolution=9)
    assert len(np.unique(places[0][:, 0])) == 9
    assert np.ptp(places[0][:, 1]) > 0  # points on a line are in a plane


def test_decision_boundary_of_a_constant():
    _, ax = plots.subplots()
    plots.decision_boundary(ax, lambda x: 0 * x[:, 0], [[0.0, 0], [1, 1]], [0, 1], resolution=5)
    assert len(drawn_points(ax)) == 2


@pytest.mark.parametrize(
    ("predict", "t", "message"),
    [
        (one_column, [0, 1, 2], r"labels(| of 2 classes), got \[0, 1, 2\]"),
        (two_columns, [-1, -1, -1], r"labels(| of 2 classes), got \[-1\]"),
        (two_columns, [0, np.nan, 1], "labels(| of 2 classes), got"),
        (two_columns, [-1, np.nan, -1], "labels(| of 2 classes), got"),
        (lambda x: two_columns(x) * np.nan, [0, 1, 1], "none NaN"),
        (lambda x: x[:5], [0, 1, 1], r"predictions \(25, K\), none NaN, got shape \(5, 2\)"),
        (lambda x: x[:, :0], [0, 1, 1], r"got shape \(25, 0\)"),
    ],
)
def test_boundaries_that_cannot_be_drawn(predict, t, message):
    _, ax = plots.subplots()
    with pytest.raises(ValueError, match=message):
        plots.decision_boundary(ax, predict, np.eye(3)[:, :2], t, resolution=5)


def test_drawings_of_nothing():
    for make, message in (
        (lambda: plots.images(np.zeros((0, 8, 8))), r"got \(0, 8, 8\)"),
        (lambda: plots.images(np.zeros((2, 8, 8)), columns=0), "whole number of at least 1"),
        (lambda: plots.images(np.zeros((2, 8, 8)), titles="a"), "expected 2 titles, got 1"),
        (lambda: plots.network_diagram([]), "expected layers"),
        (lambda: plots.network_diagram([2, 0]), "must be a whole number of at least 1, got 0"),
        (lambda: plots.network_diagram([2, 3], ["in"]), "a label for each"),
    ):
        with pytest.raises(ValueError, match=message):
            make()


def test_drawings_show_what_is_there():
    fig = plots.images(np.zeros((5, 8, 8)), columns=3, titles="abcde")
    assert [ax.get_title() for ax in fig.axes] == list("abcde")
    with pytest.raises(ValueError, match=r"\(n, height, width\), got \(8, 8\)"):
        plots.images(np.zeros((8, 8)))

    fig = plots.network_diagram([64, 3], labels=["pixels", "classes"])
    assert {t.get_text() for t in fig.axes[0].texts} == {"⋮", "pixels\n64", "classes\n3"}


def test_options_of_subplots_reach_matplotlib():
    _, (left, right) = plots.subplots(1, 2, sharey=True)
    assert left.get_shared_y_axes().joined(left, right)


def test_curves_of_what_fit_returned():
    _, ax = plots.subplots()
    plots.curves(ax, SimpleNamespace(history={"loss": [2, 1]}))
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [2, 1])


def faces(artists):
    return [tuple(np.ravel(artist.get_facecolor())) for artist in artists]


def test_layers_of_a_network_diagram():
    ax = plots.network_diagram([2, 9, 3, 1], most=8).axes[0]
    assert [len(layer.get_offsets()) for layer in ax.collections] == [2, 7, 3, 1]
    first, hidden, other, last = faces(ax.collections)
    assert hidden == other
    assert len({first, hidden, last}) == 3
    lowest = min(layer.get_offsets()[:, 1].min() for layer in ax.collections)
    below = [text.get_position()[1] for text in ax.texts if text.get_text() != "⋮"]
    assert len(below) == 4
    assert all(lowest - 1 < y < lowest for y in below)


@pytest.mark.parametrize("sizes", [[1], [1, 1], [2, 2], [3, 1], [4, 2], [9, 3]])
def test_labels_of_a_network_diagram_are_within_the_figure(sizes):
    fig = plots.network_diagram(sizes, labels=["layer"] * len(sizes))
    fig.draw_without_rendering()
    assert all(text.get_window_extent().y0 >= 0 for text in fig.axes[0].texts)


def test_colours_of_curves():
    _, ax = plots.subplots()
    plots.curves(ax, {"loss": [1], "val_loss": [2], "accuracy": [3]})
    assert [line.get_color() for line in ax.lines] == [plots.palette[k] for k in (0, 0, 1)]


@pytest.mark.parametrize(("sign", "levels"), [(1, [0.5]), (0, None)])
def test_a_line_is_drawn_where_classes_meet(sign, levels):
    x = np.random.default_rng(0).normal(size=(40, 2))
    _, ax = plots.subplots()
    plots.decision_boundary(ax, lambda x: sign * x[:, 0], x, x[:, 0] > 0, threshold=0)
    lines = [c for c in ax.collections if isinstance(c, ContourSet) and not c.filled]
    assert [c.levels.tolist() for c in lines] == ([levels] if levels else [])


def test_size_of_a_figure_of_images():
    fig = plots.images(np.zeros((10, 4, 4)), columns=5, size=1)
    np.testing.assert_array_equal(fig.get_size_inches(), [5, 2])


def test_a_photo_keeps_its_lights_in_the_dark():
    fig, _ = plots.subplots()
    about = plots.show(fig, "A picture of a cat on a mat.", photo=True)._repr_mimebundle_()[1]
    assert about["image/png"]["classes"] == "dark-light"
    assert (
        "classes"
        not in plots.show(fig, "A line that falls to zero.")._repr_mimebundle_()[1]["image/png"]
    )
