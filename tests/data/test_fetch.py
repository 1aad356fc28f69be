"""Whole data sets: read from the files as they are kept; a clear error where there are none."""

import gzip
import hashlib
import http.server
import io
import pickle
import sys
import tarfile
import threading

import numpy as np
import pytest

import nnbook as nn
from nnbook.data import fetch


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Files in place of the downloaded ones."""
    monkeypatch.setattr(fetch, "_kept", lambda url: tmp_path / url.rpartition("/")[2])
    return tmp_path


def test_mnist(kept):
    images = np.arange(2 * 784, dtype=np.uint8).reshape(2, 28, 28)
    labels = np.array([3, 9], np.uint8)
    np.savez(kept / "mnist.npz", x_train=images, y_train=labels, x_test=images[:1],
             y_test=labels[:1])  # fmt: skip
    (x, t), (x_test, t_test) = nn.fetch_mnist()
    assert (x.dtype, t.dtype, x_test.shape) == (np.float32, np.int64, (1, 28, 28))
    assert np.allclose(x * 255, images)
    assert (t.tolist(), t_test.tolist()) == ([3, 9], [3])


def idx(*sizes):
    return bytes([0, 0, 8, len(sizes)]) + np.array(sizes, ">u4").tobytes()


def test_fashion(kept):
    for name, n in (("train", 3), ("t10k", 1)):
        pixels, labels = bytes(range(256)) * 4, bytes([7] * n)
        with gzip.open(kept / f"{name}-images-idx3-ubyte.gz", "wb") as file:
            file.write(idx(n, 28, 28) + (pixels * 3)[: 784 * n])
        with gzip.open(kept / f"{name}-labels-idx1-ubyte.gz", "wb") as file:
            file.write(idx(n) + labels)
    (x, t), (x_test, _) = nn.fetch_fashion_mnist(np.float64)
    assert (x.shape, x_test.shape, t.tolist()) == ((3, 28, 28), (1, 28, 28), [7, 7, 7])
    assert x[0, 0, 5] == 5 / 255


def test_cifar10(kept):
    with tarfile.open(kept / "cifar-10-python.tar.gz", "w:gz") as archive:
        for name, k in (("data_batch_1", 1), ("data_batch_2", 2), ("test_batch", 3)):
            data = pickle.dumps({b"data": np.full((2, 3072), k, np.uint8), b"labels": [k, k]})
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    (x, t), (x_test, t_test) = nn.fetch_cifar10()
    assert (x.shape, x_test.shape) == ((4, 3, 32, 32), (2, 3, 32, 32))
    assert (t.tolist(), t_test.tolist()) == ([1, 1, 2, 2], [3, 3])


def test_without_pooch_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ImportError, match=r"pip install 'nnbook\[fetch\]'"):
        nn.fetch_mnist()


class Pooch:
    """A downloader that finds no network, and says what it was asked for."""

    @staticmethod
    def os_cache(name):
        return f"/nowhere/{name}"

    @staticmethod
    def retrieve(url, known_hash, path, fname, downloader):
        assert known_hash.split(":")[0] in ("md5", "sha256")
        raise OSError("no network")


@pytest.mark.parametrize("name", ["fetch_mnist", "fetch_fashion_mnist", "fetch_cifar10"])
def test_offline_the_error_says_what_is_missing_and_where(monkeypatch, name):
    monkeypatch.setitem(sys.modules, "pooch", Pooch)
    with pytest.raises(ConnectionError, match=r"is not in /nowhere/nnbook and could not be"):
        getattr(nn, name)()


def test_clothes_come_with_the_package():
    images, labels = nn.load_fashion()
    assert (images.shape, images.min(), images.max()) == ((6000, 28, 28), 0, 1)
    assert np.bincount(labels).tolist() == [600] * 10
    assert images.dtype == np.float64
    assert nn.load_fashion(np.float32)[0].dtype == np.float32


class Harm:
    def __reduce__(self):
        return (exec, ("raise SystemExit('harm')",))


def test_a_pickle_with_code_is_not_run():
    file = io.BytesIO(pickle.dumps({b"data": Harm()}))
    with pytest.raises(ValueError, match=r"expected arrays, and the file asks for builtins\.exec"):
        fetch._Arrays(file, encoding="bytes").load()


CONTENT = np.random.default_rng(0).bytes(300_000)


class Halting(http.server.BaseHTTPRequestHandler):
    """Sends no more than 100,000 bytes of what is asked for, and then hangs up."""

    def do_GET(self):
        start = int(self.headers.get("Range", "bytes=0-")[6:-1])
        self.server.asked.append(start)
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        self.wfile.write(CONTENT[start : start + 100_000])

    def log_message(self, *_):
        pass


def test_a_download_goes_on_where_it_was_interrupted(tmp_path, monkeypatch):
    pytest.importorskip("pooch")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Halting) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        server.asked = []
        url = f"http://127.0.0.1:{server.server_address[1]}/data.bin"
        monkeypatch.setitem(fetch.SUMS, url, f"sha256:{hashlib.sha256(CONTENT).hexdigest()}")
        monkeypatch.setattr("pooch.os_cache", lambda _: tmp_path)
        for _ in range(3):
            with pytest.raises(ConnectionError, match="could not be downloaded"):
                fetch._kept(url)
        assert fetch._kept(url).read_bytes() == CONTENT
        assert server.asked[0] == 0
        assert np.all(np.diff(server.asked) > 80_000)  # the last piece that came may be lost
        assert fetch._kept(url).read_bytes() == CONTENT  # kept: nothing is asked for
        assert len(server.asked) == 4
        monkeypatch.setitem(fetch.SUMS, url, f"sha256:{'0' * 64}")
        (tmp_path / "data.bin").unlink()
        (tmp_path / "data.bin.part").write_bytes(CONTENT[:-1] + b"x")
        with pytest.raises(ValueError, match="hash"):
            fetch._kept(url)
        server.shutdown()
