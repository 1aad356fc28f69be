"""Errata of Lam, "Neural Network Notes" (002, set C), chapter 3, the formulas."""

from functools import partial as fixed

import numpy as np
from sympy import Abs, Eq, Function, exp, log, sign

from nnbook import BinaryCrossEntropy, Dense, Dropout, ReLU, Sequential, Softmax, adagrad
from nnbook.derive import (
    as_written,
    define,
    derivative,
    index,
    mean_over,
    partial,
    reals,
    sizes,
    sum_over,
    tensor,
)
from nnbook.op import Mode

from .entry import Claim, Erratum, Formula, Reading, formula

erratum = fixed(Erratum, notes="002")

# Sections 3.1 and 3.2


def _alone():
    """The softmax of three logits, and of each by itself."""
    op, z = Softmax(), np.array([[2.0, 0.0, -1.0]])
    together = op.forward({}, z)[0]
    alone = [op.forward({}, z[:, [k]])[0].item() for k in range(3)]
    return {"alone": min(alone), "together": together[0, 0], "total": sum(alone)}


def _corner():
    """Values of a network with ReLU between its layers, and of the same without, at -1, 0, 1."""
    x = np.array([[-1.0], [0.0], [1.0]])
    layers = Dense(1, 2), Dense(2, 1)
    params = {
        "dense1": {"W": np.array([[1.0, -1.0]]), "b": np.zeros(2)},
        "dense2": {"W": np.ones((2, 1)), "b": np.zeros(1)},
    }
    found = []
    for network in (Sequential(*layers), Sequential(layers[0], ReLU(), layers[1])):
        y = network.forward(params, x)[0]["dense2"][:, 0]
        found.append(y[0] - 2 * y[1] + y[2])
    return {"without": found[0], "with_it": found[1]}


def _three_layers():
    w1, w2, w3, b1, b2, b3, x = reals("W_1 W_2 W_3 b_1 b_2 b_3 X")
    with as_written():
        left = x * w1 * w2 * w3 + b1 * w2 * w3 + b2 * w3 + b3
        printed = (x * w1 + b1) * w2 + b2 * w3 + b3
        corrected = ((x * w1 + b1) * w2 + b2) * w3 + b3
    return formula(left, printed, corrected)


def _product():
    """W of shape n × m with n inputs and m neurons, times an input vector."""
    W, x = np.ones((3, 2)), np.ones(3)
    try:
        exists = (W @ x).shape == (2,)
    except ValueError:
        exists = False
    return {"exists": exists, "inputs": 3, "neurons": 2, "other": (x @ W).shape == (2,)}


def _terms():
    """How many terms the weighted sum of a unit has."""
    params = Dense(3, 2).init(np.random.default_rng(0))
    return {"terms": params["W"].shape[0], "neurons": params["W"].shape[1]}


def _binary_mean():
    """Binary cross-entropy of five samples, divided by 5 and by the number of classes."""
    y = np.array([[0.9], [0.8], [0.3], [0.6], [0.1]])
    t = np.array([[1.0], [1.0], [0.0], [1.0], [0.0]])
    total = -(t * np.log(y) + (1 - t) * np.log(1 - y)).sum()
    loss = float(BinaryCrossEntropy().forward({}, y, t)[0])
    return {"loss": loss, "by_samples": total / 5, "by_classes": total / 2}


def _zero_or_one():
    """The loss of a wrong prediction of 0, and of 0.01."""
    with np.errstate(divide="ignore"):
        return {"zero": -np.log(np.float64(0)), "hundredth": -np.log(0.01)}


n = sizes("N")
i, a = index("i a", n)
y, yhat = tensor("y", n), tensor("\\hat{y}", n)
OPEN = (yhat[i] > 0, yhat[i] < 1, y[i] > 0, y[i] < 1)


def _one_class():
    with as_written():
        left = -(1 / n) * sum_over(log(yhat[i] ** y[i] * (1 - yhat[i]) ** (1 - y[i])), i)
        printed = -(1 / n) * sum_over(y[i] * log(yhat[i]), i)
        corrected = -(1 / n) * sum_over(y[i] * log(yhat[i]) + (1 - y[i]) * log(1 - yhat[i]), i)
    return formula(left, printed, corrected, given=OPEN)


def _one_sample():
    q = tensor("p", n)
    with as_written():
        left = (1 / n) * sum_over(log(1 / q[i]), i)
        printed, corrected = -(1 / n) * log(q[a]), -(1 / n) * sum_over(log(q[i]), i)
    return formula(left, printed, corrected, given=(q[i] > 0, q[i] < 1))


