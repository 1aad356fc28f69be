"""What stands around the text: descriptions, addresses, reading time, names, objects."""

import importlib
import json
import re
import shutil
import sys
from types import SimpleNamespace

import bookcheck
import notebooks
import pytest
import sitecheck
from docutils import nodes
from docutils.utils import new_document

ROOT = notebooks.ROOT
HOME = "https://example.org/nets/"
CODE = "https://example.org/code/nets"


def extension(name):
    """A module of book/_ext, which Sphinx imports by its bare name."""
    folder = str(ROOT / "book" / "_ext")
    sys.path.insert(0, folder)
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(folder)


frame, names, overview = map(extension, ("frame", "names", "overview"))
objects, glossary = map(extension, ("objects", "glossary"))


# -- Descriptions, reports, citations --------------------------------------------------------------


def section(*blocks, title="A page"):
    document = new_document("test")
    document += nodes.section("", nodes.title("", title), *blocks, ids=["a-page"])
    return document


def paragraph(*pieces):
    return nodes.paragraph("", "", *(nodes.Text(p) if isinstance(p, str) else p for p in pieces))


def test_a_description_is_the_opening():
    long = "It is told in whole sentences. " * 4
    page = section(paragraph("What is a page? "), paragraph(long), nodes.section())
    assert frame.opening(page).startswith("What is a page? It is told in whole sentences. It is")
    assert frame.SHORTEST <= len(frame.opening(page)) <= frame.LONGEST
    assert frame.opening(page).endswith(".")


def test_a_description_has_no_formula():
    page = section(paragraph("Let ", nodes.math("", r"\theta"), " be a number. Then all is well."))
    assert frame.opening(page) == "Then all is well."
    page = section(paragraph("All is well. Let ", nodes.math("", r"\theta"), " be. Then not."))
    assert frame.opening(page) == "All is well."
    assert frame.opening(section(paragraph("Let ", nodes.math("", "x"), " be."))) == "Let x be."


def test_a_long_sentence_is_cut_between_words():
    cut = frame.shortened("word " * 90)
    assert len(cut) <= frame.LONGEST
    assert cut.endswith("word…")


def test_a_report_goes_to_the_issues_or_by_mail():
    page = ("Losses", "book/losses", "0.1.0 (abc)")
    assert frame.report_link(CODE, *page).startswith(f"{CODE}/issues/new?title=Error%20in%20Losses")
    assert "/-/issues/new?issue[title]=" in frame.report_link("https://gitlab.org/a/b", *page)
    link = frame.report_link("", *page)
    assert link.startswith("mailto:?subject=")
    assert "Version%3A%200.1.0%20%28abc%29" in link
    assert "+" not in link  # which mail programs show as it is


def test_bibtex_of_a_page_and_of_the_book():
    args = ("A Book", "The authors")
    entry = frame.bibtex(*args, "Losses", "2026-11-28", "2026", "0.1.0", HOME + "l.html")
    assert entry.startswith("@incollection{nnbook-losses,\n  author = {{The authors}},")
    assert "booktitle = {A Book}" in entry
    assert "note = {Version 0.1.0, 28 November 2026}" in entry
    assert f"url = {{{HOME}l.html}}" in entry
    book = frame.bibtex(*args, "A Book", "", "2026", "", "")
    assert book == (
        "@book{nnbook-book,\n  author = {{The authors}},\n  title = {A Book},\n  year = {2026},\n}"
    )


def test_the_day_is_that_of_the_commit(tmp_path):
    assert frame.commit_of(tmp_path) == ("", "")  # no repository: no day is made up
    assert frame.in_words("2026-01-02") == "2 January 2026"


# -- Reading time and what a chapter builds on -----------------------------------------------------


