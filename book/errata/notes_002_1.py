"""Errata of Lam, "Neural Network Notes" (002, set C), sections 1.1 to 1.3."""

from functools import partial as fixed

import numpy as np
from sympy import Max, Piecewise, exp, log

from nnbook import Dense, ReLU, Sequential, Softmax
from nnbook.derive import as_written, define, delta, index, partial, reals, sizes, sum_over, tensor

from .entry import Claim, Erratum, Formula, Reading, formula
from .examples import backward_pass

erratum = fixed(Erratum, notes="002")

# Section 1.1


def _two_numbers():
    """What a regression network says of one example whose target has two coordinates."""
    network = Sequential(Dense(3, 2))
    x = np.ones((1, 3))
    return {"numbers": network.forward(network.init(np.random.default_rng(0)), x)[0]["dense1"].size}


def _sizes_of_a_layer():
    layer = Dense(3, 2)
    params = layer.init(np.random.default_rng(0))
    y, _ = layer.forward(params, np.ones((1, 3)))
    return {"outputs": y.size, "params": sum(p.size for p in params.values())}


def _next_layer():
    """How many of the units behind it each unit of a dense layer reaches."""
    width, window = 9, 2  # nine units, seen as 3 × 3 by a layer of 2 × 2 windows
    reach = np.zeros((width, 4), bool)
    for k, (r, c) in enumerate(np.ndindex(2, 2)):
        for m, n in np.ndindex(window, window):
            reach[3 * (r + m) + c + n, k] = True
    return {"next": reach.shape[1], "corner": int(reach[0].sum())}


def _small_weights():
    """The mean square of a signal behind ten layers of 100 units with weights around 0.01."""
    rng = np.random.default_rng(0)
    signal = rng.normal(size=(50, 100))
    for _ in range(10):
        signal = np.maximum(0, signal @ rng.normal(scale=0.01, size=(100, 100)))
    size = (signal**2).mean()
    return {"size": size, "exponent": int(np.floor(np.log10(size)))}


def _silent_on_most():
    """The gradient of a ReLU unit that is zero on 99 of 100 examples."""
    x = np.full(100, -1.0)
    x[0] = 1.0
    active = x > 0
    return {"silent": int((~active).sum()), "gradient": (x * active).sum() / len(x)}


def _non_zero_bias():
    """A unit with inputs of size 1 and unit weights, at several biases."""
    x = np.random.default_rng(0).uniform(-1, 1, size=(1000, 2))
    active = {b: int((x.sum(axis=1) + b > 0).sum()) for b in (-50, -10, 1)}
    return {"far": active[-50], "nearer": active[-10], "up": active[1]}


def _one_at_a_time():
    """The outputs of a layer for a batch and for its examples one by one."""
    layer, rng = Dense(3, 2), np.random.default_rng(0)
    params, X = layer.init(rng), rng.normal(size=(5, 3))
    alone = np.concatenate([layer.forward(params, x[None])[0] for x in X])
    return {"off": abs(layer.forward(params, X)[0] - alone).max(), "N": len(X)}


