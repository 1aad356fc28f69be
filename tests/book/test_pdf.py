"""The formula sheet as a PDF: which browser prints it, and what is said when none does."""

import sys

import pdf
import pytest

NAME = (
    '<code class="docutils literal notranslate"><span class="pre">formula-sheet.pdf</span></code>'
)


@pytest.fixture
def site(tmp_path):
    page = tmp_path / pdf.PAGE
    page.parent.mkdir(parents=True)
    page.write_text(f"<p>prints it to {NAME}</p>", encoding="utf-8")
    return tmp_path


def fake_browser(folder, line):
    """A program that does with its arguments what `line` says, in place of a browser."""
    program = folder / "browser"
    program.write_text(f"#!{sys.executable}\nimport sys\n{line}\n", encoding="utf-8")
    program.chmod(0o755)
    return str(program)


PRINTS = (
    "target = next(a for a in sys.argv if a.startswith('--print-to-pdf=')).partition('=')[2]\n"
    "assert sys.argv[-1].startswith('file://') and sys.argv[-1].endswith('formula-sheet.html')\n"
    "open(target, 'wb').write(b'%PDF')"
)


def test_the_pdf_stands_beside_the_page_and_is_linked(site, monkeypatch, capsys):
    monkeypatch.setenv("CHROME", fake_browser(site, PRINTS))
    monkeypatch.setattr(sys, "argv", ["pdf.py", str(site)])
    assert pdf.main() == 0
    assert (site / "book" / "formula-sheet.pdf").read_bytes() == b"%PDF"
    assert pdf.main() == 0  # a second time: still one link
    html = (site / pdf.PAGE).read_text(encoding="utf-8")
    assert html == f'<p>prints it to <a href="formula-sheet.pdf">{NAME}</a></p>'
    assert "formula-sheet.pdf" in capsys.readouterr().out


def test_a_browser_that_fails_leaves_no_old_pdf(site, monkeypatch, capsys):
    (site / "book" / "formula-sheet.pdf").write_bytes(b"%PDF of last year")
    monkeypatch.setenv("CHROME", fake_browser(site, "sys.exit('no display')"))
    monkeypatch.setattr(sys, "argv", ["pdf.py", str(site)])
    assert pdf.main() == 1
    assert not (site / "book" / "formula-sheet.pdf").exists()
    assert "no display" in capsys.readouterr().err


def test_no_browser(monkeypatch):
    monkeypatch.setenv("CHROME", "/nowhere/chrome")
    with pytest.raises(pdf.PdfError, match=r"expected a browser .* /nowhere/chrome; found none"):
        pdf.browser()


def test_a_page_that_does_not_name_the_pdf(site):
    (site / pdf.PAGE).write_text("<p>nothing</p>", encoding="utf-8")
    with pytest.raises(pdf.PdfError, match="and found no such words"):
        pdf.link(site / pdf.PAGE, site / "book" / "formula-sheet.pdf")


def test_no_page(tmp_path, monkeypatch):
    with pytest.raises(pdf.PdfError, match="run `make book` first"):
        pdf.print_page(tmp_path / "none.html", tmp_path / "none.pdf")


def test_the_page_names_the_pdf():
    """`make pdf` looks for these words on the built page."""
    page = (pdf.Path(__file__).parents[2] / "book" / "formula-sheet.ipynb").read_text("utf-8")
    assert "`formula-sheet.pdf`" in page
