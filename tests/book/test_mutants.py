"""The mutation tester: every kind of change, and the right verdict on a tiny package."""

from __future__ import annotations

from pathlib import Path

import mutants
import mutations
import pytest

ROOT = Path(__file__).parents[2]

# Of each kind: a statement, and all that may become of it.
KINDS = {
    "operator": ("y = (a + b) * c", ["y = (a - b) * c", "y = (a + b) / c"]),
    "operand": ("y = (a + b) * c", ["y = (a) * c", "y = (b) * c", "y = (a + b)", "y = c"]),
    "augmented": ("y **= 2", ["y *= 2", "y = 2"]),
    "comparison": ("y = a < b", ["y = a <= b", "y = a > b"]),
    "and/or": ("y = a and (b or c)", ["y = a or (b or c)", "y = a and (b and c)"]),
    "condition": ("y = [x for x in z if x]", ["y = [x for x in z if (not (x))]"]),
    "constant": ("f(0, 3, .5)", ["f(1, 3, .5)", "f(2, 3, .5)", "f(0, 4, .5)", "f(0, 2, .5)",
                                 "f(0, 3, 1.0)"]),
    "unary": ("f(-x, not notes)", ["f(x, not notes)", "f(-x, notes)"]),
    "arguments": ("y = f(a, b, *c)", ["y = f(b, a, *c)"]),
    "keyword": ("y = f(a, b=(1), **c)", ["y = f(a, **c)", "y = f(a, b=(1), )"]),
    "index": ("y = x[:n]", ["y = x[:(n) + 1]", "y = x[:(n) - 1]"]),
    "function": ("y = max(np.min(x))", ["y = min(np.min(x))", "y = max(np.max(x))"]),
    "statement": ("z = f()\nz = f(z)", ["z = f()\npass"]),
}  # fmt: skip


def made(kind, text):
    return [m.edited(text) for m in mutations.mutations(text) if m.kind == kind]


@pytest.mark.parametrize("kind", KINDS)
def test_kinds(kind):
    before, expected = KINDS[kind]
    assert sorted(made(kind, before)) == sorted(expected)
    assert all(mutations.differ(before, after) for after in expected)


def test_the_parts_of_what_is_longer():
    assert made("operand", "y = a or b or c") == ["y = b or c", "y = a or c", "y = a or b"]
    assert made("comparison", "y = 0 == a is not b") == ["y = 0 != a is not b", "y = 0 == a is b"]
    assert made("constant", "y = True, 'a'") == ["y = False, 'a'", "y = True, 'a_'"]
    assert made("condition", "if not a:\n    y = b") == ["if (not (not a)):\n    y = b"]


def test_there_are_no_other_kinds():
    texts = [path.read_text() for path in (ROOT / "nnbook").rglob("*.py")]
    assert {m.kind for text in texts for m in mutations.mutations(text)} == set(KINDS)


def test_what_is_left_alone():
    text = '''
"""Words."""
from a import b
Axes = int | tuple[int, ...] | None
if TYPE_CHECKING:
    import c
def f(x: Literal["a"]) -> int | None:
    """Words."""
    y: list[1] = x
'''
    assert mutations.mutations(text) == []
    raised = 'raise E(f"of {x > y} words", "words")'
    kinds = {m.kind for m in mutations.mutations(raised)}
    assert kinds - {"comparison"} == {"statement", "arguments"}


# -- A tiny package, whose tests have a hole -------------------------------------------------------

MODULE = """\
def larger(x, y):
    if x < y:
        return y
    return x

def middle(items):
    return items[len(items) // 2]
"""
TESTS = """\
from tiny.module import larger, middle

def test_larger():
    assert larger(1, 2) == larger(2, 1) == 2

def test_middle():
    assert middle([1, 2, 3]) == 2
"""
EQUIVALENT = """\
[["tiny/module.py"]]
line = "if x < y:"
becomes = "if x <= y:"
why = "of two that are equal, either is the larger"
"""