FIRST = (
    erratum(
        id="c-scalar-regression",
        section="1.1",
        lines=53,
        quote="**regression** (prediction of a scalar)",
        kind="contradiction",
        check=Claim(
            "Regression is “prediction of a scalar”",
            "It is the prediction of $J$ real numbers; a scalar if $J = 1$",
            example=_two_numbers,
            claimed=lambda e: e.numbers == 1,
            holds=lambda e: e.numbers == 2,
            numbers="a layer with two outputs and no activation predicts {numbers} numbers for "
            "each example, such as a place on a map",
        ),
        why="§1.8 takes means over the $J$ outputs of a regression.",
        where="networks/architectures#eq-nn-tasks",
    ),
    erratum(
        id="c-neuron-network",
        section="1.1",
        lines=55,
        quote="The goal of a neuron network",
        kind="misprint",
        check=Reading("“a neuron network”", "a neural network"),
        why="A slip.",
        where="networks/architectures",
    ),
    erratum(
        id="c-dense-next",
        section="1.1",
        lines=69,
        quote="is connected to each neuron in the previous and next layer",
        kind="too general",
        check=Claim(
            "In a dense layer “each neuron is connected to each neuron in the previous and next "
            "layer”",
            "to each neuron in the previous one. What reads it is a matter of the next layer",
            example=_next_layer,
            claimed=lambda e: e.corner == e.next,
            holds=lambda e: e.corner == 1 and e.next == 4,
            numbers="nine dense units, seen as $3 \\times 3$ by a convolution with a window of "
            "$2 \\times 2$: the next layer has {next} units, and the unit in a corner reaches "
            "{corner} of them",
        ),
        why="The weights of a layer are those of its own inputs.",
        where="networks/architectures#eq-dense-layer",
    ),
    erratum(
        id="c-small-weights",
        section="1.1",
        lines=75,
        quote="initialized randomly to a small non-zero value",
        kind="too general",
        check=Claim(
            "Weights are initialized “randomly to a small non-zero value”",
            "to values of a size that depends on the number of inputs; small ones put deep "
            "networks out",
            example=_small_weights,
            claimed=lambda e: e.size > 1e-6,
            holds=lambda e: e.size < 1e-15,
            numbers="with weights of standard deviation 0.01, ten layers of 100 ReLU units leave "
            "$10^{{{exponent}}}$ of a mean square of 1",
        ),
        why="Random and not equal is what matters, and that sums come out with the size of their "
        "inputs. (For one or two layers the advice does no harm.)",
        where="training/initialization#small-draws",
    ),
    erratum(
        id="c-pretrained-output",
        section="1.1",
        lines=75,
        quote="the parameters are initialized to the previously determined output of that model",
        kind="confused quantity",
        check=Claim(
            "In a pre-trained model the parameters are initialized to its “previously determined "
            "output”",
            "to its previously determined parameters",
            example=_sizes_of_a_layer,
            claimed=lambda e: e.outputs == e.params,
            holds=lambda e: e.outputs != e.params,
            numbers="a dense layer from 3 to 2 has {params} parameters and {outputs} outputs",
        ),
        why="Outputs are neither as many as parameters nor of the same kind.",
        where="training/initialization",
    ),
    erratum(
        id="c-dead-on-most",
        section="1.1",
        lines=77,
        quote="returns 0 on most inputs",
        kind="too general",
        check=Claim(
            "A neuron that “returns 0 on most inputs” is dead",
            "One that returns 0 on *all* inputs is",
            example=_silent_on_most,
            claimed=lambda e: e.gradient == 0,
            holds=lambda e: e.gradient != 0 and e.silent == 99,
            numbers="a ReLU unit that is 0 on {silent} of 100 examples gets a gradient of "
            "{gradient:.2f} from the last one, and moves",
        ),
        why="“On any input”, in the same sentence, is the right condition.",
        where="networks/architectures#eq-dead-neuron",
    ),
    erratum(
        id="c-any-bias",
        section="1.1",
        lines=77,
        quote="tweaking the bias to some non-zero value will lead to more favorable results",
        kind="too general",
        check=Claim(
            "A dead neuron is revived by “some non-zero value” of its bias",
            "by a bias that is raised far enough",
            example=_non_zero_bias,
            claimed=lambda e: e.far > 0 and e.nearer > 0,
            holds=lambda e: e.far == e.nearer == 0 < e.up,
            numbers="$\\max(0, x_1 + x_2 + b)$ with inputs between $-1$ and 1: of 1000 examples "
            "{far} reach it at $b = -50$, {nearer} at $b = -10$, {up} at $b = 1$",
        ),
        why="The unit may be dead because its bias is not zero.",
        where="networks/architectures#eq-dead-neuron",
    ),
    erratum(
        id="c-why-batches",
        section="1.1",
        lines=79,
        quote="use data batches because the output of a layer should be sample-related",
        kind="wrong reason",
        check=Claim(
            "Batches are used “because the output of a layer should be sample-related and not "
            "neuron-related”",
            "because a step with the mean gradient of some examples is less noisy than with one, "
            "and one product of matrices is faster than many of vectors",
            example=_one_at_a_time,
            claimed=lambda e: e.off > 1e-9,
            holds=lambda e: e.off < 1e-12,
            numbers="a layer gives {N} examples the same outputs, to 12 places, whether they come "
            "in one batch or one by one",
        ),
        why="What an output relates to does not depend on the company in which it is computed. "
        "(Batch normalization is the exception, and not what is meant.)",
        where="training/optimizers#eq-minibatch-gd",
    ),
    erratum(
        id="c-theta",
        section="1.1",
        lines=86,
        quote=r"$\Theta$ : matrix of outputs of a hidden layer",
        kind="one symbol for two things",
        check=Reading(
            r"$\theta \in \Theta$ is the output of a neuron",
            r"$a$ for outputs, $z$ for what goes into an activation, $\theta$ for parameters",
        ),
        why=r"From §1.4 on, $\theta$ is a parameter. In §1.6 it is a parameter in one half "
        "and an output in the other, and the softmax of §1.2 and §1.3 takes it for the input.",
        where="networks/architectures#eq-layer-output",
    ),
    erratum(
        id="c-homologous",
        section="1.1",
        lines=(90, 94),
        quote="An n-dimensional array is homologous if all arrays along the 'row' dimension",
        kind="misprint",
        check=Reading(
            "“homologous” arrays, twice",
            "homogeneous, or rectangular: lists of equal length along *every* axis",
        ),
        why="Homologous things have a common origin.",
        where="foundations/mathematics#arrays-and-shapes",
    ),
    erratum(
        id="c-list",
        section="1.1",
        lines=94,
        quote="- An array is an ordered homologous container for numbers. - A vector is a list",
        kind="misprint",
        source="ocr",
        check=Reading(
            "“- An array is … - A vector is … - A matrix is a 2-dimensional array. Each element of "
            "the array …”, on one line",
            "A list of four items; the sentence on the elements belongs to the array",
        ),
        why="The lines of a list were run together, and one sentence came behind the wrong item.",
        where="foundations/mathematics#arrays-and-shapes",
    ),
)

