"""Types: of the package, and of what a reader writes with it."""

import re
import subprocess
import sys

import notebooks
import pytest

ROOT = notebooks.ROOT
PROGRAMS = ROOT / "tests" / "typing"


@pytest.fixture(scope="module")
def mypy():
    """What mypy says of some files, or of the package: pairs (place, kind of error).

    It reads files anew that have changed since the last time, and those that import them.
    """

    def check(*what) -> set[tuple[str, str]]:
        command = [sys.executable, "-m", "mypy", *map(str, what)]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert run.returncode in (0, 1), run.stdout + run.stderr
        return set(re.findall(r"^(\S+:\d+): error: .*\[([\w-]+)\]$", run.stdout, re.MULTILINE))

    return check


def test_the_package(mypy):
    assert mypy() == set()


def test_a_program_of_a_reader(mypy):
    assert mypy(PROGRAMS / "reader.py") == set()


def test_wrong_uses_are_found(mypy):
    """All of them, and nothing else."""
    lines = (PROGRAMS / "misuse.py").read_text(encoding="utf-8").splitlines()
    marked = [(number, line.partition("# error: ")[2]) for number, line in enumerate(lines, 1)]
    expected = {(f"tests/typing/misuse.py:{number}", kind) for number, kind in marked if kind}
    assert len(expected) > 10
    assert mypy(PROGRAMS / "misuse.py") == expected


def test_a_planted_error_in_the_program_is_found(mypy, tmp_path):
    text = (PROGRAMS / "reader.py").read_text(encoding="utf-8")
    wrong = text.replace("optimizer=adam(1e-3)", 'optimizer="adam"')
    assert wrong != text
    (tmp_path / "wrong.py").write_text(wrong, encoding="utf-8")
    assert {kind for _, kind in mypy(tmp_path / "wrong.py")} == {"arg-type"}
