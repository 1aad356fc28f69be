"""The computations of c1_networks.yml, under the ids of its entries."""

import numpy as np

from nnbook import Dense, ReLU, Sequential

from ..entry import example

# §1.1


@example(claimed=lambda e: e.outputs == e.params, holds=lambda e: e.outputs != e.params)
def c_pretrained_output():
    layer = Dense(3, 2)
    params = layer.init(np.random.default_rng(0))
    y, _ = layer.forward(params, np.ones((1, 3)))
    return {"outputs": y.size, "params": sum(p.size for p in params.values())}


@example(claimed=lambda e: e.off > 1e-9, holds=lambda e: e.off < 1e-12)
def c_why_batches():
    """The outputs of a layer for a batch and for its examples one by one."""
    layer, rng = Dense(3, 2), np.random.default_rng(0)
    params, X = layer.init(rng), rng.normal(size=(5, 3))
    alone = np.concatenate([layer.forward(params, x[None])[0] for x in X])
    return {"off": abs(layer.forward(params, X)[0] - alone).max(), "N": len(X)}


# §1.2


@example(claimed=lambda e: e.before < 1e-9, holds=lambda e: e.after < 1e-12 < e.before)
def c_layer_without_activation():
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


@example(
    claimed=lambda e: e.layers >= 2 or e.bend == 0,
    holds=lambda e: e.layers == 1 and e.off == 0 and e.bend != 0,
)
def c_two_hidden_layers():
    """|x| by one hidden layer of two ReLU units, at five places."""
    x = np.arange(-2.0, 3.0)
    y = np.maximum(0, x) + np.maximum(0, -x)
    return {"off": abs(y - abs(x)).max(), "bend": y[1] + y[3] - 2 * y[2], "layers": 1}


@example(claimed=lambda e: e.slopes > 1e-9, holds=lambda e: e.values < 1e-12 and e.slopes < 1e-12)
def c_softmax_dead():
    """Outputs and cotangents of a softmax with and without the largest logit taken off."""
    z, bar = np.array([3.0, 1.0, -2.0]), np.array([1.0, 0.0, 0.0])
    results = []
    for logits in (z, z - z.max()):
        weights = np.exp(logits) / np.exp(logits).sum()
        results.append((weights, weights * (bar - weights @ bar)))  # the vjp of a softmax
    (p, dp), (q, dq) = results
    return {"values": abs(p - q).max(), "slopes": abs(dp - dq).max(), "logits": z.size}


@example(
    claimed=lambda e: np.isclose(e.squared, e.absolute),
    holds=lambda e: np.isclose(e.squared, 3) and np.isclose(e.absolute, 0),
)
def c_regression_loss():
    """The constants that minimize the mean squared and the mean absolute error."""
    t, c = np.array([0.0, 0.0, 9.0]), np.linspace(0, 9, 901)
    squared, absolute = ((c[:, None] - t) ** 2).mean(1), abs(c[:, None] - t).mean(1)
    return {"squared": c[squared.argmin()], "absolute": c[absolute.argmin()]}


@example(claimed=lambda e: e.least < 0, holds=lambda e: e.least == 0 and np.isinf(e.worst))
def c_why_clip():
    """-log of probabilities up to 1, and of 0."""
    p = np.linspace(0.001, 1, 1000)
    with np.errstate(divide="ignore"):
        return {"least": (-np.log(p)).min() + 0.0, "worst": -np.log(0.0)}


@example(claimed=lambda e: np.isclose(e.mean, e.share), holds=lambda e: e.share == 0.5 != e.mean)
def c_accuracy_mean():
    """Predicted and true classes of four examples."""
    said, true = np.array([2, 0, 1, 2]), np.array([2, 0, 2, 1])
    right = said == true
    return {"mean": said[right].mean(), "share": right.mean()}
