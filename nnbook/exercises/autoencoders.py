"""The graded exercises of *Autoencoders*."""

from sympy import log, tanh

from nnbook.derive import Exercise, partial, reals, sizes


def one_number() -> Exercise:
    """The slope of the loss of an encoder and a decoder of one number each."""
    u, w = reals("u w")
    v = reals("v", positive=True)
    return Exercise(
        partial(v * (u * w - 1) ** 2, u),
        names={"u": u, "w": w, "v": v},
        wrong={
            "2 v (u w - 1)": "The chain rule: the inner derivative is w.",
            "2 v u (u w - 1)": "That is the derivative with respect to w.",
            "v w (u w - 1)": "The square brings down a 2.",
        },
    )


def left_out() -> Exercise:
    """The variance that one component leaves of features that are all correlated alike."""
    m, rho = sizes("m"), reals("rho", positive=True)
    return Exercise(
        (m - 1) * (1 - rho),
        names={"m": m, "ρ": rho},
        wrong={
            "1 + (m - 1) ρ": "That is the largest eigenvalue: the variance that is kept.",
            "1 - ρ": "That is one of the other eigenvalues. How many are there?",
            "m (1 - ρ)": "One of the m components is kept.",
        },
    )


def parameters() -> Exercise:
    """The number of parameters of an autoencoder with two hidden layers."""
    m, H, d = sizes("m H d")
    return Exercise(
        2 * m * H + 2 * H * d + 2 * H + d + m,
        names={"m": m, "H": H, "d": d},
        wrong={
            "2 m H + 2 H d": "Each of the four layers has biases too.",
            "2 m H + 2 H d + 2 H + 2 d": "The last layer has as many biases as there are features.",
            "m H + H d + H + d": "That is the encoder alone.",
        },
    )


def unequal() -> Exercise:
    """The best denoiser of two examples that are not equally frequent."""
    y = reals("y")
    s, q = reals("s q", positive=True)
    return Exercise(
        tanh(y / s**2 + log(q / (1 - q)) / 2),
        given=(q < 1,),
        names={"y": y, "s": s, "q": q},
        wrong={
            "tanh(y / s^2)": "That is for q = 1/2. Weight each example with how frequent it is.",
            "tanh(y / s^2 + log(q / (1 - q)))": "tanh(u) compares exp(u) with exp(-u).",
            "2 q - 1": "That is the mean of the examples, before y is seen.",
        },
    )


def gaussian() -> Exercise:
    """The best denoiser of a Gaussian example."""
    y = reals("y")
    lam, s = reals("lamda s", positive=True)
    return Exercise(
        lam * y / (lam + s**2),
        names={"y": y, "λ": lam, "s": s},
        wrong={
            "-s^2 y / (λ + s^2)": "That is the step. Add it to where it starts.",
            "y": "The slope of log p(y) is not zero.",
            "s^2 y / (λ + s^2)": "That is what is taken off y.",
        },
    )


def merged() -> Exercise:
    """By how much the loss of k-means rises when two clusters become one."""
    (a, b), D = sizes("a b"), reals("D", positive=True)
    return Exercise(
        a * b * D**2 / (a + b),
        names={"a": a, "b": b, "D": D},
        wrong={
            "(a + b) D^2": "The centres do not move by D: the common mean lies between them.",
            "(a + b) D^2 / 4": "The common mean is half-way only if a = b.",
            "a b D^2": "Divide: the means move by b D/(a + b) and a D/(a + b).",
        },
    )
