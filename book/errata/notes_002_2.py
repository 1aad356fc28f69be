"""Errata of Lam, "Neural Network Notes" (002, set C), sections 1.4 to 1.6."""

from functools import cache
from functools import partial as fixed

import numpy as np

from nnbook import (
    Dense,
    Dropout,
    ReLU,
    Sequential,
    SoftmaxCrossEntropy,
    accuracy,
    adagrad,
    adam,
    fit,
    l2,
    rmsprop,
)
from nnbook.data import load_digits
from nnbook.derive import as_written, partial, reals
from nnbook.op import Mode
from nnbook.training.schedules import exponential, inverse_time, step

from .entry import Claim, Erratum, Formula, Reading, formula

erratum = fixed(Erratum, notes="002")

# Section 1.4


def slope(theta):
    """The derivative of ¼(θ² - 1)² + θ/10, which has a valley on each side."""
    return theta**3 - theta + 0.1


def _valleys():
    """Where descent from 1.8 comes to rest, at several rates, and the best minimum."""
    ends = []
    for rate in (0.001, 0.01, 0.1, 0.3):
        theta = 1.8
        for _ in range(20_000):
            theta -= rate * slope(theta)
        ends.append(theta)
    return {
        "least": min(ends),
        "most": max(ends),
        "best": min(np.roots([1, 0, -1, 0.1]).real),
        "steepness": abs(slope(ends[2])),
    }


def _least_slope():
    """Where the slope of ¼(θ² - 1)² + θ/10 is least, and where its value is."""
    theta = np.linspace(-2, 2, 4001)
    value = (theta**2 - 1) ** 2 / 4 + theta / 10
    return {"slope": theta[slope(theta).argmin()], "value": theta[value.argmin()]}


def _two_targets():
    """The least mean squared error of a constant for the targets 0 and 2."""
    c = np.linspace(-1, 3, 401)
    loss = (c**2 + (c - 2) ** 2) / 2
    return {"loss": loss.min(), "c": c[loss.argmin()], "slope": 2 * (c[loss.argmin()] - 1)}