# Section 1.2


def _what_is_read():
    """What the second layer of a network reads, of the two things a layer has."""
    network, rng = Sequential(Dense(3, 4), ReLU(), Dense(4, 2)), np.random.default_rng(0)
    params = network.init(rng)
    values, _ = network.forward(params, rng.normal(size=(2, 3)))
    *_, before, after, z = values.values()
    W, b = params["dense2"]["W"], params["dense2"]["b"]
    return {
        "before": abs(before @ W + b - z).max(),
        "after": abs(after @ W + b - z).max(),
    }


def _absolute_value():
    """|x| by one hidden layer of two ReLU units, at five places."""
    x = np.arange(-2.0, 3.0)
    y = np.maximum(0, x) + np.maximum(0, -x)
    return {"off": abs(y - abs(x)).max(), "bend": y[1] + y[3] - 2 * y[2], "layers": 1}


def _bend():
    """How much the slope of ReLU changes at 0, and at places after 0."""

    def change(x, h=1e-3):
        return (max(0, x + h) - 2 * max(0, x) + max(0, x - h)) / h

    return {"at": change(0.0), "after": max(abs(change(x)) for x in (0.1, 1.0, 5.0))}


def _shifted_softmax():
    """Outputs and cotangents of a softmax with and without the largest logit taken off."""
    op, z, bar = Softmax(), np.array([[3.0, 1.0, -2.0]]), np.array([[1.0, 0.0, 0.0]])
    results = []
    for logits in (z, z - z.max()):
        weights = np.exp(logits) / np.exp(logits).sum()
        results.append((weights, op.vjp({}, weights, bar)[0][0]))
    (p, dp), (q, dq) = results
    return {"values": abs(p - q).max(), "slopes": abs(dp - dq).max(), "logits": z.size}


def _least_loss():
    """-log of probabilities up to 1, and of 0."""
    p = np.linspace(0.001, 1, 1000)
    with np.errstate(divide="ignore"):
        return {"least": (-np.log(p)).min() + 0.0, "worst": -np.log(0.0)}


def _norm_for_number():
    """The norm of an array of probabilities, and the number of its rows."""
    y = np.array([[0.5, 0.5], [0.9, 0.1]])
    return {"norm": np.linalg.norm(y), "rows": len(y)}


def _mean_of_predictions():
    """Predicted and true classes of four examples."""
    said, true = np.array([2, 0, 1, 2]), np.array([2, 0, 2, 1])
    right = said == true
    return {"mean": said[right].mean(), "share": right.mean()}


def _robust():
    """The constants that minimize the mean squared and the mean absolute error."""
    t, c = np.array([0.0, 0.0, 9.0]), np.linspace(0, 9, 901)
    squared, absolute = ((c[:, None] - t) ** 2).mean(1), abs(c[:, None] - t).mean(1)
    return {"squared": c[squared.argmin()], "absolute": c[absolute.argmin()]}


