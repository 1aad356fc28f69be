"""The limits of the machine, of which the chapter *How fast is NumPy?* is made.

    python -m benchmarks.limits            measures and prints a table, in a minute
    python -m benchmarks.limits --write    keeps the result in results.json as well, as `limits`

Needs NumPy and nnbook alone. Every task is timed in several rounds; of a round its shortest time is
kept, for a limit is what the machine does when nothing disturbs it. A process has one number of
threads, and the processes take turns. On one thread it is the processor's time that counts.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.processes import COUNTS, clock_for

RESULTS = Path(__file__).parent / "results.json"
LEAST = 0.015  # seconds that a round of a task takes at least
Step = Callable[[], Any]


@dataclass(frozen=True)
class Task:
    """Something to be timed: `make` prepares it and returns the step that is.

    `multiplications` and `moved` (bytes that the step must at least read and write) place it under
    the roofline. `both` asks for one and two threads.
    """

    group: str
    what: str
    size: int
    make: Callable[[], Step]
    dtype: str = "float32"
    multiplications: int = 0
    moved: int = 0
    both: bool = False

    @property
    def name(self) -> str:
        return f"{self.group}, {self.what}, {self.size}, {self.dtype}"


def drawn(*shape: int, dtype: str = "float32") -> np.ndarray:
    """Normal numbers."""
    return np.random.default_rng(1).standard_normal(shape).astype(dtype)


# --- entry by entry, against the number of entries ------------------------------------------------


def entries(what: str, size: int, dtype: str) -> Step:
    x, y, to = (drawn(size, dtype=dtype) for _ in range(3))
    steps = {
        "copy": lambda: np.copyto(to, x),
        "add": lambda: np.add(x, y, out=to),
        "multiply": lambda: np.multiply(x, y, out=to),
        "add, new": lambda: x + y,
        "exp": lambda: np.exp(x, out=to),
        "tanh": lambda: np.tanh(x, out=to),
    }
    return steps[what]


def entry_tasks() -> list[Task]:
    arrays = {"copy": 2, "exp": 2, "tanh": 2}
    found = []
    for dtype in ("float32", "float64"):
        for what in ("copy", "add", "multiply", "add, new", "exp", "tanh"):
            width = np.dtype(dtype).itemsize
            for power in range(8, 25 if width == 4 else 24, 1 if what in ("add", "copy") else 2):
                size = 2**power
                moved = arrays.get(what, 3) * width * size
                count = size if what == "multiply" else 0
                make = partial(entries, what, size, dtype)
                found.append(Task("entries", what, size, make, dtype, count, moved))
    return found


# --- products of matrices -------------------------------------------------------------------------


def product(n: int, n_in: int, n_out: int, dtype: str = "float32") -> Step:
    X, W = drawn(n, n_in, dtype=dtype), drawn(n_in, n_out, dtype=dtype)
    to = np.empty((n, n_out), dtype)
    return lambda: np.matmul(X, W, out=to)


def traffic(n: int, n_in: int, n_out: int, width: int = 4) -> int:
    return width * (n * n_in + n_in * n_out + n * n_out)


def product_tasks() -> list[Task]:
    square = [
        Task("product", "square", n, partial(product, n, n, n, dtype), dtype, n**3,
             traffic(n, n, n, np.dtype(dtype).itemsize), both=True)
        for dtype in ("float32", "float64")
        for n in (8, 16, 32, 64, 128, 256, 512, 1024)
    ]  # fmt: skip
    batches = [
        Task("product", "batch", n, partial(product, n, 1024, 1024), "float32", n * 1024**2,
             traffic(n, 1024, 1024), both=True)
        for n in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
    ]  # fmt: skip
    return square + batches


# --- a dense layer of nnbook, and a step of training ----------------------------------------------


def dense(direction: str, n: int, width: int) -> Step:
    from nnbook import Dense, Mode

    op, rng = Dense(width, width), np.random.default_rng(0)
    params, x, mode = op.init(rng, np.float32), drawn(n, width), Mode.train(rng)
    y, cache = op.forward(params, x, mode=mode)
    if direction == "forward":
        return lambda: op.forward(params, x, mode=mode)
    return lambda: op.vjp(params, cache, y)


def training(n: int) -> Step:
    from benchmarks.works.dense import our_step

    return our_step(n).step


def bare_products(n: int) -> Step:
    from benchmarks.works.dense import bare_products as prepared

    return prepared(n).step


def layer_tasks(width: int = 512) -> list[Task]:
    found = [
        Task("dense", direction, n, partial(dense, direction, n, width), "float32",
             times * n * width**2, times * traffic(n, width, width), both=True)
        for direction, times in (("forward", 1), ("backward", 2))
        for n in (1, 8, 32, 128, 512)
    ]  # fmt: skip
    sizes = 784, 256, 128, 10
    pairs = list(pairwise(sizes))
    each = sum(3 * a * b for a, b in pairs) - sizes[0] * sizes[1]
    for n in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512):
        moved = sum(3 * traffic(n, *pair) for pair in pairs) - traffic(n, *pairs[0])
        moved += 4 * 7 * sum(a * b for a, b in pairs)  # Adam: reads θ, g, m, v, writes θ, m, v
        found.append(
            Task("step", "MLP with Adam", n, partial(training, n), "float32", n * each, moved, True)
        )
        if n in (1, 32, 128, 512):
            make = partial(bare_products, n)
            found.append(Task("step", "its products", n, make, "float32", n * each, both=True))
    return found


# --- blocks against whole passes ------------------------------------------------------------------


def adam_passes(theta, g, m, v, work, scratch) -> None:
    """A step of Adam on arrays of one axis, as passes of NumPy that make no new array."""
    np.multiply(m, 0.9, out=m)
    np.multiply(g, 0.1, out=work)
    np.add(m, work, out=m)
    np.multiply(v, 0.999, out=v)
    np.multiply(g, g, out=work)
    np.multiply(work, 0.001, out=work)
    np.add(v, work, out=v)
    np.sqrt(v, out=work)
    np.add(work, 1e-8, out=work)
    np.divide(m, work, out=scratch)
    np.multiply(scratch, 1e-5, out=scratch)
    np.subtract(theta, scratch, out=theta)


def adam_in_blocks(block: int, total: int) -> Step:
    theta, g, m = (drawn(total) for _ in range(3))
    v, work, scratch = np.square(g), np.empty(block, np.float32), np.empty(block, np.float32)

    def step():
        for start in range(0, total, block):
            part = slice(start, start + block)
            adam_passes(theta[part], g[part], m[part], v[part], work, scratch)

    return step


def block_tasks(total: int = 2**22) -> list[Task]:
    return [
        Task("blocks", f"Adam on {total} numbers", 2**power,
             partial(adam_in_blocks, 2**power, total), moved=4 * 7 * total)
        for power in range(10, 23)
    ]  # fmt: skip


# --- convolution in three ways --------------------------------------------------------------------


def by_windows(x, W):
    """A view of all windows, which NumPy sums over as it finds them."""
    windows = np.lib.stride_tricks.sliding_window_view(x, W.shape[2:], axis=(2, 3))
    return np.einsum("ncijuv,ocuv->noij", windows, W, optimize=True)


def by_columns(x, W):
    """im2col: every window becomes a column, then one product."""
    k, (n, C, H, O) = W.shape[2], x.shape
    rows, columns = H - k + 1, O - k + 1
    X = np.empty((n, C, k, k, rows, columns), x.dtype)
    for u in range(k):
        for v in range(k):
            X[:, :, u, v] = x[:, :, u : u + rows, v : v + columns]
    y = W.reshape(len(W), -1) @ X.reshape(n, C * k * k, rows * columns)
    return y.reshape(n, len(W), rows, columns)


def by_shifts(x, W):
    """k² products, each with all weights of one place in the window; no columns.

    The products run over whole rows of the image, so that nothing is copied; the last k - 1 results
    of a row belong to windows that reach over its end, and are left out.
    """
    k, (n, C, H, O) = W.shape[2], x.shape
    flat, length = x.reshape(n, C, H * O), (H - k) * O + O - k + 1
    y = np.zeros((n, len(W), (H - k + 1) * O), x.dtype)
    for u in range(k):
        for v in range(k):
            start = u * O + v
            y[..., :length] += W[:, :, u, v] @ flat[..., start : start + length]
    return y.reshape(n, len(W), H - k + 1, O)[..., : O - k + 1]


def convolution(way: Callable, C: int, k: int, side: int) -> Step:
    x, W = drawn(16, C, side + k - 1, side + k - 1), drawn(C, C, k, k)
    return lambda: way(x, W)


def convolution_tasks(side: int = 28) -> list[Task]:
    ways = {"windows": by_windows, "columns": by_columns, "shifts": by_shifts}
    return [
        Task("convolution", f"{what}, {k}×{k}", C, partial(convolution, way, C, k, side),
             "float32", 16 * C * C * k * k * side**2,
             4 * (16 * C * ((side + k - 1) ** 2 + side**2) + C * C * k * k))
        for k in (3, 5)
        for C in (1, 4, 16, 64)
        for what, way in ways.items()
    ]  # fmt: skip


# --- what a vertex of a graph costs ---------------------------------------------------------------


def chain(size: int, vertices: int = 20) -> Step:
    from nnbook import Mode, ReLU, Sequential

    network = Sequential(*(ReLU() for _ in range(vertices)))
    rng = np.random.default_rng(0)
    params, x, mode = network.init(rng), drawn(1, size), Mode.train(rng)

    def step():
        y, tape = network.forward(params, x, mode)
        network.backward(params, tape, x)
        return y

    return step


def chain_tasks() -> list[Task]:
    sizes = [2**power for power in range(0, 19, 2)]
    return [Task("vertex", "20 ReLUs", size, partial(chain, size)) for size in sizes]


TASKS = [
    *(entry_tasks() + product_tasks() + layer_tasks() + block_tasks()),
    *(convolution_tasks() + chain_tasks()),
]
BY_NAME = {task.name: task for task in TASKS}


# --- the measurement ------------------------------------------------------------------------------


def seconds(name: str, threads: int, least: float = LEAST) -> float:
    """The shortest time of a step of this task in a round, in this process of so many threads."""
    step, clock = BY_NAME[name].make(), clock_for(threads)
    step()
    begin = clock()
    step()
    # A step that is too short for the clock is timed several times at once.
    many = max(1, round(1e-4 / max(clock() - begin, 1e-9)))
    found, begin = [], time.perf_counter()
    while time.perf_counter() - begin < least or len(found) < 2:
        before = clock()
        for _ in range(many):
            step()
        found.append((clock() - before) / many)
    return min(found)


def measure(threads: tuple[int, ...] = (1, 2), rounds: int = 5, show: bool = False) -> dict:
    """All tasks, in rounds, with processes of so many threads that take turns."""
    spawn, before = multiprocessing.get_context("spawn"), dict(os.environ)
    pools = {}
    for n in threads:
        os.environ.update(dict.fromkeys(COUNTS, str(n)))  # read when NumPy is loaded
        pools[n] = spawn.Pool(1)
        pools[n].apply(abs, (1,))
    os.environ.clear()
    os.environ.update(before)
    found: dict[str, dict[int, list[float]]] = {task.name: {} for task in TASKS}
    begin = time.perf_counter()
    try:
        for turn in range(rounds):
            for task in TASKS:
                for n in threads if task.both else threads[:1]:
                    times = found[task.name].setdefault(n, [])
                    times.append(pools[n].apply(seconds, (task.name, n)))
            if show:
                print(f"round {turn + 1} of {rounds}: {time.perf_counter() - begin:.0f} s")
    finally:
        for pool in pools.values():
            pool.terminate()
    return {"about": about(), "rounds": rounds, "rows": [row(t, found[t.name]) for t in TASKS]}


def row(task: Task, found: dict[int, list[float]]) -> dict[str, Any]:
    kept = ("group", "what", "size", "dtype", "multiplications", "moved")
    times = {str(n): [float(f"{s:.4g}") for s in own] for n, own in found.items()}
    return {name: getattr(task, name) for name in kept} | {"seconds": times}


def about() -> dict[str, Any]:
    """The machine, and the sizes of its caches in bytes where Linux says them."""
    from benchmarks.report import machine, numpy_version

    versions = {"Python": platform.python_version(), "NumPy": numpy_version()}
    return versions | machine() | {"caches": caches()}


def caches(folder: str = "/sys/devices/system/cpu/cpu0/cache") -> dict[str, int]:
    """Bytes of each cache for data, by its level; empty where the system does not say."""
    found = {}
    for place in sorted(Path(folder).glob("index*")):
        try:
            kind, level, size = (
                (place / name).read_text(encoding="ascii").strip()
                for name in ("type", "level", "size")
            )
        except OSError:
            continue
        if kind != "Instruction" and size.endswith("K"):
            found[f"L{level}"] = 1024 * int(size[:-1])
    return found


def write(limits: dict, path: Path = RESULTS) -> None:
    """Keep `limits` in the file, beside what else it holds."""
    stored = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    stored["limits"] = limits
    path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.limits")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="keep the result in results.json")
    options = parser.parse_args()
    limits = measure(rounds=options.rounds, show=True)
    for one in limits["rows"]:
        times = "  ".join(
            f"{n} thread{'s' * (n != '1')} {1e6 * statistics.median(own):12.2f} µs"
            for n, own in one["seconds"].items()
        )
        print(f"{one['group']:12}{one['what']:28}{one['dtype']:9}{one['size']:9}  {times}")
    if options.write:
        write(limits)


if __name__ == "__main__":
    main()
