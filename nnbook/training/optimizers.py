"""Optimizers: rules that turn parameters and gradients into better parameters.

Each rule stands here as its formula, for arrays of one axis that it may change; `elementwise`
(where the frame is) applies it to all parameters. Adam and its kin are in `moments`. In the
formulas $g$ is the gradient at the parameters before the step, $η$ the learning rate,
$t = 1, 2, …$ the number of the step, and every average or sum starts at 0. `learning_rate` is
always a number or a schedule; it must be finite and not negative. A hyper-parameter out of its
bounds is a ValueError when the optimizer is made; what is no number, a TypeError.
"""

from __future__ import annotations

import numpy as np

from nnbook.checks import epsilon, flag, option, share
from nnbook.op import Array
from nnbook.training.elementwise import Optimizer, Schedule, elementwise, rate_text


def sgd(learning_rate: float | Schedule) -> Optimizer:
    r"""Gradient descent, $θ ← θ - η g$; stochastic when $g$ comes from a batch.

    Raises ValueError for a learning rate that is negative or not finite. Source: Robbins and Monro,
    *A stochastic approximation method* (1951); chapter *Gradient descent*. PyTorch's SGD is the
    same.

    >>> opt = sgd(0.1)
    >>> params = {"W": np.array([1.0, 2.0])}
    >>> params, state = opt.update(params, {"W": np.array([10.0, -10.0])}, opt.init(params))
    >>> params["W"], state["step"]
    (array([0., 3.]), 1)
    """

    def rule(theta, g, eta, t):
        theta -= eta * g

    return elementwise(f"sgd({rate_text(learning_rate)})", rule, learning_rate)


def momentum(
    learning_rate: float | Schedule, gamma: float = 0.9, form: str = "heavy-ball"
) -> Optimizer:
    r"""Gradient descent that keeps a part $γ$ of its last step.

    =============  =============================  ========================  =======================
    form           what is remembered             the step                  what $v$ is
    =============  =============================  ========================  =======================
    "heavy-ball"   $v ← γ v + η g$                $θ ← θ - v$               the last step, down
    "velocity"     $v ← γ v - η g$                $θ ← θ + v$               the last step
    "sum"          $v ← γ v + g$                  $θ ← θ - η v$             a sum of gradients
    "average"      $v ← γ v + (1 - γ) g$          $θ ← θ - η v$             an average of gradients
    =============  =============================  ========================  =======================

    While $η$ is constant the first three walk the same path, and the fourth walks it with $η$
    replaced by $η / (1 - γ)$. Under a schedule the first two still make the steps of past rates,
    the others forget them. Raises ValueError for $γ$ outside $[0, 1)$ or an unknown form. Source:
    Polyak, *Some methods of speeding up the convergence of iteration methods* (1964); chapter
    *Optimizers*. PyTorch's SGD with momentum is "sum".

    >>> params, g = {"W": np.array([1.0])}, {"W": np.array([1.0])}
    >>> opt = momentum(0.1, gamma=0.5)
    >>> params, state = opt.update(params, g, opt.init(params))
    >>> params, state = opt.update(params, g, state)
    >>> params["W"], state["v"]["W"]            # steps of 0.1, then 0.15
    (array([0.75]), array([0.15]))
    """
    share("gamma", gamma)

    def heavy_ball(theta, g, v, eta, t):
        v *= gamma
        v += eta * g
        theta -= v

    def velocity(theta, g, v, eta, t):
        v *= gamma
        v -= eta * g
        theta += v

    def sum_(theta, g, v, eta, t):
        v *= gamma
        v += g
        theta -= eta * v

    def average(theta, g, v, eta, t):
        moving_average(v, g, gamma)
        theta -= eta * v

    rules = {"heavy-ball": heavy_ball, "velocity": velocity, "sum": sum_, "average": average}
    option("form", form, *rules)
    name = f"momentum({rate_text(learning_rate)}, gamma={gamma}, form={form!r})"
    return elementwise(name, rules[form], learning_rate, slots=("v",), kind=f"momentum, {form}")


def nesterov(learning_rate: float | Schedule, gamma: float = 0.9) -> Optimizer:
    r"""Momentum with the gradient taken where the momentum alone would lead.

    $$v ← γ v + η ∇L(w - γ v), \qquad w ← w - v$$

    Parameters are kept at the place $θ = w - γ v$ where the gradient is needed, so that the loop
    stays that of all optimizers; with $g = ∇L(θ)$ the same recursion reads

    $$v ← γ v + η g, \qquad θ ← θ - γ v - η g$$

    ($w = θ + γ v$ gives the other variable back). Raises ValueError for $γ$ outside $[0, 1)$.
    Source: Nesterov (1983); in this form Sutskever et al., *On the importance of initialization and
    momentum* (2013); chapter *Optimizers*. PyTorch's `SGD(nesterov=True)` keeps the same variable,
    but leaves $η$ out of $v$: the same path while $η$ is constant.

    >>> params, g = {"W": np.array([1.0])}, {"W": np.array([1.0])}
    >>> opt = nesterov(0.1, gamma=0.5)
    >>> params, state = opt.update(params, g, opt.init(params))
    >>> params["W"], state["v"]["W"]
    (array([0.85]), array([0.1]))
    """
    share("gamma", gamma)

    def rule(theta, g, v, eta, t):
        step = eta * g
        v *= gamma
        v += step
        theta -= gamma * v + step

    name = f"nesterov({rate_text(learning_rate)}, gamma={gamma})"
    return elementwise(name, rule, learning_rate, slots=("v",))


