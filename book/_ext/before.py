"""Which earlier cells of a notebook a cell needs, so that a reader can run any cell by itself.

    needed(["import numpy as np", "a = np.ones(2)", "b = 1", "a + b"])  →  [[], [0], [], [0, 1, 2]]

Read off the code, without running it, and rather too much than too little. A cell is needed if it
binds a name that is used, or may change what such a name stands for: it calls a method of it,
assigns to a part of it, hands it to a function of which it keeps nothing, or hands a random
generator to anything. Standard library only.
"""

from __future__ import annotations

import ast
import builtins
import re
from dataclasses import dataclass, field

GENERATOR = re.compile(r"rng|draw|random|generator")
# They change or read what belongs to the whole process.
WHOLE = re.compile(
    r"set_printoptions|seterr|rcParams|filterwarnings|ledger_table|displayed|globals"
)
BUILTIN = frozenset(dir(builtins))


@dataclass
class Cell:
    """What a cell does with names."""

    binds: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)
    always: bool = False  # what it does concerns all cells after it
    fresh: set[str] = field(default_factory=set)  # bound without a condition


def base(node: ast.AST) -> str | None:
    """x of x.a[0].b"""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def read(source: str) -> Cell:
    cell = Cell(always=bool(WHOLE.search(source)))
    tree = ast.parse(source)
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.FunctionDef | ast.ClassDef):
            cell.fresh |= bound(statement)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (cell.uses if isinstance(node.ctx, ast.Load) else cell.binds).add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            cell.binds.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.asname or alias.name.split(".")[0] for alias in node.names}
            cell.always |= "*" in names
            cell.binds |= names
            cell.fresh |= names
            cell.modules |= names
        elif isinstance(node, ast.AugAssign):
            cell.changes.add(base(node.target))
            cell.uses.add(base(node.target))
        elif isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            cell.changes.add(base(node))
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                cell.changes.add(base(node.func))
            handed = {base(a) for a in [*node.args, *(k.value for k in node.keywords)]}
            cell.changes |= {name for name in handed if name and GENERATOR.search(name)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            call = node.value
            cell.changes |= {base(a) for a in [*call.args, *(k.value for k in call.keywords)]}
    cell.changes -= {None, *cell.modules}
    cell.uses -= BUILTIN | {None}
    cell.fresh -= cell.uses
    return cell


def bound(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return {n.id for t in targets for n in ast.walk(t)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}  # fmt: skip


def needed(sources: list[str]) -> list[list[int]]:
    """For each cell the places of the earlier cells that it needs, in order."""
    cells = [read(source) for source in sources]
    imported = set().union(*(cell.modules for cell in cells)) if cells else set()
    found = []
    for at, cell in enumerate(cells):
        if re.search(r"ledger_table|displayed", sources[at]):
            found.append(list(range(at)))  # it tells what all cells before it have shown
            continue
        names, wanted = set(cell.uses), []
        for place in range(at - 1, -1, -1):
            other = cells[place]
            changes = other.changes - imported
            if other.always or names & (other.binds | changes):
                wanted.append(place)
                names -= other.fresh
                names |= other.uses
        found.append(wanted[::-1])
    return found
