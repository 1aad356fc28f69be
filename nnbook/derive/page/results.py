"""What a display comes to: its formulas without the steps, the shapes, and the names they use.

The formula sheet is printed from these, so that it needs nothing but the ledger.
"""

import re

from sympy import Basic, Expr, Indexed

from ..words.language import Index, Named
from ..words.printing import latex_of
from ..words.quantities import printed_parts


def results(lines) -> list[list[str]]:
    """The formulas of a display as LaTeX, ``["S_{k}", "= ..."]``: of a chain its two ends.

    A line with a left side begins a formula; a line without one goes on with the formula above.
    """
    formulas: list[list] = []
    for line in lines:
        right = f"{line.relation} {_tex(line.right)}".strip()
        if line.left is not None:
            formulas.append([_tex(line.left), right])
        elif formulas:
            formulas[-1][-1] = right
        else:
            formulas.append([right])
    return formulas


def shapes(lines) -> list[str]:
    """The arrays that stand in the formulas, each with its shape: ``W\\,(n_{0}, n_{1})``."""
    found = {}
    for expression in _visible(lines):
        for entry in printed_parts(expression):
            if isinstance(entry, Indexed) and entry.base.shape:
                found[_tex(entry.base.label)] = entry.base.shape
            elif isinstance(entry, Named) and entry.indices:
                variables = entry.args[1].variables
                if all(isinstance(v, Index) for v in variables):
                    found[_tex(entry.label)] = tuple(v.size for v in variables)
    return [rf"{name}\,({', '.join(map(_tex, shape))})" for name, shape in found.items()]


def names(lines) -> dict[str, str]:
    """Named quantities that the formulas use and do not define: LaTeX of the name → definition.

    What a definition uses in turn is in the list as well, after it.
    """
    found, defined = {}, defines(lines)
    waiting = [q for x in _visible(lines) for q in printed_parts(x) if isinstance(q, Named)]
    while waiting:
        quantity = waiting.pop(0)
        name = _tex(quantity.label)
        if name in found or name in defined:
            continue
        _, definition, *_ = quantity.args
        general = Named(quantity.label, definition, *definition.variables)
        if _tex(general).strip("()") != _tex(definition.expr):   # some are but a way of writing
            found[name] = f"{_tex(general)} = {_tex(definition.expr)}"
        waiting += [q for q in printed_parts(definition.expr) if isinstance(q, Named)]
    return found


def defines(lines) -> list[str]:
    """The names that stand alone on a left side, as LaTeX."""
    return [_tex(line.left.label) for line in lines if isinstance(line.left, Named)]


def told(rows) -> dict[str, str]:
    """What these rows of the ledger say of names: the left side, as LaTeX → the whole formula.

    A letter may return with another meaning; the last one counts.
    """
    found: dict[str, str] = {}
    for row in rows:
        for formula in [*map(" ".join, row["results"]), *row["names"].values()]:
            left, equals, _ = formula.partition(" = ")
            if equals:
                found[left] = formula
    return found


def plain(latex: str) -> str:
    """LaTeX without spaces, braces and stretched brackets, to compare what was typed."""
    return re.sub(r"[{}\s]|\\left|\\right", "", latex)


def _visible(lines) -> list[Expr]:
    """The expressions of the formulas, without those of the steps between."""
    shown = []
    for number, line in enumerate(lines):
        last = number + 1 == len(lines) or lines[number + 1].left is not None
        shown += [x for x in (line.left, line.right if last else None) if isinstance(x, Basic)]
    return shown


def _tex(part) -> str:
    return part if isinstance(part, str) else latex_of(part)
