"""How means are written, printed, refused and told of; what they prove is in ``rules``."""

import pickle

import pytest
from sympy import Abs, Derivative, Function, exp, log, pi, sqrt

from nnbook.derive import (
    as_written,
    define,
    density,
    derivation,
    derivative,
    expectation,
    gaussian,
    index,
    latex_of,
    partial,
    prove,
    random_variable,
    reals,
    sizes,
    sum_over,
    tensor,
    variance_of,
)

n = sizes("n")
i, k = index("i k", n)
mu, v, a = reals("mu v a")
s = reals("sigma", positive=True)
m = tensor("mu", n)
z, e, x = gaussian("z", mu, v), gaussian("epsilon", 0, 1), random_variable("x", mu, s)
Z, q = gaussian("z", i, m[i], s), random_variable("q", i, 0, 1)
f = Function("f", real=True)


def test_a_mean_prints_with_its_variables():
    with as_written():
        assert latex_of(expectation((z - mu) ** 2, z)) \
            == r"\mathrm{E}_{z}\left[ \left( z - \mu \right)^{2} \right]"
    assert latex_of(expectation(x * e, x, e)) \
        == r"\mathrm{E}_{x, \epsilon}\left[ \epsilon x \right]"
    chained = gaussian("y", z, 1)
    assert latex_of(expectation(chained, z, chained)) \
        == r"\mathrm{E}_{z}\left[ \mathrm{E}_{y}\left[ y \right] \right]"
    assert str(expectation(q[i], q)) == "E_q[q[i]]"


def test_what_is_no_variable_is_refused():
    with pytest.raises(TypeError, match="made by gaussian"):
        expectation(z, mu)
    with pytest.raises(TypeError, match="made by gaussian"):
        expectation(z)
    with pytest.raises(TypeError, match="a mean and a variance"):
        gaussian("z", n, 0, 1)
    with pytest.raises(ValueError, match="must stand before"):
        expectation(z, gaussian("y", z, 1), z)
    with pytest.raises(TypeError, match="gaussian"):
        density(x)


def test_the_scope_says_what_a_mean_needs():
    assert "v >= 0" in prove(expectation(z ** 2, z), mu ** 2 + v).scope
    assert "where" not in prove(expectation(z ** 2, z), mu ** 2 + v, v >= 0).scope
    told = prove(expectation((z - mu) * f(z), z), v * expectation(partial(f(z), z), z))
    assert "functions f of moderate growth" in told.scope
    assert not prove(expectation(gaussian("z", 0, -s) ** 2, gaussian("z", 0, -s)), -s)


def test_a_variable_is_bound_within_its_mean():
    assert not prove(z, expectation(z, z))
    assert prove(expectation(z, z) * z, mu * z)
    square = define("S", expectation(z ** 2, z))
    assert prove(z * square, z * (mu ** 2 + v))
    entry = define("S", k, expectation(Z[k] ** 2, Z))
    assert prove(sum_over(entry[i], i), sum_over(m[i] ** 2 + s, i))


def test_kinks_have_no_slope_and_no_value():
    assert prove(expectation(Abs(z), z), mu).status == "undecided"
    with pytest.raises(TypeError, match="kinks"):
        derivative(expectation(Abs(z), z), mu)
    with pytest.raises(TypeError, match="two moments"):
        derivative(expectation(x ** 2, x), mu)


def test_derivatives_keep_the_names():
    assert str(derivative(expectation(z ** 2, z), mu)) == "E_z[2*z]"
    assert prove(Derivative(expectation(exp(a * e), e), a), a * exp(a ** 2 / 2))


def test_a_chain_of_means():
    with derivation("eq-second-moment") as steps:
        steps.start(expectation(z ** 2, z))
        steps.step(variance_of(z, z) + expectation(z, z) ** 2, "two forms of the variance")
        steps.step(v + mu ** 2, "")
    assert steps.status == "proved"


def test_densities():
    assert density(e) == exp(-e ** 2 / 2) / sqrt(2 * pi)
    standard = gaussian("p", i, 0, 1)
    assert prove(log(density(standard, Z)),
                 -sum_over(Z[i] ** 2, i) / 2 - n * log(2 * pi) / 2)


def test_variables_can_be_stored():
    for mean in (expectation(z, z), expectation(Z[i], Z), expectation(x * e, x, e)):
        assert pickle.loads(pickle.dumps(mean)) == mean