FORWARD = (
    erratum(
        id="c-x-vector",
        section="3.1",
        lines=1179,
        quote="$X$ : vector of input features",
        kind="one symbol for two things",
        check=Reading(
            "$X$: vector of input features",
            "$x$ for the vector of one example, $X$ for the matrix of all of them, as in §1.1",
        ),
        why=r"In chapter 1 $\mathbf{X}$ is the matrix of input samples, and $x \in \mathbf{X}$ one "
        "of them.",
        where="networks/architectures#eq-dense-layer-batch",
    ),
    erratum(
        id="c-element-wise",
        section="3.1",
        lines=1185,
        quote=r"after applying activation function  $\sigma$  element-wise over  $z$",
        kind="too general",
        check=Claim(
            "Activation functions are applied “element-wise”",
            "All of §3.2.2 but the softmax, which needs the whole vector",
            example=_alone,
            claimed=lambda e: np.isclose(e.alone, e.together),
            holds=lambda e: e.alone == 1 and e.together < 0.9,
            numbers="of the logits 2, 0, $-1$ the first has the softmax {together:.2f}; element by "
            "element each would have {alone:.0f}, and their sum would be {total:.0f}",
        ),
        why="A sum over all logits is in its denominator.",
        where="networks/activations#eq-softmax",
    ),
    erratum(
        id="c-no-activations",
        section="3.2",
        lines=1189,
        quote=r"\hat{y} = \sigma_L((X \cdot W_1 + b_1) \cdot W_2",
        kind="missing term",
        check=Claim(
            r"$\hat{y} = \sigma_L((X \cdot W_1 + b_1) \cdot W_2 + b_2 \cdot \dots)$",
            r"$\hat{y} = \sigma_L(\dots \sigma_2(\sigma_1(X \cdot W_1 + b_1) \cdot W_2 + b_2) "
            r"\dots)$, an activation after each layer",
            example=_corner,
            claimed=lambda e: e.without != 0,
            holds=lambda e: e.without == 0 and e.with_it == 2,
            numbers="$f(-1) - 2f(0) + f(1)$ is 0 if $f$ is straight: {without:.0f} for a network "
            "of two layers without activations between them, {with_it:.0f} for the same with ReLU",
        ),
        why=r"Without them the whole is one layer with $\sigma_L$, however deep it is.",
        where="networks/architectures#eq-affine-collapse",
    ),
    erratum(
        id="c-forward-brackets",
        section="3.2",
        lines=1189,
        quote=r"+ b_2 \cdot \dots \cdot W_L + b_L)",
        kind="brackets",
        check=_three_layers(),
        why="By the letter only $b_2$ goes through the third layer. The left side is the way of "
        "the input and of each bias through all layers behind it; here for three layers of one "
        "unit without activations.",
        where="networks/architectures#eq-mlp-forward-composition",
    ),
    erratum(
        id="c-dense-product",
        section="3.2.1",
        lines=(1205, 1212),
        quote=r"$$z = W \cdot x + b$$",
        kind="shape",
        check=Claim(
            r"$z = W \cdot x + b$ with $W$ of dimension $n \times m$ and $x$ of dimension $n$",
            r"$z = x \cdot W + b$, or $z = W^{\top} x + b$",
            example=_product,
            claimed=lambda e: e.exists,
            holds=lambda e: not e.exists and e.other,
            numbers="with {inputs} inputs and {neurons} neurons a matrix of $3 \\times 2$ cannot "
            "be multiplied by a vector of 3; the vector times the matrix has {neurons} entries",
        ),
        why="The formula by entries below it is right. (§3.3.1 multiplies from the left, too, with "
        "a matrix that would have to be $m \\times n$.)",
        where="networks/architectures#eq-dense-layer-columns",
    ),
    erratum(
        id="c-matrix-notation",
        section="3.2.1",
        lines=(1214, 1216),
        quote="Or in matrix notation:",
        kind="confused quantity",
        check=Reading("“Or in matrix notation: $z_j = \\sum_i w_{ij} x_i + b_j$”", "Or by entries"),
        why="The line before is the one in matrix notation.",
        where="networks/architectures#eq-dense-layer",
    ),
    erratum(
        id="c-neurons-or-inputs",
        section="3.2.1",
        lines=1221,
        quote="$n$ : number of neurons in the layer",
        kind="contradiction",
        check=Claim(
            "The $n$ of $\\sum_{i=1}^n w_{ij} x_i$ is the “number of neurons in the layer”",
            "It is the number of inputs; $m$ counts the neurons",
            example=_terms,
            claimed=lambda e: e.terms == e.neurons,
            holds=lambda e: e.terms == 3 and e.neurons == 2,
            numbers="a layer of {neurons} neurons with 3 inputs has {terms} terms in each sum",
        ),
        why="The list above it has both right.",
        where="networks/architectures#eq-dense-layer",
    ),
    erratum(
        id="c-softmax-z",
        section="3.2.2",
        lines=1259,
        quote=r"\sum_{j=1}^N e^{z_{ij}}",
        kind="index",
        check=Reading(
            r"$\sigma_i(z) = \frac{e^{z_i}}{\sum_{j=1}^N e^{z_{ij}}}$",
            r"$\sigma_i(z) = \frac{e^{z_i}}{\sum_{j=1}^N e^{z_j}}$",
        ),
        why="$z$ is a vector with one index; $i$ is the class whose probability is asked for. (The "
        "second index may come from a formula with samples, as in §1.3.)",
        where="networks/activations#eq-softmax",
    ),
    erratum(
        id="c-number-of-classes",
        section="3.2.3",
        lines=1295,
        quote="$N$ : number of classes",
        kind="confused quantity",
        check=Claim(
            "The $N$ of binary cross-entropy is the “number of classes”",
            "It is the number of samples",
            example=_binary_mean,
            claimed=lambda e: np.isclose(e.loss, e.by_classes),
            holds=lambda e: np.isclose(e.loss, e.by_samples) and e.by_classes > 2 * e.loss,
            numbers="the loss of five samples is {loss:.2f}; divided by two classes the sum would "
            "be {by_classes:.2f}",
        ),
        why="The next two lines call $i$ the index of a sample.",
        where="networks/losses#eq-bce",
    ),
    erratum(
        id="c-zero-or-one",
        section="3.2.3",
        lines=(1297, 1307),
        quote=r"$\hat{y}_i$ : predicted value (0 or 1) for the  $i$ -th sample",
        kind="bound",
        check=Claim(
            r"$\hat{y}_i$ is 0 or 1",
            r"$0 < \hat{y}_i < 1$; it is a probability",
            example=_zero_or_one,
            claimed=lambda e: np.isfinite(e.zero),
            holds=lambda e: np.isinf(e.zero) and 4 < e.hundredth < 5,
            numbers="if the truth is 1, the loss of a prediction of 0.01 is {hundredth:.1f}, that "
            "of a prediction of 0 is infinite",
        ),
        why="With zeros and ones alone every loss would be 0 or infinite. It is printed twice.",
        where="networks/losses#eq-bce",
    ),
    erratum(
        id="c-sum-of-classes",
        section="3.2.3",
        lines=1301,
        quote=r"\mathcal{L} = -\frac{1}{N} \sum_{i=1}^N y_i \log(\hat{y}_i)",
        kind="missing term",
        check=_one_class(),
        why="The sum over the classes is missing. For two classes, with probabilities $\\hat y$ "
        "and $1 - \\hat y$, nothing is paid when the second comes true. The left side is minus "
        "the mean log-likelihood.",
        where="networks/losses#eq-cce",
    ),
    erratum(
        id="c-sum-of-samples",
        section="3.2.3",
        lines=1311,
        quote=r"\mathcal{L} = -\frac{1}{N} \log(\hat{y}_{i,k})",
        kind="missing term",
        check=_one_sample(),
        why="The sum over the samples is missing. The right side of the first line is about one "
        "sample $a$, of which the left side does not know. ($p$ is the probability of the class "
        "that came true.)",
        where="networks/losses#eq-cce-onehot",
    ),
)

