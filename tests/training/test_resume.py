"""A run that was interrupted ends where the unbroken one ends, bit for bit."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time

import numpy as np
import pytest

import nnbook as nn
from nnbook import (
    BatchNorm,
    Dense,
    Dropout,
    ReLU,
    Sequential,
    SoftmaxCrossEntropy,
    data,
    fit,
    resume,
    tree,
)
from nnbook.training.course import Course

NETWORKS = {
    "dense": lambda: Sequential(Dense(2, 4), ReLU(), Dense(4, 2)),
    "dropout": lambda: Sequential(Dense(2, 4), Dropout(0.3), ReLU(), Dense(4, 2)),
    "batch norm": lambda: Sequential(Dense(2, 4), BatchNorm(4), ReLU(), Dense(4, 2)),
}
OPTIMIZERS = {
    "sgd": lambda: nn.sgd(0.1),
    "momentum": lambda: nn.momentum(0.1),
    "nesterov": lambda: nn.nesterov(0.1),
    "adagrad": lambda: nn.adagrad(0.1),
    "adadelta": lambda: nn.adadelta(),
    "rmsprop": lambda: nn.rmsprop(0.01),
    "adam": lambda: nn.adam(0.01),
    "adamw": lambda: nn.adamw(0.01),
    "amsgrad": lambda: nn.amsgrad(0.01),
    "nadam": lambda: nn.nadam(0.01),
    "radam": lambda: nn.radam(0.01),
    "lion": lambda: nn.lion(0.001),
    "schedule": lambda: nn.momentum(nn.training.schedules.cosine(0.1, 60)),
}
X, T = data.two_moons(np.random.default_rng(0), 60)
VALIDATION = data.two_moons(np.random.default_rng(1), 20)


def settings(network="dense", optimizer="adam", dtype=np.float64):
    given = (NETWORKS[network](), SoftmaxCrossEntropy(), X.astype(dtype), T)
    options = {
        "optimizer": OPTIMIZERS[optimizer](), "progress": False, "batch_size": 16,
        "validation": (VALIDATION[0].astype(dtype), VALIDATION[1]), "penalty": nn.l2(1e-3),
        "metrics": [data.metrics.accuracy],
    }  # fmt: skip
    return given, options


def assert_same(run, other):
    assert run.history == other.history
    for mine, yours in ((run.params, other.params), (run.state, other.state)):
        mine, yours = tree.flatten(mine), tree.flatten(yours)
        assert mine.keys() == yours.keys()
        for path, leaf in mine.items():
            assert np.asarray(leaf).dtype == np.asarray(yours[path]).dtype, path
            assert np.asarray(leaf).tobytes() == np.asarray(yours[path]).tobytes(), path


CASES = [*itertools.product(NETWORKS, OPTIMIZERS, (np.float32, np.float64))]


@pytest.mark.parametrize(("network", "optimizer", "dtype"), CASES)
def test_interrupted_and_unbroken_runs_are_equal(network, optimizer, dtype, tmp_path):
    given, options = settings(network, optimizer, dtype)
    path = tmp_path / "run.npz"
    unbroken = fit(*given, epochs=7, seed=3, **options)
    cut = 1 + len(optimizer) % 6  # another place in each
    fit(*given, epochs=cut, seed=3, checkpoint=path, **options)
    assert_same(resume(path, *given, epochs=7, **options), unbroken)


def test_planted_run_from_parameters_and_state_alone_is_another(tmp_path):
    """What `fit` with the stored parameters and state gives: other batches, so other parameters."""
    given, options = settings()
    unbroken = fit(*given, epochs=4, seed=3, **options)
    half = fit(*given, epochs=2, seed=3, **options)
    other = fit(*given, epochs=2, seed=3, params=half.params, state=half.state, **options)
    with pytest.raises(AssertionError):
        assert_same(other, unbroken)


class StopAfter:
    """A callback that counts, and remembers how far it came."""

    def __init__(self, epochs):
        self.epochs, self.seen = epochs, 0

    def __call__(self, run):
        self.seen += 1
        return self.seen >= self.epochs

    def remember(self):
        return {"seen": self.seen}

    def recall(self, held, run):
        self.seen = held["seen"]


def test_callbacks_remember(tmp_path):
    given, options = settings()
    path = tmp_path / "run.npz"

    def stopping():
        return [StopAfter(9), nn.EarlyStopping(20)]

    unbroken = fit(*given, epochs=30, seed=3, callbacks=stopping(), **options)
    assert len(unbroken.history["loss"]) == 9
    fit(*given, epochs=5, seed=3, callbacks=stopping(), checkpoint=path, **options)
    callbacks = stopping()
    again = resume(path, *given, epochs=30, callbacks=callbacks, **options)
    assert_same(again, unbroken)
    assert callbacks[1].best.history["loss"] == unbroken.history["loss"][: callbacks[1].best_epoch]
    # A run that has stopped is over.
    assert_same(resume(path, *given, epochs=30, callbacks=stopping(), **options), unbroken)


def test_several_outputs(tmp_path):
    network = nn.Graph("x")
    h = network.add("h", Dense(2, 3), "x")
    network.add("a", Dense(3, 2), h)
    network.add("b", Dense(3, 1), h)
    loss = {"a": SoftmaxCrossEntropy(), "b": nn.MeanSquaredError()}
    given = (network, loss, X, {"a": T, "b": X[:, :1]})
    options = {"optimizer": nn.adam(0.01), "progress": False}
    unbroken = fit(*given, epochs=4, seed=3, **options)
    fit(*given, epochs=2, seed=3, checkpoint=tmp_path / "run.npz", **options)
    assert_same(resume(tmp_path / "run.npz", *given, epochs=4, **options), unbroken)


def test_every_so_many_epochs(tmp_path):
    given, options = settings()
    path, stored = tmp_path / "run.npz", []

    def watch(run):
        stored.append(len(nn.load(path)["run"]["history"][0]) if path.exists() else 0)

    fit(*given, epochs=7, seed=0, checkpoint=path, every=3, callbacks=[watch], **options)
    assert stored == [0, 0, 0, 3, 3, 3, 6]
    assert len(nn.load(path)["run"]["history"][0]) == 7  # the last one always


def test_what_differs_is_listed(tmp_path):
    given, options = settings()
    path = tmp_path / "run.npz"
    fit(*given, epochs=1, seed=0, checkpoint=path, **options)
    before = path.read_bytes()
    _, loss, x, t = given
    other = {**options, "batch_size": 8, "optimizer": nn.sgd(0.1)}
    with pytest.raises(ValueError, match="is of another run") as caught:
        resume(path, NETWORKS["dropout"](), loss, x + 1, t, epochs=2, **other)
    lines = [line.split(":")[0].strip() for line in str(caught.value).splitlines()[1:]]
    assert lines == ["network", "optimizer", "batch_size", "data (training)"]
    with pytest.raises(ValueError, match="callbacks: the run had '', now it is 'StopAfter'"):
        resume(path, *given, epochs=2, callbacks=[StopAfter(9)], **options)
    with pytest.raises(TypeError, match="resume takes no seed: the file has them"):
        resume(path, *given, epochs=2, seed=0, **options)
    assert path.read_bytes() == before


def test_a_setting_that_a_file_does_not_have(tmp_path):
    course = Course({}, {}, {}, settings={"loss": "A()"})
    with pytest.raises(ValueError, match="penalty: the run had none, now it is 'l2'"):
        course.check({"loss": "A()", "penalty": "l2"}, tmp_path / "run.npz")


def test_a_checkpoint_is_not_overwritten_by_another_run(tmp_path):
    given, options = settings()
    path = tmp_path / "run.npz"
    fit(*given, epochs=1, seed=0, checkpoint=path, **options)
    with pytest.raises(FileExistsError, match="resume"):
        fit(*given, epochs=1, seed=0, checkpoint=path, **options)
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        fit(*given, epochs=1, seed=0, checkpoint=tmp_path / "none" / "run.npz", **options)
    nn.save(tmp_path / "x.npz", params={"a": np.ones(1)})
    with pytest.raises(ValueError, match="holds no run that can go on"):
        resume(tmp_path / "x.npz", *given, epochs=1, **options)


def test_the_preprocessing_is_kept(tmp_path):
    given, options = settings()
    transform = nn.standardize()
    state = transform.init(X)
    given = (*given[:2], transform.apply(state, X), given[3])
    path = tmp_path / "run.npz"
    fit(*given, epochs=2, seed=0, checkpoint=path, preprocessing=state, **options)
    resume(path, *given, epochs=3, **options)
    np.testing.assert_equal(nn.load(path)["preprocessing"], state)
    other = (*given[:2], X, given[3])
    with pytest.raises(ValueError, match="is of another run"):
        resume(path, *other, epochs=4, **options)
    with pytest.raises(TypeError, match="no preprocessing: the file has"):
        resume(path, *given, epochs=4, preprocessing=state, **options)
    infinite = {"a": X + np.inf}
    for wrong, message in (([1.0], "be a dict"), ({"a": object()}, "'a'"), (infinite, "finite")):
        with pytest.raises((TypeError, ValueError), match=message):
            fit(*given, epochs=2, seed=0, preprocessing=wrong, **options)


def test_a_forged_generator_is_refused(tmp_path):
    given, options = settings()
    path = tmp_path / "run.npz"
    fit(*given, epochs=1, seed=0, checkpoint=path, **options)
    trees = nn.load(path)
    trees["run"]["generators"]["ops"] = '{"bit_generator": "seed", "state": {}}'
    nn.save(path, **trees)
    with pytest.raises(ValueError, match="holds no run that can go on"):
        resume(path, *given, epochs=2, **options)


# -- Kills -----------------------------------------------------------------------------------------

PROGRAM = """
import sys
from pathlib import Path
from nnbook import fit, resume
from tests.training.test_resume import settings
network, optimizer, path = sys.argv[1:]
given, options = settings(network, optimizer)
print("here", flush=True)
if Path(path).exists():
    resume(path, *given, epochs=40, **options)