def test_reading_time():
    words = "word " * overview.WORDS_A_MINUTE
    hidden = nodes.container("", paragraph(words), classes=["cell_input"])
    page = section(
        paragraph(words),
        nodes.math_block("", r"a \\ b"),
        hidden,
        nodes.literal_block(words, words),
        nodes.section("", nodes.title("", "Deeper: more"), paragraph(words), paragraph(words)),
        nodes.section("", nodes.title("", "Exercises"), paragraph(words)),
        title="",
    )
    main, deeper = overview.reading_time(page)
    assert main == 1 + 2 * overview.MINUTES_A_LINE
    assert deeper == pytest.approx(2, abs=0.02)  # the title has words as well
    assert [overview.about(t) for t in (0.3, 5, 5.1)] == [5, 5, 10]


def test_what_a_chapter_builds_on():
    def link(uri):
        return nodes.reference("", "there", refuri=uri)

    need = paragraph("", nodes.strong("", "You need"), " a ", link("b.html#c"), link("b.html"))
    other = paragraph(nodes.strong("", "After"), link("d.html"))
    assert overview.needed(section(other, need)) == ["b.html"]
    assert overview.needed(section(other)) == []


# -- Names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("eq-softmax-cce-gradient", "Softmax cross-entropy gradient"),
        ("eq-df-two-points", "Diffusion: two points"),
        ("eq-val-roc-auc", "Validation: area under the ROC curve"),
        ("eq-tent-map", "Tent map"),
        ("eq-he-init", "He initialization"),
    ],
)
def test_an_id_in_words(label, name):
    assert names.by_id(label) == name


def test_names_of_the_sheet():
    parts = {"A": {"Softmax": "eq-s", "Its slope: steep": "eq-t", "Slope of its norm": "eq-n"}}
    assert names.sheet_names(parts) == {
        "eq-s": "Softmax",
        "eq-t": "Softmax: slope, steep",
        "eq-n": "Softmax: slope of the norm",
    }


def test_every_equation_has_a_name_to_read():
    given = names.read_names(ROOT)
    for row in bookcheck.read_ledger()["equations"]:
        name = names.name_of(row["id"], given)
        assert name[0].isupper() or name[0].isdigit(), name
        assert "eq-" not in name


@pytest.mark.parametrize(
    ("code", "name"),
    [("Dense", "Dense"), ("nn.Dense(3, 1)", "Dense"), ("Dense.vjp", ""), ("Dens", ""), ("x", "")],
)
def test_code_that_names_a_public_name(code, name):
    assert objects.named_in(code, {"Dense"}) == name


def test_public_names_are_no_modules():
    found = objects.public_names(ROOT / "nnbook" / "__init__.pyi")
    assert {"Dense", "adam", "Sequential"} <= found
    assert not {"ops", "data", "derive"} & found


# -- A small book, built twice ---------------------------------------------------------------------

DATA = """\
- term: kernel
  where: images/taught#there
  also: [filter]
  definition: The weights $w$ of a window.
"""
SHEET = '["Part"]\n"One and one" = "eq-one"\n'
PAGES = {
    "book/index.md": "# A book\n\nIt begins here.\n",
    "book/glossary.md": "# Glossary\n\n```{book-glossary}\n```\n",
    "book/images/taught.md": "# 1. Taught: at length\n\nOpening words.\n\n(there)=\n## A window\n\n"
    "A kernel, as in `Dense`.\n\n$$\n1 + 1 = 2\n$$ (eq-one)\n\n"
    "```{admonition} Theorem (windows)\nAll.\n```\n",
    "book/images/other.md": "# Other\n\nHere we go on {cite}`lam-notes`.\n\n"
    "**You need** [that](taught.md) and [this](../glossary.md), by {eq}`eq-one`.\n",
    "book/bibliography.md": "# References\n\n```{bibliography}\n```\n",
    "_toc.yml": "format: jb-book\nroot: book/index\nchapters:\n"
    + "".join(f"- file: book/{p}\n" for p in ("images/taught", "images/other", "glossary"))
    + "- file: book/bibliography\n",
    "pyproject.toml": '[project]\nname = "x"\nversion = "1.2.3"\n',
    "book/glossary.yml": DATA,
    "book/formula-sheet.toml": SHEET,
}


