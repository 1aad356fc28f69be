"""The glossary is complete, leads where it says, and its terms are linked in the chapters."""

import importlib.util
import itertools
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace

import notebooks
import pytest
import sitecheck
from docutils import nodes
from docutils.utils import new_document
from myst_parser.mdit_to_docutils.base import default_slugify

ROOT = notebooks.ROOT
BOOK = ROOT / "book"
INVENTORY = ROOT.parent / "shared" / "inventory.json"
HEADINGS = ("glossary", "zoo")


def extension():
    spec = importlib.util.spec_from_file_location("glossary", BOOK / "_ext" / "glossary.py")
    module = sys.modules["glossary"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


glossary = extension()
Term, Finder = glossary.Term, glossary.Finder
TERMS = glossary.read_terms(BOOK / "glossary.yml")
FINDER = Finder.of(TERMS)


def term(name="stride", definition="By how many places a window moves on.", **more):
    return Term(name, definition, **{"where": "none", **more})


def with_changed(name, **changes):
    """The terms of the book, one of them changed."""
    assert any(t.term == name for t in TERMS)
    return [replace(t, **changes) if t.term == name else t for t in TERMS]


# The inventory of the notes. It is not part of the book.


def wanted() -> set[str]:
    if not INVENTORY.is_file():
        pytest.skip("the inventory is not here")
    entries = json.loads(INVENTORY.read_text(encoding="utf-8"))
    return {entry["id"] for entry in entries if entry["chapter"] in HEADINGS}


def slugs(terms) -> list[str]:
    return [slug for t in terms for slug in t.slugs]


def test_every_term_of_the_inventory_is_there():
    assert wanted() - set(slugs(TERMS)) == set()


def test_no_slug_is_invented_or_covered_twice():
    assert sorted(slugs(TERMS)) == sorted(wanted() & set(slugs(TERMS)))


def test_planted_loss_of_an_entry():
    without = [t for t in TERMS if t.term != "clustering"]
    assert wanted() - set(slugs(without)) == {"gloss-clustering", "zoo-clustering"}


# Where a term is taught.


def anchors(page: str) -> set[str] | None:
    """What one can link to on a page: its labels and its headings."""
    path = BOOK / f"{page}.ipynb"
    if not path.is_file():
        return None
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    text = "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    labels = set(re.findall(r"^\(([\w-]+)\)=", text, flags=re.MULTILINE))
    headings = re.findall(r"^#{1,3} +(.+)$", text, flags=re.MULTILINE)
    return labels | {default_slugify(re.sub(r"[$*`]", "", heading)) for heading in headings}


def leads_nowhere(terms) -> list[str]:
    pages = {t.where.partition("#")[0] for t in terms} | {p for t in terms for p in t.not_on}
    known = {page: anchors(page) for page in pages - {"none"}}
    found = [
        f"{t.term}: no such page: {page}" for t in terms for page in t.not_on if not known[page]
    ]
    for t in terms:
        page, _, anchor = t.where.partition("#")
        if page != "none" and (not known[page] or (anchor and anchor not in known[page])):
            found.append(f"{t.term}: leads nowhere: {t.where}")
    return found


def test_places_exist():
    assert leads_nowhere(TERMS) == []


@pytest.mark.parametrize(
    "change",
    [
        {"where": "training/nowhere"},
        {"where": "training/optimizers#nowhere"},
        {"not_on": ("training/nowhere",)},
    ],
)
def test_planted_place_that_does_not_exist(change):
    assert len(leads_nowhere(with_changed("Adam", **change))) == 1


# What the entries say.


def twice(terms) -> list[str]:
    """Terms with the same id, and names that would be links to two terms."""
    owners: dict[str, set[str]] = {}
    for t in terms:
        for name in t.linked_names():
            owners.setdefault(name, set()).add(t.id)
    ids = [t.id for t in terms]
    names = {name for name, which in owners.items() if len(which) > 1}
    return sorted({i for i in ids if ids.count(i) > 1} | names)


def says_nothing(terms) -> list[str]:
    """Definitions that are empty or made of the term itself."""
    found = []
    for t in terms:
        own = {word for name in t.names() for word in re.findall(r"\w+", name.lower())}
        others = (
            set(re.findall(r"\w+", t.definition.lower())) - own - {"a", "an", "the", "is", "of"}
        )
        if len(others) < 4:
            found.append(t.term)
    return found


def badly_written(terms) -> list[str]:
    """A definition is whole sentences, without what only the page of the glossary could show."""
    return [
        t.term
        for t in terms
        if not re.search(r"[.)]$", t.definition)
        or re.search(r"\]\(|\{\w+(:\w+)?\}`|\n", t.definition)
        or t.definition.count("$") % 2
        or "$$" in t.definition
    ]


def out_of_order(terms) -> list[str]:
    return [later.term for t, later in itertools.pairwise(terms) if later.id < t.id]


def test_no_term_twice():
    assert twice(TERMS) == []


def test_definitions_say_something():
    assert says_nothing(TERMS) == []


def test_definitions_are_sentences():
    assert badly_written(TERMS) == []


def test_terms_are_in_order():
    assert out_of_order(TERMS) == []


def test_planted_duplicates():
    assert twice([*TERMS, term("Adam")]) == ["adam"]
    assert twice(with_changed("momentum", also=("Adam",))) == ["Adam", "Adams"]


@pytest.mark.parametrize("definition", ["", "A stride.", "The stride of strides is the stride."])
def test_planted_definition_that_says_nothing(definition):
    assert says_nothing([term(definition=definition)]) == ["stride"]


@pytest.mark.parametrize(
    "definition",
    [
        "how far a window moves on",
        "How far a [window](#window) moves on.",
        "How far a window moves on {cite}`lam-notes`.",
        "How far, $s, a window moves on.",
    ],
)
def test_planted_definition_that_is_badly_written(definition):
    assert badly_written([term(definition=definition)]) == ["stride"]


def test_planted_disorder():
    assert out_of_order([term("b"), term("a")]) == ["a"]


# Every term that a chapter sets in bold is there.

# Bold words that are no terms.
EMPHASIS = {
    *(
        "description",
        "equal in size",
        "in the logits",
        "probability",
        "winner",
        "zero",
        "Where the notes err",
        "You need",
    ),
}


def bold_terms(cells) -> set[str]:
    """Short phrases in bold. Claims, the first words of a paragraph, which end in a full stop, and
    the numbers of exercises are no terms."""
    found = set()
    for cell in cells:
        if cell["cell_type"] == "markdown":
            found |= set(re.findall(r"\*\*(.+?)\*\*", glossary.words("".join(cell["source"]))))
    return {x for x in found if not re.search(r"^\d|[.:?]$|\$", x) and len(x.split()) <= 4}


def not_in_glossary(cells, finder=FINDER) -> set[str]:
    return {phrase for phrase in bold_terms(cells) - EMPHASIS if not finder.exactly(phrase)}


@pytest.mark.parametrize(
    "page", sorted(p.relative_to(BOOK).as_posix() for p in BOOK.glob("*/*.ipynb"))
)
def test_bold_terms_have_an_entry(page):
    cells = json.loads((BOOK / page).read_text(encoding="utf-8"))["cells"]
    assert not_in_glossary(cells) == set()


def test_planted_bold_term():
    text = "**Dense layers** have **weights**. **The chain\nrule**, **2. A number.** A **qualm**."
    assert not_in_glossary([{"cell_type": "markdown", "source": [text]}]) == {"qualm"}


# Links.


def paragraph(*pieces):
    return nodes.paragraph("", "", *(nodes.Text(p) if isinstance(p, str) else p for p in pieces))


def linked(terms, *blocks, page="part/page"):
    """The mentions that become links in a page of these blocks, and the page's text after that."""
    document = new_document("test")
    document += nodes.section("", *blocks)
    before = document.astext()
    glossary.link_terms(document, Finder.of(terms), page, "../glossary.html")
    assert document.astext() == before
    return [link.astext() for link in document.findall(glossary.term_link)]


def test_the_first_mention_is_linked():
    assert linked([term()], paragraph("A stride, and a stride."), paragraph("A stride.")) == [
        "stride"
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Strides are small.", ["Strides"]),
        (
            "A batch\nnormalization.",
            ["batch\nnormalization"],
        ),  # the longest name, over a line's end
        ("A non-stride, a stride-like thing, striders.", []),
        ("By ADAM or adam.", []),  # a name is written as it is
        ("By Adam.", ["Adam"]),
    ],
)
def test_what_is_a_mention(text, found):
    terms = [
        term(),
        term("Adam"),
        term("batch"),
        term("batch normalization"),
        term("normalization"),
    ]
    assert linked(terms, paragraph(text)) == found


