"""The graded exercises of *Normalization*."""

from sympy import sqrt

from nnbook.derive import Exercise, define, index, partial, reals, sizes, sum_over, tensor


def two() -> Exercise:
    """The normalized values of a batch of two."""
    x1, x2 = reals("x_1 x_2")
    ε = reals("varepsilon", positive=True)
    return Exercise(
        (x1 - x2) / sqrt((x1 - x2) ** 2 + 4 * ε),
        names={"x_1": x1, "x_2": x2, "ε": ε},
        wrong={
            "(x_1 - x_2) / sqrt((x_1 - x_2)^2 + ε)":
                "The deviation from the mean is half the distance. What happens to ε when you "
                "double above and below?",
            "(x_1 - x_2) / sqrt((x_1 - x_2)^2 / 4 + ε)": "The mean lies halfway between them.",
            "(x_1 - x_2) / sqrt(2 (x_1 - x_2)^2 + 4 ε)":
                "That is the variance with n − 1; here it is the biased one.",
            "(x_2 - x_1) / sqrt((x_1 - x_2)^2 + 4 ε)": "That is the second one.",
        },
    )


def folded() -> Exercise:
    """The bias of a dense unit and its batch normalization in use, as one unit."""
    b, γ, β, M = reals("b gamma beta M")
    V, ε = reals("V varepsilon", positive=True)
    return Exercise(
        γ * (b - M) / sqrt(V + ε) + β,
        names={"b": b, "γ": γ, "β": β, "M": M, "V": V, "ε": ε},
        wrong={
            "β - γ M / sqrt(V + ε)": "In use the mean is a constant, and the bias does count.",
            "γ (b + M) / sqrt(V + ε) + β": "The mean is subtracted.",
            "γ b / sqrt(V + ε) + β": "Where has the mean gone?",
            "b + β - γ M / sqrt(V + ε)": "The bias is normalized, too.",
        },
    )


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
