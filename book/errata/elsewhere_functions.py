"""Findings about functions: activations, losses, and their derivatives."""

from sympy import Abs, Rational, exp, log, tanh

from nnbook.derive import as_written, define, index, partial, reals, sizes, sum_over, tensor

from .elsewhere import Finding
from .entry import formula


def _tanh_half():
    x = reals("x")
    with as_written():
        printed = (1 - exp(-x)) / (1 + exp(-x))
        corrected = (1 - exp(-2 * x)) / (1 + exp(-2 * x))
        return formula(tanh(x), printed, corrected)


def _tanh_inverted():
    x = reals("x")
    with as_written():
        sigma = define(r"\sigma(2x)", 1 / (1 + exp(-2 * x)))
        up, down = exp(x) - exp(-x), exp(x) + exp(-x)
        return formula(2 * sigma - 1, down / up, up / down)


def _tanh_slope():
    x = reals("x")
    with as_written():
        return formula(partial(tanh(x), x), -(tanh(x) ** 2), 1 - tanh(x) ** 2)


def _scaled_margin():
    C, y, N = reals("C", positive=True), reals("y"), sizes("N")
    j = index("j", N)
    x, w = tensor("x", N), tensor("w", N)
    with as_written():
        margin = define("m", y * sum_over(x[j] * w[j], j))
        left = exp(-y * sum_over(x[j] * (C * w[j]), j))
        printed, corrected = exp(-C) * exp(-margin), exp(-margin) ** C
        return formula(left, printed, corrected, letters=margin)


def _logistic_slope():
    J = sizes("J")
    j, q = index("j q", J)
    y, f = tensor("y", J), tensor("f", J)
    with as_written():
        sigma = define("sigma", j, 1 / (1 + exp(-f[j])))
        terms = define("ell", j, y[j] * log(sigma[j]) + (1 - y[j]) * log(1 - sigma[j]))
        loss = define("L", -sum_over(terms[j], j))
        letters = (loss, terms[j], sigma[j])
        return formula(partial(loss, f[q]), y[q] - sigma[q], sigma[q] - y[q], letters=letters)


def _softmax_cross_entropy():
    K = sizes("K")
    j, k = index("j k", K)
    y, x = tensor("y", K), tensor("x", K)
    with as_written():
        left = -sum_over(y[j] * (x[j] - log(sum_over(exp(x[k]), k))), j)
        printed = log(sum_over(y[j] * exp(x[j]), j) / sum_over(exp(x[j]), j))
        corrected = -sum_over(y[j] * log(exp(x[j]) / sum_over(exp(x[k]), k)), j)
        return formula(left, printed, corrected)


def _huber():
    delta, e = reals("delta", positive=True), reals("e")

    half = Rational(1, 2)
    with as_written():
        left = delta * (Abs(e) - half * delta)
        printed, corrected = (delta * u - half * delta * delta for u in (e, Abs(e)))
        return formula(left, printed, corrected, given=Abs(e) > delta)


def _tanh_layer():
    H = sizes("H")
    h, i, k = index("h i k", H)
    z, after, delta = tensor("z^{[1]}", H), tensor("z^{[2]}", H), tensor("delta", H)
    W = tensor("W", H, H)
    with as_written():
        left = partial(sum_over(delta[k] * sum_over(tanh(z[h]) * W[h, k], h), k), z[i])
        back = sum_over(delta[k] * W[i, k], k)
        return formula(left, (1 - tanh(after[i]) ** 2) * back, (1 - tanh(z[i]) ** 2) * back)


def _cube():
    t, d = reals("t"), reals("d")
    with as_written():
        left = ((t + d) ** 3 - (t - d) ** 3) / (2 * d)
        printed = (6 * t**2 * d + 4 * d**3) / (2 * d)
        corrected = (6 * t**2 * d + 2 * d**3) / (2 * d)
        return formula(left, printed, corrected)


