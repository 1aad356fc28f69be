"""Where a word looks, as Attention has it."""

import numpy as np

import nnbook as nn

planted = [
    ("powers.map((e) => e / total)", "powers"),
    ("!causal || s <= t", "!causal || s < t + 2"),
    ("factor * numbers.product", "numbers.product"),
    ("value * b[j]", "value * b[0]"),
]


def cases(rng):
    Q, K = rng.normal(size=(2, 6, 4))
    rows = [Q.tolist(), K.tolist()]
    yield "product", [rows[0][1], rows[1][2]], (Q @ K.T)[1, 2]
    for factor in (0.0, 0.5, 2.0):
        for causal in (False, True):
            scaled = Q * factor * np.sqrt(4)  # the op divides by this root
            A = nn.Attention(causal=causal).forward({}, scaled, K, K)[0][1]
            for t in range(6):
                yield "weights", [*rows, t, factor, causal], A[t]
    (_, A), _ = nn.Attention().forward({}, Q, K, K)
    yield "weights", [*rows, 3, 1 / np.sqrt(4), False], A[3]
