"""The graded exercises of *Vanishing and exploding gradients*."""

from sympy import Function, Integer, Rational, log, sqrt

from nnbook.derive import Exercise, as_written, define, derivative, partial, reals


def per_layer() -> Exercise:
    """The factor of a layer, if thirty of them make a thousandth."""
    return Exercise(
        Rational(1, 1000) ** Rational(1, 30),
        names={},
        wrong={
            "1/30000": "Factors multiply; they do not add.",
            "1000^(1/30)": "The signal falls.",
            "1/1000": "That is what all thirty of them make together.",
        },
    )


def residual_chain() -> Exercise:
    """The derivative through two neurons with shortcuts."""
    x, w1, w2, u = reals("x w_1 w_2 u")
    φ = Function("varphi")
    dφ = derivative(φ(u), u).func
    with as_written():
        y1 = define("y_1", x + w1 * φ(x))
        y2 = define("y_2", y1 + w2 * φ(y1))
    return Exercise(
        partial(y2, x),
        names={"φ": φ, "dφ": dφ, "x": x, "y_1": y1, "w_1": w1, "w_2": w2},
        wrong={
            "w_2 * dφ(y_1) * w_1 * dφ(x)": "That is the chain without its shortcuts.",
            "1 + w_2 * dφ(y_1) * w_1 * dφ(x)": "There are four paths from x to y_2, not two.",
            "(1 + w_1 * dφ(x)) * (1 + w_2 * dφ(x))": "Where is the upper slope taken?",
        },
    )


def layers_left() -> Exercise:
    """How many quarters make a thousandth."""
    return Exercise(
        log(Integer(1000)) / log(Integer(4)),
        names={},
        wrong={
            "log(1000)/4": "Take logarithms on both sides of (1/4)^m = 1/1000.",
            "250": "The factors multiply; they do not add.",
            "log(4)/log(1000)": "That is the reciprocal.",
        },
    )


def leaky_slope() -> Exercise:
    """The root mean square of the slopes of a leaky ReLU."""
    α = reals("alpha", positive=True)
    return Exercise(
        sqrt((1 + α**2) / 2),
        names={"α": α},
        wrong={
            "(1 + α) / 2": "That is the mean. Square first, take the root last.",
            "sqrt(1 + α^2)": "Half of the slopes are 1 and half are α: a mean, not a sum.",
            "(1 + α^2) / 2": "That is the mean square; its root is asked for.",
        },
    )
