"""The graded exercises of *Saving, restarting, predicting*."""

from sympy import sqrt

from nnbook.derive import Exercise, reals, sizes


def checkpoint() -> Exercise:
    """How many numbers are in a checkpoint of a dense layer under Adam."""
    n, K = sizes("n K")
    return Exercise(
        3 * (n * K + K) + 1,
        names={"n": n, "K": K},
        wrong={
            "n K + K": "Those are the parameters alone.",
            "3 n K + 1": "The biases are parameters too.",
            "2 (n K + K) + 1": "That is momentum. Adam keeps two averages for each parameter.",
            "3 (n K + K)": "Adam also counts its steps.",
        },
    )


def restart() -> Exercise:
    """How much shorter the first step after a restart is."""
    γ = reals("gamma", positive=True)
    return Exercise(
        1 - γ,
        given=(γ < 1,),
        names={"γ": γ},
        wrong={
            "1 / (1 - γ)": "That is how much longer the old step was.",
            "γ": "In the long run u = γu + ηg. Solve it for u.",
            "1 + γ": "The old velocity is the longer one.",
        },
    )


def rare_gradient() -> Exercise:
    """The step of Adam for a gradient that is there only sometimes."""
    η, p = reals("eta p", positive=True)
    return Exercise(
        η * sqrt(p),
        given=(p < 1,),
        names={"η": η, "p": p},
        wrong={
            "η p": "The root of the mean square is a √p, not a.",
            "η": "That is the first step, when both averages have seen one gradient.",
            "η / sqrt(p)": "The mean is p a. Divide it by the root of the mean square.",
        },
    )


def schedule() -> Exercise:
    """How much too large the steps are when the count of the steps was lost."""
    T, H = reals("T H", positive=True)
    return Exercise(
        2 ** (T / H),
        names={"T": T, "H": H},
        wrong={
            "2 T / H": "Each H steps halve the rate once more: a power.",
            "2 ** (-T / H)": "That is the share that the rate should have.",
            "T / H": "That is the number of halvings that are forgotten.",
        },
    )


def uncorrected() -> Exercise:
    """How much longer RMSprop's steps are after a restart with squares of 0."""
    ρ = reals("rho", positive=True)
    n = sizes("n")
    return Exercise(
        1 / sqrt(1 - ρ**n),
        given=(ρ < 1,),
        names={"ρ": ρ, "n": n},
        wrong={
            "1 / sqrt(1 - ρ)": "That is the first step. What is the average after n gradients?",
            "sqrt(1 - ρ^n)": "The squares are too small, and one divides by their root.",
            "1 / (1 - ρ^n)": "RMSprop divides by the root of the squares.",
        },
    )
