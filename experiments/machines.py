"""What do many machines gain: by simulated clocks, and as measured on a local cluster?

*Learning.* Digits, 8 × 8: 497 pictures, drawn once, are the test set, looked at once, in the final
runs (seeds 0 to 9: draw, start, batches and times). Each draw of the other 1300 takes 1000 to train
on and 300 to judge ten rates of each row by their loss, on three draws (seeds 100 to 102). The
network has a hidden layer of 32 ReLU units, and every gradient is of 16 pictures, by plain SGD. It
takes a machine a drawn time: lognormal with median 1 and deviation 0.3 of its logarithm, and ten
times that in one case of 50; without stragglers these cases are left out. All rows have 100 units
of time but `one machine, 16 times as long`. Kinds: `synchronous` (an update waits for all
machines), `synchronous, 2 spare` (for all but two), `asynchronous`, and `local, 8 steps`. `test`
and `loss` are accuracy and cross-entropy on the test set at the end, `loss @` on the way; `updates`
are counted, `staleness` is their mean.

*Times.* Rows `timed …` have seconds and bytes for an update as measured, of synchronous training on
a Dask cluster of 1, 2 or 4 processes of one thread each on one computer, or in one process without
a cluster (0). `small` is a network of 64-32-10 units and batches of 64, `middle` 784-128-10 and
512, `large` 784-128-10 and 8192, on random numbers in float64. `waiting` is `middle` with a layer
that does nothing for a millisecond an example, as a program does whose accelerator works: such
workers do not compete for the cores of the computer. `seconds` is the least of the
updates of a run, since other work on the computer can only add to it; the seeds are ten
repetitions. `megabytes` are counted by the operating system, on the loopback device. `apart` is the
largest difference of the losses from those of `fit`, in units of 1e-12. No other run can repeat
these times.
"""

from __future__ import annotations

import platform
import time
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np

import nnbook as nn
from nnbook import Dense, ReLU, Sequential, SoftmaxCrossEntropy
from nnbook.distributed import (
    Cluster,
    Job,
    Simulated,
    asynchronous_updates,
    fit_parallel,
    local_updates,
    parallel_updates,
)
from nnbook.op import EVAL, EVERYTHING, Op

QUESTION = "What do many machines gain, by simulated clocks, and as measured on a local cluster?"
SEEDS, TUNING_SEEDS, TOLERANCE = range(10), range(100, 103), 0.05
TEST, SHARE, TIME, MARKS = 497, 16, 100, (5, 10, 20, 30, 40, 60, 80, 100)
SIZES = {"small": ((64, 32, 10), 64, 30), "middle": ((784, 128, 10), 512, 12),
         "large": ((784, 128, 10), 8192, 12), "waiting": ((784, 128, 10), 512, 6)}  # fmt: skip
cross_entropy = SoftmaxCrossEntropy()


@cache
def pictures() -> tuple:
    """Digits in an order that is drawn once: the last ones are the test set."""
    images, labels = nn.load_digits()
    order = np.random.default_rng(2026).permutation(len(images))
    return images.reshape(-1, 64)[order], labels[order]


def draw(seed: int) -> tuple:
    """Pictures and labels to train on, and those to judge by."""
    x, t = pictures()
    order = np.random.default_rng(seed).permutation(len(x) - TEST)
    return (x[order[:1000]], t[order[:1000]]), (x[order[1000:]], t[order[1000:]])


def seconds(rng: np.random.Generator, machine: int) -> float:
    """The time of a gradient: about 1."""
    return float(np.exp(0.3 * rng.normal()))


def with_stragglers(rng: np.random.Generator, machine: int) -> float:
    """The same, and sometimes ten times that."""
    return seconds(rng, machine) * (10 if rng.random() < 0.02 else 1)


def learn(row: str, settings: dict, seed: int, tuning: bool) -> dict[str, float]:
    """Training until the simulated clock says that it is time."""
    kind, _, number = row.partition(" on ")
    M = int(number.removesuffix(" machines") or 1)
    (x, t), judges = draw(seed)
    net = Sequential(Dense(64, 32), ReLU(), Dense(32, 10))
    rng = np.random.default_rng([seed, 1])
    params, optimizer = net.init(rng), nn.sgd(settings["rate"])
    (out,) = net.outputs
    times = seconds if "no stragglers" in kind else with_stragglers
    machines = Simulated(M, times, seed=rng.spawn(1)[0])
    job = Job(net, {out: cross_entropy}, {out: 1.0}, {"x": x}, {out: t}, None, optimizer)
    common = {"machines": machines, "rng": rng, "key": seed}
    start = job, params, optimizer.init(params)
    if kind.startswith("asynchronous"):
        updates = asynchronous_updates(*start, optimizer=optimizer, batch_size=SHARE, **common)
    elif kind.startswith("local"):
        updates = local_updates(*start, local_steps=8, batch_size=SHARE * M, **common)
    else:
        spare = 2 if "spare" in kind else 0
        updates = parallel_updates(
            *start, optimizer=optimizer, batch_size=SHARE * M, spare=spare, **common
        )
    end, found = TIME * (16 if "as long" in kind else 1), {}
    marks, made, stale = [m * end / TIME for m in MARKS], 0, 0

    def note(until: float) -> None:
        while marks and marks[0] < until:
            place = int(marks.pop(0) * TIME / end)
            found[f"loss @ {place}"] = cross_entropy(net.predict(params, test[0]), test[1])

    test = judges if tuning else tuple(a[-TEST:] for a in pictures())
    for update in takewhile(lambda u: u.now <= end, updates):
        if not np.isfinite(update.loss) or update.loss > 1e3:
            return {"validation": -1e3}
        if not tuning:
            note(update.now)
        params, made, stale = update.params, made + 1, stale + update.staleness
    if tuning:
        with np.errstate(all="ignore"):
            loss = cross_entropy(net.predict(params, test[0]), test[1])
        return {"validation": -float(loss) if np.isfinite(loss) else -1e3}
    note(np.inf)
    y = net.predict(params, test[0])
    return found | {"test": nn.accuracy(y, test[1]), "loss": cross_entropy(y, test[1]),
                    "updates": made, "staleness": stale / made}  # fmt: skip