# Section 3.3

u, v = reals("u v")
VARPHI, C = Function("sigma"), Function("c")
dVARPHI, dC = derivative(VARPHI(u), u).func, derivative(C(u, v), u).func


def _signal():
    z, t = reals("z y")
    left = partial(C(VARPHI(z), t), z)
    return formula(left, dC(VARPHI(z), t), dC(VARPHI(z), t) * dVARPHI(z))


def _activation_step():
    z, t = reals("z y")
    with as_written():
        right = dVARPHI(z)
        printed = dC(VARPHI(z), t)
        corrected = partial(C(VARPHI(z), t), z), dC(VARPHI(z), t) * dVARPHI(z)
    return Formula((printed, right), corrected)


def _softmax_signal():
    K = sizes("K")
    k, m, q = index("k m q", K)
    z, g = tensor("z", K), tensor("g", K)
    with as_written():
        S = define("a", k, exp(z[k]) / sum_over(exp(z[q]), q))
        L = define("L", sum_over(g[k] * S[k], k))
        printed = g[m] * (S[m] * (1 - S[m]))
        corrected = S[m] * (g[m] - sum_over(g[k] * S[k], k))
    return formula(partial(L, z[m]), printed, corrected, letters=(L, S[k]))


def _next_weights():
    K = sizes("K")
    j, k, m = index("j k m", K)
    z, this, following = tensor("z", K), tensor("W^{(l)}", K, K), tensor("W^{(l+1)}", K, K)
    signal = tensor(r"\delta^{(l+1)}", K)
    with as_written():
        z_next = define("z^{(l+1)}", k, sum_over(following[k, m] * VARPHI(z[m]), m))
        left = sum_over(signal[k] * partial(z_next[k], z[j]), k)
        printed, corrected = (
            dVARPHI(z[j]) * sum_over(W[k, j] * signal[k], k) for W in (this, following)
        )
    return formula(left, printed, corrected, letters=z_next[k])


def _weight_gradient():
    K = sizes("K")
    k, m, r, s = index("k m r s", K)
    before, after = tensor("a^{(l-1)}", K), tensor("a^{(l+1)}", K)
    W, signal = tensor("W^{(l)}", K, K), tensor(r"\delta^{(l)}", K)
    with as_written():
        z = define("z^{(l)}", k, sum_over(W[k, m] * before[m], m))
        left = sum_over(signal[k] * partial(z[k], W[r, s]), k)
        printed, corrected = signal[r] * after[s], signal[r] * before[s]
    return formula(left, printed, corrected, letters=z[k])


def _own_output():
    """The shapes of the last weights and of the outputs before and behind them."""
    W, b = np.ones((2, 3)), np.zeros(2)  # two outputs, three units before them
    before = np.ones(3)
    after = W @ before + b
    try:
        exists = (W @ after).shape == b.shape
    except ValueError:
        exists = False
    return {"exists": exists, "columns": W.shape[1], "outputs": after.size, "before": before.size}


def _read_ahead():
    """What the first weights of a network with 4, 3 and 2 units can be multiplied by."""
    units = {0: 4, 1: 3, 2: 2}
    W = np.ones((units[1], units[0]))
    return {"columns": W.shape[1], "before": units[0], "behind": units[2]}


