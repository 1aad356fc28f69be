"""Errata of "What is a neural network?" (004, set E)."""

from functools import partial as fixed

import numpy as np
from sympy import Integer, Rational, sqrt

from nnbook import InstanceNorm, LayerNorm
from nnbook.derive import as_written, define, reals, sizes

from .entry import Claim, Erratum, Reading, formula
from .examples import (
    momentum_loses,
    turned_sixes,
    undirected,
    validation_loss,
    wrong_order,
)

erratum = fixed(Erratum, notes="004")

# Sections 1 to 4


def _square():
    """A vertex that multiplies its one parent by itself."""
    parents = ("u", "u")
    return {"arguments": len(parents), "parents": len(set(parents))}


def _backward():
    """∂L/∂a of L(y), y = 3 a, by the recursion with and without a start at the output."""
    children = {"a": {"y": 3.0}, "y": {}}

    def by_recursion(vertex, start):
        if not children[vertex]:
            return start
        return sum(by_recursion(c, start) * slope for c, slope in children[vertex].items())

    at_output = 2.0  # L = y² at y = 1
    return {
        "literal": by_recursion("a", 0.0),
        "started": by_recursion("a", at_output),
        "quotient": ((3 * (1 / 3 + 1e-6)) ** 2 - (3 * (1 / 3 - 1e-6)) ** 2) / 2e-6,
    }


FIRST = (
    erratum(
        id="e-history",
        section="1",
        lines=5,
        quote="dates back at least to the 1950s when F. Rosenblatt proposed the perceptron",
        kind="attribution",
        check=Reading(
            "The history “dates back at least to the 1950s when F. Rosenblatt proposed the "
            "perceptron model”",
            "It dates back to 1943 {cite}`mcculloch1943logical`; the perceptron is of 1958 "
            "{cite}`rosenblatt1958perceptron`",
        ),
        why="The neuron that the next sentence names is fifteen years older than the perceptron.",
        where="networks/architectures#eq-perceptron",
    ),
    erratum(
        id="e-mcculloch-pitts",
        section="1",
        lines=(5, 9),
        quote=r"McCulloch–Pitts neuron which realized the following mapping",
        kind="attribution",
        check=Reading(
            r"The McCulloch–Pitts neuron is $f(\mathbf{x}) = \varphi(\mathbf{x}\mathbf{w}^{\top} "
            r"+ b)$ with “some nonlinear activation function” and real inputs",
            "The neuron of McCulloch and Pitts is a threshold of binary inputs; the printed one "
            "is what came of it later",
        ),
        why="It fires or it does not, and nothing in it is learned {cite}`mcculloch1943logical`.",
        where="networks/architectures#eq-artificial-neuron",
    ),
    erratum(
        id="e-any-network",
        section="1",
        lines=13,
        quote="In general neural network is any Directed Acyclic Graph",
        kind="too general",
        check=Claim(
            "“In general neural network is any directed acyclic graph”",
            "A feedforward network is; a Boltzmann machine, of which §9.2 has the heading, has "
            "undirected edges, and a recurrent network cycles until it is unrolled in time",
            example=undirected,
            claimed=lambda e: e.ordered,
            holds=lambda e: not e.ordered,
            numbers="a visible and a hidden unit of a restricted Boltzmann machine, {units} in "
            "all, depend on each other, and there is no order in which to compute them",
        ),
        why="What is described is the kind of network that can be evaluated in one pass.",
        where="networks/architectures#eq-dag-network",
    ),
    erratum(
        id="e-parents",
        section="1",
        lines=21,
        quote=r"Obviously it must satisfy  $p = |\mathcal{P}_i|$",
        kind="false claim",
        check=Claim(
            r"A function of $p$ arguments has $p = |\mathcal{P}_i|$ parents, a *set*",
            "The parents are a list: the order of arguments matters, and one vertex can be two "
            "of them",
            example=_square,
            claimed=lambda e: e.arguments == e.parents,
            holds=lambda e: e.arguments != e.parents,
            numbers=r"$u \cdot u$ is a product of {arguments} arguments with {parents} parent",
        ),
        why="As a set of parents, $u - v$ and $v - u$ are the same vertex.",
        where="networks/architectures#eq-dag-network",
    ),
    erratum(
        id="e-topological",
        section="3",
        lines=93,
        quote="as this guarantees that we visit every node exactly once",
        kind="wrong reason",
        check=Claim(
            "The topological order “guarantees that we visit every node exactly once”",
            "Every list of the nodes does that. This order guarantees that the arguments of a "
            "node are there when it is visited",
            example=wrong_order,
            claimed=lambda e: e.works == e.once,
            holds=lambda e: e.once and not e.works and e.topological,
            numbers="for $x \\to a \\to y$ the list $y, a, x$ names each of the 3 nodes once, and "
            "its first cannot be computed",
        ),
        why="It is the right order; the reason given would allow any other.",
        where="networks/architectures#eq-topological-order",
    ),
    erratum(
        id="e-backward-start",
        section="4",
        lines=(97, 101),
        quote=r"\sum_{j \in \mathcal{N}_i} \sum_{\beta} \frac{\partial L}{\partial "
        r"F_{\beta}^{(j)}}",
        kind="missing term",
        check=Claim(
            r"$\frac{\partial L}{\partial F_{\alpha}^{(i)}} = \sum_{j \in \mathcal{N}_i} "
            r"\sum_{\beta} \dots$ for every node",
            r"for every node with $\mathcal{N}_i \neq \emptyset$; at the outputs the recursion "
            r"starts from $\frac{\partial L}{\partial F^{(i)}}$ of the loss itself",
            example=_backward,
            claimed=lambda e: np.isclose(e.literal, e.quotient),
            holds=lambda e: np.isclose(e.started, e.quotient) and e.literal == 0,
            numbers="for $L = y^2$, $y = 3a$, $a = \\frac13$, the sums over an empty "
            "$\\mathcal{{N}}$ make $\\frac{{\\partial L}}{{\\partial a}}$ {literal:.0f}; from "
            "$\\frac{{\\partial L}}{{\\partial y}} = 2$ it is {started:.0f}, as the difference "
            "quotient says",
        ),
        why="An output has no next nodes. By the letter its derivative is an empty sum, and so "
        "every derivative is zero. In every index the recursion is right.",
        where="training/backpropagation#eq-dag-backward",
    ),
)

