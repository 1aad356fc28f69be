r"""Attention: each query reads a mean of all values, weighted by how well their keys fit it.

With queries $q_t$, keys $k_s$ and values $v_s$,

$$z_{ts} = \frac{q_t · k_s}{\sqrt d}, \qquad A_{ts} = \frac{m_{ts}\, e^{z_{ts}}}{\sum_r m_{tr}\,
  e^{z_{tr}}}, \qquad y_t = \sum_s A_{ts} v_s,$$

where the mask $m_{ts}$ is 1 where $t$ may look at $s$, otherwise 0. A query that may look nowhere
gets $A_{ts} = 0$ and $y_t = 0$. Backward, with the cotangent $\bar y$ and that of the weights, if
somebody reads them,

$$\bar v_s = \sum_t A_{ts} \bar y_t, \qquad \bar A_{ts} ← \bar A_{ts} + \bar y_t · v_s, \qquad
  \bar z_{ts} = A_{ts} \Bigl(\bar A_{ts} - \sum_r A_{tr} \bar A_{tr}\Bigr),$$

$$\bar q_t = \frac1{\sqrt d} \sum_s \bar z_{ts} k_s, \qquad
  \bar k_s = \frac1{\sqrt d} \sum_t \bar z_{ts} q_t .$$
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook.checks import flag
from nnbook.data.targets import class_labels
from nnbook.numerics import wide
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


def causal_mask(T: int, T_k: int | None = None) -> Array:
    r"""Where a query may look that must not see what comes after it: $m_{ts} = 1$ for $s ≤ t$.

    Truth values `(T, T_k)`; `T_k` is `T` if not said. Of more keys than queries the queries are the
    last ones, $s ≤ t + T_k - T$, as when one goes on with earlier keys at hand. Raises ValueError
    for fewer keys than queries. Source: Vaswani et al., *Attention is all you need* (2017).

    >>> causal_mask(2, 3).astype(int)
    array([[1, 1, 0],
           [1, 1, 1]])
    """
    T_k = T if T_k is None else T_k
    whole_numbers("causal_mask", T=T, T_k=T_k)
    if T_k < T:
        raise ValueError(f"a causal mask needs a key for each query, got {T_k} for {T}")
    return np.arange(T_k) <= np.arange(T)[:, None] + (T_k - T)


def padding_mask(lengths: ArrayLike, T: int) -> Array:
    """Which places of sequences are no padding: $s$ below the length, `(N, T)` truth values.

    For attention it is `padding_mask(lengths, T)[:, None, :]`: no query looks at padding. Raises
    ValueError for lengths that are not whole numbers from 0 to T. Source: as `causal_mask`.

    >>> padding_mask([2, 3], 3).astype(int)
    array([[1, 1, 0],
           [1, 1, 1]])
    """
    whole_numbers("padding_mask", T=T)
    return np.arange(T) < class_labels(lengths, T + 1, "padding_mask, of lengths,")[..., None]


def attend(q: Array, k: Array, v: Array, mask: Array | None = None) -> tuple[Array, Array]:
    """The outputs $y$ `(…, T, d_v)` and the weights $A$ `(…, T, T_k)` of checked arrays.

    >>> q, k, v = np.zeros((1, 2)), np.ones((2, 2)), np.array([[1.0], [3.0]])
    >>> attend(q, k, v)[0]                                       # no key fits better: the mean
    array([[2.]])
    """
    z = wide(q @ np.swapaxes(k, -1, -2) / np.asarray(math.sqrt(q.shape[-1]), q.dtype))
    if mask is not None:
        z = np.where(mask, z, np.asarray(-np.inf, z.dtype))
    c = np.max(z, axis=-1, keepdims=True)
    with np.errstate(under="ignore"):
        e = np.exp(z - np.where(c == -np.inf, 0, c))
    sums = np.sum(e, axis=-1, keepdims=True)
    A = (e / np.where(sums == 0, 1, sums)).astype(q.dtype, copy=False)  # (…, T, T_k)
    return A @ v, A


def attend_bars(
    q: Array, k: Array, v: Array, A: Array, y_bar: Array, A_bar: Array | float = 0.0
) -> tuple[Array, Array, Array]:
    """The cotangents of `q`, `k` and `v`, by the formulas of this module.

    >>> q, k, v = np.zeros((1, 2)), np.ones((2, 2)), np.array([[1.0], [3.0]])
    >>> y, A = attend(q, k, v)
    >>> attend_bars(q, k, v, A, np.ones((1, 1)))[2].T
    array([[0.5, 0.5]])
    """
    A_bar = A_bar + y_bar @ np.swapaxes(v, -1, -2)
    z_bar = A * (A_bar - np.sum(A * A_bar, axis=-1, keepdims=True))
    z_bar = z_bar / np.asarray(math.sqrt(q.shape[-1]), z_bar.dtype)  # (…, T, T_k)
    return z_bar @ k, np.swapaxes(z_bar, -1, -2) @ q, np.swapaxes(A, -1, -2) @ y_bar


class Attention(Op):
    r"""Scaled dot-product attention, $y_t = \sum_s A_{ts} v_s$ with $A$ as in this module.

    Inputs are queries `(…, T, d)`, keys `(…, T_k, d)`, values `(…, T_k, d_v)` and, if given, a mask
    that broadcasts against `(…, T, T_k)`: true, or 1, where a query may look. (PyTorch's
    `key_padding_mask` says the opposite.) With `causal=True` no query looks at what comes after it
    (`causal_mask`). The outputs are $y$ `(…, T, d_v)` and the `weights` $A$ `(…, T, T_k)`. A query
    that may look nowhere gets 0 and sends no cotangent.

    Raises ValueError for arrays that do not fit each other, for no keys, for a mask that holds
    anything but truth values, and with `causal=True` for fewer keys than queries.
    Source: Vaswani et al., *Attention is all you need* (2017).

    >>> q, k = np.array([[9.0, 0.0], [0.0, 9.0]]), np.array([[9.0, 0.0], [0.0, 9.0]])
    >>> v = np.array([[1.0], [2.0]])
    >>> (y, A), cache = Attention().forward({}, q, k, v)
    >>> y.T.round(4), A.round(4)
    (array([[1., 2.]]), array([[1., 0.], [0., 1.]]))
    >>> (y, _), _ = Attention().forward({}, q, k, v, np.array([[0, 1], [0, 0]]))
    >>> y.T
    array([[2., 0.]])
    """

    outputs = ("y", "weights")
    labels = (3,)

    def __init__(self, causal: bool = False):
        self.causal = flag("causal", causal)

    def forward(
        self,
        params: Params,
        q: Array,
        k: Array,
        v: Array,
        mask: Array | None = None,
        mode: Mode = EVAL,
    ) -> tuple[tuple[Array, Array], Any]:
        if min(q.ndim, k.ndim, v.ndim) < 2 or (
            q.shape[:-2] != k.shape[:-2] or k.shape[:-1] != v.shape[:-1]
        ):
            shapes = f"{q.shape}, {k.shape}, {v.shape}"
            raise ValueError(
                f"{self!r} expects queries (…, T, d), keys (…, T_k, d) and values (…, T_k, d_v), "
                f"got {shapes}"
            )
        if q.shape[-1] != k.shape[-1] or 0 in (q.shape[-1], k.shape[-2]):
            raise ValueError(f"{self!r} cannot compare queries {q.shape} with keys {k.shape}")
        shape = (*q.shape[:-1], k.shape[-2])
        y, A = attend(q, k, v, allowed(self, shape, self.causal, mask))
        return (y, A), (q, k, v, A, mask is not None)

    def vjp(
        self, params: Params, cache: Any, y_bar: Any, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], Params]:
        *arrays, masked = cache
        refuse_mask_bar(self, 3, masked, needs)
        bars = attend_bars(*arrays, *y_bar)
        kept = (bar if needs.input(i) else None for i, bar in enumerate(bars))
        return (*kept, *([None] if masked else [])), {}

    def __repr__(self) -> str:
        return f"Attention({'causal=True' if self.causal else ''})"


def allowed(op: Op, shape: tuple[int, ...], causal: bool, mask: Array | None) -> Array | None:
    """Where queries may look, from the two masks; None for everywhere.

    >>> allowed(Attention(), (2, 2), True, np.array([True, False])).astype(int)
    array([[1, 0],
           [1, 0]])
    """
    before = causal_mask(*shape[-2:]) if causal and shape[-2] else None
    if mask is None:
        return before
    if mask.dtype.kind != "b" and (mask.dtype.kind == "f" or np.any((mask != 0) & (mask != 1))):
        raise ValueError(f"{op!r} expects a mask of truth values, got dtype {mask.dtype}")
    try:
        fits = np.broadcast_shapes(mask.shape, shape) == shape
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"{op!r} expects a mask that fits {shape}, got shape {mask.shape}")
    return mask.astype(bool) if before is None else mask.astype(bool) & before


def refuse_mask_bar(op: Op, place: int, masked: bool, needs: Needs) -> None:
    """NoGradientError when the cotangent of the mask, the input at `place`, is asked for."""
    if masked and needs.inputs is not None and needs.input(place):
        raise NoGradientError(f"{op!r}: a mask has no cotangent")
