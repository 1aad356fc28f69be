"""The graded exercises of *Is the gradient right?*"""

from sympy import Rational, sqrt

from nnbook.derive import Exercise, derivative, reals


def _forward():
    """Symbols of the error of the forward difference: ε, F, M."""
    return reals("varepsilon F M", positive=True)


def forward_step() -> Exercise:
    """The step at which the error of the forward difference is smallest."""
    ε, F, M = _forward()
    return Exercise(
        2 * sqrt(ε * F / M),
        names={"ε": ε, "F": F, "M": M},
        wrong={
            "sqrt(ε * F / M)": "Both values are rounded, which makes the numerator 2εF.",
            "(3 * ε * F / M)^(1/3)": "That is the step of the central difference.",
            "4 * ε * F / M": "That is the square of the step.",
        },
    )


def forward_best() -> Exercise:
    """The error of the forward difference at its best step."""
    ε, F, M = _forward()
    return Exercise(
        2 * sqrt(ε * F * M),
        names={"ε": ε, "F": F, "M": M},
        wrong={
            "sqrt(ε * F * M)": "That is one of the two parts; at the best step they are equal.",
            "2 * sqrt(ε * F / M)": "That is the step. Put it into R.",
            "2 * ε * F * M": "Put the step, a root, into both parts of R.",
        },
    )


def second_difference() -> Exercise:
    """What the second difference quotient of a quartic gets wrong."""
    x, h = reals("x"), reals("h", nonzero=True)
    c = reals("c_0 c_1 c_2 c_3 c_4")

    def f(x):
        return sum(factor * x**power for power, factor in enumerate(c))

    return Exercise(
        (f(x + h) - 2 * f(x) + f(x - h)) / h**2 - derivative(derivative(f(x), x), x),
        names={"x": x, "h": h, **{f"c_{power}": factor for power, factor in enumerate(c)}},
        wrong={
            "c_4 * h^2": "The fourth powers of h come from f(x + h) and from f(x - h).",
            "2 * c_4 * h^4": "The numerator is divided by h^2.",
            "c_3 * h + 2 * c_4 * h^2": "Odd powers of h cancel.",
        },
    )


def two_steps() -> Exercise:
    """The weight that removes the error in h^2 from two central differences."""
    return Exercise(
        Rational(4, 3),
        names={},
        wrong={
            "1/3": "Then the larger error, with 4h^2, would have the larger weight.",
            "4/5": "The weights are α and 1 - α, and the errors must cancel: α + 4 (1 - α) = 0.",
            "-1/3": "That is 1 - α.",
        },
    )
