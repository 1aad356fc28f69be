"""A mixture of Bernoullis, fitted by expectation maximization: what a machine is compared with."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from nnbook.checks import between, whole
from nnbook.energy.checks import shares
from nnbook.kinds import generator
from nnbook.numerics import Array, log_sum_exp, softmax
from nnbook.op import checked_params


class BernoulliMixture:
    r"""A mixture of `K` components, in each of which `m` pixels are independent.

    $p(v) = \sum_k w_k \prod_j q_{kj}^{v_j} (1 - q_{kj})^{1 - v_j}$. Parameters: `w` `(K,)` and `q`
    `(K, m)`. With one component it is the model of independent pixels. Raises ValueError for sizes
    less than 1 and states of another size. Source: chapter *Energy models*.

    >>> mixture = BernoulliMixture(2, 1)
    >>> params = mixture.fit([[0, 0], [0, 1]], np.random.default_rng(0), extra=0.5)
    >>> params["q"].round(3)
    array([[0.167, 0.5  ]])
    """

    def __init__(self, m: int, K: int):
        self.m, self.K = whole("the pixels", m), whole("the components", K)

    def __repr__(self) -> str:
        return f"BernoulliMixture({self.m}, {self.K})"

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of the parameters, by name."""
        return {"w": (self.K,), "q": (self.K, self.m)}

    def joint(self, params: Mapping[str, Array], x: ArrayLike) -> Array:
        """The logarithm of the probability of each state with each component, shape `(N, K)`."""
        params, x = checked_params(self, params), np.atleast_2d(shares(x, self.m))
        q = params["q"]
        return np.log(params["w"]) + x @ np.log(q).T + (1 - x) @ np.log1p(-q).T

    def log_likelihood(self, params: Mapping[str, Array], x: ArrayLike) -> Array:
        """The logarithm of the probability of states `(N, m)`, shape `(N,)`."""
        return log_sum_exp(self.joint(params, x))

    def fit(
        self, x: ArrayLike, rng: np.random.Generator, steps: int = 100, extra: float = 0.1
    ) -> dict[str, Array]:
        """Expectation maximization from random components, on states `(N, m)`.

        `extra` is how many zeros and how many ones each pixel of a component is given beside the
        data, and how many examples each component, so that no probability becomes 0. Raises
        ValueError for an `extra` that is not positive.
        """
        x, rng = np.atleast_2d(shares(x, self.m)), generator(rng)
        between("extra", extra, 0, 1e9)
        if not len(x):
            raise ValueError(f"expected at least one state to fit to, got shape {x.shape}")
        params = {"w": np.full(self.K, 1 / self.K), "q": rng.uniform(0.25, 0.75, (self.K, self.m))}
        params = {name: p.astype(x.dtype) for name, p in params.items()}
        for _ in range(whole("the steps", steps, 0)):
            share = softmax(self.joint(params, x))
            count = share.sum(axis=0)
            params = {
                "w": (count + extra) / (len(x) + self.K * extra),
                "q": (share.T @ x + extra) / (count[:, None] + 2 * extra),
            }
        return params
