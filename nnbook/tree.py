"""Nested dicts of arrays: the shape in which parameters, gradients and optimizer states come.

A *tree* is a dict whose values are trees or leaves; a leaf is anything that is not a dict. The
path of a leaf is written with slashes, `hidden/W`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from nnbook.checks import text

Tree = Mapping[str, Any]


def items(tree: Tree, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Pairs of path and leaf, in the order of the dicts. Raises TypeError for what is no dict.

    >>> list(items({"hidden": {"W": 1, "b": 2}}))
    [('hidden/W', 1), ('hidden/b', 2)]
    """
    if not isinstance(prefix, str):
        raise TypeError(f"expected a text before the paths, got {text(prefix)}")
    return _items(_checked(tree), prefix)


def _items(tree: Tree, prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        if _is_tree(value):
            yield from _items(value, f"{prefix}{name}/")
        else:
            yield f"{prefix}{name}", value


def _checked(tree: Any) -> Tree:
    if not _is_tree(tree):
        raise TypeError(f"expected a tree (a dict of dicts), got {text(tree)}")
    return tree


def _is_tree(value: Any) -> bool:
    """Whether a value is no leaf; asked at every step, so that the usual kinds come first."""
    kind = type(value)
    return kind is dict or (kind is not np.ndarray and isinstance(value, Mapping))


def flatten(tree: Tree) -> dict[str, Any]:
    """One flat dict from path to leaf (what one would write to a file).

    Raises ValueError when two leaves have one path, which names with slashes can do.

    >>> flatten({"hidden": {"W": 1}, "t": 2})
    {'hidden/W': 1, 't': 2}
    """
    flat: dict[str, Any] = {}
    for path, leaf in items(tree):
        if path in flat:
            raise ValueError(f"two leaves of the tree have the path {path!r}")
        flat[path] = leaf
    return flat


def unflatten(flat: Mapping[str, Any]) -> dict[str, Any]:
    """The nested dict again; the inverse of `flatten` on trees without empty branches.

    Raises ValueError when a path is that of a leaf and leads on as well.

    >>> unflatten({"hidden/W": 1, "t": 2})
    {'hidden': {'W': 1}, 't': 2}
    """
    tree: dict[str, Any] = {}
    for path, leaf in _checked(flat).items():
        if not isinstance(path, str):
            raise TypeError(f"expected a path such as 'hidden/W', got {text(path)}")
        *branches, name = path.split("/")
        node = tree
        for branch in branches:
            node = node.setdefault(branch, {})
            if not isinstance(node, dict):
                raise ValueError(f"{path!r} leads through a leaf")
        if name in node:
            raise ValueError(f"{path!r} is a leaf and a branch")
        node[name] = leaf
    return tree


def map(f: Callable[..., Any], tree: Tree, *others: Tree) -> dict[str, Any]:
    """The tree of `f(leaf, *leaves of the others at the same place)`.

    Raises ValueError, with the path, when the trees have not the same names.

    >>> map(lambda a, b: a + b, {"p": {"W": 1, "b": 2}}, {"p": {"W": 10, "b": 20}})
    {'p': {'W': 11, 'b': 22}}
    """
    if not callable(f):
        raise TypeError(f"expected a function of leaves, got {text(f)}")
    return _map(f, (_checked(tree), *others), "")


def _map(f: Callable[..., Any], trees: tuple[Any, ...], path: str) -> Any:
    first = trees[0]
    if not isinstance(first, Mapping):
        if any(isinstance(other, Mapping) for other in trees):
            raise ValueError(f"trees differ at {path!r}: a leaf in one, a branch in another")
        return f(*trees)
    for other in trees[1:]:
        if not isinstance(other, Mapping) or other.keys() != first.keys():
            names = sorted(other) if isinstance(other, Mapping) else "a leaf"
            raise ValueError(
                f"trees differ at {path or 'the root'!r}: expected {sorted(first)}, got {names}"
            )
    below = f"{path}/" if path else ""
    return {name: _map(f, tuple(t[name] for t in trees), f"{below}{name}") for name in first}


def count(tree: Tree) -> int:
    """How many numbers all leaves hold together; a text is none.

    >>> count({"W": np.zeros((2, 3)), "b": np.zeros(3), "step": 7, "rule": "sgd"})
    10
    """
    return sum(int(np.size(leaf)) for _, leaf in items(tree) if not isinstance(leaf, str))
