"""Attacks the engine with random pairs of formulas, and judges its verdicts by other means.

    python tools/attack.py --pairs 50000 --seed 0 --jobs 1

A pair is true by rewriting, false by a small change, or unrelated; a part of the pairs goes in as
LaTeX and as typed answers. What the engine says is judged at random points by an evaluator that
shares nothing with it (``tools/attacking``), exact where it can be: a ``proved`` pair with a point
at which its sides differ is a false proof, a ``refuted`` pair whose counterexample gives equal
values is a false refutation. A verdict may take 10 seconds of the processor.

The table has a row for each kind of pair. Whatever is wrong is printed with its inputs; the exit
status is 1 then.
"""

import argparse
import random
import resource
import signal
import sys
import time
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from attacking.pairs import KINDS, Pair, pair
from attacking.points import Point, fulfilled, points
from attacking.values import NoValue, Unsure, differ
from attacking.ways import REFUSED, WAYS, Style, Unspeakable, ask, point_of
from sympy.core.cache import clear_cache

LIMIT = 10  # seconds of the processor that a verdict may take
KILLED = 20  # seconds after which it is stopped
POINTS = {"proved": 24, "refuted": 0, "undecided": 12}  # at which the evaluator compares
COLUMNS = (
    "pairs",
    "differ",
    "proved",
    "refuted",
    "undecided",
    "open true",
    "refused",
    "unconfirmed",
)
FAULTS = ("false proof", "false refutation", "exception", "slow", "bad status", "generator")


class Stopped(BaseException):
    """Not an Exception, so that nobody on the way catches it."""


def _stop(signum, frame):
    raise Stopped


@dataclass
class Outcome:
    """What the engine said of a pair, and what is wrong with that (``fault``, or empty)."""

    pair: Pair
    way: str
    verdict: str = ""
    fault: str = ""
    told: str = ""
    seconds: float = 0.0
    differ: bool = False
    unconfirmed: bool = False


def within_time(question):
    """(verdict, what was told, seconds): an exception other than a refusal is a verdict too."""
    before = signal.signal(signal.SIGPROF, _stop)
    started = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, KILLED)
    try:
        verdict, told = question()
    except REFUSED as error:
        verdict, told = "refused", f"{type(error).__name__}: {error}"
    except Stopped:
        verdict, told = "slow", "stopped"
    except (Unspeakable, KeyboardInterrupt):
        raise
    except Exception as error:  # any other is what we look for
        verdict, told = "exception", f"{type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return verdict, told, time.process_time() - started


def judged(made: Pair, way: str, style: Style, rng) -> Outcome:
    """The engine's verdict on a pair, and our verdict on that."""
    verdict, told, seconds = within_time(lambda: ask(made, way, style))
    outcome = Outcome(made, way, verdict, "", str(told), seconds)
    if verdict in ("exception", "slow") or verdict not in (*POINTS, "refused"):
        outcome.fault = verdict if verdict in FAULTS else "bad status"
        return outcome
    found = _search(made, rng, POINTS.get(verdict, 0))
    outcome.differ = found is not None
    if verdict == "proved" and found:
        outcome.fault = "false proof"
        outcome.told += f"\n  but {found}"
    if verdict == "refuted":
        answer = _confirmed(made, told.counterexample, rng)
        outcome.unconfirmed = answer == "no value"
        outcome.differ = outcome.differ or answer == "confirmed"
        if answer == "equal":
            outcome.fault = "false refutation"
    if made.kind == "true" and outcome.differ and not outcome.fault and made.at_kinks:
        made.kind = "false"
    elif made.kind == "true" and outcome.differ and not outcome.fault:
        outcome.fault, outcome.told = "generator", f"{outcome.told}\n  made by {made.how}: {found}"
    if not outcome.fault and seconds > LIMIT:
        outcome.fault = "slow"
    return outcome


def _search(made, rng, count):
    """A point at which the sides differ, in words, or None."""
    if made.has_means:  # each is a sum over many nodes
        count = min(count, 6)
    for point in points(made.words, made.given, made.sides, rng, count):
        try:
            found = differ(*made.sides, point)
        except (NoValue, Unsure):
            continue
        if found is not None and fulfilled(made.given, point):
            where = ", ".join(f"{_name(k)} = {v}" for k, v in point.letters.items())
            return f"at {where}: {_short(found[0])} against {_short(found[1])}"
    return None


def _confirmed(made, counterexample, rng) -> str:
    """Whether a counterexample holds: "confirmed", "equal", or "no value" where it has none."""
    fixed, equal = point_of(counterexample), ""
    for _ in range(6):  # what it does not name must not matter, but for the law of a random number
        point = Point(made.words, made.given, rng, fixed, strict=False)
        try:
            if fulfilled(made.given, point) and differ(*made.sides, point):
                return "confirmed"
            equal = "equal"
        except NoValue:
            continue
        except Unsure:
            return "no value"
    return "no value" if made.has_means and equal else equal or "no value"


