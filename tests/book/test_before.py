"""A cell run in the page after those that it is said to need shows what the book shows.

python -m tests.book.test_before COUNT [SEED]     tries so many cells of each notebook
"""

import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import notebooks
import pytest

sys.path.insert(0, str(notebooks.ROOT / "book" / "_ext"))
from before import needed

ROOT = notebooks.ROOT
# Runs cells with what the site's pages run them with; the last one's outputs go to a file.
RUNNER = """
import json, sys
kernel_folder, ext, root, folder, target = sys.argv[1:6]
sys.path[:0] = [kernel_folder, ext, root]
import nnbook_kernel as kernel
kernel.BOOK = root
kernel.begin("figures")
sources = json.load(sys.stdin)
shown = []
for place, source in enumerate(sources):
    take = shown.append if place == len(sources) - 1 else lambda output: None
    result = json.loads(kernel.run(source, folder, take))
    if result["status"] != "ok" and place < len(sources) - 1:
        sys.exit(f"cell {place}: {result}")
json.dump([json.loads(output) for output in shown], open(target, "w"))
"""


def run(sources: list[str], folder: str) -> list[dict]:
    """The outputs of the last of some cells, in a Python of their own."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        command = [sys.executable, "-W", "ignore", "-c", RUNNER, str(ROOT / "book/_web/live"),
                   str(ROOT / "book/_ext"), str(ROOT), folder, file.name]  # fmt: skip
        done = subprocess.run(
            command, input=json.dumps(sources), text=True, capture_output=True, timeout=600
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(Path(file.name).read_text(encoding="utf-8"))


def texts(outputs) -> str:
    """What outputs say, pictures and traces left out."""
    said = []
    for output in notebooks.merge_streams([nbformat.from_dict(o) for o in outputs]):
        if output.output_type == "stream":
            said.append(output.text if output.name == "stdout" else "")
        elif output.output_type == "error":
            said.append(f"{output.ename}: {output.evalue}")
        else:
            data = output.data
            said.append(data.get("text/markdown", data["text/plain"]))
    return re.sub(r"ipykernel_\d+|<cell>|cell \d+", "…", "\n".join(said))


def chapters():
    return [
        path
        for path in notebooks.all_notebooks()
        if path.parent.name not in ("book", "solutions") and path not in notebooks.LEDGER_PAGES
    ]


def differs(path, at: int) -> str:
    """Where the cell's outputs, after the cells that it needs, are not the stored ones; or ""."""
    code = [cell for cell in notebooks.read(path).cells if cell.cell_type == "code"]
    wanted = [*needed([cell.source for cell in code])[at], at]
    folder = path.parent.relative_to(ROOT).as_posix()
    found = texts(run([code[place].source for place in wanted], folder))
    stored = texts(code[at].outputs)
    if found.strip() == stored.strip():
        return ""
    return f"{path.name}, code cell {at}:\n{found[:500]}\ninstead of\n{stored[:500]}"


def drawn(path, count: int, seed: int = 0) -> list[int]:
    code = [cell for cell in notebooks.read(path).cells if cell.cell_type == "code"]
    said = [at for at, cell in enumerate(code) if texts(cell.outputs).strip()]
    return random.Random(f"{path.name}{seed}").sample(said, min(count, len(said)))


@pytest.mark.parametrize("path", random.Random(3).sample(chapters(), 6), ids=lambda p: p.stem)
def test_a_cell_runs_after_those_it_needs(path):
    for at in drawn(path, 1):
        assert differs(path, at) == ""


def test_names_calls_and_generators():
    assert needed(["a = []", "a.append(1)", "b = a", "c = 2", "b"]) == [
        [],
        [0],
        [0, 1],
        [],
        [0, 1, 2],
    ]
    assert needed(["rng = make()", "x = f(rng)", "y = f(rng)"]) == [[], [0], [0, 1]]
    assert needed(["n = 1", "n = 2", "n"]) == [[], [], [1]]
    assert needed(["n = 1", "if n:\n    n = 2", "n"]) == [[], [0], [0, 1]]
    assert needed(["from m import *", "x"]) == [[], [0]]
    assert needed(["w = {}", "w['a'] = 1", "print(w)"]) == [[], [0], [0, 1]]
    assert needed(["import numpy as np", "np.ones(2)", "np.zeros(2)"]) == [[], [0], [0]]


def test_planted_cell_that_is_left_out():
    """The comparison notices it when a needed cell is not run."""
    with pytest.raises(AssertionError, match="NameError"):
        run(["y = x + 1", "y"], "book/networks")
    assert texts(run(["x = 1", "x"], "book/networks")) == "1"
    assert texts(run(["x = 1", "x = 2", "x"], "book/networks")) == "2"


if __name__ == "__main__":
    count, seed = int(sys.argv[1]), int((sys.argv[2:] or [0])[0])
    found = {
        (path, at): differs(path, at) for path in chapters() for at in drawn(path, count, seed)
    }
    print("\n\n".join(filter(None, found.values())))
    print(f"{len(found)} cells, {sum(map(bool, found.values()))} differ")