FORWARD = (
    erratum(
        id="c-layer-without-activation",
        section="1.2",
        lines=(102, 106),
        quote=r"where  $\Theta_i$  is the output matrix of a layer  $i$",
        kind="one symbol for two things",
        check=Claim(
            r"$\Theta_i = \Theta_{i-1} \cdot \mathbf{W}_i + \mathbf{b}_i$ with the same $\Theta$ "
            "on both sides",
            r"$\mathbf{Z}_i = \mathbf{A}_{i-1} \cdot \mathbf{W}_i + \mathbf{b}_i$, "
            r"$\mathbf{A}_i = \varphi_i(\mathbf{Z}_i)$",
            example=_what_is_read,
            claimed=lambda e: e.before < 1e-9,
            holds=lambda e: e.after < 1e-12 < e.before,
            numbers="in a network with ReLU the second layer misses its own value by "
            "{before:.2f} if it reads the first before the activation, and by {after:.0f} if "
            "it reads it afterwards",
        ),
        why="The activation comes after this formula and before the next layer. With one letter "
        "for both the layers are a single affine map.",
        where="networks/architectures#eq-neuron-preactivation",
    ),
    erratum(
        id="c-two-hidden-layers",
        section="1.2",
        lines=(114, 118),
        quote="it will allow neural networks with two or more hidden layers to map nonlinear",
        kind="false claim",
        check=Claim(
            "It takes “two or more hidden layers to map nonlinear functions”",
            "One is enough",
            example=_absolute_value,
            claimed=lambda e: e.layers >= 2 or e.bend == 0,
            holds=lambda e: e.layers == 1 and e.off == 0 and e.bend != 0,
            numbers=r"$\max(0, x) + \max(0, -x) = |x|$ has {layers} hidden layer, and is not "
            "linear",
        ),
        why="The next paragraph repeats it of ReLU.",
        where="networks/architectures#eq-relu-abs",
    ),
    erratum(
        id="c-bend-after-zero",
        section="1.2",
        lines=118,
        quote="due to the bend after 0",
        kind="misprint",
        check=Claim(
            "ReLU is non-linear “due to the bend after 0”",
            "due to the bend at 0",
            example=_bend,
            claimed=lambda e: e.after > 0.01,
            holds=lambda e: e.at == 1 and e.after < 1e-9,
            numbers="its slope changes by {at:.0f} at 0 and by {after:.0f} at places after 0",
        ),
        why="After 0 it is straight.",
        where="networks/activations#eq-relu-one-sided",
    ),
    erratum(
        id="c-softmax-input",
        section="1.2",
        lines=126,
        quote=r"$\theta = (z_1, \dots, z_K) \in \mathbb{R}$",
        kind="shape",
        check=Reading(
            r"$\theta = (z_1, \dots, z_K) \in \mathbb{R}$",
            r"$z = (z_1, \dots, z_K) \in \mathbb{R}^K$",
        ),
        why=r"$K$ numbers are a point of $\mathbb{R}^K$; and the entries of $\theta$ are called "
        r"$\theta_i$ in the formula below.",
        where="networks/activations#eq-softmax",
    ),
    erratum(
        id="c-softmax-dead",
        section="1.2",
        lines=132,
        quote="This mitigates two pervasive challenges with neural networks: dead neurons",
        kind="false claim",
        check=Claim(
            "Taking off the largest input of a softmax mitigates “dead neurons and exploding "
            "values”",
            "It prevents overflow, and changes neither the outputs nor the gradients",
            example=_shifted_softmax,
            claimed=lambda e: e.slopes > 1e-9,
            holds=lambda e: e.values < 1e-12 and e.slopes < 1e-12,
            numbers="with {logits} logits, outputs and gradients with and without the subtraction "
            "are the same to 12 places",
        ),
        why="What gets the same gradient is as dead as before. Overflow is a matter of the "
        "number format, not of the function.",
        where="networks/activations#eq-softmax-shift",
    ),
    erratum(
        id="c-regression-loss",
        section="1.2",
        lines=138,
        quote="Neural networks that do regression have a loss function that calculate the mean",
        kind="too general",
        check=Claim(
            "Networks that do regression have the mean squared error as their loss",
            "That is one choice; the mean absolute error of §1.8 is another, with other "
            "predictions",
            example=_robust,
            claimed=lambda e: np.isclose(e.squared, e.absolute),
            holds=lambda e: np.isclose(e.squared, 3) and np.isclose(e.absolute, 0),
            numbers="for the targets 0, 0, 9 the best constant is {squared:.0f} by the one and "
            "{absolute:.0f} by the other",
        ),
        why="The one asks for the mean, the other for the median.",
        where="networks/losses#mean-against-median",
    ),
    erratum(
        id="c-cross-entropy-index",
        section="1.2",
        lines=146,
        quote=r"\mathbf{y}_{i,j} \log(\hat{\mathbf{y}}_j)",
        kind="index",
        check=Reading(
            r"$L_i = - \sum_j \mathbf{y}_{i,j} \log(\hat{\mathbf{y}}_j)$",
            r"$L_i = - \sum_j \mathbf{y}_{i,j} \log(\hat{\mathbf{y}}_{i,j})$",
        ),
        why="The prediction, too, is that of sample $i$; §1.3 has it right.",
        where="networks/losses#eq-cce",
    ),
    erratum(
        id="c-targets-hat",
        section="1.2",
        lines=150,
        quote=r"the summation over the targets  $\hat{\mathbf{y}}$",
        kind="confused quantity",
        check=Reading(r"the targets $\hat{\mathbf{y}}$", r"the targets $\mathbf{y}$"),
        why="The hat marks predictions.",
        where="networks/losses#eq-cce-onehot",
    ),
    erratum(
        id="c-why-clip",
        section="1.2",
        lines=156,
        quote="To prevent loss from being exactly 0 or negative",
        kind="wrong reason",
        check=Claim(
            "Predictions are clipped “to prevent loss from being exactly 0 or negative”",
            "to prevent it from being infinite at a prediction of 0. It is never negative, and "
            "rightly 0 at a prediction of 1",
            example=_least_loss,
            claimed=lambda e: e.least < 0,
            holds=lambda e: e.least == 0 and np.isinf(e.worst),
            numbers="the least $-\\log \\hat y$ for $0 < \\hat y \\le 1$ is {least:.0f}; at 0 it "
            "is infinite",
        ),
        why="And the number by which one clips, such as $10^{-7}$, is small but not "
        "“infinitesimally” so.",
        where="networks/losses#clipping",
    ),
    erratum(
        id="c-accuracy-norm",
        section="1.2",
        lines=162,
        quote=r"\frac{1}{\|\hat{\mathbf{y}}\|} \sum_{i=1}^{\|\hat{\mathbf{y}}\|}",
        kind="confused quantity",
        check=Claim(
            r"The number of samples is $\|\hat{\mathbf{y}}\|$",
            r"It is a number of rows, say $N$; $\|\cdot\|$ is the sign of a norm",
            example=_norm_for_number,
            claimed=lambda e: np.isclose(e.norm, e.rows),
            holds=lambda e: e.rows == 2 and not np.isclose(e.norm, 2),
            numbers="for the predictions $(0.5, 0.5)$ and $(0.9, 0.1)$ the norm is {norm:.2f} and "
            "the number {rows}",
        ),
        why="(§1.6 uses the same sign for a size, and says so there.)",
        where="practice/validation#eq-val-accuracy",
    ),
    erratum(
        id="c-accuracy-target",
        section="1.2",
        lines=(160, 162),
        quote=r"\text{argmax}(\hat{\mathbf{y}}_i) = \mathbf{y}_i",
        kind="one symbol for two things",
        check=Reading(
            r"$\operatorname{argmax}(\hat{\mathbf{y}}_i) = \mathbf{y}_i$",
            r"$\operatorname{argmax}(\hat{\mathbf{y}}_i) = \operatorname{argmax}(\mathbf{y}_i)$",
        ),
        why=r"A few lines above, $\mathbf{y}_i$ is a one-hot vector; here it is the number of a "
        "class.",
        where="practice/validation#eq-val-accuracy",
    ),
    erratum(
        id="c-accuracy-mean",
        section="1.2",
        lines=164,
        quote=r"it is an arithmetic mean of all the predictions  $\hat{\mathbf{y}}_i$",
        kind="confused quantity",
        check=Claim(
            "Accuracy is “an arithmetic mean of all the predictions that correspond to the "
            "correct classification”",
            "It is the share of predictions that are right: the mean, over *all*, of a number "
            "that is 1 or 0",
            example=_mean_of_predictions,
            claimed=lambda e: np.isclose(e.mean, e.share),
            holds=lambda e: e.share == 0.5 != e.mean,
            numbers="predicted are the classes 2, 0, 1, 2, and 2, 0, 2, 1 are true: the mean of "
            "the two predictions that are right is {mean:.0f}, their share {share}",
        ),
        why="The formula is right.",
        where="practice/validation#eq-val-accuracy",
    ),
)

