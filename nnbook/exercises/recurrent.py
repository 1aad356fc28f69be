"""The graded exercises of *Recurrent networks*."""

from sympy import Integer, log, tanh

from nnbook.derive import Exercise, as_written, define, partial, reals, sizes


def parameters() -> Exercise:
    """How many parameters an LSTM has."""
    m, n = sizes("m n")
    return Exercise(
        4 * (m * n + n**2 + n),
        names={"m": m, "n": n},
        wrong={
            "m*n + n^2 + n": "That is a simple recurrent network. How many such layers has an LSTM?",
            "4*(m*n + n)": "The state is read too.",
            "4*(m*n + n^2)": "There are biases.",
            "3*(m*n + n^2 + n)": "Three gates, and what is let in.",
        },
    )


def weight_in_two_places() -> Exercise:
    """The derivative of the second state with respect to the recurrent weight."""
    w, u, h0, x1, x2 = reals("w u h_0 x_1 x_2")
    with as_written():
        h1 = define("h_1", tanh(w * x1 + u * h0))
        h2 = define("h_2", tanh(w * x2 + u * h1))
    return Exercise(
        partial(h2, u),
        names={"h_0": h0, "h_1": h1, "h_2": h2, "u": u},
        wrong={
            "(1 - h_2^2) * h_1": "The weight was used in the first step as well.",
            "(1 - h_2^2) * (h_1 + (1 - h_1^2) * h_0)":
                "By which factor does the first step act on the second?",
            "h_1 + u * h_0": "The tanh has a slope at each step.",
        },
    )


def half_life() -> Exercise:
    """After how many steps half of a memory is left."""
    f = reals("f", positive=True)
    return Exercise(
        -log(Integer(2)) / log(f),
        given=f < 1,
        names={"f": f},
        wrong={
            "1/(2*(1 - f))": "Factors multiply: solve f^T = 1/2.",
            "log(f)/log(1/2)": "That is the reciprocal.",
            "log(2)/log(f)": "This is negative; look at the sign.",
        },
    )


def open_gate() -> Exercise:
    """The bias at which a gate keeps the share p."""
    p = reals("p", positive=True)
    return Exercise(
        log(p / (1 - p)),
        given=p < 1,
        names={"p": p},
        wrong={
            "1/(1 + exp(-p))": "That is the share for the bias p; it is to be inverted.",
            "log(p)": "Solve p = 1/(1 + exp(-b)) for b.",
            "log((1 - p)/p)": "A large share needs a positive bias.",
        },
    )


def gru_step() -> Exercise:
    """The derivative of a step with a fixed gate, through the candidate as well."""
    z, q, v, h = reals("z q v h")
    return Exercise(
        partial((1 - z) * tanh(q + v * h) + z * h, h),
        names={"z": z, "q": q, "v": v, "h": h},
        wrong={
            "z": "The candidate depends on the state too.",
            "z + (1 - z) * v": "The candidate has a tanh around it.",
            "(1 - z) * (1 - tanh(q + v*h)^2) * v": "And the part of the state that is kept?",
        },
    )


def coin() -> Exercise:
    """The perplexity of a text of independent letters."""
    p = reals("p", positive=True)
    return Exercise(
        p**-p * (1 - p) ** (p - 1),
        given=p < 1,
        names={"p": p},
        wrong={
            "-p*log(p) - (1 - p)*log(1 - p)": "That is the mean loss; the perplexity is its "
            "exponential.",
            "1/p": "That is right for the one letter; take the mean of the logarithms of both.",
            "2": "Only for p = 1/2.",
        },
    )
