"""Runs cells in the reader's browser, as a notebook does: the last expression is shown.

``run`` gives outputs as notebooks store them; ``call`` is the list of what exercises and the
checker may ask. JSON goes in and out, so that no object of Python reaches the page.
"""

import ast
import builtins
import contextlib
import io
import json
import linecache
import logging
import os
import re
import sys
import traceback
import types
import warnings
from importlib import import_module, invalidate_caches

from displays import display_html

BOOK = "/book"  # what the site brings of the repository: results of studies, data of the errata
TEXT = 100_000  # characters of one output
SECONDS = 30  # for a verdict: Python is slower here

# What may be called by name from the page. The modules are imported on first use.
CALLS = {
    "exercise.check": "nnbook.derive.page.live:check",
    "exercise.preview": "nnbook.derive.page.live:preview",
    "checker.check": "nnbook.derive.page.checker:check",
    "checker.preview": "nnbook.derive.page.checker:preview",
    "checker.derive": "nnbook.derive.page.checker:derive",
}

space = {"__name__": "__main__", "__builtins__": builtins}
_show = None  # takes an output of the cell that runs
_count = 0


def begin(step: str) -> None:
    """Import ahead what a step is for, so that loading is over when the bar says so."""
    invalidate_caches()  # files have come since Python last looked
    limits = import_module("nnbook.derive.limits")
    limits.SECONDS = SECONDS
    import_module("nnbook.derive")
    if step != "proofs":
        import_module("numpy")
        import_module("tqdm").tqdm.monitor_interval = 0  # it would want a thread
    if step == "figures":
        os.environ.setdefault("MPLBACKEND", "agg")
        logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # no word of its cache
        # `plt.show()` has no window here: the figure is shown when the cell ends.
        warnings.filterwarnings("ignore", "FigureCanvasAgg is non-interactive")


def call(name: str, args: str) -> str:
    """One of ``CALLS`` with arguments as JSON; its result as JSON."""
    if name not in CALLS:
        raise ValueError(f"expected one of {', '.join(CALLS)}, got {name!r}")
    module, _, function = CALLS[name].partition(":")
    return json.dumps(getattr(import_module(module), function)(*json.loads(args)))


# -- Outputs ---------------------------------------------------------------------------------------

KINDS = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "text/latex": "_repr_latex_",
}


def bundle(thing) -> tuple[dict, dict]:
    """What an object shows, by MIME type, and what it says of it."""
    data, metadata = {}, {}
    if (whole := getattr(thing, "_repr_mimebundle_", None)) and not isinstance(thing, type):
        found = whole()
        data, metadata = found if isinstance(found, tuple) else (found, {})
        data = dict(data)
    elif not isinstance(thing, type):
        for kind, method in KINDS.items():
            shown = getattr(thing, method, None)
            if shown is not None and (value := shown()) is not None:
                data[kind] = value if isinstance(value, str) else _base64(value)
    if "text/plain" not in data:
        data["text/plain"] = _plain(thing)
    if displays := DISPLAY.findall(data.get("text/markdown", "")):
        # The page lays a display out in lines, with the same code as the site.
        metadata = {**metadata, "displays": {id_: display_html(tex) for tex, id_ in displays}}
    return data, metadata


DISPLAY = re.compile(r"^\$\$\n(.*?)\n\$\$ \((eq-[^)]*)\)$", re.DOTALL | re.MULTILINE)


def _plain(thing) -> str:
    """As IPython prints it: containers that do not fit a line take several."""
    if isinstance(thing, dict | list | tuple | set) and type(thing).__repr__ in PLAIN:
        from pprint import pformat

        return pformat(thing, width=79, sort_dicts=False)
    return repr(thing)


PLAIN = {dict.__repr__, list.__repr__, tuple.__repr__, set.__repr__}


def _base64(value: bytes) -> str:
    import base64

    return base64.b64encode(value).decode()


def send(output: dict) -> None:
    _show(json.dumps(output))


def display(*things, **_options) -> None:
    """IPython's `display`: shows at once."""
    sys.stdout.flush()
    for thing in things:
        data, metadata = bundle(thing)
        send({"output_type": "display_data", "data": data, "metadata": metadata})


