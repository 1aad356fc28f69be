"""The part of `tools/mutants.py` that works within pytest: records, chooses and sorts tests.

The environment variable NNBOOK_MUTANTS names a file of settings, JSON: either `tests`, which to run
in that order, or `record`, the files whose lines to watch, and `part`, which tests to run: [1, 2]
are the second, fourth, sixth. Then `.record.json` has what each test took and executed.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import coverage
import pytest


def pytest_configure(config):
    settings = json.loads(Path(os.environ["NNBOOK_MUTANTS"]).read_text(encoding="utf-8"))
    chooses = "tests" in settings
    plugin = Chooser(settings["tests"]) if chooses else Recorder(config.rootpath, **settings)
    config.pluginmanager.register(plugin)


class Chooser:
    def __init__(self, tests: list[str]) -> None:
        self.place = {test: n for n, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items):
        chosen = [item for item in items if item.nodeid in self.place]
        items[:] = sorted(chosen, key=lambda item: self.place[item.nodeid])
        if len(items) < len(self.place):
            pytest.exit("some tests are gone", returncode=1)


class Recorder:
    def __init__(self, root: Path, record: list[str], part: list[int]) -> None:
        self.root, self.files, self.part = root, {str(root / file): file for file in record}, part
        self.test: str | None = None
        self.seconds: dict[str, float] = {}
        self.readers: dict[str, set[str]] = {file: set() for file in record}
        self.starters: set[str] = set()  # tests that start processes
        self.coverage = coverage.Coverage(data_file=None, include=list(self.files))
        self.coverage.start()
        sys.addaudithook(self.audit)

    def audit(self, event, arguments):
        if self.test and event == "open" and str(arguments[0]) in self.files:
            self.readers[self.files[str(arguments[0])]].add(self.test)
        elif self.test and event == "subprocess.Popen":
            self.starters.add(self.test)

    def pytest_collection_modifyitems(self, items):
        first, step = self.part
        items[:] = items[first::step]

    def pytest_runtest_logstart(self, nodeid):
        self.test = nodeid
        self.coverage.switch_context(str(len(self.seconds)))
        self.seconds[nodeid] = 0.0

    def pytest_runtest_logreport(self, report):
        self.seconds[report.nodeid] += report.duration

    def pytest_runtest_logfinish(self):
        self.test = None
        self.coverage.switch_context("")

    def pytest_sessionfinish(self):
        self.coverage.stop()
        data = self.coverage.get_data()
        lines = {}  # those of each file, with the numbers of the tests that execute them
        for path, file in self.files.items():
            contexts = data.contexts_by_lineno(path).items()
            lines[file] = {line: [int(test) for test in on if test] for line, on in contexts}
        also = {file: [*readers, *self.starters] for file, readers in self.readers.items()}
        record = json.dumps({"seconds": self.seconds, "lines": lines, "also": also})
        (self.root / ".record.json").write_text(record, encoding="utf-8")