def adagrad(learning_rate: float | Schedule, eps: float = 1e-8) -> Optimizer:
    r"""A rate for each parameter, which falls with the gradients it has had.

    $$v ← v + g^2, \qquad θ ← θ - η \frac{g}{\sqrt v + ε}$$

    Raises ValueError for $ε ≤ 0$. Source: Duchi, Hazan and Singer, *Adaptive subgradient methods*
    (2011); chapter *Optimizers*. PyTorch's Adagrad is the same with $ε = 10^{-10}$.

    >>> params, g = {"W": np.array([1.0, 2.0])}, {"W": np.array([5.0, -0.001])}
    >>> opt = adagrad(0.1)
    >>> params, state = opt.update(params, g, opt.init(params))
    >>> params, state = opt.update(params, g, state)
    >>> params["W"].round(3)                    # steps of η, then η/√2
    array([0.829, 2.171])
    """
    epsilon("eps", eps)

    def rule(theta, g, v, eta, t):
        v += g * g
        theta -= eta * g / (np.sqrt(v) + eps)

    return elementwise(
        f"adagrad({rate_text(learning_rate)}, eps={eps})", rule, learning_rate, slots=("v",)
    )


def rmsprop(
    learning_rate: float | Schedule, rho: float = 0.9, eps: float = 1e-8, centred: bool = False
) -> Optimizer:
    r"""AdaGrad that forgets: an average of squares in place of their sum.

    $$v ← ρ v + (1 - ρ) g^2, \qquad θ ← θ - η \frac{g}{\sqrt v + ε}$$

    `centred`, the square of the average is taken off, so that the root is a standard deviation:

    $$m ← ρ m + (1 - ρ) g, \qquad θ ← θ - η \frac{g}{\sqrt{v - m^2} + ε}$$

    Raises ValueError for $ρ$ outside $[0, 1)$ or $ε ≤ 0$. Source: Tieleman and Hinton, *Lecture
    6.5: rmsprop* (2012); centred, Graves, *Generating sequences with recurrent neural networks*
    (2013); chapter *Optimizers*. PyTorch's RMSprop is the same, with $ρ = 0.99$ (called alpha).

    >>> params, g = {"W": np.array([1.0, 2.0])}, {"W": np.array([5.0, -0.001])}
    >>> opt = rmsprop(0.1, rho=0.75)
    >>> params, state = opt.update(params, g, opt.init(params))
    >>> params["W"].round(3)                    # the first step is η / √(1 - ρ)
    array([0.8, 2.2])
    """
    share("rho", rho)
    epsilon("eps", eps)
    flag("centred", centred)

    def rule(theta, g, v, eta, t):
        moving_average(v, g * g, rho)
        theta -= eta * g / (np.sqrt(v) + eps)

    def centred_rule(theta, g, v, m, eta, t):
        moving_average(v, g * g, rho)
        moving_average(m, g, rho)
        variance = np.maximum(v - m * m, 0)  # rounding must not make it negative
        theta -= eta * g / (np.sqrt(variance) + eps)

    name = f"rmsprop({rate_text(learning_rate)}, rho={rho}, eps={eps}"
    if centred:
        return elementwise(f"{name}, centred=True)", centred_rule, learning_rate, slots=("v", "m"))
    return elementwise(f"{name})", rule, learning_rate, slots=("v",))


def adadelta(
    learning_rate: float | Schedule = 1.0, rho: float = 0.95, eps: float = 1e-6
) -> Optimizer:
    r"""Steps in the unit of the parameters: root mean square of the steps over that of gradients.

    $$v ← ρ v + (1 - ρ) g^2, \quad d = \frac{\sqrt{u + ε}}{\sqrt{v + ε}} g, \quad
      u ← ρ u + (1 - ρ) d^2, \quad θ ← θ - η d$$

    Raises ValueError for $ρ$ outside $[0, 1)$ or $ε ≤ 0$. Source: Zeiler, *ADADELTA* (2012),
    algorithm 1, which has no $η$ (so $η = 1$); chapter *Optimizers*. PyTorch's Adadelta is the
    same, with $ρ = 0.9$.

    >>> params, g = {"W": np.array([1.0, 2.0])}, {"W": np.array([5.0, -1.0])}
    >>> opt = adadelta(rho=0.75)
    >>> params, state = opt.update(params, g, opt.init(params))
    >>> params["W"].round(3)                    # the first step is about √ε / √(1 - ρ)
    array([0.998, 2.002])
    """
    share("rho", rho)
    epsilon("eps", eps)

    def rule(theta, g, v, u, eta, t):
        moving_average(v, g * g, rho)
        d = np.sqrt((u + eps) / (v + eps)) * g
        moving_average(u, d * d, rho)
        theta -= eta * d

    name = f"adadelta({rate_text(learning_rate)}, rho={rho}, eps={eps})"
    return elementwise(name, rule, learning_rate, slots=("v", "u"))


def moving_average(mean: Array, new: Array, part: float) -> None:
    """The moving average `mean ← part · mean + (1 - part) · new`, in place.

    >>> mean = np.array([1.0])
    >>> moving_average(mean, np.array([3.0]), 0.75)
    >>> mean
    array([1.5])
    """
    mean *= part
    mean += (1 - part) * new
