"""The graded exercises of *Probability*."""

from sympy import Rational

from nnbook.derive import Exercise, index, reals, sizes, sum_over, tensor


def enough_digits() -> Exercise:
    """How many digits it takes to know an accuracy of 96 % to half a point."""
    q, error = Rational(96, 100), Rational(5, 1000)
    return Exercise(
        q * (1 - q) / error**2,
        names={},
        wrong={
            "40": "The standard error is a root: its square is q (1 - q) / n.",
            "7.68": "The error has to be squared, too.",
            "38400": "The variance of an answer is q (1 - q), not q.",
        },
    )


def rare_class() -> Exercise:
    """The share of flagged payments that are fraudulent."""
    base, finds, cries = Rational(1, 1000), Rational(8, 10), Rational(1, 100)
    return Exercise(
        base * finds / (base * finds + (1 - base) * cries),
        names={},
        wrong={
            "0.8": "That is the share of the fraudulent ones that are flagged.",
            "80/81": "You forgot how rare fraud is: the rates have to be weighted by the shares of "
                     "both classes.",
            "0.001": "That was before anything was flagged.",
        },
    )


def neuron_sum() -> Exercise:
    """The variance of a weighted sum with fixed inputs."""
    m = sizes("m")
    j, x = index("j", m), tensor("x", m)
    v = reals("v", positive=True)
    return Exercise(
        v * sum_over(x[j] ** 2, j),
        names={"x": x, "v": v, "j": j, "m": m},
        wrong={
            "v sum(x[j], j)": "A factor enters a variance squared.",
            "m v": "This is so if all inputs are 1.",
            "v^2 sum(x[j]^2, j)": "v is a variance already.",
        },
    )


def paired_mean() -> Exercise:
    """The variance of a mean of paired differences."""
    n = sizes("n")
    v, c = reals("v c")
    return Exercise(
        (2 * v - 2 * c) / n,
        names={"v": v, "c": c, "n": n},
        wrong={
            "2 v / n": "That is so without pairs.",
            "2 v - 2 c": "That is the variance of a single difference.",
            "(2 v + 2 c) / n": "A covariance lowers the variance of a difference.",
        },
    )


def waiting() -> Exercise:
    """The most likely rate of waiting times."""
    n = sizes("n")
    i, x = index("i", n), tensor("x", n, positive=True)
    return Exercise(
        n / sum_over(x[i], i),
        names={"x": x, "i": i, "n": n},
        wrong={
            "sum(x[i], i) / n": "Turned over: long waits mean a low rate.",
            "1 / sum(x[i], i)": "Each of the n factors of the likelihood has a λ in front.",
            "n": "The logarithm of the density has a term with x, too.",
        },
    )


def product_variance() -> Exercise:
    """The variance of a product of independent numbers with mean zero."""
    v, u = reals("v u", positive=True)
    return Exercise(
        v * u,
        names={"v": v, "u": u},
        wrong={
            "v + u": "That is the variance of the sum.",
            "v^2 u^2": "v and u are means of squares already.",
            "sqrt(v u)": "That is the standard deviation.",
        },
    )


def gaussian_width() -> Exercise:
    """The most likely variance of a Gaussian with known mean."""
    n = sizes("n")
    Q = reals("Q", positive=True)
    return Exercise(
        Q / n,
        names={"Q": Q, "n": n},
        wrong={
            "Q": "The second term of the negative log-likelihood has a factor n.",
            "Q / (2 n)": "log s is half of log s²; with that the factors ½ cancel.",
            "Q / (n - 1)": "This is for a mean that is estimated from the same data, and is not "
                           "what maximum likelihood gives even then.",
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
