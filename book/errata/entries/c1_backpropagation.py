"""The computations of c1_backpropagation.yml, under the ids of its entries."""

import numpy as np
from sympy import Max, Piecewise, exp, log

from nnbook.derive import as_written, define, delta, index, partial, reals, sizes, sum_over, tensor

from ..entry import Formula, example, formula
from ..shared import backward_pass

# §1.3

c_backward_descends = example(
    claimed=lambda e: e.after != e.before,
    holds=lambda e: e.after == e.before and abs(e.backprop - e.differences) < 1e-8,
)(backward_pass)
n, K = sizes("n K")
r, j = index("r j", n)
b, v = reals("b v")
x, w = tensor("x", n), tensor("w", n)
with as_written():
    SUM = define("s", sum_over(x[j] * w[j], j))
    Z = define("z", sum_over(x[j] * w[j], j) + b)


def _active(value, z):
    return Piecewise((value, z > 0), (0, True))


def c_lost_bias():
    with as_written():
        left = partial(Max(0, Z), x[r])
        printed, corrected = _active(w[r], SUM), _active(w[r], Z)
    return formula(left, printed, corrected, letters=(Z, SUM))


def c_relu_of_input():
    with as_written():
        right = v * _active(w[r], Z)
        printed, corrected = partial(Max(0, x[r]), x[r]), partial(v * Max(0, Z), x[r])
    return Formula((printed, right), (corrected, right), letters=(Z,))


def _neuron_by(parameter, slope):
    with as_written():
        right = v * _active(slope, Z)
        printed = partial(Max(0, parameter), parameter)
        corrected = partial(v * Max(0, Z), parameter)
    return Formula((printed, right), (corrected, right), letters=(Z,))


def c_relu_of_weight():
    return _neuron_by(w[r], x[r])


l_ = index("j", K)
t, p, u = tensor("y", K), tensor("\\hat{y}", K), tensor("\\theta", K)
k, m, q = index("k m q", K)


def c_dragged_sum():
    with as_written():
        loss = -sum_over(t[l_] * log(p[l_]), l_)
        printed, corrected = -sum_over(t[l_] / p[l_], l_), -(t[m] / p[m])
    return formula(partial(loss, p[m]), printed, corrected, given=(p[k] > 0, p[k] < 1))


with as_written():
    S = define("S", k, exp(u[k]) / sum_over(exp(u[q]), q))
    LOSS = define("L", -sum_over(t[l_] * log(S[l_]), l_))


def c_softmax_brackets():
    with as_written():
        printed, corrected = S[m] * 1 - S[m], S[m] * (1 - S[m])
    return formula(partial(S[m], u[m]), printed, corrected, letters=S[k])


def c_softmax_delta():
    with as_written():
        left = partial(S[l_], u[m])
        printed = S[l_] * delta(l_, k) - S[l_] * S[k]
        corrected = S[l_] * delta(l_, m) - S[l_] * S[m]
    return formula(left, printed, corrected, letters=S[k])


@example(claimed=lambda e: e.values == 1, holds=lambda e: e.values == 3 and e.off < 1e-8)
def c_condensed():
    """The gradient behind a softmax of three classes, by its Jacobian and by differences."""
    z, g = np.array([0.5, -1.0, 2.0]), np.array([1.0, -2.0, 0.5])

    def softmax(z):
        return np.exp(z) / np.exp(z).sum()

    s = softmax(z)
    rows = (np.diag(s) - np.outer(s, s)) * g[:, None]
    steps = 1e-6 * np.eye(3)
    quotients = [(softmax(z + e) - softmax(z - e)) @ g / 2e-6 for e in steps]
    return {"values": len(quotients), "off": abs(rows.sum(axis=0) - quotients).max()}


def c_chain_rule_sum():
    with as_written():
        terms = [-(t[o] / S[o]) * partial(S[o], u[m]) for o in (l_, k)]
        printed, corrected = terms[0], sum_over(terms[1], k)
    return formula(partial(LOSS, u[m]), printed, corrected, letters=(LOSS, S[k]))


def c_first_factor():
    with as_written():
        left = -(t[m] / S[m]) * partial(S[m], u[m])
        printed, corrected = (-(t[m] / S[m]) * S[o] * (1 - S[m]) for o in (l_, m))
    return formula(left, printed, corrected, letters=S[k])


def c_hats_lost():
    with as_written():
        others = 1 - delta(k, m)
        left = -sum_over(others * (t[k] / S[k]) * partial(S[k], u[m]), k)
        printed = -sum_over(others * (t[k] / S[k]) * (-(t[k] * t[m])), k)
        corrected = -sum_over(others * (t[k] / S[k]) * (-(S[k] * S[m])), k)
    return formula(left, printed, corrected, letters=S[k])