class Stream(io.TextIOBase):
    """What is printed goes to the page line by line, and no more than a page can hold."""

    def __init__(self, name: str):
        self.name, self.waiting, self.left = name, [], TEXT

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.waiting.append(text)
        if "\n" in text:
            self.flush()
        return len(text)

    def flush(self) -> None:
        text, self.waiting = "".join(self.waiting), []
        if not text or self.left <= 0:
            return
        if len(text) > self.left:
            text = text[: self.left] + f"\n… cut after {TEXT:,} characters\n"
        self.left -= len(text)
        send({"output_type": "stream", "name": self.name, "text": text})


def figures() -> None:
    """Shows what was drawn with pyplot and not shown."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    for number in pyplot.get_fignums() if pyplot else ():
        file = io.BytesIO()
        pyplot.figure(number).savefig(file, format="png", bbox_inches="tight")
        data = {"image/png": _base64(file.getvalue()), "text/plain": "<Figure>"}
        send({"output_type": "display_data", "data": data, "metadata": {}})
        pyplot.close(number)


# -- A cell ----------------------------------------------------------------------------------------


def run(source: str, folder: str, show, number: int = 0) -> str:
    """Run a cell in the page's namespace; ``show`` takes each output as JSON, as it comes.

    ``number`` is the cell's place among those that the page shows, by which errors name it; 0 is
    a cell that it does not show.

    Gives {"status": "ok"}, or {"status": "error", "missing": …} with the name of a module or of a
    variable that is not there, if that is what went wrong.
    """
    global _show, _count
    _show, _count = show, _count + 1
    place = os.path.join(BOOK, folder)
    os.makedirs(place, exist_ok=True)
    os.chdir(place)
    name = f"cell {number}" if number else "cell that the page does not show"
    lines = f"{source}\n".splitlines(keepends=True)  # carets slip below a line without an end
    linecache.cache[name] = (len(source), None, lines, name)
    streams = Stream("stdout"), Stream("stderr")
    with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
        try:
            value = _execute(source, name)
            figures()
            for stream in streams:
                stream.flush()
            if value is not None:
                space["_"] = value
                data, metadata = bundle(value)
                send({"output_type": "execute_result", "data": data, "metadata": metadata,
                      "execution_count": _count})
        except BaseException as error:
            for stream in streams:
                stream.flush()
            return json.dumps(_failed(error, name))
    return json.dumps({"status": "ok"})


def _execute(source: str, name: str):
    """The value of the last expression, unless a semicolon hides it."""
    tree = ast.parse(source, name)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not source.rstrip().endswith(";"):
        last = ast.Expression(tree.body.pop().value)
    exec(compile(tree, name, "exec"), space)
    return None if last is None else eval(compile(last, name, "eval"), space)


def _failed(error: BaseException, name: str) -> dict:
    """Sends the error, with the part of its trace that begins in the cell."""
    trace = error.__traceback__
    while trace and trace.tb_frame.f_code.co_filename != name:
        trace = trace.tb_next
    lines = traceback.format_exception(type(error), error, trace)
    send({"output_type": "error", "ename": type(error).__name__, "evalue": str(error),
          "traceback": "".join(lines).splitlines()})
    missing = getattr(error, "name", None) if isinstance(error, ImportError | NameError) else None
    return {"status": "error", "ename": type(error).__name__, "evalue": str(error)[:500],
            "missing": missing}


# -- What chapters use of IPython ------------------------------------------------------------------


class _Shown:
    """Text of one kind, as IPython.display has it."""

    kind = ""

    def __init__(self, data: str):
        self.data = data

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {self.kind: self.data, "text/plain": repr(self)}

    def __repr__(self):
        return f"<IPython.core.display.{type(self).__name__} object>"


def _ipython() -> None:
    shim = types.ModuleType("IPython.display")
    shim.display = display
    for name, kind in (("Markdown", "text/markdown"), ("HTML", "text/html"),
                       ("Latex", "text/latex"), ("SVG", "image/svg+xml")):
        setattr(shim, name, type(name, (_Shown,), {"kind": kind}))
    package = types.ModuleType("IPython")
    package.display = shim
    package.get_ipython = lambda: None
    package.version_info = (8, 24)  # matplotlib asks
    sys.modules.setdefault("IPython", package)
    sys.modules.setdefault("IPython.display", shim)


def _ask(_prompt="", /):
    raise RuntimeError("input() cannot ask anything on this page: write the value into the code")


_ipython()
space["display"] = display
builtins.input = _ask