# Section 5


def _corrected_average(name, letter, g):
    t, rate = sizes("t"), reals(letter, positive=True)
    with as_written():
        average = define(name, (1 - rate ** (t + 1)) * g)
        printed, corrected = average / (1 - rate**t), average / (1 - rate ** (t + 1))
    return formula(g, printed, corrected, given=rate < 1, letters=average)


def _epsilon():
    M, V, eta, eps = reals("M"), *reals("V eta epsilon", positive=True)
    with as_written():
        step = define("\\Delta", eta * (M / (sqrt(V) + eps)))
        printed, corrected = eta * (M / sqrt(V + eps)), eta * (M / (sqrt(V) + eps))
    return formula(step, printed, corrected)


OPTIMIZERS = (
    erratum(
        id="e-loss-parameters",
        section="5",
        lines=105,
        quote=r"L(\mathcal{X}, \theta^{(i,t)})",
        kind="index",
        check=Reading(
            r"$g^{(i,t)} = \partial_{\theta^{(i)}} L(\mathcal{X}, \theta^{(i,t)})$",
            r"$g^{(i,t)} = \partial_{\theta^{(i)}} L(\mathcal{X}, \theta^{(t)})$, where "
            r"$\theta^{(t)}$ is all parameters",
        ),
        why="The loss depends on the parameters of all nodes, as §2 writes it; only the derivative "
        "is by those of node $i$.",
        where="training/optimizers#eq-gradient-descent",
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
            example=momentum_loses,
            claimed=lambda e: abs(e.momentum - e.best) <= abs(e.plain - e.best),
            holds=lambda e: abs(e.plain - e.best) < 0.01 < abs(e.momentum - e.best),
            numbers="on $\\frac14(\\theta^2-1)^2 + \\frac1{{10}}\\theta$, whose best minimum is "
            "at ${best:.2f}$, descent from ${start}$ comes to rest at ${plain:.2f}$ without "
            "momentum and at ${momentum:.2f}$ with momentum 0.9",
        ),
        why="A ball that can roll out of a bad valley can roll out of a good one.",
        where="training/optimizers#eq-momentum-escape",
    ),
    erratum(
        id="e-adam-correction",
        section="5.2",
        lines=125,
        quote=r"\frac{M_{\alpha}^{(i,t+1)}}{1 - \beta_1^t}",
        kind="exponent",
        check=_corrected_average("M^{(t+1)}", "beta_1", reals("g")),
        why="The average of step $t + 1$ holds $t + 1$ gradients, and its weights add up to "
        r"$1 - \beta_1^{t+1}$. Under a constant gradient $g$ the corrected average has to be $g$. "
        "In the first step, $t = 0$, the printed one divides by zero.",
        where="training/optimizers#eq-adam-bias-correction",
    ),
    erratum(
        id="e-adam-correction-second",
        section="5.2",
        lines=125,
        quote=r"\frac{V_{\alpha}^{(i,t+1)}}{1 - \beta_2^t}",
        kind="exponent",
        check=_corrected_average("V^{(t+1)}", "beta_2", reals("g") ** 2),
        why="The same slip in the average of the squares, which has to be $g^2$ if all gradients "
        "are $g$.",
        where="training/optimizers#eq-adam-bias-correction",
    ),
    erratum(
        id="e-adam-epsilon",
        section="5.2",
        lines=125,
        quote=r"\sqrt{\tilde{V}_{\alpha}^{(i,t+1)} + \epsilon}",
        kind="brackets",
        check=_epsilon(),
        why=r"Kingma and Ba add $\epsilon$ to the root {cite}`kingma2015adam`. Under the root, "
        r"$\epsilon = 10^{-8}$ acts like $10^{-4}$ outside. Both rules can be used; the one with "
        r"this name and this value of $\epsilon$ is the other.",
        where="training/optimizers#eq-adam-update",
    ),
)

