"""The time that a verdict may take is work, and not waiting."""

import time

import pytest

from nnbook.derive.limits import PRODUCTS, Budget, GaveUp


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
