"""Errata of Lam, "Neural Network Notes" (002, set C), sections 1.7 to 1.11."""

from functools import partial as fixed

import numpy as np
from sympy import Abs, Rational, exp, log, sign, sqrt

from nnbook import (
    BatchNorm,
    Conv2D,
    Dense,
    MaxPool2D,
    ReLU,
    Sequential,
    SoftmaxCrossEntropy,
    accuracy,
    fit,
    grayscale,
    regression_accuracy,
    sgd,
)
from nnbook.data import load_digits
from nnbook.derive import as_written, define, index, mean_over, partial, reals, sizes, tensor
from nnbook.op import Mode

from .entry import Claim, Erratum, Formula, Reading, formula

erratum = fixed(Erratum, notes="002")

# Section 1.7

z, y, yhat = reals(r"theta y \hat{y}")
OPEN = (yhat > 0, yhat < 1, y > 0, y < 1)


def _third_line():
    with as_written():
        left = partial((1 + exp(-z)) ** -1, z)
        front = -((1 + exp(-z)) ** -2)
        printed = front * (partial(1, z) + partial(z, z))
        corrected = front * (partial(1, z) + partial(exp(-z), z))
    return formula(left, printed, corrected)


def _subtracted_twice():
    with as_written():
        s = define("\\sigma", 1 / (1 + exp(-z)))
        printed, corrected = s * (1 - s - s), s * (1 - s)
    return formula(partial(s, z), printed, corrected, letters=s)


def _lost_minus():
    with as_written():
        left = y * (-log(yhat)) + (1 - y) * (-log(1 - yhat))
        printed = -y * log(yhat) + (1 - y) * log(1 - yhat)
        corrected = -y * log(yhat) - (1 - y) * log(1 - yhat)
    return formula(left, printed, corrected, given=OPEN)


def _by_output_loss():
    J = sizes("J")
    j, k = index("j k", J)
    t, p, c = tensor("y", J), tensor("\\hat{y}", J), tensor("c", J)
    with as_written():
        loss = define("c", j, -t[j] * log(p[j]) - (1 - t[j]) * log(1 - p[j]))
        right = -(1 / J) * (t[k] / p[k] - (1 - t[k]) / (1 - p[k]))
        printed = partial(mean_over(c[j], j), c[k])
        corrected = partial(mean_over(loss[j], j), p[k])
    given = (p[j] > 0, p[j] < 1, t[j] > 0, t[j] < 1)
    return Formula((printed, right), (corrected, right), given, letters=(loss[j],))