def test_lines_of_a_source_are_joined():
    terms = [term("batch normalization")]
    assert linked(terms, paragraph("A batch", "\n", "normalization.")) == ["batch\nnormalization"]


def test_text_that_two_places_share_is_joined_in_both():
    shared = nodes.Text("normalization.")  # it knows the last place only, as names in citations do
    starts = (nodes.Text("A batch "), nodes.Text("Also batch "))
    blocks = [nodes.paragraph("", "", start, shared) for start in starts]
    assert linked([term("batch normalization")], *blocks) == ["batch normalization"]


def test_no_links_in_headings_code_formulas_links_and_outputs():
    cell = nodes.container("", paragraph("stride"), classes=["cell"])
    folded = nodes.container("", paragraph("stride"), classes=["dropdown"])
    inline = (nodes.literal, nodes.math, nodes.reference, nodes.emphasis)
    blocks = [nodes.title("", "stride"), nodes.literal_block("", "stride"), cell, folded]
    blocks += [paragraph(kind("", "stride")) for kind in inline]
    assert linked([term()], *blocks) == []


def test_no_link_on_the_page_that_teaches_or_sets_in_bold():
    taught_here = term(where="part/page#there")
    other_meaning = term(not_on=("part/page",))
    bold = paragraph("A ", nodes.strong("", "stride"), " is one.")
    assert linked([taught_here], paragraph("A stride.")) == []
    assert linked([other_meaning], paragraph("A stride.")) == []
    assert linked([term()], paragraph("A stride."), bold) == []


