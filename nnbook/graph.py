r"""Networks: directed acyclic graphs of ops, run forward and differentiated backward.

A network is a graph in which each vertex $i$ has an op $F_i$ and an ordered list of parents.
Forward, in topological order, every vertex computes its value from those of its parents; backward,
in the reverse order, it receives the sum of the cotangents that its children send,

$$v_i = F_i(v_{j_1}, …, v_{j_p}; θ_i), \qquad
  \bar v_j = \sum_{i\,:\,j → i} \Bigl(\frac{∂v_i}{∂v_j}\Bigr)^{\!⊤} \bar v_i .$$

Since a parent must exist before its child is added, the order in which vertices were added *is* a
topological order, and a cycle cannot be written down.

A vertex whose op has several outputs has several values. The first is called as the vertex, `lstm`,
the others have their own names behind it, `lstm/c`; each may be somebody's parent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from nnbook import tree
from nnbook.checks import text, word
from nnbook.kinds import listed
from nnbook.numerics import floating
from nnbook.op import EVAL, Array, Mode, Needs, Op, Params
from nnbook.table import AtVertex, named, names, table

NOTHING: Params = {}  # the parameters of an op without any: `vjp` need not look at it twice


class Vertex(NamedTuple):
    """One vertex of a graph: its op, its parents in order, and the key of its parameters."""

    op: Op
    parents: tuple[str, ...]
    key: str


class Tape(NamedTuple):
    """What a forward pass leaves for the backward pass: every value and every op's cache."""

    values: dict[str, Array]
    caches: dict[str, Any]


