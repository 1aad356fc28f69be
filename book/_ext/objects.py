"""Glossary terms, equations and the package's names as objects of Sphinx.

So they are in ``objects.inv``, where other books can link to them, in the index of the search,
which ranks them (search.js), and on the page ``genindex``:

* a term is its entry in the glossary; each of its other names leads there too;
* an equation is the display with its label, by a name in words (names.py);
* a public name of nnbook is the section that first explains it: where an equation is compared with
  its code, or else where the text of a chapter names it.
"""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from glossary import CHAPTER, plain
from glossary import PAGE as GLOSSARY
from names import name_of, read_names, with_capital
from sphinx.domains import Domain, ObjType

LEDGER = Path("book/ledger.json")
PUBLIC = Path("nnbook/__init__.pyi")
ASIDE = ("book/solutions/", "book/conventions")  # pages that explain nothing, and rank below
IMPORTANT, USUAL, ASIDE_PRIORITY = 0, 1, 2  # priorities of Sphinx's search


@dataclass(frozen=True)
class Thing:
    """One object: what Sphinx wants to know of it.

    Where the id is not the name, it must not be the anchor either, nor the anchor without the kind:
    Sphinx's index leaves such anchors out, and its search makes them of the name.
    """

    id: str
    name: str
    kind: str
    page: str
    anchor: str
    priority: int = USUAL


# -- The package's names ---------------------------------------------------------------------------


def public_names(path: Path) -> set[str]:
    """What one can ask the package for, but for its modules: ``Dense``, ``adam``."""
    if not path.is_file():
        return set()
    found = set()
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.ImportFrom) and statement.module:
            found |= {alias.asname or alias.name for alias in statement.names}
    modules = {part.stem for part in path.parent.rglob("*.py")} | {
        part.name for part in path.parent.iterdir()
    }
    return found - modules


def named_in(code: str, names: set[str]) -> str:
    """The public name that a piece of code in the text speaks of: `nn.Dense(3, 1)` of Dense."""
    match = re.match(r"(?:nn(?:book)?\.)?([A-Za-z_]\w*)(?:\(.*\))?$", code.strip(), re.DOTALL)
    return match[1] if match and match[1] in names else ""


def section_of(node) -> str:
    """The id of the section in which a node stands."""
    while node is not None and not isinstance(node, nodes.section):
        node = node.parent
    return node["ids"][0] if node is not None and node["ids"] else ""


def collect(app, doctree):
    """Notes for a page the section of each of its equations, and the first that names a name."""
    env = app.env
    sections, mentions = {}, {}
    for box in doctree.findall(nodes.admonition):
        id_ = nodes.make_id(box[0].astext()) if isinstance(box[0], nodes.title) else ""
        if id_ and not box["ids"] and id_ not in doctree.ids:  # a theorem can be linked to
            box["ids"].append(id_)
            doctree.ids[id_] = box
    for block in doctree.findall(nodes.math_block):
        if (block.get("label") or "").startswith("eq-"):
            sections[block["label"]] = section_of(block)
    if CHAPTER.fullmatch(env.docname) and not env.docname.startswith(ASIDE):
        for code in doctree.findall(nodes.literal):
            if name := named_in(code.astext(), app.nn_public):
                mentions.setdefault(name, section_of(code))
    env.get_domain("nn").data["pages"][env.docname] = {"sections": sections, "mentions": mentions}


def in_book_order(env) -> list[str]:
    """All pages in the order of the contents."""
    order, stack = [], [env.config.root_doc]
    while stack:
        page = stack.pop()
        if page not in order:
            order.append(page)
            stack += reversed(env.toctree_includes.get(page, []))
    return order + sorted(set(env.found_docs) - set(order))


def explained(env, names: set[str], codes: dict[str, str]) -> dict[str, tuple[str, str]]:
    """For each name the page and the section that explain it.

    ``codes`` says of an equation with which function it is compared: nnbook.Dense.forward.
    """
    pages = env.get_domain("nn").data["pages"]
    order = [page for page in in_book_order(env) if page in pages and not page.startswith(ASIDE)]
    found: dict[str, tuple[str, str]] = {}
    for page in order:
        for label, section in pages[page]["sections"].items():
            name = codes.get(label, "").removeprefix("nnbook.").partition(".")[0]
            if name in names:
                found.setdefault(name, (page, section))
    for page in order:
        for name, section in pages[page]["mentions"].items():
            found.setdefault(name, (page, section))
    return found


# -- The domain ------------------------------------------------------------------------------------


class BookDomain(Domain):
    name = "nn"
    label = "book"
    object_types: ClassVar = {
        "term": ObjType("term"),
        "formula": ObjType("equation"),
        "code": ObjType("code"),
    }
    initial_data: ClassVar = {"pages": {}, "indexed": []}

    def clear_doc(self, docname):
        self.data["pages"].pop(docname, None)

    def merge_domaindata(self, docnames, otherdata):
        self.data["pages"] |= {k: v for k, v in otherdata["pages"].items() if k in docnames}

    def resolve_any_xref(self, *args):
        return []

    def things(self) -> list[Thing]:
        return [*self.terms(), *self.equations(), *self.code()]

    def terms(self):
        if GLOSSARY not in self.env.found_docs:
            return
        for term in self.env.app.nn_terms:
            own = plain(term.term)
            names = [own, *(f"{plain(name)} ({own})" for name in term.also)]
            for name in names:
                yield Thing(name, name, "term", GLOSSARY, term.id, IMPORTANT)

    def equations(self):
        names = self.env.app.nn_names
        for label, (page, _) in self.env.get_domain("math").data["objects"].items():
            if label.startswith("eq-"):
                priority = ASIDE_PRIORITY if page.startswith(ASIDE) else USUAL
                anchor = f"equation-{nodes.make_id(label)}"
                yield Thing(label, name_of(label, names), "formula", page, anchor, priority)

    def code(self):
        app = self.env.app
        for name, (page, section) in explained(self.env, app.nn_public, app.nn_codes).items():
            yield Thing(f"nnbook.{name}", f"nnbook.{name}", "code", page, section)

    def get_objects(self):
        for thing in self.things():
            yield (thing.id, thing.name, thing.kind, thing.page, thing.anchor, thing.priority)


def fill_index(app, env):
    """The page genindex: an entry for each object, instead of those of the last build."""
    data, entries = env.get_domain("nn").data, env.get_domain("index").entries
    for page, entry in data["indexed"]:
        if entry in entries.get(page, ()):
            entries[page].remove(entry)
    data["indexed"] = []
    for thing in env.get_domain("nn").things():
        name = re.sub(r"^(?:nnbook\.|An? |The )", "", thing.name).replace(";", ",")
        name = with_capital(name) if thing.kind == "formula" else name
        kind = {"term": "", "formula": ", equation", "code": ", code"}[thing.kind]
        entry = ("single", name + kind, thing.anchor, "", None)
        entries.setdefault(thing.page, []).append(entry)
        data["indexed"].append((thing.page, entry))
    return []


def read_data(app):
    source = Path(app.srcdir)
    app.config.html_search_scorer = str(Path(__file__).parent / "search.js")
    app.nn_names = read_names(source)
    app.nn_public = public_names(source / PUBLIC)
    app.nn_codes = {}
    if (source / LEDGER).is_file():
        rows = json.loads((source / LEDGER).read_text(encoding="utf-8"))["equations"]
        app.nn_codes = {row["id"]: row["code"] for row in rows}


def setup(app):
    app.add_domain(BookDomain)
    app.connect("builder-inited", read_data)
    app.connect("doctree-read", collect)
    app.connect("env-updated", fill_index)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
