"""The graded exercises of *Diffusion models*."""

from sympy import log, sqrt, tanh

from nnbook.derive import Exercise, reals


def half_life() -> Exercise:
    """How many equal steps it takes until noise and picture are equally strong."""
    a = reals("a", positive=True)
    return Exercise(
        -log(2) / log(a),
        given=(a < 1,),
        names={"a": a},
        wrong={
            "log(2) / log(a)": "The logarithm of a is negative. So would be your number of steps.",
            "1 / (2 log(a))": "Take the logarithm of both sides, of one half too.",
            "-log(2) / (2 log(a))": "That is for the root: the share of the variance is asked.",
        },
    )


def without_shrinking() -> Exercise:
    """The mean of the step before, if steps add noise and shrink nothing."""
    x, x0 = reals("x x_0")
    t = reals("t", positive=True)
    return Exercise(
        ((t - 1) * x + x0) / t,
        given=(t > 1,),
        names={"x": x, "x0": x0, "t": t},
        wrong={
            "((t - 1) x0 + x) / t": "The last step is a small one: the answer is closer to x.",
            "(x + x0) / 2": "The two sides do not have the same variance.",
            "x - x0 / t": "For x = x0 the answer must be x0.",
        },
    )


def picture_of_gaussian() -> Exercise:
    """The best guess of the picture if pixels are normal."""
    x, mu = reals("x mu")
    lam, a = reals("lamda a", positive=True)
    return Exercise(
        mu + lam * sqrt(a) * (x - sqrt(a) * mu) / (a * lam + 1 - a),
        given=(a < 1,),
        names={"x": x, "μ": mu, "λ": lam, "a": a},
        wrong={
            "λ sqrt(a) x / (a λ + 1 - a)": "That is for the mean 0.",
            "x / sqrt(a)": "That would take all of what is seen for picture, and none for noise.",
            "μ + sqrt(1 - a) (x - sqrt(a) μ) / (a λ + 1 - a)": (
                "The second term is the best guess of the noise."
            ),
        },
    )


def velocity_to_picture() -> Exercise:
    """The picture from what is seen and the velocity."""
    x, v = reals("x v")
    a = reals("a", positive=True)
    return Exercise(
        sqrt(a) * x - sqrt(1 - a) * v,
        given=(a < 1,),
        names={"x": x, "v": v, "a": a},
        wrong={
            "sqrt(1 - a) x + sqrt(a) v": "That is the noise.",
            "(x - sqrt(1 - a) v) / sqrt(a)": "That treats the velocity as if it were the noise.",
            "sqrt(a) x + sqrt(1 - a) v": "A sign: put x and v in terms of picture and noise.",
        },
    )


def unequal_pair() -> Exercise:
    """The best guess of the picture for two examples that are not equally frequent."""
    x = reals("x")
    a, q = reals("a q", positive=True)
    return Exercise(
        tanh(sqrt(a) * x / (1 - a) + log(q / (1 - q)) / 2),
        given=(a < 1, q < 1),
        names={"x": x, "a": a, "q": q},
        wrong={
            "tanh(sqrt(a) x / (1 - a))": "That is for q = 1/2. Which is more frequent?",
            "tanh(sqrt(a) x / (1 - a) + log(q / (1 - q)))": "tanh(u) compares exp(u) with exp(-u).",
            "(2 q - 1) tanh(sqrt(a) x / (1 - a))": "Frequencies weight the two exponentials.",
        },
    )


def one_leap() -> Exercise:
    """The variance of samples of a normal pixel that DDIM makes in a single step."""
    lam, a = reals("lamda a", positive=True)
    return Exercise(
        a * lam**2 / (a * lam + 1 - a) ** 2,
        given=(a < 1,),
        names={"λ": lam, "a": a},
        wrong={
            "λ": "That would be right. A single step does not get there.",
            "sqrt(a) λ / (a λ + 1 - a)": "That is the factor. What does it do to a variance?",
            "a λ^2 / (a λ + 1 - a)": "That is for x with the variance of the forward process.",
        },
    )
