"""The graded exercises of *Optimizers*."""

from sympy import sqrt

from nnbook.derive import Exercise, reals, sizes


def best_share() -> Exercise:
    """The best momentum of a bowl, by its curvatures."""
    λ, Λ = reals("lambda Lambda", positive=True)
    return Exercise(
        ((sqrt(Λ) - sqrt(λ)) / (sqrt(Λ) + sqrt(λ))) ** 2,
        names={"λ": λ, "Λ": Λ},
        wrong={
            "(sqrt(Λ) - sqrt(λ)) / (sqrt(Λ) + sqrt(λ))": "That is the factor per step, √γ.",
            "((Λ - λ) / (Λ + λ))^2": "Mind the roots: it is √κ, not κ.",
            "(2 / (sqrt(λ) + sqrt(Λ)))^2": "That is the rate.",
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


def alternating() -> Exercise:
    """The size of an average of gradients that alternate in sign."""
    β, g = reals("beta g", positive=True)
    return Exercise(
        (1 - β) / (1 + β) * g,
        names={"β": β, "g": g},
        given=β < 1,
        wrong={
            "0": "The newest gradient always weighs a little more than the one before.",
            "(1 - β) g": "That is the weight of the newest alone; the others count, too.",
            "g": "Only without any averaging.",
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


def stale() -> Exercise:
    """The largest rate with gradients that are one step old."""
    λ = reals("lambda", positive=True)
    return Exercise(
        1 / λ,
        names={"λ": λ},
        wrong={
            "2/λ": "That is the bound without delay.",
            "1/(4 λ)": "There the roots become complex; their size is still below 1.",
            "1/(2 λ)": "The product of the two roots is ηλ. When is their size 1?",
        },
    )
