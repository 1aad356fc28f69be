"""Findings about training: initialization, normalization, optimizers, and the like."""

import numpy as np
from sympy import Integer, Sum, Symbol, sqrt

from nnbook import Conv2D
from nnbook.derive import as_written, define, index, mean_over, reals, sizes, sum_over, tensor

from .elsewhere import Finding
from .entry import Claim, Formula, formula

# Initialization


def _brackets():
    n_in, n_out, gain = *sizes("n_in n_out"), reals("g", positive=True)
    with as_written():
        printed, corrected = gain * sqrt(2 / n_in + n_out), gain * sqrt(2 / (n_in + n_out))
        right = 2 * gain**2
        return Formula(((n_in + n_out) * printed**2, right), ((n_in + n_out) * corrected**2, right))


def _root_of_two():
    n, r = sizes("n_in"), reals("r", positive=True)
    with as_written():
        return Formula((2 / sqrt(n) * sqrt(n / 2) * r, r), (sqrt(2 / n) * sqrt(n / 2) * r, r))


def _wrong_end():
    n_in, n_out, q = *sizes("n_in n_out"), reals("q", positive=True)
    j = index("j", n_in)
    with as_written():
        printed, corrected = 1 / n_out * q, 1 / n_in * q
        return Formula((sum_over(printed, j), q), (sum_over(corrected, j), q))


def _deviation_as_bound():
    n_in, n_out = sizes("n_in n_out")
    with as_written():
        n = n_in + n_out
        return formula(sqrt(3) * sqrt(2 / n), sqrt(2 / n), sqrt(6 / n))


def _dot_product():
    d, sigma = sizes("d_k"), reals("sigma", positive=True)
    i = index("i", d)
    with as_written():
        return formula(sum_over(sigma**2 * sigma**2, i), sigma**2 * d, sigma**4 * d)


INITIALIZATION = (
    Finding(
        id="torch-r-xavier",
        work="torch for R",
        place="`nn_init_xavier_normal_` and `nn_init_xavier_uniform_`",
        report="report-torch-r",
        kind="brackets",
        about="Glorot's standard deviation with gain $g$, as code computes it. Its square, times "
        "$n_{in} + n_{out}$, has to be $2 g^2$.",
        check=_brackets(),
        why="Without the brackets a layer of 100 inputs and 100 outputs starts with weights a "
        "hundred times too large. The code ran without complaint in every release up to 0.3.0.",
        where="training/initialization#eq-glorot-init",
        since="2020-06-02",
        until="2021-05-13",
        code="itself",
    ),
    Finding(
        id="hands-on-he",
        work="Hands-On Machine Learning with Scikit-Learn and TensorFlow",
        place="first edition, chapter 10, `neuron_layer`",
        report="report-hands-on",
        kind="exponent",
        about="The standard deviation of the weights behind ReLU units. Units and weights "
        "together multiply the root mean square $r$ by this deviation times "
        "$\\sqrt{n_{in}/2}$, and should give back $r$.",
        check=_root_of_two(),
        why="The 2 stands outside the root, and so the signal grows by $\\sqrt2$ from layer to "
        "layer. "
        "The author answered that he had meant $\\sqrt{2/n_{in}}$, and wrote the other “by "
        "mistake”. The notebook of that edition still has it.",
        where="training/initialization#eq-he-init",
        until="2026-05-20",
        end="still",
        code="itself",
    ),
    Finding(
        id="nielsen-scale",
        work="Neural Networks and Deep Learning",
        place="chapter 6, `network3.py`",
        report="report-nielsen",
        kind="confused quantity",
        about="The book's rule, of its chapter 3: with weights of variance $1/n_{in}$, a "
        "weighted sum of $n_{in}$ inputs keeps their mean square $q$.",
        check=_wrong_end(),
        why="The code of chapter 6 has $n_{out}$. It was reported by the author "
        "himself, on a reader's hint: “a nasty bug”, easy to mend in the code, but all the "
        "experiments of the chapter would have to be run again; so he left the report open for "
        "all to see.",
        where="training/initialization#eq-init-forward-variance",
        since="2014-12-30",
        until="2024-06-02",
        end="still",
        code="itself",
    ),
    Finding(
        id="keras-uniform",
        work="Keras",
        place="the first versions of its uniform initializers",
        report="report-keras-uniform",
        kind="confused quantity",
        about="Weights that are drawn evenly between $-s$ and $s$ have the standard deviation "
        "$s/\\sqrt3$. So the bound $s$ has to be $\\sqrt3$ times the deviation that Glorot's rule "
        "asks for.",
        check=_deviation_as_bound(),
        why="What was handed over as the bound is the deviation. The variance came out a "
        "third of what it should be, in the initializers after LeCun, Glorot and He.",
        where="training/initialization#eq-uniform-bound",
        since="2015-04-17",
        until="2015-07-10",
        code="itself",
    ),
    Finding(
        id="uva-attention",
        work="UvA Deep Learning Tutorials",
        place="tutorial 6, Transformers",
        report="report-uva",
        kind="exponent",
        about="The variance of a dot product of query and key, from which the division by "
        "$\\sqrt{d_k}$ follows. Their entries are independent, with mean 0 and variance "
        "$\\sigma^2$; the variance of a product of such is the product of the variances.",
        check=_dot_product(),
        why="At $\\sigma = 1$ the two agree, and the tutorial needs no other. Until November 2021 "
        "the same line had $\\sigma$ for the variance.",
        where="training/initialization#eq-init-forward-variance",
        since="2020-11-08",
        until="2022-09-04",
    ),
)

