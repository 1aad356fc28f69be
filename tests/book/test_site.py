"""The site, built from nothing with warnings as errors, and what a browser will find in it."""

import re
import shutil
from pathlib import Path

import bookcheck
import notebooks
import pytest
import sitecheck


@pytest.fixture(scope="module")
def pages(site):
    return sitecheck.read_site(site)


def test_every_chapter_has_a_page(pages):
    wanted = {Path(name).with_suffix(".html").as_posix() for name in chapters()}
    assert wanted <= set(pages)


def test_links_resolve(site, pages):
    assert sitecheck.links_resolve(site, pages) == []


def test_pictures_are_described(pages):
    assert sitecheck.pictures_described(pages) == []


def test_descriptions_are_there(pages):
    assert sitecheck.descriptions_present(pages) == []


def test_no_page_asks_another_host(site, pages):
    assert sitecheck.own_files_only(site, pages) == []


def test_no_thebe(pages):
    assert sitecheck.no_thebe(pages) == []


def test_every_notebook_opens_in_the_lab(site, pages):
    assert sitecheck.lab_opens(site, pages) == []
    lab = site / "lite"
    assert len(list((lab / "files").rglob("*.ipynb"))) > 50
    assert not [*lab.rglob("*.map"), *lab.glob("tree/*"), *lab.glob("build/fa-*.svg")]


def test_equations_of_the_ledger_are_on_the_pages(pages):
    assert sitecheck.equations_present(pages, bookcheck.read_ledger()) == []


def test_what_was_checked_stands_in_one_line(pages):
    assert sitecheck.quiet_lines(pages, bookcheck.read_ledger()) == []


def test_headings_have_one_number(pages):
    assert sitecheck.one_number(pages) == []


def test_formulas_are_set(site, pages):
    assert sitecheck.formulas_set(pages) == []
    # What scripts add later is set by MathJax from the site's own files.
    assert (site / "_static" / "mathjax" / "core.js").is_file()


def test_pages_wait_for_no_script(pages):
    assert sitecheck.scripts_wait(pages) == []


@pytest.mark.parametrize(
    ("check", "slip"),
    [
        (sitecheck.formulas_set, r'<span class="math notranslate">\(x\)</span>'),
        (sitecheck.formulas_set, '<script defer src="_static/mathjax/tex-chtml.js"></script>'),
        (sitecheck.scripts_wait, '<script src="_static/doctools.js?v=1"></script>'),
        (sitecheck.scripts_wait, '<script defer src="_static/scripts/fontawesome.js"></script>'),
    ],
)
def test_planted_page_that_waits(check, slip):
    page = sitecheck.Page()
    assert check({"a.html": page}) == []
    page.text = f"<html>{slip}</html>"
    page.feed(page.text)
    assert len(check({"a.html": page})) == 1


def chapters() -> list[str]:
    return [notebooks.name(path) for path in notebooks.all_notebooks()]


def test_planted_references_that_lead_nowhere(tmp_path):
    """Each page has one; the build fails, and names them all."""
    texts = {
        "heading": "See [there](#nowhere).",
        "equation": "By {eq}`eq-nowhere`.",
        "source": "As in {cite}`nobody`.",
    }
    (tmp_path / "book").mkdir()
    for name in ("_static", "_ext"):
        shutil.copytree(notebooks.ROOT / "book" / name, tmp_path / "book" / name)
    for name in ("_config.yml", "book/references.bib"):
        shutil.copy(notebooks.ROOT / name, tmp_path / name)
    pages = "".join(f"- file: book/{name}\n" for name in texts)
    (tmp_path / "_toc.yml").write_text(f"format: jb-book\nroot: book/index\nchapters:\n{pages}")
    for name, text in {"index": "Sound.", **texts}.items():
        (tmp_path / "book" / f"{name}.md").write_text(f"# Book\n\n{text}\n")
    run = sitecheck.build(tmp_path, tmp_path)
    assert run.returncode != 0
    warned = re.findall(r"/book/(\w+)\.md:?\d*: .*WARNING", run.stdout + run.stderr)
    assert sorted(set(warned)) == sorted(texts)
