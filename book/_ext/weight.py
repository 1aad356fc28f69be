"""Makes written pages light: what is on them waits for nothing that it does not need.

* Scripts no longer stop a page from being read: they are deferred, in their order. The theme's
  Font Awesome script (500 kB for icons that a font draws as well) is left away, and the index of
  the search on all pages but that of the search.
* The fonts of formulas and icons come with the page instead of after its style sheets.
* Pictures have their size, so that nothing jumps when they come, and those further down come when
  they are near.
* Source maps, which readers do not ask for, are no part of the site.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path

from formulas import pages_of
from sphinx.ext.mathjax import install_mathjax

FONTS = ("math.woff2", "icons.woff2")
NOT_NEEDED = re.compile(
    r'\s*<script\b[^>]*\bsrc="[^"]*scripts/fontawesome\.js[^"]*"[^>]*></script>'
)
SEARCH = re.compile(
    r'\s*<script\b[^>]*\bsrc="[^"]*(?:searchtools|language_data|searchindex)\.js[^"]*"></script>'
)
OPTIONS = re.compile(r'<script src="[^"]*documentation_options\.js[^"]*"></script>')
SCRIPT = re.compile(r'<script\b(?![^>]*\b(?:defer|async|type="module"))([^>]*\bsrc=)')
STYLE = re.compile(r'(<link [^>]*href=")([^"]*)(mathematics\.css[^"]*"[^>]*>)')
PICTURE = re.compile(r"<img\b([^>]*?)\s*(/?)>")


# -- Scripts and fonts -----------------------------------------------------------------------------


def light(page: str, options: str, search: bool = False) -> str:
    """A page whose scripts wait. ``options`` is what scripts within the page ask for by name."""
    page = NOT_NEEDED.sub("", page)
    if not search:
        page = SEARCH.sub("", page)
    page = OPTIONS.sub(lambda _: f"<script>{options.strip()}</script>", page)
    page = SCRIPT.sub(r"<script defer\1", page)
    if 'rel="preload" as="font"' in page:
        return page
    return STYLE.sub(lambda link: preloads(link[2]) + link[0], page, count=1)


def preloads(folder: str) -> str:
    return "".join(
        f'<link rel="preload" as="font" type="font/woff2" crossorigin="" '
        f'href="{folder}fonts/{name}" />\n    '
        for name in FONTS
    )


# -- Pictures --------------------------------------------------------------------------------------


def size_of(path: Path) -> tuple[int, int] | None:
    """Width and height of a PNG, from its first bytes."""
    with path.open("rb") as file:
        head = file.read(24)
    if head[:8] != b"\x89PNG\r\n\x1a\n":
        return None
    return struct.unpack(">II", head[16:24])


def with_sizes(page: str, folder: Path) -> str:
    """Pictures of the page with their sizes; all but the first wait until they are near."""
    first = True

    def picture(match):
        nonlocal first
        attributes, close = match[1], match[2]
        at_once, first = first, False
        source = re.search(r'\bsrc="([^"#?:]+)"', attributes)
        if "loading=" in attributes or not source:
            return match[0]
        path = folder / source[1]
        size = size_of(path) if path.is_file() else None
        # A width in `style` goes before; the height then follows from the two.
        if size and not re.search(r"\b(?:width|height)=", attributes):
            attributes += f' width="{size[0]}" height="{size[1]}"'
        attributes += ' decoding="async"' + ("" if at_once else ' loading="lazy"')
        return f"<img{attributes} {close}>"

    return PICTURE.sub(picture, page)


# -- Sphinx ----------------------------------------------------------------------------------------


def drop_mathjax(app):
    """Sphinx would put MathJax on each page that has a formula."""
    for listeners in app.events.listeners.values():
        listeners[:] = [x for x in listeners if x.handler is not install_mathjax]


def lighten(app, error):
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    options = (out / "_static" / "documentation_options.js").read_text(encoding="utf-8")
    for path in pages_of(out):
        page = path.read_text(encoding="utf-8")
        made = with_sizes(light(page, options, path.name == "search.html"), path.parent)
        if made != page:
            path.write_text(made, encoding="utf-8")
    for path in [*(out / "_static").rglob("*.map"), out / "_static/scripts/fontawesome.js"]:
        path.unlink(missing_ok=True)


def setup(app):
    app.connect("config-inited", lambda app, config: drop_mathjax(app))
    app.connect("build-finished", lighten, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
