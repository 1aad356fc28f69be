"""Code that runs in the page: what the browser needs for it goes beside the pages, under ``web/``.

* Our own modules (``book/_web``), with the list of all files and their digests
  (``web/live/manifest.json``).
* nnbook, SymPy and mpmath, compiled for the Python that runs in the browser, if one of the same
  version is found here; else their sources, which a page takes some ten seconds longer to import.
* Python's own library, compiled too, if ``PYODIDE`` names a folder that has it: Pyodide brings its
  sources, and to compile them takes a third of the time in which Python starts.
* What chapters read besides: results of studies, data of the errata.
* For each page the code of its cells, those that it does not show too (``web/cells/``).

Python itself, NumPy and matplotlib are files of Pyodide (``book/live.toml``). Readers get them from
its own distribution; with ``LIVE=bundle`` they lie beside the site, copied from the folder that
``PYODIDE`` names, so that the site works without a network.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import findpython
import nbformat
from before import needed
from docutils import nodes
from quick import beside
from sphinx.errors import ExtensionError
from sphinx.util import logging

logger = logging.getLogger(__name__)

HERE = Path(__file__).resolve().parent
WEB = HERE.parent / "_web"
LIBRARY = "/lib/python3.12/site-packages"  # where the browser's Python looks
STANDARD = "python_stdlib.zip"  # Python's own library, as Pyodide names it
STANDARD_PLACE = "/lib/python312.zip"  # where Pyodide puts it
# Modules that nnbook and chapters import besides NumPy and matplotlib. Without tests they halve.
LIBRARIES = ("sympy", "mpmath", "lazy_loader", "tqdm", "yaml")
NOT_SHIPPED = ("tests", "test", "testing", "benchmarks", "__pycache__", "py.typed")
# Of the repository, what cells read. Paths as there, so that a chapter finds them the same way.
READ = ("experiments/results/*.json", "experiments/*.py", "benchmarks/results.json",
        "book/errata/**/*.*", "book/*.json", "book/*.toml", "book/*.yml",
        "book/**/*.ipynb")  # fmt: skip
SECONDS = HERE.parent / "seconds.json"  # what cells took when the book was run
SLOWER = 4  # times slower a cell is in the browser, as tests/site measured
NUMBERS = ("numpy", "nnbook")
FIGURES = ("nnbook.plots", "matplotlib", "plots")


# -- The files -------------------------------------------------------------------------------------


def sources(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not set(path.relative_to(folder).parts) & set(NOT_SHIPPED)
    ]


def digest(paths) -> str:
    """Of names and contents, so that an archive is made again when something in it changed."""
    state = hashlib.sha256(Path(__file__).read_bytes())
    for path in paths:
        state.update(path.name.encode() + path.read_bytes())
    return state.hexdigest()[:16]


def zipped(folder: Path, target: Path) -> None:
    """The files of a folder, with no date in the archive: the same files give the same bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                info = zipfile.ZipInfo(path.relative_to(folder).as_posix())
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, path.read_bytes())


@cache  # the search starts every Python of the machine and takes seconds
def browser_python(wanted: str) -> str | None:
    """A Python of the browser's version, whose bytecode the browser can run."""
    major, minor = map(int, wanted.split(".")[:2])
    if sys.version_info[:2] == (major, minor):
        return sys.executable
    found = findpython.find(major, minor)
    return str(found.executable) if found else None


def compiled(folder: Path, prefix: str, python: str | None, *options: str) -> None:
    if python:
        command = [python, "-I", str(HERE / "compiled.py"), str(folder), prefix, *options]
        subprocess.run(command, check=True, capture_output=True)


def package(name: str) -> Path:
    return Path(importlib.util.find_spec(name).origin).parent


def library_archive(paths: dict[Path, str], target: Path, python: str | None) -> None:
    """SymPy, mpmath and lazy_loader; Python imports them from the archive as it is."""
    with TemporaryDirectory() as temporary:
        copied(paths, Path(temporary))
        compiled(Path(temporary), f"/lib/{target.name}", python)
        zipped(Path(temporary), target)


def nnbook_archive(paths: dict[Path, str], target: Path, python: str | None) -> None:
    """nnbook with its sources, which chapters show, and what runs cells."""
    with TemporaryDirectory() as temporary:
        copied(paths, Path(temporary))
        compiled(Path(temporary, LIBRARY.strip("/")), LIBRARY, python, "--keep")
        zipped(Path(temporary), target)


