"""How a derivative is worked out, line by line: one rule of calculus at a time."""

from sympy import (
    Add,
    Expr,
    Function,
    Indexed,
    KroneckerDelta,
    Mul,
    Pow,
    S,
    Sum,
    Symbol,
    evaluate,
    factor_terms,
)
from sympy.core.function import AppliedUndef
from sympy.core.parameters import distribute

from ..engine.calculus import _collapsed_term, _renamed, derivative, slope_of
from ..engine.facts import Facts
from ..words.assumptions import assumptions
from ..words.language import Named, Partial
from ..words.statement import apart, bound_symbols, unfolded

LINES = 14   # of one derivation


def worked_out(function: Expr, by: Expr) -> list[tuple[Expr, str]]:
    """Lines equal to ∂function/∂by, each with its reason; the last has no derivative left.

    >>> from nnbook.derive import reals
    >>> x = reals("x")
    >>> for line, reason in worked_out((x - 1) ** 2, x):
    ...     print(line, "|", reason)
    2*(x - 1)*d(x - 1)/d(x) | power rule, chain rule
    2*(x - 1) | term by term
    """
    with evaluate(True), distribute(False):   # 2 (a + b) stays as it is
        taken = set().union(*(e.free_symbols | bound_symbols(e)
                              for e in (unfolded(function), by)))
        facts = Facts(assumptions([unfolded(function), by]))
        line, lines = Partial(apart(evaluated(function), taken), by), []
        while line.has(Partial) and len(lines) < LINES:
            reasons: list[str] = []
            line = _round(line, reasons)
            if line != (picked := _picked(line, facts)):
                line = picked
                reasons.append("the delta picks one term")
            lines.append((line, ", ".join(dict.fromkeys(reasons))))
        end = derivative(function, by)
        best = min((line, factor_terms(line), end, factor_terms(end)),
                   key=lambda e: (e.has(Partial), e.count_ops()))
        if best != line:
            lines.append((best, "collected"))
        return [(_renamed(each), reason) for each, reason in lines]


def in_order(e):
    r"""The expression with positive terms before negative ones, for print.

    >>> from nnbook.derive import latex_of, reals
    >>> mu, x = reals("mu x")
    >>> print(latex_of(in_order(-mu + x)))
    x - \mu
    """
    if not e.args or isinstance(e, Indexed | Named):
        return e
    parts = [in_order(a) if isinstance(a, Expr) else a for a in e.args]
    if isinstance(e, Add):
        parts.sort(key=lambda a: a.could_extract_minus_sign())
    with evaluate(False):
        return e.func(*parts)


def _picked(e, facts):
    """Sums that a delta ends, as the one term that is left."""
    if not e.has(KroneckerDelta) or isinstance(e, KroneckerDelta | Indexed | Named):
        return e
    e = e.func(*(_picked(a, facts) for a in e.args))
    if not isinstance(e, Sum) or e.has(Partial):
        return e
    for k, first, last in e.limits:
        facts.bound(k, first, last)
    terms = Add.make_args(e.function)
    if not any(t.has(KroneckerDelta) for t in terms):
        return e
    return Add(*(_collapsed_term(t, list(e.limits), facts) for t in terms))


def evaluated(e):
    """The expression with what SymPy works out by itself worked out; derivatives stay."""
    if not e.args or isinstance(e, Indexed):
        return e
    if isinstance(e, Named):
        return Named(*e.args[:2], *map(evaluated, e.indices))
    return e.func(*map(evaluated, e.args))


def _round(e, reasons):
    """Every outermost derivative by one rule."""
    if isinstance(e, Partial):
        function, by = e.args
        if function.has(Partial):
            inner = _round(function, reasons)
            return Partial(inner, by)
        return _rule(function, by, reasons)
    if not e.has(Partial):
        return e
    return e.func(*(_round(a, reasons) for a in e.args))


def _d(f, x):
    """∂f/∂x, worked out where it is plain."""
    if not _depends(f, x):
        return S.Zero
    if isinstance(f, Symbol | Indexed):
        return slope_of(f, x)
    return Partial(f, x)


def _depends(f, x) -> bool:
    f = unfolded(f)
    if isinstance(x, Indexed):
        return any(entry.base == x.base for entry in f.atoms(Indexed))
    return x in f.free_symbols


def _rule(f, x, reasons):
    """∂f/∂x by the rule for f, with the derivatives of its parts left to the next line."""
    if not _depends(f, x):
        reasons.append("a constant")
        return S.Zero
    if isinstance(f, Named):
        reasons.append(f"what {f.label} stands for")
        body = f.unfold()
        return Partial(evaluated(body), x)
    if isinstance(f, Add):
        reasons.append("term by term")
        return Add(*(_d(a, x) for a in f.args))
    if isinstance(f, Mul):
        return _product(f, x, reasons)
    if isinstance(f, Pow) and not _depends(f.exp, x):
        inner = _d(f.base, x)
        reasons.append("power rule" if not inner.has(Partial) else "power rule, chain rule")
        return f.exp * f.base ** (f.exp - 1) * inner
    if isinstance(f, Sum):
        reasons.append("under the sum")
        return Sum(_d(f.function, x), *f.limits)
    if isinstance(f, Function) and not isinstance(f, AppliedUndef) and len(f.args) == 1 \
            and f.args[0] != x:
        return _chain(f, x, reasons)
    reasons.append("known slope")
    return slope_of(f, x)


def _product(f, x, reasons):
    """Constants stay; of the rest the product rule, or the quotient rule."""
    fixed = [a for a in f.args if not _depends(a, x)]
    moving = [a for a in f.args if _depends(a, x)]
    if len(moving) == 1:
        reasons.append("constant factors")
        return Mul(*fixed, _d(moving[0], x))
    below = [a for a in moving if isinstance(a, Pow) and a.exp.is_Number and a.exp < 0]
    above = [a for a in moving if a not in below]
    if below and above:
        reasons.append("quotient rule")
        n, d = Mul(*above), Mul(*(Pow(a.base, -a.exp) for a in below))
        return Mul(*fixed, Add(_d(n, x) * d, -n * _d(d, x)), Pow(d, -2))
    reasons.append("product rule")
    return Mul(*fixed, Add(*(Mul(*moving[:p], _d(a, x), *moving[p + 1:])
                             for p, a in enumerate(moving))))


def _chain(f, x, reasons):
    """f(g)' = f'(g) g'."""
    inside = f.args[0]
    stand_in = Symbol("_inside", real=True)
    outer = slope_of(f.func(stand_in), stand_in)
    reasons.append("chain rule")
    return outer.xreplace({stand_in: inside}) * _d(inside, x)
