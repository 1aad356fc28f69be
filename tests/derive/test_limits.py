"""The time that a verdict may take is work, and not waiting."""

import time

import pytest
from sympy import Add, IndexedBase

from nnbook.derive import limits
from nnbook.derive.engine.canonical import times
from nnbook.derive.engine.facts import Facts
from nnbook.derive.limits import PRODUCTS, Budget, GaveUp
from nnbook.derive.words.assumptions import assumptions


def test_waiting_costs_nothing():
    budget = Budget(0.05)
    time.sleep(0.1)
    budget.check_time()


def test_work_ends():
    budget, started = Budget(0.05), time.thread_time()
    while time.thread_time() < started + 0.1:
        pass
    with pytest.raises(GaveUp, match="too long"):
        budget.check_time()


def test_terms_are_counted():
    with pytest.raises(GaveUp, match="too many terms"):
        Budget().spend(PRODUCTS + 1)


def test_a_long_product_looks_at_the_clock_at_each_term(monkeypatch):
    looks = iter(range(10**6))
    monkeypatch.setattr(limits, "thread_time", lambda: next(looks))   # a second a look
    x, y = (Add(*(IndexedBase(name)[j] for j in range(20))) for name in "xy")
    facts = Facts(assumptions(()), Budget(350))
    with pytest.raises(GaveUp, match="too long"):
        times(facts, x, y)
