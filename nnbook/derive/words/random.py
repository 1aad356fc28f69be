"""Random quantities and their means: E[…] as an author writes it.

A variable is made by :func:`gaussian`, or by :func:`random_variable` where only its mean and its
variance are known. By itself it is any real number, as in a density; under :func:`expectation` it
is what the mean runs over, and so bound, as the index of a sum is.
"""

from functools import lru_cache

from sympy import Dummy, Expr, Indexed, IndexedBase, Product, Symbol, exp, pi, sqrt

from .language import Index, symbolic


class Variable:
    """What a random symbol or tensor knows of itself: the kind of its mean, and its law."""

    kind: type
    law: tuple   # (mean, variance), and for a tensor also the index that they name

    @property
    def mean(self):
        """The mean, in the index of the law where there is one."""
        return self.law[0]

    @property
    def variance(self):
        """The variance, likewise."""
        return self.law[1]


class RandomSymbol(Symbol, Variable):
    """A random number; made by :func:`gaussian` or :func:`random_variable`."""

    __slots__ = ("kind", "law")

    def __new__(cls, name, kind, law):
        made = Symbol.__xnew__(cls, name, real=True)
        made.kind, made.law = kind, law
        return made

    def _hashable_content(self):
        return (*Symbol._hashable_content(self), self.kind.__name__, *self.law)

    def __getnewargs_ex__(self):
        return (self.name, self.kind, self.law), {}

    def __reduce__(self):
        return RandomSymbol, (self.name, self.kind, self.law)


class RandomTensor(IndexedBase, Variable):
    """Independent random numbers z[1], …, z[n]; made with an index."""

    def __new__(cls, name, kind, law):
        made = IndexedBase.__new__(cls, name, shape=(law[2].size,), real=True)
        made.kind, made.law = kind, law
        return made

    def __reduce__(self):
        return RandomTensor, (str(self.label), self.kind, self.law)

    @property
    def func(self):
        """SymPy rebuilds it as a plain tensor, which is equal."""
        return IndexedBase


class Expectation(Expr):
    """The mean of ``body`` over a variable; the arguments are all that it depends on.

    ``Expectation(body, z, mean, variance)`` for a number; with ``k, last`` after these for a tensor
    with independent entries z[1], …, z[last], of which mean and variance name the index k.
    """

    is_commutative = True

    @property
    def body(self) -> Expr:
        """What the mean is of."""
        return self.args[0]

    @property
    def variable(self):
        """The symbol, or the tensor, over which it runs."""
        return self.args[1]

    @property
    def law(self) -> tuple:
        """(mean, variance)."""
        return self.args[2:4]

    @property
    def limits(self) -> tuple:
        """((k, 1, last),) of a tensor's index, else ()."""
        return ((self.args[4], symbolic(1), self.args[5]),) if len(self.args) > 4 else ()

    @property
    def free_symbols(self) -> set:
        """Those of the body without the variable, and those of the law without its index."""
        inside = {s for s in self.body.free_symbols if not depends(s, self.variable)}
        own = {k for k, *_ in self.limits}
        law = set().union(*(x.free_symbols for x in self.law)) - own
        return inside | law | set().union(*(last.free_symbols for *_, last in self.limits), set())

    def apart(self) -> "Expectation":
        """The same mean over a variable of its own, which nothing put in can name."""
        fresh = fresh_variable(self.variable)
        own = {k: Dummy(k.name, integer=True) for k, *_ in self.limits}
        body = self.body.xreplace({self.variable: fresh})
        return self.func(body, fresh, *(x.xreplace(own) for x in self.args[2:]))

    def _sympystr(self, printer):
        name = self.variable.label if self.limits else self.variable
        return f"E_{name}[{printer.doprint(self.body)}]"


class OverGaussian(Expectation):
    """The mean over a normal variable."""


class OverMoments(Expectation):
    """The mean over a variable of which mean and variance are known, and nothing else."""


