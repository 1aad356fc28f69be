"""Displayed equations as the site shows them: lines that wrap, and one quiet line below.

A display is laid out in pieces that MathJax sets one by one, so that a sum breaks before a sign and
a reason goes below its line where there is no room (_static/equations.css). Below it stands what
was checked, a link to its row of the ledger, and *how*, which unfolds the code that checks it.
"""

from __future__ import annotations

from html import escape

from displays import display_html
from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput, visit_HideCellInput
from sphinx.ext.mathjax import html_visit_displaymath
from sphinx.util.math import get_node_equation_number

LEDGER = "book/ledger"


def visit_math_block(self, node):
    """An equation of ours in pieces; any other formula as Sphinx has it."""
    if not (node.get("label") or "").startswith("eq-"):
        return html_visit_displaymath(self, node)
    self.body.append(self.starttag(node, "div", CLASS="nn-eq notranslate nohighlight"))
    self.body.append(display_html(node.astext()))
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


# -- The line below, and folded code ---------------------------------------------------------------


class folded(nodes.Element):
    """Code that unfolds in place; ``word`` is what one presses."""


def visit_folded(self, node):
    self.body.append(f'<details class="nn-how"><summary>{escape(node["word"])}</summary>\n')
    self.body.append(self.starttag(node, "div"))


def depart_folded(self, node):
    self.body.append("</div></details>\n")


def is_line(node) -> bool:
    """Whether a paragraph is the small print below an equation."""
    return (
        isinstance(node, nodes.paragraph)
        and bool(node.children)
        and isinstance(node.children[0], nodes.raw)
        and node.children[0].astext() == "<small>"
    )


def lines(cell) -> list[tuple[str, nodes.paragraph | None]]:
    """The equations that a cell displays, each with its line, if it has one."""
    found = []
    for node in cell.findall(lambda n: isinstance(n, nodes.math_block) or is_line(n)):
        if isinstance(node, nodes.math_block):
            if (node.get("label") or "").startswith("eq-"):
                found.append((node["label"], None))
        elif found and found[-1][1] is None:
            found[-1] = (found[-1][0], node)
    return found


def finish_line(paragraph, label, ledger: str) -> nodes.container:
    """The line with its mark set apart and a link to the ledger, in a box of its own."""
    text = next(paragraph.findall(nodes.Text))
    if text.startswith("✓"):
        at = text.parent.index(text)
        mark = nodes.inline("", "✓", classes=["nn-mark"])
        text.parent[at : at + 1] = [mark, nodes.Text(text[1:])]
    link = nodes.reference("", "ledger", refuri=f"{ledger}#row-{label}", internal=True)
    end = len(paragraph) - isinstance(paragraph.children[-1], nodes.raw)
    paragraph.insert(end, [nodes.Text(" · "), link])
    box = nodes.container("", classes=["nn-line"])
    paragraph.replace_self(box)
    box += paragraph
    return box


def quiet_cells(app, doctree, docname):
    """Code that is folded goes below what it shows: at the equation's line, or under a word."""
    if app.builder.format != "html":
        return
    ledger = app.builder.get_relative_uri(docname, LEDGER)
    for cell in list(
        doctree.findall(lambda n: "cell" in getattr(n, "attributes", {}).get("classes", ()))
    ):
        shown = lines(cell)
        boxes = [finish_line(line, label, ledger) for label, line in shown if line is not None]
        for hidden in [c for c in cell.children if isinstance(c, HideCodeCellNode)]:
            if "above-input" not in hidden["classes"] or any(hidden.findall(nodes.math_block)):
                continue  # what is folded with its output stays so
            cell.remove(hidden)
            fold = folded("", *hidden.children, word="how" if boxes else "code")
            if shown:
                fold["ids"] = [f"how-{shown[-1][0]}"]
                cell["classes"].append("nn-proof")
            for box in boxes[:-1]:
                link = nodes.reference("", "how", refid=f"how-{shown[-1][0]}", internal=True)
                box.children[0].insert(len(box.children[0]) - 1, [nodes.Text(" · "), link])
            (boxes[-1] if boxes else cell).append(fold)


def name_rows(app, doctree, docname):
    """Each row of the ledger can be linked to."""
    if docname != LEDGER:
        return
    for row in doctree.findall(nodes.row):
        for link in row.findall(nodes.reference):
            target = (link.get("refid") or link.get("refuri", "")).rpartition("#")[2]
            if target.startswith("equation-eq-"):
                row["ids"].append("row-" + target.removeprefix("equation-"))
                break


def visit_fold(self, node):
    """A fold of MyST-NB, named by the words that it shows instead of by a label that hides them."""
    visit_HideCellInput(self, node)
    self.body = [part.replace(' aria-label="Toggle hidden content"', "") for part in self.body]


def setup(app):
    app.add_node(nodes.math_block, override=True, html=(visit_math_block, None))
    app.add_node(HideCodeCellNode, override=True, html=(visit_fold, depart_HideCellInput))
    app.add_node(folded, html=(visit_folded, depart_folded))
    app.connect("doctree-resolved", quiet_cells)
    app.connect("doctree-resolved", name_rows)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