class Graph:
    """A network with the given input vertices; `add` grows it.

    >>> from nnbook.ops.linear import Dense
    >>> from nnbook.ops.activations import Tanh
    >>> from nnbook.ops.arithmetic import Add
    >>> g = Graph("x")
    >>> z = g.add("z", Dense(2, 2), "x")
    >>> a = g.add("a", Tanh(), z)
    >>> y = g.add("y", Add(), "x", a)                       # a shortcut around two vertices
    >>> params = g.init(np.random.default_rng(0))
    >>> values, tape = g.forward(params, np.ones((5, 2)))
    >>> param_bars, input_bars = g.backward(params, tape, np.ones((5, 2)), wrt=["x"])
    >>> param_bars["z"]["W"].shape, input_bars["x"].shape
    ((2, 2), (5, 2))

    Source: chapter *Architectures*.
    """

    def __init__(self, *inputs: str):
        if not inputs:
            raise ValueError("a graph needs at least one input vertex: Graph('x')")
        for name in inputs:
            word("an input vertex", name)
        if len(set(inputs)) < len(inputs):
            raise ValueError(f"input vertices need different names, got {inputs}")
        self.inputs = inputs
        self.vertices: dict[str, Vertex] = {}  # in topological order

    def add(self, name: str, op: Op, *parents: str, share: str | None = None) -> str:
        """Add a vertex whose op reads the values of `parents`; returns its name.

        With `share`, the name of an earlier vertex, both use the same parameters, and the
        cotangents of the two uses are added.

        Raises ValueError for a name that is taken, for parents or a `share` that do not exist, and
        for a `share` whose parameters have other names or shapes; TypeError for what is no op.
        """
        if not isinstance(op, Op):
            raise TypeError(f"vertex {name!r}: expected an op such as Dense(2, 1), got {op!r}")
        word("the name of a vertex", name)
        known = self._values()
        if not set(names(name, op)).isdisjoint(known) or not name or "/" in name:
            raise ValueError(f"vertex {name!r}: expected a name that is not taken and has no slash")
        if not parents:
            raise ValueError(f"vertex {name!r}: an op needs at least one parent")
        for parent in parents:
            if word("a parent", parent) not in known:
                raise ValueError(f"vertex {name!r}: no parent {parent!r} among {known}")
        if share is not None and word("share", share) not in self.vertices:
            raise ValueError(f"vertex {name!r}: no vertex {share!r} to share with")
        if share is not None and (wanted := self.vertices[share].op.shapes()) != op.shapes():
            raise ValueError(
                f"vertex {name!r}: {op!r} has parameters of shapes {op.shapes()}, "
                f"those of {share!r} are {wanted}"
            )
        key = name if share is None else self.vertices[share].key
        self.vertices[name] = Vertex(op, parents, key)
        return name

    @property
    def outputs(self) -> tuple[str, ...]:
        """The vertices that are nobody's parent."""
        read = {parent for vertex in self.vertices.values() for parent in vertex.parents}
        return tuple(n for n, v in self.vertices.items() if read.isdisjoint(names(n, v.op)))

    @property
    def labels(self) -> tuple[str, ...]:
        """The inputs that all their children read as labels, in the dtype that they have."""
        places = [(p, i, v.op) for v in self.vertices.values() for i, p in enumerate(v.parents)]
        as_numbers = {parent for parent, i, op in places if i not in op.labels}
        return tuple(x for x in self.inputs if x in {p for p, *_ in places} - as_numbers)

    def init(self, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> Params:
        """First parameters, `{vertex: {name: array}}`; vertices without any have no entry."""
        params = {}
        with AtVertex() as here:
            for name, (op, parents, key) in self.vertices.items():
                here.at = name, op, parents
                if key == name and (own := op.init(rng, dtype)):
                    params[name] = own  # those that share take what their vertex drew
        return params

    def forward(
        self, params: Params, inputs: Array | Mapping[str, Array], mode: Mode = EVAL
    ) -> tuple[dict[str, Array], Tape]:
        """The values of all vertices, by name, and the tape that `backward` needs.

        `inputs` maps input vertices to arrays; a graph of one input also takes the array itself.
        Raises ValueError for missing or unknown inputs, for parameters of unknown vertices, and
        whatever an op raises, with the name of its vertex.
        """
        values = dict(named(inputs, self.inputs, "inputs"))
        self._check(params)
        caches = {}
        with AtVertex() as here:
            for name, (op, parents, key) in self.vertices.items():
                here.at = name, op, parents
                y, caches[name] = op.forward(
                    params.get(key, NOTHING), *[values[parent] for parent in parents], mode=mode
                )
                if len(op.outputs) == 1:
                    values[name] = y
                else:
                    values.update(zip(names(name, op), y, strict=True))
        return values, Tape(values, caches)

    def backward(
        self,
        params: Params,
        tape: Tape,
        cotangents: Array | Mapping[str, Array],
        wrt: Iterable[str] = (),
    ) -> tuple[dict[str, Any], dict[str, Array]]:
        """Cotangents of all parameters, and of the values of the vertices named in `wrt`.

        `cotangents` maps vertices, usually outputs, to the cotangents from which to start; a graph
        of one output also takes the array itself. A vertex is visited only if there is something
        to be had there: a parameter of its own, or one above it, or a vertex in `wrt`.

        Raises ValueError for unknown vertices and for a cotangent whose shape is not its value's.
        """
        self._check(params, tape)
        wrt = tuple(listed("wrt", wrt, "['x']"))
        v_bar = self._seeds(tape, cotangents)
        live = self._live(params, wrt)
        param_bars: dict[str, Any] = {}
        with AtVertex() as here:
            for name in reversed(self.vertices):
                op, parents, key = self.vertices[name]
                here.at, own = (name, op, parents), names(name, op)
                if name not in live or v_bar.keys().isdisjoint(own):
                    continue
                y_bar = tuple([v_bar.get(value) for value in own]) if len(own) > 1 else v_bar[name]
                needs = Needs(tuple([parent in live for parent in parents]), params=key in params)
                theta = params.get(key, NOTHING)
                x_bars, theta_bars = op.vjp(theta, tape.caches[name], y_bar, needs)
                for parent, x_bar in zip(parents, x_bars, strict=True):
                    if parent in live:
                        v_bar[parent] = _sum(v_bar.get(parent), x_bar)
                if theta_bars:
                    param_bars[key] = _sum(param_bars.get(key), theta_bars)
                for value in own:  # all its children have been heard: the memory is free
                    if value not in wrt:
                        v_bar.pop(value, None)
        unreached = {name: np.zeros_like(tape.values[name]) for name in wrt if name not in v_bar}
        return param_bars, {name: (v_bar | unreached)[name] for name in wrt}

    def measured(self, params: Params, tape: Tape) -> Params:
        """The parameters, with those renewed that ops measure in training (running statistics)."""
        self._check(params, tape)
        params = dict(params)
        for name, vertex in self.vertices.items():
            if vertex.op.measures:
                new = vertex.op.measured(params.get(vertex.key, NOTHING), tape.caches[name])
                params[vertex.key] = {**params[vertex.key], **new}
        return params

    def predict(self, params: Params, inputs: Array | Mapping[str, Array]) -> Any:
        """The value of the output in evaluation; a dict by name if there are several outputs."""
        values, _ = self.forward(params, inputs)
        outputs = self.outputs
        return values[outputs[0]] if len(outputs) == 1 else {name: values[name] for name in outputs}

    def _seeds(self, tape: Tape, cotangents: Array | Mapping[str, Array]) -> dict[str, Array]:
        """The cotangents to start from, checked, in the dtype of the values they belong to."""
        if not isinstance(cotangents, Mapping):
            cotangents = named(cotangents, self.outputs, "cotangents")
        seeds = {}
        for name, bar in cotangents.items():
            if name not in tape.values:
                raise ValueError(f"cotangents: no vertex {name!r} among {list(tape.values)}")
            value = tape.values[name]
            if np.shape(bar) != np.shape(value):
                raise ValueError(
                    f"cotangent of vertex {name!r}: expected shape {np.shape(value)}, "
                    f"got {np.shape(bar)}"
                )
            seeds[name] = floating(bar).astype(floating(value).dtype, copy=False)
        return seeds

    def _values(self) -> list[str]:
        """The names of all values, those of the inputs first."""
        own = (names(name, vertex.op) for name, vertex in self.vertices.items())
        return [*self.inputs, *(value for each in own for value in each)]

    def _check(self, params: Params, *tapes: Tape) -> None:
        """TypeError or ValueError unless the parameters, and the tape, are those of this graph."""
        if not isinstance(params, Mapping):
            raise TypeError(f"expected a dict of parameters by vertex, got {text(params)}")
        for key in params.keys() - self._keys():
            raise ValueError(f"parameters: no vertex {key!r} among {sorted(self._keys())}")
        for tape in tapes:
            if not isinstance(tape, Tape) or tape.caches.keys() != self.vertices.keys():
                raise TypeError(f"expected the tape of this graph's forward, got {text(tape)}")

    def _keys(self) -> set[str]:
        return {vertex.key for vertex in self.vertices.values()}

    def _live(self, params: Params, wrt: tuple[str, ...]) -> set[str]:
        """The values at or above which something wants a cotangent."""
        known = self._values() if wrt else ()
        for name in wrt:
            if name not in known:
                raise ValueError(f"wrt: expected vertices among {known}, got {text(name)}")
        live = set(wrt)
        for name, (op, parents, key) in self.vertices.items():
            if key in params or not live.isdisjoint(parents):
                live.update(names(name, op))
        return live

    def summary(self, params: Params, inputs: Array | Mapping[str, Array] | None = None) -> str:
        """The table of `repr` with the number of parameters and, given inputs, every shape."""
        values = {} if inputs is None else self.forward(params, inputs)[0]
        shapes = {name: np.shape(value) for name, value in values.items()}
        return table(self.inputs, self.vertices, params, shapes)

    def __repr__(self) -> str:
        return table(self.inputs, self.vertices)


class Sequential(Graph):
    """The path graph `x → op → op → …`: each op reads the value of the one before.

    A vertex is called after its op and numbered, `dense1`, `relu1`, `dense2`, ….

    >>> from nnbook.ops.linear import Dense
    >>> from nnbook.ops.activations import ReLU
    >>> network = Sequential(Dense(2, 3), ReLU(), Dense(3, 1))
    >>> network
    vertex  op           parents
    x       input
    dense1  Dense(2, 3)  x
    relu1   ReLU()       dense1
    dense2  Dense(3, 1)  relu1
    >>> params = network.init(np.random.default_rng(0))
    >>> network.predict(params, np.ones((4, 2))).shape
    (4, 1)

    Raises ValueError without ops. Source: chapter *Architectures*.
    """

    def __init__(self, *ops: Op):
        if not ops:
            raise ValueError("Sequential needs at least one op")
        super().__init__("x")
        last = "x"
        seen: dict[str, int] = {}
        for op in ops:
            kind = type(op).__name__.lower()
            seen[kind] = seen.get(kind, 0) + 1
            last = self.add(f"{kind}{seen[kind]}", op, last)


def _sum(so_far: Any, more: Any) -> Any:
    """A new sum of two cotangents (arrays or trees); others may hold the terms."""
    if so_far is None:
        return more
    if isinstance(more, Mapping):
        return tree.map(np.add, so_far, more)
    return so_far + more