def _steps():
    N, B, epochs = 1000, 50, 3
    return {"N": N, "B": B, "epochs": epochs, "steps": epochs * (N // B)}


def _two_ways():
    """(θ - 1)² from 0 by small steps along the gradient and against it."""
    g = 2 * (0.0 - 1)
    return {"here": 1.0, "along": (0.1 * g - 1) ** 2, "against": (-0.1 * g - 1) ** 2}


def _small_rates():
    """Descent on a parabola, at a tiny rate: the distance left, and what is left by theory."""
    theta = 1.0
    for _ in range(1000):
        theta -= 0.001 * theta
    return {"theta": theta, "slope": theta, "first": 1.0}


def _too_high():
    """The first gradient on ½θ² from 1, and the third, at two rates."""
    third = {}
    for rate in (0.1, 3.0):
        theta = 1.0
        for _ in range(2):
            theta -= rate * theta
        third[rate] = abs(theta)
    weights = np.full(30, 2.0)
    return {"low": third[0.1], "high": third[3.0], "product": weights.prod()}


def _three_decays():
    rates = [s(200) for s in (inverse_time(1.0, 0.01), exponential(1.0, 0.01), step(1.0, 0.5, 150))]
    return dict(zip(("inverse", "exponential", "steps"), rates, strict=True), step=200)


def _too_quick():
    """Descent on ½θ² with a rate that halves in every step: where it comes to rest."""
    theta, rate = 1.0, 0.5
    for _ in range(200):
        theta -= rate * theta
        rate /= 2
    return {"theta": theta, "minimum": 0.0}


def _both_parameters():
    """The first steps of AdaGrad for a large and a small gradient."""
    params = {"w": np.zeros(2)}
    optimizer = adagrad(0.1)
    after, _ = optimizer.update(params, {"w": np.array([10.0, 0.1])}, optimizer.init(params))
    large, small = -after["w"]
    return {"large": large, "small": small}


def _accumulated():
    """The sum of gradients 1, -1, 1, -1, and the sum of their squares."""
    g = np.array([1.0, -1.0, 1.0, -1.0])
    return {"gradients": g.sum(), "squares": (g**2).sum()}


def _which_gradient():
    """AdaGrad's step after the gradients 1, 1, 1 and then -1."""
    params = {"w": np.zeros(1)}
    optimizer = adagrad(0.1)
    state = optimizer.init(params)
    for g in (1.0, 1.0, 1.0, -1.0):
        before = params["w"].item()
        params, state = optimizer.update(params, {"w": np.array([g])}, state)
    return {"step": params["w"].item() - before, "all": -0.1 * 2 / 2, "present": 0.1 / 2}


def _short_memory():
    """RMSProp's steps with ρ = 0.001 and 0.9 after a gradient of 1 and five of 0.001."""
    lengths = {}
    for rho in (0.001, 0.9):
        params = {"w": np.zeros(1)}
        optimizer = rmsprop(0.01, rho=rho)
        state = optimizer.init(params)
        for g in (1.0,) + (0.001,) * 5:
            before = params["w"].item()
            params, state = optimizer.update(params, {"w": np.array([g])}, state)
        lengths[rho] = before - params["w"].item()
    return {"short": lengths[0.001], "long": lengths[0.9], "rate": 0.01}


def _no_momentum():
    """RMSProp's step when the gradient is 0 after it was 1 ten times."""
    params = {"w": np.zeros(1)}
    optimizer = rmsprop(0.01)
    state = optimizer.init(params)
    for g in (1.0,) * 10 + (0.0,):
        before = params["w"].item()
        params, state = optimizer.update(params, {"w": np.array([g])}, state)
    return {"step": abs(params["w"].item() - before), "before": 10}


def _settling():
    """How far from the minimum of ½θ² AdaGrad and RMSProp are in steps 491 to 500."""
    far = []
    for optimizer in (adagrad(0.1), rmsprop(0.1)):
        params = {"w": np.ones(1)}
        state, last = optimizer.init(params), []
        for _ in range(500):
            params, state = optimizer.update(params, dict(params), state)
            last.append(abs(params["w"].item()))
        far.append(max(last[-10:]))
    return {"adagrad": far[0], "rmsprop": far[1]}


def _average_of_squares():
    beta, g = reals("beta_2 g")
    with as_written():
        printed = beta * g**2 + (1 - beta) * g
        corrected = beta * g**2 + (1 - beta) * g**2
    return formula(g**2, printed, corrected, given=(beta > 0, beta < 1))


def _velocity():
    gamma, v, eta, g, theta = reals(r"gamma v_{t-1} eta g \theta_{t-1}")
    with as_written():
        step_ = theta - gamma * v - eta * g
        printed, corrected = theta - (gamma * v - eta * g), theta - (gamma * v + eta * g)
    return formula(step_, printed, corrected, given=(gamma > 0, gamma < 1, eta > 0))


OPTIMIZERS = (
    erratum(
        id="c-minimum-of-gradient",
        section="1.4",
        lines=292,
        quote="**global minimum** of the loss gradient",
        kind="confused quantity",
        check=Claim(
            "The goal is “the global minimum of the loss gradient”",
            "It is a minimum of the loss",
            example=_least_slope,
            claimed=lambda e: abs(e.slope - e.value) < 0.1,
            holds=lambda e: abs(e.slope - e.value) > 0.1 and abs(e.value + 1.05) < 0.01,
            numbers="on $[-2, 2]$ the derivative of $\\frac14(\\theta^2-1)^2 + "
            "\\frac1{{10}}\\theta$ is least at ${slope:.2f}$, the function itself at ${value:.2f}$",
        ),
        why="At a minimum of the loss the gradient is zero, not least.",
        where="foundations/mathematics#eq-minimum",
    ),
    erratum(
        id="c-search-global",
        section="1.4",
        lines=(292, 314),
        quote="gradient descent is the best known way to search for a global minimum",
        kind="false claim",
        check=Claim(
            "Gradient descent searches “for a global minimum”, and with the right rate comes close "
            "to it",
            "It finds a local minimum, or another flat place; which one is decided by the start",
            example=_valleys,
            claimed=lambda e: abs(e.most - e.best) < 0.1,
            holds=lambda e: e.most - e.least < 0.1 < abs(e.least - e.best) and e.steepness < 1e-9,
            numbers="on $\\frac14(\\theta^2-1)^2 + \\frac1{{10}}\\theta$ descent from 1.8 comes to "
            "rest at {least:.2f} with each of the rates 0.001, 0.01, 0.1 and 0.3; the global "
            "minimum is at ${best:.2f}$",
        ),
        why="§2.2 has it right: gradient descent is “used to find a local minimum”.",
        where="foundations/mathematics#eq-minimum",
    ),
    erratum(
        id="c-stuck-above-zero",
        section="1.4",
        lines=294,
        quote="As long as the loss is not very close to 0 the model stopped learning",
        kind="false claim",
        check=Claim(
            "“As long as the loss is not very close to 0 the model … has become stuck in a local "
            "minimum”",
            "The global minimum itself may lie above 0",
            example=_two_targets,
            claimed=lambda e: e.loss < 0.01,
            holds=lambda e: np.isclose(e.loss, 1) and np.isclose(e.slope, 0),
            numbers="for one input with the targets 0 and 2 the best prediction is {c:.0f}, with a "
            "mean squared error of {loss:.0f}",
        ),
        why="Data contradict each other. (And a loss above 0 may still be falling.)",
        where="foundations/mathematics#eq-mean-minimizes",
    ),
    erratum(
        id="c-gradient-of-parameter",
        section="1.4",
        lines=310,
        quote=r"$\nabla_{\theta}$  is the gradient of  $\theta$",
        kind="confused quantity",
        check=Reading(
            r"“$\nabla_\theta$ is the gradient of $\theta$”",
            r"$\nabla_\theta L$ is the gradient of the *loss* with respect to $\theta$",
        ),
        why=r"The gradient of $\theta$ with respect to $\theta$ is 1.",
        where="training/optimizers#eq-gradient-descent",
    ),
    erratum(
        id="c-step-or-epoch",
        section="1.4",
        lines=310,
        quote="is the step/iteration/epoch index",
        kind="one symbol for two things",
        check=Claim(
            "$t$ is “the step/iteration/epoch index”",
            "It is the index of the step; an epoch has one step for each batch",
            example=_steps,
            claimed=lambda e: e.steps == e.epochs,
            holds=lambda e: e.steps == e.epochs * e.N / e.B,
            numbers="with {N} examples and batches of {B}, {epochs} epochs make {steps} steps",
        ),
        why="§1.9 tells them apart.",
        where="training/optimizers#eq-minibatch-gd",
    ),
    erratum(
        id="c-along-the-gradient",
        section="1.4",
        lines=316,
        quote="By taking small steps in the direction of the gradient",
        kind="sign",
        check=Claim(
            "“Small steps in the direction of the gradient” follow the steepest descent",
            "Small steps against it do",
            example=_two_ways,
            claimed=lambda e: e.along < e.here,
            holds=lambda e: e.against < e.here < e.along,
            numbers="$(\\theta - 1)^2$ is {here:.2f} at 0; a step of 0.1 gradients along it leads "
            "to {along:.2f}, one against it to {against:.2f}",
        ),
        why="The first lines of the section have it right.",
        where="training/optimizers#eq-gd-descent",
    ),
    erratum(
        id="c-small-rate-stuck",
        section="1.4",
        lines=316,
        quote="if the learning rate is too small, the optimizer may get stuck in a local minimum",
        kind="false claim",
        check=Claim(
            "With too small a learning rate “the optimizer may get stuck in a local minimum”",
            "It is slow: it stands where there is no minimum at all",
            example=_small_rates,
            claimed=lambda e: abs(e.slope) < 0.01,
            holds=lambda e: abs(e.slope) > 0.1 and e.theta < e.first,
            numbers=r"$\frac12\theta^2$ has no minimum but 0; after 1000 steps from 1 with the "
            "rate 0.001 $\\theta$ is {theta:.2f}, and so is the gradient",
        ),
        why="In which valley descent ends is another matter, and with small rates it is the valley "
        "in which it began.",
        where="training/optimizers#eq-gd-bound",
    ),
    erratum(
        id="c-gradient-explosion",
        section="1.4",
        lines=316,
        quote="may cause a **gradient explosion**",
        kind="contradiction",
        check=Claim(
            "A “gradient explosion” is what a learning rate that is too high causes",
            "That is divergence of descent. Exploding gradients, as §2.2 says, are extremely large "
            "derivatives, for example products along many layers, at any learning rate",
            example=_too_high,
            claimed=lambda e: e.product <= 1,
            holds=lambda e: e.low < 1 < e.high and e.product > 1e9,
            numbers=r"on $\frac12\theta^2$ from 1 the third gradient is {low:.2f} at the rate 0.1 "
            "and {high:.0f} at the rate 3. Through thirty linear layers of one unit with weights "
            "2 the gradient is $2^{{30}} = {product:.0f}$, before any step",
        ),
        why="Two things with two cures: a smaller rate for the one, other weights for the other.",
        where="training/backpropagation#vanishing-and-exploding-gradients",
    ),
    erratum(
        id="c-three-decays",
        section="1.4",
        lines=324,
        quote="is also referred to as **1/t decaying** or **exponential decaying**",
        kind="confused quantity",
        check=Claim(
            "“A step-wise decay rate is also referred to as 1/t decaying or exponential decaying”",
            "These are three schedules",
            example=_three_decays,
            claimed=lambda e: np.allclose([e.inverse, e.exponential], e.steps),
            holds=lambda e: e.exponential < e.inverse < e.steps,
            numbers=r"from $\eta_0 = 1$ with $\beta = 0.01$, $\frac1{{1 + \beta t}}$ is "
            "{inverse:.2f} at step {step}, $e^{{-\\beta t}}$ is {exponential:.2f}; a rate that is "
            "halved every 150 steps is {steps}",
        ),
        why="The formula below it is the first of the three.",
        where="training/optimizers#eq-lr-decay-inverse-time",
    ),
    erratum(
        id="c-decay-trapped",
        section="1.4",
        lines=332,
        quote="becomes too small, the model gets trapped in a local minimum",
        kind="false claim",
        check=Claim(
            "If the learning rate decays too quickly “the model gets trapped in a local minimum”",
            "It halts where it is, minimum or not",
            example=_too_quick,
            claimed=lambda e: abs(e.theta - e.minimum) < 0.01,
            holds=lambda e: e.theta > 0.2,
            numbers=r"on $\frac12\theta^2$ from 1, with the rate $\frac12$ halved in each step, "
            "descent comes to rest at {theta:.2f}; the only minimum is at {minimum:.0f}",
        ),
        why="If all rates together have a finite sum, there are places out of reach.",
        where="training/optimizers#eq-lr-decay-exponential",
    ),
    erratum(
        id="c-momentum-words",
        section="1.4",
        lines=(338, 340),
        quote="and subtracting the actual gradient, multiplied by the learning rate, from it",
        kind="sign",
        check=_velocity(),
        why="The words subtract the gradient from the retained step, and the formula adds it. With "
        r"$\theta_t = \theta_{t-1} - v_t$ the formula is right; the words would need "
        r"$\theta_t = \theta_{t-1} + v_t$. The first line has $v_t$ by the words.",
        where="training/optimizers#eq-momentum-heavy-ball",
    ),
    erratum(
        id="c-momentum-set",
        section="1.4",
        lines=342,
        quote=r"$\gamma \in \{0, 1\}$",
        kind="bound",
        check=Reading(r"$\gamma \in \{0, 1\}$", r"$\gamma \in [0, 1)$"),
        why="Braces make a set of two values, of which one is plain descent and the other never "
        "forgets.",
        where="training/optimizers#eq-momentum-heavy-ball",
    ),
    erratum(
        id="c-adagrad-matter-more",
        section="1.4",
        lines=350,
        quote="and thus some parameters should be updated more significantly than others",
        kind="contradiction",
        check=Claim(
            "The idea of AdaGrad is that parameters that “matter more to the loss” should be "
            "“updated more significantly”",
            "It evens the steps out: who has large gradients gets a small rate",
            example=_both_parameters,
            claimed=lambda e: e.large > 1.1 * e.small,
            holds=lambda e: np.isclose(e.large, e.small),
            numbers="the first steps for the gradients 10 and 0.1 are {large:.2f} and {small:.2f} "
            "long at the rate 0.1; under plain descent one would be a hundred times the other",
        ),
        why="Two sentences on the notes say that “the respective learning rate will be small”.",
        where="training/optimizers#eq-adagrad",
    ),
    erratum(
        id="c-accumulated-gradients",
        section="1.4",
        lines=354,
        quote="dividing it by the square root of the accumulated gradients",
        kind="missing term",
        check=Claim(
            "AdaGrad divides by “the square root of the accumulated gradients”",
            "of the accumulated *squares* of the gradients",
            example=_accumulated,
            claimed=lambda e: e.gradients == e.squares,
            holds=lambda e: e.gradients == 0 < e.squares,
            numbers="the gradients $1, -1, 1, -1$ add up to {gradients:.0f}, their squares to "
            "{squares:.0f}",
        ),
        why="The formula is right, and so is the paragraph before.",
        where="training/optimizers#eq-adagrad",
    ),
    erratum(
        id="c-all-previous",
        section="1.4",
        lines=358,
        quote=r"$\nabla \theta_t$  are the gradients from all previous steps",
        kind="confused quantity",
        check=Claim(
            r"$\nabla\theta_t$ “are the gradients from all previous steps”",
            "It is the gradient of the present step; $v_t$ is what holds the others",
            example=_which_gradient,
            claimed=lambda e: np.isclose(e.step, e.all),
            holds=lambda e: np.isclose(e.step, e.present),
            numbers="after the gradients $1, 1, 1, -1$ AdaGrad at the rate 0.1 makes a step of "
            "{step:.2f}, back; the sum of all four would go on by ${all:.2f}$",
        ),
        why="AdaGrad sums squares, and no gradients.",
        where="training/optimizers#eq-adagrad",
    ),
    erratum(
        id="c-rho",
        section="1.4",
        lines=369,
        quote=r"the recommended default is  $\rho = 0.001$",
        kind="confused quantity",
        check=Claim(
            r"$\rho$ “can be set much lower than a standard learning rate”; “the recommended "
            r"default is $\rho = 0.001$”",
            r"That is a value for $\eta$. $\rho$ is the share of the past in the average: 0.9, as "
            "in §3.4.5",
            example=_short_memory,
            claimed=lambda e: e.short < e.rate / 10,
            holds=lambda e: abs(e.short - e.rate) < 1e-3 and e.long < e.rate / 100,
            numbers="five steps after the gradients have fallen from 1 to 0.001, RMSProp at the "
            r"rate {rate} makes a step of {short:.4f} with $\rho = 0.001$, as if nothing had "
            r"happened, and one of {long:.5f} with $\rho = 0.9$",
        ),
        why="With a memory so short the root is the gradient itself, and every step has the "
        "length of the learning rate.",
        where="training/optimizers#eq-rmsprop",
    ),
    erratum(
        id="c-rmsprop-momentum",
        section="1.4",
        lines=369,
        quote="because RMSProp carries over a lot of momentum of gradient",
        kind="false claim",
        check=Claim(
            "“RMSProp carries over a lot of momentum of gradient”",
            "It carries over squares, which have no direction",
            example=_no_momentum,
            claimed=lambda e: e.step > 0,
            holds=lambda e: e.step == 0,
            numbers="after {before} gradients of 1 a gradient of 0 makes a step of {step:.0f}",
        ),
        why="Adam is what adds momentum to it.",
        where="training/optimizers#eq-rmsprop",
    ),
    erratum(
        id="c-rmsprop-faster",
        section="1.4",
        lines=371,
        quote="RMSProp converges faster than AdaGrad because",
        kind="too general",
        check=Claim(
            "“RMSProp converges faster than AdaGrad”",
            "Its rate does not die out. That helps where the landscape changes; near a minimum "
            "it keeps RMSProp from settling",
            example=_settling,
            claimed=lambda e: e.rmsprop < e.adagrad,
            holds=lambda e: e.adagrad < 1e-3 < e.rmsprop,
            numbers=r"on $\frac12\theta^2$ from 1 with the rate 0.1, AdaGrad is within 0.001 of "
            "the minimum after 500 steps, RMSProp still jumps to and fro {rmsprop:.2f} away from "
            "it",
        ),
        why="The reason that is given, more weight on recent gradients, is the reason for both.",
        where="training/optimizers#eq-rmsprop-rate",
    ),
    erratum(
        id="c-adam-letters",
        section="1.4",
        lines=(375, 380),
        quote="an exponentially decaying average of past squared gradients  $v_t$  like RMSprop",
        kind="one symbol for two things",
        check=Reading(
            "In the text $v_t$ is the average of the squared gradients and $m_t$ that of the "
            "gradients; in the formulas $v_t$ is that of the gradients and $s_t$ the other",
            "$m_t$ and $v_t$, as in §3.4.6",
        ),
        why="The one $v_t$ is the square of the other, roughly.",
        where="training/optimizers#eq-adam-first-moment",
    ),
    erratum(
        id="c-adam-square",
        section="1.4",
        lines=378,
        quote=r"s_t = \beta_2 s_{t-1} + (1 - \beta_2) \nabla \theta_t",
        kind="exponent",
        check=_average_of_squares(),
        why="The second average is one of squares. If $s_{t-1} = g^2$ and the gradient is $g$ "
        "again, it has to stay $g^2$. As printed, the root in the update meets negative numbers as "
        "soon as gradients are negative.",
        where="training/optimizers#eq-adam-second-moment",
    ),
    erratum(
        id="c-adam-small-rates",
        section="1.4",
        lines=(380, 382),
        quote="Initially, and the decay rates are small (close to 1)",
        kind="contradiction",
        check=Reading(
            "“Initially, and the decay rates are small (close to 1)”",
            r"Initially, and most of all when $\beta_1$ and $\beta_2$ are close to 1",
        ),
        why=r"The line before calls $\beta_1 = 0.9$ and $\beta_2 = 0.999$ the decay rates. They "
        r"are large; small is $1 - \beta$, the rate of forgetting. (The paper on Adam has the same "
        "words {cite}`kingma2015adam`.)",
        where="training/optimizers#eq-adam-bias-correction",
    ),
)

# Section 1.5


@cache
def digits(seen: int, units: int, epochs: int, seed: int = 0):
    """A network trained on some digits, and the rest of the digits."""
    x, t = load_digits()
    x = x.reshape(len(x), -1)
    order = np.random.default_rng(seed).permutation(len(x))
    seen_, unseen = order[:seen], order[seen:]
    run = fit(
        Sequential(Dense(64, units), ReLU(), Dense(units, 10)),
        SoftmaxCrossEntropy(),
        x[seen_],
        t[seen_],
        optimizer=adam(0.01),
        epochs=epochs,
        batch_size=32,
        seed=seed,
        metrics=[accuracy],
        validation=(x[unseen], t[unseen]),
        progress=False,
    )
    return run, x[unseen], t[unseen]


def _gap():
    """Losses and test accuracy when the gap first exceeds 10 percent, and at the end."""
    run, *_ = digits(300, 32, 25)
    h = {name: np.array(values) for name, values in run.history.items()}
    first = int((h["val_loss"] > 1.1 * h["loss"]).argmax())
    return {
        "epoch": first + 1,
        "loss": h["val_loss"][first],
        "later": h["val_loss"][-1],
        "right": h["val_accuracy"][first],
        "right_later": h["val_accuracy"][-1],
        "ratio": h["val_loss"][-1] / h["loss"][-1],
    }


def _smallest():
    """Accuracy on unseen digits of a small network and of a larger one."""
    return {
        "small": digits(300, 3, 25)[0].history["val_accuracy"][-1],
        "large": digits(300, 32, 25)[0].history["val_accuracy"][-1],
        "seen": 300,
    }


def _untrained():
    """Losses of a network without training, on two sets, and after training."""
    run, _, t = digits(300, 32, 25)
    logits = np.zeros((len(t), 10))
    same = SoftmaxCrossEntropy().forward({}, logits, t)[0]
    return {
        "both": float(same),
        "train": run.history["loss"][-1],
        "test": run.history["val_loss"][-1],
    }


def _not_centred():
    """The mean of the digits' pixels, which lie in [0, 1]."""
    x, _ = load_digits()
    return {"low": x.min(), "high": x.max(), "mean": x.mean()}


def _sum_of_fractions():
    rng = np.random.default_rng(0)
    a, b = rng.uniform(0, 1, size=(2, 1000))
    return {"largest": (a * b).max(), "sum": a @ b, "terms": len(a)}


def _outlier():
    """The slope of a line fitted by least squares, with and without one faulty input."""
    x = np.linspace(-1, 1, 50)
    y = 2 * x
    with_it = np.append(x, 30.0), np.append(y, 0.0)
    return {"without": np.polyfit(x, y, 1)[0], "with_it": np.polyfit(*with_it, 1)[0], "points": 50}


def _few_per_class():
    run, _, t = digits(300, 32, 25)
    return {"per_class": 300 // 10, "right": run.history["val_accuracy"][-1], "unseen": len(t)}


VALIDATION = (
    erratum(
        id="c-ten-percent",
        section="1.5",
        lines=405,
        quote="Having a loss difference of 10% or more between the training and testing phases",
        kind="too general",
        check=Claim(
            "“A loss difference of 10 % or more between the training and testing phases is a "
            "common sign of serious overfitting”",
            "The difference says little as long as the loss on unseen data falls",
            example=_gap,
            claimed=lambda e: e.later >= e.loss,
            holds=lambda e: e.later < 0.7 * e.loss and e.right_later > e.right and e.ratio > 2,
            numbers="a network on 300 digits: the losses differ by more than 10 % from epoch "
            "{epoch} on. The loss on unseen digits is {loss:.1f} then and {later:.1f} at the end, "
            "when it is several times the loss on seen ones; the accuracy rises from {right:.2f} "
            "to {right_later:.2f}",
        ),
        why="A difference alone does not tell learning from overfitting.",
        where="practice/validation#over-and-underfitting",
    ),
    erratum(
        id="c-identical-losses",
        section="1.5",
        lines=405,
        quote="the goal is to have the testing loss identical to the training loss, even if that",
        kind="false claim",
        check=Claim(
            "“The goal is to have the testing loss identical to the training loss, even if that "
            "means higher loss”",
            "The goal is a low loss on unseen data",
            example=_untrained,
            claimed=lambda e: e.both < e.test,
            holds=lambda e: e.test < 0.2 * e.both and e.test > e.train,
            numbers="a network that gives every digit the same ten probabilities has a loss of "
            "{both:.2f} on both; one that was trained has {train:.2f} on the digits seen and "
            "{test:.1f} on others, and is the better one",
        ),
        why="Equal losses are easy to have: by learning nothing.",
        where="practice/validation#over-and-underfitting",
    ),
    erratum(
        id="c-divergence-of-data",
        section="1.5",
        lines=407,
        quote="Divergence of the training and testing data can often take a long time",
        kind="confused quantity",
        check=Reading(
            "“Divergence of the training and testing data”",
            "Divergence of the losses on training and testing data",
        ),
        why="The data do not change.",
        where="practice/validation#over-and-underfitting",
    ),
    erratum(
        id="c-smallest-model",
        section="1.5",
        lines=407,
        quote="find the smallest model possible that still learns",
        kind="too general",
        check=Claim(
            "Find “the smallest model possible that still learns. With fewer neurons it's easier "
            "for a neural network to generalize”",
            "Too few generalize badly, too; what is enough has to be measured",
            example=_smallest,
            claimed=lambda e: e.small > e.large,
            holds=lambda e: e.large > e.small + 0.2 and e.small > 0.3,
            numbers="after training on {seen} digits a network with 3 hidden units, which does "
            "learn, gets {small:.1f} of the others right, one with 32 {large:.2f}",
        ),
        why="“Still learns” says nothing of how well it does on digits that it has not seen.",
        where="practice/validation#over-and-underfitting",
    ),
    erratum(
        id="c-scaling-to-outliers",
        section="1.5",
        lines=423,
        quote="scaling to outliers",
        kind="misprint",
        check=Reading("“scaling to outliers”", "scaling of data with outliers, by quantiles"),
        why="Scaling to the outliers is what one has to avoid: it crushes all other values.",
        where="practice/data#to-a-range",
    ),
    erratum(
        id="c-centred-range",
        section="1.5",
        lines=(423, 427),
        quote="Centering data on zero helps with model training",
        kind="contradiction",
        check=Claim(
            "The ranges $[0, 1]$ and $[-1, 1]$ are preferred because “centering data on zero "
            "helps”",
            "$[0, 1]$ is not centred on zero; to centre, subtract the mean",
            example=_not_centred,
            claimed=lambda e: abs(e.mean) < 0.1,
            holds=lambda e: e.low == 0 and e.high == 1 and e.mean > 0.2,
            numbers="the digits' pixels lie between {low:.0f} and {high:.0f} and have the mean "
            "{mean:.2f}",
        ),
        why="That centring helps is true, and a reason for another transform.",
        where="practice/data#standardizing",
    ),
    erratum(
        id="c-fractions",
        section="1.5",
        lines=428,
        quote="In multiplication operations with numbers in the  $[-1, 1]$  range the result",
        kind="wrong reason",
        check=Claim(
            "In multiplication “with numbers in the $[-1, 1]$ range the result becomes a small "
            "value, a fraction”",
            "A unit *adds* many such products, and the sum is not small. (And weights need not lie "
            "in $[-1, 1]$)",
            example=_sum_of_fractions,
            claimed=lambda e: e.sum < 1,
            holds=lambda e: e.largest < 1 < 100 < e.sum,
            numbers="{terms} products of numbers between 0 and 1, the largest of which is "
            "{largest:.2f}, add up to {sum:.0f}",
        ),
        why="Inputs of size 1 are wanted because the curvature of the loss, and so the learning "
        "rate, depends on their size.",
        where="practice/data#conditioning",
    ),
    erratum(
        id="c-major-outliers",
        section="1.5",
        lines=430,
        quote="or with a few major outliers",
        kind="too general",
        check=Claim(
            "“The model will perform well with data slightly outside of this range or with a few "
            "major outliers”",
            "Slightly outside, yes. One major outlier can outvote all other data",
            example=_outlier,
            claimed=lambda e: abs(e.with_it - e.without) < 0.2,
            holds=lambda e: np.isclose(e.without, 2) and abs(e.with_it) < 0.2,
            numbers="the best line through {points} points of $y = 2x$ has the slope "
            "{without:.0f}; with one faulty input of 30 among those in $[-1, 1]$ it has "
            "{with_it:.2f}",
        ),
        why="§2.1 names sensitivity to outliers as the drawback of the squared error.",
        where="networks/losses#mean-against-median",
    ),
    erratum(
        id="c-thousands",
        section="1.5",
        lines=436,
        quote="Usually a few thousand (or tens of thousands) per class or feature",
        kind="too general",
        check=Claim(
            "“Usually a few thousand (or tens of thousands) per class or feature will be "
            "necessary”",
            "That depends on how much there is to tell apart, and can be measured",
            example=_few_per_class,
            claimed=lambda e: e.right < 0.5,
            holds=lambda e: e.right > 0.9 and e.per_class < 100,
            numbers="with about {per_class} examples of each digit, a small network gets "
            "{right:.2f} of {unseen} others right",
        ),
        why="The sentence before says that it varies greatly.",
        where="practice/validation",
    ),
)

# Section 1.6


def _sum_to_zero():
    theta = np.array([5.0, -5.0])
    return {"sum": theta.sum(), "penalty": abs(theta).sum(), "squares": (theta**2).sum()}


def _soft_threshold():
    """Where the minima of ½(θ - a)² move under either penalty."""
    a, lam = np.array([3.0, 0.2, -0.1]), 0.5
    l1 = np.sign(a) * np.maximum(abs(a) - lam, 0)
    l2_ = a / (1 + 2 * lam)
    return {"l1": int((l1 == 0).sum()), "l2": int((l2_ == 0).sum()), "kept": l1[0]}


def _memorized():
    """A network with the notes' penalty on digits with random labels: seen and unseen."""
    x, _ = load_digits()
    x = x.reshape(len(x), -1)[:150]
    labels = np.random.default_rng(0).integers(0, 10, len(x))
    run = fit(
        Sequential(Dense(64, 128), ReLU(), Dense(128, 10)),
        SoftmaxCrossEntropy(),
        x[:50],
        labels[:50],
        optimizer=adam(0.01),
        epochs=60,
        batch_size=50,
        seed=0,
        metrics=[accuracy],
        penalty=l2(0.0005),
        validation=(x[50:], labels[50:]),
        progress=False,
    )
    return {"seen": run.history["accuracy"][-1], "unseen": run.history["val_accuracy"][-1]}


def _dropout_in_use():
    """How many of 100 ones a dropout layer turns off, in training and in use."""
    op, x = Dropout(0.5), np.ones((1, 100))
    training = op.forward({}, x, Mode.train(np.random.default_rng(0)))[0]
    return {"training": int((training == 0).sum()), "use": int((op.forward({}, x)[0] == 0).sum())}


theta, bar = reals("theta g")
p = reals("p")
SHARE = (p > 0, p < 1)


def _all_dropped():
    with np.errstate(divide="ignore"):
        return {"scale": 1 / (np.float64(1) - 1.0), "half": 1 / (1 - 0.5), "between": 0.5}


def _binomial_of_norm():
    """The probability Pr(k, n, p) = Pr(1, 1 - p, ‖θ‖) for four outputs and p = ½."""
    from math import gamma

    k, n, size = 1, 0.5, 4.0
    binomial = gamma(n + 1) / (gamma(k + 1) * gamma(n - k + 1))
    return {"success": size, "trials": n, "value": binomial * size, "right": 0.5}


def _draw():
    """Outputs of dropout, and the one number by which the formula multiplies all of them."""
    op, x = Dropout(0.5), np.ones((1, 8))
    y = op.forward({}, x, Mode.train(np.random.default_rng(1)))[0]
    return {"zeros": int((y == 0).sum()), "formula": 0.5 / (1 - 0.5), "units": x.size}


def _two_meanings():
    with as_written():
        printed = p * (theta / (1 - p)) + (1 - p) * 0
        corrected = (1 - p) * (theta / (1 - p)) + p * 0
    return Formula((printed, theta), (corrected, theta), given=SHARE)


def _dropout_slope():
    with as_written():
        kept = theta / (1 - p)
        printed, corrected = kept, 1 / (1 - p)
    return formula(partial(kept, theta), printed, corrected, given=SHARE)


def _z_again():
    z = reals("z")
    with as_written():
        printed, corrected = partial(z / (1 - p), theta), partial(theta / (1 - p), theta)
    right = 1 / (1 - p)
    return Formula((printed, right), (corrected, right), given=SHARE)


REGULARIZATION = (
    erratum(
        id="c-l1-rarely",
        section="1.6",
        lines=456,
        quote="Because L1 penalizes small weights more than L2, it is rarely used alone",
        kind="wrong reason",
        check=Claim(
            "“Because L1 penalizes small weights more than L2, it is rarely used alone”",
            "That it does is what L1 is used for: small weights become exactly zero",
            example=_soft_threshold,
            claimed=lambda e: e.l1 == 0,
            holds=lambda e: e.l1 == 2 and e.l2 == 0,
            numbers="of the weights 3, 0.2, $-0.1$ in three parabolas, L1 with $\\lambda = "
            "\\frac12$ leaves {kept}, with {l1} zeros, and L2 makes {l2} zeros",
        ),
        why="§2.2 calls L1 alone by its name, lasso, and says what it is good for: it selects.",
        where="training/regularization#eq-reg-l1-minimum",
    ),
    erratum(
        id="c-sum-towards-zero",
        section="1.6",
        lines=456,
        quote="drive the sum of parameters towards 0",
        kind="false claim",
        check=Claim(
            "Penalties “drive the sum of parameters towards 0”",
            "They drive each parameter towards 0; it is sizes that are summed",
            example=_sum_to_zero,
            claimed=lambda e: e.sum != 0 or e.penalty == 0,
            holds=lambda e: e.sum == 0 and e.penalty == 10 and e.squares == 50,
            numbers="5 and $-5$ have the sum {sum:.0f} and the penalties {penalty:.0f} and "
            "{squares:.0f}, times $\\lambda$",
        ),
        why="A sum of zero is no merit.",
        where="training/regularization#eq-reg-l2",
    ),
    erratum(
        id="c-penalty-letters",
        section="1.6",
        lines=(466, 470),
        quote=r"\frac{\partial}{\partial \theta_m} \left[ \lambda \sum_m \theta_m^2 \right]",
        kind="one symbol for two things",
        check=Reading(
            r"$\frac{\partial}{\partial \theta_m} \lambda \sum_m \theta_m^2$, and likewise for "
            r"$|\theta_m|$",
            r"$\frac{\partial}{\partial \theta_m} \lambda \sum_k \theta_k^2$",
        ),
        why="The same $m$ counts all parameters and names one of them. The results are right, as "
        "they are in §1.7 and §1.8; in §1.3 the same habit led to a wrong line.",
        where="training/regularization#eq-reg-l2-gradient",
    ),
    erratum(
        id="c-without-fear",
        section="1.6",
        lines=477,
        quote="without fear of overfitting",
        kind="too general",
        check=Claim(
            "Regularization allows larger models “without fear of overfitting”",
            r"It makes overfitting less; with a weak penalty, such as the $\lambda = 0.0005$ of "
            "this section, a large network learns even nonsense by heart",
            example=_memorized,
            claimed=lambda e: e.seen < 0.5,
            holds=lambda e: e.seen > 0.95 and e.unseen <= 0.1,
            numbers=r"with an L2 penalty of $\lambda = 0.0005$ a network with 128 hidden units "
            "gets {seen:.1f} of 50 digits with random labels right, and of others no more than one "
            "in ten, as by chance",
        ),
        why="How much penalty is enough is measured on data that the network has not seen.",
        where="training/regularization#reg-competition",
    ),
    erratum(
        id="c-every-forward-pass",
        section="1.6",
        lines=481,
        quote="randomly disabling neurons at a given rate during every forward pass",
        kind="contradiction",
        check=Claim(
            "Dropout disables neurons “during every forward pass”",
            "during every forward pass of *training*",
            example=_dropout_in_use,
            claimed=lambda e: e.use > 0,
            holds=lambda e: e.use == 0 < e.training,
            numbers="of 100 units `Dropout(0.5)` turns off {training} in training and {use} in use",
        ),
        why="“During inference, dropout is not applied”, says §3.5.3.",
        where="training/regularization#eq-reg-dropout-inference",
    ),
    erratum(
        id="c-co-adoption",
        section="1.6",
        lines=483,
        quote="**co-adoption**",
        kind="misprint",
        check=Reading("“co-adoption”, twice", "co-adaptation, as in §2.2"),
        why="Neurons adapt to each other; nobody is adopted.",
        where="training/regularization#reg-dropout",
    ),
    erratum(
        id="c-dropout-range",
        section="1.6",
        lines=495,
        quote=r"the value in range  $\{0..1\}$  for the percentage of neurons to disable",
        kind="bound",
        check=Claim(
            r"The dropout rate is a value in $\{0..1\}$",
            "It is a number with $0 \\le q < 1$",
            example=_all_dropped,
            claimed=lambda e: np.isfinite(e.scale),
            holds=lambda e: np.isinf(e.scale) and e.half == 2,
            numbers="at a rate of 0.5 what is kept is multiplied by {half:.0f}; at a rate of 1 the "
            "factor would be infinite",
        ),
        why="Braces are for a set of single values, and 1 is none of those allowed.",
        where="training/regularization#eq-reg-dropout-mask",
    ),
    erratum(
        id="c-binomial-arguments",
        section="1.6",
        lines=(495, 501),
        quote=r"Pr(1, 1 - p, \|\theta\|)",
        kind="contradiction",
        check=Claim(
            r"$Pr(k, n, p)$ is used as $Pr(1, 1 - p, \|\theta\|)$",
            r"One trial, $n = 1$, with the probability $1 - p$ of success, for each of the "
            r"$\|\theta\|$ outputs",
            example=_binomial_of_norm,
            claimed=lambda e: 0 <= e.value <= 1 and e.success <= 1,
            holds=lambda e: e.value > 1 and e.success > 1 and e.trials != 1 and 0 <= e.right <= 1,
            numbers="by the definition above it, four outputs and $p = \\frac12$ make {trials} "
            "trials with the success probability {success:.0f}; the “probability” of one success "
            "is {value:.0f}",
        ),
        why="The order of arguments is that of a function of a program, `binomial(n, p, size)`.",
        where="foundations/mathematics#eq-binomial",
    ),
    erratum(
        id="c-probability-for-draw",
        section="1.6",
        lines=501,
        quote=r"\theta = \theta \frac{Pr(",
        kind="confused quantity",
        check=Claim(
            r"Outputs are multiplied by $\frac{Pr(\dots)}{1 - p}$, a *probability* divided by "
            "$1 - p$",
            r"Each output $\theta_i$ is multiplied by $\frac{r_i}{1 - p}$ with a *draw* $r_i$, "
            "which is 0 or 1",
            example=_draw,
            claimed=lambda e: e.zeros == 0,
            holds=lambda e: 0 < e.zeros < e.units and e.formula == 1,
            numbers="dropout at rate 0.5 made {zeros} of {units} outputs zero; the probability of "
            "keeping an output, divided by $1 - p$, is {formula:.0f}, which would change nothing",
        ),
        why=r"The notes had drawn $r_i$ some lines above. (And as an equation $\theta = \theta "
        r"\cdot \dots$ says that the factor is 1.)",
        where="training/regularization#eq-reg-dropout-forward",
    ),
    erratum(
        id="c-dropout-p",
        section="1.6",
        lines=(485, 507),
        quote=r"where  $p$  is the dropout rate",
        kind="one symbol for two things",
        check=_two_meanings(),
        why="First $p$ is the probability that $r_i = 1$, that is to keep, and $q = 1 - p$ the "
        "dropout rate; from the formula for dropout on $p$ is the dropout rate. Taken together, "
        "the mean of an output is the left side of the first line; it should be the output.",
        where="training/regularization#eq-reg-dropout-mean",
    ),
    erratum(
        id="c-dropout-derivative",
        section="1.6",
        lines=507,
        quote=r"then its function and derivative become the neuron's output  $\theta$",
        kind="confused quantity",
        check=_dropout_slope(),
        why=r"The *function* becomes $\theta/(1 - p)$; its derivative is $1/(1 - p)$, as the "
        "formula says. (What is compensated for is the share of dropped outputs, not a loss "
        "value.)",
        where="training/regularization#eq-reg-dropout-backward",
    ),
    erratum(
        id="c-dropout-z",
        section="1.6",
        lines=509,
        quote=r"\frac{\partial}{\partial \theta} \left[ \frac{z}{1 - p} \right]",
        kind="misprint",
        check=_z_again(),
        why=r"A $z$ for $\theta$. As printed, the derivative is 0.",
        where="training/regularization#eq-reg-dropout-backward",
    ),
)

ENTRIES = (*OPTIMIZERS, *VALIDATION, *REGULARIZATION)
