"""Errata of Lin Nan, "Neural Networks" (001, set B)."""

from functools import partial as fixed

import numpy as np

from .entry import Claim, Erratum, Reading
from .examples import backward_pass, second_layer

erratum = fixed(Erratum, notes="001")


def _not_convex():
    """Descent on a function with a hump between two valleys."""
    theta = 0.5
    for _ in range(500):
        theta -= 0.1 * (theta**3 - theta + 0.1)
    return {
        "curvature": 3 * 0.0**2 - 1,
        "end": theta,
        "slope": theta**3 - theta + 0.1,
        "curvature_there": 3 * theta**2 - 1,
    }


def _steepest():
    """A function at a point, and a small step along the gradient and against it."""

    def f(p):
        return p[0] ** 2 + 3 * p[1] ** 2

    a = np.array([1.0, 1.0])
    g = np.array([2.0, 6.0])
    unit = g / np.linalg.norm(g)
    angles = np.radians(np.arange(360))
    around = [f(a + 0.01 * np.array([np.cos(q), np.sin(q)])) for q in angles]
    return {
        "here": f(a),
        "along": f(a + 0.01 * unit),
        "against": f(a - 0.01 * unit),
        "least": min(around),
    }


def _flat():
    """A basin with flat surroundings, far out."""
    theta = 6.0
    return {"theta": theta, "slope": theta * np.exp(-(theta**2) / 2), "minimum": 0.0}


