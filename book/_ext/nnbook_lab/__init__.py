"""The lab: every notebook of the book in JupyterLite, as a part of the site, and for download.

* A page that is a notebook gets a link to it in the lab.
* Its download is the same file that the lab opens; the menu has all notebooks in one archive, too.
* The files are made when the pages are (`nnbook_lab.app`), if something in them has changed.

`PYODIDE_BASE`, `LIVE=bundle` and `PYODIDE` say where Python comes from, as for code in the page.
"""

from __future__ import annotations

import os
from pathlib import Path

from quick import beside

from . import app as lab
from . import lock, notebooks

BUNDLE = "web/live/pyodide/"
OPEN = "Open in the lab: run this notebook in the browser"


def link(url: str, text: str, tooltip: str, label: str, icon: str) -> dict:
    """A button as the theme describes it."""
    return {
        "type": "link", "url": url, "text": text, "tooltip": tooltip, "label": label, "icon": icon,
    }  # fmt: skip


def buttons(app, pagename, templatename, context, doctree) -> None:
    """Point the buttons at the lab and at the notebooks that it opens."""
    shown = context.get("header_buttons", [])
    menus = [button for button in shown if button.get("label") == "download-buttons"]
    notebook = context.get("page_source_suffix") == ".ipynb"
    place = "../" * pagename.count("/")
    for menu in menus:
        print_only = [b for b in menu["buttons"] if "source" not in b["label"]]
        menu["buttons"] = print_only
        if notebook:
            menu["buttons"] = [
                link(f"{place}lite/files/{pagename}.ipynb", ".ipynb", "Download this notebook",
                     "download-notebook-button", "fas fa-file"),
                *print_only,
                link(f"{place}downloads/{notebooks.ZIP}", "all (.zip)",
                     "Download all notebooks, with what they need", "download-all-button",
                     "fas fa-file-zipper"),
            ]  # fmt: skip
    if notebook:
        url = f"{place}lite/lab/index.html?path={pagename}.ipynb"
        shown.insert(0, link(url, "", OPEN, "lab-button", "fas fa-flask"))


def make(app) -> None:
    root, site = Path(app.srcdir), Path(app.outdir)
    if not (root / "nnbook").is_dir():
        return  # a book of pages alone, as tests make them
    base = os.environ.get("PYODIDE_BASE") or lock.release()["base"]
    if os.environ.get("LIVE") == "bundle":
        base = BUNDLE  # where `live` has put it
    lab.build(root, site, site.parent / "lite", base)


def setup(app):
    app.connect("html-page-context", buttons, priority=900)
    beside(app, make)  # after what `live` makes
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
