"""What an induction may run on: an integer that takes every value from a first one on.

A symbol that is declared even, or otherwise more than an integer above or from 0, is not followed
by t + 1. A condition on t says other things at t + 1, unless it is an end of t itself or holds for
all values of an index *up to* t: what is given at t + 1 then includes what is given at t. The same
of a free index q up to t: for one q, the statement is about all t from q on, and q is the first.
"""

from dataclasses import dataclass

from sympy import Dummy, Ge, Gt, Indexed, IndexedBase, Integer, Le, Lt, Product, Sum, Symbol

from ..words.statement import bound_symbols, put_in
from .facts import Facts, assumed_in


@dataclass(frozen=True)
class Stepped:
    """A symbol that takes every value from ``first`` on, up to each of ``lasts``."""

    symbol: Symbol
    first: object
    lasts: tuple = ()

    def put(self, after: bool) -> dict:
        """The symbol as its next value, or as its first."""
        return {self.symbol: self.symbol + 1 if after else self.first}

    def allows(self, condition, index, after: bool, facts) -> bool:
        """Whether a condition given for all values of an index is given for that of the symbol.

        That is t + 1 when the statement is at t + 1, and the first value when it is at the first.
        """
        at = self.put(after)
        value, ranges = at[self.symbol], facts.assumed.ranges_of(index)
        ends = [(r.first, put_in(r.last, at)) for r in ranges]
        return all(facts.at_least_zero(value - a) and facts.at_least_zero(b - value)
                   for a, b in ends) \
            and all(facts.holds(put_in(put_in(c, at), {index: value})) for c in condition.bounds)


def sizes_to_induce_on(statement) -> list[Stepped]:
    """The symbols of bounds and indices on which an induction may run."""
    assumed = assumed_in(statement)
    difference = statement.lhs - statement.rhs
    found = []
    for t in sorted(_candidates(difference) - bound_symbols(difference), key=str):
        made = _stepped(t, assumed)
        if made is not None:
            found.append(made)
    return sorted(found, key=lambda made: bool(made.lasts))   # sizes before indices


def _candidates(difference) -> set:
    """Symbols in bounds of sums, and in indices of entries."""
    found = {x for s in difference.atoms(Sum, Product) for _, *ends in s.limits
             for end in ends for x in end.free_symbols}
    return found | {x for entry in difference.atoms(Indexed) for i in entry.indices
                    for x in i.free_symbols if isinstance(x, Symbol)}


def _stepped(t, assumed) -> Stepped | None:
    """The symbol with its ends; None if something else is assumed of it."""
    least = next((least for least, kind in _STEPPED if t.assumptions0 == kind), None)
    if least is None and t.assumptions0 != _INTEGER:
        return None
    firsts, lasts = [] if least is None else [least], []
    free = set(assumed.symbols)
    for r in assumed.ranges:
        if r.symbol == t:
            firsts.append(r.first)
            lasts.append(r.last)
        elif r.symbol in free and r.last == t and not r.first.has(t):
            firsts.append(r.symbol)   # a free index up to t
        elif r.first.has(t) or (r.last.has(t) and (r.symbol in free or not _grows(r.last, t))):
            return None
    for c in assumed.conditions:
        if not c.quantified:
            ends = _ends(c.relation, t)
            if ends is None:
                return None
            firsts += ends[0]
            lasts += ends[1]
        elif t in _spoken(c.relation) or any(not _up_to(b, c.quantified, t) for b in c.bounds):
            return None
    first = _largest(list(dict.fromkeys(firsts)), assumed)
    return None if first is None else Stepped(t, first, tuple(dict.fromkeys(lasts)))


def _spoken(relation) -> set:
    """The symbols that a condition is about; shapes only say where its entries are."""
    plain = {b: IndexedBase(b.label) for b in relation.atoms(IndexedBase)}
    return {s for s in relation.xreplace(plain).free_symbols if isinstance(s, Symbol)}


def _grows(last, t) -> bool:
    return bool((put_in(last, {t: t + 1}) - last).expand().is_nonnegative)


def _up_to(bound, quantified, t) -> bool:
    """Whether a bound of a quantifier allows at t + 1 what it allows at t."""
    if not bound.has(t):
        return True
    if not isinstance(bound, Lt | Le | Gt | Ge):
        return False
    low, high = bound.args if isinstance(bound, Lt | Le) else bound.args[::-1]
    return low in quantified and _grows(high, t)


def _ends(relation, t) -> tuple | None:
    """(lower ends, upper ends) that a condition sets to t; None if it says something else of it."""
    if not relation.has(t):
        return [], []
    if not isinstance(relation, Lt | Le | Gt | Ge):
        return None
    low, high = relation.args if isinstance(relation, Lt | Le) else relation.args[::-1]
    strict = 1 if isinstance(relation, Lt | Gt) else 0
    other = low if high == t else high
    if t not in (low, high) or other.has(t) or not other.is_integer:
        return None
    return ([low + strict], []) if high == t else ([], [high - strict])


def _largest(firsts, assumed):
    """The largest of the lower ends, as far as that can be told; None if there is none."""
    facts = Facts(assumed)
    return next((a for a in firsts if all(facts.at_least_zero(a - b) for b in firsts)), None)


_INTEGER = Dummy(integer=True).assumptions0
_STEPPED = [(Integer(1), Dummy(integer=True, positive=True).assumptions0),
            (Integer(0), Dummy(integer=True, nonnegative=True).assumptions0)]
