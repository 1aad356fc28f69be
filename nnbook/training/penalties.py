r"""Penalties: terms added to the loss that make large weights expensive.

The objective is then $L^* = L + R(θ)$, and its gradient $∂L/∂θ + ∂R/∂θ$. A penalty is a sum over
single numbers, so that each has a short `value` and `gradient` of one array. By default it falls on
the weights, the parameters called `W`: a bias has one number for all examples and hardly overfits,
and a scale or shift of a normalization is not helped by being small.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nnbook import tree
from nnbook.checks import nonnegative, norm_order, word
from nnbook.kinds import array, function
from nnbook.numerics import floating
from nnbook.op import Array, Params

Choice = Callable[[str], bool]
"""Which parameters are meant: a function of the path of each, such as `dense1/W`."""


def weights(path: str) -> bool:
    """Whether a path is that of weights, `W`.

    >>> weights("dense1/W"), weights("dense1/b")
    (True, False)
    """
    return word("a path", path).rsplit("/", 1)[-1] == "W"


@dataclass(frozen=True)
class Penalty:
    """A penalty $R(θ)$ on those parameters that `where` chooses by their path.

    `value` and `gradient` are functions of one array; the call and `gradients` are those of a tree,
    and raise ValueError when `where` chooses nothing. The sum of `value` is in float64; a gradient
    has the dtype of its weights, or float64 if they are integers.
    """

    name: str
    value: Callable[[Array], Any] = field(repr=False)
    gradient: Callable[[Array], Array] = field(repr=False)
    where: Choice = field(default=weights, repr=False)

    def __post_init__(self) -> None:
        word("the name of a penalty", self.name)
        function("value", self.value, "np.sum")
        function("gradient", self.gradient, "np.sign")
        function("where", self.where, 'lambda path: path.endswith("W")')

    def __call__(self, params: Params) -> float:
        """$R(θ)$, the sum over all chosen parameters."""
        return float(sum(self.value(w) for _, w in self._chosen(params)))

    def gradients(self, params: Params) -> dict[str, Array]:
        """$∂R/∂θ$ by path, for the chosen parameters."""
        return {path: self.gradient(w) for path, w in self._chosen(params)}

    def add_to(self, grads: Params, params: Params) -> Params:
        """Gradients of the loss with those of the penalty added, where the loss has any."""
        flat = tree.flatten(grads)
        for path, bar in self.gradients(params).items():
            if path in flat:  # what is not trained is left alone
                g = array(f"gradient {path!r}", flat[path], floating)
                if g.shape != bar.shape:
                    raise ValueError(f"gradient {path!r}: expected {bar.shape}, got {g.shape}")
                flat[path] = g + bar
        return tree.unflatten(flat)

    def _chosen(self, params: Params) -> list[tuple[str, Array]]:
        chosen = [
            (path, array(f"parameter {path!r}", w, floating))
            for path, w in tree.items(params)
            if self.where(path)
        ]
        if not chosen:
            paths = [path for path, _ in tree.items(params)]
            raise ValueError(f"{self!r} falls on none of the parameters {paths}; it needs one")
        return chosen

    def __repr__(self) -> str:
        return self.name


def l1(strength: float, where: Choice = weights) -> Penalty:
    r"""$R = λ \sum_i |w_i|$, $\;∂R/∂w_i = λ \operatorname{sign} w_i$: pulls as hard at small
    weights as at large ones, and so makes some of them 0.

    At $w_i = 0$ there is a kink; 0 is taken. Raises ValueError for a strength $λ$ that is negative
    or not finite. Source: Tibshirani, *Regression shrinkage and selection via the lasso* (1996);
    chapter *Regularization*.

    >>> w = np.array([-2.0, 0.0, 3.0])
    >>> l1(0.1).value(w), l1(0.1).gradient(w)
    (np.float64(0.5), array([-0.1,  0. ,  0.1]))
    """
    a = nonnegative("strength", strength)
    return Penalty(
        f"l1({a})",
        lambda w: a * np.sum(np.abs(_exact(w))),
        lambda w: a * np.sign(floating(w)),
        where,
    )


def l2(strength: float, where: Choice = weights) -> Penalty:
    r"""$R = λ \sum_i w_i^2$, $\;∂R/∂w_i = 2 λ w_i$.

    Books and libraries that write $\frac{λ}{2} \sum w^2$ have twice our $λ$; so has the
    `weight_decay` of PyTorch's optimizers. Raises ValueError for a strength $λ$ that is negative or
    not finite. Source: Hoerl and Kennard, *Ridge regression* (1970); chapter *Regularization*.

    >>> w = np.array([-2.0, 0.0, 3.0])
    >>> l2(0.1).value(w), l2(0.1).gradient(w)
    (np.float64(1.3), array([-0.4,  0. ,  0.6]))
    """
    a = nonnegative("strength", strength)
    return Penalty(
        f"l2({a})",
        lambda w: a * np.sum(_exact(w) ** 2),
        lambda w: (2 * a) * floating(w),
        where,
    )


def elastic_net(strength1: float, strength2: float, where: Choice = weights) -> Penalty:
    r"""Both: $R = λ_1 \sum_i |w_i| + λ_2 \sum_i w_i^2$.

    Raises ValueError for a strength that is negative or not finite. Source: Zou and Hastie,
    *Regularization and variable selection via the elastic net* (2005); chapter *Regularization*.

    >>> w = np.array([-2.0, 0.0, 3.0])
    >>> elastic_net(0.1, 0.1).value(w), elastic_net(0.1, 0.1).gradient(w)
    (np.float64(1.8), array([-0.5,  0. ,  0.7]))
    """
    first, second = l1(strength1, where), l2(strength2, where)
    return Penalty(
        f"elastic_net({float(strength1)}, {float(strength2)})",
        lambda w: first.value(w) + second.value(w),
        lambda w: first.gradient(w) + second.gradient(w),
        where,
    )


def p_norm(strength: float, p: float, where: Choice = weights) -> Penalty:
    r"""$R = λ ‖w‖_p^p = λ \sum_i |w_i|^p$, $\;∂R/∂w_i = λ p\, |w_i|^{p-1} \operatorname{sign} w_i$.

    $p = 1$ and $p = 2$ are `l1` and `l2`. Raises ValueError for $p < 1$, where the derivative at 0
    is infinite, and for a strength $λ$ that is negative or not finite. Source: chapter
    *Regularization*.

    >>> w = np.array([-2.0, 0.0, 3.0])
    >>> p_norm(0.1, 3).value(w).round(4), p_norm(0.1, 3).gradient(w).round(4)
    (np.float64(3.5), array([-1.2,  0. ,  2.7]))
    """
    a = nonnegative("strength", strength)
    if norm_order(p) == np.inf:
        raise ValueError(f"a penalty needs a finite p, got {p}")

    def gradient(w: Array) -> Array:
        w = floating(w)
        return (a * p) * np.abs(w) ** (p - 1) * np.sign(w)

    return Penalty(
        f"p_norm({a}, {p})", lambda w: a * np.sum(np.abs(_exact(w)) ** p), gradient, where
    )


def _exact(w: Array) -> Array:
    """Weights in float64 at least, in which a sum of many squares neither overflows nor wraps."""
    w = floating(w)
    return w.astype(np.result_type(w, np.float64), copy=False)
