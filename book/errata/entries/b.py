"""The computations of b.yml, under the ids of its entries."""

import numpy as np

from ..entry import example
from ..shared import one_neuron, second_layer

# §1.1

b_layer_input = example(
    claimed=lambda e: e.weights == e.inputs,
    holds=lambda e: e.weights == e.hidden and e.reads_hidden,
)(second_layer)


b_output = example(
    claimed=lambda e: np.isclose(e.z, e.output),
    holds=lambda e: np.isclose(1 / (1 + np.exp(-e.z)), e.output),
)(one_neuron)


# §1.3


@example(
    claimed=lambda e: e.curvature >= 0,
    holds=lambda e: e.curvature < 0 and abs(e.slope) < 1e-9 and e.curvature_there > 0,
)
def b_convex():
    """Descent on a function with a hump between two valleys."""
    theta = 0.5
    for _ in range(500):
        theta -= 0.1 * (theta**3 - theta + 0.1)
    return {
        "curvature": 3 * 0.0**2 - 1,
        "end": theta,
        "slope": theta**3 - theta + 0.1,
        "curvature_there": 3 * theta**2 - 1,
    }


@example(
    claimed=lambda e: e.along < e.here,
    holds=lambda e: e.along > e.here and e.against <= e.least + 1e-6,
)
def b_steepest_descent():
    """A function at a point, and a small step along the gradient and against it."""

    def f(p):
        return p[0] ** 2 + 3 * p[1] ** 2

    a = np.array([1.0, 1.0])
    g = np.array([2.0, 6.0])
    unit = g / np.linalg.norm(g)
    angles = np.radians(np.arange(360))
    around = [f(a + 0.01 * np.array([np.cos(q), np.sin(q)])) for q in angles]
    return {
        "here": f(a),
        "along": f(a + 0.01 * unit),
        "against": f(a - 0.01 * unit),
        "least": min(around),
    }


# §1.4
