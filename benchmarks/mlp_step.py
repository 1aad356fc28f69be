"""One training step of an MLP, nnbook beside PyTorch in the same run.

    python benchmarks/mlp_step.py [--threads 1] [--repeats 200]

A step is forward, loss, backward and Adam of 784-256-128-10 with ReLU and softmax cross-entropy,
batch 128, float32. Both start from the same numbers; their losses must agree. Steps of the two
alternate, so that whatever else the machine does falls on both; figures are medians.
"""

import argparse
import os
import statistics
import sys
import time

parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--repeats", type=int, default=200)
options = parser.parse_args()
for library in ("OMP", "OPENBLAS", "MKL"):  # read when the libraries are loaded: before importing
    os.environ[f"{library}_NUM_THREADS"] = str(options.threads)

import numpy as np  # noqa: E402

from nnbook import Dense, ReLU, Sequential, SoftmaxCrossEntropy, adam, tree  # noqa: E402
from nnbook.training.loop import loss_and_gradients  # noqa: E402

try:
    import torch
except ImportError:
    sys.exit("this comparison needs torch: pip install -e '.[oracle]'")

SIZES, BATCH, RATE = (784, 256, 128, 10), 128, 1e-3


class Ours:
    """nnbook; each phase can be timed on its own."""

    def __init__(self, x, labels, params):
        self.x, self.labels, self.params = x, labels, params
        a, b, c, d = SIZES
        self.network = Sequential(Dense(a, b), ReLU(), Dense(b, c), ReLU(), Dense(c, d))
        self.loss, self.optimizer = SoftmaxCrossEntropy(), adam(RATE)
        self.state = self.optimizer.init(params)

    def gradients(self):
        L, self.grads, _ = loss_and_gradients(
            self.network, self.loss, self.params, self.x, self.labels
        )
        return float(L)

    def update(self):
        self.params, self.state = self.optimizer.update(self.params, self.grads, self.state)


class Theirs:
    """The same in PyTorch, in its usual form."""

    def __init__(self, x, labels, params):
        torch.set_num_threads(options.threads)
        self.x, self.labels = torch.tensor(x), torch.tensor(labels)
        layers = []
        for i, own in enumerate(params.values()):
            layer = torch.nn.Linear(*own["W"].shape)
            with torch.no_grad():
                layer.weight.copy_(torch.tensor(own["W"].T.copy()))
                layer.bias.copy_(torch.tensor(own["b"]))
            layers += [layer] if i == len(params) - 1 else [layer, torch.nn.ReLU()]
        self.network = torch.nn.Sequential(*layers)
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
    x = rng.normal(size=(BATCH, SIZES[0])).astype(np.float32)
    labels = rng.integers(0, SIZES[-1], BATCH)
    a, b, c, d = SIZES
    params = Sequential(Dense(a, b), Dense(b, c), Dense(c, d)).init(rng, np.float32)
    sides = {"nnbook": Ours(x, labels, params), "PyTorch": Theirs(x, labels, params)}

    rows = {name: {"gradients": [], "update": [], "step": []} for name in sides}
    for repeat in range(options.repeats + 20):
        losses = {}
        for name, side in sides.items():
            first, losses[name] = clocked(side.gradients)
            second, _ = clocked(side.update)
            if repeat >= 20:  # the first are for warming up
                for phase, ms in (
                    ("gradients", first),
                    ("update", second),
                    ("step", first + second),
                ):
                    rows[name][phase].append(ms)
        # Rounding drifts apart in time; in the first steps both must do the same.
        if repeat < 10 and not np.isclose(*losses.values(), rtol=1e-3):
            sys.exit(f"the two do not compute the same: losses {losses}")

    print(
        f"MLP {'-'.join(map(str, SIZES))}, {tree.count(params):,} parameters, batch {BATCH}, "
        f"float32, {options.threads} thread(s), median of {options.repeats} interleaved steps"
    )
    print(f"NumPy {np.__version__}, PyTorch {torch.__version__}, ms\n")
    print(f"{'':22}{'nnbook':>9}{'PyTorch':>9}{'ratio':>8}")
    for phase, label in (
        ("gradients", "forward, loss, back"),
        ("update", "Adam"),
        ("step", "whole step"),
    ):
        ours, theirs = (statistics.median(rows[name][phase]) for name in sides)
        print(f"{label:22}{ours:9.3f}{theirs:9.3f}{ours / theirs:8.2f}")


if __name__ == "__main__":
    main()
