"""What a proof may take for granted: the ranges of indices and the conditions given.

The facts are part of the statement: a verdict prints them.
"""

from copy import copy

from sympy import (
    Abs,
    Add,
    Derivative,
    Ge,
    Gt,
    Heaviside,
    Idx,
    Indexed,
    Le,
    Lt,
    Max,
    Min,
    Piecewise,
    Product,
    S,
    Sum,
    Symbol,
    sign,
    sympify,
)

from ..words.language import Index, Partial
from ..words.statement import bound_symbols, conditions_of, unfolded

_MOST_STEPS = 150_000   # products of terms; some seconds


class GaveUp(Exception):
    """The expression is too large, or not defined, so that no proof is to be had."""


class Budget:
    """The work that a proof may take, so that it ends."""

    def __init__(self):
        self.left = _MOST_STEPS

    def spend(self, steps: int):
        self.left -= steps
        if self.left < 0:
            raise GaveUp("too many terms")


class Facts:
    """Ranges of indices and side conditions of one statement.

    Parameters
    ----------
    statement
        The expressions that the facts are about.
    given
        Conditions, as :func:`nnbook.derive.prove` takes them.
    everywhere
        Indices of the statement that run over their whole range, so that a condition with such an
        index holds for all its values; by default those that stand alone in ``statement``. Any
        other index of the statement is one particular value.
    ranges
        Further ranges, ``{symbol: (first, last)}``.
    """

    def __init__(self, statement=(), given=(), everywhere=None, ranges=None):
        self.given = tuple(conditions_of(given))
        self.ranges: dict[Symbol, list[tuple]] = {}
        self.rules: list[tuple] = []         # (pattern, replacement, wildcards)
        self.positive: list[tuple] = []      # (expression > 0, wildcards)
        self.nonnegatives: list[tuple] = []  # (expression ≥ 0, wildcards)
        self.nonzero: list[tuple] = []       # (expression ≠ 0, wildcards)
        self.memo: dict = {}
        self.budget = Budget()
        sides = [unfolded(sympify(e)) for e in statement]
        self.statement = [*sides, *(unfolded(c) for c in self.given)]
        if everywhere is None:
            everywhere = [e for e in sides if e.is_Symbol]
        self.particular = free_symbols(sides) - set(everywhere)
        self.sizes: set[Symbol] = set()
        for symbol, (first, last) in (ranges or {}).items():
            self.add_range(symbol, first, last)
        for expression in self.statement:
            self._read_ranges(expression)
        for condition in self.given:
            self._read_bound(condition)

    def supposing(self, **conditions) -> "Facts":
        """These facts with further conditions, such as ``positive=[(expression, wildcards)]``."""
        made = copy(self)
        made.memo, made.ranges = {}, {s: list(pairs) for s, pairs in self.ranges.items()}
        for name, more in conditions.items():
            setattr(made, name, [*more, *getattr(self, name)])
        return made

    # Ranges

    def _read_ranges(self, expression):
        bound = bound_symbols(expression)
        limits = {k: (first, last) for s in expression.atoms(Sum, Product)
                  for k, first, last in s.limits}
        for first, last in limits.values():
            self.sizes |= {x for x in (first + last).free_symbols - bound if may_be_size(x)}
        for symbol in expression.atoms(Index):
            self.sizes |= {x for x in symbol.size.free_symbols if may_be_size(x)}
            if symbol not in bound:
                self.add_range(symbol, 1, symbol.size)
        for symbol in expression.atoms(Idx) - bound:
            if symbol.lower is not None and symbol.upper is not None:
                self.add_range(symbol, symbol.lower, symbol.upper)
        self._read_entries(expression, bound, limits)

    def _read_entries(self, expression, bound, limits):
        """A free index of a tensor lies in the range of that axis: its size, or that of a sum."""
        entries = sorted(expression.atoms(Indexed), key=str)
        summed: dict[tuple, list] = {}   # (tensor, slot) -> ranges over which it is summed
        for entry in entries:
            for slot, i in enumerate(entry.indices):
                if entry.base.shape:
                    self.sizes |= entry.base.shape[slot].free_symbols
                if i in limits:
                    summed.setdefault((entry.base, slot), []).append(limits[i])
        for entry in entries:
            for slot, i in enumerate(entry.indices):
                if not i.is_Symbol or i in bound | self.sizes | set(self.ranges):
                    continue
                if entry.base.shape:
                    self.add_range(i, 1, entry.base.shape[slot])
                for first, last in summed.get((entry.base, slot), ()):
                    if not (first + last).free_symbols & bound:
                        self.add_range(i, first, last)

    def _read_bound(self, condition):
        """Takes ``1 <= j`` and ``j <= K`` of integer symbols as ranges."""
        if isinstance(condition, Gt | Ge):
            condition = condition.reversed
        if isinstance(condition, Lt | Le):
            low, high = condition.args
            strict = 1 if isinstance(condition, Lt) else 0
            if low.is_Symbol and low.is_integer and high.is_integer:
                self.add_range(low, None, high - strict)
            if high.is_Symbol and high.is_integer and low.is_Integer:
                self.add_range(high, low + strict, None)

    def add_range(self, symbol, first, last):
        """Notes that the symbol lies between first and last, either of which may be None."""
        known = self.ranges.setdefault(symbol, [])
        pair = (None if first is None else sympify(first), None if last is None else sympify(last))
        if pair not in known:
            known.append(pair)

    def nonnegative(self, x) -> bool:
        """Whether an integer expression is ≥ 0 by the ranges of its indices; False if unsure."""
        x = x.expand()
        if x.is_nonnegative is not None:
            return x.is_nonnegative
        for term in Add.make_args(x):   # an index by its range: this may cancel a size
            coefficient, symbol = term.as_coeff_Mul()
            bounds = [pair[0 if coefficient > 0 else 1] for pair in self.ranges.get(symbol, ())]
            bounds = [bound for bound in bounds if bound is not None]
            if bounds and symbol not in self.sizes:
                return any(self.nonnegative(x - term + coefficient * bound) for bound in bounds)
        return self._least(x) >= 0

    def _least(self, x):
        """A lower bound of a sum of integers, by sizes being at least 1."""
        least = S.Zero
        for term in Add.make_args(x):
            coefficient, symbol = term.as_coeff_Mul()
            if term.is_Rational:
                least += term
            elif coefficient > 0 and self.is_size(symbol):
                least += coefficient * self._least_size(symbol)
            elif not (coefficient > 0 and symbol.is_nonnegative):
                return S.NegativeInfinity
        return least

    def is_size(self, symbol) -> bool:
        """Whether an expression is certainly an integer of at least 1."""
        return symbol in self.sizes or bool(symbol.is_integer and symbol.is_positive)

    def _least_size(self, symbol):
        """At least 1, and more if a condition such as n ≥ 3 says so."""
        return max([S.One, *(first for first, _ in self.ranges.get(symbol, ())
                             if first is not None and first.is_Integer)])

    def within(self, value, symbol) -> bool:
        """Whether a value certainly lies in the range of an index."""
        ranges = self.ranges.get(symbol, [])
        return bool(ranges) and (value.is_integer or value in self.sizes) and all(
            (first is None or self.nonnegative(value - first))
            and (last is None or self.nonnegative(last - value)) for first, last in ranges)

    # Symbols

    def symbols(self) -> tuple[list, list, list]:
        """The sizes, the free indices and the other symbols of the statement, each sorted."""
        free = free_symbols(self.statement)
        others = free - self.sizes
        indices = {s for s in others if s in self.ranges}
        return tuple(sorted(group, key=str) for group in (
            {s for s in self.sizes if s.is_Symbol}, indices, others - indices))

    def has_kinks(self) -> bool:
        """Whether the statement derives something that has kinks, at which it claims nothing."""
        return any(slope.args[0].has(Abs, Max, Min, Piecewise, sign, Heaviside)
                   for e in self.statement for slope in e.atoms(Partial, Derivative))

    def wildcards(self, condition) -> tuple:
        """The indices for all values of which a condition holds.

        These are the indices of tensor entries in it that the statement itself does not mention:
        in the statement, and in comparisons such as Ne(i, j), an index is one particular value.
        """
        condition = unfolded(condition)
        subscripts = set().union(*(i.free_symbols for entry in condition.atoms(Indexed)
                                   for i in entry.indices), set())
        return tuple(s for s in sorted(subscripts, key=str)
                     if s.is_Symbol and s in self.ranges
                     and s not in self.particular | self.sizes | bound_symbols(condition))


def free_symbols(expressions) -> set:
    """The free symbols of expressions, without the names of their tensors."""
    found = set()
    for e in expressions:
        entries = {x for x in e.free_symbols if isinstance(x, Indexed)}
        bases = {x.base.label for x in e.atoms(Indexed)}
        found |= e.free_symbols - entries - bases
    return found


def may_be_size(symbol) -> bool:
    """Whether a symbol in a bound can be taken to be at least 1."""
    return symbol.is_Symbol and symbol.is_positive is not False


__all__ = ["Facts", "bound_symbols", "free_symbols", "may_be_size", "unfolded"]
