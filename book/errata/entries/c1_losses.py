"""The computations of c1_losses.yml, under the ids of its entries."""

import numpy as np
from sympy import Abs, exp, log, sign

from nnbook import regression_accuracy
from nnbook.derive import as_written, define, index, mean_over, partial, reals, sizes, tensor

from ..entry import Formula, example, formula

# §1.7

z, y, yhat = reals(r"theta y \hat{y}")


def c_sigmoid_third_line():
    with as_written():
        left = partial((1 + exp(-z)) ** -1, z)
        front = -((1 + exp(-z)) ** -2)
        printed = front * (partial(1, z) + partial(z, z))
        corrected = front * (partial(1, z) + partial(exp(-z), z))
    return formula(left, printed, corrected)


def c_sigmoid_twice():
    with as_written():
        s = define("\\sigma", 1 / (1 + exp(-z)))
        printed, corrected = s * (1 - s - s), s * (1 - s)
    return formula(partial(s, z), printed, corrected, letters=s)


OPEN = (yhat > 0, yhat < 1, y > 0, y < 1)


def c_bce_minus():
    with as_written():
        left = y * (-log(yhat)) + (1 - y) * (-log(1 - yhat))
        printed = -y * log(yhat) + (1 - y) * log(1 - yhat)
        corrected = -y * log(yhat) - (1 - y) * log(1 - yhat)
    return formula(left, printed, corrected, given=OPEN)


def c_derived_by_loss():
    J = sizes("J")
    j, k = index("j k", J)
    t, p, c = tensor("y", J), tensor("\\hat{y}", J), tensor("c", J)
    with as_written():
        loss = define("c", j, -t[j] * log(p[j]) - (1 - t[j]) * log(1 - p[j]))
        right = -(1 / J) * (t[k] / p[k] - (1 - t[k]) / (1 - p[k]))
        printed = partial(mean_over(c[j], j), c[k])
        corrected = partial(mean_over(loss[j], j), p[k])
    given = (p[j] > 0, p[j] < 1, t[j] > 0, t[j] < 1)
    return Formula((printed, right), (corrected, right), given, letters=(loss[j],))


# §1.8

n = sizes("J")
i, r = index("j r", n)
t_, p_ = tensor("y", n), tensor("\\hat{y}", n)


def c_mae_sign():
    with as_written():
        left = partial(mean_over(Abs(t_[i] - p_[i]), i), p_[r])
        slopes = [(1 / n) * sign(e) for e in (t_[r] - p_[r], p_[r] - t_[r])]
    return formula(left, *slopes)


@example(
    claimed=lambda e: e.nearest < 1000 * e.eps,
    holds=lambda e: e.usual > 0.01 and e.nearest > 1e9 * e.eps,
)
def c_floating_point():
    """How near the predictions of a good line come to noisy targets."""
    rng = np.random.default_rng(0)
    x = np.linspace(0, 1, 100)
    t = 2 * x + 0.1 * rng.normal(size=100)
    off = abs(np.polyval(np.polyfit(x, t, 1), x) - t)
    return {"nearest": off.min(), "usual": np.median(off), "eps": np.finfo(float).eps}


@example(claimed=lambda e: e.outputs > 0.5, holds=lambda e: e.outputs == 0 and e.samples == 1)
def c_precision_outputs():
    """The accuracy of good predictions of one number, by the deviation over outputs and samples."""
    t = np.array([[1.0], [2.0], [3.0], [4.0]])
    said = t + 0.01
    by_outputs = np.mean([abs(a - b) < b.std() / 10 for a, b in zip(said, t, strict=True)])
    return {"outputs": by_outputs, "samples": regression_accuracy(said, t, limit=10), "error": 0.01}
