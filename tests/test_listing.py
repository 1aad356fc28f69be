"""Listings show the code as it stands."""

from __future__ import annotations

import ast
import inspect
from dataclasses import FrozenInstanceError

import pytest

from nnbook import graph, listing
from nnbook.listing import source
from nnbook.ops import activations, linear, losses


@pytest.mark.parametrize(
    "obj", [linear.Dense, losses.SoftmaxCrossEntropy, graph.Graph, graph.Graph.backward]
)
def test_only_docstrings_are_missing(obj):
    whole, short = source(obj, docstring=True).text, source(obj).text
    assert whole.strip() == inspect.cleandoc("\n" + inspect.getsource(obj)).strip()
    for node in ast.walk(ast.parse(short)):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            assert ast.get_docstring(node) is None
    lines = iter(whole.split("\n"))
    assert all(line in lines for line in short.split("\n"))  # in order, nothing else


def test_markdown():
    text = source(activations.Tanh.forward)._repr_markdown_()
    assert text.startswith("```python\ndef forward(self")
    assert text.endswith("\n```")


def test_several_and_empty_bodies():
    text = source(losses.MeanAbsoluteError.each, activations.ReLU.gradient).text
    assert "np.abs(y - t)\n\n\ndef gradient" in text
    assert listing._without_docstrings('class A:\n    """Only words."""') == "class A:\n    ..."


def test_what_follows_an_empty_body_keeps_its_distance():
    """A body of words alone becomes dots, and the empty lines after it stay where they are."""
    text = 'class A:\n    def f(self):\n        """Words."""\n\n    def g(self):\n        return 1'
    short = listing._without_docstrings(text)
    assert short == "class A:\n    def f(self):\n        ...\n\n    def g(self):\n        return 1"
    text = 'def f():\n    """Words."""\n\n    return 1'
    assert listing._without_docstrings(text) == "def f():\n    return 1"


def test_errors():
    with pytest.raises(TypeError, match="at least one"):
        source()
    with pytest.raises(TypeError):
        source(3)


def test_a_listing_stays_as_it_is():
    with pytest.raises(FrozenInstanceError):
        source(source).text = ""
