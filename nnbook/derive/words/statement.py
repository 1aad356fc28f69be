"""Reading a statement: what may stand in one, and the form in which the engine takes it.

The engine works on real expressions with exact numbers, whose indices and bounds are integer
symbols. :func:`read` brings a reader's input to this form, or says what does not fit.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from sympy import (
    Abs,
    Add,
    And,
    Derivative,
    Dummy,
    Expr,
    Float,
    Heaviside,
    Idx,
    Indexed,
    IndexedBase,
    Integer,
    KroneckerDelta,
    Max,
    Min,
    Mul,
    Not,
    NumberSymbol,
    Or,
    Piecewise,
    Pow,
    Product,
    Rational,
    Sum,
    Symbol,
    Tuple,
    acos,
    asin,
    asinh,
    atan,
    binomial,
    cos,
    cosh,
    erf,
    exp,
    factorial,
    floor,
    gamma,
    log,
    loggamma,
    preorder_traversal,
    sign,
    sin,
    sinh,
    tan,
    tanh,
)
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.logic.boolalg import BooleanAtom

from .language import Named, Partial, no_cases_across_sums, symbolic
from .random import Expectation

_READABLE = (
    Symbol, Rational, NumberSymbol, Indexed, IndexedBase, Tuple, Add, Mul, Pow, exp, log, Sum,
    Product, KroneckerDelta, Piecewise, ExprCondPair, Max, Min, Abs, sign, Heaviside, Partial,
    Derivative, AppliedUndef, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, erf, gamma,
    loggamma, factorial, binomial, floor, Relational, And, Or, Not, BooleanAtom, Expectation,
)


@lru_cache(maxsize=4096)   # a display asks it of the same long expressions many times
def unfolded(expression):
    """The expression with every named quantity replaced by its definition, however deep."""
    while named := expression.atoms(Named):
        free = expression.free_symbols
        expression = expression.xreplace({quantity: quantity.unfold() for quantity in named})
        if escaped := {s for s in expression.free_symbols - free if s.is_Symbol and s.is_integer}:
            raise ValueError(no_cases_across_sums(escaped, sorted(named, key=str)))
    return expression


def put_in(expression, values: dict):
    """The expression with values for symbols; tensors keep their shapes, and so stay the same."""
    return expression.xreplace({**values, **{b: b for b in expression.atoms(IndexedBase)}})


def bound_symbols(expression) -> set:
    """The symbols over which the sums and products of an expression run."""
    return {limit[0] for s in expression.atoms(Sum, Product, Expectation) for limit in s.limits}


def slope_indices(e) -> set:
    """The indices of entries by which an expression is differentiated.

    SymPy does not call l free in Derivative(f, x[l]).
    """
    return {i for slope in e.atoms(Derivative) for x in slope.variables if isinstance(x, Indexed)
            for i in x.indices}


@dataclass(frozen=True)
class Statement:
    """Expressions claimed to be equal and the conditions, as the engine takes them.

    ``sides`` are those that a verdict is asked on; ``mentions`` are the other lines of the chain
    that they stand in; ``written`` are the sides with named quantities as their author has them.
    ``names`` maps the engine's symbols to the author's where they differ; ``ranges`` holds those
    that came with the symbols themselves (``Idx``).
    """

    sides: tuple[Expr, ...]
    given: tuple
    mentions: tuple[Expr, ...] = ()
    written: tuple[Expr, ...] = ()
    names: dict = field(default_factory=dict)
    ranges: dict = field(default_factory=dict)

    @property
    def lhs(self) -> Expr:
        return self.sides[0]

    @property
    def rhs(self) -> Expr:
        return self.sides[1]


def read(lhs, rhs, given=(), mentions=()) -> Statement:
    """Reads an equation and its conditions; raises TypeError or ValueError at what does not fit.

    ``mentions`` are other lines of a chain in which the equation stands.
    """
    return read_lines((lhs, rhs), given, mentions)


def read_lines(sides, given=(), mentions=()) -> Statement:
    """As :func:`read`, of all the lines of a chain."""
    written = [*sides, *mentions]
    expressions = [_expression(side) for side in written]
    relations = conditions_of(given)
    expressions, relations = ([_plain(e) for e in found] for found in (expressions, relations))
    parts = [_exact(_plain(unfolded(part))) for part in (*expressions, *relations)]
    for part in parts:
        _check(part)
    _check_labels(parts)
    renaming, ranges = _integers(parts)
    parts = [part.xreplace(renaming) for part in parts]
    free = set().union(*(part.free_symbols for part in parts))
    parts = [apart(part, free) for part in parts]
    return Statement(
        tuple(parts[:len(sides)]), tuple(parts[len(written):]),
        tuple(parts[len(sides):len(written)]),
        tuple(_exact(e).xreplace(renaming) for e in expressions[:len(sides)]),
        {new: old for old, new in renaming.items()},
        {renaming[old]: pair for old, pair in ranges.items()})


def conditions_of(given) -> list:
    """The conditions given, one by one: relations, with each And taken apart.

    >>> from sympy.abc import x, y
    >>> conditions_of((x > 0) & (y < 1))
    [x > 0, y < 1]
    """
    if not isinstance(given, Iterable) or isinstance(given, str):
        given = (given,)
    found = []
    for condition in map(symbolic, given):
        if isinstance(condition, And):
            found += sorted(conditions_of(condition.args), key=str)
        elif isinstance(condition, Relational | BooleanAtom):
            found.append(condition)
        else:
            raise TypeError("given: expected relations such as Eq(a, b), Ne(a, b) or a > 0, got "
                            f"{condition!r}")
    return [c for c in found if c != True]  # noqa: E712  (a SymPy truth value)


def apart(expression, taken):
    """The expression with new bound symbols for those that are taken, or bound further out.

    >>> from sympy import IndexedBase, Sum
    >>> from sympy.abc import k
    >>> x = IndexedBase("x")
    >>> apart(Sum(x[k], (k, 1, 3)), {k})
    Sum(x[_k], (_k, 1, 3))
    """
    if not expression.has(Sum, Product, Expectation):
        return expression
    if isinstance(expression, Expectation):   # always, so that nothing is put in for its variable
        expression = expression.apart()
    if not isinstance(expression, Sum | Product):
        return expression.func(*(apart(a, taken) for a in expression.args))
    renaming, limits, taken = {}, [], set(taken)
    for k, first, last in reversed(expression.limits):   # outer limits may occur in inner ones
        first, last = (apart(x.xreplace(renaming), taken) for x in (first, last))
        renaming[k] = Dummy(k.name, integer=True) if k in taken else k
        taken.add(renaming[k])
        limits.insert(0, (renaming[k], first, last))
    return expression.func(apart(expression.function.xreplace(renaming), taken), *limits)


def _expression(side):
    made = symbolic(side)
    if not isinstance(made, Expr) or isinstance(made, IndexedBase):
        raise TypeError(f"expected an expression, got the {type(made).__name__} {made!r}")
    return made


def _plain(part):
    """With the numbers in conditions worked out, and products that are 0 as they stand.

    Where nothing is evaluated SymPy makes (0 + 0)/1 of the 0 in a case, and stumbles over it later.
    It contradicts itself on whether ``2*0`` is even, now and then: by the order of its sets.
    """
    zeros = {m: Integer(0) for m in part.atoms(Mul) if _is_zero(m)}
    part = part.xreplace(zeros) if zeros else part
    found = {}
    for relation in part.atoms(Relational):
        numbers = {a: _worked_out(a) for a in relation.args if _is_number_as_written(a)}
        if numbers:
            found[relation] = relation.xreplace(numbers)
    return part.xreplace(found) if found else part


def _is_number_as_written(part) -> bool:
    return isinstance(part, Add | Mul | Pow) and all(x.is_Rational for x in part.atoms())


def _is_zero(product) -> bool:
    """Whether one factor is 0, and the others have a value everywhere."""
    return any(f == 0 or (_is_number_as_written(f) and _worked_out(f) == 0) for f in product.args) \
        and all(isinstance(x, Rational | Symbol | Add | Mul | Indexed | IndexedBase | Tuple)
                or (isinstance(x, Pow) and x.exp.is_Integer and x.exp > 0)
                for x in preorder_traversal(product))


def _worked_out(number):
    return number.func(*map(_worked_out, number.args)) if number.args else number


def _exact(part):
    """The shortest decimal of each float, as a fraction: 0.1 is read as 1/10."""
    return part.xreplace({f: Rational(repr(float(f)) if f._prec == 53 else str(f))
                          if 1e-300 < abs(f) < 1e300 else Rational(f)
                          for f in part.atoms(Float) if f.is_finite})


def _check(part):
    for node in preorder_traversal(part):
        if isinstance(node, Idx):
            continue
        if node.is_number and (node.is_finite is False or node.is_extended_real is False):
            raise ValueError(f"expected finite real numbers, got {node} in {part}")
        if not isinstance(node, _READABLE):
            raise TypeError(f"cannot read {type(node).__name__} in {part}; expected sums, "
                            "products, powers, exp, log, Abs, Max, Piecewise, KroneckerDelta and "
                            "the like of real symbols and tensor entries")
        if isinstance(node, Symbol) and (node.is_commutative is False
                                         or node.is_extended_real is False):
            raise TypeError(f"expected real symbols, but {node} is not real")
        if isinstance(node, KroneckerDelta) and len(node.args) > 2:
            raise ValueError(f"expected a delta of two indices, got one with a range: {node.args}")
        if isinstance(node, Derivative) and not all(n.is_Integer for _, n in node.args[1:]):
            raise TypeError(f"expected a whole number of derivatives in {node}")
        if isinstance(node, Sum | Product):
            _check_limits(node)


def _check_limits(node):
    """What a bound index assumes must be true in its whole range."""
    for limit in node.limits:
        if len(limit) != 3:
            raise TypeError(f"expected a first and a last value for each index of {node}")
        k, first, _ = limit
        if (k.is_positive and not first.is_positive) \
                or (k.is_nonnegative and not first.is_nonnegative):
            raise ValueError(f"{k} is declared "
                             f"{'positive' if k.is_positive else 'nonnegative'}, but in {node} it "
                             f"runs from {first}; use an index that is declared integer only")
        other = [name for name in ("even", "odd", "prime", "composite", "negative", "nonpositive",
                                   "zero") if getattr(k, f"is_{name}")]
        if other:
            raise ValueError(f"{k} is declared {other[0]}, but runs over all integers from {first}")


def _nodes(part):
    """All nodes outside the names of tensors."""
    walk = preorder_traversal(part)
    for node in walk:
        if isinstance(node, IndexedBase):
            walk.skip()
        else:
            yield node


def _check_labels(parts):
    labels = {entry.base.label for part in parts for entry in part.atoms(Indexed)}
    for part in parts:
        for node in _nodes(part):
            if node in labels:
                raise ValueError(f"{node} is both a tensor and a number; rename one")


def _integers(parts):
    """Integer symbols for those used as indices or bounds without being declared integer."""
    used = set()
    for part in parts:
        for s in part.atoms(Sum, Product):
            for k, first, last in s.limits:
                used |= {k} | first.free_symbols | last.free_symbols
        for entry in part.atoms(Indexed):
            for i in entry.indices:
                used |= i.atoms(Symbol, Idx)
            for size in entry.base.shape or ():
                used |= size.free_symbols
    every = set().union(*(part.atoms(Symbol) for part in parts))
    renaming, ranges = {}, {}
    for s in sorted((s for s in used if isinstance(s, Symbol)), key=str):
        if s.is_integer is False:
            raise TypeError(f"{s} is an index or a bound of a sum, but is not an integer")
        if not s.is_integer:
            made = Symbol(s.name, **{**s.assumptions0, "integer": True})
            renaming[s] = made if made not in every else Dummy(s.name, integer=True)
    for i in sorted(set().union(*(part.atoms(Idx) for part in parts)), key=str):
        renaming[i] = Dummy(i.name, integer=True)
        if i.lower is not None and i.upper is not None:
            ranges[i] = (i.lower.xreplace(renaming), i.upper.xreplace(renaming))
    return renaming, ranges
