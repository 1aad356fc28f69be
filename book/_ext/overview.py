"""The line below a chapter's title: how long it takes to read, and what it builds on.

Both are found at the build, without work in the chapter. The time counts the words of the running
text at 200 a minute, 15 seconds for each line of a displayed equation and as long for each picture;
what lies folded, code and outputs count nothing, and exercises are no reading. Sections *Deeper*
are counted apart. What the chapter builds on are the chapters to which its paragraph *You need*
links, if they come before it in the book.
"""

from __future__ import annotations

import math
import re

from docutils import nodes
from glossary import CHAPTER
from objects import in_book_order

WORDS_A_MINUTE = 200
MINUTES_A_LINE = 0.25  # a line of a displayed equation, or a picture
APART = re.compile(r"Exercises|The formulas to remember|Further reading")
DEEPER = re.compile(r"Deeper\b")
NEED = "You need"


def is_folded(node) -> bool:
    classes = set(node.get("classes", ())) if isinstance(node, nodes.Element) else set()
    return bool(classes & {"dropdown", "toggle", "cell_input"}) or (
        isinstance(node, nodes.Element) and node.tagname == "HideCodeCellNode"
    )


def minutes(node) -> float:
    """How long a part takes, without the sections that are counted apart."""
    if isinstance(node, nodes.Text):
        return len(node.split()) / WORDS_A_MINUTE
    if isinstance(node, nodes.math_block):
        return MINUTES_A_LINE * (node.astext().count(r"\\") + 1)
    if isinstance(node, nodes.image):
        return MINUTES_A_LINE
    if isinstance(node, nodes.literal_block | nodes.comment | nodes.raw) or is_folded(node):
        return 0.0
    if isinstance(node, nodes.math):
        return 1 / WORDS_A_MINUTE
    return sum(minutes(child) for child in node.children if not is_apart(child))


def title_of(node) -> str:
    return node[0].astext() if isinstance(node, nodes.section) and len(node) else ""


def is_apart(node) -> bool:
    return bool(APART.match(title_of(node)) or DEEPER.match(title_of(node)))


def reading_time(document) -> tuple[float, float]:
    """Minutes of the main path, and of the sections that may be skipped."""
    deeper = [s for s in document.findall(nodes.section) if DEEPER.match(title_of(s))]
    return minutes(document), sum(sum(minutes(c) for c in section.children) for section in deeper)


def about(time: float) -> int:
    """Rounded up to five minutes, since nobody reads by the clock."""
    return max(5, 5 * math.ceil(time / 5))


def needed(document) -> list[str]:
    """Where the links of the paragraph *You need* lead, in its order."""
    for paragraph in document.findall(nodes.paragraph):
        first = next((child for child in paragraph.children if child.astext()), None)
        if isinstance(first, nodes.strong) and first.astext() == NEED:
            links = paragraph.findall(nodes.reference)
            return list(dict.fromkeys(link.get("refuri", "").partition("#")[0] for link in links))
    return []


def short_title(env, page: str) -> str:
    return env.titles[page].astext().partition(": ")[0]


def overview(app, docname, document) -> nodes.container:
    order = in_book_order(app.env)
    earlier = {
        app.builder.get_relative_uri(docname, page): page for page in order[: order.index(docname)]
    }
    pages = [earlier[uri] for uri in needed(document) if uri in earlier]
    main, deeper = reading_time(document)
    time = f"About {about(main)} minutes"
    if deeper >= 1:
        time += f", and {about(deeper)} for what goes deeper"
    line = nodes.paragraph("", time)
    if pages:
        line += nodes.Text(" · builds on ")
        for number, page in enumerate(pages):
            uri = app.builder.get_relative_uri(docname, page)
            line += [nodes.Text(", ")] if number else []
            line += nodes.reference("", short_title(app.env, page), refuri=uri, internal=True)
    return nodes.container("", line, classes=["nn-overview"])


def show_overview(app, doctree, docname):
    if app.builder.format != "html" or not CHAPTER.fullmatch(docname):
        return
    if docname.startswith("book/solutions/"):
        return
    for title in doctree.findall(nodes.title):
        title.parent.insert(1, overview(app, docname, doctree))
        return


def setup(app):
    # After links are resolved, before equations are laid out and glossary terms linked.
    app.connect("doctree-resolved", show_overview, priority=450)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
