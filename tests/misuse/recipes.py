"""A right value for every parameter of every public callable, and the calls that these make.

Values go by the name of the parameter; those of one callable by its place and the name. What is not
found here has the default of its parameter. A call that does not succeed fails the test by name.
"""

from __future__ import annotations

import inspect
import operator
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import plots
from nnbook.diffusion import linear_noise
from nnbook.distributed.work import Job
from nnbook.op import NoGradientError, Op
from nnbook.ops.losses import Loss
from nnbook.training.loop import Fit

from . import surface


@dataclass
class Call:
    """How to call something rightly: its arguments, made anew for each call."""

    name: str
    f: Callable[..., Any]
    make: Callable[[], dict[str, Any]]
    annotations: dict[str, str]
    defaults: dict[str, Any]
    runs: bool = True

    def tried(self) -> list[str]:
        """The arguments that are to be wrong in turn."""
        stars = [key for key in self.make() if key.startswith("*")]
        return [name for name in self.annotations if not name.startswith("*")] + stars

    def __call__(self, **changed: Any) -> Any:
        given = self.make() | changed
        parameters = inspect.signature(self.f).parameters
        named, places = {}, []
        starred = any(p.kind is p.VAR_POSITIONAL for p in parameters.values())
        for name, p in parameters.items():
            if p.kind is p.VAR_POSITIONAL:
                places += [value for key, value in given.items() if key.startswith(f"*{name}")]
            elif name in given and p.kind is p.POSITIONAL_OR_KEYWORD and starred:
                places.append(given[name])
            elif name in given:
                named[name] = given[name]
        own = {key for key in given if key.startswith("*")} | set(parameters)
        named |= {key: value for key, value in given.items() if key not in own}
        return self.f(*places, **named)


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def some(*shape: int) -> np.ndarray:
    return rng().normal(size=shape).round(3)


def shares(*shape: int) -> np.ndarray:
    """Numbers in (0, 1)."""
    return rng().uniform(0.1, 0.9, size=shape).round(3)


def bits(*shape: int) -> np.ndarray:
    return rng().integers(0, 2, size=shape)


def labels(n: int, K: int = 3) -> np.ndarray:
    return np.arange(n) % K


@cache
def network() -> nn.Sequential:
    return nn.Sequential(nn.Dense(4, 3), nn.Tanh(), nn.Dense(3, 2))


def theta() -> dict[str, Any]:
    return network().init(rng())


def state() -> dict[str, Any]:
    return nn.sgd(0.1).init(theta())


def job(**more: Any) -> Job:
    x, t = {"x": some(8, 4)}, {"dense2": some(8, 2)}
    return Job(network(), {"dense2": nn.MeanSquaredError()}, {"dense2": 1.0}, x, t, **more)


def run() -> Fit:
    return Fit(network(), theta(), {"loss": [1.0], "val_loss": [1.0]}, state())


@cache
def folder() -> Path:
    """A folder with a file of each kind."""
    from PIL import Image

    place = Path(tempfile.mkdtemp(prefix="nnbook-misuse-"))
    (place / "table.csv").write_text("a,b,kind\n1,2,x\n3,4,y\n")
    (place / "bytes.idx").write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3]))
    for kind in ("cats", "dogs"):
        (place / "pictures" / kind).mkdir(parents=True)
        Image.new("L", (2, 2)).save(place / "pictures" / kind / "one.png")
    nn.save(place / "params.npz", params=theta())
    given = (network(), nn.MeanSquaredError(), some(8, 4), some(8, 2))
    options = {"optimizer": nn.sgd(0.1), "epochs": 1, "seed": 0, "progress": False}
    nn.fit(*given, checkpoint=place / "run.npz", **options)
    results = place / "experiments" / "results"
    results.mkdir(parents=True)
    empty = '{"name": "s", "question": "", "seeds": [], "rows": {}, "tuning": {}, "about": {}}'
    (results / "s.json").write_text(empty)
    (place / "benchmarks").mkdir()
    (place / "benchmarks" / "results.json").write_text("{}")
    return place


def axes() -> Any:
    return plots.subplots()[1]


def figure() -> Any:
    return plots.subplots(width=1, height=1)[0]


def model(x: np.ndarray, t: int) -> np.ndarray:
    return np.zeros_like(x)


