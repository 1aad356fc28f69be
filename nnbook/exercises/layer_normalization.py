"""The graded exercises of *Layer normalization and residual networks*."""

from sympy import sqrt

from nnbook.derive import Exercise, define, index, partial, reals, sizes, sum_over, tensor


def rms() -> Exercise:
    """The cotangent of the input of RMS normalization."""
    n, m = sizes("n m")
    (i, p), (j, q, f) = index("i p", n), index("j q f", m)
    x, y_bar, γ = tensor("x", n, m), tensor(r"\bar{y}", n, m), tensor("gamma", m)
    ε = reals("varepsilon", positive=True)
    r = define("r", p, 1 / sqrt((1 / m) * sum_over(x[p, f] ** 2, f) + ε))
    x_hat = define("xhat", p, q, x[p, q] * r[p])
    return Exercise(
        partial(sum_over(y_bar[i, j] * γ[j] * x_hat[i, j], j, i), x[p, q]),
        names={"r": r, "x_hat": x_hat, "γ": γ, "y_bar": y_bar,
               "p": p, "q": q, "f": f, "m": m},
        wrong={
            "r[p] (γ[q] y_bar[p, q] - sum(γ[f] y_bar[p, f], f) / m"
            " - x_hat[p, q] sum(γ[f] y_bar[p, f] x_hat[p, f], f) / m)":
                "No mean is subtracted here.",
            "r[p] γ[q] y_bar[p, q]": "The root depends on the input, too.",
            "r[p] γ[q] (y_bar[p, q] - x_hat[p, q] sum(y_bar[p, f] x_hat[p, f], f) / m)":
                "γ differs from feature to feature: it stays inside the sum.",
        },
    )


def rms_length() -> Exercise:
    """The squared length of an RMS-normalized example."""
    m = sizes("m")
    q, ε = reals("q varepsilon", positive=True)
    return Exercise(
        m * q / (q + ε),
        names={"m": m, "q": q, "ε": ε},
        wrong={
            "m": "That is for ε = 0.",
            "q / (q + ε)": "That is the mean of the squares; the length is about their sum.",
            "m q / sqrt(q + ε)": "Squares are divided by the square of the root.",
            "m (q + ε) / q": "Upside down: ε makes it shorter.",
        },
    )


def blocks() -> Exercise:
    """The mean square behind L residual blocks whose branches are multiplied by s."""
    L = sizes("L")
    q, s = reals("q s", positive=True)
    return Exercise(
        q * (1 + s**2) ** L,
        names={"L": L, "q": q, "s": s},
        wrong={
            "2^L q": "That is for s = 1.",
            "q (1 + s)^L": "A factor s multiplies the mean square by s².",
            "q (1 + L s^2)": "Each branch reads the sum so far, not the first input.",
            "q (1 + s^2)": "That is a single block.",
        },
    )


def branch_share() -> Exercise:
    """The share of the mean square that the branch of block l adds with pre-normalization."""
    l = sizes("l")
    q = reals("q", positive=True)
    return Exercise(
        1 / (q + l),
        names={"l": l, "q": q},
        wrong={
            "1 / (q + l - 1)": "That is the branch over what comes in; asked is over the sum.",
            "1 / l": "The first value has the mean square q.",
            "1/2": "That is without normalization, where a branch is as large as what it reads.",
            "(q + l - 1) / (q + l)": "That is what the way past the branch carries.",
        },
    )
