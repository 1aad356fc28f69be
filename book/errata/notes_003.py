"""Errata of "Basics of Neural Networks" (003, set D)."""

from functools import partial as fixed

import numpy as np
from sympy import Abs, IndexedBase, Integer, Sum, Symbol, exp, log, sign, tanh

from nnbook import BatchNorm, Mode, adagrad, adam
from nnbook.derive import (
    as_written,
    define,
    index,
    mean_over,
    partial,
    reals,
    sizes,
    tensor,
)

from .entry import Claim, Erratum, Formula, Reading, formula
from .examples import momentum_loses, validation_loss

erratum = fixed(Erratum, notes="003")

# Sections 1.1 to 1.7


def _hyperplane():
    """The dimension of the set where a weighted sum of four features is zero."""
    w = np.array([[1.0, -2.0, 0.5, 3.0]])
    return {"features": 4, "dimension": 4 - int(np.linalg.matrix_rank(w))}


def _xor():
    """Values at the corners of the unit square of a network that tells equal from unequal bits."""
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    total = corners.sum(axis=1)
    y = np.maximum(total, 0) - 2 * np.maximum(total - 1, 0)
    return {"a": y[0], "b": y[1], "c": y[2], "d": y[3]}


def _tangent():
    """The parabola w² at w = -1: a step against its tangent, and one against its slope."""
    w, rate = -1.0, 0.1
    tangent, slope = 1.0, 2 * w  # the tangent runs along (1, slope); its part along w is 1
    return {
        "here": w**2,
        "against_tangent": (w - rate * tangent) ** 2,
        "against_slope": (w - rate * slope) ** 2,
    }


def _outer():
    """The gradient of the weights between three hidden units and two outputs."""
    rng = np.random.default_rng(0)
    D, W, t = rng.normal(size=3), rng.normal(size=(3, 2)), rng.normal(size=2)

    def E(W):
        return 0.5 * ((1 / (1 + np.exp(-(W.T @ D))) - t) ** 2).sum()

    out = 1 / (1 + np.exp(-(W.T @ D)))
    delta = (out - t) * out * (1 - out)
    quotients = np.zeros((3, 2))
    for place in np.ndindex(3, 2):
        step = np.zeros((3, 2))
        step[place] = 1e-6
        quotients[place] = (E(W + step) - E(W - step)) / 2e-6
    try:
        fits = (delta * D).shape == W.shape
    except ValueError:
        fits = False
    return {
        "fits": fits,
        "hidden": len(D),
        "outputs": len(delta),
        "off": abs(np.outer(D, delta) - quotients).max(),
    }