def score(name: str, settings: Any, seed: int) -> float:
    return 1.0


def zero(t: int) -> float:
    return 0.0


RBM = {"a": np.zeros(4), "b": np.zeros(3), "W": np.full((4, 3), 0.1)}

# Right values by the names of parameters …
BY_NAME: dict[str, Callable[[], Any]] = {
    **dict.fromkeys(["C", "C_in", "n_in", "d", "m", "n"], lambda: 4),
    **dict.fromkeys(["n_out", "K", "H", "T", "k", "size"], lambda: 3),
    **dict.fromkeys(["C_out", "groups", "kernel", "heads", "steps", "every"], lambda: 2),
    **dict.fromkeys(["batch_size", "parts", "local_steps", "order", "T_k", "epochs"], lambda: 2),
    **dict.fromkeys(["bound", "eta", "factor", "beta", "gain", "value"], lambda: 0.5),
    **dict.fromkeys(["strength", "strength1", "strength2"], lambda: 0.1),
    "learning_rate": lambda: 0.1,
    "p": lambda: 1.5,
    "degrees": lambda: 30.0,
    "rng": rng,
    "seed": lambda: 0,
    "key": lambda: 0,
    "op": lambda: nn.Dense(4, 3),
    "optimizer": lambda: nn.sgd(0.1),
    "network": network,
    "loss": nn.MeanSquaredError,
    "params": theta,
    "state": state,
    "machines": lambda: nn.Simulated(2),
    "job": job,
    "progress": lambda: False,
    "x": lambda: some(8, 4),
    "t": lambda: some(8, 2),
    "z": lambda: some(6, 3),
    "y": lambda: some(6, 3),
    "v": lambda: some(6, 3),
    "W": lambda: some(4, 3),
    "G": lambda: some(4, 3),
    "images": lambda: some(2, 3, 5, 5),
    "confidence": lambda: shares(6),
    "right": lambda: bits(6),
    "schedule": lambda: linear_noise(100),
    "noise": lambda: some(8, 4),
    "x_t": lambda: some(8, 4),
    "model": lambda: model,
    "watch": lambda: lambda t, x: None,
    "limits": lambda: (-1.0, 1.0),
    "rbm": lambda: nn.BernoulliRBM(4, 3),
    "stratify": lambda: labels(9),
    "groups_": lambda: labels(9),
    "*arrays0": lambda: some(9, 2),
    "*arrays1": lambda: labels(9),
    "ax": axes,
    "fig": figure,
    "still": figure,
    "alt": lambda: "A figure with nothing in it at all.",
    "question": lambda: "What is there to be seen in it?",
    "columns": lambda: 2,
    "f": lambda: nn.Dense(4, 3),
    "values": lambda: some(5),
    "others": lambda: some(5),
    "tree": theta,
    "grads": theta,
    "path": lambda: folder() / "params.npz",
}
# … by the place of a callable and the name …
OWN: dict[str, dict[str, Callable[[], Any]]] = {
    "data.augmentation.Augment": {"flip": lambda: (-1,)},
    "data.calibration.temperature_scaling": {
        "z": lambda: np.eye(3)[labels(6)],
        "t": lambda: np.array([0, 1, 2, 0, 1, 1]),
    },
    "data.clusters.kmeans": {"K": lambda: 2, "restarts": lambda: 2},
    "data.components.pca": {"k": lambda: 2},
    "data.components.whiten": {"k": lambda: 2},
    "data.metrics.accuracies.accuracy": {"t": lambda: labels(6)},
    "data.metrics.accuracies.balanced_accuracy": {"t": lambda: labels(6)},
    "data.metrics.accuracies.binary_accuracy": {"y": lambda: shares(6), "t": lambda: bits(6)},
    "data.metrics.accuracies.top_k_accuracy": {"t": lambda: labels(6), "k": lambda: 2},
    "data.metrics.confusion": {"C": lambda: np.arange(9).reshape(3, 3)},
    "data.metrics.confusion.confusion_matrix": {"y": lambda: labels(6), "t": lambda: labels(6)},
    "data.metrics.deviations": {"y": lambda: some(6), "t": lambda: some(6) + 1},
    "data.metrics.deviations.regression_accuracy": {"deviation": lambda: 2.0},
    "data.metrics.partitions": {
        **dict.fromkeys(["a", "groups"], lambda: labels(6)),
        **dict.fromkeys(["b", "classes"], lambda: labels(6, 2)),
    },
    "data.metrics.probabilities.brier_score": {
        "y": lambda: np.full((6, 4), 0.25),
        "t": lambda: labels(6),
    },
    "data.metrics.ranking": {"y": lambda: shares(6), "t": lambda: labels(6, 2)},
    "data.ngrams.NGram": {
        "text": lambda: labels(9),
        "context": lambda: (1,),
    },
    "data.ngrams.number_words": {"number": lambda: 21},
    "data.outside.load_csv": {
        "path": lambda: folder() / "table.csv",
        "target": lambda: "kind",
        "classes": lambda: ("x", "y"),
        "missing": lambda: ("?",),
    },
    "data.outside.load_idx": {"path": lambda: folder() / "bytes.idx"},
    "data.outside.load_images": {"folder": lambda: folder() / "pictures"},
    "data.splits.balance": {"labels": lambda: labels(9)},
    "data.splits.group_split": {"groups": lambda: labels(9), "test_fraction": lambda: 0.4},
    "data.splits.train_test_split": {"test_fraction": lambda: 0.4},
    "data.targets.one_hot": {"labels": lambda: labels(6)},
    "diffusion.noising": {"t": lambda: 3, "v": lambda: some(8, 4)},
    "diffusion.samplers": {"steps": lambda: 2},
    "diffusion.schedules.Schedule": {"left": lambda: np.array([1.0, 0.5, 0.1])},
    "diffusion.schedules": {"T": lambda: 100},
    "distributed.cluster.Cluster": {"machines": lambda: 2, "address": lambda: "tcp://127.0.0.1:1"},
    "distributed.shards.mean_of_shards": {
        "trees": lambda: [theta(), theta()],
        "sizes": lambda: [2, 3],
    },
    "distributed.simulated.Simulated": {"machines": lambda: 2},
    "distributed.simulated.Simulated.submit": {
        "work": lambda: pow,
        "*arguments0": lambda: 2,
        "*arguments1": lambda: 3,
    },
    "distributed.simulated.Simulated.drop": {"ticket": lambda: 0},
    "distributed.rounds.local_updates": {"job": lambda: job(optimizer=nn.sgd(0.1))},
    "distributed.training": {"progress": lambda: False},
    "distributed.work.gradient": {"rows": lambda: np.array([0, 1]), "key": lambda: (0, 0, 0)},
    "distributed.work.Job": {
        "losses": lambda: {"dense2": nn.MeanSquaredError()},
        "weights": lambda: {"dense2": 1.0},
        "x": lambda: {"x": some(8, 4)},
        "t": lambda: {"dense2": some(8, 2)},
    },
    "distributed.work.Answer": {"loss": lambda: 1.0, "values": theta, "measured": dict},
    "distributed.parallel.Update": {"loss": lambda: 1.0, "now": lambda: 0.5},
    "energy.checks.states": {"n": lambda: 3},
    "energy.hopfield.Hopfield": {
        "params": lambda: nn.Hopfield(4).store(2 * bits(2, 4) - 1),
        "patterns": lambda: 2 * bits(2, 4) - 1,
        "x": lambda: 2 * bits(4) - 1,
    },
    "energy.mixture.BernoulliMixture": {
        "params": lambda: {"w": np.full(2, 0.5), "q": np.full((2, 4), 0.5)},
        "x": lambda: bits(6, 4),
        "K": lambda: 2,
    },
    "energy.rbm": {
        "params": lambda: dict(RBM),
        "x": lambda: bits(6, 4),
        "v": lambda: bits(6, 4),
        "h": lambda: bits(6, 3),
        "p": lambda: shares(3),
    },
    "energy.partition": {
        "params": lambda: dict(RBM),
        "x": lambda: bits(6, 4),
        "chains": lambda: 3,
        "base": lambda: np.full(4, 0.1),
    },
    "energy.partition.Annealed": {
        "log_z": lambda: 1.0,
        "error": lambda: 0.1,
        "log_weights": lambda: some(4),
    },
    "gradcheck": {"inputs": lambda: some(5, 4), "params": lambda: nn.Dense(4, 3).init(rng())},
    "gradcheck.Check": {
        "error": lambda: 0.0,
        "place": lambda: "W",
        "analytic": lambda: 1.0,
        "numeric": lambda: 1.0,
        "entries": lambda: 3,
    },
    "graph.Graph": {
        "*inputs0": lambda: "x",
        "name": lambda: "new",
        "*parents0": lambda: "tanh1",
        "inputs": lambda: some(6, 4),
        "cotangents": lambda: some(6, 2),
        "tape": lambda: network().forward(theta(), some(6, 4))[1],
        "wrt": lambda: ("x",),
        "op": lambda: nn.Dense(3, 2),
        "share": lambda: "dense2",
    },
    "graph.Sequential": {"*ops0": lambda: nn.Dense(4, 3), "*ops1": nn.Tanh},
    "listing.source": {"*objects0": lambda: nn.Dense},
    "calls.Mode.train": {"rng": rng},
    "calls.Mode": {"training": lambda: True},
    "calls.Needs": {"inputs": lambda: (True, False), "i": lambda: 0},
    "ops.activations.LeakyReLU": {"slope": lambda: 0.01},
    "ops.normalization.LayerNorm": {"shape": lambda: 4},
    "ops.normalization.RMSNorm": {"shape": lambda: 4},
    "ops.normalization.Normalization": {"axes": lambda: (0,), "shape": lambda: (4,)},
    "ops.losses.regression.QuantileLoss": {"q": lambda: 0.3},
    "ops.attention.causal_mask": {"T_k": lambda: 4},
    "ops.attention.padding_mask": {"lengths": lambda: np.array([1, 2, 3])},
    "ops.positions": {"T": lambda: 3, "d": lambda: 4, "positions": lambda: np.arange(8)},
    "ops.embedding.Embedding": {"K": lambda: 3, "n_out": lambda: 2},
    "ops.windows.output_size": {"size": lambda: 5, "kernel": lambda: 2},
    "ops.weightnorm.WeightNorm": {"op": lambda: nn.Dense(4, 3)},
    "plots.data.curves": {
        "history": lambda: {"loss": [2.0, 1.0]},
        "names": lambda: ["loss"],
    },
    "plots.data.decision_boundary": {
        "predict": lambda: lambda x: x[:, 0],
        "x": lambda: some(6, 2),
        "t": lambda: labels(6, 2),
        "resolution": lambda: 4,
    },
    "plots.data.images": {"grid": lambda: some(3, 2, 2), "titles": lambda: ["a", "b", "c"]},
    "plots.diagrams.network_diagram": {
        "sizes": lambda: [3, 2],
        "labels": lambda: ["a", "b"],
        "most": lambda: 8,
    },
    "plots.figure.Picture": {
        "png": lambda: b"", "width": lambda: 3, "caption": lambda: "c", "photo": lambda: False
    },
    "plots.motion.MovingPicture": {
        "png": lambda: b"", "width": lambda: 3, "caption": lambda: "c", "photo": lambda: False
    },
    "plots.motion.moving": {"name": lambda: "slope"},
    "plots.figure.subplots": {"rows": lambda: 1, "columns": lambda: 1},
    "plots.figure.tint": {"colour": lambda: "#0072B2"},
    "plots.graphs.draw": {
        "graph": network,
        "shapes": lambda: {"x": (3,)},
        "values": lambda: {"x": some(1, 4)},
        "cotangents": lambda: {"x": some(1, 4)},
    },
    "studies.load_benchmarks": {"folder": folder},
    "studies.load_study": {"folder": folder, "name": lambda: "s"},
    "studies.rounded": {"value": lambda: 0.5, "error": lambda: 0.1},
    "studies.t_quantile": {"df": lambda: 4},
    "studies.tune": {
        "candidates": lambda: {"a": [{"x": 1}]},
        "score": lambda: score,
        "seeds": lambda: [0, 1],
        "progress": lambda: iter,
    },
    "training.callbacks.EarlyStopping": {
        "lines": lambda: ["loss", "val_loss"],
        "run": run,
        "held": lambda: begun().remember(),
        "maximize": lambda: False,
    },
    "training.checkpoint.load": {"params": theta},
    "training.checkpoint.save": {"path": lambda: folder() / "new.npz", "params": theta},
    "training.constraints.freeze": {"*vertices0": lambda: "dense1"},
    "training.constraints.shorten": {"bound": lambda: 0.5, "p": lambda: 2},
    "training.curvature.sharpness": {"products": lambda: 3},
    "training.elementwise.Optimizer": {
        "name": lambda: "o",
        "init": lambda: nn.sgd(0.1).init,
        "update": lambda: nn.sgd(0.1).update,
    },
    "training.elementwise.elementwise": {
        "name": lambda: "plain",
        "rule": lambda: lambda theta, g, eta, t: None,
    },
    "training.groups.by_group": {"groups": lambda: {"dense1/*": nn.sgd(0.1)}},
    "training.loop.Fit": {"history": lambda: {"loss": [1.0]}},
    "training.loop.fit": {"epochs": lambda: 1, "batch_size": lambda: 4},
    "training.loop.loss_and_gradients": {},
    "training.penalties.Penalty": {
        "name": lambda: "p",
        "value": lambda: np.sum,
        "gradient": lambda: np.ones_like,
    },
    "training.penalties.weights": {"path": lambda: "dense1/W"},
    "training.ranges.learning_rate_range": {
        "optimizer": lambda: nn.sgd,
        "steps": lambda: 2,
        "low": lambda: 1e-5,
        "high": lambda: 1e-2,
        "factor": lambda: 4.0,
    },
    "training.resuming.resume": {
        "path": lambda: folder() / "run.npz",
        "optimizer": lambda: nn.sgd(0.1),
        "epochs": lambda: 2,
        "batch_size": lambda: 32,
        "progress": lambda: False,
    },
    "training.schedules.cosine": {"floor": lambda: 0.1},
    "training.schedules.warm_up": {"then": lambda: 0.1},
    "training.steepness.gradient_penalty": {
        "network": lambda: nn.Sequential(nn.Dense(4, 3), nn.Tanh(), nn.Dense(3, 1)),
        "params": lambda: nn.Sequential(nn.Dense(4, 3), nn.Tanh(), nn.Dense(3, 1)).init(rng()),
    },
    "tree.map": {"f": lambda: lambda a, b: a + b, "*others0": theta},
    "tree.unflatten": {"flat": lambda: {"a/W": 1, "b": 2}},
    "variational.BernoulliVAE": {
        "m": lambda: 4,
        "d": lambda: 2,
        "hidden": lambda: (3,),
        "params": lambda: nn.BernoulliVAE(4, 2, hidden=(3,)).init(rng()),
        "x": lambda: bits(6, 4),
        "h": lambda: some(6, 2),
        "noise": lambda: some(6, 2),
        "count": lambda: 2,
        "samples": lambda: 2,
    },
    "data.preprocessing.Transform": {
        "name": lambda: "t",
        "init": lambda: nn.standardize().init,
        "apply": lambda: nn.standardize().apply,
        "invert": lambda: nn.standardize().invert,
    },
}  # fmt: skip
# … and the objects whose methods are called, where the constructor's recipe does not make them.
OBJECTS: dict[str, Callable[[], Any]] = {
    "graph.Graph": lambda: nn.Sequential(nn.Dense(4, 3), nn.Tanh(), nn.Dense(3, 2)),
    "calls.Needs": lambda: nn.Needs((True, False)),
    "distributed.simulated.Simulated": lambda: busy(),
    "training.callbacks.EarlyStopping": lambda: begun(),
    "training.loop.Fit": run,
    "gradcheck.Check": lambda: nn.gradcheck.Check(0.0, "W", 1.0, 1.0, 3),
    "data.ngrams.NGram": lambda: nn.NGram(2, 3).learn(labels(9)),
}


