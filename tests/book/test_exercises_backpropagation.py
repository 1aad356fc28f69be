"""The graded exercises of *Backpropagation*: right answers pass, wrong ones get their hint.

Symbols, expected answers and hints are those of the chapter's own cells.
"""

import notebooks
import pytest

CHAPTER = notebooks.ROOT / "book" / "training" / "backpropagation.ipynb"
NAMES = ("shortcut", "log_softmax", "tied")
NEEDED = ("from nnbook.derive import", '"eq-one-neuron"')


@pytest.fixture(scope="module")
def exercises():
    """The chapter's own cells, run: its symbols, and what each exercise asks."""
    cells = [c.source for c in notebooks.read(CHAPTER).cells if c.cell_type == "code"]
    names = {}
    for source in cells:
        if any(mark in source for mark in (*NEEDED, "= Exercise(")):
            exec(source, names)
    return names


@pytest.mark.parametrize("name", NAMES)
def test_right_answer(exercises, name):
    exercise = exercises[name]
    assert exercise.grade(exercise.expected)


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
def test_sign(exercises, name):
    """A slip that no hint names gets a word about the sign."""
    exercise = exercises[name]
    graded = exercise.grade(-exercise.expected)
    assert not graded
    assert "sign" in graded.message


@pytest.mark.parametrize("name", NAMES)
def test_no_answer_yet(exercises, name):
    assert "in place of the dots" in exercises[name].grade(...).message
