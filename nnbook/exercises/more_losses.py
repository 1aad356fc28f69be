"""The graded exercises of *More losses*."""

from sympy import Max, Rational, exp, log

from nnbook.derive import Exercise, partial, reals, sizes


def weighted() -> Exercise:
    """A weighted mean of three losses."""
    return Exercise(
        Rational(4 * 1 + 1 * 2 + 1 * 3, 6),
        names={},
        wrong={
            "2": "That is the mean without weights.",
            "3": "Divide by the sum of the weights of the examples, not by their number.",
            "9": "That is the weighted sum. What does the mean divide by?",
        },
    )


def easy() -> Exercise:
    """How much less the focal loss charges for an easy example."""
    return Exercise(
        Rational(1, 100),
        names={},
        wrong={
            "1/10": "That is the factor for γ = 1.",
            "81/100": "The power is of what was given to the wrong answer, not to the right one.",
            "100": "Less, not more.",
        },
    )


def margin() -> Exercise:
    """The slope of the logistic loss in a score with the label ±1."""
    z, t = reals("z t")
    return Exercise(
        partial(log(1 + exp(-t * z)), z),
        names={"z": z, "t": t},
        wrong={
            "t / (1 + exp(t z))": "If t = 1, a larger score must cost less: the sign.",
            "-1 / (1 + exp(t z))": "The inner derivative of -tz is -t.",
            "-t / (1 + exp(-t z))": "A score that is right by far should hardly be pulled.",
        },
    )


def expectile() -> Exercise:
    """The slope of squares that weigh the two signs differently."""
    q, y_hat, t = reals("q yhat t")
    low, high = Max(t - y_hat, 0), Max(y_hat - t, 0)
    return Exercise(
        2 * (1 - q) * high - 2 * q * low,
        given=(q > 0, q < 1),
        names={"q": q, "y_hat": y_hat, "t": t},
        wrong={
            "2 q max(t - y_hat, 0) + 2 (1 - q) max(y_hat - t, 0)":
                "A prediction that is too low must be pulled up: its slope is negative.",
            "(1 - q) - q": "That has no size: squares pull in proportion to the error.",
            "2 (1 - q) max(y_hat - t, 0)": "And if the prediction is too low?",
        },
    )


def surplus() -> Exercise:
    """The logit above the others to which label smoothing leads."""
    K, ε = sizes("K"), reals("epsilon", positive=True)
    return Exercise(
        log((1 - ε + ε / K) / (ε / K)),
        given=(ε < 1,),
        names={"K": K, "ε": ε},
        wrong={
            "log((1 - ε) / ε)": "The true class gets ε/K as well, and each other only ε/K.",
            "(1 - ε + ε/K) / (ε/K)": "That is the ratio of the probabilities.",
            "log(1 - ε + ε/K)": "Compare with the logit of another class.",
        },
    )


def newsvendor() -> Exercise:
    """Which quantile of the demand to bake."""
    c, r = reals("c r", positive=True)
    return Exercise(
        (r - c) / r,
        given=(r > c,),
        names={"c": c, "r": r},
        wrong={
            "c / r": "That is the level if too few were the costly mistake the other way round.",
            "(r - c) / c": "A level lies between 0 and 1: divide by the sum of both prices.",
            "1/2": "The median is for prices that are equal.",
        },
    )
