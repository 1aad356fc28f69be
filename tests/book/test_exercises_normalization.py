"""The graded exercises of *Normalization*: right answers pass, plausible wrong ones are told why.

The symbols, the expected answers and the hints are those of the notebook's own cells.
"""

import ast

import notebooks
import pytest

CHAPTER = notebooks.ROOT / "book" / "training" / "normalization.ipynb"

# Exercise, what a reader may type, what the answer must speak of.
WRONG = [
    (1, "(x1 - x2) / sqrt((x1 - x2) ** 2 + eps)", "half the distance"),
    (1, "(x1 - x2) / sqrt((x1 - x2) ** 2 / 4 + eps)", "halfway"),
    (1, "(x1 - x2) / sqrt(2 * (x1 - x2) ** 2 + 4 * eps)", "the biased one"),
    (1, "(x2 - x1) / sqrt((x1 - x2) ** 2 + 4 * eps)", "the second one"),
    (1, "sqrt((x1 - x2) ** 2 / ((x1 - x2) ** 2 + 4 * eps))", "At "),
    (2, "bet - gam * Mr / sqrt(Vr + eps)", "the bias does count"),
    (2, "gam * (b + Mr) / sqrt(Vr + eps) + bet", "is subtracted"),
    (2, "gam * b / sqrt(Vr + eps) + bet", "Where has the mean gone"),
    (2, "b + bet - gam * Mr / sqrt(Vr + eps)", "is normalized, too"),
    (2, "gam * (b - Mr) / (Vr + eps) + bet", "At "),
    (3, "rr * gamma[q] * ybar[p, q]", "depends on the input"),
    (
        3,
        "rr * (gamma[q] * ybar[p, q] - sum_over(gamma[f] * ybar[p, f], f) / m"
        " - x_rms[p, q] * sum_over(gamma[f] * ybar[p, f] * x_rms[p, f], f) / m)",
        "No mean is subtracted",
    ),
    (
        3,
        "rr * gamma[q] * (ybar[p, q] - x_rms[p, q] * sum_over(ybar[p, f] * x_rms[p, f], f) / m)",
        "stays inside the sum",
    ),
    (
        3,
        "rr * (gamma[q] * ybar[p, q]"
        " - x_rms[p, q] * sum_over(gamma[f] * ybar[p, f] * x_rms[p, f], f))",
        "At ",
    ),
]
RIGHT = [
    (1, "(x1 - x2) / 2 / sqrt((x1 - x2) ** 2 / 4 + eps)"),
    (2, "(gam * b - gam * Mr + bet * sqrt(Vr + eps)) / sqrt(Vr + eps)"),
    (
        3,
        "rr * gamma[q] * ybar[p, q]"
        " - rr**2 * x_rms[p, q] / m * sum_over(gamma[f] * ybar[p, f] * x[p, f], f)",
    ),
]
NAMES = {"n", "m", "i", "j", "p", "q", "f", "x", "gamma", "eps", "ybar", "b", "x_rms", "y_rms"}


@pytest.fixture(scope="module")
def cells():
    return [c.source for c in notebooks.read(CHAPTER).cells if c.cell_type == "code"]


def assigned(statement):
    return {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


@pytest.fixture(scope="module")
def names(cells):
    """What the exercises speak of: the statements of the chapter that make it, first ones only."""
    made = {}
    exec("from sympy import sqrt\nfrom nnbook.derive import *", made)
    for cell in cells:
        for statement in ast.parse(cell).body:
            new = assigned(statement) & NAMES - made.keys()
            if isinstance(statement, ast.Assign | ast.With) and new:
                exec(ast.unparse(statement), made)
    return made


@pytest.fixture
def graded(cells, names):
    def answer(number, text):
        """What the notebook says to `text` typed in place of the dots of an exercise."""
        (grader,) = [c for c in cells if f"expected_{number} =" in c]
        (question,) = [c for c in cells if c.startswith(f"answer_{number} = ...")]
        first, _, grade = question.partition("\n")
        own = dict(names)
        for source in (grader, first.replace("...", text)):
            exec(source, own)
        return eval(grade, own)

    return answer


@pytest.mark.parametrize(("number", "text", "words"), WRONG)
def test_wrong_answers_are_told_why(graded, number, text, words):
    given = graded(number, text)
    assert not given
    assert given.verdict.status == "refuted"
    assert given.verdict.counterexample
    assert words in given.message


@pytest.mark.parametrize("number", [1, 2, 3])
def test_no_answer_yet(graded, number):
    assert "Write your expression" in graded(number, "...").message


@pytest.mark.parametrize(("number", "text"), RIGHT)
def test_the_expected_answer_is_right(graded, number, text):
    assert graded(number, text)