# Normalization


def _batch():
    n, eps = sizes("n"), reals("epsilon", positive=True)
    i = index("i", n)
    x = tensor("x", n)
    with as_written():
        mu = define("mu", mean_over(x[i], i))
        v = define("v", mean_over((x[i] - mu) ** 2, i))
    return i, x, mu, v, eps


def _plus_mean():
    i, x, mu, v, eps = _batch()
    with as_written():
        root = sqrt(v + eps)
        printed, corrected = mean_over((x[i] + mu) / root, i), mean_over((x[i] - mu) / root, i)
    return Formula((printed, Integer(0)), (corrected, Integer(0)), letters=(mu, v))


def _no_root():
    i, x, mu, v, eps = _batch()
    with as_written():
        right = v / (v + eps)
        printed = mean_over(((x[i] - mu) / (v + eps)) ** 2, i)
        corrected = mean_over(((x[i] - mu) / sqrt(v + eps)) ** 2, i)
    return Formula((printed, right), (corrected, right), letters=(mu, v))


def _two_roots():
    n, eps = sizes("n"), reals("epsilon", positive=True)
    i = index("i", n)
    x = tensor("x", n)
    with as_written():
        ms = define("q", mean_over(x[i] ** 2, i))
        right = ms / (ms + eps)
        printed = mean_over((x[i] / sqrt(sqrt(ms) + eps)) ** 2, i)
        corrected = mean_over((x[i] / sqrt(ms + eps)) ** 2, i)
    return Formula((printed, right), (corrected, right), letters=(ms,))


NORMALIZATION = (
    Finding(
        id="questions-batch-norm",
        work="DeepLearning-500-questions",
        place="chapter 3, §3.6.10",
        report="report-questions",
        kind="sign",
        about="The third step of batch normalization. Whatever the batch, its outputs have the "
        "mean 0.",
        check=_plus_mean(),
        why="The step adds the mean, and so doubles it. Three readers reported it between 2018 and "
        "2019; the English translation took it over. (The book has $\\epsilon$ outside the root, "
        "which is a matter of convention; here it stands inside, and the sign alone is judged.)",
        where="training/normalization#eq-bn-output-mean",
        until="2021-10-14",
        end="still",
    ),
    Finding(
        id="keras-batch-norm",
        work="Keras and TensorFlow",
        place="documentation of `BatchNormalization`",
        report="report-keras-batch-norm",
        kind="exponent",
        about="What the layer returns in training, $\\gamma$ and $\\beta$ left aside: numbers "
        "whose mean square is $v/(v + \\epsilon)$, near 1.",
        check=_no_root(),
        why="The square root is missing: what is divided by is the variance. The code has the "
        "root. The same error stood in the formula for inference, and was reported three times "
        "in three months.",
        where="training/normalization#eq-bn-output-variance",
        until="2021-03-15",
        code="beside",
    ),
    Finding(
        id="torch-rms-norm",
        work="PyTorch",
        place="documentation of `RMSNorm`",
        report="report-torch-rms-norm",
        kind="exponent",
        about="RMS normalization divides by the root mean square, with $\\epsilon$ beside the mean "
        "square $q$; $\\gamma$ is left aside.",
        check=_two_roots(),
        why="A root was drawn of the root mean square, $\\sqrt{\\mathrm{RMS}[x] + \\epsilon}$. "
        "Doubling $x$ would then change the output, and that it does not is the point of the "
        "layer. The correction was made within a day, and the error was reported three times "
        "more before the release that had it; by then it had been copied with the "
        "docstring into other projects.",
        where="training/normalization#eq-rms-norm",
        until="2024-09-26",
        code="beside",
    ),
)