BINARY = (
    erratum(
        id="c-regressor",
        section="1.7",
        lines=(521, 525),
        quote="It is used with regressors because it scales",
        kind="contradiction",
        check=Reading(
            "Binary logistic regression is a “regressor”, and the sigmoid “is used with "
            "regressors”",
            "It is a classifier that predicts a probability; networks for regression have a linear "
            "output, §1.8",
        ),
        why="§1.8 begins with the difference of classification and regression. The old name of the "
        "method misleads.",
        where="networks/activations#which-one-to-choose",
    ),
    erratum(
        id="c-sigmoid-third-line",
        section="1.7",
        lines=533,
        quote=r"\frac{d}{d\theta_{i,j}} 1 + \frac{d}{d\theta_{i,j}} \theta_{i,j}",
        kind="missing term",
        check=_third_line(),
        why=r"The inner derivative is that of $1 + e^{-\theta}$. The exponential is lost in the "
        "third line and back in the fourth.",
        where="networks/activations#eq-sigmoid-derivative-steps",
    ),
    erratum(
        id="c-sigmoid-twice",
        section="1.7",
        lines=533,
        quote=r"\left( 1 - \frac{1}{1 + e^{-\theta_{i,j}}} - \frac{1}{1 + e^{-\theta_{i,j}}} "
        r"\right)",
        kind="surplus term",
        check=_subtracted_twice(),
        why="The last but one line takes the fraction off twice. The last line is right.",
        where="networks/activations#eq-sigmoid-derivative-steps",
    ),
    erratum(
        id="c-bce-minus",
        section="1.7",
        lines=543,
        quote=r"&= -y_{i,j} \cdot \log(\hat{y}_{i,j}) + (1 - y_{i,j}) \cdot \log(1 - "
        r"\hat{y}_{i,j})",
        kind="sign",
        check=_lost_minus(),
        why="Expanding the brackets, the second line drops the minus of the second term. The "
        "derivation below starts from the right form.",
        where="networks/losses#eq-bce",
    ),
    erratum(
        id="c-loss-vector",
        section="1.7",
        lines=545,
        quote=r"$L_{i,j}$  is calculated on a single output  $j$ , which is a vector of losses",
        kind="shape",
        check=Reading(
            "$L_{i,j}$ “is calculated on a single output $j$, which is a vector of losses”",
            "$L_{i,j}$ is a number; the vector has the entries $L_{i,1}, \\dots, L_{i,J}$",
        ),
        why="One output has one loss.",
        where="networks/losses#eq-bce-sample-mean",
    ),
    erratum(
        id="c-derived-by-loss",
        section="1.7",
        lines=563,
        quote="partial derivative of a sample loss with respect to a single output loss becomes",
        kind="confused quantity",
        check=_by_output_loss(),
        why="The derivative is that with respect to a *prediction*. With respect to an output loss "
        "it is $1/J$, as the lines above work out. (Here $c_j$ is the loss of output $j$, of which "
        "the left side of the first line knows nothing but its name.)",
        where="networks/losses#eq-bce-sample-mean",
    ),
    erratum(
        id="c-additional-input",
        section="1.7",
        lines=567,
        quote="Without normalization each additional input will raise gradients",
        kind="confused quantity",
        check=Reading(
            "“Without normalization each additional input will raise gradients”",
            "Without division by $J$ each additional *output* will",
        ),
        why="$J$ counts outputs.",
        where="networks/losses#eq-bce-sample-mean",
    ),
)

# Section 1.8

n = sizes("J")
i, r = index("j r", n)
t_, p_ = tensor("y", n), tensor("\\hat{y}", n)


def _absolute_error():
    with as_written():
        left = partial(mean_over(Abs(t_[i] - p_[i]), i), p_[r])
        slopes = [(1 / n) * sign(e) for e in (t_[r] - p_[r], p_[r] - t_[r])]
    return formula(left, *slopes)


def _never_exact():
    """How near the predictions of a good line come to noisy targets."""
    rng = np.random.default_rng(0)
    x = np.linspace(0, 1, 100)
    t = 2 * x + 0.1 * rng.normal(size=100)
    off = abs(np.polyval(np.polyfit(x, t, 1), x) - t)
    return {"nearest": off.min(), "usual": np.median(off), "eps": np.finfo(float).eps}


def _one_output():
    """The accuracy of good predictions of one number, by the deviation over outputs and samples."""
    t = np.array([[1.0], [2.0], [3.0], [4.0]])
    said = t + 0.01
    by_outputs = np.mean([abs(a - b) < b.std() / 10 for a, b in zip(said, t, strict=True)])
    return {"outputs": by_outputs, "samples": regression_accuracy(said, t, limit=10), "error": 0.01}


def _ten_good_layers():
    """The gradient of the first of ten linear layers, for small weights and well-chosen ones."""
    rng = np.random.default_rng(0)

    def first(scale):
        widths = 100
        weights = [scale * rng.normal(size=(widths, widths)) for _ in range(10)]
        signal, back = rng.normal(size=widths), np.ones(widths)
        for W in weights[:0:-1]:
            back = W @ back
        return np.linalg.norm(np.outer(signal, back))

    return {"small": first(0.01), "good": first(0.1), "layers": 10}


def _glorot_bound():
    n_in, n_out = sizes("n_{in} n_{out}")
    with as_written():
        variance = 2 / (n_in + n_out)
        bounds = 6 / (n_in + n_out), sqrt(6 / (n_in + n_out))
        printed, corrected = (Rational(1, 3) * b**2 for b in bounds)
    return formula(variance, printed, corrected)


