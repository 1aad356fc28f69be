"""The figures that move show the numbers of nnbook, and a wrong one would be noticed."""

from __future__ import annotations

import importlib
from zlib import crc32

import numpy as np
import pytest

from .conftest import HELPERS, WEB, extension

NAMES = sorted(extension().sizes())
TOLERANCE = 1e-12


def module(name: str):
    return importlib.import_module(f"{__package__}.cases.{name.replace('-', '_')}")


def largest_difference(got, expected) -> float:
    """Relative to 1, or to the value where that is larger; infinite where a number is missing."""
    if isinstance(expected, dict):
        assert set(got) == set(expected)
        return max(largest_difference(got[key], expected[key]) for key in expected)
    got, expected = (np.asarray(x, dtype=float) for x in (got, expected))
    if got.shape != expected.shape:
        return float("inf")
    difference = np.abs(got - expected) / np.maximum(1, np.abs(expected))
    return float(np.max(np.where(np.isfinite(difference), difference, np.inf), initial=0))


def worst(desk, name: str) -> tuple[float, list]:
    """The largest difference of a figure's numbers from nnbook's, and the call that gives it."""
    rng = np.random.default_rng(crc32(name.encode()))
    cases = list(module(name).cases(rng))
    values = desk.numbers(name, [[f, args] for f, args, _ in cases])
    rows = [
        (largest_difference(value, expected), [f, args, value])
        for value, (f, args, expected) in zip(values, cases, strict=True)
    ]
    return max(rows, key=lambda row: row[0])


def test_every_script_has_its_cases_and_its_size():
    scripts = {path.stem for path in (WEB / "figures").glob("*.js")} - HELPERS
    assert scripts == set(NAMES)
    for name in NAMES:
        assert module(name).planted, name


@pytest.mark.parametrize("name", NAMES)
def test_numbers(desk, name):
    difference, call = worst(desk, name)
    assert difference <= getattr(module(name), "tolerance", TOLERANCE), call
    assert not desk.errors


@pytest.mark.parametrize(
    ("name", "right", "wrong"), [(name, *pair) for name in NAMES for pair in module(name).planted]
)
def test_a_wrong_number_is_noticed(desk, name, right, wrong):
    desk.patches[f"/figures/{name}.js"] = (right, wrong)
    difference, _ = worst(desk, name)
    assert difference > getattr(module(name), "tolerance", TOLERANCE)
