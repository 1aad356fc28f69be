"""A network as a table: a line for each vertex, and how vertices and their values are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nnbook import tree
from nnbook.numerics import real
from nnbook.op import Op, Params


def names(name: str, op: Op) -> tuple[str, ...]:
    """The names of the values of a vertex: its own for the first output of its op.

    >>> names("y", Op())
    ('y',)
    """
    outputs = op.outputs
    if len(outputs) == 1:  # nearly all: asked at every vertex of every pass
        return (name,)
    return (name, *(f"{name}/{output}" for output in outputs[1:]))


def table(
    inputs: tuple[str, ...],
    vertices: Mapping[str, Any],
    params: Params | None = None,
    shapes: Mapping[str, Any] | None = None,
) -> str:
    """Vertices with their ops and parents; shapes of values and counts of parameters, if given.

    A vertex of several outputs has the shapes of all.

    >>> print(table(("x",), {}))
    vertex  op     parents
    x       input
    """
    rows: list[tuple[str, ...]] = [("vertex", "op", "parents")]
    rows += [(name, "input", "") for name in inputs]
    for name, (op, parents, key) in vertices.items():
        shared = f", parameters of {key}" if key != name else ""
        rows.append((name, f"{op!r}{shared}", ", ".join(parents)))
    if shapes:
        values = {name: names(name, vertex.op) for name, vertex in vertices.items()}
        said = {row[0]: values.get(row[0], row[:1]) for row in rows[1:]}
        said = {name: ", ".join(str(shapes[v]) for v in own) for name, own in said.items()}
        rows = [(*row, said.get(row[0], "shape")) for row in rows]
    if params is not None:
        rows = [(*row, f"{tree.count(params.get(row[0], {})) or '':>8}") for row in rows]
        rows[0] = (*rows[0][:-1], "parameters")
        rows.append(("total", *[""] * (len(rows[0]) - 2), f"{tree.count(params):>8}"))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    padded = ([cell.ljust(w) for cell, w in zip(row, widths, strict=True)] for row in rows)
    return "\n".join("  ".join(cells).rstrip() for cells in padded)


class AtVertex:
    """A context that names the vertex in the message of whatever its op raises.

    `at` is the vertex: its name, its op and its parents. One context serves a whole pass, for to
    enter and leave one takes as long as half of the visit of a vertex.

    >>> with AtVertex() as here:
    ...     here.at = "y", Op(), ("x",)
    ...     raise ValueError("expected shape (2,), got (3,)")
    Traceback (most recent call last):
    ...
    ValueError: vertex 'y', Op() of x: expected shape (2,), got (3,)
    """

    __slots__ = ("at",)

    at: tuple[str, Op, tuple[str, ...]]

    def __enter__(self) -> AtVertex:
        return self

    def __exit__(self, kind: type | None, error: Any, traceback: Any) -> None:
        if kind and issubclass(kind, (ValueError, TypeError, NotImplementedError)):
            name, op, parents = self.at
            error.args = (f"vertex {name!r}, {op!r} of {', '.join(parents)}: {error}",)


def named(given: Any, names: tuple[str, ...], what: str) -> Mapping[str, Any]:
    """`given` as a mapping from exactly `names`; a bare array stands for the only name."""
    if not isinstance(given, Mapping):
        if len(names) != 1:
            raise ValueError(f"{what}: expected a dict for {list(names)}, got one array")
        given = {names[0]: given}
    if set(given) != set(names):
        raise ValueError(f"{what}: expected {sorted(names)}, got {sorted(given)}")
    return {name: real(given[name]) for name in names}
