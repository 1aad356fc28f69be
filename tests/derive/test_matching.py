"""Comparison of printed expressions with code."""

import numpy as np
import pytest
from sympy import Eq, exp, log

from nnbook.derive import define, index, matches, reals, sizes, sum_over, tensor
from nnbook.derive.page.matching import Match
from nnbook.numerics import softmax
from nnbook.ops.linear import Dense

n, K = sizes("n K")
i, j = index("i j", n)
k, m = index("k m", K)
x, z, p = tensor("x", n), tensor("z", n, K), tensor("p", n)
a = reals("a")
S = define("S", i, k, exp(z[i, k]) / sum_over(exp(z[i, m]), m))


def test_matrix_scalar_and_size():
    found = matches(S[i, k], lambda z: softmax(z), over=(i, k), code=softmax)
    assert found
    assert found.points == 20
    assert found.code == "nnbook.numerics.softmax"
    assert matches(S[i, k], lambda z: softmax(z).T, over=(k, i))
    assert matches(a * sum_over(x[i], i) / n, lambda a, x, n: a * x.sum() / n)
    assert matches(sum_over(1, i) + a, lambda a, n: n + a)


@pytest.mark.parametrize("wrong", [
    lambda z: softmax(z, axis=0),
    lambda z: softmax(-z),
    lambda z: softmax(z) * (1 + 1e-8),
    lambda z: softmax(z) + np.nan,
    lambda z: np.where(np.arange(z.shape[1]) == 2, 0, softmax(z)),   # wrong in the third class only
])
def test_wrong_code_differs(wrong):
    found = matches(S[i, k], wrong, over=(i, k))
    assert not found
    assert "DIFFERS FROM" in repr(found)


def test_sizes_vary_and_are_not_all_one():
    shapes = set()

    def seen(z):
        shapes.add(z.shape)
        return softmax(z)

    assert matches(S[i, k], seen, over=(i, k))
    assert len(shapes) > 3
    assert any(rows != columns for rows, columns in shapes)


def test_the_function_gets_only_what_satisfies_the_conditions():
    def entropy(p):
        assert np.isclose(p.sum(), 1)
        return (p ** 2).sum()

    assert matches(sum_over(p[i] ** 2, i), entropy, given=Eq(sum_over(p[i], i), 1))


def test_domains_are_kept():
    positive = tensor("w", n, positive=True)
    assert matches(sum_over(log(positive[i]), i), lambda w: np.log(w).sum())


def test_wrong_shape_is_an_error_and_no_difference():
    with pytest.raises(ValueError, match="returned the shape"):
        matches(S[i, k], lambda z: softmax(z)[0], over=(i, k))


def test_unknown_parameter():
    with pytest.raises(TypeError, match="parameter 'w'"):
        matches(S[i, k], lambda w: w, over=(i, k))


def test_the_same_seed_draws_the_same_points():
    def first(z):
        drawn.append(z.copy())
        return softmax(z)

    drawn = []
    matches(S[i, k], first, over=(i, k), points=2)
    matches(S[i, k], first, over=(i, k), points=2)
    assert np.array_equal(drawn[0], drawn[2])
    assert np.array_equal(drawn[1], drawn[3])


def test_arrays_are_the_functions_own():
    def spoils(z):
        result = softmax(z)
        z[:] = 0
        return result

    assert matches(S[i, k], spoils, over=(i, k))


@pytest.mark.parametrize(("difference", "bound"), [
    (0.0, 1e-12), (3e-11, 1e-10), (0.02, 0.1), (np.inf, np.inf), (np.nan, np.inf)])
def test_a_difference_is_told_by_a_power_of_ten_above_it(difference, bound):
    assert Match(difference, 20, "code").bound == pytest.approx(bound, rel=1e-12)


def test_public_names_of_code():
    assert matches(2 * a, lambda a: 2 * a, code=Dense.forward).code == "nnbook.Dense.forward"
