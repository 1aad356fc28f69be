"""The glossary: every term is described once, in book/glossary.yml.

From there come

* the list on the page book/glossary, by the directive `{book-glossary}`;
* in the chapters, a link from the first mention of each term to its entry, and at the end of the
  page the definitions of the terms that are linked there. They are out of sight until
  _static/previews.js shows one beside its link; a screen reader finds it by `aria-describedby`.

An entry of the file:

    - term: stochastic gradient descent
      also: [SGD]             # other names, shown in the glossary and recognized in chapters
      forms: [...]            # forms that are recognized without being shown; a plural s is anyway
      unlinked: [stochastic]  # names that are no link in chapters, being everyday words
      not_on: [...]           # pages below book/ where the names mean something else
      link: false             # none of the names is a link
      where: training/optimizers#from-all-examples-to-a-few   # or `none`: not taught in this book
      slugs: [...]            # entries of the inventory of the notes
      definition: Markdown, with $formulas$ in the line.
      beware: "What the term is often taken for, or is not."
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)

DATA = "book/glossary.yml"
PAGE = "book/glossary"
# Links are set in the chapters, which lie one folder deeper than the pages before and after them.
CHAPTER = re.compile(r"book/[^/]+/.+")
# A paragraph gets no more links than this; what it mentions beyond is linked at its next mention.
LINKS_PER_PARAGRAPH = 2


@dataclass(frozen=True)
class Term:
    term: str
    definition: str
    where: str  # page#anchor below book/, or "none"
    also: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    unlinked: tuple[str, ...] = ()
    not_on: tuple[str, ...] = ()
    slugs: tuple[str, ...] = ()
    beware: str = ""
    link: bool = True
    id: str = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "id", nodes.make_id(plain(self.term)))

    @property
    def letter(self) -> str:
        return self.id[0].upper()

    def names(self) -> set[str]:
        """All forms under which the term is recognized."""
        names = (self.term, *self.also, *self.forms, *self.unlinked)
        return {form for name in map(plain, names) for form in (name, plural(name))}

    def linked_names(self) -> set[str]:
        """Those that become links in chapters."""
        kept_out = {form for name in self.unlinked for form in (name, plural(name))}
        return self.names() - kept_out if self.link else set()


def plain(text: str) -> str:
    """A name without the signs of Markdown and formulas."""
    return re.sub(r"[$*`\\]", "", text)


def plural(name: str) -> str:
    if name.endswith(("s", "x", "ss", "sh", "ch")):
        return name + "es"
    if re.search(r"[^aeiou]y$", name):
        return name[:-1] + "ies"
    return name + "s"


def read_terms(path: Path) -> list[Term]:
    """The terms of a file; none where there is no file."""
    if not path.is_file():
        return []
    entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    lists = ("also", "forms", "unlinked", "not_on", "slugs")
    return [Term(**{k: tuple(v) if k in lists else v for k, v in e.items()}) for e in entries]


def in_order(terms: list[Term]) -> list[Term]:
    return sorted(terms, key=lambda term: term.id)


# Finding terms in text.


def words(text: str) -> str:
    """A text with one space between words."""
    return " ".join(text.split())


def with_capital(name: str) -> str:
    """The name as it stands at the beginning of a sentence."""
    return name[:1].upper() + name[1:]


@dataclass(frozen=True)
class Finder:
    """Finds the names of terms in a text, the longest first."""

    lookup: dict[str, Term]
    pattern: re.Pattern

    @classmethod
    def of(cls, terms: list[Term]) -> Finder:
        lookup = {name: term for term in terms for name in term.names()}
        lookup |= {name: term for term in terms for name in term.linked_names()}
        lookup = {with_capital(name): term for name, term in lookup.items()} | lookup
        linked = {name for term in terms for name in term.linked_names()}
        names = sorted(linked | set(map(with_capital, linked)), key=lambda name: (-len(name), name))
        choice = "|".join(r"\s+".join(map(re.escape, name.split())) for name in names) or "(?!)"
        return cls(lookup, re.compile(rf"(?<![\w–-])(?:{choice})(?![\w–-])"))

    def mentions(self, text: str):
        for match in self.pattern.finditer(text):
            yield match, self.lookup[words(match[0])]

    def exactly(self, text: str) -> Term | None:
        """The term of which the text is a name, but for an article and a stop."""
        name = re.sub(r"^(the|an?) ", "", words(text).rstrip(".:,"), flags=re.IGNORECASE)
        return self.lookup.get(name) or self.lookup.get(with_capital(name))


# Links in the chapters.


class term_link(nodes.reference):
    """A mention of a term, linked to the glossary."""


def visit_term_link(self, node):
    attributes = {
        "class": "nn-term",
        "href": node["refuri"],
        "aria-describedby": node["describedby"],
    }
    self.body.append(self.starttag(node, "a", "", **attributes))


def depart_term_link(self, node):
    self.body.append("</a>")


# What is no running text, or is a link already.
LEFT_ALONE = (
    *(nodes.title, nodes.reference, nodes.literal, nodes.math, nodes.math_block, nodes.raw),
    *(nodes.FixedTextElement, nodes.caption, nodes.table, nodes.strong, nodes.emphasis),
    *(nodes.rubric, nodes.term, nodes.citation, nodes.footnote, nodes.Inline),
)
# Cells of code with what they printed, and solutions, which are folded away.
LEFT_ALONE_CLASSES = {"cell", "dropdown", "toggle", "admonition-title"}


def is_left_alone(node) -> bool:
    return (
        isinstance(node, LEFT_ALONE)
        or node.tagname.startswith("dropdown")
        or bool(LEFT_ALONE_CLASSES & set(node.get("classes", ())))
    )


def running_text(node):
    """The pieces of running text below a node, with the paragraph that each stands in."""
    for child in list(node.children):
        if isinstance(child, nodes.Text):
            yield child, node
        elif not is_left_alone(child):
            yield from running_text(child)


def join_texts(doctree):
    """Make one piece of neighbouring pieces of text: Markdown splits them at the ends of lines."""
    for parent in list(doctree.findall(nodes.Element)):
        at = 1
        while at < len(parent):
            before, text = parent[at - 1], parent[at]
            if isinstance(before, nodes.Text) and isinstance(text, nodes.Text):
                parent[at - 1 : at + 1] = [nodes.Text(before + text)]
            else:
                at += 1


def explained_on(doctree, finder: Finder) -> set[str]:
    """Ids of the terms that the page sets in bold: it explains them itself."""
    found = (finder.exactly(node.astext()) for node in doctree.findall(nodes.strong))
    return {term.id for term in found if term}


def link_terms(doctree, finder: Finder, page: str, glossary: str) -> list[Term]:
    """Link the first mention of each term that the page does not explain itself.

    `page` is the page's name below book/, `glossary` the address of the glossary from there.
    """
    join_texts(doctree)
    done = explained_on(doctree, finder)
    count: dict[nodes.Element, int] = {}
    linked = []
    for text, parent in list(running_text(doctree)):
        pieces, end = [], 0
        for match, term in finder.mentions(text):
            if (
                term.id in done
                or page in (term.where.partition("#")[0], *term.not_on)
                or count.get(parent, 0) >= LINKS_PER_PARAGRAPH
            ):
                continue
            done.add(term.id)
            linked.append(term)
            count[parent] = count.get(parent, 0) + 1
            link = term_link("", "", nodes.Text(match[0]))
            link["refuri"], link["describedby"] = f"{glossary}#{term.id}", f"def-{term.id}"
            pieces += [nodes.Text(text[end : match.start()]), link]
            end = match.end()
        if pieces:
            at = parent.index(text)
            parent[at : at + 1] = [p for p in (*pieces, nodes.Text(text[end:])) if p.astext()]
    return linked


def set_links(app, doctree, docname):
    if app.builder.format != "html" or PAGE not in app.env.found_docs:
        return
    if not CHAPTER.fullmatch(docname):
        return
    uri = app.builder.get_relative_uri(docname, PAGE)
    linked = link_terms(doctree, app.nn_finder, docname.removeprefix("book/"), uri)
    app.nn_linked[docname] = linked
    if any("$" in term.definition for term in linked):  # then the page needs MathJax
        app.env.get_domain("math").data["has_equations"][docname] = True


# The definitions at the end of a page.


def html_renderer() -> MarkdownIt:
    """Markdown as the definitions use it; formulas as Sphinx gives them to MathJax."""
    markdown = MarkdownIt("commonmark").use(dollarmath_plugin)

    def formula(self, tokens, index, options, env):
        text = nodes.unescape(tokens[index].content)
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return rf'<span class="math notranslate nohighlight">\({text}\)</span>'

    markdown.add_render_rule("math_inline", formula)
    return markdown


def definitions_html(terms: list[Term]) -> str:
    markdown = html_renderer()
    boxes = [
        f'<div class="nn-definition" id="def-{term.id}" role="tooltip" hidden>'
        f"<strong>{markdown.renderInline(term.term)}</strong> "
        f"{markdown.renderInline(term.definition)}</div>"
        for term in terms
    ]
    return '<div class="nn-definitions">\n' + "\n".join(boxes) + "\n</div>\n" if boxes else ""


def add_definitions(app, pagename, templatename, context, doctree):
    linked = app.nn_linked.get(pagename)
    if linked and "body" in context:
        context["body"] += definitions_html(linked)


# The page.


class taught(nodes.General, nodes.Element):
    """Stands for the link to where a term is taught, until all pages have been read."""


class BookGlossary(SphinxDirective):
    """The list of all terms, by letters."""

    has_content = False

    def run(self):
        self.env.note_dependency(str(Path(self.env.srcdir) / DATA))
        terms = in_order(self.env.app.nn_terms)
        letters = sorted({term.letter for term in terms})
        row = nodes.paragraph("", "", classes=["nn-letters"])
        for letter in letters:
            row += [
                nodes.reference("", letter, refid=f"letter-{letter.lower()}", internal=True),
                nodes.Text(" "),
            ]
        return [row, *(self.section(letter, terms) for letter in letters)]

    def section(self, letter, terms):
        part = nodes.section(ids=[f"letter-{letter.lower()}"], names=[f"letter-{letter.lower()}"])
        part += nodes.title("", letter)
        entries = nodes.definition_list("", classes=["nn-glossary"])
        entries += [self.entry(term) for term in terms if term.letter == letter]
        part += entries
        return part

    def entry(self, term):
        head = nodes.term("", "", *self.inline(term.term), ids=[term.id])
        if term.also:
            names = nodes.inline("", "", classes=["nn-also"])
            for number, name in enumerate(term.also):
                names += [nodes.Text(", " if number else ", also "), *self.inline(name)]
            head += names
        body = nodes.definition("")
        body += self.paragraphs(term.definition)
        if term.beware:
            for paragraph in self.paragraphs(term.beware):
                paragraph["classes"].append("nn-beware")
                body += paragraph
        body += taught("", where=term.where, term=term.term)
        return nodes.definition_list_item("", head, body)

    def paragraphs(self, text):
        holder = nodes.Element()
        self.state.nested_parse(StringList(text.splitlines(), source=DATA), 0, holder)
        return holder.children

    def inline(self, text):
        return self.paragraphs(text)[0].children


def place_of(env, where: str) -> tuple[str, str, str, str] | None:
    """Page, id in it, title of the section and of the page, for `page#anchor`."""
    name, _, anchor = where.partition("#")
    page = f"book/{name}"
    if page not in env.found_docs:
        return None
    title = env.titles[page].astext()
    if not anchor:
        return page, "", "", title
    labels = env.get_domain("std").labels
    if labels.get(anchor, ("",))[0] == page:
        return page, labels[anchor][1], labels[anchor][2], title
    slugs = env.metadata[page].get("myst_slugs", {})
    if anchor in slugs:
        return page, slugs[anchor][1], slugs[anchor][2], title
    return None


def show_places(app, doctree, docname):
    for node in list(doctree.findall(taught)):
        paragraph = nodes.paragraph("", "", classes=["nn-where"])
        place = None
        if node["where"] == "none":
            paragraph += nodes.Text("Not taught in this book.")
        elif place := place_of(app.env, node["where"]):
            page, anchor, section, title = place
            uri = app.builder.get_relative_uri(docname, page) + (anchor and f"#{anchor}")
            text = f"{title}: {section}" if section and section != title else title
            paragraph += nodes.reference("", text, refuri=uri, internal=True)
        else:
            logger.warning("glossary: %s leads nowhere: %s", node["term"], node["where"])
        node.replace_self(paragraph)


# Sphinx.


def read_data(app):
    path = Path(app.srcdir) / DATA
    app.nn_terms = read_terms(path)
    app.nn_finder = Finder.of(app.nn_terms)
    app.nn_linked = {}
    app.nn_digest = hashlib.sha256(path.read_bytes() if path.is_file() else b"").hexdigest()


def outdated(app, env, added, changed, removed):
    """Every page holds definitions: when they change, all are written again."""
    before, env.nn_glossary = getattr(env, "nn_glossary", None), app.nn_digest
    return sorted(env.found_docs) if before not in (None, app.nn_digest) else []


def setup(app):
    app.add_node(term_link, html=(visit_term_link, depart_term_link))
    app.add_node(taught)
    app.add_directive("book-glossary", BookGlossary)
    app.connect("builder-inited", read_data)
    app.connect("env-get-outdated", outdated)
    app.connect("doctree-resolved", set_links)
    app.connect("doctree-resolved", show_places)
    app.connect("html-page-context", add_definitions)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
