"""For what a statement is claimed, in words: everything that is assumed, and nothing else."""

from sympy import (
    Abs,
    Derivative,
    Eq,
    Function,
    Heaviside,
    Indexed,
    Max,
    Min,
    Piecewise,
    Product,
    Sum,
    sign,
)

from .assumptions import Assumptions, Condition, functions_of, tensors_of
from .language import Index, Partial
from .random import Expectation

_KINKED = (Abs, Max, Min, Piecewise, sign, Heaviside)
_KINDS = ("prime", "composite", "even", "odd", "irrational", "transcendental")
_SIGNS = ("zero", "positive", "negative", "nonnegative", "nonpositive", "nonzero")


def describe(assumed: Assumptions, show=str) -> str:
    """The scope of a statement; ``show`` writes a symbol or a condition, as text or as LaTeX."""
    symbols = [s for s in assumed.symbols if not isinstance(s, Index)]
    ranged = [s for s in symbols if assumed.ranges_of(s)]
    counts = _counts(assumed)
    sizes = [s for s in symbols if s in counts and s not in ranged
             and kind(s) == "positive integer"]
    parts = []
    if sizes:
        parts.append(f"all sizes {_list(sizes, show)} ≥ 1")
    parts += _in_ranges([s for s in assumed.symbols if isinstance(s, Index)] + ranged, assumed,
                        show)
    others = [s for s in symbols if s not in sizes and s not in ranged]
    parts += [f"all {k} {_list(group, show)}" for k, group in _by_kind(others)]
    parts += [f"all {k} entries of {_list(group, show)}"
              for k, group in _by_kind(tensors_of(assumed.expressions)) if k != "real"]
    slopes = {d for e in assumed.expressions for d in e.atoms(Partial, Derivative)}
    if functions := functions_of(assumed.expressions):
        slope = slopes or any("'" in f.__name__ for f in functions)
        names = dict.fromkeys(Function(f.__name__.split("'")[0]) for f in functions)
        growth = " of moderate growth" if any(e.has(Expectation) for e in assumed.expressions) \
            else ""
        smooth = "smooth " if slope or growth else ""
        parts.append(f"all {smooth}functions {_list(names, show)}{growth}")
    text = "for " + ", ".join(parts) if parts else ""
    if any(d.args[0].has(*_KINKED) for d in slopes):
        text += ", away from kinks"
    if assumed.conditions:
        text += (", " if text else "") + "given " \
            + ", ".join(condition(c, assumed, show) for c in assumed.conditions)
    if _differentiated(assumed, slopes):
        text += ", put in after differentiating"
    return text


def condition(c: Condition, assumed: Assumptions, show=str) -> str:
    """A condition, and for which values of its indices it holds."""
    text = relation(c.relation, show)
    if c.quantified:
        where = _in_ranges([s for s in c.quantified if assumed.ranges_of(s)], assumed, show)
        if free := [s for s in c.quantified if not assumed.ranges_of(s)]:
            where.append(f"all {'' if c.bounds else 'integer '}{_list(free, show)}")
        text += " for " + ", ".join(where)
    if c.bounds:
        text += " with " + ", ".join(relation(b, show) for b in c.bounds)
    return text


def relation(c, show=str) -> str:
    """A relation as text or as LaTeX."""
    if show is not str:
        return show(c)
    if not hasattr(c, "lhs"):
        return str(c)
    sign_ = "=" if isinstance(c, Eq) else getattr(c, "rel_op", "")
    return f"{c.lhs} {sign_} {c.rhs}" if sign_ else str(c)


def kind(s) -> str:
    """What a symbol assumes, in words: ``positive integer``, ``even``, ``real``."""
    found = [name for name in _KINDS if getattr(s, f"is_{name}", None)]
    sign_ = next((name for name in _SIGNS if getattr(s, f"is_{name}", None)), "")
    if s.is_prime:
        sign_ = ""
    words = [w for w in (sign_, *found) if w]
    if s.is_integer and not found:
        words.append("integer")
    if s.is_rational and not s.is_integer:
        words.append("rational")
    return " ".join(words) or "real"


def _counts(assumed) -> set:
    """The symbols in bounds of sums, in ranges and in shapes."""
    found = set().union(*(r.last.free_symbols for r in assumed.ranges), set())
    for e in [*assumed.expressions, *(c.relation for c in assumed.conditions)]:
        for s in e.atoms(Sum, Product):
            found |= set().union(*(x.free_symbols for _, *limits in s.limits for x in limits))
        for x in e.atoms(Indexed):
            found |= set().union(*(size.free_symbols for size in x.base.shape or ()), set())
    return found


def _in_ranges(symbols, assumed, show) -> list[str]:
    """``all i, a from 1 to n``, a part for each range."""
    groups: dict[tuple, list] = {}
    for s in symbols:
        ends = tuple((r.first, r.last) for r in assumed.ranges_of(s))
        groups.setdefault(ends, []).append(s)
    return [f"all {_list(group, show)} "
            + " and ".join(_ends(first, last, group, show) for first, last in ends)
            for ends, group in groups.items()]


def _ends(first, last, group, show) -> str:
    return f"from {show(first)}" + ("" if last in group else f" to {show(last)}")


def _differentiated(assumed, slopes) -> bool:
    """Whether an equation given speaks of what is differentiated by."""
    by = {v for d in slopes for v in (d.variables if isinstance(d, Derivative) else (d.args[1],))}
    names = {v.base if isinstance(v, Indexed) else v for v in by}
    return any(isinstance(c.relation, Eq) and (c.relation.atoms(*map(type, names)) & names)
               for c in assumed.conditions if names)


def _list(things, show) -> str:
    return ", ".join(show(thing) for thing in things)


def _by_kind(symbols):
    kinds: dict[str, list] = {}
    for s in symbols:
        kinds.setdefault(kind(s), []).append(s)
    return kinds.items()
