"""A Dask cluster on this computer: the numbers of one process, also when workers are killed."""

import os
import sys
import time
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

import nnbook as nn
from nnbook import (
    Cluster,
    Dense,
    ReLU,
    Sequential,
    Simulated,
    SoftmaxCrossEntropy,
    fit_asynchronous,
    fit_local,
    fit_parallel,
)
from nnbook.distributed import Job, asynchronous_updates
from nnbook.op import EVAL, EVERYTHING, Op

distributed = pytest.importorskip("distributed")
psutil = pytest.importorskip("psutil")

images, labels = nn.load_digits()
X, T = images.reshape(-1, 64)[:200], labels[:200]
LOSS = SoftmaxCrossEntropy()
COMMON = {"optimizer": nn.momentum(0.05), "epochs": 3, "seed": 2, "batch_size": 50}


def network(*more):
    return Sequential(*more, Dense(64, 16), ReLU(), nn.Dropout(0.2), Dense(16, 10))


def killer(flag: Path, times: int = 1):
    """An op that kills its process, in the midst of a gradient, unless it did so often enough.

    The class is made here, so that it travels to the workers with its code.
    """

    class Killer(Op):
        def forward(self, params, x, mode=EVAL):
            import os
            import signal

            parent = self.flag.with_suffix(".parent").read_text() == str(os.getpid())
            if mode.training and not parent and self.flag.stat().st_size < self.times:
                with self.flag.open("a") as file:
                    file.write("x")
                os.kill(os.getpid(), signal.SIGKILL)
            return x, None

        def vjp(self, params, cache, y_bar, needs=EVERYTHING):
            return (y_bar,), {}

    flag.write_text("")
    flag.with_suffix(".parent").write_text(str(os.getpid()))
    op = Killer()
    op.flag, op.times = flag, times
    return op


def flat(params):
    return np.concatenate([np.ravel(leaf) for leaf in nn.tree.flatten(params).values()])


@pytest.fixture(scope="module")
def cluster():
    with Cluster(machines=2) as machines:
        yield machines


@pytest.fixture(autouse=True)
def quiet():
    """Killed workers leave pipes behind, which the garbage collector may find in any test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "unraisablehook", lambda *_: None)
        yield


def test_the_curve_of_one_process(cluster):
    net = Sequential(Dense(64, 16), ReLU(), Dense(16, 10))
    one = nn.fit(net, LOSS, X, T, progress=False, **COMMON)
    run = fit_parallel(net, LOSS, X, T, machines=cluster, parts=3, **COMMON)
    assert run.history["loss"] == pytest.approx(one.history["loss"], abs=1e-10)
    assert 0 < run.history["seconds"][0] < run.history["seconds"][-1] < cluster.now


def test_simulated_machines_give_the_same_bits(cluster):
    for fit in (fit_parallel, lambda *a, **k: fit_local(*a, local_steps=2, **k)):
        run, same = (
            fit(network(), LOSS, X, T, machines=machines, parts=4, **COMMON)
            for machines in (cluster, Simulated(4))
        )
        assert (flat(run.params) == flat(same.params)).all()
        assert run.history["loss"] == same.history["loss"]


def test_asynchronous_training_counts_every_update(cluster):
    net, optimizer = network(), nn.sgd(0.05)
    (out,) = net.outputs
    job = Job(net, {out: LOSS}, {out: 1.0}, {"x": X}, {out: T})
    params = net.init(np.random.default_rng(0))
    stream = asynchronous_updates(
        job, params, optimizer.init(params), optimizer=optimizer, machines=cluster,
        rng=np.random.default_rng(1), key=0, batch_size=20,
    )  # fmt: skip
    updates = list(islice(stream, 30))
    stream.close()
    assert [update.state["step"] for update in updates] == list(range(1, 31))
    assert np.mean([update.staleness for update in updates[5:]]) == pytest.approx(1, abs=0.2)
    run = fit_asynchronous(
        net, LOSS, X, T, machines=cluster, **{**COMMON, "optimizer": optimizer, "epochs": 10}
    )
    assert run.history["loss"][-1] < run.history["loss"][0]


def test_an_error_in_the_work_is_raised_as_it_is(cluster):
    def fails():
        raise ZeroDivisionError("here")

    cluster.submit(fails)
    with pytest.raises(ZeroDivisionError, match="here"):
        cluster.next()
    with pytest.raises(ValueError, match="no work is under way"):
        cluster.next()
    cluster.drop(cluster.submit(int))
    with pytest.raises(ValueError, match="no work is under way"):
        cluster.next()


@pytest.mark.slow
@pytest.mark.parametrize("machines", [1, 2])
def test_a_worker_is_killed_and_nothing_is_lost(machines, tmp_path):
    before = set(cluster_processes(99))
    net = network(killer(tmp_path / "synchronous"))
    with Cluster(machines=machines) as cluster:
        run = fit_parallel(net, LOSS, X, T, machines=cluster, parts=4, **COMMON)
        assert (tmp_path / "synchronous").read_text() == "x"
        same = fit_parallel(net, LOSS, X, T, machines=Simulated(4), **COMMON)
        assert (flat(run.params) == flat(same.params)).all()
        assert run.history["loss"] == same.history["loss"]
        if machines == 2:
            net = network(killer(tmp_path / "asynchronous"))
            kept = []
            run = fit_asynchronous(
                net, LOSS, X, T, machines=cluster, callbacks=[kept.append], **COMMON
            )
            assert (tmp_path / "asynchronous").read_text() == "x"
            assert [each.state["step"] for each in kept] == [4, 8, 12]
    assert set(cluster_processes(len(before))) <= before


def cluster_processes(expected: int) -> list[int]:
    """The processes of workers that this one started, soon after a cluster was left."""
    end, found = time.monotonic() + 10, []
    while time.monotonic() < end:
        found = []
        for process in psutil.Process().children(recursive=True):
            try:
                if "spawn_main" in " ".join(process.cmdline()):
                    found.append(process.pid)
            except psutil.Error:  # it has just ended
                continue
        if len(found) <= expected:
            break
        time.sleep(0.1)
    return found


@pytest.mark.slow
def test_work_that_no_worker_survives_is_given_up(tmp_path):
    net = network(killer(tmp_path / "always", times=99))
    with (
        Cluster(machines=1, attempts=2) as cluster,
        pytest.raises(RuntimeError, match="no worker survived"),
    ):
        fit_parallel(net, LOSS, X, T, machines=cluster, **COMMON)


def test_what_is_no_address():
    for address in ("nonsense", "10.0.0.7:8786", 8786):
        with pytest.raises(ValueError, match="must look like"):
            Cluster(address)
    with pytest.raises(ValueError, match="number of machines"):
        Cluster(machines=0)


def test_nobody_answers():
    with pytest.raises(ConnectionError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        Cluster("tcp://127.0.0.1:9", timeout=0.5)


@pytest.mark.slow
def test_a_cluster_that_goes_in_the_midst_is_told():
    other = distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    )
    with Cluster(other.scheduler_address, timeout=2) as machines:
        machines.submit(time.sleep, 30)
        time.sleep(0.5)
        other.close()
        with pytest.raises((ConnectionError, RuntimeError), match=r"gone|no machine is left"):
            machines.next()


def test_a_scheduler_without_workers():
    with (
        distributed.LocalCluster(
            n_workers=0, host="127.0.0.1", dashboard_address="127.0.0.1:0"
        ) as other,
        pytest.raises(ConnectionError, match="has no workers"),
    ):
        Cluster(other.scheduler_address, timeout=1)


def test_without_dask_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ImportError, match=r"nnbook\[distributed\]"):
        Cluster()