class Waits(Op):
    """The identity, which takes its time: so many seconds for each example."""

    def __init__(self, seconds: float):
        self.seconds = seconds

    def forward(self, params: Any, x: Any, mode: Any = EVAL) -> tuple:
        time.sleep(self.seconds * len(x))
        return x, None

    def vjp(self, params: Any, cache: Any, y_bar: Any, needs: Any = EVERYTHING) -> tuple:
        return (y_bar,), {}


@cache
def problem(size: str) -> tuple:
    """A network, and random numbers for three batches."""
    units, batch, _ = SIZES[size]
    rng = np.random.default_rng(5)
    first = [Waits(0.001)] if size == "waiting" else []
    net = Sequential(*first, Dense(units[0], units[1]), ReLU(), Dense(units[1], units[2]))
    return net, rng.normal(size=(batch, units[0])), rng.integers(0, 10, batch)


@cache
def alone(size: str, seed: int) -> list[float]:
    """The losses of `fit`, in one process."""
    (net, x, t), (_, batch, steps) = problem(size), SIZES[size]
    return nn.fit(
        net, cross_entropy, x, t, optimizer=nn.sgd(0.01), epochs=steps + 2, seed=seed,
        batch_size=batch, progress=False,
    ).history["loss"]  # fmt: skip


KEPT: dict[int, Cluster] = {}


def cluster(machines: int) -> Cluster:
    """A local cluster; the one before is left."""
    if machines not in KEPT:
        for other in list(KEPT):
            KEPT.pop(other).close()
        KEPT[machines] = Cluster(machines=machines)
    return KEPT[machines]


def loopback() -> int:
    """The bytes that went over the loopback device so far; 0 where nobody counts them."""
    path = Path("/proc/net/dev")
    lines = path.read_text().splitlines() if path.exists() else []
    return next((int(line.split()[1]) for line in lines if line.split()[0] == "lo:"), 0)


def measure(settings: dict, seed: int) -> dict[str, float]:
    """Seconds and bytes for an update."""
    (net, x, t), M = problem(settings["size"]), settings["machines"]
    _, batch, steps = SIZES[settings["size"]]
    machines = cluster(M) if M else Simulated(1)
    ends: list[tuple[float, int]] = []

    def clock(run: Any) -> None:
        ends.append((time.perf_counter(), loopback()))

    run = fit_parallel(
        net, cross_entropy, x, t, machines=machines, callbacks=[clock], optimizer=nn.sgd(0.01),
        epochs=steps + 2, seed=seed, batch_size=batch,
    )  # fmt: skip
    times, counts = np.diff(np.array(ends[1:], float), axis=0).T  # the first ones warm up
    apart = np.abs(np.subtract(run.history["loss"], alone(settings["size"], seed))).max()
    return {"seconds": float(times.min()), "megabytes": float(np.median(counts)) / 1e6,
            "apart": float(apart) / 1e-12}  # fmt: skip


def machine() -> str:
    """What the times were measured on."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return f"{len(names)} cores, {names[0] if names else platform.machine()}"


def run(row: str, settings: dict, seed: int, tuning: bool = False) -> dict[str, float]:
    """One run of a row."""
    return measure(settings, seed) if row in TIMED else learn(row, settings, seed, tuning)


RATES = [{"rate": 2.0**power} for power in range(-8, 2)]
KINDS = ("synchronous", "synchronous, 2 spare", "asynchronous", "local, 8 steps")
ROWS = [f"{kind} on 16 machines" for kind in KINDS]
ROWS += [f"{kind}, no stragglers on 16 machines" for kind in ("synchronous", "asynchronous")]
ROWS += [f"{kind} on {M} machines" for kind in ("synchronous", "asynchronous") for M in (4, 64)]
ROWS += ["one machine", "one machine, 16 times as long"]
CANDIDATES: dict[str, list] = dict.fromkeys(ROWS, RATES)
FIXED: dict[str, dict] = {
    f"timed {size} {M}": {"size": size, "machines": M} for M in (0, 1, 2, 4) for size in SIZES
}
TIMED = set(FIXED)
