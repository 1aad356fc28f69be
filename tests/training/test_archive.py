"""Files that were damaged, forged or made by others; files that processes leave when killed."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
import tracemalloc
import zipfile

import numpy as np
import pytest

from nnbook import tree
from nnbook.training import archive
from nnbook.training.checkpoint import load, save

FORMATS = ("npz", "safetensors")
TREES = {
    "params": {
        "dense1": {"W": np.arange(12.0).reshape(3, 4), "b": np.float32([1, 2, 3])},
        "big": {"endian": np.arange(3, dtype=">i4"), "scalar": np.float64(2.5)},
    },
    "state": {"step": 7, "rate": 0.1, "rule": "adam", "on": True, "none": None, "empty": {}},
}
NO_CHECKPOINT = "is no nnbook checkpoint, or a damaged one"


@pytest.fixture(params=FORMATS)
def file(request, tmp_path):
    if request.param == "safetensors":
        pytest.importorskip("safetensors")
    path = tmp_path / f"x.{request.param}"
    save(path, **TREES)
    return path


def same(a, b):
    a, b = tree.flatten(a), tree.flatten(b)
    return a.keys() == b.keys() and all(np.array_equal(a[path], b[path]) for path in a)


def test_both_formats_bring_back_what_was_saved(file):
    again = load(file)
    assert same(again, TREES)
    assert again["params"]["dense1"]["b"].dtype == np.float32
    assert type(again["state"]["rate"]) is float
    assert again["params"]["big"]["scalar"].dtype == np.float64  # and no number of Python's
    again["params"]["dense1"]["W"][0] = 5  # it can be written to


def test_safetensors_refuses_complex_numbers(tmp_path):
    pytest.importorskip("safetensors")
    with pytest.raises(ValueError, match=r"'p/z': safetensors has no dtype complex128; use \.npz"):
        save(tmp_path / "x.safetensors", p={"z": np.ones(2, complex)})
    assert os.listdir(tmp_path) == []


def test_any_bit_flipped_and_any_end_cut_off(file):
    """Nothing but the file as it was, or the one documented error; no third thing."""
    whole = file.read_bytes()
    rng = np.random.default_rng(0)
    equal = 0
    for trial in range(600):
        data = bytearray(whole)
        if trial < 450:
            data[rng.integers(len(data))] ^= 1 << rng.integers(8)
        elif trial < 550:
            del data[rng.integers(len(data)) :]
        else:
            at = rng.integers(len(data))
            data[at : at + rng.integers(1, 64)] = rng.bytes(rng.integers(64))
        file.write_bytes(bytes(data))
        try:
            again, said = load(file), ""
        except ValueError as error:
            again, said = None, str(error)
        if again is None:
            assert NO_CHECKPOINT in said or "has format" in said
        else:  # bits that mean nothing; safetensors has no checksum for its numbers
            equal += 1
            assert file.suffix == ".safetensors" or same(again, TREES)
    assert equal < 300


def npy(array) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


GOOD = {"format": 1, "plain": {}, "empty": []}


def forged(path, header=GOOD, compression=zipfile.ZIP_STORED, **entries):
    """An archive with this header and these entries, arrays or raw bytes."""
    text = header if isinstance(header, str) else json.dumps(header)
    with zipfile.ZipFile(path, "w", compression) as archive_:
        archive_.writestr("nnbook.npy", npy(np.array(text)))
        for name, entry in entries.items():
            archive_.writestr(name, entry if isinstance(entry, bytes) else npy(entry))


def claiming(shape: str, dtype="<f8") -> bytes:
    head = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode() + b"12345678"


class Harm:
    def __reduce__(self):
        return (os.system, ("echo harm > harmed",))


FORGED = {
    "pickle": {"p/a.npy": np.array([Harm()], dtype=object)},
    "pickle as text": {"p/a.npy": b"\x80\x04K\x01."},
    "raw entry": {"p/a": b"raw"},
    "a billion numbers": {"p/a.npy": claiming("(1000000000,)")},
    "a trillion numbers": {"p/a.npy": claiming("(1000000, 1000000)")},
    "negative sizes": {"p/a.npy": claiming("(-1, -1)")},
    "text array": {"p/a.npy": np.array(["a"])},
    "dates": {"p/a.npy": np.array(["2020-01-01"], "datetime64[D]")},
    "code in the head": {"p/a.npy": claiming("__import__('os').system('echo harm > harmed')")},
    "leaf and branch": {"p.npy": np.ones(1), "p/a.npy": np.ones(1)},
    "no name": {"p//a.npy": np.ones(1)},
    "compressed": {"compression": zipfile.ZIP_DEFLATED, "p/a.npy": np.ones(10**5)},
    "no header": {"header": ""},
    "deep header": {"header": "[" * 100_000},
    "list": {"header": []},
    "no plain": {"header": {"format": 1, "empty": []}},
    "no empty": {"header": {"format": 1, "plain": {}}},
    "format true": {"header": GOOD | {"format": True}},
    "format 1.0": {"header": GOOD | {"format": 1.0}},
    "format 0": {"header": GOOD | {"format": 0}},
    "list of leaves": {"header": GOOD | {"plain": [1]}},
    "leaf as list": {"header": GOOD | {"plain": {"p/a": [1]}}},
    "no float": {"header": GOOD | {"plain": {"p/a": {"float": "one"}}}},
    "two leaves": {"header": GOOD | {"plain": {"p/a": 1}}, "p/a.npy": np.ones(1)},
    "empty, and not": {"header": GOOD | {"empty": ["p"]}, "p/a.npy": np.ones(1)},
    "empty below a leaf": {"header": GOOD | {"empty": ["p/a/b"]}, "p/a.npy": np.ones(1)},
    "nameless branch": {"header": GOOD | {"empty": [""]}},
}


@pytest.mark.parametrize("entries", FORGED.values(), ids=FORGED)
def test_forged_files(entries, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    forged("x.npz", **entries)
    tracemalloc.start()
    with pytest.raises(ValueError, match=NO_CHECKPOINT):
        load("x.npz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5e6
    assert os.listdir(".") == ["x.npz"]


def test_planted_forgery_would_be_loaded_without_its_fault(tmp_path):
    forged(tmp_path / "x.npz", **{"p/a.npy": np.ones(1)})
    assert load(tmp_path / "x.npz") == {"p": {"a": np.ones(1)}}


def test_a_bomb_takes_no_more_memory_than_it_is_long(tmp_path):
    path = tmp_path / "x.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("nnbook.npy", npy(np.array(json.dumps(GOOD))))
        with bomb.open("p/a.npy", "w") as entry:
            for _ in range(64):
                entry.write(bytes(2**20))
    assert path.stat().st_size < 2**20
    tracemalloc.start()
    with pytest.raises(ValueError, match="is not stored as it is"):
        load(path)
    assert tracemalloc.get_traced_memory()[1] < 2**21
    tracemalloc.stop()


@pytest.mark.skipif(os.name != "posix", reason="modes and links are those of POSIX")
def test_modes_and_links_stay(tmp_path):
    path, link = tmp_path / "x.npz", tmp_path / "link.npz"
    save(path, p={"a": np.ones(1)})
    path.chmod(0o600)
    link.symlink_to(path)
    save(link, p={"a": np.zeros(1)})
    assert link.is_symlink()
    assert load(path)["p"]["a"] == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_must_not_be_written_stays(tmp_path, monkeypatch):
    path = tmp_path / "x.npz"
    save(path, p={"a": np.ones(1)})
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError, match="must not be written"):
        save(path, p={"a": np.zeros(1)})
    assert load(path)["p"]["a"] == 1


# -- Kills -----------------------------------------------------------------------------------------

WRITER = """
import sys, numpy as np
from nnbook.training.checkpoint import save
print("here", flush=True)
k = 0
while True:
    k += 1
    save(sys.argv[1], p={"a": np.full(100_000, k), "b": np.full(100_000, k)})
