"""The order in which several processes take the tests."""

import pytest

from tests.conftest import LONGEST, group_of, longest_first


def test_longest_first_then_those_with_most_tests():
    few, many, long = "tests/a.py::test_a", "tests/b.py::test_", f"{LONGEST[1]}::test_"
    given = [few, many + "2", f"{long}2", many + "1", f"{long}1", f"{LONGEST[0]}::test_page"]
    first = [f"{LONGEST[0]}::test_page", f"{long}2", f"{long}1"]
    assert [given[at] for at in longest_first(given)] == [*first, many + "2", many + "1", few]


def test_groups_are_those_of_xdist():
    scheduling = pytest.importorskip("xdist.scheduler.loadscope").LoadScopeScheduling
    for nodeid in ("tests/a.py::test_b[c]", "tests/a.py::TestB::test_c", "book/a.ipynb::Cell 3"):
        assert group_of(nodeid) == scheduling._split_scope(None, nodeid)
