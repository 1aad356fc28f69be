"""Kinds of parameters, and for each the values that it must not take.

The kind of a parameter is read off its annotation; the wrong values of an array or a tree are made
from a right one: too short, too long, of another rank or dtype, with numbers that are none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

KINDS = (  # the first pattern that is found in the annotation
    ("rng", r"^np\.random\.Generator"),
    ("seed", r"^int \| np\.random\.Generator"),
    ("dtype", r"DTypeLike"),
    ("path", r"Path\b|PathLike"),
    ("function", r"^(Callable|Choice|Initializer|Model|Watch)\b"),
    ("array", r"^(ArrayLike|Array|NDArray|np\.ndarray)\b"),
    ("tree", r"^(Params|Tree|State)\b|^Mapping"),
    ("flag", r"^bool"),
    ("whole", r"^int\b"),
    ("number", r"^float\b"),
    ("text", r"^str\b"),
    ("sequence", r"^(Sequence|Iterable|Collection|tuple|list|Axis|Axes)\b"),
)


class Thing:
    """Something that no function takes."""

    def __repr__(self) -> str:
        return "<a thing>"


def kind_of(annotation: str, valid: Any) -> str:
    """What sort of value a parameter takes."""
    for kind, pattern in KINDS:
        if re.search(pattern, annotation):
            return kind
    for kind, types in (("array", np.ndarray), ("tree", Mapping), ("rng", np.random.Generator)):
        if isinstance(valid, types):
            return kind
    return "thing"


def wrong_values(kind: str, valid: Any, none_is_right: bool) -> dict[str, Any]:
    """Values for a parameter that takes `valid`, by what is wrong with them."""
    found = JUNK | OF_KIND.get(kind, {})
    if kind == "array" and isinstance(valid, (np.ndarray, list)):
        found |= wrong_arrays(np.asarray(valid))
    if kind == "tree" and isinstance(valid, Mapping):
        found |= wrong_trees(valid)
    if kind == "thing" and not isinstance(valid, type):
        found["its class"] = type(valid)
    if kind == "function":
        del found["a function"]
    if none_is_right:
        del found["None"]
    return found


JUNK = {
    "None": None,
    "text": "nonsense",
    "ragged rows": [[1.0, 2.0], [3.0]],
    "a complex number": 1 + 2j,
    "an object": Thing(),
    "a dict": {"nonsense": 1.0},
    "a function": len,
    "a class": Thing,
}
NUMBERS = {
    "NaN": math.nan,
    "infinity": math.inf,
    "minus infinity": -math.inf,
    "minus one": -1,
    "zero": 0,
    "true": True,
    "digits": "3",
    "two numbers": [1.0, 2.0],
    "1e308": 1e308,
    "10**400": 10**400,
}
OF_KIND: dict[str, dict[str, Any]] = {
    "whole": {**NUMBERS, "a half": 2.5, "10**30": 10**30},
    "seed": {**NUMBERS, "a half": 2.5, "np.random": np.random},
    "number": NUMBERS,
    "flag": {"two": 2, "a half": 0.5, "two truths": [True, False], "no": "no", "NaN": math.nan},
    "text": {"empty": "", "a number": 3},
    "array": {"text array": np.array(["a", "b"]), "dates": np.array(["2020-01-01"], "M8[D]")},
    "tree": {"a list": [1.0, 2.0], "a number": 3.0},
    "rng": {"a seed": 0, "np.random": np.random},
    "dtype": {"whole dtype": int, "complex dtype": complex, "object dtype": object, "a number": 3},
    "function": {"a number": 3},
    "path": {"a number": 3.5},
    "sequence": {"empty": (), "a half": 2.5, "texts": ["a", "b"]},
    "thing": {"a number": 3, "an array": np.ones(3)},
}


def wrong_arrays(x: np.ndarray) -> dict[str, Any]:
    """What an array like `x` may be instead."""
    found = {
        "complex numbers": x.astype(complex) + 1j,
        "objects": x.astype(object),
        "texts": x.astype(str),
        "a mask": np.ma.array(x, mask=np.zeros(x.shape, bool)),
        "an axis more": x[None],
        "below zero": -np.abs(x.astype(float)) - 1,
        "1e308": np.full(x.shape, 1e308),
    }
    if x.ndim:
        found |= {
            "a scalar": x.ravel()[0],
            "an axis less": x[0],
            "a row less": x[:-1],
            "columns twice": np.concatenate([x, x], axis=-1),
            "empty": x[:0],
        }
    if x.size:
        numbers = x.astype(float)
        for what, value in (("NaN inside", math.nan), ("infinity inside", math.inf)):
            found[what] = numbers.copy()
            found[what].flat[0] = value
    if x.dtype.kind in "biu":
        found |= {"halves": x + 0.5, "a thousand more": x.astype(int) + 1000}
    return found


def wrong_trees(tree: Mapping[str, Any]) -> dict[str, Any]:
    """What a tree like this one may be instead, by its first leaf that is an array."""
    found: dict[str, Any] = {"a name too many": {**tree, "nonsense": np.ones(2)}}
    paths = [path for path, leaf in leaves(tree) if isinstance(leaf, np.ndarray)]
    if not paths:
        return found
    path = paths[0]
    leaf = dict(leaves(tree))[path]
    found["a leaf missing"] = without(tree, path)
    for what, value in {
        "a leaf None": None,
        "a leaf of text": "nonsense",
        "a complex leaf": leaf.astype(complex) + 1j,
        "a leaf of objects": leaf.astype(object),
        "a leaf with an axis more": leaf[None],
        "a leaf twice as long": np.concatenate([np.atleast_1d(leaf)] * 2, axis=-1),
        "a leaf with NaN": np.full(leaf.shape, math.nan),
    }.items():
        found[what] = replaced(tree, path, value)
    return found


def leaves(tree: Mapping[str, Any], above: tuple[str, ...] = ()) -> Any:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from leaves(value, (*above, name))
        else:
            yield (*above, name), value


def replaced(tree: Mapping[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    name, *below = path
    return {**tree, name: replaced(tree[name], tuple(below), value) if below else value}


def without(tree: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    name, *below = path
    if below:
        return {**tree, name: without(tree[name], tuple(below))}
    return {key: value for key, value in tree.items() if key != name}
