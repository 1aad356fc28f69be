"""The graded exercises of all chapters: what is right passes, what readers are likely to answer
wrongly is refused with a counterexample and told why, and no chapter shows the answer.

The right answers are those that the pages of solutions type.
"""

import ast
import functools
import re

import nbformat
import notebooks
import pytest

from nnbook.derive import Exercise, grade
from nnbook.exercises import chapters, exercise, exercises_of

BOOK = notebooks.ROOT / "book"
CHAPTERS = {
    path.relative_to(BOOK).with_suffix("").as_posix(): path
    for path in sorted(BOOK.glob("*/*.ipynb"))
    if path.parent.name != "solutions"
}
# Strict lists: what is done must leave them.
WITHOUT_SOLUTIONS = {"home"}   # the page itself shows its answer
WITH_ANSWERS: set[str] = set()
DONE = [chapter for chapter in chapters() if chapter not in WITHOUT_SOLUTIONS]
NAMES = [f"{chapter}.{name}" for chapter in DONE for name in exercises_of(chapter)]


def checks(notebook) -> list[tuple]:
    """What a notebook checks, ``exercise("data.divisor").check("1 - 1/n")``: name, text, output."""
    found = []
    for cell in notebook.cells:
        if cell.cell_type != "code" or ".check(" not in cell.source:
            continue
        outputs = [text for output in cell.outputs for text in notebooks.texts(output)]
        for call in (n for n in ast.walk(ast.parse(cell.source)) if isinstance(n, ast.Call)):
            match call:
                case ast.Call(
                    func=ast.Attribute(
                        attr="check",
                        value=ast.Call(func=ast.Name("exercise"), args=[ast.Constant(name)]),
                    ),
                    args=[ast.Constant(text)],
                ):
                    found.append((name, text, " ".join(outputs)))
    return found


@functools.cache
def solutions() -> dict:
    """Name of an exercise → what its page of solutions types, and what came of it."""
    pages = (notebooks.read(path) for path in sorted((BOOK / "solutions").glob("*.ipynb")))
    return {name: (text, output) for page in pages for name, text, output in checks(page) if text}


@functools.cache
def asked() -> dict:
    """Name of an exercise → the chapter that asks it."""
    return {
        name: page
        for page, path in CHAPTERS.items()
        for name, text, _ in checks(notebooks.read(path))
        if not text
    }


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def told(notebook, answer: str) -> bool:
    """Whether the exercises of a notebook show a typed answer; a short one counts if quoted."""
    sources = [cell.source for cell in notebook.cells]
    begin = next((n for n, source in enumerate(sources) if "## Exercises" in source), 0)
    texts = [
        *sources[begin:],
        *(
            text
            for cell in notebook.cells[begin:]
            for output in cell.get("outputs", [])
            for text in notebooks.texts(output)
        ),
    ]
    typed = squeezed(answer) if len(squeezed(answer)) > 7 else f'"{squeezed(answer)}"'
    return any(typed in squeezed(text) for text in texts)


def answers_in_cells(notebook) -> list[str]:
    """Cells that make or grade an exercise by hand: what is right stands in them."""
    return [
        f"cell {number}: {found[0]}"
        for number, cell in enumerate(notebook.cells, 1)
        if cell.cell_type == "code"
        and (found := re.search(r"\bExercise\(|(?<!def )\bgrade\(", cell.source))
    ]


def broken_links(notebook) -> list[str]:
    """Links to solutions that lead to no heading there; labels are not found by the site."""
    found = []
    for cell in notebook.cells:
        for page, anchor in re.findall(r"\(\.\./solutions/([\w-]+)\.ipynb#([\w-]+)\)", cell.source):
            path = BOOK / "solutions" / f"{page}.ipynb"
            text = "\n".join(c.source for c in notebooks.read(path).cells) if path.exists() else ""
            headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
            slugs = {re.sub(r"[^\w\s-]", "", h.lower()).strip().replace(" ", "-") for h in headings}
            if anchor not in slugs:
                found.append(f"{page}#{anchor}")
    return found


# -- Each exercise ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_solution_is_right_as_stored(name):
    assert name in solutions(), f"no page of solutions checks {name}"
    assert re.search(r"\bRight\b", solutions()[name][1])


@pytest.mark.parametrize("name", NAMES)
def test_right_answer_passes_after_rebinding(name):
    """A reader's notebook may bind every name anew: the exercise makes its own symbols."""
    exercise.cache_clear()
    words = ["n", "i", "x", "sum_over", "tensor", "Exercise", *exercise(name).names]
    bound = dict.fromkeys(filter(str.isidentifier, words), 0)
    exercise.cache_clear()
    text = f"graded = exercise({name!r}).check({solutions()[name][0]!r})"
    exec(text, bound | {"exercise": exercise})
    exec(text, names := bound | {"exercise": exercise})
    assert names["graded"].correct


