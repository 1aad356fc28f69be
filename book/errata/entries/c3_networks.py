"""The computations of c3_networks.yml, under the ids of its entries."""

import numpy as np
from sympy import Abs, Eq, Function, exp, log, sign

from nnbook import BinaryCrossEntropy, Dense, ReLU, Sequential, Softmax
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

from ..entry import Formula, example, formula

# §3.1


@example(
    claimed=lambda e: np.isclose(e.alone, e.together),
    holds=lambda e: e.alone == 1 and e.together < 0.9,
)
def c_element_wise():
    """The softmax of three logits, and of each by itself."""
    op, z = Softmax(), np.array([[2.0, 0.0, -1.0]])
    together = op.forward({}, z)[0]
    alone = [op.forward({}, z[:, [k]])[0].item() for k in range(3)]
    return {"alone": min(alone), "together": together[0, 0], "total": sum(alone)}


# §3.2


@example(claimed=lambda e: e.without != 0, holds=lambda e: e.without == 0 and e.with_it == 2)
def c_no_activations():
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


def c_forward_brackets():
    w1, w2, w3, b1, b2, b3, x = reals("W_1 W_2 W_3 b_1 b_2 b_3 X")
    with as_written():
        left = x * w1 * w2 * w3 + b1 * w2 * w3 + b2 * w3 + b3
        printed = (x * w1 + b1) * w2 + b2 * w3 + b3
        corrected = ((x * w1 + b1) * w2 + b2) * w3 + b3
    return formula(left, printed, corrected)


# §3.2.1


@example(claimed=lambda e: e.exists, holds=lambda e: not e.exists and e.other)
def c_dense_product():
    """W of shape n × m with n inputs and m neurons, times an input vector."""
    W, x = np.ones((3, 2)), np.ones(3)
    try:
        exists = (W @ x).shape == (2,)
    except ValueError:
        exists = False
    return {"exists": exists, "inputs": 3, "neurons": 2, "other": (x @ W).shape == (2,)}


@example(claimed=lambda e: e.terms == e.neurons, holds=lambda e: e.terms == 3 and e.neurons == 2)
def c_neurons_or_inputs():
    """How many terms the weighted sum of a unit has."""
    params = Dense(3, 2).init(np.random.default_rng(0))
    return {"terms": params["W"].shape[0], "neurons": params["W"].shape[1]}


# §3.2.3


@example(
    claimed=lambda e: np.isclose(e.loss, e.by_classes),
    holds=lambda e: np.isclose(e.loss, e.by_samples) and e.by_classes > 2 * e.loss,
)
def c_number_of_classes():
    """Binary cross-entropy of five samples, divided by 5 and by the number of classes."""
    y = np.array([[0.9], [0.8], [0.3], [0.6], [0.1]])
    t = np.array([[1.0], [1.0], [0.0], [1.0], [0.0]])
    total = -(t * np.log(y) + (1 - t) * np.log(1 - y)).sum()
    loss = float(BinaryCrossEntropy().forward({}, y, t)[0])
    return {"loss": loss, "by_samples": total / 5, "by_classes": total / 2}


@example(
    claimed=lambda e: np.isfinite(e.zero),
    holds=lambda e: np.isinf(e.zero) and 4 < e.hundredth < 5,
)
def c_zero_or_one():
    """The loss of a wrong prediction of 0, and of 0.01."""
    with np.errstate(divide="ignore"):
        return {"zero": -np.log(np.float64(0)), "hundredth": -np.log(0.01)}


n = sizes("N")
y, yhat = tensor("y", n), tensor("\\hat{y}", n)
i, a = index("i a", n)
OPEN = (yhat[i] > 0, yhat[i] < 1, y[i] > 0, y[i] < 1)


def c_sum_of_classes():
    with as_written():
        left = -(1 / n) * sum_over(log(yhat[i] ** y[i] * (1 - yhat[i]) ** (1 - y[i])), i)
        printed = -(1 / n) * sum_over(y[i] * log(yhat[i]), i)
        corrected = -(1 / n) * sum_over(y[i] * log(yhat[i]) + (1 - y[i]) * log(1 - yhat[i]), i)
    return formula(left, printed, corrected, given=OPEN)


def c_sum_of_samples():
    q = tensor("p", n)
    with as_written():
        left = (1 / n) * sum_over(log(1 / q[i]), i)
        printed, corrected = -(1 / n) * log(q[a]), -(1 / n) * sum_over(log(q[i]), i)
    return formula(left, printed, corrected, given=(q[i] > 0, q[i] < 1))


# §3.3.1

