"""``python -m tests.derive.fuzz.run --count 20000 --seed 1`` fuzzes ``prove`` and prints a table.

Failures are shrunk and printed as Python that can be run. See ``reading`` for what a statement
claims, and for what is out of scope.
"""

import argparse
import signal
import sys
import time
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from sympy.core.cache import clear_cache

from nnbook.derive import prove
from nnbook.derive.engine.proof import proved_by_form
from nnbook.derive.words.statement import read

from .generator import statement
from .oracle import confirm, search
from .printing import as_python, shrunk
from .words import FAMILIES, Case

LIMIT = 10           # seconds that a verdict may take
_KILL = 20           # seconds after which it is stopped
_SHOWN = 4           # failures of a family and kind that are shrunk and printed in full
_COLUMNS = ("statements", "proved", "refuted", "undecided", "refused", "false proof",
            "false form", "false refutation", "unclear", "exception", "slow", "bad status")


class _Stopped(BaseException):
    """Not an Exception, so that nobody on the way catches it."""


def _stop(signum, frame):
    raise _Stopped


@dataclass
class Outcome:
    """What the engine said of a case and what the oracle says of that."""

    case: Case
    kind: str              # proved, refuted, undecided, refused, exception, slow, bad status
    failure: str = ""      # a column of the table that should be empty
    unclear: bool = False
    told: str = ""
    seconds: float = 0


def verdict_of(case, ask=prove):
    """(kind, verdict or text, CPU seconds)."""
    before = signal.signal(signal.SIGPROF, _stop)
    started = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, _KILL)
    try:
        verdict = ask(case.lhs, case.rhs, case.given)
        kind, told = getattr(verdict, "status", ""), verdict
    except (TypeError, ValueError) as error:
        kind, told = "refused", f"{type(error).__name__}: {error}"
    except _Stopped:
        kind, told = "slow", "stopped"
    except Exception as error:   # any other is what we look for
        kind, told = "exception", f"{type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return kind, told, time.process_time() - started


def by_form(lhs, rhs, given):
    """Whether the engine would prove it without a look at numbers, which hide unsound rules."""
    return proved_by_form(read(lhs, rhs, given))


def judge(case, seed=0, points=120, seconds=2.0, forms=True) -> Outcome:
    """Asks the engine, and the oracle of the engine's answer.

    With ``forms``, what is refuted rightly must not be provable by form alone either.
    """
    kind, told, spent = verdict_of(case)
    made = Outcome(case, kind, told=str(told), seconds=spent)
    if kind == "proved":
        found, _ = search(case.lhs, case.rhs, case.given, points, seed, case.witness, seconds)
        if found:
            where, left, right = found
            made.failure = "false proof"
            made.told += f"\n   at {where}: {_short(left)} against {_short(right)}"
    elif kind == "refuted":
        answer = confirm(case.lhs, case.rhs, case.given, told.counterexample)
        if answer.startswith("wrong"):
            made.failure = "false refutation"
        made.unclear = answer.startswith("unclear")
        made.told += f"\n   {answer}"
        if forms and answer == "confirmed" and verdict_of(case, by_form)[1] is True:
            made.failure = "false form"
    elif kind in ("exception", "slow"):
        made.failure = kind
    elif kind not in ("undecided", "refused"):
        made.failure = "bad status"
    if not made.failure and spent > LIMIT:
        made.failure = "slow"
    return made


def _short(x):
    return f"{float(x):.6g}" if abs(x) < 1e300 else str(x)


def fuzz(names, seeds, points=120, tell=None, forms=1, every=0):
    """Judges all cases of the families and seeds: counts by family, and the failures.

    One seed of ``forms`` is also judged by form alone; a line is printed after ``every`` seeds.
    """
    counts: dict = defaultdict(Counter)
    failures = []
    for number, seed in enumerate(seeds):
        for name in names:
            try:
                case = statement(name, seed)
                made = judge(case, seed, points, forms=forms and number % forms == 0)
            except KeyboardInterrupt:   # the table of what was done is of use
                return counts, failures
            row = counts[name]
            row["statements"] += 1
            row[made.kind] += made.kind in ("proved", "refuted", "undecided", "refused")
            row["unclear"] += made.unclear
            if made.failure:
                row[made.failure] += 1
                failures.append((name, seed, made))
                if tell:
                    tell(name, seed, made, row[made.failure])
        if number % 20 == 0:
            clear_cache()
        if every and number % every == every - 1:
            print(f"{(number + 1) * len(names)} statements, {len(failures)} failures",
                  file=sys.stderr, flush=True)
    return counts, failures


def table(counts) -> str:
    names = sorted(counts)
    total: Counter = Counter()
    for row in counts.values():
        total.update(row)
    lines = [f"{'family':26}" + "".join(f"{c:>12.12}" for c in _COLUMNS)]
    for name, row in [*((n, counts[n]) for n in names), ("all", total)]:
        lines.append(f"{name:26}" + "".join(f"{row[c] or '·':>12}" for c in _COLUMNS))
    return "\n".join(lines)


def minimal(case, failure, seed) -> Case:
    """A smaller case with the same failure."""
    def fails(made):
        return judge(made, seed, 60, 1.0).failure == failure
    return case if failure == "slow" else shrunk(case, fails)


def report(name, seed, made, number, out=sys.stdout):
    """Prints a failure; the first of a family and kind in full and shrunk."""
    if number > _SHOWN:
        return
    small = minimal(made.case, made.failure, seed) if number <= 2 else made.case
    print(f"\n### {made.failure}: family {name!r}, seed {seed},{made.case.note or ' as made'}, "
          f"{made.seconds:.1f} s", file=out)
    print("   " + (made if small is made.case else judge(small, seed)).told, file=out)
    print(as_python(small), file=out, flush=True)


def _job(arguments):
    names, seeds, points, forms = arguments
    return fuzz(names, seeds, points, report, forms, 5)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--points", type=int, default=120)
    parser.add_argument("--families", default="", help="names, with commas; all by default")
    parser.add_argument("--forms", type=int, default=2,
                        help="of so many seeds, one is also judged by form alone; 0: none")
    options = parser.parse_args(argv)
    names = [f.strip() for f in options.families.split(",") if f.strip()] or sorted(FAMILIES)
    each = -(-options.count // len(names))
    first = options.seed * 1_000_000
    seeds = range(first, first + each)
    started = time.time()
    parts = [(names, seeds[job::options.jobs], options.points, options.forms)
             for job in range(options.jobs)]
    if options.jobs > 1:
        with ProcessPoolExecutor(options.jobs) as pool:
            results = list(pool.map(_job, parts))
    else:
        results = [_job(parts[0])]
    counts: dict = defaultdict(Counter)
    for made, _ in results:
        for name, row in made.items():
            counts[name].update(row)
    print("\n" + table(counts))
    failed = sum(len(f) for _, f in results)
    print(f"\n{len(names)} families, seed {options.seed}, {time.time() - started:.0f} s, "
          f"{failed} failures")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