# Sections 6 and 7


def _lengths():
    """A short weight vector under the rule of the notes and under weight normalization."""
    theta, limit, g = np.array([0.3, 0.4]), 1.0, 1.0
    length = np.linalg.norm(theta)
    limited = theta if length <= limit else theta * limit / length
    normalized = g * theta / length
    return {"limited": np.linalg.norm(limited), "normalized": np.linalg.norm(normalized)}


def _bilinear():
    """Two losses at the ends of a stretch of parameters and half way between.

    One is of the mapping x → abx at x = 1, the other of a weighted sum of two curved features.
    """

    def of_linear(a, b):
        return (a * b - 1) ** 2

    def of_curved(w):
        x = np.linspace(-2, 2, 9)
        return ((w[0] * np.sin(3 * x) + w[1] * np.exp(x) - x**2) ** 2).mean()

    w, v = np.array([1.0, -2.0]), np.array([-3.0, 1.0])
    return {
        "ends": max(of_linear(1, 1), of_linear(-1, -1)),
        "between": of_linear(0, 0),
        "curved_ends": (of_curved(w) + of_curved(v)) / 2,
        "curved_between": of_curved((w + v) / 2),
    }


def _rectified_layers():
    """The mean square of the signal after ten layers with LeCun's weights, by activation."""
    n, sizes_ = 200, {}
    for name, activation in (("linear", lambda z: z), ("relu", lambda z: np.maximum(0, z))):
        rng = np.random.default_rng(0)
        signal = rng.normal(size=(100, n))
        start = (signal**2).mean()
        for _ in range(10):
            signal = activation(signal @ rng.uniform(-1, 1, size=(n, n)) * np.sqrt(3 / n))
        sizes_[name] = (signal**2).mean() / start
    return sizes_


def _slope_at_zero():
    """Slopes at 0, where Glorot's derivation takes its units."""
    return {"tanh": 1 - np.tanh(0) ** 2, "sigmoid": 0.5 * (1 - 0.5)}


def _he_variance():
    n = sizes("n_i")
    with as_written():
        printed, corrected = (Rational(1, 2) * (n * v) for v in (sqrt(2 / n), 2 / n))
    return formula(Integer(1), printed, corrected)


