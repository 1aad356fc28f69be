"""Errata of Lam, "Neural Network Notes" (002, set C), chapter 2, the terminology."""

from functools import partial as fixed

import numpy as np
from sympy import Eq

from nnbook import (
    BatchNorm,
    Dense,
    MeanAbsoluteError,
    MeanSquaredError,
    ReLU,
    Sequential,
    SoftmaxCrossEntropy,
    Tanh,
    adadelta,
    adam,
    fit,
    rmsprop,
    standardize,
)
from nnbook.data import batches, load_digits
from nnbook.derive import as_written, define, index, sizes, sum_over, tensor
from nnbook.op import Mode
from nnbook.training.schedules import inverse_time

from .entry import Claim, Erratum, Reading, formula
from .examples import backward_pass, momentum_loses, validation_loss

erratum = fixed(Erratum, notes="002")

# Section 2.1


def _mirror():
    """The determinant of a mirror, and the area of the unit square in it."""
    J = np.array([[0.0, 1.0], [1.0, 0.0]])
    return {"det": np.linalg.det(J), "area": abs(np.linalg.det(J))}


def _density():
    """The likelihood of one observation at the mean of a narrow normal distribution."""
    deviation = 0.1
    return {"likelihood": 1 / (deviation * np.sqrt(2 * np.pi)), "deviation": deviation}


def _cauchy():
    """The log-likelihood of the place of a Cauchy distribution, of which -3 and 3 were seen."""
    place = np.linspace(-6, 6, 1201)
    value = -sum(np.log(1 + (x - place) ** 2) for x in (-3, 3))
    inner = value[1:-1]
    tops = place[1:-1][(inner > value[:-2]) & (inner > value[2:])]
    return {"tops": len(tops), "left": tops[0], "right": tops[-1]}


def _magnitudes():
    errors = np.array([1.0, -3.0])
    return {"squared": (errors**2).mean(), "absolute": abs(errors).mean()}


def _two_moments():
    n = sizes("n")
    i, j = index("i j", n)
    x, p = tensor("x", n), tensor("p", n)
    mu = define("\\mu", sum_over(p[j] * x[j], j))
    with as_written():
        variance = sum_over(p[i] * (x[i] - mu) ** 2, i)
        second = sum_over(p[i] * x[i] ** 2, i)
        corrected = second - mu**2
    return formula(variance, second, corrected, given=Eq(sum_over(p[i], i), 1), letters=mu)


def _shifted_inputs():
    """A batch normalization in use, on inputs as in training and on brighter ones."""
    op, x = BatchNorm(1), np.array([[1.0], [2.0], [3.0]])
    params = op.init(np.random.default_rng(0)) | {"running_mean": np.array([2.0])}
    usual, brighter = (op.forward(params, batch)[0].mean() for batch in (x, x + 3))
    return {"usual": usual, "brighter": brighter, "shift": 3}


MATHEMATICS = (
    erratum(
        id="c-determinant-sign",
        section="2.1",
        lines=783,
        quote="Measures the volume scaling factor",
        kind="missing term",
        check=Claim(
            "The Jacobian determinant “measures the volume scaling factor”",
            "Its absolute value does; its sign says whether the map mirrors. It exists if there "
            "are as many outputs as inputs",
            example=_mirror,
            claimed=lambda e: np.isclose(e.det, e.area),
            holds=lambda e: np.isclose(abs(e.det), e.area) and e.det < 0,
            numbers="exchanging two coordinates keeps an area of {area:.0f} and has the "
            "determinant ${det:.0f}$",
        ),
        why="No volume is negative.",
        where="foundations/mathematics#eq-jacobian-determinant",
    ),
    erratum(
        id="c-likelihood-probability",
        section="2.1",
        lines=787,
        quote="Represents the probability of the observed data given a set of parameters",
        kind="too general",
        check=Claim(
            "The likelihood is “the probability of the observed data given a set of parameters”",
            "For data with real values it is their probability *density*, as a function of the "
            "parameters",
            example=_density,
            claimed=lambda e: e.likelihood <= 1,
            holds=lambda e: e.likelihood > 1,
            numbers="one observation at the mean of a normal distribution with the standard "
            "deviation {deviation} has the likelihood {likelihood:.2f}",
        ),
        why="Probabilities are at most 1, densities have no bound.",
        where="foundations/mathematics#eq-log-likelihood",
    ),
    erratum(
        id="c-concave",
        section="2.1",
        lines=791,
        quote="has a single global maximum (it is concave)",
        kind="false claim",
        check=Claim(
            "“The log-likelihood function has a single global maximum (it is concave)”",
            "It depends on the model: with a normal distribution of known width it is concave; "
            "with others, or with a network in the model, it is not",
            example=_cauchy,
            claimed=lambda e: e.tops == 1,
            holds=lambda e: e.tops == 2 and np.isclose(e.left, -e.right),
            numbers="the log-likelihood of the place of a Cauchy distribution, of which $-3$ and 3 "
            "were observed, has {tops} maxima, at ${left:.2f}$ and ${right:.2f}$",
        ),
        why="The logarithm changes no maximum, and makes none of the others go away.",
        where="foundations/mathematics#eq-cauchy-not-concave",
    ),
    erratum(
        id="c-mse-magnitude",
        section="2.1",
        lines=805,
        quote="The MSE quantifies the average magnitude of errors made by the model",
        kind="confused quantity",
        check=Claim(
            "“The MSE quantifies the average magnitude of errors”",
            "That is the mean absolute error, as the entry after the next says",
            example=_magnitudes,
            claimed=lambda e: e.squared == e.absolute,
            holds=lambda e: e.absolute == 2 and e.squared == 5,
            numbers="for the errors 1 and $-3$ the average magnitude is {absolute:.0f}, the mean "
            "squared error {squared:.0f}",
        ),
        why="It has the unit of the target squared.",
        where="networks/losses#eq-mse",
    ),
    erratum(
        id="c-second-moment",
        section="2.1",
        lines=821,
        quote="the second moment (variance)",
        kind="confused quantity",
        check=_two_moments(),
        why="The variance is the second moment *about the mean*; the second moment is that about "
        "zero. §1.4 needs the difference: Adam's average of squares is the “uncentered variance”.",
        where="foundations/mathematics#eq-variance-two-forms",
    ),
    erratum(
        id="c-shift-normalization",
        section="2.1",
        lines=837,
        quote="Techniques like domain adaptation, data augmentation, or normalization",
        kind="too general",
        check=Claim(
            "Normalization can help mitigate covariate shift, a difference between training and "
            "use",
            "Normalization of each example by itself can. Batch normalization in use works with "
            "the statistics of training, and lets the shift through",
            example=_shifted_inputs,
            claimed=lambda e: abs(e.brighter) < 0.5,
            holds=lambda e: abs(e.usual) < 0.1 and abs(e.brighter - e.usual - 3) < 0.01,
            numbers="after batch normalization inputs as in training have the mean {usual:.1f}, "
            "and inputs that are shifted by {shift} have {brighter:.1f}",
        ),
        why="The *internal* covariate shift of §1.11 is another thing: it is between one step of "
        "training and the next.",
        where="training/normalization#eq-bn-inference",
    ),
)

