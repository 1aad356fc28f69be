"""The graded exercises of *Gradient descent*."""

from sympy import exp

from nnbook.derive import Exercise, reals


def one_step() -> Exercise:
    """The loss after one step in the ravine."""
    u, v = reals("u v")
    η = reals("eta", positive=True)
    return Exercise(
        (1 - η) ** 2 * u**2 / 2 + 25 * (1 - 25 * η) ** 2 * v**2 / 2,
        names={"u": u, "v": v, "η": η},
        wrong={
            "(1 - η)^2 (u^2 + 25 v^2) / 2": "Each direction has a factor of its own.",
            "((1 - η) u^2 + 25 (1 - 25 η) v^2) / 2": "The loss has the squares of the distances.",
            "(u^2 + 25 v^2)/2 - η (u^2 + 625 v^2)": "That is the fall to first order in η only.",
        },
    )


def line_search() -> Exercise:
    """The rate that is best for a single step in a bowl."""
    g1, g2 = reals("g_1 g_2", nonzero=True)
    λ1, λ2 = reals("lambda_1 lambda_2", positive=True)
    return Exercise(
        (g1**2 + g2**2) / (λ1 * g1**2 + λ2 * g2**2),
        names={"g_1": g1, "g_2": g2, "λ_1": λ1, "λ_2": λ2},
        wrong={
            "2 / (λ_1 + λ_2)": "That is the best rate for many steps; here the gradient is known.",
            "2 (g_1^2 + g_2^2) / (λ_1 g_1^2 + λ_2 g_2^2)":
                "At that rate the loss is what it was before. Where is its slope zero?",
            "(λ_1 g_1^2 + λ_2 g_2^2) / (g_1^2 + g_2^2)":
                "A curvature. The rate is one over a curvature.",
        },
    )


def floor() -> Exercise:
    """The mean square of a parameter after a step with noise."""
    λ, η, σ, q = reals("lambda eta sigma q", positive=True)
    return Exercise(
        (1 - η * λ) ** 2 * q + η**2 * σ**2,
        names={"λ": λ, "η": η, "σ": σ, "q": q},
        wrong={
            "(1 - η λ) q + η^2 σ^2": "The distance gets a factor 1 − ηλ; its square?",
            "(1 - η λ)^2 q + η σ^2": "The noise is multiplied by η; its variance?",
            "(1 - η λ)^2 q": "That is the step without noise.",
        },
    )


def same_floor() -> Exercise:
    """The rate that leaves the same floor with a larger batch."""
    η, λ, c = reals("eta lambda c", positive=True)
    return Exercise(
        2 * c * η / (2 - η * λ + c * η * λ),
        names={"η": η, "λ": λ, "c": c},
        given=η * λ < 2,
        wrong={
            "c η": "Only for small rates; the floor has a factor 2 − ηλ as well.",
            "η / c": "A larger batch has less noise, so the rate may be larger.",
            "sqrt(c) η": "The floor has the variance of the noise, not its root.",
        },
    )


def reach() -> Exercise:
    """How far descent gets under an exponential schedule and a slope of 1."""
    η, β = reals("eta beta", positive=True)
    return Exercise(
        η / (1 - exp(-β)),
        names={"η": η, "β": β},
        wrong={
            "η / β": "That is the integral; the steps are a sum.",
            "η exp(-β) / (1 - exp(-β))": "The first step has s = 0.",
            "η / (1 + β)": "That is one rate of another schedule.",
        },
    )
