"""What this book asks of Sphinx beyond Jupyter Book: a site that is whole in itself.

* A heading that counts for itself, `3. A layer with a shortcut`, gets no section's number as well.
* sphinx-thebe, which Jupyter Book always loads, is taken out: it puts a script on every page that
  names another host and raises an error in the console.
"""

from __future__ import annotations

import re


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


def setup(app):
    app.connect("config-inited", lambda app, config: drop_thebe(app))
    app.connect("html-page-context", one_number, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