# Optimizers


def _adadelta(letter, term, wrong):
    """A decaying average of the squares of the terms, and its recursion with other terms."""
    T, t = sizes("T t")
    s, rho = Symbol("s", integer=True, positive=True), reals("rho", positive=True)
    a, b = tensor(term, T), tensor(wrong, T)
    with as_written():
        body = (1 - rho) * Sum(rho ** (t - s) * a[s] ** 2, (s, 1, t))
        average = define(letter, t, body)
        printed = rho * average[t] + (1 - rho) * b[t + 1] ** 2
        corrected = rho * average[t] + (1 - rho) * a[t + 1] ** 2
        return formula(average[t + 1], printed, corrected, rho < 1, average[t])


def _weights_of_average():
    t, s = sizes("t"), Symbol("s", integer=True, positive=True)
    beta = reals("beta_2", positive=True)
    with as_written():
        left = (1 - beta) * Sum(beta ** (t - s), (s, 1, t))
        return formula(left, 1 - beta**2, 1 - beta**t, beta < 1)


def _caffe():
    """Three steps of both rules on θ²/2 from −1, where the minimum lies to the right."""
    theta, v, before, delta, rate = -1.0, 0.0, -1.0, 0.02, 0.05
    other, average = -1.0, 0.0
    for _ in range(3):
        v = v + delta if theta * before > 0 else v * (1 - delta)
        before = theta
        theta -= rate * v
        average = 0.99 * average + 0.01 * other**2
        other -= rate * other / np.sqrt(average)
    return {"printed": theta, "corrected": other}


def _chollet():
    """Descent on θ²/2 from 1 by the listing, by its corrected form, and without momentum."""
    ends = {}
    for name, sign in (("printed", 1), ("corrected", -1), ("plain", 0)):
        w, velocity = 1.0, 0.0
        for _ in range(50):
            gradient = w
            velocity = 0.9 * velocity + sign * 0.1 * gradient
            w = w + 0.9 * velocity - 0.1 * gradient
        ends[name] = w
    return ends


OPTIMIZERS = (
    Finding(
        id="d2l-adadelta",
        work="Dive into Deep Learning",
        place="section on Adadelta",
        report="report-d2l",
        kind="confused quantity",
        about="Adadelta keeps a leaky average $\\Delta_t$ of the squares of past updates $g'_s$ "
        "(the book writes it $\\Delta\\mathbf{x}_t$). Each step renews it.",
        check=_adadelta(r"\Delta", "g'", "x"),
        why="What was averaged in print is the square of the parameters $x$, not of their change. "
        "The code beside the formula had it right, and so its tests passed.",
        where="training/optimizers#eq-adadelta",
        since="2019-11-12",
        until="2020-07-21",
        code="beside",
    ),
    Finding(
        id="lasagne-adadelta",
        work="Lasagne",
        place="documentation of `adadelta`",
        report="report-lasagne",
        kind="confused quantity",
        about="The same average in another library: $s_t$ of the squares of past steps $u_t$, "
        "which are $\\eta_t g_t$ there.",
        check=_adadelta("s", "u", "g"),
        why="With the gradient in place of the step, this average is the other one that Adadelta "
        "keeps, their ratio is near 1, and the method is nearly plain descent.",
        where="training/optimizers#eq-adadelta",
        since="2015-05-15",
        until="2015-11-18",
        code="beside",
    ),
    Finding(
        id="caffe-rmsprop",
        work="Caffe",
        place="tutorial on solvers",
        report="report-caffe",
        kind="confused quantity",
        about="How RMSProp moves a weight.",
        check=Claim(
            r"$v_t = v_{t-1} + \delta$ if the last two gradients have the same sign, otherwise "
            r"$v_{t-1} (1 - \delta)$; then $W_{t+1} = W_t - \alpha v_t$",
            r"$v_t = \delta v_{t-1} + (1 - \delta) g_t^2$; then "
            r"$W_{t+1} = W_t - \alpha g_t / \sqrt{v_t}$",
            example=_caffe,
            claimed=lambda e: e.printed > -1,
            holds=lambda e: e.corrected > -1 > e.printed,
            numbers="on $\\frac12 W^2$, from $-1$ and with $\\alpha = 0.05$, three steps by the "
            "printed rule lead to ${printed:.3f}$, away from the minimum, and by the corrected "
            "one to ${corrected:.3f}$",
        ),
        why="The printed rule stands in the same lecture {cite}`tieleman2012rmsprop`, before "
        "RMSProp: there $v$ is a gain by which the gradient is multiplied. Used as the step itself "
        "it knows no direction, and moves every weight down. The solver's code was right.",
        where="training/optimizers#eq-rmsprop",
        since="2015-08-14",
        until="2016-06-28",
        code="beside",
    ),
    Finding(
        id="npfl-adam",
        work="NPFL114 Deep Learning, Charles University",
        place="slides of lecture 2",
        report="report-npfl",
        kind="exponent",
        about="By what Adam's average of squares has to be divided: the sum of its weights after "
        "$t$ steps.",
        check=_weights_of_average(),
        why="The exponent is the number of steps, and the 2 an index that slipped. At $t = 2$ "
        "both are the same.",
        where="training/optimizers#eq-adam-bias-correction",
        since="2021-03-08",
        until="2021-06-21",
    ),
    Finding(
        id="chollet-momentum",
        work="Deep Learning with Python",
        place="first edition, section 2.4.3",
        report="report-chollet",
        kind="sign",
        about="Descent with momentum in six lines: a ball that rolls downhill.",
        check=Claim(
            "`velocity = past_velocity * momentum + learning_rate * gradient`, then "
            "`w = w + momentum * velocity - learning_rate * gradient`",
            "`velocity = past_velocity * momentum - learning_rate * gradient`, then the same "
            "second line",
            example=_chollet,
            claimed=lambda e: abs(e.printed) <= abs(e.plain),
            holds=lambda e: abs(e.corrected) < 1 < abs(e.printed),
            numbers="on $\\frac12 w^2$, from 1, with rate 0.1 and momentum 0.9, fifty steps lead "
            "to {printed:,.0f} as printed, to ${corrected:.3f}$ as corrected, and to "
            "${plain:.3f}$ without momentum",
        ),
        why="The first line adds the gradient to the velocity, and the second adds the velocity to "
        "the weight: the ball rolls uphill. The listing now has the minus. A later report "
        "{cite}`report-chollet-2026` doubts its second line as well; with the minus this is "
        "Nesterov's form, and right.",
        where="training/optimizers#eq-nesterov",
        until="2017-12-15",
        end="reported",
    ),
)

