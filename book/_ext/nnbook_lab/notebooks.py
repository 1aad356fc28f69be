"""The notebooks as readers download them and as the lab opens them.

They are the book's own, with two cells before the first that say what they need.
"""

from __future__ import annotations

import json
import zipfile
from importlib import metadata
from pathlib import Path

import live

ZIP = "nnbook-notebooks.zip"
SHOWN = ("numpy", "sympy", "matplotlib")
# What the archive asks for: the versions by which its outputs were made, and what opens notebooks.
PINNED = (*SHOWN, "pyyaml", "jupyterlab", "jupyterlab-myst")
HIDDEN = ("_", ".")  # what begins so is not for readers

WORDS = """\
**What this notebook needs.** Python 3.11 or newer and `nnbook`, the book's package, which brings
NumPy, SymPy and matplotlib.{files} In the lab on the book's site all is there: run the next cell,
which loads it. On your own machine unpack `{zip}` from that site, and in its folder
run `python -m pip install -r requirements.txt`, then `jupyter lab`. The outputs stored here were
made with {versions}."""
FILES = " It reads files of the book as well, which come with the archive of all notebooks."
CODE = """\
# The versions that run here.
import sys

import matplotlib
import nnbook
import numpy
import sympy

print("Python", sys.version.split()[0])
for package in (nnbook, numpy, sympy, matplotlib):
    print(package.__name__, package.__version__)"""
README = """\
All notebooks of the book, and what they need: Python 3.11 or newer. In this folder,

    python -m venv .venv
    .venv/bin/python -m pip install -r requirements.txt    (Windows: .venv\\Scripts\\python)
    .venv/bin/jupyter lab

opens them in JupyterLab. `book/` has the notebooks, `experiments/results/` and `benchmarks/` the
stored results that they draw, and {wheel} is the book's package.

Text: CC BY 4.0. Code: BSD-3-Clause.
"""


def reads_files(cells: list[dict]) -> bool:
    """Whether a notebook does not run without the files of the book."""
    code = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    words = ("load_study(", "load_benchmarks(", "errata", "formula_sheet(", "ledger_page(",
             "symbols_table(")  # fmt: skip
    return any(word in code for word in words)


def join_lines(holder: dict) -> None:
    """Make each text that is stored as a list of lines one text: JupyterLite takes no lists."""
    for name, value in holder.items():
        if isinstance(value, list):
            holder[name] = "".join(value)


def join_texts(cells: list[dict]) -> None:
    for cell in cells:
        cell["source"] = "".join(cell["source"])
        for output in cell.get("outputs", []):
            output |= {"text": "".join(output["text"])} if "text" in output else {}
            join_lines(output.get("data", {}))


def with_needs(text: str) -> str:
    """A notebook, with the cells that say what it needs before its first."""
    notebook = json.loads(text)
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in SHOWN)
    words = WORDS.format(
        zip=ZIP, versions=versions, files=FILES if reads_files(notebook["cells"]) else ""
    )
    join_texts(notebook["cells"])
    notebook["cells"][:0] = [
        {"cell_type": "markdown", "id": "needs-words", "metadata": {}, "source": words},
        {
            "cell_type": "code",
            "execution_count": None,
            "id": "needs-versions",
            "metadata": {},
            "outputs": [],
            "source": CODE,
        },
    ]
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def sources(root: Path) -> list[Path]:
    """The notebooks and the files that they read, relative to the project."""
    book = root / "book"
    found = [p for p in book.rglob("*.ipynb") if not hidden(p.relative_to(book))]
    found += [p for pattern in live.READ for p in root.glob(pattern) if p.suffix != ".pyc"]
    return sorted({path.relative_to(root) for path in found})


def hidden(path: Path) -> bool:
    return any(part.startswith(HIDDEN) for part in path.parts)


def stage(root: Path, target: Path) -> None:
    """Copy them into a folder, which afterwards holds nothing else; keep what is there already."""
    wanted = {target / path: root / path for path in sources(root)}
    for path in [p for p in target.rglob("*") if p.is_file() and p not in wanted]:
        path.unlink()
    for path, source in wanted.items():
        text = source.read_text(encoding="utf-8")
        text = with_needs(text) if path.suffix == ".ipynb" else text
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def archive(folder: Path, wheel: Path, target: Path) -> None:
    """All of them in one file, with the book's package and a list of what to install."""
    target.parent.mkdir(parents=True, exist_ok=True)
    top = Path(ZIP).stem
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as file:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            file.write(path, f"{top}/{path.relative_to(folder).as_posix()}")
        file.write(wheel, f"{top}/{wheel.name}")
        needs = [f"./{wheel.name}", *(f"{name}=={metadata.version(name)}" for name in PINNED)]
        file.writestr(f"{top}/requirements.txt", "\n".join([*needs, ""]))
        file.writestr(f"{top}/README.txt", README.format(wheel=wheel.name))