def _outer():
    """Products of a vector of 3 inputs and one of 2 signals, for a matrix of 2 × 3."""
    inputs, signal = np.array([1.0, 2.0, 3.0]), np.array([0.5, -1.0])
    try:
        inner = np.dot(inputs, signal).shape == (2, 3)
    except ValueError:
        inner = False
    return {"inner": inner, "outer": np.outer(signal, inputs).shape == (2, 3), "weights": 6}


def _both_layouts():
    """Which of the two formulas fits signals with a sample a row, and a sample a column."""
    N, units, units_next = 5, 3, 2
    W = np.ones((units_next, units))
    fits = {}
    for name, shape in (("rows", (N, units_next)), ("columns", (units_next, N))):
        signal = np.ones(shape)
        try:
            through = (W.T @ signal).shape == (units, N)
        except ValueError:
            through = False
        fits[name] = through, signal.sum(axis=0).shape == (units_next,)
    return {
        "rows": fits["rows"],
        "columns": fits["columns"],
        "N": N,
    }


def _absolute_error():
    with as_written():
        left = partial(mean_over(Abs(yhat[i] - y[i]), i), yhat[a])
        slopes = [(1 / n) * sign(e) for e in (y[a] - yhat[a], yhat[a] - y[a])]
    return formula(left, *slopes)


def _squared_error():
    with as_written():
        left = partial(mean_over((yhat[i] - y[i]) ** 2, i), yhat[a])
        printed, corrected = -(2 / n) * (yhat[a] - y[a]), (2 / n) * (yhat[a] - y[a])
    return formula(left, printed, corrected)


def _mean_of_samples():
    K = sizes("K")
    k, m, q = index("k m q", K)
    z, t = tensor("z", n, K), tensor("y", n, K)
    with as_written():
        S = define("\\hat{y}", i, k, exp(z[i, k]) / sum_over(exp(z[i, q]), q))
        L = define("L", -(1 / n) * sum_over(t[i, k] * log(S[i, k]), k, i))
        difference = S[a, m] - t[a, m]
        printed, corrected = difference, (1 / n) * difference
    given = Eq(sum_over(t[i, k], k), 1)
    return formula(partial(L, z[a, m]), printed, corrected, given=given, letters=(L, S[i, k]))


