"""Every public callable, with numbers of every dtype and layout: one rule, no surprise.

The names are read from the package's stub file, so that a new one is driven without anyone
remembering. An op is made from its signature, arguments are chosen by the names of parameters, and
what can't be guessed is a failure until `RECIPES` says how to call it.

For each dtype and layout the result must be that of float64 copies in C order; floating dtypes are
kept, others become float64; nothing is written to; NumPy has nothing to warn of. What can't be
computed is refused by a `raise` of the package itself.
"""

from __future__ import annotations

import inspect
import operator
import traceback
import types
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest

import nnbook
from nnbook import tree
from nnbook.op import Mode, Needs, NoGradientError, Op
from nnbook.ops.losses import Loss

PACKAGE = Path(nnbook.__file__).parent
NAMES = sorted(
    name
    for name in nnbook.__all__
    if callable(getattr(nnbook, name)) and not isinstance(getattr(nnbook, name), types.ModuleType)
)
NAMES += [
    f"numerics.{name}"
    for name, f in vars(nnbook.numerics).items()
    if inspect.isfunction(f) and f.__module__ == "nnbook.numerics" and not name.startswith("_")
]

# Names that are not yet as they should be. Strict: a name that passes must leave the list.
AWAITING: dict[str, str] = {}

# What neither takes nor holds an array.
WITHOUT_ARRAYS = {name for name in NAMES if name.startswith("fetch_")}  # tests/data/test_fetch.py
WITHOUT_ARRAYS |= {"EarlyStopping", "Fit", "Mode", "Needs", "NoGradientError", "Op", "Optimizer"}
WITHOUT_ARRAYS |= {"causal_mask", "number_words", "output_size", "sinusoidal_positions"}
WITHOUT_ARRAYS |= {"Cluster", "Simulated", "numerics.own_axes"}

DTYPES = ["bool", "int8", "int64", "uint8", "uint64", "float16", "float32", "float64", "longdouble"]
LAYOUTS = ["C order", "Fortran order", "every other", "backwards", "empty"]
CASES = [(dtype, "C order") for dtype in DTYPES]
CASES += [("float64", layout) for layout in LAYOUTS[1:]]
CASES += [("float32", "every other"), ("float32", "empty"), ("uint8", "empty"), ("int64", "empty")]
TOLERANCE = {"float16": 2e-2, "float32": 2e-5}


