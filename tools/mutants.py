"""Change the package at random, one place at a time, and see which changes its tests do not notice.

    python tools/mutants.py --seed=1 --count=100 nnbook/data nnbook/tree.py

The tree is copied, and only copies are changed. First the unchanged copy is tested: its tests must
pass, and what each executes is recorded. A mutant meets the tests of its lines, the fastest first,
until one fails or takes far too long; if none does, those that execute other lines of the file,
read it, or start processes. A survivor is printed. Write the test that is missing; or, where
nothing has changed that a test should notice, enter the mutant and the reason into
`tests/equivalent_mutants.toml`.
"""

from __future__ import annotations

import argparse
import difflib
import importlib.util
import json
import os
import queue
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import mutations

TOOLS = Path(__file__).resolve().parent
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "_build", "*.egg-info")
PATIENCE = 30  # seconds, beyond four times what the tests take without any change
FAST = "--ignore=tests/book --ignore=tests/site nnbook tests"  # those that need no book
FATES = ("noticed", "timed out", "survived", "equivalent")


@dataclass(frozen=True)
class Mutant:
    """A file of the tree with one change."""

    file: str
    mutation: mutations.Mutation
    before: str
    after: str

    def key(self) -> tuple[str, str, str]:
        """The file, and the changed lines before and after: numbers of lines would not last."""
        old, new = self.before.splitlines(), self.after.splitlines()
        while old and new and old[0] == new[0]:
            old, new = old[1:], new[1:]
        while old and new and old[-1] == new[-1]:
            old, new = old[:-1], new[:-1]
        return self.file, " ".join(map(str.strip, old)), " ".join(map(str.strip, new))

    def diff(self) -> str:
        old, new = self.before.splitlines(), self.after.splitlines()
        kind = self.mutation.kind
        return "\n".join(difflib.unified_diff(old, new, self.file, kind, n=1, lineterm=""))


def sample(root: Path, files: list[str], count: int, seed: int) -> list[Mutant]:
    """`count` mutants of the files, each as likely as every other."""
    texts = {file: (root / file).read_text(encoding="utf-8") for file in files}
    pool = [(file, mutation) for file in files for mutation in mutations.mutations(texts[file])]
    random.Random(seed).shuffle(pool)
    drawn: list[Mutant] = []
    for file, mutation in pool:
        if len(drawn) == count:
            break
        after = mutation.edited(texts[file])
        if mutations.differ(texts[file], after):
            drawn.append(Mutant(file, mutation, texts[file], after))
    return drawn


def equivalents(root: Path) -> set[tuple[str, str, str]]:
    """The keys of the mutants that were judged to be no worse than the package."""
    path = root / "tests" / "equivalent_mutants.toml"
    entries = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {(file, entry["line"], entry["becomes"]) for file in entries for entry in entries[file]}


# -- Runs of pytest --------------------------------------------------------------------------------


def pytest(copy: Path, arguments: list[str], settings: dict, seconds: float | None = None):
    """(exit code, output) of pytest in a copy of the tree; the code is None if time ran out."""
    (copy / ".settings.json").write_text(json.dumps(settings), encoding="utf-8")
    environment = os.environ | {
        "NNBOOK_MUTANTS": str(copy / ".settings.json"),
        "PYTHONPATH": os.pathsep.join([str(copy), str(TOOLS)]),  # before an installed package
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # others cost seconds
        "PYTHONDONTWRITEBYTECODE": "" if "record" in settings else "1",
    }
    plugins = ["-p", "no:cacheprovider", "-p", "mutants_plugin"]
    options = ["-x", "-q", "-rfE", "--tb=short", f"--basetemp={copy / '.temporary'}"]
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *plugins, *options, *arguments],
        cwd=copy,
        env=environment,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # with all that a test has started
        process.communicate()
        return None, ""
    return process.returncode, output


