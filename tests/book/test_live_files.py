"""What the site brings for the browser's Python, of the repository."""

import hashlib
import json
import sys
import zipfile

import nbformat
import notebooks

sys.path.insert(0, str(notebooks.ROOT / "book" / "_ext"))
from live import STANDARD, copied, outline, standard_library


def test_of_a_notebook_the_headings_and_their_labels_are_brought(tmp_path):
    path = tmp_path / "page.ipynb"
    text = "(section-a)=\n## A section\n\nSome words, (in)= brackets.\n\n# A title\n"
    cells = [nbformat.v4.new_markdown_cell(text), nbformat.v4.new_code_cell("# a comment")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    assert json.loads(outline(path)) == {
        "cells": [
            {"cell_type": "markdown", "source": "(section-a)=\n## A section\n# A title"},
        ]
    }
    other = tmp_path / "words.toml"
    other.write_text("a = 1", encoding="utf-8")
    copied({path: "/book/page.ipynb", other: "/book/words.toml"}, tmp_path / "copy")
    assert (tmp_path / "copy" / "book" / "words.toml").read_text("utf-8") == "a = 1"
    assert (tmp_path / "copy" / "book" / "page.ipynb").read_text("utf-8") == outline(path)


def test_the_standard_library_is_brought_compiled_where_it_can_be(tmp_path):
    source = tmp_path / "pyodide" / STANDARD
    source.parent.mkdir()
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("json/__init__.py", '"""Words."""\n\ndef loads(text):\n    return text\n')
        archive.writestr("json/data.txt", "kept as it is")
    right = hashlib.sha256(source.read_bytes()).hexdigest()
    file = {"name": STANDARD, "use": "core", "url": "elsewhere", "size": 1, "sha256": right}
    made = []
    for name in "ab":
        target = tmp_path / name
        target.mkdir()
        row = standard_library(file, str(source.parent), target, sys.executable)
        content = (target / row["url"].removeprefix("files/")).read_bytes()
        assert (row["name"], row["use"]) == (STANDARD, "core")  # Pyodide asks for it by its name
        assert (row["size"], row["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        made.append(content)
    assert made[0] == made[1]  # the same sources give the same bytes
    with zipfile.ZipFile(tmp_path / "a" / row["url"].removeprefix("files/")) as archive:
        assert archive.namelist() == ["json/__init__.pyc", "json/data.txt"]
    for folder, sha256, python in (
        ("", right, sys.executable),  # readers get Pyodide's own from elsewhere
        (str(tmp_path), right, sys.executable),
        (str(source.parent), "0" * 64, sys.executable),
        (str(source.parent), right, None),
    ):
        assert standard_library(file | {"sha256": sha256}, folder, tmp_path / "a", python) is None
