r"""Optimizers whose steps have a length of their own: gradients only say where to.

`lion` keeps of an averaged gradient the sign of each entry, `muon` of an averaged matrix the
orthogonal factor: all singular values become about 1, as signs are all ±1. Names, rules and checks
are those of `optimizers`.
"""

from __future__ import annotations

import math

import numpy as np

from nnbook import tree
from nnbook.checks import epsilon, nonnegative, positive, share, whole
from nnbook.numerics import floating
from nnbook.op import Array, Params
from nnbook.training.elementwise import Optimizer, Schedule, elementwise, rate_text
from nnbook.training.moments import check_decay
from nnbook.training.optimizers import moving_average

QUINTIC = (3.4445, -4.7750, 2.0315)
"""The coefficients $a, b, c$ of Muon's polynomial $a s + b s^3 + c s^5$ of a singular value."""


def lion(
    learning_rate: float | Schedule,
    beta1: float = 0.9,
    beta2: float = 0.99,
    weight_decay: float = 0.0,
) -> Optimizer:
    r"""The sign of an average: every entry moves by $η$, whatever its gradient.

    $$θ ← (1 - η λ) θ - η \operatorname{sign}(β_1 m + (1 - β_1) g), \qquad
      m ← β_2 m + (1 - β_2) g$$

    with $λ$ = `weight_decay`. The step mixes the gradient in with a larger share than the memory
    does; it needs one slot where Adam needs two. Rates are three to ten times smaller than Adam's.
    Raises ValueError for $β$ outside $[0, 1)$, $λ < 0$ and $η λ > 1$. Source: Chen et al.,
    *Symbolic discovery of optimization algorithms* (2023), algorithm 2; chapter *Optimizers*.
    PyTorch has none.

    >>> opt, params = lion(0.1), {"W": np.array([1.0, 2.0, 3.0])}
    >>> g = {"W": np.array([5.0, -0.001, 0.0])}
    >>> params, state = opt.update(params, g, opt.init(params))
    >>> params["W"], state["m"]["W"].round(3)
    (array([0.9, 2.1, 3. ]), array([ 0.05, -0.  ,  0.  ]))
    """
    share("beta1", beta1)
    share("beta2", beta2)
    nonnegative("weight_decay", weight_decay)
    if not callable(learning_rate):
        check_decay(nonnegative("the learning rate", learning_rate), weight_decay)

    def rule(theta, g, m, eta, t):
        if weight_decay:
            check_decay(eta, weight_decay)
            theta *= 1 - eta * weight_decay
        theta -= eta * np.sign(beta1 * m + (1 - beta1) * g)
        moving_average(m, g, beta2)

    settings = f"beta1={beta1}, beta2={beta2}, weight_decay={weight_decay}"
    name = f"lion({rate_text(learning_rate)}, {settings})"
    return elementwise(name, rule, learning_rate, slots=("m",))


