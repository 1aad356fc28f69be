"""Hopfield networks: units of ±1 that settle into stored patterns."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from nnbook.checks import whole
from nnbook.energy.checks import entries
from nnbook.kinds import generator
from nnbook.numerics import Array
from nnbook.op import checked_params


class Hopfield:
    r"""A Hopfield network of `m` units, each of them $-1$ or $1$.

    Its energy is $E(x) = -\frac12 \sum_{jl} x_j W_{jl} x_l$. A unit that is updated takes the sign
    of its field $f_j = \sum_l W_{jl} x_l$, and stays what it is where the field is 0. For symmetric
    weights with a zero diagonal no update raises the energy. Parameters: `W`, shape `(m, m)`.

    Source: Hopfield, *Neural networks and physical systems with emergent collective computational
    abilities* (1982); chapter *Energy models*.

    >>> network = Hopfield(4)
    >>> params = network.store([[1, 1, -1, -1]])
    >>> x, energies = network.recall(params, [1, 1, -1, 1], np.random.default_rng(0))
    >>> x, float(energies[0]) == 0, float(energies[-1])
    (array([ 1.,  1., -1., -1.]), True, -1.5)
    """

    def __init__(self, m: int):
        self.m = whole("the number of units", m)

    def __repr__(self) -> str:
        return f"Hopfield({self.m})"

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of the parameters, by name."""
        return {"W": (self.m, self.m)}

    def store(self, patterns: ArrayLike) -> dict[str, Array]:
        r"""Hebb's weights for patterns `(N, m)`: $W_{jl} = \frac1m \sum_s ξ_{sj} ξ_{sl}$.

        The diagonal is set to 0. Raises ValueError for patterns of another length.

        >>> Hopfield(2).store([[1, -1], [1, 1], [1, -1]])["W"]
        array([[ 0. , -0.5],
               [-0.5,  0. ]])
        """
        xi = np.atleast_2d(entries(patterns, self.m))
        if not np.all(np.abs(xi) == 1) or not len(xi):
            raise ValueError(f"expected patterns of -1 and 1, got shape {xi.shape} with others")
        W = xi.T @ xi / self.m
        np.fill_diagonal(W, 0)
        return {"W": W}

    def energy(self, params: Mapping[str, Array], x: ArrayLike) -> Array:
        """The energy of states `(N, m)`, shape `(N,)`, or of one state `(m,)`."""
        x, W = entries(x, self.m), checked_params(self, params)["W"]
        return -((x @ W) * x).sum(axis=-1) / 2

    def field(self, params: Mapping[str, Array], x: ArrayLike) -> Array:
        r"""What each unit is pulled by, $f_j = \sum_l W_{jl} x_l$, in the shape of `x`."""
        return entries(x, self.m) @ checked_params(self, params)["W"].T

    def recall(
        self, params: Mapping[str, Array], x: ArrayLike, rng: np.random.Generator, sweeps: int = 20
    ) -> tuple[Array, Array]:
        """Updates one unit at a time, in random order, until a whole sweep changes nothing.

        From a state `(m,)`. Returns the last state and the energies, that of the start first and
        then one for each unit that was updated. Stops after `sweeps` sweeps at the latest. Raises
        ValueError for a state of another shape.
        """
        rng, sweeps = generator(rng), whole("the sweeps", sweeps)
        W, x = checked_params(self, params)["W"], entries(x, self.m).copy()
        if x.ndim != 1:
            raise ValueError(f"expected one state ({self.m},), got shape {x.shape}")
        energies = [self.energy(params, x)]
        for _ in range(sweeps):
            before = x.copy()
            for j in rng.permutation(self.m):
                f = W[j] @ x
                turns = f * x[j] < 0
                x[j] = -x[j] if turns else x[j]
                energies.append(self.energy(params, x) if turns else energies[-1])
            if np.array_equal(x, before):
                break
        return x, np.array(energies)
