"""Signal and gradient through random layers, as Dense and the activations give them."""

from itertools import pairwise

import numpy as np

import nnbook as nn

planted = [
    ("Math.sqrt(gain / widths[l])", "Math.sqrt(gain / widths[l + 1])"),
    ("(z > 0 ? 1 : 0)", "1"),
    ("1 - Math.tanh(z) ** 2", "1 - Math.tanh(z)"),
    ("bar * slope(sums[l][i])", "bar * slope(sums[l - 1][i])"),
    ("sum + value * value, 0", "sum + value, 0"),
    ("(z > 0 ? 1 : 0), 0.5", "(z > 0 ? 1 : 0), 1"),
]

OPS = {"ReLU": nn.ReLU, "tanh": nn.Tanh, "none": nn.Linear}


def both_ways(x, draws, gain, activation, last):
    """The outputs of all activations and their cotangents."""
    ops, params = [], {}
    for number, W in enumerate(draws, 1):
        ops += [nn.Dense(*W.shape, bias=None), OPS[activation]()]
        params[f"dense{number}"] = {"W": W * np.sqrt(gain / len(W))}
    network = nn.Sequential(*ops)
    values, tape = network.forward(params, x)
    names = [name for name in values if not name.startswith(("x", "dense"))]
    _, bars = network.backward(params, tape, last, wrt=names)
    return [values[name] for name in names], [bars[name] for name in names]


def cases(rng):
    widths = [5, 7, 7, 7]
    x, last = rng.normal(size=(4, 5)), rng.normal(size=(4, 7))
    draws = [rng.normal(size=(a, b)) for a, b in pairwise(widths)]
    flat = [part.ravel().tolist() for part in (x, *draws, last)]
    for activation in OPS:
        for gain in (0.5, 2.0):
            values, bars = both_ways(x, draws, gain, activation, last)
            args = [flat[0], widths, flat[1:-1], gain, activation, flat[-1]]
            expected = [[a.ravel() for a in arrays] for arrays in (values, bars)]
            yield "bothWays", args, expected
    yield "size", [flat[0]], np.sqrt(np.mean(x**2))
    # On average over the signs of its sums, a ReLU keeps half of the mean square.
    z = np.concatenate([x, -x])
    kept = np.mean(nn.ReLU().forward({}, z)[0] ** 2) / np.mean(z**2)
    yield "factor", [1.7, "ReLU"], 1.7 * kept
    yield "factor", [1.7, "none"], 1.7
