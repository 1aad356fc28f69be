"""Errata of "Neural networks: architecture, activation function, …" (000, set A)."""

from functools import partial as fixed

import numpy as np
from sympy import exp, log, sqrt

from nnbook import BatchNorm, Dense, Mode, Sequential, Sigmoid
from nnbook.derive import as_written, define, index, mean_over, reals, sizes, tensor

from .entry import Claim, Erratum, Reading, formula
from .examples import backward_pass, second_layer

erratum = fixed(Erratum, notes="000")


def _neuron():
    """Pre-activation and output of one neuron."""
    network = Sequential(Dense(2, 1), Sigmoid())
    params = {"dense1": {"W": np.array([[1.0], [2.0]]), "b": np.array([-1.0])}}
    values, _ = network.forward(params, np.array([[1.0, 1.0]]))
    *_, z, output = values.values()
    return {"z": z.item(), "output": output.item()}


def _loss_of_pre_activation():
    y, z = reals("y z")
    with as_written():
        g = define("g", 1 / (1 + exp(-z)))
        printed = -(y * log(z) + (1 - y) * log(1 - z))
        corrected = -(y * log(g) + (1 - y) * log(1 - g))
        left = log(1 + exp(z)) - y * z
    return formula(left, printed, corrected, letters=g)


def _mean_after_normalization():
    n = sizes("n")
    i, j = index("i j", n)
    x, gamma, beta = tensor("x", n), *reals("gamma beta")
    variance, eps = reals("sigma_B^2 epsilon", positive=True)
    mu = define("\\mu_B", mean_over(x[j], j))
    with as_written():
        mean = mean_over(gamma / sqrt(variance + eps) * (x[i] - mu) + beta, i)
    return formula(mean, mu, beta, letters=mu)


def _scale_is_trained():
    """The gradient of a loss with respect to the scale of a batch normalization."""
    op = BatchNorm(1)
    params = op.init(np.random.default_rng(0))
    x = np.array([[1.0], [2.0], [6.0]])
    y, cache = op.forward(params, x, mode=Mode.train(np.random.default_rng(0)))
    _, bars = op.vjp(params, cache, y)
    return {"slope": bars["gamma"].item(), "step": 1 - 0.1 * bars["gamma"].item()}


