"""The graded exercises of *Batch normalization*."""

from sympy import log, sqrt

from nnbook.derive import Exercise, reals


def two() -> Exercise:
    """The normalized values of a batch of two."""
    x1, x2 = reals("x_1 x_2")
    ε = reals("varepsilon", positive=True)
    return Exercise(
        (x1 - x2) / sqrt((x1 - x2) ** 2 + 4 * ε),
        names={"x_1": x1, "x_2": x2, "ε": ε},
        wrong={
            "(x_1 - x_2) / sqrt((x_1 - x_2)^2 + ε)":
                "The deviation from the mean is half the distance. What happens to ε when you "
                "double above and below?",
            "(x_1 - x_2) / sqrt((x_1 - x_2)^2 / 4 + ε)": "The mean lies halfway between them.",
            "(x_1 - x_2) / sqrt(2 (x_1 - x_2)^2 + 4 ε)":
                "That is the variance with n − 1; here it is the biased one.",
            "(x_2 - x_1) / sqrt((x_1 - x_2)^2 + 4 ε)": "That is the second one.",
        },
    )


def folded() -> Exercise:
    """The bias of a dense unit and its batch normalization in use, as one unit."""
    b, γ, β, M = reals("b gamma beta M")
    V, ε = reals("V varepsilon", positive=True)
    return Exercise(
        γ * (b - M) / sqrt(V + ε) + β,
        names={"b": b, "γ": γ, "β": β, "M": M, "V": V, "ε": ε},
        wrong={
            "β - γ M / sqrt(V + ε)": "In use the mean is a constant, and the bias does count.",
            "γ (b + M) / sqrt(V + ε) + β": "The mean is subtracted.",
            "γ b / sqrt(V + ε) + β": "Where has the mean gone?",
            "b + β - γ M / sqrt(V + ε)": "The bias is normalized, too.",
        },
    )


def faded() -> Exercise:
    """The number of steps after which a share s of a running average's start is left."""
    α, s = reals("alpha s", positive=True)
    return Exercise(
        log(s) / log(1 - α),
        given=(α < 1, s < 1),
        names={"α": α, "s": s},
        wrong={
            "log(s) / log(α)": "The start keeps the share 1 − α in each step.",
            "log(1 - α) / log(s)": "Upside down: a smaller α takes longer.",
            "(1 - s) / α": "Each step takes a share of what is left, not of the start.",
            "-log(s) / α": "Close, if α is small: the fading is in steps, not continuous.",
        },
    )


def balance() -> Exercise:
    """The squared length at which growth by gradients and weight decay balance."""
    η, ρ, G = reals("eta rho G", positive=True)
    return Exercise(
        η * G / sqrt(1 - (1 - ρ) ** 2),
        given=(ρ < 1,),
        names={"η": η, "ρ": ρ, "G": G},
        wrong={
            "η G / sqrt(ρ)": "What share of the *squared* length does one decay take off?",
            "η^2 G^2 / (1 - (1 - ρ)^2)":
                "The gradient is G divided by the length: one more squared length below.",
            "η G / (1 - (1 - ρ)^2)": "The equation is one of fourth powers of the length.",
            "sqrt(η G) / (1 - (1 - ρ)^2)^(1/4)": "That is the length; asked is its square.",
        },
    )
