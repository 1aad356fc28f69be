"""Checkpoints: what comes back is what was saved, to the bit; what does not fit is said."""

from __future__ import annotations

import json
import os
import stat
import threading
import zipfile

import numpy as np
import pytest

import nnbook as nn
from nnbook import Sequential, adam, data, fit, tree
from nnbook.ops.activations import ReLU
from nnbook.ops.batchnorm import BatchNorm
from nnbook.ops.linear import Dense
from nnbook.ops.losses import SoftmaxCrossEntropy
from nnbook.ops.noise import Dropout
from nnbook.training.checkpoint import load, save


def network():
    return Sequential(Dense(2, 4), BatchNorm(4), ReLU(), Dropout(0.1), Dense(4, 2))


def trained(dtype=np.float64, **options):
    x, t = data.two_moons(np.random.default_rng(0), 60)
    settings = {"optimizer": adam(0.01), "epochs": 2, "seed": 0, "progress": False, **options}
    return fit(network(), SoftmaxCrossEntropy(), x.astype(dtype), t, **settings)


def equal(a, b):
    a, b = tree.flatten(a), tree.flatten(b)
    assert list(a) == list(b)
    for path, leaf in a.items():
        assert type(leaf) is type(b[path]), path
        np.testing.assert_array_equal(leaf, b[path])
        assert np.asarray(leaf).dtype == np.asarray(b[path]).dtype


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameters_and_state_come_back_to_the_bit(dtype, tmp_path):
    run, path = trained(dtype), tmp_path / "model.npz"
    save(path, params=run.params, state=run.state)
    again = load(path, params=network().init(np.random.default_rng(1), dtype))
    equal(run.params, again["params"])
    assert set(again) == {"params", "state"}
    assert tree.flatten(again["state"]).keys() == tree.flatten(run.state).keys()
    equal(run.state["m"], again["state"]["m"])
    assert again["state"]["step"] == run.state["step"] == 4
    assert again["state"]["rule"] == "adam"
    more = [trained(dtype, params=p, state=s) for p, s in ((run.params, run.state), again.values())]
    equal(more[0].params, more[1].params)


def test_other_leaves(tmp_path):
    given = {
        "step": 7,
        "rate": 0.1,
        "infinite": float("inf"),
        "on": True,
        "off": None,
        "name": "dense",
        "shape": {"of": np.arange(3), "scalar": np.array(2.5), "none": np.zeros((0, 2))},
        "nothing": {},
        "fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    }
    save(tmp_path / "x.npz", other=given, empty={})
    again = load(tmp_path / "x.npz")
    assert again["empty"] == again["other"]["nothing"] == {}
    for name in ("step", "rate", "infinite", "on", "off", "name"):
        assert again["other"][name] == given[name]
        assert type(again["other"][name]) is type(given[name])
    np.testing.assert_equal(again["other"]["shape"], given["shape"])
    np.testing.assert_equal(again["other"]["fortran"], given["fortran"])


def test_the_file_is_what_it_says(tmp_path):
    save(tmp_path / "x.npz", params={"dense1": {"W": np.ones((1, 1))}}, state={"step": 3})
    with np.load(tmp_path / "x.npz", allow_pickle=False) as file:
        assert set(file.files) == {"params/dense1/W", "nnbook"}
        header = json.loads(str(file["nnbook"]))
    assert header == {"format": 1, "plain": {"state/step": 3}, "empty": []}


def test_what_does_not_fit_is_listed(tmp_path):
    save(tmp_path / "x.npz", params={"a": {"W": np.zeros((2, 3)), "b": np.zeros(3)}, "c": {}})
    wanted = {"a": {"W": np.zeros((2, 4)), "b": np.zeros(3, np.float32)}, "d": {"g": np.zeros(1)}}
    with pytest.raises(ValueError, match="does not fit") as caught:
        load(tmp_path / "x.npz", params=wanted, state={"step": 0})
    assert str(caught.value).splitlines()[1:] == [
        "  params/a/W: expected shape (2, 4), the file has (2, 3)",
        "  params/a/b: expected dtype float32, the file has float64",
        "  params/d/g: missing in the file",
        "  state: missing in the file, which has ['params']",
    ]
    with pytest.raises(ValueError, match="params/a/b: not expected, but in the file"):
        load(tmp_path / "x.npz", params={"a": {"W": np.zeros((2, 3))}})


def test_a_state_of_another_optimizer_does_not_fit(tmp_path):
    params = {"w": np.ones(2)}
    save(tmp_path / "x.npz", state=nn.momentum(0.1).init(params))
    with pytest.raises(ValueError, match="state/rule: expected 'rmsprop', the file has 'momentum,"):
        load(tmp_path / "x.npz", state=nn.rmsprop(0.1).init(params))
    load(tmp_path / "x.npz", state=nn.momentum(0.3).init(params))


def test_each_name_has_its_own_array(tmp_path):
    given = {"W": np.ones(1), "W.npy": np.full(2, 2.0), "W.npy.npy": {"nnbook": np.zeros(3)}}
    save(tmp_path / "x.npz", p=given, nnbook={"nnbook": np.full(4, 4.0)})
    again = load(tmp_path / "x.npz")
    np.testing.assert_equal(again, {"p": given, "nnbook": {"nnbook": np.full(4, 4.0)}})
    long = {"a" * 20_000: {"β" * 20_000: np.ones(1)}}
    save(tmp_path / "x.npz", p=long)
    np.testing.assert_equal(load(tmp_path / "x.npz")["p"], long)


def test_two_saves_at_a_time_do_not_meet(tmp_path):
    """Threads of one process write to one path; each finds, and leaves, a whole file."""
    path, troubles = tmp_path / "x.npz", []

    def work(k):
        try:
            for _ in range(15):
                save(path, params={"b": np.full(2000, k)})
                b = load(path)["params"]["b"]
                assert len(b) == 2000
                assert len(set(b)) == 1
        except Exception as error:
            troubles.append(error)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not troubles
    assert os.listdir(tmp_path) == ["x.npz"]


def test_the_file_is_on_the_disk_before_it_takes_its_place(tmp_path, monkeypatch):
    calls = []
    fsync, replace = os.fsync, os.replace

    def synced(number):
        calls.append(("fsync", os.fstat(number).st_ino, os.fstat(number).st_size))
        fsync(number)

    def replaced(old, new):
        calls.append(("replace", os.stat(old).st_ino, os.stat(old).st_size))
        replace(old, new)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    save(tmp_path / "x.npz", params={"b": np.ones(1000)})
    (first, *whole), (second, *moved), *folder = calls
    assert (first, second) == ("fsync", "replace")
    assert whole == moved  # the same file, and nothing was written after
    if os.name == "posix":  # then the folder, so that the new name lasts as well
        assert [call[:2] for call in folder] == [("fsync", tmp_path.stat().st_ino)]


def test_the_error_is_told_even_when_the_file_beside_is_gone(tmp_path, monkeypatch):
    def cleaned_up(file, **_):
        os.unlink(file.name)
        raise OSError("no space left")

    monkeypatch.setattr(np, "savez", cleaned_up)
    with pytest.raises(OSError, match="no space left"):
        save(tmp_path / "x.npz", params={"b": np.zeros(1)})


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path, monkeypatch):
    path = tmp_path / "x.npz"
    save(path, params={"b": np.ones(1)})

    def full(*_, **__):
        raise OSError("no space left")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="no space left"):
        save(path, params={"b": np.zeros(1)})
    assert load(path)["params"]["b"] == 1
    assert os.listdir(tmp_path) == ["x.npz"]


