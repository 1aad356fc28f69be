"""The computations of e.yml, under the ids of its entries."""

import numpy as np
from sympy import Abs, Integer, Rational, sign, sqrt

from nnbook import InstanceNorm, LayerNorm
from nnbook.derive import as_written, partial, reals, sizes

from ..entry import example, formula
from ..shared import (
    corrected_average,
    momentum_loses,
    turned_sixes,
    undirected,
    wrong_order,
)

# §1

e_any_network = example(claimed=lambda e: e.ordered, holds=lambda e: not e.ordered)(undirected)


# §3

e_topological = example(
    claimed=lambda e: e.works == e.once,
    holds=lambda e: e.once and not e.works and e.topological,
)(wrong_order)


# §4


@example(
    claimed=lambda e: np.isclose(e.literal, e.quotient),
    holds=lambda e: np.isclose(e.started, e.quotient) and e.literal == 0,
)
def e_backward_start():
    """∂L/∂a of L(y), y = 3 a, by the recursion with and without a start at the output."""
    children = {"a": {"y": 3.0}, "y": {}}

    def by_recursion(vertex, start):
        if not children[vertex]:
            return start
        return sum(by_recursion(c, start) * slope for c, slope in children[vertex].items())

    at_output = 2.0  # L = y² at y = 1
    return {
        "literal": by_recursion("a", 0.0),
        "started": by_recursion("a", at_output),
        "quotient": ((3 * (1 / 3 + 1e-6)) ** 2 - (3 * (1 / 3 - 1e-6)) ** 2) / 2e-6,
    }


# §5.1

e_momentum_escape = example(
    claimed=lambda e: abs(e.momentum - e.best) <= abs(e.plain - e.best),
    holds=lambda e: abs(e.plain - e.best) < 0.01 < abs(e.momentum - e.best),
)(momentum_loses)


# §5.2


def e_adam_correction():
    return corrected_average("M^{(t+1)}", "beta_1", reals("g"))


# §6.2


@example(
    claimed=lambda e: np.isclose(e.limited, e.normalized),
    holds=lambda e: np.isclose(e.limited, 0.5) and np.isclose(e.normalized, 1),
)
def e_weight_normalization():
    """A short weight vector under the rule of the notes and under weight normalization."""
    theta, limit, g = np.array([0.3, 0.4]), 1.0, 1.0
    length = np.linalg.norm(theta)
    limited = theta if length <= limit else theta * limit / length
    normalized = g * theta / length
    return {"limited": np.linalg.norm(limited), "normalized": np.linalg.norm(normalized)}


# §6.3


# §6.6

e_augmentation = example(
    claimed=lambda e: e.still > 0.5 * e.sixes,
    holds=lambda e: e.still < 0.1 * e.sixes and e.nines > 0.7 * e.sixes,
)(turned_sixes)


# §7


@example(
    claimed=lambda e: e.between <= e.ends,
    holds=lambda e: e.between > e.ends and e.curved_between < e.curved_ends,
)
def e_why_not_convex():
    """Two losses at the ends of a stretch of parameters and half way between.

    One is of the mapping x → abx at x = 1, the other of a weighted sum of two curved features.
    """

    def of_linear(a, b):
        return (a * b - 1) ** 2

    def of_curved(w):
        x = np.linspace(-2, 2, 9)
        return ((w[0] * np.sin(3 * x) + w[1] * np.exp(x) - x**2) ** 2).mean()

    w, v = np.array([1.0, -2.0]), np.array([-3.0, 1.0])
    return {
        "ends": max(of_linear(1, 1), of_linear(-1, -1)),
        "between": of_linear(0, 0),
        "curved_ends": (of_curved(w) + of_curved(v)) / 2,
        "curved_between": of_curved((w + v) / 2),
    }


def e_he_variance():
    n = sizes("n_i")
    with as_written():
        printed, corrected = (Rational(1, 2) * (n * v) for v in (sqrt(2 / n), 2 / n))
    return formula(Integer(1), printed, corrected)


# §8


@example(claimed=lambda e: e.scales == e.batch, holds=lambda e: e.scales == e.features != e.batch)
def e_layer_norm_scale():
    """The shape of the scale of a layer normalization, and what a second batch would need."""
    x = np.random.default_rng(0).normal(size=(4, 3))
    params = LayerNorm(3).init(np.random.default_rng(0))
    return {"batch": len(x), "features": x.shape[1], "scales": len(params["gamma"])}


@example(
    claimed=lambda e: np.isclose(e.by_channel, e.whole),
    holds=lambda e: np.isclose(e.by_channel, -1) and e.whole > -0.95,
)
def e_layer_norm_name():
    """One image of two channels, normalized by channel and as a whole."""
    x = np.array([[[[1.0, 3.0]], [[10.0, 30.0]]]])  # (1, 2, 1, 2)
    rng = np.random.default_rng(0)
    instance, layer = InstanceNorm(2, eps=0.0), LayerNorm((2, 1, 2), eps=0.0)
    by_channel = instance.forward(instance.init(rng), x)[0]
    whole = layer.forward(layer.init(rng), x)[0]
    return {"by_channel": by_channel[0, 0, 0, 0], "whole": whole[0, 0, 0, 0]}


# §6.1


def e_weight_decay():
    w, eta, lam = reals("w"), *reals("eta lambda", positive=True)
    with as_written():
        step = w - eta * partial(lam * Abs(w), w)
        printed, corrected = (1 - eta * lam) * w, w - eta * lam * sign(w)
    return formula(step, printed, corrected)


@example(
    claimed=lambda e: e.zeros > 0 or not e.alike,
    holds=lambda e: e.zeros == 0 and e.alike,
)
def e_competition():
    """A weight vector with one small entry, limited to the length 1."""
    theta = np.array([3.0, 4.0, 0.001])
    limited = theta / np.linalg.norm(theta)
    return {
        "length": np.linalg.norm(theta),
        "zeros": int((limited == 0).sum()),
        "alike": np.isclose(limited[2] / limited[0], theta[2] / theta[0]),
    }
