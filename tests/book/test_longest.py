"""The files that several processes begin with."""

from pathlib import Path

from tests.conftest import LONGEST

ROOT = Path(__file__).parents[2]


def test_the_longest_groups_are_there():
    """A file that was renamed would silently come last."""
    for group in LONGEST:
        path, _, name = group.partition("::")
        assert (f"class {name}:" if name else "") in (ROOT / path).read_text("utf-8")