"""


def kills(folder, count, seed=0) -> tuple[int, int]:
    """How often the file was whole after a process that writes it was killed; what was left."""
    path, whole = folder / "x.npz", 0
    rng = np.random.default_rng(seed)
    save(path, p={"a": np.zeros(1), "b": np.zeros(1)})
    for _ in range(count):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE
        ) as process:
            process.stdout.readline()
            try:
                process.wait(rng.uniform(0, 0.05))
            except subprocess.TimeoutExpired:
                process.kill()
        p = load(path)["p"]
        whole += len({*p["a"], *p["b"]}) == 1
    save(path, p={"a": np.zeros(1), "b": np.zeros(1)})  # which clears what was left
    return whole, len(os.listdir(folder)) - 1


@pytest.mark.skipif(os.name != "posix", reason="what is left is cleared on POSIX")
def test_a_killed_process_leaves_a_whole_file_and_nothing_beside(tmp_path):
    assert kills(tmp_path, 8) == (8, 0)


def test_what_a_running_process_writes_is_left_alone(tmp_path):
    path = tmp_path / "x.npz"
    beside = tmp_path / f"{archive._prefix(path)}{os.getpid()}.ab"
    beside.write_bytes(b"half")
    save(path, p={"a": np.ones(1)})
    assert beside.exists()


if __name__ == "__main__":  # python -m tests.training.test_archive 200
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        whole, left = kills(Path(folder), int(sys.argv[1]))
        print(f"{sys.argv[1]} kills, the file whole {whole} times, {left} files left beside it")
