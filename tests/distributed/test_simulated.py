"""Machines that are simulated: their clock, their queue, and what is dropped."""

import numpy as np
import pytest

from nnbook import Simulated


def collect(machines, tickets):
    return [machines.next() for _ in tickets]


def test_work_goes_to_the_machine_that_is_free_first():
    machines = Simulated(2, seconds=lambda rng, machine: (3.0, 1.0)[machine])
    tickets = [machines.submit(abs, -k) for k in range(4)]
    assert collect(machines, tickets) == [(1, 1), (2, 2), (0, 0), (3, 3)]
    assert [span.machine for span in machines.spans] == [0, 1, 1, 1]
    assert [span.end for span in machines.spans] == [3, 1, 2, 3]
    assert machines.now == 3


def test_each_piece_of_a_work_takes_its_time():
    machines = Simulated(2, lambda rng, machine: 1.0 + machine)
    tickets = [machines.submit(int, pieces=3), machines.submit(int)]
    assert [machines.next()[0] for _ in tickets] == tickets[::-1]
    assert machines.now == 3.0
    with pytest.raises(ValueError, match="pieces"):
        machines.submit(int, pieces=0)


def test_answers_queue_at_the_server():
    machines = Simulated(4, 1.0, server=0.5)
    collect(machines, [machines.submit(int) for _ in range(4)])
    assert machines.now == pytest.approx(3.0)  # 1 + 4 · 0.5


def test_what_is_dropped_is_not_computed_and_frees_its_machine():
    def never():
        raise AssertionError

    machines = Simulated(2, seconds=lambda rng, machine: (10.0, 1.0)[machine])
    slow, fast = machines.submit(never), machines.submit(int)
    assert machines.next() == (fast, 0)
    machines.drop(slow)
    machines.drop(slow)  # once more does no harm
    machines.submit(int)
    assert machines.spans[slow].end == 1
    assert machines.spans[-1][:2] == (0, 1.0)  # at once, on the machine that was freed
    machines.next()
    with pytest.raises(ValueError, match="no work is under way"):
        machines.next()


def test_waiting_for_the_slowest_of_many():
    machines = Simulated(50, lambda rng, machine: rng.exponential(), seed=1)
    for _ in range(200):
        collect(machines, [machines.submit(int) for _ in range(50)])
    harmonic = np.sum(1 / np.arange(1, 51))
    assert machines.now / 200 == pytest.approx(harmonic, rel=0.05)


def test_a_run_repeats():
    def run():
        machines = Simulated(3, lambda rng, machine: rng.exponential(), seed=5)
        for _ in range(20):
            collect(machines, [machines.submit(int)])
        return machines.spans

    assert run() == run()


@pytest.mark.parametrize(("given", "text"), [
    ({"machines": 0}, "number of machines"),
    ({"seconds": -1.0}, "seconds"),
    ({"server": -1.0}, "server"),
])  # fmt: skip
def test_bad_settings(given, text):
    with pytest.raises(ValueError, match=text):
        Simulated(**given)


@pytest.mark.parametrize("time", [-1.0, np.nan, np.inf])
def test_bad_times(time):
    with pytest.raises(ValueError, match="finite time"):
        Simulated(1, lambda rng, machine: time).submit(int)
