"""What the book is made with: every file pinned by its hash, and named by nobody's address."""

import ast
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


NOX = {
    statement.targets[0].id: ast.literal_eval(statement.value)
    for statement in ast.parse((notebooks.ROOT / "noxfile.py").read_text("utf-8")).body
    if isinstance(statement, ast.Assign)
    and getattr(statement.targets[0], "id", "") in ("BESIDE", "ELSEWHERE")
}


def not_beside(beside: list[str]) -> set[str]:
    """The tests of the installed package that import what nox does not lay beside them."""
    found, tests = set(), notebooks.ROOT / "tests"
    for path in tests.rglob("*.py"):
        if set(path.relative_to(tests).parts) & set(NOX["ELSEWHERE"]):
            continue
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        names = {alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names}
        names |= {n.module for n in nodes if isinstance(n, ast.ImportFrom) and not n.level}
        for folder in {"tools", "experiments", "benchmarks"} - set(beside):
            if any(name.partition(".")[0] == folder
                   or (notebooks.ROOT / folder / f"{name}.py").exists() for name in names):
                found.add(path.name)
    return found


def test_the_installed_package_is_tested_with_all_that_its_tests_import():
    assert not_beside(NOX["BESIDE"]) == set()
    without = [name for name in NOX["BESIDE"] if name != "tools"]
    assert not_beside(without) >= {"test_attack.py", "test_second_opinion.py"}
