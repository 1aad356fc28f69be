"""The page of the checker: `{book-checker}` is its form, `{book-checker-gallery}` its formulas.

The form is made by book/_web/checker/checker.js; without scripts a sentence stands in its place.
The gallery is written here from book/_web/checker/gallery.json, so that it can be read without
scripts, and gets its links *Try it* from gallery.js.
"""

from __future__ import annotations

import json
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

GALLERY = Path(__file__).resolve().parent.parent / "_web" / "checker" / "gallery.json"
FORM = """<link rel="stylesheet" href="{web}/checker/checker.css">
<div id="nn-checker"><noscript><p><strong>The form needs JavaScript.</strong>
The same checker is a command, described below.</p></noscript></div>
<script type="module" src="{web}/checker/checker.js"></script>"""


def web(directive: SphinxDirective) -> str:
    """Where the site's folder of scripts is, seen from the page."""
    return "../" * directive.env.docname.count("/") + "web"


class Checker(SphinxDirective):
    def run(self):
        return [nodes.raw("", FORM.format(web=web(self)), format="html")]


class Gallery(SphinxDirective):
    """A list of formulas: title, formula, what is given, source; the verdict is folded."""

    def run(self):
        self.env.note_dependency(str(GALLERY))
        entries = json.loads(GALLERY.read_text(encoding="utf-8"))
        return [nodes.bullet_list("", *map(self.item, entries), ids=["nn-gallery"],
                                  classes=["nn-gallery"])]  # fmt: skip

    def item(self, entry) -> nodes.list_item:
        title = nodes.paragraph("", "", nodes.strong("", entry["title"]), classes=["nn-title"])
        formula = nodes.paragraph("", "", math(rf"\displaystyle {shown(entry)}"),
                                  classes=["nn-formula"])  # fmt: skip
        parts = [title, formula]
        if entry["when"]:
            parts.append(self.given(entry["when"].split("\n")))
        parts.append(nodes.paragraph("", entry["source"], classes=["nn-note"]))
        parts += [html("<details><summary>What the engine says</summary>"),
                  nodes.paragraph("", f"{entry['status'].capitalize()}. {entry['note']}".strip()),
                  html("</details>")]  # fmt: skip
        return nodes.list_item("", *parts, ids=[f"try-{entry['id']}"])

    def given(self, lines) -> nodes.paragraph:
        parts = [nodes.Text("with ")]
        for place, line in enumerate(lines):
            parts += [nodes.Text(", ")] * (place > 0) + [math(line)]
        return nodes.paragraph("", "", *parts, classes=["nn-note"])


def shown(entry) -> str:
    """The formula as its source has it, or the question."""
    if entry["by"]:
        return rf"\frac{{\partial}}{{\partial {entry['by']}}} \left[ {entry['left']} \right] = \; ?"
    return " = ".join(side for side in (entry["left"], entry["right"]) if side)


def math(latex: str) -> nodes.math:
    return nodes.math(latex, latex)


def html(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")


def setup(app):
    app.add_directive("book-checker", Checker)
    app.add_directive("book-checker-gallery", Gallery)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
