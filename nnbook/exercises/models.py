"""The graded exercises of *Models*."""

from sympy import exp, log

from nnbook.derive import Exercise, partial, reals


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


def restart() -> Exercise:
    """How much shorter the first step after a restart is."""
    γ = reals("gamma", positive=True)
    return Exercise(
        1 - γ,
        given=(γ < 1,),
        names={"γ": γ},
        wrong={
            "1 / (1 - γ)": "That is how much longer the old step was.",
            "γ": "In the long run u = γu + ηg. Solve it for u.",
            "1 + γ": "The old velocity is the longer one.",
        },
    )


def cooled() -> Exercise:
    """The slope of the loss of one logit with respect to its factor."""
    z, t = reals("z t")
    τ = reals("tau", positive=True)
    return Exercise(
        partial(log(1 + exp(τ * z)) - t * τ * z, τ),
        names={"z": z, "t": t, "τ": τ},
        wrong={
            "1 / (1 + exp(-τ z)) - t": "The chain rule: the inner derivative is z.",
            "(t - 1 / (1 + exp(-τ z))) z": "The sign is the other way round.",
            "(1 / (1 + exp(-τ z)) - t) τ": "That is the derivative by z.",
        },
    )