def busy() -> nn.Simulated:
    machines = nn.Simulated(2)
    machines.submit(pow, 2, 3)
    return machines


def begun() -> nn.EarlyStopping:
    stopping = nn.EarlyStopping()
    stopping.begin(["loss", "val_loss"])
    stopping(run())
    return stopping


# What can't be called rightly here, with the reason: its wrong calls are tried all the same.
NOT_HERE = {
    "data.fetch.fetch_cifar10": "it needs the network",
    "data.fetch.fetch_fashion_mnist": "it needs the network",
    "data.fetch.fetch_mnist": "it needs the network",
    "distributed.cluster.Cluster": "nothing listens at this address",
}
# What nobody calls: records, which the package makes, and base classes.
NOT_CALLED = {
    "distributed.parallel.Update": "a record that the updates give",
    "distributed.work.Answer": "a record that a machine gives",
    "energy.partition.Annealed": "a record that annealed_importance_sampling gives",
    "gradcheck.Check": "a record that entrywise and projection give",
    "plots.figure.Picture": "a record that show gives",
    "plots.motion.MovingPicture": "a record that moving gives",
    "training.loop.Fit": "a record that fit gives",
    "distributed.parallel.Machines": "a protocol: Simulated is driven",
    "op.NoGradientError": "an error",
    "ops.losses.base.Loss": "a base class",
    "ops.losses.base.MeanLoss": "a base class",
}
NO_METHODS = {
    "distributed.cluster.Cluster": "it needs processes of its own: tests/distributed",
    "graph.Sequential": "those of Graph",
    **{name: why for name, why in NOT_CALLED.items() if not why.startswith("a record")},
}


