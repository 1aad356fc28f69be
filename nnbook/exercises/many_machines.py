"""The graded exercises of *Learning on many machines*."""

from sympy import sqrt

from nnbook.derive import Exercise, reals, sizes


def two_shards() -> Exercise:
    """The gradient of a batch in two shards."""
    a, b = sizes("a b")
    g, h = reals("g h")
    return Exercise(
        (a * g + b * h) / (a + b),
        names={"a": a, "b": b, "g": g, "h": h},
        wrong={
            "(g + h)/2": "That is right for equal shards only.",
            "g + h": "A mean gradient of the batch is a mean, not a sum.",
            "(a h + b g)/(a + b)": "Each shard counts by its own number of examples.",
        },
    )


def pooled_variance() -> Exercise:
    """The variance over two shards of equal size and equal variance."""
    u, w = reals("u w")
    v = reals("v", positive=True)
    return Exercise(
        v + (u - w) ** 2 / 4,
        names={"u": u, "w": w, "v": v},
        wrong={
            "v": "The means differ. What does that add?",
            "v + (u - w)^2": "How far is each mean from the mean of both?",
            "v + (u - w)^2/2": "Each mean is half of the difference away: square the half.",
        },
    )


def ring_bytes() -> Exercise:
    """What each machine sends in a ring all-reduce."""
    P, M = sizes("P M")
    return Exercise(
        8 * P * (M - 1) / M,
        names={"P": P, "M": M},
        wrong={
            "4 P (M - 1)/M": "The sums go round once, and then the results once more.",
            "8 P (M - 1)": "A chunk is one part in M of the parameters.",
            "2 P (M - 1)/M": "That is how many numbers; each has 4 bytes.",
        },
    )


def break_even() -> Exercise:
    """The batch from which on two machines are faster than one."""
    c, d = reals("c d", positive=True)
    return Exercise(
        2 * d / c,
        names={"c": c, "d": d},
        wrong={
            "d/c": "Two machines save only half of the work.",
            "4 d/c": "That is where two machines are the best number of all.",
            "c/(2 d)": "A larger cost of talking needs a larger batch.",
        },
    )


def uniform_wait() -> Exercise:
    """The mean of the largest of uniform times."""
    M = sizes("M")
    return Exercise(
        M / (M + 1),
        names={"M": M},
        wrong={
            "1/(M + 1)": "That is the mean of the smallest.",
            "1/2": "That is the mean time of one machine.",
            "1/M": "The more machines, the longer the wait.",
        },
    )


def delay_of_two() -> Exercise:
    """The largest stable rate with a delay of two."""
    λ = reals("lambda", positive=True)
    return Exercise(
        (sqrt(5) - 1) / (2 * λ),
        names={"λ": λ},
        wrong={
            "1/λ": "That is the bound for a delay of one.",
            "2/(3 λ)": "The bound is not quite 2 over the delay plus one.",
            "(sqrt(5) + 1)/(2 λ)": "The sine of 18 degrees is (sqrt(5) - 1)/4.",
        },
    )


def local_rest() -> Exercise:
    """Where two local steps on two parabolas come to rest."""
    λ, Λ, η = reals("lambda Lambda eta", positive=True)
    p, q = 1 - (1 - η * λ) ** 2, 1 - (1 - η * Λ) ** 2
    return Exercise(
        q / (p + q),
        names={"λ": λ, "Λ": Λ, "η": η},
        wrong={
            "Λ/(λ + Λ)": "That is the minimum of the average. After two steps the weights differ.",
            "1/2": "That is the limit of many steps.",
            "(1 - (1 - η λ)^2)/(2 - (1 - η λ)^2 - (1 - η Λ)^2)":
                "The minimum at 1 belongs to the other machine.",
        },
    )
