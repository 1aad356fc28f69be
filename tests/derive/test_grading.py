"""Grading: right in any form, wrong with numbers and a hint, and nothing leaks into the verdict."""

import pytest
from sympy import Eq, Integer, Rational, Symbol, exp

from nnbook.derive import Grade, define, grade, index, partial, reals, sizes, sum_over, tensor

n, m = sizes("n m")
i, q = index("i q", n)
j = index("j", m)
y, t, p, x = tensor("y", n), tensor("t", n), tensor("p", n), tensor("x", n, m)
u = reals("u")
L = define("L", sum_over((y[i] - t[i]) ** 2, i) / n)
EXPECTED = partial(L, y[q])


@pytest.mark.parametrize("answer", [
    2 * (y[q] - t[q]) / n,
    -2 * (t[q] - y[q]) / n,
    2 * y[q] / n - 2 * t[q] / n,
])
def test_any_right_form(answer):
    found = grade(answer, EXPECTED)
    assert found
    assert found.correct
    assert found.message.startswith("Right: proved")
    assert found._repr_markdown_().startswith("**✓**")


@pytest.mark.parametrize(("answer", "hint"), [
    (-2 * (y[q] - t[q]) / n, "the sign"),
    ((y[q] - t[q]) / n, "a factor of 2"),
    (4 * (y[q] - t[q]) / n, "a factor of 2"),
    (2 * (y[q] - t[q]), "a factor of n"),
    (2 * (y[q] - t[q]) / n ** 2, "a factor of n"),
    (sum_over(2 * (y[i] - t[i]), i) / n, "should depend on q"),
    (2 * (y[q] - t[i]) / n, "should not depend on i"),
    (2 * (y[q] + t[q]) / n, "a point at which it differs"),
    (0, "should depend on q"),
])
def test_wrong_answers_get_a_hint_and_numbers(answer, hint):
    found = grade(answer, EXPECTED)
    assert not found
    assert hint in found.message
    assert "your expression is" in found.message
    assert found.verdict.counterexample
    assert found._repr_markdown_().startswith("**✗**")


def test_hints_of_the_author_come_first():
    wrong = 2 * (y[q] + t[q]) / n
    found = grade(2 * t[q] / n + 2 * y[q] / n, EXPECTED, hints={wrong: "Mind the inner one."})
    assert "Mind the inner one." in found.message
    assert "Mind" not in grade(-EXPECTED, EXPECTED, hints=[(wrong, "Mind.")]).message


def test_conditions_may_be_used():
    answer, expected = u + sum_over(p[i] * y[i], i), sum_over(p[i] * (y[i] + u), i)
    assert grade(answer, expected, given=Eq(sum_over(p[i], i), 1))
    assert not grade(answer, expected)


@pytest.mark.parametrize("answer", [
    ..., None, "2 u", "2*(u", object(), [u], Eq(u, 1), True, (u, u),
])
def test_what_is_no_expression(answer):
    with pytest.raises(TypeError, match="expected"):
        grade(answer, 2 * u)


@pytest.mark.parametrize("answer", [2, Rational(1, 2), 0])
def test_numbers_are_answers(answer):
    assert grade(answer, answer + u - u)
    assert not grade(answer, u)


def test_a_rounded_number_is_no_exact_one():
    assert not grade(0.3333 * u, u / 3)


def test_the_answer_is_shown_as_formula():
    assert "$e^{u}$" in grade(exp(u), exp(u))._repr_markdown_()


def test_without_an_answer_the_message_stands_alone():
    assert Grade(False, "Nothing to grade.")._repr_markdown_() == "**…** Nothing to grade."


def test_a_reader_s_own_symbol_is_taken_for_ours():
    w = reals("w", positive=True)
    assert grade(2 * Symbol("w"), w + w)
    assert "w = " in grade(3 * Symbol("w"), w + w).message


def test_decimals_that_stand_for_fractions():
    right = grade(1 / 3 * u ** 2, u ** 2 / 3)
    assert right
    assert "0.333333 is meant as 1/3" in right.message
    assert not grade(0.34 * u ** 2, u ** 2 / 3)


def test_numbers_are_told_in_digits_that_differ():
    message = grade(Rational(999999, 1000000) * u, u).message
    yours, right = message.split("your expression is ")[1].split(" and the right one is ")
    assert float(yours) != float(right.rstrip("."))


@pytest.mark.parametrize(("answer", "told"), [
    (Rational(133, 100), "It is near. Is it rounded?"),
    (5, "It is too large."),
    (-2, "It is too small."),
    (Rational(8, 3), "It is right but for a factor of 2."),
    (Rational(-2, 3), "It is right but for the sign and a factor of 2."),
])
def test_of_numbers_the_right_one_is_not_told(answer, told):
    message = grade(answer, Rational(4, 3)).message
    assert told in message
    assert "1.333" not in message
    assert "4/3" not in message


def test_of_quantities_that_are_no_sizes_no_second_entry_is_asked_for():
    a, b = reals("a b", positive=True)
    assert "second entry" not in grade(2 * a / b, 2 * (a / b) ** Rational(1, 2)).message


def test_equal_numbers_are_told_to_be_equal():
    assert grade(2, Integer(2)).message == "Right: it is the same number."


@pytest.mark.parametrize("answer", [
    partial(L, y[q]),
    sum_over(2 * (y[i] - t[i]) * partial(y[i], y[q]), i) / n,
])
def test_a_derivative_that_is_not_worked_out_is_the_question(answer):
    found = grade(answer, EXPECTED)
    assert not found
    assert found.message.startswith("That is the question")
