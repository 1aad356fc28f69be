"""Typed answers: what the grammar reads, and what it refuses, whoever typed it."""

import time

import pytest
from sympy import Abs, Function, Max, Rational, exp, log, sqrt

from nnbook.derive import (
    Exercise,
    define,
    delta,
    derivative,
    index,
    partial,
    reals,
    sizes,
    sum_over,
    tensor,
)
from nnbook.derive.page.answers import AnswerError, read_answer
from nnbook.exercises import chapters, exercise, exercises_of

n = sizes("n")
i, j = index("i j", n)
x, W, y_bar = tensor("x", n), tensor("W", n, n), tensor(r"\bar{y}", n)
u, η = reals("u eta")
φ = Function("varphi")
dφ = derivative(φ(u), u).func
NAMES = {"x": x, "W": W, "y_bar": y_bar, "η": η, "u": u, "φ": φ, "dφ": dφ, "i": i, "j": j, "n": n}


@pytest.mark.parametrize(("text", "formula"), [
    ("2*x[i] - u/n", 2 * x[i] - u / n),
    ("2 x[i] - u / n", 2 * x[i] - u / n),
    ("2(x_i + 1)", 2 * (x[i] + 1)),
    ("W[i, j] + W_ij + W_{j i} + W_{j,i}", 2 * W[i, j] + 2 * W[j, i]),
    ("0.5 + 1/3", Rational(5, 6)),
    ("-x[i]^2", -x[i]**2),
    ("2^-1 x_i**2", x[i]**2 / 2),
    ("x_i^2^2", x[i]**4),
    ("sum(x[i]*W[i, j], i)", sum_over(x[i] * W[i, j], i)),
    ("sum(i, x[i])", sum_over(x[i], i)),
    ("sum_i x_i + 1", sum_over(x[i], i) + 1),
    ("mean(x[i], i)", sum_over(x[i], i) / n),
    (r"\frac{2}{n} \sum_{i=1}^{n} \left( x_{i} - u \right)", 2 * sum_over(x[i] - u, i) / n),
    (r"\frac12 \bar{y}_j + \bar y_j", Rational(3, 2) * y_bar[j]),
    ("ȳ_j + y_bar[j]", 2 * y_bar[j]),
    ("dφ(u) + φ'(u) + dphi(u)", 3 * dφ(u)),
    (r"\varphi(u) \cdot \eta + phi(u)*eta", 2 * φ(u) * η),
    ("delta(i, j) + δ_{ij} + \\delta_{ij}", 3 * delta(i, j)),
    ("exp(u) + e^u", 2 * exp(u)),
    ("log u + ln(u)", 2 * log(u)),
    ("sqrt(u) + √(u) + \\sqrt{u}", 3 * sqrt(u)),
    (r"\sqrt[3]{u} + \sqrt[30]{u^2}", u ** Rational(1, 3) + (u**2) ** Rational(1, 30)),
    ("max(0, u) + |u|", Max(0, u) + Abs(u)),
    ("u − 1 × 2 · 3", u - 6),
])
def test_a_formula_is_read(text, formula):
    assert read_answer(text, NAMES) == formula


def test_a_subscript_that_is_worked_out():
    assert read_answer("x_{n - i + 1} + x_{2i}", NAMES) == x[n - i + 1] + x[2 * i]


@pytest.mark.parametrize("prime", ["'", "’", "′", "`", r"^\prime", r"^{\prime}"])
def test_a_prime_however_it_is_typed(prime):
    other = index("i'", n)
    assert read_answer(f"x_{{i{prime}}} + x[i]", {"x": x, "i": i, "i'": other}) == x[other] + x[i]


SIGMA, BETA, C_IN = define(r"\sigma(z)", 1 / (1 + exp(-u))), reals("beta_2"), sizes("C_in")
SPELLED = {"σ": SIGMA, "β_2": BETA, "C_in": C_IN, "u": u}


