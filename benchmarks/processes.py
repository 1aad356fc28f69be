"""A process for each side of a work.

In one process the thread pools of two libraries wait for each other: a pool that has nothing to do
spins for a while before it sleeps, on the cores that the other needs. So each library has a process
of its own, which is told over a pipe when it is its turn. The number of threads is read when the
libraries are loaded: it is in the environment when the process starts.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.timing import Comparison, Here, Work, agree, take_turns

Clock = Callable[[], float]
COUNTS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class WorkerError(Exception):
    """Something went wrong in the process of a side; the message holds its traceback."""


class Worker:
    """The process of one side. After `prepare` it can be timed as `timing.Here` can."""

    def __init__(self, side: str, threads: int):
        self.side = side
        self._pipe, there = multiprocessing.Pipe()
        os.environ.update(dict.fromkeys(COUNTS, str(threads)))
        # Not forked: what this process has loaded would be loaded there with its own threads.
        spawn = multiprocessing.get_context("spawn")
        self._process = spawn.Process(target=_serve_all, args=(there, side, threads), daemon=True)
        self._process.start()
        there.close()

    def prepare(self, name: str) -> Worker:
        """Build the side of the work of this name, in place of the one before."""
        self._ask("prepare", name)
        return self

    def numbers(self) -> list[np.ndarray]:
        return self._ask("numbers")

    def seconds(self) -> float:
        return self._ask("seconds")

    def bytes(self) -> float:
        return self._ask("bytes")

    def close(self) -> None:
        self._pipe.close()  # upon which the process ends
        self._process.join()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()

    def _ask(self, *request: str) -> Any:
        try:
            self._pipe.send(request)
            done, answer = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise WorkerError(f"the process of {self.side} has ended") from error
        if not done:
            raise WorkerError(f"{self.side}, {' '.join(request)}:\n{answer}")
        return answer


def serve(
    pipe: Connection, side: str, works: Mapping[str, Work], clock: Clock = time.perf_counter
) -> None:
    """Answer what a `Worker` asks until it closes the pipe."""
    here: Here | None = None
    while True:
        try:
            what, *name = pipe.recv()
        except EOFError:
            return
        try:
            answer = None
            if what == "prepare":
                here = None  # the work before gives its memory back
                here = Here(getattr(works[name[0]], side)(), clock)
            elif what == "bytes":
                answer = grown_by(here.side.step)
            else:
                answer = getattr(here, what)()
            pipe.send((True, answer))
        except Exception:
            pipe.send((False, traceback.format_exc()))


def _serve_all(pipe: Connection, side: str, threads: int) -> None:
    from benchmarks.works import BY_NAME  # here, for it loads nnbook

    serve(pipe, side, BY_NAME, clock_for(threads))


def clock_for(threads: int) -> Clock:
    """For one thread the processor's time, which stands still while other programs run.

    That of several threads adds up, so for them it is the time on the wall; and so it is where the
    processor's time is told in large steps, as on Windows.
    """
    fine = time.get_clock_info("process_time").resolution <= 1e-6
    return time.process_time if threads == 1 and fine else time.perf_counter


# What the two are compared in.


def compare_times(work: Work, ours: Worker, theirs: Worker, rounds: int) -> Comparison:
    """Seconds of the two, in the processes that there are; Disagreement as `take_turns` says."""
    both = ours.prepare(work.name), theirs.prepare(work.name)
    found = take_turns(work.name, *both, rounds, work.rtol)
    once = (tuple(s / work.times for s in side) for side in (found.ours, found.theirs))
    return Comparison(*once)


def compare_memory(work: Work, threads: int, rounds: int) -> Comparison:
    """Bytes by which the peak of each grows, each round in two processes that did nothing before.

    To compare the numbers, both do a little of the work first: what a library loads when it is used
    for the first time is not counted.
    """
    found = []
    for _ in range(rounds):
        with Worker("ours", threads) as ours, Worker("theirs", threads) as theirs:
            both = ours.prepare(work.name), theirs.prepare(work.name)
            agree(work.name, *(side.numbers() for side in both), work.rtol)
            found.append([side.bytes() for side in both])
    return Comparison(*map(tuple, zip(*found, strict=True)))


def grown_by(step: Callable[[], Any]) -> float:
    """By how many bytes the most memory that this process ever held grows in `step`."""
    before = peak()
    step()
    return float(peak() - before)


def peak() -> int:
    """The most memory that this process ever held, in bytes."""
    try:
        # Not `getrusage`, which on Linux counts what the parent held when it started this process.
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        return 1024 * int(status.partition("VmHWM:")[2].split()[0])
    except FileNotFoundError:
        import resource  # here, for Windows has none

        unit = 1 if sys.platform == "darwin" else 1024
        return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