REGRESSION = (
    erratum(
        id="c-mae-sign",
        section="1.8",
        lines=607,
        quote=r"\begin{cases} +1 & y_{i,j} - \hat{y}_{i,j} > 0 \\ -1 & y_{i,j} - \hat{y}_{i,j} < 0",
        kind="sign",
        check=_absolute_error(),
        why="Where the prediction is too low, raising it lowers the loss. The inner derivative of "
        r"$y - \hat{y}$ with respect to $\hat{y}$, which is $-1$, was forgotten; for the squared "
        "error, above, it was not.",
        where="networks/losses#eq-mae-gradient",
    ),
    erratum(
        id="c-floating-point",
        section="1.8",
        lines=613,
        quote="cannot be directly compared to the ground truth one due to floating-point errors",
        kind="wrong reason",
        check=Claim(
            "Predictions cannot be compared with the truth “due to floating-point errors”",
            "because a prediction of a real number is never exact, in any arithmetic",
            example=_never_exact,
            claimed=lambda e: e.nearest < 1000 * e.eps,
            holds=lambda e: e.usual > 0.01 and e.nearest > 1e9 * e.eps,
            numbers="the best line through 100 points with noise of size 0.1 misses half of them "
            "by more than {usual:.2f}; the error of rounding is $2 \\cdot 10^{{-16}}$",
        ),
        why="Noise and the model are many orders of magnitude above the rounding.",
        where="practice/validation#regression-accuracy",
    ),
    erratum(
        id="c-precision-outputs",
        section="1.8",
        lines=(617, 619),
        quote=r"$J$  is the number of outputs, or the size of the population",
        kind="one symbol for two things",
        check=Claim(
            "The standard deviation of the targets is taken over the $J$ outputs",
            "over the samples",
            example=_one_output,
            claimed=lambda e: e.outputs > 0.5,
            holds=lambda e: e.outputs == 0 and e.samples == 1,
            numbers="for the targets 1, 2, 3, 4 with one output, predictions that are off by "
            "{error} have the accuracy {outputs:.0f} by the deviation over the one output, and "
            r"{samples:.0f} by that over the samples, with $\lambda = 10$",
        ),
        why="The outputs of one sample and the population of targets are two things. With a single "
        "output the deviation over outputs is zero, and nothing is ever accurate.",
        where="practice/validation#eq-val-regression-accuracy",
    ),
    erratum(
        id="c-why-glorot",
        section="1.8",
        lines=627,
        quote="This is why it is important to use the correct weight initialization",
        kind="wrong reason",
        check=Claim(
            "The learning rate does not affect the gradient; “this is why it is important to use "
            "the correct weight initialization”",
            "The learning rate multiplies the gradients of all layers alike, and cannot make up "
            "for a *depth* that shrinks them; well-chosen weights can",
            example=_ten_good_layers,
            claimed=lambda e: e.small > 0.1 * e.good,
            holds=lambda e: e.small < 1e-6 < e.good,
            numbers="in {layers} linear layers of 100 units, weights of size 0.1, which keep the "
            "size of a signal, make a gradient for the first layer of length {good:.0f}; weights "
            "of 0.01 make less than $10^{{-6}}$. The learning rate is the same to both",
        ),
        why="That a gradient at a given point does not depend on the learning rate is true of "
        "every initialization.",
        where="training/initialization#eq-init-backward-variance",
    ),
    erratum(
        id="c-glorot-root",
        section="1.8",
        lines=629,
        quote="the fraction that multiplies the draw from the uniform distribution",
        kind="exponent",
        check=_glorot_bound(),
        why="A draw from $\\mathcal{U}(-1, 1)$ is multiplied by the *root* of the fraction "
        "$6/(n_{in} + n_{out})$. A uniform draw between $-b$ and $b$ has the variance $b^2/3$, and "
        "Glorot's is the left side. (Who calls every number below 1 a fraction need not mind.)",
        where="training/initialization#eq-glorot-init",
    ),
)

# Section 1.9