# Dropout and convolution


def _dropout():
    p, x = reals("p", positive=True), reals("x")
    with as_written():
        printed, corrected = (p * 0 + (1 - p) * (x / share) for share in (p, 1 - p))
    return Formula((printed, x), (corrected, x), given=(p < 1,))


def _same():
    """The sizes of outputs under padding that is called “same”, by stride."""
    x = np.zeros((1, 1, 28, 28))
    sizes_by_stride = {}
    for stride in (1, 2):
        op = Conv2D(1, 1, kernel=3, stride=stride, padding=1)
        y, _ = op.forward(op.init(np.random.default_rng(0)), x)
        sizes_by_stride[stride] = y.shape[2]
    return {"input": 28, "one": sizes_by_stride[1], "two": sizes_by_stride[2]}


OTHERS = (
    Finding(
        id="theanets-dropout",
        work="Theanets",
        place="`BernoulliDropout`",
        report="report-theanets",
        kind="confused quantity",
        about="Dropout sets an activation to 0 with probability $p$, and enlarges it otherwise so "
        "that its mean stays $x$.",
        check=_dropout(),
        why="The code divided by the share that is dropped, where it should by the share that "
        "stays. Only at $p = \\frac12$ are they the same, which is the value of most examples. "
        "An explanation at that value, “a factor of 1/0.5 = 2”, is true and leads to the same "
        "formula: readers of another book took it from there, tried 0.1, and asked "
        "{cite}`report-llm`; the author added the general form.",
        where="training/regularization#eq-reg-dropout-mean",
        since="2016-01-18",
        until="2016-03-20",
        code="itself",
    ),
    Finding(
        id="keras-same",
        work="Keras",
        place="documentation of all convolution layers",
        report="report-keras-same",
        kind="too general",
        about="What padding of the kind “same” does.",
        check=Claim(
            "“`same` results in padding … such that output has the same height/width dimension "
            "as the input”",
            "It has if the stride is 1",
            example=_same,
            claimed=lambda e: e.one == e.two == e.input,
            holds=lambda e: e.one == e.input != e.two,
            numbers="an image of ${input} \\times {input}$ under a kernel of $3 \\times 3$ gives "
            "${one} \\times {one}$ at stride 1 and ${two} \\times {two}$ at stride 2",
        ),
        why="It was reported in November 2021; a first correction lay for two years.",
        where="images/convolution#eq-conv-output-size",
        since="2020-12-03",
        until="2023-11-24",
        code="beside",
    ),
)