FIRST = (
    erratum(
        id="d-weights-are-biases",
        section="1.3",
        lines=39,
        quote="Weights are biases are the parameters",
        kind="misprint",
        check=Reading("“Weights are biases are the parameters”", "Weights and biases are"),
        why="As it stands it says that weights are biases.",
        where="networks/architectures#eq-weights-biases",
    ),
    erratum(
        id="d-plane",
        section="1.4",
        lines=44,
        quote="a plane (in the case of n-D features)",
        kind="confused quantity",
        check=Claim(
            "With $n$ features the decision boundary is “a plane”",
            "It is a hyperplane, of dimension $n - 1$; a plane for three features",
            example=_hyperplane,
            claimed=lambda e: e.dimension == 2,
            holds=lambda e: e.dimension == e.features - 1,
            numbers="with {features} features it has the dimension {dimension}, and a plane has 2",
        ),
        why="One linear equation takes away one dimension.",
        where="networks/architectures#eq-decision-boundary",
    ),
    erratum(
        id="d-boundary-straight",
        section="1.4",
        lines=44,
        quote="A Decision boundary is a line (in the case of 2D features)",
        kind="too general",
        check=Claim(
            "With two features the decision boundary is a line",
            "It is for a single neuron; a network with a hidden layer bends it",
            example=_xor,
            claimed=lambda e: e.a + e.d == e.b + e.c,
            holds=lambda e: e.a + e.d != e.b + e.c and e.a == e.d == 0 and e.b == e.c == 1,
            numbers=r"$\max(0, x_1 + x_2) - 2\max(0, x_1 + x_2 - 1)$ is {a}, {b}, {c}, {d} at the "
            "corners 00, 01, 10, 11 of the square, and no line has 01 and 10 on one side and 00 "
            "and 11 on the other",
        ),
        why="Where one line is the boundary of a weighted sum, the sums over opposite corners are "
        "equal. That networks can do without is what their hidden layers are for.",
        where="networks/architectures#eq-xor-impossible",
    ),
    erratum(
        id="d-tangent",
        section="1.5",
        lines=50,
        quote="in the direction opposite to the direction of the tangent",
        kind="confused quantity",
        check=Claim(
            "Weights are updated “opposite to the direction of the tangent”",
            "They are updated opposite to the gradient, which on a curve is the slope of the "
            "tangent",
            example=_tangent,
            claimed=lambda e: e.against_tangent < e.here,
            holds=lambda e: e.against_slope < e.here < e.against_tangent,
            numbers="the tangent of $w^2$ at $w = -1$ runs along $(1, -2)$, towards larger $w$; a "
            "step of 0.1 the opposite way raises the value from {here:.2f} to "
            "{against_tangent:.2f}, a step against the slope lowers it to {against_slope:.2f}",
        ),
        why="A tangent has two directions and the same ones on both sides of a valley. The sign of "
        "its slope says where the valley is.",
        where="training/optimizers#eq-gradient-descent",
    ),
    erratum(
        id="d-forward",
        section="1.6",
        lines=(69, 71),
        quote="$$y = w^T x + b$$",
        kind="missing term",
        check=Claim(
            "The output of a network is $y = w^{\\top} x + b$",
            "That is the pre-activation of one unit; it goes through the activation function, "
            "and on to the next layer",
            example=_xor,
            claimed=lambda e: e.a + e.d == e.b + e.c,
            holds=lambda e: e.a + e.d != e.b + e.c,
            numbers="the values of $w^{{\\top}}x + b$ at the corners 00 and 11 have the same sum "
            "as "
            "those at 01 and 10. The network $\\max(0, x_1 + x_2) - 2\\max(0, x_1 + x_2 - 1)$ has "
            "the values {a}, {b}, {c}, {d} at 00, 01, 10, 11, and the sums differ",
        ),
        why="Without the activation function the output is affine in the input, as §1.8 says.",
        where="networks/architectures#eq-mlp-forward-composition",
    ),
    erratum(
        id="d-figure-labels",
        section="1.7",
        lines=(81, 90),
        quote="$$D_{ho}$$",
        kind="misprint",
        source="ocr",
        check=Reading(
            "$X$, $W_{ho}$, $Z_1 = \\dots$, $D = \\sigma(Z_1)$, $D_{ho}$",
            "$Z_1 = W_{ih}^{\\top} X + b_{ih}$, $D = \\sigma(Z_1)$, "
            "$Z_2 = W_{ho}^{\\top} D + b_{ho}$, $O = \\sigma(Z_2)$",
        ),
        why="Labels of a figure were read as equations, $b_{ho}$ among them as $D_{ho}$, as it "
        "seems, and the lines for $Z_2$ and $O$, of which the derivatives below speak, are lost.",
        where="networks/architectures#eq-two-layer-network",
    ),
    erratum(
        id="d-products",
        section="1.7",
        lines=94,
        quote=r"\frac{dE}{dO} * \frac{dO}{dZ_{2}} * \frac{dZ_{2}}{dW_{ho}}",
        kind="shape",
        check=Claim(
            r"$\frac{dE}{dW_{ho}} = \frac{dE}{dO} * \frac{dO}{dZ_2} * \frac{dZ_2}{dW_{ho}}$, "
            "for arrays",
            r"$\frac{dE}{dW_{ho}} = D\,\delta_2^{\top}$ with "
            r"$\delta_2 = \frac{dE}{dO} \odot \frac{dO}{dZ_2}$",
            example=_outer,
            claimed=lambda e: e.fits,
            holds=lambda e: not e.fits and e.off < 1e-8,
            numbers="with {hidden} hidden units and {outputs} outputs, $\\delta_2$ has {outputs} "
            "entries and $D$ has {hidden}: a product entry by entry does not exist. The column $D$ "
            "times the row $\\delta_2^{{\\top}}$ has the shape of $W_{{ho}}$ and equals the "
            "difference quotients to 8 places",
        ),
        why="For single numbers the line is right. For arrays it does not say which product is "
        "meant, and $dZ_2/dW_{ho}$ has three axes.",
        where="training/backpropagation#eq-two-layer-w2",
    ),
)


# Section 1.8

x = reals("x")
with as_written():
    SIGMA = define("\\sigma", 1 / (1 + exp(-x)))


def _products_of_weights():
    w1, w2, c = reals("w_1 w_2 x")
    with as_written():
        doubled = (2 * w2) * ((2 * w1) * c)
        printed, corrected = 2 * (w2 * (w1 * c)), 4 * (w2 * (w1 * c))
    return formula(doubled, printed, corrected)


def _tanh_first():
    with as_written():
        printed, corrected = 2 / exp(-2 * x), 2 / (1 + exp(-2 * x)) - 1
    return formula(tanh(x), printed, corrected)


def _tanh_second():
    with as_written():
        s = define("\\sigma(2x)", 1 / (1 + exp(-2 * x)))
        printed, corrected = 2 * s, 2 * s - 1
    return formula(tanh(x), printed, corrected, letters=s)


def _sigmoid_slope():
    with as_written():
        printed, corrected = SIGMA * SIGMA, SIGMA * (1 - SIGMA)
    return formula(partial(SIGMA, x), printed, corrected, letters=SIGMA)


def _probability():
    """The output that fits best where six of ten targets are 1, by the loss."""
    p = np.arange(0.01, 1.0, 0.01)
    absolute = 0.6 * (1 - p) + 0.4 * p
    cross_entropy = -0.6 * np.log(p) - 0.4 * np.log(1 - p)
    return {"absolute": p[absolute.argmin()], "cross_entropy": p[cross_entropy.argmin()]}


def _softmax_sum():
    K = sizes("K")
    k, c = Symbol("k", integer=True), Symbol("c", integer=True)
    beta, X = IndexedBase("beta", real=True), reals("X_i")
    with as_written():
        terms = [Sum(exp(beta[c] * X), (c, 0, last)) for last in (K, K - 1)]
        printed, corrected = (Sum(exp(beta[k] * X) / term, (k, 0, K - 1)) for term in terms)
    return Formula((printed, Integer(1)), (corrected, Integer(1)))


def _two_classes():
    c = Symbol("c", integer=True)
    beta, X = IndexedBase("beta", real=True), reals("X_i")
    with as_written():
        both = exp(beta[0] * X) + exp(beta[1] * X)
        printed, corrected = (Sum(exp(beta[c] * X), (c, 0, last)) for last in (2, 1))
    return Formula((printed, both), (corrected, both))


