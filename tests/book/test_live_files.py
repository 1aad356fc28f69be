"""What the site brings for the browser's Python, of the repository."""

import json
import sys

import nbformat
import notebooks

sys.path.insert(0, str(notebooks.ROOT / "book" / "_ext"))
from live import copied, outline


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
