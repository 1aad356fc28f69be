"""Checks of the built site: every link leads somewhere, and no page asks another host for anything.

python tools/sitecheck.py [_build/html]
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# `rel` of the links that a browser fetches by itself.
FETCHED = {
    *("stylesheet", "preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch"),
    *("icon", "shortcut", "manifest", "apple-touch-icon"),
}


@dataclass
class Page(HTMLParser):
    """What the checks want to know of one HTML page."""

    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)  # where a reader can go from here
    assets: list[str] = field(default_factory=list)  # what the browser fetches to show the page
    undescribed: list[str] = field(default_factory=list)  # pictures without alt text
    described_by: list[str] = field(default_factory=list)  # ids of descriptions that are named
    text: str = ""

    def __post_init__(self):
        super().__init__()

    def handle_starttag(self, tag, attrs):
        a = {key: value or "" for key, value in attrs}
        self.ids |= {a[key] for key in ("id", "name") if a.get(key)}
        self.described_by += a.get("aria-describedby", "").split()
        if tag in ("a", "area") and "href" in a:
            self.links.append(a["href"])
        elif tag == "meta" and a.get("http-equiv", "").lower() == "refresh":
            self.links.append(a["content"].partition("url=")[2])
        elif tag == "link" and FETCHED & set(a.get("rel", "").lower().split()):
            self.assets.append(a.get("href", ""))
        elif tag in ("script", "img", "iframe", "video", "audio", "source", "embed"):
            self.assets += [a["src"]] if "src" in a else []
            if tag == "img" and not a.get("alt", "").strip():
                self.undescribed.append(a.get("src", "")[:60])
        self.assets += re.findall(r"url\(['\"]?([^'\")]+)", a.get("style", ""))


def build(source: Path, target: Path, **variables: str) -> subprocess.CompletedProcess:
    """Build a book from nothing into target/_build, with every warning an error."""
    command = [
        *(sys.executable, "-c", "from jupyter_book.cli.main import main; main()"),
        *("build", source, "--path-output", target, "--quiet", "-W", "-n", "--keep-going", "--all"),
    ]
    environment = os.environ | variables
    return subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True)


def read_site(site: Path) -> dict[str, Page]:
    pages = {}
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        if not name.startswith("_"):
            pages[name] = Page()
            pages[name].text = path.read_text(encoding="utf-8")
            pages[name].feed(pages[name].text)
    return pages


def is_elsewhere(url: str) -> bool:
    return bool(urlsplit(url).netloc)


def links_resolve(site: Path, pages: dict[str, Page]) -> list[str]:
    """Every link within the site leads to a file, and to a place in it if it names one."""
    found = []
    for name, page in pages.items():
        for url in page.links + page.assets:
            parts = urlsplit(url)
            if parts.scheme or parts.netloc:
                continue
            target = (site / name).parent / unquote(parts.path) if parts.path else site / name
            if target.is_dir():
                target = target / "index.html"
            if not target.is_file():
                found.append(f"{name}: link to a missing file: {url}")
                continue
            aim = pages.get(target.resolve().relative_to(site.resolve()).as_posix())
            if aim and parts.fragment and unquote(parts.fragment) not in aim.ids:
                found.append(f"{name}: link to a missing place: {url}")
    return found


def pictures_described(pages: dict[str, Page]) -> list[str]:
    """Every picture has alt text."""
    return [
        f"{name}: no alt text: {src}" for name, page in pages.items() for src in page.undescribed
    ]


def descriptions_present(pages: dict[str, Page]) -> list[str]:
    """Whatever is said to describe something, as a definition does a term, is on the same page."""
    return [
        f"{name}: no description of that name: {id_}"
        for name, page in pages.items()
        for id_ in page.described_by
        if id_ not in page.ids
    ]


def own_files_only(site: Path, pages: dict[str, Page]) -> list[str]:
    """Scripts, styles, fonts and pictures all come from the site itself."""
    found = [
        f"{name}: asks another host: {url}"
        for name, page in pages.items()
        for url in page.assets
        if is_elsewhere(url)
    ]
    for path in sorted(site.rglob("*.css")):
        text = path.read_text(encoding="utf-8")
        for url in re.findall(r"(?:url\(|@import)\s*['\"]?((?:https?:)?//[^'\")\s]+)", text):
            found.append(f"{path.relative_to(site).as_posix()}: asks another host: {url}")
    return found


def no_thebe(pages: dict[str, Page]) -> list[str]:
    """No page carries the settings of Thebe, which would raise an error on each of them."""
    return [f"{name}: has Thebe's settings" for name, page in pages.items() if "THEBE" in page.text]


def equations_present(pages: dict[str, Page], ledger: dict) -> list[str]:
    """Every row of the ledger is a numbered equation of some page."""
    ids = set().union(*(page.ids for page in pages.values()))
    return [
        f"{row['id']}: in the ledger, but on no page of the site"
        for row in ledger["equations"]
        if f"equation-{row['id'].lower()}" not in ids
    ]


def quiet_lines(pages: dict[str, Page], ledger: dict) -> list[str]:
    """What was checked stands in one line below its equation, with links to ledger and code."""
    found = []
    for row in ledger["equations"]:
        name = f"book/{row['place'].partition('#')[0]}.html"
        text = pages[name].text if name in pages else ""
        before, _, after = text.partition(f'id="equation-{row["id"].lower()}"')
        shown = "hide-input" not in before[before.rfind('class="cell ') :].partition(">")[0]
        after = after.partition('class="nn-eq')[0]
        line = 'class="nn-line' in after and f"#row-{row['id']}" in after
        if line != (row["status"] != "definition"):
            found.append(f"{row['id']}: {'a line' if line else 'no line'} below a {row['status']}")
        if line and not shown and not re.search(r'<details class="nn-how">|href="#how-eq-', after):
            found.append(f"{row['id']}: nothing unfolds the code that checks it")
    bar = re.compile(r'tag_hide-input[^>]*>\s*<details class="[^"]*above-input')
    found += [f"{name}: a bar above code" for name, p in pages.items() if bar.search(p.text)]
    return found


def one_number(pages: dict[str, Page]) -> list[str]:
    """No heading has two numbers, its own and its section's."""
    twice = re.compile(r'<span class="section-number">[\d.]+\s*</span>\d+\. [^<]*')
    return [f"{name}: {found}" for name, p in pages.items() for found in twice.findall(p.text)]


