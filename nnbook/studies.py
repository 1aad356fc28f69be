"""Experiments of many seeds: their numbers with errors, tuning that is the same for all, results.

A study is run by a file in `experiments/`, and stored; chapters load and draw it (`load_study`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook.checks import between, finite, text, whole, word
from nnbook.kinds import array, function, listed
from nnbook.kinds import path as as_path
from nnbook.numerics import floating


@dataclass(frozen=True)
class Estimate:
    """A mean of independent runs, its standard error, and an interval for what it estimates.

    Prints as mean ± standard error, with as many digits as the error allows.
    """

    mean: float
    error: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{rounded(self.mean, self.error)} ± {rounded(self.error, self.error)}"

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def rounded(value: float, error: float) -> str:
    """A value with the digits that its error allows: one of the error, two if it begins with 1.

    >>> rounded(0.84632, 0.0041), rounded(0.84632, 0.013), rounded(12.3, 4)
    ('0.846', '0.846', '12')
    """
    finite("value", value)
    if not finite("error", error, 0):
        return f"{value:.3g}"
    exponent = math.floor(math.log10(error))
    places = -exponent + (error / 10.0**exponent < 2)
    return f"{value:.{max(places, 0)}f}"


MOST_DF = 10**6
"""With more degrees of freedom than that Student's distribution is the normal one."""


def t_quantile(df: int, level: float = 0.95) -> float:
    r"""The $t$ between whose negative and itself lies the share `level` of Student's distribution.

    With $ν$ degrees of freedom, $P(|T| \le t) = 1 - I_{ν/(ν + t^2)}(ν/2, 1/2)$ with the
    regularized incomplete beta function $I$, which mpmath has. Raises ValueError for less than one
    degree of freedom and a level outside of $(0, 1)$.

    Source: Student, *The probable error of a mean* (1908).

    >>> round(t_quantile(9), 3), round(t_quantile(4), 3)
    (2.262, 2.776)
    """
    if not 1 <= finite("df", df) <= MOST_DF:
        raise ValueError(f"df must be from 1 to {MOST_DF:,}, got {text(df)}")
    return _t_quantile(float(df), between("level", level, 0, 1))


@cache
def _t_quantile(df: float, level: float) -> float:
    import mpmath

    def outside(t: Any) -> Any:
        return mpmath.betainc(df / 2, 0.5, 0, df / (df + t * t), regularized=True) - (1 - level)

    return float(mpmath.findroot(outside, (1e-3, 1e3), solver="bisect", tol=1e-24, maxsteps=99))


def estimate(values: ArrayLike, level: float = 0.95) -> Estimate:
    r"""Mean $\bar x$, standard error $s/\sqrt n$ and the interval $\bar x \pm t\, s/\sqrt n$.

    $s^2$ has the divisor $n - 1$, $t$ is Student's for $n - 1$ degrees of freedom: the interval is
    right for runs that are independent and normal. Raises ValueError for less than two values.

    >>> print(estimate([0.83, 0.85, 0.84, 0.86]))
    0.845 ± 0.006
    """
    x = _finite("values", values)
    if x.ndim != 1 or x.size < 2:
        raise ValueError(f"expected at least two values in a row, got shape {x.shape}")
    mean, error = float(x.mean()), float(x.std(ddof=1) / math.sqrt(x.size))
    half = t_quantile(x.size - 1, level) * error
    return Estimate(mean, error, mean - half, mean + half, x.size)


def paired(values: ArrayLike, others: ArrayLike, level: float = 0.95) -> Estimate:
    """The mean difference of runs that share data and seed, two by two; see `estimate`.

    Raises ValueError if there are not as many of both.

    >>> print(paired([0.83, 0.85, 0.87], [0.80, 0.83, 0.83]))
    0.030 ± 0.006
    """
    a, b = _finite("values", values), _finite("others", others)
    if a.shape != b.shape:
        raise ValueError(f"expected pairs, got {a.shape} and {b.shape}")
    return estimate(a - b, level)


