"""Settings for all tests."""

from collections import Counter

import hypothesis
import pytest

from tests import built, kernels

# Two test processes share two cores, so a deadline would measure the machine. `derandomize` makes a
# run repeatable; `--hypothesis-profile=search` looks for new examples.
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True)
hypothesis.settings.register_profile("search", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("repeatable")

# What takes minutes, in the order in which it is begun. The first has the site built, while the
# other process does what needs no site.
LONGEST = (
    "tests/site/test_pages.py::TestWideBecomesNarrow",
    "tests/derive/test_rules.py",
    "tests/book/test_displays.py",
    "tests/derive/test_mutations.py",
    "tests/derive/test_architectures.py",
    "tests/site/test_pages.py::TestNarrowBecomesWide",
    "tests/site/test_live.py",
    "tests/site/test_exercises.py",
    "tests/site/test_security.py",
    "tests/site/test_lab.py",
    "tests/figures/test_shown.py",
    "tests/derive/test_fuzz.py",
    "tests/derive/test_traps.py",
    "book/solutions/layer-normalization.ipynb",
    "book/networks/expressive-power.ipynb",
    "book/solutions/networks.ipynb",
    "book/solutions/deep-signals.ipynb",
    "book/solutions/early-stopping.ipynb",
    "book/solutions/architectures.ipynb",
    "book/practice/data.ipynb",
    "tests/test_studies.py",
)


def group_of(nodeid: str) -> str:
    """What xdist gives to one process as a whole: a file's tests, or those of a class in it."""
    return nodeid.rpartition("::")[0]


def longest_first(nodeids: list[str]) -> list[int]:
    """The places of tests, the longest groups first, then those with most tests."""
    sizes = Counter(map(group_of, nodeids))
    places = {group: place for place, group in enumerate(LONGEST)}

    def order(at):
        group = group_of(nodeids[at])
        return places.get(group, len(places)), -sizes[group], group, at

    return sorted(range(len(nodeids)), key=order)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """No process shall be left with a long file at the end, while the others have nothing to do.

    xdist would begin with those that have most tests; `--no-loadscope-reorder` keeps our order.
    """
    if hasattr(config, "workerinput"):
        items[:] = [items[at] for at in longest_first([item.nodeid for item in items])]


def pytest_sessionstart(session):
    if session.config.getoption("nbval", False) and kernels.POSSIBLE:
        session.config.forks = kernels.fork_kernels()


def pytest_sessionfinish(session):
    if forks := getattr(session.config, "forks", None):
        forks.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory, request):
    """The folder of the built site. It takes a minute or two, once in a run."""
    return built.site(tmp_path_factory, request.config)


def pytest_terminal_summary(terminalreporter):
    """Say last what a machine without a browser has left out, and how notebooks ran in it."""
    reports = [r for rs in terminalreporter.stats.values() for r in rs]
    rows = [
        value
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == "in browser" and report.when == "call"
    ]
    if rows:
        lines = sorted(tuple(row) for row in rows)
        total = ("all", *(sum(column) for column in list(zip(*lines, strict=True))[1:]))
        terminalreporter.line("cells equal errors  start    run  notebook, run in the browser")
        for name, cells, equal, errors, start, run in [*lines, total]:
            terminalreporter.line(f"{cells:5} {equal:5} {errors:6} {start:6.1f} {run:6.1f}  {name}")
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = {r.longrepr[2] for r in skipped if r.nodeid.startswith("tests/site/")}
    for reason in sorted(reasons):
        terminalreporter.line(f"LEFT OUT  browser tests: {reason.removeprefix('Skipped: ')}")