# Section 2.2, from networks to logits


def _windows():
    """Weights between two layers of 9 and 4 units: dense, and by windows of 2 × 2."""
    return {"dense": 9 * 4, "windows": 4 * 4, "loops": 0}


def _confidence():
    """Confidence and accuracy on unseen digits of a network that was trained on forty."""
    x, t = load_digits()
    x = x.reshape(len(x), -1)
    order = np.random.default_rng(0).permutation(len(x))
    seen, unseen = order[:40], order[40:]
    run = fit(
        Sequential(Dense(64, 32), ReLU(), Dense(32, 10)),
        SoftmaxCrossEntropy(),
        x[seen],
        t[seen],
        optimizer=adam(0.01),
        epochs=200,
        batch_size=20,
        seed=0,
        progress=False,
    )
    z = run.predict(x[unseen])
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    right = p.argmax(axis=1) == t[unseen]
    sure = p.max(axis=1) > 0.99
    return {"sure": p.max(axis=1)[sure].mean(), "right": right[sure].mean(), "number": 40}


def _connections():
    params = Dense(3, 4).init(np.random.default_rng(0))
    return {"neurons": 3, "weights": params["W"].size}


NETWORKS = (
    erratum(
        id="c-feedforward-dense",
        section="2.2",
        lines=863,
        quote="Also known as a multilayer perceptron, a feedforward neural network",
        kind="too general",
        check=Claim(
            "In a feedforward network, “also known as a multilayer perceptron”, “each neuron in "
            "one layer is connected to every neuron in the next”",
            "That is the multilayer perceptron; every network without loops is feedforward, "
            "convolutional ones too",
            example=_windows,
            claimed=lambda e: e.windows == e.dense,
            holds=lambda e: e.windows < e.dense and e.loops == 0,
            numbers="between $3 \\times 3$ units and the $2 \\times 2$ behind them a dense layer "
            "has {dense} connections, a convolution with windows of $2 \\times 2$ has {windows}, "
            "and neither has a loop",
        ),
        why="The rest of the sentence, “without any feedback loops”, is the definition.",
        where="networks/architectures#layers-on-layers",
    ),
    erratum(
        id="c-feedforward-name",
        section="2.2",
        lines=865,
        quote='hence the name "feedforward" neural network',
        kind="wrong reason",
        check=Reading(
            "The network is called feedforward because training has forward and backward "
            "propagation",
            "because its edges lead forward only",
        ),
        why="Recurrent networks are trained with forward and backward propagation, too.",
        where="networks/architectures#layers-on-layers",
    ),
    erratum(
        id="c-logistic-task",
        section="2.2",
        lines=883,
        quote="Confusingly, binary classification is also called binary logistic regression",
        kind="confused quantity",
        check=Reading(
            "“Binary classification is also called binary logistic regression”",
            "Logistic regression is one *method* for this task",
        ),
        why="A perceptron classifies without any logistic function.",
        where="networks/architectures#eq-perceptron",
    ),
    erratum(
        id="c-confidence",
        section="2.2",
        lines=885,
        quote="It typically reflects the probability that the predicted class is correct",
        kind="too general",
        check=Claim(
            "A confidence “typically reflects the probability that the predicted class is correct”",
            "It does if the network is calibrated, which is to be measured; overfitted networks "
            "are too sure",
            example=_confidence,
            claimed=lambda e: e.right > 0.97,
            holds=lambda e: e.sure > 0.99 and e.right < 0.95,
            numbers="a network trained on {number} digits is right in {right:.1f} of those unseen "
            "ones on which its confidence is above 0.99",
        ),
        why="On data that were learned by heart the loss rewards ever greater confidence.",
        where="practice/models#confidence",
    ),
    erratum(
        id="c-placeholder",
        section="2.2",
        lines=(907, 909),
        quote="**Clustering** Placeholder",
        kind="misprint",
        check=Reading(
            "“Clustering: Placeholder. Anomaly Detection: Placeholder”",
            "Clustering: to find groups in data without labels. Anomaly detection: to find what "
            "does not fit the rest",
        ),
        why="Two entries were never written.",
        where="networks/architectures#eq-nn-tasks",
    ),
    erratum(
        id="c-weight-of-neuron",
        section="2.2",
        lines=921,
        quote="Each neuron connected to neurons in the subsequent layer has an associated weight",
        kind="confused quantity",
        check=Claim(
            "“Each neuron connected to neurons in the subsequent layer has an associated weight”",
            "Each *connection* has one",
            example=_connections,
            claimed=lambda e: e.weights == e.neurons,
            holds=lambda e: e.weights == e.neurons * 4,
            numbers="{neurons} neurons before a dense layer of 4 have {weights} weights",
        ),
        why="The sentence before says so: weights are strengths of connections.",
        where="networks/architectures#eq-parameter-count",
    ),
)

