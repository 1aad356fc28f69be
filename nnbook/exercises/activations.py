"""The graded exercises of *Activations*."""

from sympy import Abs, exp

from nnbook.derive import (
    Exercise,
    as_written,
    define,
    index,
    partial,
    reals,
    sizes,
    sum_over,
    tensor,
)


def softsign() -> Exercise:
    """The slope of the softsign."""
    z = reals("z")
    with as_written():
        slope = 1 / (1 + Abs(z)) ** 2
    return Exercise(
        slope,
        names={"z": z},
        wrong={
            "1 / (1 + abs(z))": "That is the first term of the quotient rule; what is subtracted?",
            "1 / (1 + z)^2": "Right for positive z. The slope is the same on both sides.",
            "(1 + 2 abs(z)) / (1 + abs(z))^2": "The quotient rule subtracts its second term.",
        },
    )


def temperature() -> Exercise:
    """How a softmax changes with its temperature."""
    K, τ = sizes("K"), reals("tau", positive=True)
    j, k = index("j k", K)
    z = tensor("z", K)
    S = define("S", j, exp(z[j] / τ) / sum_over(exp(z[k] / τ), k))
    return Exercise(
        partial(S[j], τ),
        names={"S": S, "z": z, "τ": τ, "j": j, "k": k},
        wrong={
            "S[j] (z[j] - sum(S[k] z[k], k)) / τ^2": "The slope of 1/τ is negative.",
            "S[j] (sum(S[k] z[k], k) - z[j])": "The chain rule brings the slope of 1/τ.",
            "-S[j] z[j] / τ^2": "The denominator of the softmax depends on τ as well.",
        },
    )


def swish_beta() -> Exercise:
    """The derivative of a swish with respect to its own parameter."""
    z, β = reals("z beta")
    σ = define(r"\sigma(\beta z)", 1 / (1 + exp(-β * z)))
    return Exercise(
        partial(z * σ, β),
        names={"z": z, "β": β, "σ": σ},
        wrong={
            "z σ (1 - σ)": "The inner function is β z; what is its slope with respect to β?",
            "σ + β z σ (1 - σ)": "That is the slope with respect to z.",
            "β z σ (1 - σ)": "The slope of β z with respect to β is z.",
        },
    )


def he_variance() -> Exercise:
    """The variance of weights that makes up for a ReLU."""
    n = sizes("n")
    return Exercise(
        2 / n,
        names={"n": n},
        wrong={
            "1 / n": "That is right without the ReLU, which halves the mean square.",
            "1 / (2 n)": "The weights have to make up for the half: larger or smaller?",
            "sqrt(2 / n)": "That is the standard deviation.",
        },
    )


def swiglu() -> Exercise:
    """The cotangent of the gate of a SwiGLU."""
    a, b, y_bar = reals(r"a b \bar{y}")
    σ = define(r"\sigma(b)", 1 / (1 + exp(-b)))
    return Exercise(
        y_bar * partial(a * b * σ, b),
        names={"y_bar": y_bar, "a": a, "b": b, "σ": σ},
        wrong={
            "y_bar a σ (1 - σ)": "That is the GLU. Here b stands in front of the sigmoid as well.",
            "y_bar b σ": "That is the cotangent of a.",
            "y_bar a (σ + σ (1 - σ))": "In the second term of the product rule, b remains.",
        },
    )
