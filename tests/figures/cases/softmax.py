"""The softmax, as the op computes it, of scores divided by a temperature."""

import numpy as np

from nnbook import Softmax

planted = [
    ("(v - most) / temperature", "v - most / temperature"),
    ("v / total", "v / (total + 1e-9)"),
]


def cases(rng):
    for temperature in (0.01, 0.05, *np.exp(rng.normal(size=12)), 20.0):
        for z in (rng.normal(0, 3, 4), rng.normal(0, 300, 4)):
            shares, _ = Softmax().forward({}, z / temperature)
            yield "softmax", [z.tolist(), float(temperature)], shares
