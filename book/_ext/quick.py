"""What makes the build quick, and leaves the pages as they are.

* Pages are read and written by as many processes as there are processors.
* What needs no page, the lab and what runs in pages, is made meanwhile, by a process of its own.
* Looked up once is what other packages look up each time: the plugins of pybtex, for which it reads
  the metadata of all installed packages at each citation, and the stems of words for the search.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import traceback
from collections.abc import Callable

import pybtex.plugin
from sphinx.errors import ExtensionError
from sphinx.search.en import SearchEnglish
from sphinx.util.parallel import parallel_available

# Jupyter Book loads these two, which say nothing of processes. One adds transforms for LaTeX, the
# other numbers sections when all pages have been read.
SAFE = ("sphinx_jupyterbook_latex", "sphinx_multitoc_numbering")


def processors() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def declare_safe(app, env, docnames):
    for name in SAFE:
        if name in app.extensions:
            app.extensions[name].parallel_read_safe = True


# -- Beside the pages ------------------------------------------------------------------------------


class Beside:
    """Functions of the application, called one after the other while pages are read and written.

    Where processes cannot be forked they are called at the end.
    """

    def __init__(self):
        self.functions: list[Callable] = []
        self.process = None

    def run(self, app, sender) -> None:
        said = ""
        try:
            for function in self.functions:
                function(app)
        except Exception:
            said = traceback.format_exc()
        sender.send(said)

    def start(self, app) -> None:
        if app.builder.format == "html" and parallel_available and app.parallel > 1:
            context = multiprocessing.get_context("fork")
            self.receiver, sender = context.Pipe(duplex=False)
            self.process = context.Process(target=self.run, args=(app, sender), daemon=True)
            self.process.start()
            sender.close()  # so that the end of the process ends our waiting

    def finish(self, app, error) -> None:
        """Waits until all is made. Raises ExtensionError with what was wrong."""
        if error:
            return
        if self.process is None:
            for function in self.functions if app.builder.format == "html" else ():
                function(app)
            return
        try:
            said = self.receiver.recv()
        except EOFError:
            said = "the process that makes what needs no page has ended"
        self.process.join()
        if said:
            raise ExtensionError(said)


def beside(app, function: Callable) -> None:
    """Has ``function(app)`` called while pages are read, or after. It may not look at pages."""
    app.setup_extension("quick")
    app.nn_beside.functions.append(function)


def setup(app):
    app.parallel = processors()
    app.nn_beside = Beside()
    pybtex.plugin.entry_points = functools.cache(pybtex.plugin.entry_points)
    SearchEnglish.stem = functools.cache(SearchEnglish.stem)
    app.connect("env-before-read-docs", declare_safe)
    app.connect("builder-inited", app.nn_beside.start, priority=900)
    app.connect("build-finished", app.nn_beside.finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
