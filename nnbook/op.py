r"""The contract of a vertex: one function, and the two gradient functions that belong to it.

A network is a directed acyclic graph. At each vertex stands a function $y = F(x_1, …, x_p; θ)$ of
the values of its parents and of its own parameters. To train the network, no vertex has to know
anything about the others: it is enough that it can turn the cotangent of its output,
$\bar y = ∂L/∂y$, into those of its inputs and parameters,

$$\bar x_i = \Bigl(\frac{∂y}{∂x_i}\Bigr)^{\!⊤} \bar y, \qquad
  \barθ = \Bigl(\frac{∂y}{∂θ}\Bigr)^{\!⊤} \bar y .$$

These two are *vector–Jacobian products*; the Jacobian itself is hardly ever formed.

An op holds hyper-parameters only. Its parameters are passed in and its gradients are passed out, so
that a graph can share them, a gradient check can perturb them, and nothing is ever out of date.
"""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnbook.calls import EVAL as EVAL  # "as": what is imported from here as well
from nnbook.calls import EVERYTHING as EVERYTHING
from nnbook.calls import Array as Array
from nnbook.calls import Cache as Cache
from nnbook.calls import Mode as Mode
from nnbook.calls import Needs as Needs
from nnbook.calls import Params as Params
from nnbook.checks import MOST, text
from nnbook.kinds import floating_dtype, generator
from nnbook.numerics import floating, real


class NoGradientError(TypeError):
    """A gradient was asked for where there is none, or none that could teach anything."""


