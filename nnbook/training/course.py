"""Where a run of `fit` stands between two epochs, stored so that it goes on as if never stopped."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nnbook.kinds import path as as_path
from nnbook.op import Array, Params
from nnbook.training.checkpoint import load, save

GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
"""NumPy's bit generators: the only ones that a file can ask for."""


@dataclass
class Course:
    """All that the next epoch depends on, and what came before it.

    `generators` are those of the batches and of the ops that are random in training; `callbacks`
    hold what each callback remembers, `settings` what must be the same when the run goes on, and
    `preprocessing` what was done to the inputs before.
    """

    params: Params
    state: Params
    generators: dict[str, np.random.Generator]
    history: dict[str, list[float]] = field(default_factory=dict)
    stopped: bool = False
    callbacks: list[Params] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    preprocessing: Params = field(default_factory=dict)

    @property
    def epoch(self) -> int:
        """How many epochs have been made."""
        return len(next(iter(self.history.values()), []))

    def save(self, path: Path) -> None:
        """Write it to a file, at once and whole."""
        generators = {
            name: json.dumps(rng.bit_generator.state, default=_listed)
            for name, rng in self.generators.items()
        }
        save(
            path,
            params=self.params,
            state=self.state,
            preprocessing=self.preprocessing,
            run={
                "lines": json.dumps([*self.history]),  # whose names may hold slashes
                "history": np.array([*self.history.values()]),
                "generators": generators,
                "stopped": self.stopped,
                "callbacks": {str(k): held for k, held in enumerate(self.callbacks)},
                "settings": self.settings,
            },
        )

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Course:
        """The run in a file that `fit(…, checkpoint=path)` wrote. Raises ValueError for others."""
        trees = load(as_path("the checkpoint", path))
        try:
            run = trees["run"]
            return cls(
                trees["params"],
                trees["state"],
                {name: _generator(text) for name, text in run["generators"].items()},
                dict(zip(json.loads(run["lines"]), run["history"].tolist(), strict=True)),
                bool(run["stopped"]),
                [run["callbacks"][str(k)] for k in range(len(run["callbacks"]))],
                dict(run["settings"]),
                trees["preprocessing"],
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(
                f"{path} holds no run that can go on; expected a file of fit(…, checkpoint=path)"
            ) from error

    def check(self, settings: Mapping[str, str], path: str | os.PathLike[str] | None) -> None:
        """Raises ValueError, with all differences, unless the settings are those of the run."""
        wrong = [
            f"{name}: the run had {_short(self.settings.get(name))}, now it is {_short(now)}"
            for name, now in settings.items()
            if self.settings.get(name) != now
        ]
        if wrong:
            raise ValueError("\n  ".join([f"{path} is of another run:", *wrong]))


def settings(
    network: Any,
    losses: Mapping[str, Any],
    weights: Mapping[str, float],
    optimizer: Any,
    penalty: Any,
    batch_size: int,
    lines: Sequence[str],
    callbacks: Sequence[Any],
    data: Mapping[str, Mapping[str, Array]],
) -> dict[str, str]:
    """What a run must keep, as texts; of data, a digest."""
    return {
        "network": repr(network),
        "loss": repr({name: (weights[name], losses[name]) for name in losses}),
        "optimizer": repr(optimizer),
        "penalty": repr(penalty),
        "batch_size": str(batch_size),
        "lines of the history": ", ".join(lines),
        "callbacks": ", ".join(type(callback).__name__ for callback in callbacks),
        **{f"data ({name})": digest(arrays) for name, arrays in data.items()},
    }


def digest(arrays: Mapping[str, Array]) -> str:
    """Of names, shapes, dtypes and numbers; 16 hexadecimal digits.

    >>> a = {"x": np.zeros(3)}
    >>> digest(a) == digest({"x": np.zeros(3)}), digest(a) == digest({"x": np.zeros((3, 1))})
    (True, False)
    """
    state = hashlib.sha256()
    for name, array in arrays.items():
        state.update(f"{name} {array.dtype.str} {array.shape} ".encode())
        state.update(np.ascontiguousarray(array).data)
    return state.hexdigest()[:16]


def _generator(text: str) -> np.random.Generator:
    """The generator whose state the text has."""
    state = json.loads(text)
    kind = state["bit_generator"]
    if kind not in GENERATORS:
        raise ValueError(f"expected a generator of {', '.join(GENERATORS)}, got {kind!r}")
    bits = getattr(np.random, kind)()
    bits.state = _arrays(state)
    return np.random.Generator(bits)


def _listed(value: Any) -> Any:
    """Arrays and NumPy's numbers as JSON has them."""
    return {"uint": [int(v) for v in value]} if isinstance(value, np.ndarray) else int(value)


def _arrays(value: Any) -> Any:
    """The state of a bit generator again; arrays have the dtype that it wants by assignment."""
    if isinstance(value, dict):
        if set(value) == {"uint"}:
            return np.array(value["uint"], np.uint64)
        return {name: _arrays(v) for name, v in value.items()}
    return value


def _short(text: str | None) -> str:
    if text is None:
        return "none"
    return repr(text) if len(text) < 70 and "\n" not in text else f"another one, {text[:200]!r}…"