def _name(key):
    return key if isinstance(key, str) else f"{key[0]}[{', '.join(map(str, key[1:]))}]"


def _short(x):
    return str(x) if hasattr(x, "numerator") else f"{float(x):.12g}"


def one(seed, number) -> Outcome:
    """The outcome of a pair, by its seed and number."""
    made = pair(seed, number)
    rng = random.Random(f"{seed} {number} points")
    style = Style.of(rng)
    way = rng.choices(WAYS, (64, 15, 5, 8, 6, 2))[0]
    try:
        return judged(made, way, style, rng)
    except Unspeakable:
        return judged(made, "expressions", style, rng)


def attack(seed, numbers, tell=None, every=0):
    """Judges the pairs of these numbers: (counts by kind, by way, faults, slowest).

    An interrupt ends it; every so many pairs a line says how far it is.
    """
    counts, ways, faults, slowest = defaultdict(Counter), defaultdict(Counter), [], (0.0, -1)
    started = time.time()
    for done, number in enumerate(numbers, start=1):
        try:
            outcome = one(seed, number)
        except KeyboardInterrupt:  # the table of what was done is of use
            break
        for row in (counts[outcome.pair.kind], ways[outcome.way]):
            row["pairs"] += 1
            row["differ"] += outcome.differ
            row["unconfirmed"] += outcome.unconfirmed
            row["open true"] += outcome.verdict == "undecided" and not outcome.differ
            if outcome.verdict in COLUMNS:
                row[outcome.verdict] += 1
            if outcome.fault:
                row[outcome.fault] += 1
        slowest = max(slowest, (outcome.seconds, number))
        if outcome.fault:
            faults.append((number, outcome))
            if tell:
                tell(seed, number, outcome)
        if done % 200 == 0:
            clear_cache()
        if every and done % every == 0:
            print(
                f"{done} pairs, {len(faults)} faults, {time.time() - started:.0f} s, "
                f"{memory():.0f} MB",
                file=sys.stderr,
                flush=True,
            )
    return counts, ways, faults, slowest


def memory() -> float:
    """The peak of this process, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform != "darwin" else peak / 1024**2


def report(seed, number, outcome):
    """Prints what is wrong, with the inputs."""
    made = outcome.pair
    print(
        f"\n### {outcome.fault}: pair {number} of seed {seed}, {made.kind}, by {outcome.way}, "
        f"{outcome.seconds:.1f} s\n  left  {made.left}\n  right {made.right}\n"
        f"  given {made.given}\n  {outcome.told[:1500]}",
        flush=True,
    )


def table(counts, order) -> str:
    """A row for each kind, and their sum."""
    columns = [*COLUMNS, *FAULTS]
    whole = Counter()
    for row in counts.values():
        whole.update(row)
    rows = [(name, counts[name]) for name in order if name in counts] + [("all", whole)]
    lines = [f"{'':12}" + "".join(f"{c:>17}" for c in columns)]
    lines += [f"{name:12}" + "".join(f"{row[c] or '·':>17}" for c in columns) for name, row in rows]
    return "\n".join(lines)


def _job(arguments):
    seed, numbers, every = arguments
    return (*attack(seed, numbers, report, every), memory())


def main(argv=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first pair")
    parser.add_argument("--only", type=int, default=None, help="the pair of this number alone")
    options = parser.parse_args(argv)
    numbers = range(options.first, options.first + options.pairs)
    if options.only is not None:
        numbers = range(options.only, options.only + 1)
    started = time.time()
    parts = [(options.seed, numbers[job :: options.jobs], 1000) for job in range(options.jobs)]
    if options.jobs > 1:
        with ProcessPoolExecutor(options.jobs) as pool:
            results = list(pool.map(_job, parts))
    else:
        results = [_job(parts[0])]
    counts, ways = defaultdict(Counter), defaultdict(Counter)
    for by_kind, by_way, *_ in results:
        for total, part in ((counts, by_kind), (ways, by_way)):
            for name, row in part.items():
                total[name].update(row)
    faults = sum(len(found) for _, _, found, *_ in results)
    seconds, number = max(slowest for *_, slowest, _ in results)
    print(
        f"\n{table(counts, KINDS)}\n\n{table(ways, WAYS)}\n\nseed {options.seed}, "
        f"{time.time() - started:.0f} s; slowest verdict {seconds:.1f} s (pair {number}); peak "
        f"memory {max(peak for *_, peak in results):.0f} MB; {faults} faults"
    )
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
