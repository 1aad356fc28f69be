"""Time nnbook beside other libraries: `python -m benchmarks`, or `make bench`."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec

from tqdm import tqdm

from benchmarks.processes import Worker, WorkerError, compare_memory, compare_times
from benchmarks.timing import Comparison, Disagreement, Work


def measure(works: list[Work], threads: list[int], rounds: int) -> dict[str, dict[int, Comparison]]:
    """Everything, on one number of threads after the other."""
    found: dict[str, dict[int, Comparison]] = {work.name: {} for work in works}
    with tqdm(total=len(works) * len(threads)) as bar:
        for n in threads:
            with Worker("ours", n) as ours, Worker("theirs", n) as theirs:
                for work in works:
                    bar.set_description(work.name)
                    if work.memory:
                        found[work.name][n] = compare_memory(work, n, rounds)
                    else:
                        found[work.name][n] = compare_times(work, ours, theirs, rounds)
                    bar.update()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--only", default="", metavar="TEXT", help="works with TEXT in their name")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="write benchmarks/results.md as well")
    options = parser.parse_args()
    if missing := [name for name in ("torch", "sklearn") if find_spec(name) is None]:
        parser.error(f"{' and '.join(missing)} not found; `make bench` brings all that is needed")

    from benchmarks import limits, report  # after the check: the works load nnbook
    from benchmarks.works import WORKS

    works = [work for work in WORKS if options.only.lower() in work.name.lower()]
    if not works:
        parser.error(f"no work has {options.only!r} in its name")
    if options.write and len(works) < len(WORKS):
        parser.error("what is written holds all works: leave --only out")
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0  # Windows does not say
    if busy > 0.5:
        print(f"Other programs run on this machine ({busy:.1f} on average): times will be off,")
        print("most of all those on several threads.", flush=True)
    try:
        results = measure(works, options.threads, options.rounds)
    except (Disagreement, WorkerError) as error:
        sys.exit(f"error: {error}")
    print(report.table(works, results, options.threads))
    if options.write:
        found = limits.measure()
        report.write(works, results, options.threads, options.rounds, busy, found)


if __name__ == "__main__":
    main()