@pytest.mark.parametrize(("text", "formula"), [
    ("σ + σ(z) + \\sigma(z) + sigma ( z )", 4 * SIGMA),
    ("σ(u - 1)", SIGMA * (u - 1)),
    ("σ (1 - σ(z))", SIGMA * (1 - SIGMA)),
    ("β_2 + beta_2 + \\beta_2 + \\beta_{2}", 4 * BETA),
    ("C_in + C_{in} + C_{ in }^2", 2 * C_IN + C_IN**2),
])
def test_names_are_read_however_they_are_spelled(text, formula):
    assert read_answer(text, SPELLED) == formula


SWISH = {"σ": define(r"\sigma(\beta z)", 1 / (1 + exp(-u))), "β": BETA, "z": u}


@pytest.mark.parametrize("text", [
    "z σ", "z σ(βz)", "z*sigma(beta z)", r"z \sigma(\beta \cdot z)", "z sigma ( β * z )",
])
def test_an_argument_of_several_signs_belongs_to_the_name(text):
    assert read_answer(text, SWISH) == u * SWISH["σ"]


@pytest.mark.parametrize(("text", "message"), [
    ("z^2 sigma(z)", r"write σ alone, which stands for σ\(β z\), or σ\*z for a product"),
    ("zσ(1-σ)", r"no 'zσ'; of a product write z σ or z\*σ; its names are σ, β, z"),
    ("zq", "no 'zq'; its names are σ, β, z"),
])
def test_what_would_be_read_as_another_product_is_refused(text, message):
    with pytest.raises(AnswerError, match=message):
        read_answer(text, SWISH)


def test_a_name_is_not_found_within_another():
    for text in ("AC_in", "\\beta_21", "β_3", "C_inn"):
        with pytest.raises(AnswerError):
            read_answer(text, SPELLED)


@pytest.mark.parametrize(("text", "message"), [
    ("", "got nothing"),
    ("x[i", r"expected '\]', found the end"),
    ("x[i] +", "expected a number or a name, found the end"),
    ("3 4", "expected the end, found '4'"),
    ("q + 1", "the exercise has no 'q'; its names are x, W"),
    ("x[i, j]", "expected 1 index or argument of x, found 2"),
    ("x", "expected 1 index or argument of x, found 0"),
    ("1/0", "a divisor other than zero"),
    ("1/(u - u)", "a divisor other than zero"),
    ("0^-1", "has no value"),
    ("sum(x[i])", r"expected sum\(formula, index\)"),
    ("partial(x[i], x[j])", "that is the question"),
    ("d(u)", "that is the question"),
    ("__import__('os').system('ls')", "expected a number, a name or a sign"),
    ("x.__class__", "expected a number, a name or a sign, found '.__class__'"),
    ("eval(u)", "the exercise has no 'eval'"),
    ("lambda: u", "expected a number, a name or a sign, found ': u'"),
    ("9**9**9**9", "exponents of at most 20"),
    ("2^(10^10)", "exponents of at most 20"),
    ("u^1000", "exponents of at most 20"),
    (r"\sqrt[1/999999]{9}", "exponents of at most 20"),
    (r"\sqrt[0]{u}", "a root other than zero"),
    ("(" * 100_000, "at most 400 characters"),
    ("(" * 200 + "u" + ")" * 199, "at most 30 brackets"),
    ("-" * 399 + "(", "expected a number or a name, found the end"),
    ("2^" * 150 + "2", "at most 30 powers"),
    ("1234567890123", "numbers of at most 12 digits"),
    ("\N{CYRILLIC SMALL LETTER HA}_i", "CYRILLIC SMALL LETTER HA"),
    ("\N{FULLWIDTH DIGIT TWO}*u", "FULLWIDTH DIGIT TWO"),
    ("\N{MATHEMATICAL ITALIC SMALL U}", "MATHEMATICAL ITALIC SMALL U"),
])  # fmt: skip
def test_what_is_no_formula_is_an_error_that_says_why(text, message):
    start = time.perf_counter()
    with pytest.raises(AnswerError, match=message):
        read_answer(text, NAMES)
    assert time.perf_counter() - start < 1


def test_only_text_is_read():
    with pytest.raises(TypeError, match="expected text, got 3"):
        read_answer(3, NAMES)


# -- An exercise -----------------------------------------------------------------------------------


