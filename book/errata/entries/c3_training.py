"""The computations of c3_training.yml, under the ids of its entries."""

import numpy as np
from sympy import Abs, sign

from nnbook import Dropout, adagrad
from nnbook.derive import as_written, index, partial, reals, sizes, sum_over, tensor
from nnbook.op import Mode

from ..entry import Formula, example, formula
from ..shared import corrected_average

# §3.4.3


@example(
    claimed=lambda e: np.isclose(e.huge, 0.1),
    holds=lambda e: np.isclose(e.tiny, 0.1) and np.isclose(e.huge, 1e-9, atol=0),
)
def c_huge_epsilon():
    """AdaGrad's first step for a gradient of 1 at the rate 0.1, with ε = 10⁸ and 10⁻⁸."""
    steps = {}
    for eps in (1e8, 1e-8):
        params, optimizer = {"w": np.zeros(1)}, adagrad(0.1, eps=eps)
        after, _ = optimizer.update(params, {"w": np.ones(1)}, optimizer.init(params))
        steps[eps] = -after["w"].item()
    return {"huge": steps[1e8], "tiny": steps[1e-8]}


# §3.4.4


@example(
    claimed=lambda e: np.isfinite(e.second),
    holds=lambda e: e.first < 0 and np.isnan(e.second),
)
def c_adadelta_average():
    """AdaDelta as printed, on ½θ² from 1, step by step."""
    theta, step, v, eps = 1.0, 0.0, 0.0, 1e-6
    steps = []
    with np.errstate(invalid="ignore"):
        for _ in range(2):
            v = 0.95 * v + 0.05 * theta**2
            step = -(np.sqrt(step) + eps) / (np.sqrt(v) + eps) * theta
            steps.append(step)
            theta += step
    return {"first": steps[0], "second": steps[1]}


# §3.4.6


def c_adam_exponent():
    return corrected_average("m_{t+1}", "beta_1", reals("g"))


# §3.5.1

lam, (p, x) = reals("lambda", positive=True), reals("p x")
M = sizes("M")
theta, grad = tensor(r"\theta", M), tensor("g", M)
m_, r_ = index("m r", M)


def _penalty(power):
    with as_written():
        entries = Abs(theta[m_]) if power == 1 else theta[m_] ** 2
        return partial(lam * sum_over(entries, m_), theta[r_])


def c_l1_lambda():
    with as_written():
        printed, corrected = sign(theta[r_]), lam * sign(theta[r_])
    return formula(_penalty(1), printed, corrected)


def _with_loss(power):
    with as_written():
        corrected = lam * sign(theta[r_]) if power == 1 else 2 * lam * theta[r_]
        printed = grad[r_] + corrected
    return formula(_penalty(power), printed, corrected)


def c_l1_and_loss():
    return _with_loss(1)


# §3.5.2


def c_l2_sign():
    with as_written():
        printed, corrected = sign(theta[r_]), 2 * lam * theta[r_]
    return formula(_penalty(2), printed, corrected)


def c_l2_and_loss():
    return _with_loss(2)


# §3.5.3

SHARE = (p > 0, p < 1)


def c_mask_probability():
    with as_written():
        printed = p * (x * (1 / (1 - p))) + (1 - p) * 0
        corrected = (1 - p) * (x * (1 / (1 - p))) + p * 0
    return Formula((printed, x), (corrected, x), given=SHARE)


@example(claimed=lambda e: e.activations < 1e-12, holds=lambda e: e.off < 1e-12 < e.activations)
def c_backward_activations():
    """The cotangent of dropout and difference quotients of it, with one mask."""
    op, x_ = Dropout(0.5), np.array([[1.0, -2.0, 3.0, 0.5]])
    y_, cache = op.forward({}, x_, Mode.train(np.random.default_rng(3)))
    bar = np.array([[1.0, 2.0, -1.0, 0.5]])
    back = op.vjp({}, cache, bar)[0][0]
    scale = y_ / x_
    return {
        "off": abs(back - bar * scale).max(),
        "activations": abs(back - x_ * scale).max(),
        "units": x_.size,
    }


@example(claimed=lambda e: e.kept == 1, holds=lambda e: e.kept == 2 and e.dropped == 0)
def c_scaled_mask():
    op = Dropout(0.5)
    y_ = op.forward({}, np.ones((1, 8)), Mode.train(np.random.default_rng(1)))[0]
    return {"kept": y_.max(), "dropped": y_.min()}


def c_backward_mask():
    g = reals("g")
    with as_written():
        printed = p * (g * (1 / (1 - p))) + (1 - p) * 0
        corrected = (1 - p) * (g * (1 / (1 - p))) + p * 0
    return Formula((printed, g), (corrected, g), given=SHARE)
