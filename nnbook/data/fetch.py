"""Whole data sets, downloaded once: checked by their sums and kept in a folder of the user.

They need pooch, which is the extra `fetch`: `pip install 'nnbook[fetch]'`.
"""

from __future__ import annotations

import os
import pickle
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nnbook.data.outside import load_idx
from nnbook.kinds import floating_dtype

Array = NDArray[Any]
Split = tuple[tuple[Array, Array], tuple[Array, Array]]

KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
FASHION = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
CIFAR = "https://www.cs.toronto.edu/~kriz/"
SUMS = {
    f"{KERAS}mnist.npz": "sha256:731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    f"{FASHION}train-images-idx3-ubyte.gz": "md5:8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    f"{FASHION}train-labels-idx1-ubyte.gz": "md5:25c81989df183df01b3e8a0aad5dffbe",
    f"{FASHION}t10k-images-idx3-ubyte.gz": "md5:bef4ecab320f06d8554ea6380940ec79",
    f"{FASHION}t10k-labels-idx1-ubyte.gz": "md5:bb300cfdad3c16e7a12a480ee83cd310",
    f"{CIFAR}cifar-10-python.tar.gz": "md5:c58f30108f718f92721af3b95e74349a",
}
"""The files and their sums, as Keras (MNIST) and torchvision (the others) have them."""


def fetch_mnist(dtype: DTypeLike = np.float32) -> Split:
    """MNIST: `((60000, 28, 28), (60000,))` to train on, `((10000, 28, 28), (10000,))` to test.

    Handwritten digits, gray levels from 0 to 1, labels 0 to 9. Raises ImportError without pooch,
    and ConnectionError where the file is neither kept nor to be had.

    Source: Y. LeCun, C. Cortes and C. Burges, *The MNIST database of handwritten digits* (1998).
    """
    floating_dtype(dtype)
    with np.load(_kept(f"{KERAS}mnist.npz")) as a:
        parts = (a["x_train"], a["y_train"]), (a["x_test"], a["y_test"])
    train, test = parts
    return _scaled(*train, dtype), _scaled(*test, dtype)


def fetch_fashion_mnist(dtype: DTypeLike = np.float32) -> Split:
    """Fashion-MNIST: `((60000, 28, 28), (60000,))` to train on, `((10000, 28, 28), (10000,))` to
    test.

    Clothes in ten classes, as in `load_fashion`. Raises ImportError without pooch, and
    ConnectionError where a file is neither kept nor to be had.

    Source: H. Xiao, K. Rasul and R. Vollgraf, *Fashion-MNIST* (2017), arXiv:1708.07747.
    """
    floating_dtype(dtype)
    parts = []
    for name in ("train", "t10k"):
        x, t = (f"{FASHION}{name}-{what}-ubyte.gz" for what in ("images-idx3", "labels-idx1"))
        parts.append(_scaled(load_idx(_kept(x)), load_idx(_kept(t)), dtype))
    train, test = parts
    return train, test


def fetch_cifar10(dtype: DTypeLike = np.float32) -> Split:
    """CIFAR-10: `((50000, 3, 32, 32), (50000,))` to train on, `((10000, 3, 32, 32), (10000,))` to
    test.

    Photographs in colour, channels first, from 0 to 1, in ten classes. Raises ImportError without
    pooch, and ConnectionError where the file is neither kept nor to be had.

    Source: A. Krizhevsky, *Learning multiple layers of features from tiny images* (2009).
    """
    floating_dtype(dtype)
    batches: dict[str, list[tuple[Array, Array]]] = {"train": [], "test": []}
    with tarfile.open(_kept(f"{CIFAR}cifar-10-python.tar.gz")) as archive:
        for member in sorted(archive.getmembers(), key=lambda m: m.name):
            name = Path(member.name).name
            if name.startswith(("data_batch_", "test_batch")):
                file: Any = archive.extractfile(member)
                batch = _Arrays(file, encoding="bytes").load()
                x = batch[b"data"].reshape(-1, 3, 32, 32)
                part = "test" if name == "test_batch" else "train"
                batches[part].append((x, np.array(batch[b"labels"])))
    joined = (map(np.concatenate, zip(*parts, strict=True)) for parts in batches.values())
    train, test = (_scaled(x, t, dtype) for x, t in joined)
    return train, test


class _Arrays(pickle.Unpickler):
    """Reads pickles of arrays and of Python's own types; anything else could be code."""

    def find_class(self, module: str, name: str) -> Any:
        if (module.replace("_core", "core"), name) in {
            ("numpy.core.multiarray", "_reconstruct"), ("numpy", "ndarray"), ("numpy", "dtype"),
            ("_codecs", "encode"),
        }:  # fmt: skip
            return super().find_class(module.replace("numpy.core", "numpy._core"), name)
        raise ValueError(f"expected arrays, and the file asks for {module}.{name}")


def _scaled(x: Array, t: Array, dtype: DTypeLike) -> tuple[Array, Array]:
    return x.astype(floating_dtype(dtype)) / 255, t.astype(np.intp)


def _kept(url: str) -> Path:
    """The file at an address, from the user's folder or else downloaded into it."""
    try:
        import pooch
    except ImportError:
        raise ImportError("expected pooch, to download: pip install 'nnbook[fetch]'") from None
    folder = pooch.os_cache("nnbook")
    try:
        return Path(
            pooch.retrieve(
                url, SUMS[url], path=folder, fname=url.rpartition("/")[2], downloader=_go_on
            )
        )
    except (OSError, ConnectionError) as error:
        raise ConnectionError(
            f"{url} is not in {folder} and could not be downloaded: {error}"
        ) from error


def _go_on(url: str, target: str, _: Any) -> None:
    """Download to `target`; what came before an interruption is kept, and not asked for again."""
    import requests  # which pooch brings

    part = Path(target).parent / f"{url.rpartition('/')[2]}.part"
    have = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    with requests.get(url, headers=headers, stream=True, timeout=30) as answer:
        if answer.status_code != 416:  # which says that all is there
            answer.raise_for_status()
            with open(part, "ab" if answer.status_code == 206 else "wb") as file:
                for piece in answer.iter_content(2**14):
                    file.write(piece)
    os.replace(part, target)
