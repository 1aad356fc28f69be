"""Schedules: values at the steps where they are known, and their place in an optimizer."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from nnbook import sgd
from nnbook.training import schedules
from nnbook.training.schedules import constant, cosine, exponential, inverse_time, step, warm_up


def test_values():
    assert constant(0.3)(10**6) == 0.3
    assert inverse_time(0.4, 0.1)(10) == 0.2
    assert exponential(0.4, 0.1)(10) == pytest.approx(0.4 / math.e)
    assert [step(8.0, 0.5, 3)(s) for s in range(7)] == [8, 8, 8, 4, 4, 4, 2]
    assert cosine(0.4, 10, floor=0.2)(5) == pytest.approx(0.3)
    assert cosine(0.4, 10, floor=0.1)(10) == cosine(0.4, 10, floor=0.1)(99) == 0.1


@pytest.mark.parametrize(
    "rate",
    [
        constant(0.1),
        inverse_time(0.1, 0.2),
        exponential(0.1, 0.2),
        step(0.1, 0.3, 5),
        cosine(0.1, 30),
    ],
    ids=lambda rate: rate.__name__,
)
def test_they_start_at_eta_and_never_grow(rate):
    values = [rate(s) for s in range(50)]
    assert values[0] == 0.1
    assert all(a >= b >= 0 for a, b in pairwise(values))


def test_the_sums_of_robbins_and_monro():
    """The sum of the rates passes every bound like a logarithm, that of the squares stays."""
    s = np.arange(10**6)
    rates = np.vectorize(inverse_time(1.0, 1.0))(s)
    assert rates.sum() == pytest.approx(math.log(1e6) + np.euler_gamma, abs=1e-5)
    assert (rates**2).sum() == pytest.approx(math.pi**2 / 6, abs=1e-5)


def test_warm_up_of_anything():
    then = cosine(0.4, 10)
    rate = warm_up(4, then)
    assert [rate(s) for s in range(4)] == pytest.approx([0.1, 0.2, 0.3, 0.4])
    assert [rate(s) for s in range(4, 20)] == [then(s) for s in range(16)]
    assert warm_up(1, 0.3)(0) == warm_up(1, 0.3)(5) == 0.3
    assert warm_up(2, warm_up(2, 1.0))(0) == 0.25


def test_names():
    assert repr(sgd(warm_up(5, cosine(0.1, 20)))) == (
        "sgd(warm_up(5, cosine(0.1, steps=20, floor=0.0)))"
    )


@pytest.mark.parametrize("name", ["constant", "inverse_time", "exponential", "step", "cosine"])
@pytest.mark.parametrize("eta", [-0.1, math.nan, math.inf])
def test_bad_rates(name, eta):
    rest = {"inverse_time": (1,), "exponential": (1,), "step": (0.5, 3), "cosine": (9,)}
    with pytest.raises(ValueError, match="eta must be a finite number, 0 or more"):
        getattr(schedules, name)(eta, *rest.get(name, ()))


def test_bad_lengths():
    for bad in (0, 2.5, math.inf, math.nan):
        message = f"(steps|every) must be a whole number of at least 1, got {bad}"
        for schedule in (cosine, warm_up, lambda s, k: step(s, 0.5, k)):
            given = (bad, 0.1) if schedule is warm_up else (0.1, bad)
            with pytest.raises(ValueError, match=message):
                schedule(*given)
    for make in (lambda: cosine("0.1", 9), lambda: warm_up(True, 0.1), lambda: warm_up(2, "0.1")):
        with pytest.raises(TypeError, match=r"must be a (whole )?number, got"):
            make()
    with pytest.raises(ValueError, match="beta must be a finite number, 0 or more; got -1"):
        inverse_time(0.1, -1)


@pytest.mark.parametrize("floor", [0.11, 0.5, 2.5])
def test_a_floor_above_the_rate_is_refused(floor):
    with pytest.raises(ValueError, match=f"got eta 0.1 below floor {floor}"):
        cosine(0.1, 10, floor=floor)
    assert cosine(0.1, 10, floor=0.1)(7) == pytest.approx(0.1)