ACTIVATIONS = (
    Finding(
        id="autograd-tanh",
        work="Autograd",
        place="the first example of its README",
        report="report-autograd",
        kind="missing term",
        about="A library that differentiates NumPy code introduced itself with a tanh written by "
        "hand, its gradient at 1, and a difference quotient that confirmed this gradient.",
        check=_tanh_half(),
        why="What was printed is $\\tanh\\frac x2$. The quotient agreed with the gradient to nine "
        "digits, as it had to: both were taken of the same wrong function. “Don't know how we "
        "missed it all these years”, wrote the author who mended the README; the example that "
        "draws the function kept the old line until August 2024.",
        where="networks/activations#eq-tanh-sigmoid-identity",
        since="2014-11-24",
        until="2017-10-21",
        code="itself",
    ),
    Finding(
        id="fastbook-tanh",
        work="Deep Learning for Coders with fastai and PyTorch",
        place="chapter 12",
        report="report-fastbook",
        kind="confused quantity",
        about="On the way to the LSTM the book gives the hyperbolic tangent in two forms, joined "
        "by an equals sign.",
        check=_tanh_inverted(),
        why="The second form, with the sigmoid, is right, and so the equation refutes itself: the "
        "fraction stands upside down, which makes it the cotangent, always beyond 1 in size.",
        where="networks/activations#eq-tanh-sigmoid-identity",
        until="2020-10-19",
    ),
    Finding(
        id="questions-tanh",
        work="DeepLearning-500-questions",
        place="chapter 3, table of activation functions",
        report="report-questions-tanh",
        kind="missing term",
        about="A widely read collection of questions and answers, in Chinese, lists "
        "the derivatives of the common activation functions.",
        check=_tanh_slope(),
        why="Without the 1 the derivative is never positive, of a function that rises everywhere. "
        "The same row says, rightly, that the derivative at 0 is 1, and another section of the "
        "chapter has the formula right. It was reported again in 2024.",
        where="networks/activations#eq-tanh-derivative",
        until="2021-10-14",
        end="still",
    ),
    Finding(
        id="refined-exponent",
        work="Machine Learning Refined",
        place="second edition, page 145",
        report="report-refined",
        kind="exponent",
        about="Multiplying the weights by $C > 1$ lowers the softmax cost of points on the right "
        "side, which is why it has no finite minimum when classes can be separated.",
        check=_scaled_margin(),
        why="The argument needs a smaller exponential for each point with $m > 0$, and gets it "
        "from the power. The printed product would have shrunk the terms of the points on the "
        "wrong side as well. The same report has a $\\tanh(x) = 2\\sigma(x) - 1$ of page 136. "
        "The authors put both into their errata.",
        where="networks/losses#eq-bce-on-logits",
        until="2020-10-13",
        end="acknowledged",
    ),
)

LOSSES = (
    Finding(
        id="cs231n-logistic",
        work="CS231n: Convolutional Neural Networks for Visual Recognition",
        place="notes, Neural Networks Part 2",
        report="report-cs231n",
        kind="sign",
        about="The gradient of the logistic loss of several yes-or-no attributes, given “as you "
        "can double check yourself by taking the derivatives”.",
        check=_logistic_slope(),
        why="At first the loss had no minus either, and the two fitted each other: a logarithm of "
        "the likelihood, which one climbs, by the name of a loss. The loss was mended in June "
        "2019 {cite}`report-cs231n-loss`; for ten more months the gradient had the opposite sign.",
        where="networks/losses#eq-bce-gradient-logit",
        since="2015-01-26",
        until="2020-04-19",
    ),
    Finding(
        id="optax-cross-entropy",
        work="Optax",
        place="documentation of `softmax_cross_entropy`",
        report="report-optax",
        kind="sign",
        about="The function takes labels $y$, which may be spread over classes, and logits $x$. "
        "The left side is what its code computes.",
        check=_softmax_cross_entropy(),
        why="The minus is missing, and the logarithm of a sum stands in place of a sum of "
        "logarithms; for a label on one class only the first matters. A user saw it within a "
        "week.",
        where="networks/losses#eq-cce-on-logits",
        since="2024-08-25",
        until="2024-09-02",
        code="beside",
    ),
    Finding(
        id="paddle-huber",
        work="PaddlePaddle",
        place="documentation of `fluid.layers.huber_loss`",
        report="report-paddle",
        kind="missing term",
        about="The Huber loss of an error $e$, the label minus the input, is a parabola up to "
        "$\\delta$. This is how it goes on beyond.",
        check=_huber(),
        why="Without the bars the loss is right for labels above the prediction and negative for "
        "labels far below it. The kernel has the bars. The answer named the function that was "
        "to replace this one.",
        where="networks/losses",
        until="2022-07-01",
        end="acknowledged",
        code="beside",
    ),
)

DERIVATIVES = (
    Finding(
        id="scratch-tanh",
        work="Implementing a Neural Network from Scratch",
        place="Denny Britz's notebook",
        report="report-scratch",
        kind="index",
        about="The signal that comes back to a hidden layer of tanh units, from the signals "
        "$\\delta$ behind it.",
        check=_tanh_layer(),
        why="The slope of the hidden units is taken where they were evaluated, at $z^{[1]}$; "
        "$z^{[2]}$ are the scores of the output. The code below the formula is right. With three "
        "hidden units and two classes the shapes did not even fit; to put the formula into the "
        "engine, we give both layers $H$ units.",
        where="training/backpropagation#eq-backprop-two-signals",
        since="2015-09-03",
        until="2016-04-27",
        code="beside",
    ),
    Finding(
        id="own-network-cube",
        work="Make Your Own Neural Network",
        place="appendix on calculus, page 204",
        report="report-own-network",
        kind="surplus term",
        about="To differentiate $s = t^3$, the book takes a step $\\Delta x$ (here $d$) to both "
        "sides and multiplies out.",
        check=_cube(),
        why="The surplus $d^2$ vanishes with $d$, so the derivative $3t^2$ comes out right in the "
        "end, and no test of the result could have told.",
        where="training/backpropagation#eq-difference-quotients",
        until="2017-01-01",
    ),
)
