"""Z3's opinion of proofs: what it agrees to, what it does not, what it is not asked.

Most of these need the extra ``prover``; a weekly run has it. All 799 statements of the book's
displays (``--count 799 --seconds 1``, Z3 5.4.1): 724 asked at sizes 2 and 3, 654 agreed, none
disagreed, 24 open, 46 unknown, 75 not expressible.
"""

import pytest
import secondopinion
from secondopinion import Flat, Statement, instances, opinion, sizes_of
from sympy import (
    Abs,
    Eq,
    Function,
    Heaviside,
    Integer,
    Max,
    Ne,
    Piecewise,
    Product,
    Rational,
    Symbol,
    cos,
    exp,
    log,
    sin,
    sqrt,
    sympify,
    tanh,
)

from nnbook.derive import define, delta, index, partial, reals, sizes, sum_over, tensor

n, K = sizes("n K")
i, j, a, b = index("i j a b", n)
k, m = index("k m", K)
x, y, W = tensor("x", n), tensor("y", n), tensor("W", n, n)
z, p = tensor("z", K), tensor("p", K, positive=True)
u, v = reals("u v")
q, r, X = Symbol("q", integer=True), Symbol("r", integer=True), tensor("X")
total = sum_over(exp(z[m]), m)
S = define("S", k, exp(z[k]) / total)
mean = sum_over(x[j], j) / n

TRUE = {
    "a square of a sum": (sum_over(x[i], i) ** 2, sum_over(x[i] * x[j], i, j)),
    "a variance": (sum_over((x[i] - mean) ** 2, i), sum_over(x[i] ** 2, i) - n * mean ** 2),
    "a slope of a quadratic form": (partial(sum_over(W[i, j] * x[i] * x[j], i, j), x[a]),
                                    sum_over((W[a, j] + W[j, a]) * x[j], j)),
    "a slope of softmax": (partial(S[k], z[m]), S[k] * (delta(k, m) - S[m])),
    "a slope of log-sum-exp": (partial(log(total), z[k]), S[k]),
    "a log of a softmax": (log(S[k]), z[k] - log(total)),
    "a maximum": (Max(u, v), (u + v + Abs(u - v)) / 2),
    "a slope away from a kink": (partial(Max(0, u), u), Heaviside(u)),
    "tanh": (tanh(u), 2 / (1 + exp(-2 * u)) - 1),
    "a power of e": (exp(u / 2) * exp(u / 3), exp(5 * u / 6)),
    "angles": ((sin(u) + cos(u)) ** 2, 1 + 2 * sin(u) * cos(u)),
    "a root": (sqrt(u ** 2 + v ** 2) ** 2, u ** 2 + v ** 2),
    "cases": (Piecewise((u, u > 0), (0, True)), Max(u, 0)),
    "a product": (log(Product(p[k], (k, 1, K))), sum_over(log(p[k]), k)),
    "a given sum": (sum_over(p[k] * u, k), u, (Eq(sum_over(p[k], k), 1),)),
    "a symmetric matrix": (sum_over(W[i, j] * x[i] * y[j], i, j),
                           sum_over(W[j, i] * x[i] * y[j], i, j), (Eq(W[a, b], W[b, a]),)),
    "an integer": (sum_over(x[i], i) * q, q * sum_over(x[j], j)),
    "a recurrence": (X[q] - X[q - 1], u * X[q - 1], (Eq(X[r], X[r - 1] * (1 + u)),)),
    "indices that differ": (delta(i, j) * u, 0 * u, (Ne(i, j),)),
}  # fmt: skip
FALSE = {
    "a square of a sum": (sum_over(x[i], i) ** 2, sum_over(x[i] ** 2, i)),
    "a wrong sign": (partial(sum_over((x[i] - u) ** 2, i), u), sum_over(2 * (x[i] - u), i)),
    "a wrong index": (partial(sum_over(W[i, j] * x[i] * x[j], i, j), x[a]),
                      sum_over(2 * W[a, j] * x[j], j)),
    "a maximum": (Max(u, v), (u + v - Abs(u - v)) / 2),
    "a tie": (Piecewise((1, u > 0), (0, True)), Piecewise((1, u >= 0), (0, True))),
    "a root": (sqrt(u ** 2), u),
    "what is not given": (sum_over(z[k] * u, k), u),
    "a symmetric matrix": (W[i, j], W[j, i], (Eq(W[1, 1], W[2, 2]),)),
    "two symbols of one name": (u + Symbol("u", positive=True), 2 * u),
}  # fmt: skip


def statement(left, right, given=()):
    return Statement("here", left, sympify(right), given)


@pytest.mark.parametrize("name", TRUE)
def test_agreed(name):
    pytest.importorskip("z3", reason="needs the extra `prover`")
    assert opinion(statement(*TRUE[name])) == ("agreed", "")


@pytest.mark.parametrize("name", FALSE)
def test_a_planted_false_formula_is_disagreed(name):
    pytest.importorskip("z3", reason="needs the extra `prover`")
    answer, said = opinion(statement(*FALSE[name]))
    assert answer == "disagreed"
    assert said.startswith("sizes ")


def test_what_z3_does_not_know_is_left_open():
    pytest.importorskip("z3", reason="needs the extra `prover`")
    assert opinion(statement(log(u + v), log(u) + log(v)))[0] == "open"
    assert opinion(statement(exp(u), 1 + u))[0] == "open"


def test_it_does_not_agree_to_anything_where_nothing_is_possible():
    pytest.importorskip("z3", reason="needs the extra `prover`")
    contradiction = (u > 0, u < 0)
    assert opinion(statement(u, v, contradiction)) == (
        "not expressible", "no point fulfils the conditions")  # fmt: skip
    assert opinion(statement(1 / (v - v + 0 * u + u), v, (Eq(u, 0),)))[0] == "not expressible"


@pytest.mark.parametrize(("e", "said"), [
    (partial(Function("f")(u), u), "derivatives of unknown functions"),
    (u ** v, "the power v"), (u ** Rational(1, 3), "the power 1/3"),
    (sum_over(x[i], i) ** (u + K), "the power u")])
def test_what_is_not_expressible(e, said):
    pytest.importorskip("z3", reason="needs the extra `prover`")
    answer, why = opinion(statement(e, u))
    assert answer == "not expressible"
    assert why.startswith(said)


def test_sums_are_written_out_and_derivatives_taken_by_sympy():
    (left, right, conditions, kinks), *more = instances(
        statement(partial(sum_over(x[i] ** 2, i), x[j]), 2 * x[j], (x[a] > 0,)), 2)
    assert str(left) == str(right) == "2*x_1"
    assert [str(c) for c in conditions] == ["x_1 > 0", "x_2 > 0"]
    assert kinks == []
    assert len(more) == 1
    assert sizes_of(sum_over(x[i], i)) == [n]
    assert Flat({n: 3}).of(delta(i, j), {i: Integer(2), j: Integer(2)}) == 1


def test_a_wrong_statement_of_the_book_is_shown(capsys, monkeypatch):
    pytest.importorskip("z3", reason="needs the extra `prover`")
    monkeypatch.setattr(secondopinion, "collected",
                        lambda path: [statement(*FALSE["a wrong sign"])])
    assert secondopinion.main(["a.ipynb"]) == 1
    shown = capsys.readouterr().out
    assert "disagreed: here: " in shown
    assert "1 disagreed" in shown
