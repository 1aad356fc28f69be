"""Print the whole book of the built site as one PDF, nnbook.pdf, and link to it from every page.

    python tools/bookpdf.py [_build/html]

The pages are put behind each other in the order of _toc.yml, below a title and a table of contents,
and a browser prints them: it draws formulas, figures and tables exactly as on the site, which no
TeX can do of its HTML. It is printed twice, the second time with the page numbers that the first
one has found. Bookmarks are the headings; links between pages are links within the PDF.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from html import escape
from pathlib import Path
from subprocess import TimeoutExpired
from urllib.parse import unquote, urlsplit

import yaml
from pdf import PdfError, print_page

ROOT = Path(__file__).resolve().parents[1]
NAME = "nnbook.pdf"
SOURCE = "_print.html"  # written into the site while it is printed
ADDRESS = re.compile(r'(?<=\s)(id|href|src|aria-labelledby|for)="([^"]*)"')
LEFT_OUT = (
    re.compile(r'<a class="headerlink".*?</a>', re.DOTALL),
    re.compile(r'<div class="nn-definitions">.*?\n</div>\n', re.DOTALL),
    re.compile(r'<details class="nn-how">.*?</details>', re.DOTALL),  # the code that checks
    re.compile(r'\s·\s<a class="reference internal" href="#how-[^"]*">how</a>'),
    re.compile(r"<script\b.*?</script>", re.DOTALL),
    re.compile(r' (?:loading="lazy"|aria-describedby="[^"]*")'),
)
STYLES = ("styles/theme.css", "styles/pydata-sphinx-theme.css", "pygments.css",
          "styles/sphinx-book-theme.css", "sphinx-design.min.css", "mathematics.css",
          "delimiters.css", "book.css", "equations.css", "print.css")  # fmt: skip


# -- The order -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A part of the book and its pages; the first has no name."""

    name: str
    pages: tuple[str, ...]


def files(entries) -> list[str]:
    """The pages of a table of contents, those below a page behind it."""
    found = []
    for entry in entries or []:
        found += [entry["file"], *files(entry.get("sections"))]
    return found


def parts(toc: dict) -> list[Part]:
    named = [Part(p.get("caption", ""), tuple(files(p["chapters"]))) for p in toc.get("parts", [])]
    return [Part("", (toc["root"], *files(toc.get("chapters")))), *named]


# -- A page within the book ------------------------------------------------------------------------


def key(page: str) -> str:
    return page.replace("/", "-")


def article(html: str) -> str:
    """What a reader reads of a page."""
    found = re.search(r'<article class="bd-article"[^>]*>(.*?)</article>', html, re.DOTALL)
    if not found:
        raise PdfError("expected an article on each page of the site; is it built by `make book`?")
    text = found[1]
    for left_out in LEFT_OUT:
        text = left_out.sub("", text)
    return text


def placed(text: str, page: str, pages: set[str]) -> str:
    """The page with its names and addresses as they are within the one document."""
    folder = Path(page).parent

    def below(path: str) -> str:
        """A path of the site, seen from its root."""
        steps: list[str] = []
        for step in (folder / path).parts:
            steps = steps[:-1] if step == ".." else [*steps, step]
        return "/".join(steps)

    def address(match):
        name, value = match[1], match[2]
        if name in ("id", "for"):
            return f'{name}="{key(page)}--{value}"'
        if name.startswith("aria"):
            return f'{name}="{" ".join(f"{key(page)}--{v}" for v in value.split())}"'
        parts = urlsplit(value)
        if parts.scheme or parts.netloc or value.startswith("data:"):
            return match[0]
        target = below(unquote(parts.path)) if parts.path else f"{page}.html"
        if name != "href":
            return f'{name}="{target}"'
        if target.removesuffix(".html") not in pages:
            return ""  # a file of the site, which paper does not have
        place = f"--{parts.fragment}" if parts.fragment else ""
        return f'href="#{key(target.removesuffix(".html"))}{place}"'

    return ADDRESS.sub(address, text)


