"""What the page of the checker asks: answers in JSON, no way out."""

import json

import pytest

from nnbook.derive.page import checker


@pytest.mark.parametrize(("question", "field", "at"), [
    ({"left": r"a + \foo", "right": "b"}, "left", 4),
    ({"left": "a", "right": r"\int b"}, "right", 0),
    ({"left": "a = b", "when": "a > 0\nb > "}, "when", 3),
    ({"left": "a = b", "sizes": "3"}, "sizes", 0),
    ({"left": "a", "by": "b + 1"}, "by", 0),
    ({"left": ""}, "", 0),
    ({}, "", 0),
])
def test_an_error_says_in_which_field_and_where(question, field, at):
    ask = checker.derive if "by" in question else checker.check
    error = ask(question)["error"]
    assert (error["field"], error["at"]) == (field, at), error
    assert error["message"]


@pytest.mark.parametrize("question", [
    {"left": 3}, {"left": None}, {"left": ["x"]}, {"left": "x" * 9999}, {"left": "{" * 999},
    {"left": "<img src=x onerror=alert(1)>"}, {"left": "x", "right": "</script>"},
    {"left": r"\href{javascript:alert(1)}{x} = 1"}, {"left": r"\text{<b>x</b>} = 1"},
    {"left": "__import__('os').system('ls') = 1"}, {"left": "x = 1", "when": "\n" * 900 + "y"},
])
def test_whatever_comes_ends_in_an_answer_of_plain_words(question):
    for ask in (checker.preview, checker.check, checker.derive):
        found = ask(question)
        shown = json.dumps({key: value for key, value in found.items() if key != "error"})
        assert "<" not in shown
        assert r"\href" not in shown


def test_what_is_shown_was_printed_and_not_pasted():
    found = checker.preview({"left": r"\mathrm{x y} + \text{in $k$} = \operatorname{evil}",
                             "right": ""})
    assert "error" in found or "text" not in "".join(found["sides"])


def test_the_steps_come_with_their_reasons():
    found = checker.derive({"left": r"\frac12 \sum_i (x_i - \mu)^2", "by": "x_j"})
    assert [line["status"] for line in found["lines"]] == ["proved"] * len(found["lines"])
    assert found["lines"][-1]["latex"] == r"x_{j} - \mu"
    assert all(line["reason"] for line in found["lines"])
