"""The table, the machine that it was made on, and the files that hold both."""

from __future__ import annotations

import importlib.metadata
import json
import math
import os
import platform
import statistics
from pathlib import Path

import numpy as np

from benchmarks.timing import Comparison, Work

HERE = Path(__file__).parent
LARGEST = 3  # points of a curve that its slope is taken of
Results = dict[str, dict[int, Comparison]]
"""What was found, by the name of the work and the number of threads."""

# --- the table ------------------------------------------------------------------------------------


def table(works: list[Work], results: Results, threads: list[int]) -> str:
    """All works, one a row; of the points of a curve one row with its slope."""
    head = ["work", "beside", "to reach"]
    for n in threads:
        count = f"{n} thread" if n == 1 else f"{n} threads"
        head += [f"{count}: nnbook", "other", "ratio (least–most)"]
    rows = [
        [work.name, work.beside, _goal(work), *_cells(work, results[work.name], threads)]
        for work in works
        if work.point is None
    ]
    for curve in curves(works):
        row = [f"slope of time against {curve}", "PyTorch", "1"]
        for n in threads:
            ours, theirs = (slopes(works, results, curve, n, side) for side in ("ours", "theirs"))
            spread = f"({min(ours):.2f}–{max(ours):.2f})"
            row += [f"{statistics.median(s):.2f}" for s in (ours, theirs)] + [spread]
        rows.append(row)
    return aligned([head, *rows])


def _goal(work: Work) -> str:
    if work.target is None:
        return ""
    return f"≤ {amount(work.target)}" if work.absolute else f"≤ {work.target:g}"


def _cells(work: Work, found: dict[int, Comparison], threads: list[int]) -> list[str]:
    cells = []
    for n in threads:
        c = found[n]
        ours, theirs = (statistics.median(side) for side in (c.ours, c.theirs))
        reached = work.target is not None and (ours if work.absolute else c.ratio) <= work.target
        low, high = c.spread
        both = [amount(value, work.memory) for value in (ours, theirs)]
        cells += [*both, f"{c.ratio:.2f}{' ✓' * reached} ({low:.2f}–{high:.2f})"]
    return cells


def amount(value: float, memory: bool = False) -> str:
    """Seconds, or bytes, with three digits and a unit.

    >>> amount(0.00123456), amount(2.5e-6), amount(12e6, memory=True)
    ('1.23 ms', '2.5 µs', '12 MB')
    """
    units = {"MB": 1e6} if memory else {"s": 1, "ms": 1e-3, "µs": 1e-6}
    unit = next((unit for unit, size in units.items() if value >= size), [*units][-1])
    scaled = value / units[unit]
    return f"{scaled:.0f} {unit}" if scaled >= 100 else f"{scaled:.3g} {unit}"


