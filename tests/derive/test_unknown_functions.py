"""Unknown functions of several arguments: their derivatives are those of one smooth function."""

import mpmath
import pytest
from sympy import Function

from nnbook.derive import derivative, prove, reals

c, f, h = Function("c"), Function("f"), Function("h")
u, v, x = reals("u v x")


def by(argument):
    """The derivative of c by its first or second argument, as an unknown function."""
    return derivative(c(u, v), argument).func


def test_chain_rule_proved():
    right = by(u)(f(x), h(x)) * derivative(f(x), x) + by(v)(f(x), h(x)) * derivative(h(x), x)
    assert prove(derivative(c(f(x), h(x)), x), right).status == "proved"


@pytest.mark.parametrize("wrong", [
    lambda: by(u)(f(x), h(x)) * derivative(f(x), x),
    lambda: by(v)(f(x), h(x)) * derivative(f(x), x) + by(u)(f(x), h(x)) * derivative(h(x), x),
    lambda: by(u)(h(x), f(x)) * derivative(f(x), x) + by(v)(f(x), h(x)) * derivative(h(x), x),
    lambda: by(u)(f(x), h(x)) * derivative(f(x), x) - by(v)(f(x), h(x)) * derivative(h(x), x),
])
def test_chain_rule_wrong(wrong):
    assert prove(derivative(c(f(x), h(x)), x), wrong()).status == "refuted"


def test_not_symmetric():
    assert prove(c(u, v), c(v, u)).status == "refuted"


@pytest.mark.parametrize("names", ["c", "c'_1", "c'_2", "c'_1'_2", "c'_2'_2'_1"])
@pytest.mark.parametrize("argument", [0, 1])
def test_values_are_derivatives(names, argument):
    import random

    from nnbook.derive.numbers.points import Point, Reading

    point = Point(random.Random(3), Reading.of([u], ()))
    with mpmath.workdps(30):
        at = [mpmath.mpf("0.3"), mpmath.mpf("-1.1")]

        def along(value):
            return point.function(names, (*at[:argument], value, *at[argument + 1:]))

        slope = point.function(f"{names}'_{argument + 1}", tuple(at))
        assert abs(mpmath.diff(along, at[argument]) - slope) < 1e-9