def title(text: str) -> str:
    """The words of the first heading, formulas in MathML among them."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
    return re.sub(r"</?(?:a|span)\b[^>]*>", "", found[1]).strip() if found else ""


# -- The document ----------------------------------------------------------------------------------


def contents(book: list[tuple[str, list[tuple[str, str]]]], numbers: dict[str, int]) -> str:
    rows = []
    for name, pages in book:
        if name:
            rows.append(f'<li class="nn-part">{escape(name)}</li>')
        for page, heading in pages:
            number = numbers.get(key(page), "")
            rows.append(
                f'<li><a href="#{key(page)}"><span>{heading}</span><span>{number}</span></a></li>'
            )
    return f'<nav class="nn-contents"><h1>Contents</h1><ul>{"".join(rows)}</ul></nav>'


def document(site: Path, toc: dict, config: dict, numbers: dict[str, int]) -> str:
    """All pages in one, with a title and contents."""
    order = parts(toc)
    pages = {page for part in order for page in part.pages}
    book, chapters = [], []
    for part in order:
        rows = []
        for place, page in enumerate(part.pages):
            text = article((site / f"{page}.html").read_text(encoding="utf-8"))
            rows.append((page, title(text)))
            over = f'<p class="nn-over">{escape(part.name)}</p>' if part.name and not place else ""
            inner = placed(text, page, pages)
            chapters.append(
                f'<article class="bd-article nn-page" id="{key(page)}">{over}{inner}</article>'
            )
        book.append((part.name, rows))
    styles = "".join(f'<link rel="stylesheet" href="_static/{name}">' for name in STYLES)
    styles += f"<style>{(Path(__file__).parent / 'bookpdf.css').read_text('utf-8')}</style>"
    name, author = escape(config["title"]), escape(config["author"])
    foot = config.get("html", {}).get("extra_footer", "")
    return (
        f'<!DOCTYPE html><html lang="en" data-theme="light" data-mode="light"><head>'
        f'<meta charset="utf-8"><title>{name}</title>{styles}'
        f'<script src="_static/book.js"></script></head><body>'
        f'<header class="nn-book-title"><p class="nn-book-name">{name}</p><p>{author}</p>{foot}'
        f"</header>"
        f'{contents(book, numbers)}<main class="bd-content">'
        f"{''.join(chapters)}</main></body></html>"
    )


def dangling(html: str) -> list[str]:
    """Links within the document that lead nowhere."""
    ids = set(re.findall(r'\sid="([^"]*)"', html))
    return sorted({link for link in re.findall(r'\shref="#([^"]+)"', html) if link not in ids})


# -- Printing --------------------------------------------------------------------------------------


def page_numbers(path: Path) -> dict[str, int]:
    """The page on which each place begins that a link leads to."""
    from pypdf import PdfReader

    reader = PdfReader(path)
    return {
        name.removeprefix("/"): reader.get_destination_page_number(place) + 1
        for name, place in reader.named_destinations.items()
    }


def pack(path: Path) -> None:
    """Packs the objects of a PDF: half of it tells screen readers what is what."""
    import pikepdf

    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def print_book(site: Path, target: Path, root: Path = ROOT) -> int:
    """Prints the book; returns how many pages it has."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    source, numbers = site / SOURCE, {}
    try:
        for _ in range(2):
            html = document(site, toc, config, numbers)
            if lost := dangling(html):
                raise PdfError(f"expected links to lead somewhere; nowhere: {', '.join(lost[:5])}")
            source.write_text(html, encoding="utf-8")
            print_page(source, target, seconds=3600, outline=True)
            numbers = page_numbers(target)
        pack(target)
    finally:
        source.unlink(missing_ok=True)
    return max(numbers.values())


ENTRY = (
    '<li><a class="btn btn-sm dropdown-item nn-pdf" href="{}" title="The whole book as a PDF">'
    '<span class="btn__icon-container"><i class="fas fa-file-pdf"></i></span>'
    '<span class="btn__text-container">the book, .pdf</span></a></li>'
)
MENU = re.compile(r'(<div class="dropdown dropdown-download-buttons">.*?)(\s*</ul>)', re.DOTALL)


def link(site: Path, target: Path) -> int:
    """Puts a link to the PDF into the menu of each page; returns on how many pages it stands."""
    count = 0
    for path in sorted(site.rglob("*.html")):
        html = path.read_text(encoding="utf-8")
        if 'nn-pdf"' not in html:
            up = "../" * (len(path.relative_to(site).parts) - 1)
            entry = ENTRY.format(up + target.name)
            html, found = MENU.subn(lambda m, entry=entry: m[1] + entry + m[2], html, count=1)
            if found:
                path.write_text(html, encoding="utf-8")
        count += 'nn-pdf"' in html
    return count


def main() -> int:
    site = Path(sys.argv[1] if len(sys.argv) > 1 else "_build/html")
    target = site / NAME
    try:
        print_book(site, target)
        if not link(site, target):
            raise PdfError("expected a menu for downloads on the pages, and found none")
    except (PdfError, TimeoutExpired) as error:
        print(f"FAILED  {error}", file=sys.stderr)
        return 1
    print(f"The book is printed: {target}, {target.stat().st_size / 1e6:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
