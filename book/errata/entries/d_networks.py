"""The computations of d_networks.yml, under the ids of its entries."""

import numpy as np
from sympy import IndexedBase, Integer, Sum, Symbol, exp, tanh

from nnbook.derive import as_written, define, partial, reals, sizes

from ..entry import Formula, example, formula

# §1.4


@example(claimed=lambda e: e.dimension == 2, holds=lambda e: e.dimension == e.features - 1)
def d_plane():
    """The dimension of the set where a weighted sum of four features is zero."""
    w = np.array([[1.0, -2.0, 0.5, 3.0]])
    return {"features": 4, "dimension": 4 - int(np.linalg.matrix_rank(w))}


def _xor():
    """Values at the corners of the unit square of a network that tells equal from unequal bits."""
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    total = corners.sum(axis=1)
    y = np.maximum(total, 0) - 2 * np.maximum(total - 1, 0)
    return {"a": y[0], "b": y[1], "c": y[2], "d": y[3]}


d_boundary_straight = example(
    claimed=lambda e: e.a + e.d == e.b + e.c,
    holds=lambda e: e.a + e.d != e.b + e.c and e.a == e.d == 0 and e.b == e.c == 1,
)(_xor)


# §1.5


@example(
    claimed=lambda e: e.against_tangent < e.here,
    holds=lambda e: e.against_slope < e.here < e.against_tangent,
)
def d_tangent():
    """The parabola w² at w = -1: a step against its tangent, and one against its slope."""
    w, rate = -1.0, 0.1
    tangent, slope = 1.0, 2 * w  # the tangent runs along (1, slope); its part along w is 1
    return {
        "here": w**2,
        "against_tangent": (w - rate * tangent) ** 2,
        "against_slope": (w - rate * slope) ** 2,
    }


# §1.6

d_forward = example(
    claimed=lambda e: e.a + e.d == e.b + e.c,
    holds=lambda e: e.a + e.d != e.b + e.c,
)(_xor)


# §1.7


# §1.8


def d_linear_in_weights():
    w1, w2, c = reals("w_1 w_2 x")
    with as_written():
        doubled = (2 * w2) * ((2 * w1) * c)
        printed, corrected = 2 * (w2 * (w1 * c)), 4 * (w2 * (w1 * c))
    return formula(doubled, printed, corrected)


@example(
    claimed=lambda e: e.left == e.right,
    holds=lambda e: e.left != e.right and e.left <= 0 <= e.right,
)
def d_differentiable():
    return {"left": (0 - max(0, -1e-6)) / 1e-6, "right": max(0, 1e-6) / 1e-6}


@example(
    claimed=lambda e: abs(e.absolute - 0.6) < 0.02,
    holds=lambda e: abs(e.cross_entropy - 0.6) < 0.02 < abs(e.absolute - 0.6),
)
def d_always_probability():
    """The output that fits best where six of ten targets are 1, by the loss."""
    p = np.arange(0.01, 1.0, 0.01)
    absolute = 0.6 * (1 - p) + 0.4 * p
    cross_entropy = -0.6 * np.log(p) - 0.4 * np.log(1 - p)
    return {"absolute": p[absolute.argmin()], "cross_entropy": p[cross_entropy.argmin()]}


x = reals("x")
with as_written():
    SIGMA = define("\\sigma", 1 / (1 + exp(-x)))


def d_sigmoid_derivative():
    with as_written():
        printed, corrected = SIGMA * SIGMA, SIGMA * (1 - SIGMA)
    return formula(partial(SIGMA, x), printed, corrected, letters=SIGMA)


def d_tanh():
    with as_written():
        printed, corrected = 2 / exp(-2 * x), 2 / (1 + exp(-2 * x)) - 1
    return formula(tanh(x), printed, corrected)


def d_tanh_by_sigmoid():
    with as_written():
        s = define("\\sigma(2x)", 1 / (1 + exp(-2 * x)))
        printed, corrected = 2 * s, 2 * s - 1
    return formula(tanh(x), printed, corrected, letters=s)


@example(
    claimed=lambda e: e.tanh > e.sigmoid,
    holds=lambda e: (e.tanh > e.sigmoid) == (abs(e.x) < 1.66),
)
def d_tanh_larger():
    return {
        "x": 3,
        "tanh": 1 - np.tanh(3) ** 2,
        "sigmoid": 1 / (1 + np.exp(-3)) / (1 + np.exp(3)),
    }


def d_softmax_classes():
    K = sizes("K")
    k, c = Symbol("k", integer=True), Symbol("c", integer=True)
    beta, X = IndexedBase("beta", real=True), reals("X_i")
    with as_written():
        terms = [Sum(exp(beta[c] * X), (c, 0, last)) for last in (K, K - 1)]
        printed, corrected = (Sum(exp(beta[k] * X) / term, (k, 0, K - 1)) for term in terms)
    return Formula((printed, Integer(1)), (corrected, Integer(1)))


@example(
    claimed=lambda e: np.isclose(e.sigmoids, 1),
    holds=lambda e: e.sigmoids > 1.5 and np.isclose(e.softmax, 1),
)
def d_independent():
    """What sigmoids and a softmax of the same logits add up to."""
    z = np.array([2.0, 1.0, 0.0])
    return {
        "sigmoids": (1 / (1 + np.exp(-z))).sum(),
        "softmax": (np.exp(z) / np.exp(z).sum()).sum(),
    }