ENTRIES = (
    erratum(
        id="b-layer-input",
        section="1.1",
        lines=(29, 37),
        quote=r"z_j^{[i]} = (\vec{w}_j^{[i]})^T \cdot \vec{x} + b_j^{[i]}",
        kind="index",
        check=Claim(
            r"$z_j^{[i]} = (\vec{w}_j^{[i]})^{\top} \cdot \vec{x} + b_j^{[i]}$ with "
            r"$\vec w \in \mathcal{R}^{n_x}$ in every layer $i$",
            r"$z_j^{[i]} = (\vec{w}_j^{[i]})^{\top} \cdot \vec{a}^{[i-1]} + b_j^{[i]}$ with "
            r"$\vec{a}^{[0]} = \vec{x}$, and $\vec{w}_j^{[i]}$ as long as $\vec{a}^{[i-1]}$",
            example=second_layer,
            claimed=lambda e: e.weights == e.inputs,
            holds=lambda e: e.weights == e.hidden and e.reads_hidden,
            numbers="behind $n_x = {inputs}$ inputs and {hidden} hidden units, a unit of the "
            "second layer has {weights} weights",
        ),
        why=r"Only the first layer reads $\vec x$ and has a weight for each of its entries.",
        where="networks/architectures#eq-neuron-preactivation",
    ),
    erratum(
        id="b-tanh-fraction",
        section="1.1",
        lines=42,
        quote="$g(z)=rac{e^z-e^{-z}}{e^z+e^{-z}}$",
        kind="misprint",
        source="ocr",
        check=Reading(
            "`g(z)=rac{e^z-e^{-z}}{e^z+e^{-z}}`",
            r"$g(z) = \frac{e^z - e^{-z}}{e^z + e^{-z}}$",
        ),
        why="The beginning of the command for a fraction was lost.",
        where="networks/activations#eq-tanh",
    ),
    erratum(
        id="b-sample-brackets",
        section="1.2",
        lines=67,
        quote=r"L(\hat{y}^{[n]}, y^{[n]})",
        kind="one symbol for two things",
        check=Reading(
            r"$J(w,b) = \frac{1}{m} \sum_{n=1}^{m} L(\hat{y}^{[n]}, y^{[n]})$",
            r"$J(w,b) = \frac{1}{m} \sum_{n=1}^{m} L(\hat{y}_n, y_n)$, or any other mark than "
            "brackets",
        ),
        why="In §1.1 a number in brackets above counts the layers; here it counts the samples. "
        r"$\hat{y}^{[2]}$ could be either.",
        where="networks/losses#eq-cost-function",
    ),
    erratum(
        id="b-convex",
        section="1.3",
        lines=71,
        quote="is based on a convex function",
        kind="false claim",
        check=Claim(
            "Gradient descent “is based on a convex function”",
            "It asks for a gradient; convexity would make a local minimum a global one",
            example=_not_convex,
            claimed=lambda e: e.curvature >= 0,
            holds=lambda e: e.curvature < 0 and abs(e.slope) < 1e-9 and e.curvature_there > 0,
            numbers="$\\frac14(\\theta^2-1)^2 + \\frac1{{10}}\\theta$ has the second derivative "
            "${curvature:.0f}$ at 0, so it is not convex; descent from 0.5 finds its local "
            "minimum at {end:.2f}",
        ),
        why="The losses of networks with hidden layers are not convex, and descent is what they "
        "are trained with. The sentence goes on to speak of a local minimum; a convex function "
        "has no other than the global one.",
        where="training/optimizers#small-steps",
    ),
    erratum(
        id="b-next-position",
        section="1.3",
        lines=(86, 92),
        quote=r"b = a - \alpha \cdot \nabla f(a)",
        kind="one symbol for two things",
        check=Reading(
            r"$b = a - \alpha \cdot \nabla f(a)$, with $b$ “the next position”",
            r"$a' = a - \alpha \cdot \nabla f(a)$, or any other letter",
        ),
        why="In §1.1 $b$ is the bias, and the function to be minimized is $J(w, b)$ of §1.2: the "
        "position has a $b$ of its own.",
        where="training/optimizers#eq-gradient-descent",
    ),
    erratum(
        id="b-waiting-factor",
        section="1.3",
        lines=87,
        quote="a waiting factor",
        kind="misprint",
        check=Reading(r"$\alpha$: “a waiting factor”", r"$\alpha$: a weighting factor"),
        why="It weights the gradient in the step; nothing waits.",
        where="training/optimizers#eq-gradient-descent",
    ),
    erratum(
        id="b-steepest-descent",
        section="1.3",
        lines=88,
        quote="the direction of the steepest descent at a",
        kind="sign",
        check=Claim(
            r"$\nabla f(a)$ is “the direction of the steepest descent at a”",
            r"$-\nabla f(a)$ is; $\nabla f(a)$ is that of the steepest ascent",
            example=_steepest,
            claimed=lambda e: e.along < e.here,
            holds=lambda e: e.along > e.here and e.against <= e.least + 1e-6,
            numbers="for $f = \\theta_1^2 + 3\\theta_2^2$ at $(1, 1)$, where it is {here:.3f}, a "
            "step of length 0.01 along the gradient leads to {along:.3f} and one against it to "
            "{against:.3f}, the least of all directions tried",
        ),
        why="The update below it subtracts the gradient, and is right.",
        where="foundations/mathematics#eq-lagrange-identity",
    ),
    erratum(
        id="b-space",
        section="1.3",
        lines=94,
        quote="at which space the weights get updated",
        kind="misprint",
        check=Reading("“at which space the weights get updated”", "at which pace they get updated"),
        why="A learning rate sets the size of a step.",
        where="training/optimizers#eq-gd-learning-rate",
    ),
    erratum(
        id="b-converged",
        section="1.3",
        lines=103,
        quote="which means it has converged",
        kind="too general",
        check=Claim(
            r"“After several iterations, $|\nabla f| < \varepsilon$, which means it has converged”",
            "A small gradient says that the function is flat there, which it is near a minimum, "
            "and elsewhere too; and descent need not come there",
            example=_flat,
            claimed=lambda e: e.slope > 1e-6 or abs(e.theta - e.minimum) < 0.1,
            holds=lambda e: e.slope < 1e-6 and abs(e.theta - e.minimum) > 0.1,
            numbers="$-e^{{-\\theta^2/2}}$ has its minimum at {minimum:.0f}; at "
            "$\\theta = {theta:.0f}$ its gradient is below $10^{{-6}}$ before the first step",
        ),
        why="As a rule for stopping it serves; as a proof of arrival it does not. With too large a "
        "rate the gradient grows without bound.",
        where="training/optimizers#stopping",
    ),
    erratum(
        id="b-backpropagation",
        section="1.4",
        lines=107,
        quote="is an algorithm for supervised learning of artificial neural networks",
        kind="confused quantity",
        check=Claim(
            "Backpropagation “is an algorithm for supervised learning … using gradient descent”",
            "It computes a gradient, of any differentiable function, and changes nothing; descent "
            "is one use of it",
            example=backward_pass,
            claimed=lambda e: e.after != e.before,
            holds=lambda e: e.after == e.before and abs(e.backprop - e.differences) < 1e-8,
            numbers="a weight is {before} before the backward pass and {after} after it; descent "
            "goes to {backprop:.4f} with the gradient of backpropagation, and to "
            "{differences:.4f} with that of difference quotients",
        ),
        why="Step 3 of the notes' own list is backpropagation, step 4 is descent.",
        where="training/backpropagation#training-step",
    ),
    erratum(
        id="b-backpropogation",
        section="1.4",
        lines=(105, 107),
        quote="Backpropogation",
        kind="misprint",
        check=Reading("“Backpropogation”", "Backpropagation"),
        why="It propagates; the contents and the text have the same slip.",
        where="training/backpropagation",
    ),
)
