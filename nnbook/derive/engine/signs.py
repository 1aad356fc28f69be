"""The sign of an expression as it is written: that of Σ (x - μ)² + ε is plain until expanded."""


from sympy import (
    Abs,
    Add,
    Dummy,
    Max,
    Mul,
    Pow,
    Product,
    Sum,
    exp,
)

from ..words.language import Named
from .canonical import canonical
from .positivity import nonnegative, positive


def written_sign(e, facts) -> str:
    """``"+"``, ``"0+"`` or ``""``: certainly positive, at least zero, or not known."""
    if isinstance(e, Named):
        return written_sign(e.unfold(), facts)
    if isinstance(e, Add | Mul):
        signs = [written_sign(a, facts) for a in e.args]
        if "" in signs:
            return _canonical_sign(e, facts)
        return "+" if (set(signs) == {"+"} if e.is_Mul else "+" in signs) else "0+"
    if isinstance(e, Pow):
        base = written_sign(e.base, facts)
        if base == "+":
            return "+"
        if e.exp.is_Integer and e.exp % 2 == 0:
            return "0+"
        return base if e.exp.is_Rational and e.exp > 0 else ""
    if isinstance(e, exp):
        return "+"
    if isinstance(e, Abs):
        return "0+"
    if isinstance(e, Max):
        signs = {written_sign(a, facts) for a in e.args}
        return "+" if "+" in signs else "0+" if "0+" in signs else ""
    if isinstance(e, Sum | Product):
        facts, names, filled = facts.supposing(), {}, True
        for k, first, last in reversed(e.limits):
            first, last = first.xreplace(names), last.xreplace(names)
            names[k] = Dummy(k.name, integer=True)
            facts.bound(names[k], first, last)
            filled = filled and facts.at_least_zero(last - first)
        body = written_sign(e.function.xreplace(names), facts)
        if isinstance(e, Product):
            return body
        return body if filled or body != "+" else "0+"
    return _canonical_sign(e, facts)


def _canonical_sign(e, facts):
    p = canonical(e, facts)
    return "+" if positive(p, facts) else "0+" if nonnegative(p, facts) else ""