BACKWARD = (
    erratum(
        id="c-compute-parameters",
        section="3.3",
        lines=1320,
        quote="Compute the parameters (weights and biases) for each layer using the error signal",
        kind="confused quantity",
        check=Reading(
            "“2. Compute the parameters (weights and biases) for each layer”",
            "2. Compute the *gradients* of the parameters",
        ),
        why="The parameters are there already; step 3 changes them.",
        where="training/backpropagation#error-signals",
    ),
    erratum(
        id="c-error-signal",
        section="3.3.1",
        lines=(1325, 1329),
        quote="is the gradient of the loss function with respect to the activations",
        kind="confused quantity",
        check=_signal(),
        why="The formulas compute the gradient with respect to the *pre-activations* $z$. What is "
        "printed in words is the right side of the first line, for one unit with the loss "
        r"$c(\sigma(z), y)$; its factor $\sigma'(z)$ makes the difference. "
        "(For the unknown functions $c$ and $\\sigma$ the engine puts in some of its own.)",
        where="training/backpropagation#eq-error-signal-output",
    ),
    erratum(
        id="c-error-signal-softmax",
        section="3.3.1",
        lines=1329,
        quote=r"\delta_L &= \frac{\partial \mathcal{L}}{\partial a_L} \odot \sigma'_L(z_L)",
        kind="too general",
        check=_softmax_signal(),
        why="The product entry by entry holds for activations that are applied entry by entry. "
        "With a softmax at the output each logit acts on all probabilities, and the signal is a "
        "sum over them: here $g$ is the gradient with respect to the outputs $a$.",
        where="training/backpropagation#eq-softmax-vjp",
    ),
    erratum(
        id="c-own-output",
        section="3.3.1",
        lines=1337,
        quote=r"$z_L = W_L \cdot a_L + b_L$",
        kind="index",
        check=Claim(
            r"$z_L = W_L \cdot a_L + b_L$",
            r"$z_L = W_L \cdot a_{L-1} + b_L$",
            example=_own_output,
            claimed=lambda e: e.exists,
            holds=lambda e: not e.exists and e.columns == e.before,
            numbers="with two outputs behind three units $W_L$ has {columns} columns, $a_{{L-1}}$ "
            "{before} entries and $a_L$ {outputs}",
        ),
        why="A layer does not read its own output.",
        where="networks/architectures#eq-neuron-preactivation",
    ),
    erratum(
        id="c-signal-weights",
        section="3.3.1",
        lines=(1341, 1346),
        quote=r"$$\delta_l = (W_l^T \cdot \delta_{l+1}) \odot \sigma'_l(z_l)$$",
        kind="index",
        check=_next_weights(),
        why="Between layers $l$ and $l + 1$ stand the weights of layer $l + 1$. If all layers are "
        "equally wide, as here, the wrong ones fit unnoticed.",
        where="training/backpropagation#eq-error-signal-hidden",
    ),
    erratum(
        id="c-reads-ahead",
        section="3.3.1",
        lines=1348,
        quote=r"$z_l = W_l \cdot a_{l+1} + b_l$",
        kind="index",
        check=Claim(
            r"$z_l = W_l \cdot a_{l+1} + b_l$",
            r"$z_l = W_l \cdot a_{l-1} + b_l$",
            example=_read_ahead,
            claimed=lambda e: e.columns == e.behind,
            holds=lambda e: e.columns == e.before != e.behind,
            numbers="in a network of 4 inputs, 3 hidden units and 2 outputs $W_1$ has {columns} "
            "columns, for the {before} inputs and not for the {behind} outputs",
        ),
        why="The layer would read what is computed from it.",
        where="networks/architectures#eq-neuron-preactivation",
    ),
    erratum(
        id="c-preceding",
        section="3.3.2",
        lines=1352,
        quote="the activations of the preceding layer ( $l+1$ )",
        kind="index",
        check=Reading("the preceding layer ($l+1$)", "the preceding layer ($l-1$)"),
        why="Error signals come from layer $l + 1$, activations from layer $l - 1$.",
        where="training/backpropagation#eq-gradient-weights",
    ),
    erratum(
        id="c-weight-gradient",
        section="3.3.2",
        lines=1354,
        quote=r"\frac{\partial \mathcal{L}}{\partial W_l} = a_{l+1} \cdot \delta_l",
        kind="index",
        check=_weight_gradient(),
        why="The derivative of $W_l\\,a_{l-1}$ with respect to $W_l$ is made of $a_{l-1}$. Here is "
        "the entry in row $r$ and column $s$, for layers of equal width.",
        where="training/backpropagation#eq-gradient-weights",
    ),
    erratum(
        id="c-weight-gradient-shape",
        section="3.3.2",
        lines=1354,
        quote=r"a_{l+1} \cdot \delta_l",
        kind="shape",
        check=Claim(
            r"$\nabla W_l$ is a dot product, $a \cdot \delta_l$",
            r"It is a column times a row, $\delta_l\,a_{l-1}^{\top}$, added up over the samples",
            example=_outer,
            claimed=lambda e: e.inner,
            holds=lambda e: not e.inner and e.outer,
            numbers="for 3 inputs and 2 signals there are {weights} weights; a dot product of the "
            "two vectors does not exist, the column times the row is $2 \\times 3$",
        ),
        why="§3.3.1 has defined the dot as the dot product.",
        where="training/backpropagation#eq-gradient-weights",
    ),
    erratum(
        id="c-rows-and-columns",
        section="3.3.2",
        lines=(1354, 1356),
        quote="The summation sums up all the rows of the error signal matrix along the columns",
        kind="contradiction",
        check=Claim(
            r"$\delta_{l(ij)}$ with a sample a row, beside $W^T \cdot \delta_{l+1}$ in §3.3.1",
            "One or the other: with a sample a column the biases are summed over columns",
            example=_both_layouts,
            claimed=lambda e: all(e.rows) or all(e.columns),
            holds=lambda e: e.rows == (False, True) and e.columns == (True, False),
            numbers="for {N} samples and layers of 3 and 2 units: with a sample a row the product "
            "of §3.3.1 does not exist, with a sample a column the sum of this section has 5 "
            "entries for 2 biases",
        ),
        why="§3.3.1 is written for columns, and §3.3.2 for rows.",
        where="training/backpropagation#eq-gradient-biases",
    ),
    erratum(
        id="c-activation-step",
        section="3.3.3",
        lines=1362,
        quote=r"\frac{\partial \mathcal{L}}{\partial \sigma} = \sigma'(z)",
        kind="missing term",
        check=_activation_step(),
        why="The right side does not know the loss. What the backward step of an activation "
        "computes is $\\partial\\mathcal{L}/\\partial z$, a product, of which $\\sigma'(z)$ is "
        "one factor. (The linear activation, below, passes the signal on “unchanged”; by this "
        "formula it would be 1. For the unknown functions the engine puts in some of its own.)",
        where="training/backpropagation#eq-activation-backward",
    ),
    erratum(
        id="c-mae-formula",
        section="3.3.4",
        lines=1393,
        quote=r"\frac{1}{n} \text{sign}(y_i - \hat{y}_i)",
        kind="sign",
        check=_absolute_error(),
        why="The same slip as in §1.8: the inner derivative, $-1$, is forgotten.",
        where="networks/losses#eq-mae-gradient",
    ),
    erratum(
        id="c-softmax-everywhere",
        section="3.3.4",
        lines=(1397, 1416),
        quote=r"$\hat{y}_i$ :  $i$ -th element of the Softmax function predictions  $\hat{y}$",
        kind="confused quantity",
        check=Reading(
            r"$\hat{y}_i$ is an element “of the Softmax function predictions”, for the absolute "
            "and the squared error and binary cross-entropy",
            "Predictions of a linear output for the first two, of a sigmoid for the third",
        ),
        why="The line was copied from one loss to the next.",
        where="networks/activations#which-one-to-choose",
    ),
    erratum(
        id="c-mse-sign",
        section="3.3.4",
        lines=1403,
        quote=r"-\frac{1}{n} 2(\hat{y}_i - y_i)",
        kind="sign",
        check=_squared_error(),
        why="The factor was turned, and the difference as well, which turns the sign twice. "
        "Descent with this gradient runs away from the target. §1.8 has it right.",
        where="networks/losses#eq-mse-gradient",
    ),
    erratum(
        id="c-cross-entropy-letters",
        section="3.3.4",
        lines=(1421, 1426),
        quote=r"-\frac{1}{n} \frac{y_i}{\hat{y}_i}",
        kind="one symbol for two things",
        check=Reading(
            r"$-\frac{1}{n} \frac{y_i}{\hat{y}_i}$, with the mean over the samples and $i$ the "
            "element of one target vector",
            r"$-\frac{1}{n} \frac{y_{ik}}{\hat{y}_{ik}}$ for sample $i$ and class $k$",
        ),
        why="In §3.2.3 $i$ counts samples, here classes, and $n$ still samples.",
        where="networks/losses#eq-cce-gradient",
    ),
    erratum(
        id="c-mean-of-samples",
        section="3.3.4",
        lines=1430,
        quote=r"\frac{\partial \mathcal{L}}{\partial z_i} = \hat{y}_i - y_i",
        kind="missing term",
        check=_mean_of_samples(),
        why="§3.2.3 defines the loss as a mean over samples, and the four gradients before this "
        "one have the factor. For one sample, as in §1.3, the formula is right; for a batch of "
        "twice the size it makes steps of twice the length.",
        where="networks/losses#eq-softmax-cce-gradient",
    ),
)

