"""Exercises answered in typed formulas: each stands on its page, and takes what is right.

What is wrong is refused with its hint: an `Exercise` tries its wrong answers when it is made.
"""

import re

import notebooks
import pytest

from nnbook.exercises import chapters, exercise, exercises_of

RIGHT = {
    "backpropagation.by_hand": ["-4", "2 * 2 * (2 - 3)"],
    "backpropagation.scale_and_shift": ["sum(y_bar[i, s] * x[i, s], i)"],
    "backpropagation.shortcut": ["y_bar[r] + sum(y_bar[j] * dφ(z[j]) * W[r, j], j)"],
    "backpropagation.log_softmax": ["y_bar[m] - S[m] * sum(y_bar[k], k)"],
    "backpropagation.tied": ["x[r] * sum(y_bar[k] * W[k, s], k) + y_bar[r] * a[s]"],
    "backpropagation.scores": [
        "sum(s_bar[i, r] * q[i, c], i) / sqrt(d)",
        "d^(-1/2) * sum(s_bar[i, r] * q[i, c], i)",
    ],
    "gradient_checking.forward_step": ["2 * sqrt(ε * F / M)", "sqrt(4 * F * ε / M)"],
    "gradient_checking.forward_best": ["2 * sqrt(ε * F * M)"],
    "gradient_checking.second_difference": ["2 * c_4 * h^2"],
    "gradient_checking.two_steps": ["4/3"],
    "deep_signals.per_layer": ["1000^(-1/30)", "0.001^(1/30)"],
    "deep_signals.residual_chain": ["(1 + w_1 * dφ(x)) * (1 + w_2 * dφ(y_1))"],
    "deep_signals.layers_left": ["log(1000) / log(4)", "3 * log(10) / (2 * log(2))"],
    "deep_signals.leaky_slope": ["sqrt((1 + α^2) / 2)"],
}
OURS = {name.partition(".")[0] for name in RIGHT}


def test_all_are_tried():
    assert set(RIGHT) == {f"{c}.{name}" for c in OURS & set(chapters()) for name in exercises_of(c)}


@pytest.mark.parametrize(("name", "answer"), [(n, a) for n, texts in RIGHT.items() for a in texts])
def test_a_right_answer_passes(name, answer):
    assert exercise(name).check(answer).correct


@pytest.mark.parametrize("chapter", sorted(OURS))
def test_each_stands_on_its_page_with_its_solution(chapter):
    page = chapter.replace("_", "-")
    text = (notebooks.ROOT / f"book/training/{page}.ipynb").read_text(encoding="utf-8")
    asked = re.findall(rf'exercise\(\\"{chapter}\.(\w+)\\"\)\.check\(\\"\\"\)', text)
    assert asked == exercises_of(chapter)
    solutions = (notebooks.ROOT / f"book/solutions/{page}.ipynb").read_text(encoding="utf-8")
    titles = re.findall(r"### (\d+\. .+?) \((?:recall|derive|run|build|think|project)\)", text)
    assert titles == re.findall(r"## (\d+\. .+?)\\n", solutions)
