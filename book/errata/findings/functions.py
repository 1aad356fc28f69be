"""The computations of functions.yml, under the ids of its findings."""

from sympy import Abs, Rational, exp, log, tanh

from nnbook.derive import as_written, define, index, partial, reals, sizes, sum_over, tensor

from ..entry import formula

# Activations


def autograd_tanh():
    x = reals("x")
    with as_written():
        printed = (1 - exp(-x)) / (1 + exp(-x))
        corrected = (1 - exp(-2 * x)) / (1 + exp(-2 * x))
        return formula(tanh(x), printed, corrected)


def fastbook_tanh():
    x = reals("x")
    with as_written():
        sigma = define(r"\sigma(2x)", 1 / (1 + exp(-2 * x)))
        up, down = exp(x) - exp(-x), exp(x) + exp(-x)
        return formula(2 * sigma - 1, down / up, up / down)


def questions_tanh():
    x = reals("x")
    with as_written():
        return formula(partial(tanh(x), x), -(tanh(x) ** 2), 1 - tanh(x) ** 2)


def refined_exponent():
    C, y, N = reals("C", positive=True), reals("y"), sizes("N")
    j = index("j", N)
    x, w = tensor("x", N), tensor("w", N)
    with as_written():
        margin = define("m", y * sum_over(x[j] * w[j], j))
        left = exp(-y * sum_over(x[j] * (C * w[j]), j))
        printed, corrected = exp(-C) * exp(-margin), exp(-margin) ** C
        return formula(left, printed, corrected, letters=margin)


# Losses


def cs231n_logistic():
    J = sizes("J")
    j, q = index("j q", J)
    y, f = tensor("y", J), tensor("f", J)
    with as_written():
        sigma = define("sigma", j, 1 / (1 + exp(-f[j])))
        terms = define("ell", j, y[j] * log(sigma[j]) + (1 - y[j]) * log(1 - sigma[j]))
        loss = define("L", -sum_over(terms[j], j))
        letters = (loss, terms[j], sigma[j])
        return formula(partial(loss, f[q]), y[q] - sigma[q], sigma[q] - y[q], letters=letters)


def optax_cross_entropy():
    K = sizes("K")
    j, k = index("j k", K)
    y, x = tensor("y", K), tensor("x", K)
    with as_written():
        left = -sum_over(y[j] * (x[j] - log(sum_over(exp(x[k]), k))), j)
        printed = log(sum_over(y[j] * exp(x[j]), j) / sum_over(exp(x[j]), j))
        corrected = -sum_over(y[j] * log(exp(x[j]) / sum_over(exp(x[k]), k)), j)
        return formula(left, printed, corrected)


def paddle_huber():
    delta, e = reals("delta", positive=True), reals("e")

    half = Rational(1, 2)
    with as_written():
        left = delta * (Abs(e) - half * delta)
        printed, corrected = (delta * u - half * delta * delta for u in (e, Abs(e)))
        return formula(left, printed, corrected, given=Abs(e) > delta)


# Derivatives


def scratch_tanh():
    H = sizes("H")
    h, i, k = index("h i k", H)
    z, after, delta = tensor("z^{[1]}", H), tensor("z^{[2]}", H), tensor("delta", H)
    W = tensor("W", H, H)
    with as_written():
        left = partial(sum_over(delta[k] * sum_over(tanh(z[h]) * W[h, k], h), k), z[i])
        back = sum_over(delta[k] * W[i, k], k)
        return formula(left, (1 - tanh(after[i]) ** 2) * back, (1 - tanh(z[i]) ** 2) * back)


def own_network_cube():
    t, d = reals("t"), reals("d")
    with as_written():
        left = ((t + d) ** 3 - (t - d) ** 3) / (2 * d)
        printed = (6 * t**2 * d + 4 * d**3) / (2 * d)
        corrected = (6 * t**2 * d + 2 * d**3) / (2 * d)
        return formula(left, printed, corrected)