def calls() -> Iterator[Call]:
    """Every public callable, then the methods of each class."""
    for name, f in surface.public().items():
        if name not in NOT_CALLED:
            yield call_of(name, f)
            yield from of_what_is_made(name, f)
        if inspect.isclass(f) and name not in NO_METHODS:
            yield from (of_op(name, f) if issubclass(f, Op) else of_object(name, f))


def value_of(place: str, name: str) -> Callable[[], Any] | None:
    """The right value of a parameter: of this callable, of its class or module, or by its name."""
    at = place
    while at:
        if name in OWN.get(at, {}):
            return OWN[at][name]
        at = at.rpartition(".")[0]
    return BY_NAME.get(name)


def call_of(place: str, f: Callable[..., Any], skip: int = 0) -> Call:
    """The call of a function, or of a constructor, by its signature."""
    makers: dict[str, Callable[[], Any]] = {}
    annotations, defaults = {}, {}
    for name, p in list(inspect.signature(f).parameters.items())[skip:]:
        if p.kind is p.VAR_KEYWORD:
            defaults[f"**{name}"] = None
            own = {n: m for n, m in OWN.get(place, {}).items() if n[0] != "*"}
            makers |= {n: m for n, m in own.items() if n not in inspect.signature(f).parameters}
            continue
        annotations[f"*{name}" if p.kind is p.VAR_POSITIONAL else name] = annotation_of(p)
        defaults[name] = p.default
        if p.kind is p.VAR_POSITIONAL:
            for i in range(3):
                key = f"*{name}{i}"
                if (make := value_of(place, key)) is not None:
                    makers[key] = make
                    annotations[key] = annotation_of(p)
        elif (make := value_of(place, name)) is not None and (
            p.default is p.empty or p.default is None or name in OWN.get(place, {}) or name in MEANT
        ):
            makers[name] = make
        elif p.default is not p.empty:
            makers[name] = partial(lambda value: value, p.default)

    def make() -> dict[str, Any]:
        return {name: maker() for name, maker in makers.items()}

    return Call(place, f, make, annotations, defaults, place not in NOT_HERE)