# Section 2.2, model fitting


def _epoch_steps():
    """Updates in an epoch of 100 examples, by batches of all and of 20."""
    x, rng = np.arange(100), np.random.default_rng(0)
    whole, many = (len(list(batches(rng, B, x))) for B in (100, 20))
    return {"N": len(x), "B": 20, "whole": whole, "batches": many}


def _rates():
    rate = inverse_time(0.1, 0.01)
    return {"first": rate(0), "later": rate(400)}


def _worse_valley():
    """Where descent from 1.8 comes to rest on a loss with two valleys, and the values there."""
    theta = 1.8
    for _ in range(3000):
        theta -= 0.1 * (theta**3 - theta + 0.1)
    value = (theta**2 - 1) ** 2 / 4 + theta / 10
    best = min((x**2 - 1) ** 2 / 4 + x / 10 for x in np.roots([1, 0, -1, 0.1]).real)
    return {"moved": abs(theta**3 - theta + 0.1), "value": value, "best": best}


def _underfitted():
    """The variance over eight trainings of predictions after 1 and after 200 epochs."""
    x, seen = np.linspace(-1, 1, 20)[:, None], {1: [], 200: []}
    for seed in range(8):
        t = np.sin(3 * x) + 0.1 * np.random.default_rng(seed).normal(size=x.shape)
        for epochs in seen:
            run = fit(
                Sequential(Dense(1, 20), Tanh(), Dense(20, 1)),
                MeanSquaredError(),
                x,
                t,
                optimizer=adam(0.01),
                epochs=epochs,
                batch_size=20,
                seed=seed,
                progress=False,
            )
            seen[epochs].append(run.predict(x)[:, 0])
    early, late = (np.var(predictions, axis=0).mean() for predictions in seen.values())
    return {"early": early, "late": late, "runs": 8}


def _same_schedule():
    return {"runs": [[inverse_time(0.1, 0.01)(t) for t in range(5)] for _ in range(2)], "steps": 5}


def _company():
    """What one example becomes in two batches, with batch normalization in training."""
    op, rng = BatchNorm(1), np.random.default_rng(0)
    params = op.init(rng)
    found = []
    for other in (0.0, 5.0):
        batch = np.array([[1.0], [other], [2.0]])
        found.append(op.forward(params, batch, Mode.train(rng))[0][0, 0])
    return {"one": found[0], "other": found[1]}


def _dead_unit():
    """A dead ReLU unit among live ones: how it varies with another unit."""
    x = np.random.default_rng(0).normal(size=(500, 3))
    live, partner, dead = (
        np.maximum(0, x @ w + b) for w, b in (([1, 0, 0], 0), ([0.9, 0.1, 0], 0), ([1, 1, 1], -50))
    )
    return {
        "together": np.cov(live, partner)[0, 1],
        "dead": np.cov(live, dead)[0, 1],
        "units": 3,
    }


def _killed():
    """One ReLU unit after a step at two rates: is it active on any of its examples?"""
    x, t = np.array([0.5, 1.0, 1.5]), np.zeros(3)
    active = {}
    for rate in (0.01, 10.0):
        w, b = 1.0, 0.5
        for _ in range(20):
            y = np.maximum(0, w * x + b)
            g = (y - t) * (y > 0) / 3
            w, b = w - rate * (g * x).sum(), b - rate * g.sum()
        active[rate] = int((w * x + b > 0).sum())
    return {"low": active[0.01], "high": active[10.0]}


def _thirty_layers():
    """The gradient for the first of thirty weights of 2 in a row, at a rate next to nothing."""
    w, found = np.full(30, 2.0), []
    for _ in range(10):
        product = np.prod(w)
        grads = product * product / w  # of half the square of the output, for the input 1
        found.append(grads[0])
        w -= 1e-30 * grads
    return {"first": found[0], "tenth": found[-1]}


