"""The graded exercises of *Data*."""

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


def threshold() -> Exercise:
    """The probability from which on an alarm pays."""
    c = reals("c", positive=True)
    return Exercise(
        1 / (1 + c),
        names={"c": c},
        wrong={
            "1/2": "That is right if both errors cost the same.",
            "1/c": "Compare the expected costs of alarm and of silence; both have a probability.",
            "c / (1 + c)": "The other way round: a costly oversight lowers the threshold.",
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