def _copies():
    """Balancing by copies, before and after the test set is split off."""
    labels = np.array([0] * 90 + [1] * 10)
    rng = np.random.default_rng(0)
    whole = np.concatenate([np.arange(90), rng.choice(np.arange(90, 100), 90)])
    order = rng.permutation(whole)
    train, test = order[:120], order[120:]
    rare = test[labels[test] == 1]
    return {"rare": len(rare), "seen": int(np.isin(rare, train).sum())}


def _convex_bias():
    """Descent on the loss of a softmax with nothing but two biases, 90 against 10 examples."""
    share = np.array([0.9, 0.1])
    b = np.array([-1.0, 1.0])
    curvature = np.inf
    for _ in range(3000):
        s = np.exp(b) / np.exp(b).sum()
        curvature = min(curvature, np.linalg.eigvalsh(np.diag(s) - np.outer(s, s)).min())
        b -= 0.5 * (s - share)
    return {"probability": s[0], "curvature": curvature}


def digits():
    x, t = load_digits()
    return x.reshape(len(x), -1), t


def _trimmed():
    """The nearest mean digit, from all of an unbalanced set and from a trimmed one."""
    x, t = digits()
    right = {"all": [], "trimmed": []}
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(len(x))
        seen, unseen = order[:1000], order[1000:]
        classes = [seen[t[seen] == k] for k in range(10)]
        kept = {
            "all": [c[:3] if k < 5 else c for k, c in enumerate(classes)],
            "trimmed": [c[:3] for c in classes],
        }
        for name, parts in kept.items():
            means = np.array([x[c].mean(axis=0) for c in parts])
            squares = ((x[unseen][:, None] - means) ** 2).sum(axis=2)
            right[name].append((squares.argmin(axis=1) == t[unseen]).mean())
    worst = min(a - b for a, b in zip(*right.values(), strict=True))
    return {name: np.mean(values) for name, values in right.items()} | {"worst": worst}


def _gray_range():
    """The range of gray values of images whose colours lie between 0 and 1."""
    gray = grayscale(np.random.default_rng(0).uniform(0, 1, size=(2, 3, 4, 4)))
    return {"low": gray.min(), "high": gray.max()}


def _flat_pixels():
    """Whether a convolution takes images as they are, and flattened."""
    layer, x = Conv2D(1, 2, 3), np.zeros((5, 1, 8, 8))
    params = layer.init(np.random.default_rng(0))
    try:
        layer.forward(params, x.reshape(5, 64))
        flat = True
    except ValueError:
        flat = False
    return {"flat": flat, "whole": layer.forward(params, x)[0].shape == (5, 2, 6, 6), "maps": 2}


def _sorted_digits():
    """A softmax layer, whose loss is convex, on sorted digits and then on shuffled ones."""
    x, t = digits()

    def epoch(order, W, b):
        for k in np.split(order, np.arange(32, len(order), 32)):
            e = np.exp(x[k] @ W + b)
            g = e / e.sum(axis=1, keepdims=True) - np.eye(10)[t[k]]
            W, b = W - 0.5 * x[k].T @ g / len(k), b - 0.5 * g.mean(axis=0)
        return W, b

    def right(W, b):
        return ((x @ W + b).argmax(axis=1) == t).mean()

    in_order = epoch(np.argsort(t, kind="stable"), np.zeros((64, 10)), np.zeros(10))
    again = epoch(np.random.default_rng(0).permutation(len(t)), *in_order)
    return {"sorted": right(*in_order), "again": right(*again), "epochs": 1}


def _batch_sizes():
    """Loss and accuracy on unseen digits after as many epochs with batches of 32 and of 96."""
    x, t = digits()
    found = {}
    for size in (32, 96):
        losses, rights = [], []
        for seed in range(3):
            order = np.random.default_rng(seed).permutation(len(x))
            seen, unseen = order[:900], order[900:]
            history = fit(
                Sequential(Dense(64, 32), ReLU(), Dense(32, 10)),
                SoftmaxCrossEntropy(),
                x[seen],
                t[seen],
                optimizer=sgd(0.1),
                epochs=8,
                batch_size=size,
                seed=seed,
                validation=(x[unseen], t[unseen]),
                metrics=[accuracy],
                progress=False,
            ).history
            losses.append(history["val_loss"][-1])
            rights.append(history["val_accuracy"][-1])
        found[size] = np.mean(losses), np.mean(rights)
    (a, right_a), (b, right_b) = found[32], found[96]
    return {"small": a, "large": b, "right_small": right_a, "right_large": right_b}


