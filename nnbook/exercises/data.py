"""The graded exercises of *Data: what a network is given*."""

from nnbook.derive import Exercise, index, reals, sizes


def scaled() -> Exercise:
    """A feature, scaled to [-1, 1]."""
    x, a, b = reals("x a b")
    return Exercise(
        2 * (x - a) / (b - a) - 1,
        names={"x": x, "a": a, "b": b},
        wrong={
            "(x - a) / (b - a)": "That is the range from 0 to 1.",
            "2 (x - a) / (b - a)": "Where does the least value go?",
            "(x - (a + b) / 2) / (b - a)": "The middle is right. How wide is it?",
        },
    )


def channels() -> Exercise:
    """The place of a pixel after flattening."""
    C, H, W = sizes("C H W")
    c, h, w = index("c", C), index("h", H), index("w", W)
    return Exercise(
        ((c - 1) * H + (h - 1)) * W + w,
        names={"c": c, "h": h, "w": w, "C": C, "H": H, "W": W},
        wrong={
            "(c H + h) W + w": "Counted from 1, the first pixel is (1, 1, 1).",
            "(c - 1) W + (h - 1) W + w": "A channel before has H·W pixels.",
            "((h - 1) W + w - 1) C + c": "That order has the channels last.",
        },
    )


def divisor() -> Exercise:
    """The mean square of features that a library standardized with n - 1."""
    n = sizes("n")
    return Exercise(
        (n - 1) / n,
        names={"n": n},
        wrong={
            "1": "With its own divisor; the question has 1/n.",
            "n / (n - 1)": "Its deviation is larger, so its features are smaller.",
            "sqrt((n - 1) / n)": "That is the deviation. The mean square?",
        },
    )


def correlated() -> Exercise:
    """The condition number of two standardized features with a correlation."""
    ρ = reals("rho", positive=True)
    return Exercise(
        (1 + ρ) / (1 - ρ),
        names={"ρ": ρ},
        given=ρ < 1,
        wrong={
            "1 / (1 - ρ)": "That is one eigenvalue upside down. What is the other?",
            "(1 - ρ) / (1 + ρ)": "The largest curvature goes above.",
            "1 / (1 - ρ^2)": "The product of the eigenvalues is 1 - ρ². Which are they?",
        },
    )


def kept() -> Exercise:
    """The share of the variance in the first of equally correlated features."""
    m, ρ = sizes("m"), reals("rho", positive=True)
    return Exercise(
        (1 + (m - 1) * ρ) / m,
        names={"m": m, "ρ": ρ},
        given=ρ < 1,
        wrong={
            "1 + (m - 1) ρ": "That is the variance. The share of the whole, which is m?",
            "ρ": "Right for very many features. Try the mean of all features as a component.",
            "(1 + m ρ) / m": "Each feature has m - 1 others.",
        },
    )
