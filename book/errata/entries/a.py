"""The computations of a.yml, under the ids of its entries."""

import numpy as np
from sympy import exp, log, sqrt

from nnbook import BatchNorm, Mode
from nnbook.derive import as_written, define, index, mean_over, reals, sizes, tensor

from ..entry import example, formula
from ..shared import one_neuron, second_layer

# §1

a_layer_input = example(
    claimed=lambda e: e.weights == e.inputs,
    holds=lambda e: e.weights == e.hidden and e.reads_hidden,
)(second_layer)


a_output = example(
    claimed=lambda e: np.isclose(e.z, e.output),
    holds=lambda e: np.isclose(1 / (1 + np.exp(-e.z)), e.output),
)(one_neuron)


# §1.2


def a_loss_of_z():
    y, z = reals("y z")
    with as_written():
        g = define("g", 1 / (1 + exp(-z)))
        printed = -(y * log(z) + (1 - y) * log(1 - z))
        corrected = -(y * log(g) + (1 - y) * log(1 - g))
        left = log(1 + exp(z)) - y * z
    return formula(left, printed, corrected, letters=g)


# §1.4


# §1.7


@example(claimed=lambda e: e.slope == 0, holds=lambda e: e.slope != 0 and e.step != 1)
def a_batch_norm_hyperparameters():
    """The gradient of a loss with respect to the scale of a batch normalization."""
    op = BatchNorm(1)
    params = op.init(np.random.default_rng(0))
    x = np.array([[1.0], [2.0], [6.0]])
    y, cache = op.forward(params, x, mode=Mode.train(np.random.default_rng(0)))
    _, bars = op.vjp(params, cache, y)
    return {"slope": bars["gamma"].item(), "step": 1 - 0.1 * bars["gamma"].item()}


def a_batch_norm_desired():
    n = sizes("n")
    i, j = index("i j", n)
    x, gamma, beta = tensor("x", n), *reals("gamma beta")
    variance, eps = reals("sigma_B^2 epsilon", positive=True)
    mu = define("\\mu_B", mean_over(x[j], j))
    with as_written():
        mean = mean_over(gamma / sqrt(variance + eps) * (x[i] - mu) + beta, i)
    return formula(mean, mu, beta, letters=mu)
