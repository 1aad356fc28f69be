"""The graded exercises of *Optimizers*: right answers pass, plausible wrong ones are told why.

The symbols, the expected answers and the hints are those of the notebook's own cells.
"""

import notebooks
import pytest

CHAPTER = notebooks.ROOT / "book" / "training" / "optimizers.ipynb"

# Exercise, what a reader may type, what the answer must speak of.
WRONG = [
    (1, "(1 - eta * lam) * q_now + eta**2 * sigma**2", "its square"),
    (1, "(1 - eta * lam) ** 2 * q_now + eta * sigma**2", "its variance"),
    (1, "(1 - eta * lam) ** 2 * q_now", "without noise"),
    (1, "(1 + eta * lam) ** 2 * q_now + eta**2 * sigma**2", "At "),
    (2, "2 / lam", "without momentum"),
    (2, "2 * (1 - gamma) / lam", "mind the sign"),
    (2, "2 / (lam * (1 - gamma))", "they alternate"),
    (2, "(1 + gamma) / lam", "a factor of 2"),
    (3, "grad**2", "in the limit"),
    (3, "(1 - beta2 ** (T - 1)) * grad**2", "One too few"),
    (3, "(1 - beta2**T) * grad", "averages squares"),
    (3, "(1 - beta2) * grad**2", "At "),
]
SYMBOLS = (  # the lines of the notebook that make what the exercises speak of
    "import numpy as np",
    "from sympy import",
    "eta = reals(",
    "lam = reals(",
    "gamma = reals(",
    "sigma = reals(",
    "T = sizes(",
    "beta1, beta2 = reals(",
    "c, squares, moved, grad = reals(",
    "lag = symbols(",
)


@pytest.fixture(scope="module")
def cells():
    return [c.source for c in notebooks.read(CHAPTER).cells if c.cell_type == "code"]


@pytest.fixture(scope="module")
def names(cells):
    made = {}
    (imports,) = [c for c in cells if c.startswith("from sympy import")]
    exec(imports.split("\n\nn = sizes")[0], made)
    lines = [line for cell in cells for line in cell.splitlines()]
    for start in SYMBOLS[2:]:
        exec(next(line for line in lines if line.startswith(start)), made)
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


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_expected_answer_is_right(graded, number):
    assert graded(
        number,
        [
            "q_now + eta * (eta * (lam**2 * q_now + sigma**2) - 2 * lam * q_now)",
            "(2 + 2 * gamma) / lam",
            "grad**2 - beta2**T * grad**2",
        ][number - 1],
    )
