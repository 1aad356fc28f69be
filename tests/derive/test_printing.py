"""What is printed is what was checked: the text, read back independently, is that expression."""

import operator
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sympy import (
    Abs,
    Eq,
    Float,
    Function,
    Heaviside,
    Max,
    Min,
    Or,
    Piecewise,
    Rational,
    Sum,
    asinh,
    binomial,
    erf,
    exp,
    expand,
    factorial,
    floor,
    gamma,
    log,
    nan,
    oo,
    sqrt,
    tanh,
    zoo,
)

from nnbook.derive import (
    as_written,
    define,
    delta,
    expectation,
    gaussian,
    index,
    latex_of,
    partial,
    product_over,
    prove,
    random_variable,
    reals,
    sizes,
    sum_over,
    tensor,
)
from nnbook.derive.words.latex import Ambiguous, ReadError

from .latex_reader import Clash, evaluated, names_of, read

n, K = sizes("n K")
i, j = index("i j", n)
k, m = index("k m", K)
x, y, W = tensor("x", n), tensor("yhat", n), tensor("W^{[1]}", n, K)
u, v, alpha = reals("u v alpha")
with as_written():
    S = define("S", k, exp(W[1, k]) / sum_over(exp(W[1, m]), m))
    mu = define("mu", sum_over(x[i], i) / n)
phi = Function("varphi")
z, q = gaussian("z", u, v ** 2), random_variable("q", i, x[i], 1)
w = gaussian("w", z, 1)


def same(expression):
    """Reads back what is printed; fails if it says something else."""
    text = latex_of(expression)
    found = read(text, names_of(expression))
    wanted = evaluated(expression)
    if found == wanted or expand(found - wanted) == 0:
        return
    verdict = prove(found, expression)
    assert verdict, f"{text} reads as {found}, but was printed from {expression}: {verdict}"


# By hand: places where a bracket is needed, and places where a reader could stumble

