"""Seeded runs end in the same numbers everywhere: on each Python, NumPy and system.

Not to the last bit: a product of matrices adds in the order of the processor's kernel, and a
training carries the difference on. `TOLERANCE` says how far; the short runs here are not chaotic.
What they came to stands in `seeded.json`; after a change that is meant to change it,

    python -m tests.test_seeded --write
"""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import nnbook as nn
from nnbook import Dense, Graph, ReLU, Sequential, SoftmaxCrossEntropy

STORED = Path(__file__).with_name("seeded.json")
TOLERANCE = {"float64": 1e-10, "float32": 1e-4}  # relative, for losses and digests
EPOCHS = 3


def digits(dtype):
    images, labels = nn.load_digits(dtype)
    return images[:300], labels[:300]


def mlp(dtype="float64"):
    x, t = digits(dtype)
    layers = Dense(64, 32, bias=None), nn.BatchNorm(32), ReLU(), nn.Dropout(0.2), Dense(32, 10)
    return Sequential(*layers), x.reshape(-1, 64), t, nn.momentum(0.05)


def cnn(dtype="float64"):
    x, t = digits(dtype)
    net = Sequential(
        nn.Conv2D(1, 8, 3, padding=1), ReLU(), nn.MaxPool2D(2), nn.Flatten(), Dense(128, 10)
    )
    return net, x.reshape(-1, 1, 8, 8), t, nn.adam(3e-3)


def lstm(dtype="float64"):
    """The rows of a digit one after the other, as a sequence."""
    x, t = digits(dtype)
    net = Sequential(nn.LSTM(8, 16), nn.Flatten(), Dense(8 * 16, 10))
    return net, x.reshape(-1, 8, 8), t, nn.rmsprop(2e-3)


def attention(dtype="float64"):
    x, t = digits(dtype)
    net = Graph("x")
    net.add("embedded", Dense(8, 16), "x")
    net.add("normed", nn.LayerNorm(16), "embedded")
    net.add("attended", nn.MultiHeadAttention(16, 4, rotary=True), *["normed"] * 3)
    net.add("sum", nn.Add(), "embedded", "attended")
    net.add("flat", nn.Flatten(), "sum")
    net.add("z", Dense(8 * 16, 10), "flat")
    return net, x.reshape(-1, 8, 8), t, nn.adamw(3e-3)


TRAININGS = {
    f"{make.__name__}, {dtype}": (make, dtype)
    for make in (mlp, cnn, lstm, attention)
    for dtype in TOLERANCE
}


def digest(leaf) -> list[float]:
    """Two numbers that notice a change of any entry: the length, and a weighted sum."""
    flat = np.asarray(leaf, np.float64).ravel()
    weights = 1 + np.arange(flat.size) % 7  # the same for all versions, unlike random ones
    return [float(np.sqrt(flat @ flat)), float(weights @ np.abs(flat))]


def trained(name: str) -> dict:
    make, dtype = TRAININGS[name]
    net, x, t, optimizer = make(dtype)
    run = nn.fit(net, SoftmaxCrossEntropy(), x, t, optimizer=optimizer, epochs=EPOCHS, seed=11,
                 progress=False)  # fmt: skip
    assert {leaf.dtype.name for _, leaf in nn.tree.items(run.params)} == {dtype}
    return {
        "losses": [float(loss) for loss in run.history["loss"]],
        "params": {path: digest(leaf) for path, leaf in nn.tree.items(run.params)},
    }


def agree(found: dict, expected: dict, tolerance: float) -> bool:
    def near(a, b):
        return np.allclose(a, b, rtol=tolerance, atol=tolerance / 1000)

    return (
        near(found["losses"], expected["losses"])
        and found["params"].keys() == expected["params"].keys()
        and all(near(found["params"][p], expected["params"][p]) for p in expected["params"])
    )


@pytest.mark.parametrize("name", TRAININGS)
def test_a_seeded_run_ends_where_it_ended(name):
    expected = json.loads(STORED.read_text(encoding="utf-8"))[name]
    assert len(expected["losses"]) == EPOCHS
    assert expected["losses"][-1] < expected["losses"][0] < 3  # it learnt something
    found = trained(name)
    assert agree(found, expected, TOLERANCE[TRAININGS[name][1]]), (found, expected)


def test_a_planted_difference_is_found():
    """A step of the optimizer that is wrong in the eighth digit, in the last epoch alone."""
    name = "mlp, float64"
    expected = json.loads(STORED.read_text(encoding="utf-8"))[name]
    for path, (length, total) in expected["params"].items():
        planted = {**expected["params"], path: [length * (1 + 1e-8), total]}
        assert not agree({**expected, "params": planted}, expected, TOLERANCE["float64"])
    losses = [*expected["losses"][:-1], expected["losses"][-1] * (1 + 1e-8)]
    assert not agree({**expected, "losses": losses}, expected, TOLERANCE["float64"])


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(f"expected --write, which writes {STORED.name}; got {sys.argv[1:]}")
    results = {name: trained(name) for name in TRAININGS}
    STORED.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
