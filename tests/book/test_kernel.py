"""What runs cells in the browser, run here: what it says of errors, and what it cannot do there."""

import json
import subprocess
import sys

import notebooks
import pytest

# The kernel changes builtins and warnings, so it gets a Python of its own.
RUNNER = """
import json, sys
sys.path[:0] = sys.argv[1:4]
import nnbook_kernel as kernel
kernel.BOOK = sys.argv[4]
kernel.begin("figures")
shown = []
for number, source in json.load(sys.stdin):
    kernel.run(source, "", lambda text: shown.append(json.loads(text)), number)
sys.__stdout__.write(json.dumps(shown))
"""


@pytest.fixture
def shown(tmp_path):
    """What cells show, given as (number on the page, source)."""
    root = notebooks.ROOT
    places = [str(root / "book/_web/live"), str(root / "book/_ext"), str(root), str(tmp_path)]

    def run(*cells) -> list[dict]:
        done = subprocess.run(
            [sys.executable, "-c", RUNNER, *places],
            input=json.dumps(cells), capture_output=True, text=True,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def carets(trace: list[str]) -> str:
    """The piece of the code that is marked."""
    at = next(n for n, line in enumerate(trace) if line.strip() and not line.strip("~^ "))
    line, marks = trace[at - 1], trace[at]
    return line[len(marks) - len(marks.lstrip()) : len(marks)]


def test_an_error_names_its_cell_by_its_number_in_the_page_and_marks_the_place(shown):
    source = "def f(x):\n    return 1 + x / 0"
    *_, error = shown([7, source], [2, "value = 3\nvalue + f(1)"])
    trace = error["traceback"]
    assert '  File "cell 2", line 2, in <module>' in trace
    assert '  File "cell 7", line 2, in f' in trace
    assert carets(trace[trace.index('  File "cell 7", line 2, in f') :]) == "x / 0"


def test_a_last_line_has_its_marks_below_it(shown):
    [error] = shown([1, "a = 1\nb = a / 0"])
    assert carets(error["traceback"]) == "a / 0"


def test_cells_that_the_page_does_not_show_have_no_number(shown):
    [error] = shown([0, "1 / 0"])
    assert 'File "cell that the page does not show", line 1' in error["traceback"][1]


def test_nobody_can_be_asked(shown):
    [error] = shown([1, "name = input('Who? ')"])
    assert error["evalue"].startswith("input() cannot ask anything on this page")


def test_a_figure_that_is_shown_is_there_without_a_warning(shown):
    source = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    found = shown([1, source])
    assert [sorted(output["data"]) for output in found] == [["image/png", "text/plain"]]
