"""The first two pages: what the first screen shows, how the exercise grades, and one is short."""

import copy

import notebooks
import prosecheck
import pytest
from sections import code, markdown, sections

from nnbook.exercises import exercise

HOME, READING = (prosecheck.read(f"book/{page}") for page in ("index", "how-to-read"))
MOST_WORDS = {"home": 300, "reading": 900}


def first_screen(notebook) -> list[str]:
    """What the opening of the home page lacks."""
    opening = sections(notebook)[0]
    text = "\n".join(source for _, source in markdown(opening))
    found = []
    if prosecheck.words_of(opening) > MOST_WORDS["home"]:
        found.append("the opening is long")
    if not any(notebooks.pictures(cell) for _, cell in code(opening)):
        found.append("no picture")
    if "**After reading this book you will be able to**" not in text:
        found.append("not what the reader will be able to do")
    if "**[Start reading](" not in text:
        found.append("no way in")
    return found


def too_long(notebook) -> bool:
    return sum(map(prosecheck.words_of, sections(notebook))) > MOST_WORDS["reading"]


def without(number: int):
    changed = copy.deepcopy(HOME)
    del changed.cells[number]
    return changed


def test_first_screen():
    assert first_screen(HOME) == []
    assert first_screen(without(1)) == ["no picture"]
    assert first_screen(without(2)) == ["not what the reader will be able to do"]
    assert first_screen(without(0))[-1] == "no way in"
    wordy = copy.deepcopy(HOME)
    wordy.cells[0].source += " and so on" * 100
    assert first_screen(wordy) == ["the opening is long"]


def test_how_to_read_is_short():
    assert not too_long(READING)
    wordy = copy.deepcopy(READING)
    wordy.cells += wordy.cells
    assert too_long(wordy)


@pytest.mark.parametrize(
    "answer",
    [
        "2/n * sum(y_hat[i] - t[i], i)",
        r"\frac{2}{n} \sum_{i} (\hat{y}_i - t_i)",
        "2 mean(ŷ_i, i) - 2 mean(t_i, i)",
        "-2/n * sum(t[i], i) + mean(2*y_hat[i], i)",
    ],
)
def test_home_accepts_any_form(answer):
    assert exercise("home.bias").check(answer)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("2 * sum(y_hat[i] - t[i], i)", "right but for a factor of n"),
        ("2/n * sum(t[i] - y_hat[i], i)", "which way does the loss go"),
        ("2/n * (y_hat[i] - t[i])", "the share of one example"),
        ("mean(y_hat[i] - t[i], i)", "comes down as a factor"),
        ("2/n * sum(w[i], i)", "has no 'w'"),
    ],
)
def test_home_says_what_is_wrong(answer, said):
    graded = exercise("home.bias").check(answer)
    assert not graded
    assert said in graded.message
