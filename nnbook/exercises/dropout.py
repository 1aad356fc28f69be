"""The graded exercises of *Noise and dropout*."""

from nnbook.derive import Exercise, index, reals, sizes, sum_over, tensor


def layer_variance() -> Exercise:
    """The variance of a linear unit whose inputs are dropped."""
    n = sizes("n")
    j = index("j", n)
    x, w, p = tensor("x", n), tensor("w", n), reals("p")
    return Exercise(
        p / (1 - p) * sum_over(w[j] ** 2 * x[j] ** 2, j),
        given=(p > 0, p < 1),
        names={"p": p, "w": w, "x": x, "j": j},
        wrong={
            "p (1 - p) sum(w[j]^2 x[j]^2, j)": "That is for masks without the factor 1/(1 - p), "
            "which counts squared.",
            "p / (1 - p) sum(w[j] x[j], j)^2": "The masks are independent: variances add up, "
            "not deviations.",
            "p / (1 - p) sum(w[j] x[j]^2, j)": "A factor comes out of a variance squared.",
        },
    )


def plain_variance() -> Exercise:
    """The variance of a dropped value without the factor."""
    p, x = reals("p x")
    return Exercise(
        p * (1 - p) * x**2,
        given=(p > 0, p < 1),
        names={"p": p, "x": x},
        wrong={
            "p / (1 - p) x^2": "That is with the factor 1/(1 - p).",
            "p (1 - p) x": "A factor comes out of a variance squared.",
            "p x^2": "That is the mean squared distance from x; the mean is (1 - p) x.",
        },
    )


def gaussian_dropout() -> Exercise:
    """The penalty of noise that multiplies the inputs."""
    n = sizes("n")
    j = index("j", n)
    x, w, s = tensor("x", n), tensor("w", n), reals("s", positive=True)
    return Exercise(
        s**2 * sum_over(w[j] ** 2 * x[j] ** 2, j),
        names={"s": s, "w": w, "x": x, "j": j},
        wrong={
            "s^2 sum(w[j]^2, j)": "That is for noise that is added. Here it grows with the input.",
            "s sum(w[j]^2 x[j]^2, j)": "The variance is the square of the deviation.",
            "s^2 sum(w[j] x[j], j)^2": "The numbers are independent: variances add up.",
        },
    )


def one_mask() -> Exercise:
    """The probability of one given mask."""
    n = sizes("n")
    p, k = reals("p k", positive=True)
    return Exercise(
        (1 - p) ** k * p ** (n - k),
        given=(p < 1, k < n),
        names={"p": p, "k": k, "n": n},
        wrong={
            "p^k (1 - p)^(n - k)": "p is the probability to drop, and k units are kept.",
            "(1 - p)^k": "The others must be dropped as well.",
            "(1/2)^n": "That holds for p = 1/2 alone.",
        },
    )


def ensemble_error() -> Exercise:
    """The expected squared error of the mean of correlated members."""
    M = sizes("M")
    σ = reals("sigma", positive=True)
    c = reals("c")
    return Exercise(
        σ**2 / M + (M - 1) * c / M,
        names={"σ": σ, "c": c, "M": M},
        wrong={
            "σ^2 / M": "That is for errors that are uncorrelated.",
            "σ^2 / M + c / M": "How many pairs of different members are there?",
            "σ^2 + (M - 1) c": "That is M times too much: the mean divides by M².",
        },
    )
