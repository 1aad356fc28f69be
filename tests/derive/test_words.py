"""The words of the engine: what a mean is, and how a symbol is told."""

import pytest
from sympy import Symbol

from nnbook.derive import index, mean_over, prove, sizes, sum_over, tensor
from nnbook.derive.words.language import symbolic
from nnbook.derive.words.scope import kind

n = sizes("n")
i = index("i", n)
x = tensor("x", n)


def test_a_mean_is_a_sum_divided_by_its_count():
    assert prove(n * mean_over(x[i], i), sum_over(x[i], i))


@pytest.mark.parametrize(("assumed", "words"), [
    ({"even": True}, "even"),
    ({"integer": True}, "integer"),
    ({"integer": True, "positive": True}, "positive integer"),
    ({"prime": True}, "prime"),
    ({"rational": True}, "rational"),
    ({"real": True}, "real"),
])
def test_kinds_of_symbols(assumed, words):
    assert kind(Symbol("m", **assumed)) == words


@pytest.mark.parametrize("thing", ["2 n", object(), [n]])
def test_what_is_no_expression(thing):
    with pytest.raises(TypeError, match="expected an expression, got"):
        symbolic(thing)
