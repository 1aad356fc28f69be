"""Training on simulated machines: the loss curve of one process, staleness, local steps."""

from itertools import islice

import numpy as np
import pytest

import nnbook as nn
from nnbook import (
    Dense,
    MeanSquaredError,
    ReLU,
    Sequential,
    Simulated,
    SoftmaxCrossEntropy,
    fit_asynchronous,
    fit_local,
    fit_parallel,
)
from nnbook.distributed import Job, asynchronous_updates

images, labels = nn.load_digits()
X, T = images.reshape(-1, 64)[:210], labels[:210]
LOSS = SoftmaxCrossEntropy()
COMMON = {"epochs": 3, "seed": 2, "batch_size": 50}
NETWORK = Sequential(Dense(64, 16), ReLU(), Dense(16, 10))


def uneven(rng, machine):
    return rng.exponential() * (1 + 5 * machine)


def flat(params):
    return np.concatenate([np.ravel(leaf) for leaf in nn.tree.flatten(params).values()])


@pytest.mark.parametrize("optimizer", [nn.sgd(0.1), nn.momentum(0.05), nn.adam(0.01)], ids=repr)
@pytest.mark.parametrize("parts", [1, 2, 4, 7])
def test_the_same_curve_as_one_process(optimizer, parts):
    one = nn.fit(NETWORK, LOSS, X, T, optimizer=optimizer, progress=False, **COMMON)
    run = fit_parallel(
        NETWORK, LOSS, X, T, optimizer=optimizer, machines=Simulated(3, uneven), parts=parts,
        **COMMON,
    )  # fmt: skip
    assert run.history["loss"] == pytest.approx(one.history["loss"], abs=1e-10)
    assert flat(run.params) == pytest.approx(flat(one.params), abs=1e-9)
    assert run.history["seconds"] == sorted(run.history["seconds"])


def test_penalties_and_several_outputs():
    net = nn.Graph("x")
    net.add("h", Dense(64, 8), "x")
    net.add("a", Dense(8, 10), "h")
    net.add("b", Dense(8, 1), "h")
    given = {"a": LOSS, "b": MeanSquaredError()}, {"x": X}, {"a": T, "b": T[:, None] / 10}
    more = {"penalty": nn.l2(0.01), "loss_weights": {"a": 1.0, "b": 0.5},
            "optimizer": nn.sgd(0.1), **COMMON}  # fmt: skip
    one = nn.fit(net, *given, progress=False, **more)
    run = fit_parallel(net, *given, machines=Simulated(4), **more)
    assert run.history["loss"] == pytest.approx(one.history["loss"], abs=1e-10)
    assert flat(run.params) == pytest.approx(flat(one.params), abs=1e-10)


def test_machines_do_not_matter_but_shards_do():
    net = Sequential(Dense(64, 16), ReLU(), nn.Dropout(0.3), Dense(16, 10))

    def run(machines, parts):
        found = fit_parallel(
            net, LOSS, X, T, machines=machines, parts=parts, optimizer=nn.sgd(0.1), **COMMON
        )
        return flat(found.params)

    assert (run(Simulated(4), 4) == run(Simulated(3, uneven, seed=9), 4)).all()
    assert (run(Simulated(4), 4) != run(Simulated(4), 5)).any()


def test_spare_shards_are_done_without():
    machines = Simulated(4, lambda rng, machine: 100.0 if machine == 2 else 1.0)
    run = fit_parallel(
        NETWORK, LOSS, X, T, machines=machines, spare=1, optimizer=nn.sgd(0.1), **COMMON
    )
    assert run.history["seconds"][-1] == pytest.approx(15.0)
    with pytest.raises(ValueError, match="spare must leave one of 4 shards, got 4"):
        fit_parallel(
            NETWORK, LOSS, X, T, machines=machines, spare=4, optimizer=nn.sgd(0.1), **COMMON
        )


def job(network, optimizer=None):
    (out,) = network.outputs
    return Job(network, {out: LOSS}, {out: 1.0}, {"x": X}, {out: T}, None, optimizer)


@pytest.mark.parametrize("M", [1, 4, 9])
@pytest.mark.parametrize("seconds", [1.0, uneven])
def test_mean_staleness_is_one_less_than_the_machines(M, seconds):
    optimizer, params = nn.sgd(0.001), NETWORK.init(np.random.default_rng(0))
    updates = asynchronous_updates(
        job(NETWORK), params, optimizer.init(params), optimizer=optimizer,
        machines=Simulated(M, seconds), rng=np.random.default_rng(1), key=0, batch_size=5,
    )  # fmt: skip
    late = [update.staleness for update in islice(updates, 600)][50:]
    assert np.mean(late) == pytest.approx(M - 1, abs=0.6)
    if seconds == 1.0:
        assert set(late) == {M - 1}


