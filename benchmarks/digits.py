"""Test accuracy of a small MLP on the handwritten digits over five seeds, and the time it takes.

    python benchmarks/digits.py [--epochs 30]

Network 64-128-10 with ReLU, softmax cross-entropy, Adam 0.003, batch 32. A seed decides the split
(a fifth of the digits, stratified, is for the test), the first weights and the order of batches.
"""

import argparse
import statistics
import time

import numpy as np

from nnbook import Dense, ReLU, Sequential, SoftmaxCrossEntropy, accuracy, adam, fit, load_digits
from nnbook.data import train_test_split


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--epochs", type=int, default=30)
    epochs = parser.parse_args().epochs
    images, labels = load_digits()
    x = images.reshape(-1, 64)
    rows = []
    print("seed   test accuracy   seconds")
    for seed in range(5):
        x_train, x_test, t_train, t_test = train_test_split(
            np.random.default_rng(seed), x, labels, test_fraction=0.2, stratify=labels
        )
        start = time.perf_counter()
        run = fit(
            Sequential(Dense(64, 128), ReLU(), Dense(128, 10)),
            SoftmaxCrossEntropy(),
            x_train,
            t_train,
            optimizer=adam(3e-3),
            epochs=epochs,
            seed=seed,
            progress=False,
        )
        seconds = time.perf_counter() - start
        rows.append((accuracy(run.predict(x_test), t_test), seconds))
        print(f"{seed:4}   {rows[-1][0]:13.4f}   {seconds:7.2f}")
    accuracies, times = zip(*rows, strict=True)
    print(f"mean   {statistics.mean(accuracies):13.4f}   {statistics.mean(times):7.2f}")


if __name__ == "__main__":
    main()
