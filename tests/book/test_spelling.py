"""Spelling: of all text and code, and of what the notebooks say, without their outputs."""

import json
import subprocess
import sys
from pathlib import Path

import notebooks

ROOT = notebooks.ROOT
FOLDERS = ("book", "nnbook", "tests", "tools", "experiments", "benchmarks", ".github")
ENDS = {".md", ".py", ".pyi", ".yml", ".toml", ".bib", ".cfg", ".cff", ".css", ".js", ".txt"}
NOT_OURS = {"vendor", "_build", "__pycache__"}


def texts() -> list[Path]:
    """What somebody wrote; not what was drawn, fetched or computed."""
    found = [path for path in ROOT.iterdir() if path.suffix in ENDS]
    for folder in FOLDERS:
        found += [path for path in (ROOT / folder).rglob("*") if path.suffix in ENDS]
    skipped = {ROOT / "requirements.txt"}
    return [path for path in found if path not in skipped and not NOT_OURS & set(path.parts)]


def words_of(notebook: str) -> str:
    """The text and the code of a notebook; outputs hold pictures, in letters."""
    cells = json.loads(notebook)["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells)


def misspelt(paths: list[Path]) -> str:
    run = subprocess.run([sys.executable, "-m", "codespell_lib", *map(str, paths)], cwd=ROOT,
                         capture_output=True, text=True)  # fmt: skip
    assert run.returncode in (0, 65), run.stderr
    return run.stdout


def test_spelling():
    assert len(texts()) > 300
    assert misspelt(texts()) == ""


def test_spelling_of_the_notebooks(tmp_path):
    for path in notebooks.all_notebooks():
        name = path.relative_to(ROOT).as_posix().replace("/", "__")
        (tmp_path / f"{name}.txt").write_text(words_of(path.read_text("utf-8")), encoding="utf-8")
    assert len(list(tmp_path.iterdir())) > 50
    assert misspelt([tmp_path]) == ""


def test_a_planted_misspelling_is_found(tmp_path):
    wrong = "rec" + "ieve"  # in two, or this file would be misspelt
    words = f"We {wrong} a gradient from {'t' + 'eh'} layer above."
    notebook = {"cells": [{"source": [words], "outputs": [{"data": {"image/png": wrong}}]}]}
    (tmp_path / "a.txt").write_text(words_of(json.dumps(notebook)), encoding="utf-8")
    found = misspelt([tmp_path])
    assert "receive" in found
    assert found.count("==>") == 2
