"""The computations of c1_networks.yml, under the ids of its entries."""

import numpy as np

from nnbook import Dense, ReLU, Sequential, Softmax

from ..entry import example

# §1.1


@example(claimed=lambda e: e.numbers == 1, holds=lambda e: e.numbers == 2)
def c_scalar_regression():
    """What a regression network says of one example whose target has two coordinates."""
    network = Sequential(Dense(3, 2))
    x = np.ones((1, 3))
    return {"numbers": network.forward(network.init(np.random.default_rng(0)), x)[0]["dense1"].size}


@example(claimed=lambda e: e.corner == e.next, holds=lambda e: e.corner == 1 and e.next == 4)
def c_dense_next():
    """How many of the units behind it each unit of a dense layer reaches."""
    width, window = 9, 2  # nine units, seen as 3 × 3 by a layer of 2 × 2 windows
    reach = np.zeros((width, 4), bool)
    for k, (r, c) in enumerate(np.ndindex(2, 2)):
        for m, n in np.ndindex(window, window):
            reach[3 * (r + m) + c + n, k] = True
    return {"next": reach.shape[1], "corner": int(reach[0].sum())}


@example(claimed=lambda e: e.size > 1e-6, holds=lambda e: e.size < 1e-15)
def c_small_weights():
    """The mean square of a signal behind ten layers of 100 units with weights around 0.01."""
    rng = np.random.default_rng(0)
    signal = rng.normal(size=(50, 100))
    for _ in range(10):
        signal = np.maximum(0, signal @ rng.normal(scale=0.01, size=(100, 100)))
    size = (signal**2).mean()
    return {"size": size, "exponent": int(np.floor(np.log10(size)))}


@example(claimed=lambda e: e.outputs == e.params, holds=lambda e: e.outputs != e.params)
def c_pretrained_output():
    layer = Dense(3, 2)
    params = layer.init(np.random.default_rng(0))
    y, _ = layer.forward(params, np.ones((1, 3)))
    return {"outputs": y.size, "params": sum(p.size for p in params.values())}


@example(claimed=lambda e: e.gradient == 0, holds=lambda e: e.gradient != 0 and e.silent == 99)
def c_dead_on_most():
    """The gradient of a ReLU unit that is zero on 99 of 100 examples."""
    x = np.full(100, -1.0)
    x[0] = 1.0
    active = x > 0
    return {"silent": int((~active).sum()), "gradient": (x * active).sum() / len(x)}


@example(
    claimed=lambda e: e.far > 0 and e.nearer > 0,
    holds=lambda e: e.far == e.nearer == 0 < e.up,
)
def c_any_bias():
    """A unit with inputs of size 1 and unit weights, at several biases."""
    x = np.random.default_rng(0).uniform(-1, 1, size=(1000, 2))
    active = {b: int((x.sum(axis=1) + b > 0).sum()) for b in (-50, -10, 1)}
    return {"far": active[-50], "nearer": active[-10], "up": active[1]}


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


@example(claimed=lambda e: e.after > 0.01, holds=lambda e: e.at == 1 and e.after < 1e-9)
def c_bend_after_zero():
    """How much the slope of ReLU changes at 0, and at places after 0."""

    def change(x, h=1e-3):
        return (max(0, x + h) - 2 * max(0, x) + max(0, x - h)) / h

    return {"at": change(0.0), "after": max(abs(change(x)) for x in (0.1, 1.0, 5.0))}


@example(claimed=lambda e: e.slopes > 1e-9, holds=lambda e: e.values < 1e-12 and e.slopes < 1e-12)
def c_softmax_dead():
    """Outputs and cotangents of a softmax with and without the largest logit taken off."""
    op, z, bar = Softmax(), np.array([[3.0, 1.0, -2.0]]), np.array([[1.0, 0.0, 0.0]])
    results = []
    for logits in (z, z - z.max()):
        weights = np.exp(logits) / np.exp(logits).sum()
        results.append((weights, op.vjp({}, weights, bar)[0][0]))
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


@example(
    claimed=lambda e: np.isclose(e.norm, e.rows),
    holds=lambda e: e.rows == 2 and not np.isclose(e.norm, 2),
)
def c_accuracy_norm():
    """The norm of an array of probabilities, and the number of its rows."""
    y = np.array([[0.5, 0.5], [0.9, 0.1]])
    return {"norm": np.linalg.norm(y), "rows": len(y)}


@example(claimed=lambda e: np.isclose(e.mean, e.share), holds=lambda e: e.share == 0.5 != e.mean)
def c_accuracy_mean():
    """Predicted and true classes of four examples."""
    said, true = np.array([2, 0, 1, 2]), np.array([2, 0, 2, 1])
    right = said == true
    return {"mean": said[right].mean(), "share": right.mean()}