LATER = (
    erratum(
        id="e-weight-normalization",
        section="6.2",
        lines=147,
        quote="Weight normalization is a regularization technique that forces the weights",
        kind="attribution",
        check=Claim(
            "Rescaling weight vectors that are longer than $\\ell$ is “weight normalization”",
            "It is a max-norm constraint {cite}`srivastava2014dropout`. Weight normalization "
            "writes $w = g\\,v/\\lVert v\\rVert$ and learns $g$ and $v$ "
            "{cite}`salimans2016weight`; it gives every vector the "
            "length $g$, short ones too",
            example=_lengths,
            claimed=lambda e: np.isclose(e.limited, e.normalized),
            holds=lambda e: np.isclose(e.limited, 0.5) and np.isclose(e.normalized, 1),
            numbers=r"the vector $(0.3, 0.4)$ has the length {limited:.1f} and keeps it under "
            r"$\ell = 1$; as $g\,v/\lVert v\rVert$ with $g = 1$ it has the length {normalized:.0f}",
        ),
        why="The formulas are those of the constraint, and right; the name belongs to another "
        "method, which is not a constraint at all.",
        where="training/optimizers#gradient-clipping",
    ),
    erratum(
        id="e-early-stopping",
        section="6.3",
        lines=157,
        quote="but the moment the loss on the validation set starts rising",
        kind="too general",
        check=Claim(
            "“The moment the loss on the validation set starts rising … we stop”",
            "We stop when it has not fallen below its best value for some time; single rises are "
            "noise",
            example=validation_loss,
            claimed=lambda e: e.at_rise < 1.1 * e.best,
            holds=lambda e: e.best < 0.6 * e.at_rise,
            numbers="a small network on 200 digits, batches of ten: before its first rise the "
            "validation loss is {at_rise:.1f}; later it falls to {best:.1f}",
        ),
        why="Whoever stops at the first rise stops by accident.",
        where="training/optimizers#stopping",
    ),
    erratum(
        id="e-augmentation",
        section="6.6",
        lines=169,
        quote="invariant under rotations, zoom, reflection, etc",
        kind="too general",
        check=Claim(
            "For the classification of images “we want the output of the network to be invariant "
            "under rotations, zoom, reflection, etc.”",
            "under those changes that leave the class what it is",
            example=turned_sixes,
            claimed=lambda e: e.still > 0.5 * e.sixes,
            holds=lambda e: e.still < 0.1 * e.sixes and e.nines > 0.7 * e.sixes,
            numbers="of {sixes} sixes of the digits data, turned by half a turn, {nines} are "
            "nearer "
            "to the mean nine than to any other mean digit, and {still} to the mean six",
        ),
        why="Who asks for invariance under half a turn asks that 6 and 9 be the same.",
        where="networks/architectures",
    ),
    erratum(
        id="e-why-not-convex",
        section="7",
        lines=173,
        quote="Since the neural network effectively realizes a highly nonlinear mapping",
        kind="wrong reason",
        check=Claim(
            "“Since the neural network effectively realizes a highly nonlinear mapping, the loss … "
            "is also highly nonlinear and non-convex”",
            "It is not convex because parameters are multiplied by parameters; the mapping of the "
            "*input* may be linear",
            example=_bilinear,
            claimed=lambda e: e.between <= e.ends,
            holds=lambda e: e.between > e.ends and e.curved_between < e.curved_ends,
            numbers="$x \\mapsto abx$ is linear; its loss $(ab - 1)^2$ is {ends} at $(1, 1)$ and "
            "at $(-1, -1)$, and {between} half way between them",
        ),
        why="And a mapping as curved as you like, $\\sum_k w_k \\varphi_k(x)$ with fixed "
        "$\\varphi_k$, has a convex squared error in $w$.",
        where="networks/losses#eq-loss-not-convex",
    ),
    erratum(
        id="e-lecun-variance",
        section="7",
        lines=(175, 179),
        quote="This initialization is designed to preserve the variance of activations during",
        kind="too general",
        check=Claim(
            "LeCun's initialization preserves “the variance of activations during the forward "
            "pass”",
            "For linear units it does, and nearly for units that are straight around zero; ReLU "
            "loses half of the mean square in each layer",
            example=_rectified_layers,
            claimed=lambda e: e.relu > 0.5,
            holds=lambda e: e.linear > 0.5 and e.relu < 0.01,
            numbers="ten layers of 200 units with these weights leave {linear:.1f} of the mean "
            "square of a normal signal if they are linear, and less than 0.01 with ReLU",
        ),
        why="The scheme that makes up for it is He's, two items below.",
        where="training/initialization#eq-relu-squares",
    ),
    erratum(
        id="e-he-variance",
        section="7",
        lines=187,
        quote=r"\mathcal{N}\left(0, \sqrt{2n_i^{-1}}\right)",
        kind="contradiction",
        check=_he_variance(),
        why="Everywhere else in this section the second argument of $\\mathcal{N}$ is a variance "
        "(“mean 0 and small variance like 0.01”, $\\mathcal{N}(0, 0.01)$). He's is $2/n_i$; its "
        "root is the standard deviation. The condition, half of $n_i$ variances makes 1, holds of "
        "the one and not of the other.",
        where="training/initialization#eq-he-condition",
    ),
    erratum(
        id="e-glorot-sigmoid",
        section="7",
        lines=(187, 193),
        quote="instead of previously used sigmoid activations",
        kind="attribution",
        check=Claim(
            "Glorot's scheme is for sigmoid activations",
            "Its derivation takes units with slope 1 at 0, and outputs around 0, such as tanh; the "
            "same paper finds the sigmoid unsuited {cite}`glorot2010understanding`",
            example=_slope_at_zero,
            claimed=lambda e: e.sigmoid == 1,
            holds=lambda e: e.tanh == 1 and e.sigmoid == 0.25,
            numbers="at 0 the slope of tanh is {tanh:.0f} and that of the sigmoid {sigmoid}",
        ),
        why="A sigmoid with Glorot's weights divides the variance of a signal by sixteen in every "
        "layer. (If *sigmoid* is to mean any curve in the shape of an S, tanh is one, and the "
        "sentence can stand.)",
        where="training/initialization#eq-glorot-init",
    ),
)

