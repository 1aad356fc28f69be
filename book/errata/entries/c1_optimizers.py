"""The computations of c1_optimizers.yml, under the ids of its entries."""

import numpy as np

from nnbook import adagrad, rmsprop
from nnbook.derive import as_written, reals
from nnbook.training.schedules import exponential, inverse_time, step

from ..entry import example, formula

# §1.4


def _slope(theta):
    """The derivative of ¼(θ² - 1)² + θ/10, which has a valley on each side."""
    return theta**3 - theta + 0.1


@example(
    claimed=lambda e: abs(e.slope - e.value) < 0.1,
    holds=lambda e: abs(e.slope - e.value) > 0.1 and abs(e.value + 1.05) < 0.01,
)
def c_minimum_of_gradient():
    """Where the slope of ¼(θ² - 1)² + θ/10 is least, and where its value is."""
    theta = np.linspace(-2, 2, 4001)
    value = (theta**2 - 1) ** 2 / 4 + theta / 10
    return {"slope": theta[_slope(theta).argmin()], "value": theta[value.argmin()]}


@example(
    claimed=lambda e: e.loss < 0.01,
    holds=lambda e: np.isclose(e.loss, 1) and np.isclose(e.slope, 0),
)
def c_stuck_above_zero():
    """The least mean squared error of a constant for the targets 0 and 2."""
    c = np.linspace(-1, 3, 401)
    loss = (c**2 + (c - 2) ** 2) / 2
    return {"loss": loss.min(), "c": c[loss.argmin()], "slope": 2 * (c[loss.argmin()] - 1)}


@example(claimed=lambda e: e.along < e.here, holds=lambda e: e.against < e.here < e.along)
def c_along_the_gradient():
    """(θ - 1)² from 0 by small steps along the gradient and against it."""
    g = 2 * (0.0 - 1)
    return {"here": 1.0, "along": (0.1 * g - 1) ** 2, "against": (-0.1 * g - 1) ** 2}


@example(
    claimed=lambda e: np.allclose([e.inverse, e.exponential], e.steps),
    holds=lambda e: e.exponential < e.inverse < e.steps,
)
def c_three_decays():
    rates = [s(200) for s in (inverse_time(1.0, 0.01), exponential(1.0, 0.01), step(1.0, 0.5, 150))]
    return dict(zip(("inverse", "exponential", "steps"), rates, strict=True), step=200)


@example(claimed=lambda e: abs(e.theta - e.minimum) < 0.01, holds=lambda e: e.theta > 0.2)
def c_decay_trapped():
    """Descent on ½θ² with a rate that halves in every step: where it comes to rest."""
    theta, rate = 1.0, 0.5
    for _ in range(200):
        theta -= rate * theta
        rate /= 2
    return {"theta": theta, "minimum": 0.0}


@example(claimed=lambda e: e.large > 1.1 * e.small, holds=lambda e: np.isclose(e.large, e.small))
def c_adagrad_matter_more():
    """The first steps of AdaGrad for a large and a small gradient."""
    params = {"w": np.zeros(2)}
    optimizer = adagrad(0.1)
    after, _ = optimizer.update(params, {"w": np.array([10.0, 0.1])}, optimizer.init(params))
    large, small = -after["w"]
    return {"large": large, "small": small}


@example(claimed=lambda e: e.gradients == e.squares, holds=lambda e: e.gradients == 0 < e.squares)
def c_accumulated_gradients():
    """The sum of gradients 1, -1, 1, -1, and the sum of their squares."""
    g = np.array([1.0, -1.0, 1.0, -1.0])
    return {"gradients": g.sum(), "squares": (g**2).sum()}


@example(
    claimed=lambda e: np.isclose(e.step, e.all),
    holds=lambda e: np.isclose(e.step, e.present),
)
def c_all_previous():
    """AdaGrad's step after the gradients 1, 1, 1 and then -1."""
    params = {"w": np.zeros(1)}
    optimizer = adagrad(0.1)
    state = optimizer.init(params)
    for g in (1.0, 1.0, 1.0, -1.0):
        before = params["w"].item()
        params, state = optimizer.update(params, {"w": np.array([g])}, state)
    return {"step": params["w"].item() - before, "all": -0.1 * 2 / 2, "present": 0.1 / 2}


@example(
    claimed=lambda e: e.short < e.rate / 10,
    holds=lambda e: abs(e.short - e.rate) < 1e-3 and e.long < e.rate / 100,
)
def c_rho():
    """RMSProp's steps with ρ = 0.001 and 0.9 after a gradient of 1 and five of 0.001."""
    lengths = {}
    for rho in (0.001, 0.9):
        params = {"w": np.zeros(1)}
        optimizer = rmsprop(0.01, rho=rho)
        state = optimizer.init(params)
        for g in (1.0,) + (0.001,) * 5:
            before = params["w"].item()
            params, state = optimizer.update(params, {"w": np.array([g])}, state)
        lengths[rho] = before - params["w"].item()
    return {"short": lengths[0.001], "long": lengths[0.9], "rate": 0.01}


@example(claimed=lambda e: e.step > 0, holds=lambda e: e.step == 0)
def c_rmsprop_momentum():
    """RMSProp's step when the gradient is 0 after it was 1 ten times."""
    params = {"w": np.zeros(1)}
    optimizer = rmsprop(0.01)
    state = optimizer.init(params)
    for g in (1.0,) * 10 + (0.0,):
        before = params["w"].item()
        params, state = optimizer.update(params, {"w": np.array([g])}, state)
    return {"step": abs(params["w"].item() - before), "before": 10}


@example(claimed=lambda e: e.rmsprop < e.adagrad, holds=lambda e: e.adagrad < 1e-3 < e.rmsprop)
def c_rmsprop_faster():
    """How far from the minimum of ½θ² AdaGrad and RMSProp are in steps 491 to 500."""
    far = []
    for optimizer in (adagrad(0.1), rmsprop(0.1)):
        params = {"w": np.ones(1)}
        state, last = optimizer.init(params), []
        for _ in range(500):
            params, state = optimizer.update(params, dict(params), state)
            last.append(abs(params["w"].item()))
        far.append(max(last[-10:]))
    return {"adagrad": far[0], "rmsprop": far[1]}


def c_adam_square():
    beta, g = reals("beta_2 g")
    with as_written():
        printed = beta * g**2 + (1 - beta) * g
        corrected = beta * g**2 + (1 - beta) * g**2
    return formula(g**2, printed, corrected, given=(beta > 0, beta < 1))