with as_written():
    PLACES = [
        u - (v - alpha), u - (v + alpha), u + (v - alpha), -(u + v), -1 * (-u), u - (-v),
        (u + v) * alpha, u * (-v), -u * v, u * (v * alpha), u / (v * alpha), u / v * alpha,
        u / (v / alpha), (u / v) / alpha, 1 / u, 1 / (u + v), -1 / u, -u / v, -(u + v) / alpha,
        (u + v) ** 2, -(u ** 2), (-u) ** 2, (u * v) ** 2, (u / v) ** 2, u ** 2 * v, u ** (v + 1),
        (u ** v) ** alpha, u ** (v ** alpha), u ** -1, u ** -2, u ** Rational(1, 2),
        (u + v) ** Rational(-1, 2), u ** Rational(1, 3), Rational(1, 2) * u, u * Rational(1, 2),
        2 * Rational(1, 3), 2 * (u / 3), 2 * (3 * u), u * 2, Rational(-1, 2) * u,
        u - Rational(1, 2), u * Rational(-1, 2), Rational(1, 2) ** 2, 2 * (1 / n) * u,
        u * (1 / n) * (2 / n), exp(u) ** 2, exp(u * v), exp(-u), exp(u / v), exp(u) * v,
        exp(exp(u)), exp(u + v) * alpha, log(u) * v, v * log(u), log(u * v), log(u) ** 2,
        log(u ** 2), log(u + v) * alpha, log(u) + v, log(u) - log(v), log(u) * log(v),
        log(log(u)), u / log(v), log(u) / v, log(2) * u, log(y[i]) * x[i], tanh(u) * v,
        tanh(u) ** 2, 1 - tanh(u) ** 2, erf(u / sqrt(2)) * v, erf(u) ** 2,
        log(S[k]) * u, sum_over(x[i], i) * u,
        u * sum_over(x[i], i), sum_over(x[i] + u, i), sum_over(x[i], i) + u, sum_over(-x[i], i),
        -sum_over(x[i], i), sum_over(x[i], i) ** 2, sum_over(x[i] ** 2, i),
        sum_over(x[i] * sum_over(W[i, k], k), i), sum_over(sum_over(W[i, k], k) * x[i], i),
        sum_over(W[i, k], k, i), sum_over(sum_over(W[i, k], k) + u, i), u - sum_over(x[i] - u, i),
        sum_over(x[i], i) * sum_over(y[j], j), sum_over(x[i] * y[i], i) / sum_over(x[j], j),
        sum_over(x[i] / n, i), sum_over(x[i], i) / n * u, (1 / n) * sum_over(u * (x[i] - u), i),
        product_over(1 + x[i], i), product_over(x[i], i) * u,
        sum_over(x[i], i) - product_over(x[j], j), W[i, k] ** 2, W[i, k] * W[j, m], W[1, k],
        W[i, 2], x[i] * 2, 2 * x[i], x[1] * x[2], delta(k, m) * u,
        delta(k, m) * (u + v), delta(k, m) - S[k],
        S[k] * (delta(k, m) - S[m]), S[k] ** 2, mu ** 2, x[i] - mu, Abs(u - v), Abs(u) * v,
        Abs(u) ** 2, -Abs(u), Max(0, u), Max(0, u) * v, Max(u, v) ** 2, sqrt(u + v), sqrt(u) * v,
        u / sqrt(v), sqrt(u) ** 3, 1 / sqrt(u + v), Piecewise((1, Eq(k, m)), (0, True)) * u,
        u * Piecewise((u, u > 0), (-u, True)), partial(mu, x[i]), partial(u * v, u),
        sum_over(u * Piecewise((x[i], Eq(v, 0)), (1, u < v)), i),
        product_over(Piecewise((x[i], 2 * u < v), (1, True)) + v, i),
        partial(phi(u), u), 2 * partial(mu, x[i]), partial(mu, x[i]) ** 2,
        partial(u + v, u) * alpha, phi(u) * v, phi(u + v) ** 2, u * phi(-v), binomial(n, 2) ** 2,
        factorial(n) ** 2, factorial(n - 1) * u, factorial(factorial(n)),
        floor(u / v) + 1, u - v * floor(u / v), floor(u) ** 2, floor(u + v) * alpha,
        floor(floor(u)), Heaviside(u, 1), Heaviside(u - v, 1), Heaviside(v - u, 0) * alpha,
        Heaviside(-u, 1) ** 2, Heaviside(-u - v, 0), Heaviside(u - (v - alpha) + 2 * v, 1),
        Heaviside(Heaviside(u, 1) - v, 0), exp(Heaviside(u, 1)), u ** Heaviside(v, 0),
        Heaviside(i - j, 1) * x[i], Rational(1234567, 10**6),
        expectation(z ** 2, z), expectation(z, z) ** 2, u * expectation(z + u, z),
        expectation(z * q[i] * q[j], z, q), expectation(z, z) - expectation(z * w, z, w),
        u * (v + alpha) * (u - v), (u + v) * 2, (u + v) / 2 * 3, u + v * (alpha + 1) / 2,
    ]


@pytest.mark.parametrize("expression", PLACES, ids=latex_of)
def test_reads_back(expression):
    same(expression)


def test_cases_in_a_sum_stand_as_written():
    """SymPy makes (0 + 0)/1 of the 0 in the case, and takes the cases out of the product."""
    with as_written():
        once = sum_over(u * Piecewise((x[i], Eq(v, 0)), (v, True)), i)
        twice = sum_over(once, j)
    cases = r"u \begin{cases} x_{i} & \text{if } v = 0 \\ v & \text{otherwise} \end{cases}"
    assert latex_of(once) == r"\sum_{i=1}^{n} " + cases
    assert latex_of(twice) == r"\sum_{j=1}^{n} \sum_{i=1}^{n} " + cases


@pytest.mark.parametrize("function", [
    lambda a: Heaviside(a, 0), lambda a: Max(0, a), lambda a: Min(a, a + u), asinh, gamma,
    lambda a: Or(a > 0, u < 0), lambda a: Function("f")(a),
])
def test_what_sympy_cannot_put_in_order_is_printed(function):
    """It evaluates the cases that it left half evaluated itself, and may divide by zero."""
    with as_written():
        half_evaluated = Sum(Piecewise((x[i], Eq(v, 0)), (5, True)), (i, 1, n)) - u
        expression = function(half_evaluated)
    assert latex_of(half_evaluated.args[0]) in latex_of(expression)


# At random

_UNDEFINED = (nan, zoo, oo, -oo)   # a division by an expression that is zero

