"""Parts of a notebook: those statements that make what a test looks at, and what these need."""

import ast
import copy
import json
import symtable
from pathlib import Path

import pytest


def statements(path: Path) -> list[ast.stmt]:
    """All statements of a notebook, in order."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
    return [s for c in code if not c.lstrip().startswith("%") for s in ast.parse(c).body]


def needed(all_statements, wanted) -> list[ast.stmt]:
    """The statements for which ``wanted`` holds, the imports, and what binds a name in them.

    Read from the last to the first: what stands before ``x = …`` is not needed for the x after it.
    So a name that serves first for a network and later for a symbol does not bring its training.
    """
    imported = {n for s in all_statements for n in names_imported(s)}
    inside = {}   # what functions and classes use when they are called, by their names
    for statement in all_statements:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            inside.setdefault(statement.name, set()).update(used(statement))
    kept, names = [], set()
    for statement in reversed(all_statements):
        binds = bound(statement, imported)
        if wanted(statement) or names_imported(statement) or binds & names:
            kept.append(statement)
            names -= replaced(statement)
            more = used(statement)
            while more:   # with what the functions among them use
                names |= more
                more = set().union(*(inside.get(name, set()) for name in more)) - names
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


def names_imported(statement) -> set[str]:
    if not isinstance(statement, ast.ImportFrom | ast.Import):
        return set()
    return {alias.asname or alias.name.partition(".")[0] for alias in statement.names}


def bound(statement, imported=frozenset()) -> set[str]:
    """The names that a statement binds or changes: x = …, x[i] = …, x.append(…), but np.ones(…)."""
    found = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)
             and isinstance(n.ctx, ast.Store)}
    for n in ast.walk(statement):
        if isinstance(n, ast.Subscript | ast.Attribute) and isinstance(n.value, ast.Name):
            stored = isinstance(n.ctx, ast.Store)
            may_change = isinstance(statement, ast.Expr | ast.For) and n.value.id not in imported
            if stored or may_change:
                found.add(n.value.id)
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        found.add(statement.name)
    return found


def replaced(statement) -> set[str]:
    """The names whose value before the statement is gone after it."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.With):
        return set().union(*(replaced(s) for s in statement.body),
                           *(stored(item.optional_vars) for item in statement.items))
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return set().union(*(stored(target) for target in targets))


def stored(target) -> set[str]:
    """x and y of the target ``(x, y[0], *z)``, and z."""
    if isinstance(target, ast.Tuple | ast.List):
        return set().union(*(stored(part) for part in target.elts))
    if isinstance(target, ast.Starred):
        return stored(target.value)
    return {target.id} if isinstance(target, ast.Name) else set()


class Lazy(ast.NodeTransformer):
    """Comprehensions as generators, which have a table of names of their own in every Python."""

    def visit_ListComp(self, node):
        self.generic_visit(node)
        return ast.GeneratorExp(node.elt, node.generators)

    visit_SetComp = visit_ListComp

    def visit_DictComp(self, node):
        self.generic_visit(node)
        return ast.GeneratorExp(ast.Tuple([node.key, node.value], ast.Load()), node.generators)


def used(statement) -> set[str]:
    """The names whose value before the statement it may look up, now or when it is called."""
    if isinstance(statement, ast.With):
        names = set().union(*(stored(item.optional_vars) for item in statement.items))
        managers = [ast.Expr(item.context_expr) for item in statement.items]
        return in_order(managers) | (in_order(statement.body) - names)
    if isinstance(statement, ast.For):
        inside = in_order(statement.body) | in_order(statement.orelse)
        return used(ast.Expr(statement.iter)) | (inside - stored(statement.target))
    lazy = Lazy().visit(copy.deepcopy(statement))
    table = symtable.symtable(ast.unparse(lazy), "statement", "exec")
    found = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    inner = table.get_children()
    while inner:   # functions and comprehensions, which have names of their own
        block = inner.pop()
        found |= {s.get_name() for s in block.get_symbols() if s.is_global() and s.is_referenced()}
        inner += block.get_children()
    changed = (n.target for n in ast.walk(statement) if isinstance(n, ast.AugAssign))
    return found.union(*map(stored, changed))


def in_order(block) -> set[str]:
    """The names that statements one after another look up and do not bind before."""
    names = set()
    for statement in reversed(block):
        names = (names - replaced(statement)) | used(statement)
    return names
