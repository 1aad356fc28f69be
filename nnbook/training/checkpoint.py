"""Checkpoints: parameters, and whatever else is a tree of arrays, in a file and back.

The file is NumPy's `.npz`, or `.safetensors` if its name ends so: arrays whose names are the paths
in the trees (`params/dense1/W`), so that any tool can read it. Numbers and texts that are no arrays
(the step of an optimizer) and the version of the format are in one more entry, as JSON. Nothing is
pickled: reading a file from a stranger runs no code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nnbook import tree
from nnbook.kinds import path as as_path
from nnbook.op import Params
from nnbook.training import archive

FORMAT = 1
LONGEST = 2**16 - 1
"""Bytes that the name of an archive's entry can have."""


def save(path: str | Path, **trees: Params) -> None:
    """Write trees to a file, each by its name: `save(path, params=run.params, state=run.state)`.

    Leaves are arrays of numbers, or numbers, texts, truth values and None. The file appears at once
    and whole: until then, what was at `path` stays. A name that ends in `.safetensors` makes a file
    of that format, for which its library must be installed. Raises ValueError for names that are
    empty, hold a slash, a backslash or a NUL, or make a path longer than an archive allows, and for
    leaves that cannot be written without pickling, or not without losing their mask.
    Source: chapter *Saving, restarting, predicting*.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "line.npz"
    >>> save(path, params={"dense1": {"W": np.array([[3.0]])}}, state={"step": 7})
    >>> load(path)
    {'params': {'dense1': {'W': array([[3.]])}}, 'state': {'step': 7}}
    """
    if not trees:
        raise ValueError("save needs at least one tree: save(path, params=…)")
    _check_names(trees, "")
    arrays, plain = {}, {}
    for leaf_path, leaf in tree.items(trees):
        if leaf is None or type(leaf) in (bool, int, float, str):  # and no number of NumPy's
            plain[leaf_path] = _plain(leaf)
            continue
        array = np.asarray(leaf)
        if array.dtype.kind not in archive.NUMBERS or isinstance(leaf, np.ma.MaskedArray):
            raise ValueError(
                f"{leaf_path!r}: expected numbers, got {type(leaf).__name__} of dtype {array.dtype}"
            )
        arrays[leaf_path] = array
        if len(f"{leaf_path}.npy".encode()) > LONGEST:
            raise ValueError(f"a path of {len(leaf_path)} letters is too long: {leaf_path[:60]}…")
    header = {"format": FORMAT, "plain": plain, "empty": _empty(trees, "")}
    archive.write(as_path("the file", path), arrays, json.dumps(header))


def load(path: str | Path, **like: Params) -> dict[str, Any]:
    """The trees in a file, by name; compared, if given, with trees that they should be like.

    `load(path, params=network.init(rng))` makes sure that the parameters are those of this network.
    Raises ValueError for a file that is no checkpoint, or of a later format, and for trees that
    have not the names, shapes and dtypes of those that they should be like: all differences are
    listed. Source: chapter *Saving, restarting, predicting*.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "line.npz"
    >>> save(path, params={"W": np.zeros((2, 3))})
    >>> load(path, params={"W": np.zeros((2, 4)), "b": np.zeros(4)})
    Traceback (most recent call last):
    ...
    ValueError: .../line.npz does not fit:
      params/W: expected shape (2, 4), the file has (2, 3)
      params/b: missing in the file
    """
    trees = _read(as_path("the file", path))
    wrong = [line for name, wanted in like.items() for line in _differences(name, wanted, trees)]
    if wrong:
        raise ValueError("\n  ".join([f"{path} does not fit:", *wrong]))
    return trees


