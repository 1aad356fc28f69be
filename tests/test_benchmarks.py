"""The benchmarks' timing, on clocks of our own. No test says how fast anything is."""

import multiprocessing
import platform
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from benchmarks import report
from benchmarks.processes import Worker, WorkerError, serve
from benchmarks.timing import Comparison, Disagreement, Here, Point, Side, Work, take_turns

ROOT = Path(__file__).parents[1]
ONE = Work("one", lambda: Side(lambda: 1.0), lambda: Side(lambda: 1.0), target=2.0)


class Clock:
    """Time that passes only when a step says so."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def step(self, *seconds, result=1.0):
        """A step that takes so long; if several times are given, in turn."""
        calls = iter(())

        def run():
            nonlocal calls
            duration = next(calls, None)
            if duration is None:
                calls = iter(seconds)
                duration = next(calls)
            self.now += duration
            return result

        return Here(Side(run), self)


def test_a_planted_slow_side_shows_its_ratio():
    clock = Clock()
    found = take_turns("planted", clock.step(0.03), clock.step(0.01), rounds=5, pause=0)
    assert found.ratios == pytest.approx(5 * [3.0])
    assert found.ratio == pytest.approx(3.0)
    assert found.ours == pytest.approx(5 * [0.03])


def test_a_step_that_is_interrupted_now_and_then_keeps_its_time():
    clock = Clock()
    assert clock.step(*9 * [0.001], 0.02).seconds() == pytest.approx(0.001)


def test_a_round_lasts_long_enough_and_a_long_step_is_done_once():
    clock, steps = Clock(), []
    for duration, least in ((0.001, 100), (5.0, 1)):
        clock.now, side = 0.0, clock.step(duration)
        side.seconds()
        steps.append(round(clock.now / duration) - 1)  # without the one that warms up
        assert least <= steps[-1] <= least + 1


def test_sides_take_turns():
    order, clock = [], Clock()

    def side(name):
        here = clock.step(1.0)
        return Here(Side(lambda: (order.append(name), here.side.step())[1]), clock)

    take_turns("turns", side("a"), side("b"), rounds=2, pause=0)
    # The numbers of both, then two steps a round: one warms up, one is long enough.
    assert "".join(order) == "ab" + "aabb" + "bbaa"


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (1.01, "array 0 differs by 0.01"),
        (np.nan, "array 0 differs by nan"),
        (np.ones(2), r"shape \(\) beside \(2,\)"),
        ([1.0, 2.0], "1 arrays beside 2"),
    ],
)
def test_other_numbers_stop_everything_and_name_the_work(other, said):
    clock = Clock()
    with pytest.raises(Disagreement, match=f"sums of squares: the two do not.*{said}"):
        take_turns("sums of squares", clock.step(1.0), clock.step(1.0, result=other), 1, pause=0)
    assert clock.now == 2.0  # one step each, and no round


def test_rounding_is_no_disagreement():
    clock = Clock()
    close = clock.step(1.0, result=[np.array([1.0, 1e-9]), 2.0])
    take_turns("close", clock.step(1.0, result=[np.array([1 + 1e-6, 0.0]), 2.0]), close, 1, pause=0)


def failing():
    raise RuntimeError("there is no such layer")


def test_a_worker_answers_and_hands_on_what_went_wrong():
    works = {"one": ONE, "broken": Work("broken", failing, failing)}
    worker = Worker.__new__(Worker)  # with a thread in place of the process
    worker.side = "ours"
    worker._pipe, there = multiprocessing.Pipe()
    thread = threading.Thread(target=serve, args=(there, "ours", works))
    thread.start()
    assert worker.prepare("one").numbers() == [1.0]
    assert 0 < worker.seconds() < 0.1
    with pytest.raises(WorkerError, match=r"ours, prepare broken:\n(.*\n)*.*no such layer"):
        worker.prepare("broken")
    assert worker.prepare("one").numbers() == [1.0]  # and it goes on
    worker._pipe.close()
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_memory_that_a_step_holds_is_seen():
    pytest.importorskip("resource", reason="Windows counts otherwise")
    code = "import numpy as np; from benchmarks.processes import grown_by as g; "
    code += "print(g(lambda: np.ones(50_000_000).sum()))"  # 400 MB
    # In a process that held little before, as a work has it.
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert 3.5e8 < float(ran.stdout) < 4.5e8


def test_works_have_names_of_their_own_and_goals():
    from benchmarks.works import BY_NAME, WORKS

    assert len(BY_NAME) == len(WORKS)
    assert all(work.target is None or work.target > 0 for work in WORKS)
    assert {work.point.curve for work in WORKS if work.point} == {"batch", "width", "depth"}


def test_the_table_has_medians_spread_and_goal():
    found = {"one": {1: Comparison((2e-3, 3e-3, 4e-3), (1e-3, 2e-3, 1e-3))}}
    head, _, row = report.table([ONE], found, [1]).splitlines()
    assert [cell.strip() for cell in row.split("|")[1:-1]] == [
        *("one", "PyTorch", "≤ 2", "3 ms", "1 ms", "2.00 ✓ (1.50–4.00)")
    ]
    assert len(head) == len(row)


def test_the_slope_of_a_line_is_found():
    sizes = 10, 100, 1000
    points = [Work(f"n {n}", failing, failing, point=Point("n", n, 7 * n**2)) for n in sizes]
    found = {f"n {n}": {1: Comparison((1e-6 * n**2,), (1e-6 * n,))} for n in sizes}
    for side, slope in (("ours", 1.0), ("theirs", 0.5)):
        assert report.slopes(points, found, "n", 1, side) == pytest.approx([slope])
    assert "| slope of time against n | PyTorch | 1 " in report.table(points, found, [1])


def test_the_machine_is_described_without_its_name():
    about = report.machine()
    assert set(about) == {"processor", "cores", "memory", "system"}
    assert platform.node() not in about.values()
