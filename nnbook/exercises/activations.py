"""The graded exercises of *Activations*."""

from sympy import exp, log

from nnbook.derive import Exercise, define, index, partial, reals, sizes, sum_over, tensor


def _sigmoid():
    """A number and its sigmoid."""
    z = reals("z")
    return z, define(r"\sigma(z)", 1 / (1 + exp(-z)))


def silu() -> Exercise:
    """The slope of the SiLU."""
    z, σ = _sigmoid()
    return Exercise(
        partial(z * σ, z),
        names={"z": z, "σ": σ},
        wrong={
            "σ (1 - σ)": "That is the slope of the sigmoid; here a product is derived.",
            "σ + σ (1 - σ)": "In the second term of the product rule, z itself remains.",
            "z σ (1 - σ)": "The product rule has two terms.",
        },
    )


def softplus() -> Exercise:
    """The slope of the softplus."""
    z, σ = _sigmoid()
    return Exercise(
        partial(log(1 + exp(z)), z),
        names={"z": z, "σ": σ},
        wrong={
            "1 - σ": "Divide numerator and denominator by e^z again: which way does it grow?",
            "e^z": "The logarithm has a slope, too: one over its argument.",
            "σ (1 - σ)": "That is one derivative further on.",
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
