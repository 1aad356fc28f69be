"""Displays: what they claim, what they print, and that a wrong line or wrong code is refused."""

import numpy as np
import pytest
from sympy import Eq, Rational, asinh, exp, log, sqrt

from nnbook.derive import (
    CheckError,
    argued,
    as_written,
    define,
    definition,
    derivation,
    equation,
    index,
    inline_definition,
    partial,
    reals,
    sizes,
    sum_over,
    tensor,
)
from nnbook.derive.page.display import displayed, in_text

n = sizes("n")
i, j = index("i j", n)
y, t, p = tensor("y", n), tensor("t", n), tensor("p", n)
u = reals("u")
with as_written():
    L = define("L", (1 / n) * sum_over((y[i] - t[i]) ** 2, i))


def gradient(sign=1, strict=True):
    with derivation("eq-gradient", strict=strict) as d:
        d.start(partial(L, y[j]))
        d.step((1 / n) * sum_over(2 * (y[i] - t[i]) * partial(y[i], y[j]), i), "chain rule")
        d.step(sign * (2 / n) * (y[j] - t[j]), "one term is left")
    return d


def test_status_and_caption_of_a_derivation():
    d = gradient()
    assert d.status == "proved"
    assert d.caption().startswith("✓ for all sizes $n$")
    d.matches(lambda y, t: 2 * (y - t) / y.size)
    assert d.status == "proved"
    assert " · equals `" in d.caption()
    assert "random points" not in d.caption()   # the ledger has them


@pytest.mark.parametrize("name", ["definition", "matched", "sampled"])
def test_statuses_of_a_definition(name):
    d = definition("eq-loss", L)
    if name == "matched":
        d.matches(lambda y, t: np.mean((y - t) ** 2))
    if name == "sampled":
        d.sampled = "0.98 ± 0.03"
    assert d.status == name
    assert not d.caption().startswith("✓")
    assert d.row()["status"] == name


def test_a_wrong_step_is_refused_with_its_line_and_numbers():
    with pytest.raises(CheckError, match=r"eq-gradient does not hold.\nLine 2 is refuted: at n = "):
        gradient(sign=-1)


def test_a_wrong_step_shown_on_purpose_says_so_everywhere():
    d = gradient(sign=-1, strict=False)
    assert d.status == "refuted"
    assert d.row()["status"] == "refuted"
    assert d.caption().startswith("✗ refuted")
    assert d.latex().count(r"\checkmark") == 1
    assert d.latex().count(r"\times") == 1
    assert "[refuted]" in repr(d)
    data, metadata = d._repr_mimebundle_()
    assert "Line 2 is refuted" in data["text/markdown"]
    assert metadata["nnbook"]["status"] == "refuted"


def test_a_right_line_after_a_wrong_one_does_not_heal_it():
    with derivation("eq-healed", strict=False) as d:
        d.start(u + u)
        d.step(3 * u)
        d.step(2 * u + u)
    assert d.status == "refuted"


def test_two_errors_that_cancel_are_both_found():
    d = derivation("eq-cancel").start(u + u).step(-2 * u).step(2 * u)
    with pytest.raises(CheckError, match=r"Line 1 is refuted[^L]*\nLine 2 is refuted"), d:
        pass


def test_an_undecided_step_is_refused():
    d = derivation("eq-undecided").start(asinh(u)).step(log(u + sqrt(u ** 2 + 1)))
    with pytest.raises(CheckError, match="Line 1 is undecided"), d:
        pass


@pytest.mark.parametrize("right", [2 * u, -2 * u])
def test_equation(right):
    if right == 2 * u:
        assert equation("eq-twice", u + u, right).status == "proved"
    else:
        with pytest.raises(CheckError, match="eq-twice does not hold"):
            equation("eq-twice", u + u, right)
        assert equation("eq-twice", u + u, right, strict=False).status == "refuted"


def test_conditions_are_needed_and_printed():
    left, condition = sum_over(p[i] * (y[i] + u), i), Eq(sum_over(p[i], i), 1)
    right = sum_over(p[i] * y[i], i) + u
    assert r"given $\sum_{i=1}^{n} p_{i} = 1$" in equation("eq-mean", left, right,
                                                          given=condition).caption()
    with pytest.raises(CheckError):
        equation("eq-mean", left, right)


def test_a_chain_that_was_not_checked_claims_nothing():
    d = derivation("eq-open")
    d.start(u + u).step(3 * u)
    assert d.status == "undecided"
    with pytest.raises(ZeroDivisionError), d:
        1 / 0
    assert d.status == "undecided"
    assert r"\checkmark" not in d.latex()
    with pytest.raises(ValueError, match="at least one step"), derivation("eq-empty") as empty:
        empty.start(u)


# Planted errors in code

