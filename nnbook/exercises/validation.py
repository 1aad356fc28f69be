"""The graded exercises of *Validation*."""

from sympy import log

from nnbook.derive import Exercise, reals, sizes


def how_many() -> Exercise:
    """How many test examples a standard error takes."""
    q, ε = reals("q epsilon", positive=True)
    return Exercise(
        q * (1 - q) / ε**2,
        names={"q": q, "ε": ε},
        wrong={
            "q (1 - q) / ε": "The standard error is a root: square.",
            "sqrt(q (1 - q)) / ε": "Square this once more.",
            "1 / (4 ε^2)": "That is enough for every q; how many for this?",
            "q / ε^2": "The variance of one toss is q(1 - q).",
        },
    )


def paired() -> Exercise:
    """The variance of the difference of two accuracies on the same examples."""
    (p, r), n = reals("p r", positive=True), sizes("n")
    return Exercise(
        (p + r - (p - r) ** 2) / n,
        names={"p": p, "r": r, "n": n},
        wrong={
            "(p + r) / n": "That is the mean of the square; subtract the square of the mean.",
            "(p (1 - p) + r (1 - r)) / n":
                "The two cases exclude each other, so they are not independent.",
            "p + r - (p - r)^2": "That is for a single example.",
            "(p - r)^2 / n": "That is the square of the mean, not the scatter.",
        },
    )


def effective_folds() -> Exercise:
    """How many independent results are worth as much as k correlated ones."""
    ρ, k = reals("rho", positive=True), sizes("k")
    return Exercise(
        k / (1 + (k - 1) * ρ),
        given=(ρ < 1,),
        names={"k": k, "ρ": ρ},
        wrong={
            "k": "That is for independent folds, with ρ = 0.",
            "k (1 - ρ)": "Divide v by the variance of the mean, which has two terms.",
            "(1 + (k - 1) ρ) / k": "That is the variance of the mean over v: upside down.",
            "k / (1 + k ρ)": "A fold has k - 1 others, and the covariance v with itself.",
            "1 / ρ": "That is where it ends for very many folds.",
        },
    )


def enough() -> Exercise:
    """The number of validation examples for which the bound on a winner's excess is small."""
    ε, m = reals("epsilon", positive=True), sizes("m")
    return Exercise(
        log(m) / (2 * ε**2),
        names={"m": m, "ε": ε},
        wrong={
            "2 log(m) / ε^2": "That is with s = 1/√n; a half in s is a quarter in s².",
            "log(m) / (2 ε)": "Square both sides: the excess falls with the root of n.",
            "sqrt(log(m) / 2) / ε": "That is the root of it.",
            "m / (2 ε^2)": "The bound has the logarithm of the number of candidates.",
        },
    )


def draws() -> Exercise:
    """How many random draws find something of share p with probability P."""
    p, P = reals("p P", positive=True)
    return Exercise(
        log(1 - P) / log(1 - p),
        given=(p < 1, P < 1),
        names={"p": p, "P": P},
        wrong={
            "P / p": "That would reach certainty after 1/p draws.",
            "log(P) / log(p)": "All draws have to miss: 1 - p each, 1 - P together.",
            "log(1 - p) / log(1 - P)": "Upside down: rare things take more draws.",
        },
    )
