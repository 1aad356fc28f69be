"""Every public callable, wrong in every argument: refused at the call, in words that help.

The names come from the stub files, the kinds of parameters from their annotations; `recipes` has a
right value for each, `wrong` what is tried in its place, `judge` what is said of it, `legitimate`
what is right after all. A new name is tried without anyone remembering, and fails until its
parameters are known. `python -m tests.misuse.run` prints all that is wrong, and the figures.
"""

from __future__ import annotations

import datetime
import decimal
import fractions
import functools
import socket

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from . import judge, legitimate, recipes, run, surface

NAMES = list(surface.public())


@pytest.fixture(autouse=True)
def apart(monkeypatch):
    """No network, and a folder where a call that writes a file may write it."""
    monkeypatch.setattr(socket, "getaddrinfo", run.no_network)
    monkeypatch.setattr(socket.socket, "connect", run.no_network)
    monkeypatch.chdir(recipes.folder())


@functools.cache
def calls() -> dict[str, list[recipes.Call]]:
    """The calls of each public name: itself, and its methods."""
    found: dict[str, list[recipes.Call]] = {}
    for call in recipes.calls():
        named = call.name.replace("()", "")  # what it makes is tried with it
        owner = max((n for n in NAMES if f"{named}.".startswith(f"{n}.")), key=len)
        found.setdefault(owner, []).append(call)
    return found


@functools.cache
def tried() -> tuple[dict[str, list[run.Outcome]], set[legitimate.Row]]:
    """What was wrong with each name, and the rows that excused something."""
    needed: set[legitimate.Row] = set()
    with judge.limited_memory():
        wrong = {
            name: [fault for call in some for fault in run.faults(call, needed)]
            for name, some in calls().items()
        }
    return wrong, needed


@pytest.mark.parametrize("name", [name for name in NAMES if name in calls()])
def test_right_calls_are_right(name):
    """Without one, an error would say nothing about the wrong argument."""
    for call in calls()[name]:
        if call.runs:
            result = call()
            assert not hasattr(result, "__next__") or next(result) is not None


@pytest.mark.parametrize("name", [name for name in NAMES if name in calls()])
def test_wrong_arguments_are_refused(name):
    wrong = tried()[0][name]
    assert not wrong, "\n".join(map(str, wrong))


def test_no_name_is_left_out():
    assert set(NAMES) - set(calls()) <= set(recipes.NOT_CALLED)


def test_no_row_is_there_for_nothing():
    assert [row for row in legitimate.ROWS if row not in tried()[1]] == []


def test_the_tables_hold_only_what_exists():
    everything = {call.name for some in calls().values() for call in some} | set(NAMES)
    rooms = {name[:end] for name in everything for end in range(len(name)) if name[end] == "."}
    known = everything | rooms
    for table in (recipes.OWN, recipes.OBJECTS, recipes.OF_OP, recipes.NOT_HERE):
        assert set(table) <= known
    assert set(recipes.NOT_CALLED) | set(recipes.NO_METHODS) <= set(NAMES)
    for place in surface.INTERNAL:
        assert surface.find(place) is not None, place
        assert place not in NAMES, place


# --- anything at all ------------------------------------------------------------------------------

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-3, 3),
    st.floats(),
    st.complex_numbers(),
    st.text(max_size=5),
    st.binary(max_size=5),
    st.decimals(),
    st.fractions(),
    st.dates(),
    st.lists(st.one_of(st.floats(), st.integers(-2, 9), st.text(max_size=2)), max_size=3),
    st.tuples(st.integers(-3, 3), st.floats()),
    st.dictionaries(st.text(max_size=3), st.floats(), max_size=2),
    st.sets(st.integers(-3, 3), max_size=2),
    st.sampled_from(
        [
            range(3), iter(()), np, len, int, object(), ..., NotImplemented, slice(None),
            ValueError("x"), memoryview(b"ab"), np.int8(-1), np.float16(0.5), np.bool_(True),
            np.datetime64("2020"), np.array(None), np.array("x"), np.array([]), np.array(1.5),
            np.zeros((2, 0, 3)), np.ones((3, 3, 3, 3, 3), np.uint8), np.full(4, np.nan),
            np.array([(1, 2.0)], "i4,f8"), datetime.timedelta(1), decimal.Decimal("NaN"),
            fractions.Fraction(1, 3),
        ]
    ),
)  # fmt: skip


# A Cluster that was told to wait for ever knocks on, in Dask's thread, and draws its pauses.
@pytest.mark.filterwarnings("ignore:Do not use the .random. module inside strategies")
@settings(max_examples=1000)
@given(data=st.data())
def test_whatever_comes_an_error_is_ours(data):
    """One or two arguments that are anything at all: a result, or an error in our own words."""
    everything = [call for some in calls().values() for call in some if call.runs]
    call = data.draw(st.sampled_from(everything), "call")
    if not (parameters := call.tried()):
        return
    chosen = data.draw(
        st.lists(st.sampled_from(parameters), min_size=1, max_size=2, unique=True), "parameters"
    )
    given = {name: data.draw(JUNK, name) for name in chosen}
    if any(run.as_it_likes(call, name, value) for name, value in given.items()):
        return
    with judge.limited_memory():
        verdict, words = judge.judged(lambda: call(**given), None)
    assert verdict in (judge.REFUSED, judge.VAGUE, judge.SILENT, judge.NONSENSE), words