VARPHI, C = Function("sigma"), Function("c")
u, v = reals("u v")
dVARPHI, dC = derivative(VARPHI(u), u).func, derivative(C(u, v), u).func


def c_error_signal():
    z, t = reals("z y")
    left = partial(C(VARPHI(z), t), z)
    return formula(left, dC(VARPHI(z), t), dC(VARPHI(z), t) * dVARPHI(z))


def c_error_signal_softmax():
    K = sizes("K")
    k, m, q = index("k m q", K)
    z, g = tensor("z", K), tensor("g", K)
    with as_written():
        S = define("a", k, exp(z[k]) / sum_over(exp(z[q]), q))
        L = define("L", sum_over(g[k] * S[k], k))
        printed = g[m] * (S[m] * (1 - S[m]))
        corrected = S[m] * (g[m] - sum_over(g[k] * S[k], k))
    return formula(partial(L, z[m]), printed, corrected, letters=(L, S[k]))


@example(claimed=lambda e: e.exists, holds=lambda e: not e.exists and e.columns == e.before)
def c_own_output():
    """The shapes of the last weights and of the outputs before and behind them."""
    W, b = np.ones((2, 3)), np.zeros(2)  # two outputs, three units before them
    before = np.ones(3)
    after = W @ before + b
    try:
        exists = (W @ after).shape == b.shape
    except ValueError:
        exists = False
    return {"exists": exists, "columns": W.shape[1], "outputs": after.size, "before": before.size}


def c_signal_weights():
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


@example(
    claimed=lambda e: e.columns == e.behind,
    holds=lambda e: e.columns == e.before != e.behind,
)
def c_reads_ahead():
    """What the first weights of a network with 4, 3 and 2 units can be multiplied by."""
    units = {0: 4, 1: 3, 2: 2}
    W = np.ones((units[1], units[0]))
    return {"columns": W.shape[1], "before": units[0], "behind": units[2]}


# §3.3.2


def c_weight_gradient():
    K = sizes("K")
    k, m, r, s = index("k m r s", K)
    before, after = tensor("a^{(l-1)}", K), tensor("a^{(l+1)}", K)
    W, signal = tensor("W^{(l)}", K, K), tensor(r"\delta^{(l)}", K)
    with as_written():
        z = define("z^{(l)}", k, sum_over(W[k, m] * before[m], m))
        left = sum_over(signal[k] * partial(z[k], W[r, s]), k)
        printed, corrected = signal[r] * after[s], signal[r] * before[s]
    return formula(left, printed, corrected, letters=z[k])


@example(claimed=lambda e: e.inner, holds=lambda e: not e.inner and e.outer)
def c_weight_gradient_shape():
    """Products of a vector of 3 inputs and one of 2 signals, for a matrix of 2 × 3."""
    inputs, signal = np.array([1.0, 2.0, 3.0]), np.array([0.5, -1.0])
    try:
        inner = np.dot(inputs, signal).shape == (2, 3)
    except ValueError:
        inner = False
    return {"inner": inner, "outer": np.outer(signal, inputs).shape == (2, 3), "weights": 6}


@example(
    claimed=lambda e: all(e.rows) or all(e.columns),
    holds=lambda e: e.rows == (False, True) and e.columns == (True, False),
)
def c_rows_and_columns():
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


# §3.3.3


def c_activation_step():
    z, t = reals("z y")
    with as_written():
        right = dVARPHI(z)
        printed = dC(VARPHI(z), t)
        corrected = partial(C(VARPHI(z), t), z), dC(VARPHI(z), t) * dVARPHI(z)
    return Formula((printed, right), corrected)


# §3.3.4


def c_mae_formula():
    with as_written():
        left = partial(mean_over(Abs(yhat[i] - y[i]), i), yhat[a])
        slopes = [(1 / n) * sign(e) for e in (y[a] - yhat[a], yhat[a] - y[a])]
    return formula(left, *slopes)


def c_mse_sign():
    with as_written():
        left = partial(mean_over((yhat[i] - y[i]) ** 2, i), yhat[a])
        printed, corrected = -(2 / n) * (yhat[a] - y[a]), (2 / n) * (yhat[a] - y[a])
    return formula(left, printed, corrected)


def c_mean_of_samples():
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


def c_n_and_n():
    other = sizes("n")
    with as_written():
        entries = y[i] * log(yhat[i]) + (1 - y[i]) * log(1 - yhat[i])
        left = partial(-(1 / n) * sum_over(entries, i), yhat[a])
        slope = y[a] / yhat[a] - (1 - y[a]) / (1 - yhat[a])
        printed, corrected = -(1 / other) * slope, -(1 / n) * slope
    return formula(left, printed, corrected, given=OPEN)
