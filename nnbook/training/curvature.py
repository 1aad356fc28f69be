r"""How sharply a loss bends: the largest eigenvalue of its Hessian, without the Hessian."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from nnbook import tree
from nnbook.checks import positive, whole
from nnbook.graph import Graph
from nnbook.kinds import array
from nnbook.numerics import floating
from nnbook.op import Array, Params
from nnbook.ops.losses import Loss
from nnbook.training import rehearsal
from nnbook.training.loop import loss_and_gradients


def sharpness(
    network: Graph,
    loss: Loss | Mapping[str, Loss],
    params: Params,
    x: ArrayLike | Mapping[str, ArrayLike],
    t: ArrayLike | Mapping[str, ArrayLike],
    *,
    seed: int | np.random.Generator,
    products: int = 20,
    h: float = 1e-7,
) -> float:
    r"""The largest eigenvalue $Λ$ of the Hessian $H$ of the loss on all of `x`, in evaluation.

    One product of $H$ with a direction $v$ is a difference of two gradients,

    $$H v ≈ \frac{∇L(θ + h v) - ∇L(θ - h v)}{2 h}$$

    From a random direction, each of the `products` adds $H v$ to a basis, orthogonal to what is
    there (Lanczos); the largest eigenvalue of $H$ within this basis is returned. It is never above
    $Λ$ but for the error of the differences, and converges much faster than repeated
    multiplication, the power iteration, does. All is computed in float64, in which $h$ can be so
    small that hardly a ReLU passes its kink on the way; with larger $h$ kinks count as curvature.

    Raises ValueError for `products` that is no whole number from 1 or an $h$ that is not positive,
    and what `fit` raises for data. Source: Lanczos, *An iteration method for the solution of the
    eigenvalue problem* (1950); chapter *Gradient descent*. PyTorch has none.

    >>> from nnbook import Dense, MeanSquaredError, Sequential
    >>> x, t = np.array([[1.0], [3.0]]), np.zeros((2, 1))
    >>> params = {"dense1": {"W": np.array([[0.5]]), "b": np.array([0.0])}}
    >>> round(sharpness(Sequential(Dense(1, 1)), MeanSquaredError(), params, x, t, seed=0), 6)
    11.656854
    >>> H = 2 * np.array([[5.0, 2.0], [2.0, 1.0]])         # of the mean of (xW + b)²
    >>> round(float(np.linalg.eigvalsh(H)[-1]), 6)
    11.656854
    """
    whole("products", products)
    h = positive("h", h)
    told = rehearsal.objective(network, loss, None, ())
    inputs, targets = rehearsal.checked_data(network, x, t, "training")
    inputs = {name: a.astype(np.float64) for name, a in inputs.items()}
    rehearsal.check_finite(params, "parameter")
    rng = rehearsal.generator(seed)
    flat = {
        path: array(f"parameter {path!r}", a, floating).astype(np.float64)
        for path, a in tree.items(params)
    }
    if not flat:
        raise ValueError("expected at least one parameter, got none")
    theta = _vector(flat, flat)

    def gradient(at: Array) -> Array:
        own = _tree(at, flat)
        _, grads, _ = loss_and_gradients(
            network, told.losses, own, inputs, targets, loss_weights=told.weights
        )
        return _vector(tree.flatten(grads), flat)

    basis, images = [], []
    v = rng.normal(size=theta.size)
    for _ in range(min(products, theta.size)):
        v = v / np.linalg.norm(v)
        basis.append(v)
        images.append((gradient(theta + h * v) - gradient(theta - h * v)) / (2 * h))
        Q, v = np.array(basis), images[-1]
        for _ in range(2):  # once more, for what rounding left
            v = v - (Q @ v) @ Q
        if not np.linalg.norm(v) > 1e-9 * np.linalg.norm(images[-1]):
            break  # the basis is closed: nothing is left to find
    T = np.array(basis) @ np.array(images).T
    if not np.isfinite(T).all():
        raise ValueError(f"h must be small enough for finite differences, got {h}")
    return float(np.linalg.eigvalsh((T + T.T) / 2)[-1])


def _vector(leaves: Mapping[str, Array], like: Mapping[str, Array]) -> Array:
    """All numbers in one array, in the order of `like`; 0 for what has no gradient."""
    return np.concatenate([np.ravel(leaves.get(path, 0 * a)) for path, a in like.items()])


def _tree(vector: Array, like: Mapping[str, Array]) -> Params:
    """The tree again whose numbers `_vector` lined up."""
    ends = np.cumsum([a.size for a in like.values()])[:-1]
    parts = zip(like.items(), np.split(vector, ends), strict=True)
    return tree.unflatten({path: part.reshape(a.shape) for (path, a), part in parts})
