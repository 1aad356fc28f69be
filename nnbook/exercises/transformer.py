"""The graded exercises of *Transformers*."""

from sympy import exp, sqrt

from nnbook.derive import (
    Exercise,
    index,
    partial,
    random_variable,
    reals,
    sizes,
    sum_over,
    variance_of,
)


def two_keys() -> Exercise:
    """The derivative of a mean of two values with respect to the first score."""
    a, b, v, w = reals("a b v w")
    A = exp(a) / (exp(a) + exp(b))
    return Exercise(
        partial(A * v + (1 - A) * w, a),
        names={"A": A, "v": v, "w": w},
        wrong={
            "A (v - w)": "The weight is a softmax: its slope has a second factor.",
            "A v": "The weight of the second key depends on the first score as well.",
            "A (1 - A) v": "What the first key wins, the second loses: compare the values.",
        },
    )


def variance() -> Exercise:
    """The variance of a scaled score of entries with mean 0."""
    d = sizes("d")
    j = index("j", d)
    u, v = reals("u v", positive=True)
    q, k = random_variable("q", j, 0, u), random_variable("k", j, 0, v)
    return Exercise(
        variance_of(sum_over(q[j] * k[j], j) / sqrt(d), q, k),
        names={"u": u, "v": v, "d": d},
        wrong={
            "d u v": "That is before the score is divided by the root.",
            "u + v": "The entries are multiplied, so their variances are, too.",
            "1": "That is for entries of variance 1.",
        },
    )


def parameters() -> Exercise:
    """The number of parameters of a decoder."""
    K, d, b = sizes("K d b")
    return Exercise(
        K * d + b * (4 * d**2 + 4 * d + 4 * d**2 + 3 * d + 4 * d) + 2 * d + K * d + K,
        names={"K": K, "d": d, "b": b},
        wrong={
            "2 K d + K + b (8 d^2 + 11 d)": "There is a normalization before the last layer, too.",
            "2 K d + b (8 d^2)": "Biases and normalizations count as well.",
            "2 K d + K + 2 d + b (12 d^2 + 13 d)": "The hidden layer has the width 2d, not 4d.",
        },
    )


def length() -> Exercise:
    """The length of a text at which the table costs as much as the layers of a block."""
    d = sizes("d")
    return Exercise(
        4 * d,
        names={"d": d},
        wrong={
            "6 d": "That is for a hidden layer of 4d.",
            "8 d": "Scores and means cost T² d products each.",
            "4 d^2": "Each position costs 8 d² in the layers and 2 T d in the table.",
        },
    )
