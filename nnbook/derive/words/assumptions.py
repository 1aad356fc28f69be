"""What a statement assumes, read from it once, by these rules:

1. A symbol stands for every number that its own assumptions allow (``positive=True``). Without any
   it is real; where it counts (as an index, or in the bound of a sum) it is an integer.
   Nothing else is known of it: the n of ``Sum(…, (k, 1, n))`` may be 0 or negative unless it is
   declared positive, as :func:`nnbook.derive.sizes` does, or a condition says so.
2. A symbol made by ``index(name, n)`` lies between 1 and n, and an index of a tensor that has a
   shape between 1 and the size of that axis (where n is the size, ``x[n]`` says n ≥ 1).
3. Every condition given holds. An index of an entry in a condition that the equation itself does
   not mention is *quantified*: the condition holds for all its values, those of rule 2 narrowed by
   every comparison given that names it: ``[Eq(W[a, b], 0), Ne(a, b)]`` says that W is zero off its
   diagonal, and nothing of the diagonal. All other symbols of a condition are particular values.

The result is immutable. It is printed whole as the scope of a verdict, and it is all that a proof
may use; the numeric check reads the statement by itself.
"""

from dataclasses import dataclass

from sympy import Expr, Indexed, S, Symbol
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

from .language import Index
from .statement import bound_symbols, slope_indices


@dataclass(frozen=True)
class Range:
    """``first`` ≤ ``symbol`` ≤ ``last``, by the symbol's own making or by the shape of a tensor."""

    symbol: Symbol
    first: Expr
    last: Expr


@dataclass(frozen=True)
class Condition:
    """A relation that holds for all values of the ``quantified`` indices at which ``bounds`` hold.

    Without quantified indices it holds of the one value of each of its symbols.
    """

    relation: Relational
    quantified: tuple[Symbol, ...] = ()
    bounds: tuple[Relational, ...] = ()


@dataclass(frozen=True)
class Assumptions:
    """Everything that is assumed in a statement: see the rules at the head of the module."""

    expressions: tuple[Expr, ...]
    symbols: tuple[Symbol, ...]
    ranges: tuple[Range, ...]
    conditions: tuple[Condition, ...]

    def __contains__(self, source) -> bool:
        return source in self.ranges or source in self.conditions

    def ranges_of(self, symbol) -> list[Range]:
        """The ranges in which a symbol lies; none for a symbol of any value."""
        return [r for r in self.ranges if r.symbol == symbol]


def assumptions(expressions, given=(), everywhere=(), ranges=None) -> Assumptions:
    """Reads what a statement assumes.

    Parameters
    ----------
    expressions
        All that is claimed to be equal, unfolded.
    given
        The conditions, a list of relations, unfolded.
    everywhere
        Indices of the expressions that are quantified all the same.
    ranges
        Ranges that came with symbols of other makes: ``{symbol: (first, last)}``.
    """
    expressions = tuple(expressions)
    particular = set().union(*(_symbols(e) for e in expressions), set()) - set(everywhere)
    entries = {x for c in given for x in c.atoms(Indexed)}
    subscripts = {s for x in entries for i in x.indices for s in i.atoms(Symbol)}
    bound = set().union(*(bound_symbols(c) for c in given), set())
    sizes = {s for x in entries for size in x.base.shape or () for s in size.free_symbols}
    quantified = subscripts - bound - particular - sizes
    comparisons = [c for c in given if not c.atoms(Indexed) and c.free_symbols & quantified]
    conditions = tuple(_condition(c, quantified, comparisons)
                       for c in given if c not in comparisons)
    everything = [*expressions, *given]
    symbols = set().union(*(_symbols(e) for e in everything), set()) - quantified - set(everywhere)
    found = [Range(s, first, last) for s, (first, last) in (ranges or {}).items()]
    for e in everything:
        found += _ranges(e)
    return Assumptions(expressions, tuple(sorted(symbols, key=str)), tuple(dict.fromkeys(found)),
                       conditions)


def _condition(relation, quantified, comparisons) -> Condition:
    """The condition with its quantifier: comparisons of its indices, and of theirs in turn."""
    own, bounds = relation.free_symbols & quantified, []
    while more := [c for c in comparisons if c not in bounds and c.free_symbols & own]:
        bounds += more
        own |= set().union(*(c.free_symbols & quantified for c in more))
    bounds = tuple(c for c in comparisons if c in bounds)
    return Condition(relation, tuple(sorted(own, key=str)), bounds)


def _symbols(e) -> set:
    """The free symbols of an expression, those of sizes and shapes included."""
    names = {x.base.label for x in e.atoms(Indexed)}
    found = {s for s in e.free_symbols if isinstance(s, Symbol)} - names
    found |= set().union(*(i.free_symbols for i in slope_indices(e))) - bound_symbols(e)
    for s in e.atoms(Index):
        found |= s.size.free_symbols
    for x in e.atoms(Indexed):
        found |= set().union(*(size.free_symbols for size in x.base.shape or ()), set())
    return found


def _ranges(e):
    """The ranges of the indices that an expression leaves free."""
    bound = bound_symbols(e)
    for s in sorted(e.atoms(Index) - bound, key=str):
        yield Range(s, S.One, s.size)
    for entry in sorted(e.atoms(Indexed), key=str):
        for i, size in zip(entry.indices, entry.base.shape or (), strict=False):
            if i.is_Symbol and i not in bound and not isinstance(i, Index) \
                    and (i not in size.free_symbols or (i == size and not i.is_positive)):
                yield Range(i, S.One, size)


def functions_of(expressions) -> list:
    """The unknown functions in expressions, by name."""
    return sorted({f.func for e in expressions for f in e.atoms(AppliedUndef)}, key=str)


def tensors_of(expressions) -> list:
    """The labels of the tensors in expressions, by name."""
    return sorted({x.base.label for e in expressions for x in e.atoms(Indexed)}, key=str)
