"""The graded exercises of *Generative adversarial networks*."""

from sympy import sqrt

from nnbook.derive import Exercise, reals


def unequal() -> Exercise:
    """The best discriminator when real and made examples are not equally frequent."""
    p, q, c = reals("p q c", positive=True)
    return Exercise(
        c * p / (c * p + (1 - c) * q),
        given=(c < 1,),
        names={"p": p, "q": q, "c": c},
        wrong={
            "p / (p + q)": "That is for equal shares. Weight each probability with its share.",
            "(1 - c) q / (c p + (1 - c) q)": "That is the probability of a made example.",
            "c p + (1 - c) q": "That is how frequent the place is in the mixed pile. Divide by it.",
        },
    )


def two_normals() -> Exercise:
    """The best logit between two normal distributions of variance 1."""
    x, mu, theta = reals("x mu theta")
    return Exercise(
        (mu - theta) * (x - (mu + theta) / 2),
        names={"x": x, "μ": mu, "θ": theta},
        wrong={
            "(θ - μ) (x - (μ + θ) / 2)": "It must be positive on the side of the data.",
            "(μ - θ) x": "It must be zero half-way between the two means.",
            "(μ - θ) (x - (μ + θ))": "Half-way between the means is half of their sum.",
        },
    )


def least_squares() -> Exercise:
    """The least loss of a discriminator that is trained by squared errors, at one place."""
    p, q = reals("p q", positive=True)
    return Exercise(
        p * q / (p + q),
        names={"p": p, "q": q},
        wrong={
            "p / (p + q)": "That is the best answer. Put it into the loss.",
            "p q": "Divide by what the two probabilities add up to.",
            "p q^2 / (p + q)^2": "That is one of the two terms. Add the other.",
        },
    )


def smoothed() -> Exercise:
    """The best answer when the label of a real example is less than 1."""
    p, q, e = reals("p q epsilon", positive=True)
    return Exercise(
        (1 - e) * p / (p + q),
        given=(e < 1,),
        names={"p": p, "q": q, "ε": e},
        wrong={
            "p / (p + q)": "That is for the label 1.",
            "(1 - ε) p / ((1 - ε) p + q)": "The label is smaller, the examples are no rarer.",
            "p / (p + q) - ε": "The label counts only where the example is real.",
        },
    )


def no_sigmoid() -> Exercise:
    """The factor by which the squared distance grows in a Dirac GAN with a critic."""
    eta = reals("eta", positive=True)
    return Exercise(
        1 + eta**2,
        names={"η": eta},
        wrong={
            "1": "That is for infinitely small steps.",
            "1 + η^2 / 4": "That is with a sigmoid, whose value at 0 is one half.",
            "(1 + η)^2": "The step is at a right angle to the position.",
        },
    )


def straight_critic() -> Exercise:
    """The slope of the gradient penalty of a linear critic of two features."""
    u, w = reals("u w", positive=True)
    return Exercise(
        2 * (sqrt(u**2 + w**2) - 1) * u / sqrt(u**2 + w**2),
        names={"u": u, "w": w},
        wrong={
            "2 (sqrt(u^2 + w^2) - 1)": "The chain rule: the length has a slope too.",
            "2 (sqrt(u^2 + w^2) - 1) u": "The slope of the length is u divided by the length.",
            "2 (u - 1)": "That is for w = 0. What costs is the length of both together.",
        },
    )
