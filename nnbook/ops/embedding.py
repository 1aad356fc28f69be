"""Embedding: labels as rows of a table that is learnt."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnbook.data.targets import class_labels
from nnbook.op import (
    EVAL,
    EVERYTHING,
    Array,
    Mode,
    Needs,
    NoGradientError,
    Op,
    Params,
    whole_numbers,
)
from nnbook.ops.initializers import Initializer, normal


class Embedding(Op):
    r"""A vector for each of $K$ labels, such as the words of a text: $y_i = W_{x_i}$.

    `x` holds labels, whole numbers from 0 to K - 1, in any shape `(…)`; `W` is the table
    `(K, n_out)`, and `y` is `(…, n_out)`. It is a dense layer that reads one-hot vectors, without
    their zeros. Rows that are read several times add up what they get,

    $$\bar W_k = \sum_{i\,:\,x_i = k} \bar y_i ,$$

    and labels have no cotangent. With `padding` $p$, a label that stands for nothing, row $p$ is 0
    at first and $\bar W_p = 0$, so that it stays.

    Raises ValueError for sizes that are not positive, for labels that are not integers from 0 to
    K - 1, and for such a `padding`; NoGradientError when the cotangent of labels is asked for by
    name. Source: Bengio, Ducharme, Vincent and Jauvin, *A neural probabilistic language model*
    (2003).

    >>> op, params = Embedding(3, 2), {"W": np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])}
    >>> y, cache = op.forward(params, np.array([2, 0, 2]))
    >>> y.tolist()
    [[5.0, 6.0], [1.0, 2.0], [5.0, 6.0]]
    >>> _, bars = op.vjp(params, cache, np.array([[1.0, 0.0], [1.0, 1.0], [10.0, 0.0]]))
    >>> bars["W"].tolist()
    [[1.0, 1.0], [0.0, 0.0], [11.0, 0.0]]
    """

    labels = (0,)

    def __init__(
        self,
        K: int,
        n_out: int,
        padding: int | None = None,
        weights: Initializer = normal(1.0),  # noqa: B008 (initializers hold nothing)
    ):
        whole_numbers("Embedding", K=K, n_out=n_out)
        if padding is not None:
            class_labels([padding], K, "the padding of an embedding")
        self.K, self.n_out, self.padding, self.weights = K, n_out, padding, weights

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {"W": (self.K, self.n_out)}

    def init(self, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> Params:
        W = np.array(self.weights(rng, (self.K, self.n_out), dtype))
        if self.padding is not None:
            W[self.padding] = 0
        return {"W": W}

    def forward(self, params: Params, x: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        x = class_labels(x, self.K, repr(self))
        return params["W"][x], x  # (…, n_out)

    def vjp(
        self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], Params]:
        if needs.inputs is not None and needs.input(0):
            raise NoGradientError(f"{self!r}: labels have no cotangent")
        if not needs.params:
            return (None,), {}
        x, y_bar = cache.reshape(-1), y_bar.reshape(-1, self.n_out)  # (N,), (N, n_out)
        W_bar = np.zeros((self.K, self.n_out), np.result_type(y_bar, np.float64))
        # `W_bar[x] += y_bar` would count each row once. `add.at` is 40 times as fast entry by entry
        # as row by row.
        entries = x[:, None] * self.n_out + np.arange(self.n_out)
        np.add.at(W_bar.reshape(-1), entries.reshape(-1), y_bar.reshape(-1).astype(W_bar.dtype))
        if self.padding is not None:
            W_bar[self.padding] = 0
        return (None,), {"W": W_bar.astype(y_bar.dtype, copy=False)}

    def __repr__(self) -> str:
        padding = "" if self.padding is None else f", padding={self.padding}"
        return f"Embedding({self.K}, {self.n_out}{padding})"
