"""A batch in pieces: cut, computed, put together again."""

import numpy as np
import pytest

import nnbook as nn
from nnbook import Dense, ReLU, Sequential, Simulated, SoftmaxCrossEntropy, fit_parallel
from nnbook.distributed import mean_of_shards
from nnbook.distributed.shards import shards
from nnbook.distributed.work import Job, gradient, steps
from nnbook.training.loop import loss_and_gradients

rng = np.random.default_rng(0)
X, T = rng.normal(size=(60, 5)), rng.integers(0, 3, 60)
LOSS = SoftmaxCrossEntropy()


def network(*more):
    return Sequential(Dense(5, 6), ReLU(), *more, Dense(6, 3))


def flat(params):
    return np.concatenate([np.ravel(leaf) for leaf in nn.tree.flatten(params).values()])


@pytest.mark.parametrize("parts", [1, 2, 3, 7, 60])
def test_weighted_shards_are_the_batch(parts):
    net = network()
    params = net.init(np.random.default_rng(1))
    pieces = shards(np.arange(60), parts)
    assert sorted(np.concatenate(pieces)) == list(range(60))
    assert max(map(len, pieces)) - min(map(len, pieces)) <= 1
    grads = [loss_and_gradients(net, LOSS, params, X[p], T[p])[1] for p in pieces]
    whole = loss_and_gradients(net, LOSS, params, X, T)[1]
    mean = mean_of_shards(grads, [len(p) for p in pieces])
    assert flat(mean) == pytest.approx(flat(whole), abs=1e-14)


def test_the_plain_mean_of_unequal_shards_is_another_gradient():
    net = network()
    params = net.init(np.random.default_rng(1))
    pieces = [np.arange(5), np.arange(5, 60)]
    grads = [loss_and_gradients(net, LOSS, params, X[p], T[p])[1] for p in pieces]
    whole = flat(loss_and_gradients(net, LOSS, params, X, T)[1])
    assert np.abs(flat(mean_of_shards(grads, [1, 1])) - whole).max() > 1e-3
    assert flat(mean_of_shards(grads, [5, 55])) == pytest.approx(whole, abs=1e-14)


def test_dtypes_are_kept():
    trees = [{"W": np.ones(2, np.float32)}, {"W": np.zeros(2, np.float32)}]
    assert mean_of_shards(trees, [1, 3])["W"].dtype == np.float32


@pytest.mark.parametrize(("rows", "parts", "error", "text"), [
    (range(3), 4, ValueError, "a batch of 3 examples cannot be cut into 4 shards"),
    (range(3), 0, ValueError, "number of shards"),
    (range(3), 1.5, ValueError, "number of shards"),
    (5, 2, ValueError, "cannot be cut"),
])  # fmt: skip
def test_what_cannot_be_cut(rows, parts, error, text):
    with pytest.raises(error, match=text):
        shards(rows, parts)


def test_what_cannot_be_averaged():
    with pytest.raises(ValueError, match="as many trees as sizes"):
        mean_of_shards([], [])
    with pytest.raises(ValueError, match="as many trees as sizes"):
        mean_of_shards([{"W": np.ones(1)}], [1, 2])
    with pytest.raises(ValueError, match="examples of a shard"):
        mean_of_shards([{"W": np.ones(1)}] * 2, [1, 0])


def test_noise_comes_from_the_key_alone():
    net = network(nn.Dropout(0.5))
    (out,) = net.outputs
    job = Job(net, {out: LOSS}, {out: 1.0}, {"x": X}, {out: T})
    params = net.init(np.random.default_rng(1))
    one, same, other = (gradient(job, params, np.arange(9), (3, 1, k)) for k in (0, 0, 1))
    assert (flat(one.values) == flat(same.values)).all()
    assert (flat(one.values) != flat(other.values)).any()


@pytest.mark.parametrize("parts", [2, 3])
def test_running_averages_are_those_of_the_shards(parts):
    net = network(nn.BatchNorm(6))
    run = fit_parallel(
        net, LOSS, X, T, machines=Simulated(1), parts=parts, optimizer=nn.sgd(0.0), epochs=1,
        seed=3, batch_size=60,
    )  # fmt: skip
    init, order, _ = np.random.default_rng(3).spawn(3)
    params = net.init(init)
    hidden = np.maximum(X @ params["dense1"]["W"] + params["dense1"]["b"], 0)
    pieces = np.array_split(hidden[order.permutation(60)], parts)
    found = run.params["batchnorm1"]
    assert found["running_mean"] == pytest.approx(0.1 * hidden.mean(axis=0))
    variance = np.mean([p.var(axis=0, ddof=1) for p in pieces], axis=0)
    assert found["running_variance"] == pytest.approx(0.9 + 0.1 * variance)


def test_steps_need_an_optimizer():
    net = network()
    (out,) = net.outputs
    job = Job(net, {out: LOSS}, {out: 1.0}, {"x": X}, {out: T})
    with pytest.raises(ValueError, match="optimizer"):
        steps(job, net.init(np.random.default_rng(0)), {}, [np.arange(3)], (0,))
