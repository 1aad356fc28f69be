"""The partition function: exactly where the states can be listed, else by annealing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from nnbook.checks import whole
from nnbook.energy.checks import states
from nnbook.energy.rbm import BernoulliRBM, Params, draw
from nnbook.kinds import array, generator, made
from nnbook.numerics import Array, floating, log_sum_exp, sigmoid, softmax, softplus
from nnbook.op import checked_params


def log_partition(rbm: BernoulliRBM, params: Params) -> float:
    r"""$\log Z$, exactly: the sum over the states of the smaller layer, the other one summed out.

    Raises ValueError if both layers have more than 24 units. Source: chapter *Energy models*.

    >>> rbm = BernoulliRBM(3, 2)
    >>> zero = {"W": np.zeros((3, 2)), "a": np.zeros(3), "b": np.zeros(2)}
    >>> round(log_partition(rbm, zero), 4)
    3.4657
    """
    params = _of_machine(rbm, params)
    if rbm.m > rbm.H:
        rbm, params = rbm.swapped(params)
    # The states are those of two halves of the layer, all pairs: only one half is listed at a time.
    W, a = params["W"], params["a"]
    half = rbm.m // 2
    first, second = states(half), states(rbm.m - half)
    z, low = second @ W[half:] + params["b"], second @ a[half:]
    rows = zip(first @ W[:half], first @ a[:half], strict=True)
    return float(log_sum_exp([log_sum_exp(low + s + softplus(z + y).sum(1)) for y, s in rows]))


def exact_statistics(rbm: BernoulliRBM, params: Params) -> dict[str, Array]:
    r"""The expectation of $-\partial F/\partial θ$ under the machine itself, by listing all states.

    In the shapes of `params`; it is also the gradient of $\log Z$. Raises ValueError if both layers
    have more than 24 units.
    """
    params = _of_machine(rbm, params)
    if rbm.m > rbm.H:
        swapped = exact_statistics(*rbm.swapped(params))
        return {"W": swapped["W"].T, "a": swapped["b"], "b": swapped["a"]}
    v = states(rbm.m)
    p, h = softmax(-rbm.free_energy(params, v)), rbm.hidden(params, v)
    return {"W": (p[:, None] * v).T @ h, "a": p @ v, "b": p @ h}


def exact_gradient(rbm: BernoulliRBM, params: Params, x: ArrayLike) -> dict[str, Array]:
    """The gradient of the mean of -log p over data `x` `(N, m)`; see `exact_statistics`."""
    params = _of_machine(rbm, params)
    data, model = rbm.statistics(params, x), exact_statistics(rbm, params)
    return {name: model[name] - data[name] for name in data}


@dataclass(frozen=True)
class Annealed:
    """An estimate of log Z: its value, its standard error, and the logarithm of each weight."""

    log_z: float
    error: float
    log_weights: Array


def annealed_importance_sampling(
    rbm: BernoulliRBM,
    params: Params,
    rng: np.random.Generator,
    chains: int = 100,
    steps: int = 1000,
    base: ArrayLike | None = None,
) -> Annealed:
    r"""An estimate of $\log Z$ by chains that go from independent pixels to the machine.

    At $β$, of which there are `steps` equal ones from 0 to 1, the visible states have the free
    energy $F_β(v) = -\sum_j ((1 - β) a^0_j + β a_j) v_j - \sum_k \log(1 + e^{β z_k})$. Each chain
    multiplies its weight by $e^{F_β(v) - F_{β'}(v)}$ and then takes a Gibbs step at $β'$. The mean
    of the weights times $Z_0$ is an unbiased estimate of $Z$; of its logarithm the error is to
    first order the standard error of the weights over their mean. `base` has the biases $a^0$,
    zeros unless given.

    Source: Neal, *Annealed importance sampling* (2001); Salakhutdinov and Murray, *On the
    quantitative analysis of deep belief networks* (2008).

    >>> rbm = BernoulliRBM(3, 2)
    >>> zero = {"W": np.zeros((3, 2)), "a": np.zeros(3), "b": np.zeros(2)}
    >>> round(annealed_importance_sampling(rbm, zero, np.random.default_rng(0), 2, 2).log_z, 4)
    3.4657
    """
    rng, chains = generator(rng), whole("the chains", chains, 2)
    params = _of_machine(rbm, params)
    W, a, b = (params[name] for name in "Wab")
    a0 = np.zeros(rbm.m) if base is None else array("base", base, floating)
    if a0.shape != (rbm.m,) or not np.isfinite(a0).all():
        raise ValueError(f"base must be finite biases of shape ({rbm.m},), got shape {a0.shape}")
    betas = np.linspace(0, 1, whole("the steps", steps) + 1)
    v = draw(np.broadcast_to(sigmoid(a0), (chains, rbm.m)), rng)
    log_w = np.zeros(chains)
    for beta, after in pairwise(betas):
        z = v @ W + b
        log_w += (after - beta) * (v @ (a - a0))
        log_w += (softplus(after * z) - softplus(beta * z)).sum(axis=1)
        h = draw(sigmoid(after * z), rng)
        v = draw(sigmoid((1 - after) * a0 + after * (a + h @ W.T)), rng)
    start = softplus(a0).sum() + rbm.H * np.log(2)
    weights = np.exp(log_w - log_w.max())
    error = weights.std(ddof=1) / weights.mean() / np.sqrt(chains)
    log_z = start + log_sum_exp(log_w) - np.log(chains)
    return Annealed(float(log_z), float(error), log_w)


def _of_machine(rbm: BernoulliRBM, params: Params) -> Params:
    """The parameters of a machine, both checked."""
    made("the machine", rbm, BernoulliRBM, "BernoulliRBM(4, 3)")
    return checked_params(rbm, params)