@pytest.mark.parametrize("name", NAMES)
def test_wrong_answers_are_told_why(name):
    found = exercise(name)
    assert len(found.wrong) >= 3
    for answer, hint in found.wrong.items():
        graded = found.check(answer)
        assert not graded
        assert graded.verdict.status == "refuted"
        assert graded.verdict.counterexample or not answer.free_symbols   # two numbers differ
        assert hint in graded.marked


@pytest.mark.parametrize("name", NAMES)
def test_empty_answer_lists_the_names(name):
    text = exercise(name).check("").text
    assert all(f"`{n}" in text for n in exercise(name).names)


@pytest.mark.parametrize("name", NAMES)
def test_chapter_does_not_show_the_answer(name):
    assert not told(notebooks.read(CHAPTERS[asked()[name]]), solutions()[name][0])


# -- Each chapter ----------------------------------------------------------------------------------


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_cells_hold_no_answers(chapter):
    assert bool(answers_in_cells(notebooks.read(CHAPTERS[chapter]))) == (chapter in WITH_ANSWERS)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_links_to_solutions(chapter):
    assert not broken_links(notebooks.read(CHAPTERS[chapter]))


@pytest.mark.parametrize("chapter", [c for c in CHAPTERS if c not in WITH_ANSWERS])
def test_enough_exercises(chapter):
    """At least four, two of them graded by the engine."""
    cells = notebooks.read(CHAPTERS[chapter]).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    part = re.search(r"^## Exercises$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)[1]
    assert len(re.findall(r"^(?:\*\*\d+\. |### )", part, re.MULTILINE)) >= 4
    assert sum(page == chapter for page in asked().values()) >= 2


@pytest.mark.parametrize("chapter", sorted(WITHOUT_SOLUTIONS))
def test_chapters_without_solutions_have_none(chapter):
    assert any(f"{chapter}.{name}" not in solutions() for name in exercises_of(chapter))


# -- Planted errors --------------------------------------------------------------------------------


def code(source: str):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])


@pytest.mark.parametrize(
    "source",
    [
        "mine = Exercise(2 * x, wrong={})",
        "mine.grade(answer)",
        "grade(answer_1, 2 * x)",
    ],
)
def test_an_answer_in_a_cell_is_found(source):
    assert answers_in_cells(code(source))
    assert not answers_in_cells(code('exercise("data.divisor").check("")'))


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("# it is q (1 - q) /ε^2", "q (1 - q) / ε^2"),
        ('exercise("calibration.refusal").check("1 - d")', "1 - d"),
    ],
)
def test_an_answer_that_is_shown_is_found(source, answer):
    assert told(code(source), answer)
    assert not told(code('exercise("calibration.refusal").check("")'), answer)


def test_a_broken_link_is_found():
    text = "[Solution](../solutions/data.ipynb#{})"
    page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text.format("9-no"))])
    assert broken_links(page) == ["data#9-no"]


def test_a_solution_that_is_not_right_is_found():
    page = code('exercise("calibration.refusal").check("d")')
    page.cells[0].outputs = [nbformat.v4.new_output("stream", text="Not yet.")]
    assert checks(page) == [("calibration.refusal", "d", "Not yet.")]
    assert not exercise("calibration.refusal").check("d").correct


def test_a_wrong_answer_that_is_right_is_found():
    """The exercise itself refuses a hint for an answer that is right."""
    found = exercise("gradient_descent.floor")
    with pytest.raises(ValueError, match="is listed as a wrong answer"):
        Exercise(found.expected, found.given, {**found.wrong, found.expected.expand(): "no"})
    assert not grade(-found.expected, found.expected)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_solutions_have_the_titles_of_the_exercises(chapter):
    """Where exercises are numbered, the page of solutions has them all, in their order."""
    levels = "recall|derive|run|build|think|project"
    text = "\n".join(c.source for c in notebooks.read(CHAPTERS[chapter]).cells)
    titles = re.findall(rf"^### (\d+\. .+?) \((?:{levels})\)$", text, re.MULTILINE)
    path = BOOK / "solutions" / f"{chapter.rpartition('/')[2]}.ipynb"
    if titles:
        solved = "\n".join(c.source for c in notebooks.read(path).cells)
        assert re.findall(r"^## (\d+\. .+?)$", solved, re.MULTILINE) == titles