# Section 8


def _layer_norm():
    """The shape of the scale of a layer normalization, and what a second batch would need."""
    x = np.random.default_rng(0).normal(size=(4, 3))
    params = LayerNorm(3).init(np.random.default_rng(0))
    return {"batch": len(x), "features": x.shape[1], "scales": len(params["gamma"])}


def _instance_norm():
    """One image of two channels, normalized by channel and as a whole."""
    x = np.array([[[[1.0, 3.0]], [[10.0, 30.0]]]])  # (1, 2, 1, 2)
    rng = np.random.default_rng(0)
    instance, layer = InstanceNorm(2, eps=0.0), LayerNorm((2, 1, 2), eps=0.0)
    by_channel = instance.forward(instance.init(rng), x)[0]
    whole = layer.forward(layer.init(rng), x)[0]
    return {"by_channel": by_channel[0, 0, 0, 0], "whole": whole[0, 0, 0, 0]}


NORMALIZATION = (
    erratum(
        id="e-layer-norm-scale",
        section="8",
        lines=(201, 205),
        quote=r"A_\alpha \frac{X_{\alpha'\alpha} - M_\alpha}{\sqrt{S_\alpha + \epsilon}} + "
        r"B_\alpha",
        kind="index",
        check=Claim(
            r"$A_\alpha$, $B_\alpha$ for layer normalization, where $\alpha$ contains the batch "
            "dimension",
            r"$A_{\alpha'}$, $B_{\alpha'}$: one for each feature",
            example=_layer_norm,
            claimed=lambda e: e.scales == e.batch,
            holds=lambda e: e.scales == e.features != e.batch,
            numbers="with {batch} examples of {features} features the formula asks for {batch} "
            "scales, one an example; a layer normalization has {scales}",
        ),
        why="For batch normalization the formula is right. In layer normalization the mean is "
        "taken over the features, $\\alpha'$, and $\\alpha$ counts the examples: a learned "
        "parameter for each example of a batch would mean nothing to the next batch.",
        where="training/normalization#eq-layer-norm",
    ),
    erratum(
        id="e-layer-norm-name",
        section="8",
        lines=205,
        quote=r"do not contain the batch dimension then such a normalization is called **layer",
        kind="too general",
        check=Claim(
            "If the indices of the mean “do not contain the batch dimension then such a "
            "normalization is called layer normalization”",
            "if they are all the others; instance and group normalization leave the batch out, too",
            example=_instance_norm,
            claimed=lambda e: np.isclose(e.by_channel, e.whole),
            holds=lambda e: np.isclose(e.by_channel, -1) and e.whole > -0.95,
            numbers="the image with the channels $(1, 3)$ and $(10, 30)$ begins with "
            "${by_channel:.2f}$ after instance and with ${whole:.2f}$ after layer normalization",
        ),
        why="Neither looks at other examples, and they are not the same.",
        where="training/normalization#norm-kinds",
    ),
)

ENTRIES = (*FIRST, *OPTIMIZERS, *LATER, *NORMALIZATION)