FITTING = (
    erratum(
        id="c-epoch-one-pass",
        section="2.2",
        lines=937,
        quote="Represents one complete forward, backward, and optimization pass",
        kind="too general",
        check=Claim(
            "An epoch is “one complete forward, backward, and optimization pass”",
            "An epoch shows every example once; it makes as many such passes as there are batches",
            example=_epoch_steps,
            claimed=lambda e: e.batches == 1,
            holds=lambda e: e.whole == 1 and e.batches == e.N / e.B,
            numbers="with {N} examples an epoch makes {whole} update if all are one batch, and "
            "{batches} with batches of {B}",
        ),
        why="§1.9 has the loop over steps within the loop over epochs.",
        where="practice/data#eq-data-steps",
    ),
    erratum(
        id="c-fixed-hyperparameters",
        section="2.2",
        lines=(943, 945),
        quote="remain fixed throughout training",
        kind="contradiction",
        check=Claim(
            "Hyperparameters, such as the learning rate, “remain fixed throughout training”",
            "They are chosen, and not learned; a schedule that is chosen may change them",
            example=_rates,
            claimed=lambda e: e.first == e.later,
            holds=lambda e: np.isclose(e.later, e.first / 5),
            numbers="by the decay of §1.4 with $\\beta = 0.01$ the learning rate is {first} at "
            "first and {later:.2f} after 400 steps",
        ),
        why="The list of examples, in the next lines, has “learning rate decay”.",
        where="training/optimizers#eq-lr-decay-inverse-time",
    ),
    erratum(
        id="c-convergence",
        section="2.2",
        lines=(947, 949),
        quote="Convergence is achieved when the optimization algorithm successfully finds",
        kind="confused quantity",
        check=Claim(
            "Convergence is achieved when the parameters “lead to a sufficiently low value of the "
            "loss function”",
            "when they no longer change; the loss there may be high, and it may be low without "
            "convergence",
            example=_worse_valley,
            claimed=lambda e: e.value < e.best + 0.01,
            holds=lambda e: e.moved < 1e-9 and e.value > e.best + 0.1,
            numbers="on $\\frac14(\\theta^2-1)^2 + \\frac1{{10}}\\theta$ descent from 1.8 "
            "converges to a value of {value:.1f}; the least is ${best:.1f}$",
        ),
        why="Convergence is one thing and success another.",
        where="training/optimizers#stopping",
    ),
    erratum(
        id="c-cross-validation-cures",
        section="2.2",
        lines=(961, 981),
        quote="can be mitigated by techniques such as regularization, cross validation",
        kind="confused quantity",
        check=Reading(
            "Memorization, overfitting and co-adaptation are mitigated by cross-validation",
            "Cross-validation *measures* overfitting; what mitigates it is what one chooses by it",
        ),
        why="It trains the same models as they would be trained without it.",
        where="practice/validation#hold-out",
    ),
    erratum(
        id="c-underfitted-variance",
        section="2.2",
        lines=965,
        quote="It typically exhibits high bias and low variance",
        kind="too general",
        check=Claim(
            "An underfitted model “typically exhibits high bias and low variance”",
            "A model that is too small does. A large one that was trained too little has a high "
            "variance as well, from its random first weights",
            example=_underfitted,
            claimed=lambda e: e.early < e.late,
            holds=lambda e: e.early > 2 * e.late,
            numbers="over {runs} trainings of a network of 20 hidden units on a noisy sine, the "
            "variance of its predictions is {early:.2f} after one epoch and {late:.2f} after 200",
        ),
        why="With training the variance falls first and rises later.",
        where="practice/validation#bias-variance",
    ),
    erratum(
        id="c-schedule-noise",
        section="2.2",
        lines=973,
        quote="This can include mini-batch sampling noise, learning rate scheduling",
        kind="false claim",
        check=Claim(
            "Training noise, “variations or randomness introduced during the training process”, "
            "includes learning rate scheduling",
            "A schedule is a function of the step, and when it falls it quiets the noise of the "
            "batches",
            example=_same_schedule,
            claimed=lambda e: e.runs[0] != e.runs[1],
            holds=lambda e: e.runs[0] == e.runs[1],
            numbers="in two runs the rates of the first {steps} steps are the same",
        ),
        why="Nothing in it is drawn.",
        where="training/optimizers#eq-lr-noise-floor",
    ),
    erratum(
        id="c-batch-norm-noise",
        section="2.2",
        lines=973,
        quote="Techniques such as batch normalization or adaptive learning rate methods can help",
        kind="false claim",
        check=Claim(
            "Batch normalization helps “reduce the training noise”",
            "It adds some: what an example becomes depends on the others in its batch",
            example=_company,
            claimed=lambda e: np.isclose(e.one, e.other),
            holds=lambda e: e.one * e.other <= 0 and abs(e.one - e.other) > 0.5,
            numbers="an input of 1 becomes ${one:.2f}$ in a batch with 0 and 2, and ${other:.2f}$ "
            "in one with 5 and 2",
        ),
        why="That noise is the reason why it can act as a regularizer, as the notes say elsewhere.",
        where="training/regularization#reg-batch-noise",
    ),
    erratum(
        id="c-dead-co-adapted",
        section="2.2",
        lines=979,
        quote='One common example of co-adaptation is the phenomenon known as "dead neurons,"',
        kind="false claim",
        check=Claim(
            "Dead neurons are an example of co-adaptation",
            "Co-adapted units depend on each other; a dead one is 0 whatever the others do",
            example=_dead_unit,
            claimed=lambda e: e.dead != 0,
            holds=lambda e: e.dead == 0 and e.together > 0.1,
            numbers="of {units} units two are nearly alike and have a covariance of "
            "{together:.2f}; that of either with a dead one is {dead:.0f}",
        ),
        why="Dropout acts against the one and does nothing about the other.",
        where="training/regularization#reg-dropout",
    ),
    erratum(
        id="c-low-rates-kill",
        section="2.2",
        lines=985,
        quote="initialization issues, zero activation, saturated activation, low learning rates",
        kind="sign",
        check=Claim(
            "Low learning rates are among the causes of dead neurons",
            "High ones are: a step that is too long throws a unit past all its examples",
            example=_killed,
            claimed=lambda e: e.low == 0,
            holds=lambda e: e.low == 3 and e.high == 0,
            numbers="a ReLU unit on three examples, trained towards 0, is active on {low} of them "
            "after 20 steps at the rate 0.01, and on {high} at the rate 10",
        ),
        why="The lower the rate, the shorter the steps.",
        where="networks/architectures#eq-dead-neuron",
    ),
    erratum(
        id="c-expoding",
        section="2.2",
        lines=989,
        quote="**Expoding Gradients**",
        kind="misprint",
        check=Reading("“Expoding Gradients”", "Exploding Gradients"),
        why="A letter is lost.",
        where="training/backpropagation#vanishing-and-exploding-gradients",
    ),
    erratum(
        id="c-backpropagation-updates",
        section="2.2",
        lines=991,
        quote="the process of computing gradients and updating the weights of the network",
        kind="confused quantity",
        check=Claim(
            "Backpropagation is “the process of computing gradients and updating the weights”",
            "It computes gradients",
            example=backward_pass,
            claimed=lambda e: e.after != e.before,
            holds=lambda e: e.after == e.before and abs(e.backprop - e.differences) < 1e-8,
            numbers="a weight is {before} before the backward pass and {after} after it",
        ),
        why="The entry on feedforward networks has it right: “computing the gradients of the loss "
        "function with respect to the weights and biases”.",
        where="training/backpropagation#training-step",
    ),
    erratum(
        id="c-rate-and-explosion",
        section="2.2",
        lines=(993, 995),
        quote="gradient clipping, and lowering learning rates",
        kind="wrong reason",
        check=Claim(
            "High learning rates contribute to exploding gradients, and lowering them mitigates "
            "these",
            "A lower rate makes the *steps* shorter. The gradient of a backward pass does not "
            "contain the rate",
            example=_thirty_layers,
            claimed=lambda e: e.tenth < 1e-3 * e.first,
            holds=lambda e: np.isclose(e.first, 2.0**59) and np.isclose(e.tenth, e.first),
            numbers="behind thirty linear layers of one unit with weights 2 the gradient for the "
            "first weight is $2^{{59}}$, above $10^{{17}}$; at a rate of $10^{{-30}}$ it is so in "
            "the tenth step, too",
        ),
        why="High rates can lead to large weights, and so to large gradients later; that is "
        "divergence, and has a cure of its own.",
        where="training/backpropagation#vanishing-and-exploding-gradients",
    ),
)

