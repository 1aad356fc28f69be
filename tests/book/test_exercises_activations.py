"""The graded exercises of *Activations*: right answers pass, wrong ones get a hint."""

import notebooks
import pytest

NAMES = ("silu", "softplus", "temperature")
NEEDED = ("import *", "z = reals(", "sigma = define(", "K = sizes(", "= Exercise(")


@pytest.fixture(scope="module")
def exercises():
    """The chapter's own cells, run: its symbols, and what each exercise asks."""
    notebook = notebooks.read(notebooks.ROOT / "book" / "networks" / "activations.ipynb")
    names = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and any(mark in cell.source for mark in NEEDED):
            exec(cell.source, names)
    return names


@pytest.mark.parametrize("name", NAMES)
def test_right_answer(exercises, name):
    exercise = exercises[name]
    assert exercise.grade(exercise.expected)
    assert exercise.grade(exercise.expected.expand())


@pytest.mark.parametrize("name", NAMES)
def test_wrong_answers(exercises, name):
    exercise = exercises[name]
    assert len(exercise.wrong) >= 3
    for answer, hint in exercise.wrong.items():
        graded = exercise.grade(answer)
        assert not graded
        assert graded.verdict.status == "refuted"
        assert graded.verdict.counterexample
        assert hint in graded.message


@pytest.mark.parametrize("name", NAMES)
def test_no_answer_yet(exercises, name):
    assert "in place of the dots" in exercises[name].grade(...).message
