"""Checks of the built site: every link leads somewhere, and no page asks another host for anything.

python tools/sitecheck.py [_build/html]
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from html import unescape
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


def own(site: Path, pattern: str) -> list[Path]:
    """Files of the book's own pages; `lite` is JupyterLab, as its makers made it."""
    return [p for p in sorted(site.rglob(pattern)) if p.relative_to(site).parts[0] != "lite"]


def read_site(site: Path) -> dict[str, Page]:
    pages = {}
    for path in own(site, "*.html"):
        name = path.relative_to(site).as_posix()
        if not name.startswith(("_", "web/")):  # pages, and nothing that a page is made of
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
            if parts.path.startswith("/"):  # as on the page 404, which stands at any depth
                root = urlsplit(os.environ.get("SITE_URL", "")).path.rstrip("/")
                target = site / unquote(parts.path).removeprefix(root).lstrip("/")
            else:
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
    for path in own(site, "*.css"):
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
        names = "<small>with <span" in after  # what a definition uses may be told
        if line != (row["status"] != "definition" or names):
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


def head_of(text: str) -> dict[str, list[str]]:
    """What the head of a page says of it: title, meta elements and the canonical address."""
    head = text.partition("</head>")[0]
    found = {"title": re.findall(r"<title>(.*?)</title>", head, re.DOTALL)}
    for name, content in re.findall(r'<meta (?:name|property)="([^"]*)" content="([^"]*)"', head):
        found.setdefault(name, []).append(unescape(content))
    found["canonical"] = re.findall(r'<link rel="canonical" href="([^"]*)"', head)
    return found


def heads_complete(pages: dict[str, Page], base: str = "") -> list[str]:
    """Each page has one viewport, one title that repeats nothing, a description and a card.

    Where the address of the site is known, ``base``, canonical address and picture begin with it;
    where it is not, none is given.
    """
    found = []
    for name, page in pages.items():
        if name == "index.html" and "http-equiv" in page.text:
            continue  # leads to the first page
        head = head_of(page.text)
        titles = head["title"]
        if len(titles) != 1 or not titles[0].strip():
            found.append(f"{name}: {len(titles)} titles")
        elif len(set(parts := titles[0].split(" &#8212; "))) < len(parts):
            found.append(f"{name}: the title says the same twice: {titles[0]}")
        once = ["viewport", "description", "og:title", "og:description", "og:type", "twitter:card"]
        for key in once:
            if len(head.get(key, [])) != 1 or not head[key][0].strip():
                found.append(f"{name}: {key} is there {len(head.get(key, []))} times")
        described = head.get("description", [""])[0]
        if re.search(r"[\\{}<>]", described) or len(described) > 225:
            found.append(f"{name}: no description to read: {described[:60]}")
        addresses = [*head["canonical"], *head.get("og:url", []), *head.get("og:image", [])]
        wanted = (2 if name == "404.html" else 3) if base else 0
        if len(addresses) != wanted or not all(base and a.startswith(base) for a in addresses):
            found.append(f"{name}: addresses of another site, or too few or many: {addresses}")
    return found


def read_index(site: Path) -> dict:
    """The index of the search."""
    text = (site / "searchindex.js").read_text(encoding="utf-8")
    return json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))


def read_objects(site: Path) -> dict[str, dict[str, str]]:
    """The objects of each kind: id → address."""
    from sphinx.util.inventory import InventoryFile

    with (site / "objects.inv").open("rb") as file:
        kinds = InventoryFile.load(file, "", lambda root, uri: uri)
    return {kind: {id_: row[2] for id_, row in ids.items()} for kind, ids in kinds.items()}


def objects_complete(pages, objects, index: dict, equations, terms) -> list[str]:
    """Equations and terms are objects, whose places exist, are found and stand in the index.

    ``equations`` are ids of the ledger, ``terms`` names of the glossary.
    """
    found = []
    for kind, wanted in (("nn:formula", equations), ("nn:term", terms)):
        missing = set(wanted) - set(objects.get(kind, {}))
        found += [f"{id_}: no object of the kind {kind}" for id_ in sorted(missing)]
    listed = set(pages["genindex.html"].links) if "genindex.html" in pages else set()
    searched = {
        f"{index['docnames'][page]}.html#{anchor or f'{prefix}.{name}'.lstrip('.')}"
        for prefix, things in index["objects"].items()
        for page, _, _, anchor, name in things
    }
    for kind in ("nn:formula", "nn:term", "nn:code"):
        for id_, address in objects.get(kind, {}).items():
            page, _, anchor = address.partition("#")
            if page not in pages or anchor not in pages[page].ids:
                found.append(f"{id_}: an object without a place: {address}")
            if address not in searched:
                found.append(f"{id_}: not in the index of the search")
            if address not in listed:
                found.append(f"{id_}: not on the page genindex")
    return found


def lab_opens(site: Path, pages: dict[str, Page]) -> list[str]:
    """Every page of a notebook opens this very notebook in the lab, and offers it for download."""
    found = []
    for name, page in pages.items():
        notebook = Path(name).with_suffix(".ipynb").as_posix()
        within = f"lite/files/{notebook}"
        up = "../" * name.count("/")
        wanted = [f"{up}lite/lab/index.html?path={notebook}", up + within]
        if not (site / within).is_file():
            wanted, found = [], found + [f"{name}: {u}" for u in page.links if "lite/" in u]
        found += [f"{name}: no link to {url}" for url in wanted if url not in page.links]
    for path in sorted((site / "lite" / "files").rglob("*.ipynb")):
        name = path.relative_to(site / "lite" / "files").with_suffix(".html").as_posix()
        found += [] if name in pages else [f"{name}: in the lab, but no page"]
    return found


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
        *heads_complete(pages, os.environ.get("SITE_URL", "").rstrip("/")),
        *lab_opens(site, pages),
    ]
    print("\n".join(problems) or f"{len(pages)} pages, nothing to complain of")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
