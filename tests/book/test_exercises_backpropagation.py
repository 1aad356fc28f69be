"""The graded exercises of *Backpropagation*: right answers pass, wrong ones get their hint.

Symbols, expected answers and hints are those of the chapter's own cells.
"""

import notebooks
import pytest

CHAPTER = notebooks.ROOT / "book" / "training" / "backpropagation.ipynb"
SYMBOLS = ("from nnbook.derive import", '"eq-one-neuron"')
TASKS = ("shortcut", "logarithm", "twice")


@pytest.fixture(scope="module")
def tasks():
    """For each graded exercise the names that its cell defines, and the cell with its solution."""
    cells = [c.source for c in notebooks.read(CHAPTER).cells if c.cell_type == "code"]
    common = {}
    for source in cells:
        if any(mark in source for mark in SYMBOLS):
            exec(source, common)
    found = []
    for source, following in zip(cells, cells[1:], strict=False):
        if "answer = ..." in source:
            names = dict(common)
            exec(source, names)
            found.append((names, following))
    assert len(found) == len(TASKS)
    return dict(zip(TASKS, found, strict=True))


@pytest.mark.parametrize("task", TASKS)
def test_solution(tasks, task):
    names, solution = tasks[task]
    names = dict(names)
    exec(solution, names)
    graded = names["grade"](names["solution"], names["expected"], hints=names["hints"])
    assert graded
    assert names["grade"](names["expected"], names["expected"])


@pytest.mark.parametrize("task", TASKS)
def test_wrong_answers(tasks, task):
    names, _ = tasks[task]
    assert len(names["hints"]) >= 3
    for answer, hint in names["hints"]:
        graded = names["grade"](answer, names["expected"], hints=names["hints"])
        assert not graded
        assert graded.verdict.status == "refuted"
        assert graded.verdict.counterexample
        assert hint in graded.message


@pytest.mark.parametrize("task", TASKS)
def test_sign(tasks, task):
    """A slip that no hint names is told by its counterexample."""
    names, _ = tasks[task]
    graded = names["grade"](-names["expected"], names["expected"], hints=names["hints"])
    assert not graded
    assert "sign" in graded.message


@pytest.mark.parametrize("task", TASKS)
def test_no_answer_yet(tasks, task):
    names, _ = tasks[task]
    assert "in place of the dots" in names["grade"](..., names["expected"]).message