else:
    fit(*given, epochs=40, seed=3, checkpoint=path, **options)
print("end", flush=True)
"""


def killed_until_it_ends(network, optimizer, path, rng) -> int:
    """How often a program was killed and started again before it came to its end."""
    for count in itertools.count():
        command = [sys.executable, "-c", PROGRAM, network, optimizer, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            time.sleep(rng.uniform(0, 0.2))
            process.kill()
            if b"end" in process.stdout.read():
                return count


def compare(network, optimizer, path, rng) -> int:
    given, options = settings(network, optimizer)
    unbroken = fit(*given, epochs=40, seed=3, **options)
    count = killed_until_it_ends(network, optimizer, path, rng)
    assert_same(resume(path, *given, epochs=40, **options), unbroken)
    return count


def test_a_program_that_is_killed_again_and_again(tmp_path):
    compare("dropout", "adam", tmp_path / "run.npz", np.random.default_rng(0))


if __name__ == "__main__":  # python -m tests.training.test_resume 50
    import tempfile
    from pathlib import Path

    rng, killed, wanted = np.random.default_rng(1), 0, int(sys.argv[1])
    for _, (network, optimizer) in zip(
        range(wanted), itertools.cycle(itertools.product(NETWORKS, OPTIMIZERS)), strict=False
    ):
        with tempfile.TemporaryDirectory() as folder:
            killed += compare(network, optimizer, Path(folder) / "run.npz", rng)
    print(f"{wanted} runs, killed {killed} times, all equal to the unbroken ones")
