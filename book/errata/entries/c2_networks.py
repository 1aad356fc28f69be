"""The computations of c2_networks.yml, under the ids of its entries."""

import numpy as np
from sympy import Eq

from nnbook import Dense
from nnbook.derive import as_written, define, index, sizes, sum_over, tensor

from ..entry import example, formula

# §2.1


@example(
    claimed=lambda e: e.tops == 1,
    holds=lambda e: e.tops == 2 and np.isclose(e.left, -e.right),
)
def c_concave():
    """The log-likelihood of the place of a Cauchy distribution, of which -3 and 3 were seen."""
    place = np.linspace(-6, 6, 1201)
    value = -sum(np.log(1 + (x - place) ** 2) for x in (-3, 3))
    inner = value[1:-1]
    tops = place[1:-1][(inner > value[:-2]) & (inner > value[2:])]
    return {"tops": len(tops), "left": tops[0], "right": tops[-1]}


@example(
    claimed=lambda e: e.squared == e.absolute,
    holds=lambda e: e.absolute == 2 and e.squared == 5,
)
def c_mse_magnitude():
    errors = np.array([1.0, -3.0])
    return {"squared": (errors**2).mean(), "absolute": abs(errors).mean()}


def c_second_moment():
    n = sizes("n")
    i, j = index("i j", n)
    x, p = tensor("x", n), tensor("p", n)
    mu = define("\\mu", sum_over(p[j] * x[j], j))
    with as_written():
        variance = sum_over(p[i] * (x[i] - mu) ** 2, i)
        second = sum_over(p[i] * x[i] ** 2, i)
        corrected = second - mu**2
    return formula(variance, second, corrected, given=Eq(sum_over(p[i], i), 1), letters=mu)


# §2.2


@example(
    claimed=lambda e: e.windows == e.dense,
    holds=lambda e: e.windows < e.dense and e.loops == 0,
)
def c_feedforward_dense():
    """Weights between two layers of 9 and 4 units: dense, and by windows of 2 × 2."""
    return {"dense": 9 * 4, "windows": 4 * 4, "loops": 0}


@example(claimed=lambda e: e.weights == e.neurons, holds=lambda e: e.weights == e.neurons * 4)
def c_weight_of_neuron():
    params = Dense(3, 4).init(np.random.default_rng(0))
    return {"neurons": 3, "weights": params["W"].size}


@example(claimed=lambda e: e.down > 0, holds=lambda e: e.down < 0 < e.up < e.top)
def c_ascent():
    """Five steps on the log-likelihood -(μ - 1)²/2 from 0, down it and up it."""
    ends = []
    for direction in (-1, 1):
        mu = 0.0
        for _ in range(5):
            mu += direction * 0.1 * (1 - mu)
        ends.append(mu)
    return {"top": 1.0, "down": ends[0], "up": ends[1]}
