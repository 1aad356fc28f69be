"""The graded exercises of *Calibration*."""

from sympy import exp, log, sqrt

from nnbook.derive import Exercise, partial, reals, sizes


def constant() -> Exercise:
    """The Brier score of someone who always gives the same probability."""
    A, c = reals("A c", positive=True)
    return Exercise(
        A * (1 - c) ** 2 + (1 - A) * c**2,
        given=(A < 1, c < 1),
        names={"A": A, "c": c},
        wrong={
            "(c - A)^2": "That is zero for c = A. What is left then?",
            "A (1 - A)": "That is the score of an honest forecaster, c = A.",
            "A (1 - c) + (1 - A) c": "The score squares the distances.",
        },
    )


def gap() -> Exercise:
    """The root mean square of the gap in a bin of a calibrated classifier."""
    c, N = reals("c", positive=True), sizes("N")
    return Exercise(
        sqrt(c * (1 - c) / N),
        given=(c < 1,),
        names={"c": c, "N": N},
        wrong={
            "c (1 - c) / N": "That is the variance of the share. Take its root.",
            "sqrt(c (1 - c)) / N": "The variance falls like 1/N, so the root like 1/√N.",
            "sqrt(N c (1 - c))": "That is for the number of right answers, not for their share.",
        },
    )


def cooled() -> Exercise:
    """The slope of the loss of one logit with respect to its factor."""
    z, t = reals("z t")
    β = reals("beta", positive=True)
    return Exercise(
        partial(log(1 + exp(β * z)) - t * β * z, β),
        names={"z": z, "t": t, "β": β},
        wrong={
            "1 / (1 + exp(-β z)) - t": "The chain rule: the inner derivative is z.",
            "(t - 1 / (1 + exp(-β z))) z": "The sign is the other way round.",
            "(1 / (1 + exp(-β z)) - t) β": "That is the derivative with respect to z.",
        },
    )


def one_logit() -> Exercise:
    """The best temperature if all logits have the same size."""
    a, A = reals("a A", positive=True)
    return Exercise(
        a / log(A / (1 - A)),
        given=(2 * A > 1, A < 1),
        names={"a": a, "A": A},
        wrong={
            "log(A / (1 - A)) / a": "That is β, the reciprocal of the temperature.",
            "a / A": "The sigmoid of a/τ, not a/τ itself, should be A.",
            "a log(A / (1 - A))": "σ(a/τ) = A. Solve it for τ.",
        },
    )


def refusal() -> Exercise:
    """The probability from which on an answer pays."""
    d = reals("d", positive=True)
    return Exercise(
        1 - d,
        names={"d": d},
        wrong={
            "d": "An answer costs the probability of being wrong, 1 - p.",
            "1 / (1 + d)": "That is a threshold between two answers.",
            "d / (1 + d)": "Compare two costs: 1 - p and d.",
            "1/2": "It depends on what it costs to decline.",
        },
    )


def reward() -> Exercise:
    """The same if right answers bring something."""
    g, w, d = reals("g w d", positive=True)
    return Exercise(
        (w - d) / (g + w),
        given=(d < w,),
        names={"g": g, "w": w, "d": d},
        wrong={
            "w / (g + w)": "That is for declining without a cost.",
            "(w - d) / w": "A right answer brings g, which also counts.",
            "(w + d) / (g + w)": "Declining costs d, so answer sooner, not later.",
            "1 - d": "That is for w = 1 and no reward.",
        },
    )