DATA = (
    erratum(
        id="c-split-first",
        section="1.9",
        lines=(633, 640),
        quote="1. Balancing",
        kind="missing term",
        check=Claim(
            "The steps are balancing, augmentation, grayscale, scaling, flattening, shuffling",
            "First of all the test data are split off. Otherwise copies of what the network sees "
            "get into them",
            example=_copies,
            claimed=lambda e: e.seen == 0,
            holds=lambda e: e.seen > 0.5 * e.rare,
            numbers="of 90 examples of one class and 10 of another, balanced by copies and then "
            "split, {rare} of the rare class are test data, and {seen} of these are in the "
            "training data, too",
        ),
        why="The section itself says that transformations must “not be derived from the testing "
        "dataset”.",
        where="practice/data#copies",
    ),
    erratum(
        id="c-why-biased",
        section="1.9",
        lines=642,
        quote="most easily found in a local minimum of the most prominent specific class",
        kind="wrong reason",
        check=Claim(
            "The bias towards frequent classes comes from descent into “a local minimum of the "
            "most prominent specific class”",
            "It is in the minimum of the loss: the best answer to data with 90 % of one class is "
            "90 %",
            example=_convex_bias,
            claimed=lambda e: e.curvature < -1e-9,
            holds=lambda e: e.curvature > -1e-9 and abs(e.probability - 0.9) < 1e-6,
            numbers="a softmax of two biases, whose loss is convex and has no minimum but one, "
            "learns {probability:.1f} from nine examples in ten",
        ),
        why="Learned probabilities are those of the data. Whether one wants other ones is a "
        "question of what errors cost.",
        where="practice/data#balancing",
    ),
    erratum(
        id="c-trim",
        section="1.9",
        lines=644,
        quote="it is better to trim away samples from the high-frequency classes",
        kind="too general",
        check=Claim(
            "“It is better to trim away samples from the high-frequency classes”",
            "Not where they teach something: weights or copies throw nothing away",
            example=_trimmed,
            claimed=lambda e: e.trimmed >= e.all,
            holds=lambda e: e.worst > 0,
            numbers="digits by the nearest mean digit, with 3 examples of each of five classes and "
            "about 100 of each other: {all:.2f} of unseen ones are right, and {trimmed:.2f} if all "
            "classes are trimmed to 3; less in each of five draws",
        ),
        why="“Another option”, in the next sentence, loses no data.",
        where="practice/data#balancing",
    ),
    erratum(
        id="c-gray-range",
        section="1.9",
        lines=646,
        quote=r"This results in grayscale values in the  $[0, 255]$  range",
        kind="wrong reason",
        check=Claim(
            "Going gray “results in grayscale values in the $[0, 255]$ range”",
            "Gray is a mean of the colours, with weights, and has the range that they had",
            example=_gray_range,
            claimed=lambda e: e.high > 1,
            holds=lambda e: e.low >= 0 and e.high <= 1,
            numbers="colours between 0 and 1 become gray between {low:.2f} and {high:.2f}",
        ),
        why="Pixels are in $[0, 255]$ before, if they are bytes.",
        where="practice/data#eq-data-grayscale",
    ),
    erratum(
        id="c-some-convolutional",
        section="1.9",
        lines=650,
        quote="Note that some convolutional neural networks will allow passing 2D image arrays",
        kind="too general",
        check=Claim(
            "“Some convolutional neural networks will allow passing 2D image arrays as-is”",
            "Those for images need them so: what is next to what is all that they go by",
            example=_flat_pixels,
            claimed=lambda e: e.flat,
            holds=lambda e: not e.flat and e.whole,
            numbers="`Conv2D` makes {maps} maps from $8 \\times 8$ pixels, and refuses rows of 64",
        ),
        why="Flattening is for the dense layers behind them.",
        where="practice/data#flattening",
    ),
    erratum(
        id="c-sorted-classes",
        section="1.9",
        lines=652,
        quote="the training step will find new local minima for each classification",
        kind="wrong reason",
        check=Claim(
            "With sorted classes training “will find new local minima for each classification, "
            "likely spiking on the final classification”",
            "It follows the last batches, whose own minimum is “always this class”; the loss need "
            "not have local minima for that",
            example=_sorted_digits,
            claimed=lambda e: e.again < 0.3,
            holds=lambda e: e.sorted < 0.2 and e.again > 0.8,
            numbers="one softmax layer, whose loss is convex, gets {sorted:.1f} of the digits "
            "right after {epochs} epoch in the order of the classes, and {again:.1f} after one "
            "more, shuffled, from where it was",
        ),
        why="From a local minimum there would have been no way out.",
        where="practice/data#shuffling",
    ),
    erratum(
        id="c-larger-batches",
        section="1.9",
        lines=660,
        quote="Loss and accuracy improvements can usually be seen by increasing the batch size",
        kind="too general",
        check=Claim(
            "“Loss and accuracy improvements can usually be seen by increasing the batch size by a "
            "factor of 2 or 3”",
            "Larger batches make less noisy, and fewer, steps; after as many epochs at the same "
            "rate the loss is often higher",
            example=_batch_sizes,
            claimed=lambda e: e.large < e.small and e.right_large > e.right_small,
            holds=lambda e: e.large > 1.5 * e.small and e.right_large < e.right_small,
            numbers="after eight epochs on 900 digits the loss on others is {small:.1f} with "
            "batches of 32 and {large:.1f} with batches of 96 (means of three seeds)",
        ),
        why="To gain from larger batches one raises the learning rate with them.",
        where="training/optimizers#defaults",
    ),
)

