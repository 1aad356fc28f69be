"""The book as one PDF: order, links, bookmarks, and the link to it that stands only where it is."""

import re
import sys

import bookpdf
import notebooks
import pdf
import pytest

TOC = """format: jb-book
root: book/index
parts:
  - caption: First
    chapters:
      - file: book/one/a
        sections:
          - file: book/b
"""
PAGE = """<html><body><div class="dropdown dropdown-download-buttons"><ul>
<li>.ipynb</li>
      </ul></div><article class="bd-article"><section id="top">
<h1>{title}<a class="headerlink" href="#top">#</a>
</h1><h2 id="two">Section of {title}</h2><p>{text}</p></section>
</article></body></html>"""
TEXTS = {
    "book/index": 'See <a href="one/a.html#two">there</a> and <a href="_sources/x.ipynb">file</a>.',
    "book/one/a": 'Back <a href="../index.html">home</a>, <a href="#two">below</a>, '
    '<img src="../../_images/p.png" alt="p"> <a href="https://example.org/">out</a>'
    '<details class="nn-how"><summary>how</summary>code</details>',
    "book/b": 'The <a href="one/a.html">other</a>.',
}


@pytest.fixture
def site(tmp_path):
    (tmp_path / "_toc.yml").write_text(TOC, encoding="utf-8")
    (tmp_path / "_config.yml").write_text('title: "A <Book>"\nauthor: Us\n', encoding="utf-8")
    for name, text in TEXTS.items():
        path = tmp_path / "site" / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PAGE.format(title=f"Title of {name}", text=text), encoding="utf-8")
    return tmp_path / "site"


def whole(site, numbers=None):
    read = bookpdf.yaml.safe_load
    toc, config = (read((site.parent / n).read_text("utf-8")) for n in ("_toc.yml", "_config.yml"))
    return bookpdf.document(site, toc, config, numbers or {})


def test_pages_stand_in_the_order_of_the_contents(site):
    html = whole(site, {"book-b": 7})
    places = [html.index(f'<article class="bd-article nn-page" id="{key}"') for key in
              ("book-index", "book-one-a", "book-b")]  # fmt: skip
    assert places == sorted(places)
    assert "A &lt;Book&gt;" in html
    assert "<span>Title of book/b</span><span>7</span>" in html
    assert html.count('<p class="nn-over">First</p>') == 1


def test_links_lead_within_the_document(site):
    html = whole(site)
    assert 'href="#book-one-a--two">there' in html
    assert 'href="#book-index">home' in html
    assert 'href="#book-one-a--two">below' in html
    assert 'src="_images/p.png"' in html
    assert 'href="https://example.org/"' in html
    assert ".ipynb" not in html
    assert ">code<" not in html
    assert "headerlink" not in html
    assert bookpdf.dangling(html) == []


def test_planted_link_that_leads_nowhere(site, monkeypatch):
    path = site / "book" / "b.html"
    path.write_text(path.read_text("utf-8").replace("a.html", "a.html#gone"), encoding="utf-8")
    assert bookpdf.dangling(whole(site)) == ["book-one-a--gone"]
    with pytest.raises(pdf.PdfError, match="book-one-a--gone"):
        bookpdf.print_book(site, site / "x.pdf", site.parent)
    assert not (site / bookpdf.SOURCE).exists()


def test_planted_page_without_text(site):
    (site / "book" / "b.html").write_text("<p>nothing</p>", encoding="utf-8")
    with pytest.raises(pdf.PdfError, match="expected an article"):
        whole(site)


def test_the_link_stands_on_every_page_once(site):
    assert bookpdf.link(site, site / bookpdf.NAME) == 3
    assert bookpdf.link(site, site / bookpdf.NAME) == 3
    html = (site / "book" / "one" / "a.html").read_text("utf-8")
    assert html.count('href="../../nnbook.pdf"') == 1
    assert html.index("nnbook.pdf") < html.index("</ul>")


def test_no_link_without_a_pdf(site, monkeypatch, capsys):
    monkeypatch.setenv("CHROME", "/nowhere/chrome")
    monkeypatch.setattr(bookpdf, "ROOT", site.parent)
    monkeypatch.setattr(bookpdf.print_book, "__defaults__", (site.parent,))
    monkeypatch.setattr(sys, "argv", ["bookpdf.py", str(site)])
    assert bookpdf.main() == 1
    assert "expected a browser" in capsys.readouterr().err
    assert "nnbook.pdf" not in (site / "book" / "index.html").read_text("utf-8")


def test_a_browser_prints_it_with_bookmarks_and_numbers(site):
    pypdf = pytest.importorskip("pypdf")
    try:
        pdf.browser()
    except pdf.PdfError:
        pytest.skip("no browser on this machine")
    target = site / bookpdf.NAME
    assert bookpdf.print_book(site, target, site.parent) == 5
    reader = pypdf.PdfReader(target)
    assert len(reader.pages) == 5  # title, contents, three pages
    text = reader.pages[1].extract_text()
    assert [line.split()[-1] for line in text.splitlines() if "Title" in line] == ["3", "4", "5"]
    assert b"/ObjStm" in target.read_bytes()
    names = [item.title for item in reader.outline if not isinstance(item, list)]
    assert names == ["Contents", *(f"Title of {name}" for name in TEXTS)]


def test_the_print_style_means_nothing_on_the_pages_themselves():
    style = (notebooks.ROOT / "tools" / "bookpdf.css").read_text(encoding="utf-8")
    names = set(re.findall(r"\.(nn-[\w-]+)", style))
    assert "nn-book-title" in names
    for path in (notebooks.ROOT / "book").glob("_[esw]*/**/*.*"):
        if path.suffix in (".py", ".js", ".css") and "vendor" not in path.parts:
            used = set(re.findall(r"nn-[\w-]+", path.read_text(encoding="utf-8")))
            assert not names & used, path
