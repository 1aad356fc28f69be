"""The restricted Boltzmann machine: energy, conditionals, free energy, sampling, gradients."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from nnbook.checks import whole
from nnbook.energy.checks import entries, shares
from nnbook.kinds import generator
from nnbook.numerics import Array, floating, sigmoid, softplus
from nnbook.op import checked_params

Params = Mapping[str, Array]


class BernoulliRBM:
    r"""A restricted Boltzmann machine of `m` visible and `H` hidden units, each of them 0 or 1.

    $$E(v, h) = -\sum_j a_j v_j - \sum_k b_k h_k - \sum_{jk} v_j W_{jk} h_k, \qquad
      p(v, h) = e^{-E(v, h)} / Z$$

    Parameters: `W` `(m, H)`, `a` `(m,)` of the visible and `b` `(H,)` of the hidden units. States
    are arrays `(N, m)` and `(N, H)`, or `(m,)` and `(H,)` for one. Raises ValueError for sizes less
    than 1 and states of other sizes.

    Source: Smolensky, *Information processing in dynamical systems: foundations of harmony theory*
    (1986); chapter *Energy models*.

    >>> rbm = BernoulliRBM(2, 1)
    >>> params = {"W": np.array([[2.0], [-1.0]]), "a": np.zeros(2), "b": np.zeros(1)}
    >>> float(rbm.energy(params, [1, 0], [1])), rbm.hidden(params, [1, 0]).round(3)
    (-2.0, array([0.881]))
    """

    def __init__(self, m: int, H: int):
        self.m, self.H = whole("the visible units", m), whole("the hidden units", H)

    def __repr__(self) -> str:
        return f"BernoulliRBM({self.m}, {self.H})"

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of the parameters, by name."""
        return {"W": (self.m, self.H), "a": (self.m,), "b": (self.H,)}

    def _arrays(self, params: Params) -> tuple[Array, Array, Array]:
        found = checked_params(self, params)
        return found["W"], found["a"], found["b"]

    def init(self, rng: np.random.Generator, x: ArrayLike | None = None) -> dict[str, Array]:
        r"""Small normal weights of deviation 0.1 and biases of 0.

        With data `x` `(N, m)`, $a_j$ is the logit of the share of examples in which unit $j$ is 1
        (with one more of each kind), so that the machine begins as independent pixels.
        """
        a = np.zeros(self.m)
        if x is not None:
            x = np.atleast_2d(shares(x, self.m))
            ones = x.sum(axis=0)
            a = np.log((ones + 1) / (len(x) - ones + 1))
        return {"W": generator(rng).normal(0, 0.1, (self.m, self.H)), "a": a, "b": np.zeros(self.H)}

    def energy(self, params: Params, v: ArrayLike, h: ArrayLike) -> Array:
        """The energy of each pair of states, shape `(N,)`."""
        v, h = entries(v, self.m), entries(h, self.H)
        if v.shape[:-1] != h.shape[:-1]:
            raise ValueError(f"expected as many states h as v, got {h.shape} and {v.shape}")
        W, a, b = self._arrays(params)
        return -(v @ a) - h @ b - ((v @ W) * h).sum(axis=-1)

    def hidden(self, params: Params, v: ArrayLike) -> Array:
        r"""$p(h_k = 1 \mid v) = σ(b_k + \sum_j v_j W_{jk})$, shape `(N, H)`."""
        W, _, b = self._arrays(params)
        return sigmoid(b + entries(v, self.m) @ W)

    def visible(self, params: Params, h: ArrayLike) -> Array:
        r"""$p(v_j = 1 \mid h) = σ(a_j + \sum_k W_{jk} h_k)$, shape `(N, m)`."""
        W, a, _ = self._arrays(params)
        return sigmoid(a + entries(h, self.H) @ W.T)

    def free_energy(self, params: Params, v: ArrayLike) -> Array:
        r"""$F(v) = -\log \sum_h e^{-E(v, h)} = -\sum_j a_j v_j - \sum_k \log(1 + e^{z_k})$.

        $z_k = b_k + \sum_j v_j W_{jk}$; shape `(N,)`. The probability of $v$ is $e^{-F(v)}/Z$.
        """
        v = entries(v, self.m)
        W, a, b = self._arrays(params)
        return -(v @ a) - softplus(b + v @ W).sum(axis=-1)

    def swapped(self, params: Params) -> tuple[BernoulliRBM, dict[str, Array]]:
        """The same machine with visible and hidden units exchanged, and its parameters.

        >>> rbm = BernoulliRBM(3, 2)
        >>> other, params = rbm.swapped(rbm.init(np.random.default_rng(0)))
        >>> other, params["W"].shape
        (BernoulliRBM(2, 3), (2, 3))
        """
        W, a, b = self._arrays(params)
        return BernoulliRBM(self.H, self.m), {"W": W.T, "a": b, "b": a}

    def sample(
        self, params: Params, v: ArrayLike, rng: np.random.Generator, steps: int = 1
    ) -> Array:
        """`v` after so many steps of block Gibbs sampling: all hidden units, then all visible."""
        v, rng = entries(v, self.m), generator(rng)
        for _ in range(whole("the steps", steps, 0)):
            v = draw(self.visible(params, draw(self.hidden(params, v), rng)), rng)
        return v

    def statistics(self, params: Params, v: ArrayLike) -> dict[str, Array]:
        r"""The mean of $-\partial F(v)/\partial θ$ over states `(N, m)`, in the shapes of `params`.

        For $W_{jk}$ it is the mean of $v_j σ(z_k)$, for $a_j$ that of $v_j$, for $b_k$ that of
        $σ(z_k)$. Raises ValueError for a mean of nothing.
        """
        v = np.atleast_2d(entries(v, self.m))
        if not len(v):
            raise ValueError(f"expected at least one state, got shape {v.shape}")
        h = self.hidden(params, v)
        return {"W": v.T @ h / len(v), "a": v.mean(axis=0), "b": h.mean(axis=0)}

    def gradient(self, params: Params, x: ArrayLike, v: ArrayLike) -> dict[str, Array]:
        """The slope of the mean of -log p over data `x`, with states `v` in place of the model's.

        The statistics of `v` minus those of `x`: an estimate if `v` are samples of the machine.
        Like every gradient of the book it points uphill of a loss; optimizers go the other way.
        """
        data, model = self.statistics(params, x), self.statistics(params, v)
        return {name: model[name] - data[name] for name in data}

    def contrastive_divergence(
        self, params: Params, x: ArrayLike, rng: np.random.Generator, steps: int = 1
    ) -> dict[str, Array]:
        """`gradient` with chains that start at the data and run for so many steps of Gibbs.

        Source: Hinton, *Training products of experts by minimizing contrastive divergence* (2002).
        """
        return self.gradient(params, x, self.sample(params, x, rng, steps))


def draw(p: ArrayLike, rng: np.random.Generator) -> Array:
    """Zeros and ones, each 1 with its own probability, in the dtype of `p`.

    >>> draw([0.0, 1.0], np.random.default_rng(0))
    array([0., 1.])
    """
    p = floating(p)
    if p.size and not (p.min() >= 0 and p.max() <= 1):
        raise ValueError(f"expected probabilities, got {p.min():.4g} to {p.max():.4g}")
    return (generator(rng).random(p.shape) < p).astype(p.dtype)