def data_archive(paths: dict[Path, str], target: Path, python: str | None) -> None:
    """The data sets of nnbook, and what chapters read of the repository."""
    with TemporaryDirectory() as temporary:
        copied(paths, Path(temporary))
        zipped(Path(temporary), target)


def copied(paths: dict[Path, str], folder: Path) -> None:
    for path, place in paths.items():
        copy = folder / place.strip("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".ipynb":
            copy.write_text(outline(path), encoding="utf-8")
        else:
            shutil.copyfile(path, copy)


def outline(path: Path) -> str:
    """A notebook without all but its headings and their labels: pages name chapters by them."""
    cells = nbformat.read(path, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    lines = re.findall(r"^(?:#+ .*|\(\S+\)=)$", text, re.MULTILINE)
    return json.dumps({"cells": [{"cell_type": "markdown", "source": "\n".join(lines)}]})


def own_archives(root: Path, target: Path, python: str | None) -> list[dict]:
    """The archives that the site brings itself, made anew only where something changed."""
    target.mkdir(parents=True, exist_ok=True)
    code, data = {}, {}  # where each file lies in the browser
    for path in sources(root / "nnbook"):
        place = f"{LIBRARY}/{path.relative_to(root).as_posix()}"
        (code if path.suffix in (".py", ".pyi") else data)[path] = place
    for path in (WEB / "live" / "nnbook_kernel.py", HERE / "displays.py", HERE / "texlines.py"):
        code[path] = f"{LIBRARY}/{path.name}"
    for pattern in READ:
        found = (p for p in sorted(root.glob(pattern)) if ".ipynb_checkpoints" not in p.parts)
        data |= {p: f"/book/{p.relative_to(root).as_posix()}" for p in found}
    libraries = {
        path: path.relative_to(package(name).parent).as_posix()
        for name in LIBRARIES
        for path in sources(package(name))
        if path.suffix == ".py"
    }
    made = []
    for name, step, use, paths, make in (
        ("libraries", "proofs", "path", libraries, library_archive),
        ("nnbook", "proofs", "root", code, nnbook_archive),
        ("data", "numbers", "root", data, data_archive),
    ):
        path = target / f"{name}-{digest(paths)}{'' if python else '-sources'}.zip"
        if not path.exists():
            for old in target.glob(f"{name}-*.zip"):
                old.unlink()
            make(paths, path, python)
        content = path.read_bytes()
        made.append({
            "name": path.name, "url": f"files/{path.name}", "step": step, "use": use,
            "size": len(content), "sha256": hashlib.sha256(content).hexdigest(),
        })  # fmt: skip
    return made


def standard_library(file: dict, folder: str, target: Path, python: str | None) -> dict | None:
    """The row of Python's own library compiled, in the place of `file`; None if it can't be."""
    source = Path(folder, file["name"])
    if not (folder and python and source.is_file()):
        return None
    if hashlib.sha256(source.read_bytes()).hexdigest() != file["sha256"]:
        return None  # `bundle` says so; without it, readers get the right one from elsewhere
    path = target / f"standard-{digest([source])}.zip"
    if not path.exists():
        for old in target.glob("standard-*.zip"):
            old.unlink()
        with TemporaryDirectory() as temporary:
            with zipfile.ZipFile(source) as archive:
                archive.extractall(temporary)
            compiled(Path(temporary), STANDARD_PLACE, python)
            zipped(Path(temporary), path)
    content = path.read_bytes()
    return {
        **file, "url": f"files/{path.name}",
        "size": len(content), "sha256": hashlib.sha256(content).hexdigest(),
    }  # fmt: skip


def bundle(files: list[dict], folder: str, target: Path) -> None:
    """Puts Pyodide's files beside the site, each as `book/live.toml` has it."""
    if not folder:
        raise ExtensionError("LIVE=bundle needs PYODIDE=<folder with the files of Pyodide>")
    target.mkdir(parents=True, exist_ok=True)
    for file in files:
        path = Path(folder, file["name"])
        if not path.is_file():
            raise ExtensionError(f"expected {file['name']} in {folder}, and it is not there")
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != file["sha256"]:
            raise ExtensionError(f"{path}: expected sha256 {file['sha256']}, got {found}")
        shutil.copyfile(path, target / file["name"])


def release_of() -> dict:
    return tomllib.loads((HERE.parent / "live.toml").read_text(encoding="utf-8"))


def versions_of(release: dict) -> dict[str, str]:
    """What runs in the browser; NumPy and matplotlib are those of Pyodide's release."""
    wheels = dict(f["name"].split("-")[:2] for f in release["files"] if f["use"] == "wheel")
    return {
        "Python": release["python"],
        "NumPy": wheels["numpy"],
        "SymPy": version("sympy"),
        "matplotlib": wheels["matplotlib"],
    }


def write_live(app) -> None:
    release = release_of()
    web = Path(app.outdir) / "web"
    shutil.copytree(
        WEB, web, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.pyc", "__pycache__")
    )
    python = browser_python(release["python"])
    if python is None:
        logger.info("live code: no Python %s found, SymPy goes as sources", release["python"][:4])
    root = HERE.parent.parent
    with_code = (root / "nnbook").is_dir()  # or a book of pages alone, as tests make them
    own = own_archives(root, web / "live" / "files", python) if with_code else []
    base = os.environ.get("PYODIDE_BASE") or release["base"]
    if os.environ.get("LIVE") == "bundle":
        bundle(release["files"], os.environ.get("PYODIDE", ""), web / "live" / "pyodide")
        base = "pyodide/"
    files = [{**file, "url": base + file["name"]} for file in release["files"]]
    if with_code:
        given, target = os.environ.get("PYODIDE", ""), web / "live" / "files"
        files = [
            (file["name"] == STANDARD and standard_library(file, given, target, python)) or file
            for file in files
        ]
    files += own
    manifest = {
        "release": release["release"],
        "library": LIBRARY,
        "versions": versions_of(release),
        "files": files,
    }
    text = json.dumps(manifest, indent=1)
    (web / "live" / "manifest.json").write_text(text, encoding="utf-8")


# -- The cells of a page ---------------------------------------------------------------------------


def needs(source: str) -> str:
    """What a cell needs, by its imports: proofs, numbers or figures."""
    words = re.findall(r"^\s*(?:from|import)\s+(\S+)", source, re.MULTILINE)
    if any(word.startswith(FIGURES) for word in words) or "import plots" in source:
        return "figures"
    proofs = ("nnbook.derive", "nnbook.exercises")
    if any(word.startswith(NUMBERS) and not word.startswith(proofs) for word in words):
        return "numbers"
    return "proofs"


def mark_cells(app, doctree) -> None:
    """Gives each cell its place in the notebook as an id, and stores the code of all."""
    path = Path(app.env.doc2path(app.env.docname))
    if path.suffix != ".ipynb":
        return
    for cell in doctree.findall(nodes.container):
        if cell.get("nb_element") == "cell_code":
            cell["ids"].append(f"cell-{cell['cell_index']}")
    notebook = nbformat.read(path, as_version=4)
    taken = json.loads(SECONDS.read_text(encoding="utf-8")).get(app.env.docname, {})
    code = [(at, cell) for at, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    cells = [
        {
            "at": at,
            "source": cell.source,
            "needs": needs(cell.source),
            "after": [code[place][0] for place in before],
            "seconds": SLOWER * taken.get(cell.id, 0),
        }
        for (at, cell), before in zip(code, needed([c.source for _, c in code]), strict=True)
    ]
    app.env.metadata[app.env.docname]["nnbook_cells"] = json.dumps(cells)


def write_cells(app, pagename, templatename, context, doctree) -> None:
    """The code of a page's cells beside it, and on the page the script that makes them run."""
    if not (cells := app.env.metadata.get(pagename, {}).get("nnbook_cells")):
        return
    target = Path(app.outdir) / "web" / "cells" / f"{pagename}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(cells, encoding="utf-8")
    place = "../" * pagename.count("/")
    slow = {cell["at"]: cell["seconds"] for cell in json.loads(cells) if cell["seconds"]}
    versions = ", ".join(f"{name} {number}" for name, number in versions_of(release_of()).items())
    context["metatags"] = context.get("metatags", "") + (
        f'<script type="module" src="{place}web/live/cells.js" data-cells="{pagename}"'
        f" data-versions=\"{versions}\" data-seconds='{json.dumps(slow)}'></script>"
        f'<link rel="stylesheet" href="{place}web/live/live.css">'
    )


def setup(app):
    app.connect("doctree-read", mark_cells)
    app.connect("html-page-context", write_cells)
    beside(app, write_live)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
