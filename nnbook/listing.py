"""The package's own source, shown in a chapter: never a second copy of the code."""

from __future__ import annotations

import ast
import inspect
import textwrap
from dataclasses import dataclass
from typing import Any

from nnbook.checks import flag, text


@dataclass(frozen=True)
class Listing:
    """Python source that a notebook shows as a highlighted block."""

    text: str

    def _repr_markdown_(self) -> str:
        return f"```python\n{self.text}\n```"

    def __repr__(self) -> str:
        return self.text


def source(*objects: Any, docstring: bool = False) -> Listing:
    """The source of functions, methods or classes, one after another, without docstrings.

    Docstrings, the methods' too, are left out unless `docstring` is true, for beside the text of a
    chapter they say everything twice. Raises TypeError for what has no source in Python.

    >>> from nnbook.numerics import log_sigmoid
    >>> source(log_sigmoid)
    def log_sigmoid(z: ArrayLike) -> Array:
        return -softplus(-floating(z))
    """
    flag("docstring", docstring)
    for thing in objects:
        if not (inspect.isroutine(thing) or inspect.isclass(thing)) or inspect.isbuiltin(thing):
            raise TypeError(f"source needs functions, methods or classes, got {text(thing)}")
    if not objects:
        raise TypeError("source needs at least one function, method or class")
    try:
        texts = [textwrap.dedent(inspect.getsource(obj)).rstrip() for obj in objects]
    except (TypeError, OSError) as error:
        raise TypeError(f"source needs what was written in Python, got {error}") from error
    return Listing("\n\n\n".join(texts if docstring else map(_without_docstrings, texts)))


def _without_docstrings(text: str) -> str:
    lines: list[str | None] = list(text.split("\n"))
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        if ast.get_docstring(node) is None:
            continue
        first, last = node.body[0].lineno - 1, node.body[0].end_lineno or 0
        alone = len(node.body) == 1  # a body must not become empty
        indent = " " * node.body[0].col_offset
        lines[first:last] = [f"{indent}..." if alone else None] + [None] * (last - first - 1)
        if last < len(lines) and lines[last] == "" and not alone:
            lines[last] = None  # the empty line that set the docstring off
    return "\n".join(line for line in lines if line is not None)