def build(folder, **variables):
    for path in ("book/_static", "book/_ext"):
        shutil.copytree(ROOT / path, folder / path)
    for extra in ("book/_web", "book/live.toml"):
        if (ROOT / extra).is_dir():
            shutil.copytree(ROOT / extra, folder / extra)
        elif (ROOT / extra).is_file():
            shutil.copy(ROOT / extra, folder / extra)
    for path in ("_config.yml", "book/references.bib"):
        shutil.copy(ROOT / path, folder / path)
    for path, text in PAGES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    run = sitecheck.build(folder, folder, **{"SITE_URL": "", "REPOSITORY_URL": "", **variables})
    assert run.returncode == 0, run.stdout + run.stderr
    site = folder / "_build" / "html"
    return SimpleNamespace(site=site, pages=sitecheck.read_site(site))


@pytest.fixture(scope="module")
def unknown(tmp_path_factory):
    """Built where neither the address of the site nor a repository is known."""
    return build(tmp_path_factory.mktemp("unknown"))


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    return build(tmp_path_factory.mktemp("known"), SITE_URL=HOME, REPOSITORY_URL=CODE)


def checked(book):
    objects_ = sitecheck.read_objects(book.site)
    index = sitecheck.read_index(book.site)
    return sitecheck.objects_complete(book.pages, objects_, index, ["eq-one"], ["kernel"])


def test_heads_without_an_address(unknown):
    assert sitecheck.heads_complete(unknown.pages) == []
    assert not (unknown.site / "sitemap.xml").exists()
    assert "Sitemap" not in (unknown.site / "robots.txt").read_text()
    assert "example.org" not in "".join(page.text for page in unknown.pages.values())
    text = unknown.pages["book/images/other.html"].text
    assert 'href="mailto:?subject=Error%20in%20Other' in text


def test_heads_with_an_address(known):
    assert sitecheck.heads_complete(known.pages, HOME) == []
    other = known.pages["book/images/other.html"].text
    assert sitecheck.head_of(other)["canonical"] == [f"{HOME}book/images/other.html"]
    assert f'href="{CODE}/issues/new?title=Error%20in%20Other' in other
    assert sitecheck.head_of(other)["og:image"] == [f"{HOME}_static/social.png"]
    assert (known.site / "_static" / "social.png").is_file()
    sitemap = (known.site / "sitemap.xml").read_text()
    assert sitemap.count("<loc>") == 5
    assert f"<loc>{HOME}book/images/taught.html</loc>" in sitemap
    assert f"Sitemap: {HOME}sitemap.xml" in (known.site / "robots.txt").read_text()


def test_the_first_page_has_a_title_and_leads_on(known):
    text = known.pages["index.html"].text
    assert "<title>Neural Networks, Proved and Run</title>" in text
    assert "url=book/index.html" in text
    assert f'rel="canonical" href="{HOME}book/index.html"' in text


def test_the_page_404_holds_at_any_depth(known, unknown, monkeypatch):
    own = known.pages["404.html"].links + known.pages["404.html"].assets
    own = [u for u in own if not u.startswith(("https:", "#"))]
    assert own
    assert [u for u in own if not u.startswith("/nets/")] == []
    assert sitecheck.links_resolve(unknown.site, unknown.pages) == []
    monkeypatch.setenv("SITE_URL", HOME)
    assert sitecheck.links_resolve(known.site, known.pages) == []


def test_footer(unknown):
    text = unknown.pages["book/images/other.html"].text
    assert "Version 1.2.3" in text
    assert '<a rel="license" href="https://creativecommons.org/licenses/by/4.0/">' in text
    assert "@incollection{nnbook-other," in text
    assert "<time" not in text  # there is no commit whose day could stand here