def test_words_that_are_kept_out():
    assert linked([term(link=False)], paragraph("A stride.")) == []
    terms = [term("balancing", unlinked=("weighting",))]
    assert linked(terms, paragraph("Weighting is balancing.")) == ["balancing"]


def test_a_paragraph_gets_few_links():
    terms = [term("one"), term("two"), term("three")]
    assert linked(terms, paragraph("one two three")) == ["one", "two"]
    assert linked(terms, paragraph("one two three"), paragraph("three")) == ["one", "two", "three"]


def test_formulas_in_definitions():
    html = glossary.definitions_html([term(definition="It is $s < 2$, & *small*.")])
    assert (
        r'<span class="math notranslate nohighlight">\(s &lt; 2\)</span>, &amp; <em>small' in html
    )


# A small book.

DATA = """\
- term: kernel
  where: images/taught#there
  definition: The weights $w_1 < w_2$ of a window.
  beware: "Some say less ({cite}`lam-notes`)."
- term: stride
  also: [hop]
  where: none
  definition: By how many places a window moves on.
"""
PAGES = {
    "book/index.md": "# Book\n\nA stride.\n",
    "book/glossary.md": "# Glossary\n\n```{book-glossary}\n```\n",
    "book/images/taught.md": "# Taught\n\n(there)=\n## A window\n\nA **kernel** has a stride.\n",
    "book/images/other.md": "# Strides and kernels\n\nHops of a\nkernel, and a kernel.\n",
    "book/bibliography.md": "# References\n\n```{bibliography}\n```\n",
    "_toc.yml": "format: jb-book\nroot: book/index\nchapters:\n"
    + "".join(f"- file: book/{p}\n" for p in ("images/taught", "images/other", "glossary"))
    + "- file: book/bibliography\n",
}


def small_book(folder, data=DATA):
    for path in ("book/_static", "book/_ext", "book/_web"):
        shutil.copytree(ROOT / path, folder / path)
    (folder / "book" / "images").mkdir()
    for path in ("_config.yml", "book/references.bib", "book/live.toml", "book/seconds.json"):
        shutil.copy(ROOT / path, folder / path)
    for path, text in {**PAGES, "book/glossary.yml": data}.items():
        (folder / path).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    small_book(folder)
    run = sitecheck.build(folder, folder)
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


def html(book, page):
    return (book / "_build" / "html" / "book" / f"{page}.html").read_text(encoding="utf-8")


def test_links_of_a_book(book):
    text = html(book, "images/other")
    links = re.findall(r'<a ([^>]*)class="nn-term" href="([^"]*)">([^<]*)</a>', text)
    assert [(url, mention) for _, url, mention in links] == [
        ("../glossary.html#stride", "Hops"),
        ("../glossary.html#kernel", "kernel"),
    ]
    assert 'aria-describedby="def-kernel"' in links[1][0]
    assert text.count('class="nn-definition"') == 2
    assert re.search(r"<math.*?&lt;.*?</math>", text, re.DOTALL)


def test_pages_without_links(book):
    assert "#stride" in html(book, "images/taught")
    assert "#kernel" not in html(book, "images/taught")
    assert "nn-term" not in html(book, "index")


def test_page_of_the_glossary(book):
    text = html(book, "glossary")
    assert 'href="#letter-k"' in text
    assert 'href="images/taught.html#there"' in text
    assert "Taught: A window" in text
    assert "Not taught in this book" in text


def test_site_of_the_small_book(book):
    site = book / "_build" / "html"
    pages = sitecheck.read_site(site)
    assert sitecheck.links_resolve(site, pages) == []
    assert sitecheck.descriptions_present(pages) == []
    assert sum(len(page.described_by) for page in pages.values()) == 3
    pages["book/images/other.html"].ids.remove("def-kernel")
    assert len(sitecheck.descriptions_present(pages)) == 1


def test_new_definitions_reach_all_pages(book):
    """An incremental build writes again all pages with a definition. (The last to use `book`.)"""
    data = DATA.replace("moves on", "advances")
    (book / "book" / "glossary.yml").write_text(data, encoding="utf-8")
    command = "from jupyter_book.cli.main import main; main()"
    again = [sys.executable, "-c", command, "build", book, "--quiet", "-W", "-n", "--keep-going"]
    subprocess.run(again, check=True, capture_output=True)
    assert "advances" in html(book, "images/other")
    assert "advances" in html(book, "glossary")


def test_planted_term_that_is_taught_nowhere(tmp_path):
    small_book(tmp_path, DATA.replace("#there", "#nowhere"))
    run = sitecheck.build(tmp_path, tmp_path)
    assert run.returncode != 0
    assert "kernel leads nowhere: images/taught#nowhere" in run.stdout + run.stderr