WRONG = {
    "sign": lambda y, t: 2 * (t - y) / y.size,
    "factor": lambda y, t: (y - t) / y.size,
    "size": lambda y, t: 2 * (y - t) / (y.size + 1),
    "mean missing": lambda y, t: 2 * (y - t),
    "order": lambda y, t: 2 * (y - t)[::-1] / y.size,
    "one part in a million": lambda y, t: 2.000002 * (y - t) / y.size,
    "not a number": lambda y, t: np.nan * (y - t),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_code_is_refused(name):
    d = gradient()
    with pytest.raises(CheckError, match="DIFFERS FROM"):
        d.matches(WRONG[name])
    assert d.match is None


def test_formula_and_code_wrong_in_the_same_way_fail_on_the_formula():
    with pytest.raises(CheckError):
        gradient(sign=-1).matches(WRONG["sign"])


# Ids, metadata, printing

@pytest.mark.parametrize("name", ["mse", "eq_mse", "eq-MSE", "eq-", "eq-a b", "eq-a)"])
def test_ids(name):
    with pytest.raises(ValueError, match="expected an id"):
        definition(name, L)


def test_what_a_notebook_gets():
    d = definition("eq-shown", L, slugs="mse", notes="004 §2.1")
    data, metadata = d._repr_mimebundle_()
    assert data["text/markdown"] == f"$$\n{d.latex()}\n$$ (eq-shown)"   # nothing was checked
    assert metadata == {"nnbook": d.row()}
    row = d.row()
    assert (row["slugs"], row["notes"], row["lines"]) == (["mse"], ["004 §2.1"], 1)
    assert displayed["eq-shown"] == row
    assert row["difference"] is None


def test_order_of_the_author_is_kept():
    with derivation("eq-order") as d:
        d.start(partial(exp(-u), u))
        d.step(-1 * exp(-u))
    assert d.latex().endswith("-e^{-u}\n\\end{aligned}") or d.latex().endswith("-e^{-u}")
    with as_written():
        d = definition("eq-order", define("h", u - exp(u) + 1))
    assert d.latex() == "h = u - e^{u} + 1"


def test_a_derivation_leaves_sympy_as_it_was():
    before = u + u
    gradient()
    with pytest.raises(RuntimeError), derivation("eq-raises"):
        raise RuntimeError
    assert u + u == before == 2 * u


@pytest.mark.parametrize("thing", [3.0, [L], object()])
def test_definition_of_what(thing):
    with pytest.raises(TypeError, match="expected a named quantity"):
        definition("eq-what", thing)


def test_an_equation_of_numbers_is_proved_by_calculation():
    shown = equation("eq-numbers", Rational(1, 2) + Rational(1, 3), Rational(5, 6))
    assert shown.row()["scope"] == "by calculation"
    assert shown.caption() == "✓ by calculation"


def test_points_at_which_code_was_tried():
    d = definition("eq-mean", L)
    assert d.row()["points"] == 0
    d.matches(lambda y, t: np.mean((y - t) ** 2), points=3)
    assert d.row()["points"] == 3


def test_a_step_needs_no_reason():
    with derivation("eq-steps") as d:
        d.start(u + u)
        d.step(3 * u - u)
        d.step(2 * u)
    assert r"\text" not in d.latex()


def test_a_theorem_in_words_is_argued_and_has_no_check_mark():
    d = argued("eq-theorem", (L, r"\text{small}"), by="induction over the layers")
    assert d.status == d.row()["status"] == "argued"
    assert d.caption() == "argued in the text: induction over the layers"
    assert "checkmark" not in d.latex()
    with pytest.raises(ValueError, match="expected the argument in a few words, got ''"):
        argued("eq-theorem", (L, 1), by="")


@pytest.fixture
def page():
    """A page on which nothing has been displayed or said yet."""
    before = dict(displayed), list(in_text)
    displayed.clear()
    in_text.clear()
    yield
    displayed.clear()
    displayed.update(before[0])
    in_text[:] = before[1]


def shown(display) -> str:
    return display._repr_mimebundle_()[0]["text/markdown"]


def mean_of(values, name="m"):
    with as_written():
        return define(name, sum_over(values[i], i) / n)


def test_a_name_is_told_once_and_by_the_first_display_that_needs_it(page):
    mean, told = mean_of(y), r"with $m = \frac{\sum_{i=1}^{n} y_{i}}{n}$"
    first = equation("eq-first", n * mean, sum_over(y[i], i))
    assert shown(first).endswith(f" · {told}</small>")
    assert "with" not in shown(equation("eq-second", 2 * n * mean, 2 * sum_over(y[i], i)))
    assert told in shown(first), "a cell that is run again tells it again"


def test_a_name_that_the_page_has_defined_is_not_told(page):
    mean = mean_of(y)
    shown(definition("eq-mean", mean))
    assert "with" not in shown(equation("eq-first", n * mean, sum_over(y[i], i)))


def test_a_name_that_the_text_says_is_not_told(page):
    mean = mean_of(y)
    inline_definition(mean)
    assert "with" not in shown(equation("eq-first", n * mean, sum_over(y[i], i)))


def test_a_letter_with_another_meaning_is_told_anew(page):
    shown(definition("eq-mean", mean_of(y)))
    other = equation("eq-other", n * mean_of(t), sum_over(t[i], i))
    assert r"with $m = \frac{\sum_{i=1}^{n} t_{i}}{n}$" in shown(other)
    again = equation("eq-again", n * mean_of(y), sum_over(y[i], i))
    assert r"with $m = \frac{\sum_{i=1}^{n} y_{i}}{n}$" in shown(again)


def test_a_definition_tells_the_names_that_it_uses(page):
    with as_written():
        spread = define("v", sum_over((y[i] - mean_of(y)) ** 2, i) / n)
    assert "<small>with $m = " in shown(definition("eq-variance", spread))


def test_a_name_that_a_reason_says_is_not_told(page):
    mean = mean_of(y)
    with derivation("eq-said") as d:
        d.start(n * mean)
        d.step(sum_over(y[i], i), r"$m = \frac{\sum_{i=1}^{n} y_{i}}{n}$")
        d.step(sum_over(2 * y[i], i) / 2, "a half of twice as much")
    assert "with" not in shown(d)


def test_lines_of_a_derivation_stand_below_each_other(page):
    first, second, third, *end = gradient().latex().split("\n")
    assert (first, end) == (r"\begin{aligned}", [r"\end{aligned}"])
    assert second.endswith(r"&& \text{chain rule} \\")
    assert third.startswith(r" &\overset{\checkmark}{=} ")
    assert r" &\overset{\times}{=} " in gradient(sign=-1, strict=False).latex()