MEANT = ("progress", "steps", "batch_size")


def annotation_of(p: inspect.Parameter) -> str:
    a = p.annotation
    return getattr(a, "__forward_arg__", None) or (a if isinstance(a, str) else str(a)).strip("'")


def of_object(place: str, kind: type) -> Iterator[Call]:
    """The methods of a class, each on an object made anew."""
    make = OBJECTS.get(place) or call_of(place, kind)
    for method in surface.methods(kind):
        f = operator.attrgetter(method)(kind)
        bound = inspect.ismethod(f)
        static = isinstance(inspect.getattr_static(kind, method), staticmethod)
        signed = call_of(f"{place}.{method}", f, skip=0 if bound or static else 1)
        if not bound and not static:
            signed = on_object(signed, make, method)
        yield signed


def on_object(call: Call, make: Callable[[], Any], method: str) -> Call:
    """The call of a method whose object is made for it."""
    signature = inspect.signature(call.f)

    def f(*args: Any, **kwargs: Any) -> Any:
        return getattr(make(), method)(*args, **kwargs)

    f.__signature__ = signature.replace(parameters=list(signature.parameters.values())[1:])
    return Call(call.name, f, call.make, call.annotations, call.defaults, call.runs)


# --- what functions make --------------------------------------------------------------------------


