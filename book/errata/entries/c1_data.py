"""The computations of c1_data.yml, under the ids of its entries."""

import numpy as np

from nnbook import (
    BatchNorm,
    MaxPool2D,
)
from nnbook.data import load_digits
from nnbook.op import Mode

from ..entry import example

# §1.9


@example(
    claimed=lambda e: e.curvature < -1e-9,
    holds=lambda e: e.curvature > -1e-9 and abs(e.probability - 0.9) < 1e-6,
)
def c_why_biased():
    """Descent on the loss of a softmax with nothing but two biases, 90 against 10 examples."""
    share = np.array([0.9, 0.1])
    b = np.array([-1.0, 1.0])
    curvature = np.inf
    for _ in range(3000):
        s = np.exp(b) / np.exp(b).sum()
        curvature = min(curvature, np.linalg.eigvalsh(np.diag(s) - np.outer(s, s)).min())
        b -= 0.5 * (s - share)
    return {"probability": s[0], "curvature": curvature}


def _digits():
    x, t = load_digits()
    return x.reshape(len(x), -1), t


@example(claimed=lambda e: e.trimmed >= e.all, holds=lambda e: e.worst > 0)
def c_trim():
    """The nearest mean digit, from all of an unbalanced set and from a trimmed one."""
    x, t = _digits()
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


@example(claimed=lambda e: e.again < 0.3, holds=lambda e: e.sorted < 0.2 and e.again > 0.8)
def c_sorted_classes():
    """A softmax layer, whose loss is convex, on sorted digits and then on shuffled ones."""
    x, t = _digits()

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


# §1.10


# §1.11


@example(
    claimed=lambda e: e.different == 1,
    holds=lambda e: e.different == e.weights and e.off < 1e-8,
)
def c_kernel_index():
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


@example(
    claimed=lambda e: e.one <= e.size / 2,
    holds=lambda e: e.one == e.size - 1 and e.two == e.size / 2,
)
def c_pooling_stride():
    """A map of 28 × 28 pixels after windows of 2 × 2 that move by one pixel, and by two."""
    x = np.random.default_rng(0).normal(size=(1, 1, 28, 28))
    by_one = MaxPool2D(2, stride=1).forward({}, x)[0]
    by_two = MaxPool2D(2).forward({}, x)[0]
    return {"one": by_one.shape[-1], "two": by_two.shape[-1], "size": 28}


@example(
    claimed=lambda e: np.isclose(e.variance, 1),
    holds=lambda e: np.isclose(e.deviation, 1) and np.isclose(e.variance, 0.25),
)
def c_deviation_variance():
    """What the batch -2, 2 becomes, divided by its variance and by its deviation."""
    x = np.array([-2.0, 2.0])
    return {"variance": (x / x.var()).var(), "deviation": (x / x.std()).var(), "v": x.var()}


@example(
    claimed=lambda e: np.isclose(e.batch, e.use),
    holds=lambda e: np.isclose(e.batch, 0) and abs(e.use - 2) < 0.01,
)
def c_batch_norm_use():
    """A batch of one example, normalized as in training and as in use."""
    op = BatchNorm(1)
    params = op.init(np.random.default_rng(0)) | {"running_mean": np.array([1.0])}
    rng = np.random.default_rng(0)
    same = op.forward(params, np.array([[3.0], [3.0]]), Mode.train(rng))[0]
    return {"batch": abs(same[0, 0]), "use": op.forward(params, np.array([[3.0]]))[0].item()}
