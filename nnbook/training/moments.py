r"""Adam and its kin: optimizers that divide an average of the gradient by one of its square.

Names, rules and checks are those of `optimizers`: $g$ is the gradient, $η$ the learning rate,
$t = 1, 2, …$ the number of the step, and every average starts at 0. The first two moments are

$$m ← β_1 m + (1 - β_1) g, \qquad v ← β_2 v + (1 - β_2) g^2, \qquad
  \hat m = \frac{m}{1 - β_1^t}, \qquad \hat v = \frac{v}{1 - β_2^t},$$

divided by what their weights sum up to, because both start at 0.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from nnbook.checks import epsilon, nonnegative, share
from nnbook.op import Array
from nnbook.training.elementwise import Optimizer, Schedule, elementwise, rate_text
from nnbook.training.optimizers import moving_average


def adam(
    learning_rate: float | Schedule,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> Optimizer:
    r"""Steps of about $η$ whatever the size of the gradient: mean over root mean square.

    $$m ← β_1 m + (1 - β_1) g, \qquad v ← β_2 v + (1 - β_2) g^2, \qquad
      θ ← θ - η \frac{\hat m}{\sqrt{\hat v} + ε}$$

    with $\hat m = m / (1 - β_1^t)$, $\hat v = v / (1 - β_2^t)$ at step $t = 1, 2, …$. Raises
    ValueError for $β$ outside $[0, 1)$ or $ε ≤ 0$. Source: Kingma and Ba, *Adam* (2015),
    algorithm 1; chapter *Optimizers*. PyTorch's Adam is the same.

    >>> opt = adam(0.1)
    >>> params = {"W": np.array([1.0, 2.0])}
    >>> params, state = opt.update(params, {"W": np.array([5.0, -0.001])}, opt.init(params))
    >>> params["W"].round(3)                    # the first step is η, up or down
    array([0.9, 2.1])
    """
    name = f"adam({_settings(learning_rate, beta1, beta2, eps)})"
    return _adam(name, learning_rate, beta1, beta2, eps, weight_decay=0.0)


def adamw(
    learning_rate: float | Schedule,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    weight_decay: float = 0.01,
) -> Optimizer:
    r"""Adam beside a decay of the weights that its division does not touch.

    $$θ ← (1 - η λ) θ - η \frac{\hat m}{\sqrt{\hat v} + ε}$$

    with the moments of `adam` and $λ$ = `weight_decay`, on every parameter alike. Raises ValueError
    as `adam` does, for $λ < 0$, and for $η λ > 1$, which would turn the sign of every weight: where
    a schedule says so, at that step. Source: Loshchilov and Hutter, *Decoupled weight decay
    regularization* (2019), algorithm 2; chapter *Optimizers*. PyTorch's AdamW is the same; the
    paper multiplies $λ$ with the factor of its schedule only, not with $η$.

    >>> opt = adamw(0.1, weight_decay=0.5)
    >>> params = {"W": np.array([1.0, 2.0])}
    >>> params, state = opt.update(params, {"W": np.array([5.0, -0.001])}, opt.init(params))
    >>> params["W"].round(3)
    array([0.85, 2. ])
    """
    settings = _settings(learning_rate, beta1, beta2, eps)
    nonnegative("weight_decay", weight_decay)
    if not callable(learning_rate):
        check_decay(nonnegative("the learning rate", learning_rate), weight_decay)
    name = f"adamw({settings}, weight_decay={weight_decay})"
    return _adam(name, learning_rate, beta1, beta2, eps, weight_decay)


def amsgrad(
    learning_rate: float | Schedule,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> Optimizer:
    r"""Adam whose root never shrinks: it divides by the largest second moment so far.

    $$u ← \max(u, v), \qquad θ ← θ - η \frac{\hat m}{\sqrt{\hat u} + ε}$$

    with the moments of `adam` and $\hat u = u / (1 - β_2^t)$. A large gradient that comes seldom
    is then not forgotten, which is what Adam needs to converge on every convex problem. Raises
    ValueError as `adam` does. Source: Reddi, Kale and Kumar, *On the convergence of Adam and
    beyond* (2018), algorithm 2, which leaves out the corrections $1 - β^t$; chapter *Optimizers*.
    PyTorch's `Adam(amsgrad=True)` is the same as ours.

    >>> opt = amsgrad(0.1, beta1=0.0, beta2=0.5)
    >>> params = {"W": np.array([0.0])}
    >>> state = opt.init(params)
    >>> for g in (4.0, 1.0):
    ...     params, state = opt.update(params, {"W": np.array([g])}, state)
    >>> state["v"]["W"], state["u"]["W"]
    (array([4.5]), array([8.]))
    """

    def rule(theta, g, m, v, u, eta, t):
        moving_average(m, g, beta1)
        moving_average(v, g * g, beta2)
        np.maximum(u, v, out=u)
        theta -= _step(m, u, eta, beta1, beta2, eps, t)

    name = f"amsgrad({_settings(learning_rate, beta1, beta2, eps)})"
    return elementwise(name, rule, learning_rate, slots=("m", "v", "u"))


def nadam(
    learning_rate: float | Schedule,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    psi: float = 0.004,
) -> Optimizer:
    r"""Adam with Nesterov's look ahead: the mean is that of the next step, foreseen.

    $$θ ← θ - \frac{η}{\sqrt{\hat v} + ε} \left(
      \frac{1 - μ_t}{1 - μ_1 \cdots μ_t}\, g + \frac{μ_{t+1}}{1 - μ_1 \cdots μ_{t+1}}\, m \right),
      \qquad μ_t = β_1 \left(1 - \tfrac12\, 0.96^{t ψ}\right)$$

    with the moments of `adam`; the share $μ_t$ grows from about $β_1 / 2$ to $β_1$. Raises
    ValueError as `adam` does, and for $ψ < 0$. Source: Dozat, *Incorporating Nesterov momentum into
    Adam* (2016), algorithm 2; chapter *Optimizers*. PyTorch's NAdam is the same ($ψ$ is
    `momentum_decay`); Keras has it too, and Optax keeps $μ_t = β_1$.

    >>> opt = nadam(0.1)
    >>> params = {"W": np.array([1.0, 2.0])}
    >>> params, state = opt.update(params, {"W": np.array([5.0, -0.001])}, opt.init(params))
    >>> params["W"].round(3)
    array([0.894, 2.106])
    """
    nonnegative("psi", psi)

    def mu(t):
        return beta1 * (1 - 0.5 * 0.96 ** (t * psi))

    @lru_cache(maxsize=1)  # all blocks of a step ask for the same
    def product(t):
        result = 1.0
        for s in range(1, t + 1):
            result *= mu(s)
            if result < 1e-20:  # then 1 less it is 1
                break
        return result

    def rule(theta, g, m, v, eta, t):
        moving_average(m, g, beta1)
        moving_average(v, g * g, beta2)
        now = product(t)
        of_g = (1 - mu(t)) / (1 - now)
        of_m = mu(t + 1) / (1 - now * mu(t + 1))
        root = np.sqrt(v / (1 - beta2**t))
        theta -= eta * (of_g * g + of_m * m) / (root + eps)

    name = f"nadam({_settings(learning_rate, beta1, beta2, eps)}, psi={psi})"
    return elementwise(name, rule, learning_rate, slots=("m", "v"))


def radam(
    learning_rate: float | Schedule,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> Optimizer:
    r"""Adam whose first steps do not trust a root of few squares: undivided, then shorter.

    $$ρ_∞ = \frac{2}{1 - β_2} - 1, \qquad ρ_t = ρ_∞ - \frac{2 t β_2^t}{1 - β_2^t}, \qquad
      r_t = \sqrt{\frac{(ρ_t - 4)(ρ_t - 2)\, ρ_∞}{(ρ_∞ - 4)(ρ_∞ - 2)\, ρ_t}}$$

    $$θ ← θ - η \hat m \quad (ρ_t ≤ 5), \qquad
      θ ← θ - η\, r_t\, \hat m\, \frac{\sqrt{1 - β_2^t}}{\sqrt v + ε} \quad (ρ_t > 5)$$

    with the moments of `adam`. $ρ_t$ is about the number of squares in the average $v$; the factor
    $r_t$ grows from near 0 to 1 and acts as a warm-up. With $β_2 = 0.999$ the first five steps are
    undivided. Raises ValueError as `adam` does. Source: Liu et al., *On the variance of the
    adaptive learning rate and beyond* (2020), algorithm 2, which has no $ε$ and the bound 4 where
    its authors' code has 5; chapter *Optimizers*. PyTorch's RAdam is the same as ours.

    >>> opt, params = radam(0.1), {"W": np.array([1.0, 2.0])}
    >>> params, state = opt.update(params, {"W": np.array([5.0, -0.001])}, opt.init(params))
    >>> params["W"]                             # the first step is η g
    array([0.5   , 2.0001])
    """
    name = f"radam({_settings(learning_rate, beta1, beta2, eps)})"
    rho_inf = 2 / (1 - beta2) - 1

    def rule(theta, g, m, v, eta, t):
        moving_average(m, g, beta1)
        moving_average(v, g * g, beta2)
        rate, trust = eta / (1 - beta1**t), 1 - beta2**t
        rho = rho_inf - 2 * t * beta2**t / trust
        if rho <= 5:
            theta -= rate * m
            return
        r = (rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho)
        theta -= rate * math.sqrt(r * trust) * m / (np.sqrt(v) + eps)

    return elementwise(name, rule, learning_rate, slots=("m", "v"))


def _adam(
    name: str,
    learning_rate: float | Schedule,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> Optimizer:

    def rule(theta, g, m, v, eta, t):
        moving_average(m, g, beta1)
        moving_average(v, g * g, beta2)
        if weight_decay:
            check_decay(eta, weight_decay)
            theta *= 1 - eta * weight_decay
        theta -= _step(m, v, eta, beta1, beta2, eps, t)

    # Both have the same moments, so that either can go on from the other's state.
    return elementwise(name, rule, learning_rate, slots=("m", "v"), kind="adam")


def _step(m: Array, v: Array, eta: float, beta1: float, beta2: float, eps: float, t: int) -> Array:
    """η m̂ / (√v̂ + ε) with the fraction expanded by √(1 - β₂ᵗ), in one array of its own."""
    root = math.sqrt(1 - beta2**t)
    step = np.sqrt(v)
    step += eps * root
    np.divide(m, step, out=step)
    step *= eta * root / (1 - beta1**t)
    return step


def check_decay(eta: float, weight_decay: float) -> None:
    """Raises ValueError for a decay that would turn the sign of every weight.

    >>> check_decay(0.1, 10.0)
    """
    if eta * weight_decay > 1:
        raise ValueError(
            f"the learning rate times weight_decay must be at most 1, got {eta} · {weight_decay}: "
            "weights would change their sign"
        )


def _settings(learning_rate: float | Schedule, beta1: float, beta2: float, eps: float) -> str:
    """What all kinds share, checked, as it reads in their names."""
    share("beta1", beta1)
    share("beta2", beta2)
    epsilon("eps", eps)
    return f"{rate_text(learning_rate)}, beta1={beta1}, beta2={beta2}, eps={eps}"
