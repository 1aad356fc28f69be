"""Whole data sets: read from the files as they are kept; a clear error where there are none."""

import gzip
import io
import pickle
import sys
import tarfile

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


def test_fashion(kept):
    for name, n in (("train", 3), ("t10k", 1)):
        pixels, labels = bytes(range(256)) * 4, bytes([7] * n)
        with gzip.open(kept / f"{name}-images-idx3-ubyte.gz", "wb") as file:
            file.write(b"h" * 16 + (pixels * 3)[: 784 * n])
        with gzip.open(kept / f"{name}-labels-idx1-ubyte.gz", "wb") as file:
            file.write(b"h" * 8 + labels)
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
    def retrieve(url, known_hash, path, fname):
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
