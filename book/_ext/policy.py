"""What a page may load and run, written into each page as its Content-Security-Policy.

Scripts are files of the site and the inline ones that the build put there, each named by its
digest; so neither a link nor what a cell shows can bring another. Requests go to the site alone,
and to the place of Pyodide's files. Styles may be inline: MathJax sets formulas with them.

The policy is a ``meta`` element, since a static host sends no headers of ours. It binds the page;
Python runs in a frame that has a stricter one (``book/_web/live/frame.html``).
"""

from __future__ import annotations

import base64
import hashlib
import html
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from live import release_of

META = re.compile(r'<meta http-equiv="Content-Security-Policy" content="[^"]*">\n?')
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
TYPE = re.compile(r'\btype="([^"]*)"')
# Two buttons of the theme have their script in an attribute.
HEAD = re.compile(r"<head\b[^>]*>\s*(?:<meta charset=[^>]*>\s*)?")
HANDLER = re.compile(r"""<[a-z][^<>]*?\son[a-z]+=("[^"]*"|'[^']*')""", re.IGNORECASE)
RUN = ("", "module", "text/javascript", "application/javascript")
# Of the site's folders, those that are not pages of ours.
OTHERS = ("_static", "_sources", "_images", "web", "lite")


def digest(script: str) -> str:
    value = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(value).decode()}'"


def inline_scripts(page: str) -> list[str]:
    found = []
    for attributes, script in SCRIPT.findall(page):
        kind = TYPE.search(attributes)
        if "src=" not in attributes and (kind[1] if kind else "") in RUN:
            found.append(script)
    return found


def handlers(page: str) -> list[str]:
    outside = SCRIPT.sub("", page)
    return [html.unescape(value[1:-1]) for value in HANDLER.findall(outside)]


def policy(page: str, base: str = "", others: frozenset[str] = frozenset()) -> str:
    """The policy of a page; ``base`` is where Pyodide's files are, if elsewhere.

    A page reads other pages, for the search and previews, so it admits the handlers of these too,
    ``others``.
    """
    scripts = sorted({digest(script) for script in inline_scripts(page)})
    attributes = sorted({digest(handler) for handler in {*handlers(page), *others}})
    if attributes:
        scripts += ["'unsafe-hashes'", *attributes]
    elsewhere = f" {base}" if urlsplit(base).netloc else ""
    return "; ".join([
        "default-src 'self'",
        f"script-src 'self' {' '.join(scripts)}".rstrip(),
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        f"connect-src 'self'{elsewhere}",
        "frame-src 'self'",
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ])  # fmt: skip


def with_policy(page: str, base: str = "", others: frozenset[str] = frozenset()) -> str:
    """A page with its policy at the head's begin, from where it holds for all that follows."""
    page = META.sub("", page)
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(page, base, others)}">\n'
    return HEAD.sub(lambda found: found[0] + meta, page, count=1)


def pages(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*.html"))
        if path.relative_to(folder).parts[0] not in OTHERS
    ]


def write_policies(app, error) -> None:
    if error or app.builder.format != "html":
        return
    base = os.environ.get("PYODIDE_BASE") or release_of()["base"]
    if os.environ.get("LIVE") == "bundle":
        base = ""
    written = {path: path.read_text(encoding="utf-8") for path in pages(Path(app.outdir))}
    others = frozenset(handler for page in written.values() for handler in handlers(page))
    for path, before in written.items():
        after = with_policy(before, base, others)
        if after != before:
            path.write_text(after, encoding="utf-8")


def setup(app):
    # After all that changes pages once they are written.
    app.connect("build-finished", write_policies, priority=990)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