# Section 3.4


def _huge_epsilon():
    """AdaGrad's first step for a gradient of 1 at the rate 0.1, with ε = 10⁸ and 10⁻⁸."""
    steps = {}
    for eps in (1e8, 1e-8):
        params, optimizer = {"w": np.zeros(1)}, adagrad(0.1, eps=eps)
        after, _ = optimizer.update(params, {"w": np.ones(1)}, optimizer.init(params))
        steps[eps] = -after["w"].item()
    return {"huge": steps[1e8], "tiny": steps[1e-8]}


def _root_of_a_step():
    """AdaDelta as printed, on ½θ² from 1, step by step."""
    theta, step, v, eps = 1.0, 0.0, 0.0, 1e-6
    steps = []
    with np.errstate(invalid="ignore"):
        for _ in range(2):
            v = 0.95 * v + 0.05 * theta**2
            step = -(np.sqrt(step) + eps) / (np.sqrt(v) + eps) * theta
            steps.append(step)
            theta += step
    return {"first": steps[0], "second": steps[1]}


def _first_step_of_adadelta():
    """AdaDelta's first step for a gradient of 1, with ε outside and inside of the roots."""
    rho, eps = 0.95, 1e-6
    v = 1 - rho
    return {"outside": eps / (np.sqrt(v) + eps), "inside": np.sqrt(eps / (v + eps))}


def _corrected_average(name, letter, g):
    t, rate = sizes("t"), reals(letter, positive=True)
    with as_written():
        average = define(name, (1 - rate ** (t + 1)) * g)
        printed, corrected = average / (1 - rate**t), average / (1 - rate ** (t + 1))
    return formula(g, printed, corrected, given=rate < 1, letters=average)


OPTIMIZERS = (
    erratum(
        id="c-huge-epsilon",
        section="3.4.3",
        lines=1476,
        quote="small constant (usually on the order of  $10^8$ )",
        kind="sign",
        check=Claim(
            r"$\epsilon$ is a “small constant (usually on the order of $10^8$)”",
            "of $10^{-8}$",
            example=_huge_epsilon,
            claimed=lambda e: np.isclose(e.huge, 0.1),
            holds=lambda e: np.isclose(e.tiny, 0.1) and np.isclose(e.huge, 1e-9, atol=0),
            numbers="for a gradient of 1 at the rate 0.1 the first step is {tiny:.1f} with "
            "$10^{{-8}}$ and $10^{{-9}}$ with $10^8$",
        ),
        why="A minus is lost in the exponent; whether by the author or by the scan we cannot tell.",
        where="training/optimizers#eq-adagrad",
    ),
    erratum(
        id="c-adadelta-average",
        section="3.4.4",
        lines=(1480, 1494),
        quote=r"\Delta \theta_{t+1} = - \frac{\sqrt{\Delta \theta_t} + \epsilon}",
        kind="missing term",
        check=Claim(
            r"$\Delta\theta_{t+1} = -\frac{\sqrt{\Delta\theta_t} + \epsilon}{\sqrt{v_{t+1}} + "
            r"\epsilon} \nabla\mathcal{L}(\theta_t)$",
            r"… with $u_t$ under the upper root, and $u_{t+1} = \rho u_t + (1 - \rho) "
            r"\Delta\theta_{t+1}^2$",
            example=_root_of_a_step,
            claimed=lambda e: np.isfinite(e.second),
            holds=lambda e: e.first < 0 and np.isnan(e.second),
            numbers=r"on $\frac12\theta^2$ from 1 with $\rho = 0.95$ and $\epsilon = 10^{{-6}}$ "
            "the first step is ${first:.7f}$, and the second asks for the root of it, which is "
            "no real number",
        ),
        why="The recurrence for the average of the squared steps is missing, and the last step "
        "stands in its place. It has a sign, and the unit of the parameter instead of its square.",
        where="training/optimizers#eq-adadelta-units",
    ),
    erratum(
        id="c-adadelta-symbol",
        section="3.4.4",
        lines=(1493, 1494),
        quote=r"$\Delta \theta_t$ : exponentially decaying moving average of squared parameter",
        kind="one symbol for two things",
        check=Reading(
            r"$\Delta\theta_{t+1}$ is the “update term”, $\Delta\theta_t$ the “moving average of "
            "squared parameter updates”",
            r"$\Delta\theta_t$ for the one, $u_t$ for the other",
        ),
        why="With the index moved by one, the one is the other.",
        where="training/optimizers#eq-adadelta",
    ),
    erratum(
        id="c-adadelta-epsilon",
        section="3.4.4",
        lines=1482,
        quote=r"\frac{\sqrt{\Delta \theta_t} + \epsilon}{\sqrt{v_{t+1}} + \epsilon}",
        kind="brackets",
        check=Claim(
            r"$\epsilon$ is added to the roots",
            r"It is added to what stands under the roots {cite}`zeiler2012adadelta`. In AdaDelta "
            "that decides how training begins",
            example=_first_step_of_adadelta,
            claimed=lambda e: np.isclose(e.outside, e.inside),
            holds=lambda e: e.inside > 900 * e.outside,
            numbers=r"with $\rho = 0.95$, $\epsilon = 10^{{-6}}$ and a gradient of 1 the first "
            "step is {outside:.7f} long with $\\epsilon$ outside, and {inside:.4f} inside",
        ),
        why=r"At first there are no steps to average, and the numerator is $\epsilon$ alone, or "
        "its root. (For AdaGrad, RMSProp and Adam outside is right.)",
        where="training/optimizers#eq-adadelta",
    ),
    erratum(
        id="c-adam-exponent",
        section="3.4.6",
        lines=1514,
        quote=r"\hat{m}_{t+1} = \frac{m_{t+1}}{1 - \beta_1^t}",
        kind="exponent",
        check=_corrected_average("m_{t+1}", "beta_1", reals("g")),
        why=r"The average of step $t + 1$ has the weight $1 - \beta_1^{t+1}$ in all; under a "
        "constant gradient $g$ the corrected average has to be $g$. In the first step, $t = 0$, "
        "the printed one divides by zero. §1.4 counts otherwise, and is right.",
        where="training/optimizers#eq-adam-bias-correction",
    ),
    erratum(
        id="c-adam-exponent-second",
        section="3.4.6",
        lines=1515,
        quote=r"\hat{v}_{t+1} = \frac{v_{t+1}}{1 - \beta_2^t}",
        kind="exponent",
        check=_corrected_average("v_{t+1}", "beta_2", reals("g") ** 2),
        why="The same slip in the average of the squares, which has to be $g^2$ if all gradients "
        "are $g$.",
        where="training/optimizers#eq-adam-bias-correction",
    ),
)

