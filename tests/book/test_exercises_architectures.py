"""The graded exercises of *Architectures*: right answers pass, plausible wrong ones are told why.

The symbols, the expected answers and the hints are those of the notebook's own cells.
"""

import notebooks
import pytest

CHAPTER = notebooks.ROOT / "book" / "networks" / "architectures.ipynb"

# Exercise, what a reader may type, what the answer must speak of.
WRONG = [
    (1, "Abs(b)", "pre-activation at the origin"),
    (1, "b / sqrt(sum_over(w[j] ** 2, j))", "not negative"),
    (1, "Abs(b) / sum_over(w[j] ** 2, j)", "length of $w$"),
    (1, "-Abs(b) / sqrt(sum_over(w[j] ** 2, j))", "sign"),
    (2, "sum_over(b2[g] * W3[g, k], g) + b3[k]", "first bias"),
    (2, "b3[k]", "zeros"),
    (2, "sum_over(b1[h] * W2[h, g], h) + b2[g] + b3[k]", "should not depend on g"),
    (3, "(m + 1) * n1 + (n1 + 1) * n1 + (n1 + 1) * K", "skip connection"),
    (3, "m * n1 + n1 * n1 + n1 * K + m * K", "bias"),
    (3, "(m + 1) * n1 + (n1 + 1) * K + m * K", "At "),
    (4, "Max(0, s)", "stop rising"),
    (4, "Max(0, s) - 2 * Max(0, s - 1)", "tent"),
    (4, "Max(0, s - 1)", "begin to rise"),
]


@pytest.fixture(scope="module")
def cells():
    return [c.source for c in notebooks.read(CHAPTER).cells if c.cell_type == "code"]


@pytest.fixture
def graded(cells):
    def answer(number, text):
        """What the notebook says to `text` typed in place of the dots of an exercise."""
        names = {}
        (symbols,) = [c for c in cells if c.startswith("m, n1, n2, K = sizes(")]
        (grader,) = [c for c in cells if f"expected_{number} =" in c]
        (question,) = [c for c in cells if c.startswith(f"answer_{number} = ...")]
        first, _, grade = question.partition("\n")
        for source in (cells[0], symbols, grader, first.replace("...", text)):
            exec(source, names)
        return eval(grade, names)

    return answer


@pytest.mark.parametrize(("number", "text", "words"), WRONG)
def test_wrong_answers_are_told_why(graded, number, text, words):
    given = graded(number, text)
    assert not given
    assert given.verdict.status == "refuted"
    assert given.verdict.counterexample
    assert words in given.message


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_no_answer_yet(graded, number):
    assert not graded(number, "...")
    assert "Write your expression" in graded(number, "...").message


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "sqrt(b ** 2 / sum_over(w[j] ** 2, j))"),
        (2, "sum_over(sum_over(b1[h] * W2[h, g] * W3[g, k], h) + b2[g] * W3[g, k], g) + b3[k]"),
        (3, "n1 ** 2 + n1 * (m + K + 2) + K + m * K"),
        (4, "1 - Max(0, 1 - Max(0, s))"),
    ],
)
def test_right_answers_in_another_form(graded, number, text):
    assert graded(number, text)
