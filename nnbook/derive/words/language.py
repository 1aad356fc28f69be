"""The words a derivation is written in: sizes, indices, tensors, named quantities.

Everything here is a SymPy expression, so that any SymPy expression can be mixed in. What is
added: an index knows the range it runs over, a tensor knows its shape, and a quantity can be
given a name that is printed in place of its definition and unfolded only to be checked.

Indices run from 1 to their size, as in the formulas of the book.
"""

from collections.abc import Iterable

from sympy import (
    Basic,
    Dummy,
    Expr,
    Indexed,
    IndexedBase,
    KroneckerDelta,
    Lambda,
    Piecewise,
    Product,
    Sum,
    Symbol,
    SympifyError,
    Tuple,
    evaluate,
    sympify,
)
from sympy.core.parameters import global_parameters

delta = KroneckerDelta


def symbolic(thing):
    """A number, expression or relation of SymPy; text is refused, for SymPy would run it as code.

    Raises TypeError.
    """
    if isinstance(thing, str):
        raise TypeError(f"expected an expression, got the text {thing[:80]!r}; write it without "
                        "quotes")
    try:
        return sympify(thing, strict=True)
    except SympifyError as error:
        raise TypeError(f"expected an expression, got {thing!r}") from error


def as_written():
    """Context in which SymPy keeps terms and factors in the order in which they are written.

    >>> from sympy.abc import p, y
    >>> with as_written():
    ...     (y - p).args
    (y, -p)
    """
    return evaluate(False)


def sizes(names: str) -> tuple[Symbol, ...] | Symbol:
    """Symbols for sizes: positive integers of arbitrary value, such as the n of n samples."""
    made = tuple(Symbol(name, integer=True, positive=True) for name in names.split())
    return made if len(made) > 1 else made[0]


class Index(Symbol):
    """An integer symbol that runs from 1 to ``size``; made by :func:`index`."""

    __slots__ = ("size",)

    def __new__(cls, name: str, size):
        made = Symbol.__xnew__(cls, name, integer=True, positive=True)
        made.size = symbolic(size)
        return made

    def _hashable_content(self):
        return (*Symbol._hashable_content(self), self.size)

    def __getnewargs_ex__(self):
        return (self.name, self.size), {}

    def __reduce__(self):
        return Index, (self.name, self.size)


def index(names: str, size) -> tuple[Index, ...] | Index:
    """Indices that run from 1 to ``size``.

    >>> K = sizes("K")
    >>> k, m = index("k m", K)
    >>> k.size
    K
    """
    made = tuple(Index(name, size) for name in names.split())
    return made if len(made) > 1 else made[0]


def reals(names: str, **assumptions) -> tuple[Symbol, ...] | Symbol:
    """Real symbols; ``positive=True`` and the like narrow them."""
    made = tuple(Symbol(name, real=True, **assumptions) for name in names.split())
    return made if len(made) > 1 else made[0]


def tensor(name: str, *shape, **assumptions) -> IndexedBase:
    """A real array of the given shape, with entries ``x[i, j]``; ``positive=True`` narrows it.

    >>> n, K = sizes("n K")
    >>> tensor("x", n, K).shape
    (n, K)
    """
    return IndexedBase(name, shape=tuple(map(symbolic, shape)) or None, real=True, **assumptions)


def _limits(indices: Iterable[Index]) -> list[tuple]:
    limits = []
    for index_ in indices:
        if not isinstance(index_, Index):
            raise TypeError(f"expected an index made by index(name, size), got {index_!r}; "
                            "for other ranges write Sum(expression, (k, first, last))")
        limits.append((index_, 1, index_.size))
    return limits


def sum_over(expression, *indices: Index) -> Sum:
    """The sum of ``expression`` over the whole range of each index, innermost first.

    >>> K = sizes("K"); k = index("k", K); z = tensor("z", K)
    >>> sum_over(z[k], k)
    Sum(z[k], (k, 1, K))
    """
    return _over(Sum, expression, indices)


def product_over(expression, *indices: Index) -> Product:
    """The product of ``expression`` over the whole range of each index."""
    return _over(Product, expression, indices)


def _over(kind, expression, indices):
    """The sum or product, unless SymPy would tear a case distinction out of a sum within."""
    expression = symbolic(expression)
    made = kind(expression, *_limits(indices))
    if escaped := cases_escaped(made, expression, indices, [i.size for i in indices]):
        raise ValueError(no_cases_across_sums(escaped, [expression]))
    return cases_as_written(made, expression)


