"""Derivatives against finite differences of the independent evaluator, and their printed form."""

import pytest
from sympy import (
    Abs,
    Function,
    IndexedBase,
    Max,
    Min,
    Piecewise,
    Product,
    Sum,
    Symbol,
    exp,
    floor,
    log,
    sqrt,
    symbols,
    tanh,
)

from nnbook.derive import define, delta, derivative, index, partial, reals, sizes, sum_over, tensor

from .independent import compare

n, K = sizes("n K")
i, a, b = index("i a b", n)
k, m = index("k m", K)
x, z, W = tensor("x", n), tensor("z", n, K), tensor("W", n, n)
p = tensor("p", n, positive=True)
u, v = reals("u v")
w = reals("w", positive=True)
f, h = Function("f"), Function("h")
q, j = symbols("q j", integer=True)
Z = IndexedBase("Z", real=True)
S = define("S", i, k, exp(z[i, k]) / sum_over(exp(z[i, m]), m))

CASES = {
    "nested sums": (sum_over(W[i, a] * x[i] * x[a], i, a), x[b]),
    "sum inside a function": (log(sum_over(exp(x[i]) * sum_over(x[a] ** 2, a), i)), x[b]),
    "same index bound and free": (Sum(x[k] ** 2, (k, 1, n)), x[k]),
    "shadowed index": (Sum(x[i] * Sum(x[i] ** 2, (i, 1, n)), (i, 1, n)), x[i]),
    "captured index": (Sum(x[i] * Sum(W[i, a], (a, 1, n)), (i, 1, n)), x[a]),
    "triangle": (Sum(x[i] * x[a], (a, 1, i), (i, 1, n)), x[b]),
    "product": (Product(p[i], (i, 1, n)), p[a]),
    "product of a product": (Product(1 + Product(p[i] + p[a], (a, 1, n)), (i, 1, n)), p[b]),
    "cases": (Piecewise((u ** 2, u > v), (u * v, True)), u),
    "maximum": (Max(u ** 2, v, u * v), u),
    "minimum of entries": (sum_over(Min(x[i], u), i), x[a]),
    "absolute values": (sum_over(Abs(x[i] - u) ** 3, i), u),
    "unknown function": (sum_over(f(x[i] * u), i), x[a]),
    "unknown function of two": (f(u * v, h(u)), u),
    "second derivative": (derivative(f(u ** 2), u), u),
    "power with symbols": (w ** (u * v), u),
    "power of a sum": (sum_over(p[i] ** w, i) ** (1 / w), p[a]),
    "by an exponent": (sum_over(p[i] ** w, i), w),
    "root": (sqrt(sum_over(x[i] ** 2, i) + 1), x[a]),
    "tanh": (tanh(u * v), v),
    "quantity": (S[i, k], z[a, m]),
    "shifted": (Sum(Z[q] * Z[q + 1], (q, 1, n)), Z[j]),
    "of a derivative": (partial(sum_over(x[i] ** 3, i), x[a]), x[b]),
    "at a number": (sum_over(x[i] ** 2, i), x[1]),
}


@pytest.mark.parametrize("name", CASES)
def test_agrees_with_finite_differences(name):
    expression, wrt = CASES[name]
    assert compare(partial(expression, wrt), derivative(expression, wrt), points=60)[0] == "true"


@pytest.mark.parametrize(("expression", "wrt", "expected"), [
    (sum_over(x[i] ** 2, i), x[a], 2 * x[a]),
    (Sum(x[k] ** 2, (k, 1, n)), x[k], Sum(2 * delta(symbols("k'", integer=True), k)
                                          * x[symbols("k'", integer=True)],
                                          (symbols("k'", integer=True), 1, n))),
    (Sum(x[i] ** 2, (i, 1, n)), x[i], 2 * x[i]),
    (sum_over(W[i, a] * x[i], i, a), x[b], Sum(W[b, a], (a, 1, n))),
    (sum_over(f(x[i]), i), x[a], Function("f'", real=True)(x[a])),
    (Abs(u), u, derivative(Abs(u), u)),
    (u ** 2 * x[a], v, 0),
])
def test_is_tidy(expression, wrt, expected):
    result = derivative(expression, wrt)
    assert str(result) == str(expected)


@pytest.mark.parametrize(("expression", "wrt", "words"), [
    (u ** 2, 2 * u, "expected a symbol or an entry"),
    (u ** 2, 3, "expected a symbol or an entry"),
    (x[i], i, "it is an index of"),
    (Sum(x[i], (i, 1, n)), n, "it is in a bound of"),
    (Z[1, 2] * Z[1], Z[1], "different numbers of indices"),
    (floor(u), u, "cannot differentiate"),
])
def test_wrong_arguments(expression, wrt, words):
    with pytest.raises(TypeError, match=words):
        derivative(expression, wrt)


def test_a_plain_symbol():
    assert derivative(Symbol("t") ** 2, Symbol("t")) == 2 * Symbol("t")
