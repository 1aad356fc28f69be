"""The computations of c2_training.yml, under the ids of its entries."""

import numpy as np

from nnbook import (
    Dense,
    MeanAbsoluteError,
    MeanSquaredError,
    ReLU,
    Sequential,
    adadelta,
    rmsprop,
    standardize,
)

from ..entry import example

# §2.2


@example(
    claimed=lambda e: np.isclose(e.left, e.right),
    holds=lambda e: np.isclose(e.left, -1) and np.isclose(e.right, 1),
)
def c_loss_differentiable():
    """The slopes of the absolute error on both sides of its target, by differences."""
    op, t, h = MeanAbsoluteError(), np.array([[1.0]]), 1e-6
    L = {s: op.forward({}, t + s * h, t)[0] for s in (-1, 0, 1)}
    return {"left": (L[0] - L[-1]) / h, "right": (L[1] - L[0]) / h}


@example(claimed=lambda e: e.between <= e.ends, holds=lambda e: e.between > e.ends)
def c_loss_convex():
    def L(a, b):
        return (a * b - 1) ** 2

    return {"ends": max(L(1, 1), L(-1, -1)), "between": L(0, 0)}


@example(
    claimed=lambda e: e.half_way <= e.mean,
    holds=lambda e: e.minima == 1 and e.half_way > e.mean,
)
def c_convex_means():
    """The function -exp(-x²): its values half way, and the places where it has a minimum."""
    x = np.linspace(-4, 4, 801)
    value = -np.exp(-(x**2))
    inner = value[1:-1]
    minima = x[1:-1][(inner < value[:-2]) & (inner < value[2:])]
    half_way, mean = -np.exp(-4.0), (-np.exp(-1.0) - np.exp(-9.0)) / 2
    return {"minima": len(minima), "half_way": half_way, "mean": mean}


@example(
    claimed=lambda e: not e.alike,
    holds=lambda e: e.alike and e.absolute == 1 and e.squared == 100,
)
def c_mae_outliers():
    """Both losses of an error of 5 and of -5."""
    t = np.zeros((1, 1))
    y = {s: np.array([[5.0 * s]]) for s in (-1, 1)}
    losses = MeanAbsoluteError(), MeanSquaredError()
    (a, b), (c, d) = ([op.forward({}, y[s], t)[0].item() for s in (-1, 1)] for op in losses)
    slopes = [
        op.vjp({}, op.forward({}, np.array([[e]]), t)[1], 1.0)[0][0].item()
        for op in losses
        for e in (1.0, 100.0)
    ]
    return {
        "alike": a == b and c == d,
        "absolute": slopes[1] / slopes[0],
        "squared": slopes[3] / slopes[2],
    }


@example(
    claimed=lambda e: e.params % e.examples == 0,
    holds=lambda e: e.params == 8 and e.examples == 100,
)
def c_parameters_of_examples():
    params = Dense(3, 2).init(np.random.default_rng(0))
    return {"params": sum(p.size for p in params.values()), "examples": 100}


@example(claimed=lambda e: e.last > e.first, holds=lambda e: e.rises == 0 and e.last < e.first)
def c_adagrad_increases():
    """AdaGrad's rate for a parameter with gradients of 0.01, step by step."""
    total, rates = 0.0, []
    for _ in range(100):
        total += 0.01**2
        rates.append(0.1 / np.sqrt(total))
    return {"first": rates[0], "last": rates[-1], "rises": int((np.diff(rates) > 0).sum())}


@example(
    claimed=lambda e: e.mean == e.rms,
    holds=lambda e: np.isclose(e.rms**2, e.mean) and e.mean == 5,
)
def c_average_or_rms():
    squares = np.array([1.0, 9.0])
    return {"mean": squares.mean(), "rms": np.sqrt(squares.mean())}