# Section 1.3

n, K = sizes("n K")
r, j = index("r j", n)
x, w = tensor("x", n), tensor("w", n)
b, v = reals("b v")
with as_written():
    SUM = define("s", sum_over(x[j] * w[j], j))
    Z = define("z", sum_over(x[j] * w[j], j) + b)


def _active(value, z):
    return Piecewise((value, z > 0), (0, True))


def _neuron_without_bias():
    with as_written():
        left = partial(Max(0, Z), x[r])
        printed, corrected = _active(w[r], SUM), _active(w[r], Z)
    return formula(left, printed, corrected, letters=(Z, SUM))


def _neuron_of_one_input():
    with as_written():
        right = v * _active(w[r], Z)
        printed, corrected = partial(Max(0, x[r]), x[r]), partial(v * Max(0, Z), x[r])
    return Formula((printed, right), (corrected, right), letters=(Z,))


def _neuron_by(parameter, slope):
    with as_written():
        right = v * _active(slope, Z)
        printed = partial(Max(0, parameter), parameter)
        corrected = partial(v * Max(0, Z), parameter)
    return Formula((printed, right), (corrected, right), letters=(Z,))


k, m, q = index("k m q", K)
l_ = index("j", K)
t, p, u = tensor("y", K), tensor("\\hat{y}", K), tensor("\\theta", K)
with as_written():
    S = define("S", k, exp(u[k]) / sum_over(exp(u[q]), q))
    LOSS = define("L", -sum_over(t[l_] * log(S[l_]), l_))


