"""Grading: right in any form, wrong with numbers and a hint, and nothing leaks into the verdict."""

import pytest
from sympy import Eq, Integer, Rational, Symbol, exp

from nnbook.derive import Grade, define, grade, index, partial, reals, sizes, sum_over, tensor
from nnbook.exercises import exercise

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


@pytest.mark.parametrize(("name", "answer"), [
    ("initialization.window", "sqrt(6/(C h^2))"),
    ("probability.neuron_sum", "1"),
    ("dropout.ensemble_error", "1"),
    ("splits.true_accuracy", "1"),
    ("splits.true_accuracy", "0"),
    ("image_networks.bottleneck", "17 D^2"),
    ("transformer.parameters", "8 d^2 b"),
])
def test_what_is_wrong_at_one_as_well_is_not_said_to_be_right_there(name, answer):
    """Once an error: it was said of 1 without a look at 1."""
    message = exercise(name).check(answer).message
    assert message.startswith("Not yet. Here is a point at which it differs.")


def test_what_is_right_at_one_is_told():
    message = grade(sum_over(y[i], i) ** 2, sum_over(y[i] ** 2, i)).message
    assert "At n = 1 it is right: what does a second entry change?" in message
    message = grade(m * (m + 1) * u, 2 * m * u).message
    assert "At m = 1 it is right: what does m = 2 change?" in message


def test_no_warning_for_authors_reaches_a_reader():
    message = exercise("recurrent.weight_in_two_places").check("(1-h_2^2)*(h_1+h_0)").message
    assert "different" not in message


def test_indices_are_said_to_be_swapped_only_if_both_were_written():
    assert "You wrote i where q is meant." in grade(2 * (y[i] - t[i]) / n, EXPECTED).message
    W = tensor("W", n, n)
    swapped = grade(u * W[q, i] + y[q], u * W[i, q] + y[i]).message
    assert "The indices i and q have changed places." in swapped


@pytest.mark.parametrize(("name", "answer", "marked", "message"), [
    ("losses.temperature", "(S[m]-t[m])/τ", r"given $\sum_{k=1}^{K} t_{k} = 1$",
     "all positive τ, given ∑_{k=1}^K t_k = 1."),
    ("losses.width", "1/s - (y_hat-t)^2/s^3", r"all real $t$, $\hat{y}$", "all real t, ŷ."),
    ("recurrent.half_life", "log(1/2)/log(f)",
     r"where $\log f \neq 0$ (elsewhere there is no value)",
     "where log f ≠ 0 (elsewhere there is no value)."),
    ("activations.swiglu", "y_bar a (σ + b σ (1 - σ))", r"all real $\bar{y}$, $a$, $b$",
     "all real ȳ, a, b."),
    ("deep_signals.residual_chain", "(1 + w_1 dφ(x)) (1 + w_2 dφ(y_1))",
     r"smooth functions $\varphi$",
     "all smooth functions φ."),
    ("architectures.count", "(m + 1) n_1 + (n_1 + 1) n_1 + (n_1 + 1) K + m K", "$n_{1}$", "n₁"),
])
def test_the_scope_is_set_as_mathematics_or_readable(name, answer, marked, message):
    found = exercise(name).check(answer)
    assert found
    assert marked in found.marked
    assert marked in found._repr_markdown_()
    assert message in found.message
    assert not set("$\\") & set(found.message)


def test_conditions_of_a_share_are_not_left_to_the_reader():
    assert exercise("initialization.rare").check("-log(1/r - 1)")


def test_values_that_change_neither_expression_are_not_listed():
    a, b, c = reals("a b c")
    where = grade(2 * a + b, a + b + c - c).message.splitlines()[-1]
    assert "a = " in where
    assert "b = " in where
    beta = tensor("beta", m)
    scaled = partial(sum_over(y[q] * (x[i, j] * u + beta[j]), i), u)
    where = grade(sum_over(2 * y[q] * x[i, j], i), scaled).message
    assert "x" in where
    assert "β" not in where


@pytest.mark.parametrize(("name", "answer"), [
    ("autoencoders.parameters", "m H d"), ("many_machines.ring_bytes", "P M"),
    ("calibration.gap", "c / N"),
])
def test_counts_are_whole_numbers(name, answer):
    exercise_ = exercise(name)
    point = exercise_.check(answer).verdict.counterexample
    counts = [value for symbol, value in point.items() if str(symbol) in "mHdPMN"]
    assert counts
    assert all(value.is_Integer for value in counts)


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
