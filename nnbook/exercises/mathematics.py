"""The graded exercises of *Mathematics that the book uses*."""

from nnbook.derive import Exercise, define, index, partial, reals, sizes, sum_over, tensor


def variance() -> Exercise:
    """The gradient of the variance."""
    n = sizes("n")
    i, a = index("i a", n)
    x = tensor("x", n)
    x_bar = define("xbar", sum_over(x[i], i) / n)
    v = define("v", (1 / n) * sum_over((x[i] - x_bar) ** 2, i))
    return Exercise(
        partial(v, x[a]),
        names={"x": x, "x_bar": x_bar, "i": i, "a": a, "n": n},
        wrong={
            "2/n * (1 - 1/n) * (x[a] - x_bar)":
                "You differentiated the a-th term only. The mean contains x_a too, and so every "
                "other term depends on it.",
            "2/n * x[a]":
                "That is the slope of the mean square. The mean depends on x_a as well.",
            "2 * (x[a] - x_bar)": "The factor 1/n in front stays.",
        },
    )


def coin() -> Exercise:
    """The most likely probability of a coin."""
    n = sizes("n")
    i, x = index("i", n), tensor("x", n)
    return Exercise(
        sum_over(x[i], i) / n,
        names={"x": x, "i": i, "n": n},
        wrong={
            "1 - sum(x[i], i) / n": "That is the share of zeros.",
            "sum(x[i], i)": "That is the number of ones; a probability is wanted.",
            "sum(x[i], i) / (n - sum(x[i], i))": "Those are the odds, ones to zeros.",
        },
    )


def second_moment() -> Exercise:
    """The second moment of a count after one more toss."""
    M, S, q = reals("M S q")
    return Exercise(
        S + 2 * q * M + q,
        names={"M": M, "S": S, "q": q},
        wrong={
            "S + q": "(k + 1)² is not k² + 1.",
            "S + q M + q": "Look at the middle term of (k + 1)² again.",
            "S + 2 q M": "Each term of (k + 1)² counts, the last too.",
        },
    )

