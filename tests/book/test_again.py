"""`make test-again`: notebooks run several times over, and what differs once is found."""

import os
import subprocess
import sys

import nbformat
import notebooks
import pytest

CODE = """\
from pathlib import Path
path = Path({0!r})
path.write_text(str(int(path.read_text()) + 1))
print(min(int(path.read_text()), {1}))"""


@pytest.fixture
def again(tmp_path):
    """What the command says of a notebook that prints how often it ran, up to `most`."""

    def run(most: int) -> subprocess.CompletedProcess:
        times, path, stamp = tmp_path / "times", tmp_path / "a.ipynb", tmp_path / "installed"
        times.write_text("0", encoding="utf-8")
        code = CODE.format(str(times), most)
        output = nbformat.v4.new_output("stream", name="stdout", text="1\n")
        cell = nbformat.v4.new_code_cell(code, outputs=[output], execution_count=1)
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
        stamp.write_text(f"{notebooks.ROOT}\n", encoding="utf-8")  # there is an environment
        command = ["make", "test-again", "TIMES=2", "JOBS=0", f"FILES={path}", f"STAMP={stamp}",
                   f"PY={sys.executable}"]  # fmt: skip
        inner = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "MAKE"))}
        return subprocess.run(command, cwd=notebooks.ROOT, env=inner, capture_output=True,
                              text=True)  # fmt: skip

    return run


def test_what_stays_the_same_passes_each_time(again):
    run = again(most=1)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.endswith("2 times without a failure\n")
    assert run.stdout.count("1 passed") == 2


def test_a_planted_difference_in_the_second_run_is_found(again):
    run = again(most=2)
    assert run.returncode != 0
    assert "Time 2 of 2" in run.stdout
    assert "without a failure" not in run.stdout


def test_the_book_is_collected_alone():
    """Its extensions too, whose modules import each other by name."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "book"]
    inner = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    run = subprocess.run(command, cwd=notebooks.ROOT, env=inner, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
    assert "error" not in run.stdout
