r"""Normalization: values brought to mean 0 and variance 1, then given a scale and a shift to learn.

All kinds are one formula. The axes of an array are split in two: over some, $i$ (there are $n$ such
entries together), the mean and the variance are taken; for each place along the others, $j$, there
is one mean and one variance,

$$μ_j = \frac1n \sum_i x_{ij}, \qquad v_j = \frac1n \sum_i (x_{ij} - μ_j)^2, \qquad
  \hat x_{ij} = \frac{x_{ij} - μ_j}{\sqrt{v_j + ε}}, \qquad y_{ij} = γ \hat x_{ij} + β .$$

What the kinds differ in is the split, and along which axes $γ$ and $β$ have entries of their own:
that is a second choice, and need not be $j$. With $r_j = 1 / \sqrt{v_j + ε}$ the cotangent is

$$\bar x_{ij} = r_j \Bigl( \bar{\hat x}_{ij} - \frac1n \sum_k \bar{\hat x}_{kj}
  - \hat x_{ij}\, \frac1n \sum_k \bar{\hat x}_{kj} \hat x_{kj} \Bigr), \qquad
  \bar{\hat x} = γ \bar y,$$

and $\barγ$, $\barβ$ are the sums of $\bar y \hat x$, $\bar y$ over all entries that share them.
Batch normalization, whose split crosses examples, is in `batchnorm`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnbook.checks import flag, nonnegative, whole
from nnbook.fast import sums
from nnbook.kinds import listed
from nnbook.op import EVAL, EVERYTHING, Array, Mode, Needs, Op, Params, whole_numbers
from nnbook.ops.standardized import Axes, standardized, standardized_bar


class Normalization(Op):
    r"""The general case: mean and variance over `axes`, $γ$ and $β$ of `shape`.

    `axes` are those of `x` over which to normalize; `shape` is one that broadcasts against `x`, and
    `()` stands for single numbers. `scale` and `shift` say whether there is a $γ$ (1 at first) and
    a $β$ (0 at first); without `centred` no mean is subtracted. Statistics are those of the input,
    in training and in evaluation. `x` may have any shape that fits; `y` has the same.

    Raises ValueError for axes or a shape that do not fit `x`, for no axes, for $ε < 0$, and where
    there is nothing to take a mean of. A mean of one value is taken: $\hat x = 0$.
    Source: chapter *Layer normalization and residual networks*.

    >>> op = Normalization(axes=(0,), shape=(2,), eps=0.0)
    >>> y, _ = op.forward(op.init(np.random.default_rng(0)), np.array([[1.0, 10.0], [3.0, 50.0]]))
    >>> y.tolist()
    [[-1.0, -1.0], [1.0, 1.0]]
    """

    def __init__(
        self,
        axes: Axes,
        shape: tuple[int, ...] = (),
        eps: float = 1e-5,
        centred: bool = True,
        scale: bool = True,
        shift: bool = True,
    ):
        self.axes = tuple(whole("an axis", a, None) for a in listed("axes", axes, "(0,)"))
        if not axes:
            raise ValueError("a normalization needs at least one axis to run over, got ()")
        self.shape = tuple(whole("a size", n) for n in listed("shape", shape, "(3,)"))
        self.eps = nonnegative("eps", eps)
        self.centred, self.scale = flag("centred", centred), flag("scale", scale)
        self.shift = flag("shift", shift)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        names = {"gamma": self.scale, "beta": self.shift}
        return {name: self.shape for name, there in names.items() if there}

    def init(self, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> Params:
        values = {"gamma": np.ones(self.shape, dtype), "beta": np.zeros(self.shape, dtype)}
        return {name: values[name] for name in Normalization.shapes(self)}

    def forward(self, params: Params, x: Array, mode: Mode = EVAL) -> tuple[Array, Any]:
        x = self.checked(x)
        s = standardized(self._enough(self.split(x)), self.axes, self.eps, self.centred)
        return self.affine(params, s.x_hat.reshape(x.shape)), s

    def vjp(
        self, params: Params, cache: Any, y_bar: Array, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], Params]:
        x_hat = cache.x_hat.reshape(y_bar.shape)
        bars = self.affine_bars(params, x_hat, y_bar) if needs.params else {}
        if not needs.input(0):
            return (None,), bars
        x_hat_bar = self.split(self.scaled(params, y_bar))
        x_bar = standardized_bar(cache, x_hat_bar, self.axes, self.centred).reshape(y_bar.shape)
        return (x_bar,), bars

    # What a kind of its own may say otherwise: which inputs fit, how their axes are split, and how
    # the parameters stand beside them.

    def checked(self, x: Array) -> Array:
        """`x`, if it fits; otherwise ValueError."""
        try:
            fits = np.broadcast_shapes(x.shape, self.shape) == x.shape
        except ValueError:
            fits = False
        if not fits or any(not -x.ndim <= axis < x.ndim for axis in self.axes):
            raise ValueError(
                f"{self!r} expects inputs with axes {self.axes}, against which parameters of shape "
                f"{self.shape} broadcast, got {x.shape}"
            )
        return x

    def split(self, x: Array) -> Array:
        """`x` in the shape to which `axes` refer."""
        return x

    least = 1
    """How many values each mean has to be over."""

    def _enough(self, x: Array) -> Array:
        """`x`, if each mean is over enough values; otherwise ValueError."""
        n = math.prod(x.shape[axis] for axis in self.axes)
        if n < self.least:
            raise ValueError(
                f"{self!r} needs means over at least {self.least} values, got {n} in arrays of "
                f"shape {x.shape}"
            )
        return x

    def aligned(self, p: Array, x: Array) -> Array:
        """A parameter in the shape in which it broadcasts against `x`."""
        return p.reshape((1,) * (x.ndim - p.ndim) + p.shape)

    def affine(self, params: Params, x_hat: Array) -> Array:
        r"""$γ \hat x + β$, in a new array."""
        y = self.scaled(params, x_hat) if "gamma" in params else x_hat.copy()
        if "beta" in params:
            y += self.aligned(params["beta"], x_hat)
        return y

    def scaled(self, params: Params, x: Array) -> Array:
        """$γ x$; `x` itself where there is no $γ$."""
        return x * self.aligned(params["gamma"], x) if "gamma" in params else x

    def affine_bars(self, params: Params, x_hat: Array, y_bar: Array) -> Params:
        r"""$\barγ$ and $\barβ$."""
        bars = {}
        if "gamma" in params:
            bars["gamma"] = self._summed(y_bar, params["gamma"], times=x_hat)
        if "beta" in params:
            bars["beta"] = self._summed(y_bar, params["beta"])
        return bars

    def _summed(self, bar: Array, p: Array, times: Array | None = None) -> Array:
        """The sum, of products if there is a factor, over all that share an entry of `p`."""
        shape = self.aligned(p, bar).shape
        shared = tuple(axis for axis, size in enumerate(shape) if size == 1)
        return sums(bar, shared, times).astype(bar.dtype, copy=False).reshape(p.shape)

    def __repr__(self) -> str:
        return f"Normalization({self.axes}, {self.shape}{self._options()})"

    def _options(self) -> str:
        names = {"eps": 1e-5, "centred": True, "scale": True, "shift": True}
        changed = ((name, getattr(self, name), usual) for name, usual in names.items())
        return "".join(f", {name}={value}" for name, value, usual in changed if value != usual)


class LayerNorm(Normalization):
    r"""Each example by itself, over its last axes: for `(N, m)`, over the $m$ features.

    `shape` is the size of the last axis, or the sizes of several last axes; $γ$ and $β$ have that
    shape. No example knows of another, and training and evaluation are the same.

    Raises ValueError when `x` does not end in `shape`.
    Source: Ba, Kiros and Hinton, *Layer normalization* (2016); chapter *Layer normalization and
    residual networks*.

    >>> op = LayerNorm(2, eps=0.0)
    >>> op.forward(op.init(np.random.default_rng(0)), np.array([[1.0, 3.0], [0.0, 50.0]]))[0]
    array([[-1., 1.], [-1., 1.]])
    """

    def __init__(
        self, shape: int | Axes, eps: float = 1e-5, scale: bool = True, shift: bool = True
    ):
        shape = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
        whole_numbers(type(self).__name__, **{f"size_{i}": size for i, size in enumerate(shape)})
        shape = tuple(map(int, shape))
        super().__init__(tuple(range(-len(shape), 0)), shape, eps, True, scale, shift)

    def checked(self, x: Array) -> Array:
        if x.shape[-len(self.shape) :] != self.shape:
            sizes = ", ".join(map(str, self.shape))
            raise ValueError(f"{self!r} expects inputs of shape (…, {sizes}), got {x.shape}")
        return x

    def __repr__(self) -> str:
        shape = self.shape if self.shape[1:] else self.shape[0]
        return f"{type(self).__name__}({shape}{self._options()})"


class RMSNorm(LayerNorm):
    r"""Layer normalization without mean and shift: $y = γ x / \sqrt{\frac1n \sum_i x_i^2 + ε}$.

    `shape` is as for `LayerNorm`. Source: Zhang and Sennrich, *Root mean square layer
    normalization* (2019); chapter *Layer normalization and residual networks*.

    >>> op = RMSNorm(2, eps=0.0)
    >>> op.forward(op.init(np.random.default_rng(0)), np.array([[1.0, -7.0]]))[0]
    array([[ 0.2, -1.4]])
    """

    def __init__(self, shape: int | Axes, eps: float = 1e-5, scale: bool = True):
        super().__init__(shape, eps, scale, shift=False)
        self.centred = False

    def _options(self) -> str:
        return super()._options().replace(", centred=False", "").replace(", shift=False", "")


class PerChannel(Normalization):
    """What the kinds for inputs `(N, C, …)` share that have a $γ$ and a $β$ for each channel."""

    C: int

    def checked(self, x: Array) -> Array:
        if x.ndim < 2 or x.shape[1] != self.C:
            raise ValueError(f"{self!r} expects inputs of shape (N, {self.C}, …), got {x.shape}")
        return x

    def aligned(self, p: Array, x: Array) -> Array:
        return p.reshape(1, -1, *(1,) * (x.ndim - 2))


class GroupNorm(PerChannel):
    r"""Each image by itself, over the pixels of a group of channels.

    `x` is `(N, C, …)`, images or vectors; channels 0 … C/groups - 1 are the first group, and so on.
    $γ$ and $β$ have an entry for each channel.

    Raises ValueError when `groups` does not divide `C`, when axis 1 of `x` is not `C`, and when
    there is one value a group, as for vectors and as many groups as channels.
    Source: Wu and He, *Group normalization* (2018); chapter *Layer normalization and residual
    networks*.

    >>> op = GroupNorm(4, groups=2, eps=0.0)
    >>> op.forward(op.init(np.random.default_rng(0)), np.array([[1.0, 3.0, 0.0, 50.0]]))[0]
    array([[-1.,  1., -1.,  1.]])
    """

    def __init__(
        self, C: int, groups: int, eps: float = 1e-5, scale: bool = True, shift: bool = True
    ):
        whole_numbers(type(self).__name__, C=C, groups=groups)
        if C % groups:
            raise ValueError(f"{groups} groups do not divide {C} channels")
        super().__init__((-1,), (C,), eps, True, scale, shift)
        self.C, self.groups = C, groups

    least = 2  # the mean of one is that one, and y would be β whatever x is

    def split(self, x: Array) -> Array:
        return x.reshape(len(x), self.groups, math.prod(x.shape[1:]) // self.groups)

    def __repr__(self) -> str:
        return f"GroupNorm({self.C}, {self.groups}{self._options()})"


class InstanceNorm(GroupNorm):
    """Each channel of each image by itself: group normalization with as many groups as channels.

    `x` is `(N, C, …)`. Raises ValueError when axis 1 of `x` is not `C`, and for a single pixel.
    Source: Ulyanov, Vedaldi and Lempitsky, *Instance normalization* (2016); chapter
    *Layer normalization and residual networks*.

    >>> op = InstanceNorm(1, eps=0.0)
    >>> op.forward(op.init(np.random.default_rng(0)), np.array([[[1.0, 3.0]], [[0.0, 50.0]]]))[0]
    array([[[-1., 1.]], [[-1., 1.]]])
    """

    def __init__(self, C: int, eps: float = 1e-5, scale: bool = True, shift: bool = True):
        super().__init__(C, C, eps, scale, shift)

    def __repr__(self) -> str:
        return f"InstanceNorm({self.C}{self._options()})"
