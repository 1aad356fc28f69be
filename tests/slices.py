"""Parts of a notebook: those statements that make what a test looks at, and what these need."""

import ast
import json
from pathlib import Path

import pytest


def statements(path: Path) -> list[ast.stmt]:
    """All statements of a notebook, in order."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
    return [s for c in code if not c.lstrip().startswith("%") for s in ast.parse(c).body]


def needed(all_statements, wanted) -> list[ast.stmt]:
    """The statements for which ``wanted`` holds, the imports, and what binds a name in them."""
    kept, names = [], set()
    for statement in reversed(all_statements):
        is_import = isinstance(statement, ast.ImportFrom | ast.Import)
        if wanted(statement) or is_import or bound(statement) & names:
            kept.append(statement)
            names |= {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)}
    return kept[::-1]


def run(some_statements, path: Path) -> dict:
    """The names that the statements make, run as the notebook is: in its own folder."""
    names = {"__name__": "notebook"}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(path.parent)
        patch.syspath_prepend(path.parent)
        exec(compile(ast.Module(some_statements, []), path.name, "exec"), names)
    return names


def calls(statement, *functions) -> list[ast.Call]:
    """The calls of functions of these names within a statement."""
    return [n for n in ast.walk(statement) if isinstance(n, ast.Call)
            and isinstance(n.func, ast.Name) and n.func.id in functions]


def bound(statement) -> set:
    """The names that a statement binds or changes: x = …, x[i] = …, x.append(…)."""
    found = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)
             and isinstance(n.ctx, ast.Store)}
    for n in ast.walk(statement):
        if isinstance(n, ast.Subscript | ast.Attribute) and isinstance(n.value, ast.Name) \
                and (isinstance(n.ctx, ast.Store) or isinstance(statement, ast.Expr | ast.For)):
            found.add(n.value.id)
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        found.add(statement.name)
    return found
