"""Nested dicts."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook import tree

PARAMS = {"hidden": {"W": np.ones((2, 3)), "b": np.zeros(3)}, "step": 4}


def test_flatten_and_back():
    flat = tree.flatten(PARAMS)
    assert list(flat) == ["hidden/W", "hidden/b", "step"]
    np.testing.assert_equal(tree.unflatten(flat), PARAMS)
    assert tree.count(PARAMS) == 10
    assert tree.flatten({}) == tree.unflatten({}) == {}
    assert tree.count({}) == 0


def test_paths_that_meet_are_refused():
    with pytest.raises(ValueError, match="two leaves of the tree have the path 'a/b'"):
        tree.flatten({"a/b": 1, "a": {"b": 2}})
    for flat in ({"a": 1, "a/b": 2}, {"a/b": 2, "a": 1}, {"a/b/c": 1, "a/b": 2}):
        with pytest.raises(ValueError, match=r"leads through a leaf|a leaf and a branch"):
            tree.unflatten(flat)
    with pytest.raises(TypeError, match=r"expected a tree .* got array"):
        tree.flatten(np.ones(2))


def test_map_makes_new_dicts():
    doubled = tree.map(lambda a: 2 * a, PARAMS)
    assert doubled["step"] == 8
    assert PARAMS["step"] == 4
    np.testing.assert_equal(tree.map(np.subtract, doubled, PARAMS), PARAMS)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"p": {"W": 1}}, r"at 'p': expected \['W', 'b'\], got \['W'\]"),
        ({"p": 1}, r"at 'p': expected \['W', 'b'\], got a leaf"),
        ({"q": 1}, r"at 'the root': expected \['p'\], got \['q'\]"),
        ({"p": {"W": 1, "b": {"c": 2}}}, r"at 'p/b': a leaf in one, a branch in another"),
    ],
)
def test_trees_that_differ(other, message):
    with pytest.raises(ValueError, match=message):
        tree.map(lambda a, b: a, {"p": {"W": 1, "b": 2}}, other)
