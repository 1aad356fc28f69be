"""Activations and their slopes, as the ops compute them."""

import numpy as np

import nnbook as nn

OPS = {
    "linear": lambda p: nn.Linear(),
    "sigmoid": lambda p: nn.Sigmoid(),
    "tanh": lambda p: nn.Tanh(),
    "relu": lambda p: nn.ReLU(),
    "leaky": nn.LeakyReLU,
    "elu": nn.ELU,
    "selu": lambda p: nn.SELU(),
    "softplus": lambda p: nn.Softplus(),
    "silu": lambda p: nn.SiLU(),
    "gelu": lambda p: nn.GELU(),
    "gelutanh": lambda p: nn.GELU("tanh"),
}

planted = [
    ("1 - Math.tanh(z) ** 2", "1 - Math.tanh(z)"),
    ("1.6732632423543772", "1.67326324235"),
    ("normal(z) + z * density(z)]", "normal(z) + density(z)]"),
]


def cases(rng):
    points = [0.0, -5.0, 5.0, *rng.uniform(-5, 5, 12)]
    for name, make in OPS.items():
        p = float(rng.uniform(0.01, 0.99))
        op = make(p)
        for z in map(float, points):
            y, cache = op.forward({}, np.array([z]))
            yield "value", [name, z, p], y[0]
            yield "slope", [name, z, p], op.vjp({}, cache, np.ones(1))[0][0][0]
    for z in map(float, points):
        yield "value", ["step", z], nn.Step().forward({}, np.array([z]))[0][0]
        yield "slope", ["step", z], 0.0