def of_what_is_made(place: str, f: Callable[..., Any]) -> Iterator[Call]:
    """The calls of what a function makes: an optimizer, a transform, a schedule, an initializer."""
    made = inspect.signature(f).return_annotation if inspect.isfunction(f) else ""
    room = place.rpartition(".")[0]
    if made == "Optimizer" and place != "training.elementwise.elementwise":
        yield from of_optimizer(place, call_of(place, f))
    elif made == "Transform":
        yield from of_transform(place, call_of(place, f))
    elif made == "Schedule" and room == "training.schedules":
        rate = call_of(place, f)
        kinds = {"s": "int"}
        yield Call(f"{place}()", lambda s: rate()(s), lambda: {"s": 3}, kinds, {})
    elif made == "Initializer":
        draw = call_of(place, f)

        def drawn(rng, shape, dtype):
            return draw()(rng, shape, dtype)

        kinds = {"rng": "np.random.Generator", "shape": "tuple", "dtype": "DTypeLike"}
        given = lambda: {"rng": rng(), "shape": (4, 3), "dtype": np.float64}  # noqa: E731
        yield Call(f"{place}()", drawn, given, kinds, {})


def of_optimizer(place: str, make: Call) -> Iterator[Call]:
    """`init` and `update`, on matrices alone, which every rule takes."""

    def matrices() -> dict[str, Any]:
        return {"dense1": {"W": some(4, 3)}}

    def init(params):
        return make().init(params)

    def update(params, grads, state):
        return make().update(params, grads, state)

    def given() -> dict[str, Any]:
        return {"params": matrices(), "grads": matrices(), "state": init(matrices())}

    kinds = dict.fromkeys(("params", "grads", "state"), "Params")
    yield Call(f"{place}().init", init, lambda: {"params": matrices()}, {"params": "Params"}, {})
    yield Call(f"{place}().update", update, given, kinds, {})


