"""The graded exercises of *Losses*."""

from sympy import Eq, Rational, atan, exp, log, pi

from nnbook.derive import Exercise, define, index, partial, reals, sizes, sum_over, tensor


def width() -> Exercise:
    """The slope of the loss with respect to a width that is learned."""
    s = reals("s", positive=True)
    y_hat, t = reals("yhat t")
    return Exercise(
        partial((y_hat - t) ** 2 / (2 * s**2) + log(s), s),
        names={"s": s, "y_hat": y_hat, "t": t},
        wrong={
            "1/s + (y_hat - t)^2 / s^3": "The derivative of 1/s² is −2/s³: mind the sign.",
            "-(y_hat - t)^2 / s^3": "The logarithm depends on s, too.",
            "1/s - (y_hat - t)^2 / s": "The derivative of 1/(2s²) is −1/s³.",
        },
    )


def poisson() -> Exercise:
    """The slope of the Poisson loss."""
    n = sizes("n")
    i, a = index("i a", n)
    z, t = tensor("z", n), tensor("t", n)
    return Exercise(
        partial((1 / n) * sum_over(exp(z[i]) - t[i] * z[i], i), z[a]),
        names={"z": z, "t": t, "i": i, "a": a, "n": n},
        wrong={
            "(z[a] - t[a]) / n": "The prediction is not z but λ = exp(z).",
            "exp(z[a]) - t[a]": "The loss is a mean over n samples; so is its gradient.",
            "exp(z[a]) (1 - t[a]) / n": "The target multiplies z, not its exponential.",
        },
    )


def temperature() -> Exercise:
    """The slope of the cross-entropy behind a temperature."""
    K, τ = sizes("K"), reals("tau", positive=True)
    k, m, q = index("k m q", K)
    z, t = tensor("z", K), tensor("t", K)
    S = define("S", k, exp(z[k] / τ) / sum_over(exp(z[q] / τ), q))
    return Exercise(
        partial(-sum_over(t[k] * log(S[k]), k), z[m]),
        given=(Eq(sum_over(t[k], k), 1),),
        names={"S": S, "t": t, "z": z, "τ": τ, "m": m, "k": k},
        wrong={
            "S[m] - t[m]": "The chain rule: z enters as z/τ, which brings a factor.",
            "τ (S[m] - t[m])": "The derivative of z/τ is 1/τ, not τ.",
            "(t[m] - S[m]) / τ": "More logit for a false class must cost more: the sign.",
        },
    )


def arctangent() -> Exercise:
    """The slope of binary cross-entropy behind an arctangent."""
    z, t = reals("z t")
    g = define("g", Rational(1, 2) + atan(z) / pi)
    return Exercise(
        partial(-t * log(g) - (1 - t) * log(1 - g), z),
        names={"g": g, "t": t, "z": z},
        wrong={
            "g - t": "That needs the slope of the last activation to cancel. Does it here?",
            "(g - t) / (g (1 - g))": "That is the slope with respect to g. Go on to z.",
            "(t - g) / (g (1 - g) π (1 + z^2))": "For t = 0 a larger z must cost more: the sign.",
        },
    )


def belief() -> Exercise:
    """The probability that a code believes in."""
    l = reals("l_k")
    return Exercise(
        2 ** (-l),
        names={"l_k": l, "l": l},
        wrong={
            "2^l": "Longer words are for rarer classes.",
            "exp(-l)": "Bits are logarithms to base 2.",
            "1 / l": "The length is minus the logarithm of the probability.",
        },
    )
