"""Files of named arrays: written at once and whole, read without believing what they say.

Two formats, by the ending of the name: NumPy's `.npz`, not compressed, and `.safetensors`, which
needs the library of this name (`pip install nnbook[safetensors]`). A text, the header, goes with
the arrays. Nothing is pickled: reading a file from a stranger runs no code, and takes no more
memory than the file is long.
"""

from __future__ import annotations

import io
import math
import os
import platform
import secrets
import stat
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from nnbook.op import Array

HEADER = "nnbook"
NUMBERS = "biufc"
"""Kinds of dtype that are numbers or truth values."""


def write(path: Path, arrays: Mapping[str, Array], header: str) -> None:
    """Write arrays and header to a file, which appears at once; a link stays, its target changes.

    Raises OSError when that cannot be done; whatever was at `path` is then still there. A file that
    was there keeps its permissions.
    """
    if path.suffix == ".safetensors":
        whole = _safetensors(arrays, header)
        _put(path, lambda file: file.write(whole))
    else:
        held: dict[str, Any] = {**arrays, HEADER: np.array(header)}
        _put(path, lambda file: np.savez(file, **held))


def read(path: Path) -> tuple[dict[str, Array], str]:
    """Arrays and header of a file that `write` wrote.

    Raises OSError for a file that cannot be opened, and ValueError for any that is no such file.
    """
    with open(path, "rb") as file:
        if path.suffix == ".safetensors":
            arrays, header = _from_safetensors(path)
        else:
            arrays = _from_zip(file, os.fstat(file.fileno()).st_size)
            header = str(arrays.pop(HEADER))
    return arrays, header


# --- NumPy's archives -----------------------------------------------------------------------------


def _from_zip(file: BinaryIO, size: int) -> dict[str, Array]:
    """The arrays of an archive that is `size` bytes long."""
    arrays: dict[str, Array] = {}
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            size -= entry.file_size
            stored = entry.compress_type == zipfile.ZIP_STORED and not entry.flag_bits & 1
            if not stored or entry.file_size != entry.compress_size or size < 0:
                raise ValueError(f"the entry {entry.filename!r} is not stored as it is")
            name = entry.filename.removesuffix(".npy")
            if name == entry.filename or name in arrays:
                raise ValueError(f"the entry {entry.filename!r} is no array, or there twice")
            arrays[name] = _array(archive.read(entry))
    return arrays


def _array(data: bytes) -> Array:
    """The array in the bytes of a `.npy` file, whose size must be what its head says."""
    stream = io.BytesIO(data)
    readers = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    shape, fortran, dtype = readers[np.lib.format.read_magic(stream)](stream)
    if dtype.kind not in f"{NUMBERS}U":
        raise ValueError(f"an array of dtype {dtype}")
    if min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize != len(data) - stream.tell():
        raise ValueError(f"an array of shape {shape} is announced, which is not there")
    flat = np.frombuffer(data[stream.tell() :], dtype) if math.prod(shape) else np.empty(0, dtype)
    return flat.reshape(shape, order="F" if fortran else "C").copy(order="K")


# --- safetensors ----------------------------------------------------------------------------------


def _safetensors(arrays: Mapping[str, Array], header: str) -> bytes:
    from safetensors.numpy import save

    for name, array in arrays.items():
        if array.dtype.kind == "c":
            raise ValueError(f"{name!r}: safetensors has no dtype {array.dtype}; use .npz")
    # The format knows one order of bytes and of axes.
    plain = {
        name: np.ascontiguousarray(array, array.dtype.newbyteorder("=")).reshape(array.shape)
        for name, array in arrays.items()
    }
    return bytes(save(plain, metadata={HEADER: header}))


def _from_safetensors(path: Path) -> tuple[dict[str, Array], str]:
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        header = (file.metadata() or {})[HEADER]
        return {name: file.get_tensor(name).copy() for name in file.keys()}, header  # noqa: SIM118


# --- at once and whole ----------------------------------------------------------------------------


def _put(path: Path, write_to: Callable[[BinaryIO], Any]) -> None:
    """Write to a file beside, which then takes the place of the old one in a single step.

    Its name is its own, so that several processes and threads may write to one path.
    """
    path = Path(os.path.realpath(path))
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else None
    if mode is not None and not os.access(path, os.W_OK):
        raise PermissionError(f"{path} must not be written")
    beside = path.with_name(f"{_prefix(path)}{os.getpid()}.{secrets.token_hex(8)}")
    try:
        allowed = 0o666 if mode is None else mode  # from the first byte on
        with open(beside, "xb", opener=lambda p, flags: os.open(p, flags, allowed)) as file:
            write_to(file)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            os.chmod(beside, mode)
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    if os.name == "posix":
        _sync(path.parent)
        _sweep(path)


def _prefix(path: Path) -> str:
    """How the files beside one path begin, on this machine."""
    return f".{path.name}.{zlib.crc32(platform.node().encode()):08x}."


def _sync(folder: Path) -> None:
    """Let the new name last as well: it is written in the folder."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _sweep(path: Path) -> None:
    """Remove what processes that were killed while writing have left beside."""
    prefix = _prefix(path)
    for name in os.listdir(path.parent):
        number = name.removeprefix(prefix).split(".")[0]
        if name.startswith(prefix) and number.isdecimal() and not _runs(int(number)):
            path.with_name(name).unlink(missing_ok=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)  # sends nothing: only asks
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
