"""Figures that move: marks the pictures that a script may replace, and brings the script.

`nnbook.plots.moving` leaves beside its picture the name of a figure, a question and settings; in
the stored notebook they stand in the cell's metadata, under `mystnb.moving`. Here the picture gets
a frame that says so to `book/_web/figures/mount.js`, with the height that the moving figure will
need (`sizes.json`), so that nothing jumps when it comes. Only pages that have such a figure load
the script and the style, which `live` puts beside the pages. Other builders see the picture alone.
"""

from __future__ import annotations

import html
import json
from pathlib import Path

from docutils import nodes

WEB = Path(__file__).parents[1] / "_web"
FIGURES = "web/figures"


class Frame(nodes.General, nodes.Element):
    """The frame of a figure that moves; its child is the still picture."""


def sizes() -> dict[str, list[int]]:
    """The heights of the figures in a narrow and in a wide column, in pixels."""
    return json.loads((WEB / "figures" / "sizes.json").read_text(encoding="utf-8"))


def opening(about: dict, size: list[int]) -> str:
    """What stands before the still picture of a figure that moves."""
    settings = html.escape(json.dumps(about["settings"], sort_keys=True))
    narrow, wide = size
    return (
        f'<figure class="nn-moving" data-figure="{about["name"]}" data-settings="{settings}">\n'
        f'<div class="nn-room" style="--nn-narrow:{narrow}px;--nn-wide:{wide}px">\n'
    )


def closing(about: dict) -> str:
    """What stands behind it, with the caption."""
    return f"</div>\n<figcaption>{html.escape(about['question'])}</figcaption>\n</figure>\n"


def visit_frame(self, node):
    self.body.append(opening(node["about"], node["size"]))


def depart_frame(self, node):
    self.body.append(closing(node["about"]))


def frame_pictures(app, doctree, docname):
    """Puts the frame around each picture whose cell names a figure that moves."""
    if app.builder.format != "html":
        return
    for cell in list(doctree.findall(nodes.container)):
        about = (cell.get("cell_metadata") or {}).get("mystnb", {}).get("moving")
        if not about or cell.get("nb_element") != "cell_code":
            continue
        size = sizes().get(about["name"])
        if size is None or not (WEB / "figures" / f"{about['name']}.js").exists():
            raise ValueError(f"{docname}: no script or no size for the figure {about['name']!r}")
        for image in list(cell.findall(nodes.image)):
            frame = Frame(about=about, size=size)
            image.replace_self(frame)
            frame += image


def load_on_page(app, pagename, templatename, context, doctree):
    """The script and its style, on pages that have such a figure."""
    if doctree is not None and next(iter(doctree.findall(Frame)), None) is not None:
        at = context["pathto"]
        context["metatags"] += (
            f'<link rel="stylesheet" href="{at(FIGURES + "/figures.css", 1)}">\n'
            f'<script type="module" src="{at(FIGURES + "/mount.js", 1)}"></script>\n'
        )


def setup(app):
    app.add_node(Frame, html=(visit_frame, depart_frame))
    app.connect("doctree-resolved", frame_pictures)
    app.connect("html-page-context", load_on_page)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
