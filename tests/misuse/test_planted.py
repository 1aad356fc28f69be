"""Functions that are misused without a word, or with the wrong ones: the judge sees each.

They stand as if in a file of the package, where the judge looks for who raised an error.
"""

from __future__ import annotations

import linecache

import pytest

from . import judge, recipes, run, surface, wrong

FILE = str(judge.PACKAGE / "planted.py")
SOURCE = """
import numpy as np

def unchecked(x: Array, n: int = 3):
    return 1.0

def without_nan(x: Array):
    x = np.asarray(x, float)
    if x.shape != (8, 4):
        raise ValueError(f"x must have the shape (8, 4), got {x.shape}")
    return float(np.nanmean(x))

def in_others_words(n: int = 3):
    return np.ones(5)[n]

def vague(n: int = 3):
    if not (isinstance(n, int) and 1 <= n < 9):
        raise ValueError("bad argument")
    return n

def of_another_kind(n: int = 3):
    if not (isinstance(n, int) and 1 <= n < 9):
        raise RuntimeError(f"n must be a whole number from 1 to 8, got {n}")
    return n

def late(n: int = 3):
    if not (isinstance(n, int) and 1 <= n < 9):
        raise ValueError(f"n must be a whole number from 1 to 8, got {n}")
    yield n

def endless(n: int = 3):
    while n != 3:
        pass

def greedy(n: int = 3):
    return np.zeros(2**27 * n)

def silent_thing(flag: bool = True):
    return object()

def good(n: int = 3):
    if type(n) is not int or not 1 <= n < 9:
        raise ValueError(f"n must be a whole number from 1 to 8, got {n!r}")
    return n

def unknown(strange):
    return strange
"""


@pytest.fixture(scope="module")
def planted():
    """The functions, with the lines of their file where tracebacks look for them."""
    linecache.cache[FILE] = (len(SOURCE), None, SOURCE.splitlines(keepends=True), FILE)
    space = {"__name__": "nnbook.planted"}
    exec(compile(SOURCE, FILE, "exec"), space)
    for thing in filter(callable, space.values()):
        thing.__module__ = "nnbook.planted"
    yield space
    del linecache.cache[FILE]


def verdicts(f):
    """How calls of a function with each wrong argument end, by what is wrong."""
    call = recipes.call_of(surface.place(f), f)
    call()
    return {o.what: o.verdict for o in run.outcomes(call) if o.parameter != "nonsense"}


def test_a_function_without_checks(planted):
    found = verdicts(planted["unchecked"])
    assert set(found.values()) == {judge.SILENT}
    assert {"None", "NaN inside", "an axis more", "a half", "10**30"} <= set(found)


def test_one_that_swallows_nan(planted):
    found = verdicts(planted["without_nan"])
    assert found["NaN inside"] == judge.SILENT
    assert found["a row less"] == judge.REFUSED


def test_words_of_others(planted):
    found = verdicts(planted["in_others_words"])
    assert found["text"] == found["10**30"] == judge.FOREIGN
    assert found["minus one"] == judge.SILENT


def test_words_that_say_nothing(planted):
    assert set(verdicts(planted["vague"]).values()) == {judge.VAGUE, judge.SILENT}
    assert verdicts(planted["vague"])["None"] == judge.VAGUE
    assert verdicts(planted["vague"])["true"] == judge.SILENT


def test_an_error_of_no_documented_kind(planted):
    assert verdicts(planted["of_another_kind"])["None"] == judge.FOREIGN


def test_an_error_that_comes_later(planted):
    call = recipes.call_of("planted.late", planted["late"])
    assert judge.judged(lambda: call(n=0), 0)[0] == judge.LATE


def test_one_that_does_not_come_back(planted, monkeypatch):
    monkeypatch.setattr(judge, "SECONDS", 0.05)
    assert judge.judged(lambda: planted["endless"](4), 4)[0] == judge.TOO_MUCH


@pytest.mark.skipif(not judge.memory_can_be_limited(), reason="this system sets no limit")
def test_one_that_takes_all_memory(planted):
    with judge.limited_memory():
        assert judge.judged(lambda: planted["greedy"](9), 9)[0] == judge.TOO_MUCH


def test_what_comes_back_without_numbers(planted):
    assert set(verdicts(planted["silent_thing"]).values()) == {judge.NONSENSE}


def test_one_that_is_right_is_called_so(planted):
    assert set(verdicts(planted["good"]).values()) == {judge.REFUSED}


def test_a_parameter_that_nobody_knows_is_told(planted):
    """A new name fails until there is a right value for each of its parameters."""
    with pytest.raises(TypeError, match="strange"):
        recipes.call_of("planted.unknown", planted["unknown"])()


def test_a_new_name_in_a_stub_is_found(planted, monkeypatch):
    import nnbook.numerics

    monkeypatch.setattr(nnbook.numerics, "good", planted["good"], raising=False)
    planted["good"].__module__ = "nnbook.numerics"
    assert "numerics.good" in surface.public()


def test_kinds_of_parameters():
    kinds = {
        "int | None": "whole",
        "float | Schedule": "number",
        "Array": "array",
        "Choice": "function",
    }
    kinds |= {"np.random.Generator": "rng", "str | Path": "path", "Graph": "thing", "bool": "flag"}
    assert {annotation: wrong.kind_of(annotation, None) for annotation in kinds} == kinds
