"""Figures: described, deterministic, legible on any page."""

from __future__ import annotations

import base64
import struct

import numpy as np
import pytest

from nnbook import plots
from nnbook.graph import Graph, Sequential
from nnbook.ops.activations import ReLU
from nnbook.ops.arithmetic import Add
from nnbook.ops.linear import Dense

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
    with pytest.raises(ValueError, match="alt text must describe"):
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
        rgb = np.array(plots.to_rgb(colour))
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


def test_drawings_show_what_is_there():
    fig = plots.images(np.zeros((5, 8, 8)), columns=3, titles="abcde")
    assert [ax.get_title() for ax in fig.axes] == list("abcde")
    with pytest.raises(ValueError, match=r"\(n, height, width\), got \(8, 8\)"):
        plots.images(np.zeros((8, 8)))

    fig = plots.network_diagram([64, 3], labels=["pixels", "classes"])
    assert {t.get_text() for t in fig.axes[0].texts} == {"⋮", "pixels\n64", "classes\n3"}

    g = Graph("x")
    g.add("z", Dense(2, 2), "x")
    g.add("y", Add(), "x", "z")
    texts = {t.get_text() for t in plots.draw_graph(g, {"x": (5, 2)}).axes[0].texts}
    assert {"x\n(5, 2)", "z = Dense(2, 2)", "y = Add()"} <= texts
    arrows = [t for t in plots.draw_graph(g).axes[0].texts if getattr(t, "arrow_patch", None)]
    assert len(arrows) == 3
    assert len(plots.draw_graph(Sequential(Dense(2, 2), ReLU())).axes[0].texts) == 5
