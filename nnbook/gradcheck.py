r"""Are the gradients right? Two checks against differences of the function itself.

For a function $y = f(θ)$ and a cotangent $\bar y$, `vjp` claims that $\barθ$ is the gradient of
$\bar y · f(θ)$. The central difference

$$\frac{\bar y · f(θ + h u) - \bar y · f(θ - h u)}{2h} = \barθ · u + O(h^2)$$

tests the claim along any direction $u$. `entrywise` takes every unit vector in turn: slow, and it
says where an error is. `projection` takes a few random directions in the space of all parameters
and inputs: two evaluations each for a network of any size, and an error has no corner to hide in.

Both take an op or a graph. Differences are computed in float64, whatever the dtype of the arrays.
Keep away from kinks (ReLU at 0), where there is no derivative to compare with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nnbook import tree
from nnbook.checks import positive, text, whole
from nnbook.graph import Graph
from nnbook.kinds import generator
from nnbook.numerics import floating, real
from nnbook.op import EVAL, Array, Mode, Needs, Op, Params
from nnbook.table import named, names

STEP = float(np.finfo(np.float64).eps ** (1 / 3))
"""Balances the truncation error, $h^2$, against the rounding error, about $10^{-16} / h$."""


@dataclass(frozen=True)
class Check:
    """The largest relative error that a check met, and where.

    `analytic` and `numeric` are the two values there. The error of an entry is $|a - b|$ divided by
    the larger of $|a|$, $|b|$ and a thousandth of the largest entry of the same array: below that,
    a difference quotient has few digits left.

    `left_out` names what was not compared, with the reason: labels, parameters that are measured
    rather than learnt, empty arrays. `missing` names what should have been: that for which `vjp`
    gave no cotangent. A check that misses one, or that compared nothing at all, is not `ok`.
    """

    error: float
    place: str
    analytic: float
    numeric: float
    entries: int
    left_out: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def ok(self, tolerance: float = 1e-5) -> bool:
        """Whether all was compared, and the largest relative error is within the tolerance."""
        least = positive("tolerance", tolerance)
        return self.entries > 0 and not self.missing and self.error <= least

    def __repr__(self) -> str:
        text = (
            f"largest relative error {self.error:.1e} of {self.entries} at {self.place}: "
            f"vjp says {self.analytic:.8g}, the difference quotient {self.numeric:.8g}"
        )
        if not self.entries:
            text = "nothing was compared"
        if self.missing:
            text += f"; vjp gives no cotangent of {', '.join(self.missing)}"
        return text + (f"; left out: {', '.join(self.left_out)}" if self.left_out else "")


def entrywise(
    f: Op | Graph,
    params: Params,
    inputs: Any,
    rng: np.random.Generator,
    mode: Mode | Callable[[], Mode] = EVAL,
) -> Check:
    """Compare the cotangent of every entry of all parameters and inputs.

    `inputs` is an array, a tuple of arrays for an op, or a dict for a graph; whole numbers are
    inputs like others, except where an op reads labels. Cotangents of the outputs are drawn from
    `rng`. A random op needs the same draws each time: give `mode` as a function that makes it anew,
    `lambda: Mode.train(np.random.default_rng(0))`.

    Raises TypeError for inputs that are no arrays of real numbers, ValueError where `vjp` gives a
    cotangent of another shape than what it belongs to, or one of nothing that was given.

    >>> from nnbook import Sigmoid
    >>> rng = np.random.default_rng(0)
    >>> entrywise(Sigmoid(), {}, rng.normal(size=(3, 2)), rng).ok()
    True

    Source: chapter *Architectures*.
    """
    problem = _Problem(f, params, inputs, rng, mode)
    theta = tree.flatten(problem.theta)
    bars = problem.gradients()
    worst = problem.nothing(bars)
    for path, analytic in bars.items():
        numeric = np.zeros(np.shape(analytic))
        for index in np.ndindex(numeric.shape):
            u = np.zeros(numeric.shape)
            u[index] = max(1.0, abs(theta[path][index]))  # a step in proportion to the number
            numeric[index] = problem.slope({path: u}) / u[index]
        worst = _worse(worst, path, np.asarray(analytic, np.float64), numeric)
    return worst


def projection(
    f: Op | Graph,
    params: Params,
    inputs: Any,
    rng: np.random.Generator,
    mode: Mode | Callable[[], Mode] = EVAL,
    directions: int = 5,
) -> Check:
    """Compare the slopes along a few random directions; other arguments as for `entrywise`.

    One direction would do, but for bad luck: now and then one is nearly at right angles to an
    error, and a small error then looks like rounding. Raises ValueError for fewer than one.

    >>> from nnbook import Dense, Sequential, Tanh
    >>> rng = np.random.default_rng(0)
    >>> network = Sequential(Dense(20, 30), Tanh(), Dense(30, 5))
    >>> projection(network, network.init(rng), rng.normal(size=(8, 20)), rng).ok()
    True

    Source: chapter *Architectures*; the idea is that of `check_grads` in HIPS autograd.
    """
    whole("directions", directions)
    problem = _Problem(f, params, inputs, rng, mode)
    bars = problem.gradients()
    if not any(np.size(bar) for bar in bars.values()):
        return problem.nothing(bars)
    analytic, numeric = np.zeros(directions), np.zeros(directions)
    for i in range(directions):
        u = {path: rng.normal(size=np.shape(bar)) for path, bar in bars.items()}
        length = np.sqrt(sum(np.sum(part**2) for part in u.values()))
        u = {path: part / length for path, part in u.items()}
        analytic[i] = sum(np.sum(np.asarray(bars[path], np.float64) * u[path]) for path in u)
        numeric[i] = problem.slope(u)
    return _worse(problem.nothing(bars), "direction", analytic, numeric)


class _Problem:
    r"""An op or a graph as one function of one tree, `{"params": …, "inputs": …}`."""

    def __init__(self, f, params, inputs, rng, mode):
        if not (isinstance(f, Graph) or hasattr(f, "vjp")) or isinstance(f, type):
            raise TypeError(f"expected an op or a graph to check, got {text(f)}")
        generator(rng)
        if not (isinstance(mode, Mode) or callable(mode)):
            raise TypeError(f"mode must be a mode or a function that makes it, got {text(mode)}")
        self.graph = f if isinstance(f, Graph) else None
        self.op = f
        self.mode = (lambda: mode) if isinstance(mode, Mode) else mode
        if self.graph:
            self.inputs = dict(named(inputs, f.inputs, "inputs"))
            uses = [(v.op, dict(enumerate(v.parents)), f"{v.key}/") for v in f.vertices.values()]
        else:
            if isinstance(inputs, list) and any(isinstance(x, np.ndarray) for x in inputs):
                raise TypeError("several inputs of an op are a tuple, got a list of arrays")
            inputs = inputs if isinstance(inputs, tuple) else (inputs,)
            self.inputs = {f"{i}": real(x) for i, x in enumerate(inputs)}
            uses = [(f, dict(enumerate(self.inputs)), "")]
        labels = {names[i] for op, names, _ in uses for i in op.labels if i in names}
        labels = {k for k in labels & self.inputs.keys() if self.inputs[k].dtype.kind != "f"}
        self.inputs = {k: x if k in labels else floating(x) for k, x in self.inputs.items()}
        self.params = params
        self.free = [k for k in self.inputs if k not in labels]
        theta = {"params": params, "inputs": {k: self.inputs[k] for k in self.free}}
        self.theta = tree.map(lambda a: floating(a).astype(np.float64), theta)
        self.y_bars = {k: rng.normal(size=np.shape(y)) for k, y in self.outputs(self.theta).items()}
        measured = [f"params/{key}{name}" for op, _, key in uses for name in op.measures]
        self.left_out = {f"inputs/{k}": "labels" for k in self.inputs if k in labels}
        self.left_out |= dict.fromkeys(measured, "measured")

    def nothing(self, bars: Mapping[str, Array]) -> Check:
        """The check that has compared nothing so far of what is to be compared, `bars`."""
        sizes = {path: np.size(a) for path, a in tree.items(self.theta)}
        missing = [p for p, size in sizes.items() if size and p not in {*bars, *self.left_out}]
        left_out = self.left_out | {path: "empty" for path, size in sizes.items() if not size}
        reasons = tuple(f"{path} ({reason})" for path, reason in left_out.items())
        return Check(0.0, "nowhere", 0.0, 0.0, 0, reasons, tuple(missing))

    def outputs(self, theta: Mapping[str, Any]) -> dict[str, Array]:
        inputs = {**self.inputs, **theta["inputs"]}
        if self.graph:
            values, _ = self.graph.forward(theta["params"], inputs, self.mode())
            ops = {name: self.graph.vertices[name].op for name in self.graph.outputs}
            return {value: values[value] for name in ops for value in names(name, ops[name])}
        y, _ = self.op.forward(theta["params"], *inputs.values(), mode=self.mode())
        return dict(zip(self.op.outputs, y, strict=True)) if isinstance(y, tuple) else {"y": y}

    def gradients(self) -> dict[str, Array]:
        """What the code under test says, by path, in the dtype that it was given."""
        if self.graph:
            _, tape = self.graph.forward(self.params, self.inputs, self.mode())
            param_bars, input_bars = self.graph.backward(
                self.params, tape, self.y_bars, wrt=self.free
            )
        else:
            y, cache = self.op.forward(self.params, *self.inputs.values(), mode=self.mode())
            ys = y if isinstance(y, tuple) else (y,)
            bars = zip(self.y_bars.values(), ys, strict=True)
            y_bars = tuple(np.asarray(bar, dtype=y.dtype) for bar, y in bars)
            y_bar = y_bars if isinstance(y, tuple) else y_bars[0]
            needs = Needs(inputs=tuple(k in self.free for k in self.inputs))
            bars, param_bars = self.op.vjp(self.params, cache, y_bar, needs)
            input_bars = dict(zip(self.inputs, bars, strict=True))
        input_bars = {k: input_bars[k] for k in self.free if input_bars[k] is not None}
        flat = tree.flatten({"params": param_bars, "inputs": input_bars})
        theta = tree.flatten(self.theta)
        for path, bar in flat.items():
            if path not in theta or np.shape(bar) != theta[path].shape:
                expected = theta[path].shape if path in theta else "nothing of that name"
                raise ValueError(
                    f"vjp gives {path!r} of shape {np.shape(bar)}, expected {expected}"
                )
        return flat

    def slope(self, u: Mapping[str, Array]) -> float:
        r"""The difference quotient of $\bar y · f$ along `u`, given by paths."""
        flat = tree.flatten(self.theta)

        def at(h: float) -> dict[str, Array]:
            moved = {path: flat[path] + h * part for path, part in u.items()}
            return self.outputs({"params": {}, "inputs": {}, **tree.unflatten(flat | moved)})

        above, below = at(STEP), at(-STEP)
        # The difference first: the large common part of both must not be rounded in a sum.
        return sum(
            float(np.sum(y_bar * (above[k] - below[k]))) for k, y_bar in self.y_bars.items()
        ) / (2 * STEP)


def _worse(worst: Check, path: str, analytic: Array, numeric: Array) -> Check:
    """The worse of a check so far and the comparison of two arrays."""
    entries = worst.entries + analytic.size
    floor = max(1e-3 * np.max(np.abs(numeric), initial=0), STEP**2)
    scale = np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), floor)
    # A cotangent that is no number is an infinite error, not one that compares as small.
    errors = np.nan_to_num(np.abs(analytic - numeric) / scale, nan=np.inf)
    if errors.size == 0 or errors.max() < worst.error:
        return replace(worst, entries=entries)
    index = np.unravel_index(np.argmax(errors), errors.shape)
    place = f"{path}[{', '.join(map(str, index))}]" if index else path
    return replace(
        worst,
        error=float(errors[index]),
        place=place,
        analytic=float(analytic[index]),
        numeric=float(numeric[index]),
        entries=entries,
    )
