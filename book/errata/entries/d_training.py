"""The computations of d_training.yml, under the ids of its entries."""

import numpy as np
from sympy import Abs, IndexedBase, Sum, Symbol, log, sign

from nnbook import adagrad
from nnbook.derive import as_written, index, mean_over, partial, reals, sizes, tensor

from ..entry import Formula, example, formula
from ..shared import momentum_loses

# §1.9


# §1.10

d_momentum_escape = example(
    claimed=lambda e: abs(e.momentum - e.best) <= abs(e.plain - e.best),
    holds=lambda e: abs(e.plain - e.best) < 0.01 < abs(e.momentum - e.best),
)(momentum_loses)
g, beta = reals("g"), reals("beta", positive=True)


def d_momentum_average():
    with as_written():
        printed, corrected = beta * g + (1 * beta) * g, beta * g + (1 - beta) * g
    return formula(g, printed, corrected, given=beta < 1)


@example(
    claimed=lambda e: e.first == e.second,
    holds=lambda e: e.rates[0] == e.rates[1] and e.first == 10 * e.second,
)
def d_in_sync():
    """Steps of two parameters with the same learning rate."""
    theta = np.array([1.0, 1.0])
    steps = 0.05 * np.array([10.0, 1.0]) * theta
    return {"first": steps[0], "second": steps[1], "rates": (0.05, 0.05)}


t = sizes("t")


def d_adagrad_sum():
    i, squares = Symbol("i", integer=True), IndexedBase("g", real=True)
    with as_written():
        before = Sum(squares[i] ** 2, (i, 1, t - 1))
        whole = before + squares[t] ** 2
        corrected = Sum(squares[i] ** 2, (i, 1, t))
    return formula(whole, before, corrected)


@example(claimed=lambda e: np.isfinite(e.printed), holds=lambda e: e.package == 0)
def d_adagrad_epsilon():
    """The first step where the first gradient is zero, as printed and by the package."""
    with np.errstate(divide="ignore", invalid="ignore"):
        printed = 0.1 / np.sqrt(np.float64(0.0)) * 0.0
    optimizer = adagrad(0.1)
    params = {"w": np.array([1.0])}
    after, _ = optimizer.update(params, {"w": np.array([0.0])}, optimizer.init(params))
    return {"printed": printed, "package": after["w"].item() - 1.0}


def _rates_of_adagrad():
    """How long the steps are under gradients that are all -3."""
    total, step = 0.0, []
    for _ in range(100):
        total += (-3.0) ** 2
        step.append(abs(0.1 / np.sqrt(total) * -3.0))
    return {"gradient": -3, "first": step[0], "tenth": step[9], "hundredth": step[99]}


d_gradient_positive = example(
    claimed=lambda e: e.gradient > 0,
    holds=lambda e: e.gradient < 0 < e.gradient**2,
)(_rates_of_adagrad)
d_infinitely_small = example(
    claimed=lambda e: e.tenth < 1e-3 * e.first,
    holds=lambda e: np.isclose(e.tenth, 0.1 / np.sqrt(10)) and np.isclose(e.hundredth, 0.01),
)(_rates_of_adagrad)


@example(claimed=lambda e: e.near < e.start, holds=lambda e: e.near > e.start)
def d_rate_near_minimum():
    """The factor before the gradient along a walk of RMSProp into the minimum of a parabola."""
    theta, mu, rates = 1.0, 0.0, []
    for _ in range(200):
        mu = 0.9 * mu + 0.1 * theta**2
        rates.append(0.01 / np.sqrt(mu + 1e-8))
        theta -= rates[-1] * theta
        if abs(theta) < 0.05:
            break
    return {"start": rates[9], "near": rates[-1], "theta": 0.05}


# §1.11

N = sizes("N")
y, prediction = tensor("y", N), tensor("\\hat{y}", N)
i = index("i", N)


def d_squared_error():
    with as_written():
        p = prediction[i]
        left = mean_over(y[i] ** 2 - 2 * y[i] * p + p**2, i)
        printed, corrected = mean_over((y[i] * p) ** 2, i), mean_over((y[i] - p) ** 2, i)
    return formula(left, printed, corrected)


def d_cross_entropy_signs():
    y, p = reals("y p")
    with as_written():
        printed = -(y * log(p) + y * log(p))
        corrected = -(y * log(p) + (1 - y) * log(1 - p))
        slope = (p - y) / (p * (1 - p))
    return Formula(
        (partial(printed, p), slope), (partial(corrected, p), slope), given=(p > 0, p < 1)
    )


@example(claimed=lambda e: e.small < e.high, holds=lambda e: e.small > e.high)
def d_log_penalty():
    return {"small": -np.log(0.01), "high": -np.log(0.99)}


# §1.12


# §1.13


def d_weight_decay_l1():
    w, eta, lam = reals("w"), *reals("eta lambda", positive=True)
    with as_written():
        step = w - eta * partial(lam * Abs(w), w)
        printed, corrected = (1 - eta * lam) * w, w - eta * lam * sign(w)
    return formula(step, printed, corrected)


def d_dropout_scale():
    p, x = reals("p x")
    with as_written():
        printed = (1 - p) * x + p * 0
        corrected = (1 - p) * (x / (1 - p)) + p * 0
    return Formula((printed, x), (corrected, x), given=(p > 0, p < 1))


@example(claimed=lambda e: e.zeros > 0, holds=lambda e: e.zeros == 0 and e.largest < 2)
def d_dropconnect_sparse():
    """Weights of a linear unit after training with DropConnect, averaged over its masks."""
    rng = np.random.default_rng(0)
    X, p = rng.normal(size=(200, 5)), 0.5
    t = X @ np.array([2.0, -1.0, 0.5, 0.0, 1.0]) + 0.1 * rng.normal(size=200)
    # The mean over masks of the squared error adds p / (1 - p) Σ w_j² Σ x_ij².
    w = np.linalg.solve(X.T @ X + p / (1 - p) * np.diag((X**2).sum(axis=0)), X.T @ t)
    return {"weights": len(w), "zeros": int((abs(w) < 1e-3).sum()), "largest": abs(w).max()}


@example(
    claimed=lambda e: abs(e.place - e.raised) > 1e-3,
    holds=lambda e: abs(e.place - e.raised) < 1e-6,
)
def d_by_cost():
    """Ten steps of AdaGrad on ½θ² and on ½θ² + 100, with difference quotients for gradients."""
    ends = []
    for cost in (lambda theta: theta**2 / 2, lambda theta: theta**2 / 2 + 100):
        optimizer, params = adagrad(0.1), {"w": np.ones(1)}
        state = optimizer.init(params)
        for _ in range(10):
            slope = (cost(params["w"] + 1e-4) - cost(params["w"] - 1e-4)) / 2e-4
            params, state = optimizer.update(params, {"w": slope}, state)
        ends.append(params["w"].item())
    return {"place": ends[0], "raised": ends[1]}
