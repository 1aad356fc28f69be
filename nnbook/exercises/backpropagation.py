"""The graded exercises of *Backpropagation*."""

from sympy import Function, Integer, exp, log, sqrt

from nnbook.derive import (
    Exercise,
    as_written,
    define,
    derivative,
    index,
    partial,
    reals,
    sizes,
    sum_over,
    tensor,
)


def _activation():
    """An activation function and its slope, as functions without a formula."""
    u = reals("u")
    φ = Function("varphi")
    return φ, derivative(φ(u), u).func


def by_hand() -> Exercise:
    """One weight's derivative in the network with numbers, for the target 3."""
    return Exercise(
        Integer(2) * (2 * (2 - 3) * 1),  # input, slope of the loss, weight above
        names={},
        wrong={
            "4": "The output, 2, is now below the target: which sign has y - t?",
            "-2": "That is the neuron's cotangent. What stands at the lower end of the weight?",
            "-1": "That is y - t. The loss is its square, and the weight multiplies x_2.",
        },
    )


def scale_and_shift() -> Exercise:
    """The cotangent of the factors with which a normalization ends."""
    n, p = sizes("n p")
    i, (j, s) = index("i", n), index("j s", p)
    x, y_bar = tensor("x", n, p), tensor(r"\bar{y}", n, p)
    γ, β = tensor("gamma", p), tensor("beta", p)
    with as_written():
        y = define("y", i, j, γ[j] * x[i, j] + β[j])
    return Exercise(
        sum_over(sum_over(y_bar[i, j] * partial(y[i, j], γ[s]), j), i),
        names={"y_bar": y_bar, "x": x, "gamma": γ, "beta": β, "n": n, "p": p,
               "i": i, "j": j, "s": s},
        wrong={
            "y_bar[i, s] * x[i, s]": "Every row uses the same factor: what becomes of the rows?",
            "sum(y_bar[i, s], i)": "That is the cotangent of the shift.",
            "sum(y_bar[i, s] * gamma[s], i)": "The slope of a product is the other factor.",
        },
    )


def shortcut() -> Exercise:
    """The cotangent of the input of a residual layer."""
    n = sizes("n")
    i, j, r = index("i j r", n)
    x, b, y_bar = tensor("x", n), tensor("b", n), tensor(r"\bar{y}", n)
    W, (φ, dφ) = tensor("W", n, n), _activation()
    with as_written():
        z = define("z", j, sum_over(x[i] * W[i, j], i) + b[j])
        y = define("y", j, x[j] + φ(z[j]))
    return Exercise(
        sum_over(y_bar[j] * partial(y[j], x[r]), j),
        names={"y_bar": y_bar, "dφ": dφ, "z": z, "W": W, "x": x, "i": i, "j": j, "r": r},
        wrong={
            "sum(y_bar[j] * dφ(z[j]) * W[r, j], j)": "The shortcut sends a message too.",
            "y_bar[r] + sum(y_bar[j] * dφ(z[j]) * W[j, r], j)":
                "Which index of W is that of the input?",
            "y_bar[r] + dφ(z[r]) * sum(y_bar[j] * W[r, j], j)":
                "Each output has a slope of its own.",
        },
    )


def log_softmax() -> Exercise:
    """The vector–Jacobian product of the logarithm of the softmax."""
    K = sizes("K")
    k, m, q = index("k m q", K)
    z, y_bar = tensor("z", K), tensor(r"\bar{y}", K)
    with as_written():
        S = define("S", k, exp(z[k]) / sum_over(exp(z[q]), q))
    return Exercise(
        sum_over(y_bar[k] * partial(log(S[k]), z[m]), k),
        names={"y_bar": y_bar, "S": S, "z": z, "k": k, "m": m, "K": K},
        wrong={
            "y_bar[m] * (1 - S[m])": "That is the term k = m alone; z_m moves all outputs.",
            "S[m] * (y_bar[m] - sum(y_bar[k] * S[k], k))":
                "That is the VJP of S, without the logarithm.",
            "y_bar[m] - S[m]": "Right if all bars add up to 1, which nobody said.",
        },
    )


def tied() -> Exercise:
    """The cotangent of a matrix that is used twice, once transposed."""
    p, q = sizes("p q")
    i, k, r = index("i k r", p)
    j, s = index("j s", q)
    x, y_bar, W = tensor("x", p), tensor(r"\bar{y}", p), tensor("W", p, q)
    with as_written():
        a = define("a", j, sum_over(x[i] * W[i, j], i))
        y = define("y", k, sum_over(a[j] * W[k, j], j))
    return Exercise(
        sum_over(y_bar[k] * partial(y[k], W[r, s]), k),
        names={"x": x, "y_bar": y_bar, "W": W, "a": a,
               "i": i, "k": k, "r": r, "j": j, "s": s},
        wrong={
            "y_bar[r] * a[s]": "That is the upper use of W alone.",
            "x[r] * sum(y_bar[k] * W[k, s], k)": "That is the lower use of W alone.",
            "x[r] * sum(y_bar[k] * W[k, s], k) * y_bar[r] * a[s]":
                "Messages of two children add.",
        },
    )


def scores() -> Exercise:
    """The cotangent of the keys of attention."""
    n, m, d = sizes("n m d")
    i, (j, r), (c, e) = index("i", n), index("j r", m), index("c e", d)
    q, k, s_bar = tensor("q", n, d), tensor("k", m, d), tensor(r"\bar{s}", n, m)
    with as_written():
        s = define("s", i, j, 1 / sqrt(d) * sum_over(q[i, e] * k[j, e], e))
    return Exercise(
        sum_over(sum_over(s_bar[i, j] * partial(s[i, j], k[r, c]), j), i),
        names={"s_bar": s_bar, "q": q, "k": k, "n": n, "m": m, "d": d,
               "i": i, "j": j, "r": r, "c": c},
        wrong={
            "sum(s_bar[i, r] * q[i, c], i)": "The scores are divided by the root of d.",
            "sum(s_bar[i, r] * k[r, c], i) / sqrt(d)":
                "The slope of a product is the other factor.",
            "s_bar[i, r] * q[i, c] / sqrt(d)": "All queries look at this key.",
        },
    )