def of_transform(place: str, make: Call) -> Iterator[Call]:
    """`init`, `apply` and `invert`."""
    x = some(7, 3)

    def init(x):
        return make().init(x)

    def apply(state, x):
        return make().apply(state, x)

    def invert(state, x):
        return make().invert(state, x)

    def given() -> dict[str, Any]:
        return {"state": init(x), "x": x}

    def back() -> dict[str, Any]:
        return {"state": init(x), "x": apply(init(x), x)}

    kinds = {"state": "State", "x": "ArrayLike"}
    yield Call(f"{place}().init", init, lambda: {"x": x}, {"x": "ArrayLike"}, {})
    yield Call(f"{place}().apply", apply, given, kinds, {})
    yield Call(f"{place}().invert", invert, back, kinds, {})


# --- ops ------------------------------------------------------------------------------------------

INPUTS: list[Callable[[], tuple[np.ndarray, ...]]] = [
    lambda: (some(6, 4),),
    lambda: (some(2, 4, 6, 6),),
    lambda: (some(2, 4, 7),),
    lambda: (some(6, 4), some(6, 4)),
    lambda: (some(6, 4), some(6, 4), some(6, 4)),
    lambda: (some(6, 2, 4), some(6, 3, 4), some(6, 3, 4)),
]
OF_LOSSES: list[Callable[[], tuple[np.ndarray, ...]]] = [
    lambda: (np.full((6, 4), 0.25), np.eye(4)[labels(6)]),
    lambda: (np.log(np.full((6, 4), 0.25)), np.eye(4)[labels(6)]),
    lambda: (some(6, 4), labels(6)),
    lambda: (some(6, 4), 2 * bits(6, 4) - 1),
]
OF_OP: dict[str, Callable[[], tuple[np.ndarray, ...]]] = {
    "ops.embedding.Embedding": lambda: (labels(6),),
    "ops.latent.GaussianSample": lambda: (some(6, 4), some(6, 4), some(6, 4)),
    "ops.cells.RNNCell": lambda: (some(6, 4), some(6, 3)),
    "ops.gru.GRUCell": lambda: (some(6, 4), some(6, 3)),
    "ops.cells.LSTMCell": lambda: (some(6, 4), some(6, 3), some(6, 3)),
    "ops.recurrent.RNN": lambda: (some(6, 2, 4), some(6, 3)),
    "ops.recurrent.GRU": lambda: (some(6, 2, 4), some(6, 3)),
    "ops.recurrent.LSTM": lambda: (some(6, 2, 4), some(6, 3), some(6, 3)),
    "ops.attention.Attention": lambda: (some(6, 2, 4), some(6, 3, 4), some(6, 3, 4), mask()),
    "ops.multihead.MultiHeadAttention": lambda: (*3 * (some(6, 3, 4),), np.tri(3, dtype=bool)),
    "ops.losses.regression.RootMeanSquaredError": lambda: (some(6, 4), some(6, 4) + 1),
    "ops.positions.Rotary": lambda: (some(6, 2, 4), np.arange(2)),
    "ops.positions.SinusoidalPositions": lambda: (some(6, 2, 4), np.arange(2)),
}


