"""Settings for all tests."""

import hypothesis
import pytest

from tests import built

# Two test processes share two cores, so a deadline would measure the machine. `derandomize` makes a
# run repeatable; `--hypothesis-profile=search` looks for new examples.
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True)
hypothesis.settings.register_profile("search", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("repeatable")


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