def _one_letter():
    with as_written():
        loss = -sum_over(t[l_] * log(p[l_]), l_)
        printed, corrected = -sum_over(t[l_] / p[l_], l_), -(t[m] / p[m])
    return formula(partial(loss, p[m]), printed, corrected, given=(p[k] > 0, p[k] < 1))


def _diagonal():
    with as_written():
        printed, corrected = S[m] * 1 - S[m], S[m] * (1 - S[m])
    return formula(partial(S[m], u[m]), printed, corrected, letters=S[k])


def _delta_with_k():
    with as_written():
        left = partial(S[l_], u[m])
        printed = S[l_] * delta(l_, k) - S[l_] * S[k]
        corrected = S[l_] * delta(l_, m) - S[l_] * S[m]
    return formula(left, printed, corrected, letters=S[k])


def _without_sum():
    with as_written():
        terms = [-(t[o] / S[o]) * partial(S[o], u[m]) for o in (l_, k)]
        printed, corrected = terms[0], sum_over(terms[1], k)
    return formula(partial(LOSS, u[m]), printed, corrected, letters=(LOSS, S[k]))


def _wrong_factor():
    with as_written():
        left = -(t[m] / S[m]) * partial(S[m], u[m])
        printed, corrected = (-(t[m] / S[m]) * S[o] * (1 - S[m]) for o in (l_, m))
    return formula(left, printed, corrected, letters=S[k])


def _targets_for_predictions():
    with as_written():
        others = 1 - delta(k, m)
        left = -sum_over(others * (t[k] / S[k]) * partial(S[k], u[m]), k)
        printed = -sum_over(others * (t[k] / S[k]) * (-(t[k] * t[m])), k)
        corrected = -sum_over(others * (t[k] / S[k]) * (-(S[k] * S[m])), k)
    return formula(left, printed, corrected, letters=S[k])


def _condensed():
    """The gradient behind a softmax of three classes, by its Jacobian and by differences."""
    z, g = np.array([0.5, -1.0, 2.0]), np.array([1.0, -2.0, 0.5])

    def softmax(z):
        return np.exp(z) / np.exp(z).sum()

    s = softmax(z)
    rows = (np.diag(s) - np.outer(s, s)) * g[:, None]
    steps = 1e-6 * np.eye(3)
    quotients = [(softmax(z + e) - softmax(z - e)) @ g / 2e-6 for e in steps]
    return {"values": len(quotients), "off": abs(rows.sum(axis=0) - quotients).max()}