def mask() -> np.ndarray:
    return np.tile([True, True, False], (6, 2, 1))


def of_op(place: str, kind: type[Op]) -> Iterator[Call]:
    """`init`, `forward`, `vjp` and `measured` of an op, with inputs that it takes."""
    build = call_of(place, kind)
    op = build()
    inputs = inputs_of(place, op)

    def params() -> dict[str, Any]:
        return dict(op.init(rng()))

    def forward_arguments() -> dict[str, Any]:
        arrays = {f"*inputs{i}": x for i, x in enumerate(inputs())}
        return {"params": params(), **arrays, "mode": nn.Mode.train(rng())}

    def forward(params, *inputs, mode):
        return op.forward(params, *inputs, mode=mode)

    def sent() -> dict[str, Any]:
        y, cache = op.forward(params(), *inputs(), mode=nn.Mode.train(rng()))
        ones = tuple(map(np.ones_like, y)) if len(op.outputs) > 1 else np.ones_like(y)
        return {"params": params(), "cache": cache, "y_bar": ones, "needs": nn.EVERYTHING}

    def vjp(params, cache, y_bar, needs):
        try:
            return op.vjp(params, cache, y_bar, needs)
        except NoGradientError:
            return 0.0

    def measured(params, cache):
        return op.measured(params, cache)

    def told() -> dict[str, Any]:
        return {name: value for name, value in sent().items() if name in ("params", "cache")}

    def drawn() -> dict[str, Any]:
        return {"rng": rng(), "dtype": np.float64}

    def pair() -> dict[str, Any]:
        return dict(zip(("y", "t"), inputs(), strict=True))

    several = "tuple" if len(op.outputs) > 1 else "Array"
    kinds = {"params": "Params", "cache": "Cache", "mode": "Mode", "needs": "Needs", "t": "Array"}
    kinds |= {"y_bar": several, "rng": "np.random.Generator", "dtype": "DTypeLike", "y": "Array"}
    kinds |= {f"*inputs{i}": "Array" for i in range(4)}
    tried = {"init": (op.init, drawn)}
    if place != "op.Op":  # which has no forward
        tried |= {"forward": (forward, forward_arguments), "vjp": (vjp, sent)}
        tried |= {"measured": (measured, told)}
    if isinstance(op, Loss):
        tried["__call__"] = (lambda y, t: op(y, t)), pair
    for method, (f, make) in tried.items():
        annotations = {name: kinds[name] for name in make()}
        yield Call(f"{place}.{method}", f, make, annotations, {})


def inputs_of(place: str, op: Op) -> Callable[[], tuple[np.ndarray, ...]]:
    """Inputs that an op takes: its own, or the first of the usual ones."""
    if place in OF_OP or place == "op.Op":
        return OF_OP.get(place, INPUTS[0])
    for inputs in OF_LOSSES if isinstance(op, Loss) else INPUTS:
        try:
            op.forward(dict(op.init(rng())), *inputs(), mode=nn.Mode.train(rng()))
        except (ValueError, TypeError):
            continue
        return inputs
    raise LookupError(f"{place} takes none of the usual inputs: give it a place in OF_OP")
