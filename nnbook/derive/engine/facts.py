"""What a proof may use: the assumptions of its statement, in the form in which rules look them up.

Every fact names its source: a range or condition of the statement's assumptions, which the scope of
the verdict prints; ``DOMAIN``, that both sides have a value, printed as far as it is open; or
``LOCAL``, the range of a bound index within its sum and what is supposed in one case of a proof by
cases. A fact from anywhere else is refused, so that no proof rests on what is not printed. ``used``
holds the sources that rules looked up.
"""

from copy import copy
from typing import NamedTuple

from sympy import Add, Expr, Ge, Gt, Le, Lt, Ne, S, Symbol, sympify
from sympy.core.relational import Relational

from ..limits import Budget
from ..words.assumptions import Assumptions, Range, assumptions
from ..words.statement import Statement, bound_symbols

LOCAL = "bound index or case"
DOMAIN = "where both sides are defined"


class UnprintedAssumption(Exception):
    """A fact that the scope would not print; this is a fault of the engine, never of its input."""


class Interval(NamedTuple):
    """``first`` ≤ symbol ≤ ``last``, either of which may be None."""

    first: Expr | None
    last: Expr | None
    source: object


class Rule(NamedTuple):
    """An equation given, as what to put for an atom, at all values of the wildcards."""

    pattern: Expr
    replacement: Expr
    wildcards: tuple
    bounds: tuple[Relational, ...]
    source: object


class Sign(NamedTuple):
    """An expression whose sign is known, at all values of the wildcards."""

    expression: Expr
    wildcards: tuple
    bounds: tuple[Relational, ...]
    source: object


class Facts:
    """What is assumed, as rules look it up; the lists are filled by :mod:`.given`."""

    def __init__(self, assumed: Assumptions, budget: Budget | None = None):
        self.assumed = assumed
        self.ranges: dict[Symbol, list[Interval]] = {}
        self.rules: list[Rule] = []
        self.symmetries: list[Rule] = []
        self.positive: list[Sign] = []
        self.nonnegative: list[Sign] = []
        self.nonzero: list[Sign] = []
        self.memo: dict = {}
        self.used: set = set()
        self.budget = budget or Budget()
        for r in assumed.ranges:
            self.bound(r.symbol, r.first, r.last, r)
        for c in assumed.conditions:
            if not c.quantified:
                self.read_bound(c.relation, c)

    def supposing(self, **facts) -> "Facts":
        """These facts with further ones of a case, such as ``positive=[Sign(…)]``."""
        made = copy(self)
        made.memo, made.ranges = {}, {s: list(known) for s, known in self.ranges.items()}
        for name in ("rules", "symmetries", "positive", "nonnegative", "nonzero"):
            more = map(self._sourced, facts.get(name, ()))
            setattr(made, name, [*more, *getattr(self, name)])
        return made

    def enter(self, name: str, fact):
        """Enters a rule or a sign under the name of its list."""
        getattr(self, name).append(self._sourced(fact))

    def _sourced(self, fact):
        if fact.source not in (LOCAL, DOMAIN) and fact.source not in self.assumed:
            raise UnprintedAssumption(f"{fact} rests on {fact.source!r}, which is not in the scope")
        return fact

    def use(self, fact):
        """Takes note that a rule used a fact; returns it."""
        self.used.add(fact.source)
        return fact

    # Ranges of integers

    def bound(self, symbol, first, last, source=LOCAL):
        """Notes that a symbol lies between first and last, either of which may be None."""
        first, last = (None if x is None else sympify(x) for x in (first, last))
        interval = self._sourced(Interval(first, last, source))
        known = self.ranges.setdefault(symbol, [])
        if interval not in known:
            known.append(interval)

    def read_bound(self, relation, source, only=None):
        """Takes ``m <= j`` and ``j < n`` of integers as ends of ranges, of all or of one symbol."""
        if not isinstance(relation, Lt | Le | Gt | Ge):
            return
        low, high = relation.args if isinstance(relation, Lt | Le) else relation.args[::-1]
        strict = 1 if isinstance(relation, Lt | Gt) else 0
        if low.is_integer and high.is_integer:
            if low.is_Symbol and only in (None, low):
                self.bound(low, None, high - strict, source)
            if high.is_Symbol and only in (None, high):
                self.bound(high, low + strict, None, source)

    def at_least_zero(self, x) -> bool:
        """Whether an integer expression is ≥ 0 by the ranges of its symbols; False if unsure."""
        return self._at_least_zero(x, frozenset())

    def _at_least_zero(self, x, replaced) -> bool:
        x = x.expand()
        if x.is_nonnegative is not None:   # by what the symbols assume
            return x.is_nonnegative
        if _least(x) >= 0:
            return True
        for term in Add.make_args(x):   # a symbol by an end of its range, which may cancel others
            coefficient, symbol = term.as_coeff_Mul()
            if symbol in replaced or len(replaced) > 6:
                continue
            for interval in self.ranges.get(symbol, ()):
                end = interval.first if coefficient > 0 else interval.last
                if end is not None and self._at_least_zero(x - term + coefficient * end,
                                                           replaced | {symbol}):
                    self.use(interval)
                    return True
        return False

    def holds(self, relation) -> bool:
        """Whether a comparison of integers certainly holds; False if unsure."""
        if relation in (True, False):
            return bool(relation)
        difference = relation.lhs - relation.rhs
        if not difference.is_integer:
            return False
        if isinstance(relation, Ne):
            return self.at_least_zero(difference - 1) or self.at_least_zero(-difference - 1) \
                or self._given_not_zero(difference)
        return {
            Gt: lambda: self.at_least_zero(difference - 1),
            Ge: lambda: self.at_least_zero(difference),
            Lt: lambda: self.at_least_zero(-difference - 1),
            Le: lambda: self.at_least_zero(-difference),
        }.get(relation.func, lambda: difference.expand() == 0)()

    def _given_not_zero(self, difference) -> bool:
        for fact in self.nonzero:
            if not fact.wildcards and 0 in ((difference - fact.expression).expand(),
                                            (difference + fact.expression).expand()):
                return bool(self.use(fact))
        return False

    def within(self, value, symbol) -> bool:
        """Whether a value certainly lies in the range of a quantified index."""
        own = [i for i in self.ranges.get(symbol, ()) if isinstance(i.source, Range)]
        return bool(value.is_integer) and all(
            self.at_least_zero(value - i.first) and self.at_least_zero(i.last - value)
            and bool(self.use(i)) for i in own)


def _least(x):
    """A lower bound of a sum of integers, by what its symbols assume."""
    least = S.Zero
    for term in Add.make_args(x):
        coefficient, symbol = term.as_coeff_Mul()
        if term.is_Rational:
            least += term
        elif coefficient > 0 and symbol.is_integer and symbol.is_positive:
            least += coefficient
        elif not (coefficient > 0 and symbol.is_nonnegative):
            return S.NegativeInfinity
    return least


def facts_of(statement: Statement, budget: Budget | None = None) -> Facts:
    """The facts of a statement that was read."""
    return Facts(assumed_in(statement), budget)


def assumed_in(statement: Statement, everywhere=()) -> Assumptions:
    """What a statement assumes; its other lines count as mentioned."""
    return assumptions((*statement.sides, *statement.mentions), statement.given, everywhere,
                       statement.ranges)


__all__ = ["DOMAIN", "LOCAL", "Facts", "Interval", "Range", "Rule", "Sign",
           "UnprintedAssumption", "assumed_in", "bound_symbols", "facts_of"]