# Section 3.5

M = sizes("M")
m_, r_ = index("m r", M)
theta, grad = tensor(r"\theta", M), tensor("g", M)
lam, (p, x) = reals("lambda", positive=True), reals("p x")
SHARE = (p > 0, p < 1)


def _penalty(power):
    with as_written():
        entries = Abs(theta[m_]) if power == 1 else theta[m_] ** 2
        return partial(lam * sum_over(entries, m_), theta[r_])


def _without_lambda():
    with as_written():
        printed, corrected = sign(theta[r_]), lam * sign(theta[r_])
    return formula(_penalty(1), printed, corrected)


def _with_loss(power):
    with as_written():
        corrected = lam * sign(theta[r_]) if power == 1 else 2 * lam * theta[r_]
        printed = grad[r_] + corrected
    return formula(_penalty(power), printed, corrected)


def _sign_of_square():
    with as_written():
        printed, corrected = sign(theta[r_]), 2 * lam * theta[r_]
    return formula(_penalty(2), printed, corrected)


def _mask():
    with as_written():
        printed = p * (x * (1 / (1 - p))) + (1 - p) * 0
        corrected = (1 - p) * (x * (1 / (1 - p))) + p * 0
    return Formula((printed, x), (corrected, x), given=SHARE)


def _chain_rule_of_dropout():
    """The cotangent of dropout and difference quotients of it, with one mask."""
    op, x_ = Dropout(0.5), np.array([[1.0, -2.0, 3.0, 0.5]])
    y_, cache = op.forward({}, x_, Mode.train(np.random.default_rng(3)))
    bar = np.array([[1.0, 2.0, -1.0, 0.5]])
    back = op.vjp({}, cache, bar)[0][0]
    scale = y_ / x_
    return {
        "off": abs(back - bar * scale).max(),
        "activations": abs(back - x_ * scale).max(),
        "units": x_.size,
    }


def _scaled_mask():
    op = Dropout(0.5)
    y_ = op.forward({}, np.ones((1, 8)), Mode.train(np.random.default_rng(1)))[0]
    return {"kept": y_.max(), "dropped": y_.min()}


