"""Embedding: rows by labels, gradients that add up, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook import gradcheck
from nnbook.data import one_hot
from nnbook.graph import Sequential
from nnbook.op import Needs, NoGradientError
from nnbook.ops.embedding import Embedding
from nnbook.ops.linear import Dense


def rng():
    return np.random.default_rng(0)


def test_it_is_a_dense_layer_of_one_hot_vectors():
    op, dense = Embedding(7, 3), Dense(7, 3, bias=None)
    params, x = op.init(rng()), rng().integers(0, 7, (4, 5))
    y, cache = op.forward(params, x)
    want, own = dense.forward(params, one_hot(x, 7))
    np.testing.assert_array_equal(y, want)
    y_bar = rng().normal(size=y.shape)
    _, bars = op.vjp(params, cache, y_bar)
    np.testing.assert_allclose(bars["W"], dense.vjp(params, own, y_bar)[1]["W"], rtol=1e-13)


def test_gradients():
    network = Sequential(Embedding(4, 3), Dense(3, 2))
    params = network.init(rng())
    assert gradcheck.entrywise(network, params, rng().integers(0, 4, (3, 5)), rng()).ok()


def test_padding_is_zero_and_stays():
    op = Embedding(4, 3, padding=1)
    params = op.init(rng())
    assert not params["W"][1].any()
    assert params["W"][[0, 2, 3]].all()
    y, cache = op.forward(params, np.array([1, 2, 1]))
    _, bars = op.vjp(params, cache, np.ones_like(y))
    np.testing.assert_array_equal(bars["W"], [[0] * 3, [0] * 3, [1] * 3, [0] * 3])
    assert repr(op) == "Embedding(4, 3, padding=1)"


def test_first_values_are_left_as_they_were_drawn():
    table = np.ones((3, 2))
    Embedding(3, 2, padding=0, weights=lambda rng, shape, dtype: table).init(rng())
    assert table.all()


def test_many_readings_of_one_row_keep_their_digits():
    op = Embedding(2, 1)
    params = op.init(rng(), np.float32)
    _, cache = op.forward(params, np.zeros(200_000, int))
    _, bars = op.vjp(params, cache, np.full((200_000, 1), 0.1, np.float32))
    np.testing.assert_allclose(bars["W"], [[20_000], [0]], rtol=2e-7)
    assert bars["W"].dtype == np.float32


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.array([0, 4]), "labels 0 … 3, got 0 … 4"),
        (np.array([-1, 2]), "labels 0 … 3, got -1 … 2"),
        (np.array([0.0, 2.0]), "labels that are integers, got dtype float64"),
    ],
)
def test_what_is_no_label_is_refused(x, message):
    op = Embedding(4, 3)
    with pytest.raises(ValueError, match=rf"Embedding\(4, 3\) expects {message}"):
        op.forward(op.init(rng()), x)


def test_settings_are_refused():
    with pytest.raises(ValueError, match=r"Embedding needs whole numbers of at least 1, got K=0"):
        Embedding(0, 3)
    for padding in (-1, 4):
        with pytest.raises(ValueError, match=r"the padding of an embedding expects labels 0 … 3"):
            Embedding(4, 3, padding=padding)
    op = Embedding(4, 3)
    _, cache = op.forward(op.init(rng()), np.array([1]))
    with pytest.raises(NoGradientError, match="labels have no cotangent"):
        op.vjp(op.init(rng()), cache, np.ones((1, 3)), Needs((True,)))
    assert op.vjp(op.init(rng()), cache, np.ones((1, 3)), Needs((False,), False)) == ((None,), {})