ENTRIES = (
    erratum(
        id="a-layer-input",
        section="1",
        lines=14,
        quote="w[i]_j^T x + b[i]_j",
        kind="index",
        check=Claim(
            r"$z^{[i]}_j = (w^{[i]}_j)^{\top} x + b^{[i]}_j$ in every layer $i$",
            r"$z^{[i]}_j = (w^{[i]}_j)^{\top} a^{[i-1]} + b^{[i]}_j$ with $a^{[0]} = x$",
            example=second_layer,
            claimed=lambda e: e.weights == e.inputs,
            holds=lambda e: e.weights == e.hidden and e.reads_hidden,
            numbers="behind {inputs} inputs and {hidden} hidden units, a unit of the second layer "
            "has {weights} weights; a product with the {inputs} entries of $x$ does not exist",
        ),
        why="Only the first layer reads $x$; every other reads the outputs of the layer before it.",
        where="networks/architectures#eq-neuron-preactivation",
    ),
    erratum(
        id="a-output",
        section="1",
        lines=16,
        quote="w , b , and z as the weight, bias, and output respectively",
        kind="confused quantity",
        check=Claim(
            "$z$ is the output of the unit",
            "$z$ is its pre-activation; its output is $g(z)$",
            example=_neuron,
            claimed=lambda e: np.isclose(e.z, e.output),
            holds=lambda e: np.isclose(1 / (1 + np.exp(-e.z)), e.output),
            numbers="with $w = (1, 2)$, $b = -1$, $x = (1, 1)$ and the sigmoid, $z$ is {z:.0f} and "
            "the output {output:.3f}",
        ),
        why="The next section puts an activation function “at the end of a hidden unit”; what "
        "leaves the unit is what leaves that function.",
        where="networks/architectures#eq-artificial-neuron",
    ),
    erratum(
        id="a-loss-of-z",
        section="1.2",
        lines=29,
        quote=r"L(z, y) = -(y \log(z) + (1 - y) \log(1 - z))",
        kind="one symbol for two things",
        check=_loss_of_pre_activation(),
        why="In §1 $z$ is the weighted sum, which may be any number; here it is a prediction "
        "between 0 and 1. With the letters of §1 the prediction is $g(z)$. The left side is the "
        "loss of a sigmoid unit, worked out from the weighted sum.",
        where="networks/losses#eq-bce-on-logits",
    ),
    erratum(
        id="a-backpropagation-adjusts",
        section="1.4",
        lines=37,
        quote="Backpropagation is a technique used to adjust the weights",
        kind="confused quantity",
        check=Claim(
            "Backpropagation adjusts the weights",
            "Backpropagation computes the gradient; descent adjusts the weights, and can do so "
            "with a gradient from anywhere",
            example=backward_pass,
            claimed=lambda e: e.after != e.before,
            holds=lambda e: e.after == e.before and abs(e.backprop - e.differences) < 1e-8,
            numbers="a weight is {before} before the backward pass and {after} after it. A step of "
            "descent leads to {backprop:.4f} with the gradient of backpropagation, and to "
            "{differences:.4f} with that of difference quotients",
        ),
        why="The notes' own list in §1.5 keeps the two steps apart.",
        where="training/backpropagation#training-step",
    ),
    erratum(
        id="a-chain-rule-letter",
        section="1.4",
        lines=41,
        quote=r"\frac{\partial L(z, y)}{\partial a} \times \frac{\partial a}{\partial z}",
        kind="one symbol for two things",
        check=Reading(
            r"$\frac{\partial L(z, y)}{\partial w} = \frac{\partial L(z, y)}{\partial a} \times "
            r"\frac{\partial a}{\partial z} \times \frac{\partial z}{\partial w}$",
            r"$\frac{\partial L(a, y)}{\partial w} = \frac{\partial L(a, y)}{\partial a} \times "
            r"\frac{\partial a}{\partial z} \times \frac{\partial z}{\partial w}$",
        ),
        why="The $z$ in $L(z, y)$ is the output, which the same line calls $a$; the $z$ below the "
        "bar is the weighted sum.",
        where="training/backpropagation#eq-chain-rule-weight",
    ),
    erratum(
        id="a-batch-norm-hyperparameters",
        section="1.7",
        lines=64,
        quote="the use of hyperparameters γ and β",
        kind="confused quantity",
        check=Claim(
            r"$\gamma$ and $\beta$ are hyperparameters",
            r"$\gamma$ and $\beta$ are parameters: the loss has a gradient with respect to them, "
            "and training changes them",
            example=_scale_is_trained,
            claimed=lambda e: e.slope == 0,
            holds=lambda e: e.slope != 0 and e.step != 1,
            numbers="for the batch 1, 2, 6 and the loss "
            r"$\frac12\sum_i y_i^2$ the gradient with respect to $\gamma$ is {slope:.2f} at "
            r"$\gamma = 1$; a step with the learning rate 0.1 leads to {step:.2f}",
        ),
        why="A hyperparameter is set before training and not by it.",
        where="training/normalization#eq-batch-norm",
    ),
    erratum(
        id="a-batch-norm-desired",
        section="1.7",
        lines=64,
        quote="By considering μ_B and σ_B^2 as the desired mean and variance",
        kind="confused quantity",
        check=_mean_after_normalization(),
        why=r"$\mu_B$ and $\sigma_B^2$ are the mean and the variance that the batch *has*. They "
        r"are taken away; the mean afterwards is $\beta$. The left side is that mean, the first "
        r"line "
        "says that it is the “desired” one.",
        where="training/normalization#eq-bn-output-mean",
    ),
)