@pytest.fixture
def tree(tmp_path):
    def written(module=MODULE, tests=TESTS, equivalent=""):
        files = {"tiny/module.py": module, "tests/test_tiny.py": tests, "pytest.ini": "[pytest]\n"}
        for file, text in (files | {"tests/equivalent_mutants.toml": equivalent}).items():
            (tmp_path / file).parent.mkdir(exist_ok=True)
            (tmp_path / file).write_text(text)
        return tmp_path

    return written


def run(root, *options):
    return mutants.main(["tiny", "--tests=tests", f"--root={root}", *options])


def test_noticed_survived_and_judged(tree, capsys):
    root = tree(equivalent=EQUIVALENT)
    assert run(root, "--count=1000") == 1
    printed = capsys.readouterr().out.splitlines()
    assert [line for line in printed if line[:2] in ("- ", "+ ")] == [
        "-    return items[len(items) // 2]",
        "+    return items[len(items) // 3]",  # of three items the same
    ]
    assert printed[-2].split() == ["all", "14", "12", "0", "1", "1"]
    assert printed[-1] == "12 of 13 noticed, equivalent ones not counted"
    assert (root / "tiny" / "module.py").read_text() == MODULE
    assert {path.name for path in root.iterdir()} == {"tiny", "tests", "pytest.ini"}

    tests = TESTS + "\ndef test_middle_of_many():\n    assert middle(range(6)) == 3\n"
    assert run(tree(tests=tests, equivalent=EQUIVALENT), "--count=1000") == 0


def test_a_mutant_that_takes_too_long_is_noticed(tree, capsys, monkeypatch):
    module = "def drained(n):\n    while n > 0:\n        n -= 1\n    return n\n"
    tests = "from tiny.module import drained\n\ndef test_drained():\n    assert drained(3) == 0\n"
    root = tree(module=module, tests=tests)
    endless = [m for m in mutants.sample(root, ["tiny/module.py"], 99, 0) if "n += 1" in m.after]
    monkeypatch.setattr(mutants, "sample", lambda *_: endless)
    monkeypatch.setattr(mutants, "PATIENCE", 3)
    assert run(root) == 0
    row = capsys.readouterr().out.splitlines()[-2]
    assert row.split() == ["all", "1", "0", "1", "0", "0"]


def test_a_seed_draws_the_same_mutants(tree):
    drawn = [mutants.sample(tree(), ["tiny/module.py"], 5, seed) for seed in (1, 1, 2)]
    assert len(set(drawn[0])) == 5
    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.parametrize(
    ("tests", "message"),
    [
        (TESTS + "\ndef test_wrong():\n    assert larger(1, 2) == 1\n", "fail without any change"),
        ("import no_such_module\n", "fail without any change"),
        ("def test_nothing():\n    pass\n", "No test executes a line of the copy's tiny/module.py"),
        (
            "import time\nfrom tiny import module\n\n"
            "def test_slow():\n    time.sleep(0.1)\n    module.x = 1\n\n"
            "def test_fast():\n    assert module.larger(module.x, 0)\n",
            "fail if the fastest come first. noticed: tests/test_tiny.py::test_fast",
        ),
    ],
)
def test_tests_that_could_say_nothing_are_refused(tests, message, tree):
    with pytest.raises(SystemExit, match=message):
        run(tree(tests=tests), "--count=1", "--jobs=1")


def test_nothing_to_change(tree):
    with pytest.raises(SystemExit, match="nothing to change"):
        run(tree(module="import math\n"))


# -- The list of judged mutants --------------------------------------------------------------------


def test_judged_mutants_are_mutants_still():
    """An entry whose line has gone, or which the tester would not make, is to be deleted."""
    judged = mutants.equivalents(ROOT)
    made = set()
    for file in sorted({file for file, _, _ in judged}):
        text = (ROOT / file).read_text(encoding="utf-8")
        for mutation in mutations.mutations(text):
            made.add(mutants.Mutant(file, mutation, text, mutation.edited(text)).key())
    assert judged <= made, judged - made