def _batch_of_two():
    """The gradient of the weight of a ReLU unit on two examples, one of them on its flat side."""
    inputs, targets, w = np.array([-1.0, 2.0]), np.array([0.0, 1.0]), 1.0
    y = np.maximum(0, w * inputs)
    grads = (y - targets) * (w * inputs > 0) * inputs
    return {"negative": abs(grads[0]), "whole": grads.sum()}


ACTIVATIONS = (
    erratum(
        id="d-linear-in-weights",
        section="1.8",
        lines=111,
        quote="the output will become a linear relation of weights and inputs",
        kind="false claim",
        check=_products_of_weights(),
        why="Without activation functions the output is affine in the inputs. In the weights it is "
        "not even that: it holds their products. Were it linear, twice the weights of both layers "
        "would give twice the output.",
        where="networks/architectures#eq-affine-collapse",
    ),
    erratum(
        id="d-differentiable",
        section="1.8",
        lines=117,
        quote="Should be differentiable at all points",
        kind="contradiction",
        check=Claim(
            "An activation function “should be differentiable at all points”",
            "At almost all; at a kink a value between the slopes on both sides will do",
            example=lambda: {"left": (0 - max(0, -1e-6)) / 1e-6, "right": max(0, 1e-6) / 1e-6},
            claimed=lambda e: e.left == e.right,
            holds=lambda e: e.left != e.right and e.left <= 0 <= e.right,
            numbers="at 0 the slope of ReLU is {left:.0f} from the left and {right:.0f} from the "
            "right",
        ),
        why="The same section gives ReLU a derivative by agreement at 0 and calls it the most "
        "preferable for hidden layers.",
        where="networks/activations#eq-relu-one-sided",
    ),
    erratum(
        id="d-linear-activation",
        section="1.8",
        lines=(122, 124),
        quote=r"\circ \quad (y = w^T x + b)",
        kind="confused quantity",
        check=Reading("Linear activation: $y = w^{\\top}x + b$", "Linear activation: $y = z$"),
        why="$w^{\\top}x + b$ is what every unit computes before its activation, the $z$ that goes "
        "in. The linear activation is the function that hands it on unchanged.",
        where="networks/activations#eq-linear-activation",
    ),
    erratum(
        id="d-neighborhood",
        section="1.8",
        lines=140,
        quote="calculate the neighborhood of the input",
        kind="misprint",
        check=Reading(
            "“when we want to calculate the neighborhood of the input”",
            "when we want the probability of a class, given the input",
        ),
        why="“Likelihood” may have been meant. What is read off is a probability; a neighborhood "
        "is a set of near points.",
        where="networks/losses#likelihood",
    ),
    erratum(
        id="d-always-probability",
        section="1.8",
        lines=141,
        quote="Sigmoid always returns the probability of a data point belonging to class 1",
        kind="too general",
        check=Claim(
            "“Sigmoid always returns the probability of a data point belonging to class 1”",
            "It returns a number between 0 and 1. Whether that is a probability is decided by the "
            "loss, and the data, with which it was trained",
            example=_probability,
            claimed=lambda e: abs(e.absolute - 0.6) < 0.02,
            holds=lambda e: abs(e.cross_entropy - 0.6) < 0.02 < abs(e.absolute - 0.6),
            numbers="where 6 of 10 targets are 1, the best output is {cross_entropy:.2f} for the "
            "cross-entropy, and as near to 1 as can be for the absolute error",
        ),
        why="The same unit, trained on another loss, is sure of what happens six times in ten.",
        where="networks/losses#eq-log-loss-proper",
    ),
    erratum(
        id="d-sigmoid-derivative",
        section="1.8",
        lines=142,
        quote=r"\frac{d\sigma}{dx} = \sigma(x)(1 \sigma(x))",
        kind="sign",
        source="ocr",
        check=_sigmoid_slope(),
        why="Our copy reads $\\sigma(x)(1\\ \\sigma(x))$: the minus was lost. As it stands the "
        "bracket is a product with 1.",
        where="networks/activations#eq-sigmoid-derivative",
    ),
    erratum(
        id="d-tanh",
        section="1.8",
        lines=151,
        quote=r"\tanh(x) = \frac{2}{1 e^{-2x}} 1",
        kind="sign",
        source="ocr",
        check=_tanh_first(),
        why="Our copy reads $\\frac{2}{1\\ e^{-2x}}\\ 1$, which as it stands is a product. Two "
        "signs were lost. Everywhere else the scan lost only minus signs and kept plus signs; with "
        "a minus in the denominator, though, the formula would be wrong as well.",
        where="networks/activations#eq-tanh-sigmoid-identity",
    ),
    erratum(
        id="d-tanh-by-sigmoid",
        section="1.8",
        lines=151,
        quote=r"\tanh(x) = 2\sigma(2x) 1",
        kind="sign",
        source="ocr",
        check=_tanh_second(),
        why="Our copy reads $2\\sigma(2x)\\ 1$; the minus was lost.",
        where="networks/activations#eq-tanh-sigmoid-identity",
    ),
    erratum(
        id="d-tanh-larger",
        section="1.8",
        lines=165,
        quote="Derivatives of tanh are larger than sigmoid",
        kind="too general",
        check=Claim(
            "“Derivatives of tanh are larger than sigmoid”",
            "They are for $|x| < 1.66$, and smaller beyond",
            example=lambda: {
                "x": 3,
                "tanh": 1 - np.tanh(3) ** 2,
                "sigmoid": 1 / (1 + np.exp(-3)) / (1 + np.exp(3)),
            },
            claimed=lambda e: e.tanh > e.sigmoid,
            holds=lambda e: (e.tanh > e.sigmoid) == (abs(e.x) < 1.66),
            numbers="at $x = {x}$ the slope of tanh is {tanh:.4f}, that of the sigmoid "
            "{sigmoid:.4f}",
        ),
        why="At 0 the slope of tanh is four times as large, but it falls off twice as fast.",
        where="networks/activations#eq-tanh-vs-sigmoid-slope",
    ),
    erratum(
        id="d-relu-no-updates",
        section="1.8",
        lines=182,
        quote="For negative inputs derivative of ReLU becomes 0 which makes no updates",
        kind="too general",
        check=Claim(
            "A negative input to a ReLU “makes no updates in the weights”",
            "That *example* adds nothing to the gradient; the weights rest only if it is so for "
            "all examples",
            example=_batch_of_two,
            claimed=lambda e: e.whole == 0,
            holds=lambda e: e.negative == 0 and e.whole != 0,
            numbers="with $w = 1$ and the examples $x = -1, 2$, targets $0, 1$ and half the "
            "squared "
            "error, the first adds {negative:.0f} to the gradient, and the gradient is {whole:.0f}",
        ),
        why="A unit that no example reaches is dead; a unit that some do not reach is merely "
        "selective.",
        where="networks/architectures#eq-dead-neuron",
    ),
    erratum(
        id="d-logistic-damage",
        section="1.8",
        lines=(200, 204),
        quote="egin{split} \\Pr(Y_i = 0)",
        kind="misprint",
        source="ocr",
        check=Reading(
            "`egin{split}`, `rac{e^{-eta \\cdot …}}`, `oldsymbol{eta_k}`",
            r"`\begin{split}`, `\frac{e^{-\beta \cdot …}}`, `\boldsymbol{\beta_k}`",
        ),
        why="A backslash with the letter after it was read as one character, so that each "
        "$\\beta$ became “eta”, a letter of its own.",
        where="networks/activations#eq-binary-logistic-probabilities",
    ),
    erratum(
        id="d-softmax-classes",
        section="1.8",
        lines=204,
        quote=r"\sum_{0 \leq c \leq K}",
        kind="bound",
        check=_softmax_sum(),
        why="Classes from 0 to $K$ are $K + 1$ classes. With $K$ of them the sum ends at $K - 1$; "
        "otherwise the $K$ probabilities add up to less than 1.",
        where="networks/activations#eq-multinomial-sum",
    ),
    erratum(
        id="d-softmax-two-classes",
        section="1.8",
        lines=(213, 215),
        quote=r"{\sum_{0 \leq c \leq K} e^{\beta_c \cdot \mathbf{X}_i}} = \frac{e^{\beta_0 \cdot "
        r"\mathbf{X}_i}}{e^{\beta_0 \cdot \mathbf{X}_i} + e^{\beta_1 \cdot \mathbf{X}_i}}",
        kind="bound",
        check=_two_classes(),
        why="With $K = 2$ the sum over $0 \\leq c \\leq K$ has three terms; the next fraction of "
        "the same line has two, and is right.",
        where="networks/activations#eq-softmax-two-classes",
    ),
)


