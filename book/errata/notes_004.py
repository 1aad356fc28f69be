"""Errata of "What is a neural network?" (004, set E)."""

from functools import partial as fixed

import numpy as np
from sympy import sqrt

from nnbook.derive import as_written, define, reals, sizes

from .entry import Claim, Erratum, formula

erratum = fixed(Erratum, notes="004")


def _adam():
    t = sizes("t")
    beta, g = reals("beta_1", positive=True), reals("g")
    with as_written():
        M = define("M^{(t+1)}", (1 - beta ** (t + 1)) * g)
        printed, corrected = M / (1 - beta**t), M / (1 - beta ** (t + 1))
    return formula(g, printed, corrected, given=beta < 1, letters=M)


def _epsilon():
    eta, m = reals("eta M")
    v, eps = reals("V epsilon", positive=True)
    with as_written():
        step = define("\\Delta", eta * (m / (sqrt(v) + eps)))
        printed, corrected = eta * (m / sqrt(v + eps)), eta * (m / (sqrt(v) + eps))
    return formula(step, printed, corrected)


def _escape():
    """Where descent that starts above the better valley comes to rest, with and without."""
    start, rest = -1.8, []
    for gamma in (0.0, 0.9):
        theta, v = start, 0.0
        for _ in range(3000):
            v = gamma * v - 0.05 * (theta**3 - theta + 0.1)
            theta += v
        rest.append(theta)
    best = min(np.roots([1, 0, -1, 0.1]).real)
    return {"start": start, "plain": rest[0], "momentum": rest[1], "best": best}


ENTRIES = (
    erratum(
        id="e-adam-correction",
        section="5.2",
        lines=125,
        quote=r"\frac{M_{\alpha}^{(i,t+1)}}{1 - \beta_1^t}",
        kind="exponent",
        check=_adam(),
        why="The average of step $t + 1$ holds $t + 1$ gradients, and its weights add up to "
        r"$1 - \beta_1^{t+1}$. Under a constant gradient $g$ the corrected average has to be $g$. "
        "In the first step, $t = 0$, the printed one divides by zero. The second average has the "
        "same slip.",
        where="training/optimizers#eq-adam-bias-correction",
    ),
    erratum(
        id="e-adam-epsilon",
        section="5.2",
        lines=125,
        quote=r"\sqrt{\tilde{V}_{\alpha}^{(i,t+1)} + \epsilon}",
        kind="brackets",
        check=_epsilon(),
        why=r"Kingma and Ba add $\epsilon$ to the root. Under the root, $\epsilon = 10^{-8}$ acts "
        r"like $10^{-4}$ outside. Both rules are in use; the one with this name and this value of "
        r"$\epsilon$ is the other.",
        where="training/optimizers#eq-adam-update",
    ),
    erratum(
        id="e-momentum-escape",
        section="5.1",
        lines=113,
        quote="The problem with vanilla SGD is that it gets stuck in the local minima. To overcome",
        kind="too general",
        check=Claim(
            "Plain descent “gets stuck in the local minima”, and momentum overcomes this",
            "Momentum may leave a valley and may as well come to rest in a worse one; plain "
            "descent may find the best",
            example=_escape,
            claimed=lambda e: abs(e.momentum - e.best) < abs(e.plain - e.best),
            holds=lambda e: abs(e.plain - e.best) < 0.01 < abs(e.momentum - e.best),
            numbers="on $\\frac14(\\theta^2-1)^2 + \\frac1{{10}}\\theta$, whose best minimum is "
            "at ${best:.2f}$, descent from ${start}$ comes to rest at ${plain:.2f}$ without "
            "momentum and at ${momentum:.2f}$ with momentum 0.9",
        ),
        why="A ball that can roll out of a bad valley can roll out of a good one.",
        where="training/optimizers#eq-momentum-escape",
    ),
)