# Section 1.10


def _weights_alone():
    """Predictions after saving the weights and biases of a network with batch normalization."""
    op = BatchNorm(2)
    params = op.init(np.random.default_rng(0))
    measured = params | {
        "running_mean": np.array([1.0, -2.0]),
        "running_variance": np.array([4.0, 0.25]),
    }
    loaded = params | {name: measured[name] for name in ("gamma", "beta")}
    x = np.array([[2.0, -1.0]])
    saved, again = (op.forward(p, x)[0][0] for p in (measured, loaded))
    return {"saved": saved[0], "again": again[0]}


def _with_velocity():
    """How far from its minimum ½θ² goes on from a checkpoint there, with and without velocity."""
    theta, v = 1.0, 0.0
    while theta > 0.05:
        v = 0.9 * v + 0.02 * theta
        theta -= v
    far = {}
    for name, velocity in (("with", v), ("without", 0.0)):
        here, moving, most = theta, velocity, abs(theta)
        for _ in range(60):
            moving = 0.9 * moving + 0.02 * here
            here -= moving
            most = max(most, abs(here))
        far[name] = most
    return {"full": far["with"], "alone": far["without"], "start": abs(theta)}


MODELS = (
    erratum(
        id="c-two-options",
        section="1.10",
        lines=672,
        quote="either only the parameters (weights and biases) are saved, or the whole model",
        kind="missing term",
        check=Claim(
            "To predict later it is enough to save “the parameters (weights and biases)”",
            "The running averages of batch normalization are neither weights nor biases, and are "
            "needed; so is the transform of the inputs. To go on with training as if there had "
            "been no break one needs the state of the random generator, too",
            example=_weights_alone,
            claimed=lambda e: np.isclose(e.saved, e.again),
            holds=lambda e: abs(e.saved - e.again) > 1,
            numbers="an input of 2 that became {saved:.1f} before saving, by a running mean of 1 "
            "and variance of 4, becomes {again:.1f} when scale and shift alone were saved",
        ),
        why="§1.5 says of the transform that it has to be saved; the list here has lost it.",
        where="practice/models#state",
    ),
    erratum(
        id="c-more-optimal",
        section="1.10",
        lines=674,
        quote="it is more optimal to load a full model including the optimizer's state",
        kind="too general",
        check=Claim(
            "To train further “it is more optimal to load a full model including the optimizer's "
            "state”",
            "It is more faithful: the training goes on as without a break. Whether it is better "
            "depends on what the state does there",
            example=_with_velocity,
            claimed=lambda e: e.full <= e.alone,
            holds=lambda e: e.full > 5 * e.alone,
            numbers=r"momentum 0.9 on $\frac12\theta^2$ is saved when it first comes within 0.05 "
            "of the minimum. Loaded with its velocity it runs past it, up to {full:.2f} away; "
            "without, it stays within {alone:.2f}",
        ),
        why="Schedules with restarts drop the state on purpose.",
        where="practice/models#state",
    ),
    erratum(
        id="c-reinforcement",
        section="1.10",
        lines=674,
        quote="**reinforcement learning**, where weights collected from multiple models",
        kind="attribution",
        check=Reading(
            "“reinforcement learning, where weights collected from multiple models are committed "
            "to a single network”",
            "That is averaging of models, as in federated learning; reinforcement learning is "
            "learning from rewards",
        ),
        why="§2.2 names reinforcement learning beside supervised and unsupervised learning, as one "
        "of three ways to learn.",
        where="practice/models#state",
    ),
)