# Sections 1.9 and 1.10

t = sizes("t")
g, beta = reals("g"), reals("beta", positive=True)


def _epoch_cost():
    """How many gradients of single examples an epoch takes, as one batch and in small ones."""
    N, B = 1000, 50
    return {"N": N, "B": B, "batch": 1 * N, "mini": N // B * B, "step": B}


def _equal_gradients():
    with as_written():
        printed, corrected = beta * g + (1 * beta) * g, beta * g + (1 - beta) * g
    return formula(g, printed, corrected, given=beta < 1)


def _same_rate():
    """Steps of two parameters with the same learning rate."""
    theta = np.array([1.0, 1.0])
    steps = 0.05 * np.array([10.0, 1.0]) * theta
    return {"first": steps[0], "second": steps[1], "rates": (0.05, 0.05)}


def _sum_to_now():
    i, squares = Symbol("i", integer=True), IndexedBase("g", real=True)
    with as_written():
        before = Sum(squares[i] ** 2, (i, 1, t - 1))
        whole = before + squares[t] ** 2
        corrected = Sum(squares[i] ** 2, (i, 1, t))
    return formula(whole, before, corrected)


def _zero_gradient():
    """The first step where the first gradient is zero, as printed and by the package."""
    with np.errstate(divide="ignore", invalid="ignore"):
        printed = 0.1 / np.sqrt(np.float64(0.0)) * 0.0
    optimizer = adagrad(0.1)
    params = {"w": np.array([1.0])}
    after, _ = optimizer.update(params, {"w": np.array([0.0])}, optimizer.init(params))
    return {"printed": printed, "package": after["w"].item() - 1.0}


def _rates_of_adagrad():
    """How long the steps are under gradients that are all -3."""
    total, step = 0.0, []
    for _ in range(100):
        total += (-3.0) ** 2
        step.append(abs(0.1 / np.sqrt(total) * -3.0))
    return {"gradient": -3, "first": step[0], "tenth": step[9], "hundredth": step[99]}


def _rate_near_minimum():
    """The factor before the gradient along a walk of RMSProp into the minimum of a parabola."""
    theta, mu, rates = 1.0, 0.0, []
    for _ in range(200):
        mu = 0.9 * mu + 0.1 * theta**2
        rates.append(0.01 / np.sqrt(mu + 1e-8))
        theta -= rates[-1] * theta
        if abs(theta) < 0.05:
            break
    return {"start": rates[9], "near": rates[-1], "theta": 0.05}


def _first_step_of_adam():
    """The first step under a gradient of 2: of momentum and RMSProp together, and of Adam."""
    eta, slope = 0.001, 2.0
    m, v = 0.1 * slope, 0.001 * slope**2
    optimizer = adam(eta)
    params = {"w": np.array([0.0])}
    after, _ = optimizer.update(params, {"w": np.array([slope])}, optimizer.init(params))
    return {"sum": eta * m / np.sqrt(v) / eta, "adam": -after["w"].item() / eta}


OPTIMIZERS = (
    erratum(
        id="d-batch-cost",
        section="1.9",
        lines=(245, 259),
        quote="Computation cost is lesser than Batch Gradient Descent",
        kind="too general",
        check=Claim(
            "Mini-batches: “computation cost is lesser than batch gradient descent”",
            "A *step* costs less; a pass through the data costs as many gradients of single "
            "examples",
            example=_epoch_cost,
            claimed=lambda e: e.mini < e.batch,
            holds=lambda e: e.mini == e.batch and e.step < e.batch,
            numbers="with {N} examples and batches of {B}, an epoch takes {mini} gradients of "
            "single examples either way; a step takes {step} in place of {batch}",
        ),
        why="What mini-batches save is not work per example: they make more steps of it.",
        where="training/optimizers#eq-minibatch-gd",
    ),
    erratum(
        id="d-momentum-escape",
        section="1.10",
        lines=(274, 277),
        quote="faces a problem of local minima which can be solved using Momentum",
        kind="too general",
        check=Claim(
            "The problem of local minima “can be solved using Momentum”",
            "Momentum may leave a valley, and may as well come to rest in a worse one",
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
        id="d-momentum-average",
        section="1.10",
        lines=276,
        quote=r"V_t = \beta V_{t-1} + (1 \beta) \frac{dJ}{d\theta}",
        kind="sign",
        source="ocr",
        check=_equal_gradients(),
        why="Our copy reads $\\beta V_{t-1} + (1\\ \\beta)\\frac{dJ}{d\\theta}$; the minus was "
        "lost. If $V_{t-1}$ and the gradient are both $g$, their average has to be $g$.",
        where="training/optimizers#eq-momentum-ema",
    ),
    erratum(
        id="d-lost-letter",
        section="1.10",
        lines=278,
        quote="d heta",
        kind="misprint",
        source="ocr",
        check=Reading("`{}^{dJ}/{}_{d heta}`", r"$dJ/d\theta$"),
        why="A backslash and the letter after it were lost.",
        where="training/optimizers#eq-momentum-ema",
    ),
    erratum(
        id="d-momentum-step",
        section="1.10",
        lines=279,
        quote=r"w_t = w_{t-1} \alpha V_t",
        kind="sign",
        source="ocr",
        check=Reading(r"$w_t = w_{t-1}\ \alpha V_t$", r"$w_t = w_{t-1} - \alpha V_t$"),
        why="The minus was lost.",
        where="training/optimizers#eq-momentum-ema",
    ),
    erratum(
        id="d-accumulated-weights",
        section="1.10",
        lines=280,
        quote="90% to previously accumulated weights",
        kind="confused quantity",
        check=Reading(
            "“10% of weightage to the current gradient and 90% to previously accumulated weights”",
            "10 % to the current gradient and 90 % to previous *gradients*, after many steps",
        ),
        why="No weights are accumulated. After few steps the shares of the previous gradients add "
        "up to less.",
        where="training/optimizers#eq-ema-weights",
    ),
    erratum(
        id="d-in-sync",
        section="1.10",
        lines=283,
        quote="when we use the same learning rate, we are forcing them to be in sync",
        kind="false claim",
        check=Claim(
            "With the same learning rate the variables are forced “to be in sync”",
            "With the same rate their steps are as different as their gradients",
            example=_same_rate,
            claimed=lambda e: e.first == e.second,
            holds=lambda e: e.rates[0] == e.rates[1] and e.first == 10 * e.second,
            numbers="on $5\\theta_1^2 + \\frac12\\theta_2^2$ at $(1, 1)$ with the rate 0.05 the "
            "steps are {first:.2f} and {second:.2f}",
        ),
        why="That is the trouble with one rate for all. It is the division by the root of the "
        "squares that brings them into step.",
        where="training/optimizers#eq-adagrad",
    ),
    erratum(
        id="d-adagrad-letter",
        section="1.10",
        lines=287,
        quote=r"\eta = \sum_{i=1}^{t-1}",
        kind="one symbol for two things",
        check=Reading(
            r"$\eta = \sum_{i=1}^{t-1} \left[\frac{dJ}{d\theta}\right]^2$",
            r"$v_t = \sum_{i=1}^{t} \left[\frac{dJ}{d\theta_i}\right]^2$, with a letter of its own",
        ),
        why="In §1.5 $\\eta$ is the learning rate, and it is again in the last formula of this "
        "section; here it is the sum of squares by which a learning rate is divided.",
        where="training/optimizers#eq-adagrad",
    ),
    erratum(
        id="d-adagrad-sum",
        section="1.10",
        lines=287,
        quote=r"\sum_{i=1}^{t-1} \left[\frac{dJ}{d\theta} \right]^{2}",
        kind="bound",
        check=_sum_to_now(),
        why="AdaGrad adds the present square, too, as the left side has it. The printed sum ends "
        "before it; at the first step it is empty, and the step divides by zero.",
        where="training/optimizers#eq-adagrad",
    ),
    erratum(
        id="d-adagrad-epsilon",
        section="1.10",
        lines=290,
        quote=r"\frac{\alpha}{\sqrt{\eta}} \frac{dJ}{d\theta}",
        kind="missing term",
        check=Claim(
            r"The step is $\frac{\alpha}{\sqrt{\eta}} \frac{dJ}{d\theta}$",
            r"The step is $\frac{\alpha}{\sqrt{\eta} + \epsilon} \frac{dJ}{d\theta}$",
            example=_zero_gradient,
            claimed=lambda e: np.isfinite(e.printed),
            holds=lambda e: e.package == 0,
            numbers="as long as all gradients of a weight are 0, the printed step is 0 divided by "
            "0; the package makes a step of {package:.0f}",
        ),
        why="Pixels at the edge of images are zero for whole batches, and so are the gradients of "
        "their weights.",
        where="training/optimizers#eq-adagrad",
    ),
    erratum(
        id="d-adagrad-index",
        section="1.10",
        lines=290,
        quote=r"\theta_{i} = \theta_{i-1} - \frac{\alpha}{\sqrt{\eta}}",
        kind="index",
        check=Reading(
            r"$\theta_i = \theta_{i-1} - \dots$",
            r"$\theta_t = \theta_{t-1} - \dots$",
        ),
        why="The line before uses $i$ up in the sum. The step is number $t$.",
        where="training/optimizers#eq-adagrad",
    ),
    erratum(
        id="d-gradient-positive",
        section="1.10",
        lines=293,
        quote="the gradient is always positive",
        kind="confused quantity",
        check=Claim(
            "“When we use this equation, the gradient is always positive”",
            "The *square* of the gradient is never negative, and so their sum never falls",
            example=_rates_of_adagrad,
            claimed=lambda e: e.gradient > 0,
            holds=lambda e: e.gradient < 0 < e.gradient**2,
            numbers="the gradient {gradient} adds 9 to the sum, and stays negative in the step",
        ),
        why="The sign of the gradient is still needed: it says where to go.",
        where="training/optimizers#eq-adagrad-rate-monotone",
    ),
    erratum(
        id="d-infinitely-small",
        section="1.10",
        lines=293,
        quote="will become infinitely small after a few iterations",
        kind="false claim",
        check=Claim(
            "The step “will become infinitely small after a few iterations”",
            r"Under a constant gradient step $t$ is $\alpha/\sqrt{t}$ long",
            example=_rates_of_adagrad,
            claimed=lambda e: e.tenth < 1e-3 * e.first,
            holds=lambda e: (
                np.isclose(e.tenth, 0.1 / np.sqrt(10)) and np.isclose(e.hundredth, 0.01)
            ),
            numbers=r"with $\alpha = 0.1$ the first step is {first:.2f} long, the tenth "
            "{tenth:.3f}, the hundredth {hundredth:.2f}",
        ),
        why="All steps together have no bound, so there is no place that AdaGrad could not reach. "
        "That it slows down is true.",
        where="training/optimizers#eq-adagrad-constant",
    ),
    erratum(
        id="d-rmsprop-index",
        section="1.10",
        lines=298,
        quote=r"\theta_{i} = \theta_{i} - \frac{\alpha}{\sqrt{\mu_{t} + \epsilon}}",
        kind="index",
        check=Reading(
            r"$\theta_i = \theta_i - \frac{\alpha}{\sqrt{\mu_t + \epsilon}} \frac{dJ}{d\theta}$",
            r"$\theta_t = \theta_{t-1} - \frac{\alpha}{\sqrt{\mu_t + \epsilon}} "
            r"\frac{dJ}{d\theta}$",
        ),
        why="As an equation the printed line says that the step is zero.",
        where="training/optimizers#eq-rmsprop",
    ),
    erratum(
        id="d-rate-near-minimum",
        section="1.10",
        lines=300,
        quote="It helps to reduce the learning rate when is nearing the minimum",
        kind="false claim",
        check=Claim(
            "RMSProp “helps to reduce the learning rate when nearing the minimum”",
            "Near a minimum gradients are small, and so its rate *grows*",
            example=_rate_near_minimum,
            claimed=lambda e: e.near < e.start,
            holds=lambda e: e.near > e.start,
            numbers=r"on $\frac12\theta^2$ from 1 with $\alpha = 0.01$ the factor before the "
            "gradient is {start:.3f} in step 10, and {near:.3f} when $\\theta$ has come to "
            "{theta}",
        ),
        why="It follows from the sentence before it, which is right: large squares, low rate, and "
        "“vice versa”.",
        where="training/optimizers#eq-rmsprop-rate",
    ),
    erratum(
        id="d-adam-sum",
        section="1.10",
        lines=301,
        quote="Adam = SGD with Momentum + RMSProp",
        kind="missing term",
        check=Claim(
            "“Adam = SGD with Momentum + RMSProp”",
            "and both averages divided by $1 - \\beta^t$",
            example=_first_step_of_adam,
            claimed=lambda e: np.isclose(e.sum, e.adam),
            holds=lambda e: np.isclose(e.adam, 1) and np.isclose(e.sum, 0.1 / np.sqrt(0.001)),
            numbers="with the usual 0.9 and 0.999 the first step of the two together is {sum:.2f} "
            "learning rates long, that of Adam {adam:.2f}",
        ),
        why="The corrections are what makes the first steps as long as they were asked to be.",
        where="training/optimizers#eq-adam-as-combination",
    ),
    erratum(
        id="d-nesterov-name",
        section="1.10",
        lines=307,
        quote="Nestrov Accelerated Gradient Descent",
        kind="misprint",
        check=Reading("“Nestrov”", "Nesterov {cite}`nesterov1983method`"),
        why="A name.",
        where="training/optimizers#eq-nesterov",
    ),
    erratum(
        id="d-nesterov-signs",
        section="1.10",
        lines=(308, 310),
        quote="W_look_ahead = W_{t-1} beta * velocity_{t-1}",
        kind="sign",
        source="ocr",
        check=Reading(
            "`W_look_ahead = W_{t-1} beta * velocity_{t-1}`, `W_t = W_{t-1} velocity_t`",
            "`W_look_ahead = W_{t-1} - beta * velocity_{t-1}`, `W_t = W_{t-1} - velocity_t`",
        ),
        why="Both minus signs were lost; the formulas below have them.",
        where="training/optimizers#eq-nesterov",
    ),
)


# Sections 1.11 to 1.13

N = sizes("N")
i = index("i", N)
y, prediction = tensor("y", N), tensor("\\hat{y}", N)


def _mean_square():
    with as_written():
        p = prediction[i]
        left = mean_over(y[i] ** 2 - 2 * y[i] * p + p**2, i)
        printed, corrected = mean_over((y[i] * p) ** 2, i), mean_over((y[i] - p) ** 2, i)
    return formula(left, printed, corrected)


def _cross_entropy():
    y, p = reals("y p")
    with as_written():
        printed = -(y * log(p) + y * log(p))
        corrected = -(y * log(p) + (1 - y) * log(1 - p))
        slope = (p - y) / (p * (1 - p))
    return Formula(
        (partial(printed, p), slope), (partial(corrected, p), slope), given=(p > 0, p < 1)
    )


def _one_sign():
    w, eta, lam = reals("w"), *reals("eta lambda", positive=True)
    with as_written():
        step = w - eta * partial(lam * Abs(w), w)
        printed, corrected = (1 - eta * lam) * w, w - eta * lam * sign(w)
    return formula(step, printed, corrected)


def _mean_input():
    p, x = reals("p x")
    with as_written():
        printed = (1 - p) * x + p * 0
        corrected = (1 - p) * (x / (1 - p)) + p * 0
    return Formula((printed, x), (corrected, x), given=(p > 0, p < 1))


def _constant_feature():
    """A feature that is the same in the whole batch: as in words, and as in the package."""
    x = np.full((4, 1), 3.0)
    with np.errstate(invalid="ignore"):
        words = (x - x.mean()) / x.std()
    rng = np.random.default_rng(0)
    op = BatchNorm(1)
    y, _ = op.forward(op.init(rng), x, mode=Mode.train(rng))
    return {"words": words[0, 0], "package": y[0, 0], "variance": float(y.var())}


def _longer_weights():
    """Lengths of the gradients behind a normalized unit, at weights w and 2 w."""
    rng = np.random.default_rng(0)
    x, w, c = rng.normal(size=(6, 3)), rng.normal(size=3), rng.normal(size=6)

    def L(x, w):
        z = x @ w
        return c @ ((z - z.mean()) / z.std())

    def slopes(of, at):
        steps = 1e-6 * np.eye(at.size).reshape(-1, *at.shape)
        return np.linalg.norm([(of(at + h) - of(at - h)) / 2e-6 for h in steps])

    by_weights = [slopes(lambda v: L(x, v), k * w) for k in (1, 2)]
    by_inputs = [slopes(lambda u, k=k: L(u, k * w), x) for k in (1, 2)]
    return {
        "weights": by_weights[1] / by_weights[0],
        "inputs": by_inputs[1] / by_inputs[0],
    }


def _dropconnect():
    """Weights of a linear unit after training with DropConnect, averaged over its masks."""
    rng = np.random.default_rng(0)
    X, p = rng.normal(size=(200, 5)), 0.5
    t = X @ np.array([2.0, -1.0, 0.5, 0.0, 1.0]) + 0.1 * rng.normal(size=200)
    # The mean over masks of the squared error adds p / (1 - p) Σ w_j² Σ x_ij².
    w = np.linalg.solve(X.T @ X + p / (1 - p) * np.diag((X**2).sum(axis=0)), X.T @ t)
    return {"weights": len(w), "zeros": int((abs(w) < 1e-3).sum()), "largest": abs(w).max()}


LAST = (
    erratum(
        id="d-squared-error",
        section="1.11",
        lines=(322, 324),
        quote=r"MSE = \frac{1}{N} \sum_{i=1}^{N} (y_i \hat{y}_i)^2",
        kind="sign",
        source="ocr",
        check=_mean_square(),
        why="Our copy reads $(y_i\\ \\hat{y}_i)^2$; the minus was lost, here and in the two lines "
        "below, MAE and RMSE. As it stands a product is squared. The left side is the mean of the "
        "squared differences, multiplied out.",
        where="networks/losses#eq-mse",
    ),
    erratum(
        id="d-cross-entropy-signs",
        section="1.11",
        lines=328,
        quote=r"(1 y_i) * \log(1 p_i)",
        kind="sign",
        source="ocr",
        check=_cross_entropy(),
        why=r"Our copy reads $(1\ y_i) * \log(1\ p_i)$; both minus signs were lost. As it stands "
        r"these "
        "are products with 1. The derivative of one summand by $p$ tells them apart.",
        where="networks/losses#eq-bce-gradient-prob",
    ),
    erratum(
        id="d-log-penalty",
        section="1.11",
        lines=329,
        quote="We use log here to less penalize the smaller values and more penalize the high",
        kind="false claim",
        check=Claim(
            "The logarithm serves “to less penalize the smaller values and more penalize the high "
            "values”",
            "The smaller the probability given to what came true, the higher the penalty",
            example=lambda: {"small": -np.log(0.01), "high": -np.log(0.99)},
            claimed=lambda e: e.small < e.high,
            holds=lambda e: e.small > e.high,
            numbers=r"$-\log 0.01$ is {small:.2f}, $-\log 0.99$ is {high:.2f}",
        ),
        why="The sentence would be right of the probability that was given to what did *not* come "
        "true.",
        where="networks/losses#eq-log-loss-penalty",
    ),
    erratum(
        id="d-batch-norm-constant",
        section="1.12",
        lines=(343, 344),
        quote="scales it to have unit variance",
        kind="missing term",
        check=Claim(
            "Dividing by the standard deviation “scales it to have unit variance”",
            "It divides by $\\sqrt{\\sigma^2 + \\epsilon}$, so that a feature that does not vary "
            "in "
            "the batch becomes 0; its variance is then not 1",
            example=_constant_feature,
            claimed=lambda e: np.isfinite(e.words),
            holds=lambda e: e.package == 0 and e.variance == 0,
            numbers="a feature that is 3 in the whole batch has the deviation 0, and 0 divided by "
            "0 "
            "is no number; the package gives {package:.0f}",
        ),
        why="For features that vary much more than $\\epsilon$ the difference does not show.",
        where="training/normalization#output-moments",
    ),
    erratum(
        id="d-batch-norm-gradients",
        section="1.12",
        lines=365,
        quote="Reduces the dependence of gradients on the scale of parameters",
        kind="too general",
        check=Claim(
            "It “reduces the dependence of gradients on the scale of parameters”",
            "The gradient by the inputs no longer depends on that scale; the gradient by the "
            "weights does, inversely",
            example=_longer_weights,
            claimed=lambda e: np.isclose(e.weights, 1, atol=1e-4),
            holds=lambda e: (
                np.isclose(e.weights, 0.5, atol=1e-4) and np.isclose(e.inputs, 1, atol=1e-4)
            ),
            numbers="twice the weights before a batch normalization make the gradient by the "
            "weights {weights:.2f} times as long and that by the inputs {inputs:.2f} times",
        ),
        why="Without the normalization a loss that is linear in the unit has the same gradient by "
        "the weights, whatever their scale.",
        where="training/normalization#bn-invariance",
    ),
    erratum(
        id="d-covariate-shift",
        section="1.12",
        lines=385,
        quote="by addressing issues related to internal covariate shift",
        kind="wrong reason",
        check=Reading(
            "Batch normalization works “by addressing issues related to internal covariate shift”",
            "It works, but that is not why: with more shift than in a plain network it works as "
            "well {cite}`santurkar2018does`",
        ),
        why="It is the reason in the title of the first paper {cite}`ioffe2015batch`. The chapter "
        "on normalization repeats the experiment that speaks against it. The next section says it "
        "again (line 407).",
        where="training/normalization#covariate-shift",
    ),
    erratum(
        id="d-weight-decay-l1",
        section="1.13",
        lines=(391, 393),
        quote="L1 and L2 Regularization (Weight Decay)",
        kind="confused quantity",
        check=_one_sign(),
        why="Weight decay shrinks each weight by the same share in every step. That is what an L2 "
        "penalty does under plain gradient descent. An L1 penalty takes the same *amount* from "
        "each, and under Adam even L2 is something else {cite}`loshchilov2019decoupled`.",
        where="training/optimizers#eq-weight-decay-sgd",
    ),
    erratum(
        id="d-dropout-scale",
        section="1.13",
        lines=(400, 402),
        quote="during training and turned off during inference",
        kind="missing term",
        check=_mean_input(),
        why="Zeros with probability $p$ in training, and nothing at inference: then the next layer "
        "meets inputs that are larger than it was trained on, by $1/(1-p)$ on average. What is "
        "kept has to be divided by $1 - p$ in training, or multiplied by it at inference. The "
        "left side is the mean of an input in training, the right side the input at inference.",
        where="foundations/mathematics#eq-bernoulli-mean",
    ),
    erratum(
        id="d-early-stopping",
        section="1.13",
        lines=411,
        quote="stopping training when the validation loss starts to increase",
        kind="too general",
        check=Claim(
            "Training is stopped “when the validation loss starts to increase”",
            "It is stopped when the loss has not fallen below its best value for some time; "
            "single rises are noise",
            example=validation_loss,
            claimed=lambda e: e.at_rise < 1.1 * e.best,
            holds=lambda e: e.best < 0.6 * e.at_rise,
            numbers="a small network on 200 digits, batches of ten: before its first rise the "
            "validation loss is {at_rise:.1f}; later it falls to {best:.1f}",
        ),
        why="Small batches and small validation sets make the curve ragged.",
        where="training/optimizers#stopping",
    ),
    erratum(
        id="d-dropconnect-sparse",
        section="1.13",
        lines=422,
        quote="It encourages sparsity in the weight matrix",
        kind="false claim",
        check=Claim(
            "DropConnect “encourages sparsity in the weight matrix”",
            "Its zeros are drawn anew in each step and are not those of the weights; for a linear "
            "unit it acts on average like an L2 penalty, under which weights become small and not "
            "zero",
            example=_dropconnect,
            claimed=lambda e: e.zeros > 0,
            holds=lambda e: e.zeros == 0 and e.largest < 2,
            numbers="a linear unit of {weights} weights, one of which has no use, has {zeros} "
            "zeros "
            "among them at the optimum of DropConnect with $p = 0.5$",
        ),
        why=r"The mean of the squared error over the masks is the squared error and "
        r"$\frac{p}{1-p}\sum_j w_j^2 x_j^2$.",
        where="foundations/mathematics#eq-bernoulli-variance",
    ),
)

ENTRIES = (*FIRST, *ACTIVATIONS, *OPTIMIZERS, *LAST)
