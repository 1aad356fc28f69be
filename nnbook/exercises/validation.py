"""The graded exercises of *Validation*."""

from sympy import Eq

from nnbook.derive import Exercise, index, reals, sizes, sum_over, tensor


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


def guesser() -> Exercise:
    """The accuracy of guessing each class as often as it occurs."""
    K = sizes("K")
    k, s = index("k", K), tensor("s", K, positive=True)
    return Exercise(
        sum_over(s[k] ** 2, k),
        given=(Eq(sum_over(s[k], k), 1),),
        names={"s": s, "k": k, "K": K},
        wrong={
            "1/K": "That is for guessing all classes equally often.",
            "sum(s[k], k)": "That is 1: it forgets that the guess has to be k as well.",
            "sum(s[k]^2, k) / K": "The weights are in it already.",
        },
    )
