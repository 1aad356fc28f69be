"""Named quantities as a page prints them: by name, with their indices and not their definitions."""

from sympy import Basic, Dummy, Product, Sum, Symbol, preorder_traversal

from .language import Named


def double_quantities(parts) -> list[str]:
    """Names that two different quantities would be printed with, of as many indices."""
    found, double = {}, {}
    for quantity in (q for part in parts for q in printed_parts(part) if isinstance(q, Named)):
        _, definition, *indices = quantity.args
        known = found.setdefault((quantity.label, len(indices)), definition)
        if not _same_definition(known, definition):
            double[quantity.label.name] = True
    return list(double)


def printed_parts(expression):
    """All parts that are printed: of a named quantity its indices, not its definition."""
    yield expression
    parts = expression.indices if isinstance(expression, Named) else expression.args
    for part in parts:
        if isinstance(part, Basic):
            yield from printed_parts(part)


def _same_definition(one, other) -> bool:
    """Whether definitions agree but for the names of their indices."""
    if len(one.variables) != len(other.variables):
        return False
    stand_in = {v: Dummy(integer=True) for v in one.variables}
    renamed = dict(zip(other.variables, stand_in.values(), strict=True))
    return _unbound(one.expr.xreplace(stand_in)) == _unbound(other.expr.xreplace(renamed))


def _unbound(e):
    """Bound symbols by the order in which they are met."""
    order = dict.fromkeys(k for s in preorder_traversal(e) if isinstance(s, Sum | Product)
                          for k, *_ in s.limits)
    return e.xreplace({k: Symbol(f"bound {j}") for j, k in enumerate(order)})
