"""What this book asks of Sphinx beyond Jupyter Book: a site that is whole in itself.

* Pages load MathJax from the site's own files. The files come with the package
  sphinx-mathjax-offline; of its 24 MB we copy what a page can ask for.
* A heading that counts for itself, `3. A layer with a shortcut`, gets no section's number as well.
* sphinx-thebe, which Jupyter Book always loads, is taken out: it puts a script on every page that
  names another host and raises an error in the console.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path

MATHJAX = (
    "tex-chtml.js",
    "a11y",
    "input/tex",
    "output/chtml",
    "sre/mathmaps/base.json",
    "sre/mathmaps/en.json",
    "ui",
)


def drop_thebe(app):
    """Disconnect all that sphinx-thebe has connected."""
    for listeners in app.events.listeners.values():
        listeners[:] = [x for x in listeners if not x.handler.__module__.startswith("sphinx_thebe")]
    for files in (app.registry.css_files, app.registry.js_files):
        files[:] = [(name, options) for name, options in files if "thebe" not in (name or "")]


# As a heading has it, and as the contents have it.
SECTION_NUMBER = r'(?:<span class="section-number">[\d.]+\s*</span>|(?<=>)\d+(?:\.\d+)+\.\s+)'


def one_number(app, pagename, templatename, context, doctree):
    """Takes the section's number from a heading that counts, on the page and in its contents."""
    for part in ("body", "toc"):
        if part in context:
            context[part] = re.sub(rf"{SECTION_NUMBER}(?=\d+\. )", "", context[part])


def copy_mathjax(app, error):
    """Put MathJax beside the pages, once."""
    if error or app.builder.format != "html":
        return
    spec = importlib.util.find_spec("sphinx-mathjax-offline")
    source = Path(spec.origin).parent / "static" / "mathjax"
    target = Path(app.outdir) / "_static" / "mathjax"
    for name in MATHJAX:
        if (target / name).exists():
            continue
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)
        else:
            shutil.copyfile(source / name, target / name)


def setup(app):
    app.config.mathjax_path = "mathjax/tex-chtml.js"
    app.connect("config-inited", lambda app, config: drop_thebe(app))
    app.connect("html-page-context", one_number, priority=400)
    app.connect("build-finished", copy_mathjax)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
