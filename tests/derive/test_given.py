"""Side conditions that need to be turned around before they can be used as rules."""

from sympy import Eq, IndexedBase, Sum, Symbol

from nnbook.derive import prove, reals, sizes

n, q = sizes("n"), reals("q")
k = Symbol("k", integer=True)
P = IndexedBase("P", real=True)
one = Eq(Sum(P[k], (k, 0, n)), 1)
after = Sum(q * P[k - 1], (k, 1, n + 1)) + Sum((1 - q) * P[k], (k, 0, n))


def test_a_sum_from_zero():
    assert prove(after, 1, one)
    assert prove(after, Sum(P[k], (k, 0, n)))


def test_a_wrong_value_is_refuted():
    assert prove(after, 2, one).status == "refuted"
