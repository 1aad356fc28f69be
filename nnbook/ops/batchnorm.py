r"""Batch normalization: each feature over the examples of the batch.

It is the one normalization whose value for an example depends on the others. In training that is
meant; to use the network, one wants an answer that depends on the question alone. So the op keeps
running averages of the statistics that it met, and normalizes with those in evaluation.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnbook.checks import number
from nnbook.fast import like
from nnbook.numerics import wide
from nnbook.op import EVAL, EVERYTHING, Array, Mode, Needs, Params, whole_numbers
from nnbook.ops.normalization import PerChannel
from nnbook.ops.standardized import Standardized, standardized, standardized_bar


class BatchNorm(PerChannel):
    r"""Feature by feature over the batch, channel by channel over batch and pixels:

    $$\hat x = \frac{x - μ}{\sqrt{v + ε}}, \qquad y = γ \hat x + β .$$

    `x` is `(N, C)` or `(N, C, …)`; `gamma`, `beta` and the running averages are `(C,)`. In training
    $μ$ and $v$ are those of the batch, with $n$ = N (· H · W) values each, and $v$ has the factor
    $\frac1n$. After each batch the running averages move towards them, with `momentum` $m$,

    $$μ_r ← (1 - m) μ_r + m μ, \qquad v_r ← (1 - m) v_r + m \frac{n}{n - 1} v,$$

    from 0 and 1 at first: the variance on the right is the unbiased one, for it is to stand for
    that of all examples. So do Ioffe and Szegedy, and PyTorch, whose `momentum` is this one; that
    of Keras is $1 - m$. In evaluation $μ_r$ and $v_r$ stand for $μ$ and $v$, and the op is linear.
    The averages, `running_mean` and `running_variance`, are parameters that are measured, not
    learnt: they have no cotangent, and `Graph.measured` renews them.

    Raises ValueError for other shapes, and in training for fewer than two values a channel.
    Source: Ioffe and Szegedy, *Batch normalization* (2015); chapter *Batch normalization*.

    >>> op = BatchNorm(1, eps=0.0)
    >>> params = op.init(np.random.default_rng(0))
    >>> y, cache = op.forward(params, np.array([[1.0], [3.0]]), mode=Mode(training=True))
    >>> y.T, op.measured(params, cache)
    (array([[-1.,  1.]]), {'running_mean': array([0.2]), 'running_variance': array([1.1])})
    >>> op.forward(params, np.array([[1.0], [3.0]]))[0].T
    array([[1., 3.]])
    """

    def __init__(
        self,
        C: int,
        momentum: float = 0.1,
        eps: float = 1e-5,
        scale: bool = True,
        shift: bool = True,
    ):
        whole_numbers("BatchNorm", C=C)
        if not 0 < number("momentum", momentum) <= 1:
            raise ValueError(f"momentum must lie above 0 and not above 1, got {momentum}")
        super().__init__((0,), (C,), eps, True, scale, shift)
        self.C, self.momentum = C, float(momentum)

    measures = "running_mean", "running_variance"

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {**super().shapes(), **dict.fromkeys(self.measures, (self.C,))}

    def init(self, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> Params:
        running = {
            "running_mean": np.zeros(self.C, dtype),
            "running_variance": np.ones(self.C, dtype),
        }
        return {**super().init(rng, dtype), **running}

    def forward(self, params: Params, x: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        x = self.checked(x)
        if mode.training:
            n = x.size // self.C
            if n < 2:
                raise ValueError(
                    f"{self!r} needs at least 2 values a channel in training, got a batch of shape "
                    f"{x.shape}: choose a batch size that leaves no batch of one"
                )
            s = standardized(x, self._over(x), self.eps)
        else:
            n = None
            mean = self.aligned(params["running_mean"], x)
            variance = self.aligned(params["running_variance"], x)
            r = 1 / np.sqrt(wide(variance) + self.eps)
            x_hat = ((x - mean) * r).astype(x.dtype, copy=False)
            s = Standardized(x_hat, mean, variance, r)
        return self.affine(params, s.x_hat), (s, n)

    def vjp(
        self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], Params]:
        s, n = cache
        bars = self.affine_bars(params, s.x_hat, y_bar) if needs.params else {}
        if not needs.input(0):
            return (None,), bars
        if n is not None and y_bar.dtype == np.float32 and bars.keys() == {"gamma", "beta"}:
            return (self._short_bar(params, s, n, y_bar, bars),), bars
        x_hat_bar = self.scaled(params, y_bar)
        if n is None:  # evaluation: μ and v are constants
            return ((x_hat_bar * s.r).astype(y_bar.dtype, copy=False),), bars
        return (standardized_bar(s, x_hat_bar, self._over(y_bar)),), bars

    def _short_bar(self, params: Params, s: Any, n: int, y_bar: Array, bars: Params) -> Array:
        r"""$\bar x = γ r (\bar y - \barβ / n - \hat x \barγ / n)$, from sums that are known.

        In float64 the sums are taken of $γ \bar y$, as for all normalizations.
        """
        along, mean, gamma = (
            self.aligned(p, y_bar) for p in (bars["gamma"] / n, bars["beta"] / n, params["gamma"])
        )
        x_bar = s.x_hat * along
        np.subtract(y_bar, x_bar, out=x_bar)
        x_bar -= mean
        x_bar *= like(gamma * s.r, x_bar)
        return x_bar

    def measured(self, params: Params, cache: Any) -> Params:
        s, n = cache
        if n is None:
            return {}
        m = self.momentum
        mean, variance = s.mean.reshape(-1), s.variance.reshape(-1)
        new = {"running_mean": mean, "running_variance": variance * (n / (n - 1))}
        return {
            name: ((1 - m) * params[name] + m * value).astype(params[name].dtype, copy=False)
            for name, value in new.items()
        }

    def _over(self, x: Array) -> tuple[int, ...]:
        """The axes to take statistics over: all but that of the channels."""
        return (0, *range(2, x.ndim))

    def __repr__(self) -> str:
        momentum = f", momentum={self.momentum}" if self.momentum != 0.1 else ""
        return f"BatchNorm({self.C}{momentum}{self._options()})"