def formulas_set(pages: dict[str, Page]) -> list[str]:
    """Every formula was set when the site was built, and no page brings MathJax."""
    waits = re.compile(r'class="math\b[^>]*>\s*\\[(\[]')
    found = [f"{name}: a formula is not set" for name, p in pages.items() if waits.search(p.text)]
    return found + [
        f"{name}: loads {url}" for name, p in pages.items() for url in p.assets if "mathjax" in url
    ]


def scripts_wait(pages: dict[str, Page]) -> list[str]:
    """No script stops a page from being read, and the theme's script of icons is not there."""
    stops = re.compile(r'<script\b(?![^>]*(?:\sdefer|\sasync|"module"))[^>]*\ssrc="([^"]*)"')
    found = [
        f"{name}: waits for {url}" for name, p in pages.items() for url in stops.findall(p.text)
    ]
    return found + [
        f"{name}: fontawesome.js" for name, p in pages.items() if "fontawesome.js" in p.text
    ]


def main() -> int:
    site = Path(sys.argv[1] if len(sys.argv) > 1 else "_build/html")
    pages = read_site(site)
    problems = [
        *links_resolve(site, pages),
        *pictures_described(pages),
        *descriptions_present(pages),
        *own_files_only(site, pages),
        *no_thebe(pages),
    ]
    print("\n".join(problems) or f"{len(pages)} pages, nothing to complain of")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
