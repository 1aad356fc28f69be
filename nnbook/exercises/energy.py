"""The graded exercises of *Energy models*."""

from sympy import cosh, exp, log

from nnbook.derive import Exercise, partial, reals


def three_states() -> Exercise:
    """The free energy of three evenly spaced states."""
    c = reals("c")
    return Exercise(
        -log(1 + exp(-c) + exp(-2 * c)),
        names={"c": c},
        wrong={
            "log(1 + exp(-c) + exp(-2 c))": "That is log Z. The free energy is its negative.",
            "3 c": "That is the sum of the energies. What is summed is exp(-E).",
            "-log(1 + exp(c) + exp(2 c))": "A high energy makes a state unlikely: exp(-E).",
        },
    )


def one_unit() -> Exercise:
    """The expected energy of a unit with a bias."""
    a = reals("a")
    return Exercise(
        -a / (1 + exp(-a)),
        names={"a": a},
        wrong={
            "1 / (1 + exp(-a))": "That is the probability of a 1. What energy does it have?",
            "a / (1 + exp(-a))": "The energy of a 1 is -a.",
            "-log(1 + exp(a))": "That is the free energy. The expected energy is higher.",
        },
    )


def signs() -> Exercise:
    """A hidden unit whose values are -1 and 1."""
    z = reals("z")
    return Exercise(
        1 / (1 + exp(-2 * z)),
        names={"z": z},
        wrong={
            "1 / (1 + exp(-z))": "The two energies now differ by 2z.",
            "(exp(z) - exp(-z)) / (exp(z) + exp(-z))": "That is the mean of the unit.",
            "1 / (1 + exp(2 z))": "That is the probability of -1.",
        },
    )


def free_signs() -> Exercise:
    """What a hidden unit of -1 or 1 adds to the free energy."""
    z = reals("z")
    return Exercise(
        -log(2 * cosh(z)),
        names={"z": z},
        wrong={
            "-log(1 + exp(z))": "The two values are -1 and 1: which two terms does the sum have?",
            "log(exp(z) + exp(-z))": "The free energy is the negative logarithm.",
            "-log(1 + exp(2 z))": "You took out a factor exp(-z) of the sum. Where is it?",
        },
    )


def one_pixel() -> Exercise:
    """The marginal of the visible unit in the smallest machine."""
    w, a, b = reals("w a b")
    return Exercise(
        exp(a) * (1 + exp(b + w)) / (1 + exp(b) + exp(a) * (1 + exp(b + w))),
        names={"w": w, "a": a, "b": b},
        wrong={
            "1 / (1 + exp(-a))": "That is for w = 0. The hidden unit has a say.",
            "1 / (1 + exp(-a - w))": "That is the conditional for a hidden unit that is on.",
            "exp(a) (1 + exp(b + w)) / (1 + exp(a) (1 + exp(b + w)))":
                "The weight of v = 0 is 1 + exp(b): the hidden unit may be on there too.",
        },
    )


def no_weight() -> Exercise:
    """The gradient of the log-likelihood with respect to a bias, without a weight."""
    a, c = reals("a c")
    return Exercise(
        partial(c * a - log(1 + exp(a)), a),
        names={"a": a, "c": c},
        wrong={
            "1 / (1 + exp(-a)) - c": "That is the gradient of the loss, the other sign.",
            "c": "That is the data's part alone.",
            "c - a": "What does the machine expect of v? A probability, not the bias.",
        },
    )
