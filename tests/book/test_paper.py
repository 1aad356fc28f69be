"""A page on paper: no line of code, no formula and no table is cut, and no fold prints shut."""

import re
import shutil
import sys

import notebooks
import pytest

sys.path.insert(0, str(notebooks.ROOT / "book" / "_ext"))
import formulas
import pdf
import sitespeed

STATIC = notebooks.ROOT / "book" / "_static"
STYLES = ("mathematics.css", "delimiters.css", "book.css", "equations.css", "print.css")
PAGE = """<!DOCTYPE html><html data-theme="dark"><head><meta charset="utf-8">{styles}
<script defer src="print.js"></script></head><body><header class="bd-header">Navigation</header>
<div class="bd-content"><article class="bd-article"><section><h1>Title</h1><section><h2>Part</h2>
<div class="cell"><div class="cell_input"><div class="highlight">
<pre style="overflow:auto">{code}</pre></div></div></div>
<div class="cell"><details class="nn-how"><summary>how</summary><div>Machinery</div></details></div>
<details><summary>Solution</summary><p>Unfolded</p></details>
<div class="nn-eq"><div class="nn-rows"><div class="nn-one">
<span class="math">{formula}</span></div></div></div><p>Read <a class="external" href="https://example.org/a">this</a>.
<button>Press</button></p></section></section></article></div></body></html>"""
CODE = "x = [" + ", ".join(f"w{n}" for n in range(60)) + "]"
FORMULA = "+".join(f"a_{{{n}}}" for n in range(40)) + r"= \mathrm{end}"


@pytest.fixture
def printed(tmp_path):
    """Prints the page with styles; returns its words, and how far to the right any reaches."""
    pypdf = pytest.importorskip("pypdf")
    playwright = pytest.importorskip("playwright.sync_api")
    try:
        program = pdf.browser()
    except pdf.PdfError:
        pytest.skip("no browser on this machine")

    def one(*styles):
        shutil.copytree(STATIC, tmp_path, dirs_exist_ok=True)
        with formulas.Setter() as setter:
            (made,) = setter.set([(FORMULA, False)])
        links = "".join(f'<link rel="stylesheet" href="{name}">' for name in styles)
        page = PAGE.format(styles=links, code=CODE, formula=made["html"])
        (tmp_path / "page.html").write_text(page, encoding="utf-8")
        with playwright.sync_playwright() as p:
            chromium = p.chromium.launch(executable_path=program, args=list(sitespeed.FLAGS))
            tab = chromium.new_page(viewport={"width": 1280, "height": 800})
            tab.goto((tmp_path / "page.html").as_uri())
            tab.wait_for_load_state("networkidle")
            tab.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True, format="A4")
            theme = tab.evaluate("document.documentElement.dataset.theme")
            opened = tab.evaluate("document.querySelectorAll('details[open]').length")
            chromium.close()
        assert (theme, opened) == ("dark", 0)  # as before
        right = []

        def place(text, matrix, position, *_):
            if text.strip():
                right.append(matrix[0] * position[4] + matrix[4])

        pages = pypdf.PdfReader(tmp_path / "page.pdf").pages
        words = " ".join(page.extract_text(visitor_text=place) for page in pages)
        return words, max(right)

    return one


def test_nothing_is_cut_and_no_fold_is_shut(printed):
    words, right = printed(*STYLES)
    assert re.findall(r"w\d+", words)[-1] == "w59"
    assert "Unfolded" in words
    assert "end" in words
    assert "https://example.org/a" in words
    assert right < 595 - 30
    for left_out in ("Navigation", "Press", "Machinery"):
        assert left_out not in words


def test_planted_page_without_the_print_style(printed):
    words, right = printed(*STYLES[:-1])
    assert re.findall(r"w\d+", words)[-1:] != ["w59"] or right > 595 - 30
    assert "Navigation" in words