def aligned(rows: list[list[str]]) -> str:
    """A table in Markdown whose columns stand below each other in a terminal too."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    head, *body = (
        "| " + " | ".join(f"{cell:{w}}" for cell, w in zip(row, widths, strict=True)) + " |"
        for row in rows
    )
    return "\n".join([head, "|" + "|".join("-" * (w + 2) for w in widths) + "|", *body])


# --- time against size ----------------------------------------------------------------------------


def curves(works: list[Work]) -> list[str]:
    return [*dict.fromkeys(work.point.curve for work in works if work.point)]


def points(works: list[Work], curve: str) -> list[Work]:
    return [work for work in works if work.point and work.point.curve == curve]


def slopes(works: list[Work], results: Results, curve: str, n: int, side: str) -> list[float]:
    """Of each round, the slope of log time against the log of the number of multiplications.

    It is that of the `LARGEST` sizes. Small ones cost what their ops cost however little they do.
    """
    on = points(works, curve)[-LARGEST:]
    if len(on) < 2:
        return [math.nan]
    x = np.log([work.point.multiplications for work in on])
    rounds = zip(*(getattr(results[work.name][n], side) for work in on), strict=True)
    return [float(np.polyfit(x, np.log(times), 1)[0]) for times in rounds]


def sizes_table(works: list[Work], results: Results, threads: list[int]) -> str:
    """The points of all curves."""
    head = ["size", "multiplications"]
    for n in threads:
        head += [f"{n} thread{'s' * (n > 1)}: nnbook", "PyTorch", "ratio (least–most)"]
    rows = [
        [
            work.name,
            f"{work.point.multiplications / 1e6:.1f} million",
            *_cells(work, results[work.name], threads),
        ]
        for work in works
        if work.point
    ]
    return aligned([head, *rows])


def draw(works: list[Work], results: Results, n: int, path: Path) -> None:
    """Time against the number of multiplications, on `n` threads, beside lines of slope 1."""
    from nnbook import plots

    kinds = curves(works)
    fig, axes = plots.subplots(1, len(kinds), width=7.5, height=2.8, sharey=True)
    for ax, curve in zip(axes, kinds, strict=True):
        on = points(works, curve)
        x = np.array([work.point.multiplications for work in on])
        for side, label, style in (("ours", "nnbook", "o-"), ("theirs", "PyTorch", "s--")):
            times = [statistics.median(getattr(results[w.name][n], side)) for w in on]
            ax.plot(x, 1e3 * np.array(times), style, label=label)
            if side == "ours":
                ax.plot(x, 1e3 * times[-1] * x / x[-1], "k:", label="slope 1")
        first, last = on[0].point.size, on[-1].point.size
        ax.set(xscale="log", yscale="log", xlabel="multiplications")
        ax.set_title(f"{curve} {first} to {last}")
    axes[0].set_ylabel("ms")
    axes[1].legend(loc="upper left")
    fig.savefig(path, metadata={"Date": None})


# --- the machine ----------------------------------------------------------------------------------


def versions() -> dict[str, str]:
    """Of what was run. PyTorch and scikit-learn are not imported: they need not be loaded here."""
    return {
        "Python": platform.python_version(),
        "NumPy": numpy_version(),
        "PyTorch": importlib.metadata.version("torch"),
        "scikit-learn": importlib.metadata.version("scikit-learn"),
    }


def numpy_version() -> str:
    """NumPy's, and that of the library that multiplies its matrices."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return f"{np.__version__} with {blas['name']} {blas['version']}"


def machine() -> dict[str, str]:
    """What the times were measured on, without its name."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        named = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    except OSError:
        named = []
    try:
        bytes_ = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        memory = f"{bytes_ / 2**30:.0f} GiB"
    except (AttributeError, ValueError, OSError):
        memory = "unknown"
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        system = f"{platform.system()} {platform.release()}"
    return {
        "processor": named[0] if named else platform.processor() or platform.machine(),
        "cores": str(os.cpu_count()),
        "memory": memory,
        "system": system,
    }


# --- the files ------------------------------------------------------------------------------------


def write(
    works: list[Work],
    results: Results,
    threads: list[int],
    rounds: int,
    busy: float,
    limits: dict,
) -> None:
    """`results.md` to read, `results.json` for whoever draws from it, and the figure.

    `busy` is how many programs were running when the measurements began; `limits` are those of the
    machine (`benchmarks.limits`), which the chapter on speed draws.
    """
    about = versions() | machine() | {"other programs that ran": f"{busy:.1f}"}
    draw(works, results, threads[0], HERE / "scaling.svg")
    said = "\n".join(f"- {name}: {value}" for name, value in about.items())
    text = f"""# nnbook beside other libraries

Written by `make bench`. Float32; forward and backward. A time is the median of {rounds} rounds, in
each of which both take their turn, for at least 0.1 s; of one thread it is the processor's time, of
more that on the wall. The ratio is that of nnbook to the other: its median over the rounds, its
least and its most. ✓: reached. Before anything is timed, both must have computed the same numbers.
How it is measured: `timing.py`; what: `works/`.

{said}

{table(works, results, threads)}

Peak memory is by how much the most memory that a process ever held grows while it trains: network,
optimizer, and five steps, in a new process for each round. Data and what the libraries load are not
counted.

## Time against size

Forward, loss and backward of dense networks. The slope is that of time against the number of
multiplications, on logarithmic axes, over the {LARGEST} largest sizes.

![Time against the number of multiplications for batch, width and depth, on logarithmic axes, nnbook
and PyTorch beside a line of slope 1.](scaling.svg)

{sizes_table(works, results, threads)}
"""
    (HERE / "results.md").write_text(text, encoding="utf-8")
    rows = [
        {
            "work": work.name,
            "beside": work.beside,
            "unit": "bytes" if work.memory else "seconds",
            "target": work.target,
            "absolute": work.absolute,
            "point": work.point and vars(work.point),
            "threads": {str(n): vars(results[work.name][n]) for n in threads},
        }
        for work in works
    ]
    stored = json.dumps(
        {"about": about, "rounds": rounds, "rows": rows, "limits": limits}, indent=1
    )
    (HERE / "results.json").write_text(stored + "\n", encoding="utf-8")
