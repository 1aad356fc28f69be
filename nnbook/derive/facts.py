"""What a proof may take for granted: the ranges of indices and the conditions given.

The facts are part of the statement: :meth:`Facts.describe` says them in words, and a verdict
prints them.
"""

from itertools import product

from sympy import (
    Add,
    And,
    Eq,
    Ge,
    Gt,
    Idx,
    Indexed,
    KroneckerDelta,
    Le,
    Lt,
    Mul,
    Ne,
    Product,
    S,
    Sum,
    Symbol,
    sympify,
)
from sympy.core.relational import Relational

from .language import Index, Named


def unfolded(expression):
    """The expression with every named quantity replaced by its definition, however deep."""
    while named := expression.atoms(Named):
        expression = expression.xreplace({quantity: quantity.unfold() for quantity in named})
    return expression


def bound_symbols(expression) -> set:
    return {limit[0] for s in expression.atoms(Sum, Product) for limit in s.limits}


class Facts:
    """Ranges of indices and side conditions of one statement."""

    def __init__(self, statement=(), given=()):
        self.given = tuple(_flat(given))
        self.ranges: dict[Symbol, list[tuple]] = {}
        self.rules: list[tuple] = []       # (pattern, replacement, wildcards)
        self.positive: list[tuple] = []    # (expression > 0, wildcards)
        self.nonzero: list[tuple] = []     # (expression != 0, wildcards)
        self.memo: dict = {}
        self.statement = [unfolded(sympify(e)) for e in (*statement, *self.given)]
        self.sizes: set[Symbol] = set()
        for expression in self.statement:
            self._read_ranges(expression)

    # Ranges

    def _read_ranges(self, expression):
        bound = bound_symbols(expression)
        used_as: dict[tuple, list] = {}   # (tensor, slot) -> ranges over which the slot is summed
        limits = {}
        for s in expression.atoms(Sum, Product):
            for k, first, last in s.limits:
                limits[k] = (first, last)
                self.sizes |= {x for x in (first + last).free_symbols if x not in bound}
        entries = sorted(expression.atoms(Indexed), key=str)
        for entry in entries:
            for slot, i in enumerate(entry.indices):
                if entry.base.shape:
                    self.sizes |= entry.base.shape[slot].free_symbols
                if i in limits:
                    used_as.setdefault((entry.base, slot), []).append(limits[i])
        for entry in entries:
            for slot, i in enumerate(entry.indices):
                if not isinstance(i, Symbol | Idx) or i in bound | self.sizes \
                        or isinstance(i, Index):
                    continue
                if entry.base.shape:
                    self.add_range(i, 1, entry.base.shape[slot])
                for first, last in used_as.get((entry.base, slot), ()):
                    if not (first + last).free_symbols & bound:
                        self.add_range(i, first, last)
        for symbol in expression.atoms(Index) - bound:
            self.add_range(symbol, 1, symbol.size)
            self.sizes |= symbol.size.free_symbols
        for symbol in expression.atoms(Idx):
            if symbol.lower is not None and symbol.upper is not None:
                self.add_range(symbol, symbol.lower, symbol.upper)
        for d in expression.atoms(KroneckerDelta):   # an index compared with a bound one
            for i, k in (d.args, d.args[::-1]):
                if k in limits and i.is_Symbol and i not in bound and i not in self.ranges:
                    first, last = limits[k]
                    if not (first + last).free_symbols & bound:
                        self.add_range(i, first, last)
        for condition in self.given:
            self._read_bound(condition)

    def _read_bound(self, condition):
        """Takes ``1 <= j`` and ``j <= K`` of integer symbols as ranges."""
        if isinstance(condition, Gt | Ge):
            condition = condition.reversed
        if isinstance(condition, Lt | Le):
            low, high = condition.args
            strict = 1 if isinstance(condition, Lt) else 0
            if low.is_Symbol and low.is_integer and high.is_integer:
                self.add_range(low, None, high - strict)
            if high.is_Symbol and high.is_integer and low.is_integer:
                self.add_range(high, low + strict, None)

    def add_range(self, symbol, first, last):
        known = self.ranges.setdefault(symbol, [])
        pair = (None if first is None else sympify(first), None if last is None else sympify(last))
        if pair not in known:
            known.append(pair)

    def nonnegative(self, x) -> bool:
        """Whether an integer expression is ≥ 0 by the ranges of its indices; False if unsure."""
        x = x.expand()
        if x.is_Integer or x.is_nonnegative:
            return bool(x >= 0)
        for term in Add.make_args(x):   # an index by its range: this may cancel a size
            coefficient, symbol = term.as_coeff_Mul()
            bounds = [pair[0 if coefficient > 0 else 1] for pair in self.ranges.get(symbol, ())]
            bounds = [bound for bound in bounds if bound is not None]
            if bounds:
                return any(self.nonnegative(x - term + coefficient * bound) for bound in bounds)
        least = S.Zero
        for term in Add.make_args(x):   # what is left are sizes
            coefficient, symbol = term.as_coeff_Mul()
            if term.is_Rational:
                least += term
            elif coefficient > 0 and (symbol in self.sizes or symbol.is_positive):
                least += coefficient
            elif not (coefficient > 0 and symbol.is_nonnegative):
                return False
        return bool(least >= 0)

    def symbols(self) -> tuple[list, list, list]:
        """The sizes, the free indices and the other symbols of the statement, each sorted."""
        free = set().union(*(e.free_symbols - bound_symbols(e) for e in self.statement), set())
        entries = {x for x in free if isinstance(x, Indexed)}
        others = free - entries - {x.base.label for x in entries} - self.sizes
        indices = {s for s in others if s in self.ranges}
        return tuple(sorted(group, key=str) for group in (
            {s for s in self.sizes if s.is_Symbol}, indices, others - indices))

    # Conditions: filled in by `canonical`, which can bring them to canonical form

    def conditions(self):
        for condition in self.given:
            if isinstance(condition, Eq | Ne | Gt | Lt | Ge | Le):
                yield condition

    def wildcards(self, expression) -> tuple:
        """The indices over which a condition holds for all values: its free indices."""
        return tuple(s for s in sorted(expression.free_symbols, key=str)
                     if isinstance(s, Index) or (s in self.ranges and s not in self.sizes
                                                 and s.is_integer and not _is_size(s, expression)))

    def match(self, pattern, expression, wildcards):
        """Values of the wildcards at which the pattern is the expression, or None."""
        return _unify(pattern, expression, set(wildcards), {})