leaves = st.sampled_from([u, v, alpha, x[i], y[i], W[i, k], S[k], mu, delta(i, j), n, 1 / n]) \
    | st.integers(0, 3).map(lambda c: Rational(c)) \
    | st.sampled_from([Rational(1, 2), Rational(-2, 3), Rational(-1)])


def grown(children):
    def build(rule, count):
        return st.tuples(*[children] * count).map(lambda parts: _written(rule, parts))

    return st.one_of(
        build(operator.add, 2), build(operator.sub, 2), build(operator.mul, 2),
        build(operator.truediv, 2), build(operator.neg, 1), build(lambda a: a ** 2, 1),
        build(lambda a: a ** Rational(-1, 2), 1), build(sqrt, 1), build(exp, 1), build(log, 1),
        build(Abs, 1), build(phi, 1), build(lambda a: Max(0, a), 1),
        build(lambda a: sum_over(a, j), 1), build(lambda a: sum_over(a, k), 1),
        build(lambda a: product_over(a, m), 1),
        build(lambda a, b: Piecewise((a, u > 0), (b, True)), 2))


def _written(rule, parts):
    with as_written():
        return rule(*parts)


@settings(max_examples=400, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.recursive(leaves, grown, max_leaves=7))
def test_reads_back_at_random(expression):
    try:
        wanted = evaluated(expression)
    except (ZeroDivisionError, RecursionError, ValueError):   # SymPy refuses Max(0, 0/0)
        return
    if wanted.has(*_UNDEFINED):
        return
    text = latex_of(expression)
    try:
        found = read(text, names_of(expression))
    except ReadError as error:   # SymPy makes 0 of 1/sqrt(1/0), the reader refuses it
        assert re.search("other than zero|has a value", error.expected), text  # noqa: PT017
        return
    if found.has(*_UNDEFINED):
        return
    if found != wanted and expand(found - wanted) != 0:
        verdict = prove(found, wanted)
        assert verdict or not verdict.points, text


def test_a_floor_keeps_the_order_in_which_it_was_written():
    with as_written():
        text = latex_of(floor((v + u - 1) / n, evaluate=False) + 1)
    assert text == r"\left\lfloor{\frac{v + u - 1}{n}}\right\rfloor + 1"


def test_a_prime_is_an_exponent_but_for_an_index():
    g, dash = tensor("g'", n), index("i'", n)
    assert latex_of(g[i] ** 2) == r"\left( g'_{i} \right)^{2}"
    assert latex_of(x[dash] ** 2) == r"x_{i'}^{2}"


def test_small_floats_are_no_exponentials():
    assert "e" not in latex_of(Float(1e-8))
    assert abs(read(latex_of(Float(1e-8)), {}) - 1e-8) < 1e-20


# The reader itself

@pytest.mark.parametrize("text", [r"\log u v", r"2 \frac{1}{3}", r"u 2", r"\log u^{2}",
                                  r"u^{2}^{2}"])
def test_refuses_what_is_ambiguous(text):
    with pytest.raises(Ambiguous):
        read(text, names_of(u + v))


@pytest.mark.parametrize("lost", [r"\left(", r"\right)"])
def test_dropped_brackets_are_found(lost):
    text = latex_of(PLACES[0])
    dropped = text.replace(r"\left(", "").replace(r"\right)", "")
    assert read(dropped, names_of(PLACES[0])) != evaluated(PLACES[0])
    with pytest.raises(ReadError):
        read(text.replace(lost, ""), names_of(PLACES[0]))


@pytest.mark.parametrize("planted", [(", q", ""), ("z, ", ""), (r" z \right]", r" \right]")])
def test_a_mean_with_an_error_reads_otherwise(planted):
    mean = expectation(z * q[i] * q[j], z, q)
    text = latex_of(mean)
    assert planted[0] in text
    assert read(text.replace(*planted), names_of(mean)) != evaluated(mean)


def test_a_symbol_named_as_the_number_e_is_found():
    same(log(exp(1) + 9) - u)
    with pytest.raises(Clash, match="e:"):
        names_of(exp(1) + reals("e"))


def test_one_name_for_two_laws_is_found():
    other = gaussian("z", v, 1)
    with pytest.raises(Clash, match="mean over z"):
        names_of(expectation(z, z) - expectation(other, other))