def cases_as_written(made, body):
    """A sum or product with the cases of its body where their author has them, under `as_written`.

    SymPy takes them out of the factors around them, and turns the 0 of v = 0 into (0 + 0)/1.
    """
    if global_parameters.evaluate or not body.has(Piecewise):
        return made
    while type(body) is type(made):   # a sum of a sum is one, of more limits
        body = body.function
    kept = Basic.__new__(type(made), body, *made.limits)
    kept.is_commutative = made.is_commutative
    return kept


def cases_escaped(made, body, indices, ends) -> set:
    """The indices that SymPy took out of their sums when it made a sum of the body over more."""
    known = (body.free_symbols - {*indices}).union(*(end.free_symbols for end in ends))
    return {s for s in made.free_symbols - known if s.is_Symbol and s.is_integer}


def no_cases_across_sums(escaped, where) -> str:
    """What is said when an index came out of its sum, with the cases that depend on it."""
    return (f"{', '.join(map(str, where))}: the cases depend on the index "
            f"{', '.join(sorted(s.name for s in escaped))} of a sum and on the index of a sum "
            "around it, and SymPy would take them out of both; write them with delta, Max or floor")


def mean_over(expression, index_: Index) -> Expr:
    """The mean of ``expression`` over the range of ``index_``, written (1/n) Σ."""
    return (1 / index_.size) * sum_over(expression, index_)


class Named(Expr):
    """A quantity under its name: prints as the name, unfolds to its definition."""

    is_commutative = True

    @property
    def label(self) -> Symbol:
        return self.args[0]

    @property
    def indices(self) -> tuple:
        return self.args[2:]

    def unfold(self) -> Expr:
        """The definition, one level deep, at this quantity's indices."""
        _, definition, *indices = self.args
        values = dict(zip(definition.variables, indices, strict=True))
        # A quantity inside takes the new indices; its own definition has indices of its own.
        inner = {q: Named(*q.args[:2], *(i.xreplace(values) for i in q.indices))
                 for q in definition.expr.atoms(Named)}
        return definition.expr.xreplace({**values, **inner})

    def _sympystr(self, printer):
        return self.label.name + (f"[{', '.join(map(str, self.indices))}]" if self.indices else "")


class Quantity:
    """A definition with indices, made by :func:`define`; ``S[k]`` is its k-th entry."""

    def __init__(self, name: str, indices: tuple, body: Expr):
        self.label, self.indices, self.body = Symbol(name), indices, body
        bound = {limit[0] for s in body.atoms(Sum, Product) for limit in s.limits}
        clash = bound & set(indices)
        if clash:
            raise ValueError(f"{name}: {', '.join(sorted(map(str, clash)))} is both an index of "
                             "the quantity and the index of a sum in its definition; rename one")
        # Own bound symbols, so that no index put in later can be captured by a sum inside.
        own = body.xreplace({b: Dummy(b.name, integer=True) for b in bound})
        self._definition = Lambda(Tuple(*indices), own)

    def __getitem__(self, indices) -> Named:
        indices = indices if isinstance(indices, tuple) else (indices,)
        if len(indices) != len(self.indices):
            raise ValueError(f"{self.label} has {len(self.indices)} indices "
                             f"({', '.join(map(str, self.indices))}), got {len(indices)}")
        return Named(self.label, self._definition, *map(symbolic, indices))

    def __repr__(self):
        return f"{self[self.indices] if self.indices else self.label} := {self.body}"


def define(name: str, *indices_and_body):
    """Give a quantity a name: ``S = define("S", k, exp(z[k]) / sum_over(exp(z[m]), m))``.

    Without indices the result is the named scalar itself; with indices it is taken at
    indices, ``S[k]``.

    >>> from sympy import exp
    >>> K = sizes("K"); k, m = index("k m", K); z = tensor("z", K)
    >>> S = define("S", k, exp(z[k]) / sum_over(exp(z[m]), m))
    >>> S[m]
    S[m]
    >>> S[m].unfold()
    exp(z[m])/Sum(exp(z[_m]), (_m, 1, K))
    """
    *indices, body = indices_and_body
    quantity = Quantity(name, tuple(indices), symbolic(body))
    return quantity if indices else quantity[()]


class Partial(Expr):
    """The partial derivative ∂f/∂x, printed as such and worked out only to be checked."""

    is_commutative = True

    def __new__(cls, function, variable):
        function, variable = symbolic(function), symbolic(variable)
        if not isinstance(variable, Symbol | Indexed):
            raise TypeError("expected a symbol or an entry of a tensor to differentiate with "
                            f"respect to, got {variable!r}")
        return Expr.__new__(cls, function, variable)

    def _sympystr(self, printer):
        return f"d({self.args[0]})/d({self.args[1]})"


def partial(function, variable) -> Partial:
    """∂ function / ∂ variable, where the variable is a symbol or an entry of a tensor."""
    return Partial(function, variable)