class Suite:
    """The tests of the package: what each takes and executes; and their verdict on a mutant."""

    def __init__(self, copies: list[Path], pool: Executor, where: list[str], files: list[str]):
        self.seconds: dict[str, float] = {}
        self.on: dict[str, dict[int, set[str]]] = {file: {} for file in files}
        self.also: dict[str, set[str]] = {file: set() for file in files}
        count = len(copies)
        parts = [{"record": files, "part": [k, count]} for k in range(count)]
        for code, output in pool.map(pytest, copies, [where] * count, parts):
            if code not in (0, 5):  # 5: there are fewer tests than copies
                raise SystemExit(f"The tests fail without any change.\n\n{output[-3000:]}")
        for copy in copies:
            self.add(json.loads((copy / ".record.json").read_text(encoding="utf-8")))
        if not any(self.on.values()):
            raise SystemExit(f"No test executes a line of the copy's {', '.join(files)}.")
        tests = self.fastest_first(set(self.seconds))
        parts = [tests[k::count] for k in range(min(count, len(tests)))]
        for fate, by in pool.map(self.run, copies, parts):
            if fate != "survived":
                raise SystemExit(f"The tests fail if the fastest come first. {fate}: {by}")

    def add(self, record: dict) -> None:
        names = list(record["seconds"])
        self.seconds |= record["seconds"]
        for file, lines in record["lines"].items():
            self.also[file].update(record["also"][file])
            for line, numbers in lines.items():
                self.on[file].setdefault(int(line), set()).update(names[n] for n in numbers)

    def fastest_first(self, tests: set[str]) -> list[str]:
        return sorted(tests, key=lambda test: (self.seconds[test], test))

    def rounds(self, mutant: Mutant) -> list[list[str]]:
        """The tests of the mutant's lines, then the others that may notice it."""
        on, mutation = self.on[mutant.file], mutant.mutation
        of_file = set().union(*on.values())
        lines = range(mutation.first, mutation.last + 1)
        near = set().union(*(on.get(line, ()) for line in lines))
        near = near or of_file  # lines that run on import, or never
        far = (of_file | self.also[mutant.file]) - near
        return [self.fastest_first(t) for t in (near, far) if t]

    def run(self, copy: Path, tests: list[str]) -> tuple[str, str]:
        """("noticed", by which test), ("timed out", "") or ("survived", "")."""
        paths = list(dict.fromkeys(test.split("::")[0] for test in tests))
        seconds = PATIENCE + 4 * sum(self.seconds[test] for test in tests)
        code, output = pytest(copy, paths, {"tests": tests}, seconds)
        if code in (4, 5):
            raise SystemExit(f"pytest does not run its tests.\n\n{output[-3000:]}")
        if code is None:
            return "timed out", ""
        by = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - |$)", output, re.MULTILINE)
        return ("noticed", by[1] if by else f"exit code {code}") if code else ("survived", "")

    def judge(self, mutant: Mutant, copy: Path) -> tuple[str, str]:
        """What becomes of a mutant, in a copy that is afterwards as it was."""
        path = copy / mutant.file
        times = path.stat()
        Path(importlib.util.cache_from_source(path)).unlink(missing_ok=True)
        path.write_text(mutant.after, encoding="utf-8")
        fate, by = "survived", ""
        for tests in self.rounds(mutant):
            if fate == "survived":
                fate, by = self.run(copy, tests)
        path.write_text(mutant.before, encoding="utf-8")
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        return fate, by


def try_all(mutants: list[Mutant], root: Path, where: list[str], jobs: int) -> list[str]:
    """The fate of each mutant, in as many copies of the tree as there are jobs."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(jobs) as pool:
        copies = [Path(folder) / str(k) for k in range(jobs)]
        free = queue.SimpleQueue()
        for copy in copies:
            shutil.copytree(root, copy, ignore=NOT_COPIED)
            free.put(copy)
        suite = Suite(copies, pool, where, sorted({mutant.file for mutant in mutants}))

        def judge(mutant: Mutant) -> str:
            copy, began = free.get(), time.monotonic()
            fate, by = suite.judge(mutant, copy)
            free.put(copy)
            place = f"{mutant.file}:{mutant.mutation.first} ({mutant.mutation.kind})"
            print(f"{time.monotonic() - began:4.0f} s  {fate:9}  {place}  {by}", file=sys.stderr)
            return fate

        return list(pool.map(judge, mutants))


def table(mutants: list[Mutant], fates: list[str]) -> str:
    """How many mutants of each file met which fate, and the share that was noticed."""
    counts = Counter(zip((mutant.file for mutant in mutants), fates, strict=True))
    counts.update(("all", fate) for fate in fates)
    width = max(len(file) for file, _ in counts)
    lines = ["  ".join([" " * width, "mutants", *FATES])]
    for file in [*sorted({mutant.file for mutant in mutants}), "all"]:
        numbers = [counts[file, fate] for fate in FATES]
        cells = [f"{n:{len(f)}}" for n, f in zip(numbers, FATES, strict=True)]
        lines.append("  ".join([f"{file:{width}}", f"{sum(numbers):7}", *cells]))
    missed, real = counts["all", "survived"], len(fates) - counts["all", "equivalent"]
    return "\n".join([*lines, f"{real - missed} of {real} noticed, equivalent ones not counted"])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="+", help="files or folders of the package")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--tests", type=shlex.split, default=FAST)
    parser.add_argument("--root", type=Path, default=TOOLS.parent, help="the tree to copy")
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    files: set[str] = set()
    for path in (root / name for name in options.files):
        found = path.rglob("*.py") if path.is_dir() else [path]
        files |= {file.relative_to(root).as_posix() for file in found}

    drawn, judged = sample(root, sorted(files), options.count, options.seed), equivalents(root)
    if not drawn:
        raise SystemExit("There is nothing to change.")
    new = [mutant for mutant in drawn if mutant.key() not in judged]
    found = try_all(new, root, options.tests, options.jobs) if new else []
    fates = dict(zip(new, found, strict=True))
    for mutant, fate in fates.items():
        if fate == "survived":
            print(mutant.diff(), end="\n\n")
    print(table(drawn, [fates.get(mutant, "equivalent") for mutant in drawn]))
    return int("survived" in fates.values())


if __name__ == "__main__":
    sys.exit(main())