def _read(path: Path) -> dict[str, Any]:
    try:
        arrays, header = archive.read(path)
    except (FileNotFoundError, IsADirectoryError, PermissionError, ImportError, MemoryError):
        raise
    except Exception as error:  # whatever a file of any bytes may cause in others' code
        raise _damaged(path, error) from error
    try:
        told = json.loads(header)
        version = told["format"]
        if type(version) is int and version > FORMAT:
            raise ValueError(f"{path} has format {version}; this version of nnbook reads {FORMAT}")
    except (TypeError, KeyError, RecursionError, json.JSONDecodeError) as error:
        raise _damaged(path, error) from error
    try:
        return _trees(arrays, told)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> ValueError:
    return ValueError(f"{path} is no nnbook checkpoint, or a damaged one: {error or type(error)}")


def _trees(arrays: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """The trees of the arrays and of what the header tells."""
    if type(told["format"]) is not int or told["format"] != FORMAT:
        raise ValueError(f"expected the format {FORMAT}, got {told['format']!r}")
    for path in (*arrays, *told["plain"], *told["empty"]):
        if not all(map(_is_name, path.split("/"))):
            raise ValueError(f"the path {path!r}")
    for path in arrays:
        if arrays[path].dtype.kind not in archive.NUMBERS:
            raise ValueError(f"{path!r} has dtype {arrays[path].dtype}")
    if both := set(arrays) & set(told["plain"]):
        raise ValueError(f"two leaves at {min(both)!r}")
    leaves = {path: _value(plain) for path, plain in told["plain"].items()}
    trees: dict[str, Any] = tree.unflatten({**arrays, **leaves})
    for branch in told["empty"]:
        node = trees
        for name in branch.split("/"):
            node = node.setdefault(name, {})
        if node != {}:
            raise ValueError(f"{branch!r} is empty, and is not")
    return trees


def _check_names(branch: Mapping[str, Any], path: str) -> None:
    for name, value in branch.items():
        if not _is_name(name):
            raise ValueError(
                f"a name must be a text without slashes or NULs, got {name!r} in {path!r}"
            )
        if isinstance(value, Mapping):
            _check_names(value, f"{path}{name}/")
        elif not path:
            raise ValueError(f"{name!r}: expected a tree (a dict), got {type(value).__name__}")


def _is_name(name: Any) -> bool:
    """Whether an archive keeps the name as it is, and as one step of a path."""
    if not isinstance(name, str) or not name or set(name) & set("/\\\0"):
        return False
    return name.encode(errors="replace").decode() == name


def _empty(branch: Mapping[str, Any], path: str) -> list[str]:
    """The paths of branches that hold nothing, which no array can stand for."""
    found = []
    for name, value in branch.items():
        if isinstance(value, Mapping):
            found += _empty(value, f"{path}{name}/") if value else [f"{path}{name}"]
    return found


def _plain(leaf: Any) -> Any:
    if isinstance(leaf, float):
        return {"float": float(leaf).hex()}  # exact, and JSON has no infinity
    return leaf


def _value(plain: Any) -> Any:
    if isinstance(plain, dict) and [*plain] == ["float"]:
        return float.fromhex(plain["float"])
    if plain is not None and type(plain) not in (bool, int, str):
        raise ValueError(f"a leaf {plain!r}")
    return plain


def _differences(name: str, wanted: Params, trees: Mapping[str, Any]) -> list[str]:
    """In words, where the tree called `name` is not like `wanted`."""
    if name not in trees:
        return [f"{name}: missing in the file, which has {sorted(trees)}"]
    there, here = tree.flatten({name: trees[name]}), tree.flatten({name: wanted})
    lines = []
    for path, leaf in here.items():
        if path not in there:
            lines.append(f"{path}: missing in the file")
        elif isinstance(leaf, str) and leaf != there[path]:
            lines.append(f"{path}: expected {leaf!r}, the file has {there[path]!r}")
        elif np.shape(there[path]) != np.shape(leaf):
            lines.append(
                f"{path}: expected shape {np.shape(leaf)}, the file has {np.shape(there[path])}"
            )
        elif np.asarray(there[path]).dtype != np.asarray(leaf).dtype:
            expected, found = np.asarray(leaf).dtype, np.asarray(there[path]).dtype
            lines.append(f"{path}: expected dtype {expected}, the file has {found}")
    return lines + [f"{path}: not expected, but in the file" for path in there if path not in here]