# Section 1.11


def _kernel_gradient():
    """The gradient of a kernel: how many numbers, and the formula with indices on the left."""
    rng = np.random.default_rng(0)
    image, kernel, bar = rng.normal(size=(5, 5)), rng.normal(size=(3, 3)), rng.normal(size=(3, 3))

    def L(K):
        windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
        return (bar * (windows * K).sum(axis=(2, 3))).sum()

    grads = np.array(
        [[(bar * image[m : m + 3, n : n + 3]).sum() for n in range(3)] for m in range(3)]
    )
    quotients = np.zeros((3, 3))
    for place in np.ndindex(3, 3):
        step = np.zeros((3, 3))
        step[place] = 1e-6
        quotients[place] = (L(kernel + step) - L(kernel - step)) / 2e-6
    return {
        "weights": kernel.size,
        "different": len(np.unique(grads.round(9))),
        "off": abs(grads - quotients).max(),
    }


def _window_by_window():
    """A map of 28 × 28 pixels after windows of 2 × 2 that move by one pixel, and by two."""
    x = np.random.default_rng(0).normal(size=(1, 1, 28, 28))
    by_one = MaxPool2D(2, stride=1).forward({}, x)[0]
    by_two = MaxPool2D(2).forward({}, x)[0]
    return {"one": by_one.shape[-1], "two": by_two.shape[-1], "size": 28}


def _two_values():
    """What the batch -2, 2 becomes, divided by its variance and by its deviation."""
    x = np.array([-2.0, 2.0])
    return {"variance": (x / x.var()).var(), "deviation": (x / x.std()).var(), "v": x.var()}


def _batch_norm_in_use():
    """A batch of one example, normalized as in training and as in use."""
    op = BatchNorm(1)
    params = op.init(np.random.default_rng(0)) | {"running_mean": np.array([1.0])}
    rng = np.random.default_rng(0)
    same = op.forward(params, np.array([[3.0], [3.0]]), Mode.train(rng))[0]
    return {"batch": abs(same[0, 0]), "use": op.forward(params, np.array([[3.0]]))[0].item()}


