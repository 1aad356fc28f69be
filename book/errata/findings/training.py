"""The computations of training.yml, under the ids of its findings."""

import numpy as np
from sympy import Integer, Sum, Symbol, sqrt

from nnbook import Conv2D
from nnbook.derive import as_written, define, index, mean_over, reals, sizes, sum_over, tensor

from ..entry import Formula, example, formula

# Initialization


def torch_r_xavier():
    n_in, n_out, gain = *sizes("n_in n_out"), reals("g", positive=True)
    with as_written():
        printed, corrected = gain * sqrt(2 / n_in + n_out), gain * sqrt(2 / (n_in + n_out))
        right = 2 * gain**2
        return Formula(((n_in + n_out) * printed**2, right), ((n_in + n_out) * corrected**2, right))


def hands_on_he():
    n, r = sizes("n_in"), reals("r", positive=True)
    with as_written():
        return Formula((2 / sqrt(n) * sqrt(n / 2) * r, r), (sqrt(2 / n) * sqrt(n / 2) * r, r))


def nielsen_scale():
    n_in, n_out, q = *sizes("n_in n_out"), reals("q", positive=True)
    j = index("j", n_in)
    with as_written():
        printed, corrected = 1 / n_out * q, 1 / n_in * q
        return Formula((sum_over(printed, j), q), (sum_over(corrected, j), q))


def keras_uniform():
    n_in, n_out = sizes("n_in n_out")
    with as_written():
        n = n_in + n_out
        return formula(sqrt(3) * sqrt(2 / n), sqrt(2 / n), sqrt(6 / n))


def uva_attention():
    d, sigma = sizes("d_k"), reals("sigma", positive=True)
    i = index("i", d)
    with as_written():
        return formula(sum_over(sigma**2 * sigma**2, i), sigma**2 * d, sigma**4 * d)


# Normalization


def _batch():
    n, eps = sizes("n"), reals("epsilon", positive=True)
    i = index("i", n)
    x = tensor("x", n)
    with as_written():
        mu = define("mu", mean_over(x[i], i))
        v = define("v", mean_over((x[i] - mu) ** 2, i))
    return i, x, mu, v, eps


def questions_batch_norm():
    i, x, mu, v, eps = _batch()
    with as_written():
        root = sqrt(v + eps)
        printed, corrected = mean_over((x[i] + mu) / root, i), mean_over((x[i] - mu) / root, i)
    return Formula((printed, Integer(0)), (corrected, Integer(0)), letters=(mu, v))


def keras_batch_norm():
    i, x, mu, v, eps = _batch()
    with as_written():
        right = v / (v + eps)
        printed = mean_over(((x[i] - mu) / (v + eps)) ** 2, i)
        corrected = mean_over(((x[i] - mu) / sqrt(v + eps)) ** 2, i)
    return Formula((printed, right), (corrected, right), letters=(mu, v))


def torch_rms_norm():
    n, eps = sizes("n"), reals("epsilon", positive=True)
    i = index("i", n)
    x = tensor("x", n)
    with as_written():
        ms = define("q", mean_over(x[i] ** 2, i))
        right = ms / (ms + eps)
        printed = mean_over((x[i] / sqrt(sqrt(ms) + eps)) ** 2, i)
        corrected = mean_over((x[i] / sqrt(ms + eps)) ** 2, i)
    return Formula((printed, right), (corrected, right), letters=(ms,))


# Optimizers


def _adadelta(letter, term, wrong):
    """A decaying average of the squares of the terms, and its recursion with other terms."""
    T, t = sizes("T t")
    s, rho = Symbol("s", integer=True, positive=True), reals("rho", positive=True)
    a, b = tensor(term, T), tensor(wrong, T)
    with as_written():
        body = (1 - rho) * Sum(rho ** (t - s) * a[s] ** 2, (s, 1, t))
        average = define(letter, t, body)
        printed = rho * average[t] + (1 - rho) * b[t + 1] ** 2
        corrected = rho * average[t] + (1 - rho) * a[t + 1] ** 2
        return formula(average[t + 1], printed, corrected, rho < 1, average[t])


def d2l_adadelta():
    return _adadelta(r"\Delta", "g'", "x")


def lasagne_adadelta():
    return _adadelta("s", "u", "g")


@example(claimed=lambda e: e.printed > -1, holds=lambda e: e.corrected > -1 > e.printed)
def caffe_rmsprop():
    """Three steps of both rules on θ²/2 from −1, where the minimum lies to the right."""
    theta, v, before, delta, rate = -1.0, 0.0, -1.0, 0.02, 0.05
    other, average = -1.0, 0.0
    for _ in range(3):
        v = v + delta if theta * before > 0 else v * (1 - delta)
        before = theta
        theta -= rate * v
        average = 0.99 * average + 0.01 * other**2
        other -= rate * other / np.sqrt(average)
    return {"printed": theta, "corrected": other}


def npfl_adam():
    t, s = sizes("t"), Symbol("s", integer=True, positive=True)
    beta = reals("beta_2", positive=True)
    with as_written():
        left = (1 - beta) * Sum(beta ** (t - s), (s, 1, t))
        return formula(left, 1 - beta**2, 1 - beta**t, beta < 1)


@example(
    claimed=lambda e: abs(e.printed) <= abs(e.plain),
    holds=lambda e: abs(e.corrected) < 1 < abs(e.printed),
)
def chollet_momentum():
    """Descent on θ²/2 from 1 by the listing, by its corrected form, and without momentum."""
    ends = {}
    for name, sign in (("printed", 1), ("corrected", -1), ("plain", 0)):
        w, velocity = 1.0, 0.0
        for _ in range(50):
            gradient = w
            velocity = 0.9 * velocity + sign * 0.1 * gradient
            w = w + 0.9 * velocity - 0.1 * gradient
        ends[name] = w
    return ends


# Others


def theanets_dropout():
    p, x = reals("p", positive=True), reals("x")
    with as_written():
        printed, corrected = (p * 0 + (1 - p) * (x / share) for share in (p, 1 - p))
    return Formula((printed, x), (corrected, x), given=(p < 1,))


@example(claimed=lambda e: e.one == e.two == e.input, holds=lambda e: e.one == e.input != e.two)
def keras_same():
    """The sizes of outputs under padding that is called “same”, by stride."""
    x = np.zeros((1, 1, 28, 28))
    sizes_by_stride = {}
    for stride in (1, 2):
        op = Conv2D(1, 1, kernel=3, stride=stride, padding=1)
        y, _ = op.forward(op.init(np.random.default_rng(0)), x)
        sizes_by_stride[stride] = y.shape[2]
    return {"input": 28, "one": sizes_by_stride[1], "two": sizes_by_stride[2]}
