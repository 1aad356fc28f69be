"""The graded exercises of *How fast is NumPy?*"""

from nnbook.derive import Exercise, reals, sizes


def two_passes() -> Exercise:
    """The intensity of a x + y in two passes."""
    s = reals("s", positive=True)
    return Exercise(
        1 / (5 * s),
        names={"s": s},
        wrong={
            "1 / (3 s)": "That is for one pass. The second reads two arrays and writes one.",
            "2 / (5 s)": "Each entry is multiplied once; the sum is not another multiplication.",
            "1 / (4 s)": "One pass reads x and writes a·x; what does the other read and write?",
            "1 / 5": "A number has s bytes.",
        },
    )


def square_layer() -> Exercise:
    """The intensity of a dense layer with as many outputs as inputs."""
    n, d = sizes("n d")
    s = reals("s", positive=True)
    return Exercise(
        n * d / (s * (2 * n + d)),
        names={"n": n, "d": d, "s": s},
        wrong={
            "s (1/n + 2/d)": "Those are the bytes of a multiplication: upside down.",
            "n d / (s (n + 2 d))": "X and Y have n d numbers each, W has d².",
            "d / (3 s)": "That is for n = d.",
            "n d / (s (n + d))": "Y is moved too.",
        },
    )


def ridge_batch() -> Exercise:
    """The batch at which a square layer reaches the ridge."""
    d = sizes("d")
    s, I = reals("s I", positive=True)
    return Exercise(
        s * I * d / (d - 2 * s * I),
        given=(d > 2 * s * I,),
        names={"d": d, "s": s, "I": I},
        wrong={
            "s I": "That is the limit for a layer of any width. Here 2/d counts as well.",
            "s I d / (d + 2 s I)": "Solve 1/n = 1/(s I) - 2/d: mind the sign.",
            "s I d / (d - s I)": "There are two sizes d in the sum of reciprocals.",
            "1/(s I) - 2/d": "That is 1/n.",
        },
    )


def half_way() -> Exercise:
    """The number of threads that bring half of the largest speed-up."""
    p = reals("p", positive=True)
    return Exercise(
        p / (1 - p),
        given=(p < 1,),
        names={"p": p},
        wrong={
            "1 / (1 - p)": "That is the largest speed-up itself.",
            "p / (2 (1 - p))": "The time must be twice the least one, 2 (1 - p).",
            "2 p / (1 - p)": "The shared part, p/q, must be as long as the rest, 1 - p.",
            "(1 - p) / p": "Upside down.",
        },
    )


def second_thread() -> Exercise:
    """The time from which on a second thread pays."""
    p, d = reals("p d", positive=True)
    return Exercise(
        2 * d / p,
        given=(p <= 1,),
        names={"p": p, "d": d},
        wrong={
            "d / p": "Two threads spare half of the shared part, not all of it.",
            "d / (1 - p)": "What is spared is a part of p T.",
            "2 d / (1 - p)": "The rest, (1 - p) T, takes as long as before.",
            "d p / 2": "Solve p T / 2 = d for T.",
        },
    )


def stride() -> Exercise:
    """How much larger the columns are than the picture, with a stride."""
    k, m, s = sizes("k m s")
    return Exercise(
        k**2 * m**2 / (s * (m - 1) + k) ** 2,
        names={"k": k, "m": m, "s": s},
        wrong={
            "k^2": "That is for a stride of 1 and many windows. How large is the picture?",
            "k^2 / s^2": "Nearly, for many windows. How many pixels are there along a side?",
            "k^2 m^2 / (s m + k)^2": "Between m windows there are m - 1 steps.",
            "k^2 m^2 / (s (m - 1) + k)": "The picture has two sides.",
        },
    )


def training_step() -> Exercise:
    """The multiplications of a convolution in a step of training."""
    k, C, m = sizes("k C m")
    return Exercise(
        3 * k**2 * C**2 * m,
        names={"k": k, "C": C, "m": m},
        wrong={
            "k^2 C^2 m": "That is forward. Backward there are two products more.",
            "2 k^2 C^2 m": "Forward, kernels and inputs: three products.",
            "3 k^2 C m": "Each output channel reads every input channel.",
            "3 k C^2 m": "A window has k² places.",
        },
    )
