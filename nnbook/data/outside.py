"""Data from files that others made: idx (the MNIST family), CSV tables, folders of pictures.

What a file says of itself is held against what it has, before an array is made of it.
"""

from __future__ import annotations

import csv
import gzip
import math
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from nnbook.checks import flag, word
from nnbook.kinds import floating_dtype, listed
from nnbook.kinds import path as as_path
from nnbook.numerics import Array

IDX = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
"""The dtypes of the idx format, by their number in its head."""
PIECE = 2**20
"""Bytes that are read at a time."""
PICTURES = {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".pgm", ".ppm", ".tif", ".tiff", ".webp"}


def load_idx(path: str | Path) -> Array:
    """The array in an idx file, gzipped or not: MNIST, Fashion-MNIST, EMNIST, KMNIST.

    The dtype is that of the file, in the machine's order of bytes; images are not scaled. Raises
    ValueError for a file that is no idx file, or has not as many numbers as it says, or holds some
    that are not finite. Source: Y. LeCun, C. Cortes and C. Burges, *The MNIST database*.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "labels.idx"
    >>> _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4]))
    >>> load_idx(path)
    array([5, 0, 4], dtype=uint8)
    """
    with open(as_path("the file", path), "rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        try:
            return _idx(gzip.GzipFile(fileobj=file) if packed else file, path)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise ValueError(f"{path}: a damaged gzip file: {error}") from error


def _idx(file: Any, path: str | Path) -> Array:
    head = file.read(4)
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in IDX or not 1 <= head[3] <= 32:
        raise ValueError(f"{path}: no idx file; it begins with {head!r}")
    sizes = file.read(4 * head[3])
    if len(sizes) < 4 * head[3]:
        raise ValueError(f"{path}: expected {head[3]} sizes, and the file ends before")
    shape, dtype = struct.unpack(f">{head[3]}I", sizes), np.dtype(IDX[head[2]])
    wanted = math.prod(shape) * dtype.itemsize
    data = _at_most(file, wanted + 1)
    if len(data) != wanted:
        more = "more" if len(data) > wanted else f"{len(data)}"
        raise ValueError(f"{path}: expected {wanted} bytes for the shape {shape}, got {more}")
    array = np.frombuffer(data, dtype).reshape(shape).astype(dtype.newbyteorder("="))
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(f"{path}: {np.sum(~np.isfinite(array))} numbers are not finite")
    return array


def _at_most(file: BinaryIO, count: int) -> bytearray:
    """So many bytes, or what there is; memory is taken for what there is."""
    data = bytearray()
    while len(data) < count and (piece := file.read(min(PIECE, count - len(data)))):
        data += piece
    return data


# --- tables ---------------------------------------------------------------------------------------


class Table(NamedTuple):
    """A table: `x` of shape `(N, d)`, the `names` of its columns, and if wanted the target `t`.

    `classes` are the words that the whole numbers of `t` stand for, if it came as words.
    """

    x: Array
    t: Array | None
    names: tuple[str, ...]
    classes: tuple[str, ...] | None


def load_csv(
    path: str | Path,
    target: str | None = None,
    *,
    classes: Sequence[str] | None = None,
    missing: Sequence[str] = (),
    delimiter: str = ",",
    dtype: DTypeLike = np.float64,
) -> Table:
    """A table with a head of names and a row for each example; numbers, but for the target.

    The column `target` is taken out. If its entries are numbers, they are the `t` of a regression;
    if they are words, or `classes` are given, `t` holds the places of the words among the classes,
    which otherwise are the words in alphabetical order. Entries that are one of the words in
    `missing` (`missing=("", "NA")`) become NaN, for `impute` to fill. Raises ValueError for a file
    that is no such table, rows of other lengths, entries that are no finite numbers, and classes
    that are not among those given, or never occur; with the line and the column.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "iris.csv"
    >>> _ = path.write_text("length,width,kind\\n5.1,3.5,setosa\\n6.3,,virginica\\n")
    >>> x, t, names, classes = load_csv(path, "kind", missing=[""])
    >>> x, t
    (array([[5.1, 3.5],
           [6.3, nan]]), array([0, 1]))
    >>> names, classes
    (('length', 'width'), ('setosa', 'virginica'))
    """
    if not isinstance(delimiter, str) or len(delimiter) != 1:
        raise ValueError(f"delimiter must be one letter, got {delimiter!r}")
    if target is not None:
        word("target", target)
    for name, words in (("missing", missing), ("classes", () if classes is None else classes)):
        if not all(isinstance(each, str) for each in listed(name, words, '["NA"]')):
            raise TypeError(f"{name} must be a list of texts, got {words!r}")
    names, rows = _rows(as_path("the file", path), delimiter)
    if target is not None and target not in names:
        raise ValueError(f"{path}: no column {target!r}; there are {', '.join(names)}")
    if classes is not None and target is None:
        raise ValueError("classes are those of a target, and none is named")
    kept = [k for k, name in enumerate(names) if name != target]
    x = np.array(
        [[_number(row[k], path, line, names[k], missing) for k in kept] for line, row in rows],
        floating_dtype(dtype),
    )
    t = None
    if target is not None:
        at = names.index(target)
        t, classes = _target([(line, row[at]) for line, row in rows], path, target, classes)
    return Table(x, t, tuple(names[k] for k in kept), None if classes is None else tuple(classes))


def _rows(path: Path, delimiter: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The names and the rows, each with its line; empty lines are passed over."""
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            read = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path}: no table in UTF-8: {error}") from error
    if len(read) < 2:
        raise ValueError(f"{path}: expected a line of names and rows below it, got {len(read)}")
    (_, names), *rows = read
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or "" in names:
        raise ValueError(f"{path}: names of columns must differ and not be empty, got {names}")
    for line, row in rows:
        if len(row) != len(names):
            raise ValueError(
                f"{path}, line {line}: expected {len(names)} entries, as there are names; "
                f"got {len(row)}"
            )
    return names, rows


def _number(
    text: str, path: str | Path, line: int, name: str, missing: Sequence[str] = ()
) -> float:
    if text in missing:
        return math.nan
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or "_" in text:
        raise ValueError(f"{path}, line {line}, column {name!r}: expected a number, got {text!r}")
    return number


def _target(
    entries: list[tuple[int, str]], path: str | Path, name: str, classes: Sequence[str] | None
) -> tuple[Array, Sequence[str] | None]:
    if classes is None:
        try:
            return np.array([_number(text, path, line, name) for line, text in entries]), None
        except ValueError:
            classes = sorted({text for _, text in entries})
    places = {word: k for k, word in enumerate(classes)}
    for line, text in entries:
        if text not in places or not text:
            raise ValueError(
                f"{path}, line {line}, column {name!r}: expected one of {list(classes)}, "
                f"got {text!r}"
            )
    if lost := [word for word in classes if word not in {text for _, text in entries}]:
        raise ValueError(f"{path}: no row of the classes {lost}")
    return np.array([places[text] for _, text in entries], np.intp), classes


# --- pictures -------------------------------------------------------------------------------------


class Pictures(NamedTuple):
    """Images `(N, h, w)`, or `(N, 3, h, w)` in colour, from 0 to 1, and their classes.

    `labels` hold places in `classes`, the names of the folders; both are None without folders.
    """

    images: Array
    labels: Array | None
    classes: tuple[str, ...] | None


def load_images(
    folder: str | Path, *, colour: bool = False, dtype: DTypeLike = np.float32
) -> Pictures:
    """The pictures of a folder, or of its folders, one for each class; all of one size.

    They are in the order of their names. Raises ValueError for a folder without pictures, files
    that are none, pictures of different sizes, and pictures beside folders; each by name.
    """
    folder, colour = as_path("the folder", folder), flag("colour", colour)
    if not folder.is_dir():
        raise ValueError(f"{folder}: expected a folder")
    inside = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    folders, files = [p for p in inside if p.is_dir()], [p for p in inside if not p.is_dir()]
    if folders and files:
        raise ValueError(f"{folder}: expected pictures or folders of them, got {files[0].name} too")
    groups = [_files(each) for each in folders] if folders else [files]
    paths = [path for group in groups for path in group]
    if not paths:
        raise ValueError(f"{folder}: expected pictures, and found none")
    images: list[Array] = []
    for path in paths:
        images.append(_picture(path, colour))
        if images[-1].shape != images[0].shape:
            raise ValueError(
                f"{path}: expected the size of {paths[0].name}, {_size(images[0])}, "
                f"got {_size(images[-1])}"
            )
    scaled = np.stack(images).astype(floating_dtype(dtype)) / 255
    if not folders:
        return Pictures(scaled, None, None)
    labels = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    return Pictures(scaled, labels, tuple(each.name for each in folders))


def _files(folder: Path) -> list[Path]:
    files = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    if not files:
        raise ValueError(f"{folder}: a class without pictures")
    return files


def _picture(path: Path, colour: bool) -> Array:
    from PIL import Image  # which matplotlib brings

    if path.suffix.lower() not in PICTURES or not path.is_file():
        raise ValueError(f"{path}: expected a picture ({', '.join(sorted(PICTURES))})")
    try:
        with Image.open(path) as picture:
            array = np.asarray(picture.convert("RGB" if colour else "L"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"{path}: a picture that cannot be read: {error}") from error
    return np.moveaxis(array, -1, 0) if colour else array


def _size(image: Array) -> str:
    return " × ".join(map(str, image.shape[-2:]))