def muon(
    learning_rate: float | Schedule,
    mu: float = 0.95,
    steps: int = 5,
    weight_decay: float = 0.0,
    eps: float = 1e-7,
) -> Optimizer:
    r"""Momentum whose step is made orthogonal: it moves a matrix equally in all its directions.

    $$m ← μ m + (1 - μ) g, \qquad G = μ m + (1 - μ) g, \qquad
      θ ← (1 - η λ) θ - η \sqrt{\max(1, n_{\text{out}} / n_{\text{in}})}\, O(G)$$

    For $G = U Σ V^⊤$, $O(G)$ is about $U V^⊤$, as `orthogonalized` computes it in `steps` steps;
    $G$ is Nesterov's look ahead. The factor, of a matrix of $n_{\text{in}}$ rows and
    $n_{\text{out}}$ columns, leaves to outputs a change whose size does not depend on the shape.

    Only matrices have singular values: `init` and `update` raise ValueError for any parameter that
    is none. Give biases, and whatever else, to another rule by `by_group`. Raises ValueError for
    $μ$ outside $[0, 1)$, $λ < 0$, $η λ > 1$, $ε ≤ 0$ and `steps` that is no whole number from 1.

    Source: Jordan et al., *Muon: an optimizer for hidden layers in neural networks* (2024), whose
    authors leave embeddings and the last layer to Adam; chapter *Optimizers*. PyTorch's Muon (2.9)
    has matrices transposed, $λ$ = 0.1 by default, and computes $O$ in bfloat16.

    >>> from nnbook import adam, by_group
    >>> opt = by_group({"*/W": muon(0.02), "*/b": adam(0.001)})
    >>> params = {"dense1": {"W": np.zeros((2, 2)), "b": np.zeros(2)}}
    >>> g = {"dense1": {"W": np.array([[3.0, 0.0], [0.0, -0.1]]), "b": np.ones(2)}}
    >>> params, state = opt.update(params, g, opt.init(params))
    >>> params["dense1"]["W"].round(3)          # of the size of η, though the gradients differ
    array([[-0.014,  0.   ],
           [ 0.   ,  0.023]])
    """
    share("mu", mu)
    whole("steps", steps)
    nonnegative("weight_decay", weight_decay)
    epsilon("eps", eps)
    if not callable(learning_rate):
        check_decay(nonnegative("the learning rate", learning_rate), weight_decay)

    def rule(theta, g, m, eta, t):
        moving_average(m, g, mu)
        n_in, n_out = theta.shape
        length = eta * math.sqrt(max(1.0, n_out / n_in)) if n_in else 0.0
        if weight_decay:
            check_decay(eta, weight_decay)
            theta *= 1 - eta * weight_decay
        theta -= length * orthogonalized(mu * m + (1 - mu) * g, steps, eps)

    settings = f"mu={mu}, steps={steps}, weight_decay={weight_decay}, eps={eps}"
    name = f"muon({rate_text(learning_rate)}, {settings})"
    frame = elementwise(name, rule, learning_rate, slots=("m",), whole_arrays=True)

    def init(params: Params) -> Params:
        _check_matrices(params)
        return frame.init(params)

    def update(params: Params, grads: Params, state: Params) -> tuple[Params, Params]:
        _check_matrices(params)
        return frame.update(params, grads, state)

    return Optimizer(name, init, update)


def orthogonalized(G: Array, steps: int = 5, eps: float = 1e-7) -> Array:
    r"""About $U V^⊤$ for a matrix $G = U Σ V^⊤$, by Newton and Schulz's iteration, without a SVD.

    $$X_0 = \frac{G}{‖G‖_F + ε}, \qquad A = X X^⊤, \qquad X ← a X + (b A + c A^2) X$$

    Each step puts the polynomial $a s + b s^3 + c s^5$ in place of every singular value $s$. With
    Muon's coefficients, chosen to lift small ones fast and not to converge, five steps bring those
    from 0.0015 $‖G‖_F$ on between 0.68 and 1.21; smaller ones stay smaller. Raises ValueError for
    what is no matrix. Source: Jordan et al., *Muon* (2024); the iteration, Björck and Bowie, *An
    iterative algorithm for computing the best estimate of an orthogonal matrix* (1971).

    >>> G = np.array([[3.0, 0.0, 0.0], [0.0, 0.2, 0.0]])
    >>> np.linalg.svd(orthogonalized(G), compute_uv=False).round(2)
    array([1.13, 0.7 ])
    """
    G = floating(G)
    if G.ndim != 2:
        raise ValueError(f"expected a matrix, got shape {G.shape}")
    whole("steps", steps)
    positive("eps", eps)
    a, b, c = QUINTIC
    wide_one = G.shape[0] > G.shape[1]
    X = G.T if wide_one else G  # the smaller of X Xᵀ and Xᵀ X
    X = X / (np.linalg.norm(X) + eps)
    for _ in range(steps):
        A = X @ X.T
        X = a * X + (b * A + c * (A @ A)) @ X
    return X.T if wide_one else X


def _check_matrices(params: Params) -> None:
    for path, theta in tree.items(params):
        if np.ndim(theta) != 2:
            raise ValueError(
                f"muon needs matrices, and parameter {path!r} has shape {np.shape(theta)}: give it "
                'to another rule, as by_group({"*/W": muon(0.02), "*/b": adam(0.001)}) does'
            )