# Section 2.2, activation, loss, optimization


def _steepest_sigmoids():
    """The slope of ten sigmoids, each at its steepest, one behind the other."""
    at_zero = 0.5 * (1 - 0.5)
    return {"slope": at_zero, "ten": at_zero**10}


def _one_sided():
    """The slopes of the absolute error on both sides of its target, by differences."""
    op, t, h = MeanAbsoluteError(), np.array([[1.0]]), 1e-6
    L = {s: op.forward({}, t + s * h, t)[0] for s in (-1, 0, 1)}
    return {"left": (L[0] - L[-1]) / h, "right": (L[1] - L[0]) / h}


def _saddle():
    def L(a, b):
        return (a * b - 1) ** 2

    return {"ends": max(L(1, 1), L(-1, -1)), "between": L(0, 0)}


def _not_convex_but_one_minimum():
    """The function -exp(-x²): its values half way, and the places where it has a minimum."""
    x = np.linspace(-4, 4, 801)
    value = -np.exp(-(x**2))
    inner = value[1:-1]
    minima = x[1:-1][(inner < value[:-2]) & (inner < value[2:])]
    half_way, mean = -np.exp(-4.0), (-np.exp(-1.0) - np.exp(-9.0)) / 2
    return {"minima": len(minima), "half_way": half_way, "mean": mean}


def _confident_errors():
    """Losses of confident wrong and confident right predictions of a target of 1."""
    squared = {p: (1 - p) ** 2 for p in (0.01, 0.99)}
    near = 1e-12
    return {
        "wrong": squared[0.01],
        "right": squared[0.99],
        "log": -np.log(near),
        "bounded": (1 - near) ** 2,
    }


def _either_sign():
    """Both losses of an error of 5 and of -5."""
    t = np.zeros((1, 1))
    y = {s: np.array([[5.0 * s]]) for s in (-1, 1)}
    losses = MeanAbsoluteError(), MeanSquaredError()
    (a, b), (c, d) = ([op.forward({}, y[s], t)[0].item() for s in (-1, 1)] for op in losses)
    slopes = [
        op.vjp({}, op.forward({}, np.array([[e]]), t)[1], 1.0)[0][0].item()
        for op in losses
        for e in (1.0, 100.0)
    ]
    return {
        "alike": a == b and c == d,
        "absolute": slopes[1] / slopes[0],
        "squared": slopes[3] / slopes[2],
    }


def _parameters():
    params = Dense(3, 2).init(np.random.default_rng(0))
    return {"params": sum(p.size for p in params.values()), "examples": 100}


def _adagrad_rates():
    """AdaGrad's rate for a parameter with gradients of 0.01, step by step."""
    total, rates = 0.0, []
    for _ in range(100):
        total += 0.01**2
        rates.append(0.1 / np.sqrt(total))
    return {"first": rates[0], "last": rates[-1], "rises": int((np.diff(rates) > 0).sum())}


def _averages():
    squares = np.array([1.0, 9.0])
    return {"mean": squares.mean(), "rms": np.sqrt(squares.mean())}


def _units():
    """How far, in metres, ten steps lead from 1 m, reckoned in metres and in millimetres."""
    moved = {}
    for name, make in (
        ("rmsprop", lambda: rmsprop(0.01)),
        ("adadelta", lambda: adadelta(eps=1e-30)),
    ):
        for per_metre in (1.0, 1000.0):
            optimizer, params = make(), {"w": np.array([per_metre])}
            state = optimizer.init(params)
            if name == "adadelta":
                state["u"] = {"w": np.array([(0.01 * per_metre) ** 2])}  # steps of 1 cm so far
            for _ in range(10):
                grads = {"w": params["w"] / per_metre**2}  # of half the square, in metres
                params, state = optimizer.update(params, grads, state)
            moved[name, per_metre] = 1 - params["w"].item() / per_metre
    return {
        "metres": moved["rmsprop", 1.0],
        "millimetres": moved["rmsprop", 1000.0],
        "alike": abs(moved["adadelta", 1.0] - moved["adadelta", 1000.0]),
    }


def _rate_of_adagrad():
    """AdaGrad's factor before the gradient in steps 1 and 100, with gradients of 1."""
    return {"first": 0.1 / np.sqrt(1), "last": 0.1 / np.sqrt(100)}


def _memories():
    """The averages of squared gradients that AdaDelta and RMSProp keep, with the same ρ."""
    kept = []
    for optimizer in (adadelta(rho=0.9), rmsprop(0.01, rho=0.9)):
        params = {"w": np.zeros(1)}
        state = optimizer.init(params)
        for g in (1.0, -2.0, 0.5):
            params, state = optimizer.update(params, {"w": np.array([g])}, state)
        kept.append(state["v"]["w"].item())
    return {"adadelta": kept[0], "rmsprop": kept[1]}


