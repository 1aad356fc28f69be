"""The graded exercises of the first pages, *Home* and *How to read*."""

from nnbook.derive import (
    Exercise,
    as_written,
    define,
    index,
    partial,
    reals,
    sizes,
    sum_over,
    tensor,
)


def bias() -> Exercise:
    """The derivative of the mean squared error of one neuron with respect to its bias."""
    n, m = sizes("n m")
    i, j = index("i", n), index("j", m)
    x, w, t, b = tensor("x", n, m), tensor("w", m), tensor("t", n), reals("b")
    with as_written():
        y = define("yhat", i, sum_over(x[i, j] * w[j], j) + b)
        L = define("L", (1 / n) * sum_over((y[i] - t[i]) ** 2, i))
    return Exercise(
        partial(L, b),
        names={"y_hat": y, "t": t, "i": i, "n": n},
        wrong={
            "2/n * sum(t[i] - y_hat[i], i)":
                "If every prediction is too large, which way does the loss go as b grows?",
            "2/n * (y_hat[i] - t[i])": "That is the share of one example; b acts on all of them.",
            "1/n * sum(y_hat[i] - t[i], i)": "The exponent comes down as a factor.",
        },
    )


def weighted_squares() -> Exercise:
    """The derivative of a weighted sum of squares with respect to one entry."""
    K = sizes("K")
    k, m = index("k m", K)
    p, a = tensor("p", K), tensor("a", K)
    return Exercise(
        partial(sum_over(p[k] * a[k] ** 2, k), a[m]),
        names={"p": p, "a": a, "k": k, "m": m},
        wrong={
            "2 * sum(p[k] * a[k], k)": "How many terms contain one entry of a?",
            "p[m] * a[m]": "The exponent comes down as a factor.",
            "2 * a[m]": "Each square has its weight.",
        },
    )
