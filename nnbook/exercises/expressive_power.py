"""The graded exercises of *What networks can represent*."""

from sympy import Max

from nnbook.derive import Exercise, reals, sizes


def clipped() -> Exercise:
    """A line that is clipped at both ends, of ReLUs."""
    s = reals("s")
    return Exercise(
        Max(0, s) - Max(0, s - 1),
        names={"s": s},
        wrong={
            "max(0, s)": "It must stop rising at $s = 1$: add a unit that bends it back.",
            "max(0, s) - 2 max(0, s - 1)":
                "That is a tent: after the top it falls. How much must the slope "
                "change at 1?",
            "max(0, s - 1)": "Where does the function begin to rise?",
        },
    )


def bump() -> Exercise:
    """A table with two slopes, of ReLUs."""
    s = reals("s")
    return Exercise(
        Max(0, s) - Max(0, s - 1) - Max(0, s - 2) + Max(0, s - 3),
        names={"s": s},
        wrong={
            "max(0, s) - max(0, s - 1)": "That rises and stays up. It must come down after 2.",
            "max(0, s) - max(0, s - 2)": "That goes on rising up to 2. Where must it stop rising?",
            "max(0, s) - 2 max(0, s - 1) + max(0, s - 3)":
                "From 1 to 2 the function stays where it is: the slope there is 0.",
        },
    )


def chord() -> Exercise:
    """The largest error of a chord, where the second derivative is a number."""
    a, b, c = reals("a b c")
    return Exercise(
        c * (b - a) ** 2 / 8,
        names={"a": a, "b": b, "c": c},
        wrong={
            "c (b - a)^2 / 4": r"For $x^2$ it is a quarter, and $x^2$ has the second derivative 2.",
            "c (b - a) / 8": "Half the distance makes a quarter of the error.",
            "c (b - a)^2 / 2": "That is what the curve gains over a tangent, at its far end.",
        },
    )


def narrow() -> Exercise:
    """The parameters of a deep network of two units a layer."""
    layers = sizes("l")
    return Exercise(
        6 * layers + 1,
        names={"l": layers},
        wrong={
            "6 l": "For one hidden layer: two weights and two biases, then two weights and a bias.",
            "4 l + 1": "A layer between two hidden layers has four weights, and two biases.",
            "6 l + 7": "There are one fewer connections between hidden layers than hidden layers.",
        },
    )


def space() -> Exercise:
    """Regions that planes cut out of space."""
    n = sizes("n")
    return Exercise(
        1 + n + n * (n - 1) / 2 + n * (n - 1) * (n - 2) / 6,
        names={"n": n},
        wrong={
            "1 + n + n (n - 1) / 2": "That is the plane. Three planes cut space into 8 parts.",
            "2^n": "Right for up to three planes; the fourth does not meet all 8 regions.",
            "1 + n + n (n - 1) (n - 2) / 6":
                "Two planes make 4 parts. A new plane gains as many regions as the old ones cut "
                "out of it.",
        },
    )