def _is_size(symbol, expression) -> bool:
    return any(symbol in (limit[1] + limit[2]).free_symbols
               for s in expression.atoms(Sum, Product) for limit in s.limits)


def _flat(given):
    if isinstance(given, Relational | And) or given in (True, False):
        given = (given,)
    for condition in given:
        if isinstance(condition, And):
            yield from _flat(condition.args)
        elif condition == True:  # noqa: E712  (a SymPy truth value)
            continue
        elif isinstance(condition, Relational):
            yield condition
        else:
            raise TypeError("given: expected relations such as Eq(a, b) or a > 0, "
                            f"got {condition!r}")


def _unify(pattern, expression, wildcards, bound):
    if pattern in wildcards:
        if pattern in bound:
            return bound if bound[pattern] == expression else None
        return {**bound, pattern: expression}
    if not pattern.args or not expression.args:
        return bound if pattern == expression else None
    if pattern.func != expression.func or len(pattern.args) != len(expression.args):
        return None
    if not pattern.free_symbols & wildcards:
        return bound if pattern == expression else None
    if isinstance(pattern, Add | Mul) and len(pattern.args) <= 4:
        orders = _orders(expression.args)
    else:
        orders = (expression.args,)
    for order in orders:
        found = bound
        for a, b in zip(pattern.args, order, strict=True):
            found = _unify(a, b, wildcards, found)
            if found is None:
                break
        else:
            return found
    return None


def _orders(args):
    return (order for order in product(args, repeat=len(args)) if len(set(order)) == len(args))
