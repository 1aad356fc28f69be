"""Folded remarks: where the lecture notes err at a formula, the site says so below it.

The text comes from the errata (book/errata/entries): an entry whose `where` is an equation of this
page, and that does not decline by `remark: false`, stands below that equation.
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

import yaml
from docutils import nodes
from glossary import html_renderer

ENTRIES = Path("book/errata/entries")


class remark(nodes.General, nodes.Element):
    """A remark, folded."""


def visit_remark(self, node):
    self.body.append('<details class="nn-remark"><summary>In the lecture notes</summary>\n<ul>\n')
    self.body += [f"<li>{text}</li>\n" for text in node["texts"]]
    self.body.append("</ul></details>\n")
    raise nodes.SkipNode


def read_entries(folder: Path) -> dict[str, list[dict]]:
    """The entries that make remarks, by page#label."""
    found: dict[str, list[dict]] = {}
    for path in sorted(folder.glob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
            if entry.get("remark", True) and "#eq-" in entry.get("where", ""):
                found.setdefault(entry["where"], []).append(entry)
    return found


def words_of(entry: dict) -> str:
    """A remark in Markdown: what the notes have, what is right, and why."""
    from errata.page import quoted  # needs the path that read_data adds

    right = entry.get("rather") or entry.get("corrected")
    parts = [f"They have {quoted(entry['quote'])}"]
    parts += [f"Right is: {right}"] if right else []
    parts += [entry.get("why", "")]
    whole = (" ".join(part.split()) for part in parts)
    return " ".join(w if re.search(r"[.?!]”?$", w) else f"{w}." for w in whole if w)


def set_remarks(app, doctree, docname):
    """Puts the remarks of a page below the cells that display their equations."""
    if app.builder.format != "html" or not docname.startswith("book/"):
        return
    markdown = html_renderer()
    for block in list(doctree.findall(nodes.math_block)):
        own = app.nn_remarks.get(f"{docname.removeprefix('book/')}#{block.get('label')}")
        cell = block
        while own and cell is not None and "cell" not in cell.get("classes", ()):
            cell = cell.parent
        if own and cell is not None:
            app.env.get_domain("math").data["has_equations"][docname] = True
            cell.append(remark("", texts=[markdown.renderInline(words_of(e)) for e in own]))


def read_data(app):
    folder = Path(app.srcdir) / ENTRIES
    sys.path.append(str(folder.parents[1]))
    app.nn_remarks = read_entries(folder)
    texts = b"".join(path.read_bytes() for path in sorted(folder.glob("*.yml")))
    app.nn_remarks_digest = hashlib.sha256(texts).hexdigest()


def outdated(app, env, added, changed, removed):
    """When the errata change, the pages with remarks are written again."""
    before, env.nn_remarks_digest = getattr(env, "nn_remarks_digest", None), app.nn_remarks_digest
    pages = {f"book/{where.partition('#')[0]}" for where in app.nn_remarks}
    return [] if before in (None, app.nn_remarks_digest) else sorted(pages & set(env.found_docs))


def setup(app):
    app.add_node(remark, html=(visit_remark, None))
    app.connect("builder-inited", read_data)
    app.connect("env-get-outdated", outdated)
    app.connect("doctree-resolved", set_remarks, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
