"""The graded exercises of *Splits, gaps and wrong labels*."""

from nnbook.derive import Exercise, reals, sizes


def effective() -> Exercise:
    """How many independent examples a test of groups is worth."""
    n, g = sizes("n g")
    ρ = reals("rho", positive=True)
    return Exercise(
        n / (1 + (g - 1) * ρ),
        names={"n": n, "g": g, "ρ": ρ},
        wrong={
            "n / g": "That is right if all members of a group are the same, with ρ = 1.",
            "n (1 + (g - 1) ρ)": "Groups tell less, not more.",
            "n / (1 + g ρ)": "Each example has g - 1 others in its group.",
        },
    )


def filled() -> Exercise:
    """The variance of a feature whose gaps are filled with a number."""
    a, v = reals("a v", positive=True)
    c, μ = reals("c mu")
    return Exercise(
        a * v + a * (1 - a) * (c - μ) ** 2,
        names={"a": a, "v": v, "c": c, "μ": μ},
        wrong={
            "a v": "That is right if c is the mean.",
            "a v + (1 - a) (c - μ)^2": "The mean of the filled feature is not μ any more.",
            "v + a (1 - a) (c - μ)^2": "Only a share of the values varies.",
        },
    )


def true_accuracy() -> Exercise:
    """The accuracy behind one that was measured on wrong labels."""
    u, s = reals("u s", positive=True)
    K = sizes("K")
    return Exercise(
        ((K - 1) * u - s) / (K - 1 - s * K),
        names={"u": u, "s": s, "K": K},
        given=[K > 1, s < 1 / 2],
        wrong={
            "u / (1 - s)": "A wrong answer can agree with a wrong label.",
            "u + s": "A wrong label does not turn every wrong answer into a right one.",
            "(1 - s) u + s (1 - u) / (K - 1)": "That is the measured one, for a true one of u.",
        },
    )


def threshold() -> Exercise:
    """The probability from which on an alarm pays."""
    c = reals("c", positive=True)
    return Exercise(
        1 / (1 + c),
        names={"c": c},
        wrong={
            "1/2": "That is right if both errors cost the same.",
            "1/c": "Compare the expected costs of alarm and of silence; both have a probability.",
            "c / (1 + c)": "The other way round: a costly oversight lowers the threshold.",
        },
    )
