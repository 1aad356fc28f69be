"""The graded exercises of *Optimizers*."""

from nnbook.derive import Exercise, reals, sizes


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


def limit() -> Exercise:
    """The rate at which the heavy ball becomes unstable."""
    γ, λ = reals("gamma lambda", positive=True)
    return Exercise(
        2 * (1 + γ) / λ,
        names={"γ": γ, "λ": λ},
        wrong={
            "2/λ": "That is the bound without momentum.",
            "2 (1 - γ) / λ": "Put −θₜ for both neighbours, and mind the sign of γ.",
            "2 / (λ (1 - γ))":
                "Steps grow by 1/(1 − γ) where gradients agree; here they alternate.",
        },
    )


def uncorrected() -> Exercise:
    """An average of squares without the correction of its start."""
    T, β2, g = sizes("T"), reals("beta_2", positive=True), reals("g")
    return Exercise(
        (1 - β2**T) * g**2,
        names={"β_2": β2, "T": T, "g": g},
        wrong={
            "g^2": "Only in the limit, or after the correction.",
            "(1 - β_2^(T - 1)) g^2": "One too few: at T = 1 this is zero.",
            "(1 - β_2^T) g": "It averages squares.",
        },
    )
