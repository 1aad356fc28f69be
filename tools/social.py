"""Draws the picture that other sites show with a link to the book: book/_static/social.png.

python tools/social.py
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt
import yaml
from matplotlib.patches import Circle

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "book" / "_static" / "social.png"
WIDTH, HEIGHT = 1200, 630  # what the sites ask for
PAPER, INK, LINE, GREEN, ORANGE = "#fdfdfb", "#1b1f24", "#c3c8cf", "#2e7d4f", "#d95f02"
LAYERS = (3, 4, 4, 1)
GRADIENT = r"$\frac{\partial L}{\partial z_k} \;=\; p_k - t_k$"


def network(axes, left: float, right: float, middle: float, gap: float) -> None:
    """Four layers; one path back from the loss is marked."""
    columns = [left + (right - left) * i / (len(LAYERS) - 1) for i in range(len(LAYERS))]
    places = [
        [(x, middle + gap * (j - (n - 1) / 2)) for j in range(n)]
        for x, n in zip(columns, LAYERS, strict=True)
    ]
    path = [places[0][0], places[1][2], places[2][1], places[3][0]]
    for before, after in pairwise(places):
        for a in before:
            for b in after:
                marked = a in path and b in path
                color, width = (ORANGE, 5) if marked else (LINE, 1.5)
                axes.plot(*zip(a, b, strict=True), color=color, lw=width, zorder=1 + marked)
    for place in (p for layer in places for p in layer):
        axes.add_patch(Circle(place, 17, fc=PAPER, ec=INK, lw=2.5, zorder=3))


def draw():
    """The picture, as a figure."""
    title = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["title"]
    first, _, second = title.partition(", ")
    figure = plt.figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100, facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(0, HEIGHT))
    axes.axis("off")
    network(axes, 750, 1120, 380, 105)
    axes.text(80, 445, first, fontsize=46, color=INK, weight="bold", va="center")
    axes.text(80, 365, second, fontsize=46, color=INK, weight="bold", va="center")
    axes.text(80, 285, "formulas that are checked, claims that are run", fontsize=21, color=INK)
    with matplotlib.rc_context({"mathtext.fontset": "cm"}):
        axes.text(80, 140, GRADIENT, fontsize=48, color=INK, va="center")
    axes.text(520, 140, "✓", fontsize=44, color=GREEN, va="center", weight="bold")
    axes.text(580, 140, "for any number of classes", fontsize=21, color=GREEN, va="center")
    return figure


if __name__ == "__main__":
    draw().savefig(TARGET, facecolor=PAPER, metadata={"Software": None})