def mean_square():
    """The derivative of the mean of squares with respect to one entry."""
    return Exercise(
        partial(sum_over(x[i]**2, i) / n, x[j]),
        names={"x": x, "i": i, "j": j, "n": n},
        wrong={"2*x[j]": "Where is the mean?", "x[j]/n": "The exponent comes down.",
               "2*sum(x[i], i)/n": "One term depends on x_j."},
    )


MEAN_SQUARE = mean_square()


@pytest.mark.parametrize(("text", "told"), [
    ("2*x[j]/n", "Right: proved for all sizes"),
    ("\\frac{2}{n} x_j", "Right: proved"),
    ("2*x[j]", "Not yet. Where is the mean?"),
    ("-2*x[j]/n", "right but for the sign"),
    ("3*x[j]/n", "right but for a factor of 3/2"),
    ("2*x[j]/n^2", "right but for a factor of n"),
    ("4*x[j]^2/n^2", "It is the square of what is asked"),
    ("2*x[i]/n", "You wrote i where j is meant."),
    ("2*sum(x[i], i)/n^2", "The result should depend on j"),
    ("q*x[j]", "The exercise has no 'q'; its names are x, i, j, n"),
    ("9**9**9", "Expected exponents"),
])
def test_an_answer_is_told_what_is_wrong(text, told):
    found = MEAN_SQUARE.check(text)
    assert told in found.message
    assert bool(found) == told.startswith("Right")
    assert "2 x" not in found.message or found


def test_without_an_answer_the_names_are_told():
    text = str(MEAN_SQUARE.check(""))
    for name in ("`x[i]` for $x_{i}$", "`sum(…, i)`", "`n`"):
        assert name in text
    assert "2" not in text.replace("$x_{i}$", "")
    assert str(MEAN_SQUARE.check()) == str(MEAN_SQUARE.check(...)) == text


def test_expressions_are_read_too_and_symbols_of_the_same_name_are_ours():
    from sympy import IndexedBase, Symbol

    theirs, k, m = IndexedBase("x"), Symbol("j"), Symbol("n")
    assert MEAN_SQUARE.check(2 * theirs[k] / m)
    assert not MEAN_SQUARE.check(2 * theirs[k])


def test_rebinding_changes_nothing():
    shortcut = exercise("backpropagation.shortcut")
    text = "y_bar[r] + sum(y_bar[j] * dφ(z[j]) * W[r, j], j)"
    assert shortcut.check(text)
    names = dict.fromkeys(("x", "W", "y_bar", "r", "j", "φ", "dφ", "z", "n"), 0)
    exec("\n".join(f"{name} = {value}" for name, value in names.items()), globals().copy())
    assert shortcut.check(text)
    assert exercise("backpropagation.shortcut") is shortcut


def test_the_question_is_no_answer():
    asked = sum_over(y_bar[i] * partial(x[i] ** 2, x[j]), i)
    exercise_ = Exercise(asked, names=NAMES, wrong={"x[i]": "a", "1": "b", "sum(x[i], i)": "c"})
    assert exercise_.check("2 * y_bar[j] * x[j]")
    for again in (asked, 2 * asked / 2, partial(x[j] ** 2, x[j]) * y_bar[j]):
        assert exercise_.check(again).message.startswith("That is the question")
    assert exercise_.check("sum(y_bar[i] * partial(x[i]^2, x[j]), i)").message.startswith(
        "That is the question"
    )


def test_decimals_are_understood():
    third = Exercise(u / 3, names={"u": u}, wrong={"u": "a", "3*u": "b", "u/2": "c"})
    assert third.check("0.5*u - u/6")
    found = third.check(0.3333333333333333 * u)
    assert found
    assert "0.333333 is meant as 1/3" in found.message


def test_a_wrong_answer_that_is_right_is_refused():
    with pytest.raises(ValueError, match="is listed as a wrong answer"):
        Exercise(2 * u, names={"u": u}, wrong={"u + u": "a", "u": "b", "3*u": "c"})


def test_exercises_are_found_by_name():
    assert "backpropagation" in chapters()
    assert "shortcut" in exercises_of("backpropagation")
    with pytest.raises(ValueError, match=r"expected one of .*shortcut.* of backpropagation"):
        exercise("backpropagation.nothing")
    with pytest.raises(ValueError, match="got 'nothing'"):
        exercise("nothing.at_all")