def test_others_may_read_the_file(tmp_path):
    (tmp_path / "plain").write_text("")
    save(tmp_path / "x.npz", params={"b": np.ones(1)})
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("plain", "x.npz")}
    assert len(modes) == 1


def test_damaged_and_foreign_files(tmp_path):
    path = tmp_path / "x.npz"
    save(path, params={"b": np.ones(100)})
    whole = path.read_bytes()
    for damaged in (b"", b"text", whole[:100], whole[:-30]):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"x\.npz is no nnbook checkpoint, or a damaged one"):
            load(path)
    np.savez(path, a=np.ones(1))
    with pytest.raises(ValueError, match="no nnbook checkpoint"):
        load(path)
    np.savez(path, nnbook=np.array([print], dtype=object))  # a pickle is never opened
    with pytest.raises(ValueError, match="no nnbook checkpoint"):
        load(path)
    save(path, params={"b": np.ones(1)})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("params/c", b"raw")
    with pytest.raises(ValueError, match="no nnbook checkpoint"):
        load(path)
    np.savez(path, nnbook=np.array('{"format": 2}'))
    with pytest.raises(ValueError, match="has format 2; this version of nnbook reads 1"):
        load(path)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.npz")


@pytest.mark.parametrize(
    ("trees", "message"),
    [
        ({}, "at least one tree"),
        ({"params": np.ones(1)}, r"'params': expected a tree \(a dict\), got ndarray"),
        ({"params": {"a/b": np.ones(1)}}, "without slashes or NULs, got 'a/b' in 'params/'"),
        ({"params": {3: np.ones(1)}}, "must be a text .* got 3"),
        ({"params": {"f": print}}, "'params/f': expected numbers, got builtin_function_or_method"),
        ({"params": {"f": np.array(["a"])}}, "of dtype <U1"),
        ({"params": {"f": np.ma.array([1.0], mask=[1])}}, "'params/f': .* got MaskedArray"),
        ({"params": {"a\0b": np.ones(1), "a\0c": np.ones(1)}}, r"got 'a\\x00b' in 'params/'"),
        ({"params": {"a\\b": np.ones(1)}}, "a text without slashes or NULs"),
        ({"params": {"\ud800": np.ones(1)}}, "a name must be a text"),
        ({"params": {"": np.ones(1)}}, "a name must be a text"),
        ({"params": {"a" * 70_000: np.ones(1)}}, "a path of 70007 letters is too long"),
        ({"params": {"β" * 40_000: np.ones(1)}}, "too long"),
    ],
)
def test_what_cannot_be_saved(trees, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        save(tmp_path / "x.npz", **trees)
    assert not os.listdir(tmp_path)
