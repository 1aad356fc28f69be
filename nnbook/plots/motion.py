"""Figures that the site replaces by ones that move.

A moving figure begins as a still one: the same picture with the same words as any other, which
JupyterLab, paper and browsers without scripts show. The site mounts `web/figures/<name>.js` in its
place as soon as it comes into view. What it draws there it computes itself, by functions that the
tests hold against this package.
"""

from __future__ import annotations

import json
import re
from typing import Any

from matplotlib.figure import Figure

from nnbook.checks import word
from nnbook.plots.figure import Picture, show


class MovingPicture(Picture):
    """A picture that names the figure which takes its place, and what the reader may find out."""

    name: str
    question: str
    settings: dict[str, Any]

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        data, about = super()._repr_mimebundle_(include, exclude)
        moving = {"name": self.name, "question": self.question, "settings": self.settings}
        about["image/png"]["moving"] = moving
        return data, about


def moving(name: str, still: Figure, alt: str, *, question: str, **settings: Any) -> MovingPicture:
    """The figure `still` as what a cell displays; on the site the figure `name` takes its place.

    `alt` describes the still picture, as for `show`. `question` is the caption: what the reader may
    find out by moving it. `settings` are given to the script and must be what JSON can hold.

    >>> from nnbook.plots import moving, subplots
    >>> fig, ax = subplots()
    >>> line = ax.plot([1, 2], [3, 1])
    >>> moving("slope", fig, "A line that falls from 3 to 1.", question="When does the line rise?")
    <figure: A line that falls from 3 to 1.>
    """
    if not re.fullmatch("[a-z]+(-[a-z]+)*", word("name", name)):
        raise ValueError(f"a moving figure is named by small letters and hyphens, not {name!r}")
    question = " ".join(word("question", question).split())
    if len(question) < 20:
        raise ValueError(f"question must say what there is to find out; got {question!r}")
    picture = show(still, alt)
    made = MovingPicture(picture.png, picture.width, picture.alt, None, False)
    made.name, made.question = name, question
    made.settings = json.loads(json.dumps(settings, allow_nan=False))  # refuses what JSON has not
    return made
