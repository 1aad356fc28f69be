"""The graded exercises of *Variational autoencoders*."""

from sympy import exp, log

from nnbook.derive import Exercise, reals


def gap() -> Exercise:
    """The divergence of an even guess from an uneven posterior."""
    c = reals("c", positive=True)
    return Exercise(
        -log(4 * c * (1 - c)) / 2,
        names={"c": c},
        given=[c < 1],
        wrong={
            "log(c (1 - c)) / 2": "That is the bound. The gap is the evidence minus the bound.",
            "c log(2 c) + (1 - c) log(2 (1 - c))":
                "That is the divergence of the posterior from the guess. The guess comes first.",
            "-log(c (1 - c)) / 2": "The evidence is log(1/2), not 0.",
        },
    )


def precision() -> Exercise:
    """The divergence of a centred normal distribution from the standard one."""
    s = reals("s", positive=True)
    return Exercise(
        (s**2 - 1) / 2 - log(s),
        names={"s": s},
        wrong={
            "(s^2 - 1 - log(s)) / 2": "The logarithm of the variance is 2 log(s).",
            "-log(s)": "That is what a small s comes to, up to a constant. Where is s^2?",
            "(s - log(s) - 1) / 2": "s is the deviation; the variance is s^2.",
        },
    )


def moved_prior() -> Exercise:
    """The divergence from a prior whose mean is not 0."""
    mu, r, b = reals("mu r b")
    return Exercise(
        ((mu - b) ** 2 + exp(r) - r - 1) / 2,
        names={"mu": mu, "r": r, "b": b},
        wrong={
            "(mu^2 - b^2 + exp(r) - r - 1) / 2":
                "It must be 0 for mu = b and r = 0, and only there.",
            "(mu^2 + exp(r) - r - 1) / 2": "That is for the prior with mean 0.",
            "((mu - b)^2 + exp(2 r) - 2 r - 1) / 2": "r is the logarithm of the variance already.",
        },
    )


def deviation() -> Exercise:
    """The variance of the pathwise slope with respect to the deviation."""
    D = reals("D")
    s = reals("s", positive=True)
    return Exercise(
        4 * D**2 + 8 * s**2,
        names={"D": D, "s": s},
        wrong={
            "4 D^2 + 12 s^2":
                "That is the mean of the square. Subtract the square of the mean, 2 s.",
            "4 s^2": "That is for the slope with respect to the mean.",
            "4 D^2 + 4 s^2": "The fourth moment of a standard normal number is 3.",
        },
    )


def best_baseline() -> Exercise:
    """The baseline that makes the score function's variance least."""
    D = reals("D")
    s = reals("s", positive=True)
    return Exercise(
        D**2 + 3 * s**2,
        names={"D": D, "s": s},
        wrong={
            "D^2": "That removes the term without a limit. There is another term with b.",
            "D^2 + s^2": "That is the mean of f. The squared score has a say in it too.",
            "D^2 + 6 s^2": "Differentiate again: the square gives 2 (b - D^2) / s^2.",
        },
    )


def ignored() -> Exercise:
    """The bound if the decoder does not read the code."""
    mu = reals("mu")
    c = reals("c", positive=True)
    return Exercise(
        log(c) - mu**2 / 2,
        names={"mu": mu, "c": c},
        wrong={
            "log(c)": "The price is still to be paid.",
            "log(c) + mu^2 / 2": "The price is deducted.",
            "c - mu^2 / 2": "The bound has the logarithm of the probability.",
        },
    )


def how_sure() -> Exercise:
    """The variance of the guess at the optimum of the linear model."""
    lam, v = reals("lambda v", positive=True)
    return Exercise(
        v / lam,
        names={"lambda": lam, "v": v},
        wrong={
            "v / (lambda + v)": "At the optimum w^2 is lambda - v.",
            "v": "That is the noise of the pixels. The code has another unit.",
            "lambda / v": "More noise must make the guess less sure.",
        },
    )