REGULARIZATION = (
    erratum(
        id="c-l1-lambda",
        section="3.5.1",
        lines=1542,
        quote=r"is simply the sign of the parameters  $\text{sign}(\theta)$",
        kind="missing term",
        check=_without_lambda(),
        why=r"The factor $\lambda$ belongs to the term, and stands in the formula below.",
        where="training/regularization#eq-reg-l1-gradient",
    ),
    erratum(
        id="c-l1-and-loss",
        section="3.5.1",
        lines=1544,
        quote=r"L'_{1_\theta} = \frac{\partial \mathcal{L}}{\partial \theta_m} = \nabla \theta_m",
        kind="surplus term",
        check=_with_loss(1),
        why=r"$L'_{1_\theta}$, the derivative of the penalty alone, is not the gradient of the "
        r"whole. Nor is the latter $\partial\mathcal{L}/\partial\theta_m$, if $\mathcal{L}$ is the "
        r"loss whose gradient is $\nabla\theta_m$. Right is the sum on the right side, as "
        r"$\partial(\mathcal{L} + L_{1_\theta})/\partial\theta_m$.",
        where="training/regularization#eq-reg-l1-gradient",
    ),
    erratum(
        id="c-l2-sign",
        section="3.5.2",
        lines=1565,
        quote="The gradient of the L2 regularization term with respect to the parameters is simply "
        "the sign",
        kind="false claim",
        check=_sign_of_square(),
        why="The sentence was copied from L1. The formula below it has the right term.",
        where="training/regularization#eq-reg-l2-gradient",
    ),
    erratum(
        id="c-l2-and-loss",
        section="3.5.2",
        lines=1567,
        quote=r"L'_{2_\theta} = \frac{\partial \mathcal{L}}{\partial \theta_m} = \nabla\theta_m",
        kind="surplus term",
        check=_with_loss(2),
        why="As for L1: the derivative of the penalty, that of the loss and that of their sum are "
        "three things.",
        where="training/regularization#eq-reg-l2-gradient",
    ),
    erratum(
        id="c-number-distribution",
        section="3.5.3",
        lines=(1582, 1598),
        quote=r"$$P(k) = B(n, p) = \binom{n}{k}",
        kind="confused quantity",
        check=Reading(
            r"$P(k) = B(n, p) = \binom{n}{k} p^k (1-p)^{n-k}$",
            r"If $k$ has the distribution $B(n, p)$, then $P(k) = \binom{n}{k} p^k (1-p)^{n-k}$",
        ),
        why="$P(k)$ is a number, $B(n, p)$ a distribution, and below, in the formula for dropout, "
        "$B(1, p)$ is a third thing, an array of draws.",
        where="foundations/mathematics#eq-binomial",
    ),
    erratum(
        id="c-bernoulli-letters",
        section="3.5.3",
        lines=(1592, 1598),
        quote=r"p & \text{if } x = 1",
        kind="misprint",
        check=Reading(
            r"$k \in 0, 1$; “$p$ if $x = 1$, $1 - p$ if $x = 0$”",
            r"$k \in \{0, 1\}$; $p$ if $k = 1$, $1 - p$ if $k = 0$",
        ),
        why="The variable is $k$; $x$ is the input of the layer.",
        where="foundations/mathematics#eq-bernoulli",
    ),
    erratum(
        id="c-mask-probability",
        section="3.5.3",
        lines=(1600, 1611),
        quote=r"Draw a random binary mask from the Bernoulli distribution described above with "
        r"probability  $p$",
        kind="one symbol for two things",
        check=_mask(),
        why="A mask that is 1 with probability $p$ *keeps* a fraction $p$; the scale $1/(1 - p)$ "
        "is for one that drops a fraction $p$, as the text below has it. The left side of the "
        "first line is the mean of an output by the letter, which should be the input.",
        where="training/regularization#eq-reg-dropout-mean",
    ),
    erratum(
        id="c-dropout-output",
        section="3.5.3",
        lines=(1606, 1622),
        quote="$z$ : output after dropout",
        kind="one symbol for two things",
        check=Reading(
            r"The output of dropout is $z$ in the forward pass and $\hat{x}$ in the backward pass",
            "One letter, and not $z$",
        ),
        why="$z$ is the pre-activation since §3.1.",
        where="training/regularization#eq-reg-dropout-forward",
    ),
    erratum(
        id="c-backward-activations",
        section="3.5.3",
        lines=1613,
        quote="During the backward pass, the activations of the remaining neurons need to be",
        kind="confused quantity",
        check=Claim(
            "“During the backward pass, the activations of the remaining neurons need to be scaled "
            "to ensure that the expected output of the layer remains the same”",
            "The *gradients* are multiplied by what the activations were multiplied by: the chain "
            "rule, and no further correction",
            example=_chain_rule_of_dropout,
            claimed=lambda e: e.activations < 1e-12,
            holds=lambda e: e.off < 1e-12 < e.activations,
            numbers="in a layer of {units} units the backward pass is the incoming gradient times "
            "the mask to 12 places, and differs from scaled activations by up to {activations:.0f}",
        ),
        why="The expected output is a matter of the forward pass.",
        where="training/regularization#eq-reg-dropout-backward",
    ),
    erratum(
        id="c-scaled-mask",
        section="3.5.3",
        lines=1625,
        quote=r"$\frac{B(1, p)}{1 - p}$ : binary mask generated during the forward pass",
        kind="confused quantity",
        check=Claim(
            r"$\frac{B(1, p)}{1 - p}$ is a “binary mask … with elements set to 1 for the neurons "
            "that are retained”",
            r"$B(1, p)$ is; divided by $1 - p$ it has the elements $\frac{1}{1 - p}$",
            example=_scaled_mask,
            claimed=lambda e: e.kept == 1,
            holds=lambda e: e.kept == 2 and e.dropped == 0,
            numbers="`Dropout(0.5)` multiplies by {kept:.0f} or by {dropped:.0f}",
        ),
        why="One of the two has to go.",
        where="training/regularization#eq-reg-dropout-mask",
    ),
)

ENTRIES = (*FORWARD, *BACKWARD, *OPTIMIZERS, *REGULARIZATION)
