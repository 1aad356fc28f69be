"""The graded exercises of *Initialization*."""

from sympy import sqrt

from nnbook.derive import Exercise, reals, sizes


def leaky() -> Exercise:
    """The variance of weights before leaky ReLUs."""
    n, α = sizes("n"), reals("alpha", positive=True)
    return Exercise(
        2 / ((1 + α**2) * n),
        names={"α": α, "n": n},
        wrong={
            "2/n": "That is He's; the negative half now passes something, too.",
            "2 / ((1 + α) n)": "The size is a mean of squares.",
            "1 / ((1 + α^2) n)": "With slope 1 it must be 1/n.",
            "(1 + α^2) / (2 n)":
                "That is the share that passes. The variance has to make up for it.",
        },
    )


def window() -> Exercise:
    """LeCun's bound for the weights of a convolution."""
    h, C = sizes("h C")
    return Exercise(
        sqrt(3 / (C * h**2)),
        names={"h": h, "C": C},
        wrong={
            "sqrt(3/C)": "Each output reads all pixels of its window.",
            "1 / (C h^2)": "That is the variance. Which bound has it?",
            "3 / (C h^2)": "The bound is a root: variance is bound²/3.",
            "sqrt(1 / (C h^2))":
                "That is the deviation; the bound of a uniform distribution is larger.",
        },
    )