def tune(
    candidates: Mapping[str, Sequence[Mapping[str, Any]]],
    score: Callable[[str, Mapping[str, Any], int], float],
    seeds: Sequence[int],
    progress: Callable[[Any], Any] = iter,
) -> dict[str, dict[str, Any]]:
    """The best settings of each competitor by the mean score over the seeds, all tuned alike.

    `candidates` has the settings to try of each; `score(name, settings, seed)` is taken on
    validation data. Each competitor has the same number of trials, or ValueError is raised.
    Returns, by name, the `settings` chosen, their `score`, and `trials`, the mean score of each.

    >>> found = tune({"a": [{"x": 1}, {"x": 3}]}, lambda name, s, seed: -(s["x"] - 2.5) ** 2, [0])
    >>> found["a"]["settings"]
    {'x': 3}
    """
    if not isinstance(candidates, Mapping):
        raise TypeError(f"candidates must be a dict of settings to try, got {text(candidates)}")
    function("score", score, "lambda name, settings, seed: 1.0")
    function("progress", progress, "tqdm.tqdm")
    if not [whole("a seed", seed, 0) for seed in listed("seeds", seeds, "[0, 1]")]:
        raise ValueError(f"seeds must be a list of at least one, got {seeds}")
    tried = {name: listed("settings", some, '[{"x": 1}]') for name, some in candidates.items()}
    budgets = {name: len(settings) for name, settings in tried.items()}
    if len(set(budgets.values())) > 1:
        raise ValueError(f"expected as many trials for each competitor, got {budgets}")
    found = {}
    for name in progress(list(candidates)):
        trials: list[dict[str, Any]] = [
            {"settings": dict(s), "score": float(np.mean([score(name, s, seed) for seed in seeds]))}
            for s in candidates[name]
        ]
        found[name] = {**max(trials, key=lambda t: t["score"]), "trials": trials}
    return found


@dataclass(frozen=True)
class Study:
    """A study that was run: its question, its seeds, how it was tuned, and its numbers.

    `rows` maps what was compared to its `settings` and `values`: for each measure a list with a
    number for each seed.
    """

    name: str
    question: str
    seeds: list[int]
    rows: dict[str, dict[str, Any]]
    tuning: dict[str, Any]
    about: dict[str, Any]

    def values(self, row: str, measure: str) -> np.ndarray:
        """The numbers of a row, one for each seed; KeyError says which there are."""
        if row not in self.rows:
            raise KeyError(f"expected one of {', '.join(self.rows)}, got {row!r}")
        own = self.rows[row]["values"]
        if measure not in own:
            raise KeyError(f"expected one of {', '.join(own)}, got {measure!r}")
        return np.array(own[measure])

    def estimate(self, row: str, measure: str) -> Estimate:
        """Mean and error of a row."""
        return estimate(self.values(row, measure))

    def curve(self, row: str, measure: str) -> tuple[np.ndarray, np.ndarray]:
        """The steps at which `measure` was taken on the way, and its numbers, a line for each seed.

        They are stored as measures of their own, `loss @ 20`, `loss @ 40`; KeyError without any.
        """
        if row not in self.rows:
            raise KeyError(f"expected one of {', '.join(self.rows)}, got {row!r}")
        names = [name.rpartition(" @ ") for name in self.rows[row]["values"]]
        steps = sorted(int(step) for own, at, step in names if at and own == measure)
        if not steps:
            raise KeyError(f"{row!r} has no measures named {measure!r} @ step")
        return np.array(steps), np.array([self.values(row, f"{measure} @ {s}") for s in steps]).T

    def paired(self, row: str, other: str, measure: str) -> Estimate:
        """The mean difference of two rows, seed by seed."""
        return paired(self.values(row, measure), self.values(other, measure))


def load_study(name: str, folder: str | Path | None = None) -> Study:
    """The stored results of a study, from `experiments/results` here or in a folder above.

    Raises FileNotFoundError if there are none; the message says how they are made.
    """
    path = f"experiments/results/{word('the name of a study', name)}.json"
    return Study(**_stored(path, folder, f"`make experiments STUDY={name}` runs the study"))


def load_benchmarks(folder: str | Path | None = None) -> dict[str, Any]:
    """What `make bench` has stored in `benchmarks/results.json`, here or in a folder above.

    Its `rows` are works that nnbook and another library did, its `limits` what the machine itself
    can do. Raises FileNotFoundError if there are none; the message says how they are made.
    """
    return _stored("benchmarks/results.json", folder, "`make bench` measures them")


def _finite(name: str, values: ArrayLike) -> np.ndarray:
    """Numbers in float64, none of which is infinite or no number."""
    x = array(name, values, floating).astype(np.float64)
    if not np.isfinite(x).all():
        raise ValueError(f"{name} must be finite numbers, got {x[~np.isfinite(x)].flat[0]}")
    return x


def _stored(path: str, folder: str | Path | None, made_by: str) -> dict[str, Any]:
    """A file of results, here or in a folder above."""
    here = Path.cwd() if folder is None else as_path("folder", folder)
    for place in (here, *here.parents):
        if (place / path).is_file():
            return json.loads((place / path).read_text(encoding="utf-8"))
    raise FileNotFoundError(
        f"no {path} in {here} or above it; in the folder of the book, {made_by}"
    )
