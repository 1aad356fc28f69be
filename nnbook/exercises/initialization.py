"""The graded exercises of *Initialization*."""

from sympy import log, sqrt

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
            "sqrt(2 / ((1 + α^2) n))":
                "That is the standard deviation. The variance is its square.",
            "2 / (1 + α^2)": "A unit adds up n inputs: what does their number do?",
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


def dropout() -> Exercise:
    """The variance of weights behind a dropout and before a ReLU."""
    n, p = sizes("n"), reals("p", positive=True)
    return Exercise(
        2 * p / n,
        names={"p": p, "n": n},
        wrong={
            "2/n": "That is He's. What is kept is divided by p, so its square by p².",
            "p/n": "The ReLU stops half of the mean square.",
            "2 / (p n)": "Dropout makes the mean square larger, so the weights must be smaller.",
            "2 p^2 / n": "Squares are divided by p², but only a share p of them is kept.",
            "sqrt(2 p / n)": "That is the standard deviation. The variance is its square.",
        },
    )


def rare() -> Exercise:
    """The output bias of a class of a known frequency."""
    r = reals("r", positive=True)
    return Exercise(
        log(r / (1 - r)),
        given=r < 1,
        names={"r": r},
        wrong={
            "log(r)": "Then the sigmoid gives r/(1 + r). Solve σ(b) = r for b.",
            "log((1 - r)/r)": "The sign: a rare class has a negative bias.",
            "r": "The bias goes through the sigmoid before it is a probability.",
        },
    )


def blocks() -> Exercise:
    """The share that a branch may add if all blocks together double the mean square."""
    B = sizes("B")
    return Exercise(
        2 ** (1 / B) - 1,
        names={"B": B},
        wrong={
            "1/B": "Close for many blocks, but each block multiplies what the one before has made.",
            "2^(1/B)": "That is the factor of a block. What does the branch add to 1?",
            "2/B": "The factors of the blocks are multiplied, not added.",
        },
    )