CONVOLUTION = (
    erratum(
        id="c-input-or-kernel",
        section="1.11",
        lines=703,
        quote="how much the input to the convolutional layer contributed to the final loss",
        kind="confused quantity",
        check=Reading(
            "“We need to know how much the *input* … contributed to the final loss and adjust the "
            "kernel”",
            "how much each weight of the *kernel* contributed, to adjust the kernel; and how much "
            "the input did, for the layers below",
        ),
        why="The formula is for the kernel. One for the input, without which no layer below can "
        "learn, is missing.",
        where="images/convolution#eq-conv-input",
    ),
    erratum(
        id="c-kernel-index",
        section="1.11",
        lines=705,
        quote=r"\frac{\partial L}{\partial K} = \sum_i \sum_j",
        kind="index",
        check=Claim(
            r"$\frac{\partial L}{\partial K} = \sum_i \sum_j \frac{\partial L}{\partial S(i, j)} "
            r"\cdot I(i + m, j + n)$",
            r"$\frac{\partial L}{\partial K(m, n)} = \sum_i \sum_j \frac{\partial L}{\partial "
            r"S(i, j)} \cdot I(i + m, j + n)$",
            example=_kernel_gradient,
            claimed=lambda e: e.different == 1,
            holds=lambda e: e.different == e.weights and e.off < 1e-8,
            numbers="a kernel of $3 \\times 3$ has {weights} derivatives, {different} different "
            "ones for an image drawn at random; with the indices they equal the difference "
            "quotients to 8 places",
        ),
        why="On the right $m$ and $n$ are free, on the left there are none.",
        where="images/convolution#eq-conv-kernel",
    ),
    erratum(
        id="c-pooling-stride",
        section="1.11",
        lines=(716, 720),
        quote=r"P(i, j) = \max_{m, n}^p I(i + m, j + n)",
        kind="missing term",
        check=Claim(
            r"$P(i, j) = \max_{m, n}^p I(i + m, j + n)$, to reduce “the spatial dimensions”",
            r"$P(i, j) = \max_{0 \le m, n < p} I(pi + m, pj + n)$, windows side by side",
            example=_window_by_window,
            claimed=lambda e: e.one <= e.size / 2,
            holds=lambda e: e.one == e.size - 1 and e.two == e.size / 2,
            numbers="with $p = 2$, {size} rows of pixels become {one} by the printed formula, and "
            "{two} with windows side by side",
        ),
        why="The factor is the stride. As printed it is 1, and a map loses $p - 1$ rows and "
        "columns. (The range of $m$ and $n$ is left out, too.)",
        where="images/convolution#eq-pool-max",
    ),
    erratum(
        id="c-internal-shift",
        section="1.11",
        lines=734,
        quote="by reducing internal **covariate shift**",
        kind="wrong reason",
        check=Reading(
            "Batch normalization helps “by reducing internal covariate shift”",
            "It helps; the reason is disputed. Training profits as much when the shift is put back "
            "on purpose {cite}`santurkar2018does`",
        ),
        why="It is the reason in the title of the first paper, and was doubted by measurement "
        "later. What can be derived is that it frees training from the scale of weights.",
        where="training/normalization#covariate-shift",
    ),
    erratum(
        id="c-deviation-variance",
        section="1.11",
        lines=738,
        quote=r"dividing by the batch standard deviation  $\sigma_B^2$",
        kind="confused quantity",
        check=Claim(
            r"… “dividing by the batch standard deviation $\sigma_B^2$”",
            r"by $\sigma_B$, the root of the variance $\sigma_B^2$",
            example=_two_values,
            claimed=lambda e: np.isclose(e.variance, 1),
            holds=lambda e: np.isclose(e.deviation, 1) and np.isclose(e.variance, 0.25),
            numbers="the batch $-2, 2$ has the variance {v:.0f}; divided by it, it has the "
            "variance {variance}, divided by its root, {deviation:.0f}",
        ),
        why="The formula and the list below it are right.",
        where="training/normalization#eq-batch-norm",
    ),
    erratum(
        id="c-batch-norm-use",
        section="1.11",
        lines=738,
        quote="During the forward pass, the input feature map is normalized by subtracting the "
        "batch mean",
        kind="too general",
        check=Claim(
            "“During the forward pass” the mean and the deviation of the batch are used",
            "In training they are. In use their running averages take their place",
            example=_batch_norm_in_use,
            claimed=lambda e: np.isclose(e.batch, e.use),
            holds=lambda e: np.isclose(e.batch, 0) and abs(e.use - 2) < 0.01,
            numbers="an example of 3 in a batch of nothing else becomes {batch:.0f} in training; "
            "in use, with a running mean of 1 and variance of 1, it becomes {use:.0f}",
        ),
        why="A single example in use has no batch to be measured by.",
        where="training/normalization#eq-bn-inference",
    ),
)

ENTRIES = (*BINARY, *REGRESSION, *DATA, *MODELS, *CONVOLUTION)