def _constant_gradient():
    """The variance of gradients that are all 2, and Adam's corrected average of squares."""
    g, v, beta = 2.0, 0.0, 0.999
    for _ in range(10):
        v = beta * v + (1 - beta) * g**2
    return {"variance": np.var(np.full(10, g)), "average": v / (1 - beta**10)}


FUNCTIONS = (
    erratum(
        id="c-why-vanishing",
        section="2.2",
        lines=1011,
        quote="become very small for large positive and negative inputs, leading to the vanishing",
        kind="wrong reason",
        check=Claim(
            "The sigmoid's gradients are small “for large positive and negative inputs, leading to "
            "the vanishing gradient problem”",
            "They are at most ¼ for every input; the gradient vanishes with the depth, without "
            "any saturation",
            example=_steepest_sigmoids,
            claimed=lambda e: e.ten > 0.1,
            holds=lambda e: e.slope == 0.25 and e.ten < 1e-6,
            numbers="at 0, where it is steepest, the slope is {slope}; ten in a row make less than "
            "$10^{{-6}}$",
        ),
        why="Saturation makes it worse. The “second” limitation, that it saturates, is the first "
        "once more.",
        where="training/backpropagation#vanishing-and-exploding-gradients",
    ),
    erratum(
        id="c-loss-differentiable",
        section="2.2",
        lines=1029,
        quote="A loss function must be differentiable (has a derivative for each point in its",
        kind="contradiction",
        check=Claim(
            "“A loss function must be differentiable (has a derivative for each point in its "
            "domain)”",
            "At almost each point; at a kink a value between the slopes on both sides will do",
            example=_one_sided,
            claimed=lambda e: np.isclose(e.left, e.right),
            holds=lambda e: np.isclose(e.left, -1) and np.isclose(e.right, 1),
            numbers="the absolute error, a loss of §1.8, has the slope ${left:.0f}$ on one side of "
            "its target and {right:.0f} on the other",
        ),
        why="§1.8 says what to return at the kink.",
        where="networks/losses#eq-mae-slope",
    ),
    erratum(
        id="c-loss-convex",
        section="2.2",
        lines=1029,
        quote="and convex (does not have local minima)",
        kind="false claim",
        check=Claim(
            "A loss function must be “convex”",
            "Usual losses are convex in the prediction. In the *parameters* of a network with "
            "hidden layers none is, and training does without",
            example=_saddle,
            claimed=lambda e: e.between <= e.ends,
            holds=lambda e: e.between > e.ends,
            numbers="$(ab - 1)^2$, the squared error of two linear layers, is {ends} at $(1, 1)$ "
            "and at $(-1, -1)$, and {between} half way between them",
        ),
        why="§2.1 speaks of the local minima that such losses have.",
        where="networks/losses#eq-loss-not-convex",
    ),
    erratum(
        id="c-convex-means",
        section="2.2",
        lines=1029,
        quote="convex (does not have local minima)",
        kind="confused quantity",
        check=Claim(
            "Convex means that a function “does not have local minima”",
            "A convex function has none but global ones; so have many that are not convex",
            example=_not_convex_but_one_minimum,
            claimed=lambda e: e.half_way <= e.mean,
            holds=lambda e: e.minima == 1 and e.half_way > e.mean,
            numbers="$-e^{{-x^2}}$ has {minima} minimum, which is global, and is not convex: half "
            "way between 1 and 3 it is ${half_way:.2f}$, above the mean ${mean:.2f}$ of its values "
            "there",
        ),
        why="The property follows from convexity, and convexity not from it.",
        where="networks/losses#eq-loss-not-convex",
    ),
    erratum(
        id="c-log-penalizes",
        section="2.2",
        lines=(1033, 1041),
        quote="penalizes confident and incorrect predictions more heavily than confident and",
        kind="wrong reason",
        check=Claim(
            "What marks the logarithmic loss is that it “penalizes confident and incorrect "
            "predictions more heavily than confident and correct” ones",
            "Every loss does that; this one has no bound on the penalty",
            example=_confident_errors,
            claimed=lambda e: e.wrong <= e.right,
            holds=lambda e: e.wrong > e.right and e.bounded <= 1 < 27 < e.log,
            numbers="the squared error of 0.01 for a target of 1 is {wrong:.2f}, that of 0.99 is "
            "{right:.4f}. For a prediction of $10^{{-12}}$ it stays at {bounded:.2f}, and the "
            "logarithmic loss is {log:.1f}",
        ),
        why="It is said twice, of the general loss and of the categorical one.",
        where="networks/losses#eq-log-loss-penalty",
    ),
    erratum(
        id="c-mae-outliers",
        section="2.2",
        lines=1047,
        quote="This means that large errors have the same impact on the loss regardless of their",
        kind="wrong reason",
        check=Claim(
            "The absolute error is less sensitive to outliers; “this means that large errors have "
            "the same impact on the loss regardless of their sign”",
            "The squared error treats both signs alike, too. The pull of a sample does not grow "
            "with its error; that is the reason",
            example=_either_sign,
            claimed=lambda e: not e.alike,
            holds=lambda e: e.alike and e.absolute == 1 and e.squared == 100,
            numbers="errors of 5 and $-5$ are the same to either loss. The gradient of an error of "
            "100 is {absolute:.0f} times that of an error of 1 with the absolute error, and "
            "{squared:.0f} times with the squared one",
        ),
        why="Sign and size are two things.",
        where="networks/losses#mean-against-median",
    ),
)

