"""The graded exercises of *Networks for images*."""

from nnbook.derive import Exercise, reals, sizes


def bottleneck() -> Exercise:
    """The weights of a bottleneck block."""
    C, D = sizes("C D")
    return Exercise(
        2 * C * D + 9 * D**2,
        names={"C": C, "D": D},
        wrong={
            "9 C D + 9 D^2 + 9 C D": "A window of 1 × 1 has one weight a channel, not nine.",
            "2 C D + 9 D": "The middle layer has a window in every channel for every channel.",
            "C D + 9 D^2": "The way back to C channels is missing.",
        },
    )


def blocks_see() -> Exercise:
    """The receptive field behind blocks of two convolutions and a pooling."""
    n = sizes("B")
    return Exercise(
        1 + 5 * (2**n - 1),
        names={"B": n},
        wrong={
            "1 + 5 B": "Each pooling doubles the step of all layers above it.",
            "1 + 4 (2^B - 1)": "The pooling itself sees a pixel more, too.",
            "5 (2^B - 1)": "A single pixel sees itself: begin with 1.",
        },
    )


def pyramid() -> Exercise:
    """The weights of blocks whose channels double."""
    C, n = sizes("C B")
    return Exercise(
        24 * C**2 * (4**n - 1),
        names={"C": C, "B": n},
        wrong={
            "18 * 4^B C^2": "That is the last block alone.",
            "36 C (2^B - 1)": "The weights go with the square of the channels.",
            "6 C^2 (4^B - 1)": "The first block has 2C channels, not C.",
        },
    )


def mean_path() -> Exercise:
    """The mean number of branches on a path."""
    n = sizes("B")
    a = reals("a", positive=True)
    return Exercise(
        n * a / (1 + a),
        names={"a": a, "B": n},
        wrong={
            "B a": "The shares add up to 1: divide by the sum of all terms.",
            "B / 2": "That is so for a = 1 alone.",
            "B a (1 + a)^(B - 1)": "That is the sum of the numbers times the terms; "
            "divide it by the sum of the terms.",
        },
    )


def local() -> Exercise:
    """The parameters of a locally connected layer."""
    C_in, C_out, k, H, W = sizes("C_in C_out k H Omega")
    return Exercise(
        H * W * C_out * (k**2 * C_in + 1),
        names={"C_in": C_in, "C_out": C_out, "k": k, "H": H, "Ω": W},
        wrong={
            "C_out (k^2 C_in + 1)": "That is the convolution, which shares its weights.",
            "H Ω C_out k^2 C_in": "The biases are missing.",
            "H Ω C_out (k C_in + 1)": "The window has k rows and k columns.",
        },
    )
