"""Three surfaces with the gradients that SymPy finds, and the paths of sgd and momentum."""

import numpy as np
import sympy

import nnbook as nn

planted = [
    ("[x, c * y]", "[c * x, y]"),
    ("momentum * old + rate", "(1 - momentum) * old + rate"),
    ("- 40 * x * (y - x * x)", "- 20 * x * (y - x * x)"),
]

x, y, c = sympy.symbols("x y c")
SURFACES = {
    "ravine": (x**2 + c * y**2) / 2,
    "banana": (1 - x) ** 2 + 10 * (y - x**2) ** 2,
    "saddle": x**2 / 2 - y**2 / 2 + y**4 / 4,
}


def walk(optimizer, gradient, start, steps):
    params = {"theta": np.array(start)}
    state, path = optimizer.init(params), [params["theta"]]
    for _ in range(steps):
        params, state = optimizer.update(params, {"theta": gradient(params["theta"])}, state)
        path.append(params["theta"])
    return np.array(path)


def cases(rng):
    for name, formula in SURFACES.items():
        value = sympy.lambdify((x, y, c), formula)
        slopes = sympy.lambdify((x, y, c), [sympy.diff(formula, x), sympy.diff(formula, y)])
        for _ in range(8):
            at, steep = rng.normal(size=2), float(rng.uniform(1, 30))
            yield "value", [name, at.tolist(), steep], value(*at, steep)
            yield "gradient", [name, at.tolist(), steep], slopes(*at, steep)
        for rate, gamma in ((0.01, 0.0), (0.02, 0.9)):
            start, steep = rng.normal(size=2) / 2, 25.0
            optimizer = nn.momentum(rate, gamma) if gamma else nn.sgd(rate)
            path = walk(optimizer, lambda t, f=slopes, c=steep: np.array(f(*t, c)), start, 12)
            settings = {"c": steep, "rate": rate, "momentum": gamma}
            yield "path", [name, start.tolist(), settings, 12], path