@example(
    claimed=lambda e: np.isclose(e.metres, e.millimetres),
    holds=lambda e: e.metres > 100 * e.millimetres and e.alike < 1e-9,
)
def c_adadelta_idea():
    """How far, in metres, ten steps lead from 1 m, reckoned in metres and in millimetres."""
    moved = {}
    for name, make in (
        ("rmsprop", lambda: rmsprop(0.01)),
        ("adadelta", lambda: adadelta(eps=1e-30)),
    ):
        for per_metre in (1.0, 1000.0):
            optimizer, params = make(), {"w": np.array([per_metre])}
            state = optimizer.init(params)
            if name == "adadelta":
                state["u"] = {"w": np.array([(0.01 * per_metre) ** 2])}  # steps of 1 cm so far
            for _ in range(10):
                grads = {"w": params["w"] / per_metre**2}  # of half the square, in metres
                params, state = optimizer.update(params, grads, state)
            moved[name, per_metre] = 1 - params["w"].item() / per_metre
    return {
        "metres": moved["rmsprop", 1.0],
        "millimetres": moved["rmsprop", 1000.0],
        "alike": abs(moved["adadelta", 1.0] - moved["adadelta", 1000.0]),
    }


@example(claimed=lambda e: e.first == e.last, holds=lambda e: np.isclose(e.last, e.first / 10))
def c_adagrad_fixed():
    """AdaGrad's factor before the gradient in steps 1 and 100, with gradients of 1."""
    return {"first": 0.1 / np.sqrt(1), "last": 0.1 / np.sqrt(100)}


@example(
    claimed=lambda e: not np.isclose(e.adadelta, e.rmsprop),
    holds=lambda e: e.adadelta == e.rmsprop,
)
def c_same_average():
    """The averages of squared gradients that AdaDelta and RMSProp keep, with the same ρ."""
    kept = []
    for optimizer in (adadelta(rho=0.9), rmsprop(0.01, rho=0.9)):
        params = {"w": np.zeros(1)}
        state = optimizer.init(params)
        for g in (1.0, -2.0, 0.5):
            params, state = optimizer.update(params, {"w": np.array([g])}, state)
        kept.append(state["v"]["w"].item())
    return {"adadelta": kept[0], "rmsprop": kept[1]}


@example(
    claimed=lambda e: np.isclose(e.variance, e.average),
    holds=lambda e: e.variance == 0 and np.isclose(e.average, 4),
)
def c_adam_variance():
    """The variance of gradients that are all 2, and Adam's corrected average of squares."""
    g, v, beta = 2.0, 0.0, 0.999
    for _ in range(10):
        v = beta * v + (1 - beta) * g**2
    return {"variance": np.var(np.full(10, g)), "average": v / (1 - beta**10)}


@example(
    claimed=lambda e: e.chosen < 0.55,
    holds=lambda e: e.chosen > 0.6 and abs(e.fresh - 0.5) < 0.02,
)
def c_testing_validation():
    """Of 100 coins that guess 50 labels, the best one, on these and on 10000 others."""
    rng = np.random.default_rng(0)
    guesses = rng.integers(0, 2, size=(100, 50)) == rng.integers(0, 2, size=50)
    best = guesses.mean(axis=1).max()
    return {"chosen": best, "fresh": (rng.integers(0, 2, size=10_000) == 1).mean()}


@example(
    claimed=lambda e: not np.isclose(e.deviation, e.variance),
    holds=lambda e: np.isclose(e.deviation, 1) and np.isclose(e.variance, 1),
)
def c_normalization_standardization():
    x = np.random.default_rng(0).normal(3, 5, size=(100, 1))
    transform = standardize()
    z = transform.apply(transform.init(x), x)
    return {"deviation": z.std(), "variance": z.var()}


@example(claimed=lambda e: e.off > 1e-9, holds=lambda e: e.off < 1e-12)
def c_memorized_order():
    """The predictions of a trained network for its data, in order and out of it."""
    rng = np.random.default_rng(0)
    network = Sequential(Dense(4, 8), ReLU(), Dense(8, 2))
    params, x = network.init(rng), rng.normal(size=(20, 4))
    order = rng.permutation(20)
    a = network.forward(params, x)[0]["dense2"][order]
    b = network.forward(params, x[order])[0]["dense2"]
    return {"off": abs(a - b).max(), "examples": 20}


@example(claimed=lambda e: e.two == 2 * e.one, holds=lambda e: e.two - e.one == 2)
def c_linear_proportional():
    """A neuron with a linear activation, the weight 2 and the bias 1, at the inputs 1 and 2."""
    params = {"W": np.array([[2.0]]), "b": np.array([1.0])}
    one, two = Dense(1, 1).forward(params, np.array([[1.0], [2.0]]))[0][:, 0]
    return {"one": one, "two": two}
