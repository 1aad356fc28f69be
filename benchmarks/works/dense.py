"""Dense networks: a step, an epoch, and a step beside the products of matrices that it rests on."""

from __future__ import annotations

import warnings
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.sides import FLOAT, drawn, first_params, labels, our_training, their_training
from benchmarks.timing import Side, Work
from nnbook import Dense, ReLU, Sequential, SoftmaxCrossEntropy, adam, fit, load_digits
from nnbook.data import batches
from nnbook.training.loop import loss_and_gradients

SIZES = (784, 256, 128, 10)


def mlp(*sizes: int) -> Sequential:
    """Dense layers with ReLUs between them."""
    layers = [op for pair in pairwise(sizes) for op in (Dense(*pair), ReLU())]
    return Sequential(*layers[:-1])


def their_mlp(*sizes: int) -> Any:
    """The same in PyTorch."""
    from torch import nn

    layers = []
    for pair in pairwise(sizes):
        layers += [nn.Linear(*pair), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


# --- one step -------------------------------------------------------------------------------------


def our_step(batch: int) -> Side:
    return our_training(mlp(*SIZES), drawn(batch, SIZES[0]), labels(SIZES[-1], batch))


def their_step(batch: int, fused: bool) -> Side:
    x, t = drawn(batch, SIZES[0]), labels(SIZES[-1], batch)
    return their_training(their_mlp(*SIZES), mlp(*SIZES), x, t, fused)


# --- an epoch -------------------------------------------------------------------------------------

Data = tuple[np.ndarray, np.ndarray]
# Adam's, so small that nothing depends on it: scikit-learn adds it in another place.
EPS = 1e-12


def random_data() -> Data:
    return drawn(10_000, SIZES[0]), labels(SIZES[-1], 10_000)


def digits() -> Data:
    images, t = load_digits(FLOAT)
    return images.reshape(-1, 64), t


def our_epoch(sizes: tuple[int, ...], data: Data, batch: int) -> Side:
    network, (x, t) = mlp(*sizes), data
    options = {"optimizer": adam(1e-3, eps=EPS), "epochs": 1, "seed": 0, "batch_size": batch}
    params = first_params(network)

    def step():
        loss = SoftmaxCrossEntropy()
        return fit(network, loss, x, t, params=params, progress=False, **options)

    def numbers():
        run = step()
        return run.history["loss"][0], run.params["dense1"]["W"]

    return Side(step, numbers)


def sklearn_epoch(sizes: tuple[int, ...], data: Data, batch: int) -> Side:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore", ConvergenceWarning)  # one epoch is what we want
    x, t = data
    options = {"alpha": 0, "epsilon": EPS, "batch_size": batch, "max_iter": 1}
    model = MLPClassifier(sizes[1:-1], **options, warm_start=True, random_state=0).fit(x, t)
    layers = first_params(mlp(*sizes)).values()

    def step(x=x, t=t, shuffled=True):
        model.shuffle = shuffled
        model.coefs_ = [own["W"].copy() for own in layers]
        model.intercepts_ = [own["b"].copy() for own in layers]
        return model.fit(x, t)

    def numbers():
        # The order in which `fit` of nnbook takes the examples.
        _, rng, _ = np.random.default_rng(0).spawn(3)
        order = np.concatenate([part for (part,) in batches(rng, batch, np.arange(len(x)))])
        step(x[order], t[order], shuffled=False)
        return model.loss_, model.coefs_[0]

    return Side(step, numbers)


# --- the bare products ----------------------------------------------------------------------------


def our_step_by_gradients(batch: int) -> Side:
    """A step as above; what it must agree in with the bare products are the gradients."""
    network, x, t = mlp(*SIZES), drawn(batch, SIZES[0]), labels(SIZES[-1], batch)

    def numbers():
        loss, params = SoftmaxCrossEntropy(), first_params(network)
        _, grads, _ = loss_and_gradients(network, loss, params, x, t)
        return [own["W"] for own in grads.values()]

    return Side(our_training(network, x, t).step, numbers)


def bare_products(batch: int) -> Side:
    """The eight products of matrices in a step, of matrices that are there beforehand."""
    network, x, t = mlp(*SIZES), drawn(batch, SIZES[0]), labels(SIZES[-1], batch)
    params = first_params(network)
    values, tape = network.forward(params, x)
    loss = SoftmaxCrossEntropy()
    (bar, _), _ = loss.vjp({}, loss.forward({}, values["dense3"], t)[1], 1.0)
    reached = ["dense1", "dense2"]
    _, bars = network.backward(params, tape, bar, wrt=reached)
    W = [own["W"] for own in params.values()]
    inputs = [x, values["relu1"], values["relu2"]]
    z_bars = [*(bars[name] for name in reached), bar]

    def step():
        for a, w in zip(inputs, W, strict=True):
            a @ w
        for z_bar, w in zip(z_bars[1:], W[1:], strict=True):
            z_bar @ w.T
        return [a.T @ z_bar for a, z_bar in zip(inputs, z_bars, strict=True)]

    # Last layer first, as a backward pass finds them.
    return Side(step, lambda: step()[::-1])


WORKS = [
    *(
        Work(
            f"MLP {'-'.join(map(str, SIZES))}, Adam{', fused' * fused}: a step, batch {batch}",
            partial(our_step, batch),
            partial(their_step, batch, fused),
            target,
        )
        for fused, targets in ((False, (0.85, 0.8, 0.9)), (True, (1.1, 1.0, 0.95)))
        for batch, target in zip((32, 128, 512), targets, strict=True)
    ),
    Work(
        "the same, an epoch of 10,000, batch 128",
        lambda: our_epoch(SIZES, random_data(), 128),
        lambda: sklearn_epoch(SIZES, random_data(), 128),
        0.5,
        "MLPClassifier",
        rtol=1e-3,
    ),
    Work(
        "MLP 64-128-10 on the digits: an epoch, batch 32",
        lambda: our_epoch((64, 128, 10), digits(), 32),
        lambda: sklearn_epoch((64, 128, 10), digits(), 32),
        None,
        "MLPClassifier",
        rtol=1e-3,
    ),
    *(
        Work(
            f"the step with Adam, batch {batch}",
            partial(our_step_by_gradients, batch),
            partial(bare_products, batch),
            1.5,
            "its matrix products",
        )
        for batch in (32, 128, 512)
    ),
]
