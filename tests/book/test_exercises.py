"""The graded exercises of all chapters: what is right passes, what readers are likely to answer
wrongly is refused with a counterexample and told why.
"""

import ast
import functools
import re

import notebooks
import pytest

from nnbook.derive import Exercise, grade
from tests.slices import calls, needed, run, statements

BOOK = notebooks.ROOT / "book"
CHAPTERS = {
    path.relative_to(BOOK).with_suffix("").as_posix(): path
    for path in sorted(BOOK.glob("*/*.ipynb"))
}


@functools.cache
def exercises(path) -> dict:
    """What each graded exercise of a chapter expects, by name, made by the chapter's own cells."""
    code = statements(path)
    questions = {
        call.args[0].id: call for s in code for call in calls(s, "grade") if is_asked(call)
    }
    texts = {
        name: [ast.unparse(x) for x in (*call.args[1:], *(k.value for k in call.keywords))]
        for name, call in questions.items()
    }
    parts = {n.id for call in questions.values() for n in ast.walk(call) if isinstance(n, ast.Name)}

    def wanted(statement):
        targets = getattr(statement, "targets", ())
        return calls(statement, "Exercise") or any(
            isinstance(t, ast.Name) and t.id in parts and t.id not in questions for t in targets
        )

    names = run(needed(code, wanted), path)
    found = {name: value for name, value in names.items() if isinstance(value, Exercise)}
    for name, call in questions.items():
        arguments = [eval(text, names) for text in texts[name]]
        keys = ["expected", "given"][: len(call.args) - 1] + [k.arg for k in call.keywords]
        told = dict(zip(keys, arguments, strict=True))
        hints = told.get("hints", {})
        found[name] = Exercise(
            told["expected"],
            told.get("given", ()),
            dict(hints.items() if hasattr(hints, "items") else hints),
        )
    return found


def is_asked(call) -> bool:
    """Whether a call grades what a reader types: ``grade(answer_1, …)``."""
    return isinstance(call.args[0], ast.Name) and call.args[0].id.startswith("answer")


def every_exercise():
    for chapter, path in CHAPTERS.items():
        text = path.read_text(encoding="utf-8")
        names = sorted(
            {
                *re.findall(r"(\w+) = Exercise\(", text),
                *re.findall(r"(?<!def )\bgrade\((answer\w+)", text),
            }
        )
        yield from (pytest.param(path, name, id=f"{chapter}-{name}") for name in names)


@pytest.mark.parametrize(("path", "name"), every_exercise())
def test_graded_exercise(path, name):
    exercise = exercises(path)[name]
    assert "in place of the dots" in exercise.grade(...).message
    assert exercise.grade(exercise.expected)
    assert exercise.grade(2 * exercise.expected - exercise.expected)
    assert len(exercise.wrong) >= 3
    for answer, hint in exercise.wrong.items():
        graded = exercise.grade(answer)
        assert not graded
        assert graded.verdict.status == "refuted"
        assert graded.verdict.counterexample
        assert hint in graded.message


@pytest.mark.parametrize("chapter", [c for c in CHAPTERS if not c.startswith("solutions/")])
def test_enough_exercises(chapter):
    """At least four, two of them graded by the engine."""
    cells = notebooks.read(CHAPTERS[chapter]).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    part = re.search(r"^## Exercises$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)[1]
    assert len(re.findall(r"^(?:\*\*\d+\. |### )", part, re.MULTILINE)) >= 4
    typed = sum('.check("")' in cell.source for cell in cells if cell.cell_type == "code")
    assert typed + len(exercises(CHAPTERS[chapter])) >= 2


def test_a_wrong_answer_that_is_right_is_found():
    """The exercise itself refuses a hint for an answer that is right."""
    path = CHAPTERS["training/optimizers"]
    found = exercises(path)["answer_1"]
    with pytest.raises(ValueError, match="is listed as a wrong answer"):
        Exercise(found.expected, found.given, {**found.wrong, found.expected.expand(): "no"})
    assert not grade(-found.expected, found.expected)