def test_what_stands_below_a_title(unknown):
    assert "About 5 minutes" in unknown.pages["book/images/taught.html"].text
    text = unknown.pages["book/images/other.html"].text
    line = text.partition('class="nn-overview')[2].partition("</div>")[0]
    # The glossary comes later in the book, so the page does not build on it.
    assert 'builds on <a class="reference internal" href="taught.html">1. Taught</a>' in line
    assert line.count("<a ") == 1
    assert "nn-overview" not in unknown.pages["book/index.html"].text


def test_objects(unknown):
    assert checked(unknown) == []
    found = sitecheck.read_objects(unknown.site)
    assert found["nn:formula"] == {"eq-one": "book/images/taught.html#equation-eq-one"}
    assert found["nn:term"]["filter (kernel)"] == "book/glossary.html#kernel"
    assert "nn:code" not in found  # this book has no package
    index = sitecheck.read_index(unknown.site)
    assert "One and one" in json.dumps(index["objects"])
    assert index["alltitles"]["Theorem (windows)"][0][1] == "theorem-windows"


def test_references_are_items_of_a_list(unknown):
    text = unknown.pages["book/bibliography.html"].text
    assert 'role="listitem"' in text
    assert "doc-biblioentry" not in text


def test_icons_are_in_the_small_font(unknown):
    import iconfont

    text = "".join(page.text for page in unknown.pages.values())
    shown = set(re.findall(r"\bfa-(?!solid|regular|brands|lg|fw)([a-z-]+)", text))
    assert "flag" in shown
    assert shown <= set(iconfont.NAMES)


# -- Planted errors --------------------------------------------------------------------------------


def test_planted_object_that_is_left_out(unknown):
    objects_ = sitecheck.read_objects(unknown.site)
    index = sitecheck.read_index(unknown.site)
    args = (["eq-one"], ["kernel"])
    del objects_["nn:formula"]["eq-one"]
    missing = sitecheck.objects_complete(unknown.pages, objects_, index, *args)
    assert missing == ["eq-one: no object of the kind nn:formula"]
    objects_ = sitecheck.read_objects(unknown.site)
    index["objects"] = {}
    assert len(sitecheck.objects_complete(unknown.pages, objects_, index, *args)) == 3
    pages = {**unknown.pages, "genindex.html": sitecheck.Page()}
    index = sitecheck.read_index(unknown.site)
    assert len(sitecheck.objects_complete(pages, objects_, index, *args)) == 3


def test_planted_object_without_a_place(unknown):
    objects_ = sitecheck.read_objects(unknown.site)
    objects_["nn:formula"]["eq-one"] = "book/images/taught.html#equation-eq-two"
    index = sitecheck.read_index(unknown.site)
    found = sitecheck.objects_complete(unknown.pages, objects_, index, ["eq-one"], [])
    assert found[0] == (
        "eq-one: an object without a place: book/images/taught.html#equation-eq-two"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<title>Other &#8212;", "<title>Neural Networks, Proved and Run &#8212;"),
        ("<title>Other &#8212; Neural Networks, Proved and Run</title>", ""),
        ('<meta name="description"', '<meta name="described"'),
        ("Here we go on", r"Let \\theta"),
        ('<meta name="author"', '<meta name="viewport" content="wide" /><meta name="author"'),
        ("</title>", '</title><link rel="canonical" href="https://example.com/" />'),
        ("</title>", '</title><meta property="og:image" content="_static/social.png" />'),
    ],
)
def test_planted_errors_in_heads(unknown, old, new):
    name = "book/images/other.html"
    page = sitecheck.Page()
    page.text = unknown.pages[name].text.replace(old, new)
    assert page.text != unknown.pages[name].text
    assert sitecheck.heads_complete({name: page})


def test_planted_page_without_its_address(known):
    name = "book/images/other.html"
    page = sitecheck.Page()
    page.text = known.pages[name].text.replace(HOME, "https://example.com/")
    assert len(sitecheck.heads_complete({name: page}, HOME)) == 1
    assert sitecheck.heads_complete({name: known.pages[name]}, HOME) == []
