"""The public callables, read from the stub files: what a new name needs is a place in them."""

from __future__ import annotations

import ast
import importlib
import inspect
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nnbook
from nnbook.op import Op

PACKAGE = Path(nnbook.__file__).parent

# Rooms and names that a stub reaches and that only the package itself calls. (The engine of
# `nnbook.derive` has no stub file; tests/derive/test_answers.py and test_reading.py misuse it.)
INTERNAL = {
    "data.metrics.arguments": "what metrics ask of their arguments",
    "data.targets": "what losses and metrics ask of targets, one_hot aside",
    "distributed.work": "what a machine is sent; Job, Answer and gradient are in the stub",
    "distributed.rounds.averaged": "what local_updates does with answers",
    "distributed.shards.shards": "how the updates cut a batch",
    "distributed.parallel.endless": "how the updates draw batches",
    "distributed.parallel.smallest_batch": "what the updates ask of batches",
    "distributed.parallel.check_run": "what the updates ask of their arguments",
    "distributed.parallel.check_machines": "what the updates ask of machines",
    "distributed.cluster.Shared": "made by Cluster.share",
    "distributed.simulated.Span": "made by Simulated",
    "data.clusters.Clusters": "made by kmeans",
    "data.clusters.squared_distances": "a step of kmeans",
    "data.metrics.partitions.contingency": "a step of adjusted_rand",
    "data.outside.Pictures": "made by load_images",
    "data.outside.Table": "made by load_csv",
    "energy.checks.entries": "what energy models ask of states",
    "energy.checks.shares": "what energy models ask of states",
    "graph.Tape": "made by Graph.forward",
    "graph.Vertex": "made by Graph.add",
    "calls.Cache": "made by Op.forward",
    "numerics.own_axes": "what sums ask of their axes",
    "op.checked_params": "what Op asks of parameters",
    "op.whole_numbers": "what ops ask of sizes",
    "ops.activations.Activation": "a base class",
    "ops.initializers.fans": "a step of the initializers",
    "ops.initializers.initial": "what ops ask of initializers",
    "ops.losses.options": "base classes of losses and what they ask of options",
    "ops.noise.mask": "a step of the ops that draw masks",
    "ops.normalization.PerChannel": "a base class",
    "ops.pooling.Pool": "a base class",
    "ops.standardized": "a step of the normalizations",
    "ops.weightnorm.incoming": "a step of WeightNorm",
    "ops.weightnorm.length": "a step of WeightNorm and max_norm",
    "ops.windows": "a step of convolution and pooling, output_size aside",
    "studies.Estimate": "made by estimate",
    "studies.Study": "made by load_study",
    "listing.Listing": "made by source",
    "training.archive": "how checkpoints are written",
    "training.course": "how a run is kept in a checkpoint",
    "training.elementwise.check_optimizer": "the check itself",
    "training.elementwise.rate_text": "how a rate reads in a name",
    "training.finite": "what fit asks of numbers",
    "training.moments.check_decay": "a check of adamw",
    "training.optimizers.moving_average": "a step of optimizers",
    "training.ranges.RateRange": "made by learning_rate_range",
    "training.rehearsal": "what fit asks of its arguments",
}  # fmt: skip

OF_OPS = ("init", "forward", "vjp", "measured")
"""The methods of an op that a caller uses; the others are hooks of base classes."""


def stubs() -> Iterator[tuple[types.ModuleType, list[str]]]:
    """Each package that has a stub file, and the names in it."""
    for stub in sorted(PACKAGE.rglob("*.pyi")):
        package = ".".join(("nnbook", *stub.parent.relative_to(PACKAGE).parts))
        nodes = [
            n for n in ast.parse(stub.read_text("utf-8")).body if isinstance(n, ast.ImportFrom)
        ]
        yield importlib.import_module(package), [a.asname or a.name for n in nodes for a in n.names]


def public() -> dict[str, Callable[..., Any]]:
    """Public callables by the place where they are defined, `ops.linear.Dense`."""
    found: dict[str, Callable[..., Any]] = {}
    rooms = set()
    for package, names in stubs():
        for name in names:
            thing = getattr(package, name)
            if isinstance(thing, types.ModuleType):
                rooms.add(thing.__name__)
            elif callable(thing):
                found[place(thing)] = thing
    for room in rooms - {"nnbook.derive"}:
        for name, thing in vars(importlib.import_module(room)).items():
            own = getattr(thing, "__module__", "") == room and not name.startswith("_")
            if own and callable(thing) and not internal(place(thing)):
                found[place(thing)] = thing
    return dict(sorted(found.items()))


def place(thing: Callable[..., Any]) -> str:
    return f"{thing.__module__}.{thing.__qualname__}".removeprefix("nnbook.")


def internal(name: str) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in INTERNAL)


def methods(kind: type) -> list[str]:
    """The methods that a caller of an object uses."""
    if issubclass(kind, Op):
        return list(OF_OPS)
    own = [base for base in kind.__mro__ if base.__module__.startswith("nnbook")]
    fields = getattr(kind, "__dataclass_fields__", {})
    names = {n for base in own for n, f in vars(base).items() if is_method(f) and n not in fields}
    return sorted(name for name in names if name == "__call__" or not name.startswith("_"))


def is_method(f: Any) -> bool:
    return inspect.isfunction(f) or isinstance(f, (classmethod, staticmethod))


def find(name: str) -> Any:
    """A room of the package, or a name in one, by its place; None if there is no such."""
    room, _, last = f"nnbook.{name}".rpartition(".")
    try:
        return importlib.import_module(f"nnbook.{name}")
    except ImportError:
        return getattr(importlib.import_module(room), last, None)
