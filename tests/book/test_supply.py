"""What the book is made with: every file pinned by its hash, and named by nobody's address."""

import re
import tomllib

import notebooks
import pytest

LOCK = (notebooks.ROOT / "requirements.txt").read_text(encoding="utf-8")
PINNED = re.compile(r"[a-z0-9-]+(\[\w+\])?==[^\s*]+( ; [^#]+?)?( --hash=sha256:[0-9a-f]{64})+")


def entries(text: str) -> list[str]:
    """The requirements of a file, one a line, without its comments."""
    lines = re.sub(r" *\\\n *", " ", text).splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def unpinned(text: str) -> list[str]:
    """The requirements that pip could take from anywhere, or in another version."""
    return [entry for entry in entries(text) if not PINNED.fullmatch(entry)]


def test_every_file_is_pinned_by_its_hash():
    assert len(entries(LOCK)) > 100
    assert unpinned(LOCK) == []


@pytest.mark.parametrize("planted", [
    "numpy==2.4.6\n",
    "numpy>=2 \\\n    --hash=sha256:" + "0" * 64,
    "numpy==2.* \\\n    --hash=sha256:" + "0" * 64,
    "numpy==2.4.6 \\\n    --hash=md5:" + "0" * 32,
    "-e .\n",
    "--index-url https://example.org/simple\n",
    "numpy @ https://example.org/numpy.whl \\\n    --hash=sha256:" + "0" * 64,
])  # fmt: skip
def test_a_planted_one_is_found(planted):
    assert len(unpinned(LOCK + planted)) == 1


def test_all_that_the_project_asks_for_is_in_it():
    """Else `make lock` was forgotten."""
    text = (notebooks.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["book"], *extras["test"]]
    names = {re.match(r"[\w-]+", line)[0].lower() for line in wanted}
    assert names <= {re.match(r"[\w-]+", entry)[0] for entry in entries(LOCK)}
