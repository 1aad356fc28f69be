"""What the documents promise is there."""

import re
import subprocess

import notebooks
import pytest

DOCUMENTS = ("README.md", "CONTRIBUTING.md", "RELEASING.md", ".ci/run", "Makefile")
MAKEFILE = (notebooks.ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
DESCRIBED = set(re.findall(r"^([a-z][a-z-]*):.*## ", MAKEFILE, re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_exist(document):
    text = (notebooks.ROOT / document).read_text(encoding="utf-8")
    # In Markdown a command stands in `backquotes` or alone on a line of a code block.
    named = set(re.findall(r"(?:^\s*|`|exec )make ([a-z][a-z-]*)", text, re.MULTILINE))
    assert named <= TARGETS


def test_readme_shows_the_two_commands():
    text = (notebooks.ROOT / "README.md").read_text(encoding="utf-8")
    assert {"make book", "make test"} <= set(re.findall(r"^make \w+", text, re.MULTILINE))


def test_files_that_the_readme_links_to_exist():
    for document in ("README.md", "CONTRIBUTING.md", "RELEASING.md"):
        text = (notebooks.ROOT / document).read_text(encoding="utf-8")
        text = re.sub(r"`[^`\n]+`", "", text)
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (notebooks.ROOT / target).exists(), f"{document} links to {target}"


def test_help_lists_every_command():
    text = subprocess.run(
        ["make", "help"], cwd=notebooks.ROOT, capture_output=True, text=True, check=True
    ).stdout
    listed = set(re.findall(r"^  make ([a-z-]+)", text, re.MULTILINE))
    assert listed == DESCRIBED == TARGETS