def test_an_asynchronous_machine_alone_is_gradient_descent():
    one = nn.fit(NETWORK, LOSS, X, T, optimizer=nn.sgd(0.1), progress=False, **COMMON)
    run = fit_asynchronous(
        NETWORK, LOSS, X, T, machines=Simulated(1), optimizer=nn.sgd(0.1), **COMMON
    )
    assert run.history["loss"] == pytest.approx(one.history["loss"], abs=1e-12)
    assert run.history["staleness"] == [0, 0, 0]


@pytest.mark.parametrize("delay", [0, 1, 2, 5])
def test_the_largest_rate_with_a_delay(delay):
    """A line through one point is a parabola of curvature 2."""
    x = np.ones((1, 1))
    line = Sequential(Dense(1, 1, bias=None))

    def end(rate):
        run = fit_asynchronous(
            line, MeanSquaredError(), x, 0 * x, machines=Simulated(delay + 1), epochs=400,
            optimizer=nn.sgd(rate), seed=0, params={"dense1": {"W": np.ones((1, 1))}},
        )  # fmt: skip
        return abs(run.params["dense1"]["W"][0, 0])

    limit = 2 / 2 * np.sin(np.pi / (4 * delay + 2))
    assert end(0.95 * limit) < 0.5
    assert end(1.05 * limit) > 2


def test_one_local_step_is_synchronous_training():
    same = {"machines": Simulated(3), "optimizer": nn.sgd(0.2), **COMMON}
    run = fit_local(NETWORK, LOSS, X, T, local_steps=1, **same)
    other = fit_parallel(NETWORK, LOSS, X, T, **same)
    assert flat(run.params) == pytest.approx(flat(other.params), abs=1e-12)


def test_local_steps_in_loops():
    params, data = {"dense1": {"W": np.zeros((1, 1))}}, np.arange(1.0, 9)[:, None]
    run = fit_local(
        Sequential(Dense(1, 1, bias=None)), MeanSquaredError(), data, 2 * data, epochs=1, seed=4,
        machines=Simulated(2), optimizer=nn.sgd(0.01), batch_size=4, local_steps=2, params=params,
    )  # fmt: skip
    order = np.random.default_rng(4).spawn(3)[1].permutation(8)
    ends = []
    for machine in range(2):
        w = 0.0
        for step in range(2):
            x = data[order[4 * step + 2 * machine :][:2], 0]
            w -= 0.01 * np.mean(2 * x * (w * x - 2 * x))
        ends.append(w)
    assert run.params["dense1"]["W"][0, 0] == pytest.approx(np.mean(ends))


def test_states_of_local_optimizers_are_averaged():
    run = fit_local(
        NETWORK, LOSS, X, T, machines=Simulated(2), optimizer=nn.adam(0.01), local_steps=4, **COMMON
    )
    assert run.state["step"] == 16  # 15 batches, in rounds of 4
    assert len(run.history["loss"]) == 3
    assert run.history["loss"][-1] < run.history["loss"][0]


class Stops:
    def __init__(self):
        self.names, self.ended = None, False

    def begin(self, names):
        self.names = names

    def __call__(self, run):
        return len(run.history["loss"]) == 2

    def end(self, run):
        self.ended = True
        return run


def test_callbacks_are_those_of_fit():
    stops = Stops()
    run = fit_asynchronous(
        NETWORK, LOSS, X, T, machines=Simulated(2), optimizer=nn.sgd(0.1), callbacks=[stops],
        **{**COMMON, "epochs": 9},
    )  # fmt: skip
    assert stops.names == ["loss", "seconds", "staleness"] == list(run.history)
    assert stops.ended
    assert len(run.history["loss"]) == 2


@pytest.mark.parametrize(("given", "error", "text"), [
    ({"machines": Simulated(51)}, ValueError, "examples cannot be cut into 51 shards"),
    ({"machines": Simulated(2), "batch_size": 209}, ValueError, "1 examples cannot be cut into 2"),
    ({"machines": Simulated(2), "metrics": []}, TypeError, "no option 'metrics'"),
    ({"machines": Simulated(2), "epochs": 0}, ValueError, "epochs"),
    ({"machines": Simulated(2), "seed": None}, TypeError, "seed"),
    ({"machines": Simulated(2), "optimizer": nn.sgd}, TypeError, "optimizer"),
])  # fmt: skip
def test_what_is_refused(given, error, text):
    with pytest.raises(error, match=text):
        fit_parallel(NETWORK, LOSS, X, T, **{"optimizer": nn.sgd(0.1), **COMMON, **given})


def test_what_does_not_fit_is_refused_before_training():
    with pytest.raises(ValueError, match="expects labels"):
        fit_parallel(
            NETWORK, LOSS, X, T + 10, machines=Simulated(2), optimizer=nn.sgd(0.1), **COMMON
        )


def test_a_loss_that_explodes_is_told():
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match="learning rate"):
        fit_asynchronous(
            NETWORK, MeanSquaredError(), X, np.eye(10)[T], machines=Simulated(4),
            optimizer=nn.sgd(1e4), **{**COMMON, "epochs": 50},
        )  # fmt: skip