BACKWARD = (
    erratum(
        id="c-backward-descends",
        section="1.3",
        lines=168,
        quote="In this backwards pass, **gradient descent** is performed by calculating",
        kind="confused quantity",
        check=Claim(
            "“In this backwards pass, gradient descent is performed”",
            "The backward pass computes the gradient; descent is what is done with it afterwards",
            example=backward_pass,
            claimed=lambda e: e.after != e.before,
            holds=lambda e: e.after == e.before and abs(e.backprop - e.differences) < 1e-8,
            numbers="a weight is {before} before the backward pass and {after} after it. A step of "
            "descent leads to {backprop:.4f} with the gradient of backpropagation, and to "
            "{differences:.4f} with that of difference quotients",
        ),
        why="The sentence before says what backpropagation is: calculating derivatives.",
        where="training/backpropagation#training-step",
    ),
    erratum(
        id="c-lost-bias",
        section="1.3",
        lines=182,
        quote=r"\text{mul}(x_i, w_i), \text{mul}(x_n, w_n)))] =",
        kind="missing term",
        check=_neuron_without_bias(),
        why="The sum of the nested functions has lost the bias, which the line before adds, and "
        "with it the unit switches elsewhere. (That three products stand for $n$ is a manner of "
        "writing.)",
        where="training/backpropagation#eq-relu-neuron-gradient",
    ),
    erratum(
        id="c-derivative-by-relu",
        section="1.3",
        lines=194,
        quote=r"\frac{\partial}{\partial \text{ReLU}(x)} = \frac{\partial}{\partial x} \max(0, x)",
        kind="confused quantity",
        check=Reading(
            r"$\frac{\partial}{\partial\,\mathrm{ReLU}(x)} = \frac{\partial}{\partial x} "
            r"\max(0, x)$",
            r"$\frac{\partial}{\partial x}\,\mathrm{ReLU}(x) = \frac{\partial}{\partial x} "
            r"\max(0, x)$",
        ),
        why="The left side is told to derive *by* the ReLU, and has nothing to derive.",
        where="training/backpropagation#eq-relu-neuron-max",
    ),
    erratum(
        id="c-relu-of-input",
        section="1.3",
        lines=198,
        quote=r"\frac{\partial}{\partial x_i} \text{ReLU}(x_i) = \partial_v",
        kind="confused quantity",
        check=_neuron_of_one_input(),
        why="The left side is the slope of the ReLU of one input. The right side is the slope of "
        "the loss behind the whole neuron, of which $v$ is the derivative from the next layer. "
        r"The same $\mathrm{ReLU}(x_i)$ stands in $\nabla_x$ below.",
        where="training/backpropagation#eq-relu-neuron-by-x",
    ),
    erratum(
        id="c-relu-of-weight",
        section="1.3",
        lines=204,
        quote=r"\frac{\partial}{\partial w_i} \text{ReLU}(w_i)",
        kind="confused quantity",
        check=_neuron_by(w[r], x[r]),
        why=r"No unit computes the ReLU of a weight. The entry of $\nabla_w$ is the derivative of "
        "what lies behind the neuron, which is the right side.",
        where="training/backpropagation#eq-relu-neuron-by-w",
    ),
    erratum(
        id="c-relu-of-bias",
        section="1.3",
        lines=204,
        quote=r"\frac{\partial}{\partial b} \text{ReLU}(b)",
        kind="confused quantity",
        check=_neuron_by(b, 1),
        why="The same for the bias.",
        where="training/backpropagation#eq-relu-neuron-by-b",
    ),
    erratum(
        id="c-dragged-sum",
        section="1.3",
        lines=216,
        quote=r"&= - \sum_j \frac{\mathbf{y}_{i,j}}{\hat{\mathbf{y}}_{i,j}}",
        kind="index",
        check=_one_letter(),
        why="The letter $j$ counts the terms of the sum and also names the one by which is "
        "derived. With two letters the derivative of a term is a Kronecker delta, which collapses "
        "the sum; with one, a sum is dragged on to this line, and the last line drops it with an "
        "excuse. The last line is right.",
        where="networks/losses#eq-cce-gradient",
    ),
    erratum(
        id="c-derived-by-target",
        section="1.3",
        lines=218,
        quote=r"is calculated with respect to the  $\mathbf{y}$ , predicted values",
        kind="confused quantity",
        check=Reading(
            r"“with respect to the $\mathbf{y}$, predicted values”",
            r"with respect to $\hat{\mathbf{y}}$, the predicted values",
        ),
        why="A lost hat.",
        where="networks/losses#eq-cce-gradient",
    ),
    erratum(
        id="c-chain-or-quotient",
        section="1.3",
        lines=232,
        quote=r"Applying the chain rule and solving with respect to input  $\theta_{i,k}$",
        kind="index",
        check=Reading(
            r"“Applying the chain rule … with respect to input $\theta_{i,k}$”",
            r"Applying the *quotient* rule … with respect to input $\theta_{i,m}$",
        ),
        why="The derivation below is by $\\theta_{i,m}$; $k$ is the index of its sums. And the "
        "first step is the quotient rule (printed twice).",
        where="networks/activations#eq-softmax-jacobian-diagonal",
    ),
    erratum(
        id="c-softmax-brackets",
        section="1.3",
        lines=240,
        quote=r"\cdot \frac{\sum_{k=1}^K e^{\theta_{i,k}}}{\sum_{k=1}^K e^{\theta_{i,k}}} - "
        r"\frac{e^{\theta_{i,m}}}{\sum_{k=1}^K e^{\theta_{i,k}}} \end{aligned}",
        kind="brackets",
        check=_diagonal(),
        why="The last line of the case $j = m$ splits the second factor and forgets to bracket "
        "what it split. By the letter it is zero. The formula below it is right.",
        where="networks/activations#eq-softmax-jacobian-diagonal",
    ),
    erratum(
        id="c-z-for-theta",
        section="1.3",
        lines=253,
        quote=r"-e^{z_{i,j}} \cdot e^{\theta_{i,m}}",
        kind="misprint",
        check=Reading(
            r"$-e^{z_{i,j}} \cdot e^{\theta_{i,m}}$",
            r"$-e^{\theta_{i,j}} \cdot e^{\theta_{i,m}}$",
        ),
        why="The letter that these inputs have in other books slipped in.",
        where="networks/activations#eq-softmax-jacobian-off-diagonal",
    ),
    erratum(
        id="c-softmax-delta",
        section="1.3",
        lines=267,
        quote=r"\mathbf{S}_{i,j} \delta_{j,k} - \mathbf{S}_{i,j} \mathbf{S}_{i,k}",
        kind="index",
        check=_delta_with_k(),
        why="Up to here the second index was $m$, and $k$ belonged to the sum. (The left side is "
        "left out in print.)",
        where="networks/activations#eq-softmax-jacobian-delta",
    ),
    erratum(
        id="c-both-input-vectors",
        section="1.3",
        lines=269,
        quote="an array of partial derivatives in all of the of both input vectors",
        kind="misprint",
        check=Reading(
            "“partial derivatives in all of the of both input vectors”",
            "partial derivatives of all outputs with respect to all inputs",
        ),
        why="Words are lost, and one of the two vectors is the output.",
        where="foundations/mathematics#eq-jacobian",
    ),
    erratum(
        id="c-condensed",
        section="1.3",
        lines=269,
        quote="condensed to a single partial derivative value by taking each row",
        kind="missing term",
        check=Claim(
            "The Jacobian is “condensed to a single partial derivative value” by multiplying each "
            "row with the corresponding value of the loss's gradient",
            "The rows so multiplied are *added*; that makes $K$ values, one for each input",
            example=_condensed,
            claimed=lambda e: e.values == 1,
            holds=lambda e: e.values == 3 and e.off < 1e-8,
            numbers="for three classes there are {values} derivatives, and the sum of the rows "
            "equals the difference quotients to 8 places",
        ),
        why="The sum is the chain rule: an input acts on the loss through all outputs.",
        where="networks/activations#eq-softmax-cotangent",
    ),
    erratum(
        id="c-chain-rule-sum",
        section="1.3",
        lines=278,
        quote=r"\frac{\partial L_i}{\partial \hat{\mathbf{y}}_{i,j}} \cdot \frac{\partial "
        r"\mathbf{S}_{i,j}}{\partial \theta_{i,m}} = ",
        kind="missing term",
        check=_without_sum(),
        why="The first line lacks the sum over $j$; the second has it.",
        where="networks/losses#eq-softmax-cce-gradient-general",
    ),
    erratum(
        id="c-first-factor",
        section="1.3",
        lines=281,
        quote=r"\cdot \hat{\mathbf{y}}_{i,j} \cdot (1 - \hat{\mathbf{y}}_{i,m})",
        kind="index",
        check=_wrong_factor(),
        why="The term belongs to $j = m$ and has no $j$ in it.",
        where="networks/losses#eq-softmax-cce-gradient-general",
    ),
    erratum(
        id="c-hats-lost",
        section="1.3",
        lines=281,
        quote=r"(-\mathbf{y}_{i,j} \mathbf{y}_{i,m})",
        kind="confused quantity",
        check=_targets_for_predictions(),
        why="The derivative of the softmax is made of predictions; the hats are lost, and back in "
        "the next line.",
        where="networks/losses#eq-softmax-cce-gradient-general",
    ),
)

ENTRIES = (*FIRST, *FORWARD, *BACKWARD)
