"""One style for all figures, and `show`, which gives a cell a described picture.

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
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.colors import is_color_like, to_rgb
from matplotlib.figure import Figure

from nnbook.checks import between, flag, text, whole, word
from nnbook.kinds import made

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

INCHES = 500
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
    whole("rows", rows)
    whole("columns", columns)
    between("width", width, 0, INCHES)
    between("height", height, 0, INCHES)
    mpl.rcParams.update(style)  # type: ignore[arg-type]  # its keys are a list of literals
    fig = Figure(figsize=(width, height))
    return fig, fig.subplots(rows, columns, **options)


class Picture:
    """A finished figure: a PNG at twice the size, with its alternative text."""

    def __init__(self, png: bytes, width: int, alt: str, caption: str | None, photo: bool):
        self.png, self.width, self.alt, self.caption, self.photo = png, width, alt, caption, photo

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        about = {"alt": self.alt, "width": self.width}
        if self.caption:
            about["caption"] = self.caption
        if self.photo:
            about["classes"] = "dark-light"
        data = {"image/png": base64.b64encode(self.png).decode(), "text/plain": repr(self)}
        return data, {"image/png": about}

    def __repr__(self) -> str:
        return f"<figure: {self.alt}>"


def show(fig: Figure, alt: str, caption: str | None = None, *, photo: bool = False) -> Picture:
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
    made("the figure", fig, Figure, "subplots()[0]")
    flag("photo", photo)
    if caption is not None:
        word("caption", caption)
    alt = " ".join(word("alt", alt).split())
    if len(alt) < 20:
        raise ValueError(f"alt text must describe what is to be seen, in 20 letters; got {alt!r}")
    file = io.BytesIO()
    fig.savefig(file, format="png", dpi=SCALE * CSS_DPI, metadata={"Software": None})
    if "matplotlib.pyplot" in sys.modules:  # made with pyplot: the notebook must not draw it again
        sys.modules["matplotlib.pyplot"].close(fig)
    return Picture(file.getvalue(), round(fig.get_figwidth() * CSS_DPI), alt, caption, photo)


def tint(colour: str) -> tuple[float, ...]:
    """A light shade of a colour, for surfaces."""
    if not is_color_like(colour):
        raise ValueError(f"expected a colour such as '#0072B2', got {text(colour)}")
    return tuple(0.78 + 0.22 * part for part in to_rgb(colour))