class Op:
    """A vertex function $y = F(x_1, …, x_p; θ)$ with its vector–Jacobian products.

    A subclass writes `forward` and `vjp`, and `shapes` and `init` if it has parameters. None of
    them may write to an array that it was given; what it returns has the dtype of what it was
    given.

    All ops follow one rule of dtypes, and their parameters are what `shapes` says, without a word
    of it in the subclass: its methods are called with arguments that were checked. Floating inputs
    stay as they are, other real numbers become float64 (`numerics.floating`), and everything else
    is a TypeError. Parameters that are missing, unknown or of another shape are a ValueError, and
    so is a cotangent of another shape than the output; its dtype becomes that of the output.

    Most ops have one output. One of several names them in `outputs`: its `forward` gives a tuple of
    arrays of one dtype, and its `vjp` gets a tuple of cotangents, with zeros for an output that
    nobody reads. No op keeps a state: what goes on from one call to the next, such as the state of
    a recurrent network, comes as an input and leaves as an output.

    >>> class Double(Op):
    ...     def forward(self, params, x, mode=EVAL):
    ...         return 2 * x, None
    ...     def vjp(self, params, cache, y_bar, needs=EVERYTHING):
    ...         return (2 * y_bar,), {}
    >>> y, cache = Double().forward({}, np.array([100, 200], np.uint8))
    >>> y
    array([200., 400.])
    """

    labels: tuple[int, ...] = ()
    """Numbers of the inputs that `forward` gets in the dtype they have: labels, indices."""

    outputs: tuple[str, ...] = ("y",)
    """Names of the outputs; a graph has the first under the name of its vertex alone."""

    measures: tuple[str, ...] = ()
    """Names of parameters that are measured in training rather than learnt: no cotangents."""

    def __init_subclass__(cls, **options: Any):
        super().__init_subclass__(**options)
        for name, check in (
            ("init", _drawn),
            ("forward", _read),
            ("vjp", _sent),
            ("measured", _told),
        ):
            if name in vars(cls):
                setattr(cls, name, check(vars(cls)[name]))

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of the parameters, by name."""
        return {}

    def init(self, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> Params:
        """First values of the parameters, drawn from `rng`; `{}` for an op that has none."""
        return {}

    # Type checkers let a subclass name its inputs, `forward(self, params, x, mode=EVAL)`, only if
    # all that may come is Any here.
    def forward(self, params: Params, *inputs: Any, **mode: Any) -> tuple[Any, Any]:
        """The value $y$, and a cache of whatever `vjp` will want to look up again.

        `forward(params, *inputs, mode=EVAL)`, with as many inputs as the op has parents.
        """
        raise NotImplementedError(f"{self!r} has no forward")

    def vjp(
        self, params: Params, cache: Any, y_bar: Any, needs: Needs = EVERYTHING
    ) -> tuple[tuple[Array | None, ...], Params]:
        """The cotangents `(input_bars, param_bars)` that belong to the cotangent `y_bar` of $y$.

        `input_bars` has one entry for each input, None where `needs` does not ask for it;
        `param_bars` has the names of those parameters that are trained, or is `{}` when
        `needs.params` is false.
        """
        raise NotImplementedError(f"{self!r} has no vjp")

    def measured(self, params: Params, cache: Any) -> Params:
        """New values of parameters that are measured in training rather than learnt.

        An op that keeps running statistics (batch normalization) lists them among its parameters,
        names them in `measures`, gives them no cotangent, and returns here what they are after this
        forward pass.
        """
        return {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


def checked_params(
    op: Any, params: Params, dtype: DTypeLike | None = None, optional: tuple[str, ...] = ()
) -> Params:
    """`params` as arrays of floating numbers, of `dtype` if it is given.

    Raises ValueError when their names or shapes are not those of `op.shapes()`; those that are
    `optional` may be missing.

    >>> checked_params(Op(), {})
    {}
    """
    shapes = op.shapes()
    if type(params) is not dict and not isinstance(params, Mapping):
        raise TypeError(f"{op!r} expects a dict of its parameters, got {text(params)}")
    if not shapes and not params:
        return {}
    if params.keys() != shapes.keys():
        for name in [name for name in shapes if name not in {*params, *optional}]:
            raise ValueError(
                f"{op!r} has no parameter {name!r}, expected one of {shapes[name]}; "
                f"got {list(params)}"
            )
        for name in [name for name in params if name not in shapes]:
            raise ValueError(f"{op!r} knows no parameter {name!r}, expected {list(shapes)}")
    checked = {}
    for name, p in params.items():
        try:
            p = floating(p)
        except TypeError as error:
            raise TypeError(f"{op!r}, parameter {name!r}: {error}") from error
        if p.shape != shapes[name]:
            raise ValueError(f"{op!r} expects {name!r} of shape {shapes[name]}, got {p.shape}")
        checked[name] = p if dtype is None else p.astype(dtype, copy=False)
    return checked


def whole_numbers(what: str, **numbers: Any) -> None:
    """ValueError unless all are whole numbers of at least 1, as sizes must be.

    >>> whole_numbers("Dense", n_in=2, n_out=0.5)
    Traceback (most recent call last):
    ValueError: Dense needs whole numbers of at least 1, got n_in=2, n_out=0.5
    """
    for n in numbers.values():
        if not isinstance(n, (int, np.integer)) or isinstance(n, bool) or not 1 <= n <= MOST:
            got = ", ".join(f"{name}={text(value)}" for name, value in numbers.items())
            raise ValueError(f"{what} needs whole numbers of at least 1, got {got}")


# What stands around the methods of every subclass.


def _drawn(init: Callable[..., Params]) -> Callable[..., Params]:
    """`init`, which draws what `shapes` promises in the dtype that is asked for."""

    @functools.wraps(init)
    def checked(self: Op, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> Params:
        if type(self).init is not checked:  # called by a subclass, whose own is checked
            return init(self, rng, dtype)
        generator(rng)
        floating_dtype(dtype)
        return checked_params(self, init(self, rng, dtype), dtype)

    return checked


def _read(forward: Callable[..., Any]) -> Callable[..., Any]:
    """`forward`, which reads floating numbers (labels aside) and the parameters it names."""
    named = list(inspect.signature(forward).parameters.values())[2:]
    places = [p for p in named if p.kind is p.POSITIONAL_OR_KEYWORD and p.name != "mode"]
    least = sum(p.default is p.empty for p in places)
    most = math.inf if any(p.kind is p.VAR_POSITIONAL for p in named) else len(places)

    @functools.wraps(forward)
    def checked(self: Op, params: Params, *inputs: Any, mode: Mode = EVAL) -> Any:
        if inputs and isinstance(inputs[-1], Mode):
            *inputs, mode = inputs  # given by its place
        if type(self).forward is not checked:  # called by a subclass, as above
            return forward(self, params, *inputs, mode=mode)
        if not isinstance(mode, Mode):
            raise TypeError(f"mode must be EVAL or Mode.train(rng), got {text(mode)}")
        if not least <= len(inputs) <= most:
            few = f"{least}" if least == most else f"at least {least}"
            raise TypeError(f"{self!r} expects {few} inputs, got {len(inputs)}")
        labels, given = self.labels, params
        arrays = [real(x) if i in labels else floating(x) for i, x in enumerate(inputs)]
        optional = self.measures if mode.training else ()  # training does not read them
        params = checked_params(self, params, optional=optional)
        y, own = forward(self, params, *arrays, mode=mode)
        if len(self.outputs) == 1:
            value = np.asarray(y)
            shapes, dtype = (value.shape,), value.dtype
        else:
            shapes, dtype = tuple(map(np.shape, y)), np.asarray(y[0]).dtype
        # The constructor of a named tuple would take longer than all else here.
        looks = (own, shapes, dtype, type(self), len(arrays), given, params)
        return y, tuple.__new__(Cache, looks)

    return checked


def _sent(vjp: Callable[..., Any]) -> Callable[..., Any]:
    """`vjp`, which is sent cotangents of the shapes and the dtype of the outputs."""

    @functools.wraps(vjp)
    def checked(self: Op, params: Params, cache: Any, y_bar: Any, needs: Needs = EVERYTHING) -> Any:
        if type(self).vjp is not checked and not isinstance(cache, Cache):
            return vjp(self, params, cache, y_bar, needs)  # called by a subclass, with its own
        if not isinstance(cache, Cache) or cache.kind is not type(self):
            _refuse(self, cache)
        own, shapes, dtype, _, inputs, given, known = cache
        if not isinstance(needs, Needs) or (
            needs.inputs is not None and len(needs.inputs) != inputs
        ):
            raise TypeError(
                f"{self!r}: needs must be Needs with a truth value for each of {inputs} inputs, "
                f"got {text(needs)}"
            )
        if params is given:
            params = known
        else:
            params = checked_params(self, params, optional=self.measures)
        bars, names = (y_bar,), self.outputs
        if len(names) > 1:
            if not isinstance(y_bar, tuple) or len(y_bar) != len(names):
                got = f"{len(y_bar)}" if isinstance(y_bar, tuple) else text(y_bar)
                raise ValueError(f"{self!r} expects a tuple of cotangents, of {names}, got {got}")
            bars = y_bar
        pairs = zip(bars, shapes, strict=True)
        bars = [_cotangent(self, bar, shape, dtype) for bar, shape in pairs]
        return vjp(self, params, own, tuple(bars) if len(names) > 1 else bars[0], needs)

    return checked


def _refuse(op: Op, cache: Any) -> None:
    """TypeError for what is no cache of such an op."""
    got = f"that of {cache.kind.__name__}" if isinstance(cache, Cache) else text(cache)
    raise TypeError(f"{op!r} expects the cache that its forward gave, got {got}")


def _cotangent(op: Op, y_bar: Any, shape: tuple[int, ...], dtype: np.dtype) -> Array:
    """The cotangent of an output of some shape and dtype; zeros if there is none."""
    if y_bar is None and len(op.outputs) > 1:
        return np.broadcast_to(np.zeros((), dtype), shape)
    try:
        y_bar = floating(y_bar)
    except TypeError as error:
        raise TypeError(f"{op!r}, cotangent: {error}") from error
    if y_bar.shape != shape:
        raise ValueError(f"{op!r} expects a cotangent of shape {shape}, got {y_bar.shape}")
    return y_bar if y_bar.dtype == dtype else y_bar.astype(dtype)


def _told(measured: Callable[..., Params]) -> Callable[..., Params]:
    """`measured`, which looks at the op's own cache, and at all parameters."""

    @functools.wraps(measured)
    def checked(self: Op, params: Params, cache: Any) -> Params:
        if type(self).measured is not checked and not isinstance(cache, Cache):
            return measured(self, params, cache)  # called by a subclass, as above
        if not isinstance(cache, Cache) or cache.kind is not type(self):
            _refuse(self, cache)
        return measured(self, checked_params(self, params), cache.own)

    return checked


# Most subclasses inherit these two.
Op.init, Op.measured = _drawn(Op.init), _told(Op.measured)  # type: ignore[method-assign]
