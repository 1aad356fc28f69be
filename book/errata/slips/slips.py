"""The computations of slips.yml that no entry of the errata has, under the ids of the slips."""

from itertools import product

import numpy as np

from nnbook import BatchNorm
from nnbook.derive import (
    as_written,
    define,
    delta,
    index,
    mean_over,
    partial,
    sizes,
    sum_over,
    tensor,
)

from ..entry import example, formula


def transposed_weights():
    K = sizes("K")
    j, k, m = index("j k m", K)
    x, W, bar = tensor("x", K), tensor("W", K, K), tensor(r"\bar{z}", K)
    with as_written():
        z = define("z", k, sum_over(x[m] * W[m, k], m))
        left = sum_over(bar[k] * partial(z[k], x[j]), k)
        printed, corrected = (sum_over(bar[k] * w, k) for w in (W[k, j], W[j, k]))
    return formula(left, printed, corrected, letters=z[k])


def mean_held_fixed():
    n = sizes("n")
    i, j, r = index("i j r", n)
    x = tensor("x", n)
    with as_written():
        mu = define("\\mu", mean_over(x[j], j))
        printed, corrected = delta(i, r), delta(i, r) - 1 / n
        left = partial(x[i] - mu, x[r])
    return formula(left, printed, corrected, letters=mu)


@example(
    claimed=lambda e: np.isclose(e.biased, e.variance),
    holds=lambda e: np.isclose(e.unbiased, e.variance),
)
def biased_variance():
    """All samples of two numbers from -1 and 1: means of the squares about their own mean."""
    samples = np.array(list(product((-1.0, 1.0), repeat=2)))
    return {
        "variance": np.var([-1.0, 1.0]),
        "biased": samples.var(axis=1).mean(),
        "unbiased": samples.var(axis=1, ddof=1).mean(),
        "samples": len(samples),
    }


@example(claimed=lambda e: e.seen == 0, holds=lambda e: e.seen > 0.5 * e.rare)
def balance_before_split():
    """Balancing by copies before the test set is split off."""
    labels = np.array([0] * 90 + [1] * 10)
    rng = np.random.default_rng(0)
    whole = np.concatenate([np.arange(90), rng.choice(np.arange(90, 100), 90)])
    order = rng.permutation(whole)
    train, test = order[:120], order[120:]
    rare = test[labels[test] == 1]
    return {"rare": len(rare), "seen": int(np.isin(rare, train).sum())}


@example(
    claimed=lambda e: np.isclose(e.saved, e.again),
    holds=lambda e: abs(e.saved - e.again) > 1,
)
def weights_and_biases_only():
    """Predictions after saving scale and shift of a batch normalization, and nothing else."""
    op = BatchNorm(1)
    params = op.init(np.random.default_rng(0))
    measured = params | {"running_mean": np.array([1.0]), "running_variance": np.array([4.0])}
    loaded = params | {name: measured[name] for name in ("gamma", "beta")}
    saved, again = (op.forward(p, np.array([[2.0]]))[0].item() for p in (measured, loaded))
    return {"saved": saved, "again": again}