OPTIMIZATION = (
    erratum(
        id="c-parameters-of-examples",
        section="2.2",
        lines=1065,
        quote="it updates each training example's parameters one at a time",
        kind="confused quantity",
        check=Claim(
            "Stochastic gradient descent “updates each training example's parameters one at a "
            "time”",
            "Each training example in turn updates the parameters, those of the model",
            example=_parameters,
            claimed=lambda e: e.params % e.examples == 0,
            holds=lambda e: e.params == 8 and e.examples == 100,
            numbers="a dense layer from 3 to 2 has {params} parameters, for {examples} examples as "
            "for one",
        ),
        why="Examples have no parameters. (And what runs on a random sample is a step and not an "
        "epoch.)",
        where="training/optimizers#eq-minibatch-gd",
    ),
    erratum(
        id="c-momentum-escape",
        section="2.2",
        lines=1073,
        quote="help the optimization process escape from local minima and plateaus",
        kind="too general",
        check=Claim(
            "Momentum helps “escape from local minima”",
            "It may leave a valley, and may as well come to rest in a worse one",
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
        id="c-adagrad-increases",
        section="2.2",
        lines=(1079, 1081),
        quote="parameters that have received small gradients will have their learning rates "
        "increased",
        kind="false claim",
        check=Claim(
            "With AdaGrad parameters with small gradients “will have their learning rates "
            "increased”",
            "They fall for all parameters, and less for these",
            example=_adagrad_rates,
            claimed=lambda e: e.last > e.first,
            holds=lambda e: e.rises == 0 and e.last < e.first,
            numbers="with gradients of 0.01 the factor before the gradient is {first:.0f} in the "
            "first step and {last:.0f} in the hundredth, and rises in {rises} steps",
        ),
        why="A sum of squares never falls. (It can be large, compared with others.)",
        where="training/optimizers#eq-adagrad-rate-monotone",
    ),
    erratum(
        id="c-occurring-parameters",
        section="2.2",
        lines=1081,
        quote="reduces the learning rate for frequently occurring parameters",
        kind="confused quantity",
        check=Reading(
            "“frequently occurring parameters”",
            "parameters of frequently occurring *features*",
        ),
        why="A parameter is there all the time; its input may be zero most of the time.",
        where="training/optimizers#eq-adagrad",
    ),
    erratum(
        id="c-past-gradients",
        section="2.2",
        lines=1087,
        quote="based on a moving average of the past gradients, rather than accumulating",
        kind="missing term",
        check=Reading(
            "“based on a moving average of the past gradients”",
            "based on a moving average of the *squares* of the past gradients",
        ),
        why="The next paragraph, and §3.4.4, have the squares.",
        where="training/optimizers#eq-adadelta",
    ),
    erratum(
        id="c-average-or-rms",
        section="2.2",
        lines=1089,
        quote="referred to as the root mean square (RMS) of the gradients",
        kind="exponent",
        check=Claim(
            "An average of squared gradients is “referred to as the root mean square”",
            "Its root is",
            example=_averages,
            claimed=lambda e: e.mean == e.rms,
            holds=lambda e: np.isclose(e.rms**2, e.mean) and e.mean == 5,
            numbers="the squares 1 and 9 have the mean {mean:.0f} and the root mean square "
            "{rms:.2f}",
        ),
        why="The name says in which order to take root, mean and square.",
        where="training/optimizers#eq-adadelta",
    ),
    erratum(
        id="c-adadelta-idea",
        section="2.2",
        lines=1089,
        quote="and use this average to scale the learning rate for each parameter",
        kind="missing term",
        check=Claim(
            "“The key idea behind AdaDelta” is to scale the learning rate by the average of past "
            "squared gradients",
            "That is RMSProp's. AdaDelta's is to put the root mean square of past *steps* in the "
            "place of the learning rate, so that steps have the unit of the parameter",
            example=_units,
            claimed=lambda e: np.isclose(e.metres, e.millimetres),
            holds=lambda e: e.metres > 100 * e.millimetres and e.alike < 1e-9,
            numbers="ten steps of RMSProp from 1 m lead {metres:.2f} m far if it is reckoned in "
            "metres, and {millimetres:.4f} m in millimetres, with the same rate; those of AdaDelta "
            "lead equally far",
        ),
        why="The notes' own formula, in §3.4.4, has the steps in its numerator, and no rate.",
        where="training/optimizers#eq-adadelta-units",
    ),
    erratum(
        id="c-adagrad-fixed",
        section="2.2",
        lines=1091,
        quote="compared to fixed learning rate methods like AdaGrad",
        kind="contradiction",
        check=Claim(
            "AdaGrad is a method with a “fixed learning rate”",
            "It adapts the rate of each parameter in each step, as its entry says",
            example=_rate_of_adagrad,
            claimed=lambda e: e.first == e.last,
            holds=lambda e: np.isclose(e.last, e.first / 10),
            numbers="under gradients of 1 the factor before the gradient is {first} in the first "
            "step and {last} in the hundredth",
        ),
        why="That AdaDelta is quicker is not true in general either: it begins with steps of about "
        "$10^{-3}$.",
        where="training/optimizers#eq-adagrad-constant",
    ),
    erratum(
        id="c-same-average",
        section="2.2",
        lines=1099,
        quote="the key difference is in the way they compute the moving average of past squared",
        kind="contradiction",
        check=Claim(
            "RMSProp and AdaDelta differ “in the way they compute the moving average of past "
            "squared gradients”",
            "They compute it in the same way; AdaDelta keeps a second one, of its steps",
            example=_memories,
            claimed=lambda e: not np.isclose(e.adadelta, e.rmsprop),
            holds=lambda e: e.adadelta == e.rmsprop,
            numbers="after the gradients 1, $-2$, 0.5 both have the average {adadelta:.3f} with "
            "$\\rho = 0.9$",
        ),
        why="The formulas for $v_{t+1}$ in §3.4.4 and §3.4.5 are the same.",
        where="training/optimizers#eq-adadelta",
    ),
    erratum(
        id="c-adam-variance",
        section="2.2",
        lines=1103,
        quote="the second moment (the variance) of the gradients",
        kind="confused quantity",
        check=Claim(
            "Adam maintains “the second moment (the variance) of the gradients”",
            "The second moment about zero, the mean of the squares",
            example=_constant_gradient,
            claimed=lambda e: np.isclose(e.variance, e.average),
            holds=lambda e: e.variance == 0 and np.isclose(e.average, 4),
            numbers="gradients that are all 2 have the variance {variance:.0f}, and Adam's average "
            "of squares is {average:.0f}",
        ),
        why="§1.4 says “uncentered variance”, and is right.",
        where="training/optimizers#eq-adam-second-moment",
    ),
)


# Section 2.2, regularization and data


def _best_of_many():
    """Of 100 coins that guess 50 labels, the best one, on these and on 10000 others."""
    rng = np.random.default_rng(0)
    guesses = rng.integers(0, 2, size=(100, 50)) == rng.integers(0, 2, size=50)
    best = guesses.mean(axis=1).max()
    return {"chosen": best, "fresh": (rng.integers(0, 2, size=10_000) == 1).mean()}


def _standard():
    x = np.random.default_rng(0).normal(3, 5, size=(100, 1))
    transform = standardize()
    z = transform.apply(transform.init(x), x)
    return {"deviation": z.std(), "variance": z.var()}


def _order_forgotten():
    """The predictions of a trained network for its data, in order and out of it."""
    rng = np.random.default_rng(0)
    network = Sequential(Dense(4, 8), ReLU(), Dense(8, 2))
    params, x = network.init(rng), rng.normal(size=(20, 4))
    order = rng.permutation(20)
    a = network.forward(params, x)[0]["dense2"][order]
    b = network.forward(params, x[order])[0]["dense2"]
    return {"off": abs(a - b).max(), "examples": 20}


REST = (
    erratum(
        id="c-early-stopping",
        section="2.2",
        lines=1123,
        quote="stopping the training process when the validation performance starts to degrade",
        kind="too general",
        check=Claim(
            "Training is stopped “when the validation performance starts to degrade”",
            "when it has not improved on its best value for some time; single falls are noise",
            example=validation_loss,
            claimed=lambda e: e.at_rise < 1.1 * e.best,
            holds=lambda e: e.best < 0.6 * e.at_rise,
            numbers="a small network on 200 digits, batches of ten: before its first rise the "
            "validation loss is {at_rise:.1f}; later it falls to {best:.1f}",
        ),
        why="Whoever stops at the first rise stops by accident.",
        where="training/regularization#reg-early-stopping",
    ),
    erratum(
        id="c-internal-shift-again",
        section="2.2",
        lines=1125,
        quote="It reduces internal covariate shift, making the network less sensitive",
        kind="wrong reason",
        check=Reading(
            "Batch normalization “reduces internal covariate shift, making the network less "
            "sensitive to weight initialization”",
            "It makes it insensitive to the *scale* of weights, which can be proved and has "
            "nothing to do with the shift",
        ),
        why="§1.11 has the same reason. Measurements speak against it {cite}`santurkar2018does`.",
        where="training/normalization#bn-invariance",
    ),
    erratum(
        id="c-testing-validation",
        section="2.2",
        lines=1143,
        quote="Also known as validation or evaluation data",
        kind="contradiction",
        check=Claim(
            "Testing data are “also known as validation or evaluation data”",
            "Validation data serve to choose; testing data are looked at once, after the choice, "
            "as in §1.5 and §1.10",
            example=_best_of_many,
            claimed=lambda e: e.chosen < 0.55,
            holds=lambda e: e.chosen > 0.6 and abs(e.fresh - 0.5) < 0.02,
            numbers="of 100 coins that guess 50 labels the best is right in {chosen:.2f}; on fresh "
            "labels it is right in {fresh:.1f}",
        ),
        why="What was used to choose flatters what was chosen.",
        where="practice/validation#three-sets",
    ),
    erratum(
        id="c-normalization-standardization",
        section="2.2",
        lines=1161,
        quote="while standardization scales the features to have a mean of 0 and a variance of 1",
        kind="contradiction",
        check=Claim(
            "Normalization gives a standard deviation of 1, “while standardization” gives a "
            "variance of 1",
            "These are the same. If the two words are told apart, normalization is scaling to a "
            "range, or to length 1",
            example=_standard,
            claimed=lambda e: not np.isclose(e.deviation, e.variance),
            holds=lambda e: np.isclose(e.deviation, 1) and np.isclose(e.variance, 1),
            numbers="a feature that is scaled so has the standard deviation {deviation:.2f} and "
            "the variance {variance:.2f}",
        ),
        why="The root of 1 is 1.",
        where="practice/data#standardizing",
    ),
    erratum(
        id="c-constraints",
        section="2.2",
        lines=1165,
        quote="Scaling constraints input features",
        kind="misprint",
        check=Reading("“Scaling constraints input features”", "Scaling constrains input features"),
        why="A verb.",
        where="practice/data#to-a-range",
    ),
    erratum(
        id="c-memorized-order",
        section="2.2",
        lines=1171,
        quote="helping to prevent it from memorizing the training data order",
        kind="false claim",
        check=Claim(
            "Shuffling prevents a model “from memorizing the training data order”",
            "It makes other batches each time. A network answers each example by itself, and has "
            "no place to keep an order in",
            example=_order_forgotten,
            claimed=lambda e: e.off > 1e-9,
            holds=lambda e: e.off < 1e-12,
            numbers="a network gives {examples} examples the same predictions, to 12 places, in "
            "whatever order they come",
        ),
        why="What sorted data do is another thing: each step follows the class of its batch.",
        where="practice/data#shuffling",
    ),
)

ENTRIES = (*MATHEMATICS, *NETWORKS, *FITTING, *FUNCTIONS, *OPTIMIZATION, *REST)