@lru_cache(maxsize=4096)   # a mean asks it at every point
def depends(e, variable) -> bool:
    """Whether an expression names a random variable, or an entry of it."""
    if isinstance(variable, IndexedBase):
        return e == variable.label or any(x.base == variable for x in e.atoms(Indexed))
    return variable in e.free_symbols


def fresh_variable(variable):
    """A variable of the same name that is equal to no other."""
    if isinstance(variable, IndexedBase):
        return IndexedBase(Dummy(str(variable.label), real=True), shape=variable.shape, real=True)
    return Dummy(variable.name, real=True)


def gaussian(name: str, *law):
    """A normal random variable: ``gaussian("z", mean, variance)``; the variance is at least 0.

    With an index first, independent variables z[k]: ``gaussian("z", k, mu[k], v[k])``.

    >>> from nnbook.derive import expectation, reals, prove
    >>> mu, v = reals("mu v")
    >>> z = gaussian("z", mu, v)
    >>> prove(expectation(z ** 2, z), mu ** 2 + v)
    proved for all real mu, v, where v >= 0 (elsewhere the left side is not
      defined)
    """
    return _variable(name, OverGaussian, law)


def random_variable(name: str, *law):
    """A variable of any distribution with this mean and variance; written as :func:`gaussian`."""
    return _variable(name, OverMoments, law)


def _variable(name, kind, law):
    *indices, mean, variance = law
    if len(indices) > 1 or not all(isinstance(k, Index) for k in indices):
        raise TypeError(f"{name}: expected a mean and a variance, after an index at most")
    law = (symbolic(mean), symbolic(variance), *indices)
    return RandomTensor(name, kind, law) if indices else RandomSymbol(name, kind, law)


def expectation(expression, *variables) -> Expectation:
    """E[expression] over independent variables, or over such whose laws name those before them.

    >>> from nnbook.derive import index, sizes, sum_over
    >>> n = sizes("n"); i = index("i", n)
    >>> q = random_variable("q", i, 0, 1)
    >>> expectation(sum_over(q[i] ** 2, i), q)
    E_q[Sum(q[i]**2, (i, 1, n))]
    """
    made = symbolic(expression)
    if not variables or not all(isinstance(z, Variable) for z in variables):
        raise TypeError("expected variables made by gaussian or random_variable")
    for place, z in enumerate(variables):
        for later in variables[place:]:
            if any(depends(x, later) for x in z.law[:2]):
                raise ValueError(f"the law of {z} names {later}, which must stand before it")
    for z in reversed(variables):
        mean, variance, *indices = z.law
        k = [Dummy(i.name, integer=True) for i in indices]
        own = dict(zip(indices, k, strict=True))
        made = z.kind(made, z, mean.xreplace(own), variance.xreplace(own), *k,
                      *(i.size for i in indices))
    return made


def variance_of(expression, *variables) -> Expr:
    """E[(x - E[x])²]."""
    return expectation((symbolic(expression) - expectation(expression, *variables)) ** 2,
                       *variables)


def density(variable, at=None) -> Expr:
    """The density of a normal variable at itself, or at another symbol or tensor.

    >>> from nnbook.derive import reals
    >>> density(gaussian("z", 0, 1))
    sqrt(2)*exp(-z**2/2)/(2*sqrt(pi))
    """
    if not isinstance(variable, Variable) or variable.kind is not OverGaussian:
        raise TypeError(f"expected a variable made by gaussian, got {variable!r}")
    mean, spread, *indices = variable.law
    at = variable if at is None else at
    point = at[tuple(indices)] if indices else symbolic(at)
    distance = point - mean if mean != 0 else point   # as written, h - 0 would be shown
    one = exp(-distance ** 2 / (2 * spread)) / sqrt(2 * pi * spread)
    return Product(one, *((k, 1, k.size) for k in indices)) if indices else one
