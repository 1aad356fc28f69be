"""All single changes of a piece of Python source: the slips that a test suite should notice.

`mutations(source)` lists them; `Mutation.edited(source)` makes one. Each is an edit of the text, so
that comments and layout stay. Left alone are annotations, docstrings, imports, blocks for type
checkers, and the words of error messages.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from itertools import pairwise

# What stands in the text for a class of `ast`, and what is tried in its place.
SIGNS = {
    "Add": "+,-", "Sub": "-,+", "Mult": "*,/", "Div": "/,*", "FloorDiv": "//,/", "Mod": "%,//",
    "Pow": "**,*", "MatMult": "@,*", "LShift": "<<,>>", "RShift": ">>,<<",
    "BitAnd": "&,|", "BitOr": "|,&", "BitXor": "^,|", "And": "and,or", "Or": "or,and",
    "Lt": "<,<=,>", "LtE": "<=,<,>=", "Gt": ">,>=,<", "GtE": ">=,>,<=", "Eq": "==,!=",
    "NotEq": "!=,==", "Is": "is,is not", "IsNot": "is not,is", "In": "in,not in",
    "NotIn": "not in,in",
}  # fmt: skip
BUILTINS = {"min": "max", "max": "min", "any": "all", "all": "any", "sum": "max", "sorted": "list"}
PAIRS = (  # functions of NumPy, and methods
    "min:max any:all sum:mean std:var argmin:argmax minimum:maximum floor:ceil exp:expm1 log:log1p "
    "zeros:ones zeros_like:ones_like sin:cos sqrt:square add:subtract cumsum:cumprod "
    "isfinite:isnan startswith:endswith"
)
METHODS = dict(pair.split(":") for pair in PAIRS.split())
METHODS |= {new: old for old, new in METHODS.items()} | {"prod": "sum", "setdefault": "get"}


@dataclass(frozen=True, order=True)
class Mutation:
    """Bytes from `start` to `end` become `new`; their statement has the lines `first` to `last`."""

    start: int
    end: int
    new: bytes
    kind: str
    first: int
    last: int

    def edited(self, source: str) -> str:
        text = source.encode()
        return (text[: self.start] + self.new + text[self.end :]).decode()


def differ(before: str, after: str) -> bool:
    """Whether the second text is Python too, and says something else than the first."""
    try:
        return ast.dump(ast.parse(before)) != ast.dump(ast.parse(after))
    except SyntaxError:
        return False


def mutations(source: str) -> list[Mutation]:
    """Every mutation of the source, in the order of the text."""
    finder = _Finder(source)
    finder.visit(ast.parse(source))
    return sorted(set(finder.found))


class _Finder(ast.NodeVisitor):
    def __init__(self, source: str) -> None:
        self.text = source.encode()
        self.line_starts = [0]
        for line in self.text.splitlines(keepends=True):
            self.line_starts.append(self.line_starts[-1] + len(line))
        self.found: list[Mutation] = []
        self.lines = (1, 1)  # of the statement that is being visited
        self.words_count = True

    # -- Places in the text --

    def start(self, node) -> int:
        return self.line_starts[node.lineno - 1] + node.col_offset

    def end(self, node) -> int:
        return self.line_starts[node.end_lineno - 1] + node.end_col_offset

    def of(self, node) -> bytes:
        return self.text[self.start(node) : self.end(node)]

    def add(self, kind: str, start: int, end: int, new: str | bytes) -> None:
        new = new.encode() if isinstance(new, str) else new
        self.found.append(Mutation(start, end, new, kind, *self.lines))

    def replace(self, kind: str, node, new: str | bytes) -> None:
        self.add(kind, self.start(node), self.end(node), new)

    def spaces_before(self, place: int) -> int:
        return len(self.text[:place].rstrip(b" "))

    def spaces_after(self, place: int) -> int:
        return len(self.text) - len(self.text[place:].lstrip(b" "))

    def signs(self, kind: str, op, left, right, equals="") -> tuple[int, int]:
        """Tries other signs between two operands; returns where the sign stands."""
        sign, *others = SIGNS[type(op).__name__].split(",")
        start = self.text.index(f"{sign}{equals}".encode(), self.end(left), self.start(right))
        for other in others:
            self.add(kind, start, start + len(sign), other)
        return start, start + len(sign)

    # -- Statements --

    def visit(self, node) -> None:
        if not isinstance(node, ast.stmt):
            return super().visit(node)
        before = self.lines
        body = getattr(node, "body", None)  # of a compound statement only the head counts
        last = max(node.lineno, body[0].lineno - 1) if body else node.end_lineno
        self.lines = (node.lineno, last)
        if _may_go(node):
            self.replace("statement", node, "pass")
        super().visit(node)
        self.lines = before

    def visit_Expr(self, node) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.generic_visit(node)

    def visit_Raise(self, node) -> None:
        self.words_count = False
        self.generic_visit(node)
        self.words_count = True

    def visit_FunctionDef(self, node) -> None:
        defaults = [default for default in node.args.kw_defaults if default is not None]
        for child in (*node.decorator_list, *node.args.defaults, *defaults, *node.body):
            self.visit(child)

    def visit_Module(self, node) -> None:
        for child in node.body:
            if not _is_alias(child):
                self.visit(child)

    def visit_AnnAssign(self, node) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_AugAssign(self, node) -> None:
        start, end = self.signs("augmented", node.op, node.target, node.value, "=")
        self.add("augmented", start, end, "")
        self.generic_visit(node)

    def visit_If(self, node) -> None:
        if not _for_type_checkers(node):
            self.condition(node.test)
            self.generic_visit(node)

    def visit_While(self, node) -> None:
        self.condition(node.test)
        self.generic_visit(node)

    visit_IfExp = visit_While

    def visit_comprehension(self, node) -> None:
        for test in node.ifs:
            self.condition(test)
        self.generic_visit(node)

    def condition(self, test) -> None:
        self.replace("condition", test, b"(not (" + self.of(test) + b"))")

    # -- Expressions --

    def visit_BinOp(self, node) -> None:
        start, end = self.signs("operator", node.op, node.left, node.right)
        self.add("operand", self.spaces_before(start), self.end(node), "")
        self.add("operand", self.start(node), self.spaces_after(end), "")
        self.generic_visit(node)

    def visit_Compare(self, node) -> None:
        operands = pairwise([node.left, *node.comparators])
        for op, (left, right) in zip(node.ops, operands, strict=True):
            self.signs("comparison", op, left, right)
        self.generic_visit(node)

    def visit_BoolOp(self, node) -> None:
        places = [self.signs("and/or", node.op, *pair) for pair in pairwise(node.values)]
        self.add("operand", self.start(node), self.spaces_after(places[0][1]), "")
        starts = [self.spaces_before(start) for start, _ in places]
        for start, end in pairwise([*starts, self.end(node)]):
            self.add("operand", start, end, "")
        self.generic_visit(node)

    def visit_UnaryOp(self, node) -> None:
        sign = len("not" if isinstance(node.op, ast.Not) else "-")
        self.add("unary", self.start(node), self.spaces_after(self.start(node) + sign), "")
        self.generic_visit(node)

    def visit_Constant(self, node) -> None:
        value, others = node.value, []
        if isinstance(value, bool):
            others = [not value]
        elif isinstance(value, int):
            others = [value + 1, value - 1] if value > 1 else [1 - value, 2]
        elif isinstance(value, float):
            others = [2 * value if value else 1.0]
        elif isinstance(value, str) and self.words_count:
            others = [value + "_"]
        for other in others:
            self.replace("constant", node, repr(other))

    def visit_JoinedStr(self, node) -> None:
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part)

    def visit_FormattedValue(self, node) -> None:
        try:  # before Python 3.12, places within an f-string may be wrong
            right = ast.unparse(ast.parse(self.of(node.value))) == ast.unparse(node.value)
        except (SyntaxError, ValueError):
            right = False
        if right:
            self.visit(node.value)

    def visit_Subscript(self, node) -> None:
        bounds = []
        for part in node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]:
            bounds += [part.lower, part.upper] if isinstance(part, ast.Slice) else [part]
        for bound in bounds:
            if isinstance(bound, (ast.Name, ast.Attribute, ast.BinOp, ast.Call)):
                for new in (b" + 1", b" - 1"):
                    self.replace("index", bound, b"(" + self.of(bound) + b")" + new)
        self.generic_visit(node)

    def visit_Call(self, node) -> None:
        places = [a for a in node.args if not isinstance(a, (ast.Starred, ast.GeneratorExp))]
        for one, two in pairwise(places):
            between = self.text[self.end(one) : self.start(two)]
            swapped = self.of(two) + between + self.of(one)
            self.add("arguments", self.start(one), self.end(two), swapped)
        for keyword in node.keywords:
            end = self.end(keyword)
            comma = self.spaces_after(end)
            end = self.spaces_after(comma + 1) if self.text[comma : comma + 1] == b"," else end
            self.add("keyword", self.start(keyword), end, "")
        if isinstance(node.func, ast.Name) and node.func.id in BUILTINS:
            self.replace("function", node.func, BUILTINS[node.func.id])
        self.generic_visit(node)

    def visit_Attribute(self, node) -> None:
        if node.attr in METHODS:
            end = self.end(node)
            self.add("function", end - len(node.attr), end, METHODS[node.attr])
        self.generic_visit(node)


def _for_type_checkers(node) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def _is_alias(node) -> bool:
    """Whether a type gets a name, as in `Axes = int | tuple[int, ...] | None`."""
    parts = (ast.Name, ast.Attribute, ast.Tuple, ast.List, ast.Constant, ast.expr_context)
    made = (ast.BinOp, ast.BitOr, ast.Subscript)
    return isinstance(getattr(node, "value", None), made) and all(
        isinstance(part, (*made, *parts)) for part in ast.walk(node.value)
    )


def _may_go(node) -> bool:
    """Whether to try without it: without the first value of a name, for one, nothing would run."""
    if isinstance(node, ast.Assign):
        used = {name.id for name in ast.walk(node.value) if isinstance(name, ast.Name)}
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        return not names or bool(names & used)
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, ast.Constant)
    kinds = (ast.AugAssign, ast.Return, ast.Raise, ast.If, ast.Continue, ast.Break, ast.Delete)
    return isinstance(node, kinds) and not _for_type_checkers(node)