class Draw:
    """The arrays of one case; with `plain`, the same numbers as float64 in C order."""

    def __init__(self, dtype: str, layout: str, plain: bool = False):
        self.dtype, self.layout, self.plain = np.dtype(dtype), layout, plain
        self.floating = self.dtype if self.dtype.kind == "f" else np.dtype("float64")
        self.rng = np.random.default_rng(0)
        self.given: list[tuple[np.ndarray, np.ndarray]] = []

    def numbers(self, *shape: int) -> np.ndarray:
        """Any numbers, within what the dtype holds."""
        low, high = {"b": (0, 2), "u": (0, 9), "i": (-9, 9), "f": (-200, 200)}[self.dtype.kind]
        x = self.rng.integers(low, high, self._size(shape)) / (64 if self.dtype.kind == "f" else 1)
        x.flat[:1] = 0  # so that a zero is always among them
        return self._array(x)

    def positive(self, *shape: int) -> np.ndarray:
        """Numbers above 0; in floating dtypes below 1."""
        x = self.rng.integers(1, 2 if self.dtype.kind == "b" else 9, self._size(shape))
        return self._array(x / 10 if self.dtype.kind == "f" else x)

    def binary(self, *shape: int) -> np.ndarray:
        return self._array(self.rng.integers(0, 2, self._size(shape)))

    def signs(self, *shape: int) -> np.ndarray:
        if self.dtype.kind in "bu":
            return self.binary(*shape)
        return self._array(2 * self.rng.integers(0, 2, self._size(shape)) - 1)

    def one_hot(self, N: int, K: int) -> np.ndarray:
        return self._array(np.eye(K)[self.rng.integers(0, K, self._size((N,)))])

    def distributions(self, N: int) -> np.ndarray:
        """Rows that sum to 1, of numbers that every floating dtype holds."""
        p = np.eye(4)[:1] if self.dtype.kind in "biu" else np.array([[0.5, 0.25, 0.125, 0.125]])
        return self._array(self.rng.permuted(np.repeat(p, *self._size((N,)), axis=0), axis=1))

    def log_distributions(self, N: int) -> np.ndarray:
        if self.dtype.kind in "biu":
            return self.binary(N, 4)
        p = self.distributions(N).astype(np.float64)
        return self._array(np.log(p))

    def labels(self, N: int, K: int) -> np.ndarray:
        """Whole numbers, in a dtype of whole numbers: 0 … K-1, all of them there."""
        labels = np.arange(self._size((N,))[0]) % (2 if self.dtype.kind == "b" else K)
        dtype = np.dtype("int64") if self.dtype.kind == "f" or self.plain else self.dtype
        return self._array(labels, dtype)

    def params(self, theta: Mapping) -> dict:
        """Parameters in the floating dtype of the case."""
        return tree.map(lambda p: self._array(p.astype(self.floating), self.floating), theta)

    def _size(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return (0, *shape[1:]) if self.layout == "empty" else shape

    def _array(self, x: np.ndarray, dtype: np.dtype | None = None) -> np.ndarray:
        x = x.astype(self.dtype if dtype is None else dtype)
        if self.plain:
            return np.array(x, x.dtype if x.dtype.kind == "i" and dtype else np.float64, order="C")
        if self.layout == "Fortran order":
            x = np.asfortranarray(x)
        elif self.layout == "every other":
            x = np.repeat(x, 2, axis=0)[::2]
        elif self.layout == "backwards":
            x = np.ascontiguousarray(x[::-1])[::-1]
        x.setflags(write=False)
        self.given.append((x, x.copy()))
        return x


# --- how to call things ---------------------------------------------------------------------------

# Arguments by the names of parameters: numbers that are no arrays …
ARGUMENTS = {
    **dict.fromkeys(["C", "C_in", "n_in", "shape", "size"], 4),
    **dict.fromkeys(["C_out", "groups", "k", "kernel"], 2),
    **dict.fromkeys(["n_out", "K"], 3),
    **dict.fromkeys(["bound", "delta", "learning_rate", "quantile"], 0.3),
    **dict.fromkeys(["strength", "strength1", "strength2"], 0.1),
    "p": 1.5,
    "method": "trim",
}
# … and arrays, for plain functions.
ARRAYS = {
    "x": lambda draw: draw.numbers(6, 4),
    "z": lambda draw: draw.numbers(6, 4),
    "y": lambda draw: draw.positive(6, 4),
    "t": lambda draw: draw.one_hot(6, 4),
    "labels": lambda draw: draw.labels(6, 3),
    "images": lambda draw: draw.numbers(2, 3, 5, 5),
    "arrays": lambda draw: (draw.numbers(8, 3), draw.labels(8, 3)),
}
# Inputs of ops: the first for which a forward pass succeeds in float64 is taken.
SHAPES = [(6, 4), (2, 4, 7), (2, 4, 6, 6)]
TARGETS = [
    lambda draw: (draw.distributions(6), draw.one_hot(6, 4)),
    lambda draw: (draw.log_distributions(6), draw.one_hot(6, 4)),
    lambda draw: (draw.positive(6, 4), draw.one_hot(6, 4)),
    lambda draw: (draw.numbers(6, 4), draw.labels(6, 4)),
    lambda draw: (draw.numbers(6, 4), draw.signs(6, 4)),
]


MODES = {"": Mode, "training ": lambda: Mode.train(np.random.default_rng(0))}


def arguments(f, *left_out: str) -> dict:
    """The arguments that `f` can't do without, by name."""
    own = {"rng": lambda: np.random.default_rng(0), "optimizer": lambda: nnbook.sgd(0.1)}
    own["op"] = lambda: nnbook.Dense(4, 3)
    given = {}
    for name, p in inspect.signature(f).parameters.items():
        if p.default is not p.empty or p.kind is p.VAR_POSITIONAL or name in left_out:
            continue
        if name not in ARGUMENTS and name not in own:
            pytest.fail(f"don't know what to give for {name!r}: say it in ARGUMENTS or RECIPES")
        given[name] = own[name]() if name in own else ARGUMENTS[name]
    return given


def drive_op(kind):
    """Forward and backward, in evaluation and in training."""
    op = kind(**arguments(kind))
    if isinstance(op, Loss):
        candidates = TARGETS
    else:
        several = any(
            p.kind is p.VAR_POSITIONAL for p in inspect.signature(op.forward).parameters.values()
        )
        n = 2 if several and type(op) is not nnbook.WeightNorm else 1
        candidates = [lambda d, s=s: tuple(d.numbers(*s) for _ in range(n)) for s in SHAPES]
    theta = op.init(np.random.default_rng(0))
    for inputs in candidates:
        try:
            for mode in MODES.values():
                op.forward(theta, *inputs(Draw("float64", "C order")), mode=mode())
        except ValueError:
            continue
        return lambda draw: run_op(op, theta, inputs(draw), draw)
    return pytest.fail(f"{op!r} takes none of the usual inputs: give a recipe")


def run_op(op, theta, inputs, draw):
    params, found = draw.params(theta), {}
    needs = Needs(tuple(i not in op.labels for i in range(len(inputs))))
    for name, mode in MODES.items():
        y, cache = op.forward(params, *inputs, mode=mode())
        if len(op.outputs) > 1:
            found |= {f"{name}{output}": v for output, v in zip(op.outputs, y, strict=True)}
            y_bar = tuple(draw.numbers(*v.shape) for v in y)
        else:
            found[f"{name}y"] = y
            y_bar = draw.numbers(*y.shape) if y.ndim else 1
        try:
            bars, param_bars = op.vjp(params, cache, y_bar, needs)
        except NoGradientError:
            continue
        found |= {f"{name}bar {i}": bar for i, bar in enumerate(bars) if bar is not None}
        found |= {f"{name}{key}_bar": bar for key, bar in param_bars.items()}
        found |= {f"{name}{key}": new for key, new in op.measured(params, cache).items()}
    return found


def steps(optimizer, draw):
    """Parameters after three steps with one gradient."""
    params = {"layer": {"W": draw.numbers(3, 4), "b": draw.numbers(4)}}
    grads = {"layer": {"W": draw.numbers(3, 4), "b": draw.numbers(4)}}
    state = optimizer.init(params)
    for _ in range(3):
        params, state = optimizer.update(params, grads, state)
    return tree.flatten(params)


def matrix_steps(optimizer, draw):
    """Matrices after a step, for a rule that takes nothing else."""
    params, grads = {"W": draw.numbers(3, 4)}, {"W": draw.numbers(3, 4)}
    return optimizer.update(params, grads, optimizer.init(params))[0]


def penalized(penalty, draw):
    params = {"layer": {"W": draw.numbers(3, 4), "b": draw.numbers(4)}}
    return {"R": penalty(params), **tree.flatten(penalty.gradients(params))}


def transformed(transform, draw):
    x = draw.numbers(7, 3)
    state = transform.init(x)
    y = transform.apply(state, x)
    return {"y": y, "x": transform.inverse(state, y)} if hasattr(transform, "inverse") else {"y": y}


def drive_function(f):
    """A function of arrays, or one that makes something that works on arrays."""
    makes = str(inspect.signature(f).return_annotation)
    for kind, use in (("Optimizer", steps), ("Penalty", penalized), ("Transform", transformed)):
        if makes.strip("'") == kind:
            return lambda draw, use=use: use(f(**arguments(f)), draw)

    parameters = inspect.signature(f).parameters
    if not any(name in ARRAYS for name in parameters):
        pytest.fail("takes no array that is known by its name: give a recipe")

    def run(draw):
        given = arguments(f, *ARRAYS)
        args = [given.pop(n) for n in ("rng", "k", "size") if n in given and "arrays" in parameters]
        named = {n: a(draw) for n, a in ARRAYS.items() if n in parameters and n != "arrays"}
        rows = ARRAYS["arrays"](draw) if "arrays" in parameters else ()
        if rows and "labels" in named:
            named["labels"] = rows[1]
        needed = {n: a for n, a in named.items() if parameters[n].default is inspect._empty}
        return {"result": f(*args, *rows, **given, **needed)}

    return run


def network():
    return nnbook.Sequential(nnbook.Dense(4, 3), nnbook.Tanh(), nnbook.Dense(3, 2))


def run_graph(draw):
    net = network()
    params = draw.params(net.init(np.random.default_rng(0)))
    values, tape = net.forward(params, draw.numbers(6, 4))
    cotangents = draw.numbers(*values["dense2"].shape)
    grads, bars = net.backward(params, tape, cotangents, wrt=["x"])
    return {"y": values["dense2"], "x_bar": bars["x"], **tree.flatten(grads)}


def run_fit(draw):
    x, t = draw.numbers(8, 4), draw.binary(8, 2)
    run = nnbook.fit(
        network(),
        nnbook.MeanSquaredError(),
        x,
        t,
        optimizer=nnbook.sgd(0.01),
        epochs=2,
        seed=0,
        batch_size=4,
        progress=False,
    )
    return {"y": run.predict(x), **tree.flatten(run.params)}


def run_resume(draw):
    import tempfile

    given = (network(), nnbook.MeanSquaredError(), draw.numbers(8, 4), draw.binary(8, 2))
    options = {"optimizer": nnbook.sgd(0.01), "batch_size": 4, "progress": False}
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/run.npz"
        nnbook.fit(*given, epochs=1, seed=0, checkpoint=path, **options)
        run = nnbook.resume(path, *given, epochs=2, **options)
    return {"y": run.predict(given[2]), **tree.flatten(run.params)}


def many(fit, **more):
    """Training on two simulated machines."""

    def run(draw):
        found = fit(
            network(), nnbook.MeanSquaredError(), draw.numbers(8, 4), draw.binary(8, 2),
            machines=nnbook.Simulated(2), optimizer=nnbook.sgd(0.01), epochs=2, seed=0,
            batch_size=4, **more,
        )  # fmt: skip
        return tree.flatten(found.params)

    return run


def run_range(draw):
    x, t = draw.numbers(8, 4), draw.binary(8, 2)
    net = network()
    params = net.init(np.random.default_rng(0), dtype=draw.floating if not draw.plain else float)
    found = nnbook.learning_rate_range(
        net, nnbook.MeanSquaredError(), params, x, t, seed=0, steps=5, high=1e-2
    )
    return {"losses": found.losses, "smooth": found.smooth}


def run_sharpness(draw):
    x, t = draw.numbers(8, 4), draw.binary(8, 2)
    params = network().init(np.random.default_rng(0))
    return {"L": nnbook.sharpness(network(), nnbook.MeanSquaredError(), params, x, t, seed=0)}


def run_gradient_penalty(draw):
    """The gradient is a difference of two, and so has fewer digits than its dtype."""
    net = nnbook.Sequential(nnbook.Dense(4, 3), nnbook.ReLU(), nnbook.Dense(3, 1))
    params = draw.params(net.init(np.random.default_rng(0)))
    P, grads = nnbook.gradient_penalty(net, params, draw.numbers(6, 4))
    return {"P": P, **{path: g.round(3) for path, g in tree.flatten(grads).items()}}


def one_wrong(draw):
    """Logits, and labels of which all but the first are answered rightly."""
    z = draw.one_hot(6, 4)
    return z, (z.argmax(axis=1) + (np.arange(len(z)) == 0)) % 4


def run_checkpoint(draw):
    import tempfile

    params = {"layer": {"W": draw.numbers(3, 4), "b": draw.labels(3, 3)}}
    with tempfile.TemporaryDirectory() as folder:
        nnbook.save(f"{folder}/x.npz", params=params)
        return tree.flatten(nnbook.load(f"{folder}/x.npz")["params"])


def loader(f):
    """A data set in the dtype of the case, against that in float64."""

    def run(draw):
        images, labels = f(np.float64 if draw.plain else draw.dtype)
        return {"images": images, "labels": labels}

    return run


def recurrent(name):
    """A step, or a sequence of two, from a state that is given."""
    shape = (6, 4) if name.endswith("Cell") else (6, 2, 4)

    def run(draw):
        op = getattr(nnbook, name)(4, 3)
        state = (draw.numbers(6, 3) for _ in op.outputs)
        return run_op(op, op.init(np.random.default_rng(0)), (draw.numbers(*shape), *state), draw)

    return run


def attending(op):
    """Two queries of each of six examples, and three keys with their values."""

    def run(draw):
        arrays = (draw.numbers(6, 2, 4), draw.numbers(6, 3, 4), draw.numbers(6, 3, 4))
        mask = draw.labels(6, 2)[:, None, None]  # 0 or 1
        return run_op(op, op.init(np.random.default_rng(0)), (*arrays, mask), draw)

    return run


def run_hopfield(draw):
    """A network that stored patterns: energies, fields and a recall."""
    network = nnbook.Hopfield(4)
    params = network.store(draw.signs(3, 4))
    x = draw.signs(6, 4)
    found = {"E": network.energy(params, x), "f": network.field(params, x), **params}
    if len(x):
        found["x"] = network.recall(params, x[0], np.random.default_rng(0))[0]
    return found


def run_rbm(draw):
    """A machine's energies, conditionals and slopes."""
    rbm = nnbook.BernoulliRBM(4, 3)
    params = draw.params(rbm.init(np.random.default_rng(0)))
    v, h = draw.binary(6, 4), draw.binary(6, 3)
    found = {"E": rbm.energy(params, v, h), "F": rbm.free_energy(params, v)}
    found |= {"h": rbm.hidden(params, v), "v": rbm.visible(params, h)}
    return found | (rbm.gradient(params, v, 1 - v) if len(v) else {})


def run_mixture(draw):
    """A mixture fitted and what it makes of the states."""
    mixture = nnbook.BernoulliMixture(4, 2)
    x = draw.binary(6, 4)
    if not len(x):
        params = draw.params({"w": np.ones(1), "q": np.full((1, 4), 0.5)})
        return {"log p": mixture.log_likelihood(params, x)}
    params = mixture.fit(x, np.random.default_rng(0), 5)
    return {**params, "log p": mixture.log_likelihood(params, x)}


def run_vae(draw):
    """A variational autoencoder: codes, pictures, the bound and its gradient."""
    vae = nnbook.BernoulliVAE(4, 2, hidden=(3,))
    params = draw.params(vae.init(np.random.default_rng(0)))
    x, h, noise = draw.binary(6, 4), draw.numbers(6, 2), draw.numbers(6, 2)
    mu, r = vae.encode(params, x)
    found = {"mu": mu, "r": r, "p": vae.decode(params, h)}
    found["log p"] = vae.log_likelihood(params, x, np.random.default_rng(0), 3)
    return found | (vae.loss_and_gradients(params, x, noise)[1]["mu"] if len(x) else {})


RECIPES = {
    "BernoulliMixture": run_mixture,
    "BernoulliRBM": run_rbm,
    "BernoulliVAE": run_vae,
    "GaussianSample": lambda draw: run_op(
        nnbook.GaussianSample(), {}, tuple(draw.numbers(6, 4) for _ in range(3)), draw
    ),
    "Hopfield": run_hopfield,
    "Graph": run_graph,
    "Sequential": run_graph,
    "fit": run_fit,
    "resume": run_resume,
    "fit_parallel": many(nnbook.fit_parallel),
    "fit_asynchronous": many(nnbook.fit_asynchronous),
    "fit_local": many(nnbook.fit_local, local_steps=2),
    "save": run_checkpoint,
    "sharpness": run_sharpness,
    "gradient_penalty": run_gradient_penalty,
    "load": run_checkpoint,
    "binary_accuracy": lambda draw: {
        "share": nnbook.binary_accuracy(draw.positive(6), draw.binary(6))
    },
    "confusion_matrix": lambda draw: {
        "C": nnbook.confusion_matrix(draw.labels(6, 3), draw.labels(6, 3), 3)
    },
    "balanced_accuracy": lambda draw: {
        "share": nnbook.balanced_accuracy(draw.labels(6, 3), draw.labels(6, 3))
    },
    "brier_score": lambda draw: {
        "score": nnbook.brier_score(draw.distributions(5), draw.labels(5, 4))
    },
    "top_k_accuracy": lambda draw: {
        "share": nnbook.top_k_accuracy(draw.numbers(5, 4), draw.labels(5, 4), 2)
    },
    "f1": lambda draw: {"f": nnbook.f1(draw.positive(4, 4))},
    "precision": lambda draw: {"p": nnbook.precision(draw.positive(4, 4))},
    "recall": lambda draw: {"r": nnbook.recall(draw.positive(4, 4))},
    "regression_accuracy": lambda draw: {
        "share": nnbook.regression_accuracy(draw.numbers(6), draw.numbers(6), 2.0)
    },
    "group_split": lambda draw: {
        "parts": nnbook.group_split(
            np.random.default_rng(0),
            draw.numbers(8, 3),
            groups=draw.labels(8, 3),
            test_fraction=0.4,
        )
    },
    "kmeans": lambda draw: nnbook.kmeans(draw.numbers(6, 4), 2, np.random.default_rng(0))._asdict(),
    "freeze": lambda draw: steps(nnbook.freeze(nnbook.sgd(0.1), "layer"), draw),
    "learning_rate_range": run_range,
    "muon": lambda draw: matrix_steps(nnbook.muon(0.3), draw),
    "Embedding": lambda draw: run_op(
        (op := nnbook.Embedding(3, 2)),
        op.init(np.random.default_rng(0)),
        (draw.labels(6, 3),),
        draw,
    ),
    **{name: recurrent(name) for name in ("RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell")},
    "Attention": attending(nnbook.Attention()),
    "MultiHeadAttention": attending(nnbook.MultiHeadAttention(4, 2)),
    "padding_mask": lambda draw: {"mask": nnbook.padding_mask(draw.labels(6, 3), 4)},
    "one_hot": lambda draw: {"rows": nnbook.one_hot(draw.labels(6, 3), 3)},
    "Normalization": lambda draw: run_op(
        (op := nnbook.Normalization((0,), (4,))),
        op.init(np.random.default_rng(0)),
        (draw.numbers(6, 4),),
        draw,
    ),
}
RECIPES |= {
    "balanced_accuracy": lambda draw: {
        "share": nnbook.balanced_accuracy(draw.labels(6, 3), draw.labels(6, 3))
    },
    "brier_score": lambda draw: {
        "score": nnbook.brier_score(draw.distributions(6), draw.labels(6, 3))
    },
    "by_group": lambda draw: steps(nnbook.by_group({"layer/*": nnbook.sgd(0.1)}), draw),
    "NGram": lambda draw: {
        "logs": nnbook.NGram(1, 3).learn(draw.labels(9, 3)).log_probabilities(draw.labels(6, 3))
    },
    "f1": lambda draw: {"f1": nnbook.f1(draw.positive(4, 4))},
    "precision_recall_curve": lambda draw: {
        "curve": nnbook.precision_recall_curve(draw.positive(8), [0, 1, 0, 1, 1, 0, 1, 0])
    },
    "roc_curve": lambda draw: {  # the first threshold is infinite
        "curve": [a[1:] for a in nnbook.roc_curve(draw.positive(8), [0, 1, 0, 1, 1, 0, 1, 0])]
    },
    "risk_coverage": lambda draw: {
        "curve": nnbook.risk_coverage(draw.positive(8), draw.binary(8))
    },
    "temperature_scaling": lambda draw: {"T": nnbook.temperature_scaling(*one_wrong(draw))},
    "top_k_accuracy": lambda draw: {
        "share": nnbook.top_k_accuracy(draw.positive(6, 4), draw.labels(6, 3), 2)
    },
}
RECIPES = {name: recipe for name, recipe in RECIPES.items() if name in NAMES}
RECIPES |= {name: loader(getattr(nnbook, name)) for name in NAMES if name.startswith("load_")}
# Those whose results are not in the dtype of their input.
OTHER_DTYPES = {
    "NGram",
    "numerics.real",
    "numerics.wide",
    "fit",
    "resume",
    "fit_parallel",
    "fit_asynchronous",
    "fit_local",
    "learning_rate_range",
    "save",
    "load",
    "one_hot",
    "accuracy",
    "f1",
    "precision",
    "precision_recall_curve",
    "recall",
    "risk_coverage",
    "roc_curve",
}


def driver(name):
    f = operator.attrgetter(name)(nnbook)
    if name in RECIPES:
        return RECIPES[name]
    return drive_op(f) if inspect.isclass(f) and issubclass(f, Op) else drive_function(f)


# --- what must hold -------------------------------------------------------------------------------


def leaves(found, path="") -> Iterator[tuple[str, np.ndarray]]:
    """All arrays and numbers within a result, with their places."""
    if isinstance(found, Mapping):
        found = found.items()
    elif isinstance(found, (tuple, list, Iterator)):
        found = enumerate(found)
    else:
        yield path, np.asarray(found)
        return
    for key, part in found:
        yield from leaves(part, f"{path}/{key}")


def call(run, draw):
    """The leaves of a result, or the error; NumPy's warnings are errors."""
    with warnings.catch_warnings(), np.errstate(all="warn", under="ignore"):
        warnings.simplefilter("error")
        try:
            return dict(leaves(run(draw)))
        except Exception as error:
            return error


def refused_by_us(error) -> bool:
    """Whether a TypeError or ValueError comes out of a `raise` in the package."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    own = PACKAGE in Path(last.filename).parents and (last.line or "").startswith("raise")
    return isinstance(error, (TypeError, ValueError)) and own


def trouble(run, name, dtype, layout) -> str:
    """What is wrong with one case, or nothing."""
    draw = Draw(dtype, layout)
    got, expected = call(run, draw), call(run, Draw(dtype, layout, plain=True))
    if any(not np.array_equal(x, copy) for x, copy in draw.given):
        return "an input was written to"
    if isinstance(got, Exception):
        whole = dtype.startswith("float") and layout != "empty"
        if whole or not refused_by_us(got):
            return f"{type(got).__name__}: {got}"
        return ""
    if isinstance(expected, Exception):
        return "a result where float64 copies have none" if refused_by_us(expected) else ""
    if got.keys() != expected.keys():
        return f"results {sorted(got)}, expected {sorted(expected)}"
    for place, y in got.items():
        want = expected[place]
        if y.shape != want.shape:
            return f"{place} has shape {y.shape}, expected {want.shape}"
        if y.dtype.kind == "f" and name not in OTHER_DTYPES and y.ndim and y.dtype != draw.floating:
            return f"{place} is {y.dtype}, expected {draw.floating}"
        if want.dtype.kind not in "fiub":
            continue
        tolerance = TOLERANCE.get(dtype, 1e-12)
        scale = np.abs(want).max(initial=1)
        if not np.allclose(y.astype(np.float64), want, rtol=tolerance, atol=tolerance * scale):
            return f"{place} is {y.ravel()[:4]}, expected {want.ravel()[:4]}"
    return ""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name,
            marks=pytest.mark.xfail(strict=True, reason=AWAITING[name]) if name in AWAITING else (),
        )
        for name in NAMES
        if name not in WITHOUT_ARRAYS
    ],
)
def test_one_rule_for_all_numbers(name):
    run = driver(name)
    found = {case: trouble(run, name, *case) for case in CASES}
    wrong = [f"{dtype}, {layout}: {text}" for (dtype, layout), text in found.items() if text]
    assert not wrong, "\n".join([name, *wrong])


def test_the_lists_hold_only_names_that_exist():
    assert set(AWAITING) | WITHOUT_ARRAYS | set(RECIPES) <= set(NAMES)
    assert not WITHOUT_ARRAYS & set(RECIPES)
