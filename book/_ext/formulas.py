r"""Sets the formulas of the site when it is built: pages come with MathML, which browsers draw.

Sphinx, and our extensions, write a formula as ``<span class="math …">\(…\)</span>``. When all pages
are written, each such formula is turned into MathML by MathJax, which runs in V8 (the package
mini-racer), and by book/_web/reading/mathml.js. No page loads MathJax, then; what a script adds to
a page later, book/_web/reading/mathematics.js sets in the same way.

What was set once is kept beside the doctrees, so that the next build sets only what is new.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import shutil
from importlib.util import find_spec
from pathlib import Path

from sphinx.util import logging

logger = logging.getLogger(__name__)

HERE = Path(__file__).resolve().parent
WRITER = HERE.parent / "_web" / "reading" / "mathml.js"
KEPT = "formulas.json"
# Formulas as they wait to be set: the element, how the formula is enclosed, and the formula; beside
# it the signs that must not be parted from it at the end of a line.
WAITING = re.compile(
    r'(?P<before>[(“]?)(?P<start><(?P<tag>span|div) class="math\b[^"]*"[^>]*>)\s*'
    r"\\(?P<kind>[(\[])(?P<latex>(?:(?!</(?P=tag)>).)*?)\\[)\]]\s*(?P<end></(?P=tag)>)"
    r"(?P<after>[.,;:!?)”’]*)",
    re.DOTALL,
)
# MathJax asks for these where there is no page.
PRELUDE = """
var global = globalThis;
var console = {log() {}, warn() {}, error() {}};
globalThis.MathJax = {loader: {load: []}, startup: {typeset: false, ready() {}}};
"""


def mathjax() -> Path:
    """The folder of MathJax's files."""
    return Path(find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax"


def files() -> list[str]:
    """The files of MathJax that set formulas, as the writer lists them."""
    listed = re.search(r"const FILES = \[(.*?)\];", WRITER.read_text("utf-8"), re.DOTALL)[1]
    return re.findall(r'"([\w/-]+)"', listed)


def copy_mathjax(target: Path) -> None:
    """Puts these beside the pages, for formulas that scripts add; MathJax has 24 MB besides."""
    for name in files():
        place = target / f"{name}.js"
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(mathjax() / f"{name}.js", place)


class Setter:
    """MathJax in V8. To be closed, or the process does not end."""

    def __init__(self):
        from py_mini_racer import MiniRacer

        self.engine = MiniRacer()
        paths = [*(mathjax() / f"{name}.js" for name in files()), WRITER]
        for code in (PRELUDE, *(path.read_text(encoding="utf-8") for path in paths)):
            self.run(code)

    def run(self, code: str) -> None:
        self.engine.eval(f"{code}\n;0")  # what comes back is a number, not MathJax

    def set(self, formulas: list[tuple[str, bool]]) -> list[dict]:
        """For each formula (LaTeX, whether displayed) its ``html``, or the ``error`` that it is."""
        self.run(f"globalThis.formulas = {json.dumps(formulas)}")
        return json.loads(
            self.engine.eval(
                "JSON.stringify(formulas.map(([latex, display]) => {"
                " try { return {html: nnMathml.html(latex, display)}; }"
                " catch (error) { return {error: String(error.message)}; } }))"
            )
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.engine.close()


def key(match) -> tuple[str, bool]:
    """LaTeX, and whether it is displayed."""
    return html.unescape(match["latex"]).strip(), match["kind"] == "["


def waiting(page: str) -> set[tuple[str, bool]]:
    """The formulas of a page that are not set."""
    return set(map(key, WAITING.finditer(page)))


def with_formulas(page: str, known: dict[tuple[str, bool], str]) -> str:
    """The page with those formulas set that are known."""

    def formula(match):
        if not (found := known.get(key(match))):
            return match[0]
        whole = f"{match['before']}{match['start']}{found}{match['end']}{match['after']}"
        tied = match["tag"] == "span" and (match["before"] or match["after"])
        return f'<span class="nn-tied">{whole}</span>' if tied else whole

    return WAITING.sub(formula, page)


class Store:
    """What was set in earlier builds, of the present writer and MathJax."""

    def __init__(self, path: Path):
        self.path = path
        files = (WRITER, Path(__file__), mathjax() / "core.js")
        self.digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
        self.known: dict[tuple[str, bool], str] = {}
        if path.is_file():
            kept = json.loads(path.read_text(encoding="utf-8"))
            if kept["digest"] == self.digest:
                self.known = {(latex, display): text for latex, display, text in kept["formulas"]}

    def add(self, wanted: set[tuple[str, bool]]) -> dict[tuple[str, bool], str]:
        """Sets what is not known yet; returns what cannot be set, with the reason."""
        new = sorted(wanted - self.known.keys())
        if not new:
            return {}
        with Setter() as setter:
            done = dict(zip(new, setter.set(new), strict=True))
        self.known |= {key: made["html"] for key, made in done.items() if "html" in made}
        rows = [[*key, text] for key, text in self.known.items()]
        self.path.write_text(json.dumps({"digest": self.digest, "formulas": rows}), "utf-8")
        return {key: made["error"] for key, made in done.items() if "error" in made}


def pages_of(folder: Path) -> list[Path]:
    """The book's own; `lite` is JupyterLab, as its makers made it."""
    found = sorted(folder.rglob("*.html"))
    return [p for p in found if p.relative_to(folder).parts[0] not in ("_static", "lite")]


def set_formulas(app, error):
    """All formulas of all pages that have been written."""
    if error or app.builder.format != "html":
        return
    copy_mathjax(Path(app.outdir) / "_static" / "mathjax")
    pages = {path: path.read_text(encoding="utf-8") for path in pages_of(Path(app.outdir))}
    wanted = {path: found for path, page in pages.items() if (found := waiting(page))}
    store = Store(Path(app.doctreedir) / KEPT)
    wrong = store.add(set().union(*wanted.values()))
    for path, found in wanted.items():
        path.write_text(with_formulas(pages[path], store.known), encoding="utf-8")
        for latex, display in sorted(found & wrong.keys()):
            logger.warning("%s: %s: %s", path.name, wrong[latex, display], latex)


def setup(app):
    app.connect("build-finished", set_formulas)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
