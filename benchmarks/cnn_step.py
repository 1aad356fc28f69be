"""One training step of a small convolutional network, nnbook beside PyTorch in the same run.

    python benchmarks/cnn_step.py [--threads 1] [--repeats 50] [--size 28]

A step is forward, loss, backward and Adam of conv 3×3 (16), batch normalization, ReLU, max pooling,
conv 3×3 (32), ReLU, max pooling, dense (10), with softmax cross-entropy, batch 64, float32. Both
start from the same numbers; their losses must agree. Steps of the two alternate, so that whatever
else the machine does falls on both; figures are medians.
"""

import argparse
import os
import statistics
import sys
import time

parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--repeats", type=int, default=50)
parser.add_argument("--size", type=int, default=28, help="height and width of the images")
options = parser.parse_args()
for library in ("OMP", "OPENBLAS", "MKL"):  # read when the libraries are loaded: before importing
    os.environ[f"{library}_NUM_THREADS"] = str(options.threads)

import numpy as np  # noqa: E402

from nnbook import (  # noqa: E402
    BatchNorm,
    Conv2D,
    Dense,
    Flatten,
    MaxPool2D,
    Mode,
    ReLU,
    Sequential,
    SoftmaxCrossEntropy,
    adam,
    tree,
)
from nnbook.training.loop import loss_and_gradients  # noqa: E402

try:
    import torch
except ImportError:
    sys.exit("this comparison needs torch: pip install -e '.[oracle]'")

BATCH, RATE, FIRST, SECOND, CLASSES = 64, 1e-3, 16, 32, 10
ROWS = SECOND * (options.size // 4) ** 2


class Ours:
    """nnbook; each phase can be timed on its own."""

    network = Sequential(
        Conv2D(1, FIRST, padding=1),
        BatchNorm(FIRST),
        ReLU(),
        MaxPool2D(2),
        Conv2D(FIRST, SECOND, padding=1),
        ReLU(),
        MaxPool2D(2),
        Flatten(),
        Dense(ROWS, CLASSES),
    )

    def __init__(self, x, labels, params):
        self.x, self.labels, self.params = x, labels, params
        self.mode = Mode.train(np.random.default_rng(0))
        self.loss, self.optimizer = SoftmaxCrossEntropy(), adam(RATE)
        self.state = self.optimizer.init(params)

    def gradients(self):
        L, self.grads, self.tape = loss_and_gradients(
            self.network, self.loss, self.params, self.x, self.labels, self.mode
        )
        return float(L)

    def update(self):
        self.params, self.state = self.optimizer.update(self.params, self.grads, self.state)
        self.params = self.network.measured(self.params, self.tape)


class Theirs:
    """The same in PyTorch, in its usual form."""

    def __init__(self, x, labels, params):
        torch.set_num_threads(options.threads)
        self.x, self.labels = torch.tensor(x), torch.tensor(labels)
        self.network = torch.nn.Sequential(
            torch.nn.Conv2d(1, FIRST, 3, padding=1),
            torch.nn.BatchNorm2d(FIRST),
            torch.nn.ReLU(),
            torch.nn.MaxPool2d(2),
            torch.nn.Conv2d(FIRST, SECOND, 3, padding=1),
            torch.nn.ReLU(),
            torch.nn.MaxPool2d(2),
            torch.nn.Flatten(),
            torch.nn.Linear(ROWS, CLASSES),
        )
        with torch.no_grad():
            for layer, name in ((0, "conv2d1"), (4, "conv2d2"), (8, "dense1")):
                W = params[name]["W"].T if name == "dense1" else params[name]["W"]
                self.network[layer].weight.copy_(torch.tensor(W.copy()))
                self.network[layer].bias.copy_(torch.tensor(params[name]["b"]))
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=RATE)

    def gradients(self):
        self.optimizer.zero_grad()
        L = torch.nn.functional.cross_entropy(self.network(self.x), self.labels)
        L.backward()
        return L.item()

    def update(self):
        self.optimizer.step()


def clocked(f):
    start = time.perf_counter()
    value = f()
    return 1e3 * (time.perf_counter() - start), value


def main():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(BATCH, 1, options.size, options.size)).astype(np.float32)
    labels = rng.integers(0, CLASSES, BATCH)
    params = Ours.network.init(rng, np.float32)
    sides = {"nnbook": Ours(x, labels, params), "PyTorch": Theirs(x, labels, params)}

    rows = {name: {"gradients": [], "update": [], "step": []} for name in sides}
    for repeat in range(options.repeats + 5):
        losses = {}
        for name, side in sides.items():
            first, losses[name] = clocked(side.gradients)
            second, _ = clocked(side.update)
            if repeat >= 5:  # the first are for warming up
                for phase, ms in (
                    ("gradients", first),
                    ("update", second),
                    ("step", first + second),
                ):
                    rows[name][phase].append(ms)
        # Rounding drifts apart in time; in the first steps both must do the same.
        if repeat < 5 and not np.isclose(*losses.values(), rtol=1e-3):
            sys.exit(f"the two do not compute the same: losses {losses}")

    print(
        f"CNN for {options.size} × {options.size}, {tree.count(params):,} parameters, "
        f"batch {BATCH}, float32, {options.threads} thread(s), "
        f"median of {options.repeats} interleaved steps"
    )
    print(f"NumPy {np.__version__}, PyTorch {torch.__version__}, ms\n")
    print(f"{'':22}{'nnbook':>9}{'PyTorch':>9}{'ratio':>8}")
    for phase, label in (
        ("gradients", "forward, loss, back"),
        ("update", "Adam, averages"),
        ("step", "whole step"),
    ):
        ours, theirs = (statistics.median(rows[name][phase]) for name in sides)
        print(f"{label:22}{ours:9.3f}{theirs:9.3f}{ours / theirs:8.2f}")


if __name__ == "__main__":
    main()
