"""Settings for all tests."""

import importlib.util

import hypothesis
import pytest

# Two test processes share two cores, so a deadline would measure the machine. `derandomize` makes a
# run repeatable; `--hypothesis-profile=search` looks for new examples.
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True)
hypothesis.settings.register_profile("search", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("repeatable")


def pytest_collection_modifyitems(items):
    if importlib.util.find_spec("torch") is None:
        skip = pytest.mark.skip(reason="needs torch: make test-oracle")
        for item in items:
            if "oracle" in item.keywords:
                item.add_marker(skip)
