"""Parts of a notebook: what a statement needs comes along, and what it does not need stays away."""

import ast
from pathlib import Path

import pytest

from .slices import calls, needed, run

# Each line is a statement; those marked are what `wanted(…)` needs.
SLICES = {
    "what is bound again": """
        x = train()
        x = 2           # needed
        wanted(x)       # needed""",
    "what is bound from itself": """
        x = 1           # needed
        x = x + 1       # needed
        wanted(x)       # needed""",
    "what is changed in place": """
        x = []          # needed
        y = []
        x.append(2)     # needed
        y.append(2)
        wanted(x)       # needed""",
    "what a module prints changes no module": """
        import math     # needed
        print(math.sqrt(2))
        wanted(math.pi) # needed""",
    "of several names": """
        a = train()
        a, (b, *c) = 1, (2, 3)   # needed
        wanted(a + b)   # needed""",
    "an entry": """
        x = {}          # needed
        x["a"] = 1      # needed
        wanted(x)       # needed""",
    "an index of a loop": """
        for k in range(3): train(k)
        x = 0           # needed
        for k in range(3): x += k   # needed
        wanted(x)       # needed""",
    "a loop may not run": """
        x = 1           # needed
        for k in []: x = 2   # needed
        wanted(x)       # needed""",
    "a condition may not hold": """
        x = 1           # needed
        if x > 1: x = 2 # needed
        wanted(x)       # needed""",
    "names of a comprehension": """
        k = train()
        x = [k for k in range(3)]   # needed
        wanted(x)       # needed""",
    "around a comprehension": """
        k = 3           # needed
        x = [k] + [k for k in range(3)]   # needed
        wanted(x)       # needed""",
    "what a function reads when it is called": """
        x = 1           # needed
        def f(): return x   # needed
        y = f()         # needed
        x = 2           # needed
        wanted(x, y)    # needed""",
    "arguments of a function": """
        a = train()
        def f(a, b=1): return a + b   # needed
        wanted(f(2))    # needed""",
    "what a with binds": """
        d = train()
        with open("x") as d: y = d   # needed
        wanted(y)       # needed""",
    "within what is wanted": """
        y = train()
        with manager(): y = 1; wanted(y)   # needed""",
}


@pytest.mark.parametrize("name", SLICES)
def test_what_is_needed(name):
    lines = [line.strip() for line in SLICES[name].strip().splitlines()]
    kept = needed([s for line in lines for s in ast.parse(line).body], lambda s: calls(s, "wanted"))
    assert [ast.unparse(s) for s in kept] == [
        ast.unparse(ast.parse(line)) for line in lines if "# needed" in line]


def test_a_part_runs_as_the_whole(tmp_path):
    told = []
    code = """x = 1
def f(): return x
y = f()
x = 2
told.append((x, y))"""
    all_statements = ast.parse(code).body
    for part in (all_statements, needed(all_statements, lambda s: "told" in ast.unparse(s))):
        patched = [ast.parse("from builtins import told").body[0], *part]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("builtins.told", told, raising=False)
            run(patched, Path(tmp_path, "notebook.ipynb"))
    assert told == [(2, 1), (2, 1)]
